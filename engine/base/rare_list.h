// A list that is empty in most of its owners.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace ariadne {

/// A vector of T that takes a pointer's room while it is empty. Copies are deep. Thread-confined.
template <class T>
class RareList {
public:
    using value_type = T;
    using iterator = typename std::vector<T>::iterator;
    using const_iterator = typename std::vector<T>::const_iterator;

    RareList() = default;
    RareList(std::vector<T> items) {  // NOLINT(google-explicit-constructor): they are that list
        if (!items.empty()) items_ = std::make_unique<std::vector<T>>(std::move(items));
    }
    RareList(std::initializer_list<T> items) : RareList(std::vector<T>(items)) {}
    RareList(const RareList& other) : RareList(other.all()) {}
    RareList(RareList&&) noexcept = default;
    RareList& operator=(const RareList& other) {
        if (this != &other) *this = RareList{other};
        return *this;
    }
    RareList& operator=(RareList&&) noexcept = default;
    ~RareList() = default;

    const std::vector<T>& all() const {
        static const std::vector<T> kNone;
        return items_ != nullptr ? *items_ : kNone;
    }
    std::vector<T>& edit() {
        if (items_ == nullptr) items_ = std::make_unique<std::vector<T>>();
        return *items_;
    }
    operator const std::vector<T>&() const { return all(); }  // NOLINT(google-explicit-constructor)

    bool empty() const { return items_ == nullptr || items_->empty(); }
    std::size_t size() const { return items_ == nullptr ? 0 : items_->size(); }
    const_iterator begin() const { return all().begin(); }
    const_iterator end() const { return all().end(); }
    const T& operator[](std::size_t i) const { return all()[i]; }
    const T& front() const { return all().front(); }
    const T& back() const { return all().back(); }
    iterator begin() { return edit().begin(); }
    iterator end() { return edit().end(); }
    T& operator[](std::size_t i) { return (*items_)[i]; }
    T& front() { return items_->front(); }
    T& back() { return items_->back(); }

    void reserve(std::size_t size) { edit().reserve(size); }
    void push_back(T item) { edit().push_back(std::move(item)); }
    template <class... Args>
    T& emplace_back(Args&&... args) {
        return edit().emplace_back(std::forward<Args>(args)...);
    }
    void pop_back() { items_->pop_back(); }
    void clear() { items_.reset(); }
    template <class Iterator>
    void assign(Iterator first, Iterator last) {
        if (first == last)
            clear();
        else
            edit().assign(first, last);
    }

    friend bool operator==(const RareList& a, const RareList& b) { return a.all() == b.all(); }

private:
    std::unique_ptr<std::vector<T>> items_;
};

}  // namespace ariadne
