// Who follows a recording sees what a dump of the finished file shows, line by line.
#include "tests/cli/support/ariadne_process.h"
#include "tracefmt/trace_reader.h"

#include <QProcess>
#include <QTest>

#include <csignal>
#include <filesystem>
#include <thread>

using namespace ariadne::tests;
using ariadne::tracefmt::TraceReader;

namespace {

/// Longer than anything here takes.
constexpr int kPatienceMs = 30'000;

/// The same words, however far apart.
std::string spacedAlike(const std::string& text) {
    std::string out;
    for (const char c : text)
        if (c != ' ' || (!out.empty() && out.back() != ' ' && out.back() != '\n')) out += c;
    return out;
}

}  // namespace

class TestCliFollow : public QObject {
    Q_OBJECT

    /// Starts "patient", whose second turn waits until its standard input is closed, and waits
    /// until there is a file to open.
    void startPatient(QProcess& process, const std::string& file) const {
        place_.prepare(process, {"--programs", TEST_PROGRAMS "/patient", "run", "patient",
                                 "--visible-every", "0.01", "-o", file});
        process.start();
        while (!TraceReader::open(place_.path(file)).ok()) {
            if (process.waitForFinished(1)) QFAIL("the run has ended");
        }
    }
    /// Starts a follower and waits until it has printed `until`.
    QByteArray startFollower(QProcess& process, const std::vector<std::string>& words,
                             const char* until) const {
        place_.prepare(process, words);
        process.start();
        QByteArray seen;
        while (!seen.contains(until) && process.waitForReadyRead(kPatienceMs))
            seen += process.readAllStandardOutput();
        return seen;
    }
    static Ran finish(QProcess& process, const QByteArray& seen) {
        Ran ran = Workplace::finish(process);
        ran.out.insert(0, seen.toStdString());
        return ran;
    }

private Q_SLOTS:
    void whatASlowRunDidIsSeenWhileItRuns() {
        QProcess run;
        startPatient(run, "slow.clew");
        QProcess json;
        const QByteArray jsonSeen =
            startFollower(json, {"dump", "slow.clew", "--follow", "--json"}, "\"Read\"");
        // The turn waits still.
        QCOMPARE(run.state(), QProcess::Running);
        QProcess text;
        const QByteArray textSeen = startFollower(text, {"dump", "slow.clew", "-f"}, "Read");
        QProcess sends;
        const QByteArray sendsSeen = startFollower(
            sends, {"dump", "slow.clew", "-f", "--kind", "send", "--actor", "*/reader*"}, "Read");
        QVERIFY2(jsonSeen.contains("send") && textSeen.contains("send"), jsonSeen.constData());
        QVERIFY(!jsonSeen.contains("\"end\""));

        run.closeWriteChannel();
        ARIADNE_RAN(Workplace::finish(run), 0);
        const Ran byJson = finish(json, jsonSeen);
        const Ran byText = finish(text, textSeen);
        const Ran bySends = finish(sends, sendsSeen);
        for (const Ran* ran : {&byJson, &byText, &bySends}) {
            ARIADNE_RAN(*ran, 0);
            ARIADNE_WARNS(*ran, "still being recorded");
        }
        QCOMPARE(byJson.out, place_.ariadne({"dump", "slow.clew", "--json"}).out);
        QCOMPARE(spacedAlike(byText.out), spacedAlike(place_.ariadne({"dump", "slow.clew"}).out));
        QCOMPARE(linesOf(bySends.out).size(), std::size_t{2});
        ARIADNE_RAN(place_.ariadne({"verify", "slow.clew"}), 0);
    }

    void manyFollowersOfAFastRunSeeAllOfIt() {
        QProcess run;
        place_.prepare(run, {"--programs", TEST_PROGRAMS "/v1", "run", "ledger", "--arg",
                             "deposits=20000", "--visible-every", "0.001", "-o", "fast.clew"});
        run.start();
        while (!TraceReader::open(place_.path("fast.clew")).ok() && !run.waitForFinished(1)) {
        }
        std::array<QProcess, 3> followers;
        for (QProcess& follower : followers) {
            place_.prepare(follower, {"dump", "fast.clew", "--follow", "--json"});
            follower.start();
        }
        ARIADNE_RAN(Workplace::finish(run), 0);
        const Ran whole = place_.ariadne({"dump", "fast.clew", "--json"});
        ARIADNE_RAN(whole, 0);
        QVERIFY(linesOf(whole.out).size() > 10'000);
        for (QProcess& follower : followers) {
            const Ran ran = Workplace::finish(follower);
            ARIADNE_RAN(ran, 0);
            QVERIFY(ran.out == whole.out);
        }
    }

    void aWriterThatDiedIsACut() {
        QProcess run;
        startPatient(run, "killed.clew");
        QProcess follower;
        const QByteArray seen =
            startFollower(follower, {"dump", "killed.clew", "--follow", "--json"}, "\"Read\"");
        run.kill();
        QVERIFY(run.waitForFinished(kPatienceMs));
        const Ran ran = finish(follower, seen);
        ARIADNE_RAN(ran, 0);
        ARIADNE_WARNS(ran, "warning: killed.clew: cut: the file ends at ");
        const Ran dumped = place_.ariadne({"dump", "killed.clew", "--json"});
        ARIADNE_RAN(dumped, 0);
        QCOMPARE(ran.out, dumped.out);
    }

    void aWholeTraceIsOnlyDumped() {
        place_.ledger("whole.clew");
        const Ran followed = place_.ariadne({"dump", "whole.clew", "--follow"});
        const Ran dumped = place_.ariadne({"dump", "whole.clew"});
        ARIADNE_RAN(followed, 0);
        QCOMPARE(followed.out, dumped.out);
        QCOMPARE(followed.err, std::string{});
        ARIADNE_RAN(place_.ariadne({"dump", "whole.clew", "-f", "--from", "999999"}), 2);
        ARIADNE_RAN(place_.ariadne({"dump", "whole.clew", "-f", "--actor", "nobody"}), 2);
    }

    void whoIsThereFirstWaitsForTheRecording_data() {
        QTest::addColumn<bool>("empty");
        QTest::newRow("no file") << false;
        QTest::newRow("an empty file") << true;
    }
    void whoIsThereFirstWaitsForTheRecording() {
        QFETCH(bool, empty);
        const std::string name = empty ? "empty.clew" : "later.clew";
        if (empty) place_.write(name, {});
        QProcess follower;
        place_.prepare(follower, {"dump", name, "--follow", "--json"});
        follower.setReadChannel(QProcess::StandardError);
        follower.start();
        QByteArray said;
        while (!said.contains("Ctrl-C ends that") && follower.waitForReadyRead(kPatienceMs))
            said += follower.readAllStandardError();
        QVERIFY2(said.contains(name.c_str()), said.constData());
        QCOMPARE(follower.state(), QProcess::Running);
        place_.ledger(name);
        const Ran ran = Workplace::finish(follower);
        ARIADNE_RAN(ran, 0);
        QVERIFY(!ran.out.empty());
        QCOMPARE(ran.out, place_.ariadne({"dump", name, "--json"}).out);
    }

    void whoWaitsInVainIsEndedByASignal() {
        QProcess follower;
        place_.prepare(follower, {"dump", "never.clew", "--follow"});
        follower.setReadChannel(QProcess::StandardError);
        follower.start();
        QVERIFY(follower.waitForReadyRead(kPatienceMs));
        QCOMPARE(::kill(static_cast<pid_t>(follower.processId()), SIGINT), 0);
        const Ran ran = Workplace::finish(follower);
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, "stopped by a signal before anything was recorded into it");
        QVERIFY(ran.out.empty());
    }

    void whatCanBecomeNoTraceIsNotWaitedFor() {
        place_.write("poem.txt", "this is a poem");
        ARIADNE_RAN(place_.ariadne({"dump", "poem.txt", "--follow"}), 2);
        ARIADNE_RAN(place_.ariadne({"dump", "no/such/folder.clew", "--follow"}), 2);
        ARIADNE_RAN(place_.ariadne({"dump", ".", "--follow"}), 2);
        ARIADNE_RAN(place_.ariadne({"dump", "none.clew"}), 2);
    }

    void whoFollowsARunThatIsKilledSeesItsLastEvents() {
        QProcess run;
        place_.prepare(
            run, {"--programs", TEST_PROGRAMS "/patient", "run", "patient", "-o", "last.clew"});
        run.start();
        // A copy has no writer: what a kill would leave.
        const auto wouldBeLeft = [&] {
            for (const std::string end : {"", "-tail"})
                place_.write("copy.clew" + end, place_.read("last.clew" + end));
            return place_.ariadne({"dump", "copy.clew"}).says("Read");
        };
        while (!wouldBeLeft())
            if (run.waitForFinished(10)) QFAIL("the run has ended");
        QProcess follower;
        place_.prepare(follower, {"dump", "last.clew", "--follow", "--json"});
        follower.setReadChannel(QProcess::StandardError);
        follower.start();
        QVERIFY(follower.waitForReadyRead(kPatienceMs));  // "still being recorded"
        QVERIFY(follower.readAllStandardOutput().isEmpty());
        run.kill();
        QVERIFY(run.waitForFinished(kPatienceMs));
        const Ran ran = Workplace::finish(follower);
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "\"Read\"");
        ARIADNE_WARNS(ran, "warning: last.clew: cut: ");
        ARIADNE_WARNS(ran, "from the tail beside it");
        ARIADNE_WARNS(ran, "\"ariadne recover last.clew -o WHOLE.clew\"");
        QCOMPARE(ran.out, place_.ariadne({"dump", "last.clew", "--json"}).out);
    }

    void aSignalALimitAndALastPositionEndIt() {
        QProcess run;
        startPatient(run, "open.clew");
        QProcess follower;
        const QByteArray seen = startFollower(follower, {"dump", "open.clew", "--follow"}, "Read");
        QCOMPARE(::kill(static_cast<pid_t>(follower.processId()), SIGINT), 0);
        ARIADNE_RAN(finish(follower, seen), 0);
        const Ran limited = place_.ariadne({"dump", "open.clew", "--follow", "--limit", "2"});
        ARIADNE_RAN(limited, 0);
        QCOMPARE(linesOf(limited.out).size(), std::size_t{2});
        const Ran bounded = place_.ariadne({"dump", "open.clew", "--follow", "--to", "3"});
        ARIADNE_RAN(bounded, 0);
        QCOMPARE(linesOf(bounded.out).size(), std::size_t{3});
        QCOMPARE(run.state(), QProcess::Running);

        // What never comes is said when the recording has ended.
        QProcess beyond;
        place_.prepare(beyond, {"dump", "open.clew", "--follow", "--from", "999999"});
        QProcess nobody;
        place_.prepare(nobody, {"dump", "open.clew", "--follow", "--actor", "nobody"});
        for (QProcess* process : {&beyond, &nobody}) {
            process->setReadChannel(QProcess::StandardError);
            process->start();
            QVERIFY(process->waitForReadyRead(kPatienceMs));  // "still being recorded"
            process->setReadChannel(QProcess::StandardOutput);
        }
        run.closeWriteChannel();
        ARIADNE_RAN(Workplace::finish(run), 0);
        const Ran first = Workplace::finish(beyond);
        ARIADNE_RAN(first, 2);
        ARIADNE_WARNS(first, "--from 999999 is beyond the trace");
        const Ran second = Workplace::finish(nobody);
        ARIADNE_RAN(second, 2);
        ARIADNE_WARNS(second, "no actor of this trace matches 'nobody'");
    }

    void aFileThatIsReplacedOrCutBackIsAnError() {
        QProcess run;
        startPatient(run, "a.clew");
        QProcess follower;
        const QByteArray seen =
            startFollower(follower, {"dump", "a.clew", "--follow", "--json"}, "\"Read\"");
        std::filesystem::rename(place_.path("a.clew"), place_.path("b.clew"));
        const Ran renamed = finish(follower, seen);
        ARIADNE_RAN(renamed, 2);
        ARIADNE_WARNS(renamed, "removed or renamed");

        QProcess second;
        const QByteArray secondSeen =
            startFollower(second, {"dump", "b.clew", "--follow", "--json"}, "\"Read\"");
        std::filesystem::resize_file(place_.path("b.clew"), 100);
        const Ran cutBack = finish(second, secondSeen);
        ARIADNE_RAN(cutBack, 2);
        ARIADNE_WARNS(cutBack, "cut back to 100 bytes");
        // What it had shown was right.
        QCOMPARE(cutBack.out, renamed.out);
        run.kill();
        QVERIFY(run.waitForFinished(kPatienceMs));
    }

private:
    Workplace place_;
};

QTEST_GUILESS_MAIN(TestCliFollow)
#include "tst_cli_follow.moc"
