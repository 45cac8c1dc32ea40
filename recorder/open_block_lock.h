// Whose the block is that events are being put into.
#pragma once

#include <atomic>

namespace ariadne::recorder {

/// Held by the engine while it commits, let go between commits. Belongs to no thread, as a run may
/// be stepped by one thread and ended by another, and costs its owner one exchange and one store.
///
/// Threading: lock() and unlock() are for the engine, one caller at a time; tryLock() and
/// unlock() for one other at a time.
class OpenBlockLock {
public:
    /// Waits while the other one has it.
    void lock() {
        while (held_.exchange(true, std::memory_order_acquire))
            held_.wait(true, std::memory_order_relaxed);
    }
    bool tryLock() { return !held_.exchange(true, std::memory_order_acquire); }
    void unlock() {
        held_.store(false, std::memory_order_release);
        held_.notify_one();
    }

private:
    std::atomic<bool> held_{false};
};

}  // namespace ariadne::recorder
