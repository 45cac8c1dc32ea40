// Memory that runs out at a chosen moment, and what was taken and not given back.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ariadne::faults {

/// While it lives, the `nth` operator new (from 1) of this thread throws std::bad_alloc, or from
/// then on each of them; a calloc gives nothing instead, but for builds with a sanitizer. One at a
/// time for each thread. Needs failing_memory.cpp, which replaces both in the whole executable;
/// what else the C library allocates does not count.
class FailingMemory {
public:
    FailingMemory(std::size_t nth, bool forEver);
    ~FailingMemory();
    FailingMemory(const FailingMemory&) = delete;
    FailingMemory& operator=(const FailingMemory&) = delete;

    /// How many this thread asked for.
    std::size_t asked() const;
};

/// While it lives, memory of this thread is there, or fails as it should; for what a test does by
/// itself inside what it watches.
class Spared {
public:
    explicit Spared(bool spared = true);
    ~Spared();
    Spared(const Spared&) = delete;
    Spared& operator=(const Spared&) = delete;

private:
    bool before_;
};

/// Blocks that were taken and not given back, by all threads.
std::int64_t blocksTaken();

}  // namespace ariadne::faults
