// A run in a process of its own: whatever the program does to it, this process goes on.
#pragma once

#include "recorder/host/run_host.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::host {

/// Starts a process for each run, which is one of `ariadne host`. When that dies, by the program's
/// fault or somebody's hand, the status is kCrashed and says of what; what was committed is in the
/// file, which is then one that was cut.
class ChildRun final : public RunHost {
public:
    /// How long a process is waited for before it is killed.
    struct Patience {
        /// A turn that does not come back keeps stop() waiting no longer than this.
        std::chrono::milliseconds stop = std::chrono::seconds{5};
        /// So long may it take to end the run and seal its file, once that has begun.
        std::chrono::milliseconds seal = std::chrono::seconds{60};
    };

    /// `command`: a path and what is behind it; the socket is its descriptor 3.
    explicit ChildRun(std::vector<std::string> command) : ChildRun(std::move(command), {}) {}
    ChildRun(std::vector<std::string> command, Patience patience);
    /// Waits for the file to be sealed, no longer than the patience with stop(); it is sealed
    /// without this process then.
    ~ChildRun() override;

    void start(const recorder::RunRequest& request, bool paused, const Answers& answers) override;
    void pause() override;
    void resume() override;
    void step(std::uint64_t rounds) override;
    void stepTurnOf(Rank actor) override;
    void setStops(const std::vector<std::string>& conditions) override;
    void stop() override;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ariadne::host
