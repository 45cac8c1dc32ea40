// Building arguments inside co_await expressions.
#pragma once

#include <type_traits>
#include <utility>

namespace ariadne {

/// A value made by make(); becomes an M where one is wanted.
template <class M>
class Made {
public:
    explicit Made(M v) : value_(std::move(v)) {}
    operator M() && { return std::move(value_); }

private:
    M value_;
};

/// `M{fields...}` for use inside a co_await expression: `co_await f(cx, make<Url>("a"))`. g++ 12
/// destroys the fields of a struct written with braces there twice.
template <class M, class... Fields>
Made<M> make(Fields&&... fields) {
    return Made<M>(M{std::forward<Fields>(fields)...});
}

namespace task {

/// False for a temporary that may have been written with braces inside a co_await expression, and
/// would be destroyed twice.
template <class M>
inline constexpr bool kIsSafeTemporary =
    std::is_lvalue_reference_v<M> || !std::is_aggregate_v<std::remove_cvref_t<M>> ||
    std::is_trivially_destructible_v<std::remove_cvref_t<M>>;

template <class M>
struct PlainOf {
    using Type = M;
};
template <class M>
struct PlainOf<Made<M>> {
    using Type = M;
};
/// M of M, of Made<M> and of references to them.
template <class M>
using Plain = typename PlainOf<std::remove_cvref_t<M>>::Type;

template <class M>
constexpr void checkTemporary() {
    static_assert(kIsSafeTemporary<M>,
                  "g++ 12 destroys a struct that is written with braces inside a co_await "
                  "expression twice: write make<Struct>(fields...), or name it before");
}

}  // namespace task
}  // namespace ariadne
