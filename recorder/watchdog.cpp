#include "recorder/watchdog.h"

#include "engine/base/check.h"
#include "recorder/stuck_turn_finder.h"

#include <array>
#include <utility>

namespace ariadne::recorder {
namespace {

using Threads = std::array<std::optional<kernel::RunningTurn>, kernel::TurnWatch::kThreadsMax>;

Threads runningIn(const kernel::TurnWatch& watch) {
    Threads threads;
    for (std::uint32_t i = 0; i < threads.size(); ++i) threads[i] = watch.slot(i).running();
    return threads;
}

}  // namespace

Watchdog::Watchdog(const kernel::TurnWatch& watch, WatchdogOptions options, LeaveNote leaveNote)
    : watch_(watch), options_(std::move(options)), leaveNote_(std::move(leaveNote)) {
    ARIADNE_CHECK(options_.on());
    thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
}

Watchdog::~Watchdog() = default;

void Watchdog::loop(const std::stop_token& stop) {
    StuckTurnFinder finder{options_.limit};
    const auto look = [&] {
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        for (const auto& found : finder.look(now, runningIn(watch_))) {
            StuckTurn turn;
            turn.cell = found.turn.cell;
            turn.path = watch_.pathOf(found.turn.cell);
            turn.type = found.turn.state->name;
            turn.message = found.turn.message->name;
            turn.round = found.turn.round;
            turn.enqueuedAt = found.turn.enqueuedAt;
            turn.thread = found.thread;
            turn.ranFor = found.ranFor;
            turn.tellings = found.tellings;
            turn.cameBack = found.cameBack;
            if (leaveNote_) leaveNote_(turn);
            options_.tell(turn);
        }
    };
    while (!stop.stop_requested()) {
        look();
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, stop, finder.lookEvery(), [] { return false; });
    }
    look();
}

}  // namespace ariadne::recorder
