// ariadne programs, ariadne run.
#include "tests/cli/support/ariadne_process.h"

#include <QJsonArray>
#include <QTest>

#include <csignal>

using namespace ariadne::tests;

namespace {

std::string valueOf(const Ran& ran, const char* key) {
    return ran.json().value(QLatin1String{key}).toString().toStdString();
}

}  // namespace

class TestCliRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void programsAreListedWithTheirArguments() {
        const Ran ran = place_.with("v1", {"programs"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "ledger 1.0\n");
        ARIADNE_SAYS(ran, "    pause: duration = 10ms\n");
        const Ran json = place_.with("v1", {"programs", "--json"});
        ARIADNE_RAN(json, 0);
        QVERIFY(json.json()[QLatin1String{"programs"}].toArray().size() >= 2);
    }

    void folderOfTheUserGoesBeforeTheInstallation() {
        const std::string programs = TEST_PROGRAMS;
        const Ran ran = place_.ariadne(
            {"--programs", programs + "/v2", "--programs", programs + "/v1", "programs"});
        ARIADNE_SAYS(ran, "ledger 2.0\n");
        QVERIFY(!ran.says("ledger 1.0\n"));
    }

    void librariesWithActorsOfOneNameAreKeptApart() {
        for (const std::string id : {"twin_one", "twin_two"}) {
            const Ran ran = place_.with("twins", {"run", id, "-o", id + ".clew"});
            ARIADNE_RAN(ran, 0);
            ARIADNE_SAYS(ran, (id + " speaks").c_str());
            const Ran again = place_.with("twins", {"replay", id + ".clew", "--from", "all"});
            ARIADNE_RAN(again, 0);
            ARIADNE_SAYS(again, "identical");
        }
    }

    void aMemoryLimitIsPartOfTheRun() {
        (void)place_.with("v1", {"run", "ledger", "--memory", "40", "-o", "m.clew"});
        const Ran failures = place_.ariadne({"dump", "m.clew", "--kind", "fail"});
        ARIADNE_RAN(failures, 0);
        ARIADNE_SAYS(failures, "limit cellBytesMax (40) reached: tests::ledger::");
        ARIADNE_SAYS(place_.ariadne({"info", "m.clew"}), "cell bytes max");
        const Ran again = place_.with("v1", {"replay", "m.clew", "--from", "all"});
        ARIADNE_RAN(again, 0);
        ARIADNE_SAYS(again, "identical");
    }

    void runSaysHowItEndedAndRecordsByDefault() {
        const Ran ran = place_.with("v1", {"run", "ledger"});
        ARIADNE_RAN(ran, 0);
        for (const char* text :
             {"outcome        completed\n", "text           all deposits made\n", "rounds         ",
              "events         ", "event digest   ", "ledger-1.clew, "})
            ARIADNE_SAYS(ran, text);
        QVERIFY(place_.has("ledger-1.clew"));
    }

    void sameSeedIsTheSameFile() {
        place_.ledger("a.clew", {"--seed", "5"});
        place_.ledger("b.clew", {"--seed", "5"});
        place_.ledger("c.clew", {"--seed", "6"});
        QVERIFY(place_.read("a.clew") == place_.read("b.clew"));
        QVERIFY(place_.read("a.clew") != place_.read("c.clew"));
    }

    void digestsDoNotDependOnTheRecording() {
        const Ran recorded =
            place_.with("v1", {"run", "ledger", "--seed", "3", "-o", "r.clew", "--json"});
        const Ran plain =
            place_.with("v1", {"run", "ledger", "--seed", "3", "--no-record", "--json"});
        ARIADNE_RAN(plain, 0);
        for (const char* key : {"event_digest", "change_digest", "state_digest"}) {
            QVERIFY2(valueOf(plain, key).size() == 16, key);
            if (valueOf(recorded, key) != valueOf(plain, key))
                QFAIL((recorded.all() + plain.all()).c_str());
        }
        QVERIFY(!place_.has("ledger-3.clew"));
    }

    void argumentsReachTheProgram() {
        const Ran ran = place_.with(
            "v1", {"run", "ledger", "--arg", "deposits=1", "--arg", "pause=1s", "-o", "x.clew"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(place_.ariadne({"info", "x.clew"}), "deposits = 1\n");
        ARIADNE_SAYS(place_.ariadne({"info", "x.clew"}), "pause = 1s\n");
    }

    void failedRunIsOne() {
        const Ran ran = place_.with("v1", {"run", "ledger", "--arg", "fail=true", "-o", "f.clew"});
        ARIADNE_RAN(ran, 1);
        ARIADNE_SAYS(ran, "asked to fail");
        ARIADNE_RAN(place_.ariadne({"verify", "f.clew"}), 0);
    }

    void untilStopsAtATimeOrARound() {
        const Ran time =
            place_.with("v1", {"run", "spinner", "--until", "20ms", "-o", "t.clew", "--json"});
        ARIADNE_RAN(time, 0);
        QCOMPARE(valueOf(time, "outcome"), std::string{"until"});
        QCOMPARE(time.json()[QLatin1String{"virtual_time_ns"}].toInt(), 20'000'000);
        const Ran rounds =
            place_.with("v1", {"run", "spinner", "--until", "100rounds", "-o", "r.clew", "--json"});
        ARIADNE_RAN(rounds, 0);
        QCOMPARE(rounds.json()[QLatin1String{"rounds"}].toInt(), 100);
        ARIADNE_RAN(place_.ariadne({"verify", "r.clew"}), 0);
    }

    void interruptEndsTheRunAndSealsTheFile() {
        QProcess process;
        place_.prepare(process, {"--programs", TEST_PROGRAMS "/v1", "run", "spinner", "-o",
                                 "i.clew", "--progress"});
        process.start();
        // The first progress comes from inside the run.
        process.setReadChannel(QProcess::StandardError);
        QVERIFY(process.waitForReadyRead(20'000));
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        process.setReadChannel(QProcess::StandardOutput);
        const Ran ran = Workplace::finish(process);
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "stopped by a signal");
        const Ran verified = place_.ariadne({"verify", "i.clew"});
        ARIADNE_RAN(verified, 0);
        ARIADNE_SAYS(verified, "whole");
    }

    void programWithoutAStudioBesideItSaysSo() {
        if (QFile::exists(QString::fromStdString(std::string{ARIADNE_COMMAND} + "-studio")))
            QSKIP("the studio is built");
        const Ran ran = place_.ariadne({"studio"});
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, "ariadne-studio");
    }

private:
    Workplace place_;
};

QTEST_GUILESS_MAIN(TestCliRun)
#include "tst_cli_run.moc"
