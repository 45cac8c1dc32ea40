// What may stand behind each other in a file: tables, rows, snapshots, notes and gaps.
#include "tests/tracefmt/body_edit.h"
#include "tracefmt/trace_contents.h"

#include <QTest>

#include <functional>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

constexpr absl::StatusCode kDataLoss = absl::StatusCode::kDataLoss;
constexpr std::uint64_t kEnough = 1 << 20;

/// Of `first` on those births of 1, 2, 3, ... that are `count`.
TablesPart birthsFrom(std::uint32_t first, std::uint32_t count) {
    TablesPart part;
    part.firstBirth = first;
    const auto all = someBirths(20);
    for (std::uint32_t i = 0; i < count; ++i) part.births.push_back(all[first + i - 1]);
    return part;
}

ChunkEntry rowsFrom(std::uint64_t first, std::uint32_t count) {
    ChunkEntry entry;
    entry.first = {first};
    entry.count = count;
    return entry;
}

}  // namespace

class TraceContentsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tablesGoOnOrAreToldAgain() {
        TraceContents contents;
        ARIADNE_VERIFY_OK(contents.addTables(birthsFrom(1, 3), kEnough));
        ARIADNE_VERIFY_OK(contents.addTables(birthsFrom(1, 5), kEnough));
        ARIADNE_VERIFY_OK(contents.addTables(birthsFrom(6, 1), kEnough));
        QCOMPARE(contents.births.size(), std::size_t{7});
        QVERIFY(contents.births.back() == someBirths(6).back());
        ARIADNE_VERIFY_SAYS(contents.addTables(birthsFrom(8, 1), kEnough), kDataLoss,
                            "found births from number 8, expected at most 7");
        TablesPart part = birthsFrom(5, 1);
        part.births[0].path = "somebody else";
        ARIADNE_VERIFY_SAYS(contents.addTables(part, kEnough), kDataLoss,
                            "the births disagree about number 5");
        part = birthsFrom(1, 1);
        part.firstBirth = 0;
        ARIADNE_VERIFY_SAYS(contents.addTables(part, kEnough), kDataLoss,
                            "found births from number 0");
        TablesPart types;
        types.types = someTypes();
        ARIADNE_VERIFY_OK(contents.addTables(types, kEnough));
        types.types[2].hash ^= 1;
        ARIADNE_VERIFY_SAYS(contents.addTables(types, kEnough), kDataLoss,
                            "the types disagree about number 3");
        types.firstType = 5;
        ARIADNE_VERIFY_SAYS(contents.addTables(types, kEnough), kDataLoss,
                            "found types from number 5, expected at most 4");
        QCOMPARE(contents.births.size(), std::size_t{7});
        QCOMPARE(contents.types.size(), 4u);
    }

    void tablesTakeNoMoreMemoryThanAllowed() {
        for (const bool types : {false, true}) {
            TraceContents contents;
            TablesPart part = types ? TablesPart{} : birthsFrom(1, 20);
            if (types) part.types = someTypes();
            ARIADNE_VERIFY_SAYS(contents.addTables(part, 300), absl::StatusCode::kResourceExhausted,
                                "more memory than the 300 bytes of ReadOptions::decodeBytesMax");
        }
    }

    void andAsMuchAsIsAllowed() {
        std::uint64_t needed = 0;
        for (const CellBirth& birth : someBirths(20)) needed += memoryBytesOf(birth);
        for (const TypeDesc& type : someTypes()) needed += memoryBytesOf(type);
        TablesPart part = birthsFrom(1, 20);
        part.types = someTypes();
        TraceContents all;
        ARIADNE_VERIFY_OK(all.addTables(part, needed));
        QCOMPARE(all.tableBytes, needed);
        TraceContents less;
        QCOMPARE(less.addTables(part, needed - 1).code(), absl::StatusCode::kResourceExhausted);
        QCOMPARE(less.births.size(), std::size_t{20});
    }

    void tablesHaveALimit() {
        TraceContents contents;
        contents.births.reserve(kTableEntriesMax + std::size_t{1});
        contents.births.resize(kTableEntriesMax);
        TablesPart part = birthsFrom(1, 1);
        part.firstBirth = kTableEntriesMax;
        ARIADNE_VERIFY_OK(contents.addTables(part, kEnough));
        QCOMPARE(contents.births.size(), std::size_t{kTableEntriesMax} + 1);
        part = birthsFrom(1, 1);
        part.firstBirth = kTableEntriesMax + 1;
        ARIADNE_VERIFY_SAYS(contents.addTables(part, kEnough), absl::StatusCode::kResourceExhausted,
                            "more births than the limit of 16777216");
        QCOMPARE(contents.births.size(), std::size_t{kTableEntriesMax} + 1);
    }

    void rowsFollowRowsOrAGap() {
        TraceContents contents;
        ARIADNE_VERIFY_SAYS(contents.addChunk(rowsFrom(2, 5)), kDataLoss,
                            "found rows from position 2, expected 1");
        ARIADNE_VERIFY_SAYS(contents.addChunk(rowsFrom(1, 0)), kDataLoss,
                            "found 0 rows at position 1, expected 1 to 65536");
        ARIADNE_VERIFY_SAYS(contents.addChunk(rowsFrom(1, kRowsPerChunkMax + 1)), kDataLoss,
                            "found 65537 rows at position 1");
        ARIADNE_VERIFY_OK(contents.addChunk(rowsFrom(1, 5)));
        contents.gaps = {{{6}, {9}, GapCause::kPaused, ""}, {{20}, {~0ull - 2}, {}, ""}};
        ARIADNE_VERIFY_SAYS(contents.addChunk(rowsFrom(9, 5)), kDataLoss, "expected 6");
        ARIADNE_VERIFY_OK(contents.addChunk(rowsFrom(10, 5)));
        ARIADNE_VERIFY_SAYS(contents.addChunk(rowsFrom(6, 5)), kDataLoss, "expected 15");
        // Nothing goes on behind the last position there can be.
        ARIADNE_VERIFY_SAYS(contents.addChunk(rowsFrom(~0ull - 1, 3)), kDataLoss, "found 3 rows");
        ARIADNE_VERIFY_OK(contents.addInputs(rowsFrom(15, 70'000)));
        ARIADNE_VERIFY_SAYS(contents.addInputs(rowsFrom(15, 1)), kDataLoss, "expected 70015");
    }

    void incrementsBuildOnTheOneBefore() {
        TraceContents contents;
        const auto chained = [&](std::uint64_t position, std::uint64_t since) {
            SnapshotEntry entry;
            entry.position = {position};
            entry.since = {since};
            auto found = contents.chained(entry);
            if (found.ok()) contents.snapshots.push_back(*found);
            return found.status();
        };
        ARIADNE_VERIFY_SAYS(chained(6, 3), kDataLoss,
                            "of position 6 holds what changed since position 3, and no snapshot is "
                            "before it");
        ARIADNE_VERIFY_OK(chained(3, 0));
        ARIADNE_VERIFY_SAYS(chained(6, 2), kDataLoss, "the one before it is of position 3");
        ARIADNE_VERIFY_SAYS(chained(3, 3), kDataLoss, "the one before it is of position 3");
        for (std::uint64_t i = 1; i <= kSnapshotDepthMax; ++i) {
            ARIADNE_VERIFY_OK(chained(3 + i, 2 + i));
            QCOMPARE(contents.snapshots.back().depth, static_cast<std::uint32_t>(i));
        }
        ARIADNE_VERIFY_SAYS(chained(12, 11), kDataLoss,
                            "number 9 on top of a whole one, the limit is 8");
        ARIADNE_VERIFY_OK(chained(12, 0));
        QCOMPARE(contents.snapshots.back().depth, 0u);
    }

    void aSnapshotStandsForWhatGapsSayIsMissing() {
        TraceContents contents;
        check(contents.addChunk(rowsFrom(1, 5)));
        QVERIFY(!contents.mayResumeAt({5}));  // it is there
        QVERIFY(!contents.mayResumeAt({9}));  // nothing says that it is not
        contents.gaps = {
            {{2}, {3}, {}, ""}, {{6}, {9}, {}, ""}, {{10}, {20}, {}, ""}, {{22}, {30}, {}, ""}};
        QVERIFY(contents.mayResumeAt({9}));
        QVERIFY(contents.mayResumeAt({20}));
        for (const std::uint64_t position : {7u, 10u, 19u, 21u, 30u})
            QVERIFY(!contents.mayResumeAt({position}));
        // A gap of one row is one.
        contents.gaps = {{{6}, {6}, {}, ""}};
        QVERIFY(contents.mayResumeAt({6}));
        QVERIFY(!contents.mayResumeAt({5}) && !contents.mayResumeAt({7}));
        // Behind the last position there can be nothing goes on, nor before the rows there are.
        contents.gaps = {{{6}, {~0ull}, {}, ""}, {{0}, {3}, {}, ""}};
        QVERIFY(!contents.mayResumeAt({~0ull}));
        QVERIFY(!contents.mayResumeAt({3}));
        // One that ends before it begins says nothing.
        contents.gaps = {{{6}, {4}, {}, ""}};
        QVERIFY(!contents.mayResumeAt({6}));
    }

    void rowsBehindDamageAreTold() {
        TraceContents contents;
        check(contents.addChunk(rowsFrom(1, 5)));
        contents.gaps = {{{2}, {3}, GapCause::kDamaged, ""}, {{6}, {9}, GapCause::kDamaged, ""}};
        QVERIFY(!contents.followsDamage({6}));
        QVERIFY(contents.followsDamage({10}));
        QVERIFY(!contents.followsDamage({9}));
        // One row, and one that ends before it begins: nothing.
        contents.gaps[1] = {{6}, {6}, GapCause::kDamaged, ""};
        QVERIFY(contents.followsDamage({7}));
        QVERIFY(!contents.followsDamage({6}));
        contents.gaps[1] = {{6}, {5}, GapCause::kDamaged, ""};
        QVERIFY(!contents.followsDamage({6}));
        QVERIFY(!contents.followsDamage({10}));
        contents.gaps[1] = {{6}, {9}, GapCause::kDamaged, ""};
        contents.gaps[1].cause = GapCause::kPaused;
        QVERIFY(!contents.followsDamage({10}));
        contents.gaps[1] = {{6}, {}, GapCause::kDamaged, ""};
        QVERIFY(!contents.followsDamage({10}));
        contents.gaps.clear();
        QVERIFY(!contents.followsDamage({10}));
    }

    void notesStandBehindRowsThatAreThere() {
        TraceContents contents;
        check(contents.addChunk(rowsFrom(1, 5)));
        const auto noteAt = [](std::uint64_t position) {
            HostNote note;
            note.readableTo = {position};
            return std::vector<HostNote>{note};
        };
        ARIADNE_VERIFY_OK(contents.addNotes(noteAt(3)));
        ARIADNE_VERIFY_OK(contents.addNotes(noteAt(5)));
        ARIADNE_VERIFY_SAYS(contents.addNotes(noteAt(4)), kDataLoss,
                            "found a note behind position 4, expected one from 5 to 5");
        ARIADNE_VERIFY_SAYS(contents.addNotes(noteAt(6)), kDataLoss,
                            "found a note behind position 6, expected one from 5 to 5");
        ARIADNE_VERIFY_SAYS(contents.addNotes(std::vector<HostNote>(kHostNotesMax)),
                            absl::StatusCode::kResourceExhausted, "found 8194 notes");
        QCOMPARE(contents.notes.size(), std::size_t{2});
        const std::vector<HostNote> rest(kHostNotesMax - 2, noteAt(5).front());
        ARIADNE_VERIFY_OK(contents.addNotes(rest));
        QCOMPARE(contents.notes.size(), std::size_t{kHostNotesMax});
        QCOMPARE(contents.addNotes(noteAt(5)).code(), absl::StatusCode::kResourceExhausted);
    }
};

QTEST_GUILESS_MAIN(TraceContentsTest)
#include "tst_trace_contents.moc"
