// The effect clock.read: the time on the wall.
#pragma once

#include "recorder/effects/handler.h"

namespace ariadne::effects {

/// Immutable.
class ClockHandler : public Handler {
public:
    absl::StatusOr<Bytes> perform(const effect::Request& request, std::stop_token stop) override;
};

}  // namespace ariadne::effects
