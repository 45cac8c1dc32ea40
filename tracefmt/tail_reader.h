// Reads a tail file: what a recording that was killed had committed and not yet written.
#pragma once

#include "engine/base/event_batch.h"
#include "tracefmt/file_io.h"
#include "tracefmt/inputs_keeper.h"
#include "tracefmt/table_codec.h"
#include "tracefmt/tail_format.h"
#include "tracefmt/trace_contents.h"
#include "tracefmt/trace_scan.h"

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace ariadne::tracefmt {

/// Of one block, what is whole: tables in order, and the rows that have their mark. Or, as the
/// first, what the writer had taken of earlier ones and not written: tables, and a count of events.
struct TailBlock {
    Position first;
    std::vector<TablesPart> types;
    std::vector<CellBirth> births;
    std::optional<InputsStretch> counted;  ///< without rows; else there are only rows
    EventBatch rows;
};

/// The blocks of the tail in their order, as far as they go on from `next`, the position behind the
/// trace's last event; of the first one, rows before that are left out. Nobody may be writing.
///
/// Each row, record and number is checked by a hash that is seeded with file, block and position;
/// what does not match ends what is taken, as if it had never been written. kNotFound: no tail of
/// this file; kDataLoss: it is one, and its header is damaged; kResourceExhausted: it needs more
/// than `bytesMax` of memory; kUnavailable: it cannot be read just now.
absl::StatusOr<std::vector<TailBlock>> readTail(const ReadFile& tail, FileId id, Position next,
                                                std::uint64_t bytesMax);

/// The same as chunks that follow those of a trace: the first one stands at `at`. `contents` is
/// what the trace holds before; they are of its level. Empty: nothing follows.
absl::StatusOr<Bytes> chunksOfTail(const ReadFile& tail, FileId id, const TraceMeta& meta,
                                   const ScanStart& at, const TraceContents& contents,
                                   std::uint64_t bytesMax);

/// `file` up to `end`, and `more` behind it.
std::unique_ptr<ReadFile> extended(std::unique_ptr<ReadFile> file, std::uint64_t end, Bytes more);

}  // namespace ariadne::tracefmt
