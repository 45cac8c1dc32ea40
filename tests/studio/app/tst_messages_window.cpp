// What came of an event and messages between actors, by mouse and keyboard in the whole window.
#include "studio/app/main_window.h"
#include "studio/models/space_time_words.h"
#include "studio/views/cause_pane.h"
#include "studio/views/effect_tree.h"
#include "studio/views/space_time_pane.h"
#include "studio/views/space_time_view.h"
#include "tests/studio/session/carousel.h"

#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QWindow>

#include <algorithm>

using namespace ariadne;
using namespace ariadne::studio;

namespace {
constexpr int kPatienceMs = 60'000;
}

class TestMessages : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString trace_;
    std::unique_ptr<MainWindow> window_;

    void settle() {
        QTRY_VERIFY_WITH_TIMEOUT((window_->repaint(), window_->isSettled()), kPatienceMs);
    }
    void key(Qt::Key code, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(window_->windowHandle(), code, modifiers);
        settle();
    }
    void click(QWidget& widget, const QPoint& at) {
        QTest::mouseClick(window_->windowHandle(), Qt::LeftButton, {},
                          widget.mapTo(window_.get(), at));
        settle();
    }
    EffectTree& tree() { return window_->causesPane().effects(); }
    SpaceTimeView& view() { return window_->messagesPane().view(); }
    const SpaceTime& picture() { return *view().picture(); }

private Q_SLOTS:
    void initTestCase() {
        trace_ = folder_.filePath(QStringLiteral("one.clew"));
        tests::record(tests::carouselRequest(trace_, 1));
    }
    void init() {
        QFile::remove(folder_.filePath(QStringLiteral("studio.ini")));
        window_ = std::make_unique<MainWindow>(folder_.filePath(QStringLiteral("studio.ini")));
        window_->resize(1480, 1000);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        // The root's first turn, in which all begins.
        window_->openFile(trace_, Position{3});
        QTRY_VERIFY_WITH_TIMEOUT(window_->summary() != nullptr, kPatienceMs);
        settle();
    }
    void cleanup() { window_.reset(); }

    void fromAnEventToWhatCameOfItByKeys() {
        key(Qt::Key_E);
        EffectTreeModel& model = tree().model();
        QVERIFY(tree().isVisible());
        QCOMPARE(model.root(), Position{3});
        QCOMPARE(window_->causesPane().summary(), QStringLiteral("Event 3 led to 20 events"));
        const QModelIndex root = model.indexOf({3});
        QVERIFY(tree().isExpanded(root));
        // Down to the first message and into it.
        tree().setFocus();
        QModelIndex at = tree().currentIndex();
        while (model.positionAt(at).value_or(Position{}) == Position{3} ||
               !at.siblingAtColumn(0).data().toString().startsWith(QStringLiteral("Send"))) {
            key(Qt::Key_Down);
            QVERIFY(tree().currentIndex() != at);
            at = tree().currentIndex();
        }
        key(Qt::Key_Right);
        // Left and Right belong to the tree while it has the keys.
        QCOMPARE(window_->position(), Position{3});
        QVERIFY(tree().isExpanded(at.siblingAtColumn(0)));
        key(Qt::Key_Down);
        key(Qt::Key_Return);
        QCOMPARE(window_->moment()->event->kind, EventKind::kDeliver);
        QCOMPARE(window_->moment()->event->cause, *model.positionAt(at));
        // The tree stays, and the row of the moment is the current one.
        QCOMPARE(model.root(), Position{3});
        QCOMPARE(model.positionAt(tree().currentIndex()),
                 std::optional<Position>{window_->position()});
        // And back: why.
        key(Qt::Key_Y);
        QCOMPARE(window_->causesPane().mode(), CausePane::Mode::kWhy);
        QVERIFY(window_->causesPane().rows().rowOf({3}) > 0);
    }

    void theTreeGoesOnFromWhereSomebodyStands() {
        key(Qt::Key_E);
        const Position end = window_->summary()->lastPosition;
        const QModelIndex some = tree().model().index(18, 0, tree().model().index(0, 0));
        tree().scrollTo(some);
        click(*tree().viewport(), tree().visualRect(some).center());
        const Position here = window_->position();
        QCOMPARE(tree().model().positionAt(some), std::optional<Position>{here});
        for (QToolButton* button : window_->causesPane().findChildren<QToolButton*>())
            if (button->text() == QStringLiteral("From here"))
                click(*button, button->rect().center());
        QCOMPARE(tree().model().root(), here);
        // Outside of the tree it begins anew.
        key(Qt::Key_End);
        QCOMPARE(window_->position(), end);
        QCOMPARE(tree().model().root(), end);
        QVERIFY(window_->causesPane().summary().startsWith(QStringLiteral("Nothing came of")));
    }

    void fromMessageToMessageByMouseAndKeys() {
        window_->showMessagesPane();
        settle();
        QVERIFY(picture().complete);
        QCOMPARE(picture().question.of, Position{3});
        QCOMPARE(window_->messagesPane().summary(), spaceTimeSummary(&picture()));
        QVERIFY(picture().leftOutBehind > 0);
        view().setFocus();
        const std::size_t row = picture().rowFrom({3});
        key(Qt::Key_Down);
        QCOMPARE(window_->position(), picture().rows[row + 1].line.seq);
        key(Qt::Key_Down);
        key(Qt::Key_Up);
        QCOMPARE(window_->position(), picture().rows[row + 1].line.seq);
        // A click on the line of a message that is in view.
        const int line = static_cast<int>(row) + 4;
        click(*view().viewport(), view().pointOf(line, 0));
        QCOMPARE(window_->position(), picture().rows[static_cast<std::size_t>(line)].line.seq);
        QCOMPARE(picture().question.of, Position{3});
        // Off the picture another one is drawn.
        key(Qt::Key_End);
        QCOMPARE(picture().question.of, window_->summary()->lastPosition);
    }

    void onlyWhatLedToAnEvent() {
        const Position failure = window_->summary()->failures.front();
        window_->goTo(failure);
        settle();
        key(Qt::Key_X);
        window_->messagesPane().setMode(SpaceTimeQuestion::Actors::kPast, true);
        settle();
        QCOMPARE(picture().question.of, failure);
        window_->showCausesPane();
        settle();
        const auto chain = window_->causesPane().rows().chain();
        window_->showMessagesPane();
        settle();
        for (const SpaceTime::Row& shown : picture().rows) QVERIFY(chain->holds(shown.line.seq));
        QVERIFY(picture().rows.size() > 3);
    }
};

QTEST_MAIN(TestMessages)
#include "tst_messages_window.moc"
