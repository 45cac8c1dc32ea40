// Tells when a turn of a run does not come back.
#pragma once

#include "engine/base/ids.h"
#include "engine/kernel/turn_watch.h"
#include "recorder/stuck_turn.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace ariadne::recorder {

struct WatchdogOptions {
    /// A turn that runs for so long on the wall's clock is stuck; 0 or less: nobody looks.
    std::chrono::nanoseconds limit{0};
    /// Called on the watchdog's thread: once when a turn is stuck, again whenever the time it has
    /// been stuck for has doubled, and when it came back after all. Must not throw, nor call the
    /// run. Null: nobody looks.
    std::function<void(const StuckTurn&)> tell;

    bool on() const { return limit.count() > 0 && tell != nullptr; }
};

/// A thread that looks at a TurnWatch every fraction of the limit. It changes nothing about the run
/// and ends nothing: the trace is the same, to the last byte, with and without it.
///
/// Lifetime: `watch`, and what `readableTo` uses, outlive it. `readableTo` is called on its thread
/// and may be null.
class Watchdog {
public:
    using ReadableTo = std::function<std::optional<Position>()>;

    /// `options` are on().
    Watchdog(const kernel::TurnWatch& watch, WatchdogOptions options, ReadableTo readableTo);
    /// Looks once more, so that of every stuck turn that came back this was told too.
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

private:
    void loop(const std::stop_token& stop);

    const kernel::TurnWatch& watch_;
    WatchdogOptions options_;
    ReadableTo readableTo_;
    std::mutex mutex_;  ///< for changed_ alone
    std::condition_variable_any changed_;
    std::jthread thread_;  ///< last: started when the rest is there
};

}  // namespace ariadne::recorder
