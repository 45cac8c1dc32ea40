#include "engine/base/row_mark.h"

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstring>

namespace ariadne {

namespace {

static_assert(std::endian::native == std::endian::little);
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

/// CRC-32C of eight bytes at a time, by tables.
class TableCrc {
public:
    static bool isThere() { return false; }
    static std::uint64_t fold(std::uint64_t crc, std::uint64_t word) {
        word ^= crc;
        std::uint32_t out = 0;
        for (std::size_t i = 0; i < 8; ++i) out ^= kTables[7 - i][(word >> (8 * i)) & 0xFF];
        return out;
    }
    static std::uint64_t fold32(std::uint64_t crc, std::uint32_t word) {
        word ^= static_cast<std::uint32_t>(crc);
        std::uint32_t out = 0;
        for (std::size_t i = 0; i < 4; ++i) out ^= kTables[3 - i][(word >> (8 * i)) & 0xFF];
        return out;
    }

private:
    using Tables = std::array<std::array<std::uint32_t, 256>, 8>;
    /// [n][b]: what b becomes with n zeros behind it.
    static constexpr Tables kTables = [] {
        Tables tables{};
        for (std::uint32_t b = 0; b < 256; ++b) {
            std::uint32_t crc = b;
            for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78 : 0);
            tables[0][b] = crc;
        }
        for (std::size_t n = 1; n < 8; ++n)
            for (std::size_t b = 0; b < 256; ++b)
                tables[n][b] = (tables[n - 1][b] >> 8) ^ tables[0][tables[n - 1][b] & 0xFF];
        return tables;
    }();
};

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
/// The same by the machine's own instruction, which SSE 4.2 has; spelled out, so that the rest of
/// this file runs on machines without.
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
    static bool isThere() {
        __builtin_cpu_init();
        return __builtin_cpu_supports("sse4.2") != 0;
    }
};
#else
using MachineCrc = TableCrc;
#endif

const bool kByMachine = MachineCrc::isThere();

}  // namespace

std::uint64_t rowMark(std::uint64_t seed, std::uint32_t tag, const CompactRow& row,
                      const std::byte* payloadEnd, const std::byte* changeEnd) {
    if (!kByMachine) [[unlikely]]
        return rowMarkByTables(seed, tag, row, payloadEnd, changeEnd);
    return mark<MachineCrc>(seed, tag, row, payloadEnd, changeEnd);
}

[[gnu::noinline]] std::uint64_t rowMarkByTables(std::uint64_t seed, std::uint32_t tag,
                                                const CompactRow& row, const std::byte* payloadEnd,
                                                const std::byte* changeEnd) {
    return mark<TableCrc>(seed, tag, row, payloadEnd, changeEnd);
}

// Here, so that the usual way to a mark is one call.
void EventBatch::markRow() {
    if (!payloads_.isIn(room_.payloads) || !changes_.isIn(room_.changes)) [[unlikely]]
        return markNoMore();
    const CompactRow& row = rows_[rowCount_];
    const std::byte* payloadEnd = room_.payloads.data() + payloads_.size();
    const std::byte* changeEnd = room_.changes.data() + changes_.size();
    const std::uint64_t word =
        kByMachine ? mark<MachineCrc>(markSeed_, markTag_, row, payloadEnd, changeEnd)
                   : rowMarkByTables(markSeed_, markTag_, row, payloadEnd, changeEnd);
    // Whoever finds the mark, finds what it stands for.
    std::atomic_ref(marks_[rowCount_]).store(word, std::memory_order_release);
}

}  // namespace ariadne
