#include "tracefmt/bit_pack.h"

#include "engine/base/check.h"
#include "engine/base/endian.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

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

/// A group in as few bytes as its widest value allows: what is done to all of it takes fewer steps.
/// The rows that a shorter group lacks are 0.
template <class Narrow>
class NarrowGroup {
public:
    /// Of values that are wider the low bits.
    explicit NarrowGroup(std::span<const std::uint64_t> values) {
        if (values.size() == kGroupRows) {  // a length that compilers know
            for (std::size_t i = 0; i < kGroupRows; ++i)
                values_[i] = static_cast<Narrow>(values[i]);
            return;
        }
        for (std::size_t i = 0; i < values.size(); ++i) values_[i] = static_cast<Narrow>(values[i]);
        std::fill(values_.begin() + static_cast<std::ptrdiff_t>(values.size()), values_.end(),
                  Narrow{0});
    }
    /// How many values are wider; `width` is less than Narrow has.
    unsigned widerThan(unsigned width) const {
        const auto limit = static_cast<Narrow>(lowBits(width));
        Narrow wider = 0;
        for (const Narrow value : values_) wider = static_cast<Narrow>(wider + (value > limit));
        return static_cast<unsigned>(wider);
    }
    const Narrow* data() const { return values_.data(); }

private:
    alignas(16) std::array<Narrow, kGroupRows> values_;
};

/// The same for values of any width, of which it knows no more than that.
class WidthsOfGroup {
public:
    explicit WidthsOfGroup(std::span<const std::uint64_t> values) {
        for (std::size_t i = 0; i < values.size(); ++i)
            widths_[i] = static_cast<std::uint8_t>(widthOf(values[i]));
    }
    unsigned widerThan(unsigned width) const {
        const auto limit = static_cast<std::uint8_t>(width);
        std::uint8_t wider = 0;
        for (const std::uint8_t w : widths_) wider = static_cast<std::uint8_t>(wider + (w > limit));
        return wider;
    }

private:
    alignas(16) std::array<std::uint8_t, kGroupRows> widths_{};
};

/// The width that makes the group shortest, at most `widest`, which is that of the largest value.
template <class Group>
unsigned bestWidth(const Group& group, std::size_t rows, unsigned widest) {
    // What exceptions to a width take as varints is one byte for each wider value, and what the
    // width seven wider takes.
    std::array<std::size_t, kWidthMax + 8> varintBytes;
    for (unsigned width = widest; width <= widest + 7; ++width) varintBytes[width] = 0;
    unsigned best = widest;
    std::size_t bestBytes = packedBytes(rows, widest);
    for (unsigned width = widest; width-- > 0;) {
        const std::size_t wider = group.widerThan(width);
        varintBytes[width] = wider + varintBytes[width + 7];
        const std::size_t exceptions = 1 + wider + varintBytes[width];
        if (exceptions >= bestBytes) break;  // and the more so for every smaller width
        const std::size_t bytes = exceptions + packedBytes(rows, width);
        best = bytes < bestBytes ? width : best;
        bestBytes = std::min(bytes, bestBytes);
    }
    return best;
}

unsigned bestWidth(std::span<const std::uint64_t> values, unsigned widest) {
    const std::size_t rows = values.size();
    if (widest <= 8) return bestWidth(NarrowGroup<std::uint8_t>(values), rows, widest);
    if (widest <= 16) return bestWidth(NarrowGroup<std::uint16_t>(values), rows, widest);
    return bestWidth(WidthsOfGroup(values), rows, widest);
}

void store(std::byte* to, std::uint64_t word) {
    storeLittleEndian(to, word);
}

/// `n` values of `width` bits, the first in the lowest; n * width <= 64.
template <std::size_t n>
std::uint64_t joined(const std::uint64_t* values, unsigned width, std::uint64_t mask) {
    std::uint64_t word = values[n - 1] & mask;
    for (std::size_t i = n - 1; i-- > 0;) word = word << width | (values[i] & mask);
    return word;
}

/// Eight values take `width` whole bytes, and move together in halves of a word. Writes up to 8
/// bytes more than it packs.
void packEights(std::span<const std::uint64_t> values, unsigned width, std::byte* to) {
    constexpr std::uint64_t kBytes = 0x0101010101010101;
    constexpr std::uint64_t kEvenBytes = 0x00FF00FF00FF00FF;
    constexpr std::uint64_t kEvenPairs = 0x0000FFFF0000FFFF;
    const NarrowGroup<std::uint8_t> group(values);
    const std::uint64_t mask = kBytes * lowBits(width);
    for (std::size_t i = 0; i < kGroupRows; i += 8, to += width) {
        std::uint64_t word =
            littleEndianAt<std::uint64_t>(reinterpret_cast<const std::byte*>(group.data() + i));
        word &= mask;
        word = (word & kEvenBytes) | (word >> 8 & kEvenBytes) << width;
        word = (word & kEvenPairs) | (word >> 16 & kEvenPairs) << 2 * width;
        store(to, (word & 0xFFFFFFFF) | word >> 32 << 4 * width);
    }
}
/// The same for widths 9 to 16: four values take half of that, perhaps ending inside a byte.
void packFours(std::span<const std::uint64_t> values, unsigned width, std::byte* to) {
    const std::uint64_t mask = lowBits(width);
    const unsigned odd = 4 * width % 8;
    for (std::size_t i = 0; i < values.size(); i += 8, to += width) {
        const std::uint64_t low = joined<4>(&values[i], width, mask);
        const std::uint64_t high = joined<4>(&values[i + 4], width, mask);
        store(to, low);
        store(to + width / 2, odd == 0 ? high : high << 4 | low >> (4 * width - 4));
    }
}

void packAny(std::span<const std::uint64_t> values, unsigned width, std::byte* to) {
    const std::uint64_t mask = lowBits(width);
    std::uint64_t pending = 0;
    unsigned pendingBits = 0;
    for (const std::uint64_t value : values) {
        const std::uint64_t bits = value & mask;
        pending |= bits << pendingBits;
        if (pendingBits + width >= 64) {
            store(to, pending);
            to += 8;
            const unsigned used = 64 - pendingBits;
            pending = used < 64 ? bits >> used : 0;
            pendingBits = width - used;
        } else {
            pendingBits += width;
        }
    }
    store(to, pending);
}

/// Writes up to 8 bytes more than it packs.
void pack(std::span<const std::uint64_t> values, unsigned width, std::byte* to) {
    if (values.size() == kGroupRows && width <= 8)
        packEights(values, width, to);
    else if (values.size() == kGroupRows && width <= 16)
        packFours(values, width, to);
    else
        packAny(values, width, to);
}

/// A varint takes at most 10 bytes.
std::byte* putVarint(std::byte* to, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) *to++ = static_cast<std::byte>(value | 0x80);
    *to++ = static_cast<std::byte>(value);
    return to;
}

/// More than any group takes, and what pack() writes beyond.
constexpr std::size_t kGroupBytesMax = 2 + kGroupRows * (1 + 10 + 8) + 8;

/// A whole group of values of `width` bits, eight of which take `width` whole bytes. Reads up to 8
/// bytes behind them. With the width known to the compiler, of each value a shift and a mask are
/// left.
template <unsigned width>
void unpackEights(const std::byte* from, std::uint64_t* to) {
    static_assert(width >= 1 && width <= 57, "no value spreads over more than 8 bytes");
    constexpr std::uint64_t kMask = lowBits(width);
    for (std::size_t i = 0; i < kGroupRows; i += 8, from += width)
        for (unsigned j = 0; j < 8; ++j)
            to[i + j] =
                littleEndianAt<std::uint64_t>(from + j * width / 8) >> (j * width % 8) & kMask;
}
constexpr unsigned kEightsWidthMax = 57;

constexpr auto kUnpackEights = []<unsigned... less1>(std::integer_sequence<unsigned, less1...>) {
    return std::array{&unpackEights<less1 + 1>...};
}
(std::make_integer_sequence<unsigned, kEightsWidthMax>{});

/// `behind`: bytes that can be read behind `bytes`.
void unpack(ByteView bytes, std::size_t behind, unsigned width, std::span<std::uint64_t> values) {
    if (values.size() == kGroupRows && width <= kEightsWidthMax && behind >= 8)
        return kUnpackEights[width - 1](bytes.data(), values.data());
    // Reading eight bytes at any packed value stays inside this copy.
    std::array<std::byte, kGroupRows * 8 + 16> packed;
    std::memcpy(packed.data(), bytes.data(), bytes.size());
    std::memset(packed.data() + bytes.size(), 0, 16);
    const std::uint64_t mask = lowBits(width);
    std::size_t bit = 0;
    for (std::uint64_t& value : values) {
        const unsigned shift = bit % 8;
        std::uint64_t word = littleEndianAt<std::uint64_t>(packed.data() + bit / 8) >> shift;
        if (shift + width > 64)
            word |= static_cast<std::uint64_t>(packed[bit / 8 + 8]) << (64 - shift);
        value = word & mask;
        bit += width;
    }
}

/// Whether no value has more bits.
bool fit(std::span<const std::uint64_t> values, unsigned bits) {
    std::uint64_t any = 0;
    for (const std::uint64_t value : values) any |= value;
    return (any & ~lowBits(bits)) == 0;
}

}  // namespace

void PackedColumnWriter::addGroup(std::span<const std::uint64_t> values) {
    ARIADNE_DCHECK(!values.empty() && values.size() <= kGroupRows);
    if (out_.size() < size_ + kGroupBytesMax) out_.resize(2 * out_.size() + kGroupBytesMax);
    std::byte* const begin = out_.data() + size_;
    std::byte* to = begin;
    std::uint64_t any = 0;
    for (const std::uint64_t value : values) any |= value;
    if (any == 0) {
        *to = std::byte{0};
        ++size_;
        return;
    }
    anyNonzero_ = true;
    const unsigned width = bestWidth(values, widthOf(any));
    if ((any & ~lowBits(width)) == 0) {
        *to++ = static_cast<std::byte>(width);
    } else {
        *to++ = static_cast<std::byte>(width | kHasExceptions);
        std::byte* const count = to++;
        std::uint8_t exceptions = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if ((values[i] >> width) == 0) continue;
            ++exceptions;
            *to++ = static_cast<std::byte>(i);
            to = putVarint(to, values[i] >> width);
        }
        *count = static_cast<std::byte>(exceptions);
    }
    if (width != 0) pack(values, width, to);
    to += packedBytes(values.size(), width);
    size_ += static_cast<std::size_t>(to - begin);
}

PackedColumnReader::Group PackedColumnReader::nextGroup(std::span<std::uint64_t> values) {
    ARIADNE_DCHECK(!values.empty() && values.size() <= kGroupRows);
    if (allZero_) return Group::kZeros;
    if (rest_.empty()) return Group::kMalformed;
    const auto head = static_cast<std::uint8_t>(rest_.front());
    const ByteView rest = rest_.subspan(1);
    if (head == 0) {
        rest_ = rest;
        return Group::kZeros;
    }
    const unsigned width = head & 0x7Fu;
    if ((head & kHasExceptions) != 0) return withExceptions(rest, width, values);
    const std::size_t bytes = packedBytes(values.size(), width);
    if (width > kWidthMax || bytes > rest.size()) return Group::kMalformed;
    rest_ = rest.subspan(bytes);
    unpack(rest.first(bytes), rest_.size(), width, values);
    if (width <= bitsMax_ || fit(values, bitsMax_)) return Group::kValues;
    return Group::kMalformed;
}

PackedColumnReader::Group PackedColumnReader::withExceptions(ByteView rest, unsigned width,
                                                             std::span<std::uint64_t> values) {
    if (width >= kWidthMax || rest.empty()) return Group::kMalformed;
    const auto exceptions = static_cast<std::size_t>(rest.front());
    if (exceptions > values.size()) return Group::kMalformed;
    std::array<std::uint8_t, kGroupRows> positions;
    std::array<std::uint64_t, kGroupRows> highs;
    std::size_t used = 1;
    unsigned next = 0;  // the lowest position that may come
    for (std::size_t i = 0; i < exceptions; ++i) {
        if (used + 2 > rest.size()) return Group::kMalformed;
        const auto position = static_cast<std::uint8_t>(rest[used++]);
        auto high = static_cast<std::uint64_t>(rest[used]);
        if (high < 0x80) {
            ++used;
        } else {
            ByteReader in(rest.subspan(used));
            high = in.varint();
            if (!in.ok()) return Group::kMalformed;
            used += in.offset();
        }
        if (position >= values.size() || position < next || (high & ~lowBits(64 - width)) != 0)
            return Group::kMalformed;
        next = position + 1u;
        positions[i] = position;
        highs[i] = high << width;
    }
    rest = rest.subspan(used);
    const std::size_t bytes = packedBytes(values.size(), width);
    if (bytes > rest.size()) return Group::kMalformed;
    rest_ = rest.subspan(bytes);
    if (width == 0)
        std::fill(values.begin(), values.end(), 0);
    else
        unpack(rest.first(bytes), rest_.size(), width, values);
    for (std::size_t i = 0; i < exceptions; ++i) values[positions[i]] |= highs[i];
    return bitsMax_ == kWidthMax || fit(values, bitsMax_) ? Group::kValues : Group::kMalformed;
}

}  // namespace ariadne::tracefmt
