// A session that runs programs itself.
#include "engine/ariadne.h"
#include "studio/session/session.h"
#include "tests/studio/session/carousel.h"

#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTest>

#include <atomic>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace {

constexpr int kPatienceMs = 60'000;
using Phase = RunStatus::Phase;

/// A session, and all that it says of its run.
class Running {
public:
    RunStatus status() const {
        return runs.isEmpty() ? RunStatus{} : runs.last()[0].value<RunStatus>();
    }
    Phase phase() const { return status().phase; }

    Session session;
    QSignalSpy runs{&session, &Session::runChanged};
    QSignalSpy opened{&session, &Session::opened};
    QSignalSpy grown{&session, &Session::grown};
};

/// Opened by the test; while it is shut, Napper's turn does not come back.
std::atomic<bool> napIsOver = false;

}  // namespace

namespace tests::napper {

struct Nap {};
BOOST_DESCRIBE_STRUCT(Nap, (), ())

struct Napper {
    bool slept = false;
    void on(Context& cx, const Start&) { cx.send(cx.self<Napper>(), Nap{}); }
    void on(Context& cx, const Nap&) {
        napIsOver.wait(false);
        slept = true;
        cx.stop("rested");
    }
};
BOOST_DESCRIBE_STRUCT(Napper, (), (slept))
ARIADNE_ACTOR(Napper, Start, Nap)
ARIADNE_PROGRAM("napper", "1.0", Napper)

}  // namespace tests::napper

class TestSessionRuns : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    QString path(const char* name) const { return folder_.filePath(QString::fromUtf8(name)); }

private Q_SLOTS:
    void aTraceThatSomebodyElseRecordsIsFollowed() {
        const recorder::RunRequest asked = carouselRequest(path("elsewhere.clew"), 3);
        auto other = recorder::ProgramRun::start(asked);
        QVERIFY(other.ok());
        (*other)->step();
        QVERIFY((*other)->flush().ok());

        Running here;
        here.session.openTrace(path("elsewhere.clew"));
        QTRY_COMPARE_WITH_TIMEOUT(here.opened.size(), 1, kPatienceMs);
        QCOMPARE(here.session.trace()->state, tracefmt::FileState::kRecording);
        QCOMPARE(here.session.trace()->lastPosition, (*other)->world().position());

        for (int i = 0; i < 20; ++i) (*other)->step();
        QVERIFY((*other)->flush().ok());
        QTRY_COMPARE_WITH_TIMEOUT(here.session.trace()->lastPosition, (*other)->world().position(),
                                  kPatienceMs);
        QCOMPARE(here.session.trace()->state, tracefmt::FileState::kRecording);

        while ((*other)->step()) {
        }
        QVERIFY((*other)->finish("").ok());
        QTRY_COMPARE_WITH_TIMEOUT(here.session.trace()->state, tracefmt::FileState::kClean,
                                  kPatienceMs);
        QCOMPARE(here.session.trace()->lastPosition, (*other)->world().position());
        QSignalSpy lanes{&here.session, &Session::lanesReady};
        here.session.openTrace(path("elsewhere.clew"));
        QTRY_VERIFY_WITH_TIMEOUT(!lanes.isEmpty(), kPatienceMs);
    }

    void aFollowedTraceThatIsCutBackIsDamaged() {
        auto other = recorder::ProgramRun::start(carouselRequest(path("cut.clew"), 3));
        QVERIFY(other.ok());
        for (int i = 0; i < 20; ++i) (*other)->step();
        QVERIFY((*other)->flush().ok());
        Running here;
        here.session.openTrace(path("cut.clew"));
        QTRY_COMPARE_WITH_TIMEOUT(here.opened.size(), 1, kPatienceMs);
        QVERIFY(QFile::resize(path("cut.clew"), 100));
        QTRY_COMPARE_WITH_TIMEOUT(here.session.trace()->state, tracefmt::FileState::kDamaged,
                                  kPatienceMs);
        QVERIFY(here.session.trace()->damage.find("cut back to 100") != std::string::npos);
    }

    void pausedSteppedAndResumedRunIsTheSameRun() {
        const recorder::RunDigests expected = record(carouselRequest({}, 3));

        Running run;
        run.session.startRun(carouselRequest(path("stepped.clew"), 3), true);
        QTRY_VERIFY_WITH_TIMEOUT(run.phase() == Phase::kPaused, kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(run.opened.size(), 1, kPatienceMs);
        QCOMPARE(run.session.trace()->state, tracefmt::FileState::kRecording);
        QCOMPARE(run.status().program, std::string{kCarousel});

        std::uint64_t rounds = run.status().rounds;
        for (const int step : {1, 5, 20}) {
            run.runs.clear();
            run.session.stepRun(step);
            QTRY_VERIFY_WITH_TIMEOUT(run.phase() == Phase::kPaused, kPatienceMs);
            QCOMPARE(run.status().rounds, rounds + static_cast<std::uint64_t>(step));
            rounds = run.status().rounds;
            // What was run can be looked at.
            QTRY_COMPARE_WITH_TIMEOUT(run.session.trace()->lastPosition.value, run.status().events,
                                      kPatienceMs);
        }
        QSignalSpy moments{&run.session, &Session::momentReady};
        run.session.requestMoment(run.session.trace()->lastPosition, Rank{1});
        QTRY_COMPARE_WITH_TIMEOUT(moments.size(), 1, kPatienceMs);
        QCOMPARE(moments[0][0].value<std::shared_ptr<const Moment>>()->error, std::string{});

        run.session.resumeRun();
        QTRY_VERIFY_WITH_TIMEOUT(run.phase() == Phase::kEnded, kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(run.session.trace()->state, tracefmt::FileState::kClean,
                                  kPatienceMs);
        QCOMPARE(run.status().outcome, Outcome::kCompleted);
        QCOMPARE(run.status().text, std::string{"all arrived"});
        QCOMPARE(run.session.trace()->lastPosition.value, run.status().events);
        QCOMPARE(run.session.trace()->stats.eventDigest, expected.events);
        QCOMPARE(run.session.trace()->stats.changeDigest, expected.changes);
        QCOMPARE(run.session.trace()->stats.stateDigest, expected.state);
        QCOMPARE(run.opened.size(), 1);

        QSignalSpy done{&run.session, &Session::replayDone};
        run.session.reexecute({0});
        QTRY_COMPARE_WITH_TIMEOUT(done.size(), 1, kPatienceMs);
        const auto report = done[0][0].value<std::shared_ptr<const ReplayReport>>();
        QVERIFY2(report->error.empty(), report->error.c_str());
        QVERIFY(!report->result->divergence);
    }

    void lanesRowsAndFilterFollowTheRun() {
        Running run;
        QSignalSpy lanes{&run.session, &Session::lanesReady};
        QSignalSpy counts{&run.session, &Session::rowCountChanged};
        EventFilter delivers;
        delivers.kinds = {EventKind::kDeliver};
        run.session.setFilter(delivers);
        run.session.startRun(carouselRequest(path("follow.clew"), 4, "2000"), true);
        QTRY_COMPARE_WITH_TIMEOUT(run.opened.size(), 1, kPatienceMs);
        run.session.stepRun(100);
        run.session.resumeRun();
        QTRY_VERIFY_WITH_TIMEOUT(run.phase() == Phase::kEnded, kPatienceMs);
        const auto followed = [&] {
            const auto summary = run.session.trace();
            if (summary->state != tracefmt::FileState::kClean || lanes.isEmpty()) return false;
            const auto index = lanes.last()[0].value<std::shared_ptr<const LaneIndex>>();
            const auto count = counts.last()[0].value<RowCount>();
            return index->indexedTo == summary->lastPosition && index->complete && count.complete &&
                   count.filtered;
        };
        QTRY_VERIFY_WITH_TIMEOUT(followed(), kPatienceMs);
        std::uint64_t turns = 0;
        for (const auto& [kind, count] : run.session.trace()->stats.kindCounts)
            if (kind == static_cast<std::uint8_t>(EventKind::kDeliver)) turns = count;
        QVERIFY(turns > 1000);
        QCOMPARE(counts.last()[0].value<RowCount>().rows, turns);
        QCOMPARE(run.session.trace()->failures.size(), std::size_t{1});
    }

    void stoppedRunIsSealed() {
        Running run;
        run.session.startRun(carouselRequest(path("stopped.clew"), 5, "1000000000"), false);
        QTRY_VERIFY_WITH_TIMEOUT(run.opened.size() == 1 && run.grown.size() >= 2, kPatienceMs);
        run.session.pauseRun();
        QTRY_VERIFY_WITH_TIMEOUT(run.phase() == Phase::kPaused, kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(run.session.trace()->lastPosition.value, run.status().events,
                                  kPatienceMs);
        run.session.stopRun();
        QTRY_VERIFY_WITH_TIMEOUT(run.phase() == Phase::kEnded, kPatienceMs);
        QCOMPARE(run.status().outcome, Outcome::kUntil);
        QTRY_COMPARE_WITH_TIMEOUT(run.session.trace()->state, tracefmt::FileState::kClean,
                                  kPatienceMs);
        run.session.resumeRun();
        run.session.stepRun(3);
        run.session.stopRun();
    }

    void statusComesAtABearableRate() {
        Running run;
        QElapsedTimer timer;
        timer.start();
        run.session.startRun(carouselRequest(path("rate.clew"), 6, "1000000000"), false);
        QTRY_VERIFY_WITH_TIMEOUT(run.grown.size() >= 3, kPatienceMs);
        QVERIFY2(run.runs.size() <= 3 + timer.elapsed() / 100,
                 qPrintable(QString::number(run.runs.size())));
    }

    void whatCannotStartSaysWhy_data() {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("argument");
        QTest::addColumn<QString>("file");
        const QString good = QString::fromUtf8(kCarousel);
        QTest::newRow("no such program") << QStringLiteral("nobody") << QString{} << path("x.clew");
        QTest::newRow("bad argument") << good << QStringLiteral("many") << path("x.clew");
        QTest::newRow("no such folder") << good << QString{} << path("no/such/folder.clew");
    }
    void whatCannotStartSaysWhy() {
        QFETCH(QString, program);
        QFETCH(QString, argument);
        QFETCH(QString, file);
        recorder::RunRequest request = carouselRequest(file, 1);
        request.program = program.toStdString();
        if (!argument.isEmpty()) request.args = {{"hops", argument.toStdString()}};
        Running run;
        run.session.startRun(request, false);
        QTRY_VERIFY_WITH_TIMEOUT(run.phase() == Phase::kFailedToStart, kPatienceMs);
        QVERIFY(!run.status().text.empty());
        QVERIFY(run.opened.isEmpty());
    }

    void aTurnThatDoesNotComeBackIsSaidWhileItRuns() {
        Running run;
        recorder::RunRequest request;
        request.program = "napper";
        request.watchdog.limit = std::chrono::milliseconds{1};
        request.file = path("nap.clew").toStdString();
        run.session.startRun(request, false);
        QTRY_VERIFY_WITH_TIMEOUT(!run.status().stuck.empty(), kPatienceMs);
        const RunStatus stuck = run.status();
        // As whoever kills the studio now has it.
        QVERIFY(QFile::copy(path("nap.clew"), path("killed.clew")));
        napIsOver = true;
        napIsOver.notify_all();
        QVERIFY(stuck.phase == Phase::kRunning);
        QVERIFY2(stuck.stuck.find("a turn has not come back") == 0, stuck.stuck.c_str());
        QTRY_VERIFY_WITH_TIMEOUT(run.phase() == Phase::kEnded, kPatienceMs);
        QCOMPARE(run.status().stuck, std::string{});
        QCOMPARE(run.status().text, std::string{"rested"});
        QTRY_VERIFY_WITH_TIMEOUT(
            run.session.trace() && run.session.trace()->state == tracefmt::FileState::kClean,
            kPatienceMs);
        QVERIFY(run.session.trace()->stuck.empty());

        Session later;
        QSignalSpy opened{&later, &Session::opened};
        later.openTrace(path("killed.clew"));
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, kPatienceMs);
        QCOMPARE(later.trace()->stuck.size(), std::size_t{1});
        const tracefmt::HostNote& note = later.trace()->stuck[0].note;
        QCOMPARE(note.path, std::string{"napper"});
        QCOMPARE(note.cell, Rank{1});
        QVERIFY(note.enqueuedAt <= later.trace()->lastPosition);
    }

    void runWithoutAFileIsJustRun() {
        Running run;
        run.session.startRun(carouselRequest({}, 1), false);
        QTRY_VERIFY_WITH_TIMEOUT(run.phase() == Phase::kEnded, kPatienceMs);
        QVERIFY(run.opened.isEmpty());
        QVERIFY(!run.session.trace());
    }

    void anotherTraceMayBeOpenedMeanwhile() {
        const QString other = path("other.clew");
        record(carouselRequest(other, 9));
        Running run;
        run.session.startRun(carouselRequest(path("behind.clew"), 7, "1000000000"), false);
        QTRY_COMPARE_WITH_TIMEOUT(run.opened.size(), 1, kPatienceMs);
        run.session.openTrace(other);
        QTRY_COMPARE_WITH_TIMEOUT(run.opened.size(), 2, kPatienceMs);
        QCOMPARE(run.session.trace()->path, other.toStdString());
        run.session.stopRun();
        QTRY_VERIFY_WITH_TIMEOUT(run.phase() == Phase::kEnded, kPatienceMs);
        QCOMPARE(run.session.trace()->path, other.toStdString());
    }

    void newRunEndsTheOneBefore() {
        Running run;
        run.session.startRun(carouselRequest(path("first.clew"), 1, "1000000000"), false);
        QTRY_COMPARE_WITH_TIMEOUT(run.opened.size(), 1, kPatienceMs);
        run.session.startRun(carouselRequest(path("second.clew"), 1), false);
        QTRY_COMPARE_WITH_TIMEOUT(run.opened.size(), 2, kPatienceMs);
        QCOMPARE(run.session.trace()->path, path("second.clew").toStdString());
        QTRY_COMPARE_WITH_TIMEOUT(run.session.trace()->state, tracefmt::FileState::kClean,
                                  kPatienceMs);
        run.session.openTrace(path("first.clew"));
        QTRY_COMPARE_WITH_TIMEOUT(run.opened.size(), 3, kPatienceMs);
        QCOMPARE(run.session.trace()->state, tracefmt::FileState::kClean);
    }

    void destructionSealsTheRun() {
        const QString file = path("closed.clew");
        {
            Running run;
            run.session.startRun(carouselRequest(file, 8, "1000000000"), false);
            QTRY_COMPARE_WITH_TIMEOUT(run.opened.size(), 1, kPatienceMs);
        }
        Running again;
        again.session.openTrace(file);
        QTRY_COMPARE_WITH_TIMEOUT(again.opened.size(), 1, kPatienceMs);
        QCOMPARE(again.session.trace()->state, tracefmt::FileState::kClean);
    }
};

QTEST_GUILESS_MAIN(TestSessionRuns)
#include "tst_session_runs.moc"
