// A turn that does not come back is told of on standard error while it runs.
#include "tests/cli/support/ariadne_process.h"

#include <QJsonArray>
#include <QProcess>
#include <QTest>

using namespace ariadne::tests;

namespace {

QJsonValue at(const QJsonObject& object, const char* key) {
    return object.value(QLatin1String{key});
}

}  // namespace

class TestCliWatchdog : public QObject {
    Q_OBJECT

    /// Starts "patient", whose turns wait until its standard input is closed, and comes back when
    /// standard error has said `until`, with all that it said.
    QByteArray start(QProcess& process, std::vector<std::string> words, const char* until) const {
        words.insert(words.begin(), {"--programs", TEST_PROGRAMS "/patient", "run", "patient"});
        place_.prepare(process, words);
        process.setReadChannel(QProcess::StandardError);
        process.start();
        QByteArray said;
        while (!said.contains(until)) {
            if (!process.waitForReadyRead(30'000)) break;
            said += process.readAllStandardError();
        }
        return said;
    }
    Ran run(const std::vector<std::string>& words, const char* until) const {
        QProcess process;
        const QByteArray said = start(process, words, until);
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
        ARIADNE_WARNS(ran, "the trace holds all events up to ");
        ARIADNE_WARNS(ran, "gdb -p ");
        ARIADNE_WARNS(ran, "look for tests::patient::Reader");
        ARIADNE_WARNS(ran, "the trace names this turn");
        ARIADNE_WARNS(ran, "ariadne run: a turn came back after ");
        ARIADNE_SAYS(ran, "quiescent");

        // Nothing of that is in the run.
        const Ran quiet = run({"--watchdog", "0", "-o", "quiet.clew"}, "");
        ARIADNE_RAN(quiet, 0);
        QCOMPARE(quiet.err, std::string{});
        ARIADNE_RAN(place_.ariadne({"verify", "stuck.clew"}), 0);
        ARIADNE_RAN(place_.ariadne({"diff", "stuck.clew", "quiet.clew"}), 0);
        const QJsonObject stuck = place_.ariadne({"info", "stuck.clew", "--json"}).json();
        const QJsonObject plain = place_.ariadne({"info", "quiet.clew", "--json"}).json();
        for (const char* digest : {"event_digest", "change_digest", "state_digest"})
            QCOMPARE(at(stuck, digest), at(plain, digest));
        QVERIFY(at(plain, "stuck_turns").toArray().isEmpty());
        // How the notes tell it.
        const Ran info = place_.ariadne({"info", "stuck.clew"});
        ARIADNE_RAN(info, 0);
        ARIADNE_SAYS(info, "stuck turns");
        ARIADNE_SAYS(info, "patient/reader took Read for ");
        ARIADNE_SAYS(info, "and came back\n");
        const QJsonObject turn = at(stuck, "stuck_turns").toArray()[0].toObject();
        QCOMPARE(at(turn, "cell").toString(), QStringLiteral("patient/reader"));
        QCOMPARE(at(turn, "came_back").toBool(), true);
    }

    void whoNeverWasStuckIsRecordedToTheSameBytes() {
        ARIADNE_RAN(run({"--watchdog", "3600", "-o", "watched.clew"}, ""), 0);
        ARIADNE_RAN(run({"--watchdog", "0", "-o", "alone.clew"}, ""), 0);
        QVERIFY(!place_.read("alone.clew").empty());
        QVERIFY(place_.read("alone.clew") == place_.read("watched.clew"));
    }

    void whoKillsAHungRunHasATraceThatNamesTheTurn() {
        QProcess process;
        const QByteArray said =
            start(process, {"--watchdog", "0.02", "-o", "killed.clew"}, "Ctrl-C twice");
        QVERIFY2(said.contains("patient/reader (Reader)"), said.constData());
        process.kill();
        QVERIFY(process.waitForFinished(30'000));
        QCOMPARE(process.exitStatus(), QProcess::CrashExit);

        const Ran info = place_.ariadne({"info", "killed.clew"});
        ARIADNE_SAYS(info, "cut");
        ARIADNE_SAYS(info, "stuck turns");
        ARIADNE_SAYS(info, "patient/reader had been taking Read for ");
        ARIADNE_SAYS(info, "it never came back in this file\n");
        const QJsonObject json = place_.ariadne({"info", "killed.clew", "--json"}).json();
        const QJsonObject turn = at(json, "stuck_turns").toArray()[0].toObject();
        QCOMPARE(at(turn, "came_back").toBool(), false);
        QCOMPARE(at(turn, "cell_type").toString(), QStringLiteral("tests::patient::Reader"));
        QCOMPARE(at(turn, "message_type").toString(), QStringLiteral("tests::patient::Read"));
        QCOMPARE(at(turn, "behind").toInteger(), at(json, "events").toInteger());
        QVERIFY(at(turn, "ran_for_ns").toInteger() >= 20'000'000);

        // Its message is there, and the note behind all events, as no event.
        const QString message = QString::number(at(turn, "enqueued_at").toInteger());
        const Ran sent = place_.ariadne(
            {"dump", "killed.clew", "--from", message.toStdString(), "--limit", "1", "--json"});
        QCOMPARE(at(sent.json(), "kind").toString(), QStringLiteral("send"));
        QCOMPARE(at(sent.json(), "peer").toString(), QStringLiteral("patient/reader"));
        const Ran dumped = place_.ariadne({"dump", "killed.clew"});
        const std::vector<std::string> lines = linesOf(dumped.out);
        const auto events = static_cast<std::size_t>(at(json, "events").toInteger());
        QVERIFY2(lines.size() > events, dumped.all().c_str());
        for (std::size_t i = 0; i < lines.size(); ++i)
            QCOMPARE(lines[i].find("-- note: ") == 0, i >= events);
        QVERIFY2(lines[events].find("-- note: stuck turn: patient/reader (Reader) has been taking "
                                    "Read of event " +
                                    message.toStdString()) == 0,
                 dumped.all().c_str());
        // Who asks for certain events gets those.
        QVERIFY(!place_.ariadne({"dump", "killed.clew", "--kind", "send"}).says("note"));
        QVERIFY(!place_.ariadne({"dump", "killed.clew", "--actor", "patient"}).says("note"));
        QVERIFY(!place_.ariadne({"dump", "killed.clew", "--to", "2"}).says("note"));
        QVERIFY(place_.ariadne({"dump", "killed.clew", "--actor", "*/reader"}).says("note"));
        QVERIFY(place_.ariadne({"dump", "killed.clew", "--json"}).says("{\"note\":\"stuck turn\""));
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
