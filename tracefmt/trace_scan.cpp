#include "tracefmt/trace_scan.h"

#include "engine/base/endian.h"
#include "engine/base/status_macros.h"
#include "tracefmt/body_parts.h"
#include "tracefmt/inputs_codec.h"
#include "tracefmt/meta_codec.h"
#include "tracefmt/note_codec.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <tuple>

namespace ariadne::tracefmt {

namespace {

bool sameEntry(const SnapshotEntry& a, const SnapshotEntry& b) {
    const auto fields = [](const SnapshotEntry& e) {
        return std::tie(e.offset, e.parts, e.position, e.stateDigest, e.since);
    };
    return fields(a) == fields(b);
}
template <class Entry>
bool sameEntries(const std::vector<Entry>& a, const std::vector<Entry>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Entry& x, const Entry& y) { return sameEntry(x, y); });
}

absl::Status withPlace(const absl::Status& status, const Chunk& chunk) {
    if (status.ok()) return status;
    // What the body says is damage, whatever the code of the part that found it: only the end of
    // the file itself may look like a cut.
    const absl::StatusCode code = status.code() == absl::StatusCode::kOutOfRange
                                      ? absl::StatusCode::kDataLoss
                                      : status.code();
    return absl::Status(code, absl::StrCat("the ", nameOf(chunk.header.type), " chunk at offset ",
                                           chunk.offset, ": ", status.message()));
}

}  // namespace

absl::Status TraceScan::run(ScanStart start, Progress progress) {
    end_ = start.offset;
    sequence_ = start.sequence;
    previousBytes_ = start.previousBytes;
    return goOn(progress);
}

absl::Status TraceScan::goOn(Progress progress) {
    while (end_ != source_.end()) {
        inChunk_ = false;
        ARIADNE_ASSIGN_OR_RETURN(Chunk chunk, source_.chunkAt(end_));
        inChunk_ = true;
        if (chunk.header.sequence != sequence_)
            return absl::DataLossError(absl::StrCat("the chunk at offset ", end_, " has number ",
                                                    chunk.header.sequence, ", expected ",
                                                    sequence_));
        if (chunk.header.previousBytes != previousBytes_)
            return absl::DataLossError(absl::StrCat("the chunk at offset ", end_,
                                                    " follows one of ", chunk.header.previousBytes,
                                                    " bytes, expected ", previousBytes_));
        const std::uint64_t next = chunk.end();
        const std::uint64_t bytes = chunk.header.totalBytes();
        const bool isEvents =
            chunk.header.type == ChunkType::kEvents || chunk.header.type == ChunkType::kInputs;
        const Chunk place{chunk.offset, chunk.header, {}};
        ARIADNE_RETURN_IF_ERROR(withPlace(apply(std::move(chunk)), place));
        end_ = next;
        previousBytes_ = bytes;
        ++sequence_;
        if (isEvents && !progress({contents_.next().value - 1}))
            return absl::CancelledError("cancelled");
    }
    return absl::OkStatus();
}

absl::Status TraceScan::salvage() {
    ScanStart start;
    // Every marker may cost the reading of a whole chunk; who writes many of them gains nothing.
    std::uint64_t readMax = 4 * source_.end();
    for (;;) {
        const absl::Status status = run(start, [](Position) { return true; });
        // Behind a chunk that must not be passed over nothing is known.
        if (status.ok() || status.code() == absl::StatusCode::kUnavailable ||
            status.code() == absl::StatusCode::kFailedPrecondition)
            return status;
        snapshot_.reset();
        const absl::StatusOr<ScanStart> next = nextThatHolds(readMax);
        if (!next.ok())
            return next.status().code() == absl::StatusCode::kUnavailable ? next.status() : status;
        if (hole_.empty()) hole_ = std::string(status.message());
        if (firstDamage_.empty()) firstDamage_ = hole_;
        skippedBytes_ += next->offset - end_;
        start = *next;
    }
}

/// The first chunk behind end_ that is one of this file and was not seen yet.
absl::StatusOr<ScanStart> TraceScan::nextThatHolds(std::uint64_t& readMax) const {
    constexpr std::uint64_t kBlock = 64 * 1024;
    std::uint64_t at = end_ + kAlignment;
    // Where the frame holds and only what it says did not, its end is known.
    const absl::StatusOr<Chunk> here = source_.chunkAt(end_);
    if (absl::IsUnavailable(here.status())) return here.status();
    if (here.ok()) at = here->end();
    Bytes block;
    for (; at < source_.end(); at += block.size()) {
        block.resize(static_cast<std::size_t>(std::min(kBlock, source_.end() - at)));
        ARIADNE_RETURN_IF_ERROR(source_.readAt(at, block));
        for (std::size_t i = 0; i + kAlignment <= block.size(); i += kAlignment) {
            if (littleEndianAt<std::uint64_t>(block.data() + i) != kSyncMarker) continue;
            const absl::StatusOr<ChunkHeader> header = source_.headerAt(at + i);
            if (absl::IsUnavailable(header.status())) return header.status();
            if (!header.ok() || header->sequence < sequence_) continue;
            if (header->totalBytes() > readMax) return absl::NotFoundError("too many markers");
            readMax -= header->totalBytes();
            const absl::StatusOr<Chunk> chunk = source_.chunkAt(at + i);
            if (chunk.status().code() == absl::StatusCode::kUnavailable) return chunk.status();
            if (chunk.ok()) return ScanStart{at + i, header->sequence, header->previousBytes};
        }
    }
    return absl::NotFoundError("no further chunk");
}

bool TraceScan::mayStandBehind(const DecodedEvents& events) const {
    // Its tables may have been lost.
    const EventColumns& rows = events.columns();
    for (std::uint32_t i = 0; i < events.count(); ++i)
        if (rows.type[i].value >= contents_.types.size() ||
            rows.cell[i].value >= contents_.births.size() ||
            rows.peer[i].value >= contents_.births.size())
            return false;
    return true;
}

void TraceScan::addDamageBefore(Position first) {
    if (hole_.empty()) return;
    Position missing = contents_.next();
    if (!contents_.gaps.empty())
        missing = std::max(missing, Position{contents_.gaps.back().last.value + 1});
    if (missing < first)
        contents_.gaps.push_back(
            {missing, {first.value - 1}, GapCause::kDamaged, hole_.substr(0, kGapNoteBytesMax)});
}

absl::Status TraceScan::apply(Chunk chunk) {
    if (depth_ != Depth::kVerify) return applyKnown(std::move(chunk));
    // What turns out not to hold has said nothing.
    const std::size_t gaps = contents_.gaps.size();
    const RunTotals totals = contents_.totals;
    const absl::Status status = applyKnown(std::move(chunk));
    if (status.ok()) return status;
    contents_.gaps.resize(gaps);
    contents_.totals = totals;
    return status;
}

absl::Status TraceScan::applyKnown(Chunk chunk) {
    const ChunkType type = chunk.header.type;
    if (snapshot_ && type != ChunkType::kSnapshot && type != ChunkType::kIncrement &&
        type != ChunkType::kPayload)
        snapshot_.reset();
    switch (type) {
        case ChunkType::kMeta:
            if (chunk.header.sequence == 0) return absl::OkStatus();
            return absl::DataLossError("found where only the first chunk may be META");
        case ChunkType::kTables: return applyTables(chunk);
        case ChunkType::kEvents: return applyEvents(std::move(chunk));
        case ChunkType::kInputs: return applyInputs(chunk);
        case ChunkType::kPayload: return absl::OkStatus();
        case ChunkType::kSnapshot:
        case ChunkType::kIncrement: return applySnapshot(chunk);
        case ChunkType::kIndex: return applyIndex(chunk);
        case ChunkType::kStats: return applyStats(chunk);
        case ChunkType::kGaps: {
            ARIADNE_ASSIGN_OR_RETURN(std::vector<TraceGap> gaps, decodeGaps(chunk.body));
            ARIADNE_RETURN_IF_ERROR(checkGapCount(contents_.gaps.size() + gaps.size() + 1));
            if (!gaps.empty()) addDamageBefore(gaps.front().first);
            contents_.gaps.insert(contents_.gaps.end(), gaps.begin(), gaps.end());
            sinceIndex_.gaps.insert(sinceIndex_.gaps.end(), gaps.begin(), gaps.end());
            return absl::OkStatus();
        }
        case ChunkType::kNotes: return applyNotes(chunk);
    }
    if (!chunk.header.critical) return absl::OkStatus();
    return absl::FailedPreconditionError(
        "this Ariadne does not know the type and must not pass over it; open the file with a newer "
        "one");
}

absl::Status TraceScan::applyTables(const Chunk& chunk) {
    ARIADNE_ASSIGN_OR_RETURN(TablesPart part, decodeTables(chunk.body));
    sinceIndex_.tables.push_back(chunk.offset);
    if (part.full) sinceIndex_.fullTablesAt = chunk.offset;
    return contents_.addTables(std::move(part), bytesMax_);
}

absl::Status TraceScan::applyEvents(Chunk chunk) {
    ARIADNE_ASSIGN_OR_RETURN(
        const std::shared_ptr<const DecodedEvents> events,
        DecodedEvents::decode(std::move(chunk.body), {chunk.header.firstSeq}, chunk.header.count,
                              [&](std::uint64_t offset, std::uint64_t length) {
                                  return source_.blobAt(offset, length, chunk.offset);
                              }));
    const EventDigest recorded = events->marks().back();
    if (!hole_.empty()) {
        if (events->first() < contents_.next() || !mayStandBehind(*events))
            return absl::DataLossError(
                "its rows do not go on from those before the damage, or name what was lost in it");
        addDamageBefore(events->first());
        ARIADNE_RETURN_IF_ERROR(checkGapCount(contents_.gaps.size()));
    }
    if (depth_ == Depth::kVerify) {
        std::vector<EventDigest> marks;
        const bool anew = contents_.followsDamage(events->first());
        contents_.totals.fold(events->rows(), contents_.types, marks,
                              anew ? &events->marks().front() : nullptr);
        for (std::size_t i = 0; i < marks.size(); ++i)
            if (!(marks[i] == events->marks()[i]))
                return absl::DataLossError(
                    absl::StrCat("digest mark ", i, " (", absl::Hex(marks[i].events()), ", ",
                                 absl::Hex(marks[i].changes()), ") is not the recorded one (",
                                 absl::Hex(events->marks()[i].events()), ", ",
                                 absl::Hex(events->marks()[i].changes()), ")"));
    }
    const ChunkEntry entry{chunk.offset,
                           static_cast<std::uint32_t>(chunk.header.totalBytes()),
                           events->count(),
                           events->first(),
                           events->columns().time[0],
                           events->columns().time[events->count() - 1],
                           recorded.events(),
                           recorded.changes()};
    ARIADNE_RETURN_IF_ERROR(contents_.addChunk(entry));
    if (depth_ != Depth::kVerify) contents_.totals.skip(*events, recorded);
    sinceIndex_.chunks.push_back(entry);
    // When verifying all of them, to be compared with what an index says.
    names_.add(events->columns(), events->count());
    chunkNames_.clear();
    names_.takeInto(chunkNames_, depth_ == Depth::kVerify ? ~std::size_t{0}
                                                          : cellBytesMaxOf(chunk.header.rawBytes));
    contents_.names.set(contents_.chunks.size() - 1, chunkNames_.view());
    hole_.clear();
    return absl::OkStatus();
}

absl::Status TraceScan::applyInputs(const Chunk& chunk) {
    ARIADNE_ASSIGN_OR_RETURN(
        const std::shared_ptr<const DecodedInputs> inputs,
        DecodedInputs::decode(chunk.body, {chunk.header.firstSeq}, chunk.header.count,
                              [&](std::uint64_t offset, std::uint64_t length) {
                                  return source_.blobAt(offset, length, chunk.offset);
                              }));
    const ChunkEntry entry = inputs->entryOf(chunk.offset, chunk.header.totalBytes());
    ARIADNE_RETURN_IF_ERROR(contents_.addInputs(entry));
    // What the rows left out would add up to only a run can tell.
    contents_.totals = RunTotals(inputs->head().totals);
    sinceIndex_.inputs.push_back(entry);
    return absl::OkStatus();
}

absl::Status TraceScan::applySnapshot(const Chunk& chunk) {
    ARIADNE_ASSIGN_OR_RETURN(const SnapshotPartHead head, decodeSnapshotPartHead(chunk.body));
    if ((head.since.value != 0) != (chunk.header.type == ChunkType::kIncrement))
        return absl::DataLossError(absl::StrCat("found a snapshot since position ",
                                                head.since.value,
                                                ", expected 0 in SNAP and more in SINC"));
    if (head.part == 0) ARIADNE_RETURN_IF_ERROR(beginSnapshot(chunk, head));
    if (!snapshot_ || head.part != snapshot_->next || head.parts != snapshot_->entry.parts ||
        head.since != snapshot_->entry.since)
        return absl::DataLossError(absl::StrCat("found part ", head.part, " of ", head.parts,
                                                " of a snapshot, expected part ",
                                                snapshot_ ? snapshot_->next : 0));
    ARIADNE_RETURN_IF_ERROR(checkPartCount(head.parts));
    const EventDigest digest(head.eventDigest, head.changeDigest);
    const bool behindHole = !hole_.empty() && head.position >= contents_.next();
    const bool resumes =
        head.since.value == 0 && (behindHole || contents_.mayResumeAt(head.position));
    if (!resumes && head.position != contents_.totals.lastPosition())
        return absl::DataLossError(absl::StrCat("found a snapshot of position ",
                                                head.position.value, ", expected ",
                                                contents_.totals.lastPosition().value));
    if (!resumes && digest != contents_.totals.digest())
        return absl::DataLossError(absl::StrCat("the snapshot at position ", head.position.value,
                                                " says digests ", absl::Hex(head.eventDigest), ", ",
                                                absl::Hex(head.changeDigest),
                                                ", which are not those of the events before it"));
    ++snapshot_->next;
    if (depth_ == Depth::kVerify) {
        if (snapshot_->assembler.memoryBytes() + chunk.body.size() > bytesMax_)
            return absl::ResourceExhaustedError(
                absl::StrCat("the snapshot needs more than the ", bytesMax_,
                             " bytes of ReadOptions::decodeBytesMax"));
        ARIADNE_RETURN_IF_ERROR(
            snapshot_->assembler.add(chunk.body, [&](std::uint64_t offset, std::uint64_t length) {
                return source_.blobAt(offset, length, chunk.offset);
            }));
    }
    if (snapshot_->next != head.parts) return absl::OkStatus();
    if (depth_ == Depth::kVerify) ARIADNE_RETURN_IF_ERROR(checkSnapshot());
    if (resumes) {
        addDamageBefore({head.position.value + 1});
        ARIADNE_RETURN_IF_ERROR(checkGapCount(contents_.gaps.size()));
        if (!contents_.mayResumeAt(head.position))
            return absl::DataLossError("it does not fit the gaps before it");
        contents_.totals.resumeAt(head.position, head.round, head.time, digest);
    }
    hole_.clear();
    contents_.snapshots.push_back(snapshot_->entry);
    sinceIndex_.snapshots.push_back(snapshot_->entry);
    snapshot_.reset();
    return absl::OkStatus();
}

absl::Status TraceScan::beginSnapshot(const Chunk& chunk, const SnapshotPartHead& head) {
    snapshot_.reset();
    if (head.since.value == 0) whole_.reset();  // makes room
    ARIADNE_ASSIGN_OR_RETURN(const SnapshotEntry entry,
                             contents_.chained({chunk.offset, head.parts, head.position,
                                                head.stateDigest, head.since, 0}));
    snapshot_ =
        OpenSnapshot{entry, 0, SnapshotAssembler{bytesMax_, whole_ ? memoryBytesOf(*whole_) : 0}};
    return absl::OkStatus();
}

absl::Status TraceScan::checkSnapshot() {
    ARIADNE_ASSIGN_OR_RETURN(WorldImage image, snapshot_->assembler.finish(contents_.births));
    if (image.isWhole()) {
        whole_ = std::move(image);
        return absl::OkStatus();
    }
    // A verifying scan begins at the first chunk, so what it builds on was here.
    if (!whole_)
        return absl::DataLossError(
            "between the snapshot and the one it builds on stands one without its last parts");
    ARIADNE_RETURN_IF_ERROR(bringUpToDate(*whole_, std::move(image)));
    return checkStateDigest(*whole_, contents_.births);
}

absl::Status TraceScan::applyNotes(const Chunk& chunk) {
    ARIADNE_ASSIGN_OR_RETURN(const std::vector<HostNote> notes, decodeNotes(chunk.body));
    for (const HostNote& note : notes)
        if (note.readableTo.value + 1 != contents_.next().value)
            return absl::DataLossError(absl::StrCat("found a note behind position ",
                                                    note.readableTo.value, ", expected ",
                                                    contents_.next().value - 1));
    ARIADNE_RETURN_IF_ERROR(contents_.addNotes(notes));
    sinceIndex_.notes.insert(sinceIndex_.notes.end(), notes.begin(), notes.end());
    return absl::OkStatus();
}

absl::Status TraceScan::applyIndex(const Chunk& chunk) {
    ARIADNE_ASSIGN_OR_RETURN(const IndexPart found, decodeIndex(chunk.body));
    // Behind damage it lists what is not there.
    if (depth_ == Depth::kVerify && firstDamage_.empty()) {
        contents_.totals.putInto(sinceIndex_.totals);
        const bool same = found.previousAt == lastIndexAt_ && found.chunks == sinceIndex_.chunks &&
                          found.inputs == sinceIndex_.inputs &&
                          sameEntries(found.snapshots, sinceIndex_.snapshots) &&
                          found.tables == sinceIndex_.tables && found.gaps == sinceIndex_.gaps &&
                          found.notes == sinceIndex_.notes && namesAgree(found) &&
                          found.fullTablesAt == sinceIndex_.fullTablesAt &&
                          found.totals == sinceIndex_.totals;
        if (!same) return absl::DataLossError("the index does not agree with the chunks before it");
    }
    const std::uint64_t fullTablesAt = sinceIndex_.fullTablesAt;
    sinceIndex_ = {};
    sinceIndex_.fullTablesAt = fullTablesAt;
    lastIndexAt_ = chunk.offset;
    return absl::OkStatus();
}

/// Whether an index names at least what the rows do.
bool TraceScan::namesAgree(const IndexPart& found) const {
    if (found.names.empty()) return true;
    ChunkNamesTable names;
    if (!names.addAll(found.names, found.chunks.size())) return false;
    const std::size_t first = contents_.chunks.size() - found.chunks.size();
    std::vector<std::uint8_t> scratch;
    for (std::size_t i = 0; i < found.chunks.size(); ++i)
        if (!names.at(i).holdAll(contents_.names.at(first + i), scratch)) return false;
    return true;
}

absl::Status TraceScan::applyStats(const Chunk& chunk) {
    ARIADNE_ASSIGN_OR_RETURN(TraceStats stats, decodeStats(chunk.body));
    addDamageBefore({stats.lastPosition.value + 1});
    if (depth_ == Depth::kVerify && firstDamage_.empty()) {
        TraceStats counted = stats;
        contents_.totals.putInto(counted);
        if (!(counted == stats))
            return absl::DataLossError("the statistics do not agree with the events before them");
    }
    contents_.stats = std::move(stats);
    return absl::OkStatus();
}

}  // namespace ariadne::tracefmt
