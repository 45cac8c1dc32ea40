// Regions in pixels.
#include "studio/models/region_bars.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

RegionSpan region(std::uint64_t opened, std::uint64_t closing, std::uint64_t closed,
                  std::uint64_t cancelled = 0) {
    RegionSpan out;
    out.region = {4};
    out.opened = {opened};
    out.closing = {closing};
    out.closed = {closed};
    out.cancelled = {cancelled};
    return out;
}

}  // namespace

class TestRegionBars : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void itIsOpenThenClosingThenClosed() {
        QCOMPARE(regionBar(region(10, 30, 60), PositionRange{0, 100}, 1000),
                 (std::optional<RegionBar>{{105, 305, 606, true, {}, false}}));
        // The end of the view is not its own.
        QCOMPARE(regionBar(region(10, 30, 60), PositionRange{0, 50}, 500),
                 (std::optional<RegionBar>{{105, 305, 500, false, {}, false}}));
        QCOMPARE(regionBar(region(10, 0, 0), PositionRange{20, 30}, 100),
                 (std::optional<RegionBar>{{0, 100, 100, false, {}, false}}));
        // It was closing before the view.
        QCOMPARE(regionBar(region(10, 15, 0), PositionRange{20, 30}, 100),
                 (std::optional<RegionBar>{{0, 0, 100, false, {}, false}}));
    }
    void farOutOfViewItLiesAtTheEdge() {
        const std::uint64_t far = std::uint64_t{1} << 60;
        QCOMPARE(regionBar(region(10, 0, 0), PositionRange{far, far + 10}, 1000),
                 (std::optional<RegionBar>{{0, 1000, 1000, false, {}, false}}));
        // Instants between which there is next to nothing.
        TimeSteps times;
        times.add({1}, {0});
        times.add({2}, {INT64_MAX - 10});
        const TimelineAxis axis{
            {static_cast<std::uint64_t>(INT64_MAX) - 12, static_cast<std::uint64_t>(INT64_MAX) - 2},
            times,
            3};
        const auto bar = regionBar(region(1, 0, 2), axis, 1000);
        QVERIFY(bar.has_value());
        QCOMPARE(bar->x0, 0);
    }
    void whatIsNotInViewIsNotDrawn() {
        QVERIFY(!regionBar(region(10, 30, 60), PositionRange{61, 100}, 1000));
        QVERIFY(!regionBar(region(10, 30, 60), PositionRange{1, 10}, 1000));
        QVERIFY(!regionBar(region(10, 30, 60), PositionRange{1, 100}, 0));
        QVERIFY(!regionBar(region(10, 30, 60), PositionRange{}, 100));
        QVERIFY(regionBar(region(10, 30, 60), PositionRange{60, 61}, 100));
    }
    void whoWasAskedToEndIsHollowFromThereOn() {
        const auto seen = regionBar(region(10, 30, 60, 20), PositionRange{0, 100}, 100);
        QCOMPARE(seen->cancelled, std::optional{20});
        QVERIFY(seen->wasCancelled);
        const auto before = regionBar(region(10, 30, 60, 20), PositionRange{25, 100}, 100);
        QVERIFY(before->wasCancelled && !before->cancelled);
        const auto behind = regionBar(region(10, 30, 60, 20), PositionRange{0, 15}, 100);
        QVERIFY(!behind->wasCancelled);
    }
    void byTimeItLiesAtItsInstants() {
        TimeSteps times;
        for (std::uint64_t at = 1; at <= 100; ++at)
            times.add({at}, {static_cast<std::int64_t>(at / 10 * 100)});
        const TimelineAxis axis{{0, 1000}, times, 101};
        const auto bar = regionBar(region(10, 30, 35), axis, 1000);
        QCOMPARE(bar->x0, 100);
        QCOMPARE(bar->closing, 300);
        QCOMPARE(bar->x1, 301);
    }
};

QTEST_GUILESS_MAIN(TestRegionBars)
#include "tst_region_bars.moc"
