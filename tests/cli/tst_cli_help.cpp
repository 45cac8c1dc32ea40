// What the command says about itself, and to those who call it wrongly.
#include "tests/cli/support/ariadne_process.h"

#include <QTest>

using namespace ariadne::tests;

class TestCliHelp : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyVerbHasHelpWithAnExample_data() {
        QTest::addColumn<std::string>("verb");
        for (const char* verb : {"programs", "run", "explore", "check-determinism", "info", "dump",
                                 "state", "query", "export", "verify", "replay", "materialise",
                                 "diff", "cut", "recover", "redact", "studio"})
            QTest::newRow(verb) << std::string{verb};
    }
    void everyVerbHasHelpWithAnExample() {
        QFETCH(std::string, verb);
        const Ran ran = place_.ariadne({verb, "--help"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "Example: ariadne " + verb);
        ARIADNE_SAYS(ran, "Exit status: 0");
        QCOMPARE(ran.err, std::string{});
    }

    void helpListsTheVerbs() {
        const Ran ran = place_.ariadne({"--help"});
        ARIADNE_RAN(ran, 0);
        for (const char* verb : {"programs", "run", "explore", "check-determinism", "info", "dump",
                                 "state", "query", "export", "verify", "replay", "materialise",
                                 "diff", "cut", "recover", "redact", "studio"})
            ARIADNE_SAYS(ran, verb);
    }

    void versionIsOneLine() {
        const Ran ran = place_.ariadne({"--version"});
        ARIADNE_RAN(ran, 0);
        QVERIFY(ran.out.starts_with("ariadne "));
        QCOMPARE(linesOf(ran.out).size(), 1u);
    }

    void wrongUsageIsTwoWithAHint_data() {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<std::string>("message");
        const auto row = [](const char* name, const QStringList& words, const char* message) {
            QTest::newRow(name) << words << std::string{message};
        };
        const auto words = [](const char* line) {
            return QString::fromLatin1(line).split(QLatin1Char(' '));
        };
        row("no verb", {}, "subcommand");
        row("unknown verb", words("fly"), "found 'fly', expected a verb");
        row("unknown option", words("info x.clew --fast"), "--fast");
        row("no file", words("info"), "FILE");
        row("no program", words("run"), "PROGRAM");
        row("bad seed", words("run ledger --seed many"),
            "--seed: found 'many', expected a whole number");
        row("negative seed", words("run ledger --seed=-1"), "found '-1'");
        row("bad until", words("run ledger --until tomorrow"),
            "found 'tomorrow', expected a virtual time such as 20ms");
        row("bad visible-every", words("run ledger --visible-every soon"),
            "--visible-every: found 'soon', expected seconds from 0.001");
        row("bad policy", words("run ledger --policy fifo"),
            "expected rounds, random, pct or replay");
        row("bad depth", words("run ledger --policy pct --pct-depth 0"),
            "found '0', expected a depth from 1 to 64");
        row("deep", words("explore ledger --policy pct --pct-depth 65"),
            "found '65', expected a depth from 1 to 64");
        row("no threads", words("run ledger --threads 0"),
            "found '0', expected a number of threads from 1 to 64");
        row("many threads", words("run ledger --threads 65"), "found '65'");
        row("impatient", words("run ledger --watchdog=-1"),
            "--watchdog: found '-1', expected seconds from 0.001 to 86400");
        row("no patience", words("run ledger --watchdog nan"), "found 'nan', expected seconds");
        row("check what", words("check-determinism"), "PROGRAM");
        row("check how", words("check-determinism ledger --seed x"), "--seed: found 'x'");
        row("bad steps", words("run ledger --policy pct --pct-steps 0"),
            "found '0', expected a number of choices, at least 1");
        row("depth of what", words("run ledger --pct-depth 2"), "expected --policy pct");
        row("steps of what", words("explore ledger --pct-steps 2"), "expected --policy pct");
        row("seeds backwards", words("explore ledger --seeds 9..3"),
            "found '9..3', expected seeds such as 1..100");
        row("seeds open", words("explore ledger --seeds 9.."), "found '9..', expected seeds");
        row("explore one way", words("explore ledger --policy replay"),
            "expected random, pct or rounds");
        row("no decisions", words("run ledger --policy replay"),
            "expected --decisions FILE.clew with it");
        row("decisions for whom", words("run ledger --decisions x.clew"),
            "expected --policy replay");
        row("decisions from nowhere", words("run ledger --policy replay --decisions nosuch.clew"),
            "nosuch.clew");
        row("bad argument", words("run ledger --arg deposits"),
            "found 'deposits', expected name=value");
        row("unknown kind", words("dump x.clew --kind sent"),
            "found 'sent', expected one of spawn, input, send");
        row("bad position", words("dump x.clew --from first"),
            "found 'first', expected a position");
        row("bad moment", words("state x.clew --at end"),
            "found 'end', expected a position (the number of an event) or last");
        row("bad snapshot", words("replay x.clew --from none"), "found 'none'");
        row("backwards", words("dump x.clew --from 9 --to 3"), "--from 9 is behind --to 3");
        row("both", words("run ledger -o a.clew --no-record"), "--no-record");
    }
    void wrongUsageIsTwoWithAHint() {
        QFETCH(QStringList, words);
        QFETCH(std::string, message);
        std::vector<std::string> line;
        for (const QString& word : words) line.push_back(word.toStdString());
        const Ran ran = place_.ariadne(line);
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, message);
        QVERIFY2(ran.err.starts_with("ariadne"), ran.err.c_str());
        QCOMPARE(ran.out, std::string{});
    }

private:
    Workplace place_;
};

QTEST_GUILESS_MAIN(TestCliHelp)
#include "tst_cli_help.moc"
