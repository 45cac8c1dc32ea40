// ariadne explore, and ariadne run under the policies that choose.
#include "tests/cli/support/ariadne_process.h"

#include <QJsonArray>
#include <QTest>

using namespace ariadne::tests;

class TestCliExplore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void seedsThatAllEndWellAreZero() {
        const Ran ran = place_.with("v1", {"explore", "ledger", "--seeds", "5..24"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "policy    random\n");
        ARIADNE_SAYS(ran, "20  completed: all deposits made (first with seed 5)\n");
        QVERIFY(!ran.says("record it"));
        QVERIFY(!place_.has("ledger-5.clew"));
    }

    void theFirstFailureIsNamedWithWhatRecordsIt() {
        const Ran ran = place_.with(
            "v1", {"explore", "ledger", "--policy", "pct", "--pct-depth", "2", "--pct-steps", "30",
                   "--seeds", "3..6", "--arg", "fail=true", "--arg", "owner=Ann O'Neill"});
        ARIADNE_RAN(ran, 1);
        ARIADNE_SAYS(ran, "seed 3: asked to fail");
        ARIADNE_SAYS(ran,
                     " run ledger --seed 3 --policy pct --pct-depth 2 --pct-steps 30 "
                     "--arg fail=true --arg 'owner=Ann O'\\''Neill'\n");
        // What it says is what a shell takes.
        const std::size_t at = ran.out.find("ariadne --programs ");
        QVERIFY2(at != std::string::npos, ran.out.c_str());
        std::string line = ran.out.substr(at, ran.out.find('\n', at) - at);
        line.replace(0, std::string_view{"ariadne"}.size(), "\"$0\"");
        QProcess shell;
        place_.prepare(shell, {"-c", line, ARIADNE_COMMAND}, "/bin/sh");
        shell.start();
        const Ran recorded = Workplace::finish(shell);
        ARIADNE_RAN(recorded, 1);
        ARIADNE_SAYS(recorded, "asked to fail");
        const Ran info = place_.ariadne({"info", "ledger-3.clew"});
        ARIADNE_SAYS(info, "policy              pct\n");
        ARIADNE_SAYS(info, "pct depth           2\n");
        ARIADNE_SAYS(info, "pct steps           30\n");
        ARIADNE_SAYS(info, "owner = Ann O'Neill\n");
        const Ran again = place_.with("v1", {"replay", "ledger-3.clew", "--from", "all"});
        ARIADNE_RAN(again, 0);
        ARIADNE_RAN(place_.ariadne({"verify", "ledger-3.clew"}), 0);
    }

    void histogramAddsUpInJson() {
        const Ran ran = place_.with("v1", {"explore", "ledger", "--seeds", "1..12", "--policy",
                                           "rounds", "--until", "15ms", "--json"});
        ARIADNE_RAN(ran, 0);
        QCOMPARE(ran.json()[QLatin1String{"runs"}].toInt(), 12);
        QCOMPARE(ran.json()[QLatin1String{"failed"}].toInt(), 0);
        int runs = 0;
        for (const auto& outcome : ran.json()[QLatin1String{"outcomes"}].toArray())
            runs += outcome.toObject()[QLatin1String{"runs"}].toInt();
        QCOMPARE(runs, 12);
    }

    void whatCannotRunIsRefused() {
        ARIADNE_RAN(place_.with("v1", {"explore", "legder"}), 2);
        const Ran ran = place_.with("v1", {"explore", "ledger", "--arg", "deposits=many"});
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, "deposits");
    }

    void recordedChoicesAreMadeAgain() {
        for (const std::string policy : {"random", "pct"}) {
            const std::string file = policy + ".clew";
            ARIADNE_RAN(place_.with("v1", {"run", "ledger", "--seed", "8", "--policy", policy,
                                           "--arg", "deposits=6", "-o", file}),
                        0);
            // Seed and arguments are those of the trace.
            const Ran again = place_.with("v1", {"run", "ledger", "--policy", "replay",
                                                 "--decisions", file, "-o", "again.clew"});
            ARIADNE_RAN(again, 0);
            ARIADNE_SAYS(again, "seed           8\n");
            const Ran diff = place_.ariadne({"diff", file, "again.clew"});
            ARIADNE_RAN(diff, 0);
            ARIADNE_RAN(place_.with("v1", {"replay", "again.clew", "--from", "all"}), 0);
            ARIADNE_RAN(place_.ariadne({"verify", "again.clew"}), 0);
        }
    }

    void choicesOfAnotherRunEndItAndSayWhere() {
        ARIADNE_RAN(place_.with("v1", {"run", "ledger", "--policy", "random", "--arg", "pause=1ns",
                                       "--arg", "deposits=2", "-o", "short.clew"}),
                    0);
        const Ran ran =
            place_.with("v1", {"run", "ledger", "--policy", "replay", "--decisions", "short.clew",
                               "--arg", "deposits=40", "-o", "longer.clew"});
        ARIADNE_RAN(ran, 1);
        ARIADNE_SAYS(ran, "outcome        undecided\n");
        ARIADNE_SAYS(ran, "text           decisions ");
        ARIADNE_RAN(place_.with("v1", {"replay", "longer.clew", "--from", "all"}), 0);
        ARIADNE_RAN(place_.ariadne({"verify", "longer.clew"}), 0);
    }

    void tracesWithoutUsableChoicesAreRefused() {
        place_.ledger("rounds.clew");
        const auto refused = [&](const std::string& program, const std::string& file) {
            return place_.with(
                "v1", {"run", program, "--policy", "replay", "--decisions", file, "-o", "no.clew"});
        };
        const Ran rounds = refused("ledger", "rounds.clew");
        ARIADNE_RAN(rounds, 2);
        ARIADNE_WARNS(rounds, "found a trace of policy rounds");
        ARIADNE_RAN(place_.with("v1", {"run", "ledger", "--policy", "random", "-o", "r.clew"}), 0);
        const Ran other = refused("spinner", "r.clew");
        ARIADNE_RAN(other, 2);
        ARIADNE_WARNS(other, "found a trace of program ledger, expected one of spinner");
        place_.write("text.clew", "no trace at all");
        ARIADNE_RAN(refused("ledger", "text.clew"), 2);
        QVERIFY(!place_.has("no.clew"));
    }

private:
    Workplace place_;
};

QTEST_GUILESS_MAIN(TestCliExplore)
#include "tst_cli_explore.moc"
