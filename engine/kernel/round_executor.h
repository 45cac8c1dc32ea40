// The threads that share the run phase of a round. What a run means does not depend on them.
#pragma once

#include <cstdint>
#include <memory>

namespace ariadne::kernel {

/// A pool that runs numbered parts of a job. The calling thread works too, so a job is done even
/// when no other thread ever wakes. Used by one thread at a time.
class RoundExecutor {
public:
    /// The calling thread and `threads - 1` more; 1 <= threads <= 64.
    explicit RoundExecutor(std::uint32_t threads);
    ~RoundExecutor();
    RoundExecutor(const RoundExecutor&) = delete;
    RoundExecutor& operator=(const RoundExecutor&) = delete;

    std::uint32_t threads() const;

    /// A job: called as `run(context, part, thread)` once for each part, threads numbered from 0
    /// (the caller). Must not throw.
    using Run = void (*)(void* context, std::uint32_t part, std::uint32_t thread);

    /// Returns when all parts are done. `wake`: whether sleeping threads are worth waking; those
    /// that are awake help in any case.
    void run(std::uint32_t parts, Run job, void* context, bool wake);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ariadne::kernel
