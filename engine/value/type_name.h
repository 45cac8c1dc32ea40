// The qualified name of a C++ type, the same from both compilers.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace ariadne::value {

namespace internal {
template <class T>
constexpr std::string_view signatureOf() {
    return __PRETTY_FUNCTION__;
}
}  // namespace internal

/// Name between "T = " and its end in a compiler's function signature, without the marks the
/// compilers use for anonymous namespaces and between closing brackets.
std::string nameInSignature(std::string_view signature);

/// A type that names itself: `static std::string traceName()`. For templates of values, whose
/// spelling differs between compilers.
template <class T>
concept NamesItself = requires {
    { T::traceName() } -> std::convertible_to<std::string>;
};

/// "bank::Deposit", "Broker<bank::Price>". Names of local types and of templates of anything but
/// named types differ between compilers: described types are named structs and enums, or templates
/// of such.
template <class T>
std::string typeName() {
    if constexpr (NamesItself<T>)
        return T::traceName();
    else
        return nameInSignature(internal::signatureOf<T>());
}

/// "Deposit" of "bank::Deposit"; "list<bank::Deposit>" stays whole.
constexpr std::string_view shortName(std::string_view qualified) {
    const std::size_t at = qualified.substr(0, qualified.find('<')).rfind("::");
    return at == std::string_view::npos ? qualified : qualified.substr(at + 2);
}

}  // namespace ariadne::value
