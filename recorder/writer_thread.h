// The one thread that owns a trace file while it is written.
#pragma once

#include "recorder/event_block.h"
#include "tracefmt/trace_writer.h"

#include <absl/status/status.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace ariadne::recorder {

/// How much, and how long, a file that is kept on the disk may be ahead of it.
inline constexpr std::uint64_t kSyncBytes = 8u << 20;
inline constexpr std::chrono::milliseconds kSyncPeriod{100};

/// Whether somebody looks for a block in the file. Who does not look finds it there, or in the
/// tail, some blocks later.
enum class Hurry : bool { kNo, kYes };

/// Takes blocks in order, writes them, gives the emptied blocks back. After the writer's first
/// error blocks are only counted.
///
/// Threading: one producer at a time calls take/submit/flush/finish; note(), status(),
/// spoolStatus() and writtenTo() are thread-safe. The producer waits while kBlocksMax blocks are
/// under way: virtual time does not move meanwhile. To sleep and to be woken costs as much as some
/// hundred rows, so neither side is woken for a single block: the thread when kBlocksToWake wait
/// (without a tail, where only the file keeps them, one; and when they come seldom), the producer
/// when as many are empty.
class WriterThread {
public:
    /// Blocks are kept in `tail`, which may be null, until they are in the file.
    explicit WriterThread(std::unique_ptr<tracefmt::TraceWriter> writer,
                          std::unique_ptr<tracefmt::TailFile> tail = nullptr);
    ~WriterThread();  ///< without finish(): leaves a cut file
    WriterThread(const WriterThread&) = delete;
    WriterThread& operator=(const WriterThread&) = delete;

    /// An empty block to fill; waits for one when all are under way.
    std::unique_ptr<EventBlock> take();
    void submit(std::unique_ptr<EventBlock> block, Hurry hurry = Hurry::kNo);
    /// Writes what was submitted; what comes after is lost for `why`, and the file will say so.
    void giveUp(absl::Status why);
    /// Before anything is submitted: see tracefmt::TraceWriter.
    absl::Status beginAt(std::span<const TypeDesc> types, std::span<const CellBirth> births,
                         const WorldImage& image, tracefmt::GapCause cause, std::string note);
    /// Waits until everything submitted is written.
    absl::Status flush();
    /// The same, and until it is on the disk.
    absl::Status sync();
    /// From now on file and tail are synced by bytes and by the clock.
    void keepOnDisk();
    /// Writes `note` behind everything submitted so far, and waits until the operating system has
    /// it. kOutOfRange: the file takes no more notes; kFailedPrecondition: the thread has ended;
    /// else the first error of the writer.
    absl::Status note(tracefmt::HostNote note);
    /// Writes the rest, seals the file, removes the tail, ends the thread. `writer()` may then be
    /// asked.
    absl::Status finish(const tracefmt::TraceStats& stats);
    absl::Status status() const;
    /// The writer's, as of what it was last given. Thread-safe.
    absl::Status spoolStatus() const;
    /// The last event that stands in the file, 0 for none.
    Position writtenTo() const { return {writtenTo_.load(std::memory_order_acquire)}; }
    std::uint64_t snapshotsWritten() const { return snapshots_; }
    const tracefmt::TraceWriter& writer() const { return *writer_; }

private:
    static constexpr std::size_t kBlocksMax = 8;
    static constexpr std::size_t kBlocksToWake = 4;
    static constexpr std::chrono::milliseconds kSeldom{20};

    struct WaitingNote {
        std::uint64_t blocksBefore = 0;  ///< submitted before it
        tracefmt::HostNote note;
        std::optional<absl::Status>* result = nullptr;  ///< of who waits for it
    };

    void loop(const std::stop_token& stop);
    /// False: it is time to end.
    bool awaitWork(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
    bool hasWork() const { return !full_.empty() || !notes_.empty(); }
    bool syncs() const { return keepsOnDisk_ && status_.ok(); }
    bool shouldWake() const {
        const std::size_t enough = hurried_ || tail_ == nullptr ? 1 : kBlocksToWake;
        return full_.size() >= enough || !notes_.empty() || synced_.has_value();
    }
    /// Waits until everything submitted is written.
    void drain(std::unique_lock<std::mutex>& lock);
    void syncWhenDue(std::unique_lock<std::mutex>& lock);
    /// Brings it to the disk beside this thread, if that can be. False: it cannot.
    bool syncElsewhere();
    /// What became of that.
    void noteSynced();
    void writeBlock(std::unique_lock<std::mutex>& lock);
    void writeNote(std::unique_lock<std::mutex>& lock);
    absl::Status write(EventBlock& block);
    /// That there may be what they wait for.
    void tellOthers();
    /// So that the slot of what was written last may be used again.
    absl::Status keepWaiting();

    std::unique_ptr<tracefmt::TraceWriter> writer_;
    std::unique_ptr<tracefmt::TailFile> tail_;  ///< outlives the blocks; null: there is none
    mutable std::mutex mutex_;
    std::condition_variable_any work_;     ///< the thread waits for it
    std::condition_variable_any changed_;  ///< all others do
    std::deque<std::unique_ptr<EventBlock>> full_;
    std::deque<std::unique_ptr<EventBlock>> empty_;  ///< recycled first in, first out
    std::size_t blocks_ = 0;
    std::deque<WaitingNote> notes_;
    std::uint64_t submitted_ = 0;                        ///< blocks
    std::uint64_t written_ = 0;                          ///< of those
    std::chrono::steady_clock::time_point submittedAt_;  ///< the last one
    bool hurried_ = false;                               ///< somebody wants what is in full_
    bool sleeps_ = false;                                ///< the thread, until shouldWake()
    bool writing_ = false;
    bool keepsOnDisk_ = false;
    std::uint64_t syncedBytes_ = 0;  ///< of the file; the thread's own, as is syncDue_
    std::chrono::steady_clock::time_point syncDue_;
    bool ended_ = false;
    absl::Status status_;
    absl::Status spoolStatus_;
    std::atomic<std::uint64_t> writtenTo_{0};
    std::optional<absl::Status> synced_;  ///< what syncer_ found, to be noted
    std::jthread syncer_;                 ///< joinable: a sync goes on elsewhere, or is to be noted
    std::uint64_t snapshots_ = 0;         ///< written by the thread, read after it ended
    std::jthread thread_;                 ///< last: started when the rest is there
};

}  // namespace ariadne::recorder
