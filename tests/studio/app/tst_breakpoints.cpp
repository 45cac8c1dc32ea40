// Breakpoints by keyboard and mouse in the whole window, over a real session.
#include "studio/app/main_window.h"
#include "studio/models/text.h"
#include "studio/views/inspector.h"
#include "studio/views/state_tree.h"
#include "studio/views/stop_pane.h"
#include "tests/studio/session/carousel.h"

#include <QAction>
#include <QLineEdit>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {
constexpr int kPatienceMs = 60'000;
}

class TestBreakpoints : public QObject {
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
        window_->openFile(trace_, Position{1});
        QTRY_VERIFY_WITH_TIMEOUT(window_->summary() != nullptr, kPatienceMs);
        settle();
    }
    /// All was searched.
    void searched() {
        QTRY_VERIFY_WITH_TIMEOUT(
            window_->stopsPane().hits() && window_->stopsPane().hits()->complete, kPatienceMs);
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(window_.get(), key, modifiers);
        settle();
    }
    QLineEdit* line() { return window_->stopsPane().findChild<QLineEdit*>(); }
    void write(const QString& condition) {
        window_->showStopsPane();
        line()->setFocus();
        line()->clear();
        QTest::keyClicks(line(), condition);
        QTest::keyClick(line(), Qt::Key_Return);
        searched();
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

    void onesWayGoesFromStopToStopAndBack() {
        write(QStringLiteral("kind = log"));
        const auto& all = window_->stopsPane().hits()->all;
        QVERIFY(all.size() > 2);
        QCOMPARE(window_->stopsPane().rows().rowCount(), static_cast<int>(all.size()));
        window_->setFocus();
        for (std::uint64_t i = 0; i < all.size(); ++i) {
            press(i % 2 == 0 ? Qt::Key_F8 : Qt::Key_F5);
            QCOMPARE(window_->position(), all.at(i));
            QVERIFY(window_->moment()->event->kind == EventKind::kLog);
            QCOMPARE(window_->selected(), window_->moment()->event->cell);
        }
        // There is none behind the last.
        press(Qt::Key_F8);
        QCOMPARE(window_->position(), all.at(all.size() - 1));
        press(Qt::Key_F8, Qt::ShiftModifier);
        QCOMPARE(window_->position(), all.at(all.size() - 2));
        press(Qt::Key_F5, Qt::ControlModifier);
        QCOMPARE(window_->position(), all.at(all.size() - 3));
    }

    void aStopInTheListIsGoneTo() {
        write(QStringLiteral("failure"));
        QTableView* list = nullptr;
        for (QTableView* view : window_->stopsPane().findChildren<QTableView*>())
            if (view->model() == &window_->stopsPane().rows()) list = view;
        QVERIFY(list != nullptr);
        QCOMPARE(list->model()->rowCount(), 1);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                          list->visualRect(list->model()->index(0, 0)).center());
        settle();
        QCOMPARE(window_->position(), window_->stopsPane().rows().positionAt(0));
        QCOMPARE(window_->position(), window_->summary()->failures.front());
    }

    void eventsLikeThePresentOneAreStoppedAt() {
        write(QStringLiteral("failure"));
        press(Qt::Key_F8);
        press(Qt::Key_Left);
        const EventLine event = *window_->moment()->event;
        press(Qt::Key_F9);
        QVERIFY(line()->text().startsWith(QStringLiteral("kind = ") + textOf(nameOf(event.kind))));
        QTest::keyClick(line(), Qt::Key_Return);
        searched();
        QCOMPARE(window_->stopsPane().stops().size(), std::size_t{2});
        QVERIFY(window_->stopsPane().rows().rowOf(event.seq) >= 0);
    }

    void writesOfAValueAreStoppedAt() {
        window_->goTo(window_->summary()->lastPosition);
        window_->select({3});
        settle();
        StateTree& tree = window_->inspector().stateTree();
        bool chosen = false;
        for (int row = 0; row < tree.model().rowCount(); ++row) {
            const QModelIndex field = tree.model().index(row, 0);
            if (field.data().toString() != QStringLiteral("seen")) continue;
            tree.setCurrentIndex(field);
            chosen = true;
        }
        QVERIFY(chosen);
        press(Qt::Key_F9, Qt::ShiftModifier);
        QCOMPARE(window_->stopsPane().stops().size(), std::size_t{1});
        searched();
        const std::string path = (*window_->summary()->actors)[3].path;
        QCOMPARE(window_->stopsPane().stops().front().condition,
                 "actor = '" + path + "' and changed.seen");
        QVERIFY(window_->stopsPane().hits()->all.size() > 10);
        for (const StopHits::Line& line : window_->stopsPane().hits()->lines)
            QCOMPARE(line.event.cell, Rank{3});
    }

    void whoMovesMeanwhileIsNotTakenToTheStop() {
        QAction* next = nullptr;
        for (QAction* action : window_->actions())
            if (action->text() == QStringLiteral("Next stop")) next = action;
        QVERIFY(next != nullptr);
        // Nothing was searched yet when the next stop is asked for.
        window_->stopsPane().add(QStringLiteral("kind = log"));
        next->trigger();
        QCOMPARE(window_->position(), Position{1});
        searched();
        settle();
        QCOMPARE(window_->position(), window_->stopsPane().hits()->all.at(0));

        window_->goTo({1});
        window_->stopsPane().add(QStringLiteral("failure"));
        next->trigger();
        window_->goTo({2});
        searched();
        settle();
        QCOMPARE(window_->position(), Position{2});
    }

    void whatCannotBeUnderstoodIsSaidInThePane() {
        write(QStringLiteral("balance > 3"));
        QVERIFY(window_->stopsPane().summary().contains(QStringLiteral("column 1")));
        QCOMPARE(window_->stopsPane().rows().rowCount(), 0);
    }

    void withoutBreakpointsTheKeyLeadsToTheirPane() {
        press(Qt::Key_F8);
        QTRY_VERIFY(window_->stopsPane().isVisible());
        QCOMPARE(window_->position(), Position{1});
    }

    void theyAreKeptForTheNextTraceOfTheProgram() {
        write(QStringLiteral("kind = log"));
        write(QStringLiteral("leak"));
        window_.reset();
        openWindow();
        searched();
        QCOMPARE(window_->stopsPane().stops().size(), std::size_t{2});
        QCOMPARE(window_->stopsPane().stops().front().condition, std::string{"kind = log"});
        QVERIFY(window_->stopsPane().hits()->all.size() > 0);
    }
};

QTEST_MAIN(TestBreakpoints)
#include "tst_breakpoints.moc"
