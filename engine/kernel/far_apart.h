// When it is worth asking for memory before it is needed.
#pragma once

#include <cstdint>

namespace ariadne::kernel {

/// A world of so many cells is more than the caches near a core hold.
inline constexpr std::uint32_t kFarApart = 4'096;
/// Of so many, the receiver of a message is on its way for longer than the rest of its turn takes.
inline constexpr std::uint32_t kVeryFarApart = 32'768;

}  // namespace ariadne::kernel
