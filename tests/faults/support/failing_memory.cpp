#include "tests/faults/support/failing_memory.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace ariadne::faults {
namespace {

struct Plan {
    std::size_t nth = 0;
    bool forEver = false;
    bool active = false;
    std::size_t asked = 0;
};
thread_local constinit Plan g_plan;
constinit std::atomic<std::int64_t> g_blocks{0};

/// Whether what is asked for now is not there.
bool isDue() {
    if (!g_plan.active) return false;
    ++g_plan.asked;
    return g_plan.forEver ? g_plan.asked >= g_plan.nth : g_plan.asked == g_plan.nth;
}

void* take(std::size_t bytes, std::size_t alignment) {
    if (isDue()) throw std::bad_alloc{};
    const std::size_t size = bytes == 0 ? 1 : bytes;
    void* const block =
        alignment == 0
            ? std::malloc(size)
            : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (block == nullptr) throw std::bad_alloc{};
    g_blocks.fetch_add(1, std::memory_order_relaxed);
    return block;
}

void giveBack(void* block) {
    if (block == nullptr) return;
    g_blocks.fetch_sub(1, std::memory_order_relaxed);
    std::free(block);
}

}  // namespace

FailingMemory::FailingMemory(std::size_t nth, bool forEver) {
    g_plan = {nth, forEver, true, 0};
}
FailingMemory::~FailingMemory() {
    g_plan.active = false;
    g_plan.nth = 0;
}
std::size_t FailingMemory::asked() const {
    return g_plan.asked;
}

Spared::Spared(bool spared) : before_(g_plan.active) {
    g_plan.active = !spared && g_plan.nth != 0;
}
Spared::~Spared() {
    g_plan.active = before_;
}

std::int64_t blocksTaken() {
    return g_blocks.load(std::memory_order_relaxed);
}

}  // namespace ariadne::faults

// The forms that are not here call these.
void* operator new(std::size_t bytes) {
    return ariadne::faults::take(bytes, 0);
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return ariadne::faults::take(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept {
    ariadne::faults::giveBack(block);
}
void operator delete(void* block, std::size_t) noexcept {
    ariadne::faults::giveBack(block);
}
void operator delete(void* block, std::align_val_t) noexcept {
    ariadne::faults::giveBack(block);
}
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
    ariadne::faults::giveBack(block);
}

// Cap'n Proto builds messages in what calloc gives. A sanitizer has one of its own, which goes with
// its free.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
extern "C" {

void* __libc_calloc(std::size_t count, std::size_t bytes);  // NOLINT: the C library's name

void* calloc(std::size_t count, std::size_t bytes) noexcept {
    return ariadne::faults::isDue() ? nullptr : __libc_calloc(count, bytes);
}
}
#endif
