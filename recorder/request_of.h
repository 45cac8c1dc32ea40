// What was asked for when a trace was recorded.
#pragma once

#include "recorder/program_run.h"
#include "tracefmt/trace_meta.h"

#include <absl/status/statusor.h>

namespace ariadne::recorder {

/// The run of `meta` once more, without a file to record to. Grants are in it as the trace has
/// them, which may come from anybody: show them to a person before they are given. Errors of
/// programOf() and worldOptionsOf(); kFailedPrecondition: its choices were not made by its seed, or
/// it needs something that no request has.
absl::StatusOr<RunRequest> requestOf(const tracefmt::TraceMeta& meta);

}  // namespace ariadne::recorder
