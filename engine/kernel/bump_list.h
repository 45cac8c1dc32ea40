// An append-only list of plain records.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>

namespace ariadne::kernel {

/// Like a vector of a trivially copyable T, but push() does not initialise: the caller writes every
/// field that is read. Keeps its memory when cleared.
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
        return data_[size_++];
    }
    T& operator[](std::size_t i) { return data_[i]; }
    std::size_t size() const { return size_; }
    void cutTo(std::size_t size) { size_ = size; }
    T* begin() { return data_.get(); }
    T* end() { return data_.get() + size_; }

private:
    void grow() {
        const std::size_t capacity = std::max<std::size_t>(64, capacity_ * 2);
        // NOLINTNEXTLINE(modernize-make-unique): make_unique would initialise
        std::unique_ptr<T[]> data{new T[capacity]};
        std::copy(begin(), end(), data.get());
        data_ = std::move(data);
        capacity_ = capacity;
    }

    std::unique_ptr<T[]> data_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace ariadne::kernel
