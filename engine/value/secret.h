// Fields whose values are nobody's business but the program's.
#pragma once

#include "engine/value/kinds.h"

#include <boost/mp11.hpp>

#include <string_view>

namespace ariadne::value {

namespace internal {

/// Whether `names`, as the preprocessor spells "a, b, c", has `name`.
constexpr bool lists(std::string_view names, std::string_view name) {
    while (!names.empty()) {
        const std::size_t end = names.find(',');
        std::string_view one = names.substr(0, end);
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        if (one == name) return true;
        names = end == std::string_view::npos ? std::string_view{} : names.substr(end + 1);
    }
    return false;
}

/// How many of the members of `T` are in `names`.
template <class T>
constexpr std::size_t countListed(std::string_view names) {
    std::size_t found = 0;
    boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
        if (lists(names, member.name)) ++found;
    });
    return found;
}

constexpr std::size_t countNames(std::string_view names) {
    std::size_t count = names.empty() ? 0 : 1;
    for (const char c : names)
        if (c == ',') ++count;
    return count;
}

}  // namespace internal

/// Whether ARIADNE_SECRET names this member, a descriptor of Boost.Describe, of `T` or of a base.
template <class T, class Member>
constexpr bool isSecret() {
    if constexpr (requires { ariadneSecretFields(static_cast<const T*>(nullptr)); })
        return internal::lists(ariadneSecretFields(static_cast<const T*>(nullptr)), Member::name);
    else
        return false;
}

}  // namespace ariadne::value

/// `ARIADNE_SECRET(Login, password, pin);` below the description of the struct and in its
/// namespace: the values of these fields, whatever stands inside them, are recorded as all others
/// are (a replay needs them), but the trace says that they are secret, and `ariadne redact` takes
/// them out before the file is given away. No part of the type's structure: traces made before and
/// after the mark replay each other.
#define ARIADNE_SECRET(Type, ...)                                                    \
    [[maybe_unused]] constexpr ::std::string_view ariadneSecretFields(const Type*) { \
        return #__VA_ARGS__;                                                         \
    }                                                                                \
    static_assert(::ariadne::value::internal::countListed<Type>(#__VA_ARGS__) ==     \
                      ::ariadne::value::internal::countNames(#__VA_ARGS__),          \
                  "ARIADNE_SECRET names something that is no described field of the struct")
