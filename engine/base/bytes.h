// Byte buffers with the integer encodings every canonical form is built from.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
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

/// Appends little-endian and LEB128 integers to a buffer it owns. Thread-confined.
class ByteWriter {
public:
    void u8(std::uint8_t v) { bytes_.push_back(static_cast<std::byte>(v)); }
    void fixed32(std::uint32_t v) { fixed(v); }
    void fixed64(std::uint64_t v) { fixed(v); }
    void varint(std::uint64_t v) {
        while (v >= 0x80) {
            u8(static_cast<std::uint8_t>(v | 0x80));
            v >>= 7;
        }
        u8(static_cast<std::uint8_t>(v));
    }
    void zigzagVarint(std::int64_t v) { varint(zigzag(v)); }
    void raw(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
    /// A varint length, then the bytes.
    void sized(ByteView bytes) {
        varint(bytes.size());
        raw(bytes);
    }

    std::size_t size() const { return bytes_.size(); }
    ByteView view() const { return bytes_; }
    ByteView viewFrom(std::size_t begin) const { return ByteView{bytes_}.subspan(begin); }
    void clear() { bytes_.clear(); }
    void truncate(std::size_t size) { bytes_.resize(size); }
    Bytes take() { return std::exchange(bytes_, {}); }
    void swap(ByteWriter& other) { bytes_.swap(other.bytes_); }

private:
    template <class T>
    void fixed(T v) {
        static_assert(std::endian::native == std::endian::little);
        const std::size_t at = bytes_.size();
        bytes_.resize(at + sizeof v);
        std::memcpy(bytes_.data() + at, &v, sizeof v);
    }

    Bytes bytes_;
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
        T v{};
        if (!need(sizeof v)) return v;
        std::memcpy(&v, bytes_.data() + at_, sizeof v);
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
