// The word by which a row that outlived its process is known to be whole.
#pragma once

#include "engine/base/compact_row.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ariadne {

/// Payload and change are read in words: so many bytes behind them may be touched.
inline constexpr std::size_t kRowBytesReadable = 8;

/// rowMark() without the instruction that most machines have for it. By value, so that a row which
/// is in registers can stay there as long as this is not called.
std::uint64_t rowMarkByTables(std::uint64_t seed, std::uint32_t tag, RowWords row,
                              const std::byte* payloadEnd, const std::byte* changeEnd);

/// Whose row `mark` is.
constexpr std::uint32_t tagOf(std::uint64_t mark) {
    return static_cast<std::uint32_t>(mark);
}

// What follows is here and not in the .cpp because the engine makes a mark of every row.
namespace row_mark {

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
                                                 const RowWords& row, const std::byte* payloadEnd,
                                                 const std::byte* changeEnd) {
    // Words, not memory: what was stored a moment ago in other widths would have to settle first.
    std::uint64_t crc = static_cast<std::uint32_t>(seed ^ (seed >> 32));
    forEachWord(row, [&crc](std::size_t, std::uint64_t word) { crc = Crc::fold(crc, word); });
    crc = foldBytes<Crc>(crc, payloadEnd, payloadBytesOf(row));
    crc = foldBytes<Crc>(crc, changeEnd, changeBytesOf(row));
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
};
#endif

/// Whether this machine has that instruction.
extern const bool kByMachine;

}  // namespace row_mark

/// `tag` below, a check of all that the row says above. `payloadEnd` and `changeEnd` stand behind
/// its bytes, which are left out when longer than kRowInlineBytesMax. The definition is part of the
/// file format: tracefmt/FORMAT.md, Tail file.
[[gnu::always_inline]] inline std::uint64_t rowMark(std::uint64_t seed, std::uint32_t tag,
                                                    const CompactRow& row,
                                                    const std::byte* payloadEnd,
                                                    const std::byte* changeEnd) {
    const RowWords words = wordsOf(row);
#if defined(__x86_64__)
    if (row_mark::kByMachine) [[likely]]
        return row_mark::mark<row_mark::MachineCrc>(seed, tag, words, payloadEnd, changeEnd);
#endif
    return rowMarkByTables(seed, tag, words, payloadEnd, changeEnd);
}

}  // namespace ariadne
