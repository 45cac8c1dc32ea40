// A run in this process: a thread that steps it in slices of time and says how far it is.
#pragma once

#include "recorder/host/run_host.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

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
    void stop() override;

private:
    using Clock = std::chrono::steady_clock;

    void command(std::function<void()> what);
    void loop(const std::stop_token& stopping);
    void begin(recorder::RunRequest request, bool paused, const Answers& answers);
    void run(std::uint64_t rounds);
    void runSlice();
    void pauseHere();
    void end(const char* why);
    void tellStatus(RunStatus::Phase phase);
    void answerStatus();
    /// On the watchdog's thread, while the run is in that turn, or has only just left it.
    void tellStuck(const recorder::StuckTurn& turn);
    void tellGrown(bool settled);

    // The run's thread
    std::unique_ptr<recorder::ProgramRun> run_;
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
