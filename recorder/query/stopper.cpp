#include "recorder/query/stopper.h"

#include <algorithm>
#include <utility>

namespace ariadne::query {

Stopper::Stopper(std::chrono::nanoseconds patience, std::function<bool()> wanted,
                 std::function<void()> stop)
    : patience_(patience),
      wanted_(std::move(wanted)),
      stop_(std::move(stop)),
      thread_([this](const std::stop_token& over) { watch(over); }) {}

bool Stopper::timedOut() const {
    const std::lock_guard lock{mutex_};
    return timedOut_;
}

void Stopper::watch(const std::stop_token& over) {
    constexpr std::chrono::nanoseconds kLook = std::chrono::milliseconds{20};
    std::unique_lock lock{mutex_};
    for (;;) {
        const std::chrono::nanoseconds passed = Clock::now() - begin_;
        const bool late = patience_.count() > 0 && passed >= patience_;
        if (late || (wanted_ && !wanted_())) {
            timedOut_ = late;
            return stop_();
        }
        const std::chrono::nanoseconds left =
            patience_.count() > 0 ? std::min(kLook, patience_ - passed) : kLook;
        if (wake_.wait_for(lock, over, left, [&] { return over.stop_requested(); })) return;
    }
}

}  // namespace ariadne::query
