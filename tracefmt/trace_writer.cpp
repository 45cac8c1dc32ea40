#include "tracefmt/trace_writer.h"

#include "engine/base/digest.h"
#include "engine/base/status_macros.h"
#include "tracefmt/chunk_codec.h"
#include "tracefmt/chunk_names.h"
#include "tracefmt/event_codec.h"
#include "tracefmt/file_header.h"
#include "tracefmt/index_codec.h"
#include "tracefmt/inputs_codec.h"
#include "tracefmt/inputs_keeper.h"
#include "tracefmt/meta_codec.h"
#include "tracefmt/note_codec.h"
#include "tracefmt/out_of_memory.h"
#include "tracefmt/run_totals.h"
#include "tracefmt/snapshot_codec.h"
#include "tracefmt/table_codec.h"
#include "tracefmt/totals_folding.h"
#include "tracefmt/trace_contents.h"
#include "tracefmt/trace_scan.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

namespace ariadne::tracefmt {

namespace {

/// Inline bytes of one chunk; with columns and marks it stays below every limit of a chunk.
constexpr std::uint64_t kInlineBytesPerChunkMax = 8u << 20;

absl::Status checkText(absl::string_view what, const std::string& text) {
    if (text.size() <= kStringBytesMax) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat(what, " has ", text.size(), " bytes, the limit is ", kStringBytesMax));
}

absl::Status checkBlob(absl::string_view what, std::uint64_t bytes) {
    if (bytes <= kBlobBytesMax) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat(what, " has ", bytes, " bytes, the limit is ", kBlobBytesMax));
}

/// What is wrong with something that was given is for who gave it to mend.
absl::Status asArgument(const absl::Status& wrong) {
    return wrong.ok() ? wrong : absl::InvalidArgumentError(wrong.message());
}

/// Spreads rows with very long blobs over several chunks.
class SliceCutter {
public:
    explicit SliceCutter(const EventSlice& rest) : rest_(rest) {}
    bool atEnd() const { return rest_.rows.empty(); }
    /// As many rows as one chunk takes, one at least. Lives until the next call.
    EventSlice next() {
        std::size_t rows = 0;
        std::uint64_t payloadBytes = 0;
        std::uint64_t changeBytes = 0;
        std::uint64_t longBytes = 0;
        longBlobs_.clear();
        for (; rows < rest_.rows.size(); ++rows) {
            const CompactRow& row = rest_.rows[rows];
            std::uint64_t payload = payloadBytes;
            std::uint64_t change = changeBytes;
            std::uint64_t large = longBytes;
            (isLong(row.payloadBytes) ? large : payload) += row.payloadBytes;
            (isLong(row.changeBytes) ? large : change) += row.changeBytes;
            if (rows != 0 && (payload + change > kInlineBytesPerChunkMax || large > kBlobBytesMax))
                break;
            for (int n = isLong(row.payloadBytes) + isLong(row.changeBytes); n > 0; --n) {
                LongBlob& blob = longBlobs_.emplace_back(rest_.longBlobs[longBlobs_.size()]);
                blob.row = static_cast<std::uint32_t>(rows);
            }
            payloadBytes = payload;
            changeBytes = change;
            longBytes = large;
        }
        const EventSlice cut{rest_.first, rest_.rows.first(rows),
                             rest_.payloads.first(payloadBytes), rest_.changes.first(changeBytes),
                             longBlobs_};
        rest_ = {{rest_.first.value + rows},
                 rest_.rows.subspan(rows),
                 rest_.payloads.subspan(payloadBytes),
                 rest_.changes.subspan(changeBytes),
                 rest_.longBlobs.subspan(longBlobs_.size())};
        return cut;
    }

private:
    static bool isLong(std::uint32_t bytes) { return bytes > kInlineBytesMax; }

    EventSlice rest_;
    std::vector<LongBlob> longBlobs_;
};

bool isCritical(ChunkType type) {
    switch (type) {
        case ChunkType::kSnapshot:
        case ChunkType::kIndex:
        case ChunkType::kNotes:
        case ChunkType::kStats: return false;
        default: return true;
    }
}

/// Room for one more, asked for before the chunk is written that it stands for: when there is none
/// the file and what is known of it still agree.
template <class Entry>
void makeRoom(std::vector<Entry>& list) {
    if (list.size() == list.capacity()) list.reserve(std::max<std::size_t>(16, 2 * list.size()));
}

GapCause causeOf(const absl::Status& error) {
    if (error == outOfMemory()) return GapCause::kUnknown;  // the note says it
    return error.code() == absl::StatusCode::kResourceExhausted ? GapCause::kDiskFull
                                                                : GapCause::kIoError;
}

/// Invariants: the file ends after the last whole chunk, at offset_, unless cutting it back failed;
/// totals, tables and index describe exactly those chunks; after an error nothing is appended but
/// by finish().
class ChunkWriter final : public TraceWriter {
public:
    ChunkWriter(std::unique_ptr<WriteFile> file, FileId id, const TraceMeta& meta)
        : file_(std::move(file)),
          id_(id),
          readerMinor_(meta.minViewMinor),
          inputsOnly_(meta.level == Level::kInputs),
          inputs_(keepsDecisions(meta)) {}
    ~ChunkWriter() noexcept override = default;  // clang 14 finds the implicit one may throw
    ChunkWriter(const ChunkWriter&) = delete;
    ChunkWriter& operator=(const ChunkWriter&) = delete;

    absl::Status start(ByteView metaBody);
    void goOnFrom(const ScanStart& at, const TraceContents& contents);

    FileId fileId() const override { return id_; }

    absl::Status beginAt(std::span<const TypeDesc> types, std::span<const CellBirth> births,
                         const WorldImage& image, GapCause cause, std::string note) override {
        return settled([&] { return tryBeginAt(types, births, image, cause, std::move(note)); });
    }
    absl::Status addTypes(std::span<const TypeDesc> types) override {
        return settled([&] { return tryTypes(types); });
    }
    absl::Status addBirths(std::span<const CellBirth> births) override {
        return settled([&] { return tryBirths(births); });
    }
    absl::Status addEvents(const EventBatch& batch) override {
        return settled([&] { return tryEvents(batch); });
    }
    absl::Status addEventsBehindDamage(const EventBatch& batch, EventDigest atFirstMark) override {
        return settled([&] { return tryEventsBehindDamage(batch, atFirstMark); });
    }
    absl::Status addSnapshot(const WorldImage& image) override {
        return settled([&] { return trySnapshot(image); });
    }
    absl::Status addInputs(const InputsStretch& stretch) override {
        return settled([&] { return tryInputs(stretch); });
    }
    absl::Status addGap(const TraceGap& gap) override {
        return settled([&] { return tryGap(gap); });
    }
    absl::Status addNote(const HostNote& note) override {
        return settled([&] { return tryNote(note); });
    }
    absl::Status flush() override {
        return settled([&]() -> absl::Status {
            ARIADNE_RETURN_IF_ERROR(failed_);
            return settle(appendInputs());
        });
    }
    Waiting waiting() override {
        if (!inputsOnly_ || !failed_.ok()) return {};
        return {typesOut_, types_.all().subspan(typesOut_), birthsOut_,
                std::span{births_}.subspan(birthsOut_),
                inputs_.events() == 0 ? nullptr : &inputs_.stretch(totals_)};
    }
    absl::Status writeWaiting() override {
        return settled([&]() -> absl::Status {
            ARIADNE_RETURN_IF_ERROR(flush());
            return settle(appendWaitingTables());
        });
    }
    absl::Status sync() override {
        return settled([&]() -> absl::Status {
            ARIADNE_RETURN_IF_ERROR(flush());
            return settle(syncFile());
        });
    }
    absl::Status syncWritten() override {
        return settled([&]() -> absl::Status {
            ARIADNE_RETURN_IF_ERROR(failed_);
            return settle(syncFile());
        });
    }
    std::unique_ptr<FileSync> syncElsewhere() override {
        try {
            return file_->syncElsewhere();
        } catch (const std::bad_alloc&) {
            return nullptr;
        }
    }
    void syncFailed(const absl::Status& why) override {
        if (synced_.ok()) synced_ = why;
        if (failed_.ok()) settle(synced_).IgnoreError();
    }
    void giveUp(const absl::Status& why) override;
    absl::Status finish(TraceStats stats) override;

    EventDigest digest() const override { return totals_.digest(); }
    std::uint64_t bytesWritten() const override { return offset_; }

private:
    /// `work`, which settles what it writes by itself; here only when it runs out of memory.
    template <class Work>
    absl::Status settled(const Work& work) {
        try {
            return work();
        } catch (const std::bad_alloc&) {
            return failed_.ok() ? settle(outOfMemory()) : failed_;
        }
    }
    absl::Status tryBeginAt(std::span<const TypeDesc> types, std::span<const CellBirth> births,
                            const WorldImage& image, GapCause cause, std::string note);
    absl::Status tryTypes(std::span<const TypeDesc> types);
    absl::Status tryBirths(std::span<const CellBirth> births);
    absl::Status tryEvents(const EventBatch& batch);
    absl::Status tryEventsBehindDamage(const EventBatch& batch, EventDigest atFirstMark);
    absl::Status trySnapshot(const WorldImage& image);
    absl::Status tryInputs(const InputsStretch& stretch);
    absl::Status tryGap(const TraceGap& gap);
    absl::Status tryNote(const HostNote& note);
    absl::Status tryFinish(TraceStats& stats);
    absl::Status appendBytes(ByteView bytes);
    /// Returns the chunk's offset.
    absl::StatusOr<std::uint64_t> appendChunk(ChunkType type, ByteView raw, Position first = {},
                                              std::uint32_t count = 0);
    absl::StatusOr<LargeBlob> appendBlob(std::uint32_t row, std::uint8_t column, ByteView bytes);
    absl::Status appendTables(TablesView tables);
    absl::Status appendFullTables();
    absl::StatusOr<std::vector<LargeBlob>> appendBlobs(std::span<const LongBlob> blobs);
    absl::Status appendEventChunk(const EventSlice& slice, const EventDigest* first = nullptr);
    void collectNames(const EventSlice& slice, std::size_t bodyBytes);
    absl::Status appendSlice(const EventSlice& slice);
    absl::Status appendInputs();
    absl::Status appendStretch(const InputsStretch& stretch);
    void dropInputs();
    absl::Status appendWaitingTables();
    bool hasFullTablesNearby() const;
    absl::Status appendSnapshot(const WorldImage& image);
    absl::Status appendGap(const TraceGap& gap);
    absl::Status appendNote(HostNote note);
    absl::Status appendIndex();
    absl::Status appendIndexWhenDue();
    absl::Status appendSummary(const TraceStats& stats);
    /// Remembers the first failure and cuts what was half written.
    absl::Status settle(absl::Status status);
    /// Asks the disk until it fails once: a later success would not bring back what was lost then.
    absl::Status syncFile();

    absl::Status checkTypes(std::span<const TypeDesc> types) const;
    absl::Status checkBirths(std::span<const CellBirth> births) const;
    absl::Status checkBatch(const EventBatch& batch) const;
    absl::Status checkPlace(const WorldImage& image) const;
    absl::Status checkImage(const WorldImage& image) const;
    absl::Status checkSince(const WorldImage& image) const;

    std::unique_ptr<WriteFile> file_;
    FileId id_;
    std::uint16_t readerMinor_;  ///< whoever reads the file knows formats up to this one
    bool inputsOnly_;
    bool indexes_ = true;
    absl::Status failed_;
    GapCause cause_ = GapCause::kUnknown;  ///< why it failed
    absl::Status synced_;                  ///< the first failure of a sync, if any
    bool finished_ = false;

    std::uint64_t offset_ = 0;
    std::uint64_t sequence_ = 0;
    std::uint64_t previousBytes_ = 0;
    std::uint64_t lastIndexAt_ = 0;
    std::uint64_t lastIndexSequence_ = 0;
    IndexPart sinceIndex_;

    TypeTable types_;
    std::vector<CellBirth> births_{1};
    std::uint64_t next_ = 1;  ///< seq of the next row
    // Of level inputs: tables wait until something needs them, events until there are enough.
    std::uint32_t typesOut_ = 1;   ///< number of the next type that is not in the file
    std::uint32_t birthsOut_ = 1;  ///< likewise
    InputsKeeper inputs_;          ///< of events in no chunk yet, those before next_
    RunTotals totalsOut_;          ///< without them
    // Of the last full copy of the tables.
    std::size_t fullTypes_ = 0;
    std::size_t fullBirths_ = 0;
    std::uint64_t fullSequence_ = 0;
    RunTotals totals_;
    TraceGap lastGap_;
    bool behindDamage_ = false;        ///< a gap of that cause was added behind the last row
    std::size_t notes_ = 0;            ///< so far
    Position snapshotAt_;              ///< of the last one; 0 = none, or the beginning
    std::uint32_t snapshotDepth_ = 0;  ///< of the last one

    // Room that is used again for every chunk.
    EventEncoder encoder_;
    MessageRoom snapshotRoom_;
    std::vector<EventDigest> marks_;
    NameCollector collector_;
    ByteWriter chunkNames_;
    ByteWriter names_;  ///< with their length in front
    Bytes chunk_;
};

absl::Status ChunkWriter::start(ByteView metaBody) {
    const auto begin = [&] {
        FileHeader header;
        header.id = id_;
        ARIADNE_RETURN_IF_ERROR(appendBytes(encodeFileHeader(header)));
        return appendChunk(ChunkType::kMeta, metaBody).status();
    };
    const absl::Status status = withinMemory(begin);
    if (status.ok()) return status;
    // Nothing of this file is of use without META.
    (void)withinMemory([&] { return file_->truncate(0); });
    (void)withinMemory([&] { return file_->close(); });
    return status;
}

void ChunkWriter::goOnFrom(const ScanStart& at, const TraceContents& contents) {
    offset_ = at.offset;
    sequence_ = at.sequence;
    previousBytes_ = at.previousBytes;
    indexes_ = false;
    types_ = contents.types;
    births_ = contents.births;
    typesOut_ = types_.size();
    birthsOut_ = static_cast<std::uint32_t>(births_.size());
    next_ = contents.next().value;
    totals_ = totalsOut_ = contents.totals;
}

absl::Status ChunkWriter::appendBytes(ByteView bytes) {
    ARIADNE_RETURN_IF_ERROR(file_->append(bytes));
    offset_ += bytes.size();
    return absl::OkStatus();
}

absl::StatusOr<std::uint64_t> ChunkWriter::appendChunk(ChunkType type, ByteView raw, Position first,
                                                       std::uint32_t count) {
    ChunkHeader header;
    header.type = type;
    header.critical = isCritical(type);
    header.sequence = sequence_;
    header.firstSeq = first.value;
    header.count = count;
    header.previousBytes = previousBytes_;
    header.tablesHint = static_cast<std::uint32_t>(sinceIndex_.fullTablesAt / kAlignment);
    ARIADNE_ASSIGN_OR_RETURN(const ByteView chunk, sealChunkIn(chunk_, header, raw, id_.low));
    const std::uint64_t at = offset_;
    ARIADNE_RETURN_IF_ERROR(appendBytes(chunk));
    previousBytes_ = chunk.size();
    ++sequence_;
    return at;
}

absl::StatusOr<LargeBlob> ChunkWriter::appendBlob(std::uint32_t row, std::uint8_t column,
                                                  ByteView bytes) {
    LargeBlob blob{row, column, offset_, bytes.size()};
    for (std::size_t begin = 0; begin < bytes.size(); begin += kPayloadPartBytesMax) {
        const std::size_t size = std::min<std::size_t>(kPayloadPartBytesMax, bytes.size() - begin);
        ARIADNE_RETURN_IF_ERROR(
            appendChunk(ChunkType::kPayload, bytes.subspan(begin, size)).status());
    }
    return blob;
}

absl::Status ChunkWriter::appendTables(TablesView rest) {
    do {
        TablesView part = rest;
        std::size_t bytes = 0;
        const auto fitting = [&bytes](const auto& entries) {
            std::size_t n = 0;
            for (; n < entries.size(); ++n) {
                const std::size_t entry = tableBytesOf(entries[n]);
                if (bytes != 0 && bytes + entry > kTablePartBytesMax) break;
                bytes += entry;
            }
            return n;
        };
        part.types = rest.types.first(fitting(rest.types));
        // Births wait until all types are out, so that each part is one contiguous range of both.
        part.births = part.types.size() == rest.types.size()
                          ? rest.births.first(fitting(rest.births))
                          : rest.births.first(0);
        ARIADNE_ASSIGN_OR_RETURN(const Bytes body, encodeTables(part));
        makeRoom(sinceIndex_.tables);
        ARIADNE_ASSIGN_OR_RETURN(const std::uint64_t at, appendChunk(ChunkType::kTables, body));
        sinceIndex_.tables.push_back(at);
        if (part.full) sinceIndex_.fullTablesAt = at;
        rest.full = false;
        rest.types = rest.types.subspan(part.types.size());
        rest.firstType += static_cast<std::uint32_t>(part.types.size());
        rest.births = rest.births.subspan(part.births.size());
        rest.firstBirth += static_cast<std::uint32_t>(part.births.size());
    } while (!rest.types.empty() || !rest.births.empty());
    return absl::OkStatus();
}

absl::Status ChunkWriter::appendFullTables() {
    fullTypes_ = types_.size();
    fullBirths_ = births_.size();
    fullSequence_ = sequence_;
    typesOut_ = types_.size();
    birthsOut_ = static_cast<std::uint32_t>(births_.size());
    return appendTables({true, 1, types_.all().subspan(1), 1, std::span{births_}.subspan(1)});
}

absl::StatusOr<std::vector<LargeBlob>> ChunkWriter::appendBlobs(std::span<const LongBlob> blobs) {
    std::vector<LargeBlob> large;
    for (const LongBlob& blob : blobs) {
        ARIADNE_ASSIGN_OR_RETURN(const LargeBlob written,
                                 appendBlob(blob.row, blob.column, blob.bytes));
        large.push_back(written);
    }
    return large;
}

absl::Status ChunkWriter::appendEventChunk(const EventSlice& slice, const EventDigest* first) {
    ARIADNE_ASSIGN_OR_RETURN(const std::vector<LargeBlob> large, appendBlobs(slice.longBlobs));
    RunTotals totals = totals_;
    RunTotals::Folding folding(totals, slice, types_, marks_, first);
    ARIADNE_ASSIGN_OR_RETURN(const ByteView body, encoder_.encode(slice, large, folding));
    makeRoom(sinceIndex_.chunks);
    if (indexes_) collectNames(slice, body.size());
    const auto count = static_cast<std::uint32_t>(slice.rows.size());
    ARIADNE_ASSIGN_OR_RETURN(const std::uint64_t at,
                             appendChunk(ChunkType::kEvents, body, slice.first, count));
    totals_ = totals;
    next_ = slice.first.value + count;
    behindDamage_ = false;
    sinceIndex_.chunks.push_back({at, static_cast<std::uint32_t>(offset_ - at), count, slice.first,
                                  slice.rows.front().time, slice.rows.back().time,
                                  digest().events(), digest().changes()});
    sinceIndex_.names.insert(sinceIndex_.names.end(), names_.view().begin(), names_.view().end());
    return appendIndexWhenDue();
}

/// Makes what the index will say of the rows, and room for it.
void ChunkWriter::collectNames(const EventSlice& slice, std::size_t bodyBytes) {
    for (const CompactRow& row : slice.rows) collector_.add(row.kind, row.cell, row.peer);
    chunkNames_.clear();
    collector_.takeInto(chunkNames_, cellBytesMaxOf(bodyBytes));
    names_.clear();
    names_.sized(chunkNames_.view());
    Bytes& all = sinceIndex_.names;
    if (all.capacity() - all.size() < names_.size())
        all.reserve(std::max<std::size_t>(2 * all.capacity(), all.size() + names_.size()));
}

absl::Status ChunkWriter::appendSlice(const EventSlice& slice) {
    if (!inputsOnly_) return appendEventChunk(slice);
    inputs_.add(slice, types_, totals_);
    next_ = totals_.lastPosition().value + 1;
    // Nobody but the file knows the rows kept; the others can be made again.
    const bool due = inputs_.keptSome() || inputs_.events() >= kEventsPerInputs;
    return due ? appendInputs() : absl::OkStatus();
}

absl::Status ChunkWriter::appendInputs() {
    if (inputs_.events() == 0) return absl::OkStatus();
    ARIADNE_RETURN_IF_ERROR(appendStretch(inputs_.stretch(totals_)));
    inputs_.clear();
    totalsOut_ = totals_;
    return appendIndexWhenDue();
}

absl::Status ChunkWriter::appendStretch(const InputsStretch& stretch) {
    ByteView events;
    const EventSlice rows = stretch.rows.all();
    const auto count = static_cast<std::uint32_t>(rows.rows.size());
    if (count != 0) {
        if (stretch.needsTables()) ARIADNE_RETURN_IF_ERROR(appendWaitingTables());
        ARIADNE_ASSIGN_OR_RETURN(const std::vector<LargeBlob> large, appendBlobs(rows.longBlobs));
        marks_.assign((count + kDigestEvery - 1) / kDigestEvery, EventDigest{});
        ARIADNE_ASSIGN_OR_RETURN(events, encoder_.encode(rows, large, marks_));
    }
    ARIADNE_ASSIGN_OR_RETURN(
        const Bytes body, encodeInputs({stretch.totals, stretch.firstTime, stretch.skips}, events));
    makeRoom(sinceIndex_.inputs);
    ARIADNE_ASSIGN_OR_RETURN(const std::uint64_t at,
                             appendChunk(ChunkType::kInputs, body, stretch.first, count));
    const ChunkEntry entry{at,
                           static_cast<std::uint32_t>(offset_ - at),
                           static_cast<std::uint32_t>(stretch.events()),
                           stretch.first,
                           stretch.firstTime,
                           stretch.totals.lastTime,
                           stretch.totals.eventDigest,
                           stretch.totals.changeDigest};
    sinceIndex_.inputs.push_back(entry);
    return absl::OkStatus();
}

/// As if what is in no chunk yet had never come: the file says what it lost from there on.
void ChunkWriter::dropInputs() {
    next_ -= inputs_.events();
    inputs_.clear();
    totals_ = totalsOut_;
}

absl::Status ChunkWriter::appendWaitingTables() {
    if (!inputsOnly_ || (typesOut_ == types_.size() && birthsOut_ == births_.size()))
        return absl::OkStatus();
    const TablesView waiting{false, typesOut_, types_.all().subspan(typesOut_), birthsOut_,
                             std::span{births_}.subspan(birthsOut_)};
    typesOut_ = types_.size();
    birthsOut_ = static_cast<std::uint32_t>(births_.size());
    return appendTables(waiting);
}

absl::Status ChunkWriter::appendSnapshot(const WorldImage& image) {
    ARIADNE_RETURN_IF_ERROR(appendInputs());
    ARIADNE_RETURN_IF_ERROR(image.isWhole() ? appendFullTables() : appendWaitingTables());
    const SnapshotPlan plan(image);
    ARIADNE_RETURN_IF_ERROR(asArgument(checkPartCount(plan.parts())));
    const ChunkType type = image.isWhole() ? ChunkType::kSnapshot : ChunkType::kIncrement;
    SnapshotEntry entry{0, plan.parts(), image.position, image.stateDigest, image.since, 0};
    makeRoom(sinceIndex_.snapshots);
    for (std::uint32_t part = 0; part < plan.parts(); ++part) {
        std::vector<LargeBlob> large;
        for (const SnapshotPlan::Blob& blob : plan.largeBlobs(part)) {
            ARIADNE_ASSIGN_OR_RETURN(const LargeBlob written,
                                     appendBlob(blob.row, blob.column, blob.bytes));
            large.push_back(written);
        }
        ARIADNE_ASSIGN_OR_RETURN(const ByteView body, plan.encode(part, large, snapshotRoom_));
        ARIADNE_ASSIGN_OR_RETURN(const std::uint64_t at,
                                 appendChunk(type, body, image.position, part));
        if (part == 0) entry.offset = at;
    }
    sinceIndex_.snapshots.push_back(entry);
    snapshotAt_ = image.position;
    snapshotDepth_ = image.isWhole() ? 0 : snapshotDepth_ + 1;
    if (image.position != totals_.lastPosition()) {
        totals_.resumeAt(image.position, image.round, image.time,
                         {image.eventDigest, image.changeDigest});
        behindDamage_ = false;
    }
    totalsOut_ = totals_;
    return appendIndexWhenDue();
}

absl::Status ChunkWriter::appendGap(const TraceGap& gap) {
    ARIADNE_RETURN_IF_ERROR(appendInputs());
    ARIADNE_ASSIGN_OR_RETURN(const Bytes body, encodeGaps({&gap, 1}));
    TraceGap kept = gap;
    TraceGap last = gap;
    makeRoom(sinceIndex_.gaps);
    ARIADNE_RETURN_IF_ERROR(appendChunk(ChunkType::kGaps, body, gap.first).status());
    sinceIndex_.gaps.push_back(std::move(kept));
    next_ = std::max(next_, gap.last.value + 1);
    lastGap_ = std::move(last);
    behindDamage_ = behindDamage_ || gap.cause == GapCause::kDamaged;
    return appendIndexWhenDue();
}

absl::Status ChunkWriter::appendNote(HostNote note) {
    ARIADNE_RETURN_IF_ERROR(appendInputs());
    note.readableTo = totals_.lastPosition();
    ARIADNE_ASSIGN_OR_RETURN(const Bytes body, encodeNotes({&note, 1}));
    makeRoom(sinceIndex_.notes);
    ARIADNE_RETURN_IF_ERROR(appendChunk(ChunkType::kNotes, body).status());
    sinceIndex_.notes.push_back(std::move(note));
    ++notes_;
    return appendIndexWhenDue();
}

absl::Status ChunkWriter::appendIndex() {
    sinceIndex_.previousAt = lastIndexAt_;
    totals_.putInto(sinceIndex_.totals);
    ARIADNE_ASSIGN_OR_RETURN(const Bytes body, encodeIndex(sinceIndex_));
    ARIADNE_ASSIGN_OR_RETURN(lastIndexAt_, appendChunk(ChunkType::kIndex, body));
    lastIndexSequence_ = sequence_;
    const std::uint64_t fullTablesAt = sinceIndex_.fullTablesAt;
    sinceIndex_ = {};
    sinceIndex_.fullTablesAt = fullTablesAt;
    return absl::OkStatus();
}

absl::Status ChunkWriter::appendIndexWhenDue() {
    if (!indexes_ || sequence_ - lastIndexSequence_ < kChunksPerIndex) return absl::OkStatus();
    return appendIndex();
}

/// A full copy from which on nothing was added, so short a way back that a reader walks it.
bool ChunkWriter::hasFullTablesNearby() const {
    return sinceIndex_.fullTablesAt != 0 && fullTypes_ == types_.size() &&
           fullBirths_ == births_.size() && sequence_ - fullSequence_ <= kChunksBehindTablesMax;
}

absl::Status ChunkWriter::appendSummary(const TraceStats& stats) {
    ARIADNE_RETURN_IF_ERROR(appendInputs());
    Trailer trailer;
    if (!hasFullTablesNearby()) ARIADNE_RETURN_IF_ERROR(appendFullTables());
    trailer.tablesAt = sinceIndex_.fullTablesAt;
    ARIADNE_RETURN_IF_ERROR(appendIndex());
    trailer.indexAt = lastIndexAt_;
    ARIADNE_ASSIGN_OR_RETURN(const Bytes body, encodeStats(stats));
    ARIADNE_ASSIGN_OR_RETURN(trailer.statsAt, appendChunk(ChunkType::kStats, body));
    trailer.fileBytes = offset_ + kFrameBytes;
    trailer.eventDigest = digest().events();
    trailer.changeDigest = digest().changes();
    trailer.chunkCount = static_cast<std::uint32_t>(sequence_);
    // A trailer says that all before it is there, and a disk may write it before all that.
    ARIADNE_RETURN_IF_ERROR(syncFile());
    return appendBytes(encodeTrailer(trailer));
}

absl::Status ChunkWriter::syncFile() {
    if (synced_.ok()) synced_ = withinMemory([&] { return file_->sync(); });
    return synced_;
}

absl::Status ChunkWriter::settle(absl::Status status) {
    if (status.ok()) return status;
    failed_ = status;
    cause_ = causeOf(status);
    if (inputsOnly_) dropInputs();
    (void)withinMemory([&] { return file_->truncate(offset_); });
    (void)withinMemory([&] {
        failed_ = absl::Status(status.code(), absl::StrCat("writing the trace stopped at offset ",
                                                           offset_, ": ", status.message()));
        return failed_;
    });
    return failed_;
}

absl::Status ChunkWriter::tryBeginAt(std::span<const TypeDesc> types,
                                     std::span<const CellBirth> births, const WorldImage& image,
                                     GapCause cause, std::string note) {
    ARIADNE_RETURN_IF_ERROR(failed_);
    if (sequence_ != 1)
        return absl::FailedPreconditionError(
            "something was added to the trace before, so it cannot begin elsewhere any more");
    if (!image.isWhole() || image.position.value == 0)
        return absl::InvalidArgumentError(
            absl::StrCat("found a snapshot of position ", image.position.value, " since ",
                         image.since.value, ", a trace begins at a whole one behind some event"));
    ARIADNE_RETURN_IF_ERROR(checkText("a gap note", note));
    ARIADNE_RETURN_IF_ERROR(checkTypes(types));
    ARIADNE_RETURN_IF_ERROR(checkBirths(births));
    for (const TypeDesc& type : types) types_.add(type);
    births_.insert(births_.end(), births.begin(), births.end());
    const TraceGap gap{{1}, image.position, cause, std::move(note)};
    lastGap_ = gap;
    absl::Status fits = checkImage(image);
    if (!fits.ok()) {
        types_ = {};
        births_.resize(1);
        lastGap_ = {};
        return fits;
    }
    // The full copy of the tables stands before the snapshot, as before every whole one.
    ARIADNE_RETURN_IF_ERROR(settle(appendGap(gap)));
    return settle(appendSnapshot(image));
}

absl::Status ChunkWriter::checkTypes(std::span<const TypeDesc> types) const {
    if (types.size() > kTableEntriesMax - types_.size())
        return absl::InvalidArgumentError(
            absl::StrCat("too many types, the limit is ", kTableEntriesMax));
    for (const TypeDesc& type : types) {
        ARIADNE_RETURN_IF_ERROR(checkText("a type name", type.name));
        for (const FieldDesc& field : type.fields)
            ARIADNE_RETURN_IF_ERROR(checkText("a field name", field.name));
        if (tableBytesOf(type) > kTablePartBytesMax)
            return absl::InvalidArgumentError(absl::StrCat(
                "the type ", type.name, " is longer than ", kTablePartBytesMax, " bytes"));
    }
    return absl::OkStatus();
}

absl::Status ChunkWriter::tryTypes(std::span<const TypeDesc> types) {
    ARIADNE_RETURN_IF_ERROR(failed_);
    ARIADNE_RETURN_IF_ERROR(checkTypes(types));
    if (types.empty()) return absl::OkStatus();
    const TablesView part{
        false, types_.size(), types, static_cast<std::uint32_t>(births_.size()), {}};
    for (const TypeDesc& type : types) types_.add(type);
    return inputsOnly_ ? absl::OkStatus() : settle(appendTables(part));
}

absl::Status ChunkWriter::checkBirths(std::span<const CellBirth> births) const {
    if (births.size() > kTableEntriesMax - (births_.size() - 1))
        return absl::InvalidArgumentError(
            absl::StrCat("too many births, the limit is ", kTableEntriesMax));
    std::size_t rank = births_.size();
    for (const CellBirth& birth : births) {
        ARIADNE_RETURN_IF_ERROR(checkText("a cell path", birth.path));
        if (birth.rank.value != rank++)
            return absl::InvalidArgumentError(
                absl::StrCat("found a birth of rank ", birth.rank.value, ", expected ", rank - 1));
    }
    return absl::OkStatus();
}

absl::Status ChunkWriter::tryBirths(std::span<const CellBirth> births) {
    ARIADNE_RETURN_IF_ERROR(failed_);
    ARIADNE_RETURN_IF_ERROR(checkBirths(births));
    if (births.empty()) return absl::OkStatus();
    const TablesView part{
        false, types_.size(), {}, static_cast<std::uint32_t>(births_.size()), births};
    births_.insert(births_.end(), births.begin(), births.end());
    return inputsOnly_ ? absl::OkStatus() : settle(appendTables(part));
}

absl::Status ChunkWriter::checkBatch(const EventBatch& batch) const {
    if (batch.size() > kRowsPerChunkMax)
        return absl::InvalidArgumentError(absl::StrCat(
            "found ", batch.size(), " rows, the limit of a chunk is ", kRowsPerChunkMax));
    ARIADNE_RETURN_IF_ERROR(batch.status());
    if (!batch.empty() && batch.all().first.value != next_)
        return absl::InvalidArgumentError(absl::StrCat(
            "found the row of position ", batch.all().first.value, ", expected ", next_));
    return absl::OkStatus();
}

absl::Status ChunkWriter::tryEvents(const EventBatch& batch) {
    ARIADNE_RETURN_IF_ERROR(failed_);
    ARIADNE_RETURN_IF_ERROR(checkBatch(batch));
    if (batch.empty()) return absl::OkStatus();
    if (batch.bytes() <= kInlineBytesPerChunkMax) return settle(appendSlice(batch.all()));
    SliceCutter cutter(batch.all());
    while (!cutter.atEnd()) ARIADNE_RETURN_IF_ERROR(settle(appendSlice(cutter.next())));
    return absl::OkStatus();
}

absl::Status ChunkWriter::tryEventsBehindDamage(const EventBatch& batch, EventDigest atFirstMark) {
    ARIADNE_RETURN_IF_ERROR(failed_);
    ARIADNE_RETURN_IF_ERROR(checkBatch(batch));
    if (batch.empty()) return absl::OkStatus();
    if (!behindDamage_ || inputsOnly_ || readerMinor_ < kMidRunMinor)
        return absl::InvalidArgumentError(
            absl::StrCat("the rows from ", next_,
                         " on do not follow damage, or the minViewMinor of this trace "
                         "is below ",
                         kMidRunMinor));
    // Cut in two, the first part might end before the mark.
    if (batch.bytes() > kInlineBytesPerChunkMax)
        return absl::FailedPreconditionError(
            absl::StrCat("the rows from ", next_, " on follow damage and have ", batch.bytes(),
                         " bytes, the limit of such a chunk is ", kInlineBytesPerChunkMax));
    return settle(appendEventChunk(batch.all(), &atFirstMark));
}

absl::Status ChunkWriter::checkPlace(const WorldImage& image) const {
    if (image.position == totals_.lastPosition()) return absl::OkStatus();
    if (!image.isWhole() || image.position != lastGap_.last ||
        lastGap_.first.value != totals_.lastPosition().value + 1)
        return absl::InvalidArgumentError(absl::StrCat("the snapshot is of position ",
                                                       image.position.value, ", the last event is ",
                                                       totals_.lastPosition().value));
    if (readerMinor_ >= kMidRunMinor) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("the snapshot stands for the events before it, which are missing, and the "
                     "minViewMinor of this trace is below ",
                     kMidRunMinor));
}

absl::Status ChunkWriter::checkImage(const WorldImage& image) const {
    ARIADNE_RETURN_IF_ERROR(checkPlace(image));
    if (!ownersWereBorn(image, births_))
        return absl::InvalidArgumentError("the snapshot holds a cell whose birth was not added");
    ARIADNE_RETURN_IF_ERROR(asArgument(checkGone(image, births_)));
    if (!image.isWhole())
        ARIADNE_RETURN_IF_ERROR(checkSince(image));
    else if (const std::uint64_t digest = stateDigestOf(image, births_);
             digest != image.stateDigest)
        return absl::InvalidArgumentError(absl::StrCat("the snapshot says its state digest is ",
                                                       absl::Hex(image.stateDigest), ", found ",
                                                       absl::Hex(digest)));
    for (const CellImage& cell : image.cells) {
        ARIADNE_RETURN_IF_ERROR(checkBlob("a cell's state", cell.state.size()));
        for (const auto* lane : {&cell.control, &cell.mailbox, &cell.stash})
            for (const MessageImage& message : *lane)
                ARIADNE_RETURN_IF_ERROR(checkBlob("a waiting message", message.payload.size()));
        for (const auto& [name, uses] : cell.childNames)
            ARIADNE_RETURN_IF_ERROR(checkText("a child name", name));
        ARIADNE_RETURN_IF_ERROR(checkText("a behaviour name", cell.behaviourName.get()));
        for (const EffectImage& effect : cell.care->effects) {
            ARIADNE_RETURN_IF_ERROR(checkText("an effect", effect.name));
            ARIADNE_RETURN_IF_ERROR(checkText("the scope of an effect", effect.scope));
        }
    }
    ARIADNE_RETURN_IF_ERROR(checkText("the first leak", image.firstLeak));
    for (const TimerImage& timer : image.timers)
        ARIADNE_RETURN_IF_ERROR(checkBlob("a timer's message", timer.message.payload.size()));
    return absl::OkStatus();
}

absl::Status ChunkWriter::checkSince(const WorldImage& image) const {
    if (readerMinor_ < kIncrementsMinor)
        return absl::InvalidArgumentError(
            absl::StrCat("the snapshot is not whole, and the minViewMinor of this trace is below ",
                         kIncrementsMinor));
    if (image.since != snapshotAt_ || image.since >= image.position)
        return absl::InvalidArgumentError(
            absl::StrCat("the snapshot holds what changed since position ", image.since.value,
                         ", the last snapshot is of position ", snapshotAt_.value));
    if (snapshotDepth_ == kSnapshotDepthMax)
        return absl::InvalidArgumentError(
            absl::StrCat("the last ", kSnapshotDepthMax,
                         " snapshots are not whole, which is the limit: add a whole one"));
    return absl::OkStatus();
}

absl::Status ChunkWriter::trySnapshot(const WorldImage& image) {
    ARIADNE_RETURN_IF_ERROR(failed_);
    ARIADNE_RETURN_IF_ERROR(checkImage(image));
    return settle(appendSnapshot(image));
}

absl::Status ChunkWriter::tryInputs(const InputsStretch& stretch) {
    ARIADNE_RETURN_IF_ERROR(flush());
    if (!inputsOnly_)
        return absl::InvalidArgumentError(
            "found inputs for a trace that holds events, expected one of level inputs");
    if (stretch.first.value != next_ || stretch.totals.lastPosition < stretch.first)
        return absl::InvalidArgumentError(
            absl::StrCat("found inputs from position ", stretch.first.value, " to ",
                         stretch.totals.lastPosition.value, ", expected some from ", next_));
    ARIADNE_RETURN_IF_ERROR(settle(appendStretch(stretch)));
    totals_ = totalsOut_ = RunTotals(stretch.totals);
    next_ = totals_.lastPosition().value + 1;
    return settle(appendIndexWhenDue());
}

absl::Status ChunkWriter::tryGap(const TraceGap& gap) {
    ARIADNE_RETURN_IF_ERROR(failed_);
    ARIADNE_RETURN_IF_ERROR(checkText("a gap note", gap.note));
    return settle(appendGap(gap));
}

absl::Status ChunkWriter::tryNote(const HostNote& note) {
    ARIADNE_RETURN_IF_ERROR(failed_);
    if (notes_ == kHostNotesMax)
        return absl::OutOfRangeError(
            absl::StrCat("the file has ", notes_, " notes, which is the limit"));
    return settle(appendNote(kept(note)));
}

void ChunkWriter::giveUp(const absl::Status& why) {
    if (!failed_.ok()) return;
    failed_ = why;
    cause_ = causeOf(why);
}

absl::Status ChunkWriter::finish(TraceStats stats) {
    if (finished_) return absl::FailedPreconditionError("the trace was finished before");
    finished_ = true;
    absl::Status status = settled([&] { return tryFinish(stats); });
    const absl::Status synced = syncFile();
    const absl::Status closed = withinMemory([&] { return file_->close(); });
    if (!status.ok()) return status;
    failed_ =
        withinMemory([] { return absl::FailedPreconditionError("the trace was finished before"); });
    return synced.ok() ? closed : synced;
}

absl::Status ChunkWriter::tryFinish(TraceStats& stats) {
    ARIADNE_RETURN_IF_ERROR(checkText("the outcome text", stats.outcomeText));
    for (const std::string& field : stats.digestOnlyFields)
        ARIADNE_RETURN_IF_ERROR(checkText("a field name", field));
    totals_.putInto(stats);
    if (failed_.ok()) return settle(appendSummary(stats));
    // Events are missing from here on: say so, and end the file properly if there is room.
    const absl::Status first = failed_;
    const auto seal = [&] {
        const TraceGap gap{{next_}, {}, cause_, std::string(first.message())};
        ARIADNE_RETURN_IF_ERROR(appendGap(gap));
        return appendSummary(stats);
    };
    (void)settle(withinMemory(seal));
    failed_ = first;
    return first;
}

}  // namespace

absl::Status TraceWriter::addEvents(std::span<const EventRow> rows) {
    return withinMemory([&] {
        EventBatch batch;
        for (const EventRow& row : rows) batch.add(row);
        return addEvents(batch);
    });
}

absl::Status TraceWriter::addEventsBehindDamage(const EventBatch&, EventDigest) {
    return absl::FailedPreconditionError("rows behind damage are written into files only");
}

std::unique_ptr<TraceWriter> TraceWriter::goOn(std::unique_ptr<WriteFile> file, FileId id,
                                               const TraceMeta& meta, const ScanStart& at,
                                               const TraceContents& contents) {
    auto writer = std::make_unique<ChunkWriter>(std::move(file), id, meta);
    writer->goOnFrom(at, contents);
    return writer;
}

absl::StatusOr<std::unique_ptr<TraceWriter>> TraceWriter::create(std::unique_ptr<WriteFile> file,
                                                                 const TraceMeta& meta,
                                                                 std::optional<FileId> id) {
    return withinMemory([&]() -> absl::StatusOr<std::unique_ptr<TraceWriter>> {
        TraceMeta written = meta;
        written.formatMinor = kFormatMinor;
        if (meta.level == Level::kInputs) {
            written.minViewMinor = std::max(meta.minViewMinor, kInputsMinor);
            written.minReplayMinor = std::max(meta.minReplayMinor, kInputsMinor);
        }
        for (const std::string* text : {&meta.engineVersion, &meta.programId, &meta.programVersion,
                                        &meta.policy, &meta.faults})
            ARIADNE_RETURN_IF_ERROR(checkText("a text of the header", *text));
        for (const auto& [name, value] : meta.args) {
            ARIADNE_RETURN_IF_ERROR(checkText("an argument", name));
            ARIADNE_RETURN_IF_ERROR(checkText("an argument", value));
        }
        for (const auto& [name, scope] : meta.grants) {
            ARIADNE_RETURN_IF_ERROR(checkText("a grant", name));
            ARIADNE_RETURN_IF_ERROR(checkText("the scope of a grant", scope));
        }
        ARIADNE_ASSIGN_OR_RETURN(const Bytes body, encodeMeta(written));
        const auto hash = hashBytes128(body);
        auto writer = std::make_unique<ChunkWriter>(std::move(file),
                                                    id.value_or(FileId{hash[0], hash[1]}), written);
        ARIADNE_RETURN_IF_ERROR(writer->start(body));
        return writer;
    });
}

}  // namespace ariadne::tracefmt
