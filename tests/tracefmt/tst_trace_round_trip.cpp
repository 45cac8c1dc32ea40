// What a TraceWriter was given, a TraceReader gives back; and the bytes depend on nothing else.
#include "tests/tracefmt/trace_fixture.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

std::vector<EventRow> rowsOf(TraceReader& reader,
                             std::vector<std::shared_ptr<const EventChunk>>& owners) {
    std::vector<EventRow> rows;
    for (std::size_t i = 0; i < reader.chunks().size(); ++i) {
        owners.push_back(valueOf(reader.chunk(i)));
        for (std::uint32_t row = 0; row < owners.back()->count(); ++row)
            rows.push_back(owners.back()->row(row));
    }
    return rows;
}

EventDigest digestOf(const std::vector<EventRow>& rows, const std::vector<TypeDesc>& typesFromOne) {
    EventDigest digest;
    for (const EventRow& row : rows) {
        const std::size_t type = row.type.value;
        digest.add(row, type >= 1 && type <= typesFromOne.size() ? typesFromOne[type - 1].hash : 0);
    }
    return digest;
}

}  // namespace

class TraceRoundTripTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everythingComesBack() {
        const auto reader = readerOf(smallTrace());
        QVERIFY(reader->state() == FileState::kClean);
        QCOMPARE(reader->damage(), std::string());
        QVERIFY(reader->meta() == someMeta());
        QVERIFY(std::ranges::equal(reader->types().all().subspan(1), someTypes()));
        QVERIFY(std::ranges::equal(std::span{reader->births()}.subspan(1), someBirths()));
        QVERIFY(reader->births()[0] == CellBirth{});
        const std::vector<TraceGap> gaps{{{7}, {9}, GapCause::kPaused, "asked for"}};
        QVERIFY(reader->gaps() == gaps);
        QCOMPARE(reader->lastPosition().value, 15u);
        HostNote note = someNote();
        note.readableTo = {6};
        QVERIFY(reader->notes() == std::vector{note});

        std::vector<std::shared_ptr<const EventChunk>> owners;
        const std::vector<EventRow> found = rowsOf(*reader, owners);
        const Rows before = typicalRows(6);
        const Rows after = typicalRows(6, 3, 10);
        std::vector<EventRow> given = before.rows;
        given.insert(given.end(), after.rows.begin(), after.rows.end());
        QVERIFY(std::ranges::equal(found, given, sameRow));

        QCOMPARE(reader->snapshots().size(), 1u);
        QVERIFY(valueOf(reader->snapshot(0)) ==
                someImage({6}, someBirths(), digestOf(typicalRows(6).rows, someTypes())));

        TraceStats stats = someStats();
        const EventDigest digest = digestOf(given, someTypes());
        stats.lastPosition = {15};
        stats.lastRound = given.back().round;
        stats.lastTime = given.back().time;
        stats.eventDigest = digest.events();
        stats.changeDigest = digest.changes();
        stats.kindCounts = {{static_cast<std::uint8_t>(EventKind::kSend), 6},
                            {static_cast<std::uint8_t>(EventKind::kDeliver), 6}};
        QVERIFY(reader->stats() == stats);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    void positionsLeadToTheirChunk() {
        const auto reader = readerOf(smallTrace());
        for (const std::uint64_t position : {1u, 6u, 10u, 15u}) {
            const auto chunk = valueOf(reader->chunkAt({position}));
            QVERIFY(chunk->contains({position}));
            QCOMPARE(chunk->rowAt({position}).seq.value, position);
        }
        for (const std::uint64_t position : {0u, 7u, 8u, 9u, 16u})
            QCOMPARE(reader->chunkAt({position}).status().code(), absl::StatusCode::kOutOfRange);
        QCOMPARE(reader->chunk(2).status().code(), absl::StatusCode::kOutOfRange);
        QCOMPARE(reader->snapshot(1).status().code(), absl::StatusCode::kOutOfRange);
    }

    void sameCallsGiveSameBytes() { QVERIFY(*smallTrace() == *smallTrace()); }

    void digestsStandAtEveryMark() {
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        const Rows rows = typicalRows(1000);
        check(writer->addTypes(someTypes()));
        check(writer->addEvents(std::span{rows.rows}.first(600)));
        check(writer->addEvents(std::span{rows.rows}.subspan(600)));
        QVERIFY(writer->digest() == digestOf(rows.rows, someTypes()));
        check(writer->finish({}));

        const auto reader = readerOf(bytes);
        std::vector<std::uint64_t> positions;
        for (std::size_t chunk = 0; chunk < 2; ++chunk) {
            const auto marks = valueOf(reader->digestMarks(chunk));
            for (const auto& mark : marks) {
                positions.push_back(mark.position.value);
                const std::vector<EventRow> until(
                    rows.rows.begin(),
                    rows.rows.begin() + static_cast<std::ptrdiff_t>(mark.position.value));
                QVERIFY(EventDigest(mark.events, mark.changes) == digestOf(until, someTypes()));
            }
            QCOMPARE(reader->chunks()[chunk].eventDigest, marks.back().events);
            QCOMPARE(reader->chunks()[chunk].changeDigest, marks.back().changes);
        }
        QCOMPARE(positions, (std::vector<std::uint64_t>{256, 512, 600, 856, 1000}));
    }

    void emptyRunsAreWhole() {
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        check(writerTo(std::move(disk))->finish({}));
        const auto reader = readerOf(bytes);
        QVERIFY(reader->state() == FileState::kClean);
        QCOMPARE(reader->lastPosition().value, 0u);
        QVERIFY(reader->chunks().empty());
        QCOMPARE(reader->chunkAt({1}).status().code(), absl::StatusCode::kOutOfRange);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    void longBlobsComeBack() {
        Rows rows = typicalRows(8);
        std::mt19937_64 random(1);
        const auto blob = [&](std::size_t size) {
            Bytes bytes(size);
            for (std::byte& b : bytes) b = static_cast<std::byte>(random());
            return rows.keep(std::move(bytes));
        };
        rows.rows[1].payload = blob(kInlineBytesMax);
        rows.rows[2].payload = blob(kInlineBytesMax + 1);
        rows.rows[2].change = blob(kInlineBytesMax + 1);
        rows.rows[5].change = blob(2 * kPayloadPartBytesMax + 5);
        rows.rows[7].payload = blob(100'000);
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        check(writer->addEvents(rows.rows));
        check(writer->finish({}));

        const auto reader = readerOf(bytes);
        QCOMPARE(reader->chunks().size(), 1u);
        std::vector<std::shared_ptr<const EventChunk>> owners;
        QVERIFY(std::ranges::equal(rowsOf(*reader, owners), rows.rows, sameRow));
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    void rowsTooHeavyForOneChunkAreSpread() {
        Rows rows = typicalRows(300);
        std::mt19937_64 random(1);
        for (EventRow& row : rows.rows) {
            Bytes bytes(kInlineBytesMax);
            for (std::size_t i = 0; i < bytes.size(); i += 8) {
                const std::uint64_t word = random();
                std::memcpy(bytes.data() + i, &word, 8);
            }
            row.payload = rows.keep(std::move(bytes));
        }
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        check(writer->addEvents(rows.rows));
        check(writer->finish({}));
        const auto reader = readerOf(bytes);
        QVERIFY(reader->chunks().size() > 1);
        std::vector<std::shared_ptr<const EventChunk>> owners;
        QVERIFY(std::ranges::equal(rowsOf(*reader, owners), rows.rows, sameRow));
    }

    void largeSnapshotsAndTablesComeInParts() {
        std::vector<CellBirth> births = someBirths(20'000);
        for (CellBirth& birth : births) birth.path += std::string(300, 'x');
        WorldImage image = someImage({4}, births);
        std::mt19937_64 random(1);
        for (CellImage& cell : image.cells)
            for (std::byte& b : cell.state) b = static_cast<std::byte>(random());
        image.cells[3].state = Bytes(200'000, std::byte{3});
        image.cells[4].mailbox[1].payload.assign(kInlineBytesMax + 1, std::byte{4});
        image.cells.back().stash[0].payload.assign(90'000, std::byte{5});
        image.timers[0].message.payload.assign(70'000, std::byte{6});
        image.cells[0].care.edit().firstState.assign(kInlineBytesMax + 7, std::byte{7});
        image.cells[2].care.edit().owed.assign(9000, {Rank{3}, 8});
        std::vector<CellBirth> all(1);
        all.insert(all.end(), births.begin(), births.end());
        image.stateDigest = stateDigestOf(image, all);

        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        check(writer->addBirths(births));
        check(writer->addEvents(typicalRows(4).rows));
        image.eventDigest = writer->digest().events();
        image.changeDigest = writer->digest().changes();
        check(writer->addSnapshot(image));
        check(writer->finish({}));

        const auto reader = readerOf(bytes);
        QVERIFY(reader->births() == all);
        QVERIFY(reader->snapshots()[0].parts > 2);
        QVERIFY(valueOf(reader->snapshot(0)) == image);
        std::uint64_t tables = 0;
        for (const Chunk& chunk : chunksOf(bytes)) {
            if (chunk.header.type == ChunkType::kTables) ++tables;
            QVERIFY(chunk.body.size() <= kSnapshotPartBytesMax + 4096);
        }
        QVERIFY(tables > 3);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    void indexCheckpointsAreLinkedAndFoundFromTheTail() {
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        check(writer->addTypes(someTypes()));
        const Rows rows = typicalRows(3000);
        for (std::size_t i = 0; i < rows.rows.size(); i += 5) {
            check(writer->addEvents(std::span{rows.rows}.subspan(i, 5)));
            if (i == 1500) {
                check(writer->addBirths(someBirths()));
                check(writer->addSnapshot(someImage({i + 5}, someBirths(), writer->digest())));
            }
        }
        const std::size_t unfinished = bytes->size();
        check(writer->finish(someStats()));

        const auto whole = readerOf(bytes);
        QVERIFY(whole->state() == FileState::kClean);
        QCOMPARE(whole->chunks().size(), 600u);
        ARIADNE_VERIFY_OK(whole->verify(nullptr, nullptr));

        auto torn = std::make_shared<Bytes>(*bytes);
        torn->resize(unfinished + 40);
        ReadOptions trusting;  // the file is shorter than what is checked of a cut one
        trusting.cutBytesChecked = 0;
        const auto cut = readerOf(torn, trusting);
        QVERIFY(cut->state() == FileState::kCut);
        QVERIFY2(cut->damage().find(std::to_string(unfinished)) != std::string::npos,
                 cut->damage().c_str());
        QCOMPARE(cut->chunks().size(), 600u);
        QVERIFY(cut->births() == whole->births());
        QVERIFY(std::ranges::equal(cut->types().all(), whole->types().all()));
        QVERIFY(cut->stats().kindCounts == whole->stats().kindCounts);
        QCOMPARE(cut->stats().eventDigest, whole->stats().eventDigest);
        QCOMPARE(cut->stats().lastRound, whole->stats().lastRound);
        QVERIFY(valueOf(cut->snapshot(0)) == valueOf(whole->snapshot(0)));
        ARIADNE_VERIFY_OK(cut->verify(nullptr, nullptr));
    }

    void verifyTellsHowFarItGotAndStopsWhenTold() {
        const auto reader = readerOf(smallTrace());
        std::vector<std::uint64_t> reached;
        ARIADNE_VERIFY_OK(reader->verify(
            [](void* context, Position at) {
                static_cast<std::vector<std::uint64_t>*>(context)->push_back(at.value);
                return true;
            },
            &reached));
        QCOMPARE(reached, (std::vector<std::uint64_t>{6, 15}));
        QCOMPARE(reader->verify([](void*, Position) { return false; }, nullptr).code(),
                 absl::StatusCode::kCancelled);
    }

    void decodedChunksStayWithinTheBudget() {
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        const Rows rows = typicalRows(2000);
        for (std::size_t i = 0; i < 2000; i += 100)
            check(writer->addEvents(std::span{rows.rows}.subspan(i, 100)));
        check(writer->finish({}));

        const auto all = readerOf(bytes);
        const std::weak_ptr<const EventChunk> kept = valueOf(all->chunk(0));
        QVERIFY(!kept.expired());
        ReadOptions options;
        options.cacheBytes = 3 * kept.lock()->memoryBytes();
        const auto bounded = readerOf(bytes, options);
        std::vector<std::weak_ptr<const EventChunk>> chunks;
        for (std::size_t i = 0; i < 20; ++i) chunks.push_back(valueOf(bounded->chunk(i)));
        QVERIFY(std::ranges::count_if(chunks, [](const auto& c) { return !c.expired(); }) <= 3);
        QVERIFY(!chunks.back().expired());
    }
};

QTEST_GUILESS_MAIN(TraceRoundTripTest)
#include "tst_trace_round_trip.moc"
