// Requests and statuses of runs as they go from one process to another (host.capnp).
#pragma once

#include "recorder/host/run_host.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <recorder/host/host.capnp.h>
#include <vector>

namespace ariadne::host {

/// kUnimplemented: it asks for something that only a run in this process can do; says what.
absl::Status write(const recorder::RunRequest& request, wire::Request::Builder out);
/// kInvalidArgument: a policy, a level or faults that this build does not know.
absl::StatusOr<recorder::RunRequest> requestOf(wire::Request::Reader in);

std::vector<std::string> textsOf(capnp::List<capnp::Text>::Reader in);
void write(const std::vector<std::string>& texts, capnp::List<capnp::Text>::Builder out);

/// All but program and file, which both sides know.
void write(const RunStatus& status, wire::Status::Builder out);
void read(wire::Status::Reader in, RunStatus& status);

}  // namespace ariadne::host
