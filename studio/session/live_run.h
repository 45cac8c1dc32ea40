// The run worker: steps a program in slices of time and says how far it is.
#pragma once

#include "recorder/program_run.h"
#include "studio/session/open_trace.h"
#include "studio/session/worker.h"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>

namespace ariadne::studio {

/// At most one run at a time. Threading: thread-safe; answers are called on the worker's thread,
/// a status also on that of the run's watchdog, one at a time.
/// Destroying it ends the run and seals its file.
class LiveRun {
public:
    struct Answers {
        std::function<void(const RunStatus&)> status;
        /// The file can be opened; called once, before the first grown().
        std::function<void()> began;
        /// There is more to read in the file. `settled`: nothing more will come until somebody
        /// asks.
        std::function<void(bool settled)> grown;
    };

    ~LiveRun();
    /// A turn that takes longer than kTurnPatience, or than the request's own watchdog has it, is
    /// told of in the status.
    static constexpr std::chrono::seconds kTurnPatience{10};
    void start(const recorder::RunRequest& request, bool paused, const Answers& answers);
    void pause();
    void resume();
    /// Runs that many rounds, then pauses.
    void step(std::uint64_t rounds);
    void stop();

private:
    void command(std::function<void()> what);
    void run(std::uint64_t rounds);
    Again runRounds(const CancelFlag& cancelled);
    void pauseHere();
    void end(const char* why);
    void tellStatus(RunStatus::Phase phase);
    void answerStatus();
    /// On the watchdog's thread, while the worker is in that turn, or has only just left it.
    void tellStuck(const recorder::StuckTurn& turn);
    void tellGrown(bool settled);

    // Worker thread
    std::unique_ptr<recorder::ProgramRun> run_;
    Answers answers_;
    RunStatus status_;
    std::uint64_t roundsLeft_ = 0;  ///< 0 = paused
    Position flushedAt_;
    Clock::time_point toldStatusAt_;
    Clock::time_point toldGrownAt_;

    std::mutex answering_;
    RunStatus answered_;  ///< the last one; under answering_

    Worker worker_;  ///< last: joined before what its tasks use is gone
};

}  // namespace ariadne::studio
