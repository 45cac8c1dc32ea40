// The body of an INDX chunk: what was appended since the INDX before, and the totals so far.
#pragma once

#include "tracefmt/trace_meta.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/statusor.h>

#include <cstdint>
#include <vector>

namespace ariadne::tracefmt {

struct IndexPart {
    std::uint64_t previousAt = 0;  ///< offset of the INDX before; 0 = none
    std::vector<ChunkEntry> chunks;
    std::vector<ChunkEntry> inputs;
    Bytes names;  ///< of each of `chunks` a varint length, then its names; empty: not known
    std::vector<SnapshotEntry> snapshots;
    std::vector<std::uint64_t> tables;  ///< offsets of TABL chunks
    std::vector<TraceGap> gaps;
    std::vector<HostNote> notes;
    std::uint64_t fullTablesAt = 0;  ///< first TABL chunk of the last full copy; 0 = none
    TraceStats totals;               ///< positions, digests and kind counts only
};

absl::StatusOr<Bytes> encodeIndex(const IndexPart& part);
absl::StatusOr<IndexPart> decodeIndex(ByteView raw);

}  // namespace ariadne::tracefmt
