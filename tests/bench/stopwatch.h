// CPU time of one thread, that of the others, and wall time, since an instant.
#pragma once

#include <ctime>

namespace ariadne::bench {

/// Runs from its construction. Thread-confined: the CPU time is the asking thread's, which is what
/// stays meaningful on a machine that others use too.
class Stopwatch {
public:
    double cpuNs() const { return nowNs(CLOCK_THREAD_CPUTIME_ID) - cpu_; }
    /// Of all threads but the asking one, which must be the one that made this.
    double othersCpuNs() const { return nowNs(CLOCK_PROCESS_CPUTIME_ID) - process_ - cpuNs(); }
    double wallNs() const { return nowNs(CLOCK_MONOTONIC) - wall_; }

private:
    static double nowNs(clockid_t clock) {
        timespec t{};
        clock_gettime(clock, &t);
        return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
    }
    double wall_ = nowNs(CLOCK_MONOTONIC);
    double process_ = nowNs(CLOCK_PROCESS_CPUTIME_ID);
    double cpu_ = nowNs(CLOCK_THREAD_CPUTIME_ID);
};

}  // namespace ariadne::bench
