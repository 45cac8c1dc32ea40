#include "engine/base/row_mark.h"

#include <array>

namespace ariadne {

namespace {

/// CRC-32C of eight bytes at a time, by tables.
class TableCrc {
public:
    static std::uint64_t fold(std::uint64_t crc, std::uint64_t word) {
        word ^= crc;
        std::uint32_t out = 0;
        for (std::size_t i = 0; i < 8; ++i) out ^= kTables[7 - i][(word >> (8 * i)) & 0xFF];
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

}  // namespace

const bool row_mark::kByMachine = [] {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("sse4.2") != 0;
#else
    return false;
#endif
}();

std::uint64_t rowMarkByTables(std::uint64_t seed, std::uint32_t tag, RowWords row,
                              const std::byte* payloadEnd, const std::byte* changeEnd) {
    return row_mark::mark<TableCrc>(seed, tag, row, payloadEnd, changeEnd);
}

}  // namespace ariadne
