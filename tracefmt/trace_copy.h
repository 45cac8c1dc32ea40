// Copies what a reader has into a writer, in order: how a trace is made from a trace.
#pragma once

#include "tracefmt/trace_reader.h"
#include "tracefmt/trace_writer.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace ariadne::tracefmt {

struct CopyRange {
    /// Index of the snapshot that the copy begins at; none: where `from` begins.
    std::optional<std::size_t> snapshot;
    Position last{~0ull};                    ///< of the rows; those behind it are left out
    GapCause before = GapCause::kRetention;  ///< with `snapshot`: why what is before it is missing
    std::string note;
};

struct Copied {
    std::uint64_t failures = 0;  ///< up to the last row, those before the snapshot included
};

/// Appends tables, rows, snapshots, notes and gaps, chunk by chunk as they stand; nothing was added
/// to `to` before, and it is not finished here. Cells born behind the last row are left out.
/// Errors of either. kFailedPrecondition: rows behind damage are too large to be written as they
/// were.
absl::StatusOr<Copied> copyTrace(TraceReader& from, TraceWriter& to, const CopyRange& range = {});

}  // namespace ariadne::tracefmt
