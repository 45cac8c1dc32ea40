// The numbers of a tail file, as FORMAT.md states them under Tail file.
#pragma once

#include "engine/base/digest.h"
#include "tracefmt/file_header.h"
#include "tracefmt/frame.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

namespace ariadne::tracefmt {

inline constexpr std::array<std::uint8_t, 8> kTailMagic = {0x89, 'C', 'L', 'E', 'W', 'T', 'A', 'L'};
inline constexpr std::uint16_t kTailVersion = 1;        ///< of one file of events
inline constexpr std::uint16_t kTailVersionOfMore = 2;  ///< of level inputs, or of segments
inline constexpr std::uint32_t kTailPage = 4096;        ///< the first slot begins here

// Limits of a reader.
inline constexpr std::uint32_t kTailSlotsMax = 64;
inline constexpr std::uint32_t kTailRowsMax = 65'536;
inline constexpr std::uint32_t kTailAreaBytesMax = 16u << 20;

/// Of the records of a slot, what does not fit into the slot.
inline constexpr std::uint64_t kTailOverflowBytesMax = 512ull << 20;

/// How big the parts of a slot are. In bytes, multiples of kTailPage, but for `rows`.
struct TailShape {
    std::uint32_t slots = 8;
    std::uint32_t rows = 4096;
    std::uint32_t payloadBytes = 324u << 10;
    std::uint32_t changeBytes = 324u << 10;
    std::uint32_t recordBytes = 340u << 10;

    // Offsets in a slot.
    std::uint64_t rowsAt() const { return alignedToPage(kFrameBytes + std::uint64_t{8} * rows); }
    std::uint64_t payloadsAt() const { return rowsAt() + std::uint64_t{64} * rows; }
    std::uint64_t changesAt() const { return payloadsAt() + payloadBytes; }
    std::uint64_t recordsAt() const { return changesAt() + changeBytes; }
    std::uint64_t slotBytes() const { return recordsAt() + recordBytes; }
    // Offsets in the file.
    std::uint64_t slotAt(std::uint32_t slot) const { return kTailPage + slot * slotBytes(); }
    std::uint64_t overflowAt(std::uint32_t slot) const {
        return slotAt(slots) + slot * kTailOverflowBytesMax;
    }
    bool operator==(const TailShape&) const = default;

private:
    static constexpr std::uint64_t alignedToPage(std::uint64_t bytes) {
        return (bytes + kTailPage - 1) / kTailPage * kTailPage;
    }
};

struct TailHeader {
    FileId id;  ///< of the trace; of a run in segments, of the first
    TailShape shape;
    std::uint16_t version = kTailVersion;
    /// So many of the slots, the last ones, hold no rows but what the writer keeps back.
    std::uint32_t carriers = 0;
};
Frame encodeTailHeader(const TailHeader& header);
/// nullopt: no header of a tail that this reader knows, or limits are exceeded.
std::optional<TailHeader> decodeTailHeader(const Frame& frame);

/// The first words of a slot; the marks of its rows begin at kFrameBytes.
struct TailSlotHead {
    std::uint64_t number = 0;   ///< of the block, from 1; 0: nothing of it is wanted
    std::uint64_t first = 0;    ///< position of its first row
    std::uint64_t records = 0;  ///< recordsWord()
};

/// In the numbers of slots that hold no rows.
inline constexpr std::uint64_t kCarrierBit = std::uint64_t{1} << 63;

/// Behind the header: a later segment that takes the tail as its own. The n-th stands at
/// tailNameAt(n), where the one before the last has stood.
struct TailName {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::uint64_t check = 0;  ///< tailNameCheck()
    std::uint64_t zero = 0;
};
inline constexpr std::uint32_t kTailNames = 2;
constexpr std::uint64_t tailNameAt(std::uint32_t segment) {
    return kFrameBytes + segment % kTailNames * sizeof(TailName);
}
constexpr std::uint64_t tailNameCheck(FileId tail, FileId segment) {
    return mixWord(mixWord(mixWord(mixWord(tail.low, tail.high), segment.low), segment.high), 1);
}

/// Seeds all hashes of a slot while it holds that block.
constexpr std::uint64_t tailSeed(FileId id, std::uint64_t number, std::uint64_t first) {
    return mixWord(mixWord(mixWord(id.low, id.high), number), first);
}
/// `bytes` of records are whole.
constexpr std::uint64_t recordsWord(std::uint64_t seed, std::uint32_t bytes) {
    return (mixWord(seed, bytes) & 0xFFFF'FFFF'0000'0000) | bytes;
}

enum class TailRecord : std::uint32_t {
    kTypes = 1,      ///< the body of a TABL chunk
    kBirth = 2,      ///< see TailBirth; its path follows
    kLongBytes = 3,  ///< a payload or change that stands apart from its row
    kCounted = 4,    ///< u64 first position, then the body of an INPT chunk without rows
};
/// In front of each record, whose bytes are padded with zeros to a multiple of 8.
struct TailRecordHead {
    TailRecord kind{};
    std::uint32_t bytes = 0;
    std::uint64_t hash = 0;  ///< recordHash()
};
static_assert(sizeof(TailRecordHead) == 16);
/// `offset`: of the head, among the records.
inline std::uint64_t recordHash(std::uint64_t seed, TailRecord kind, std::uint64_t offset,
                                ByteView bytes) {
    return hashBytes(bytes, mixWord(mixWord(seed, static_cast<std::uint64_t>(kind)), offset));
}

struct TailBirth {
    std::uint64_t key = 0;
    std::uint64_t bornAt = 0;
    std::uint32_t rank = 0;
    std::uint32_t parent = 0;
    std::uint32_t type = 0;
    std::uint32_t zero = 0;
};
static_assert(sizeof(TailBirth) == 32);

/// "day.clew-tail" of "day.clew", and of "day.0003.clew" when that is segment 3.
std::filesystem::path tailPathOf(std::filesystem::path trace, std::uint32_t segment = 0);

}  // namespace ariadne::tracefmt
