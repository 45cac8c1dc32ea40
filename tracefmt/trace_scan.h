// Reads chunks one after the other, front to back, and collects what they say.
#pragma once

#include "tracefmt/chunk_source.h"
#include "tracefmt/event_codec.h"
#include "tracefmt/index_codec.h"
#include "tracefmt/snapshot_codec.h"
#include "tracefmt/trace_contents.h"

#include <absl/functional/function_ref.h>
#include <absl/status/status.h>

#include <cstdint>
#include <optional>
#include <string>

namespace ariadne::tracefmt {

/// Where a scan begins: right after a chunk.
struct ScanStart {
    std::uint64_t offset = kFrameBytes;
    std::uint64_t sequence = 0;       ///< of the chunk at `offset`
    std::uint64_t previousBytes = 0;  ///< whole length of the chunk before it
};

/// Stops at the first chunk that is not whole, not the next one, or does not hold what it should:
/// what was collected until then is a prefix of the run without holes. Thread-confined.
class TraceScan {
public:
    enum class Depth {
        kCollect,  ///< digests are taken over as recorded
        kVerify,   ///< digests, snapshots, indexes and statistics are computed again and compared
    };
    using Progress = absl::FunctionRef<bool(Position)>;

    /// Collects into `contents`, which goes on from `start`.
    TraceScan(const ChunkSource& source, TraceContents& contents, Depth depth,
              std::uint64_t bytesMax)
        : source_(source), contents_(contents), depth_(depth), bytesMax_(bytesMax) {}

    /// kOk: the source's end was reached. kOutOfRange: the file ends inside a chunk. kCancelled:
    /// `progress` said so. Anything else: damage; the text names it and its offset.
    absl::Status run(ScanStart start, Progress progress);
    /// The same from where the last one stopped, for a file that has grown since. Not after damage.
    absl::Status goOn(Progress progress);
    /// Reads everything that holds, from the first chunk on; with kVerify only. What is missing in
    /// between becomes a gap, and what cannot stand behind one is left out with it. kOk: the last
    /// of it ends where the source does; else as run().
    absl::Status salvage();
    /// Of what did not hold and had something behind it; salvage() only.
    std::uint64_t skippedBytes() const { return skippedBytes_; }
    /// Why the first of it did not hold; empty: there was none.
    const std::string& firstDamage() const { return firstDamage_; }
    /// Where the last whole chunk ends.
    std::uint64_t end() const { return end_; }
    /// What would go on there.
    ScanStart next() const { return {end_, sequence_, previousBytes_}; }
    /// Where it begins.
    std::uint64_t lastChunkAt() const { return end_ - previousBytes_; }
    /// Whether it stopped at a chunk whose checksums hold: what is in it was refused.
    bool refusedWholeChunk() const { return inChunk_; }
    std::uint64_t chunkCount() const { return sequence_; }

private:
    absl::StatusOr<ScanStart> nextThatHolds(std::uint64_t& readMax) const;
    bool mayStandBehind(const DecodedEvents& events) const;
    /// Makes what lies between the rows so far and `first` a gap, when something did not hold.
    void addDamageBefore(Position first);
    absl::Status apply(Chunk chunk);
    absl::Status applyKnown(Chunk chunk);
    absl::Status applyTables(const Chunk& chunk);
    absl::Status applyEvents(Chunk chunk);
    absl::Status applyInputs(const Chunk& chunk);
    absl::Status applySnapshot(const Chunk& chunk);
    absl::Status beginSnapshot(const Chunk& chunk, const SnapshotPartHead& head);
    absl::Status checkSnapshot();
    absl::Status applyNotes(const Chunk& chunk);
    absl::Status applyIndex(const Chunk& chunk);
    bool namesAgree(const IndexPart& found) const;
    absl::Status applyStats(const Chunk& chunk);

    const ChunkSource& source_;
    TraceContents& contents_;
    Depth depth_;
    std::uint64_t bytesMax_;

    std::uint64_t end_ = 0;
    std::uint64_t sequence_ = 0;
    std::uint64_t previousBytes_ = 0;
    bool inChunk_ = false;

    // Of salvage()
    std::string hole_;  ///< why what comes next may not follow what was before; empty: it must
    std::string firstDamage_;
    std::uint64_t skippedBytes_ = 0;

    struct OpenSnapshot {
        SnapshotEntry entry;
        std::uint32_t next = 0;
        SnapshotAssembler assembler;  ///< fed when verifying
    };
    std::optional<OpenSnapshot> snapshot_;
    std::optional<WorldImage> whole_;  ///< what the last snapshot made, when verifying
    IndexPart sinceIndex_;             ///< what the next INDX must say
    std::uint64_t lastIndexAt_ = 0;
    NameCollector names_;
    ByteWriter chunkNames_;
};

}  // namespace ariadne::tracefmt
