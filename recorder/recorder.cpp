#include "recorder/recorder.h"

#include "engine/base/status_macros.h"
#include "engine/value/dynamic.h"
#include "engine/value/type_name.h"
#include "recorder/open_block_lock.h"
#include "recorder/snapshot_pace.h"
#include "recorder/writer_thread.h"
#include "tracefmt/format.h"

#include <mutex>
#include <set>

namespace ariadne::recorder {

/// Between commits the open block may be somebody else's, who wants a note behind it. The World
/// writes most rows itself, into the batch it is shown, and says nothing before: so between commits
/// it is shown one that takes none. Then the first row of a commit, a turn's, comes through
/// addEvent(), which takes the block back; the rows in front of the turns come there too.
///
/// Invariant: the open block and what is counted of it belong to who holds lock_; without
/// letOthersNote() that is the engine, for ever.
class Recorder::Impl {
public:
    Impl(std::unique_ptr<tracefmt::TraceWriter> writer, std::unique_ptr<tracefmt::TailFile> tail,
         const tracefmt::TraceMeta& meta)
        : thread_(std::move(writer), std::move(tail)),
          pace_(meta.minViewMinor >= tracefmt::kIncrementsMinor, thrifty(meta)),
          messageBytesMax_(meta.limits.messageBytesMax),
          changes_(meta.level == tracefmt::Level::kFull),
          thrifty_(thrifty(meta)) {
        lock_.lock();
        takeBlock();
    }

    void keepOnDisk() { thread_.keepOnDisk(); }

    void letOthersNote() {
        shares_ = true;
        share();
    }

    absl::Status beginAt(std::span<const CellBirth> births, const WorldImage& image,
                         tracefmt::GapCause cause, std::string note) {
        ARIADNE_RETURN_IF_ERROR(
            thread_.beginAt(types_.all().subspan(1), births, image, cause, std::move(note)));
        const Held held{*this};
        block_->types.clear();  // they are in the file
        begunBehind_ = image.position.value;
        beginBlock();
        stateTypes_.resize(births.size() + 1);
        for (const CellBirth& birth : births) stateTypes_[birth.rank.value] = birth.type;
        pace_.made(0, image);
        return absl::OkStatus();
    }

    void addTypes(std::span<const TypeDesc> types) {
        const Held held{*this};
        block_->addTypes(types_.size(), types);
        for (const TypeDesc& type : types) types_.add(type);
    }

    void addBirth(const CellBirth& birth) {
        const Held held{*this};
        block_->addBirth(birth);
        if (stateTypes_.size() <= birth.rank.value) stateTypes_.resize(birth.rank.value + 1);
        stateTypes_[birth.rank.value] = birth.type;
    }

    void addEvent(const EventRow& row) {
        if (!holds_) [[unlikely]]
            return addAfterSharing(row);
        add(row);
    }

    bool wantsChanges() const { return changes_; }
    EventBatch* const* batch() const { return &shown_; }

    /// After every round.
    bool wantsSnapshot() {
        hold();
        const bool due = pace_.due(events());
        if (!due) share();
        return due;
    }

    bool affordsSnapshot(const kernel::ImageSize& size) {
        const bool affords = pace_.affords(events(), size);
        if (!affords) {
            pace_.declined();
            share();
        }
        return affords;
    }

    bool wantsWholeSnapshot() { return pace_.wantsWhole(); }

    void addSnapshot(WorldImage image) {
        hold();
        stats_.stateDigest = image.stateDigest;
        // That of the end comes unasked. Who has the program makes it again; the digest stays.
        if (thrifty_ && !pace_.affordsMade(events(), image)) {
            pace_.refused(image);
            return share();
        }
        pace_.made(events(), image);
        block_->snapshot = std::move(image);
        passOn();
        share();
    }

    absl::Status flush(Durability durability) {
        const Held held{*this};
        if (!block_->empty()) passOn();
        return durability == Durability::kMachine ? thread_.sync() : thread_.flush();
    }

    absl::StatusOr<Position> note(const tracefmt::HostNote& note) {
        pushOut();
        ARIADNE_RETURN_IF_ERROR(thread_.note(note));
        return thread_.writtenTo();
    }

    bool pushOut() {
        const std::lock_guard oneByOne{others_};
        if (!lock_.tryLock()) return false;
        if (!block_->empty()) passOn(Hurry::kYes);
        lock_.unlock();
        return true;
    }

    absl::StatusOr<RecordResult> finish() {
        hold();
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

    absl::Status tailStatus;

    absl::Status status() const { return thread_.status(); }
    absl::Status spoolStatus() const { return thread_.spoolStatus(); }
    Position writtenTo() const { return thread_.writtenTo(); }

    // Kept out of addEvent(), so that the usual row needs few registers saved.
    [[gnu::noinline]] void passOn(Hurry hurry = Hurry::kNo) {
        eventsBefore_ += batch_->size();
        thread_.submit(std::move(block_), hurry);
        takeBlock();
    }

private:
    /// The engine holds the open block, for this call at least.
    class Held {
    public:
        explicit Held(Impl& impl) : impl_(impl), shares_(!impl.holds_) { impl_.hold(); }
        ~Held() {
            if (shares_) impl_.share();
        }
        Held(const Held&) = delete;
        Held& operator=(const Held&) = delete;

    private:
        Impl& impl_;
        bool shares_;
    };

    static bool thrifty(const tracefmt::TraceMeta& meta) {
        return meta.level == tracefmt::Level::kInputs;
    }

    void hold() {
        if (holds_) return;
        lock_.lock();
        holds_ = true;
    }
    void share() {
        if (!shares_) return;
        shown_ = &closed_;
        batch_->handOver();
        holds_ = false;
        lock_.unlock();
    }

    void beginBlock() { block_->begin(++blocksTaken_, {begunBehind_ + eventsBefore_ + 1}); }
    void takeBlock() {
        block_ = thread_.take();
        beginBlock();
        batch_ = &block_->events;
        if (shown_ != &closed_) shown_ = batch_;
    }

    void add(const EventRow& row) {
        if (row.payload.size() > messageBytesMax_) [[unlikely]]
            stopAt(row);
        block_->add(row);
        if ((row.flags & kFlagDigestOnly) != 0) [[unlikely]]
            noteDigestOnly(row);
        if (row.kind == EventKind::kFail || row.kind == EventKind::kEnd) [[unlikely]]
            noteEnd(row);
        if (batch_->full()) [[unlikely]]
            passOn();
    }

    /// A commit begins with the row of a turn; what comes before is committed in front of the
    /// turns, and must be there for whoever looks while they run.
    [[gnu::noinline]] void addAfterSharing(const EventRow& row) {
        hold();
        add(row);
        if (row.kind == EventKind::kDeliver)
            shown_ = batch_;
        else
            share();
    }

    std::uint64_t events() const { return eventsBefore_ + batch_->size(); }

    [[gnu::noinline]] void noteEnd(const EventRow& row) {
        if (row.kind == EventKind::kFail) {
            ++stats_.failures;
            pace_.failed();
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
    EventBatch closed_;            ///< takes no row in place
    EventBatch* shown_ = nullptr;  ///< to the World: batch_, or closed_ while it is not held
    OpenBlockLock lock_;
    std::mutex others_;    ///< of those who want lock_, all but the engine wait here
    bool holds_ = true;    ///< the engine's own: it has lock_
    bool shares_ = false;  ///< letOthersNote() was called
    TypeTable types_;
    std::vector<TypeIndex> stateTypes_;  ///< by rank
    std::set<std::string> digestOnly_;
    tracefmt::TraceStats stats_;
    std::uint64_t eventsBefore_ = 0;  ///< those in block_
    std::uint64_t begunBehind_ = 0;   ///< position; see beginAt()
    std::uint64_t blocksTaken_ = 0;
    SnapshotPace pace_;
    std::uint64_t messageBytesMax_;
    bool changes_;
    bool thrifty_;  ///< makes no snapshot that it cannot afford
};

Recorder::Recorder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Recorder::~Recorder() = default;

absl::StatusOr<std::unique_ptr<Recorder>> Recorder::create(const std::filesystem::path& path,
                                                           const tracefmt::TraceMeta& meta) {
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<tracefmt::WriteFile> file,
                             tracefmt::createForWriting(path));
    absl::StatusOr<std::unique_ptr<Recorder>> recorder = create(std::move(file), meta, path);
    if (!recorder.ok()) {
        // What could not even be begun leaves nothing behind; devices and the like are not ours.
        std::error_code ignored;
        if (std::filesystem::is_regular_file(path, ignored)) std::filesystem::remove(path, ignored);
    }
    return recorder;
}

absl::StatusOr<std::unique_ptr<Recorder>> Recorder::create(
    std::unique_ptr<tracefmt::WriteFile> file, const tracefmt::TraceMeta& meta,
    const std::filesystem::path& tailBeside) {
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<tracefmt::TraceWriter> writer,
                             tracefmt::TraceWriter::create(std::move(file), meta));
    if (tailBeside.empty()) return create(std::move(writer), meta);
    const tracefmt::TailUses uses{.inputs = meta.level == tracefmt::Level::kInputs};
    auto tail = tracefmt::TailFile::create(tailBeside, writer->fileId(), uses);
    return create(std::move(writer), meta, std::move(tail));
}

std::unique_ptr<Recorder> Recorder::create(
    std::unique_ptr<tracefmt::TraceWriter> writer, const tracefmt::TraceMeta& meta,
    absl::StatusOr<std::unique_ptr<tracefmt::TailFile>> tail) {
    absl::Status tailStatus = tail.status();
    auto impl =
        std::make_unique<Impl>(std::move(writer), tail.ok() ? *std::move(tail) : nullptr, meta);
    impl->tailStatus = std::move(tailStatus);
    return std::unique_ptr<Recorder>(new Recorder(std::move(impl)));
}

absl::Status Recorder::beginAt(std::span<const CellBirth> births, const WorldImage& image,
                               tracefmt::GapCause cause, std::string note) {
    return impl_->beginAt(births, image, cause, std::move(note));
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
void Recorder::keepOnDisk() {
    impl_->keepOnDisk();
}
void Recorder::letOthersNote() {
    impl_->letOthersNote();
}
bool Recorder::pushOut() {
    return impl_->pushOut();
}
absl::StatusOr<Position> Recorder::note(const tracefmt::HostNote& note) {
    return impl_->note(note);
}
absl::Status Recorder::status() const {
    return impl_->status();
}
absl::Status Recorder::spoolStatus() const {
    return impl_->spoolStatus();
}
Position Recorder::writtenTo() const {
    return impl_->writtenTo();
}
const absl::Status& Recorder::tailStatus() const {
    return impl_->tailStatus;
}

}  // namespace ariadne::recorder
