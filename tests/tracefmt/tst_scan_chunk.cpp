// Chunks of which only some columns, or a single row, are wanted: they say what the whole ones do.
#include "tests/tracefmt/trace_fixture.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

constexpr std::array kColumns{ColumnSet::kKind,  ColumnSet::kFlags, ColumnSet::kTime,
                              ColumnSet::kRound, ColumnSet::kCause, ColumnSet::kCell,
                              ColumnSet::kPeer,  ColumnSet::kType,  ColumnSet::kArg,
                              ColumnSet::kExtra, ColumnSet::kBytes};

/// Each column alone, each two of them, all, none.
std::vector<ColumnSet> someSets() {
    std::vector<ColumnSet> out{{}, ColumnSet::kAll};
    for (const ColumnSet one : kColumns)
        for (const ColumnSet other : kColumns) out.push_back(one | other);
    return out;
}

/// As much of `row` as those columns hold.
EventRow reduced(EventRow row, ColumnSet to) {
    EventRow out;
    out.seq = row.seq;
    if (to.has(ColumnSet::kKind)) out.kind = row.kind;
    if (to.has(ColumnSet::kFlags)) out.flags = row.flags;
    if (to.has(ColumnSet::kTime)) out.time = row.time;
    if (to.has(ColumnSet::kRound)) out.round = row.round;
    if (to.has(ColumnSet::kCause)) out.cause = row.cause;
    if (to.has(ColumnSet::kCell)) out.cell = row.cell;
    if (to.has(ColumnSet::kPeer)) out.peer = row.peer;
    if (to.has(ColumnSet::kType)) out.type = row.type;
    if (to.has(ColumnSet::kArg)) out.arg = row.arg;
    if (to.has(ColumnSet::kExtra)) out.extra = row.extra;
    if (to.has(ColumnSet::kBytes)) out.payload = row.payload;
    if (to.has(ColumnSet::kBytes)) out.change = row.change;
    return out;
}

/// Chunks of rows of every kind with random links; a few payloads stand in chunks of their own.
std::shared_ptr<Bytes> trace(std::vector<std::uint32_t> sizes) {
    auto disk = std::make_unique<MemoryDisk>();
    const std::shared_ptr<Bytes> bytes = disk->bytes();
    const auto writer = writerTo(std::move(disk));
    std::mt19937_64 random(7);
    std::uint64_t seq = 0;
    for (const std::uint32_t size : sizes) {
        Rows rows;
        for (std::uint32_t i = 0; i < size; ++i) {
            EventRow row;
            row.seq = {++seq};
            row.time = {static_cast<std::int64_t>(seq * 1000 + random() % 10)};
            row.round = {seq / 100};
            row.kind = static_cast<EventKind>(random() % kEventKindCount);
            row.flags = static_cast<std::uint8_t>(random() % 3 == 0 ? random() % 32 : 0);
            row.cause = {random() % 4 == 0 ? 0
                                           : seq - 1 - random() % std::min<std::uint64_t>(seq, 90)};
            row.cell = {static_cast<std::uint32_t>(random() % 3000)};
            row.peer = {static_cast<std::uint32_t>(random() % 5)};
            row.type = {static_cast<std::uint32_t>(random() % 4)};
            row.arg = random() >> random() % 64;
            row.extra = random() % 5 == 0 ? random() : 0;
            const std::size_t large = i == 33 ? 70'000 : 0;
            row.payload = rows.keep(Bytes(random() % 30 + large, static_cast<std::byte>(i)));
            row.change =
                rows.keep(Bytes(i == 40 ? 66'000 : random() % 3, static_cast<std::byte>(~i)));
            rows.rows.push_back(row);
        }
        check(writer->addEvents(rows.rows));
    }
    check(writer->finish({}));
    return bytes;
}

}  // namespace

class ScanChunkTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anyColumnsSayWhatTheWholeChunkDoes() {
        const std::shared_ptr<Bytes> file = trace({300, 64, 1, 129});
        const auto whole = readerOf(file);
        const auto reader = readerOf(file);
        std::shared_ptr<const EventChunk> chunk;
        for (const ColumnSet wanted : someSets()) {
            for (std::size_t i = 0; i < reader->chunks().size(); ++i) {
                ARIADNE_VERIFY_OK(reader->scanChunk(i, wanted, chunk));
                const auto expected = valueOf(whole->chunk(i));
                QCOMPARE(chunk->first(), expected->first());
                QCOMPARE(chunk->count(), expected->count());
                QVERIFY(chunk->has().has(wanted));
                for (std::uint32_t r = 0; r < chunk->count(); ++r)
                    QVERIFY(
                        sameRow(reduced(chunk->row(r), wanted), reduced(expected->row(r), wanted)));
            }
        }
    }

    void whatIsNotWantedAndNotNeededIsZeros() {
        const auto reader = readerOf(trace({300}));
        std::shared_ptr<const EventChunk> chunk;
        ARIADNE_VERIFY_OK(reader->scanChunk(0, ColumnSet::kTime, chunk));
        for (std::uint32_t r = 0; r < chunk->count(); ++r)
            QVERIFY(sameRow(chunk->row(r), reduced(chunk->row(r), ColumnSet::kTime)));
    }

    /// All that is long of all rows, and what is held of it is counted.
    void rowsOfWhichAllIsLongAreReadAndCounted() {
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        Rows rows = typicalRows(3);
        for (EventRow& row : rows.rows) {
            row.payload = rows.keep(Bytes(70'000, static_cast<std::byte>(row.seq.value)));
            row.change = rows.keep(Bytes(80'000, static_cast<std::byte>(row.seq.value + 9)));
        }
        check(writer->addEvents(rows.rows));
        check(writer->addEvents(typicalRows(300, 3, 4).rows));
        check(writer->finish({}));
        const auto reader = readerOf(bytes);
        const auto chunk = valueOf(reader->chunk(0));
        for (std::uint32_t r = 0; r < 3; ++r) QVERIFY(sameRow(chunk->row(r), rows.rows[r]));
        QVERIFY(chunk->memoryBytes() >= 450'000 && chunk->memoryBytes() < 600'000);
        const std::size_t small = valueOf(reader->chunk(1))->memoryBytes();
        QVERIFY2(small >= 300 * 40 && small < 100'000, std::to_string(small).c_str());
    }

    void memoryIsUsedAgainUnlessSomebodyHasIt() {
        const auto reader = readerOf(trace({300, 300, 300}));
        std::shared_ptr<const EventChunk> chunk;
        ARIADNE_VERIFY_OK(reader->scanChunk(0, ColumnSet::kAll, chunk));
        const EventChunk* const first = chunk.get();
        ARIADNE_VERIFY_OK(reader->scanChunk(1, ColumnSet::kAll, chunk));
        QVERIFY(chunk.get() == first);
        const std::shared_ptr<const EventChunk> kept = chunk;
        ARIADNE_VERIFY_OK(reader->scanChunk(2, ColumnSet::kAll, chunk));
        QVERIFY(chunk != kept);
        QCOMPARE(kept->first(), reader->chunks()[1].first);
        QCOMPARE(kept->row(299).seq.value, 600u);
    }

    void whatIsDecodedAlreadyIsGivenAsItIs() {
        const auto reader = readerOf(trace({300, 300}));
        const auto known = valueOf(reader->chunk(1));
        std::shared_ptr<const EventChunk> chunk;
        ARIADNE_VERIFY_OK(reader->scanChunk(1, ColumnSet::kTime, chunk));
        QVERIFY(chunk == known);
        // And is nobody's to be overwritten.
        ARIADNE_VERIFY_OK(reader->scanChunk(0, ColumnSet::kTime, chunk));
        QVERIFY(chunk != known);
        QVERIFY(valueOf(reader->chunk(1)) == known);
    }

    void damageIsMetByWhateverIsWanted() {
        const std::shared_ptr<Bytes> file = trace({300, 300});
        auto reader = readerOf(file);
        const auto at = static_cast<std::size_t>(reader->chunks()[1].offset);
        (*file)[at + kFrameBytes + 1000] ^= std::byte{4};
        std::shared_ptr<const EventChunk> chunk;
        ARIADNE_VERIFY_OK(reader->scanChunk(0, ColumnSet::kTime, chunk));
        QCOMPARE(reader->scanChunk(1, ColumnSet::kTime, chunk).code(), absl::StatusCode::kDataLoss);
        QVERIFY(chunk == nullptr);
        QCOMPARE(reader->scanChunk(2, ColumnSet::kTime, chunk).code(),
                 absl::StatusCode::kOutOfRange);
        ARIADNE_VERIFY_OK(reader->scanChunk(0, ColumnSet::kAll, chunk));
    }

    void aLookAtAnyRowShowsItAndWhatIsBeforeIt() {
        const std::shared_ptr<Bytes> file = trace({300, 64, 1, 129});
        const auto whole = readerOf(file);
        const std::uint64_t last = whole->lastPosition().value;
        const auto reader = readerOf(file, {.cacheBytes = 0});
        for (std::uint64_t position = 1; position <= last; ++position) {
            std::shared_ptr<const EventChunk> chunk;
            ARIADNE_VERIFY_OK(reader->lookAt({position}, chunk));
            const auto expected = valueOf(whole->chunkAt({position}));
            QVERIFY(chunk->has() == ColumnSet::kAll);
            QCOMPARE(chunk->first(), expected->first());
            QVERIFY(chunk->contains({position}));
            QVERIFY(chunk->count() <= expected->count());
            QVERIFY(chunk->last().value < position + 64);
            for (std::uint32_t r = 0; r < chunk->count(); ++r)
                QVERIFY(sameRow(chunk->row(r), expected->row(r)));
        }
    }

    void whoLooksAtAChunkAgainGetsAllOfIt() {
        const auto reader = readerOf(trace({300, 300}));
        std::shared_ptr<const EventChunk> chunk;
        ARIADNE_VERIFY_OK(reader->lookAt({301}, chunk));
        QCOMPARE(chunk->count(), 64u);
        const EventChunk* const start = chunk.get();
        ARIADNE_VERIFY_OK(reader->lookAt({364}, chunk));
        QCOMPARE(chunk.get(), start);
        ARIADNE_VERIFY_OK(reader->lookAt({365}, chunk));
        QCOMPARE(chunk->count(), 300u);
        QVERIFY(chunk == valueOf(reader->chunk(1)));
        // And is nobody's to be overwritten.
        ARIADNE_VERIFY_OK(reader->lookAt({1}, chunk));
        QVERIFY(chunk != valueOf(reader->chunk(1)));
        ARIADNE_VERIFY_OK(reader->lookAt({600}, chunk));
        QVERIFY(chunk == valueOf(reader->chunk(1)));
    }

    void aLookDoesNotBelieveAChunkWithOtherColumns() {
        const auto reader = readerOf(trace({300}));
        std::shared_ptr<const EventChunk> chunk;
        ARIADNE_VERIFY_OK(reader->scanChunk(0, ColumnSet::kTime, chunk));
        ARIADNE_VERIFY_OK(reader->lookAt({20}, chunk));
        QVERIFY(sameRow(chunk->rowAt({20}), valueOf(reader->chunk(0))->rowAt({20})));
    }

    void whatCannotBeLookedAtIsSaid() {
        const std::shared_ptr<Bytes> file = trace({300, 300});
        const auto reader = readerOf(file);
        std::shared_ptr<const EventChunk> chunk;
        QCOMPARE(reader->lookAt({0}, chunk).code(), absl::StatusCode::kOutOfRange);
        QCOMPARE(reader->lookAt({601}, chunk).code(), absl::StatusCode::kOutOfRange);
        const auto at = static_cast<std::size_t>(reader->chunks()[1].offset);
        (*file)[at + kFrameBytes + 1000] ^= std::byte{4};
        QCOMPARE(reader->lookAt({301}, chunk).code(), absl::StatusCode::kDataLoss);
        ARIADNE_VERIFY_OK(reader->lookAt({1}, chunk));
        QCOMPARE(chunk->rowAt({1}).seq.value, 1u);
    }
};

QTEST_GUILESS_MAIN(ScanChunkTest)
#include "tst_scan_chunk.moc"
