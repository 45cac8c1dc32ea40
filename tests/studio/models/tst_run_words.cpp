// What is said of a run that is on: why it is paused, where, and that one looks elsewhere.
#include "studio/models/grants_text.h"
#include "studio/models/run_words.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

class TestRunWords : public QObject {
    Q_OBJECT

    static RunStatus paused(RunStatus::Pause why) {
        RunStatus status;
        status.phase = RunStatus::Phase::kPaused;
        status.program = "shop";
        status.rounds = 12;
        status.events = 1234;
        status.pause = why;
        return status;
    }

private Q_SLOTS:
    void nothingIsSaidOfNoRunAndOfOneThatIsFollowed() {
        RunStatus status;
        for (const RunView view : {RunView::kNewest, RunView::kPast, RunView::kElsewhere}) {
            for (const auto phase :
                 {RunStatus::Phase::kNone, RunStatus::Phase::kEnded, RunStatus::Phase::kCrashed}) {
                status.phase = phase;
                QVERIFY(!runWordsOf(status, view));
            }
        }
        status.phase = RunStatus::Phase::kRunning;
        QVERIFY(!runWordsOf(status, RunView::kNewest));
        QVERIFY(!runWordsOf(status, RunView::kPast)->action.isEmpty());
    }

    void aBreakpointIsNamedWithItsEventAndTheOthersOfItsRound() {
        RunStatus status = paused(RunStatus::Pause::kStop);
        status.stop = {{1200}, {"kind = fail"}, 0};
        QCOMPARE(pausedAt(status), std::optional{Position{1200}});
        auto words = runWordsOf(status, RunView::kNewest);
        QCOMPARE(words->title, QStringLiteral("shop is paused: a breakpoint at event 1,200"));
        QCOMPARE(words->text,
                 QStringLiteral("kind = fail holds there; round 12 is committed, up to "
                                "event 1,234."));
        QVERIFY(words->action.isEmpty());
        status.stop = {{1200}, {"a", "b", "c", "d", "e"}, 3};
        words = runWordsOf(status, RunView::kPast);
        QVERIFY2(words->text.contains(QStringLiteral("2 more hold there, and at 3 more events of "
                                                     "the round")),
                 qPrintable(words->text));
        QVERIFY(!words->action.isEmpty());
    }

    void aStepIsNamedByWhatItCameTo() {
        RunStatus status = paused(RunStatus::Pause::kStepped);
        QVERIFY(!pausedAt(status));
        QCOMPARE(runWordsOf(status, RunView::kNewest)->title,
                 QStringLiteral("shop is paused behind round 12"));
        status.rounds = 0;
        QCOMPARE(runWordsOf(status, RunView::kNewest)->title,
                 QStringLiteral("shop is paused in front of its first round"));
        status = paused(RunStatus::Pause::kTurn);
        status.turn = {1222};
        QCOMPARE(pausedAt(status), std::optional{Position{1222}});
        QVERIFY(
            runWordsOf(status, RunView::kNewest)->title.endsWith(QStringLiteral("event 1,222")));
        status.pause = RunStatus::Pause::kEnded;
        QVERIFY(runWordsOf(status, RunView::kElsewhere)
                    ->title.contains(QStringLiteral("the actor has ended at event 1,222")));
        // Before somebody asked: nobody knows where.
        status.turn = {};
        QVERIFY(!pausedAt(status));
        QVERIFY(runWordsOf(status, RunView::kNewest)
                    ->title.endsWith(QStringLiteral("that actor has no other turn, it has ended")));
    }

    void aRunWithoutItsRecordingSaysSo() {
        RunStatus status;
        status.phase = RunStatus::Phase::kPaused;
        status.events = 30;
        QVERIFY(!hasStoppedRecording(status));
        QVERIFY(!runWordsOf(status, RunView::kNewest)->text.contains(QLatin1String("recorded")));
        status.text = "recording stopped: no room on the disk";
        QVERIFY(hasStoppedRecording(status));
        QVERIFY(runWordsOf(status, RunView::kNewest)
                    ->text.endsWith(QStringLiteral("Nothing behind the last event that is shown "
                                                   "was recorded: recording stopped: no room on "
                                                   "the disk.")));
    }

    void grantsAreReadAsTheyAreWritten() {
        const auto grants = grantsIn(
            QStringLiteral(" file.read=/srv/my data, too;clock.read= ;; http.request=a=b"));
        QVERIFY(grants.ok());
        QCOMPARE(grants->size(), std::size_t{3});
        QCOMPARE((*grants)[0].scope, std::string{"/srv/my data, too"});
        QCOMPARE((*grants)[1].name, std::string{"clock.read"});
        QCOMPARE((*grants)[2].scope, std::string{"a=b"});
        QCOMPARE(*grantsIn(textOf(*grants)), *grants);
        QVERIFY(grantsIn({})->empty());
        for (const char* wrong : {"file.read", "=/srv", "clock.read=; x"})
            QVERIFY(!grantsIn(QString::fromLatin1(wrong)).ok());
    }
};

QTEST_GUILESS_MAIN(TestRunWords)
#include "tst_run_words.moc"
