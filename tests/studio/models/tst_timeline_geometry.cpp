#include "studio/models/timeline_geometry.h"

#include <QTest>

using namespace ariadne::studio;

class TestTimelineGeometry : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void columnsOfTheRangeEndsAreTheEdges() {
        QCOMPARE(columnOf(100, {100, 200}, 50), 0.0);
        QCOMPARE(columnOf(200, {100, 200}, 50), 50.0);
        QCOMPARE(columnOf(50, {100, 200}, 50), -25.0);
    }
    void emptyRangeMapsEverythingToZero() {
        QCOMPARE(columnOf(7, {5, 5}, 100), 0.0);
        QCOMPARE(positionAt(50, {5, 5}, 100), std::uint64_t{5});
    }
    void neighboursFarOutAreStillOneColumnApart() {
        const std::uint64_t far = std::uint64_t{1} << 60;
        QCOMPARE(columnOf(far + 1, {far, far + 10}, 100), 10.0);
        QCOMPARE(positionAt(15, {far, far + 10}, 100), far + 1);
    }
    void everyColumnMapsBackToItsPosition() {
        const PositionRange range{1000, 1077};
        for (std::uint64_t p = range.begin; p < range.end; ++p)
            QCOMPARE(positionAt(centreOf(p, range, 640), range, 640), p);
    }
    void pixelsOutsideAreClamped() {
        QCOMPARE(positionAt(-5, {10, 20}, 100), std::uint64_t{10});
        QCOMPARE(positionAt(500, {10, 20}, 100), std::uint64_t{19});
        QCOMPARE(positionAt(5, {10, 20}, 0), std::uint64_t{10});
    }
    void zoomKeepsWhatIsUnderTheMouse() {
        const PositionRange whole{1, 1'000'001};
        PositionRange range{1, 1'000'001};
        for (int i = 0; i < 12; ++i) {
            const std::uint64_t before = positionAt(0.25 * 1000, range, 1000);
            range = zoomed(range, 0.25, 0.5, whole);
            const std::uint64_t after = positionAt(0.25 * 1000, range, 1000);
            QVERIFY(std::max(before, after) - std::min(before, after) <= 1 + range.length() / 500);
        }
    }
    void zoomStopsAtEightPositionsAndAtTheWhole() {
        const PositionRange whole{1, 101};
        QCOMPARE(zoomed({40, 50}, 0.5, 0.001, whole).length(), kVisibleMin);
        QCOMPARE(zoomed({40, 50}, 0.5, 1000, whole), whole);
        QCOMPARE(zoomed({1, 4}, 0.5, 0.1, {1, 4}), (PositionRange{1, 4}));
    }
    void panStopsAtTheEnds() {
        const PositionRange whole{1, 101};
        QCOMPARE(moved({10, 20}, -50, whole), (PositionRange{1, 11}));
        QCOMPARE(moved({10, 20}, 500, whole), (PositionRange{91, 101}));
        QCOMPARE(moved({10, 20}, INT64_MIN, whole), (PositionRange{1, 11}));
        QCOMPARE(moved({10, 20}, INT64_MAX, whole), (PositionRange{91, 101}));
    }
    void showingMovesOnlyWhenNeeded() {
        const PositionRange whole{1, 1001};
        QCOMPARE(showing(150, {100, 200}, whole), (PositionRange{100, 200}));
        QCOMPARE(showing(500, {100, 200}, whole), (PositionRange{450, 550}));
        QCOMPARE(showing(1000, {901, 1001}, whole), (PositionRange{901, 1001}));
    }
    void ticksAreRoundAndFarEnoughApart() {
        QCOMPARE(tickStep({0, 1000}, 1000, 90), std::uint64_t{100});
        QCOMPARE(tickStep({0, 1000}, 1000, 101), std::uint64_t{200});
        QCOMPARE(tickStep({0, 10}, 1000, 90), std::uint64_t{1});
        QVERIFY(tickStep({0, UINT64_MAX}, 1000, 90) >= UINT64_MAX / 20);
    }
    void sliderEndsAreTheEnds() {
        for (const std::uint64_t last : {std::uint64_t{1}, std::uint64_t{17},
                                         std::uint64_t{901'220}, std::uint64_t{1} << 62}) {
            QCOMPARE(sliderOf(last, last), kSliderSteps);
            QCOMPARE(sliderOf(0, last), 0);
            QCOMPARE(positionOfSlider(kSliderSteps, last), last);
            QCOMPARE(positionOfSlider(0, last), std::uint64_t{0});
        }
        for (std::uint64_t p = 0; p <= 17; ++p) QCOMPARE(positionOfSlider(sliderOf(p, 17), 17), p);
    }
    void anEmptyTraceStillHasAnAxis() { QVERIFY(wholeOf(0).length() > 0); }
};

QTEST_GUILESS_MAIN(TestTimelineGeometry)
#include "tst_timeline_geometry.moc"
