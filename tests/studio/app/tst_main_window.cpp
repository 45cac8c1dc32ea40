// The whole window over a real session: records a program in it, walks the trace, comes back.
#include "studio/app/main_window.h"
#include "studio/models/text.h"
#include "studio/views/diff_view.h"
#include "studio/views/event_table.h"
#include "studio/views/status_card.h"
#include "studio/views/timeline_view.h"
#include "tests/studio/session/carousel.h"

#include <QAction>
#include <QDockWidget>
#include <QDropEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

using namespace ariadne;
using namespace ariadne::studio;

namespace {
constexpr int kPatienceMs = 60'000;
}

class TestMainWindow : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString one_, two_;
    std::unique_ptr<MainWindow> window_;

    QString path(const char* name) const { return folder_.filePath(QString::fromUtf8(name)); }
    void settle() {
        QTRY_VERIFY_WITH_TIMEOUT((window_->repaint(), window_->isSettled()), kPatienceMs);
    }
    void open(const QString& file) {
        window_->openFile(file);
        QTRY_VERIFY_WITH_TIMEOUT(
            window_->summary() != nullptr && textOf(window_->summary()->path) == file, kPatienceMs);
        settle();
    }
    QAction* action(const QString& text) const {
        for (QAction* candidate : window_->actions())
            if (candidate->text() == text) return candidate;
        return nullptr;
    }

private Q_SLOTS:
    void initTestCase() {
        one_ = path("one.clew");
        two_ = path("two.clew");
        tests::record(tests::carouselRequest(one_, 1));
        tests::record(tests::carouselRequest(two_, 2));
    }
    void init() {
        window_ = std::make_unique<MainWindow>(path("studio.ini"));
        window_->resize(1400, 900);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    }
    void cleanup() { window_.reset(); }

    void openingStandsAtTheFailure() {
        open(one_);
        QVERIFY(!window_->summary()->failures.empty());
        QCOMPARE(window_->position(), window_->summary()->failures.front());
        QCOMPARE(window_->moment()->position, window_->position());
        QVERIFY(window_->moment()->actor.has_value());
        QCOMPARE(window_->moment()->actor->rank, window_->moment()->event->cell);
        QCOMPARE(window_->windowTitle(), QStringLiteral("one.clew — Ariadne"));
    }
    void openingAHungRunStandsAtTheMessageOfTheTurnThatNeverCameBack() {
        const tracefmt::HostNote note = tests::recordStuck(path("hung.clew"));
        open(path("hung.clew"));
        QCOMPARE(window_->position(), note.enqueuedAt);
        QCOMPARE(window_->selected(), note.cell);
        auto* card = window_->findChild<StatusCard*>();
        QVERIFY(card->isVisible());
        QCOMPARE(card->title(),
                 QStringLiteral("This recording ends in a turn that never came back"));
        // And leads back there.
        window_->goTo({1});
        window_->select({1});
        settle();
        QVERIFY(card->isVisible());
        Q_EMIT card->actionTriggered();
        settle();
        QCOMPARE(window_->position(), note.enqueuedAt);
        QCOMPARE(window_->selected(), note.cell);
        // Who asks for a place gets that.
        window_->openFile(path("hung.clew"), Position{3});
        QTRY_COMPARE_WITH_TIMEOUT(window_->position(), Position{3}, kPatienceMs);
        settle();
        QCOMPARE(window_->selected(), kOutside);
        open(one_);
        QVERIFY(!card->isVisible());
        QCOMPARE(window_->position(), window_->summary()->failures.front());
    }
    void everyPaneFollowsThePosition() {
        open(one_);
        action(QStringLiteral("First event"))->trigger();
        action(QStringLiteral("One event forward"))->trigger();
        settle();
        QCOMPARE(window_->position(), Position{2});
        QCOMPARE(window_->moment()->event->seq, Position{2});
        action(QStringLiteral("Last event"))->trigger();
        action(QStringLiteral("One event back"))->trigger();
        settle();
        QCOMPARE(window_->position().value, window_->summary()->lastPosition.value - 1);
    }
    void causeLeadsBackAndEffectForward() {
        open(one_);
        const Position failure = window_->position();
        action(QStringLiteral("To the cause"))->trigger();
        settle();
        QVERIFY(window_->position() < failure);
        action(QStringLiteral("Back to the last visited moment"))->trigger();
        settle();
        QCOMPARE(window_->position(), failure);
    }
    void theActorsOwnEventsCanBeWalked() {
        open(one_);
        window_->select({1});
        settle();
        QVERIFY(window_->moment()->actor);
        const Position before = window_->position();
        action(QStringLiteral("Previous event of the actor"))->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(window_->position() < before, kPatienceMs);
    }
    void keysWalkTheTrace() {
        open(one_);
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        QTest::keyClick(window_.get(), Qt::Key_End);
        for (int i = 0; i < 50; ++i) QTest::keyClick(window_.get(), Qt::Key_Left);
        settle();
        const Position last = window_->summary()->lastPosition;
        QCOMPARE(window_->position().value, last.value - 50);
        QCOMPARE(window_->moment()->position, window_->position());
        QTest::keyClick(window_.get(), Qt::Key_Right);
        settle();
        QCOMPARE(window_->position().value, last.value - 49);
        const Position here = window_->position();
        QTest::keyClick(window_.get(), Qt::Key_Comma);
        QTRY_VERIFY_WITH_TIMEOUT(window_->position() < here, kPatienceMs);
        settle();
        QVERIFY(window_->moment()->actor.has_value());
        QTest::keyClick(window_.get(), Qt::Key_Home);
        settle();
        QCOMPARE(window_->position(), Position{1});
    }
    void aPausedRunDoesNotMoveAnotherTrace() {
        QSignalSpy changed(&window_->session(), &Session::runChanged);
        window_->session().startRun(tests::carouselRequest(path("paused.clew"), 3), true);
        QTRY_VERIFY_WITH_TIMEOUT(
            !changed.isEmpty() && window_->summary() != nullptr &&
                changed.last()[0].value<RunStatus>().phase == RunStatus::Phase::kPaused,
            kPatienceMs);
        window_->openFile(two_);
        QTRY_VERIFY_WITH_TIMEOUT(textOf(window_->summary()->path) == two_, kPatienceMs);
        window_->goTo({7});
        window_->session().stopRun();
        QTRY_VERIFY_WITH_TIMEOUT(
            changed.last()[0].value<RunStatus>().phase == RunStatus::Phase::kEnded, kPatienceMs);
        settle();
        QCOMPARE(textOf(window_->summary()->path), two_);
        QCOMPARE(window_->position(), Position{7});
    }
    void aDroppedFileIsOpened() {
        QMimeData mime;
        mime.setUrls({QUrl::fromLocalFile(one_)});
        QDropEvent drop({100, 100}, Qt::CopyAction, &mime, Qt::LeftButton, {});
        // QApplication hands drops only to the target of a drag that the platform began.
        static_cast<QObject*>(window_.get())->event(&drop);
        QVERIFY(drop.isAccepted());
        QTRY_VERIFY_WITH_TIMEOUT(window_->summary() != nullptr, kPatienceMs);
    }
    void twoRunsAreCompared() {
        open(one_);
        window_->compareWith(two_);
        QTRY_VERIFY_WITH_TIMEOUT(
            window_->diffPane().verdict().startsWith(QStringLiteral("First divergence at event")),
            kPatienceMs);
    }
    void runningAgainSaysIdentical() {
        open(one_);
        action(QStringLiteral("Re-execute from here"))->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(
            window_->diffPane().verdict().startsWith(QStringLiteral("Identical")), kPatienceMs);
    }
    void aRunInTheStudioBecomesATrace() {
        QSignalSpy changed(&window_->session(), &Session::runChanged);
        window_->session().startRun(tests::carouselRequest(path("live.clew"), 3), false);
        const auto ended = [&] {
            return !changed.isEmpty() &&
                   changed.last()[0].value<RunStatus>().phase == RunStatus::Phase::kEnded;
        };
        QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(
            window_->summary() && window_->summary()->state == tracefmt::FileState::kClean,
            kPatienceMs);
        settle();
        QCOMPARE(textOf(window_->summary()->path), path("live.clew"));
    }
    void aFileThatIsNoTraceLeavesTheWindowAsItWas() {
        QFile poem(path("poem.txt"));
        QVERIFY(poem.open(QIODevice::WriteOnly));
        poem.write("this is a poem");
        poem.close();
        QSignalSpy failed(&window_->session(), &Session::openFailed);
        window_->openFile(poem.fileName());
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kPatienceMs);
        QVERIFY(window_->summary() == nullptr);
    }
    void theLayoutAndRecentFilesAreKept() {
        open(one_);
        window_->findChild<QDockWidget*>(QStringLiteral("actors"))->hide();
        window_->close();
        window_ = std::make_unique<MainWindow>(path("studio.ini"));
        window_->show();
        open(one_);
        QVERIFY(window_->findChild<QDockWidget*>(QStringLiteral("actors"))->isHidden());
        window_->resetLayout();
        QVERIFY(!window_->findChild<QDockWidget*>(QStringLiteral("actors"))->isHidden());
        QVERIFY(QSettings(path("studio.ini"), QSettings::IniFormat)
                    .value(QStringLiteral("recentFiles"))
                    .toStringList()
                    .contains(one_));
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
