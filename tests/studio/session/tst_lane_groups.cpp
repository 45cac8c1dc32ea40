// Lanes of groups against the lanes of their members, position by position.
#include "studio/session/lane_groups.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

const CancelFlag kNever{false};

std::shared_ptr<LaneIndex> lanesOf(std::size_t count) {
    auto out = std::make_shared<LaneIndex>();
    out->lanes.resize(count);
    for (std::uint32_t rank = 0; rank < count; ++rank) out->lanes[rank].rank = {rank};
    return out;
}

LaneGroups summed(std::shared_ptr<const LaneIndex> lanes, LaneGroups::Members members) {
    LaneGrouper grouper{std::move(lanes),
                        std::make_shared<const LaneGroups::Members>(std::move(members))};
    // No time at all: every lane is a slice of its own.
    while (grouper.advance(Clock::time_point{}, kNever) == WalkEnd::kOutOfTime) {
    }
    return grouper.take();
}

}  // namespace

class TestLaneGroups : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyBinHoldsWhatItsMembersOwnThere() {
        std::mt19937 random{7};
        auto lanes = lanesOf(12);
        std::vector<std::uint64_t> owned(20'001);  // by position: how many of the group own it
        std::vector<std::uint8_t> failed(20'001);
        for (std::uint64_t at = 40; at + 40 < owned.size();) {
            const auto rank = static_cast<std::uint32_t>(1 + random() % 11);
            const auto length = static_cast<std::uint32_t>(1 + random() % 9);
            const SliceKind kind = random() % 50 == 0 ? SliceKind::kFailed : SliceKind::kTurn;
            lanes->lanes[rank].slices.add({at, length, kind});
            for (std::uint64_t p = at; p < at + length && rank <= 5; ++p) {
                ++owned[p];
                failed[p] |= kind == SliceKind::kFailed ? 1 : 0;
            }
            at += length + random() % 4;
        }
        const LaneGroups groups = summed(lanes, {{{1}, {2}, {3}, {4}, {5}}, {{6}}});
        const LaneMip& mip = groups.groups[0].mip;
        for (unsigned log = mip.finestLog(); log < 16; ++log) {
            const LaneMip::Level level = mip.level(log);
            if (level.log != log) break;
            for (std::uint64_t bin = 0; bin << log < owned.size(); ++bin) {
                std::uint64_t sum = 0;
                bool anyFailed = false;
                const std::uint64_t end = std::min<std::uint64_t>((bin + 1) << log, owned.size());
                for (std::uint64_t p = bin << log; p < end; ++p)
                    sum += owned[p], anyFailed |= failed[p] != 0;
                const LaneCell cell = level.at(bin);
                QCOMPARE(cell.share() != 0, sum != 0);
                QCOMPARE(cell.failed(), anyFailed);
                const double share = static_cast<double>(sum) / static_cast<double>(1u << log);
                // Each level up rounds down once.
                QVERIFY(std::abs(static_cast<double>(cell.share()) / LaneCell::kFull - share) <
                        0.001 * (log - mip.finestLog() + 1));
            }
        }
        QCOMPARE(groups.groups[1].mip.empty(), false);
    }
    void birthInsideATurnOfAnotherFillsNoBinTwice() {
        auto lanes = lanesOf(3);
        lanes->lanes[1].slices = {{0, 8, SliceKind::kTurn}};
        lanes->lanes[2].slices = {{2, 1, SliceKind::kBorn}, {8, 8, SliceKind::kTurn}};
        const LaneGroups groups = summed(lanes, {{{1}, {2}}});
        const LaneMip::Level level = groups.groups[0].mip.level(0);
        for (std::uint64_t bin = 0; bin < level.cells.size(); ++bin)
            QCOMPARE(level.at(bin).share(), LaneCell::kFull);
    }
    void signsOfAllMembersStandInOrder() {
        auto lanes = lanesOf(3);
        lanes->lanes[1].marks = {{10, LaneMark::Kind::kRestart}, {30, LaneMark::Kind::kLeak}};
        lanes->lanes[2].marks = {{20, LaneMark::Kind::kCancel}};
        lanes->lanes[1].slices = {{5, 3, SliceKind::kFailed}};
        lanes->lanes[2].slices = {{2, 1, SliceKind::kFailed}, {9, 1, SliceKind::kTurn}};
        const LaneGroups groups = summed(lanes, {{{1}, {2}}});
        const std::vector<LaneMark> marks{{10, LaneMark::Kind::kRestart},
                                          {20, LaneMark::Kind::kCancel},
                                          {30, LaneMark::Kind::kLeak}};
        QVERIFY(groups.groups[0].marks == marks);
        // A turn that fails ends with its failure.
        QCOMPARE(groups.groups[0].failures, (std::vector<std::uint64_t>{2, 7}));
    }
    void aGroupLivesFromTheFirstBirthToTheLastEnd() {
        auto lanes = lanesOf(4);
        lanes->lanes[1].bornAt = {5}, lanes->lanes[1].endedAt = {9};
        lanes->lanes[2].bornAt = {3}, lanes->lanes[2].endedAt = {20};
        lanes->lanes[3].bornAt = {7};
        const LaneGroups groups = summed(lanes, {{{1}, {2}}, {{1}, {3}}, {}, {{77}}});
        QCOMPARE(groups.groups[0].bornAt, Position{3});
        QCOMPARE(groups.groups[0].endedAt, Position{20});
        QCOMPARE(groups.groups[1].bornAt, Position{5});
        QCOMPARE(groups.groups[1].endedAt, Position{});
        for (const std::size_t none : {2u, 3u}) {
            QVERIFY(groups.groups[none].mip.empty());
            QCOMPARE(groups.groups[none].bornAt, Position{});
        }
    }
    void ofALongTraceTheBinsAreWider() {
        const std::uint64_t last = std::uint64_t{1} << 30;
        LaneMipSum sum{1, last, last / 2};
        sum.add({{1, 1, SliceKind::kTurn}, {last - 1, 1, SliceKind::kFailed}});
        const LaneMip mip = sum.take();
        const LaneMip::Level finest = mip.level(0);
        QVERIFY(finest.cells.size() <= LaneMipSum::kBinsMax + 1);
        QVERIFY(finest.cells.size() >= LaneMipSum::kBinsMax / 2);
        QVERIFY(finest.cells.front().share() > 0 && !finest.cells.front().failed());
        QVERIFY(finest.cells.back().failed());
    }
    void nothingSumsUpToNothing() {
        QVERIFY(LaneMipSum(5, 5, 0).take().empty());
        QVERIFY(LaneMipSum(UINT64_MAX, 0, 0).take().empty());
        QVERIFY(LaneMipSum(1, 100, 10).take().empty());
    }
    void whoCancelsGetsNoAnswer() {
        LaneGrouper grouper{
            lanesOf(2), std::make_shared<const LaneGroups::Members>(LaneGroups::Members{{{1}}})};
        const CancelFlag cancelled{true};
        QCOMPARE(grouper.advance(Clock::now() + std::chrono::hours{1}, cancelled),
                 WalkEnd::kCancelled);
    }
};

QTEST_GUILESS_MAIN(TestLaneGroups)
#include "tst_lane_groups.moc"
