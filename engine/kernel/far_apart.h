// When it is worth asking for memory before it is needed.
#pragma once

#include <cstdint>

namespace ariadne::kernel {

/// A world of so many cells is more than the caches near a core hold.
inline constexpr std::uint32_t kFarApart = 4'096;

}  // namespace ariadne::kernel
