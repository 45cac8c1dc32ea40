// What running a trace again finds, as it goes from one process to another (host.capnp).
#pragma once

#include "recorder/replay.h"

#include <absl/status/status.h>

#include <recorder/host/host.capnp.h>

namespace ariadne::host {

void write(const recorder::ReplayResult& result, wire::AgainResult::Builder out);
recorder::ReplayResult replayResultOf(wire::AgainResult::Reader in);

/// Code and message.
void write(const absl::Status& status, wire::AgainResult::Builder out);
absl::Status statusOf(wire::AgainResult::Reader in);

}  // namespace ariadne::host
