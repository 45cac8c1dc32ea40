#include "tracefmt/bit_pack.h"

#include "engine/base/check.h"

#include <array>
#include <bit>

namespace ariadne::tracefmt {

namespace {

constexpr unsigned kWidthMax = 64;
constexpr std::uint8_t kHasExceptions = 0x80;

constexpr std::uint64_t lowBits(unsigned width) {
    return width >= kWidthMax ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}
constexpr unsigned widthOf(std::uint64_t value) {
    return kWidthMax - static_cast<unsigned>(std::countl_zero(value));
}
constexpr std::size_t packedBytes(std::size_t rows, unsigned width) {
    return (rows * width + 7) / 8;
}

/// The width that makes the group shortest. Only widths that occur can be best, and 0. `values` are
/// not all 0.
unsigned bestWidth(std::span<const std::uint64_t> values) {
    std::array<std::uint8_t, kWidthMax + 1> rowsOfWidth{};
    std::uint64_t widths = 0;  // bit w - 1: width w occurs
    for (const std::uint64_t value : values) {
        ++rowsOfWidth[widthOf(value)];
        widths |= std::bit_floor(value);
    }
    std::array<std::uint8_t, kWidthMax + 1> present;
    std::size_t presentCount = 0;
    while (widths != 0) {
        const unsigned width = widthOf(widths);
        present[presentCount++] = static_cast<std::uint8_t>(width);
        widths ^= std::uint64_t{1} << (width - 1);
    }
    present[presentCount++] = 0;

    unsigned best = present[0];
    std::size_t bestBytes = packedBytes(values.size(), best);
    for (std::size_t i = 1; i < presentCount; ++i) {
        const unsigned width = present[i];
        std::size_t bytes = 1 + packedBytes(values.size(), width);
        for (std::size_t wider = 0; wider < i && bytes < bestBytes; ++wider)
            bytes += rowsOfWidth[present[wider]] * (1u + (present[wider] - width + 6u) / 7u);
        if (bytes < bestBytes) {
            best = width;
            bestBytes = bytes;
        }
    }
    return best;
}

void pack(std::span<const std::uint64_t> values, unsigned width, ByteWriter& out) {
    std::array<std::byte, kGroupRows * 8 + 8> packed;
    std::uint64_t pending = 0;
    unsigned pendingBits = 0;
    std::size_t at = 0;
    for (const std::uint64_t value : values) {
        const std::uint64_t bits = value & lowBits(width);
        pending |= bits << pendingBits;
        if (pendingBits + width >= 64) {
            std::memcpy(packed.data() + at, &pending, 8);
            at += 8;
            const unsigned used = 64 - pendingBits;
            pending = used < 64 ? bits >> used : 0;
            pendingBits = width - used;
        } else {
            pendingBits += width;
        }
    }
    std::memcpy(packed.data() + at, &pending, 8);
    out.raw(ByteView{packed}.first(packedBytes(values.size(), width)));
}

void unpack(ByteView bytes, unsigned width, std::span<std::uint64_t> values) {
    // Reading eight bytes at any packed value stays inside this copy.
    std::array<std::byte, kGroupRows * 8 + 16> packed;
    std::memcpy(packed.data(), bytes.data(), bytes.size());
    std::memset(packed.data() + bytes.size(), 0, 16);
    const std::uint64_t mask = lowBits(width);
    std::size_t bit = 0;
    for (std::uint64_t& value : values) {
        std::uint64_t word;
        std::memcpy(&word, packed.data() + bit / 8, 8);
        const unsigned shift = bit % 8;
        word >>= shift;
        if (shift + width > 64)
            word |= static_cast<std::uint64_t>(packed[bit / 8 + 8]) << (64 - shift);
        value = word & mask;
        bit += width;
    }
}

}  // namespace

void PackedColumnWriter::addGroup(std::span<const std::uint64_t> values) {
    ARIADNE_DCHECK(!values.empty() && values.size() <= kGroupRows);
    std::uint64_t any = 0;
    for (const std::uint64_t value : values) any |= value;
    if (any == 0) {
        out_.u8(0);
        return;
    }
    anyNonzero_ = true;
    const unsigned width = bestWidth(values);
    if ((any & ~lowBits(width)) == 0) {
        out_.u8(static_cast<std::uint8_t>(width));
    } else {
        out_.u8(static_cast<std::uint8_t>(width | kHasExceptions));
        std::uint8_t exceptions = 0;
        for (const std::uint64_t value : values)
            if ((value >> width) != 0) ++exceptions;
        out_.u8(exceptions);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if ((values[i] >> width) == 0) continue;
            out_.u8(static_cast<std::uint8_t>(i));
            out_.varint(values[i] >> width);
        }
    }
    if (width != 0) pack(values, width, out_);
}

void PackedColumnWriter::clear() {
    out_.clear();
    anyNonzero_ = false;
}

bool PackedColumnReader::nextGroup(std::span<std::uint64_t> values) {
    ARIADNE_DCHECK(!values.empty() && values.size() <= kGroupRows);
    if (allZero_) {
        std::fill(values.begin(), values.end(), 0);
        return true;
    }
    const std::uint8_t head = in_.u8();
    const unsigned width = head & 0x7Fu;
    if (width > kWidthMax) in_.fail();

    std::array<std::uint8_t, kGroupRows> positions;
    std::array<std::uint64_t, kGroupRows> highs;
    std::size_t exceptions = 0;
    if ((head & kHasExceptions) != 0 && in_.ok()) {
        exceptions = in_.u8();
        if (exceptions > values.size() || width == kWidthMax) in_.fail();
        for (std::size_t i = 0; in_.ok() && i < exceptions; ++i) {
            positions[i] = in_.u8();
            highs[i] = in_.varint();
            const bool ascending = i == 0 || positions[i] > positions[i - 1];
            if (positions[i] >= values.size() || !ascending ||
                (highs[i] & ~lowBits(64 - width)) != 0)
                in_.fail();
        }
    }
    const ByteView packed = in_.raw(packedBytes(values.size(), width));
    if (!in_.ok()) return false;
    if (width == 0)
        std::fill(values.begin(), values.end(), 0);
    else
        unpack(packed, width, values);
    for (std::size_t i = 0; i < exceptions; ++i) values[positions[i]] |= highs[i] << width;
    return true;
}

}  // namespace ariadne::tracefmt
