// The 64 bytes before every chunk body: what it is, how long, and where it belongs.
#pragma once

#include "tracefmt/frame.h"

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>

namespace ariadne::tracefmt {

constexpr std::uint32_t fourcc(const char (&text)[5]) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i)
        value |= static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])) << (8 * i);
    return value;
}

/// What a chunk holds: four letters in file order. Others may exist; see ChunkHeader::critical.
enum class ChunkType : std::uint32_t {
    kMeta = fourcc("META"),
    kTables = fourcc("TABL"),
    kEvents = fourcc("EVNT"),
    kInputs = fourcc("INPT"),
    kPayload = fourcc("PAYL"),
    kSnapshot = fourcc("SNAP"),
    kIncrement = fourcc("SINC"),
    kIndex = fourcc("INDX"),
    kStats = fourcc("STAT"),
    kGaps = fourcc("GAPS"),
    kNotes = fourcc("NOTE"),
};
/// The four letters, unprintable ones as '?'.
std::string nameOf(ChunkType type);

enum class Codec : std::uint8_t { kRaw = 0, kLz4 = 1 };

/// Found before every chunk, also to find the next one after damage.
inline constexpr std::uint64_t kSyncMarker = 0x4B4E5548'43A98E9Cull;

struct ChunkHeader {
    ChunkType type = ChunkType::kMeta;
    Codec codec = Codec::kRaw;
    bool critical = true;  ///< a reader that does not know the type must stop here
    std::uint64_t sequence = 0;
    std::uint32_t storedBytes = 0;  ///< of the body, padding excluded
    std::uint32_t rawBytes = 0;
    std::uint64_t hash = 0;  ///< of stored bytes and padding, seed: low word of file id + sequence
    std::uint64_t firstSeq = 0;
    std::uint32_t count = 0;
    std::uint64_t previousBytes = 0;  ///< whole length of the chunk before; 0 for the first
    std::uint32_t tablesHint = 0;     ///< offset / 8 of the last full tables, low 32 bits

    std::uint64_t paddedBytes() const { return alignedUp(storedBytes); }
    /// Header, body and padding.
    std::uint64_t totalBytes() const { return kFrameBytes + paddedBytes(); }
};

Frame encodeChunkHeader(const ChunkHeader& header);
/// Checks marker, checksum and the limits of sizes and count. kDataLoss or kResourceExhausted,
/// telling what was found; `offset` is for the text.
absl::StatusOr<ChunkHeader> decodeChunkHeader(const Frame& frame, std::uint64_t offset);

}  // namespace ariadne::tracefmt
