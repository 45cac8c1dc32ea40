// Ends a query that takes too long, or that nobody wants any more.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace ariadne::query {

/// Looks about fifty times a second, from a thread of its own, until it is destroyed.
/// Thread-safe: nothing but the constructor and timedOut().
class Stopper {
public:
    /// `wanted` (may be null) returns false when the query shall end; `stop` ends it. Both are
    /// called from the other thread, `stop` at most once. `patience` <= 0: for ever.
    Stopper(std::chrono::nanoseconds patience, std::function<bool()> wanted,
            std::function<void()> stop);

    /// Whether it was the time that ended it.
    bool timedOut() const;

private:
    void watch(const std::stop_token& over);

    using Clock = std::chrono::steady_clock;
    const Clock::time_point begin_ = Clock::now();
    const std::chrono::nanoseconds patience_;
    const std::function<bool()> wanted_;
    const std::function<void()> stop_;
    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    bool timedOut_ = false;
    std::jthread thread_;  // Last: it uses all others.
};

}  // namespace ariadne::query
