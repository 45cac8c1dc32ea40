// A committed row as it waits for the encoder: one cache line.
#pragma once

#include "engine/base/event.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>

namespace ariadne {

/// Payloads and changes longer than this stand apart from those of their neighbours.
inline constexpr std::uint32_t kRowInlineBytesMax = 64 * 1024;

/// An EventRow without its position, which follows from its place, and without its bytes.
struct alignas(64) CompactRow {
    VirtualTime time;
    Position cause;
    std::uint64_t extra;
    Round round;
    std::uint64_t arg;
    TypeIndex type;
    Rank cell;
    std::uint32_t payloadBytes;
    Rank peer;
    std::uint32_t changeBytes;
    std::uint8_t flags;
    alignas(2) EventKind kind;
};
static_assert(sizeof(CompactRow) == 64);
static_assert(offsetof(CompactRow, time) == 0 && offsetof(CompactRow, cause) == 8 &&
              offsetof(CompactRow, extra) == 16 && offsetof(CompactRow, round) == 24 &&
              offsetof(CompactRow, arg) == 32 && offsetof(CompactRow, type) == 40 &&
              offsetof(CompactRow, cell) == 44 && offsetof(CompactRow, payloadBytes) == 48 &&
              offsetof(CompactRow, peer) == 52 && offsetof(CompactRow, changeBytes) == 56 &&
              offsetof(CompactRow, flags) == 60 && offsetof(CompactRow, kind) == 62);

/// A row as the words that it is in the memory of a little-endian machine, unused bytes zero.
using RowWords = std::array<std::uint64_t, 8>;

constexpr RowWords wordsOf(const CompactRow& row) {
    return {static_cast<std::uint64_t>(row.time.value),
            row.cause.value,
            row.extra,
            row.round.value,
            row.arg,
            row.type.value | std::uint64_t{row.cell.value} << 32,
            row.payloadBytes | std::uint64_t{row.peer.value} << 32,
            row.changeBytes | std::uint64_t{row.flags} << 32 |
                static_cast<std::uint64_t>(row.kind) << 48};
}

constexpr std::uint32_t payloadBytesOf(const RowWords& words) {
    return static_cast<std::uint32_t>(words[6]);
}
constexpr std::uint32_t changeBytesOf(const RowWords& words) {
    return static_cast<std::uint32_t>(words[7]);
}

/// Calls `use` with each word in turn; spelled out, for a loop would put them into memory first.
template <class Use>
[[gnu::always_inline]] inline void forEachWord(const RowWords& words, Use use) {
    [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) __attribute__((always_inline)) {
        (use(kIndex, words[kIndex]), ...);
    }
    (std::make_index_sequence<std::tuple_size_v<RowWords>>{});
}

/// Stores `row` past the caches where the machine can: this core does not read it again, and the
/// one that does would have to fetch each line out of this one's cache, which then has to ask for
/// it back. Before another thread may look, rowsAreStored().
[[gnu::always_inline]] inline void storeRow(CompactRow& to, const CompactRow& row) {
#if defined(__x86_64__)
    using Word [[gnu::may_alias]] = std::uint64_t;
    auto* const out = reinterpret_cast<Word*>(&to);
    forEachWord(wordsOf(row), [out](std::size_t i, std::uint64_t word) {
        asm("movnti %1, %0" : "=m"(out[i]) : "r"(word));
    });
#else
    to = row;
#endif
}

/// What storeRow() stored is in front of everything that this thread stores from now on.
inline void rowsAreStored() {
#if defined(__x86_64__)
    asm("sfence" ::: "memory");  // has no output, so it is never left out
#endif
}

}  // namespace ariadne
