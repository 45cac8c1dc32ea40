// Bytes, of which there are few as a rule.
#pragma once

#include "engine/base/bytes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace ariadne {

/// At most 2^32 - 1 bytes; up to kInlineMax of them need no memory of their own. Thread-confined.
class ShortBytes {
public:
    static constexpr std::size_t kInlineMax = 20;

    ShortBytes() = default;
    ShortBytes(ByteView bytes) { assign(bytes); }      // NOLINT(google-explicit-constructor): it is
    ShortBytes(const Bytes& bytes) { assign(bytes); }  // NOLINT(google-explicit-constructor): those
    ShortBytes(const ShortBytes& other) { assign(other.view()); }
    ShortBytes(ShortBytes&& other) noexcept { take(other); }
    ShortBytes& operator=(const ShortBytes& other) {
        if (this != &other) assign(other.view());
        return *this;
    }
    ShortBytes& operator=(ShortBytes&& other) noexcept {
        if (this == &other) return *this;
        clear();
        take(other);
        return *this;
    }
    ~ShortBytes() { clear(); }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const std::byte* data() const { return size_ <= kInlineMax ? inside_ : outside(); }
    std::byte* data() { return size_ <= kInlineMax ? inside_ : outside(); }
    std::byte* begin() { return data(); }
    std::byte* end() { return data() + size_; }
    const std::byte* begin() const { return data(); }
    const std::byte* end() const { return data() + size_; }
    const std::byte& operator[](std::size_t i) const { return data()[i]; }
    std::byte& operator[](std::size_t i) { return data()[i]; }
    ByteView view() const { return {data(), size_}; }

    /// `bytes` are none of its own.
    void assign(ByteView bytes) {
        clear();
        if (bytes.size() > kInlineMax) {
            auto* const memory = new std::byte[bytes.size()];
            std::memcpy(inside_, &memory, sizeof memory);
        }
        size_ = static_cast<std::uint32_t>(bytes.size());
        if (!bytes.empty()) std::memcpy(data(), bytes.data(), bytes.size());
    }
    void clear() {
        if (size_ > kInlineMax) delete[] outside();
        size_ = 0;
    }

    friend bool operator==(const ShortBytes& a, const ShortBytes& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

private:
    std::byte* outside() const {
        std::byte* memory = nullptr;
        std::memcpy(&memory, inside_, sizeof memory);
        return memory;
    }
    void take(ShortBytes& other) {
        std::memcpy(inside_, other.inside_, sizeof inside_);
        size_ = std::exchange(other.size_, 0);
    }

    std::uint32_t size_ = 0;
    std::byte inside_[kInlineMax];  ///< or the address of memory of its own
};

}  // namespace ariadne
