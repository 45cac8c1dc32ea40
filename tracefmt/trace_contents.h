// Everything a reader holds of an open file: tables, index, gaps, totals.
#pragma once

#include "tracefmt/chunk_names.h"
#include "tracefmt/run_totals.h"
#include "tracefmt/table_codec.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ariadne::tracefmt {

struct TraceContents {
    TypeTable types;
    std::vector<CellBirth> births{1};
    std::uint64_t tableBytes = 0;  ///< memory of both tables
    std::vector<ChunkEntry> chunks;
    ChunkNamesTable names;  ///< of chunks
    std::vector<ChunkEntry> inputs;
    std::vector<SnapshotEntry> snapshots;
    std::vector<TraceGap> gaps;
    std::vector<HostNote> notes;
    RunTotals totals;
    std::optional<TraceStats> stats;  ///< of a STAT chunk, when one was read

    /// Appends entries; those that are there already must be equal, as in a full copy. kDataLoss
    /// when they differ or leave a hole, kResourceExhausted beyond `bytesMax` or the format's
    /// limits.
    absl::Status addTables(TablesPart part, std::uint64_t bytesMax);
    /// kDataLoss unless the rows of `entry` follow the last ones, with or without a gap between.
    absl::Status addChunk(const ChunkEntry& entry);
    /// The same of an INPT chunk.
    absl::Status addInputs(const ChunkEntry& entry);
    /// Appends notes. kDataLoss when they stand behind rows that are not there, or go back;
    /// kResourceExhausted beyond kHostNotesMax.
    absl::Status addNotes(std::span<const HostNote> added);
    /// `entry` with its depth. kDataLoss unless it may follow the last one: an incremental one
    /// builds on that, and not too many on each other.
    absl::StatusOr<SnapshotEntry> chained(SnapshotEntry entry) const;
    /// The position that the next row has when nothing was lost.
    Position next() const;
    /// Whether a whole snapshot of `position`, which lies behind all rows, may stand for what is
    /// missing: a gap says that exactly the rows up to there are.
    bool mayResumeAt(Position position) const;
    /// Whether rows that come next, from `first` on, follow missing ones of which some are damaged,
    /// and no snapshot stands for those: what the running digest was in front of them is not known.
    bool followsDamage(Position first) const;

private:
    absl::Status checkFollows(const ChunkEntry& entry, std::uint32_t countMax) const;
};

}  // namespace ariadne::tracefmt
