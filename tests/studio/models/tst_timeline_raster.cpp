#include "studio/models/lane_order.h"
#include "studio/models/timeline_raster.h"
#include "studio/session/depth_builder.h"
#include "tests/studio/support/fake_trace.h"

#include <QTest>

#include <cmath>
#include <ctime>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

std::shared_ptr<LaneIndex> oneLane(const std::vector<Slice>& slices) {
    auto out = std::make_shared<LaneIndex>();
    out->lanes.resize(2);
    out->lanes[1].rank = {1};
    out->lanes[1].bornAt = {1};
    out->lanes[1].slices = SliceList{std::span{slices}};
    return out;
}

std::vector<LaneRow> rowsOf(const std::vector<std::uint32_t>& ranks) {
    std::vector<LaneRow> out;
    for (const std::uint32_t rank : ranks)
        out.push_back({LaneRow::Kind::kActor, false, false, rank});
    return out;
}

std::shared_ptr<const LaneGroups> summed(std::shared_ptr<const LaneIndex> lanes,
                                         std::vector<Rank> members) {
    LaneGrouper grouper{std::move(lanes), std::make_shared<const LaneGroups::Members>(
                                              LaneGroups::Members{std::move(members)})};
    const CancelFlag never{false};
    while (grouper.advance(Clock::time_point::max(), never) != WalkEnd::kReachedEnd) {
    }
    return std::make_shared<const LaneGroups>(grouper.take());
}

/// One row that stands for a group.
QImage drawnGroup(const std::shared_ptr<const LaneIndex>& lanes, const LaneGroups* groups,
                  PositionRange visible, int width) {
    TimelineRaster raster;
    raster.setLanes(lanes);
    const std::vector<LaneRow> rows{{LaneRow::Kind::kGroup, false, false, 0}};
    RasterView view;
    view.axis = visible;
    view.rows = rows;
    view.groups = groups;
    QImage image(width, 20, QImage::Format_RGB32);
    raster.render(image, view, Theme::dark());
    return image;
}

QImage drawn(std::shared_ptr<const LaneIndex> lanes, PositionRange visible, int width,
             const Theme& theme = Theme::dark()) {
    TimelineRaster raster;
    raster.setLanes(std::move(lanes));
    const std::vector<LaneRow> rows = rowsOf({1});
    RasterView view;
    view.axis = visible;
    view.rows = rows;
    QImage image(width, 20, QImage::Format_RGB32);
    raster.render(image, view, theme);
    return image;
}

int countOf(const QImage& image, int y, const QColor& color) {
    int count = 0;
    for (int x = 0; x < image.width(); ++x) count += image.pixel(x, y) == color.rgb() ? 1 : 0;
    return count;
}

}  // namespace

class TestTimelineRaster : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aWideChangedTurnFillsItsColumnsAtFullHeight() {
        const QImage image = drawn(oneLane({{10, 5, SliceKind::kChanged}}), {0, 100}, 1000);
        // 5 of 100 positions are 50 pixels; the last stays free to part neighbours.
        for (const int y : {0, 9, 17}) QCOMPARE(countOf(image, y, Theme::dark().changed), 49);
    }
    void kindsDifferInHeightAsWellAsInColour() {
        const QImage turn = drawn(oneLane({{10, 5, SliceKind::kTurn}}), {0, 100}, 1000);
        QCOMPARE(countOf(turn, 0, Theme::dark().turn), 0);
        QCOMPARE(countOf(turn, 9, Theme::dark().turn), 49);
        const QImage dropped = drawn(oneLane({{10, 5, SliceKind::kDropped}}), {0, 100}, 1000);
        QCOMPARE(countOf(dropped, 9, Theme::dark().warning), 0);
        QCOMPARE(countOf(dropped, 17, Theme::dark().warning), 49);
    }
    void narrowTurnsAreDensityOfOneHue() {
        std::vector<Slice> slices;
        for (std::uint64_t p = 0; p < 1000; p += 2) slices.push_back({p, 1, SliceKind::kChanged});
        const QImage image = drawn(oneLane(slices), {0, 1000}, 500);
        QCOMPARE(countOf(image, 9, Theme::dark().changed), 0);
        QSet<QRgb> colours;
        for (int x = 0; x < 500; ++x) colours << image.pixel(x, 9);
        QCOMPARE(colours.size(), 1);
        QVERIFY(!colours.contains(Theme::dark().laneAlive.rgb()));
    }
    void rowsOfAFractionalPitchDoNotDrift() {
        // 1.25 times 22: labels and clicks go by the exact pitch, far down as well.
        auto lanes = std::make_shared<LaneIndex>();
        lanes->lanes.resize(101);
        for (std::uint32_t rank = 1; rank <= 100; ++rank) {
            lanes->lanes[rank].rank = {rank};
            lanes->lanes[rank].bornAt = {rank == 90 ? 1u : 1000u};
        }
        TimelineRaster raster;
        raster.setLanes(lanes);
        std::vector<std::uint32_t> ranks(100);
        for (std::uint32_t i = 0; i < 100; ++i) ranks[i] = i + 1;
        const std::vector<LaneRow> rows = rowsOf(ranks);
        RasterView view;
        view.axis = {0, 100};
        view.rows = rows;
        view.pitchPx = 22 * 1.25;
        QImage image(10, 2750, QImage::Format_RGB32);
        raster.render(image, view, Theme::dark());
        const QRgb alive = Theme::dark().laneAlive.rgb();
        // Row 89 from 2447.5 to 2475, less the gap of two pixels.
        QVERIFY(image.pixel(5, 2446) != alive);
        QCOMPARE(image.pixel(5, 2449), alive);
        QCOMPARE(image.pixel(5, 2472), alive);
        QVERIFY(image.pixel(5, 2475) != alive);
    }
    void aSingleFailureIsSeenInTheOverview() {
        std::vector<Slice> slices;
        for (std::uint64_t p = 0; p < 1'000'000; p += 10)
            slices.push_back({p, 3, p == 500'000 ? SliceKind::kFailed : SliceKind::kTurn});
        const QImage image = drawn(oneLane(slices), {0, 1'000'000}, 1000);
        QCOMPARE(countOf(image, 9, Theme::dark().failure), 1);
        QCOMPARE(image.pixel(500, 9), Theme::dark().failure.rgb());
    }
    void lifeIsTheBackground() {
        auto lanes = oneLane({});
        lanes->lanes[1].bornAt = {25};
        lanes->lanes[1].endedAt = {74};
        const QImage image = drawn(lanes, {0, 100}, 100);
        QCOMPARE(countOf(image, 9, Theme::dark().laneAlive), 50);
        QCOMPARE(countOf(image, 9, Theme::dark().laneDead), 50);
    }
    void equalInputGivesEqualPixels() {
        const auto lanes = fake::lanes(3, 50'000);
        QCOMPARE(drawn(lanes, {1, 50'001}, 777), drawn(lanes, {1, 50'001}, 777));
        QVERIFY(drawn(lanes, {1, 50'001}, 777) != drawn(lanes, {1, 50'001}, 777, Theme::light()));
    }
    void theSummaryAgreesWithTheTurnsThemselves() {
        std::vector<Slice> slices;
        for (std::uint64_t p = 0; p < 400'000; p += p < 200'000 ? 4 : 40)
            slices.push_back({p, 2, SliceKind::kTurn});
        const QImage mipped = drawn(oneLane(slices), {0, 400'000}, 500);
        const QColor dense = mipped.pixelColor(100, 9), sparse = mipped.pixelColor(400, 9);
        QVERIFY(dense.lightness() > sparse.lightness());
        QVERIFY(sparse != Theme::dark().laneAlive);
    }
    void aGroupOfOneIsDrawnAsItsMember() {
        // Close enough for single turns to be drawn, hue and all.
        const auto lanes = oneLane({{10, 5, SliceKind::kChanged}, {30, 2, SliceKind::kDropped}});
        const auto groups = summed(lanes, {{1}});
        QCOMPARE(drawnGroup(lanes, groups.get(), {0, 100}, 1000), drawn(lanes, {0, 100}, 1000));
    }
    void aGroupShowsWhatAllItsMembersDid() {
        auto lanes = std::make_shared<LaneIndex>();
        lanes->lanes.resize(101);
        for (std::uint32_t rank = 1; rank <= 100; ++rank) {
            lanes->lanes[rank].rank = {rank};
            lanes->lanes[rank].bornAt = {1};
            // A hundredth of the trace each, one after the other; the 70th fails in the middle.
            for (std::uint64_t i = 0; i < 500; ++i)
                lanes->lanes[rank].slices.add(
                    {(rank - 1) * 10'000 + i * 20, 20,
                     rank == 70 && i == 250 ? SliceKind::kFailed : SliceKind::kTurn});
        }
        std::vector<Rank> some;
        for (std::uint32_t rank = 1; rank <= 80; ++rank) some.push_back({rank});
        const auto groups = summed(lanes, some);
        const QImage image = drawnGroup(lanes, groups.get(), {0, 1'000'000}, 1000);
        QCOMPARE(countOf(image, 9, Theme::dark().failure), 1);
        QCOMPARE(image.pixel(695, 9), Theme::dark().failure.rgb());
        // All of the first 80 % is busy, and nothing behind.
        QSet<QRgb> busy, idle;
        for (int x = 0; x < 799; ++x)
            if (x != 695) busy << image.pixel(x, 9);
        for (int x = 801; x < 1000; ++x) idle << image.pixel(x, 9);
        QCOMPARE(busy.size(), 1);
        QCOMPARE(idle, QSet<QRgb>{Theme::dark().laneAlive.rgb()});
        QVERIFY(!busy.contains(Theme::dark().laneAlive.rgb()));
    }
    void aGroupThatIsNotSummedUpYetIsEmpty() {
        const auto lanes = oneLane({{10, 5, SliceKind::kChanged}});
        const QImage image = drawnGroup(lanes, nullptr, {0, 100}, 100);
        QCOMPARE(countOf(image, 9, Theme::dark().laneAlive), 100);
        const auto nobody = summed(lanes, {});
        QCOMPARE(drawnGroup(lanes, nobody.get(), {0, 100}, 100), image);
    }
    void byTimeWhatIsOfOneInstantIsAtOnePlace() {
        TimeSteps times;
        for (std::uint64_t at = 1; at <= 100; ++at) times.add({at}, {at <= 50 ? 100 : 900});
        TimelineRaster raster;
        raster.setLanes(oneLane({{10, 1, SliceKind::kTurn},
                                 {12, 1, SliceKind::kChanged},
                                 {90, 1, SliceKind::kFailed}}));
        const std::vector<LaneRow> rows = rowsOf({1});
        RasterView view;
        view.axis = {{0, 1000}, times, 101};
        view.rows = rows;
        QImage image(1000, 20, QImage::Format_RGB32);
        raster.render(image, view, Theme::dark());
        const Theme& theme = Theme::dark();
        QCOMPARE(image.pixel(50, 9), theme.laneDead.rgb());  // before it was born
        QCOMPARE(image.pixel(500, 9), theme.laneAlive.rgb());
        // The gravest of an instant is what is seen of it.
        for (const int y : {0, 9, 17}) QCOMPARE(image.pixel(100, y), theme.changed.rgb());
        QCOMPARE(image.pixel(101, 9), theme.changed.rgb());
        QCOMPARE(image.pixel(900, 9), theme.failure.rgb());
        QCOMPARE(countOf(image, 9, theme.failure), TimelineRaster::kHuePx);
        // Far out all of it is one pixel beside another, and the failure is seen.
        view.axis = {{0, 100'000}, times, 101};
        raster.render(image, view, theme);
        QCOMPARE(image.pixel(9, 9), theme.failure.rgb());
    }
    void byTimeManyTurnsOfAnInstantAreAsDenseAsTheyAre() {
        std::vector<Slice> slices;
        TimeSteps times;
        for (std::uint64_t at = 1; at <= 100'000; ++at) {
            times.add({at}, {at <= 50'000 ? 100 : 101});
            if (at % 2 == 0) slices.push_back({at, 1, SliceKind::kTurn});
        }
        slices.back().kind = SliceKind::kFailed;
        TimelineRaster raster;
        raster.setLanes(oneLane(slices));
        const std::vector<LaneRow> rows = rowsOf({1});
        RasterView view;
        view.axis = {{0, 1000}, times, 100'001};
        view.rows = rows;
        QImage image(1000, 20, QImage::Format_RGB32);
        raster.render(image, view, Theme::dark());
        QCOMPARE(raster.mipCount(), std::size_t{1});
        // Half of all events of that instant.
        const double half = std::log2(1.0 + LaneCell::kFull / 2.0) / 14.0;
        const QColor expected = mixed(Theme::dark().rampLow, Theme::dark().rampHigh, half);
        const QColor shown = image.pixelColor(100, 9);
        QVERIFY(std::abs(shown.red() - expected.red()) <= 3 &&
                std::abs(shown.green() - expected.green()) <= 3);
        QCOMPARE(image.pixel(101, 9), Theme::dark().failure.rgb());
        QCOMPARE(image.pixel(103, 9), Theme::dark().laneAlive.rgb());
    }
    void queuesOfManyLanesCostPixels() {
        constexpr std::uint32_t kLanes = 60;
        DepthBuilder builder;
        builder.know({0}, {});
        std::uint32_t seed = 7;
        for (std::uint64_t at = 1; at <= 3'000'000; ++at) {
            seed = seed * 1664525 + 1013904223;
            const Rank rank{(seed >> 8U) % kLanes + 1};
            const bool comes = (seed >> 20U) % 2 == 0;
            builder.add({at}, {comes ? EventKind::kSend : EventKind::kDeliver, rank, rank},
                        kLanes + 1);
        }
        const QueueDepths depths = builder.depths({3'000'001}, {3'000'001});
        QVERIFY(depths.coarsest > 0);
        const auto lanes = fake::lanes(kLanes, 3000);
        const auto rows = rowsOf(treeOrder(*fake::actors(kLanes), *lanes));
        TimelineRaster raster;
        raster.setLanes(lanes);
        QImage image(1700, 1040, QImage::Format_RGB32);
        std::vector<double> frames;
        PositionRange visible{1, 3'000'001};
        for (int frame = 0; frame < 40; ++frame) {
            RasterView view;
            view.axis = visible;
            view.rows = rows;
            view.queuePx = 5;
            view.depths = &depths;
            view.depthFull = depths.greatest;
            const std::clock_t begin = std::clock();
            raster.render(image, view, Theme::dark());
            frames.push_back(1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
            visible = zoomed(visible, 0.37, 0.8, {1, 3'000'001});
        }
        std::sort(frames.begin(), frames.end());
        qInfo("frame with queues: median %.2f ms, p95 %.2f ms", frames[20], frames[38]);
#ifdef NDEBUG
        QVERIFY(frames[38] < 24);
#endif
    }
    void theSelectedRowHasItsOwnBackground() {
        TimelineRaster raster;
        raster.setLanes(oneLane({}));
        const std::vector<LaneRow> rows = rowsOf({1, 1});
        RasterView view;
        view.axis = {0, 100};
        view.rows = rows;
        view.selectedRow = 1;
        QImage image(10, 40, QImage::Format_RGB32);
        raster.render(image, view, Theme::dark());
        QCOMPARE(image.pixel(5, 5), Theme::dark().laneAlive.rgb());
        QCOMPARE(image.pixel(5, 25), Theme::dark().laneSelected.rgb());
    }
    void aFrameOfTenThousandLanesIsFast() {
        const auto lanes = fake::lanes(9'999, 6'000'000);
        const auto order = rowsOf(treeOrder(*fake::actors(9'999), *lanes));
        TimelineRaster raster;
        raster.setLanes(lanes);
        QImage image(1700, 1040, QImage::Format_RGB32);
        std::vector<double> frames;
        PositionRange visible{1, 6'000'001};
        for (int frame = 0; frame < 60; ++frame) {
            RasterView view;
            view.axis = visible;
            view.rows = order;
            view.firstRow = static_cast<std::size_t>(frame) * 150;
            view.pitchPx = 4;
            view.gapPx = 1;
            const std::clock_t begin = std::clock();
            raster.render(image, view, Theme::dark());
            frames.push_back(1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
            visible = zoomed(visible, 0.37, 0.8, {1, 6'000'001});
        }
        std::sort(frames.begin(), frames.end());
        qInfo("frame: median %.2f ms, p95 %.2f ms", frames[30], frames[57]);
#ifdef NDEBUG
        QVERIFY(frames[57] < 24);  // 8 ms is the promise; a shared machine gets three times that
#endif
    }
};

QTEST_GUILESS_MAIN(TestTimelineRaster)
#include "tst_timeline_raster.moc"
