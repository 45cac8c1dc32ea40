// A part of a trace as a trace of its own.
#pragma once

#include "tracefmt/file_io.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <memory>

namespace ariadne::tracefmt {

struct Slice {
    /// The snapshot it begins at; 0: the beginning of the run, as none stands before what was asked
    /// for.
    Position base;
    Position last;
    std::uint64_t bytes = 0;
};

/// Writes the rows `first`..`last` of `from` into `to`, with all that is needed to look at them, to
/// verify and to replay them: from the last snapshot before `first` on, or from the beginning. The
/// meta names `from` as its parent. The same part of the same trace gives the same bytes.
///
/// kInvalidArgument: not a range of the trace; kFailedPrecondition: rows of it are missing, or the
/// level of the trace holds none. Others as reader and writer; `to` is then of no use.
absl::StatusOr<Slice> cut(TraceReader& from, Position first, Position last,
                          std::unique_ptr<WriteFile> to);

}  // namespace ariadne::tracefmt
