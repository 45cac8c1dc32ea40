// Memory for arrays of many small things.
#pragma once

#include <cstddef>
#include <memory>

namespace ariadne {

inline constexpr std::size_t kLargePage = std::size_t{2} << 20;

struct FreeSlab {
    void operator()(std::byte* slab) const;
};
using Slab = std::unique_ptr<std::byte, FreeSlab>;

/// `bytes` of memory, not cleared, aligned for a cache line. From kLargePage on it is aligned so,
/// and the system is asked to back it by large pages: touching an array of millions for the first
/// time then costs one fault for 2 MiB instead of 512. Throws std::bad_alloc.
Slab allocateSlab(std::size_t bytes);

/// A slab of at least `bytes`, from those given back if one fits, else a fresh one. Its content is
/// whatever it was. Any thread. Throws std::bad_alloc.
Slab takeUsedSlab(std::size_t bytes);
/// Gives back what takeUsedSlab(bytes) gave. A few of them are kept, 32 MiB at most in the whole
/// process, so that the next one costs no first touch of its pages: that is dearer than filling
/// them. Any thread.
void giveSlabBack(Slab slab, std::size_t bytes);

/// Lets a vector that is made and let go again and again keep its items in slabs.
template <class T>
struct SlabAllocator {
    using value_type = T;
    SlabAllocator() = default;
    template <class U>
    SlabAllocator(const SlabAllocator<U>&) {}  // NOLINT(google-explicit-constructor)
    T* allocate(std::size_t count) {
        return reinterpret_cast<T*>(takeUsedSlab(count * sizeof(T)).release());
    }
    void deallocate(T* items, std::size_t count) {
        giveSlabBack(Slab{reinterpret_cast<std::byte*>(items)}, count * sizeof(T));
    }
    bool operator==(const SlabAllocator&) const = default;
};

}  // namespace ariadne
