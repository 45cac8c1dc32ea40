// A stop token that poll() can wait for.
#pragma once

#include "recorder/effects/fd.h"

#include <functional>
#include <stop_token>

namespace ariadne::effects {

/// Its descriptor becomes readable, for good, when the stop is requested. Thread-confined; the stop
/// may be requested from any thread.
class StopEvent {
public:
    explicit StopEvent(std::stop_token stop);
    int fd() const { return event_.get(); }  ///< -1: the system had none left

private:
    Fd event_;
    std::stop_callback<std::function<void()>> raise_;  ///< last: writes to event_
};

}  // namespace ariadne::effects
