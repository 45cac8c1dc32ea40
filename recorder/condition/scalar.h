// A single value that conditions compare.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace ariadne::condition {

/// Nothing (the event has no such value), a truth, a number or a text. Durations are signed
/// nanoseconds. Value type.
using Scalar = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string>;

inline bool isThere(const Scalar& value) {
    return !std::holds_alternative<std::monostate>(value);
}

/// There, and not false.
inline bool isTrue(const Scalar& value) {
    const bool* truth = std::get_if<bool>(&value);
    return truth != nullptr ? *truth : isThere(value);
}

/// Exact between all kinds of numbers; nothing and values of different kinds are unordered, as is
/// NaN with everything.
std::partial_ordering compare(const Scalar& a, const Scalar& b);

/// Whether `text` contains `part`, letters of ASCII in either case.
bool containsText(std::string_view text, std::string_view part);

}  // namespace ariadne::condition
