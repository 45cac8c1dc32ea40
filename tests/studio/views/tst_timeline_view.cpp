#include "studio/views/line_clip.h"
#include "studio/views/timeline_view.h"
#include "tests/studio/support/fake_trace.h"

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
    void clickInALaneGoesToTheTurnAndSelectsTheActor() {
        QSignalSpy position(view_.get(), &TimelineView::positionRequested);
        QSignalSpy actor(view_.get(), &TimelineView::actorSelected);
        view_->setVisible64({21, 121});
        const QRect area = view_->laneArea();
        // Turns begin at 22; the first belongs to rank 1, row 0.
        const int x = area.x() + static_cast<int>(columnOf(23, {21, 121}, area.width())) + 2;
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
