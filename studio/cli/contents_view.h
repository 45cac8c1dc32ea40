// What somebody who is given a trace can learn from it.
#pragma once

#include "studio/cli/report.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/status.h>

namespace ariadne::cli {

/// Reads all rows and all whole snapshots. Says how the run was started, which types with which
/// fields there are, how many messages of each, how much of the file is values, and what among
/// those looks like a secret: kind, type, number and the beginning of one. Errors of the reader.
absl::Status addContents(Report& report, tracefmt::TraceReader& trace);

}  // namespace ariadne::cli
