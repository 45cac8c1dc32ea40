// The word by which a row that outlived its process is known to be whole.
#pragma once

#include "engine/base/compact_row.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ariadne {

/// Payload and change are read in words: so many bytes behind them may be touched.
inline constexpr std::size_t kRowBytesReadable = 8;

/// rowMark() without the instruction that most machines have for it.
std::uint64_t rowMarkByTables(std::uint64_t seed, std::uint32_t tag, const CompactRow& row,
                              const std::byte* payloadEnd, const std::byte* changeEnd);

/// Whose row `mark` is.
constexpr std::uint32_t tagOf(std::uint64_t mark) {
    return static_cast<std::uint32_t>(mark);
}

// What follows is here and not in the .cpp because the engine makes a mark of every row.
namespace row_mark {

static_assert(offsetof(CompactRow, time) == 0 && offsetof(CompactRow, cause) == 8 &&
              offsetof(CompactRow, extra) == 16 && offsetof(CompactRow, round) == 24 &&
              offsetof(CompactRow, arg) == 32 && offsetof(CompactRow, type) == 40 &&
              offsetof(CompactRow, cell) == 44 && offsetof(CompactRow, payloadBytes) == 48 &&
              offsetof(CompactRow, peer) == 52 && offsetof(CompactRow, changeBytes) == 56 &&
              offsetof(CompactRow, flags) == 60 && offsetof(CompactRow, kind) == 62);

template <class Word>
Word wordAt(const std::byte* from) {
    Word word;
    std::memcpy(&word, from, sizeof word);
    return word;
}

template <class Crc>
[[gnu::always_inline]] inline std::uint64_t foldBytes(std::uint64_t crc, const std::byte* end,
                                                      std::uint32_t size) {
    if (size == 0 || size > kRowInlineBytesMax) return crc;
    const std::byte* from = end - size;
    for (; size >= 8; size -= 8, from += 8) crc = Crc::fold(crc, wordAt<std::uint64_t>(from));
    if (size == 0) return crc;
    const std::uint64_t last = wordAt<std::uint64_t>(from);
    return Crc::fold(crc, last & ((std::uint64_t{1} << (8 * size)) - 1));
}

template <class Crc>
[[gnu::always_inline]] inline std::uint64_t mark(std::uint64_t seed, std::uint32_t tag,
                                                 const CompactRow& row, const std::byte* payloadEnd,
                                                 const std::byte* changeEnd) {
    // As wide as the fields have been stored a moment ago: a wider load would wait for them.
    std::uint64_t crc = static_cast<std::uint32_t>(seed ^ (seed >> 32));
    crc = Crc::fold(crc, static_cast<std::uint64_t>(row.time.value));
    crc = Crc::fold(crc, row.cause.value);
    crc = Crc::fold(crc, row.extra);
    crc = Crc::fold(crc, row.round.value);
    crc = Crc::fold(crc, row.arg);
    crc = Crc::fold32(crc, row.type.value);
    crc = Crc::fold32(crc, row.cell.value);
    crc = Crc::fold32(crc, row.payloadBytes);
    crc = Crc::fold32(crc, row.peer.value);
    crc = Crc::fold32(crc, row.changeBytes);
    crc = Crc::fold32(
        crc, static_cast<std::uint32_t>(row.flags) | static_cast<std::uint32_t>(row.kind) << 16);
    crc = foldBytes<Crc>(crc, payloadEnd, row.payloadBytes);
    crc = foldBytes<Crc>(crc, changeEnd, row.changeBytes);
    return crc << 32 | tag;
}

#if defined(__x86_64__)
/// CRC-32C by the machine's own instruction, which SSE 4.2 has; spelled out, so that the rest of
/// the program runs on machines without.
class MachineCrc {
public:
    static std::uint64_t fold(std::uint64_t crc, std::uint64_t word) {
        asm("crc32q %1, %0" : "+r"(crc) : "rm"(word));
        return crc;
    }
    static std::uint64_t fold32(std::uint64_t crc, std::uint32_t word) {
        auto out = static_cast<std::uint32_t>(crc);
        asm("crc32l %1, %0" : "+r"(out) : "rm"(word));
        return out;
    }
};
#endif

/// Whether this machine has that instruction.
extern const bool kByMachine;

}  // namespace row_mark

/// `tag` below, a check of all that the row says above. `payloadEnd` and `changeEnd` stand behind
/// its bytes, which are left out when longer than kRowInlineBytesMax. The definition is part of the
/// file format: tracefmt/FORMAT.md, Tail file.
inline std::uint64_t rowMark(std::uint64_t seed, std::uint32_t tag, const CompactRow& row,
                             const std::byte* payloadEnd, const std::byte* changeEnd) {
#if defined(__x86_64__)
    if (row_mark::kByMachine) [[likely]]
        return row_mark::mark<row_mark::MachineCrc>(seed, tag, row, payloadEnd, changeEnd);
#endif
    return rowMarkByTables(seed, tag, row, payloadEnd, changeEnd);
}

}  // namespace ariadne
