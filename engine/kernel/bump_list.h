// An append-only list of plain records.
#pragma once

#include "engine/base/slab.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <type_traits>

namespace ariadne::kernel {

/// Like a vector of a trivially copyable T, but push() does not initialise: the caller writes every
/// field that is read. Keeps its memory when cleared, until
/// it is told to shrink.
template <class T>
class BumpList {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

public:
    BumpList() = default;
    BumpList(const BumpList&) = delete;
    BumpList& operator=(const BumpList&) = delete;

    T& push() {
        if (size_ == capacity_) [[unlikely]]
            grow();
        return begin()[size_++];
    }
    void push(T value) { push() = value; }
    /// Where the next items go, with room for `count` of them; counted by grewBy().
    T* room(std::size_t count) {
        while (capacity_ - size_ < count) [[unlikely]] grow();
        return end();
    }
    void grewBy(std::size_t count) { size_ += count; }
    T& operator[](std::size_t i) { return begin()[i]; }
    std::size_t size() const { return size_; }
    void cutTo(std::size_t size) { size_ = size; }
    void clear() { size_ = 0; }
    /// Gives the memory back when it is much and nothing is in it.
    void shrink() {
        if (size_ != 0 || capacity_ * sizeof(T) <= kKeptBytes) return;
        data_.reset();
        capacity_ = 0;
    }
    T* begin() { return reinterpret_cast<T*>(data_.get()); }
    T* end() { return begin() + size_; }
    std::span<T> all() { return {begin(), size_}; }

private:
    static constexpr std::size_t kKeptBytes = std::size_t{64} << 10;

    [[gnu::noinline]] void grow() {
        const std::size_t capacity = std::max<std::size_t>(64, capacity_ * 2);
        Slab data = allocateSlab(capacity * sizeof(T));
        std::uninitialized_copy(begin(), end(), reinterpret_cast<T*>(data.get()));
        data_ = std::move(data);
        capacity_ = capacity;
    }

    Slab data_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace ariadne::kernel
