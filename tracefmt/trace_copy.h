// Copies what a reader has into a writer, in order: how a trace is made from a trace.
#pragma once

#include "tracefmt/trace_reader.h"
#include "tracefmt/trace_writer.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::tracefmt {

/// What becomes of values on their way from one trace into another. What it changes, all digests of
/// the copy are made anew for. Calls come in the order of what is copied.
class CopyEdits {
public:
    virtual ~CopyEdits() = default;
    virtual std::span<const TypeDesc> types() const = 0;    ///< from number 1 on
    virtual std::span<const CellBirth> births() const = 0;  ///< from rank 1 on
    /// Bytes that it gives the row live until the next call.
    virtual absl::Status edit(EventRow& row) = 0;
    /// Whole or not; its state digest is for the edits to make, running digests are not.
    virtual absl::Status edit(WorldImage& image) = 0;
    virtual void edit(HostNote& note) = 0;
    /// The rows that follow stand behind others that are missing.
    virtual void missed() = 0;
};

/// What a copy has come to.
struct Copied {
    std::uint64_t failures = 0;  ///< up to the last row, those before the snapshot included
    Position last;               ///< everything up to there was copied
    std::size_t types = 0;       ///< in the copy, entry 0 included; births likewise
    std::size_t births = 0;
    std::vector<std::pair<std::uint8_t, std::uint64_t>> kindCounts;  ///< of level inputs
};

struct CopyRange {
    /// Index of the snapshot that the copy begins at; none: where `from` begins.
    std::optional<std::size_t> snapshot;
    Position last{~0ull};                    ///< of the rows; those behind it are left out
    GapCause before = GapCause::kRetention;  ///< with `snapshot`: why what is before it is missing
    std::string note;
    CopyEdits* edits = nullptr;  ///< none: everything stays as it is
    /// Of a run in segments of level inputs: what the copy of the one before, which is in `to`
    /// already, has come to; `from` begins there.
    const Copied* after = nullptr;
};

/// Appends tables, rows, snapshots, notes and gaps, chunk by chunk as they stand; nothing was added
/// to `to` before, and it is not finished here. Cells born behind the last row are left out.
/// Errors of either. kFailedPrecondition: rows behind damage are too large to be written as they
/// were.
absl::StatusOr<Copied> copyTrace(TraceReader& from, TraceWriter& to, const CopyRange& range = {});

}  // namespace ariadne::tracefmt
