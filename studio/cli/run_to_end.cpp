#include "studio/cli/run_to_end.h"

#include "engine/value/dynamic.h"
#include "studio/cli/plain_text.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <limits>

namespace ariadne::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// Rounds between two looks at clock and signal: often enough for a person, rare enough to be free.
constexpr std::uint64_t kRoundsPerLook = 64;
constexpr std::chrono::milliseconds kProgressEvery{100};

/// Set by the first SIGINT or SIGTERM; the second one kills, as the default handler is back by
/// then.
volatile std::sig_atomic_t stopRequested = 0;

}  // namespace

StopOnSignal::StopOnSignal() {
    struct sigaction action {};
    action.sa_handler = [](int) { stopRequested = 1; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (const int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
}

StopOnSignal::~StopOnSignal() {
    for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, SIG_DFL);
}

bool StopOnSignal::requested() const {
    return stopRequested != 0;
}

std::string runToEnd(recorder::ProgramRun& run, const Until& until, const StopOnSignal& stop,
                     const std::function<void()>& look,
                     const std::function<void()>& betweenRounds) {
    const kernel::World& world = run.world();
    const VirtualTime lastTime =
        until.time.value_or(VirtualTime{std::numeric_limits<std::int64_t>::max()});
    const std::uint64_t lastRound = until.rounds.value_or(~0ull);
    const std::uint64_t roundsAtOnce = betweenRounds ? 1 : kRoundsPerLook;
    Clock::time_point lookedAt = Clock::now();
    while (world.outcome() == Outcome::kRunning) {
        if (stop.requested()) return std::string{kStoppedBySignal};
        const Round before = world.round();
        if (before.value >= lastRound) return joined("until ", grouped(lastRound), " rounds");
        run.runUntil(lastTime, std::min(roundsAtOnce, lastRound - before.value));
        if (world.outcome() == Outcome::kRunning && world.round() == before &&
            !world.waitsForOutside())
            return "until " + value::showDuration(lastTime.value);
        if (betweenRounds) betweenRounds();
        if (!look || Clock::now() - lookedAt < kProgressEvery) continue;
        look();
        lookedAt = Clock::now();
    }
    return {};
}

}  // namespace ariadne::cli
