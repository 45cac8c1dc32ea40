// A watched value in pixels.
#include "studio/models/watch_spans.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

constexpr std::uint64_t kNoEnd = UINT64_MAX;
using Point = WatchLane::Point;

WatchLane laneOf(std::vector<Point> points, std::uint64_t searchedTo = 1'000'000'000) {
    WatchLane out;
    out.points = std::move(points);
    out.searchedTo = {searchedTo};
    return out;
}

}  // namespace

class TestWatchSpans : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aValueReachesToTheNextOne() {
        const WatchLane lane = laneOf({{10, 0, 0}, {30, 1, 0}, {60, 2, 0}});
        QCOMPARE(watchSpans(lane, {0, 100}, kNoEnd, 1000, 3),
                 (std::vector<WatchSpan>{{100, 300, 0, 0}, {300, 600, 1, 0}, {600, 1000, 2, 0}}));
        // One that began before the view is there from its edge on.
        QCOMPARE(watchSpans(lane, {40, 50}, kNoEnd, 1000, 3),
                 (std::vector<WatchSpan>{{0, 1000, 1, 0}}));
        QCOMPARE(watchSpans(lane, {0, 10}, kNoEnd, 1000, 3), std::vector<WatchSpan>{});
    }
    void itEndsWithTheActorAndWhereNobodyHasLooked() {
        const WatchLane lane = laneOf({{10, 0, 0}}, 49);
        QCOMPARE(watchSpans(lane, {0, 100}, 30, 1000, 3),
                 (std::vector<WatchSpan>{{100, 300, 0, 0}}));
        QCOMPARE(watchSpans(lane, {0, 100}, kNoEnd, 1000, 3),
                 (std::vector<WatchSpan>{{100, 500, 0, 0}}));
        QVERIFY(watchSpans(lane, {60, 100}, kNoEnd, 1000, 3).empty());
        QVERIFY(watchSpans(lane, {0, 100}, 10, 1000, 3).empty());
    }
    void whatIsGoneIsLeftOutAndWhatIsNotKnownIsNot() {
        const WatchLane lane = laneOf(
            {{10, 0, 0}, {20, WatchLane::kGone, 0}, {50, WatchLane::kUnknown, 0}, {80, 1, 0}});
        QCOMPARE(watchSpans(lane, {0, 100}, kNoEnd, 100, 3),
                 (std::vector<WatchSpan>{
                     {10, 20, 0, 0}, {50, 80, WatchLane::kUnknown, 0}, {80, 100, 1, 0}}));
    }
    void changesCloserThanCanBeDrawnAreOneSpan() {
        std::vector<Point> points;
        for (std::uint32_t i = 0; i < 1000; ++i) points.push_back({i, i, 0});
        const std::vector<WatchSpan> spans = watchSpans(laneOf(points), {0, 1000}, kNoEnd, 100, 4);
        QVERIFY(spans.size() >= 20 && spans.size() <= 26);
        std::uint32_t changes = 0;
        for (std::size_t i = 0; i < spans.size(); ++i) {
            changes += spans[i].changes + 1;
            if (i + 1 < spans.size()) {
                QVERIFY(spans[i].x1 - spans[i].x0 >= 3);
                QVERIFY(spans[i].x1 <= spans[i + 1].x0);
            }
        }
        QVERIFY(changes >= 900 && changes <= 1000);  // those narrower than nothing are left out
        QCOMPARE(spans.back().text, 999u);
    }
    void costFollowsWhatIsInView() {
        std::vector<Point> points;
        for (std::uint32_t i = 0; i < 200'000; ++i) points.push_back({i * 10ull, i, 0});
        QCOMPARE(watchSpans(laneOf(points), {1'000'000, 1'000'020}, kNoEnd, 100, 3),
                 (std::vector<WatchSpan>{{0, 50, 100'000, 0}, {50, 100, 100'001, 0}}));
    }
    void ofAnInstantTheLastValueIsSeen() {
        TimeSteps times;
        for (const auto& [at, time] : {std::pair{1u, 0}, {10u, 40}, {20u, 80}})
            times.add({at}, {time});
        const WatchLane lane = laneOf({{1, 0, 0}, {3, 1, 0}, {10, 2, 0}, {11, 3, 0}, {15, 4, 0}});
        QCOMPARE(watchSpans(lane, {{0, 100}, times, 30}, kNoEnd, 1000, 3),
                 (std::vector<WatchSpan>{{0, 400, 1, 0}, {400, 1000, 4, 0}}));
    }
    void anInstantOfManyChangesCostsNoMoreThanOneOfFew() {
        TimeSteps times;
        times.add({1}, {0});
        times.add({200'000}, {100});
        std::vector<Point> points;
        for (std::uint32_t i = 1; i < 200'000; ++i) points.push_back({i, i, 0});
        const WatchLane lane = laneOf(std::move(points));
        const TimelineAxis axis{{0, 200}, times, 200'001};
        // One by one these would be four billion looks.
        for (int paint = 0; paint < 20'000; ++paint)
            QCOMPARE(watchSpans(lane, axis, kNoEnd, 100, 3),
                     (std::vector<WatchSpan>{{0, 100, 199'999, 0}}));
    }
    void numbersHoldAllThatWasInAPixel() {
        const WatchLane lane = laneOf({{0, 0, 5}, {10, 1, 9}, {11, 2, -3}, {12, 3, 7}, {50, 4, 8}});
        const std::vector<WatchColumn> columns = watchColumns(lane, {0, 100}, kNoEnd, 10);
        QCOMPARE(columns[0], (WatchColumn{true, false, 5, 5}));
        // What it was before joins on.
        QCOMPARE(columns[1], (WatchColumn{true, false, -3, 9}));
        QCOMPARE(columns[2], (WatchColumn{true, false, 7, 7}));
        QCOMPARE(columns[5], (WatchColumn{true, false, 7, 8}));
        QCOMPARE(columns[9], (WatchColumn{true, false, 8, 8}));
    }
    void aStepHasNoGap() {
        const WatchLane lane = laneOf({{0, 0, 1}, {50, 1, 100}, {80, 2, 0}});
        const std::vector<WatchColumn> columns = watchColumns(lane, {0, 100}, 90, 100);
        QCOMPARE(columns[49], (WatchColumn{true, false, 1, 1}));
        QCOMPARE(columns[50], (WatchColumn{true, false, 1, 100}));
        QCOMPARE(columns[51], (WatchColumn{true, false, 100, 100}));
        QCOMPARE(columns[80], (WatchColumn{true, false, 0, 100}));
        QVERIFY(!columns[95].any);
    }
    void withoutRoomThereIsNothing() {
        const WatchLane lane = laneOf({{1, 0, 1}});
        QVERIFY(watchSpans(lane, {0, 100}, kNoEnd, 0, 3).empty());
        QVERIFY(watchSpans(lane, {}, kNoEnd, 100, 3).empty());
        QVERIFY(watchSpans(laneOf({}), {0, 100}, kNoEnd, 100, 3).empty());
        QVERIFY(watchColumns(lane, {0, 100}, kNoEnd, 0).empty());
        QCOMPARE(watchColumns(lane, {}, kNoEnd, 3), std::vector<WatchColumn>(3));
    }
    void theValueAtAPositionIsTheLastOneBefore() {
        const WatchLane lane = laneOf({{10, 0, 0}, {30, 1, 0}}, 40);
        QVERIFY(lane.at(9) == nullptr);
        QCOMPARE(lane.at(10)->text, 0u);
        QCOMPARE(lane.at(29)->text, 0u);
        QCOMPARE(lane.at(40)->text, 1u);
        QVERIFY(lane.at(41) == nullptr);
    }
};

QTEST_GUILESS_MAIN(TestWatchSpans)
#include "tst_watch_spans.moc"
