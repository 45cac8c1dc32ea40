#include "engine/base/slab.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>
#include <sys/mman.h>
#include <vector>

namespace ariadne {
namespace {

constexpr std::size_t kCacheLine = 64;
/// Smaller slabs the allocator keeps by itself, larger ones are too rare to be kept.
constexpr std::size_t kLeastKept = std::size_t{32} << 10;
constexpr std::size_t kMostKept = std::size_t{16} << 20;
constexpr std::size_t kKeptTogether = std::size_t{32} << 20;

/// What a slab for so many bytes holds: one of four sizes from each power of two to the next, so
/// that one serves whoever asks for about as much.
std::size_t sizeClassOf(std::size_t bytes) {
    const std::size_t step = std::bit_floor(bytes) / 4;
    return (bytes + step - 1) / step * step;
}

bool isKept(std::size_t bytes) {
    return bytes >= kLeastKept && bytes <= kMostKept;
}

class Shelf {
public:
    Shelf() { slabs_.reserve(kKeptTogether / kLeastKept); }  // put() is to need no memory

    /// One of exactly that size, the last that was put; null: there is none.
    Slab take(std::size_t size) {
        const std::lock_guard lock{mutex_};
        const auto found = std::find_if(slabs_.rbegin(), slabs_.rend(),
                                        [&](const Kept& kept) { return kept.size == size; });
        if (found == slabs_.rend()) return nullptr;
        Slab slab = std::move(found->slab);
        slabs_.erase(std::next(found).base());
        bytes_ -= size;
        return slab;
    }

    void put(Slab slab, std::size_t size) {
        const std::lock_guard lock{mutex_};
        while (bytes_ + size > kKeptTogether) {
            bytes_ -= slabs_.front().size;
            slabs_.erase(slabs_.begin());
        }
        slabs_.push_back({std::move(slab), size});
        bytes_ += size;
    }

private:
    struct Kept {
        Slab slab;
        std::size_t size;
    };
    std::mutex mutex_;
    std::vector<Kept> slabs_;  ///< the oldest first
    std::size_t bytes_ = 0;
};

/// Never destroyed: what is let go while the process ends must still find it.
Shelf& shelf() {
    static Shelf* const one = new Shelf;
    return *one;
}

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

Slab takeUsedSlab(std::size_t bytes) {
    if (!isKept(bytes)) return allocateSlab(bytes);
    const std::size_t size = sizeClassOf(bytes);
    if (Slab slab = shelf().take(size)) return slab;
    return allocateSlab(size);
}

void giveSlabBack(Slab slab, std::size_t bytes) {
    if (slab && isKept(bytes)) shelf().put(std::move(slab), sizeClassOf(bytes));
}

}  // namespace ariadne
