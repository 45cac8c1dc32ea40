// Opens a .clew file and answers by position; layout in tracefmt/FORMAT.md.
#pragma once

#include "engine/base/event.h"
#include "engine/base/type_desc.h"
#include "engine/base/world_image.h"
#include "tracefmt/chunk_names.h"
#include "tracefmt/event_columns.h"
#include "tracefmt/file_io.h"
#include "tracefmt/trace_meta.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ariadne::tracefmt {

/// What the end of a file says. A file is exactly one of these.
enum class FileState : std::uint8_t {
    kClean = 0,      ///< ended by finish()
    kRecording = 1,  ///< no trailer, and somebody holds the writer's lock
    kCut = 2,        ///< no trailer and no writer: everything before the cut is readable
    kDamaged = 3,    ///< some chunk does not match its checksum; what is before it is readable
};
std::string_view nameOf(FileState state);

/// One EVNT chunk decoded: rows as columns. Immutable, shareable between threads.
class EventChunk {
public:
    virtual ~EventChunk() = default;
    Position first() const { return first_; }
    std::uint32_t count() const { return count_; }
    /// The others hold zeros, as the rows do then.
    ColumnSet has() const { return has_; }
    /// Views live as long as the chunk.
    const EventColumns& columns() const { return columns_; }
    /// Row `index` < count(). Its views live as long as the chunk.
    EventRow row(std::uint32_t index) const {
        EventRow row;
        row.seq = {first_.value + index};
        row.time = columns_.time[index];
        row.round = columns_.round[index];
        row.cause = columns_.cause[index];
        row.arg = columns_.arg[index];
        row.extra = columns_.extra[index];
        row.cell = columns_.cell[index];
        row.peer = columns_.peer[index];
        row.type = columns_.type[index];
        row.kind = columns_.kind[index];
        row.flags = columns_.flags[index];
        row.payload = bytesOf(payloads_, columns_.payloadAt, index);
        row.change = bytesOf(changes_, columns_.changeAt, index);
        if (!longBytes_.empty()) [[unlikely]]
            placeLongBytes(index, row);
        return row;
    }
    std::size_t memoryBytes() const { return memoryBytes_; }
    Position last() const { return {first().value + count() - 1}; }
    bool contains(Position p) const { return p >= first() && p <= last(); }
    EventRow rowAt(Position p) const {
        return row(static_cast<std::uint32_t>(p.value - first().value));
    }

protected:
    struct LongBytes {
        std::uint32_t row = 0;
        std::uint8_t column = 0;  ///< 0 payload, 1 change
        Bytes bytes;
    };

    Position first_;
    std::uint32_t count_ = 0;
    ColumnSet has_;
    EventColumns columns_;
    ByteView payloads_;  ///< of all rows in order
    ByteView changes_;
    std::vector<LongBytes> longBytes_;  ///< by row, then column
    std::size_t memoryBytes_ = 0;

private:
    static ByteView bytesOf(ByteView all, const std::uint32_t* at, std::uint32_t index) {
        return all.subspan(at[index], at[index + 1] - at[index]);
    }
    void placeLongBytes(std::uint32_t index, EventRow& row) const;
};

/// One INPT chunk decoded: of all events from first() to last() the rows that cannot be made again
/// without a record of them. Immutable, shareable between threads.
class InputRows {
public:
    virtual ~InputRows() = default;
    virtual Position first() const = 0;
    virtual Position last() const = 0;
    /// Ascending by position. Views live as long as this.
    virtual std::span<const EventRow> rows() const = 0;
};

/// What the index knows of one EVNT chunk, without decoding it; of an INPT chunk the same, `count`
/// being that of all events it covers.
struct ChunkEntry {
    std::uint64_t offset = 0;
    std::uint32_t storedBytes = 0;  ///< header included
    std::uint32_t count = 0;
    Position first;
    VirtualTime firstTime;
    VirtualTime lastTime;
    std::uint64_t eventDigest = 0;  ///< running digests after the chunk's last row
    std::uint64_t changeDigest = 0;
    bool operator==(const ChunkEntry&) const = default;
};

struct SnapshotEntry {
    std::uint64_t offset = 0;  ///< of its first part
    std::uint32_t parts = 0;
    Position position;
    std::uint64_t stateDigest = 0;
    /// Nonzero: it is incremental and holds what changed since the snapshot before it, which is of
    /// this position.
    Position since;
    /// How many snapshots before it have to be read with it; 0 = it is whole. In no index: it
    /// follows from the order.
    std::uint32_t depth = 0;
    bool isWhole() const { return since.value == 0; }
};

/// How a file is opened.
enum class Reading : std::uint8_t {
    kByIndex,  ///< by its index, when it has one: damage in the middle is met when it is read
    kPrefix,   ///< all of it, checked as verify() does, up to the first thing that does not hold
    kSalvage,  ///< the same, and goes on behind that; what is missing in between becomes a gap
};

/// What the tail beside a trace that was cut gave to it.
struct TailUse {
    std::uint64_t events = 0;  ///< the last ones, counted by lastPosition() and read as the others
    std::string problem;       ///< why there is a tail and nothing of it was taken; else empty
};

struct ReadOptions {
    Reading reading = Reading::kByIndex;
    std::uint64_t cacheBytes = 256ull << 20;      ///< decoded chunks kept
    std::uint64_t decodeBytesMax = 512ull << 20;  ///< tables, index, or one snapshot, in memory
    /// Of a cut file so much before its end is read and checked at opening, whatever an index says:
    /// after a loss of power any of it may be missing.
    std::uint64_t cutBytesChecked = 32ull << 20;
};

/// One open trace. Only header, tables and index are held; chunks are decoded on demand into a
/// bounded cache. Reads any bytes without crash, hang or allocation beyond the limits of FORMAT.md;
/// opening executes nothing.
///
/// Threading: thread-confined; the EventChunks it hands out are shareable.
/// Positions: behind base() to lastPosition(), but for gaps; tables and index are complete there.
/// A recording that goes on is seen as it was when the file was opened, or last refreshed.
class TraceReader {
public:
    /// kInvalidArgument: not a trace (says what it looks like); kFailedPrecondition: a newer
    /// format; kDataLoss: the header or META is damaged; others as openForReading().
    ///
    /// A file that was cut is read together with its tail, if that is beside it: what the recording
    /// had committed and not yet written counts as appended.
    static absl::StatusOr<std::unique_ptr<TraceReader>> open(const std::filesystem::path& path,
                                                             const ReadOptions& options = {});
    static absl::StatusOr<std::unique_ptr<TraceReader>> open(std::unique_ptr<ReadFile> file,
                                                             const ReadOptions& options = {});
    virtual ~TraceReader() = default;

    /// Takes in what was appended to a file in state kRecording since it was opened or refreshed:
    /// true when anything said here has changed. Costs what is new, and a few system calls. In any
    /// other state there is nothing to come, and it does nothing.
    ///
    /// Only whole chunks count, and nothing that was ever shown vanishes: positions, indexes and
    /// EventChunks handed out stay what they are, references into the lists do not. What is torn
    /// at the end is not there yet while the writer's lock is held. The state becomes kClean with
    /// the trailer; kCut when the lock is gone without one, and then the tail is taken as by
    /// open(); kDamaged when what was appended is not what a writer writes.
    ///
    /// kDataLoss: what was read is not in the file any more, it was cut back or written anew;
    /// kFailedPrecondition: the file was removed, or another one has its name; kUnavailable: it
    /// cannot be read just now. After the first two the reader is of no further use.
    virtual absl::StatusOr<bool> refresh() = 0;

    virtual FileState state() const = 0;
    /// Why the state is kCut or kDamaged, with the offset; empty when clean.
    virtual const std::string& damage() const = 0;
    virtual const TraceMeta& meta() const = 0;
    /// As the writer ended it; for an unclean file counted from what is readable.
    virtual const TraceStats& stats() const = 0;
    /// Without the tail.
    virtual std::uint64_t fileBytes() const = 0;
    virtual const TailUse& tail() const = 0;
    /// Bytes of the file that are in nothing that can be read; zeros at the end of an unclean one
    /// do not count. Known when all of it was read, so not by Reading::kByIndex: 0.
    virtual std::uint64_t lostBytes() const = 0;
    virtual TraceId id() const = 0;
    virtual Position lastPosition() const = 0;

    virtual const TypeTable& types() const = 0;
    /// By rank; entry 0 is the outside.
    virtual const std::vector<CellBirth>& births() const = 0;
    virtual const std::vector<ChunkEntry>& chunks() const = 0;
    /// What a trace of level inputs has instead of chunks().
    virtual const std::vector<ChunkEntry>& inputs() const = 0;
    virtual const std::vector<SnapshotEntry>& snapshots() const = 0;
    virtual const std::vector<TraceGap>& gaps() const = 0;
    /// In the order of writing, which is that of what they stand behind. What they name of the run
    /// need not be in the file.
    virtual const std::vector<HostNote>& notes() const = 0;

    /// The position of the snapshot the file begins at, 0 when it begins where the run does. The
    /// first row is the one behind it.
    Position base() const;
    /// The gap that `position` lies in, if it does.
    std::optional<TraceGap> gapAt(Position position) const;

    /// The decoded chunk of that index into chunks(). kDataLoss: its bytes do not match.
    virtual absl::StatusOr<std::shared_ptr<const EventChunk>> chunk(std::size_t index) = 0;
    /// The same for who reads chunk after chunk and wants some columns only: in `chunk`, whose
    /// memory is used again when nobody else has it. It has at least the columns `wanted`; of the
    /// others only what those are predicted from is looked at, and nothing is kept for later.
    virtual absl::Status scanChunk(std::size_t index, ColumnSet wanted,
                                   std::shared_ptr<const EventChunk>& chunk) = 0;
    /// The same for who looks at single events all over the file: afterwards `chunk`, null or what
    /// this reader left there, has all columns of the row at `position`, of the rows before it and
    /// of some behind it: count() and last() are those of what it has. Nothing is kept for later
    /// until a chunk is looked at again behind what was decoded of it. Errors as chunkAt().
    virtual absl::Status lookAt(Position position, std::shared_ptr<const EventChunk>& chunk) = 0;
    /// Whether that chunk may have such a row, without decoding it: false is what an index says, or
    /// what was seen when the chunk was decoded. An index that leaves out what the rows name is
    /// found by verify(), and by whoever decodes the chunk (kDataLoss); so that it does not stay
    /// unseen, one chunk in kNamesTriedEvery may always have some.
    virtual bool mayHold(std::size_t index, const RowsSought& sought) const = 0;
    static constexpr std::size_t kNamesTriedEvery = 64;
    /// The chunk that holds `position`. kOutOfRange: not in 1..lastPosition(), or in a gap;
    /// kFailedPrecondition: of that stretch only inputs were recorded.
    virtual absl::StatusOr<std::shared_ptr<const EventChunk>> chunkAt(Position position) = 0;
    /// The decoded chunk of that index into inputs(). kDataLoss: its bytes do not match.
    virtual absl::StatusOr<std::shared_ptr<const InputRows>> inputRows(std::size_t index) = 0;
    /// Always a whole image: of an incremental one, what it makes of the snapshots it builds on.
    /// kDataLoss: it or one of those is damaged, or together they are not the state it names.
    virtual absl::StatusOr<WorldImage> snapshot(std::size_t index) = 0;
    /// As it stands in the file: an incremental one is not whole.
    virtual absl::StatusOr<WorldImage> snapshotAsWritten(std::size_t index) = 0;

    /// Digests at every kDigestEvery-th position inside a chunk, as recorded: entry i is after row
    /// (i+1) * kDigestEvery - 1 of the chunk; the last entry is after its last row.
    struct DigestMark {
        Position position;
        std::uint64_t events;
        std::uint64_t changes;
    };
    virtual absl::StatusOr<std::vector<DigestMark>> digestMarks(std::size_t chunkIndex) = 0;

    /// Decodes every chunk, checks all checksums, every digest mark and every snapshot digest.
    /// Calls `progress` (may be null) with the position reached; returning false cancels
    /// (kCancelled). kDataLoss names the first thing that does not hold and its offset.
    using Progress = bool (*)(void* context, Position reached);
    virtual absl::Status verify(Progress progress, void* context) = 0;
};

}  // namespace ariadne::tracefmt
