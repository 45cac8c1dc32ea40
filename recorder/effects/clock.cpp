#include "recorder/effects/clock.h"

#include "engine/base/status_macros.h"
#include "recorder/effects/payload.h"

#include <chrono>

namespace ariadne::effects {

absl::StatusOr<Bytes> ClockHandler::perform(const effect::Request& request, std::stop_token) {
    ARIADNE_RETURN_IF_ERROR(askedOf<effect::ReadClock>(request).status());
    // C++20: the system clock counts from the Unix epoch.
    const std::chrono::nanoseconds now = std::chrono::system_clock::now().time_since_epoch();
    return value::encoded(effect::WallTime{now.count()});
}

}  // namespace ariadne::effects
