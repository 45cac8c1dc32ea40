// How much a fault test does: little in every run, as much as one likes when somebody soaks it.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace ariadne::faults {

/// The number in the environment variable `name`, else `usual`.
inline std::uint64_t amount(const char* name, std::uint64_t usual) {
    const char* const text = std::getenv(name);
    return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

}  // namespace ariadne::faults
