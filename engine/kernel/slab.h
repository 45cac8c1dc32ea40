// Memory for arrays of many small things.
#pragma once

#include <cstddef>
#include <memory>

namespace ariadne::kernel {

inline constexpr std::size_t kLargePage = std::size_t{2} << 20;

struct FreeSlab {
    void operator()(std::byte* slab) const;
};
using Slab = std::unique_ptr<std::byte, FreeSlab>;

/// `bytes` of memory, not cleared, aligned for a cache line. From kLargePage on it is aligned so,
/// and the system is asked to back it by large pages: touching an array of millions for the first
/// time then costs one fault for 2 MiB instead of 512. Throws std::bad_alloc.
Slab allocateSlab(std::size_t bytes);

}  // namespace ariadne::kernel
