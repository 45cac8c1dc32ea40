// Brings what a run committed into its file by the wall's clock, for those who follow the file.
#pragma once

#include "recorder/recorder.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace ariadne::recorder {

/// A thread that asks the recorder for Recorder::pushOut() again and again. Where chunks end then
/// depends on the clock; events, digests and snapshots do not.
///
/// Lifetime: `recorder`, of which letOthersNote() was called, outlives it.
class FlushClock {
public:
    /// `every` is more than 0.
    FlushClock(Recorder& recorder, std::chrono::nanoseconds every);
    ~FlushClock();
    FlushClock(const FlushClock&) = delete;
    FlushClock& operator=(const FlushClock&) = delete;

private:
    void loop(const std::stop_token& stop);

    Recorder& recorder_;
    std::chrono::nanoseconds every_;
    std::mutex mutex_;  ///< for changed_ alone
    std::condition_variable_any changed_;
    std::jthread thread_;  ///< last: started when the rest is there
};

}  // namespace ariadne::recorder
