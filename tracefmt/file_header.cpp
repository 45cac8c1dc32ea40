#include "tracefmt/file_header.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>

namespace ariadne::tracefmt {

namespace {

bool startsWith(ByteView bytes, std::string_view magic) {
    return bytes.size() >= magic.size() && asText(bytes.first(magic.size())) == magic;
}

std::string_view magicText(const std::array<std::uint8_t, 8>& magic) {
    return {reinterpret_cast<const char*>(magic.data()), magic.size()};
}

/// The packaged Abseil has a string_view of its own.
absl::string_view toAbsl(std::string_view text) {
    return {text.data(), text.size()};
}

bool isText(ByteView bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) {
        const auto c = static_cast<unsigned char>(b);
        return c == '\n' || c == '\r' || c == '\t' || (c >= 0x20 && c != 0x7F);
    });
}

}  // namespace

std::string describeStart(ByteView start) {
    using namespace std::string_view_literals;
    struct Known {
        std::string_view magic;
        std::string_view name;
    };
    static constexpr Known kKnown[] = {
        {"\x7f"
         "ELF"sv,
         "a program (ELF)"},
        {"\x1f\x8b"sv, "gzip data; unpack it first"},
        {"\x28\xb5\x2f\xfd"sv, "zstd data; unpack it first"},
        {"\xfd"
         "7zXZ"sv,
         "xz data; unpack it first"},
        {"\x04\x22\x4d\x18"sv, "LZ4 data; unpack it first"},
        {"PK\x03\x04"sv, "a zip archive; unpack it first"},
        {"SQLite format 3"sv, "an SQLite database"},
        {"\x89MCAP"sv, "an MCAP recording"},
        {"\x89PNG"sv, "a PNG image"},
        {"%PDF"sv, "a PDF document"},
    };
    for (const Known& known : kKnown)
        if (startsWith(start, known.magic)) return std::string(known.name);
    const ByteView shown = start.first(std::min<std::size_t>(start.size(), 24));
    if (std::all_of(shown.begin(), shown.end(), [](std::byte b) { return b == std::byte{0}; }))
        return "zeros";
    if (isText(shown))
        return absl::StrCat("text (\"", absl::CHexEscape(toAbsl(asText(shown))), "\")");
    return absl::StrCat("bytes ", absl::BytesToHexString(toAbsl(asText(
                                      shown.first(std::min<std::size_t>(shown.size(), 8))))));
}

Frame encodeFileHeader(const FileHeader& header) {
    Frame frame{};
    std::memcpy(frame.data(), kFileMagic.data(), kFileMagic.size());
    setFieldAt(frame, 8, header.major);
    setFieldAt(frame, 10, header.minor);
    setFieldAt(frame, 12, kFrameBytes);
    setFieldAt(frame, 16, header.id.low);
    setFieldAt(frame, 24, header.id.high);
    setFieldAt(frame, 32, header.flags);
    sealFrame(frame);
    return frame;
}

absl::StatusOr<FileHeader> decodeFileHeader(ByteView start) {
    const std::string_view magic = magicText(kFileMagic);
    if (start.empty())
        return absl::InvalidArgumentError(
            "the file is empty, a trace begins with a 64-byte header; record the run again");
    const std::size_t seen = std::min(start.size(), magic.size());
    if (asText(start.first(seen)) != magic.substr(0, seen)) {
        if (startsWith(start, magic.substr(0, 5)))
            return absl::DataLossError(
                "line ends of the file were converted (it was copied as text); copy it again in "
                "binary mode");
        return absl::InvalidArgumentError(
            absl::StrCat("not a trace: the file begins with ", describeStart(start),
                         ", a trace begins with \\x89CLEW; give a .clew file"));
    }
    if (start.size() < kFrameBytes)
        return absl::DataLossError(absl::StrCat("the file ends inside its header: found ",
                                                start.size(),
                                                " bytes of 64; record the run again"));
    Frame frame;
    std::memcpy(frame.data(), start.data(), frame.size());
    if (!isSealed(frame))
        return absl::DataLossError(
            "the file header (offset 0) does not match its checksum; use another copy of the file");
    FileHeader header;
    header.major = fieldAt<std::uint16_t>(frame, 8);
    header.minor = fieldAt<std::uint16_t>(frame, 10);
    header.id.low = fieldAt<std::uint64_t>(frame, 16);
    header.id.high = fieldAt<std::uint64_t>(frame, 24);
    header.flags = fieldAt<std::uint32_t>(frame, 32);
    if (header.major != kFormatMajor)
        return absl::FailedPreconditionError(
            absl::StrCat("the trace has format ", header.major, ".", header.minor,
                         ", this Ariadne reads ", kFormatMajor, ".x; open it with ",
                         header.major > kFormatMajor ? "a newer" : "an older", " Ariadne"));
    if (fieldAt<std::uint32_t>(frame, 12) != kFrameBytes)
        return absl::DataLossError(absl::StrCat("the file header says it has ",
                                                fieldAt<std::uint32_t>(frame, 12),
                                                " bytes, expected 64"));
    return header;
}

Frame encodeTrailer(const Trailer& trailer) {
    Frame frame{};
    std::memcpy(frame.data(), kTrailerMagic.data(), kTrailerMagic.size());
    setFieldAt(frame, 8, trailer.tablesAt);
    setFieldAt(frame, 16, trailer.indexAt);
    setFieldAt(frame, 24, trailer.statsAt);
    setFieldAt(frame, 32, trailer.fileBytes);
    setFieldAt(frame, 40, trailer.eventDigest);
    setFieldAt(frame, 48, trailer.changeDigest);
    setFieldAt(frame, 56, trailer.chunkCount);
    sealFrame(frame);
    return frame;
}

std::optional<Trailer> decodeTrailer(const Frame& frame, std::uint64_t fileBytes) {
    if (!startsWith(frame, magicText(kTrailerMagic)) || !isSealed(frame)) return std::nullopt;
    Trailer trailer;
    trailer.tablesAt = fieldAt<std::uint64_t>(frame, 8);
    trailer.indexAt = fieldAt<std::uint64_t>(frame, 16);
    trailer.statsAt = fieldAt<std::uint64_t>(frame, 24);
    trailer.fileBytes = fieldAt<std::uint64_t>(frame, 32);
    trailer.eventDigest = fieldAt<std::uint64_t>(frame, 40);
    trailer.changeDigest = fieldAt<std::uint64_t>(frame, 48);
    trailer.chunkCount = fieldAt<std::uint32_t>(frame, 56);
    if (trailer.fileBytes != fileBytes) return std::nullopt;
    return trailer;
}

}  // namespace ariadne::tracefmt
