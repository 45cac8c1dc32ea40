#include "engine/base/slab.h"

#include <cstdlib>
#include <new>
#include <sys/mman.h>

namespace ariadne {
namespace {

constexpr std::size_t kCacheLine = 64;

}  // namespace

void FreeSlab::operator()(std::byte* slab) const {
    std::free(slab);
}

Slab allocateSlab(std::size_t bytes) {
    const std::size_t alignment = bytes >= kLargePage ? kLargePage : kCacheLine;
    const std::size_t size = (bytes + alignment - 1) / alignment * alignment;
    void* memory = std::aligned_alloc(alignment, size);
    if (memory == nullptr) throw std::bad_alloc{};
    // A wish: without large pages the memory is as good, only slower at first.
    if (size >= kLargePage) (void)::madvise(memory, size, MADV_HUGEPAGE);
    return Slab{static_cast<std::byte*>(memory)};
}

}  // namespace ariadne
