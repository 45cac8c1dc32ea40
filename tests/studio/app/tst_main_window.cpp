// The whole window over a real session: records a program in it, walks the trace, comes back.
#include "studio/app/main_window.h"
#include "studio/models/text.h"
#include "studio/views/cause_pane.h"
#include "studio/views/diff_view.h"
#include "studio/views/event_table.h"
#include "studio/views/query_pane.h"
#include "studio/views/space_time_pane.h"
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
#include <QThread>
#include <QToolButton>
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
        auto* card = &window_->card();
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
    /// Behind another tab Causes and Messages would ask at every step, for nobody.
    void aPaneBehindAnotherTabAsksNothing() {
        open(one_);
        window_->showCausesPane();
        window_->showMessagesPane();
        settle();
        window_->showEventsPane();
        QTRY_VERIFY(!window_->causesPane().isVisible());
        QTRY_VERIFY(!window_->messagesPane().isVisible());
        std::vector<Position> asked;
        connect(&window_->causesPane(), &CausePane::causesWanted, window_.get(),
                [&asked](quint64 position) { asked.push_back({position}); });
        connect(&window_->messagesPane(), &SpaceTimePane::pictureWanted, window_.get(),
                [&asked](const SpaceTimeQuestion& question) { asked.push_back(question.of); });
        window_->goTo({1});
        settle();
        QVERIFY(asked.empty());
        // What it missed it asks for when it is seen.
        window_->showCausesPane();
        QTRY_COMPARE(asked, std::vector{Position{1}});
        settle();
        QVERIFY(window_->causesPane().rows().chain()->holds({1}));
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
    void whatWasAskedOfTheTraceBeforeIsNotWaitedFor() {
        open(one_);
        for (std::uint32_t i = 0; i < 8; ++i) {
            window_->openFile(i % 2 == 0 ? two_ : one_, Position{3});  // nobody is chosen there
            // The other one is open by now and the window does not know: it asks for arrows of the
            // one before, and hears of the other one before there is an answer.
            QThread::msleep(15);
            window_->select({1 + i % 6});
            settle();
        }
        QCOMPARE(textOf(window_->summary()->path), one_);
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
    void whatWasNotRecordedIsMadeWhereOneStands() {
        recorder::RunRequest request = tests::carouselRequest(path("small.clew"), 1);
        request.level = tracefmt::Level::kInputs;
        tests::record(request);
        open(path("small.clew"));
        auto* card = &window_->card();
        QVERIFY(card->isVisible());
        QVERIFY(card->title().contains(QStringLiteral("only what came from outside")));
        QCOMPARE(window_->position(), window_->summary()->failures.front());
        QVERIFY(!window_->moment()->hasStates);
        window_->goTo({57});
        window_->select({3});
        window_->timeline().setVisible64({40, 90});
        settle();
        // Nothing has run so far, and what is asked for runs beside the window.
        Q_EMIT card->actionTriggered();
        QVERIFY(card->title().startsWith(QStringLiteral("Running carousel 1.0 again")));
        QTRY_VERIFY_WITH_TIMEOUT(textOf(window_->summary()->path) != path("small.clew"),
                                 kPatienceMs);
        settle();
        const QString made = textOf(window_->summary()->path);
        QCOMPARE(window_->position(), Position{57});
        QCOMPARE(window_->selected(), Rank{3});
        QCOMPARE(window_->timeline().visiblePositions(), (PositionRange{40, 90}));
        QVERIFY(window_->moment()->hasStates && window_->moment()->actor->isKnown);
        QVERIFY(card->isVisible());
        QVERIFY(card->title().startsWith(QStringLiteral("All ")));
        QCOMPARE(window_->windowTitle(), QStringLiteral("small.clew, run again — Ariadne"));
        const auto recent = QSettings(path("studio.ini"), QSettings::IniFormat)
                                .value(QStringLiteral("recentFiles"))
                                .toStringList();
        QVERIFY(recent.contains(path("small.clew")) && !recent.contains(made));

        // Not over the recording itself.
        window_->saveMade(path("small.clew"));
        QCOMPARE(card->title(), QStringLiteral("Nothing was saved"));
        window_->saveMade(path("all.clew"));
        QTRY_COMPARE_WITH_TIMEOUT(textOf(window_->summary()->path), path("all.clew"), kPatienceMs);
        settle();
        QCOMPARE(window_->position(), Position{57});
        QCOMPARE(window_->windowTitle(), QStringLiteral("all.clew — Ariadne"));
        QVERIFY(!card->isVisible());
        QFile all(path("all.clew")), one(one_);
        QVERIFY(all.open(QIODevice::ReadOnly) && one.open(QIODevice::ReadOnly));
        QVERIFY(all.readAll() == one.readAll());
        QVERIFY(QFile::exists(made));
        window_.reset();
        QVERIFY(!QFile::exists(made));
    }
    void ofALongRunWhatIsVisibleIsMadeAlone() {
        recorder::RunRequest request = tests::carouselRequest(path("longer.clew"), 1, "60000");
        request.level = tracefmt::Level::kInputs;
        tests::record(request);
        open(path("longer.clew"));
        const Position last = window_->summary()->lastPosition;
        const Position snapshot = window_->summary()->snapshots.front();
        QVERIFY(snapshot.value + 1000 < last.value);
        const PositionRange shown{snapshot.value + 20, snapshot.value + 70};
        window_->timeline().setVisible64(shown);
        window_->goTo({3});
        window_->timeline().setVisible64(shown);
        settle();
        action(QStringLiteral("Run again to get the visible events"))->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(window_->summary()->hasAll(), kPatienceMs);
        settle();
        auto* card = &window_->card();
        QVERIFY(card->isVisible());
        QVERIFY2(card->title().contains(QStringLiteral(" events up to ")),
                 qPrintable(card->title()));
        QCOMPARE(window_->timeline().visiblePositions(), shown);
        QCOMPARE(window_->position().value, shown.begin);  // 3 is not there
        QVERIFY(window_->moment()->hasStates);
        QVERIFY(window_->summary()->lastPosition.value + 1 >= shown.end);
        QVERIFY(window_->summary()->lastPosition < last);
        QCOMPARE(window_->summary()->snapshots.front(), snapshot);
        // The others come from the recording, not from the part.
        action(QStringLiteral("Run again to get all events"))->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(window_->summary()->lastPosition, last, kPatienceMs);
        settle();
        QVERIFY(card->title().startsWith(QStringLiteral("All ")));
        QVERIFY(window_->summary()->hasAll());
    }
    void makingIsCancelledByTheCardAndByOpeningAnother() {
        recorder::RunRequest request = tests::carouselRequest(path("long.clew"), 1, "20000");
        request.level = tracefmt::Level::kInputs;
        tests::record(request);
        open(path("long.clew"));
        auto* card = &window_->card();
        const QString before = card->title();
        Q_EMIT card->actionTriggered();
        QVERIFY(card->title() != before);
        Q_EMIT card->actionTriggered();  // Cancel
        QTRY_COMPARE_WITH_TIMEOUT(card->title(), before, kPatienceMs);
        QCOMPARE(textOf(window_->summary()->path), path("long.clew"));
        settle();
        Q_EMIT card->actionTriggered();
        open(one_);
        QVERIFY(!card->isVisible());
        QCOMPARE(textOf(window_->summary()->path), one_);
    }
    void aRecordingThatWasCutOffIsSavedWhole() {
        QVERIFY(QFile::copy(one_, path("cut.clew")));
        QVERIFY(QFile::resize(path("cut.clew"), QFile(one_).size() / 2));
        open(path("cut.clew"));
        auto* card = &window_->card();
        QVERIFY(card->isVisible());
        QVERIFY(card->title().startsWith(QStringLiteral("This recording was cut off")));
        window_->goTo({33});
        window_->saveRecovered(path("saved.clew"));
        QTRY_COMPARE_WITH_TIMEOUT(textOf(window_->summary()->path), path("saved.clew"),
                                  kPatienceMs);
        settle();
        QCOMPARE(window_->summary()->state, tracefmt::FileState::kClean);
        QCOMPARE(window_->position(), Position{33});
        QVERIFY(!card->isVisible());
    }
    void aFollowedRunThatDiesIsSaid() {
        tracefmt::TraceMeta meta;
        meta.programId = tests::kCarousel;
        meta.batch = 16;
        auto made = recorder::Recorder::create(path("dies.clew").toStdString(), meta);
        QVERIFY(made.ok());
        kernel::World world{{}, made->get()};
        const Program* program = ProgramRegistry::find(tests::kCarousel);
        QVERIFY(program->start(world, *program, {}).ok());
        for (int i = 0; i < 4; ++i) world.step();
        QVERIFY((*made)->flush().ok());
        window_->openFile(path("dies.clew"));
        QTRY_VERIFY_WITH_TIMEOUT(window_->summary() != nullptr, kPatienceMs);
        QCOMPARE(window_->summary()->state, tracefmt::FileState::kRecording);
        auto* card = &window_->card();
        QVERIFY(!card->isVisible());
        made->reset();  // as kill -9 does: no end
        QTRY_VERIFY_WITH_TIMEOUT(card->isVisible(), kPatienceMs);
        QVERIFY(card->title().startsWith(QStringLiteral("This recording was cut off")));
        QCOMPARE(window_->summary()->state, tracefmt::FileState::kCut);
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
    void aQuestionThatNeverEndsEndsInACard() {
        open(one_);
        QueryPane& pane = window_->queryPane();
        window_->showQueryPane();
        pane.setBudget({std::chrono::nanoseconds{1}, 10});
        pane.ask(
            QStringLiteral("SELECT count(*) FROM event AS a, event AS b, event AS c"
                           " WHERE a.arg + b.arg + c.arg = -1"));
        settle();
        QVERIFY(pane.card().isVisible());
        QCOMPARE(pane.card().title(),
                 QStringLiteral("Stopped after 1 ns, the time a question has"));
        QToolButton* go = nullptr;
        for (QToolButton* each : pane.card().findChildren<QToolButton*>())
            if (each->text() == QStringLiteral("Run without the limit")) go = each;
        QVERIFY(go != nullptr);
        QTest::mouseClick(go, Qt::LeftButton);
        QVERIFY(pane.isAsking());
        QVERIFY(!pane.card().isVisible());
        // For as long as it takes, or a person ends it.
        QTest::keyClick(window_.get(), Qt::Key_Escape);
        settle();
        QVERIFY(pane.card().isVisible());
        QVERIFY2(pane.card().title().startsWith(QStringLiteral("Cancelled after ")),
                 qPrintable(pane.card().title()));
        QTest::keyClick(window_.get(), Qt::Key_Escape);
        QVERIFY(!pane.card().isVisible());
        // Of rows there are at most so many, and these stay.
        pane.setBudget({std::chrono::hours{1}, 10});
        pane.ask(QStringLiteral("SELECT position FROM event"));
        settle();
        QCOMPARE(pane.rows().rowCount(), 10);
        QVERIFY(pane.card().title().startsWith(QStringLiteral("Stopped after 10 rows")));
        open(two_);
        QVERIFY(!pane.card().isVisible());
    }
    void theLayoutAndRecentFilesAreKept() {
        open(one_);
        window_->findChild<QDockWidget*>(QStringLiteral("world"))->hide();
        window_->close();
        window_ = std::make_unique<MainWindow>(path("studio.ini"));
        window_->show();
        open(one_);
        QVERIFY(window_->findChild<QDockWidget*>(QStringLiteral("world"))->isHidden());
        window_->resetLayout();
        QVERIFY(!window_->findChild<QDockWidget*>(QStringLiteral("world"))->isHidden());
        QVERIFY(QSettings(path("studio.ini"), QSettings::IniFormat)
                    .value(QStringLiteral("recentFiles"))
                    .toStringList()
                    .contains(one_));
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
