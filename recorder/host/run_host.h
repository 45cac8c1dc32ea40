// Where a run is executed while somebody looks on: in this process, or in one of its own.
#pragma once

#include "recorder/condition/live_stops.h"
#include "recorder/program_run.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ariadne::host {

/// Where a run that is looked at stands.
struct RunStatus {
    enum class Phase : std::uint8_t {
        kNone,
        kRunning,
        kPaused,
        kEnded,
        kFailedToStart,
        kCrashed,  ///< its process is gone, without having ended the run
    };
    Phase phase = Phase::kNone;
    std::string program;
    std::string file;
    std::uint64_t rounds = 0;
    std::uint64_t events = 0;
    VirtualTime time;
    Outcome outcome = Outcome::kRunning;
    /// The outcome's text, why it did not start, why recording stopped, or what ended its process.
    std::string text;
    /// While a turn does not come back: which, and what can be done; lines.
    std::string stuck;

    /// Why a run is paused.
    enum class Pause : std::uint8_t {
        kAsked,    ///< somebody wished it, also before its first round
        kStepped,  ///< the rounds that were asked for are done
        kStop,     ///< a breakpoint: `stop`
        kTurn,     ///< the turn of the actor that was waited for: `turn`
        kEnded,    ///< that actor has ended instead, at `turn`; 0: before, or it is nobody
    };
    Pause pause = Pause::kAsked;
    condition::StopHit stop;  ///< of kStop
    Position turn;            ///< of kTurn and kEnded
    /// Breakpoints that are not looked for, or no longer.
    std::vector<condition::StopTrouble> troubles;
};

/// At most one run at a time. Threading: thread-safe; answers are called on a thread of the host's,
/// one at a time.
/// Destroying it ends the run and seals its file.
class RunHost {
public:
    struct Answers {
        std::function<void(const RunStatus&)> status;
        /// The file can be opened; called once, before the first grown().
        std::function<void()> began;
        /// There is more to read in the file. `settled`: nothing more will come until somebody
        /// asks.
        std::function<void(bool settled)> grown;
        /// It is being ended and its file sealed, which may take a while; may be null.
        std::function<void()> ending = {};
    };

    virtual ~RunHost() = default;
    /// Ends a run that is on. What went wrong is told in a status.
    virtual void start(const recorder::RunRequest& request, bool paused,
                       const Answers& answers) = 0;
    virtual void pause() = 0;
    virtual void resume() = 0;
    /// Runs that many rounds, then pauses.
    virtual void step(std::uint64_t rounds) = 0;
    /// Runs on until the actor of that rank has had a turn, or has ended, then pauses: at once when
    /// there is none of that rank, or no longer. One that failed and lives again has not ended.
    virtual void stepTurnOf(Rank actor) = 0;
    /// What this run and those after it pause at, in the place of what they paused at before: at
    /// the end of the round in which a condition holds, of the last one too, before the file is
    /// sealed. Of a run that is on: from its next round. Costs nothing while there is none.
    virtual void setStops(const std::vector<std::string>& conditions) = 0;
    virtual void stop() = 0;
};

}  // namespace ariadne::host
