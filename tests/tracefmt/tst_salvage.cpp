// What reading goes on with behind damage, and what it leaves out with it.
#include "tests/tracefmt/answers.h"
#include "tests/tracefmt/body_edit.h"
#include "tests/tracefmt/snapshot_chain.h"

#include <QTest>

#include <algorithm>
#include <functional>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

std::unique_ptr<TraceReader> salvaged(std::shared_ptr<const Bytes> bytes) {
    ReadOptions options;
    options.reading = Reading::kSalvage;
    return readerOf(std::move(bytes), options);
}

std::size_t numberOf(const std::vector<Chunk>& chunks, ChunkType type) {
    return static_cast<std::size_t>(
        std::find_if(chunks.begin(), chunks.end(),
                     [&](const Chunk& chunk) { return chunk.header.type == type; }) -
        chunks.begin());
}

/// With one byte of the body of that chunk flipped.
std::shared_ptr<Bytes> withDamaged(const Bytes& trace, const Chunk& chunk) {
    auto out = std::make_shared<Bytes>(trace);
    (*out)[static_cast<std::size_t>(chunk.offset) + kFrameBytes + 1] ^= std::byte{1};
    return out;
}

std::shared_ptr<Bytes> written(const std::function<void(TraceWriter&)>& write) {
    auto disk = std::make_unique<MemoryDisk>();
    const auto bytes = disk->bytes();
    const auto writer = writerTo(std::move(disk));
    write(*writer);
    check(writer->finish(someStats()));
    return bytes;
}

/// Rows, something that may be lost, and rows behind it that name `edit` of it.
std::shared_ptr<Bytes> namingWhatIsLost(bool types, const std::function<void(EventRow&)>& edit) {
    return written([&](TraceWriter& writer) {
        if (!types) check(writer.addTypes(someTypes()));
        check(writer.addBirths(someBirths()));
        Rows before = typicalRows(4);
        for (EventRow& row : before.rows) row.type = {};
        check(writer.addEvents(before.rows));
        // What is lost, and what says the same.
        if (types) {
            check(writer.addTypes(someTypes()));
        } else {
            const auto births = someBirths(4);
            check(writer.addBirths(std::span{births}.last(1)));
        }
        Rows behind = typicalRows(4, 3, 5);
        for (EventRow& row : behind.rows) row.type = {};
        edit(behind.rows[2]);
        check(writer.addEvents(behind.rows));
    });
}

}  // namespace

class SalvageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyWhatIsDamagedIsLost_data() {
        QTest::addColumn<std::uint32_t>("type");
        for (const ChunkType type : {ChunkType::kSnapshot, ChunkType::kNotes, ChunkType::kGaps})
            QTest::newRow(nameOf(type).c_str()) << static_cast<std::uint32_t>(type);
    }
    void onlyWhatIsDamagedIsLost() {
        QFETCH(std::uint32_t, type);
        const auto trace = smallTrace();
        const auto truth = readerOf(trace);
        const std::vector<Chunk> chunks = chunksOf(trace);
        const Chunk& hit = chunks[numberOf(chunks, static_cast<ChunkType>(type))];
        const auto reader = salvaged(withDamaged(*trace, hit));
        QCOMPARE(reader->state(), FileState::kDamaged);
        QCOMPARE(reader->lostBytes(), hit.header.totalBytes());
        QVERIFY2(reader->damage().find("offset " + std::to_string(hit.offset)) != std::string::npos,
                 reader->damage().c_str());
        QVERIFY(std::ranges::equal(answersOf(*reader).rows, answersOf(*truth).rows, sameRow));
        QCOMPARE(reader->snapshots().empty(), hit.header.type == ChunkType::kSnapshot);
        QCOMPARE(reader->notes().empty(), hit.header.type == ChunkType::kNotes);
        QCOMPARE(reader->gaps().size(), std::size_t{1});
        QCOMPARE(reader->gaps()[0].first, truth->gaps()[0].first);
        QCOMPARE(reader->gaps()[0].last, truth->gaps()[0].last);
        QCOMPARE(reader->gaps()[0].cause == GapCause::kDamaged,
                 hit.header.type == ChunkType::kGaps);
    }

    /// Wherever it stands in the blocks that are searched.
    void whatStandsBetweenChunksIsPassedOver_data() {
        QTest::addColumn<quint64>("bytes");
        for (const quint64 bytes : {8u, 64u, 65'528u, 65'536u, 65'544u, 200'000u})
            QTest::addRow("%llu", static_cast<unsigned long long>(bytes)) << bytes;
    }
    void whatStandsBetweenChunksIsPassedOver() {
        QFETCH(quint64, bytes);
        const auto trace = smallTrace();
        const auto truth = readerOf(trace);
        const std::vector<Chunk> chunks = chunksOf(trace);
        for (std::size_t i = 1; i < chunks.size(); ++i) {
            auto longer = std::make_shared<Bytes>(*trace);
            longer->insert(longer->begin() + static_cast<std::ptrdiff_t>(chunks[i].offset),
                           static_cast<std::size_t>(bytes), std::byte{0x77});
            const auto reader = salvaged(longer);
            // The trailer tells of a shorter file.
            QCOMPARE(reader->lostBytes(), bytes + kFrameBytes);
            QVERIFY(std::ranges::equal(answersOf(*reader).rows, answersOf(*truth).rows, sameRow));
            QCOMPARE(reader->snapshots().size(), truth->snapshots().size());
            QVERIFY(reader->notes() == truth->notes());
            QVERIFY(reader->gaps() == truth->gaps());
            QVERIFY(reader->births() == truth->births());
        }
    }

    void rowsThatNameWhatWasLostAreLostToo_data() {
        QTest::addColumn<int>("what");
        QTest::newRow("a cell") << 0;
        QTest::newRow("a peer") << 1;
        QTest::newRow("a type") << 2;
        QTest::newRow("nothing of it") << 3;
    }
    void rowsThatNameWhatWasLostAreLostToo() {
        QFETCH(int, what);
        const auto trace = namingWhatIsLost(what == 2, [&](EventRow& row) {
            if (what == 0) row.cell = {4};
            if (what == 1) row.peer = {4};
            if (what == 2) row.type = {1};
        });
        const std::vector<Chunk> chunks = chunksOf(trace);
        const std::size_t rows = numberOf(chunks, ChunkType::kEvents);
        QCOMPARE(chunks[rows + 1].header.type, ChunkType::kTables);
        const auto reader = salvaged(withDamaged(*trace, chunks[rows + 1]));
        QCOMPARE(reader->state(), FileState::kDamaged);
        QCOMPARE(reader->chunks().size(), std::size_t{what == 3 ? 2u : 1u});
        QCOMPARE(reader->lastPosition().value, what == 3 ? 8u : 4u);
        // The copy in the summary is whole.
        QCOMPARE(reader->births().size(), std::size_t{what == 2 ? 4u : 5u});
        if (what == 3) return;
        QCOMPARE(reader->gaps().size(), std::size_t{1});
        QCOMPARE(reader->gaps()[0].first.value, 5u);
        QCOMPARE(reader->gaps()[0].last.value, 8u);
    }

    /// Behind what must not be passed over nothing is known.
    void nothingIsReadBehindWhatMustBeUnderstood() {
        for (const bool critical : {true, false}) {
            auto trace = smallTrace();
            const std::vector<Chunk> chunks = chunksOf(trace);
            const Chunk& notes = chunks[numberOf(chunks, ChunkType::kNotes)];
            ChunkHeader header = notes.header;
            header.type = static_cast<ChunkType>(fourcc("ENVI"));
            header.critical = critical;
            Bytes body = notes.body;
            forgeChunk(*trace, notes.offset, header, body);
            const auto reader = salvaged(trace);
            QCOMPARE(reader->lastPosition().value, critical ? 6u : 15u);
            if (critical)
                QVERIFY2(reader->damage().find("must not pass over it") != std::string::npos,
                         reader->damage().c_str());
        }
    }

    /// Behind damage it stands for what is missing, unless a gap says that more is.
    void aSnapshotInTheMiddleOfAGapIsLeftOut() {
        TraceMeta meta = someMeta();
        meta.minViewMinor = kMidRunMinor;
        auto disk = std::make_unique<MemoryDisk>();
        const auto trace = disk->bytes();
        const auto writer = valueOf(TraceWriter::create(std::move(disk), meta));
        check(writer->addTypes(someTypes()));
        check(writer->addBirths(someBirths()));
        check(writer->addEvents(typicalRows(4).rows));
        check(writer->addGap({{5}, {20}, GapCause::kPaused, ""}));
        check(writer->addNote(someNote()));
        check(writer->addSnapshot(someImage({20}, someBirths(), {5, 6})));
        check(writer->addEvents(typicalRows(4, 3, 21).rows));
        check(writer->finish(someStats()));
        for (const std::uint64_t position : {20u, 10u}) {
            const auto forged = sealedAgain(trace, [&](Chunk& chunk) {
                if (chunk.header.type != ChunkType::kSnapshot) return;
                chunk.header.firstSeq = position;
                chunk.body = edited<schema::SnapshotPart>(
                    chunk.body, [&](schema::SnapshotPart::Builder b) { b.setPosition(position); });
            });
            const std::vector<Chunk> chunks = chunksOf(forged);
            const auto reader =
                salvaged(withDamaged(*forged, chunks[numberOf(chunks, ChunkType::kNotes)]));
            QCOMPARE(reader->state(), FileState::kDamaged);
            QCOMPARE(reader->snapshots().size(), std::size_t{position == 20 ? 1u : 0u});
            // Without it nothing says what the digest in front of the rows is.
            QCOMPARE(reader->lastPosition().value, position == 20 ? 24u : 4u);
            QCOMPARE(reader->gaps().front().last.value, 20u);
        }
    }

    /// What is said of rows that were refused would be said of none that are there.
    void rowsThatAreRefusedAreNotCounted() {
        const auto whole = smallTrace();
        const std::vector<Chunk> chunks = chunksOf(whole);
        const auto second = std::find_if(chunks.begin(), chunks.end(), [](const Chunk& chunk) {
            return chunk.header.type == ChunkType::kEvents && chunk.header.firstSeq == 10;
        });
        auto forged = std::make_shared<Bytes>(
            whole->begin(), whole->begin() + static_cast<std::ptrdiff_t>(second->offset));
        ChunkHeader header = second->header;
        header.firstSeq = 11;
        forgeChunk(*forged, second->offset, header, second->body);
        for (const Reading how : {Reading::kByIndex, Reading::kPrefix, Reading::kSalvage}) {
            ReadOptions options;
            options.reading = how;
            const auto reader = readerOf(forged, options);
            // Who computes digests meets them first.
            QVERIFY2(reader->damage().find(how == Reading::kByIndex
                                               ? "found rows from position 11, expected 7"
                                               : "digest mark 0") != std::string::npos,
                     reader->damage().c_str());
            QCOMPARE(reader->lastPosition().value, 6u);
            QCOMPARE(reader->chunks().size(), std::size_t{1});
            std::uint64_t counted = 0;
            for (const auto& [kind, count] : reader->stats().kindCounts) counted += count;
            QCOMPARE(counted, std::uint64_t{6});
            QVERIFY(reader->chunkAt(reader->lastPosition()).ok());
        }
    }

    /// All parts of one snapshot say the same of it.
    void partsOfAnotherSnapshotEndTheReading_data() {
        QTest::addColumn<int>("lie");
        QTest::addColumn<std::string>("said");
        QTest::newRow("the next one") << 0 << std::string{"without a trailer"};
        QTest::newRow("of more") << 1 << std::string{"found part 1 of 3 of a snapshot"};
        QTest::newRow("one that begins anew") << 2 << std::string{"no snapshot is before it"};
        QTest::newRow("the one behind") << 3 << std::string{"found part 2 of 3 of a snapshot"};
        QTest::newRow("since another") << 4 << std::string{"found part 1 of 2 of a snapshot"};
        QTest::newRow("of another position") << 5 << std::string{"found a snapshot of position 5"};
    }
    void partsOfAnotherSnapshotEndTheReading() {
        QFETCH(int, lie);
        QFETCH(std::string, said);
        auto trace = smallTrace();
        const std::vector<Chunk> chunks = chunksOf(trace);
        const Chunk& whole = chunks[numberOf(chunks, ChunkType::kSnapshot)];
        const auto part = [&](std::uint32_t number, std::uint32_t parts, std::uint64_t since,
                              std::uint64_t position = 6) {
            return edited<schema::SnapshotPart>(whole.body, [&](schema::SnapshotPart::Builder b) {
                b.setPart(number);
                b.setParts(parts);
                b.setSince(since);
                b.setPosition(position);
            });
        };
        trace->resize(static_cast<std::size_t>(whole.offset));
        const auto add = [&](ByteView body, bool increment = false) {
            ChunkHeader header = whole.header;
            const std::uint64_t before = trace->size() - whole.offset;
            if (before != 0) {
                ++header.sequence;
                header.previousBytes = before;
            }
            if (increment) header.type = ChunkType::kIncrement;
            header.critical = increment;
            forgeChunk(*trace, trace->size(), header, body);
        };
        add(part(0, lie == 3 ? 3 : 2, 0));
        switch (lie) {
            case 0: add(part(1, 2, 0)); break;
            case 1: add(part(1, 3, 0)); break;
            case 2: add(part(0, 1, 3), true); break;
            case 3: add(part(2, 3, 0)); break;
            case 4: add(part(1, 2, 3), true); break;
            case 5: add(part(1, 2, 0, 5)); break;
        }
        const auto reader = readerOf(trace);
        QVERIFY2(reader->damage().find(said) != std::string::npos, reader->damage().c_str());
        QCOMPARE(reader->snapshots().size(), std::size_t{lie == 0 ? 1u : 0u});
        QCOMPARE(reader->state(), lie == 0 ? FileState::kCut : FileState::kDamaged);
        QCOMPARE(reader->lastPosition().value, 6u);
    }

    void whoVerifiesInputsIsToldHowFarItGot() {
        TraceMeta meta = someMeta();
        meta.level = Level::kInputs;
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = valueOf(TraceWriter::create(std::move(disk), meta));
        for (std::uint64_t first = 1; first < 120; first += 40) {
            Rows rows = typicalRows(40, 3, first);
            rows.rows[7].kind = EventKind::kInput;
            check(writer->addEvents(rows.rows));
        }
        check(writer->finish(someStats()));
        const auto reader = readerOf(bytes);
        std::vector<std::uint64_t> reached;
        ARIADNE_VERIFY_OK(reader->verify(
            [](void* context, Position at) {
                static_cast<std::vector<std::uint64_t>*>(context)->push_back(at.value);
                return true;
            },
            &reached));
        QCOMPARE(reached, (std::vector<std::uint64_t>{40, 80, 120}));
        QCOMPARE(reader->verify([](void*, Position) { return false; }, nullptr).code(),
                 absl::StatusCode::kCancelled);
    }
};

QTEST_GUILESS_MAIN(SalvageTest)
#include "tst_salvage.moc"
