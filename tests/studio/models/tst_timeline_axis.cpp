// An axis of virtual time: places of events, and events of places.
#include "studio/models/lane_order.h"
#include "studio/models/measure_words.h"
#include "studio/models/timeline_axis.h"

#include <QRandomGenerator>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

/// Events 1..3 at 100 ns, 4 at 200, 5..9 at 1000.
TimeSteps someTimes() {
    TimeSteps out;
    for (std::uint64_t at = 1; at <= 9; ++at) out.add({at}, {at <= 3 ? 100 : at == 4 ? 200 : 1000});
    return out;
}

}  // namespace

class TestTimelineAxis : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byPositionItIsTheOldArithmetic() {
        const PositionRange range{21, 121};
        const TimelineAxis axis = range;
        QVERIFY(!axis.isTime());
        QCOMPARE(axis.positions(), range);
        for (const std::uint64_t at : {1u, 21u, 60u, 121u, 400u}) {
            QCOMPARE(columnOf(at, axis, 700), columnOf(at, range, 700));
            QCOMPARE(centreOf(at, axis, 700), centreOf(at, range, 700));
        }
        for (const double x : {-5.0, 0.0, 3.5, 699.0, 900.0})
            QCOMPARE(positionAt(x, axis, 700), positionAt(x, range, 700));
        const std::vector<std::uint64_t> edges = pixelEdges(axis, 10);
        QCOMPARE(edges.size(), std::size_t{11});
        QCOMPARE(edges.front(), 21u);
        QCOMPARE(edges[5], 71u);
        QCOMPARE(edges.back(), 121u);
    }
    void eventsOfAnInstantHaveOnePlace() {
        const TimeSteps times = someTimes();
        const TimelineAxis axis{wholeTime(times, {1000}), times, 10};
        QCOMPARE(axis.units(), (PositionRange{100, 1001}));
        QCOMPARE(axis.positions(), (PositionRange{1, 10}));
        QCOMPARE(columnOf(1, axis, 901), 0.0);
        QCOMPARE(columnOf(3, axis, 901), 0.0);
        QCOMPARE(columnOf(4, axis, 901), 100.0);
        QCOMPARE(columnOf(9, axis, 901), 900.0);
        // A place is that of the last event that happened there, or before it.
        QCOMPARE(positionAt(0, axis, 901), 3u);
        QCOMPARE(positionAt(99.9, axis, 901), 3u);
        QCOMPARE(positionAt(100, axis, 901), 4u);
        QCOMPARE(positionAt(500, axis, 901), 4u);
        QCOMPARE(positionAt(900, axis, 901), 9u);
        QCOMPARE(positionAt(5000, axis, 901), 9u);
        QCOMPARE(positionAt(-3, axis, 901), 3u);
    }
    void theLatestTimesHaveAPlace() {
        TimeSteps times;
        times.add({1}, {5});
        times.add({2}, {INT64_MAX - 1});
        times.add({3}, {INT64_MAX});
        const TimelineAxis all{wholeTime(times, {INT64_MAX}), times, 4};
        QCOMPARE(all.units().end, std::uint64_t{INT64_MAX});
        QVERIFY(static_cast<std::int64_t>(all.units().length()) > 0);
        QCOMPARE(all.positions(), (PositionRange{1, 4}));
        QCOMPARE(TimelineAxis(all.unitsOf({2, 4}), times, 4).positions(), (PositionRange{2, 4}));
        QCOMPARE(positionAt(899, all, 900), 3u);
        QCOMPARE(wholeTime(TimeSteps{}, {INT64_MAX}).end, std::uint64_t{INT64_MAX});
    }
    void aViewBetweenTwoInstantsShowsTheOneBefore() {
        const TimeSteps times = someTimes();
        const TimelineAxis between{{300, 700}, times, 10};
        QCOMPARE(between.positions(), (PositionRange{4, 5}));
        const TimelineAxis behind{{2000, 3000}, times, 10};
        QCOMPARE(behind.positions(), (PositionRange{9, 10}));
        const std::vector<std::uint64_t> edges = pixelEdges(between, 4);
        for (const std::uint64_t edge : edges) QCOMPARE(edge, 5u);
    }
    void whatWasInViewStaysInView() {
        const TimeSteps times = someTimes();
        const TimelineAxis all{wholeTime(times, {1000}), times, 10};
        QCOMPARE(all.unitsOf({2, 5}), (PositionRange{100, 201}));
        QCOMPARE((TimelineAxis{all.unitsOf({2, 5}), times, 10}.positions()), (PositionRange{1, 5}));
        QCOMPARE(all.unitsOf({5, 6}), (PositionRange{1000, 1001}));
        // What is shown of that is what was shown: nothing grows.
        QCOMPARE(all.unitsOf({1, 5}), (PositionRange{100, 201}));
    }
    void withoutTimeThereIsOnePlace() {
        TimeSteps still;
        for (std::uint64_t at = 1; at <= 50; ++at) still.add({at}, {7});
        const TimelineAxis axis{wholeTime(still, {7}), still, 51};
        QCOMPARE(axis.units().length(), 1u);
        QCOMPARE(axis.positions(), (PositionRange{1, 51}));
        QCOMPARE(positionAt(200, axis, 400), 50u);
        const TimeSteps none;
        const TimelineAxis empty{wholeTime(none, {0}), none, 2};
        QCOMPARE(empty.units(), (PositionRange{0, 1}));
        QCOMPARE(empty.positions(), (PositionRange{1, 2}));
        QCOMPARE(columnOf(1, empty, 100), 0.0);
        QVERIFY(TimelineAxis{}.empty());
        QCOMPARE(TimelineAxis{}.positions().length(), 0u);
    }
    void placesAreInTheOrderOfEvents() {
        QRandomGenerator random(9);
        TimeSteps times;
        std::int64_t now = 0;
        for (std::uint64_t at = 1; at <= 2000; ++at) {
            if (random.bounded(3) == 0) now += random.bounded(1'000'000);
            times.add({at}, {now});
        }
        for (int i = 0; i < 100; ++i) {
            const std::uint64_t begin = random.bounded(quint64(now));
            const TimelineAxis axis{
                {begin, begin + 1 + random.bounded(quint32{40'000'000})}, times, 2001};
            double before = -1e18;
            for (std::uint64_t at = 1; at <= 2000; ++at) {
                const double x = columnOf(at, axis, 800);
                QVERIFY(x >= before);
                before = x;
                // Whoever points at where an event is drawn points at it, or at a later one of that
                // pixel.
                if (x < 0 || x >= 800) continue;
                const std::uint64_t under = positionAt(x, axis, 800);
                QVERIFY(under >= at);
                QVERIFY(columnOf(under, axis, 800) < std::floor(x) + 1.001);
            }
            const std::vector<std::uint64_t> edges = pixelEdges(axis, 800);
            for (std::size_t x = 0; x < 800; ++x) {
                QVERIFY(edges[x] <= edges[x + 1]);
                if (edges[x] == edges[x + 1]) continue;
                const double column = columnOf(edges[x], axis, 800);
                QVERIFY(column >= static_cast<double>(x) - 1e-6);
                QVERIFY(column < static_cast<double>(x) + 1.001);
            }
        }
    }
    void aTurnIsFoundByItsPlace() {
        const TimeSteps times = someTimes();
        const TimelineAxis axis{wholeTime(times, {1000}), times, 10};
        constexpr SliceKind kKind = SliceKind::kTurn;
        const SliceList slices{
            {2, 1, kKind}, {3, 1, kKind}, {4, 1, kKind}, {6, 2, kKind}, {8, 1, kKind}};
        QCOMPARE(sliceNearPlace(slices, axis, 0, 901, 4), std::size_t{0});
        QCOMPARE(sliceNearPlace(slices, axis, 3, 901, 4), std::size_t{0});
        QCOMPARE(sliceNearPlace(slices, axis, 50, 901, 4), slices.size());
        QCOMPARE(sliceNearPlace(slices, axis, 98, 901, 4), std::size_t{2});
        QCOMPARE(sliceNearPlace(slices, axis, 103, 901, 4), std::size_t{2});
        QCOMPARE(sliceNearPlace(slices, axis, 898, 901, 4), std::size_t{3});
        QCOMPARE(sliceNearPlace({}, axis, 898, 901, 4), std::size_t{0});
    }
    void whatIsMeasuredIsSaid() {
        Measured what;
        what.positions = {5, 1239};
        what.time = std::chrono::milliseconds{20};
        what.counts.of = {400, 800, 0, 1, 0, 1, 32};
        QCOMPARE(
            measureLines(what),
            (QStringList{QStringLiteral("1,234 events, 5 to 1,238"),
                         QStringLiteral("20 ms of virtual time"),
                         QStringLiteral("400 turns, 800 messages, 1 born, 1 failed, 32 others")}));
        what.counts.exact = false;
        QVERIFY(measureLines(what)[0].startsWith(QStringLiteral("about 1,234")));
        QVERIFY(measureLines(what)[2].startsWith(QStringLiteral("about ")));
        QCOMPARE(measureLines({})[0], QStringLiteral("No event"));
        what.isRead = false;
        what.time.reset();
        QCOMPARE(measureLines(what)[0],
                 QStringLiteral("about 1,234 events read so far, from 5 on"));
        QCOMPARE(measureLines(what).size(), 2);
        what.counts = KindSums::Counts{};
        QCOMPARE(measureLines(what), QStringList{QStringLiteral("Not read yet")});
    }
};

QTEST_GUILESS_MAIN(TestTimelineAxis)
#include "tst_timeline_axis.moc"
