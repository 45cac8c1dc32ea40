#include "studio/session/lane_builder.h"

#include <QTest>

#include <numeric>
#include <string>
#include <utility>
#include <vector>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

/// Rows one after the other; each returns its position.
class Rows {
public:
    Position add(EventKind kind, std::uint32_t cell, std::uint32_t peer, Position cause,
                 std::string_view change = {}, std::uint64_t arg = 0, std::uint64_t extra = 0) {
        EventRow row;
        row.seq = {++last_};
        row.time = {static_cast<std::int64_t>(last_) * 10};
        row.round = {last_};
        row.kind = kind;
        row.cell = Rank{cell};
        row.peer = Rank{peer};
        row.cause = cause;
        row.arg = arg;
        row.extra = extra;
        row.change = asBytes(change);
        builder_.add(row, kCells);
        return row.seq;
    }
    LaneIndex index() const {
        return builder_.index(std::vector<CellBirth>(kCells), {last_ + 1}, {last_}, {});
    }
    LaneIndex giveIndex() {
        return std::move(builder_).index(std::vector<CellBirth>(kCells), {last_ + 1}, {last_}, {});
    }
    /// "1+3 turn, 9+1 failed"
    std::string lane(std::uint32_t rank) const {
        static constexpr const char* kNames[] = {"turn",   "changed", "stopped",
                                                 "failed", "dropped", "born"};
        const LaneIndex now = index();
        std::string out;
        for (const Slice& s : now.lanes[rank].slices)
            out += (out.empty() ? "" : ", ") + std::to_string(s.begin) + "+" +
                   std::to_string(s.length) + " " + kNames[static_cast<std::size_t>(s.kind)];
        return out;
    }

private:
    static constexpr std::size_t kCells = 6;
    LaneBuilder builder_;
    std::uint64_t last_ = 0;
};

}  // namespace

class TestLaneBuilder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void turnReachesOverWhatItMade() {
        Rows rows;
        const Position in = rows.add(EventKind::kInput, 0, 1, {});
        const Position turn = rows.add(EventKind::kDeliver, 1, 0, in, "x");
        const Position born = rows.add(EventKind::kSpawn, 2, 1, turn);
        rows.add(EventKind::kSend, 1, 2, born);
        rows.add(EventKind::kStash, 1, 0, in);
        rows.add(EventKind::kDeliver, 2, 1, {4});
        QCOMPARE(rows.lane(1), std::string{"2+4 changed"});
        QCOMPARE(rows.lane(2), std::string{"3+1 born, 6+1 turn"});
    }

    void whoIsRestartedLivesOn() {
        Rows rows;
        const Position turn = rows.add(EventKind::kDeliver, 1, 0, {});
        const Position failed = rows.add(EventKind::kFail, 1, 0, turn);
        rows.add(EventKind::kStop, 2, 3, failed, {},
                 static_cast<std::uint64_t>(ExitReason::kSupervisor));
        rows.add(EventKind::kRestart, 1, 3, failed);
        rows.add(EventKind::kRestart, 2, 3, failed);
        QCOMPARE(rows.lane(1), std::string{"1+2 failed, 4+1 born"});
        QCOMPARE(rows.lane(2), std::string{"3+1 stopped, 5+1 born"});
        const LaneIndex index = rows.index();
        for (const std::size_t rank : {1u, 2u}) {
            QCOMPARE(index.lanes[rank].endedAt.value, 0u);
            QCOMPARE(index.lanes[rank].marks.size(), 1u);
            QVERIFY(index.lanes[rank].marks[0].kind == LaneMark::Kind::kRestart);
        }
    }

    void signsStandOnTheLaneOfWhomTheyConcern() {
        Rows rows;
        rows.add(EventKind::kCancel, 1, 2, {});
        rows.add(EventKind::kCancelRequest, 2, 3, {1});
        rows.add(EventKind::kResolve, 2, 4, {}, {}, 1, 2);  // leaked
        rows.add(EventKind::kResolve, 2, 4, {}, {}, 2, 0);  // committed
        rows.add(EventKind::kDeadlock, 5, 4, {});
        const LaneIndex index = rows.index();
        using Kind = LaneMark::Kind;
        QVERIFY((index.lanes[2].marks == std::vector<LaneMark>{{1, Kind::kCancel}}));
        QVERIFY((index.lanes[3].marks == std::vector<LaneMark>{{2, Kind::kCancel}}));
        QVERIFY((index.lanes[4].marks == std::vector<LaneMark>{{3, Kind::kLeak}}));
        QVERIFY((index.lanes[5].marks == std::vector<LaneMark>{{5, Kind::kDeadlock}}));
        QVERIFY(index.lanes[1].marks.empty());
        QCOMPARE(index.failures, (std::vector<std::uint64_t>{3, 5}));
    }

    void aRegionEndsWhenItIsClosed() {
        Rows rows;
        rows.add(EventKind::kSpawn, 2, 1, {});
        rows.add(EventKind::kRegion, 2, 0, {}, "c", 1);
        QCOMPARE(rows.index().lanes[2].endedAt.value, 0u);
        rows.add(EventKind::kRegion, 2, 0, {2}, "c", 3);
        QCOMPARE(rows.index().lanes[2].endedAt.value, 3u);
        QCOMPARE(rows.lane(2), std::string{"1+1 born, 3+1 stopped"});
    }

    void whenARegionWasOpenIsKnown() {
        Rows rows;
        rows.add(EventKind::kSpawn, 2, 1, {});
        rows.add(EventKind::kRegion, 2, 0, {}, "c", 0);
        QCOMPARE(rows.index().regions.size(), std::size_t{1});
        QCOMPARE(rows.index().regions[0].opened.value, 1u);
        QCOMPARE(rows.index().regions[0].closing.value, 0u);
        rows.add(EventKind::kCancel, 1, 2, {});
        rows.add(EventKind::kRegion, 2, 0, {3}, "c", 1);
        rows.add(EventKind::kRegion, 2, 0, {3}, "c", 1);
        rows.add(EventKind::kRegion, 2, 0, {4}, "c", 2);
        rows.add(EventKind::kRegion, 2, 0, {4}, "c", 3, 2);
        const RegionSpan span = rows.index().regions[0];
        QCOMPARE(span, (RegionSpan{{2}, {1}, {4}, {6}, {7}, {3}, Verdict::kCancelled}));
        // What ends at once was closing when it was closed; a rank of nobody is damage.
        rows.add(EventKind::kSpawn, 3, 1, {});
        rows.add(EventKind::kRegion, 3, 0, {}, "c", 3, 0);
        rows.add(EventKind::kRegion, 4'000'000'000u, 0, {}, "c", 3, 0);
        const LaneIndex index = rows.index();
        QCOMPARE(index.regions.size(), std::size_t{2});
        QCOMPARE(index.regions[1], (RegionSpan{{3}, {8}, {9}, {}, {9}, {}, Verdict::kOk}));
    }

    void aRunThatEndsBadlyEndsWithAFailure() {
        for (const auto& [outcome, bad] : {std::pair{Outcome::kCompleted, false},
                                           {Outcome::kFailed, true},
                                           {Outcome::kQuiescent, false},
                                           {Outcome::kDeadlock, true},
                                           {Outcome::kLeaked, true},
                                           {Outcome::kUntil, false}}) {
            Rows rows;
            rows.add(EventKind::kEnd, 0, 0, {}, {}, static_cast<std::uint64_t>(outcome));
            QCOMPARE(rows.index().failures.size(), bad ? 1u : 0u);
        }
    }

    void otherPeoplesRowsEndATurn() {
        Rows rows;
        rows.add(EventKind::kDeliver, 1, 0, {});
        rows.add(EventKind::kTimerFire, 1, 1, {});
        rows.add(EventKind::kLog, 1, 0, {});
        QCOMPARE(rows.lane(1), std::string{"1+1 turn"});
    }

    void rowsOfOthersThatATurnMadeAreItsOwn() {
        Rows rows;
        const Position turn = rows.add(EventKind::kDeliver, 1, 0, {});
        const Position monitor = rows.add(EventKind::kMonitor, 1, 2, turn);
        rows.add(EventKind::kDown, 2, 1, monitor);
        const Position send = rows.add(EventKind::kSend, 1, 3, turn);
        rows.add(EventKind::kDrop, 3, 1, send);
        rows.add(EventKind::kLog, 1, 0, turn);
        QCOMPARE(rows.lane(1), std::string{"1+6 turn"});
        QCOMPARE(rows.lane(3), std::string{"5+1 dropped"});
    }

    void aCellsEndColoursItsLastTurnAndEndsTheLane() {
        Rows rows;
        const Position turn = rows.add(EventKind::kDeliver, 1, 0, {});
        const Position fail = rows.add(EventKind::kFail, 1, 0, turn);
        rows.add(EventKind::kStop, 2, 1, fail, {},
                 static_cast<std::uint64_t>(ExitReason::kParentEnded));
        QCOMPARE(rows.lane(1), std::string{"1+2 failed"});
        QCOMPARE(rows.lane(2), std::string{"3+1 stopped"});
        QCOMPARE(rows.index().lanes[1].endedAt, fail);
        QCOMPARE(rows.index().failures, (std::vector<std::uint64_t>{2}));
    }

    void slicesAreDisjoint() {
        Rows rows;
        const Position turn = rows.add(EventKind::kDeliver, 1, 0, {});
        const Position send = rows.add(EventKind::kSend, 1, 1, turn);
        rows.add(EventKind::kDrop, 1, 1, send);
        QCOMPARE(rows.lane(1), std::string{"1+3 turn"});
    }

    void densityCountsAllButDeliveries() {
        Rows rows;
        for (int i = 0; i < 100'000; ++i)
            rows.add(i % 4 == 0 ? EventKind::kDeliver : EventKind::kLog, 1, 0, {});
        const LaneIndex index = rows.index();
        QCOMPARE(index.density.size(), LaneIndex::kDensityBuckets);
        QCOMPARE(std::accumulate(index.density.begin(), index.density.end(), 0u), 75'000u);
        const auto [low, high] = std::minmax_element(index.density.begin(), index.density.end());
        QVERIFY2(*low > 20 && *high < 60, qPrintable(QString::number(*high)));
    }

    void whatIsGivenAwayIsWhatWasCopied() {
        Rows rows;
        for (std::uint32_t i = 0; i < 1000; ++i)
            rows.add(i % 3 == 0 ? EventKind::kDeliver : EventKind::kLog, 1 + i % 4, 0, {});
        const LaneIndex copied = rows.index();
        const LaneIndex given = rows.giveIndex();
        QCOMPARE(given.lanes.size(), copied.lanes.size());
        QVERIFY(!copied.lanes[1].slices.empty());
        for (std::size_t rank = 0; rank < given.lanes.size(); ++rank)
            QVERIFY(given.lanes[rank].slices == copied.lanes[rank].slices);
        QCOMPARE(given.density, copied.density);
    }

    /// A word has room for positions up to a trillion and for two million events of one turn.
    void aSliceOfTooMuchIsOfTheMostItCanBe() {
        const Slice slice(Slice::kBeginMax + 7, Slice::kLengthMax + 1, SliceKind::kBorn);
        QCOMPARE(std::uint64_t{slice.begin}, Slice::kBeginMax);
        QCOMPARE(std::uint64_t{slice.length}, Slice::kLengthMax);
        QVERIFY(slice.kind == SliceKind::kBorn);
        const Slice usual(123'456'789'012, 3, SliceKind::kTurn);
        QCOMPARE(std::uint64_t{usual.begin}, std::uint64_t{123'456'789'012});
        QCOMPARE(std::uint64_t{usual.length}, std::uint64_t{3});
    }

    void ranksOfNobodyAreHarmless() {
        Rows rows;
        rows.add(EventKind::kDeliver, 4'000'000'000u, 0, {});
        rows.add(EventKind::kFail, 4'000'000'000u, 0, {1});
        QCOMPARE(rows.index().lanes.size(), std::size_t{6});
    }
};

QTEST_GUILESS_MAIN(TestLaneBuilder)
#include "tst_lane_builder.moc"
