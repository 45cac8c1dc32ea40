#include "tracefmt/tail_format.h"

#include "tracefmt/segment_name.h"

namespace ariadne::tracefmt {

Frame encodeTailHeader(const TailHeader& header) {
    Frame frame{};
    setFieldAt(frame, 0, kTailMagic);
    setFieldAt(frame, 8, header.version);
    setFieldAt(frame, 12, kFrameBytes);
    setFieldAt(frame, 16, header.id.low);
    setFieldAt(frame, 24, header.id.high);
    setFieldAt(frame, 32, header.shape.slots);
    setFieldAt(frame, 36, header.shape.rows);
    setFieldAt(frame, 40, header.shape.payloadBytes);
    setFieldAt(frame, 44, header.shape.changeBytes);
    setFieldAt(frame, 48, header.shape.recordBytes);
    setFieldAt(frame, 52, header.carriers);
    sealFrame(frame);
    return frame;
}

std::optional<TailHeader> decodeTailHeader(const Frame& frame) {
    if (fieldAt<std::array<std::uint8_t, 8>>(frame, 0) != kTailMagic || !isSealed(frame))
        return std::nullopt;
    TailHeader header;
    header.version = fieldAt<std::uint16_t>(frame, 8);
    if (header.version != kTailVersion && header.version != kTailVersionOfMore) return std::nullopt;
    header.id = {fieldAt<std::uint64_t>(frame, 16), fieldAt<std::uint64_t>(frame, 24)};
    TailShape& shape = header.shape;
    shape.slots = fieldAt<std::uint32_t>(frame, 32);
    shape.rows = fieldAt<std::uint32_t>(frame, 36);
    shape.payloadBytes = fieldAt<std::uint32_t>(frame, 40);
    shape.changeBytes = fieldAt<std::uint32_t>(frame, 44);
    shape.recordBytes = fieldAt<std::uint32_t>(frame, 48);
    if (header.version != kTailVersion) header.carriers = fieldAt<std::uint32_t>(frame, 52);
    const auto isArea = [](std::uint32_t bytes) {
        return bytes <= kTailAreaBytesMax && bytes % kTailPage == 0;
    };
    if (shape.slots > kTailSlotsMax || header.carriers > shape.slots || shape.rows > kTailRowsMax ||
        !isArea(shape.payloadBytes) || !isArea(shape.changeBytes) || !isArea(shape.recordBytes))
        return std::nullopt;
    return header;
}

std::filesystem::path tailPathOf(std::filesystem::path trace, std::uint32_t segment) {
    if (segment != 0) trace = nameOfSegments(trace, segment);
    trace += "-tail";
    return trace;
}

}  // namespace ariadne::tracefmt
