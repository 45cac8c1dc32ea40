// Snapshots that hold what changed: always read as whole ones, or refused by name.
#include "tests/tracefmt/snapshot_chain.h"

#include <QTest>

#include <algorithm>
#include <functional>

using namespace ariadne;
using namespace ariadne::tracefmt;
using ariadne::test::changesBetween;

namespace {

bool says(const absl::Status& status, const std::string& text) {
    return status.ToString().find(text) != std::string::npos;
}

std::size_t countOf(const std::shared_ptr<const Bytes>& trace, ChunkType type) {
    const std::vector<Chunk> chunks = chunksOf(trace);
    return static_cast<std::size_t>(std::count_if(
        chunks.begin(), chunks.end(), [&](const Chunk& c) { return c.header.type == type; }));
}

bool isSnapshot(const Chunk& chunk) {
    return chunk.header.type == ChunkType::kSnapshot || chunk.header.type == ChunkType::kIncrement;
}

/// The trace with another image in the snapshot of that number.
std::shared_ptr<Bytes> withImage(
    const ChainTrace& trace, std::size_t number, const std::function<void(WorldImage&)>& edit,
    const std::function<void(IndexPart&)>& editIndex = [](IndexPart&) {}) {
    std::size_t seen = 0;
    return sealedAgain(
        trace.bytes,
        [&](Chunk& chunk) {
            if (!isSnapshot(chunk) || seen++ != number) return;
            WorldImage image = imageIn(chunk);
            edit(image);
            chunk.body = firstPart(SnapshotPlan{image});
        },
        editIndex);
}

std::shared_ptr<Bytes> withoutEnd(std::shared_ptr<Bytes> trace) {
    const std::vector<Chunk> chunks = chunksOf(trace);
    const auto full = std::find_if(chunks.rbegin(), chunks.rend(), [](const Chunk& chunk) {
        return chunk.header.type == ChunkType::kEvents;
    });
    trace->resize(static_cast<std::size_t>(full->end()));
    return trace;
}

/// Bytes by which an image is made longer.
constexpr std::size_t kAdded = 32'000;

void startWith(TraceWriter& writer, const ChainTrace& trace) {
    check(writer.addTypes(someTypes()));
    check(writer.addBirths(someBirths(10)));
    check(writer.addEvents(typicalRows(3).rows));
    check(writer.addSnapshot(trace.images[0]));
    check(writer.addEvents(typicalRows(3, 3, 4).rows));
}

}  // namespace

class SnapshotChainTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// A limit of memory is worth what is counted against it.
    void whatAnImageTakesIsAllThatIsInIt_data() {
        using Edit = std::function<void(WorldImage&)>;
        QTest::addColumn<Edit>("edit");
        const auto row = [](const char* name, Edit edit) { QTest::newRow(name) << edit; };
        const std::string text(kAdded, 'x');
        const std::vector<Rank> ranks(kAdded / sizeof(Rank));
        const std::vector<Rank> half(ranks.size() / 2);
        const std::vector<std::pair<Rank, std::uint64_t>> pairs(kAdded / 16 / 2);
        row("cells",
            [](WorldImage& w) { w.cells.resize(w.cells.size() + kAdded / sizeof(CellImage) + 1); });
        row("gone", [=](WorldImage& w) { w.gone = ranks; });
        row("decisions",
            [](WorldImage& w) { w.decisionState.resize(w.decisionState.size() + kAdded / 8); });
        row("metrics", [](WorldImage& w) { w.metrics.resize(w.metrics.size() + kAdded / 8); });
        row("state", [](WorldImage& w) {
            w.cells[1].state.assign(Bytes(w.cells[1].state.view().size() + kAdded));
        });
        row("behaviour", [=](WorldImage& w) { w.cells[1].behaviourName.edit() += text; });
        row("watchers", [=](WorldImage& w) {
            auto& all = w.cells[1].watchers.edit();
            all.insert(all.end(), ranks.begin(), ranks.end());
        });
        row("asks", [](WorldImage& w) {
            auto& all = w.cells[1].pendingAsks.edit();
            all.resize(all.size() + kAdded / sizeof(AskImage) + 1);
        });
        row("a message in each lane", [=](WorldImage& w) {
            for (auto* lane : {&w.cells[1].control, &w.cells[1].mailbox, &w.cells[1].stash})
                lane->edit().emplace_back().payload.resize(kAdded / 3 + 1);
        });
        row("a name of a child",
            [=](WorldImage& w) { w.cells[1].childNames.edit().emplace_back(text, 1); });
        row("a cell that is cared for", [](WorldImage& w) {
            w.cells[1].care.edit().firstState.resize(kAdded - sizeof(CareImage));
        });
        row("first state", [](WorldImage& w) {
            Bytes& state = w.cells[0].care.edit().firstState;
            state.resize(state.size() + kAdded);
        });
        row("links and parked", [=](WorldImage& w) {
            CareImage& care = w.cells[0].care.edit();
            for (auto* list : {&care.links, &care.parkedHere})
                list->insert(list->end(), half.begin(), half.end());
        });
        row("owed and permits", [=](WorldImage& w) {
            CareImage& care = w.cells[0].care.edit();
            for (auto* list : {&care.owed, &care.permitQueue})
                list->insert(list->end(), pairs.begin(), pairs.end());
        });
        row("an effect", [](WorldImage& w) {
            EffectImage& effect = w.cells[0].care.edit().effects.emplace_back();
            effect.name.resize(kAdded / 3);
            effect.scope.resize(kAdded / 3);
            effect.payload.resize(kAdded / 3);
        });
        row("a timer",
            [](WorldImage& w) { w.timers.emplace_back().message.payload.resize(kAdded); });
        row("a payload of a timer", [](WorldImage& w) {
            auto& payload = w.timers[0].message.payload;
            payload.resize(payload.size() + kAdded);
        });
    }
    void whatAnImageTakesIsAllThatIsInIt() {
        QFETCH(const std::function<void(WorldImage&)>, edit);
        WorldImage image = someImage({6}, someBirths());
        const std::uint64_t before = memoryBytesOf(image);
        edit(image);
        const std::uint64_t more = memoryBytesOf(image) - before;
        QVERIFY2(more >= kAdded && more < kAdded + 1024, std::to_string(more).c_str());
    }

    void everySnapshotOfAChainIsReadWhole() {
        const ChainTrace trace = chainTrace(7, [](std::size_t i) { return i == 4; });
        const auto reader = readerOf(trace.bytes);
        QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
        QCOMPARE(reader->snapshots().size(), trace.images.size());
        const std::vector<std::uint32_t> depths{0, 1, 2, 3, 0, 1, 2};
        for (const std::size_t i : {6u, 0u, 3u, 5u, 1u, 4u, 2u}) {
            const SnapshotEntry& entry = reader->snapshots()[i];
            QCOMPARE(entry.depth, depths[i]);
            QCOMPARE(entry.since.value,
                     depths[i] == 0 ? 0 : reader->snapshots()[i - 1].position.value);
            const auto image = reader->snapshot(i);
            ARIADNE_VERIFY_OK(image.status());
            QVERIFY(*image == trace.images[i]);
        }
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    void aCopyOfTheTablesGoesOnlyWithWholeOnes() {
        const std::size_t deltas = countOf(chainTrace(1).bytes, ChunkType::kTables);
        // One delta of births with each, and a copy in the summary, for they are in no other.
        QCOMPARE(countOf(chainTrace(4).bytes, ChunkType::kTables), deltas + 4);
        QCOMPARE(countOf(chainTrace(4).bytes, ChunkType::kIncrement), std::size_t{3});
        QCOMPARE(countOf(chainTrace(4, [](std::size_t) { return true; }).bytes, ChunkType::kTables),
                 deltas + 6);
    }

    void chunksOfChangesAreCritical() {
        for (const Chunk& chunk : chunksOf(chainTrace().bytes))
            if (isSnapshot(chunk))
                QCOMPARE(chunk.header.critical, chunk.header.type == ChunkType::kIncrement);
    }

    void withoutAnIndexTheChainIsFoundByReading() {
        const ChainTrace trace = chainTrace();
        const auto reader = readerOf(withoutEnd(std::make_shared<Bytes>(*trace.bytes)));
        QVERIFY(reader->state() == FileState::kCut);
        QCOMPARE(reader->snapshots().size(), trace.images.size());
        for (std::size_t i = 0; i < trace.images.size(); ++i)
            QVERIFY(valueOf(reader->snapshot(i)) == trace.images[i]);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    void whatChangedInManyPartsComesBack() {
        // States of which one part holds few, and one that stands in chunks of its own.
        const std::uint32_t cells = 150;
        const std::vector<CellBirth> births = someBirths(cells);
        WorldImage base;
        base.position = {3};
        base.births = cells;
        for (const CellBirth& birth : births) {
            CellImage cell;
            cell.rank = birth.rank;
            cell.state = Bytes(60'000, std::byte{9});
            base.cells.push_back(std::move(cell));
        }
        WorldImage now = base;
        now.position = {6};
        now.cells.erase(now.cells.begin(), now.cells.begin() + 20);
        for (CellImage& cell : now.cells)
            cell.state = Bytes(60'000, static_cast<std::byte>(cell.rank.value));
        now.cells.front().state = Bytes(100'000, std::byte{1});
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = valueOf(TraceWriter::create(std::move(disk), chainMeta()));
        check(writer->addBirths(births));
        for (WorldImage* image : {&base, &now}) {
            check(writer->addEvents(typicalRows(3, 3, image->position.value - 2).rows));
            image->eventDigest = writer->digest().events();
            image->changeDigest = writer->digest().changes();
            image->stateDigest = stateDigestOf(*image, birthsByRank(cells));
            check(writer->addSnapshot(image == &base ? base : changesBetween(base, now)));
        }
        check(writer->finish({}));
        const auto reader = readerOf(bytes);
        QVERIFY(reader->snapshots()[1].parts > 1);
        QVERIFY(valueOf(reader->snapshot(1)) == now);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));

        // The limit is for all of a chain that is in memory at a time, here 9 and 8 million.
        ReadOptions options;
        options.decodeBytesMax = 12'000'000;
        const auto small = readerOf(bytes, options);
        ARIADNE_VERIFY_OK(small->snapshot(0).status());
        const absl::Status status = small->snapshot(1).status();
        QCOMPARE(status.code(), absl::StatusCode::kResourceExhausted);
        QVERIFY2(says(status, "decodeBytesMax"), status.ToString().c_str());
        QCOMPARE(small->verify(nullptr, nullptr).code(), absl::StatusCode::kResourceExhausted);
    }

    void onlyWhatFollowsTheLastSnapshotIsWritten() {
        const ChainTrace trace = chainTrace();
        const auto writer =
            valueOf(TraceWriter::create(std::make_unique<MemoryDisk>(), chainMeta()));
        startWith(*writer, trace);
        const WorldImage good = changesBetween(trace.images[0], trace.images[1]);
        const auto refuses = [&](const std::function<void(WorldImage&)>& edit) {
            WorldImage bad = good;
            edit(bad);
            return absl::IsInvalidArgument(writer->addSnapshot(bad));
        };
        const std::uint64_t before = writer->bytesWritten();
        QVERIFY(refuses([](WorldImage& i) { i.since = {2}; }));
        QVERIFY(refuses([](WorldImage& i) { i.since = {6}; }));
        QVERIFY(refuses([](WorldImage& i) { i.gone.push_back({1}); }));
        QVERIFY(refuses([](WorldImage& i) { i.gone.push_back({99}); }));
        QVERIFY(refuses([](WorldImage& i) { i.gone = {i.cells[0].rank}; }));
        QVERIFY(refuses([](WorldImage& i) { i.gone = {kOutside}; }));
        QCOMPARE(writer->bytesWritten(), before);
        ARIADNE_VERIFY_OK(writer->addSnapshot(good));
    }

    void nothingBuildsOnNothing() {
        const ChainTrace trace = chainTrace();
        const auto writer =
            valueOf(TraceWriter::create(std::make_unique<MemoryDisk>(), chainMeta()));
        check(writer->addBirths(someBirths(10)));
        check(writer->addEvents(typicalRows(6).rows));
        QVERIFY(absl::IsInvalidArgument(
            writer->addSnapshot(changesBetween(trace.images[0], trace.images[1]))));
    }

    void filesThatDoNotAnnounceChangesGetNone() {
        const ChainTrace trace = chainTrace();
        const auto writer = writerTo(std::make_unique<MemoryDisk>());
        startWith(*writer, trace);
        const absl::Status status =
            writer->addSnapshot(changesBetween(trace.images[0], trace.images[1]));
        QVERIFY2(absl::IsInvalidArgument(status) && says(status, "minViewMinor"),
                 status.ToString().c_str());
        ARIADNE_VERIFY_OK(writer->addSnapshot(trace.images[1]));
    }

    void theNinthOnTopOfAWholeOneIsNotWritten() {
        ARIADNE_VERIFY_OK(readerOf(chainTrace(9).bytes)->snapshot(8).status());
        const ChainTrace trace = chainTrace(10, [](std::size_t i) { return i == 9; });
        const auto writer =
            valueOf(TraceWriter::create(std::make_unique<MemoryDisk>(), chainMeta()));
        check(writer->addTypes(someTypes()));
        check(writer->addBirths(someBirths(20)));
        for (std::size_t i = 0; i < 9; ++i) {
            check(writer->addEvents(typicalRows(3, 3, 1 + 3 * i).rows));
            check(writer->addSnapshot(
                i == 0 ? trace.images[0] : changesBetween(trace.images[i - 1], trace.images[i])));
        }
        check(writer->addEvents(typicalRows(3, 3, 28).rows));
        const absl::Status status =
            writer->addSnapshot(changesBetween(trace.images[8], trace.images[9]));
        QVERIFY2(absl::IsInvalidArgument(status) && says(status, "add a whole one"),
                 status.ToString().c_str());
        ARIADNE_VERIFY_OK(writer->addSnapshot(trace.images[9]));
    }

    void chainsThatCannotBeEndTheReading_data() {
        QTest::addColumn<int>("lie");
        QTest::addColumn<QString>("said");
        QTest::newRow("the base is missing") << 0 << "no snapshot is before it";
        QTest::newRow("since the future") << 1 << "the one before it is of position 3";
        QTest::newRow("since long ago") << 2 << "the one before it is of position 6";
        QTest::newRow("since itself") << 3 << "the one before it is of position 3";
        QTest::newRow("nine on a whole one") << 4 << "the limit is 8";
        QTest::newRow("whole, but since") << 5 << "expected 0 in SNAP";
        QTest::newRow("of changes, but whole") << 6 << "expected 0 in SNAP";
    }
    void chainsThatCannotBeEndTheReading() {
        QFETCH(int, lie);
        QFETCH(QString, said);
        const ChainTrace trace = chainTrace(10, [](std::size_t i) { return i == 9; });
        const auto since = [](std::uint64_t position) {
            return [position](WorldImage& image) { image.since = {position}; };
        };
        std::size_t seen = 0;
        std::size_t broken = 1;
        std::shared_ptr<Bytes> forged;
        switch (lie) {
            case 0:
                forged = sealedAgain(trace.bytes, [&](Chunk& chunk) {
                    if (!isSnapshot(chunk) || seen++ != 0) return;
                    chunk.header.type = static_cast<ChunkType>(fourcc("ENVI"));
                });
                break;
            case 1: forged = withImage(trace, 1, since(~0ull)); break;
            case 2:
                forged = withImage(trace, 2, since(3));
                broken = 2;
                break;
            case 3: forged = withImage(trace, 1, since(6)); break;
            case 4:
                broken = 9;
                forged = sealedAgain(trace.bytes, [&](Chunk& chunk) {
                    if (!isSnapshot(chunk) || seen++ != 9) return;
                    chunk.header.type = ChunkType::kIncrement;
                    chunk.body =
                        firstPart(SnapshotPlan{changesBetween(trace.images[8], trace.images[9])});
                });
                break;
            case 5:
                forged = withImage(trace, 0, since(1));
                broken = 0;
                break;
            case 6: forged = withImage(trace, 1, since(0)); break;
        }
        const std::size_t left = lie == 0 ? 0 : broken;
        for (const bool whole : {true, false}) {
            if (!whole) forged = withoutEnd(forged);
            const auto reader = readerOf(forged);
            // An index that does not know of it: found when it is read, or by reading all.
            std::size_t readable = 0;
            for (std::size_t i = 0; i < reader->snapshots().size(); ++i) {
                const auto image = reader->snapshot(i);
                if (image.ok()) {
                    QVERIFY(*image == trace.images[i]);
                    ++readable;
                } else {
                    QCOMPARE(image.status().code(), absl::StatusCode::kDataLoss);
                }
            }
            if (reader->state() == FileState::kDamaged) {
                QVERIFY2(reader->damage().find(said.toStdString()) != std::string::npos,
                         reader->damage().c_str());
                QCOMPARE(readable, left);
                QCOMPARE(reader->lastPosition().value, 3 * (broken + 1));
            } else {
                QVERIFY(whole && readable >= left);
                const absl::Status verified = reader->verify(nullptr, nullptr);
                QVERIFY2(says(verified, said.toStdString()), verified.ToString().c_str());
            }
        }
    }

    void anIndexThatLiesAboutTheChainIsBuiltAgain() {
        const ChainTrace trace = chainTrace();
        const std::function<void(IndexPart&)> lies[] = {
            [](IndexPart& part) { part.snapshots[1].since = {99}; },
            [](IndexPart& part) { part.snapshots[2].since = {}; },
            [](IndexPart& part) { part.snapshots[0].since = {1}; },
            [](IndexPart& part) { part.snapshots.erase(part.snapshots.begin()); },
            [](IndexPart& part) { part.snapshots.erase(part.snapshots.begin() + 1); },
            [](IndexPart& part) { std::swap(part.snapshots[1], part.snapshots[2]); },
        };
        for (const auto& lie : lies) {
            const auto reader = readerOf(sealedAgain(
                trace.bytes, [](Chunk&) {}, lie));
            QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
            QCOMPARE(reader->snapshots().size(), trace.images.size());
            for (std::size_t i = 0; i < trace.images.size(); ++i)
                QVERIFY(valueOf(reader->snapshot(i)) == trace.images[i]);
            QVERIFY(says(reader->verify(nullptr, nullptr), "index does not agree"));
        }
    }

    void changesThatLieAreRefusedByName_data() {
        QTest::addColumn<int>("lie");
        QTest::addColumn<QString>("said");
        QTest::newRow("gone, out of order") << 0 << "out of order";
        QTest::newRow("gone twice") << 1 << "out of order";
        QTest::newRow("gone, never born") << 2 << "never born";
        QTest::newRow("gone, born later") << 3 << "never born";
        QTest::newRow("the outside is gone") << 4 << "out of order";
        QTest::newRow("gone and there") << 5 << "and holds it";
        QTest::newRow("gone before") << 6 << "did not live";
        QTest::newRow("changed, but had ended") << 7 << "which had ended";
        QTest::newRow("another state") << 8 << "state digest";
        QTest::newRow("a change is missing") << 9 << "state digest";
        QTest::newRow("a cell that did not end") << 10 << "state digest";
        QTest::newRow("a cell that was never born") << 11 << "never born";
    }
    void changesThatLieAreRefusedByName() {
        QFETCH(int, lie);
        QFETCH(QString, said);
        const ChainTrace trace = chainTrace();
        const auto forged = withImage(trace, 2, [&](WorldImage& image) {
            std::vector<Rank>& gone = image.gone;
            QCOMPARE(gone.size(), std::size_t{1});
            switch (lie) {
                case 0: gone.insert(gone.begin(), {{3}}); break;
                case 1: gone.push_back(gone[0]); break;
                case 2: gone.push_back({0xFFFFFFFF}); break;
                case 3: gone.push_back({image.births + 1}); break;
                case 4: gone.insert(gone.begin(), kOutside); break;
                case 5: gone.push_back(image.cells.back().rank); break;
                case 6: gone.insert(gone.begin(), {{1}}); break;
                case 7:
                    image.cells.insert(image.cells.begin(), CellImage{});
                    image.cells.front().rank = {1};
                    break;
                case 8: image.cells.front().state = Bytes(3, std::byte{1}); break;
                case 9: image.cells.erase(image.cells.begin()); break;
                case 10: gone.clear(); break;
                case 11: image.cells.back().rank = {77}; break;
            }
        });
        const auto reader = readerOf(forged);
        QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
        for (const std::size_t i : {0u, 1u})
            QVERIFY(valueOf(reader->snapshot(i)) == trace.images[i]);
        // Those that build on it are lost with it.
        for (const std::size_t i : {2u, 3u}) {
            const absl::Status status = reader->snapshot(i).status();
            QCOMPARE(status.code(), absl::StatusCode::kDataLoss);
            QVERIFY2(says(status, "SINC chunk at offset"), status.ToString().c_str());
            QVERIFY2(says(status, "use snapshot 0 of position 3"), status.ToString().c_str());
            if (i == 2) QVERIFY2(says(status, said.toStdString()), status.ToString().c_str());
        }
        const absl::Status verified = reader->verify(nullptr, nullptr);
        QVERIFY2(says(verified, said.toStdString()), verified.ToString().c_str());
    }

    void aDigestThatLiesEverywhereIsStillSeen() {
        const ChainTrace trace = chainTrace();
        const auto forged = withImage(
            trace, 3, [](WorldImage& image) { ++image.stateDigest; },
            [](IndexPart& part) { ++part.snapshots[3].stateDigest; });
        const auto reader = readerOf(forged);
        const absl::Status status = reader->snapshot(3).status();
        QVERIFY2(absl::IsDataLoss(status) && says(status, "state digest"),
                 status.ToString().c_str());
        QVERIFY(says(reader->verify(nullptr, nullptr), "state digest"));
        QVERIFY(valueOf(reader->snapshot(2)) == trace.images[2]);
    }

    void anUnfinishedSnapshotInBetweenIsSeen() {
        const ChainTrace trace = chainTrace(3, [](std::size_t i) { return i == 1; });
        WorldImage huge = trace.images[1];
        MessageImage message;
        message.payload = Bytes(60'000);
        for (CellImage& cell : huge.cells)
            for (int n = 0; n < 40; ++n) cell.mailbox.push_back(message);
        const SnapshotPlan plan{huge};
        QVERIFY(plan.parts() > 1);
        std::size_t seen = 0;
        const auto forged = sealedAgain(
            trace.bytes,
            [&](Chunk& chunk) {
                if (!isSnapshot(chunk)) return;
                if (seen == 1) chunk.body = firstPart(plan);
                if (seen++ != 2) return;
                const WorldImage changes = changesBetween(trace.images[0], trace.images[2]);
                chunk.body = firstPart(SnapshotPlan{changes});
            },
            [&](IndexPart& part) {
                part.snapshots.erase(part.snapshots.begin() + 1);
                part.snapshots[1].since = trace.images[0].position;
            });
        const auto reader = readerOf(forged);
        QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
        QCOMPARE(reader->snapshots().size(), std::size_t{2});
        QVERIFY(valueOf(reader->snapshot(1)) == trace.images[2]);
        const absl::Status verified = reader->verify(nullptr, nullptr);
        QVERIFY2(says(verified, "without its last parts"), verified.ToString().c_str());
    }

    void aDamagedBaseIsNamed() {
        const ChainTrace trace = chainTrace();
        const auto forged =
            withImage(trace, 0, [](WorldImage& image) { ++image.cells.front().turns; });
        const absl::Status status = readerOf(forged)->snapshot(2).status();
        QVERIFY2(absl::IsDataLoss(status) && says(status, "SNAP chunk at offset"),
                 status.ToString().c_str());
    }
};

QTEST_GUILESS_MAIN(SnapshotChainTest)
#include "tst_snapshot_chain.moc"
