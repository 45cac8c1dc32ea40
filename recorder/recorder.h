// Turns what a World commits into a .clew file, on a thread of its own.
#pragma once

#include "engine/kernel/event_sink.h"
#include "tracefmt/tail_file.h"
#include "tracefmt/trace_meta.h"
#include "tracefmt/trace_writer.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <filesystem>
#include <memory>
#include <string>

namespace ariadne::recorder {

/// The end of what a trace survives.
enum class Durability : std::uint8_t {
    kProcess,  ///< this process, kill -9 included: the operating system has all bytes
    kSteady,   ///< the same; and a loss of power costs what was committed in the last moments
    kMachine,  ///< the machine: a loss of power finds what was flushed on the disk (fdatasync)
};

/// What a finished recording says of itself.
struct RecordResult {
    std::uint64_t events = 0;
    std::uint64_t fileBytes = 0;
    std::uint64_t snapshots = 0;
    std::uint64_t eventDigest = 0;
    std::uint64_t changeDigest = 0;
    std::uint64_t stateDigest = 0;
};

/// An EventSink that writes everything it is told. Rows are copied into blocks on the engine's
/// thread; one writer thread encodes, compresses and writes them. The file's bytes depend on the
/// run alone. State changes are asked for when the level of the meta is kFull.
///
/// The blocks live in a tail beside the file, where the operating system has each row when the call
/// that added it returns: kill -9 at any instant loses none. finish() removes the tail.
///
/// Threading: the sink calls, flush() and finish() belong to the World's thread. A write error
/// never stops the run: the file is sealed where it ended, status() says why, and the rest is not
/// recorded. Lifetime: destroying it without finish() leaves a cut file, as a crash would.
class Recorder final : public kernel::EventSink {
public:
    /// Creates the file at `path`. Errors as tracefmt::createForWriting.
    static absl::StatusOr<std::unique_ptr<Recorder>> create(const std::filesystem::path& path,
                                                            const tracefmt::TraceMeta& meta);
    /// The same into any file; with a tail only when `tailBeside` names the path it is opened by.
    static absl::StatusOr<std::unique_ptr<Recorder>> create(
        std::unique_ptr<tracefmt::WriteFile> file, const tracefmt::TraceMeta& meta,
        const std::filesystem::path& tailBeside = {});
    /// Into something else than one file. At the level and the minors of `meta`, which is what the
    /// writer has. With `tail`, which is for what the writer writes, or the reason why there is
    /// none; null: it has no use for one.
    static std::unique_ptr<Recorder> create(
        std::unique_ptr<tracefmt::TraceWriter> writer, const tracefmt::TraceMeta& meta,
        absl::StatusOr<std::unique_ptr<tracefmt::TailFile>> tail = nullptr);
    ~Recorder() override;

    /// The recording begins at `image`, which is whole, and of a World that was restored with this
    /// as its sink and has told its types: call before its first round. `births` from rank 1 on.
    /// The meta asks for readers of tracefmt::kMidRunMinor.
    absl::Status beginAt(std::span<const CellBirth> births, const WorldImage& image,
                         tracefmt::GapCause cause, std::string note);

    bool wantsChanges() const override;
    void onTypes(std::span<const TypeDesc> types) override;
    void onBirth(const CellBirth& birth) override;
    void onEvent(const EventRow& row) override;
    EventBatch* const* batch() override;
    void onBatchFull() override;
    bool affordsSnapshot(const kernel::ImageSize& size) override;
    bool wantsSnapshot(Position position) override;
    /// Always true unless the meta asks for readers of tracefmt::kIncrementsMinor.
    bool wantsWholeSnapshot() override;
    void onSnapshot(WorldImage image) override;

    /// Closes the open chunk and waits until all that was committed is in the file, for a reader
    /// that follows along, or before something is done that the trace must know of. Makes chunk
    /// boundaries depend on when it is called; events and digests do not. Not OK: recording has
    /// stopped, some of it is not there.
    absl::Status flush(Durability durability = Durability::kProcess);

    /// From now on what is recorded goes to the disk all the time, on the writer's thread: file and
    /// tail after kSyncBytes more of the file, and kSyncPeriod after anything new. The bytes of the
    /// file stay the same. When the disk refuses, recording stops, as on any other error.
    void keepOnDisk();

    /// From now on note() and pushOut() find what was committed. Costs each round one row that goes
    /// a longer way. Before the World starts.
    void letOthersNote();
    /// Gives what was committed to the writer, so that it is in the file soon, and does not wait
    /// for that. False: something is being committed just now, ask again. Makes chunk boundaries
    /// depend on when it is called, as flush() does. Thread-safe, after letOthersNote().
    bool pushOut();
    /// Brings what was committed into the file and `note` behind it, and returns when the operating
    /// system has both; gives back the last event in front of it. While a turn runs nothing is
    /// being committed, so nothing is missing. Else, and without letOthersNote(), what is in the
    /// open chunk stays out. Makes chunk boundaries depend on when it is called, as flush() does.
    /// Thread-safe. kOutOfRange: the file takes no more notes;
    /// kFailedPrecondition: the recording has ended; else why recording stopped.
    absl::StatusOr<Position> note(const tracefmt::HostNote& note);

    /// Waits for the writer, seals and closes the file. Call after the World has ended. The error
    /// is the first one met while writing; the file then ends before it.
    absl::StatusOr<RecordResult> finish();

    /// The writer's first error so far, if any. Thread-safe.
    absl::Status status() const;
    /// OK, or why there is no tail: then a kill loses what is not in the file yet, and nothing else
    /// is different.
    const absl::Status& tailStatus() const;
    /// Of a black box: OK, or since which event a kill would lose what the run did, and why. What
    /// finish() writes is all there. Thread-safe.
    absl::Status spoolStatus() const;
    /// The last event that stands in the file by now, 0 for none. Thread-safe.
    Position writtenTo() const;

private:
    class Impl;
    explicit Recorder(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace ariadne::recorder
