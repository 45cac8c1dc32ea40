// The handlers every host has.
#pragma once

#include "recorder/effects/handler.h"

namespace ariadne::effects {

/// Adds clock.read, file.read, file.write, http.request and command.run with their default limits.
/// kAlreadyExists: one of the names has a handler.
absl::Status addBuiltins(HandlerTable& table);

}  // namespace ariadne::effects
