// A turn that does not come back is told of on standard error while it runs.
#include "tests/cli/support/ariadne_process.h"

#include <QProcess>
#include <QTest>

using namespace ariadne::tests;

class TestCliWatchdog : public QObject {
    Q_OBJECT

    /// Runs "patient", whose turns wait until its standard input is closed, which is when standard
    /// error has said `until`.
    Ran run(std::vector<std::string> words, const char* until) const {
        words.insert(words.begin(), {"--programs", TEST_PROGRAMS "/patient", "run", "patient"});
        QProcess process;
        place_.prepare(process, words);
        process.setReadChannel(QProcess::StandardError);
        process.start();
        QByteArray said;
        while (!said.contains(until)) {
            if (!process.waitForReadyRead(30'000)) break;
            said += process.readAllStandardError();
        }
        process.closeWriteChannel();
        process.setReadChannel(QProcess::StandardOutput);
        Ran ran = Workplace::finish(process);
        ran.err.insert(0, said.toStdString());
        return ran;
    }

private Q_SLOTS:
    void aStuckTurnIsToldAndTheRunGoesOn() {
        const Ran ran = run({"--watchdog", "0.02", "-o", "stuck.clew"}, "Ctrl-C twice");
        ARIADNE_RAN(ran, 0);
        ARIADNE_WARNS(ran, "ariadne run: warning: a turn has not come back for ");
        ARIADNE_WARNS(ran,
                      ": patient/reader (Reader) is handling Read, put into its mailbox by event ");
        ARIADNE_WARNS(ran, "no event of the trace can be read yet");
        ARIADNE_WARNS(ran, "gdb -p ");
        ARIADNE_WARNS(ran, "look for tests::patient::Reader");
        ARIADNE_WARNS(ran, "what cannot be read yet is lost");
        ARIADNE_WARNS(ran, "ariadne run: a turn came back after ");
        ARIADNE_SAYS(ran, "quiescent");

        // Nothing of that is in the trace.
        const Ran quiet = run({"--watchdog", "0", "-o", "quiet.clew"}, "");
        ARIADNE_RAN(quiet, 0);
        QCOMPARE(quiet.err, std::string{});
        QVERIFY(!place_.read("quiet.clew").empty());
        QVERIFY(place_.read("quiet.clew") == place_.read("stuck.clew"));
    }

    void withoutARecordingNothingIsSaidOfATrace() {
        const Ran ran = run({"--watchdog", "0.02", "--no-record"}, "Ctrl-C twice");
        ARIADNE_RAN(ran, 0);
        QVERIFY2(!ran.warns("trace") && !ran.warns("lost"), ran.all().c_str());
    }

private:
    Workplace place_;
};

QTEST_GUILESS_MAIN(TestCliWatchdog)
#include "tst_cli_watchdog.moc"
