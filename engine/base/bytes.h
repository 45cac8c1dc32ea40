// Byte buffers with the integer encodings every canonical form is built from.
#pragma once

#include "engine/base/endian.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace ariadne {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

inline ByteView asBytes(std::string_view text) {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline std::string_view asText(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline bool sameBytes(ByteView a, ByteView b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

constexpr std::uint64_t zigzag(std::int64_t v) {
    return (static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t v) {
    return static_cast<std::int64_t>(v >> 1) ^ -static_cast<std::int64_t>(v & 1);
}

/// Appends little-endian and LEB128 integers to a buffer it owns, whose room it keeps when cleared,
/// or to one that it was lent. Thread-confined.
class ByteWriter {
public:
    ByteWriter() = default;
    ByteWriter(ByteWriter&& other) noexcept { swap(other); }
    ByteWriter& operator=(ByteWriter&& other) noexcept {
        swap(other);
        return *this;
    }

    void u8(std::uint8_t v) {
        *room(1) = static_cast<std::byte>(v);
        ++size_;
    }
    void fixed32(std::uint32_t v) { fixed(v); }
    void fixed64(std::uint64_t v) { fixed(v); }
    void varint(std::uint64_t v) {
        std::byte* to = room(kVarintBytesMax);
        const std::byte* const begin = to;
        for (; v >= 0x80; v >>= 7) *to++ = static_cast<std::byte>(v | 0x80);
        *to++ = static_cast<std::byte>(v);
        size_ += static_cast<std::size_t>(to - begin);
    }
    void zigzagVarint(std::int64_t v) { varint(zigzag(v)); }
    void raw(ByteView bytes) {
        copy(room(bytes.size()), bytes.data(), bytes.size());
        size_ += bytes.size();
    }
    /// A varint length, then the bytes.
    void sized(ByteView bytes) {
        varint(bytes.size());
        raw(bytes);
    }

    std::size_t size() const { return size_; }
    ByteView view() const { return {bytes_.get(), size_}; }
    ByteView viewFrom(std::size_t begin) const { return view().subspan(begin); }
    void clear() { size_ = 0; }
    /// Forgets all but the first `size` bytes; there are as many.
    void truncate(std::size_t size) { size_ = size; }
    /// What was written, in a buffer of just that size.
    Bytes take() {
        Bytes out{bytes_.get(), bytes_.get() + size_};
        clear();
        return out;
    }
    /// Goes on in `room`, which outlives its use here and holds the first `size` bytes already.
    /// What does not fit there is written elsewhere, with all that was before it.
    void lend(std::span<std::byte> room, std::size_t size) {
        bytes_ = std::unique_ptr<std::byte[], Free>(room.data(), Free{true});
        size_ = size;
        capacity_ = room.size();
    }
    bool isIn(std::span<std::byte> room) const { return bytes_.get() == room.data(); }
    void swap(ByteWriter& other) noexcept {
        std::swap(bytes_, other.bytes_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }

private:
    static constexpr std::size_t kVarintBytesMax = 10;

    struct Free {
        Free() noexcept {}  // NOLINT(modernize-use-equals-default): needed by a member below
        explicit Free(bool isLent) noexcept : lent(isLent) {}
        void operator()(std::byte* bytes) const {
            if (!lent) delete[] bytes;
        }
        bool lent = false;
    };

    std::byte* room(std::size_t size) {
        if (size > capacity_ - size_) [[unlikely]]
            grow(size);
        return bytes_.get() + size_;
    }
    [[gnu::noinline]] void grow(std::size_t added) {
        const std::size_t capacity = std::max(2 * capacity_, size_ + added + 2 * kVarintBytesMax);
        // NOLINTNEXTLINE(modernize-make-unique): make_unique would clear it
        std::unique_ptr<std::byte[], Free> bytes{new std::byte[capacity]};
        if (size_ != 0) std::memcpy(bytes.get(), bytes_.get(), size_);
        bytes_ = std::move(bytes);
        capacity_ = capacity;
    }
    /// Most are a few bytes, for which a call costs more than the copy.
    static void copy(std::byte* to, const std::byte* from, std::size_t size) {
        if (size > 16) {
            std::memcpy(to, from, size);
        } else if (size >= 8) {
            copyEnds<std::uint64_t>(to, from, size);
        } else if (size >= 4) {
            copyEnds<std::uint32_t>(to, from, size);
        } else if (size >= 2) {
            copyEnds<std::uint16_t>(to, from, size);
        } else if (size == 1) {
            *to = *from;
        }
    }
    template <class Word>
    static void copyEnds(std::byte* to, const std::byte* from, std::size_t size) {
        Word head;
        Word tail;
        std::memcpy(&head, from, sizeof head);
        std::memcpy(&tail, from + size - sizeof tail, sizeof tail);
        std::memcpy(to, &head, sizeof head);
        std::memcpy(to + size - sizeof tail, &tail, sizeof tail);
    }
    template <class T>
    void fixed(T v) {
        storeLittleEndian(room(sizeof v), v);
        size_ += sizeof v;
    }

    std::unique_ptr<std::byte[], Free> bytes_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

/// Reads what ByteWriter wrote, from bytes nobody vouches for: every read checks the remaining
/// length, and after the first failure `ok()` stays false and reads return zero or empty.
/// Views point into the bytes given to the constructor.
class ByteReader {
public:
    explicit ByteReader(ByteView bytes) : bytes_(bytes), steps_(kStepsMin + 8 * bytes.size()) {}

    bool ok() const { return ok_; }
    bool atEnd() const { return at_ == bytes_.size(); }
    std::size_t offset() const { return at_; }
    std::size_t remaining() const { return bytes_.size() - at_; }
    ByteView consumedSince(std::size_t begin) const { return bytes_.subspan(begin, at_ - begin); }
    void fail() { ok_ = false; }
    /// Counts one step of a walk over described data and fails when there were far more than the
    /// bytes can justify: descriptions from a file may nest values that take no bytes at all.
    void step() {
        if (steps_ == 0)
            ok_ = false;
        else
            --steps_;
    }

    std::uint8_t u8() {
        if (!need(1)) return 0;
        return static_cast<std::uint8_t>(bytes_[at_++]);
    }
    std::uint32_t fixed32() { return fixed<std::uint32_t>(); }
    std::uint64_t fixed64() { return fixed<std::uint64_t>(); }
    /// Refuses encodings longer than ten bytes, over 64 bits, or with a redundant last byte, so
    /// that every value has exactly one encoding.
    std::uint64_t varint() {
        std::uint64_t v = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint8_t b = u8();
            if (!ok_) return 0;
            if (shift == 63 && b > 1) break;
            v |= static_cast<std::uint64_t>(b & 0x7F) << shift;
            if ((b & 0x80) == 0) {
                if (b == 0 && shift != 0) break;
                return v;
            }
        }
        ok_ = false;
        return 0;
    }
    std::int64_t zigzagVarint() { return unzigzag(varint()); }
    ByteView raw(std::uint64_t size) {
        if (!need(size)) return {};
        const ByteView out = bytes_.subspan(at_, static_cast<std::size_t>(size));
        at_ += static_cast<std::size_t>(size);
        return out;
    }
    ByteView sized() { return raw(varint()); }

private:
    bool need(std::uint64_t size) {
        if (ok_ && size <= remaining()) return true;
        ok_ = false;
        return false;
    }
    template <class T>
    T fixed() {
        if (!need(sizeof(T))) return T{};
        const T v = littleEndianAt<T>(bytes_.data() + at_);
        at_ += sizeof v;
        return v;
    }

    static constexpr std::size_t kStepsMin = 1'000'000;

    ByteView bytes_;
    std::size_t at_ = 0;
    std::size_t steps_;
    bool ok_ = true;
};

}  // namespace ariadne
