#include "tracefmt/trace_reader.h"

#include "engine/base/endian.h"
#include "engine/base/status_macros.h"
#include "tracefmt/body_parts.h"
#include "tracefmt/chunk_cache.h"
#include "tracefmt/chunk_codec.h"
#include "tracefmt/inputs_codec.h"
#include "tracefmt/meta_codec.h"
#include "tracefmt/out_of_memory.h"
#include "tracefmt/tail_reader.h"
#include "tracefmt/trace_scan.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

namespace ariadne::tracefmt {

namespace {

/// Of a very long index every n-th entry is compared with its chunk at opening, the others when
/// they are first read.
constexpr std::size_t kEntriesChecked = 2'048;

/// Of the body of an EVNT chunk so much is unpacked at first when not all columns are wanted.
constexpr std::size_t kBodyStartBytes = 1024;

bool keepGoing(Position) {
    return true;
}

ChunkType typeOf(const SnapshotEntry& entry) {
    return entry.isWhole() ? ChunkType::kSnapshot : ChunkType::kIncrement;
}

/// Adds where in the file an error of a body was found.
absl::Status atChunk(const absl::Status& status, ChunkType type, std::uint64_t offset) {
    const std::string place = absl::StrCat("the ", nameOf(type), " chunk at offset ", offset);
    if (status.ok() || absl::StartsWith(status.message(), place)) return status;
    return absl::Status(status.code() == absl::StatusCode::kOutOfRange ? absl::StatusCode::kDataLoss
                                                                       : status.code(),
                        absl::StrCat(place, ": ", status.message()));
}

/// What an index says and what the chunks do.
bool saysTheSame(const TraceContents& a, const TraceContents& b) {
    return std::ranges::equal(a.types.all(), b.types.all()) && a.births == b.births &&
           a.chunks.size() == b.chunks.size() && a.inputs == b.inputs &&
           a.snapshots.size() == b.snapshots.size() && a.gaps == b.gaps && a.notes == b.notes &&
           a.totals == b.totals;
}

/// Invariant: everything before end_ was consistent when it was opened; chunks() and tables cover
/// exactly that.
class ChunkReader final : public TraceReader {
public:
    ChunkReader(std::unique_ptr<ReadFile> file, std::uint64_t fileBytes, FileId id,
                const ReadOptions& options)
        : file_(std::move(file)),
          options_(options),
          id_(id),
          source_(*file_, fileBytes, id),
          fileBytes_(fileBytes),
          cache_(options.cacheBytes) {}

    /// `beingWritten`: somebody held the writer's lock before the size was taken.
    absl::Status load(bool beingWritten);
    /// For a file that was cut. Whatever is wrong with the tail, what the file holds stays.
    void addTail();
    /// What the file was opened by; empty: something without a name, and without a tail.
    void setPath(const std::filesystem::path& path) { path_ = path; }
    absl::StatusOr<bool> refresh() override {
        return withinMemory([&] { return goOn(); });
    }

    FileState state() const override { return state_; }
    const std::string& damage() const override { return damage_; }
    const TraceMeta& meta() const override { return meta_; }
    const TraceStats& stats() const override { return stats_; }
    std::uint64_t fileBytes() const override { return fileBytes_; }
    const TailUse& tail() const override { return tail_; }
    std::uint64_t lostBytes() const override { return lostBytes_; }
    TraceId id() const override { return {id_.low, id_.high}; }
    Position lastPosition() const override { return contents_.totals.lastPosition(); }
    const TypeTable& types() const override { return contents_.types; }
    const std::vector<CellBirth>& births() const override { return contents_.births; }
    const std::vector<ChunkEntry>& chunks() const override { return contents_.chunks; }
    const std::vector<ChunkEntry>& inputs() const override { return contents_.inputs; }
    const std::vector<SnapshotEntry>& snapshots() const override { return contents_.snapshots; }
    const std::vector<TraceGap>& gaps() const override { return contents_.gaps; }
    const std::vector<HostNote>& notes() const override { return contents_.notes; }

    absl::StatusOr<std::shared_ptr<const EventChunk>> chunk(std::size_t index) override {
        return withinMemory(
            [&]() -> absl::StatusOr<std::shared_ptr<const EventChunk>> { return decoded(index); });
    }
    absl::Status scanChunk(std::size_t index, ColumnSet wanted,
                           std::shared_ptr<const EventChunk>& chunk) override {
        return withinMemory([&] { return scanned(index, wanted, chunk); });
    }
    absl::Status lookAt(Position position, std::shared_ptr<const EventChunk>& chunk) override {
        return withinMemory([&] { return lookedAt(position, chunk); });
    }
    bool mayHold(std::size_t index, const RowsSought& sought) const override {
        return (index + 1) % kNamesTriedEvery == 0 || contents_.names.at(index).mayHold(sought);
    }
    absl::StatusOr<std::shared_ptr<const EventChunk>> chunkAt(Position position) override {
        return withinMemory([&]() -> absl::StatusOr<std::shared_ptr<const EventChunk>> {
            ARIADNE_ASSIGN_OR_RETURN(const std::size_t index, chunkIndexAt(position));
            return decoded(index);
        });
    }
    absl::StatusOr<std::shared_ptr<const InputRows>> inputRows(std::size_t index) override {
        return withinMemory([&] { return decodedInputs(index); });
    }
    absl::StatusOr<WorldImage> snapshot(std::size_t index) override {
        return withinMemory([&] { return rebuilt(index); });
    }
    absl::StatusOr<WorldImage> snapshotAsWritten(std::size_t index) override {
        return withinMemory([&] { return asWritten(index); });
    }
    absl::StatusOr<std::vector<DigestMark>> digestMarks(std::size_t chunkIndex) override {
        return withinMemory([&] { return marksOf(chunkIndex); });
    }
    absl::Status verify(Progress progress, void* context) override {
        return withinMemory([&] { return verifyAll(progress, context); });
    }

private:
    absl::StatusOr<bool> goOn();
    absl::StatusOr<std::size_t> chunkIndexAt(Position position) const;
    absl::Status scanned(std::size_t index, ColumnSet wanted,
                         std::shared_ptr<const EventChunk>& chunk);
    absl::Status lookedAt(Position position, std::shared_ptr<const EventChunk>& chunk);
    absl::Status decodeInto(std::size_t index, std::uint32_t rows, ColumnSet wanted,
                            std::shared_ptr<const EventChunk>& chunk);
    absl::Status decodeInto(std::size_t index, std::uint32_t rows, ColumnSet wanted,
                            DecodedEvents& events);
    absl::Status decodeBody(const ChunkEntry& entry, const ChunkHeader& header, std::uint32_t rows,
                            ColumnSet wanted, DecodedEvents& events);
    absl::Status checkNames(std::size_t index, const EventChunk& chunk);
    absl::StatusOr<std::shared_ptr<const InputRows>> decodedInputs(std::size_t index) const;
    absl::StatusOr<WorldImage> rebuilt(std::size_t index) const;
    absl::StatusOr<WorldImage> asWritten(std::size_t index);
    absl::StatusOr<std::vector<DigestMark>> marksOf(std::size_t chunkIndex);
    absl::Status verifyAll(Progress progress, void* context);

    absl::Status loadMeta();
    absl::Status loadSummary(const Trailer& trailer);
    absl::Status loadTail(ScanStart& resume);
    absl::Status findTrailer();
    void scanFrom(ScanStart start);
    void conclude(const absl::Status& scanned);
    bool mayBeTorn() const;
    void countStats();
    absl::Status keepSeam();
    absl::Status checkSeam(std::uint64_t fileBytes) const;
    absl::Status readAll();
    absl::StatusOr<bool> summarySaysTheSame();
    absl::StatusOr<std::uint64_t> bytesUpTo(std::uint64_t begin) const;

    absl::StatusOr<Chunk> expectChunk(std::uint64_t offset, ChunkType type) const;
    absl::StatusOr<std::vector<IndexPart>> readIndexChain(std::uint64_t lastIndexAt) const;
    absl::Status takeIndex(std::vector<IndexPart> chain, std::uint64_t end);
    absl::StatusOr<std::uint64_t> takeEntry(const ChunkEntry& entry, std::uint64_t free,
                                            std::uint64_t end) const;
    absl::StatusOr<ChunkHeader> headerOf(const ChunkEntry& entry, ChunkType type) const;
    absl::Status checkHeader(const ChunkEntry& entry, ChunkType type,
                             const ChunkHeader& header) const;
    absl::Status checkEntry(const ChunkEntry& entry, const ChunkHeader& header) const;
    absl::Status checkIndex(std::size_t index) const;
    absl::Status takeTables(std::uint64_t offset);
    absl::StatusOr<Chunk> lastWholeChunk() const;
    absl::StatusOr<std::shared_ptr<const DecodedEvents>> decoded(std::size_t index);
    absl::StatusOr<WorldImage> imageOf(const SnapshotEntry& entry, std::uint64_t heldBytes) const;
    absl::Status applyTo(WorldImage& image, const SnapshotEntry& entry) const;

    std::unique_ptr<ReadFile> file_;
    ReadOptions options_;
    FileId id_;
    ChunkSource source_;
    std::uint64_t fileBytes_;
    ChunkCache cache_;
    Bytes stored_;                              ///< the chunk that was read last
    ColumnSet startOf_;                         ///< for these columns
    std::size_t startBytes_ = kBodyStartBytes;  ///< so much of a body was enough the last time
    NameCollector collector_;
    ByteWriter learned_;
    std::vector<std::uint8_t> scratch_;

    TraceMeta meta_;
    TraceContents contents_;
    TraceStats stats_;
    std::optional<Trailer> trailer_;
    FileState state_ = FileState::kClean;
    std::string damage_;
    std::uint64_t end_ = 0;  ///< of the last chunk that counts
    ScanStart next_;         ///< what would go on there, of a file without a trailer
    std::filesystem::path path_;
    TailUse tail_;

    // While it is being recorded
    std::optional<TraceScan> scan_;  ///< goes on with what is appended
    std::uint64_t seamAt_ = 0;       ///< where a chunk that counts begins, the last one if possible
    Frame seam_{};                   ///< its header
    std::uint64_t lostBytes_ = 0;
};

absl::StatusOr<Chunk> ChunkReader::expectChunk(std::uint64_t offset, ChunkType type) const {
    ARIADNE_ASSIGN_OR_RETURN(Chunk chunk, source_.chunkAt(offset));
    if (chunk.header.type == type) return chunk;
    return absl::DataLossError(absl::StrCat("found a ", nameOf(chunk.header.type),
                                            " chunk at offset ", offset, ", expected ",
                                            nameOf(type)));
}

absl::Status ChunkReader::loadMeta() {
    absl::StatusOr<Chunk> chunk = expectChunk(kFrameBytes, ChunkType::kMeta);
    if (chunk.ok() && chunk->header.sequence != 0)
        chunk = absl::DataLossError(
            absl::StrCat("the META chunk has number ", chunk->header.sequence, ", expected 0"));
    if (!chunk.ok()) {
        if (chunk.status().code() == absl::StatusCode::kUnavailable) return chunk.status();
        return absl::DataLossError(
            absl::StrCat("the description of the run cannot be read: ", chunk.status().message(),
                         "; use another copy of the file"));
    }
    absl::StatusOr<TraceMeta> meta = decodeMeta(chunk->body);
    if (!meta.ok()) return atChunk(meta.status(), ChunkType::kMeta, kFrameBytes);
    meta_ = *std::move(meta);
    if (meta_.minViewMinor > kFormatMinor)
        return absl::FailedPreconditionError(
            absl::StrCat("the trace needs a reader of format ", kFormatMajor, ".",
                         meta_.minViewMinor, ", this Ariadne reads ", kFormatMajor, ".",
                         kFormatMinor, "; open it with a newer Ariadne"));
    return absl::OkStatus();
}

absl::StatusOr<std::vector<IndexPart>> ChunkReader::readIndexChain(
    std::uint64_t lastIndexAt) const {
    std::vector<IndexPart> chain;
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
    for (std::uint64_t at = lastIndexAt; at != 0;) {
        ARIADNE_ASSIGN_OR_RETURN(const Chunk chunk, expectChunk(at, ChunkType::kIndex));
        bytes += chunk.body.size();
        if (bytes > options_.decodeBytesMax)
            return absl::ResourceExhaustedError(
                absl::StrCat("the index needs more memory than the ", options_.decodeBytesMax,
                             " bytes of ReadOptions::decodeBytesMax"));
        absl::StatusOr<IndexPart> part = decodeIndex(chunk.body);
        if (!part.ok()) return atChunk(part.status(), ChunkType::kIndex, at);
        if (part->previousAt >= at)
            return absl::DataLossError(
                absl::StrCat("the index at offset ", at, " points forward to ", part->previousAt));
        entries += part->chunks.size() + part->inputs.size() + part->snapshots.size() +
                   part->tables.size() + part->gaps.size() + part->notes.size();
        if (entries > fileBytes_ / kFrameBytes)
            return absl::ResourceExhaustedError(
                absl::StrCat("the index has ", entries, " entries, a file of ", fileBytes_,
                             " bytes has room for ", fileBytes_ / kFrameBytes));
        at = part->previousAt;
        chain.push_back(*std::move(part));
    }
    std::reverse(chain.begin(), chain.end());
    return chain;
}

absl::Status ChunkReader::checkHeader(const ChunkEntry& entry, ChunkType type,
                                      const ChunkHeader& header) const {
    if (header.type == type && header.firstSeq == entry.first.value &&
        header.totalBytes() == entry.storedBytes)
        return absl::OkStatus();
    return absl::DataLossError(absl::StrCat("the index does not agree with the ",
                                            nameOf(header.type), " chunk at offset ",
                                            entry.offset));
}

absl::StatusOr<ChunkHeader> ChunkReader::headerOf(const ChunkEntry& entry, ChunkType type) const {
    ARIADNE_ASSIGN_OR_RETURN(const ChunkHeader header, source_.headerAt(entry.offset));
    ARIADNE_RETURN_IF_ERROR(checkHeader(entry, type, header));
    return header;
}

absl::Status ChunkReader::checkEntry(const ChunkEntry& entry, const ChunkHeader& header) const {
    ARIADNE_RETURN_IF_ERROR(checkHeader(entry, ChunkType::kEvents, header));
    if (header.count == entry.count) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat("the index says ", entry.count,
                                            " rows of the EVNT chunk at offset ", entry.offset,
                                            ", which has ", header.count));
}

/// Where the next one may begin.
absl::StatusOr<std::uint64_t> ChunkReader::takeEntry(const ChunkEntry& entry, std::uint64_t free,
                                                     std::uint64_t end) const {
    if (entry.offset < free || entry.offset > end || entry.storedBytes < kFrameBytes ||
        entry.storedBytes > end - entry.offset)
        return absl::DataLossError(
            absl::StrCat("the index has a chunk at offset ", entry.offset, " of ",
                         entry.storedBytes, " bytes, expected one between ", free, " and ", end));
    return entry.offset + entry.storedBytes;
}

absl::Status ChunkReader::takeIndex(std::vector<IndexPart> chain, std::uint64_t end) {
    std::uint64_t free = kFrameBytes;  // where the next thing may begin
    std::uint64_t freeForInputs = kFrameBytes;
    std::uint64_t freeForSnapshot = kFrameBytes;
    for (IndexPart& part : chain) {
        ARIADNE_RETURN_IF_ERROR(checkGapCount(contents_.gaps.size() + part.gaps.size()));
        contents_.gaps.insert(contents_.gaps.end(), part.gaps.begin(), part.gaps.end());
        for (const ChunkEntry& entry : part.chunks) {
            ARIADNE_ASSIGN_OR_RETURN(free, takeEntry(entry, free, end));
            ARIADNE_RETURN_IF_ERROR(contents_.addChunk(entry));
        }
        if (part.names.empty())
            contents_.names.addUnknown(part.chunks.size());
        else if (!contents_.names.addAll(part.names, part.chunks.size()))
            return absl::DataLossError("the index has names of other chunks than it lists");
        for (const ChunkEntry& entry : part.inputs) {
            ARIADNE_ASSIGN_OR_RETURN(freeForInputs, takeEntry(entry, freeForInputs, end));
            ARIADNE_RETURN_IF_ERROR(contents_.addInputs(entry));
        }
        ARIADNE_RETURN_IF_ERROR(contents_.addNotes(part.notes));
        for (const SnapshotEntry& entry : part.snapshots) {
            if (entry.offset < freeForSnapshot || entry.offset >= end || entry.parts == 0 ||
                entry.parts > kSnapshotPartsMax ||
                (entry.position >= contents_.next() &&
                 (!entry.isWhole() || !contents_.mayResumeAt(entry.position))))
                return absl::DataLossError(absl::StrCat("the index has a snapshot at offset ",
                                                        entry.offset, " of ", entry.parts,
                                                        " parts, which cannot be there"));
            freeForSnapshot = entry.offset + kFrameBytes;
            ARIADNE_ASSIGN_OR_RETURN(const SnapshotEntry chained, contents_.chained(entry));
            contents_.snapshots.push_back(chained);
        }
    }
    const std::size_t stride =
        (contents_.chunks.size() + contents_.inputs.size()) / kEntriesChecked + 1;
    for (std::size_t i = 0; i < contents_.chunks.size(); i += stride) {
        ARIADNE_ASSIGN_OR_RETURN(const ChunkHeader header,
                                 source_.headerAt(contents_.chunks[i].offset));
        ARIADNE_RETURN_IF_ERROR(checkEntry(contents_.chunks[i], header));
    }
    for (std::size_t i = 0; i < contents_.inputs.size(); i += stride)
        ARIADNE_RETURN_IF_ERROR(headerOf(contents_.inputs[i], ChunkType::kInputs).status());
    for (std::size_t i = 0; i < contents_.snapshots.size(); i += stride) {
        ARIADNE_ASSIGN_OR_RETURN(const ChunkHeader header,
                                 source_.headerAt(contents_.snapshots[i].offset));
        if (header.type != typeOf(contents_.snapshots[i]) || header.count != 0 ||
            header.firstSeq != contents_.snapshots[i].position.value)
            return absl::DataLossError(absl::StrCat("the index does not agree with the ",
                                                    nameOf(header.type), " chunk at offset ",
                                                    contents_.snapshots[i].offset));
    }
    if (!chain.empty()) contents_.totals = RunTotals(chain.back().totals);
    if (contents_.totals.lastPosition().value + 1 != contents_.next().value)
        return absl::DataLossError(absl::StrCat("the index ends at position ",
                                                contents_.next().value - 1, ", its totals at ",
                                                contents_.totals.lastPosition().value));
    return absl::OkStatus();
}

absl::Status ChunkReader::takeTables(std::uint64_t offset) {
    ARIADNE_ASSIGN_OR_RETURN(const Chunk chunk, expectChunk(offset, ChunkType::kTables));
    absl::StatusOr<TablesPart> part = decodeTables(chunk.body);
    if (part.ok()) return contents_.addTables(*std::move(part), options_.decodeBytesMax);
    return atChunk(part.status(), ChunkType::kTables, offset);
}

absl::Status ChunkReader::loadSummary(const Trailer& trailer) {
    const std::uint64_t end = source_.end();
    ARIADNE_ASSIGN_OR_RETURN(std::vector<IndexPart> chain, readIndexChain(trailer.indexAt));
    ARIADNE_RETURN_IF_ERROR(takeIndex(std::move(chain), end));
    // Behind the full copy, but for what needs no more of them, stands the index.
    for (std::uint64_t at = trailer.tablesAt; at < trailer.indexAt;) {
        ARIADNE_ASSIGN_OR_RETURN(const ChunkHeader header, source_.headerAt(at));
        if (header.type == ChunkType::kTables) ARIADNE_RETURN_IF_ERROR(takeTables(at));
        at += header.totalBytes();
        if (at > trailer.indexAt) return absl::DataLossError("the tables run into the index");
    }
    ARIADNE_ASSIGN_OR_RETURN(const Chunk chunk, expectChunk(trailer.statsAt, ChunkType::kStats));
    absl::StatusOr<TraceStats> stats = decodeStats(chunk.body);
    if (!stats.ok()) return atChunk(stats.status(), ChunkType::kStats, trailer.statsAt);
    TraceStats counted = *stats;
    contents_.totals.putInto(counted);
    const EventDigest digest = contents_.totals.digest();
    if (!(counted == *stats) || digest != EventDigest(trailer.eventDigest, trailer.changeDigest))
        return absl::DataLossError("index, statistics and trailer do not agree");
    if (chunk.end() != end)
        return absl::DataLossError(
            absl::StrCat("the statistics end at ", chunk.end(), ", the trailer begins at ", end));
    contents_.stats = *std::move(stats);
    end_ = end;
    return absl::OkStatus();
}

absl::StatusOr<Chunk> ChunkReader::lastWholeChunk() const {
    constexpr std::uint64_t kBlock = 64 * 1024;
    const std::uint64_t end = source_.end();
    const std::uint64_t lowest = std::max<std::uint64_t>(
        kFrameBytes, end > kTailSearchBytesMax ? alignedUp(end - kTailSearchBytesMax) : 0);
    Bytes block;
    // Every marker may cost the reading of a whole chunk; who writes many of them gains nothing.
    std::uint64_t readMax = 4 * kTailSearchBytesMax;
    for (std::uint64_t blockEnd = alignedUp(end); blockEnd > lowest;) {
        const std::uint64_t begin = std::max(lowest, blockEnd > kBlock ? blockEnd - kBlock : 0);
        block.resize(static_cast<std::size_t>(std::min(blockEnd, end) - begin));
        ARIADNE_RETURN_IF_ERROR(source_.readAt(begin, block));
        for (std::uint64_t at = blockEnd; at > begin;) {
            at -= kAlignment;
            if (at - begin + kAlignment > block.size()) continue;
            if (littleEndianAt<std::uint64_t>(block.data() + (at - begin)) != kSyncMarker) continue;
            const absl::StatusOr<ChunkHeader> header = source_.headerAt(at);
            if (!header.ok()) continue;
            if (header->totalBytes() > readMax) return absl::OutOfRangeError("no chunk");
            readMax -= header->totalBytes();
            absl::StatusOr<Chunk> chunk = source_.chunkAt(at);
            if (chunk.ok()) return chunk;
            if (chunk.status().code() == absl::StatusCode::kUnavailable) return chunk.status();
        }
        blockEnd = begin;
    }
    return absl::OutOfRangeError("no chunk");
}

/// Goes back from the last whole chunk to the last index and takes everything up to it from there:
/// the time depends on the tail, not on the file.
absl::Status ChunkReader::loadTail(ScanStart& resume) {
    ARIADNE_ASSIGN_OR_RETURN(Chunk last, lastWholeChunk());
    std::uint64_t at = last.offset;
    const std::uint64_t end = last.end();
    ChunkHeader header = last.header;
    last = {};
    while (header.type != ChunkType::kIndex) {
        if (header.sequence == 0 || header.previousBytes < kFrameBytes ||
            header.previousBytes > at - kFrameBytes)
            return absl::NotFoundError("no index");
        at -= header.previousBytes;
        const std::uint64_t sequence = header.sequence;
        ARIADNE_ASSIGN_OR_RETURN(header, source_.headerAt(at));
        if (header.sequence + 1 != sequence)
            return absl::DataLossError("chunk numbers are not consecutive");
    }
    ARIADNE_ASSIGN_OR_RETURN(std::vector<IndexPart> chain, readIndexChain(at));
    // That an index is there does not say that what it names was written before it: a disk has its
    // own order. Who is still recording has lost nothing.
    while (state_ == FileState::kCut && !chain.empty() && end - at < options_.cutBytesChecked) {
        at = chain.back().previousAt;
        chain.pop_back();
    }
    if (chain.empty()) return absl::NotFoundError("no index early enough");
    ARIADNE_ASSIGN_OR_RETURN(header, source_.headerAt(at));
    const std::uint64_t fullTablesAt = chain.back().fullTablesAt;
    std::vector<std::uint64_t> tables;
    for (const IndexPart& part : chain)
        for (const std::uint64_t offset : part.tables)
            if (offset >= fullTablesAt) tables.push_back(offset);
    ARIADNE_RETURN_IF_ERROR(takeIndex(std::move(chain), at));
    for (const std::uint64_t offset : tables) ARIADNE_RETURN_IF_ERROR(takeTables(offset));
    resume = {at + header.totalBytes(), header.sequence + 1, header.totalBytes()};
    return absl::OkStatus();
}

void ChunkReader::scanFrom(ScanStart start) {
    scan_.emplace(source_, contents_, TraceScan::Depth::kCollect, options_.decodeBytesMax);
    conclude(scan_->run(start, keepGoing));
}

void ChunkReader::conclude(const absl::Status& scanned) {
    end_ = scan_->end();
    next_ = scan_->next();
    damage_ = std::string(scanned.message());
    if (scanned.ok()) return;
    // A trailer promises whole chunks up to it; without one, a torn end is what a cut looks like.
    const bool torn = absl::IsOutOfRange(scanned) ||
                      (state_ == FileState::kRecording && absl::IsDataLoss(scanned) && mayBeTorn());
    if (!torn || trailer_) state_ = FileState::kDamaged;
}

/// Whether what is refused behind the last chunk may be one that is just being written. A writer
/// that has gone on behind it has written it whole.
bool ChunkReader::mayBeTorn() const {
    if (scan_->refusedWholeChunk()) return false;
    const absl::StatusOr<ChunkHeader> header = source_.headerAt(end_);
    if (!header.ok())
        return !absl::IsDataLoss(header.status()) ||
               source_.end() - end_ <= kFrameBytes + kStoredBytesMax;
    // In this order: a writer whose disk is full cuts a half written chunk off, and writes shorter
    // ones in its place.
    const absl::StatusOr<std::uint64_t> fileBytes = file_->size();
    return !fileBytes.ok() || *fileBytes <= end_ + header->totalBytes() ||
           source_.chunkAt(end_).ok();
}

void ChunkReader::countStats() {
    if (contents_.stats)
        stats_ = *contents_.stats;
    else
        stats_.failures = contents_.totals.countOf(EventKind::kFail);
    contents_.totals.putInto(stats_);
}

absl::Status ChunkReader::findTrailer() {
    source_.setEnd(fileBytes_);
    Frame frame;  // META has been read: there is room for one
    const absl::Status read = source_.readAt(fileBytes_ - kFrameBytes, frame);
    // A writer whose disk is full has cut it back meanwhile.
    if (absl::IsDataLoss(read)) return absl::OkStatus();
    ARIADNE_RETURN_IF_ERROR(read);
    trailer_ = decodeTrailer(frame, fileBytes_);
    if (trailer_) source_.setEnd(fileBytes_ - kFrameBytes);
    return absl::OkStatus();
}

/// How many bytes from `begin` on are not the zeros at the end of the file.
absl::StatusOr<std::uint64_t> ChunkReader::bytesUpTo(std::uint64_t begin) const {
    constexpr std::uint64_t kBlock = 1 << 20;
    Bytes block;
    for (std::uint64_t end = fileBytes_; end > begin;) {
        const std::uint64_t from = end - std::min(kBlock, end - begin);
        block.resize(static_cast<std::size_t>(end - from));
        ARIADNE_RETURN_IF_ERROR(source_.readAt(from, block));
        for (std::size_t i = block.size(); i-- > 0;)
            if (block[i] != std::byte{0}) return from + i + 1 - begin;
        end = from;
    }
    return 0;
}

/// Whether those who believe the summary see what was found without. kUnavailable: it cannot be
/// read just now.
absl::StatusOr<bool> ChunkReader::summarySaysTheSame() {
    TraceContents found = std::exchange(contents_, {});
    const std::uint64_t end = end_;
    const absl::Status loaded = loadSummary(*trailer_);
    const bool same = loaded.ok() && saysTheSame(found, contents_);
    contents_ = std::move(found);
    end_ = end;
    if (absl::IsUnavailable(loaded)) return loaded;
    return same;
}

/// Without the help of any index, and nothing is believed.
absl::Status ChunkReader::readAll() {
    TraceScan scan(source_, contents_, TraceScan::Depth::kVerify, options_.decodeBytesMax);
    absl::Status status =
        options_.reading == Reading::kSalvage ? scan.salvage() : scan.run({}, keepGoing);
    // Neither is damage: more memory, or another disk, may do.
    if (status.code() == absl::StatusCode::kUnavailable ||
        (status.code() == absl::StatusCode::kResourceExhausted &&
         options_.reading == Reading::kPrefix))
        return status;
    end_ = scan.end();
    next_ = scan.next();
    if (status.ok() && trailer_ && scan.skippedBytes() == 0) {
        ARIADNE_ASSIGN_OR_RETURN(const bool same, summarySaysTheSame());
        if (!same || static_cast<std::uint32_t>(scan.chunkCount()) != trailer_->chunkCount)
            status = absl::DataLossError("the summary does not agree with the chunks before it");
    }
    ARIADNE_ASSIGN_OR_RETURN(const std::uint64_t behind, bytesUpTo(end_));
    lostBytes_ = scan.skippedBytes() + (status.ok() && trailer_ ? 0 : behind);
    if (!status.ok()) damage_ = std::string(status.message());
    if (!scan.firstDamage().empty()) damage_ = scan.firstDamage();
    if (lostBytes_ == 0 && damage_.empty()) return absl::OkStatus();
    const bool torn = status.code() == absl::StatusCode::kOutOfRange && !trailer_;
    if (!torn || scan.skippedBytes() != 0) state_ = FileState::kDamaged;
    return absl::OkStatus();
}

absl::Status ChunkReader::load(bool beingWritten) {
    ARIADNE_RETURN_IF_ERROR(loadMeta());
    ARIADNE_RETURN_IF_ERROR(findTrailer());
    if (!trailer_) state_ = beingWritten ? FileState::kRecording : FileState::kCut;
    if (options_.reading != Reading::kByIndex) {
        ARIADNE_RETURN_IF_ERROR(readAll());
    } else if (trailer_) {
        if (!loadSummary(*trailer_).ok()) {
            contents_ = {};
            scanFrom({});
        }
    } else {
        ScanStart resume;
        if (!loadTail(resume).ok()) {
            contents_ = {};
            resume = {};
        }
        scanFrom(resume);
    }
    if (state_ == FileState::kCut && damage_.empty())
        damage_ = absl::StrCat("the file ends at ", fileBytes_, " without a trailer");
    if (state_ == FileState::kRecording) damage_.clear();
    countStats();
    return state_ == FileState::kRecording && scan_ ? keepSeam() : absl::OkStatus();
}

void ChunkReader::addTail() {
    if (state_ != FileState::kCut || path_.empty()) return;
    // The file says itself that nothing follows.
    if (!contents_.gaps.empty() && contents_.gaps.back().first >= contents_.next()) return;
    // A later segment without the snapshot that it begins at has no place for rows.
    if (meta_.segment > 1 && contents_.snapshots.empty()) return;
    const std::filesystem::path path = tailPathOf(path_, meta_.segment);
    const absl::StatusOr<std::unique_ptr<ReadFile>> tail = openForReading(path);
    if (absl::IsNotFound(tail.status())) return;
    absl::StatusOr<Bytes> chunks =
        tail.ok() ? chunksOfTail(**tail, id_, meta_, next_, contents_, options_.decodeBytesMax)
                  : absl::StatusOr<Bytes>(tail.status());
    if (!chunks.ok()) {
        tail_.problem = absl::StrCat(path.native(), ": ", chunks.status().message());
        return;
    }
    if (chunks->empty()) return;
    const std::uint64_t before = lastPosition().value;
    const std::uint64_t bytes = chunks->size();
    scan_.reset();
    file_ = extended(std::move(file_), next_.offset, *std::move(chunks));
    source_ = ChunkSource(*file_, next_.offset + bytes, id_);
    TraceScan scan(source_, contents_, TraceScan::Depth::kCollect, options_.decodeBytesMax);
    const absl::Status status = scan.run(next_, keepGoing);
    end_ = scan.end();
    source_.setEnd(end_);
    if (!status.ok()) tail_.problem = absl::StrCat(path.native(), ": ", status.message());
    tail_.events = lastPosition().value - before;
    // What a torn chunk was to hold is in the tail.
    if (tail_.events != 0 && tail_.problem.empty()) lostBytes_ = 0;
    // A segment may have got as far as to say how it ends.
    if (tail_.events != 0) contents_.stats.reset();
    stats_ = {};
    countStats();
}

absl::Status ChunkReader::keepSeam() {
    Frame frame;
    ARIADNE_RETURN_IF_ERROR(source_.readAt(scan_->lastChunkAt(), frame));
    seamAt_ = scan_->lastChunkAt();
    seam_ = frame;
    return absl::OkStatus();
}

/// Whether a chunk that was read still is where it was. Its header holds its number and the hash of
/// its body, so what follows it is the rest of what was read.
absl::Status ChunkReader::checkSeam(std::uint64_t fileBytes) const {
    if (fileBytes < end_)
        return absl::DataLossError(absl::StrCat("the file was cut back to ", fileBytes,
                                                " bytes while it was read, ", end_,
                                                " were read of it; open it again"));
    Frame frame;
    ARIADNE_RETURN_IF_ERROR(source_.readAt(seamAt_, frame));
    if (frame == seam_) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrCat("the file was written anew while it was read: at offset ", seamAt_,
                     " stands another chunk than the one that was read there; open it again"));
}

absl::StatusOr<bool> ChunkReader::goOn() {
    // Who reads everything at opening sees the file as it was then.
    if (state_ != FileState::kRecording || !scan_) return false;
    // In this order: what a writer wrote before it let the lock go is all in the size.
    const bool beingWritten = file_->isBeingWritten();
    ARIADNE_ASSIGN_OR_RETURN(const std::uint64_t fileBytes, file_->size());
    ARIADNE_RETURN_IF_ERROR(checkSeam(fileBytes));
    const std::uint64_t before = end_;
    fileBytes_ = fileBytes;
    ARIADNE_RETURN_IF_ERROR(findTrailer());
    const absl::Status scanned = scan_->goOn(keepGoing);
    end_ = scan_->end();
    countStats();
    if (absl::IsUnavailable(scanned)) return scanned;
    // Once more, as it might have happened in between.
    ARIADNE_RETURN_IF_ERROR(checkSeam(fileBytes));
    // Of a chunk that is half written the last bytes may look like anything.
    if (beingWritten && !scanned.ok()) trailer_.reset();
    state_ = trailer_ ? FileState::kClean : beingWritten ? FileState::kRecording : FileState::kCut;
    conclude(scanned);
    if (state_ == FileState::kClean &&
        (!contents_.stats ||
         contents_.totals.digest() != EventDigest(trailer_->eventDigest, trailer_->changeDigest))) {
        state_ = FileState::kDamaged;
        damage_ = "the trailer does not agree with the events";
    }
    if (state_ == FileState::kCut && damage_.empty())
        damage_ = absl::StrCat("the file ends at ", fileBytes_, " without a trailer");
    // Its writer died: what it had committed and not yet written comes last.
    addTail();
    if (state_ != FileState::kRecording) return true;
    damage_.clear();
    ARIADNE_RETURN_IF_ERROR(file_->checkName());
    ARIADNE_RETURN_IF_ERROR(keepSeam());
    return end_ != before;
}

absl::Status ChunkReader::decodeInto(std::size_t index, std::uint32_t rows, ColumnSet wanted,
                                     DecodedEvents& events) {
    const ChunkEntry& entry = contents_.chunks[index];
    const auto decode = [&]() -> absl::Status {
        ARIADNE_ASSIGN_OR_RETURN(const ChunkHeader header,
                                 source_.storedAt(entry.offset, entry.storedBytes, stored_));
        ARIADNE_RETURN_IF_ERROR(checkEntry(entry, header));
        ARIADNE_RETURN_IF_ERROR(decodeBody(entry, header, rows, wanted, events));
        return checkNames(index, events);
    };
    return atChunk(decode(), ChunkType::kEvents, entry.offset);
}

absl::Status ChunkReader::decodeBody(const ChunkEntry& entry, const ChunkHeader& header,
                                     std::uint32_t rows, ColumnSet wanted, DecodedEvents& events) {
    const ByteView stored = ByteView{stored_}.subspan(kFrameBytes, header.storedBytes);
    const auto fetch = [&](std::uint64_t offset, std::uint64_t length) {
        return source_.blobAt(offset, length, entry.offset);
    };
    const auto decode = [&](std::size_t bytesMax) -> absl::Status {
        ARIADNE_ASSIGN_OR_RETURN(
            const std::size_t bytes,
            unpackBodyInto(events.body(), header, stored, bytesMax, entry.offset));
        return events.become(bytes, bytes == header.rawBytes, entry.first, entry.count, rows,
                             wanted, fetch);
    };
    // Columns stand in front of payloads and changes: most of a body need not be unpacked for them.
    if (!wanted.has(ColumnSet::kBytes)) {
        if (!(wanted == startOf_)) startBytes_ = kBodyStartBytes;
        startOf_ = wanted;
        for (; startBytes_ < header.rawBytes; startBytes_ = alignedUp(startBytes_ * 3 / 2)) {
            absl::Status status = decode(startBytes_);
            if (!absl::IsOutOfRange(status)) return status;
        }
    }
    return decode(header.rawBytes);
}

/// Holds what is known of the names of a chunk against its rows, or learns them.
absl::Status ChunkReader::checkNames(std::size_t index, const EventChunk& chunk) {
    const ColumnSet has = neededFor(chunk.has());
    if (!has.has(ColumnSet::kKind)) return absl::OkStatus();
    const bool withCells = has.has(ColumnSet::kCell | ColumnSet::kPeer);
    const ChunkNames names = contents_.names.at(index);
    if (!names.known() && withCells && chunk.count() == contents_.chunks[index].count) {
        collector_.add(chunk.columns(), chunk.count());
        learned_.clear();
        collector_.takeInto(learned_, cellBytesMaxOf(chunk.memoryBytes() / 8));
        contents_.names.set(index, learned_.view());
    }
    if (names.holdAll(chunk.columns(), chunk.count(), withCells, scratch_)) return absl::OkStatus();
    return absl::DataLossError(
        "the index leaves out kinds or actors of its rows, so what was looked for by those may be "
        "incomplete; make a copy with a new index: ariadne recover");
}

absl::Status ChunkReader::checkIndex(std::size_t index) const {
    if (index < contents_.chunks.size()) return absl::OkStatus();
    return absl::OutOfRangeError(
        absl::StrCat("there is no chunk ", index, ", the file has ", contents_.chunks.size()));
}

absl::StatusOr<std::shared_ptr<const DecodedEvents>> ChunkReader::decoded(std::size_t index) {
    ARIADNE_RETURN_IF_ERROR(checkIndex(index));
    if (std::shared_ptr<const DecodedEvents> cached = cache_.find(index)) return cached;
    auto events = std::make_shared<DecodedEvents>();
    ARIADNE_RETURN_IF_ERROR(
        decodeInto(index, contents_.chunks[index].count, ColumnSet::kAll, *events));
    cache_.insert(index, events);
    return events;
}

absl::Status ChunkReader::scanned(std::size_t index, ColumnSet wanted,
                                  std::shared_ptr<const EventChunk>& chunk) {
    ARIADNE_RETURN_IF_ERROR(checkIndex(index));
    if (std::shared_ptr<const DecodedEvents> cached = cache_.find(index)) {
        chunk = std::move(cached);
        return absl::OkStatus();
    }
    return decodeInto(index, contents_.chunks[index].count, wanted, chunk);
}

/// In the memory of `chunk` when nobody else has it.
absl::Status ChunkReader::decodeInto(std::size_t index, std::uint32_t rows, ColumnSet wanted,
                                     std::shared_ptr<const EventChunk>& chunk) {
    std::shared_ptr<DecodedEvents> events;
    // All chunks are made here, none of them as a constant.
    if (chunk != nullptr && chunk.use_count() == 1)
        events = std::const_pointer_cast<DecodedEvents>(
            std::static_pointer_cast<const DecodedEvents>(std::move(chunk)));
    else
        events = std::make_shared<DecodedEvents>();
    chunk = nullptr;
    ARIADNE_RETURN_IF_ERROR(decodeInto(index, rows, wanted, *events));
    chunk = std::move(events);
    return absl::OkStatus();
}

absl::Status ChunkReader::lookedAt(Position position, std::shared_ptr<const EventChunk>& chunk) {
    if (chunk != nullptr && chunk->has() == ColumnSet::kAll && chunk->contains(position))
        return absl::OkStatus();
    ARIADNE_ASSIGN_OR_RETURN(const std::size_t index, chunkIndexAt(position));
    const Position first = contents_.chunks[index].first;
    const bool isAgain = chunk != nullptr && chunk->first() == first;
    if (std::shared_ptr<const DecodedEvents> cached = cache_.find(index)) {
        chunk = std::move(cached);
    } else if (isAgain) {
        ARIADNE_ASSIGN_OR_RETURN(chunk, decoded(index));
    } else {
        const auto rows = static_cast<std::uint32_t>(position.value - first.value + 1);
        return decodeInto(index, rows, ColumnSet::kAll, chunk);
    }
    return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const InputRows>> ChunkReader::decodedInputs(
    std::size_t index) const {
    if (index >= contents_.inputs.size())
        return absl::OutOfRangeError(absl::StrCat("there are no inputs ", index, ", the file has ",
                                                  contents_.inputs.size()));
    const ChunkEntry& entry = contents_.inputs[index];
    const absl::StatusOr<ChunkHeader> header = headerOf(entry, ChunkType::kInputs);
    if (!header.ok()) return atChunk(header.status(), ChunkType::kInputs, entry.offset);
    const absl::StatusOr<Chunk> chunk = source_.chunkAt(entry.offset);
    if (!chunk.ok()) return atChunk(chunk.status(), ChunkType::kInputs, entry.offset);
    absl::StatusOr<std::shared_ptr<const DecodedInputs>> inputs = DecodedInputs::decode(
        chunk->body, entry.first, header->count, [&](std::uint64_t offset, std::uint64_t length) {
            return source_.blobAt(offset, length, entry.offset);
        });
    if (!inputs.ok()) return atChunk(inputs.status(), ChunkType::kInputs, entry.offset);
    if ((*inputs)->entryOf(entry.offset, entry.storedBytes) == entry) return *std::move(inputs);
    return absl::DataLossError(
        absl::StrCat("the index does not agree with the INPT chunk at offset ", entry.offset));
}

/// The one that `position` may lie in; null when it lies behind none.
const ChunkEntry* entryBefore(const std::vector<ChunkEntry>& entries, Position position) {
    const auto after = std::upper_bound(
        entries.begin(), entries.end(), position,
        [](Position wanted, const ChunkEntry& entry) { return wanted < entry.first; });
    return after == entries.begin() ? nullptr : &*std::prev(after);
}
bool covers(const ChunkEntry* entry, Position position) {
    return entry != nullptr && position.value - entry->first.value < entry->count;
}

absl::StatusOr<std::size_t> ChunkReader::chunkIndexAt(Position position) const {
    const ChunkEntry* entry = entryBefore(contents_.chunks, position);
    if (covers(entry, position)) return static_cast<std::size_t>(entry - contents_.chunks.data());
    if (covers(entryBefore(contents_.inputs, position), position))
        return absl::FailedPreconditionError(absl::StrCat(
            "the event at position ", position.value,
            " is not in the file, which holds inputs only; run its program again to get all "
            "events: ariadne materialise"));
    return absl::OutOfRangeError(absl::StrCat("there is no event at position ", position.value,
                                              ", the file holds 1 to ", lastPosition().value,
                                              contents_.gaps.empty() ? "" : " with gaps"));
}

/// As it stands in the file; not whole when `entry` is incremental. `heldBytes` are taken already.
absl::StatusOr<WorldImage> ChunkReader::imageOf(const SnapshotEntry& entry,
                                                std::uint64_t heldBytes) const {
    const ChunkType type = typeOf(entry);
    SnapshotAssembler assembler{options_.decodeBytesMax, heldBytes};
    for (std::uint64_t at = entry.offset; !assembler.complete();) {
        ARIADNE_ASSIGN_OR_RETURN(const ChunkHeader header, source_.headerAt(at));
        // In between stand the large blobs of some part.
        if (header.type != ChunkType::kPayload) {
            if (assembler.memoryBytes() + header.rawBytes > options_.decodeBytesMax)
                return absl::ResourceExhaustedError(
                    absl::StrCat("the snapshot at offset ", entry.offset, " needs more than the ",
                                 options_.decodeBytesMax,
                                 " bytes of ReadOptions::decodeBytesMax; open the file with more"));
            ARIADNE_ASSIGN_OR_RETURN(const Chunk part, expectChunk(at, type));
            const auto fetch = [&](std::uint64_t offset, std::uint64_t length) {
                return source_.blobAt(offset, length, at);
            };
            const absl::Status added = assembler.add(part.body, fetch);
            if (!added.ok()) return atChunk(added, type, at);
        }
        at += header.totalBytes();
    }
    absl::StatusOr<WorldImage> image = assembler.finish(contents_.births);
    if (!image.ok()) return atChunk(image.status(), type, entry.offset);
    if (image->position != entry.position || image->stateDigest != entry.stateDigest ||
        image->since != entry.since)
        return absl::DataLossError(
            absl::StrCat("the index does not agree with the snapshot at offset ", entry.offset));
    return image;
}

/// Brings the snapshot before `entry` up to that.
absl::Status ChunkReader::applyTo(WorldImage& image, const SnapshotEntry& entry) const {
    ARIADNE_ASSIGN_OR_RETURN(WorldImage changes, imageOf(entry, memoryBytesOf(image)));
    return atChunk(bringUpToDate(image, std::move(changes)), typeOf(entry), entry.offset);
}

absl::StatusOr<WorldImage> ChunkReader::rebuilt(std::size_t index) const {
    if (index >= contents_.snapshots.size())
        return absl::OutOfRangeError(absl::StrCat("there is no snapshot ", index, ", the file has ",
                                                  contents_.snapshots.size()));
    const SnapshotEntry& wanted = contents_.snapshots[index];
    const std::size_t first = index - wanted.depth;
    ARIADNE_ASSIGN_OR_RETURN(WorldImage image, imageOf(contents_.snapshots[first], 0));
    if (first == index) return image;
    absl::Status status;
    for (std::size_t i = first + 1; status.ok() && i <= index; ++i)
        status = applyTo(image, contents_.snapshots[i]);
    if (status.ok())
        status = atChunk(checkStateDigest(image, contents_.births), typeOf(wanted), wanted.offset);
    if (status.ok()) return image;
    if (status.code() != absl::StatusCode::kDataLoss) return status;
    return absl::DataLossError(absl::StrCat(
        status.message(), "; use snapshot ", first, " of position ",
        contents_.snapshots[first].position.value, ", which is whole, and the events after it"));
}

absl::StatusOr<WorldImage> ChunkReader::asWritten(std::size_t index) {
    if (index >= contents_.snapshots.size()) return rebuilt(index);
    return imageOf(contents_.snapshots[index], 0);
}

absl::StatusOr<std::vector<TraceReader::DigestMark>> ChunkReader::marksOf(std::size_t chunkIndex) {
    ARIADNE_ASSIGN_OR_RETURN(const std::shared_ptr<const DecodedEvents> events,
                             decoded(chunkIndex));
    std::vector<DigestMark> marks;
    for (std::uint32_t i = 0; i < events->marks().size(); ++i) {
        const std::uint32_t row = std::min((i + 1) * kDigestEvery, events->count()) - 1;
        marks.push_back({{events->first().value + row},
                         events->marks()[i].events(),
                         events->marks()[i].changes()});
    }
    return marks;
}

absl::Status ChunkReader::verifyAll(Progress progress, void* context) {
    TraceContents found;
    ChunkSource source = source_;
    if (state_ != FileState::kDamaged) source.setEnd(end_);
    TraceScan scan(source, found, TraceScan::Depth::kVerify, options_.decodeBytesMax);
    const absl::Status scanned = scan.run(
        {}, [&](Position reached) { return progress == nullptr || progress(context, reached); });
    // Opening found all of this whole, so an end in between is damage too.
    if (scanned.code() == absl::StatusCode::kOutOfRange)
        return absl::DataLossError(scanned.message());
    ARIADNE_RETURN_IF_ERROR(scanned);
    if (trailer_) {
        if (static_cast<std::uint32_t>(scan.chunkCount()) != trailer_->chunkCount)
            return absl::DataLossError(absl::StrCat(
                "found ", scan.chunkCount(), " chunks, the trailer says ", trailer_->chunkCount));
        if (!found.stats ||
            found.totals.digest() != EventDigest(trailer_->eventDigest, trailer_->changeDigest))
            return absl::DataLossError("the trailer does not agree with the events");
    }
    if (!saysTheSame(found, contents_))
        return absl::DataLossError("tables and index do not agree with the chunks they stand for");
    return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<ChunkReader>> openChunks(std::unique_ptr<ReadFile> file,
                                                        const ReadOptions& options) {
    // In this order: what a writer wrote before it let the lock go is all in the size.
    const bool beingWritten = file->isBeingWritten();
    ARIADNE_ASSIGN_OR_RETURN(const std::uint64_t fileBytes, file->size());
    Bytes start(static_cast<std::size_t>(std::min<std::uint64_t>(fileBytes, kFrameBytes)));
    ARIADNE_RETURN_IF_ERROR(file->readAt(0, start));
    ARIADNE_ASSIGN_OR_RETURN(const FileHeader header, decodeFileHeader(start));
    auto reader = std::make_unique<ChunkReader>(std::move(file), fileBytes, header.id, options);
    ARIADNE_RETURN_IF_ERROR(reader->load(beingWritten));
    return reader;
}

}  // namespace

std::string_view nameOf(FileState state) {
    switch (state) {
        case FileState::kClean: return "clean";
        case FileState::kRecording: return "recording";
        case FileState::kCut: return "cut";
        case FileState::kDamaged: return "damaged";
    }
    return "unknown";
}

Position TraceReader::base() const {
    if (gaps().empty() || snapshots().empty()) return {};
    const TraceGap& gap = gaps().front();
    const bool begins = gap.first.value == 1 && gap.last == snapshots().front().position &&
                        (chunks().empty() || chunks().front().first > gap.last) &&
                        (inputs().empty() || inputs().front().first > gap.last);
    return begins ? gap.last : Position{};
}

std::optional<TraceGap> TraceReader::gapAt(Position position) const {
    for (const TraceGap& gap : gaps())
        if (gap.first <= position && (gap.last.value == 0 || position <= gap.last)) return gap;
    return std::nullopt;
}

absl::StatusOr<std::unique_ptr<TraceReader>> TraceReader::open(const std::filesystem::path& path,
                                                               const ReadOptions& options) {
    return withinMemory([&]() -> absl::StatusOr<std::unique_ptr<TraceReader>> {
        ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<ReadFile> file, openForReading(path));
        ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<ChunkReader> reader,
                                 openChunks(std::move(file), options));
        reader->setPath(path);
        reader->addTail();
        return reader;
    });
}

absl::StatusOr<std::unique_ptr<TraceReader>> TraceReader::open(std::unique_ptr<ReadFile> file,
                                                               const ReadOptions& options) {
    return withinMemory([&]() -> absl::StatusOr<std::unique_ptr<TraceReader>> {
        return openChunks(std::move(file), options);
    });
}

}  // namespace ariadne::tracefmt
