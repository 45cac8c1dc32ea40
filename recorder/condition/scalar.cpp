#include "recorder/condition/scalar.h"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

namespace ariadne::condition {
namespace {

/// Orders a whole number and a fraction as real numbers, which no conversion does for all of them.
template <class Whole>
std::partial_ordering orderWhole(Whole whole, double fraction) {
    if (std::isnan(fraction)) return std::partial_ordering::unordered;
    constexpr double kBehindAll = std::is_signed_v<Whole> ? 0x1p63 : 0x1p64;
    constexpr double kLeast = std::is_signed_v<Whole> ? -0x1p63 : 0.0;
    if (fraction >= kBehindAll) return std::partial_ordering::less;
    if (fraction < kLeast) return std::partial_ordering::greater;
    const double floor = std::floor(fraction);
    const auto below = static_cast<Whole>(floor);
    if (whole != below) return whole <=> below;
    return floor < fraction ? std::partial_ordering::less : std::partial_ordering::equivalent;
}

template <class Number>
constexpr bool kIsNumber = std::is_arithmetic_v<Number> && !std::is_same_v<Number, bool>;

std::partial_ordering order(std::int64_t a, std::uint64_t b) {
    return std::cmp_less(a, b)    ? std::partial_ordering::less
           : std::cmp_equal(a, b) ? std::partial_ordering::equivalent
                                  : std::partial_ordering::greater;
}

template <class A, class B>
std::partial_ordering order(const A& a, const B& b) {
    if constexpr (std::is_same_v<A, std::monostate> || std::is_same_v<B, std::monostate>)
        return std::partial_ordering::unordered;
    else if constexpr (std::is_same_v<A, B>)
        return a <=> b;
    else if constexpr (!kIsNumber<A> || !kIsNumber<B>)
        return std::partial_ordering::unordered;
    else if constexpr (std::is_same_v<B, double>)
        return orderWhole(a, b);
    else if constexpr (std::is_same_v<A, double>)
        return 0 <=> orderWhole(b, a);
    else
        return 0 <=> order(b, a);
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::partial_ordering compare(const Scalar& a, const Scalar& b) {
    return std::visit([](const auto& x, const auto& y) { return order(x, y); }, a, b);
}

bool containsText(std::string_view text, std::string_view part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(),
                       [](char x, char y) { return lower(x) == lower(y); }) != text.end() ||
           part.empty();
}

}  // namespace ariadne::condition
