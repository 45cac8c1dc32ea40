// One run in several files, each of which opens alone.
#pragma once

#include "engine/base/event_digest.h"
#include "engine/base/type_desc.h"
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

/// NAME.clew of the segment with that number, from 1 on: NAME.0001.clew.
std::filesystem::path segmentPath(const std::filesystem::path& name, std::uint32_t number);

/// A TraceWriter that goes on in a new file, at a snapshot, when the one it writes is long enough.
/// Every file but the first begins at that snapshot, and its header says which number it has, so
/// the same run gives the same files. Thread-confined, as any TraceWriter; errors as one, and those
/// of making a file.
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
    absl::Status sync() override { return now_->sync(); }
    absl::Status syncWritten() override { return now_->syncWritten(); }
    void giveUp(const absl::Status& why) override { now_->giveUp(why); }
    absl::Status finish(tracefmt::TraceStats stats) override;
    EventDigest digest() const override { return now_->digest(); }
    /// Of all files.
    std::uint64_t bytesWritten() const override { return bytesBefore_ + now_->bytesWritten(); }

private:
    Segments(const tracefmt::TraceMeta& meta, const SegmentOptions& options, Create create,
             Remove remove);
    /// Begins the next file.
    absl::Status open();
    absl::Status goOnAt(const WorldImage& image);

    tracefmt::TraceMeta meta_;
    SegmentOptions options_;
    Create create_;
    Remove remove_;
    TypeTable types_;
    std::vector<CellBirth> births_;
    std::unique_ptr<tracefmt::TraceWriter> now_;
    std::uint32_t number_ = 0;
    std::uint64_t bytesBefore_ = 0;
    absl::Status failed_;  ///< of going on: there is no file to write to
};

}  // namespace ariadne::recorder
