#include "recorder/flush_clock.h"

#include "engine/base/check.h"

#include <algorithm>

namespace ariadne::recorder {
namespace {

/// When something was just being committed.
constexpr std::chrono::nanoseconds kAskAgain = std::chrono::milliseconds{1};

}  // namespace

FlushClock::FlushClock(Recorder& recorder, std::chrono::nanoseconds every)
    : recorder_(recorder), every_(every) {
    ARIADNE_CHECK(every_.count() > 0);
    thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
}

FlushClock::~FlushClock() = default;

void FlushClock::loop(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const std::chrono::nanoseconds pause =
            recorder_.pushOut() ? every_ : std::min(every_, kAskAgain);
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, stop, pause, [] { return false; });
    }
}

}  // namespace ariadne::recorder
