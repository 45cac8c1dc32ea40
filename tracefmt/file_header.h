// The first and the last 64 bytes of a file.
#pragma once

#include "tracefmt/frame.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <array>
#include <cstdint>
#include <optional>

namespace ariadne::tracefmt {

/// "\x89CLEW\r\n\x1a": the high bit and the line ends show damage by text-mode transfer.
inline constexpr std::array<std::uint8_t, 8> kFileMagic = {0x89, 'C',  'L',  'E',
                                                           'W',  '\r', '\n', 0x1A};
inline constexpr std::array<std::uint8_t, 8> kTrailerMagic = {0x89, 'C', 'L', 'E',
                                                              'W',  'E', 'N', 'D'};

/// Names the file; its low word seeds the chunk hashes, so a chunk of another file does not fit.
struct FileId {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    bool operator==(const FileId&) const = default;
};

struct FileHeader {
    std::uint16_t major = kFormatMajor;
    std::uint16_t minor = kFormatMinor;
    FileId id;
    std::uint32_t flags = 0;  ///< none is defined; unknown ones are ignored
};

/// The last 64 bytes of a file that finish() ended. Its presence means "clean".
struct Trailer {
    std::uint64_t tablesAt = 0;  ///< first TABL chunk of the full copy
    std::uint64_t indexAt = 0;   ///< last INDX chunk
    std::uint64_t statsAt = 0;   ///< STAT chunk
    std::uint64_t fileBytes = 0;
    std::uint64_t eventDigest = 0;
    std::uint64_t changeDigest = 0;
    std::uint32_t chunkCount = 0;  ///< low 32 bits
};

Frame encodeFileHeader(const FileHeader& header);
/// `start` is the beginning of the file, 64 bytes or all there is. kInvalidArgument: not a trace,
/// with a word on what it looks like; kDataLoss: damaged or cut short; kFailedPrecondition: newer.
absl::StatusOr<FileHeader> decodeFileHeader(ByteView start);

Frame encodeTrailer(const Trailer& trailer);
/// nullopt when `frame` is no trailer of a file of `fileBytes`.
std::optional<Trailer> decodeTrailer(const Frame& frame, std::uint64_t fileBytes);

/// What a file that starts with `start` seems to be: "text", "gzip data".
std::string describeStart(ByteView start);

}  // namespace ariadne::tracefmt
