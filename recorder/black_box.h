// Remembers the end of a run in little memory, and writes it down only when it went wrong.
#pragma once

#include "engine/base/world_image.h"
#include "recorder/segments.h"
#include "tracefmt/inputs_keeper.h"
#include "tracefmt/trace_writer.h"

#include <absl/status/status.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

namespace ariadne::recorder {

struct BlackBoxOptions {
    std::uint64_t bytesMax = 64ull << 20;  ///< of memory for snapshots and inputs, about
    /// Whether a run that ended so is written down; the default: when it ended badly.
    std::function<bool(Outcome)> wanted = {};
};

/// A TraceWriter of level inputs that keeps what it is given in a ring: snapshots, and the inputs
/// behind each. When there is more than fits, the oldest snapshot goes, with its inputs; the newest
/// always stays. finish() writes what is left as a trace that begins at the oldest snapshot, so
/// that the program can run again from there to the end, or writes nothing.
///
/// Thread-confined, as any TraceWriter. Errors of the file come with finish(); nothing is written
/// before but into the spool, so sync() promises nothing of it.
class BlackBox final : public tracefmt::TraceWriter {
public:
    /// `file` is empty so far and stays so when nothing is written. `spool`, which may be null and
    /// is of level inputs, gets all that is added: it is for who finds it when the process died,
    /// and is gone when finish() has done what is to be done. When it fails, on a full disk say,
    /// it takes no more, spoolStatus() says so and the rest goes on.
    BlackBox(std::unique_ptr<tracefmt::WriteFile> file, const tracefmt::TraceMeta& meta,
             BlackBoxOptions options, std::unique_ptr<Segments> spool = nullptr);

    /// Of the first file of the spool.
    tracefmt::FileId fileId() const override {
        return spool_ != nullptr ? spool_->fileId() : tracefmt::FileId{};
    }

    absl::Status beginAt(std::span<const TypeDesc> types, std::span<const CellBirth> births,
                         const WorldImage& image, tracefmt::GapCause cause,
                         std::string note) override;
    absl::Status addTypes(std::span<const TypeDesc> types) override;
    absl::Status addBirths(std::span<const CellBirth> births) override;
    absl::Status addEvents(const EventBatch& batch) override;
    absl::Status addInputs(const tracefmt::InputsStretch& stretch) override;
    absl::Status addSnapshot(const WorldImage& image) override;
    absl::Status addGap(const tracefmt::TraceGap& gap) override;
    absl::Status addNote(const tracefmt::HostNote& note) override;
    absl::Status flush() override;
    absl::Status sync() override;
    tracefmt::Waiting waiting() override;
    absl::Status writeWaiting() override;
    void giveUp(const absl::Status& why) override;
    absl::Status finish(tracefmt::TraceStats stats) override;
    const absl::Status& spoolStatus() const override { return spoolFailed_; }
    EventDigest digest() const override { return totals_.digest(); }
    /// Of the file; 0 when the run ended well.
    std::uint64_t bytesWritten() const override { return bytesWritten_; }

    /// What snapshots and inputs take now.
    std::uint64_t memoryBytes() const { return bytes_; }
    /// The position behind which everything is kept.
    Position keptFrom() const { return pieces_.front().image.position; }

private:
    /// What was added behind a whole snapshot: an incremental one is worth nothing without those
    /// before it.
    using Item = std::variant<tracefmt::InputsStretch, WorldImage, tracefmt::HostNote>;
    /// The first of a run has no snapshot, and position 0.
    struct Piece {
        WorldImage image;
        std::deque<Item> items;
        std::uint64_t bytes = 0;
    };

    /// Adds something to the spool, as long as it takes anything.
    template <class Add>
    void spool(const Add& add) {
        if (spool_ == nullptr || !spoolFailed_.ok()) return;
        if (const absl::Status added = add(*spool_); !added.ok()) stopSpool(added);
    }
    void stopSpool(const absl::Status& why);
    void add(Item item, std::uint64_t bytes);
    void keepInputs();
    void dropWhatIsTooMuch();
    absl::Status writeAll(const tracefmt::TraceStats& stats);

    std::unique_ptr<tracefmt::WriteFile> file_;
    tracefmt::TraceMeta meta_;
    BlackBoxOptions options_;
    TypeTable types_;
    std::vector<CellBirth> births_;
    tracefmt::RunTotals totals_;
    tracefmt::InputsKeeper keeper_;
    std::deque<Piece> pieces_;
    std::uint64_t bytes_ = 0;
    std::uint64_t bytesWritten_ = 0;
    absl::Status gaveUp_;
    std::unique_ptr<Segments> spool_;
    absl::Status spoolFailed_;
};

}  // namespace ariadne::recorder
