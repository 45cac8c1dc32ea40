#include "studio/session/depth_builder.h"
#include "studio/views/line_clip.h"
#include "studio/views/timeline_view.h"
#include "tests/studio/support/fake_trace.h"
#include "tests/studio/support/screen.h"

#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

void wheel(TimelineView& view, QPoint at, int delta, Qt::KeyboardModifiers keys) {
    QWheelEvent event(at, view.viewport()->mapToGlobal(QPointF(at)), {}, {0, delta}, Qt::NoButton,
                      keys, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(view.viewport(), &event);
}

/// What the session answers to groupsWanted().
std::shared_ptr<const LaneGroups> groupsOf(const TimelineView& view) {
    LaneGrouper grouper{fake::lanes(20, 3000), view.arrangement().members};
    const CancelFlag never{false};
    while (grouper.advance(Clock::time_point::max(), never) != WalkEnd::kReachedEnd) {
    }
    return std::make_shared<const LaneGroups>(grouper.take());
}

/// Lanes whose first `readTo` events were read: a microsecond passes with each, and times are told
/// of bins of 16 events or less.
std::shared_ptr<const LaneIndex> coarseLanes(std::uint64_t readTo = 3000) {
    auto sums = std::make_shared<TimelineSums>();
    sums->times = TimeSteps{200};
    for (std::uint64_t at = 1; at <= readTo; ++at) {
        sums->times.add({at}, {static_cast<std::int64_t>(at) * 1000});
        sums->kinds.add({at}, EventKind::kSend);
    }
    sums->next = sums->depths.next = {readTo + 1};
    auto lanes = std::make_shared<LaneIndex>(*fake::lanes(20, 3000));
    lanes->sums = std::move(sums);
    return lanes;
}

/// The same of a stretch, exactly.
std::shared_ptr<const TimelineSums> fineSums(PositionRange of) {
    auto sums = std::make_shared<TimelineSums>();
    sums->kinds = KindSums{{of.begin}};
    for (std::uint64_t at = of.begin; at < of.end; ++at) {
        sums->times.add({at}, {static_cast<std::int64_t>(at) * 1000});
        sums->kinds.add({at}, EventKind::kSend);
    }
    sums->first = {of.begin};
    sums->next = {of.end};
    return sums;
}

/// In a lane, at that place of the axis.
QPoint pointAt(const TimelineView& view, std::uint64_t unit) {
    const QRect area = view.laneArea();
    const double x = centreOf(unit, view.axis().units(), area.width());
    return {area.x() + static_cast<int>(x), area.y() + 60};
}

/// Drags over the lanes from one place of the axis to another.
void drag(TimelineView& view, Qt::MouseButton button, std::uint64_t from, std::uint64_t to) {
    const QPoint end = pointAt(view, to);
    QTest::mousePress(view.viewport(), button, {}, pointAt(view, from));
    QTest::mouseMove(view.viewport(), end);
    QTest::mouseRelease(view.viewport(), button, {}, end);
}

void measure(TimelineView& view, std::uint64_t from, std::uint64_t to) {
    drag(view, Qt::LeftButton, from, to);
}

}  // namespace

class TestTimelineView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        view_ = std::make_unique<TimelineView>();
        view_->resize(900, 300);
        view_->setActors(fake::actors(20));
        view_->setLanes(fake::lanes(20, 3000));
        view_->setLastPosition({3000});
        view_->show();
        QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
    }
    void whatIsPaintedInPartLooksAsAWhole_data() {
        QTest::addColumn<quint64>("begin");
        QTest::addColumn<quint64>("end");
        QTest::addRow("all") << quint64{1} << quint64{3001};
        QTest::addRow("a part") << quint64{1000} << quint64{1500};
        QTest::addRow("event by event") << quint64{1000} << quint64{1040};
    }
    void whatIsPaintedInPartLooksAsAWhole() {
        QFETCH(quint64, begin);
        QFETCH(quint64, end);
        view_->setSelected({2});
        auto arrows = std::make_shared<ArrowSet>();
        arrows->rank = {2};
        for (std::uint64_t at = 990; at < 1100; at += 10)
            arrows->arrows.push_back({{at}, {at + 25}, {3}, {2}});
        arrows->total = arrows->arrows.size();
        view_->setArrows(arrows);
        view_->setVisible64({begin, end});
        // Steps, also to where an arrow begins or ends; far away; to where nobody was born yet.
        const std::vector<std::uint64_t> path{1004, 1005, 1004, 1009, 1010, 1011, 1015, 1016,
                                              1200, 1499, 2,    15,   3,    0,    3000, 1007};
        for (const std::uint64_t at : path) {
            view_->setPosition({at});
            QVERIFY2(showsWhatItWouldPaint(*view_), qPrintable(QString::number(at)));
        }
    }
    void clickInALaneGoesToTheTurnAndSelectsTheActor() {
        QSignalSpy position(view_.get(), &TimelineView::positionRequested);
        QSignalSpy actor(view_.get(), &TimelineView::actorSelected);
        view_->setVisible64({21, 121});
        const QRect area = view_->laneArea();
        // Turns begin at 22; the first belongs to rank 1, row 0.
        const int x =
            area.x() + static_cast<int>(columnOf(23, PositionRange{21, 121}, area.width())) + 2;
        QTest::mouseClick(view_->viewport(), Qt::LeftButton, {}, {x, area.y() + 5});
        QCOMPARE(actor.size(), 1);
        QCOMPARE(actor[0][0].toUInt(), 1u);
        QCOMPARE(position.size(), 1);
        QCOMPARE(position[0][0].toULongLong(), 23u);
    }
    void clickOnALabelSelectsWithoutMoving() {
        QSignalSpy position(view_.get(), &TimelineView::positionRequested);
        QSignalSpy actor(view_.get(), &TimelineView::actorSelected);
        QTest::mouseClick(view_->viewport(), Qt::LeftButton, {},
                          {20, view_->laneArea().y() + view_->lanePitch() + 4});
        QCOMPARE(actor[0][0].toUInt(), 2u);
        QCOMPARE(position.size(), 0);
    }
    void draggingTheRulerScrubs() {
        QSignalSpy position(view_.get(), &TimelineView::positionRequested);
        const QRect area = view_->laneArea();
        QTest::mousePress(view_->viewport(), Qt::LeftButton, {}, {area.x() + 100, 10});
        QTest::mouseMove(view_->viewport(), {area.x() + 300, 10});
        QTest::mouseRelease(view_->viewport(), Qt::LeftButton, {}, {area.x() + 300, 10});
        QVERIFY(position.size() >= 2);
        QVERIFY(position.back()[0].toULongLong() > position.front()[0].toULongLong());
    }
    void controlWheelZoomsAtTheMouse() {
        const QRect area = view_->laneArea();
        const QPoint at(area.x() + area.width() / 4, area.y() + 30);
        const std::uint64_t before =
            positionAt(at.x() - area.x(), view_->visiblePositions(), area.width());
        wheel(*view_, at, 480, Qt::ControlModifier);
        QVERIFY(view_->visiblePositions().length() < 2000);
        const std::uint64_t after =
            positionAt(at.x() - area.x(), view_->visiblePositions(), area.width());
        QVERIFY(std::max(before, after) - std::min(before, after) <= 5);
    }
    void shiftWheelPansAndWheelScrolls() {
        view_->setVisible64({1000, 1200});
        wheel(*view_, {400, 100}, -120, Qt::ShiftModifier);
        QCOMPARE(view_->visiblePositions(), (PositionRange{1020, 1220}));
        wheel(*view_, {400, 100}, -120, {});
        QCOMPARE(view_->verticalScrollBar()->value(), 3 * view_->lanePitch());
    }
    void upAndDownScrollLanesAndOtherKeysAreTheWindows() {
        QTest::keyClick(view_.get(), Qt::Key_Down);
        QCOMPARE(view_->verticalScrollBar()->value(), view_->lanePitch());
        QTest::keyClick(view_.get(), Qt::Key_Up);
        QCOMPARE(view_->verticalScrollBar()->value(), 0);
        view_->setVisible64({1000, 1200});
        for (const Qt::Key key : {Qt::Key_W, Qt::Key_A, Qt::Key_S, Qt::Key_D})
            QTest::keyClick(view_.get(), key);
        QCOMPARE(view_->visiblePositions(), (PositionRange{1000, 1200}));
        view_->panBy(0.1);
        QCOMPARE(view_->visiblePositions(), (PositionRange{1020, 1220}));
        view_->zoomAtPosition(0.7);
        QVERIFY(view_->visiblePositions().length() < 200);
    }
    void centreTwiceShowsEverything() {
        view_->setVisible64({1000, 1200});
        view_->setPosition({2000});
        view_->centreOrFit();
        QCOMPARE(view_->visiblePositions(), (PositionRange{1900, 2100}));
        view_->centreOrFit();
        QCOMPARE(view_->visiblePositions(), view_->wholeAxis());
    }
    void aViewOfEverythingGrowsWithTheTrace() {
        view_->setLastPosition({5000});
        QCOMPARE(view_->visiblePositions(), wholeOf(5000));
        view_->setVisible64({10, 20});
        view_->setLastPosition({6000});
        QCOMPARE(view_->visiblePositions(), (PositionRange{10, 20}));
    }
    void idleLanesCanBeHidden() {
        view_->setVisible64({22, 31});  // three turns: ranks 1, 2, 3
        view_->setHideIdleLanes(true);
        QVERIFY(view_->rowOfRank({3}).has_value());
        QVERIFY(!view_->rowOfRank({9}).has_value());
        view_->setSelected({9});
        QVERIFY(view_->rowOfRank({9}).has_value());
    }
    void aCollapsedGroupTakesTheLanesOfItsMembers() {
        QSignalSpy wanted(view_.get(), &TimelineView::groupsWanted);
        LaneChoices choices;
        choices.grouping = LaneGrouping::kType;
        view_->setChoices(choices);
        // "Bank" and its one, "Teller" and its twenty.
        QCOMPARE(view_->arrangement().rows.size(), std::size_t{23});
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(view_->rowOfRank({1}), std::optional{1});
        QCOMPARE(view_->rowOfRank({2}), std::optional{3});
        toggleCollapsed(choices, groupKey(LaneGrouping::kType, "Teller"));
        view_->setChoices(choices);
        QCOMPARE(view_->arrangement().rows.size(), std::size_t{3});
        QCOMPARE(wanted.size(), 1);  // the same members
        for (const std::uint32_t rank : {2u, 21u})
            QCOMPARE(view_->rowOfRank({rank}), std::optional{2});
        const QImage before = view_->viewport()->grab().toImage();
        view_->setGroups(groupsOf(*view_));
        QVERIFY(view_->viewport()->grab().toImage() != before);
        // Those of others are none of its.
        auto others = std::make_shared<LaneGroups>();
        others->of = std::make_shared<const LaneGroups::Members>(2);
        others->groups.resize(2);
        const QImage shown = view_->viewport()->grab().toImage();
        view_->setGroups(others);
        QCOMPARE(view_->viewport()->grab().toImage(), shown);
    }
    void aClickOnTheSignOfAGroupAsksToCollapseIt() {
        QSignalSpy toggled(view_.get(), &TimelineView::groupToggled);
        QSignalSpy actor(view_.get(), &TimelineView::actorSelected);
        LaneChoices choices;
        choices.grouping = LaneGrouping::kType;
        view_->setChoices(choices);
        const LaneKey tellers = groupKey(LaneGrouping::kType, "Teller");
        const QPoint label = *view_->labelCentre(tellers);
        QTest::mouseClick(view_->viewport(), Qt::LeftButton, {}, {12, label.y()});
        QCOMPARE(toggled.size(), 1);
        QCOMPARE(toggled[0][0].value<LaneKey>(), tellers);
        QCOMPARE(view_->currentLane(), tellers);
        // The label besides only makes it the current one.
        QTest::mouseClick(view_->viewport(), Qt::LeftButton, {}, label);
        QCOMPARE(toggled.size(), 1);
        QCOMPARE(actor.size(), 0);
        QCOMPARE(view_->currentGroup(), std::optional{tellers});
    }
    void aClickInTheLaneOfAGroupGoesToWhatAMemberDid() {
        QSignalSpy position(view_.get(), &TimelineView::positionRequested);
        QSignalSpy actor(view_.get(), &TimelineView::actorSelected);
        LaneChoices choices;
        choices.grouping = LaneGrouping::kType;
        const LaneKey tellers = groupKey(LaneGrouping::kType, "Teller");
        toggleCollapsed(choices, tellers);
        view_->setChoices(choices);
        view_->setVisible64({21, 121});
        const QRect area = view_->laneArea();
        const int y = view_->labelCentre(tellers)->y();
        // Turns of three events from 22 on go round: 28 is the third, of rank 3.
        const int x =
            area.x() + static_cast<int>(columnOf(28, PositionRange{21, 121}, area.width())) + 2;
        QTest::mouseClick(view_->viewport(), Qt::LeftButton, {}, {x, y});
        QCOMPARE(actor.size(), 1);
        QCOMPARE(actor[0][0].toUInt(), 3u);
        QCOMPARE(position[0][0].toULongLong(), 28u);
        QCOMPARE(view_->currentLane(), tellers);
    }
    void pinnedLanesStayWhenTheOthersScroll() {
        LaneChoices choices;
        togglePinned(choices, "actor:bank/teller#20");
        view_->setChoices(choices);
        QCOMPARE(view_->rowOfRank({21}), std::optional{0});
        const int pinned = view_->labelCentre("actor:bank/teller#20")->y();
        const int bank = view_->labelCentre("actor:bank")->y();
        wheel(*view_, {400, 100}, -120, {});
        const int scrolled = view_->verticalScrollBar()->value();
        QVERIFY(scrolled > 0);
        QCOMPARE(view_->labelCentre("actor:bank/teller#20")->y(), pinned);
        QCOMPARE(view_->labelCentre("actor:bank")->y(), bank - scrolled);
        // What is seen is what is clicked.
        QSignalSpy actor(view_.get(), &TimelineView::actorSelected);
        QTest::mouseClick(view_->viewport(), Qt::LeftButton, {}, {20, pinned});
        QCOMPARE(actor.last()[0].toUInt(), 21u);
        QTest::mouseClick(view_->viewport(), Qt::LeftButton, {}, {20, pinned + view_->lanePitch()});
        QCOMPARE(actor.last()[0].toUInt(), 4u);
        // The last lane can be scrolled to.
        view_->verticalScrollBar()->setValue(view_->verticalScrollBar()->maximum());
        const int last = view_->labelCentre("actor:bank/teller#19")->y();
        QVERIFY(last < view_->viewport()->height() && last > pinned + view_->lanePitch());
    }
    void manyPinnedLanesLeaveRoomForOthers() {
        LaneChoices choices;
        for (int i = 1; i <= 20; ++i)
            togglePinned(choices, "actor:bank/teller#" + std::to_string(i));
        view_->setChoices(choices);
        QVERIFY(view_->labelCentre("actor:bank")->y() > view_->viewport()->height());
        view_->verticalScrollBar()->setValue(view_->verticalScrollBar()->maximum());
        QVERIFY(view_->labelCentre("actor:bank")->y() < view_->viewport()->height());
    }
    void aRightClickAsksForTheMenuAndADragDoesNot() {
        QSignalSpy menu(view_.get(), &TimelineView::laneMenuRequested);
        QSignalSpy actor(view_.get(), &TimelineView::actorSelected);
        const QRect area = view_->laneArea();
        view_->setVisible64({1000, 1200});
        QTest::mousePress(view_->viewport(), Qt::RightButton, {}, {area.x() + 300, area.y() + 40});
        QTest::mouseMove(view_->viewport(), {area.x() + 200, area.y() + 40});
        QTest::mouseRelease(view_->viewport(), Qt::RightButton, {},
                            {area.x() + 200, area.y() + 40});
        QCOMPARE(menu.size(), 0);
        QVERIFY(view_->visiblePositions().begin > 1000);
        QTest::mouseClick(view_->viewport(), Qt::RightButton, {},
                          {20, view_->labelCentre("actor:bank/teller#2")->y()});
        QCOMPARE(menu.size(), 1);
        QCOMPARE(view_->currentLane(), LaneKey{"actor:bank/teller#2"});
        QCOMPARE(actor.last()[0].toUInt(), 3u);
    }
    void onesWayGoesFromLaneToLane() {
        LaneChoices choices;
        choices.grouping = LaneGrouping::kType;
        view_->setChoices(choices);
        QSignalSpy actor(view_.get(), &TimelineView::actorSelected);
        view_->stepLane(true);
        QCOMPARE(view_->currentLane(), groupKey(LaneGrouping::kType, "Bank"));
        view_->stepLane(true);
        QCOMPARE(view_->currentLane(), LaneKey{"actor:bank"});
        QCOMPARE(actor.size(), 1);
        view_->stepLane(false);
        view_->stepLane(false);
        QCOMPARE(view_->currentLane(), groupKey(LaneGrouping::kType, "Bank"));
        for (int i = 0; i < 40; ++i) view_->stepLane(true);
        QCOMPARE(view_->currentLane(), LaneKey{"actor:bank/teller#20"});
        QVERIFY(view_->labelCentre("actor:bank/teller#20")->y() < view_->viewport()->height());
    }
    void theFilterIsAskedForAndItsAnswerArranges() {
        QSignalSpy wanted(view_.get(), &TimelineView::matchesWanted);
        LaneChoices choices;
        choices.filter = "Teller#1";
        view_->setChoices(choices);
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].toString(), QStringLiteral("teller#1"));
        QCOMPARE(view_->arrangement().counts.shown, 21u);
        const auto matching = [](const char* text) {
            return std::make_shared<const ActorMatches>(actorsMatching(fake::actors(20), text));
        };
        view_->setMatches(matching("bank"));  // of what nobody wants any more
        QCOMPARE(view_->arrangement().counts.shown, 21u);
        view_->setMatches(matching("teller#1"));
        QCOMPARE(view_->arrangement().counts.shown, 11u);
        QVERIFY(!view_->rowOfRank({1}));
        view_->setActors(fake::actors(20));  // they may be others
        QCOMPARE(wanted.size(), 2);
        choices.filter.clear();
        view_->setChoices(choices);
        QCOMPARE(view_->arrangement().counts.shown, 21u);
    }
    void anObligationIsABarAtTheFootOfItsHoldersLane() {
        auto list = std::make_shared<ObligationList>();
        ObligationStory story;
        story.what = "lease";
        story.hands = {{{3}, {1000}}};
        story.resolvedAt = {2000};
        list->all = {story};
        auto lanes = std::make_shared<LaneIndex>(*fake::lanes(20, 3000));
        lanes->obligations = list;
        lanes->holds = std::make_shared<const HoldIndex>(*list, lanes->lanes.size());
        view_->setLanes(lanes);
        const QImage image = view_->viewport()->grab().toImage();
        const QRgb color = Theme::of(view_->palette()).time.rgb();
        const QRect area = view_->laneArea();
        const auto barAt = [&](std::uint64_t position, const char* actor) {
            const int x = area.x() + static_cast<int>(centreOf(position, view_->visiblePositions(),
                                                               area.width()));
            const int middle = view_->labelCentre(std::string{"actor:bank/teller#"} + actor)->y();
            for (int y = middle; y < middle + view_->lanePitch() / 2; ++y)
                if (image.pixel(x, y) == color) return true;
            return false;
        };
        QVERIFY(barAt(1500, "2"));
        QVERIFY(!barAt(900, "2") && !barAt(2100, "2"));
        QVERIFY(!barAt(1500, "1") && !barAt(1500, "3"));
    }
    void theAxisCanBeTime() {
        QSignalSpy visible(view_.get(), &TimelineView::visibleChanged);
        view_->setLastPosition({3000}, {11'000'000});
        view_->setVisible64({1000, 1500});
        const PositionRange before = view_->visiblePositions();
        view_->setByTime(true);
        // All that was in view is, with the rest of its instants.
        const PositionRange byTime = view_->visiblePositions();
        QVERIFY(byTime.begin <= before.begin && byTime.end >= before.end);
        QCOMPARE(byTime, (PositionRange{768, 1536}));
        QCOMPARE(visible.back()[0].toULongLong(), 768u);
        QCOMPARE(view_->axis().units(), (PositionRange{3'000'000, 5'000'001}));
        // What is asked for again is what is shown: a window that is dragged does not grow.
        view_->setVisible64(byTime);
        QCOMPARE(view_->visiblePositions(), byTime);
        view_->setByTime(false);
        QCOMPARE(view_->visiblePositions(), byTime);
        view_->setByTime(true);
        view_->showAll();
        QCOMPARE(view_->visiblePositions(), (PositionRange{1, 3001}));
        QCOMPARE(view_->axis().units(), (PositionRange{0, 11'000'001}));
        view_->setByTime(false);
        QCOMPARE(view_->visiblePositions(), view_->wholeAxis());
    }
    void byTimeClicksAndScrubsGoToWhatIsDrawnThere() {
        view_->setLastPosition({3000}, {11'000'000});
        view_->setByTime(true);
        QSignalSpy position(view_.get(), &TimelineView::positionRequested);
        const QRect area = view_->laneArea();
        // Everything of the fifth millisecond is at one place: the last of it happened there.
        const int x = area.x() + static_cast<int>(columnOf(5 * 256, view_->axis(), area.width()));
        QTest::mousePress(view_->viewport(), Qt::LeftButton, {}, {x, 10});
        QTest::mouseRelease(view_->viewport(), Qt::LeftButton, {}, {x, 10});
        QCOMPARE(position.back()[0].toULongLong(), 6u * 256 - 1);
        // In a lane, its first turn of that instant.
        const auto lanes = fake::lanes(20, 3000);
        const auto& slices = lanes->lanes[1].slices;
        const std::size_t first = slices.firstNot([](const Slice& s) { return s.begin < 5 * 256; });
        QTest::mouseClick(view_->viewport(), Qt::LeftButton, {}, {x + 1, area.y() + 5});
        QCOMPARE(position.back()[0].toULongLong(), slices[first].begin);
        // The line of the position stands where its events are.
        view_->setPosition({5 * 256 + 7});
        const QImage image = view_->viewport()->grab().toImage();
        const QRgb accent = Theme::of(view_->palette()).accent.rgb();
        QVERIFY(image.pixel(x, area.bottom() - 3) == accent ||
                image.pixel(x - 1, area.bottom() - 3) == accent);
        // Zoomed in between two instants nothing is lost.
        for (int i = 0; i < 60; ++i) view_->zoomBy(0.5, 0.5);
        QVERIFY(view_->axis().units().length() <= 16);
        QCOMPARE(view_->visiblePositions().length(), 1u);
        view_->revealPosition();
        QVERIFY(view_->visiblePositions().contains(5 * 256 + 7));
    }
    void draggingOverLanesMeasures() {
        QSignalSpy position(view_.get(), &TimelineView::positionRequested);
        QSignalSpy actor(view_.get(), &TimelineView::actorSelected);
        QSignalSpy measured(view_.get(), &TimelineView::measuredChanged);
        view_->setVisible64({231, 331});
        const QRect area = view_->laneArea();
        const auto xOf = [&](std::uint64_t at) {
            return area.x() + static_cast<int>(centreOf(at, PositionRange{231, 331}, area.width()));
        };
        const int y = area.y() + 60;
        QTest::mousePress(view_->viewport(), Qt::LeftButton, {}, {xOf(300), y});
        QTest::mouseMove(view_->viewport(), {xOf(280), y});
        QTest::mouseMove(view_->viewport(), {xOf(241), y + 20});
        QTest::mouseRelease(view_->viewport(), Qt::LeftButton, {}, {xOf(241), y + 20});
        QVERIFY(view_->measured().has_value());
        QCOMPARE(*view_->measured(), (PositionRange{241, 301}));
        QVERIFY(measured.size() >= 2);
        const QStringList lines = view_->measuredLines();
        QCOMPARE(lines[0], QStringLiteral("60 events, 241 to 300"));
        QCOMPARE(lines[1], QStringLiteral("1 ms of virtual time"));
        QCOMPARE(lines[2], QStringLiteral("20 turns, 40 messages"));
        // A drag goes nowhere and selects nobody.
        QCOMPARE(position.size(), 0);
        QCOMPARE(actor.size(), 0);
        view_->zoomToMeasured();
        QCOMPARE(view_->visiblePositions(), (PositionRange{241, 301}));
        QVERIFY(!view_->measured());
        // A click clears it, and means what it meant before.
        QTest::mousePress(view_->viewport(), Qt::LeftButton, {}, {area.x() + 10, y});
        QTest::mouseMove(view_->viewport(), {area.x() + 200, y});
        QTest::mouseRelease(view_->viewport(), Qt::LeftButton, {}, {area.x() + 200, y});
        QVERIFY(view_->measured().has_value());
        QTest::mouseClick(view_->viewport(), Qt::LeftButton, {}, {area.x() + 50, y});
        QVERIFY(!view_->measured());
        QCOMPARE(position.size(), 1);
    }
    void draggingWithTheMiddleButtonZoomsThere() {
        QSignalSpy position(view_.get(), &TimelineView::positionRequested);
        view_->setVisible64({231, 331});
        measure(*view_, 250, 260);
        QWidget* const port = view_->viewport();
        QTest::mousePress(port, Qt::MiddleButton, {}, pointAt(*view_, 300));
        QVERIFY(view_->zoomLines().isEmpty());
        const QImage before = port->grab().toImage();
        QTest::mouseMove(port, pointAt(*view_, 280));
        QTest::mouseMove(port, pointAt(*view_, 271));
        QCOMPARE(view_->zoomLines()[0], QStringLiteral("30 events, 271 to 300"));
        // Drawn from edge to edge of it, and nothing moves before the button is up.
        QCOMPARE(view_->visiblePositions(), (PositionRange{231, 331}));
        const QRect area = view_->laneArea();
        const QImage during = port->grab().toImage();
        const auto differs = [&](std::uint64_t at) {
            const QPoint low(pointAt(*view_, at).x(), area.bottom() - 2);
            return during.pixel(low) != before.pixel(low);
        };
        QVERIFY(differs(271) && differs(285) && differs(300));
        QVERIFY(!differs(269) && !differs(302));
        QTest::mouseRelease(port, Qt::MiddleButton, {}, pointAt(*view_, 271));
        QCOMPARE(view_->visiblePositions(), (PositionRange{271, 301}));
        // What was measured before still is, and a drag goes nowhere.
        QVERIFY(view_->zoomLines().isEmpty());
        QCOMPARE(*view_->measured(), (PositionRange{250, 261}));
        QCOMPARE(position.size(), 0);
        // Not closer than by the wheel, around what was dragged over.
        drag(*view_, Qt::MiddleButton, 284, 285);
        QCOMPARE(view_->visiblePositions(), (PositionRange{281, 289}));
    }
    void draggingWithTheMiddleButtonZoomsByTimeAsWell() {
        view_->setLastPosition({3000}, {11'000'000});
        view_->setByTime(true);
        QTest::mousePress(view_->viewport(), Qt::MiddleButton, {}, pointAt(*view_, 1'990'000));
        QTest::mouseMove(view_->viewport(), pointAt(*view_, 4'030'000));
        QVERIFY(view_->zoomLines()[0].startsWith(QStringLiteral("768 events")));
        QVERIFY(view_->zoomLines()[1].endsWith(QStringLiteral(" of virtual time")));
        QTest::mouseRelease(view_->viewport(), Qt::MiddleButton, {}, pointAt(*view_, 4'030'000));
        const PositionRange units = view_->axis().units();
        QVERIFY(units.begin > 1'950'000 && units.begin <= 2'000'000);
        QVERIFY(units.end > 4'000'000 && units.end < 4'050'000);
        QVERIFY(!view_->measured());
        // Over to the other axis nothing of a drag is left.
        QTest::mousePress(view_->viewport(), Qt::MiddleButton, {}, pointAt(*view_, 2'500'000));
        QTest::mouseMove(view_->viewport(), pointAt(*view_, 3'000'000));
        view_->setByTime(false);
        const PositionRange shown = view_->visiblePositions();
        QTest::mouseMove(view_->viewport(), pointAt(*view_, shown.begin + 5));
        QTest::mouseRelease(view_->viewport(), Qt::MiddleButton, {}, pointAt(*view_, shown.begin));
        QCOMPARE(view_->visiblePositions(), shown);
    }
    void aClickOfTheMiddleButtonDoesNothing() {
        view_->setVisible64({231, 331});
        QSignalSpy position(view_.get(), &TimelineView::positionRequested);
        QSignalSpy actor(view_.get(), &TimelineView::actorSelected);
        QSignalSpy visible(view_.get(), &TimelineView::visibleChanged);
        measure(*view_, 250, 260);
        QTest::mouseClick(view_->viewport(), Qt::MiddleButton, {}, pointAt(*view_, 300));
        const QPoint at = pointAt(*view_, 300);
        QTest::mousePress(view_->viewport(), Qt::MiddleButton, {}, at);
        QTest::mouseMove(view_->viewport(), at + QPoint(2, 40));
        QTest::mouseRelease(view_->viewport(), Qt::MiddleButton, {}, at + QPoint(2, 40));
        // Nor does a drag that began beside the lanes.
        QTest::mousePress(view_->viewport(), Qt::MiddleButton, {}, {30, at.y()});
        QTest::mouseMove(view_->viewport(), at);
        QTest::mouseRelease(view_->viewport(), Qt::MiddleButton, {}, at);
        QCOMPARE(position.size() + actor.size() + visible.size(), 0);
        QVERIFY(view_->measured().has_value());
    }
    void aDragThatIsCancelledDoesNothing() {
        view_->setVisible64({231, 331});
        QVERIFY(!view_->cancelDrag());
        for (const Qt::MouseButton button : {Qt::LeftButton, Qt::MiddleButton}) {
            QTest::mousePress(view_->viewport(), button, {}, pointAt(*view_, 250));
            QTest::mouseMove(view_->viewport(), pointAt(*view_, 280));
            QVERIFY(view_->cancelDrag());
            QVERIFY(view_->zoomLines().isEmpty());
            QTest::mouseMove(view_->viewport(), pointAt(*view_, 290));
            QTest::mouseRelease(view_->viewport(), button, {}, pointAt(*view_, 290));
            QVERIFY(!view_->measured());
            QCOMPARE(view_->visiblePositions(), (PositionRange{231, 331}));
        }
        // Another button cancels as well.
        QTest::mousePress(view_->viewport(), Qt::MiddleButton, {}, pointAt(*view_, 250));
        QTest::mouseMove(view_->viewport(), pointAt(*view_, 280));
        QTest::mousePress(view_->viewport(), Qt::RightButton, {}, pointAt(*view_, 280));
        QTest::mouseRelease(view_->viewport(), Qt::RightButton, {}, pointAt(*view_, 280));
        QTest::mouseRelease(view_->viewport(), Qt::MiddleButton, {}, pointAt(*view_, 280));
        QCOMPARE(view_->visiblePositions(), (PositionRange{231, 331}));
    }
    void aMeasureByTimeIsOneOfTime() {
        view_->setLastPosition({3000}, {11'000'000});
        view_->setByTime(true);
        const QRect area = view_->laneArea();
        const auto xOf = [&](std::uint64_t at) {
            return area.x() + static_cast<int>(columnOf(at, view_->axis(), area.width()));
        };
        QTest::mousePress(view_->viewport(), Qt::LeftButton, {}, {xOf(2 * 256) - 3, area.y() + 60});
        QTest::mouseMove(view_->viewport(), {xOf(4 * 256) + 3, area.y() + 60});
        QTest::mouseRelease(view_->viewport(), Qt::LeftButton, {},
                            {xOf(4 * 256) + 3, area.y() + 60});
        QCOMPARE(*view_->measured(), (PositionRange{2 * 256, 5 * 256}));
        QVERIFY(view_->measuredLines()[0].startsWith(QStringLiteral("768 events")));
        // Between two instants there is none.
        view_->clearMeasured();
        QTest::mousePress(view_->viewport(), Qt::LeftButton, {}, {xOf(2 * 256) + 5, area.y() + 60});
        QTest::mouseMove(view_->viewport(), {xOf(3 * 256) - 5, area.y() + 60});
        QTest::mouseRelease(view_->viewport(), Qt::LeftButton, {},
                            {xOf(3 * 256) - 5, area.y() + 60});
        QCOMPARE(view_->measured()->length(), 0u);
        QCOMPARE(view_->measuredLines()[0], QStringLiteral("No event"));
        // The other axis shows the same events.
        view_->clearMeasured();
        view_->setByTime(false);
        QVERIFY(!view_->measured());
    }
    void withoutLanesThereAreNoRows() {
        // Of a trace that begins at a snapshot time does not begin with 0.
        auto sums = std::make_shared<TimelineSums>();
        for (std::uint64_t at = 1; at <= 3000; ++at)
            sums->times.add({at}, {static_cast<std::int64_t>(5000 + at)});
        sums->next = {3001};
        auto lanes = std::make_shared<LaneIndex>(*fake::lanes(20, 3000));
        lanes->sums = std::move(sums);
        view_->setLastPosition({3000}, {8000});
        view_->setLanes(lanes);
        view_->setByTime(true);
        view_->setHideIdleLanes(true);
        QVERIFY(view_->labelCentre("actor:bank"));
        bool hadRows = false;
        int said = 0;
        connect(view_.get(), &TimelineView::visibleChanged, this, [&] {
            ++said;
            hadRows = hadRows || view_->labelCentre("actor:bank").has_value();
        });
        view_->setLanes(nullptr);
        QVERIFY(said > 0);
        QVERIFY(!hadRows);
    }
    void finerTimesComeWhereTheAxisIsCoarse() {
        view_->setLastPosition({3000}, {3'000'000});
        view_->setLanes(coarseLanes());
        QVERIFY(view_->sumsWanted());
        view_->setByTime(true);
        view_->setVisible64({1200, 1300});
        // Between two places that are told, as everything in a bin is.
        while (view_->axis().units().length() > 100) view_->zoomBy(0.5, 0.4);
        const auto wanted = view_->sumsWanted();
        QVERIFY(wanted);
        view_->setSums(fineSums(*wanted));
        QVERIFY(!view_->sumsWanted());
        QVERIFY(view_->visiblePositions().contains((view_->axis().units().end - 1) / 1000));
        QCOMPARE(view_->visiblePositions().length(), 1u);
    }
    void fineTimesAreThoseOfTheirStretchOnly() {
        view_->setLastPosition({3000}, {3'000'000});
        view_->setLanes(coarseLanes());
        view_->setByTime(true);
        measure(*view_, 300'000, 2'700'000);
        const auto measured = view_->measured();
        QVERIFY(measured && measured->length() > 2300);
        view_->setVisible64({1200, 1300});
        view_->setSums(fineSums({1001, 1501}));
        QVERIFY(!view_->sumsWanted());
        QCOMPARE(*view_->measured(), *measured);
        view_->setPosition({2500});
        view_->revealPosition();
        QVERIFY(view_->visiblePositions().contains(2500));
        view_->setVisible64({1200, 1300});
        view_->centreOrFit();
        QVERIFY(view_->visiblePositions().contains(2500));
        // To the other axis and back.
        view_->setVisible64({1200, 1300});
        view_->setByTime(false);
        QCOMPARE(*view_->measured(), *measured);
        view_->setByTime(true);
        QVERIFY(view_->measured()->begin <= measured->begin);
        QVERIFY(view_->measured()->end >= measured->end);
        QVERIFY(view_->measured()->length() < measured->length() + 2 * 16);
    }
    void aPositionThatWasRevealedAboutIsRevealedAgain() {
        view_->setLastPosition({3000}, {3'000'000});
        view_->setLanes(coarseLanes());
        view_->setByTime(true);
        const auto reveal = [&] {
            view_->setSums(nullptr);
            view_->setVisible64({1200, 1300});
            view_->zoomBy(0.05, 0.1);
            view_->setPosition({1249});
            view_->revealPosition();
        };
        reveal();
        view_->setSums(fineSums(*view_->sumsWanted()));
        QVERIFY(view_->visiblePositions().contains(1249));
        QVERIFY(view_->visiblePositions().length() < 10);
        // Who went on from there stays there.
        reveal();
        const auto wanted = view_->sumsWanted();
        view_->panBy(0.1);
        const PositionRange units = view_->axis().units();
        view_->setSums(fineSums(*wanted));
        QCOMPARE(view_->axis().units(), units);
    }
    void whatWasNotReadYetIsSaid() {
        view_->setLastPosition({3000}, {3'000'000});
        view_->setLanes(coarseLanes(1000));
        for (const bool byTime : {false, true}) {
            view_->setByTime(byTime);
            const std::uint64_t event = byTime ? 1000 : 1;
            measure(*view_, 800 * event, 1500 * event);
            QVERIFY(view_->measuredLines()[0].contains(QStringLiteral(" read so far, from ")));
            measure(*view_, 2000 * event, 2500 * event);
            QCOMPARE(view_->measuredLines()[0], QStringLiteral("Not read yet"));
            // How long it takes is known of an axis of time only.
            QCOMPARE(view_->measuredLines().size(), byTime ? 2 : 1);
            measure(*view_, 300 * event, 500 * event);
            QVERIFY(!view_->measuredLines()[0].contains(QStringLiteral("read")));
        }
    }
    void ofWhatWasNotReadYetNoSumsAreWanted() {
        view_->setLanes(coarseLanes(1000));
        view_->setVisible64({2000, 2100});
        QVERIFY(!view_->sumsWanted());
        view_->setVisible64({500, 600});
        QVERIFY(view_->sumsWanted());
        view_->setVisible64({2000, 2100});
        view_->setLanes(coarseLanes());
        QVERIFY(view_->sumsWanted());
    }
    void aViewByTimeWaitsUntilItsTimesAreRead() {
        view_->setLastPosition({3000}, {3'000'000});
        view_->setLanes(coarseLanes(1000));
        view_->setByTime(true);
        view_->setVisible64({2000, 2100});
        QCOMPARE(view_->axis().units(), view_->wholeAxis());
        view_->setLanes(coarseLanes(2050));
        QCOMPARE(view_->axis().units(), view_->wholeAxis());
        view_->setLanes(coarseLanes());
        const PositionRange shown = view_->visiblePositions();
        QVERIFY(shown.begin <= 2000 && shown.begin > 2000 - 20);
        QVERIFY(shown.end >= 2100 && shown.end < 2100 + 20);
        // Who looks elsewhere meanwhile is left there.
        view_->setLanes(coarseLanes(1000));
        view_->setVisible64({2000, 2100});
        view_->showAll();
        view_->zoomBy(0.5, 1.0);
        const PositionRange units = view_->axis().units();
        view_->setLanes(coarseLanes());
        QCOMPARE(view_->axis().units(), units);
    }
    void aZoomDoesNotMoveWhereAMeasureBegan() {
        view_->setVisible64({231, 331});
        const auto at = [&](std::uint64_t unit) { return pointAt(*view_, unit); };
        QTest::mousePress(view_->viewport(), Qt::LeftButton, {}, at(300));
        QTest::mouseMove(view_->viewport(), at(280));
        view_->zoomBy(0.5, 1.0);
        QTest::mouseMove(view_->viewport(), at(290));
        QCOMPARE(*view_->measured(), (PositionRange{290, 301}));
        QTest::mouseRelease(view_->viewport(), Qt::LeftButton, {}, at(290));
    }
    void thatNoMessageBelongsToAnEventIsSaid() {
        const QImage without = view_->viewport()->grab().toImage();
        auto arrows = std::make_shared<ArrowSet>();
        arrows->rank = {1};
        view_->setArrows(arrows);
        QCOMPARE(view_->viewport()->grab().toImage(), without);
        arrows = std::make_shared<ArrowSet>();
        arrows->closureOf = {30};
        view_->setArrows(arrows);
        QVERIFY(view_->viewport()->grab().toImage() != without);
    }
    void howManyWaitIsDrawnBelowTheirLane() {
        DepthBuilder builder;
        builder.know({0}, {});
        const auto send = [&](std::uint64_t at, std::uint32_t to) {
            builder.add({at}, {EventKind::kSend, Rank{1}, Rank{to}}, 22);
        };
        const auto take = [&](std::uint64_t at, std::uint32_t by) {
            builder.add({at}, {EventKind::kDeliver, Rank{by}, Rank{}}, 22);
        };
        for (std::uint64_t i = 0; i < 40; ++i) send(1000 + i, 3);
        for (std::uint64_t i = 0; i < 40; ++i) take(2000 + i, 3);
        auto lanes = std::make_shared<LaneIndex>(*fake::lanes(20, 3000));
        auto sums = std::make_shared<TimelineSums>(*lanes->sums);
        sums->depths = builder.depths({3001}, {3001});
        lanes->sums = sums;
        view_->setLanes(lanes);
        const QRect area = view_->laneArea();
        const auto heightAt = [&](std::uint64_t position, const char* actor) {
            const QImage image = view_->viewport()->grab().toImage();
            const Theme& theme = Theme::of(view_->palette());
            const QRgb body = mixed(theme.base, theme.dim, 0.42).rgb();
            const QRgb crest = mixed(theme.base, theme.dim, 0.85).rgb();
            const int x =
                area.x() + static_cast<int>(centreOf(position, view_->axis(), area.width()));
            const int middle = view_->labelCentre(std::string{"actor:bank/teller#"} + actor)->y();
            int height = 0;
            for (int y = middle - view_->lanePitch() / 2; y < middle + view_->lanePitch() / 2; ++y)
                height += image.pixel(x, y) == body || image.pixel(x, y) == crest ? 1 : 0;
            return height;
        };
        QVERIFY(heightAt(1500, "2") >= 4);
        QCOMPARE(heightAt(500, "2"), 0);
        QCOMPARE(heightAt(2500, "2"), 0);
        QCOMPARE(heightAt(1500, "1"), 0);
        QCOMPARE(heightAt(1500, "3"), 0);
        view_->setShowQueues(false);
        QCOMPARE(heightAt(1500, "2"), 0);
        view_->setShowQueues(true);
        view_->setByTime(true);
        QVERIFY(heightAt(1500, "2") >= 4);
        QCOMPARE(heightAt(500, "2"), 0);
    }
    void arrowsArePaintedOverTheLanes() {
        view_->setVisible64({21, 121});
        view_->setSelected({1});
        const QImage without = view_->viewport()->grab().toImage();
        auto arrows = std::make_shared<ArrowSet>();
        arrows->rank = {1};
        arrows->total = 2;
        arrows->arrows = {{{30}, {60}, {2}, {1}}, {{40}, {}, {1}, {3}}};
        view_->setArrows(arrows);
        QVERIFY(view_->viewport()->grab().toImage() != without);
    }
    void lanesOfAnotherThemeAreDrawnAnew() {
        const QImage light = view_->viewport()->grab().toImage();
        view_->setPalette(Theme::dark().palette());
        const QImage dark = view_->viewport()->grab().toImage();
        view_->setPalette(Theme::light().palette());
        QVERIFY(dark != light);
    }
    void linesAreCutAtTheBox() {
        QLineF through(-1000, 50, 1000, 50);
        QVERIFY(clipLine(through, {0, 0, 100, 100}));
        QCOMPARE(through, QLineF(0, 50, 100, 50));
        QLineF beside(-10, -10, 200, -10);
        QVERIFY(!clipLine(beside, {0, 0, 100, 100}));
    }
    void cleanup() { view_.reset(); }

private:
    std::unique_ptr<TimelineView> view_;
};

QTEST_MAIN(TestTimelineView)
#include "tst_timeline_view.moc"
