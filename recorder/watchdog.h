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
/// and ends nothing. Where the run is recorded, a note in the trace names every stuck turn: events
/// and digests are those of a run that nobody looks at, and without a stuck turn the bytes are too.
///
/// Lifetime: `watch`, and what `leaveNote` uses, outlive it.
class Watchdog {
public:
    /// Writes what was found into the trace, and says in it how far that went: readableTo, noted.
    using LeaveNote = std::function<void(StuckTurn&)>;

    /// `options` are on(). `leaveNote` is called on the watchdog's thread, before its options'
    /// tell; null: the run is not recorded.
    Watchdog(const kernel::TurnWatch& watch, WatchdogOptions options, LeaveNote leaveNote);
    /// Looks once more, so that of every stuck turn that came back this was told too.
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

private:
    void loop(const std::stop_token& stop);

    const kernel::TurnWatch& watch_;
    WatchdogOptions options_;
    LeaveNote leaveNote_;
    std::mutex mutex_;  ///< for changed_ alone
    std::condition_variable_any changed_;
    std::jthread thread_;  ///< last: started when the rest is there
};

}  // namespace ariadne::recorder
