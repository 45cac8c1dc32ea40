// A run step by step in the whole window: paused at breakpoints, by turns, rounds and actors, and
// once more with another seed; by the keys that a person presses.
#include "engine/ariadne.h"
#include "studio/app/main_window.h"
#include "studio/models/text.h"
#include "studio/views/diff_view.h"
#include "studio/views/position_badge.h"
#include "studio/views/run_bar.h"
#include "studio/views/status_card.h"
#include "studio/views/stop_pane.h"
#include "tests/studio/session/carousel.h"
#include "tests/support/must.h"
#include "tracefmt/trace_reader.h"

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace ariadne;
using namespace ariadne::studio;
using ariadne::test::must;

namespace {

constexpr int kPatienceMs = 60'000;

/// Program mishap: its birth, what it is begun with, and two events for each turn but the last.
constexpr std::uint64_t turnOfCount(std::uint64_t counted) {
    return 2 * counted + 3;
}

}  // namespace

namespace sleeper_program {

struct Wake {};
BOOST_DESCRIBE_STRUCT(Wake, (), ())

/// In a live run there is no round before it wakes, and that takes longer than any test.
struct Sleeper {
    bool woken = false;
    void on(Context& cx, const Start&) { cx.after(1h, Wake{}); }
    void on(Context&, const Wake&) { woken = true; }
};
BOOST_DESCRIBE_STRUCT(Sleeper, (), (woken))
ARIADNE_ACTOR(Sleeper, Start, Wake)
ARIADNE_PROGRAM("sleeper", "1.0", Sleeper)

}  // namespace sleeper_program

namespace talker_program {

struct Word {
    std::uint32_t number = 0;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Word, (), (number, text))

/// Its twentieth word is a long one.
struct Talker {
    std::uint32_t said = 0;
    void on(Context& cx, const Start&) { cx.send(cx.self<Talker>(), Word{}); }
    void on(Context& cx, const Word& m) {
        said = m.number;
        cx.send(cx.self<Talker>(), Word{said + 1, said == 20 ? std::string(500, 'a') : ""});
    }
};
BOOST_DESCRIBE_STRUCT(Talker, (), (said))
ARIADNE_ACTOR(Talker, Start, Word)
ARIADNE_PROGRAM("talker", "1.0", Talker)

}  // namespace talker_program

class TestRunning : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<MainWindow> window_;

    QString settingsFile() const { return folder_->filePath(QStringLiteral("studio.ini")); }
    void keep(const QString& key, const QVariant& value) {
        QSettings(settingsFile(), QSettings::IniFormat).setValue(key, value);
    }
    void openWindow(bool elsewhere) {
        keep(QStringLiteral("recordings"), folder_->path());
        window_ = std::make_unique<MainWindow>(settingsFile());
        if (elsewhere)
            window_->session().runElsewhere({ARIADNE_COMMAND, "host", "--programs", TEST_PROGRAMS});
        window_->resize(1480, 920);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    }
    recorder::RunRequest mishap(const char* turns) {
        recorder::RunRequest request;
        request.program = "mishap";
        request.args = {{"what", "nothing"}, {"turns", turns}};
        request.file = folder_->filePath(QStringLiteral("mishap.clew")).toStdString();
        return request;
    }
    RunBar& bar() { return *window_->findChild<RunBar*>(); }
    When when() { return window_->findChild<PositionBadge*>()->when(); }
    QAction& action(const char* text) {
        for (QAction* one : window_->actions())
            if (one->text() == QLatin1String(text)) return *one;
        qFatal("no action %s", text);
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(window_.get(), key, modifiers);
    }
    bool barSays(const QString& part) {
        return bar().isVisible() &&
               (bar().title() + QLatin1Char('\n') + bar().text()).contains(part);
    }
    bool standsAt(std::uint64_t event) {
        return window_->position().value == event && window_->moment() &&
               window_->moment()->position.value == event;
    }
    bool hasEnded() {
        return window_->summary() && window_->summary()->state == tracefmt::FileState::kClean &&
               window_->isSettled();
    }

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }
    void cleanup() { window_.reset(); }

    void aRunIsPausedAtTheBreakpointsOfItsProgram() {
        keep(QStringLiteral("stops/mishap"),
             QStringList{QStringLiteral("+state.counted = 300"), QStringLiteral("-kind = send")});
        openWindow(true);
        window_->recordNow(QStringLiteral("mishap"));
        QTRY_VERIFY_WITH_TIMEOUT(
            barSays(QStringLiteral("mishap is paused: a breakpoint at event 603")), kPatienceMs);
        QVERIFY2(barSays(QStringLiteral("state.counted = 300 holds there")),
                 qPrintable(bar().text()));
        // There one stands, with what fulfilled it in the inspector, and no more was run.
        QTRY_VERIFY_WITH_TIMEOUT(standsAt(turnOfCount(300)), kPatienceMs);
        QCOMPARE(when(), When::kPaused);
        QTRY_COMPARE_WITH_TIMEOUT(window_->selected(), Rank{1}, kPatienceMs);
        QVERIFY(window_->summary()->lastPosition.value <= turnOfCount(300) + 1);

        // Who goes back is told that the run is paused elsewhere, and gets there again.
        press(Qt::Key_Home);
        QTRY_VERIFY(barSays(QStringLiteral("You look at an earlier event of it")));
        QCOMPARE(when(), When::kPast);
        QTest::mouseClick(bar().findChild<QToolButton*>(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(standsAt(turnOfCount(300)), kPatienceMs);
        QCOMPARE(when(), When::kPaused);

        press(Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(), kPatienceMs);
        QVERIFY(!bar().isVisible());
        QCOMPARE(when(), When::kPast);
    }

    void breakpointsAreAddedAndRemovedWhileItRuns() {
        openWindow(true);
        window_->session().startRun(mishap("1000000000"), false);
        QTRY_VERIFY_WITH_TIMEOUT(
            window_->summary() && window_->summary()->lastPosition.value > 1000, kPatienceMs);
        QVERIFY(!bar().isVisible());
        window_->stopsPane().add(QStringLiteral("kind = deliver and state.counted > 10"));
        QTRY_VERIFY_WITH_TIMEOUT(barSays(QStringLiteral("a breakpoint at event")), kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(when(), When::kPaused, kPatienceMs);
        const Position first = window_->position();
        press(Qt::Key_F5);
        QTRY_COMPARE_WITH_TIMEOUT(window_->position().value, first.value + 2, kPatienceMs);
        // Off, it is in nobody's way.
        QTest::keyClick(window_.get(), Qt::Key_F5);
        QTRY_COMPARE_WITH_TIMEOUT(window_->position().value, first.value + 4, kPatienceMs);
        // As it stands there already, it is chosen.
        window_->stopsPane().add(QStringLiteral("kind = deliver and state.counted > 10"));
        for (QPushButton* button : window_->stopsPane().findChildren<QPushButton*>())
            if (button->text() == QLatin1String("Remove")) button->click();
        QCOMPARE(window_->stopsPane().stops().size(), std::size_t{0});
        window_->setFocus();
        press(Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(window_->summary()->lastPosition.value > first.value + 1000,
                                 kPatienceMs);
        QCOMPARE(when(), When::kLive);
        window_->session().stopRun();
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(), kPatienceMs);
    }

    void whatCannotPauseARunIsSaid() {
        keep(QStringLiteral("stops/mishap"), QStringList{QStringLiteral("+balance > 3")});
        openWindow(true);
        window_->recordNow(QStringLiteral("mishap"));
        QTRY_VERIFY_WITH_TIMEOUT(window_->stopsPane().summary().contains(QLatin1String("column 1")),
                                 kPatienceMs);
        window_->session().stopRun();
    }

    void aPausedRunIsSteppedByTurnAndByRound() {
        openWindow(true);
        window_->session().startRun(mishap("1000000000"), true);
        QTRY_VERIFY_WITH_TIMEOUT(barSays(QStringLiteral("in front of its first round")),
                                 kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(window_->summary() != nullptr, kPatienceMs);
        for (const std::uint64_t turn : {turnOfCount(0), turnOfCount(1), turnOfCount(2)}) {
            press(Qt::Key_F7, Qt::ControlModifier);
            QTRY_VERIFY_WITH_TIMEOUT(standsAt(turn), kPatienceMs);
            QCOMPARE(window_->moment()->event->kind, EventKind::kDeliver);
            QTRY_COMPARE(when(), When::kPaused);
        }
        // What is committed is gone through first, from wherever one stands.
        const Position last = window_->summary()->lastPosition;
        window_->goTo({2});
        press(Qt::Key_F7, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(standsAt(turnOfCount(0)), kPatienceMs);
        QCOMPARE(window_->summary()->lastPosition, last);

        window_->goTo(last);
        press(Qt::Key_F7);
        QTRY_VERIFY_WITH_TIMEOUT(barSays(QStringLiteral("paused behind round")), kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(window_->summary()->lastPosition > last, kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(window_->position(), window_->summary()->lastPosition,
                                  kPatienceMs);
        QCOMPARE(when(), When::kPaused);
        window_->session().stopRun();
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(), kPatienceMs);
        QVERIFY(!action("Run one turn").isEnabled());
    }

    /// A turn is looked for behind each round, but not behind the pause that a person wished.
    void whoPausesTheSearchForATurnIsNotRunOn() {
        openWindow(false);
        recorder::RunRequest request;
        request.program = "sleeper";
        request.live = true;
        request.file = folder_->filePath(QStringLiteral("sleeper.clew")).toStdString();
        window_->session().startRun(request, true);
        QTRY_VERIFY_WITH_TIMEOUT(when() == When::kPaused && window_->summary(), kPatienceMs);
        press(Qt::Key_F7, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(window_->moment() && window_->moment()->event &&
                                     window_->moment()->event->kind == EventKind::kDeliver,
                                 kPatienceMs);
        QSignalSpy runs{&window_->session(), &Session::runChanged};
        const auto phase = [&] {
            return runs.isEmpty() ? RunStatus::Phase::kNone
                                  : runs.last()[0].value<RunStatus>().phase;
        };
        window_->goTo(window_->summary()->lastPosition);
        press(Qt::Key_F7, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(phase(), RunStatus::Phase::kRunning, kPatienceMs);
        press(Qt::Key_F6);
        QTRY_COMPARE_WITH_TIMEOUT(phase(), RunStatus::Phase::kPaused, kPatienceMs);
        // Both ways, of the trace and of the run, are empty then.
        QSignalSpy turns{&window_->session(), &Session::turnFound};
        window_->session().requestTurn(window_->summary()->lastPosition);
        QTRY_COMPARE_WITH_TIMEOUT(turns.size(), 1, kPatienceMs);
        const auto told = runs.size();
        window_->session().pauseRun();
        QTRY_VERIFY_WITH_TIMEOUT(runs.size() > told, kPatienceMs);
        for (qsizetype i = told; i < runs.size(); ++i)
            QCOMPARE(runs[i][0].value<RunStatus>().phase, RunStatus::Phase::kPaused);
        window_->session().stopRun();
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(), kPatienceMs);
    }

    /// What was not recorded is not waited for.
    void aRunWhoseRecordingStoppedIsPausedAllTheSame() {
        openWindow(false);
        recorder::RunRequest request;
        request.program = "talker";
        request.limits.messageBytesMax = 100;
        request.file = folder_->filePath(QStringLiteral("talker.clew")).toStdString();
        window_->session().startRun(request, true);
        QTRY_VERIFY_WITH_TIMEOUT(when() == When::kPaused && window_->summary(), kPatienceMs);
        QVERIFY(!barSays(QStringLiteral("recording stopped")));
        window_->session().stepRun(100);
        QTRY_VERIFY_WITH_TIMEOUT(barSays(QStringLiteral("recording stopped")), kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(window_->summary()->lastPosition.value > 20, kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(window_->position(), window_->summary()->lastPosition,
                                  kPatienceMs);
        QTRY_COMPARE(when(), When::kPaused);
        // Another one step by step ends as well.
        press(Qt::Key_F7, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(barSays(QStringLiteral("paused behind round 101")), kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(window_->position(), window_->summary()->lastPosition,
                                  kPatienceMs);
        window_->session().stopRun();
        QTRY_VERIFY_WITH_TIMEOUT(!action("Pause").isEnabled() && !bar().isVisible(), kPatienceMs);
    }

    void aRunThatNeverBeganTakesNothingFromTheOneThatIsOn() {
        openWindow(true);
        const auto asked = [this](const char* name) {
            recorder::RunRequest request = mishap("1000000000");
            request.file = folder_->filePath(QString::fromUtf8(name)).toStdString();
            return request;
        };
        Session& session = window_->session();
        session.startRun(asked("a.clew"), false);
        QTRY_VERIFY_WITH_TIMEOUT(action("Pause").isEnabled() && window_->summary(), kPatienceMs);
        bool wasTold = false;
        bool wasOn = false;
        connect(&session, &Session::runChanged, window_.get(),
                [&](const RunStatus& status, bool isNewest) {
                    if (status.phase != RunStatus::Phase::kFailedToStart) return;
                    wasTold = !isNewest && window_->card().isVisible();
                    wasOn = action("Pause").isEnabled();
                });
        session.startRun(asked("b.clew"), false);
        session.startRun(asked("c.clew"), true);
        QTRY_VERIFY_WITH_TIMEOUT(barSays(QStringLiteral("in front of its first round")),
                                 kPatienceMs);
        QVERIFY(wasTold);
        QVERIFY(wasOn);
        QTRY_VERIFY_WITH_TIMEOUT(when() == When::kPaused, kPatienceMs);
        session.stopRun();
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(), kPatienceMs);
    }

    /// Not with itself, whoever hears of the first one while the second begins.
    void aRunOfHereIsComparedWithTheOneOfTheOtherSeed() {
        openWindow(false);
        window_->session().startRun(
            tests::carouselRequest(folder_->filePath(QStringLiteral("first.clew")), 7), false);
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(), kPatienceMs);
        const std::string first = window_->summary()->path;
        QSignalSpy compared{&window_->session(), &Session::diffDone};
        QTest::keyClick(window_.get(), Qt::Key_F5, Qt::ControlModifier | Qt::ShiftModifier);
        Q_EMIT window_->session().grown(window_->summary());
        QVERIFY(!window_->diffPane().isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(compared.size(), 1, kPatienceMs);
        const auto report = compared[0][0].value<std::shared_ptr<const DiffReport>>();
        QVERIFY((report->pathA == first) != (report->pathB == first));
        QVERIFY(window_->summary()->path != first);
    }

    /// Of many actors, the one that is chosen.
    void aRunGoesOnToTheNextTurnOfAnActor() {
        openWindow(false);
        window_->session().startRun(
            tests::carouselRequest(folder_->filePath(QStringLiteral("one.clew")), 1), true);
        QTRY_VERIFY_WITH_TIMEOUT(window_->summary() != nullptr, kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(barSays(QStringLiteral("is paused")), kPatienceMs);
        const auto hasActors = [&] {
            press(Qt::Key_F7);
            return window_->summary()->actors->size() > 4;
        };
        QTRY_VERIFY_WITH_TIMEOUT(hasActors(), kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(when(), When::kPaused, kPatienceMs);
        window_->select({3});
        Position before = window_->summary()->lastPosition;
        for (int i = 0; i < 3; ++i) {
            press(Qt::Key_F7, Qt::ShiftModifier);
            QTRY_VERIFY_WITH_TIMEOUT(
                barSays(QStringLiteral("the turn that was waited for is event")) &&
                    window_->position() > before && standsAt(window_->position().value),
                kPatienceMs);
            QCOMPARE(window_->moment()->event->kind, EventKind::kDeliver);
            QCOMPARE(window_->moment()->event->cell, Rank{3});
            QCOMPARE(window_->selected(), Rank{3});
            before = window_->summary()->lastPosition;
        }
        window_->session().stopRun();
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(), kPatienceMs);
    }

    void whoLooksElsewhereIsToldOfTheRun() {
        const QString other = folder_->filePath(QStringLiteral("other.clew"));
        tests::record(tests::carouselRequest(other, 1));
        openWindow(true);
        window_->session().startRun(mishap("1000000000"), true);
        QTRY_VERIFY_WITH_TIMEOUT(when() == When::kPaused, kPatienceMs);
        window_->openFile(other);
        QTRY_VERIFY_WITH_TIMEOUT(barSays(QStringLiteral("You look at something else")),
                                 kPatienceMs);
        QVERIFY(barSays(QStringLiteral("mishap is paused in front of its first round")));
        QTest::mouseClick(bar().findChild<QToolButton*>(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(when() == When::kPaused, kPatienceMs);
        QCOMPARE(window_->summary()->meta.programId, std::string{"mishap"});
        window_->session().stopRun();
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(), kPatienceMs);
    }

    void aRunIsRepeatedWithAnotherSeedAndCompared() {
        openWindow(false);
        window_->openFile([this] {
            const QString file = folder_->filePath(QStringLiteral("first.clew"));
            tests::record(tests::carouselRequest(file, 7));
            return file;
        }());
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(), kPatienceMs);
        const std::string first = window_->summary()->path;
        QTest::keyClick(window_.get(), Qt::Key_F5, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded() && window_->summary()->path != first, kPatienceMs);
        QCOMPARE(window_->summary()->meta.seed, std::uint64_t{8});
        QCOMPARE(window_->summary()->meta.args,
                 must(tracefmt::TraceReader::open(first))->meta().args);
        // Beside it: where the two part, and why.
        QTRY_VERIFY_WITH_TIMEOUT(window_->diffPane().isVisible(), kPatienceMs);
        QString said;
        for (const QLabel* label : window_->diffPane().findChildren<QLabel*>())
            said += label->text() + QLatin1Char('\n');
        QVERIFY2(said.contains(QLatin1String("seed"), Qt::CaseInsensitive), qPrintable(said));
    }
};

QTEST_MAIN(TestRunning)
#include "tst_running.moc"
