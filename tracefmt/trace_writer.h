// Writes one .clew file front to back; layout in tracefmt/FORMAT.md.
#pragma once

#include "engine/base/event.h"
#include "engine/base/event_batch.h"
#include "engine/base/event_digest.h"
#include "engine/base/type_desc.h"
#include "engine/base/world_image.h"
#include "tracefmt/file_header.h"
#include "tracefmt/file_io.h"
#include "tracefmt/trace_meta.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace ariadne::tracefmt {

struct InputsStretch;
struct ScanStart;
struct TraceContents;

/// What a writer was given and has in no chunk yet; views into it, until its next call.
struct Waiting {
    std::uint32_t firstType = 1;  ///< number of types[0], or of what would be
    std::span<const TypeDesc> types;
    std::uint32_t firstBirth = 1;  ///< rank likewise
    std::span<const CellBirth> births;
    const InputsStretch* events = nullptr;  ///< counted, none of them kept; null: none

    bool empty() const { return types.empty() && births.empty() && events == nullptr; }
};

/// Appends chunks; a chunk that was appended is never touched again, so whatever stops the writer
/// leaves a readable prefix. The bytes depend on the calls alone: no clock, no process state.
///
/// Threading: thread-confined. Order: tables before the rows or snapshots that use them.
/// Errors: after the first failed append the file is cut back to the last whole chunk, and every
/// later call returns that first error; finish() then tries to seal with a gap row.
class TraceWriter {
public:
    /// Writes file header and META. The file id is the 128-bit hash of `meta`, so equal runs give
    /// equal bytes, unless `id` is given: for files that may differ and have one META.
    static absl::StatusOr<std::unique_ptr<TraceWriter>> create(std::unique_ptr<WriteFile> file,
                                                               const TraceMeta& meta,
                                                               std::optional<FileId> id = {});
    /// Goes on behind the chunks of another file, the next of which would stand at `at`; they hold
    /// `contents`. `file` gets what is new alone. For rows and their tables: without an index and
    /// without snapshots, and not to be finished.
    static std::unique_ptr<TraceWriter> goOn(std::unique_ptr<WriteFile> file, FileId id,
                                             const TraceMeta& meta, const ScanStart& at,
                                             const TraceContents& contents);
    virtual ~TraceWriter() = default;

    /// Of the first file, when it writes several; zeros when it is not known yet.
    virtual FileId fileId() const { return {}; }

    /// Instead of at the beginning of the run, the file begins at `image`, which is whole and of a
    /// position other than 0: a gap says, for `cause`, that all before it is missing, tables and
    /// image follow. The next row is the one after it, digests go on from those of the image, and
    /// rows are counted from here. The first call of all, and the meta asks for readers of
    /// kMidRunMinor. `births` from rank 1 on.
    virtual absl::Status beginAt(std::span<const TypeDesc> types, std::span<const CellBirth> births,
                                 const WorldImage& image, GapCause cause, std::string note) = 0;

    /// Appends type entries; the first has the index after the last one given (first call: 1).
    virtual absl::Status addTypes(std::span<const TypeDesc> types) = 0;
    /// Appends births; the first has the rank after the last one given (first call: 1).
    virtual absl::Status addBirths(std::span<const CellBirth> births) = 0;
    /// Appends one EVNT chunk (at most kRowsPerChunkMax rows, the first right after what was added
    /// before) and, before it, a PAYL chunk for each payload or change longer than kInlineBytesMax.
    /// The running digest is folded here. At level inputs rows that are not kept may wait for
    /// others before they are counted in the file, as tables wait for what needs them.
    virtual absl::Status addEvents(const EventBatch& batch) = 0;
    /// The same for rows kept in another way.
    absl::Status addEvents(std::span<const EventRow> rows);
    /// For rows right behind a gap whose cause is damage and that no snapshot stands for: the
    /// digest at their first mark, after kDigestEvery of them or the last, is `atFirstMark`, as it
    /// was recorded, and goes on from there. In files that ask for readers of kMidRunMinor;
    /// kFailedPrecondition from a writer that takes runs and not files.
    virtual absl::Status addEventsBehindDamage(const EventBatch& batch, EventDigest atFirstMark);
    /// Appends a snapshot in parts of at most kSnapshotPartBytesMax raw bytes, a whole one behind a
    /// full copy of the tables. Its position must be the last event added or, of a whole one in a
    /// file whose meta asks for readers of kMidRunMinor, the last of the gap added behind that:
    /// digests go on from the image then. One that is not whole
    /// must be since the last snapshot added, at most kSnapshotDepthMax on top of a whole one, and
    /// in a file whose meta asks for readers of kIncrementsMinor; whether all changes are in it
    /// only who reads it can tell.
    virtual absl::Status addSnapshot(const WorldImage& image) = 0;
    /// At level inputs: what was kept of the next events elsewhere, digests included, as one INPT
    /// chunk.
    virtual absl::Status addInputs(const InputsStretch& stretch) = 0;
    /// The rows that follow begin right behind its `last`.
    virtual absl::Status addGap(const TraceGap& gap) = 0;
    /// Appends a note behind the last event added: in no digest, and nothing a reader needs. Of
    /// long texts kHostNoteTextBytesMax bytes are kept. kOutOfRange: the file has kHostNotesMax of
    /// them; it gets no more, and nothing else changes.
    virtual absl::Status addNote(const HostNote& note) = 0;
    /// Leaves nothing that was added waiting outside the file. sync() and finish() do so by
    /// themselves.
    virtual absl::Status flush() = 0;
    /// What a flush() would write, and the tables that nothing in the file has needed so far.
    virtual Waiting waiting() { return {}; }
    /// Leaves nothing of that.
    virtual absl::Status writeWaiting() { return flush(); }
    /// Makes all that was added durable. finish() does so by itself. After an error nothing is
    /// added any more, and the file gets no trailer: what of it is on the disk is not known.
    virtual absl::Status sync() = 0;
    /// The same of what stands in the file by now: of level inputs, events may be waiting.
    virtual absl::Status syncWritten() { return sync(); }
    /// For syncWritten() on a thread of its own, which tells syncFailed() when it fails. Null: here
    /// it cannot be.
    virtual std::unique_ptr<FileSync> syncElsewhere() { return nullptr; }
    /// As if syncWritten() had failed with `why`.
    virtual void syncFailed(const absl::Status& /*why*/) {}
    /// Of a writer that holds what it is given in memory and puts a copy on the disk for whoever
    /// finds it when the process died: OK, or why that copy goes no further, and how far it goes.
    /// The writer itself goes on.
    virtual const absl::Status& spoolStatus() const {
        static const absl::Status kNone;
        return kNone;
    }
    /// The rest of the run is not coming, for `why`: finish() writes a gap and gives `why` back.
    /// The first reason stays.
    virtual void giveUp(const absl::Status& why) = 0;
    /// Writes summary (tables, index, stats), syncs, writes the trailer, syncs and closes. Call
    /// once. The digests, positions and kind counts of `stats` are filled in by the writer.
    virtual absl::Status finish(TraceStats stats) = 0;

    /// Running digest over the rows added so far.
    virtual EventDigest digest() const = 0;
    virtual std::uint64_t bytesWritten() const = 0;
};

inline constexpr std::uint32_t kRowsPerChunk = 4096;  ///< when the recorder closes a chunk,
inline constexpr std::uint32_t kRawBytesPerChunk = 256 * 1024;  ///< or at this many payload bytes

}  // namespace ariadne::tracefmt
