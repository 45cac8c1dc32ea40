// The lanes of the timeline by keyboard and mouse in the whole window, over a real session.
#include "studio/app/main_window.h"
#include "studio/models/text.h"
#include "studio/views/inspector.h"
#include "studio/views/lane_bar.h"
#include "studio/views/state_tree.h"
#include "studio/views/timeline_view.h"
#include "tests/studio/session/carousel.h"

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace ariadne;
using namespace ariadne::studio;

namespace {
constexpr int kPatienceMs = 60'000;
}

class TestLanes : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString trace_;
    std::unique_ptr<MainWindow> window_;

    void settle() {
        QTRY_VERIFY_WITH_TIMEOUT((window_->repaint(), window_->isSettled()), kPatienceMs);
    }
    void openWindow() {
        window_ = std::make_unique<MainWindow>(folder_.filePath(QStringLiteral("studio.ini")));
        window_->resize(1400, 900);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        window_->openFile(trace_, Position{1});
        QTRY_VERIFY_WITH_TIMEOUT(window_->summary() != nullptr, kPatienceMs);
        settle();
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(window_.get(), key, modifiers);
        settle();
    }
    const ActorEntry& actor(std::uint32_t rank) const {
        return (*window_->summary()->actors)[rank];
    }
    LaneKey keyOfRank(std::uint32_t rank) const { return actorKey(actor(rank)); }
    LaneKey riders() const { return groupKey(LaneGrouping::kType, actor(3).typeName); }
    const LaneArrangement& lanes() const { return window_->timeline().arrangement(); }
    bool hasLane(const LaneKey& key) const {
        return window_->timeline().labelCentre(key).has_value();
    }
    int rowOf(std::uint32_t rank) const {
        return window_->timeline().rowOfRank({rank}).value_or(-1);
    }
    void clickLabel(const LaneKey& key, Qt::MouseButton button = Qt::LeftButton) {
        const auto at = window_->timeline().labelCentre(key);
        QVERIFY(at.has_value());
        QTest::mouseClick(window_->timeline().viewport(), button, {}, *at);
        settle();
    }
    void groupByType() {
        press(Qt::Key_G);
        press(Qt::Key_G);
        QCOMPARE(window_->laneChoices().grouping, LaneGrouping::kType);
    }

private Q_SLOTS:
    void initTestCase() {
        trace_ = folder_.filePath(QStringLiteral("one.clew"));
        tests::record(tests::carouselRequest(trace_, 1));
    }
    void init() {
        QFile::remove(folder_.filePath(QStringLiteral("studio.ini")));
        openWindow();
    }
    void cleanup() { window_.reset(); }

    void theFilterLeavesLanesThatMatch() {
        const std::uint32_t all = lanes().counts.total;
        QCOMPARE(window_->laneBar().countText(), QStringLiteral("%1 lanes").arg(all));
        press(Qt::Key_L, Qt::ControlModifier);
        QLineEdit& filter = window_->laneBar().filter();
        QTRY_COMPARE(QApplication::focusWidget(), &filter);
        const QString text = textOf(actor(3).path).toUpper();
        QTest::keyClicks(&filter, text);
        settle();
        QVERIFY(lanes().counts.shown >= 1 && lanes().counts.shown < all);
        for (const LaneRow& row : lanes().rows)
            QVERIFY(textOf(actor(row.index).path).contains(text, Qt::CaseInsensitive));
        QVERIFY(window_->laneBar().showAll().isVisible());
        // Return leads back to the lanes, and the button brings all of them.
        QTest::keyClick(&filter, Qt::Key_Return);
        QTRY_VERIFY(window_->timeline().hasFocus());
        QTest::mouseClick(&window_->laneBar().showAll(), Qt::LeftButton);
        settle();
        QCOMPARE(lanes().counts.shown, all);
        QVERIFY(filter.text().isEmpty());
        QVERIFY(!window_->laneBar().showAll().isVisible());
    }

    void aGroupIsCollapsedByItsSignAndExpandedByKey() {
        groupByType();
        QCOMPARE(window_->laneBar().grouping().currentIndex(), 2);
        const std::size_t rows = lanes().rows.size();
        const QPoint label = *window_->timeline().labelCentre(riders());
        QTest::mouseClick(window_->timeline().viewport(), Qt::LeftButton, {}, {12, label.y()});
        settle();
        QVERIFY(window_->laneChoices().isCollapsed(riders()));
        const std::size_t members = rows - lanes().rows.size();
        QVERIFY(members > 2);
        QVERIFY(window_->laneBar().countText().contains(
            QStringLiteral("%1 in one collapsed group").arg(members)));
        // Whoever is in it has its lane.
        QVERIFY(!hasLane(keyOfRank(3)));
        QVERIFY(rowOf(3) >= 0);
        QCOMPARE(rowOf(3), rowOf(4));
        press(Qt::Key_C);
        QCOMPARE(lanes().rows.size(), rows);
        // And from one of its members.
        clickLabel(keyOfRank(4));
        press(Qt::Key_C);
        QVERIFY(window_->laneChoices().isCollapsed(riders()));
        QCOMPARE(window_->timeline().currentLane(), riders());
    }

    void allGroupsAreCollapsedAtOnceAndOneExpandedAgain() {
        groupByType();
        press(Qt::Key_C, Qt::ShiftModifier);
        QCOMPARE(lanes().rows.size(), lanes().groups.size());
        clickLabel(riders());
        press(Qt::Key_C);
        QVERIFY(hasLane(keyOfRank(3)));
        QVERIFY(!hasLane(keyOfRank(1)));
        press(Qt::Key_C, Qt::ShiftModifier);
        QVERIFY(hasLane(keyOfRank(1)));
    }

    void theLaneOfAGroupShowsWhatItsMembersDid() {
        groupByType();
        clickLabel(riders());
        press(Qt::Key_C);
        window_->timeline().showAll();
        settle();
        const QRect area = window_->timeline().laneArea();
        const int y = window_->timeline().labelCentre(riders())->y();
        const QImage image = window_->timeline().viewport()->grab().toImage();
        const QRgb empty = Theme::of(window_->palette()).laneAlive.rgb();
        int busy = 0;
        for (int x = area.x() + 2; x < area.right() - 2; ++x)
            busy += image.pixel(static_cast<int>(x * image.devicePixelRatio()),
                                static_cast<int>(y * image.devicePixelRatio())) != empty
                        ? 1
                        : 0;
        QVERIFY(busy > area.width() / 2);
    }

    void hiddenLanesAreCountedAndComeBack() {
        clickLabel(keyOfRank(3));
        QCOMPARE(window_->selected(), Rank{3});
        press(Qt::Key_H, Qt::ShiftModifier);
        QVERIFY(!hasLane(keyOfRank(3)));
        const std::uint32_t all = lanes().counts.total;
        QCOMPARE(window_->laneBar().countText(),
                 QStringLiteral("%1 of %2 lanes, 1 hidden").arg(all - 1).arg(all));
        clickLabel(keyOfRank(4));
        press(Qt::Key_H, Qt::ControlModifier);
        QCOMPARE(lanes().rows.size(), std::size_t{1});
        press(Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(lanes().counts.shown, all);
        QVERIFY(hasLane(keyOfRank(3)));
    }

    void lanesArePinnedAndMovedByKey() {
        const int before = rowOf(5);
        clickLabel(keyOfRank(5));
        press(Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(rowOf(5), before - 1);
        press(Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(rowOf(5), before);
        press(Qt::Key_P);
        QCOMPARE(rowOf(5), 0);
        QCOMPARE(lanes().pinnedRows, 1u);
        clickLabel(keyOfRank(4));
        press(Qt::Key_P);
        QCOMPARE(rowOf(4), 1);
        press(Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(rowOf(4), 0);
        press(Qt::Key_P);
        QCOMPARE(lanes().pinnedRows, 1u);
        QCOMPARE(rowOf(5), 0);
    }

    void onesWayGoesFromLaneToLane() {
        clickLabel(keyOfRank(2));
        const int row = rowOf(2);
        press(Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(rowOf(window_->selected().value), row + 1);
        press(Qt::Key_Up, Qt::ControlModifier);
        QCOMPARE(window_->selected(), Rank{2});
    }

    /// After a question was kept its lane is the current one, and , and . go along its marks.
    void aClickOnTheSelectedActorMakesItsLaneTheCurrentOne() {
        clickLabel(keyOfRank(2));
        const LaneKey question = queryKey({"all", "SELECT position FROM event WHERE position < 9"});
        window_->timeline().setCurrentLane(question);
        window_->select({2});
        QCOMPARE(window_->timeline().currentLane(), keyOfRank(2));
    }

    void aRightClickOpensTheMenuOfTheLane() {
        clickLabel(keyOfRank(3), Qt::RightButton);
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu != nullptr);
        QCOMPARE(window_->timeline().currentLane(), keyOfRank(3));
        QAction* pin = nullptr;
        for (QAction* action : menu->actions())
            if (action->text() == QStringLiteral("Pin the lane")) pin = action;
        QVERIFY(pin != nullptr && pin->isEnabled());
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(pin).center());
        settle();
        QCOMPARE(rowOf(3), 0);
        QCOMPARE(pin->text(), QStringLiteral("Unpin the lane"));
    }

    void aValueIsWatchedFromTheInspectorAndWatchedNoLonger() {
        window_->goTo(window_->summary()->lastPosition);
        window_->select({3});
        settle();
        StateTree& tree = window_->inspector().stateTree();
        for (int row = 0; row < tree.model().rowCount(); ++row) {
            const QModelIndex field = tree.model().index(row, 0);
            if (field.data().toString() == QStringLiteral("seen")) tree.setCurrentIndex(field);
        }
        QVERIFY(window_->inspector().chosenField().has_value());
        press(Qt::Key_T, Qt::ShiftModifier);
        const LaneKey key = watchKey({actor(3).path, {"seen"}});
        QCOMPARE(lanes().pinnedRows, 1u);
        QCOMPARE(window_->timeline().currentLane(), key);
        // The line of numbers is there: its tone is in the lane, from its foot up to its head.
        window_->timeline().showAll();
        settle();
        const QRect area = window_->timeline().laneArea();
        const QImage image = window_->timeline().viewport()->grab().toImage();
        const QRgb line = Theme::of(window_->palette()).changed.rgb();
        int top = area.bottom(), bottom = 0;
        for (int y = area.y(); y < area.y() + window_->timeline().lanePitch(); ++y)
            for (int x = area.x(); x < area.right(); ++x)
                if (image.pixel(x, y) == line) top = std::min(top, y), bottom = std::max(bottom, y);
        QVERIFY(bottom - top > window_->timeline().lanePitch() / 2);
        // It is kept, and forgotten when a person wants that.
        window_.reset();
        openWindow();
        QCOMPARE(lanes().pinnedRows, 1u);
        clickLabel(key);
        press(Qt::Key_H, Qt::ShiftModifier);
        QCOMPARE(lanes().pinnedRows, 0u);
        QVERIFY(window_->laneChoices() == LaneChoices{});
    }

    void theAxisByTimeIsAKeyAndIsKept() {
        window_->timeline().setVisible64({100, 200});
        press(Qt::Key_V);
        QVERIFY(window_->timeline().isByTime());
        const PositionRange shown = window_->timeline().visiblePositions();
        QVERIFY(shown.begin <= 100 && shown.end >= 200);
        window_.reset();
        openWindow();
        QVERIFY(window_->timeline().isByTime());
        // A step goes on in it, and stays in view.
        window_->timeline().setVisible64({100, 140});
        window_->goTo(Position{400});
        settle();
        QVERIFY(window_->timeline().visiblePositions().contains(400));
        press(Qt::Key_V);
        QVERIFY(!window_->timeline().isByTime());
    }

    void howManyWaitIsWhatTheInspectorLists() {
        QVERIFY(window_->timeline().showsQueues());
        window_->select({3});
        for (const std::uint64_t at : {40u, 77u, 151u, 400u, 613u}) {
            window_->goTo(Position{at});
            settle();
            const auto moment = window_->moment();
            const QString line = window_->timeline().queueText({3}, at);
            const std::uint64_t count = moment->actor->mailboxTotal;
            const QString said = count == 0   ? QStringLiteral("no message waits")
                                 : count == 1 ? QStringLiteral("1 message waits")
                                              : QStringLiteral("%1 messages wait").arg(count);
            QVERIFY2(line.startsWith(said), qPrintable(line));
            QVERIFY(line.contains(QStringLiteral("at most")));
        }
        press(Qt::Key_Q, Qt::ShiftModifier);
        QVERIFY(!window_->timeline().showsQueues());
        window_.reset();
        openWindow();
        QVERIFY(!window_->timeline().showsQueues());
    }

    void escapeClearsWhatIsMeasured() {
        const QRect area = window_->timeline().laneArea();
        QWidget* const lanes = window_->timeline().viewport();
        QTest::mousePress(lanes, Qt::LeftButton, {}, {area.x() + 50, area.y() + 40});
        QTest::mouseMove(lanes, {area.x() + 250, area.y() + 40});
        QTest::mouseRelease(lanes, Qt::LeftButton, {}, {area.x() + 250, area.y() + 40});
        settle();
        QCOMPARE(window_->position(), Position{1});
        const auto measured = window_->timeline().measured();
        QVERIFY(measured.has_value());
        press(Qt::Key_Escape);
        QVERIFY(!window_->timeline().measured());
        QTest::mousePress(lanes, Qt::LeftButton, {}, {area.x() + 50, area.y() + 40});
        QTest::mouseMove(lanes, {area.x() + 250, area.y() + 40});
        QTest::mouseRelease(lanes, Qt::LeftButton, {}, {area.x() + 250, area.y() + 40});
        press(Qt::Key_F, Qt::ShiftModifier);
        QCOMPARE(window_->timeline().visiblePositions(), *measured);
    }

    void escapeCancelsAZoomByTheMouse() {
        const QRect area = window_->timeline().laneArea();
        QWidget* const lanes = window_->timeline().viewport();
        const PositionRange before = window_->timeline().visiblePositions();
        const QPoint from(area.x() + 50, area.y() + 40), to(area.x() + 250, area.y() + 40);
        QTest::mousePress(lanes, Qt::MiddleButton, {}, from);
        QTest::mouseMove(lanes, to);
        const QStringList lines = window_->timeline().zoomLines();
        QVERIFY(!lines.isEmpty());
        press(Qt::Key_Escape);
        QTest::mouseRelease(lanes, Qt::MiddleButton, {}, to);
        QCOMPARE(window_->timeline().visiblePositions(), before);
        QTest::mousePress(lanes, Qt::MiddleButton, {}, from);
        QTest::mouseMove(lanes, to);
        QCOMPARE(window_->timeline().zoomLines(), lines);
        QTest::mouseRelease(lanes, Qt::MiddleButton, {}, to);
        QVERIFY(window_->timeline().visiblePositions().length() < before.length() / 2);
        QCOMPARE(window_->position(), Position{1});
    }

    void theArrowsOfAllThatLedToAnEventAreAKey() {
        window_->goTo(Position{300});
        settle();
        press(Qt::Key_X, Qt::ShiftModifier);
        const auto arrows = window_->timeline().arrows();
        QVERIFY(arrows != nullptr);
        QCOMPARE(arrows->closureOf, Position{300});
        QVERIFY(arrows->total > 3);
        // Another event has others, and without the key they are those of the actor again.
        window_->goTo(Position{301});
        settle();
        QCOMPARE(window_->timeline().arrows()->closureOf, Position{301});
        window_->select({3});
        settle();
        QCOMPARE(window_->timeline().arrows()->closureOf, Position{301});
        press(Qt::Key_X, Qt::ShiftModifier);
        QCOMPARE(window_->timeline().arrows()->closureOf, Position{});
        QCOMPARE(window_->timeline().arrows()->rank, Rank{3});
    }

    void aLaneThatIsHiddenIsHiddenInTheNextTraceOfTheProgramOnly() {
        clickLabel(keyOfRank(3));
        press(Qt::Key_H, Qt::ShiftModifier);
        const LaneKey hidden = keyOfRank(3);
        QVERIFY(!hasLane(hidden));
        const QString other = folder_.filePath(QStringLiteral("two.clew"));
        tests::record(tests::carouselRequest(other, 2));
        window_->openFile(other, Position{1});
        QTRY_COMPARE_WITH_TIMEOUT(textOf(window_->summary()->path), other, kPatienceMs);
        settle();
        QVERIFY(!hasLane(hidden));
        QCOMPARE(lanes().counts.hidden, 1u);
        QCOMPARE(window_->timeline().currentLane(), LaneKey{});
        // Nothing of the one before is shown of it.
        QVERIFY(!window_->timeline().measured());
        press(Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(hasLane(hidden));
        window_->openFile(trace_, Position{1});
        QTRY_COMPARE_WITH_TIMEOUT(textOf(window_->summary()->path), trace_, kPatienceMs);
        settle();
        QVERIFY(hasLane(hidden));
    }

    void whatWasChosenIsKeptForTheNextTraceOfTheProgram() {
        groupByType();
        clickLabel(keyOfRank(5));
        press(Qt::Key_P);
        clickLabel(keyOfRank(4));
        press(Qt::Key_H, Qt::ShiftModifier);
        clickLabel(riders());
        press(Qt::Key_C);
        const LaneChoices chosen = window_->laneChoices();
        const std::vector<LaneRow> rows = lanes().rows;
        QVERIFY(chosen.pinned.size() == 1 && chosen.hidden.size() == 1);
        window_.reset();
        openWindow();
        QCOMPARE(window_->laneChoices(), chosen);
        QVERIFY(lanes().rows == rows);
        QVERIFY(window_->laneBar().countText().contains(QStringLiteral("1 hidden")));
    }
};

QTEST_MAIN(TestLanes)
#include "tst_lanes.moc"
