// One run in several files, each of which opens alone.
#pragma once

#include "engine/base/event_digest.h"
#include "engine/base/type_desc.h"
#include "tracefmt/segment_name.h"
#include "tracefmt/tail_file.h"
#include "tracefmt/trace_writer.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace ariadne::recorder {

struct SegmentOptions {
    std::uint64_t bytesMin = 1ull << 30;  ///< a file ends at the next whole snapshot behind so much
    std::uint32_t kept = 0;               ///< how many of the newest stay on disk; 0 = all
    /// Told of each file that is begun, on the thread that writes it; may be null.
    std::function<void(std::uint32_t number)> began = {};
};

using tracefmt::segmentPath;

/// A TraceWriter that goes on in a new file, at a snapshot, when the one it writes is long enough.
/// Every file but the first begins at that snapshot, and its header says which number it has, so
/// the same run gives the same files. Thread-confined, as any TraceWriter; errors as one, and those
/// of making a file.
///
/// Invariant: some file without a trailer holds all that was added, or all from its snapshot on.
class Segments final : public tracefmt::TraceWriter {
public:
    /// Makes the file of a segment. Each is asked for once, in order, after the one before is
    /// closed.
    using Create =
        std::function<absl::StatusOr<std::unique_ptr<tracefmt::WriteFile>>(std::uint32_t number)>;
    /// Takes the file of an old segment away.
    using Remove = std::function<void(std::uint32_t number)>;

    static absl::StatusOr<std::unique_ptr<Segments>> create(const tracefmt::TraceMeta& meta,
                                                            const SegmentOptions& options,
                                                            Create create, Remove remove);

    /// What is added to any of the files is kept in `tail`, too, which was made with the id of the
    /// first and is there as long as something is added.
    void keepIn(tracefmt::TailFile& tail) { tail_ = &tail; }
    /// Takes all its files away. Nothing may be called any more.
    void discard();
    tracefmt::FileId fileId() const override { return firstId_; }

    absl::Status beginAt(std::span<const TypeDesc> types, std::span<const CellBirth> births,
                         const WorldImage& image, tracefmt::GapCause cause,
                         std::string note) override;
    absl::Status addTypes(std::span<const TypeDesc> types) override;
    absl::Status addBirths(std::span<const CellBirth> births) override;
    absl::Status addEvents(const EventBatch& batch) override { return now_->addEvents(batch); }
    absl::Status addInputs(const tracefmt::InputsStretch& stretch) override {
        return now_->addInputs(stretch);
    }
    absl::Status addSnapshot(const WorldImage& image) override;
    absl::Status addGap(const tracefmt::TraceGap& gap) override { return now_->addGap(gap); }
    absl::Status addNote(const tracefmt::HostNote& note) override { return now_->addNote(note); }
    absl::Status flush() override { return now_->flush(); }
    tracefmt::Waiting waiting() override { return now_->waiting(); }
    absl::Status writeWaiting() override { return now_->writeWaiting(); }
    absl::Status sync() override { return now_->sync(); }
    absl::Status syncWritten() override { return now_->syncWritten(); }
    std::unique_ptr<tracefmt::FileSync> syncElsewhere() override { return now_->syncElsewhere(); }
    void syncFailed(const absl::Status& why) override { now_->syncFailed(why); }
    void giveUp(const absl::Status& why) override { now_->giveUp(why); }
    absl::Status finish(tracefmt::TraceStats stats) override {
        return now_->finish(std::move(stats));
    }
    EventDigest digest() const override { return now_->digest(); }
    /// Of all files.
    std::uint64_t bytesWritten() const override { return bytesBefore_ + now_->bytesWritten(); }

private:
    Segments(const tracefmt::TraceMeta& meta, const SegmentOptions& options, Create create,
             Remove remove);
    /// The next file, with META alone.
    absl::StatusOr<std::unique_ptr<tracefmt::TraceWriter>> begin();
    /// The same, with all that it begins with, on the disk.
    absl::StatusOr<std::unique_ptr<tracefmt::TraceWriter>> beginAtSnapshot(const WorldImage& image);
    absl::Status goOnAt(const WorldImage& image);

    tracefmt::TraceMeta meta_;
    SegmentOptions options_;
    Create create_;
    Remove remove_;
    TypeTable types_;
    std::vector<CellBirth> births_;
    std::unique_ptr<tracefmt::TraceWriter> now_;
    std::uint32_t number_ = 0;  ///< of the last file begun
    tracefmt::FileId firstId_;
    tracefmt::TailFile* tail_ = nullptr;  ///< null: there is none
    std::uint64_t bytesBefore_ = 0;
};

}  // namespace ariadne::recorder
