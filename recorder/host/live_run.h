// A run in this process: a thread that steps it in slices of time and says how far it is.
#pragma once

#include "recorder/host/run_host.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace ariadne::host {

/// Threading: answers are called on the run's thread, a status also on that of its watchdog, one at
/// a time. A program that crashes takes this process with it; see ChildRun.
class LiveRun final : public RunHost {
public:
    LiveRun();
    ~LiveRun() override;
    /// A turn that takes longer than this, or than the request's own watchdog has it, is told of in
    /// the status.
    static constexpr std::chrono::seconds kTurnPatience{10};
    void start(const recorder::RunRequest& request, bool paused, const Answers& answers) override;
    void pause() override;
    void resume() override;
    void step(std::uint64_t rounds) override;
    void stepTurnOf(Rank actor) override;
    void setStops(const std::vector<std::string>& conditions) override;
    void stop() override;

private:
    using Clock = std::chrono::steady_clock;

    void command(std::function<void()> what);
    void loop(const std::stop_token& stopping);
    void begin(recorder::RunRequest request, bool paused, const Answers& answers);
    void run(std::uint64_t rounds, Rank awaited = kOutside);
    void runSlice();
    /// It may have another turn.
    bool lives(Rank actor) const;
    /// Rows are shown while there is a breakpoint or an actor whose turn is waited for.
    void lookOrNot();
    void look(const EventRow& row);
    /// Behind a round: why the run shall go no further; nullopt: it may.
    std::optional<RunStatus::Pause> whyPause();
    void pauseHere(RunStatus::Pause why);
    void end(const char* why);
    void tellStatus(RunStatus::Phase phase);
    void answerStatus();
    /// On the watchdog's thread, while the run is in that turn, or has only just left it.
    void tellStuck(const recorder::StuckTurn& turn);
    void tellGrown(bool settled);

    // The run's thread
    std::unique_ptr<recorder::ProgramRun> run_;
    std::vector<std::string> wanted_;              ///< conditions of breakpoints
    std::unique_ptr<condition::LiveStops> stops_;  ///< of run_; null while there are none
    Rank awaited_;                                 ///< whose turn is waited for; kOutside: nobody's
    Position turn_;                                ///< that turn; 0: not yet
    bool hasEnded_ = false;  ///< or its end, as long as it does not live again
    Answers answers_;
    RunStatus status_;
    std::uint64_t roundsLeft_ = 0;  ///< 0 = paused
    Position flushedAt_;
    Clock::time_point toldStatusAt_;
    Clock::time_point toldGrownAt_;

    std::mutex answering_;
    RunStatus answered_;  ///< the last one; under answering_

    std::mutex commanding_;
    std::condition_variable_any commanded_;
    std::deque<std::function<void()>> commands_;  ///< under commanding_
    std::jthread thread_;                         ///< last: joined before what it uses is gone
};

}  // namespace ariadne::host
