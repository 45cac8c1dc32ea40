// From a request's bytes to the struct it asks with, and back to bytes with the answer.
#pragma once

#include "engine/effect/builtin.h"
#include "engine/effect/effect.h"
#include "engine/value/encoding.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>

namespace ariadne::effects {

/// kInvalidArgument: the payload is no canonical encoding of `Ask`.
template <effect::EffectRequest Ask>
absl::StatusOr<Ask> askedOf(const effect::Request& request) {
    auto ask = value::decoded<Ask>(request.payload);
    if (ask) return *std::move(ask);
    return absl::InvalidArgumentError("the " + std::to_string(request.payload.size()) +
                                      " bytes of the payload are no request of " +
                                      std::string{effect::EffectOf<Ask>::kName} +
                                      "; encode the struct of that effect");
}

}  // namespace ariadne::effects
