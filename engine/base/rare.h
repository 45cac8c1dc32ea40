// A value that most of its owners never need.
#pragma once

#include <memory>
#include <utility>

namespace ariadne {

/// A T that takes a pointer's room as long as it is a T{}. Copies are deep. Thread-confined.
template <class T>
class Rare {
public:
    Rare() = default;
    Rare(T value) {  // NOLINT(google-explicit-constructor): it is that value
        if (value != T{}) value_ = std::make_unique<T>(std::move(value));
    }
    Rare(const Rare& other) : Rare(other.get()) {}
    Rare(Rare&&) noexcept = default;
    Rare& operator=(const Rare& other) {
        if (this != &other) *this = Rare{other};
        return *this;
    }
    Rare& operator=(Rare&&) noexcept = default;
    ~Rare() = default;

    const T& get() const {
        static const T kNone{};
        return value_ != nullptr ? *value_ : kNone;
    }
    const T* operator->() const { return &get(); }
    T& edit() {
        if (value_ == nullptr) value_ = std::make_unique<T>();
        return *value_;
    }
    /// Says that it was never anything else, without a look at the value.
    bool untouched() const { return value_ == nullptr; }

    friend bool operator==(const Rare& a, const Rare& b) {
        return (a.untouched() && b.untouched()) || a.get() == b.get();
    }

private:
    std::unique_ptr<T> value_;
};

}  // namespace ariadne
