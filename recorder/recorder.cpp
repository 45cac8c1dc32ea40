#include "recorder/recorder.h"

#include "engine/base/status_macros.h"
#include "engine/value/dynamic.h"
#include "engine/value/type_name.h"
#include "recorder/snapshot_pace.h"
#include "recorder/writer_thread.h"
#include "tracefmt/format.h"

#include <set>

namespace ariadne::recorder {

class Recorder::Impl {
public:
    Impl(std::unique_ptr<tracefmt::TraceWriter> writer, const tracefmt::TraceMeta& meta)
        : thread_(std::move(writer)),
          pace_(meta.minViewMinor >= tracefmt::kIncrementsMinor),
          messageBytesMax_(meta.limits.messageBytesMax),
          changes_(meta.level == tracefmt::Level::kFull) {
        takeBlock();
    }

    void addTypes(std::span<const TypeDesc> types) {
        block_->types.insert(block_->types.end(), types.begin(), types.end());
        for (const TypeDesc& type : types) types_.add(type);
    }

    void addBirth(const CellBirth& birth) {
        block_->births.push_back(birth);
        if (stateTypes_.size() <= birth.rank.value) stateTypes_.resize(birth.rank.value + 1);
        stateTypes_[birth.rank.value] = birth.type;
    }

    void addEvent(const EventRow& row) {
        if (row.payload.size() > messageBytesMax_) [[unlikely]]
            stopAt(row);
        batch_->add(row);
        if ((row.flags & kFlagDigestOnly) != 0) [[unlikely]]
            noteDigestOnly(row);
        if (row.kind == EventKind::kFail || row.kind == EventKind::kEnd) [[unlikely]]
            noteEnd(row);
        if (batch_->full()) [[unlikely]]
            passOn();
    }

    bool wantsChanges() const { return changes_; }
    EventBatch* const* batch() const { return &batch_; }

    bool wantsSnapshot() const { return pace_.due(events()); }

    bool affordsSnapshot(const kernel::ImageSize& size) const {
        return pace_.affords(events(), size);
    }

    bool wantsWholeSnapshot() { return pace_.wantsWhole(); }

    void addSnapshot(WorldImage image) {
        pace_.made(events(), image);
        stats_.stateDigest = image.stateDigest;
        block_->snapshot = std::move(image);
        passOn();
    }

    absl::Status flush(Durability durability) {
        if (!block_->empty()) passOn();
        return durability == Durability::kMachine ? thread_.sync() : thread_.flush();
    }

    absl::StatusOr<RecordResult> finish() {
        if (!block_->empty()) passOn();
        for (const std::string& field : digestOnly_) stats_.digestOnlyFields.push_back(field);
        ARIADNE_RETURN_IF_ERROR(thread_.finish(stats_));
        RecordResult result;
        result.events = events();
        result.fileBytes = thread_.writer().bytesWritten();
        result.snapshots = thread_.snapshotsWritten();
        result.eventDigest = thread_.writer().digest().events();
        result.changeDigest = thread_.writer().digest().changes();
        result.stateDigest = stats_.stateDigest;
        return result;
    }

    absl::Status status() const { return thread_.status(); }
    Position writtenTo() const { return thread_.writtenTo(); }

    // Kept out of addEvent(), so that the usual row needs few registers saved.
    [[gnu::noinline]] void passOn() {
        eventsBefore_ += batch_->size();
        thread_.submit(std::move(block_));
        takeBlock();
    }

private:
    void takeBlock() {
        block_ = thread_.take();
        batch_ = &block_->events;
    }
    std::uint64_t events() const { return eventsBefore_ + batch_->size(); }

    [[gnu::noinline]] void noteEnd(const EventRow& row) {
        if (row.kind == EventKind::kFail) {
            ++stats_.failures;
            return;
        }
        stats_.outcome = static_cast<std::uint8_t>(row.arg);
        stats_.outcomeText = std::string{asText(row.payload)};
    }

    /// What was recorded until then is kept.
    [[gnu::noinline]] void stopAt(const EventRow& row) {
        if (!block_->empty()) passOn();
        thread_.giveUp(absl::ResourceExhaustedError(
            "recording stopped at event " + std::to_string(row.seq.value) +
            ": found a message of " + std::to_string(row.payload.size()) +
            " bytes, the limit messageBytesMax is " + std::to_string(messageBytesMax_) +
            "; send less at once or raise the limit"));
    }

    /// Rare: says which field was too long to record by content.
    [[gnu::noinline]] void noteDigestOnly(const EventRow& row) {
        if (row.cell.value >= stateTypes_.size()) return;
        const TypeIndex type = stateTypes_[row.cell.value];
        const auto leaves = value::leavesOf(types_, type);
        ByteReader in{row.change};
        while (in.ok() && !in.atEnd()) {
            const std::uint64_t leaf = in.varint();
            const auto op = static_cast<value::ChangeOp>(in.u8());
            in.sized();
            if (in.ok() && op == value::ChangeOp::kDigest && leaf < leaves.size())
                digestOnly_.insert(std::string{value::shortName(types_.at(type).name)} + "." +
                                   leaves[leaf].path);
        }
    }

    WriterThread thread_;
    std::unique_ptr<EventBlock> block_;
    EventBatch* batch_ = nullptr;  ///< of block_
    TypeTable types_;
    std::vector<TypeIndex> stateTypes_;  ///< by rank
    std::set<std::string> digestOnly_;
    tracefmt::TraceStats stats_;
    std::uint64_t eventsBefore_ = 0;  ///< those in block_
    SnapshotPace pace_;
    std::uint64_t messageBytesMax_;
    bool changes_;
};

Recorder::Recorder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Recorder::~Recorder() = default;

absl::StatusOr<std::unique_ptr<Recorder>> Recorder::create(const std::filesystem::path& path,
                                                           const tracefmt::TraceMeta& meta) {
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<tracefmt::WriteFile> file,
                             tracefmt::createForWriting(path));
    absl::StatusOr<std::unique_ptr<Recorder>> recorder = create(std::move(file), meta);
    if (!recorder.ok()) {
        // What could not even be begun leaves nothing behind; devices and the like are not ours.
        std::error_code ignored;
        if (std::filesystem::is_regular_file(path, ignored)) std::filesystem::remove(path, ignored);
    }
    return recorder;
}

absl::StatusOr<std::unique_ptr<Recorder>> Recorder::create(
    std::unique_ptr<tracefmt::WriteFile> file, const tracefmt::TraceMeta& meta) {
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<tracefmt::TraceWriter> writer,
                             tracefmt::TraceWriter::create(std::move(file), meta));
    return std::unique_ptr<Recorder>(new Recorder(std::make_unique<Impl>(std::move(writer), meta)));
}

bool Recorder::wantsChanges() const {
    return impl_->wantsChanges();
}
void Recorder::onTypes(std::span<const TypeDesc> types) {
    impl_->addTypes(types);
}
void Recorder::onBirth(const CellBirth& birth) {
    impl_->addBirth(birth);
}
void Recorder::onEvent(const EventRow& row) {
    impl_->addEvent(row);
}
EventBatch* const* Recorder::batch() {
    return impl_->batch();
}
void Recorder::onBatchFull() {
    impl_->passOn();
}
bool Recorder::affordsSnapshot(const kernel::ImageSize& size) {
    return impl_->affordsSnapshot(size);
}
bool Recorder::wantsSnapshot(Position /*position*/) {
    return impl_->wantsSnapshot();
}
bool Recorder::wantsWholeSnapshot() {
    return impl_->wantsWholeSnapshot();
}
void Recorder::onSnapshot(WorldImage image) {
    impl_->addSnapshot(std::move(image));
}
absl::Status Recorder::flush(Durability durability) {
    return impl_->flush(durability);
}
absl::StatusOr<RecordResult> Recorder::finish() {
    return impl_->finish();
}
absl::Status Recorder::status() const {
    return impl_->status();
}
Position Recorder::writtenTo() const {
    return impl_->writtenTo();
}

}  // namespace ariadne::recorder
