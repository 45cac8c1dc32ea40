#include "tracefmt/chunk_header.h"

#include <absl/strings/str_cat.h>

namespace ariadne::tracefmt {

namespace {
constexpr std::uint8_t kFlagCritical = 1;
/// LZ4 cannot expand by more; 64 covers its shortest blocks.
constexpr std::uint64_t kExpansionMax = 255;
}  // namespace

std::string nameOf(ChunkType type) {
    std::string name;
    for (unsigned shift = 0; shift < 32; shift += 8) {
        const auto c = static_cast<char>((static_cast<std::uint32_t>(type) >> shift) & 0xFF);
        name.push_back(c > ' ' && c < 0x7F ? c : '?');
    }
    return name;
}

Frame encodeChunkHeader(const ChunkHeader& header) {
    Frame frame{};
    setFieldAt(frame, 0, kSyncMarker);
    setFieldAt(frame, 8, static_cast<std::uint32_t>(header.type));
    setFieldAt(frame, 12, static_cast<std::uint8_t>(header.codec));
    setFieldAt(frame, 13, header.critical ? kFlagCritical : std::uint8_t{0});
    setFieldAt(frame, 14, static_cast<std::uint16_t>(kFrameBytes));
    setFieldAt(frame, 16, header.sequence);
    setFieldAt(frame, 24, header.storedBytes);
    setFieldAt(frame, 28, header.rawBytes);
    setFieldAt(frame, 32, header.hash);
    setFieldAt(frame, 40, header.firstSeq);
    setFieldAt(frame, 48, header.count);
    setFieldAt(frame, 52, static_cast<std::uint32_t>(header.previousBytes / kAlignment));
    setFieldAt(frame, 56, header.tablesHint);
    sealFrame(frame);
    return frame;
}

absl::StatusOr<ChunkHeader> decodeChunkHeader(const Frame& frame, std::uint64_t offset) {
    if (fieldAt<std::uint64_t>(frame, 0) != kSyncMarker)
        return absl::DataLossError(absl::StrCat("no chunk begins at offset ", offset, ": found ",
                                                absl::Hex(fieldAt<std::uint64_t>(frame, 0)),
                                                ", expected the marker ", absl::Hex(kSyncMarker)));
    if (!isSealed(frame))
        return absl::DataLossError(
            absl::StrCat("the chunk header at offset ", offset, " does not match its checksum"));
    ChunkHeader header;
    header.type = static_cast<ChunkType>(fieldAt<std::uint32_t>(frame, 8));
    header.codec = static_cast<Codec>(fieldAt<std::uint8_t>(frame, 12));
    header.critical = (fieldAt<std::uint8_t>(frame, 13) & kFlagCritical) != 0;
    header.sequence = fieldAt<std::uint64_t>(frame, 16);
    header.storedBytes = fieldAt<std::uint32_t>(frame, 24);
    header.rawBytes = fieldAt<std::uint32_t>(frame, 28);
    header.hash = fieldAt<std::uint64_t>(frame, 32);
    header.firstSeq = fieldAt<std::uint64_t>(frame, 40);
    header.count = fieldAt<std::uint32_t>(frame, 48);
    header.previousBytes = std::uint64_t{fieldAt<std::uint32_t>(frame, 52)} * kAlignment;
    header.tablesHint = fieldAt<std::uint32_t>(frame, 56);

    const auto limit = [&](absl::string_view name, std::uint64_t found, std::uint64_t most) {
        return absl::ResourceExhaustedError(absl::StrCat("the ", nameOf(header.type),
                                                         " chunk at offset ", offset, " has ", name,
                                                         " ", found, ", the limit is ", most));
    };
    if (fieldAt<std::uint16_t>(frame, 14) != kFrameBytes)
        return absl::DataLossError(absl::StrCat("the chunk header at offset ", offset,
                                                " says it has ", fieldAt<std::uint16_t>(frame, 14),
                                                " bytes, expected 64"));
    if (header.storedBytes > kStoredBytesMax)
        return limit("storedLen", header.storedBytes, kStoredBytesMax);
    if (header.rawBytes > kRawBytesMax) return limit("rawLen", header.rawBytes, kRawBytesMax);
    const std::uint64_t expandable = kExpansionMax * header.storedBytes + 64;
    if (header.rawBytes > expandable) return limit("rawLen", header.rawBytes, expandable);
    if (header.count > kRowsPerChunkMax) return limit("count", header.count, kRowsPerChunkMax);
    return header;
}

}  // namespace ariadne::tracefmt
