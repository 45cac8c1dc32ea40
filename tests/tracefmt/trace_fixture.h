// Small traces in memory, and what is in them.
#pragma once

#include "engine/base/check.h"
#include "tracefmt/chunk_codec.h"
#include "tracefmt/chunk_source.h"
#include "tracefmt/event_codec.h"
#include "tracefmt/index_codec.h"
#include "tracefmt/snapshot_codec.h"
#include "tracefmt/trace_reader.h"
#include "tracefmt/trace_writer.h"

#include <cstring>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace ariadne::tracefmt {

/// A disk that takes `bytesMax` bytes, keeps the part of an append that still fits, and says it is
/// full for the rest; `reserve` more once somebody cut the file back, as the sealing reserve does.
class MemoryDisk final : public WriteFile {
public:
    explicit MemoryDisk(std::uint64_t bytesMax = std::numeric_limits<std::uint64_t>::max(),
                        std::uint64_t reserve = 0)
        : bytesMax_(bytesMax), reserve_(reserve) {}

    std::shared_ptr<Bytes> bytes() const { return bytes_; }

    absl::Status append(ByteView added) override {
        const std::uint64_t room = bytesMax_ - bytes_->size();
        const std::size_t taken =
            static_cast<std::size_t>(std::min<std::uint64_t>(room, added.size()));
        bytes_->insert(bytes_->end(), added.begin(),
                       added.begin() + static_cast<std::ptrdiff_t>(taken));
        return taken == added.size() ? absl::OkStatus() : absl::ResourceExhaustedError("disk full");
    }
    absl::Status truncate(std::uint64_t size) override {
        bytes_->resize(static_cast<std::size_t>(size));
        bytesMax_ = bytesMax_ > std::numeric_limits<std::uint64_t>::max() - reserve_
                        ? bytesMax_
                        : bytesMax_ + reserve_;
        reserve_ = 0;
        return absl::OkStatus();
    }

private:
    std::shared_ptr<Bytes> bytes_ = std::make_shared<Bytes>();
    std::uint64_t bytesMax_;
    std::uint64_t reserve_;
};

/// Rows and the bytes they point to.
struct Rows {
    std::vector<EventRow> rows;
    std::deque<Bytes> bytes;

    ByteView keep(Bytes value) { return bytes.emplace_back(std::move(value)); }
    ByteView keepText(std::string_view text) {
        const ByteView view = ariadne::asBytes(text);
        return keep(Bytes(view.begin(), view.end()));
    }
};

inline bool sameRow(const EventRow& a, const EventRow& b) {
    return a.seq == b.seq && a.time == b.time && a.round == b.round && a.cause == b.cause &&
           a.arg == b.arg && a.extra == b.extra && a.cell == b.cell && a.peer == b.peer &&
           a.type == b.type && a.kind == b.kind && a.flags == b.flags &&
           sameBytes(a.payload, b.payload) && sameBytes(a.change, b.change);
}

/// A run that looks like one: cells 1..`cells` take turns and answer each other.
inline Rows typicalRows(std::uint32_t count, std::uint32_t cells = 3, std::uint64_t first = 1) {
    Rows out;
    std::map<std::uint32_t, std::uint64_t> turns;
    std::uint64_t lastSend = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        EventRow row;
        row.seq = {first + i};
        row.time = {static_cast<std::int64_t>((first + i) / 8 * 1'000'000)};
        row.round = {(first + i) / 2 + 1};
        row.cell = {static_cast<std::uint32_t>((first + i) / 2 % cells) + 1};
        row.peer = {row.cell.value % cells + 1};
        row.type = {2};
        row.cause = {lastSend};
        row.arg = ++turns[row.cell.value];
        if (i % 2 == 0) {
            row.kind = EventKind::kDeliver;
            row.change = out.keepText("+1");
        } else {
            row.kind = EventKind::kSend;
            row.payload = out.keepText("message " + std::to_string(i % 10));
        }
        lastSend = row.seq.value;
        out.rows.push_back(row);
    }
    return out;
}

inline std::vector<TypeDesc> someTypes() {
    std::vector<TypeDesc> types(3);
    types[0] = {"int", TypeKind::kInt, 64, {}, 0x1111};
    types[1] = {"bank::Deposit",
                TypeKind::kStruct,
                0,
                {{"amount", {1}, 0}, {"note", {3}, 0, true}},
                0x2222};
    types[2] = {"Colour", TypeKind::kEnum, 0, {{"red", {0}, -1}, {"green", {0}, 7}}, 0x3333};
    return types;
}

inline std::vector<CellBirth> someBirths(std::uint32_t count = 3) {
    std::vector<CellBirth> births;
    for (std::uint32_t rank = 1; rank <= count; ++rank)
        births.push_back({{rank},
                          {rank - 1},
                          {0x9E3779B97F4A7C15ull * rank},
                          {2},
                          "bank/teller#" + std::to_string(rank),
                          {rank}});
    return births;
}

/// Every field differs from its default and from the others.
inline WorldImage someImage(Position at, const std::vector<CellBirth>& birthsFromOne,
                            const EventDigest& digest = {1006, 1007}) {
    std::uint64_t n = 1000;
    const auto bytes = [&](std::size_t size) {
        Bytes out(size);
        for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::byte>(n + i);
        ++n;
        return out;
    };
    const auto message = [&](std::size_t size) {
        MessageImage m;
        m.kind = EventKind::kAsk;
        m.enqueuedAt = {++n};
        m.sender = {static_cast<std::uint32_t>(++n)};
        m.type = {static_cast<std::uint32_t>(++n)};
        m.askId = ++n;
        m.asker = {static_cast<std::uint32_t>(++n)};
        m.answers = ++n;
        m.payload = bytes(size);
        return m;
    };
    const auto rank = [&] { return Rank{static_cast<std::uint32_t>(++n)}; };
    const auto care = [&] {
        CareImage c;
        c.restart = static_cast<std::uint8_t>(++n % 200 + 1);
        c.shutdown = Duration{static_cast<std::int64_t>(++n)};
        c.firstState = bytes(6);
        c.incarnation = rank().value;
        c.restartsInARow = rank().value;
        c.livesSince = {static_cast<std::int64_t>(++n)};
        c.childOrdinal = ++n;
        c.maskedTurns = rank().value;
        c.cancelled = static_cast<std::uint8_t>(++n % 200 + 1);
        c.cancelUntil = {static_cast<std::int64_t>(++n)};
        c.cancelTold = true;
        c.regionsOpened = ++n;
        c.obligationsMade = ++n;
        c.memoryBytesMax = ++n;
        c.failedIn = {1000 + n};
        c.links = {rank(), rank()};
        c.owed = {{rank(), ++n}, {rank(), ++n}};
        c.permitQueue = {{rank(), ++n}};
        c.parkedHere = {rank()};
        return c;
    };
    WorldImage image;
    image.position = at;
    image.time = {static_cast<std::int64_t>(++n)};
    image.round = {++n};
    image.births = static_cast<std::uint32_t>(birthsFromOne.size());
    image.roundsAtThisTime = ++n;
    image.decisions = ++n;
    image.failures = ++n;
    image.eventDigest = digest.events();
    image.changeDigest = digest.changes();
    for (const CellBirth& birth : birthsFromOne) {
        CellImage cell;
        cell.rank = birth.rank;
        cell.behaviour = static_cast<std::uint32_t>(++n);
        cell.behaviourName = "behaviour " + std::to_string(++n);
        cell.lastTurn = {++n};
        cell.turns = ++n;
        cell.sends = ++n;
        cell.timers = ++n;
        cell.children = ++n;
        cell.draws = ++n;
        cell.mailboxCapacity = static_cast<std::uint32_t>(++n);
        cell.onFull = OnFull::kDropOldest;
        cell.state = bytes(20);
        cell.control = {message(0)};
        cell.mailbox = {message(3), message(9)};
        cell.stash = {message(5)};
        cell.watchers = {{1}, {static_cast<std::uint32_t>(++n)}};
        cell.pendingAsks = {{++n, Position{++n}, Rank{1}, true},
                            {++n, Position{++n}, Rank{2}, false}};
        // Most cells have none.
        if (cell.rank.value % 2 == 1) cell.care = care();
        cell.childNames = {{"a", 1}, {"b", static_cast<std::uint32_t>(++n)}};
        image.cells.push_back(std::move(cell));
    }
    image.decisionState = {++n, 0, ~0ull};
    image.timers = {
        {{1}, ++n, {static_cast<std::int64_t>(++n)}, 77, {++n}, ++n, message(4), {}, {}},
        {{2}, ++n, {static_cast<std::int64_t>(++n)}, 0, {++n}, 0, message(0), {}, {}}};
    for (const TimerUse use :
         {TimerUse::kResume, TimerUse::kCleanup, TimerUse::kDeadline, TimerUse::kLease})
        image.timers.push_back({{2},
                                ++n,
                                {static_cast<std::int64_t>(++n)},
                                0,
                                {++n},
                                use == TimerUse::kLease ? ++n : 0,
                                {},
                                use,
                                use == TimerUse::kLease ? rank() : Rank{}});
    image.metrics = {++n, 0, ++n, ~0ull};
    image.leaks = ++n;
    image.firstLeak = "'a key' of a, held by a, then b";
    image.rootLedger = rank();
    std::vector<CellBirth> births(1);
    births.insert(births.end(), birthsFromOne.begin(), birthsFromOne.end());
    image.stateDigest = stateDigestOf(image, births);
    return image;
}

inline TraceMeta someMeta() {
    TraceMeta meta;
    meta.engineVersion = "0.1.0";
    meta.formatMinor = kFormatMinor;  // the writer's, whatever it is given
    meta.programId = "bank";
    meta.programVersion = "1.2";
    meta.programAbi = 7;
    meta.args = {{"accounts", "3"}, {"text", ""}};
    meta.seed = 0xFFFF'FFFF'FFFF'FFFEull;
    meta.policy = "random";
    meta.batch = 5;
    meta.limits.stashMax = 9;
    meta.limits.cellBytesMax = std::uint64_t{1} << 40;
    meta.level = Level::kEvents;
    meta.pctDepth = 7;
    meta.pctSteps = 1ull << 40;
    meta.metricsEvery = 1ull << 41;
    meta.redaction = Redaction::kFields;
    meta.origin = {
        TraceOrigin::Made::kCut, {~0ull, 0x0123456789ABCDEF}, {1ull << 42}, {1ull << 43}};
    return meta;
}

inline TraceStats someStats() {
    TraceStats stats;
    stats.stateDigest = 42;
    stats.outcome = static_cast<std::uint8_t>(Outcome::kFailed);
    stats.outcomeText = "the root failed";
    stats.failures = 2;
    stats.digestOnlyFields = {"Teller.history"};
    return stats;
}

inline void check(const absl::Status& status) {
    if (!status.ok()) checkFailed(__FILE__, __LINE__, status.ToString());
}
template <class T>
T valueOf(absl::StatusOr<T> value) {
    check(value.status());
    return *std::move(value);
}

/// The body of an EVNT chunk.
inline absl::StatusOr<Bytes> encodeEvents(std::span<const EventRow> rows,
                                          std::span<const LargeBlob> large,
                                          std::span<const EventDigest> marks) {
    EventBatch batch;
    for (const EventRow& row : rows) batch.add(row);
    check(batch.status());
    EventEncoder encoder;
    const absl::StatusOr<ByteView> body = encoder.encode(batch.all(), large, marks);
    if (!body.ok()) return body.status();
    return Bytes(body->begin(), body->end());
}

/// The body of its first chunk.
inline Bytes firstPart(const SnapshotPlan& plan) {
    MessageRoom room;
    const ByteView body = valueOf(plan.encode(0, {}, room));
    return {body.begin(), body.end()};
}

inline std::unique_ptr<TraceWriter> writerTo(std::unique_ptr<MemoryDisk> disk) {
    return valueOf(TraceWriter::create(std::move(disk), someMeta()));
}

inline std::unique_ptr<TraceReader> readerOf(std::shared_ptr<const Bytes> bytes,
                                             const ReadOptions& options = {}) {
    return valueOf(TraceReader::open(readFromMemory(std::move(bytes)), options));
}

/// Every field differs from its default and from the others.
inline HostNote someNote() {
    HostNote note;
    note.kind = HostNoteKind::kStillStuck;
    note.round = {17};
    note.thread = 3;
    note.cell = {2};
    note.path = "bank/teller#2";
    note.state = "bank::Teller";
    note.message = "bank::Deposit";
    note.enqueuedAt = {5};
    note.ranForNs = 4'000'000'019;
    return note;
}

/// Types, births, two EVNT chunks with a snapshot, a note and a gap between them.
inline absl::Status writeSmallTrace(TraceWriter& writer, std::uint32_t rowsPerChunk = 6) {
    const Rows before = typicalRows(rowsPerChunk);
    const Rows after = typicalRows(rowsPerChunk, 3, rowsPerChunk + 4);
    absl::Status status = writer.addTypes(someTypes());
    if (status.ok()) status = writer.addBirths(someBirths());
    if (status.ok()) status = writer.addEvents(before.rows);
    if (status.ok())
        status =
            writer.addSnapshot(someImage(before.rows.back().seq, someBirths(), writer.digest()));
    if (status.ok()) status = writer.addNote(someNote());
    if (status.ok())
        status =
            writer.addGap({{rowsPerChunk + 1}, {rowsPerChunk + 3}, GapCause::kPaused, "asked for"});
    if (status.ok()) status = writer.addEvents(after.rows);
    if (status.ok()) return writer.finish(someStats());
    (void)writer.finish(someStats());
    return status;
}

inline std::shared_ptr<Bytes> smallTrace() {
    auto disk = std::make_unique<MemoryDisk>();
    std::shared_ptr<Bytes> bytes = disk->bytes();
    check(writeSmallTrace(*writerTo(std::move(disk))));
    return bytes;
}

inline FileId idOf(const Bytes& trace) {
    return valueOf(decodeFileHeader(trace)).id;
}

/// Replaces the body of a chunk and repairs its hashes, as somebody would who means harm. The new
/// chunk must be as long as the old one unless it is to break the file.
inline void forgeChunk(Bytes& trace, std::uint64_t offset, ChunkHeader header, ByteView body) {
    const Bytes chunk = valueOf(sealChunk(header, body, idOf(trace).low));
    const std::size_t end = static_cast<std::size_t>(offset) + chunk.size();
    if (trace.size() < end) trace.resize(end);
    std::copy(chunk.begin(), chunk.end(), trace.begin() + static_cast<std::ptrdiff_t>(offset));
}

/// All chunks of a whole trace, front to back.
inline std::vector<Chunk> chunksOf(const std::shared_ptr<const Bytes>& trace) {
    const std::unique_ptr<ReadFile> file = readFromMemory(trace);
    const ChunkSource source(*file, trace->size() - kFrameBytes, idOf(*trace));
    std::vector<Chunk> chunks;
    for (std::uint64_t at = kFrameBytes; at < source.end(); at = chunks.back().end())
        chunks.push_back(valueOf(source.chunkAt(at)));
    return chunks;
}

/// The whole trace with another last index in place of its own, and everything behind that moved
/// and repaired, as somebody would who means harm.
inline std::shared_ptr<Bytes> withIndex(const std::shared_ptr<const Bytes>& trace,
                                        const IndexPart& part) {
    const std::vector<Chunk> chunks = chunksOf(trace);
    const Chunk& index = chunks[chunks.size() - 2];
    const Chunk& stats = chunks.back();
    check(index.header.type == ChunkType::kIndex && stats.header.type == ChunkType::kStats
              ? absl::OkStatus()
              : absl::InternalError("a trace does not end with INDX and STAT"));
    auto forged = std::make_shared<Bytes>(
        trace->begin(), trace->begin() + static_cast<std::ptrdiff_t>(index.offset));
    ChunkHeader header = index.header;
    const Bytes sealed = valueOf(sealChunk(header, valueOf(encodeIndex(part)), idOf(*trace).low));
    forged->insert(forged->end(), sealed.begin(), sealed.end());
    ChunkHeader statsHeader = stats.header;
    statsHeader.previousBytes = sealed.size();
    Frame end;
    std::memcpy(end.data(), trace->data() + trace->size() - kFrameBytes, kFrameBytes);
    Trailer trailer = *decodeTrailer(end, trace->size());
    trailer.statsAt = forged->size();
    const Bytes statsBytes = valueOf(sealChunk(statsHeader, stats.body, idOf(*trace).low));
    forged->insert(forged->end(), statsBytes.begin(), statsBytes.end());
    trailer.fileBytes = forged->size() + kFrameBytes;
    const Frame frame = encodeTrailer(trailer);
    forged->insert(forged->end(), frame.begin(), frame.end());
    return forged;
}

/// For QVERIFY2: the text of a status.
#define ARIADNE_VERIFY_OK(expression)                                     \
    do {                                                                  \
        const absl::Status ariadneStatus_ = (expression);                 \
        QVERIFY2(ariadneStatus_.ok(), ariadneStatus_.ToString().c_str()); \
    } while (false)

}  // namespace ariadne::tracefmt
