// ariadne check-determinism, ariadne run --threads.
#include "tests/cli/support/ariadne_process.h"

#include <QDir>
#include <QFileDevice>
#include <QJsonArray>
#include <QProcessEnvironment>
#include <QTest>

using namespace ariadne::tests;

namespace {

std::string valueOf(const Ran& ran, const char* key) {
    return ran.json().value(QLatin1String{key}).toString().toStdString();
}

std::vector<std::string> check(const std::string& program,
                               const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"check-determinism", program};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

}  // namespace

class TestCliDeterminism : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRunThatRepeatsIsEqualInEveryWay_data() {
        QTest::addColumn<std::string>("programs");
        QTest::addColumn<std::string>("program");
        QTest::addColumn<QStringList>("more");
        QTest::addColumn<int>("runsMin");
        const auto row = [](const char* name, const char* programs, const char* program,
                            const char* more, int runsMin) {
            QTest::newRow(name) << std::string{programs} << std::string{program}
                                << QString::fromLatin1(more).split(QLatin1Char(' '),
                                                                   Qt::SkipEmptyParts)
                                << runsMin;
        };
        row("ledger", "v1", "ledger", "--arg deposits=30", 35);
        row("another seed", "v1", "ledger", "--seed 5 --quick", 7);
        row("one that fails", "v1", "ledger", "--arg fail=true --quick", 7);
        row("random", "v1", "ledger", "--policy random", 10);
        row("pct", "v1", "ledger", "--policy pct --pct-depth 2 --quick", 7);
        row("until a time", "v1", "spinner", "--until 1500ms --quick", 7);
        row("until a round", "v1", "spinner", "--until 77rounds --quick", 7);
        row("many actors", "unsteady", "crowd", "--arg rounds=4", 35);
    }
    void aRunThatRepeatsIsEqualInEveryWay() {
        QFETCH(std::string, programs);
        QFETCH(std::string, program);
        QFETCH(QStringList, more);
        QFETCH(int, runsMin);
        std::vector<std::string> words = check(program, {"--json"});
        for (const QString& word : more) words.push_back(word.toStdString());
        const Ran ran = place_.with(programs, words);
        ARIADNE_RAN(ran, 0);
        QCOMPARE(ran.err, std::string{});
        const QJsonObject json = ran.json();
        QCOMPARE(json[QLatin1String{"equal"}].toBool(), true);
        const QJsonArray runs = json[QLatin1String{"runs"}].toArray();
        QVERIFY2(runs.size() >= runsMin, ran.all().c_str());
        QCOMPARE(json[QLatin1String{"runs_compared"}].toInteger(), qint64{runs.size()});
        QVERIFY(json[QLatin1String{"events"}].toInteger() > 5);
    }

    void itIsTheRunThatRunRecords() {
        const Ran run =
            place_.with("v1", {"run", "ledger", "--seed", "3", "--json", "-o", "l.clew"});
        const Ran ran = place_.with("v1", check("ledger", {"--seed", "3", "--json", "--quick"}));
        for (const char* key : {"event_digest", "change_digest", "state_digest", "outcome"})
            QCOMPARE(valueOf(ran, key), valueOf(run, key));
    }

    void whatCannotBeRepeatedIsNamedDownToTheField_data() {
        QTest::addColumn<std::string>("program");
        QTest::addColumn<QStringList>("more");
        QTest::addColumn<QStringList>("runs");  ///< one of these is the first that differs
        QTest::addColumn<std::string>("actor");
        QTest::addColumn<std::string>("fields");
        QTest::addColumn<std::string>("field");
        const auto row = [](const char* program, const QStringList& more, const QStringList& runs,
                            const char* actor, const char* fields, const char* field) {
            QTest::newRow(program) << std::string{program} << more << runs << std::string{actor}
                                   << std::string{fields} << std::string{field};
        };
        const auto words = [](const char* line) {
            return QString::fromLatin1(line).split(QLatin1Char(';'));
        };
        row("counter", {}, words("once more"), "counter", "state_fields", "serial");
        row("address", {}, words("once more;a shifting heap"), "address", "message_fields",
            "weight");
        row("process", {}, words("a new process"), "process", "state_fields", "number");
        row("crowd", words("--arg;steady=false"), words("2 threads;3 threads;8 threads"),
            "crowd/worker", "state_fields", "serial");
    }
    void whatCannotBeRepeatedIsNamedDownToTheField() {
        QFETCH(std::string, program);
        QFETCH(QStringList, more);
        QFETCH(QStringList, runs);
        QFETCH(std::string, actor);
        QFETCH(std::string, fields);
        QFETCH(std::string, field);
        std::vector<std::string> words = check(program, {"--json"});
        for (const QString& word : more) words.push_back(word.toStdString());
        const Ran ran = place_.with("unsteady", words);
        ARIADNE_RAN(ran, 1);
        const QJsonObject json = ran.json();
        QCOMPARE(json[QLatin1String{"equal"}].toBool(true), false);
        const QString run = json[QLatin1String{"differs_in_run"}].toString();
        bool expected = false;
        for (const QString& name : runs) expected = expected || run.startsWith(name);
        QVERIFY2(expected, ran.all().c_str());
        QVERIFY(!json[QLatin1String{"likely_cause"}].toString().isEmpty());
        const QJsonObject first = json[QLatin1String{"first_divergence"}].toObject();
        for (const char* side : {"plain run", "this run"}) {
            const std::string cell = first[QLatin1String{side}]
                                         .toObject()[QLatin1String{"cell"}]
                                         .toString()
                                         .toStdString();
            QVERIFY2(cell.starts_with(actor), ran.all().c_str());
        }
        const QJsonArray list = first[QLatin1String(fields.c_str())].toArray();
        QVERIFY2(!list.isEmpty(), ran.all().c_str());
        QCOMPARE(list[0].toObject()[QLatin1String{"field"}].toString().toStdString(), field);
    }

    void theTextSaysWhatTheJsonSays() {
        const Ran ran = place_.with("unsteady", check("counter"));
        ARIADNE_RAN(ran, 1);
        for (const char* text :
             {"verdict         differs\n", "differs in run  once more\n", "a static", "serial",
              "first difference at event ", "plain run", "this run", "state fields that differ"})
            ARIADNE_SAYS(ran, text);
        const Ran equal = place_.with("v1", check("ledger", {"--quick", "--progress"}));
        ARIADNE_RAN(equal, 0);
        ARIADNE_SAYS(equal, "equal to the last byte\n");
        ARIADNE_WARNS(equal, ": 8 threads");
    }

    void theTwoTracesCanBeKept() {
        QDir{QString::fromStdString(place_.path("."))}.mkdir(QStringLiteral("kept"));
        ARIADNE_RAN(place_.with("unsteady", check("counter", {"--keep", "kept"})), 1);
        const Ran diff = place_.ariadne({"diff", "kept/reference.clew", "kept/other.clew"});
        ARIADNE_RAN(diff, 1);
        ARIADNE_SAYS(diff, "serial");
    }

    void somebodysFileIsNotReplacedByATrace() {
        QDir{QString::fromStdString(place_.path("."))}.mkdir(QStringLiteral("mine"));
        place_.write("mine/other.clew", "Dear diary");
        const Ran ran = place_.with("v1", check("ledger", {"--quick", "--keep", "mine"}));
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, "mine/other.clew: found a file that is no trace");
        QCOMPARE(place_.read("mine/other.clew"), std::string{"Dear diary"});
    }

    void anotherBuildThatAgreesIsEqual() {
        const Ran ran = place_.with(
            "v1", check("ledger", {"--quick", "--json", "--with", ARIADNE_COMMAND, "--with",
                                   script("again", "exec \"$ARIADNE\" \"$@\"")}));
        ARIADNE_RAN(ran, 0);
        const QJsonArray runs = ran.json()[QLatin1String{"runs"}].toArray();
        QCOMPARE(runs[runs.size() - 2].toString().toStdString(), std::string{ARIADNE_COMMAND});
    }

    void anotherBuildThatCountsDifferentlyIsNamed() {
        const std::string other =
            script("other", "exec \"$ARIADNE\" --programs " TEST_PROGRAMS "/changed \"$@\"");
        const Ran ran = place_.with("v1", check("ledger", {"--quick", "--with", other}));
        ARIADNE_RAN(ran, 1);
        for (const std::string& text : {"differs in run  " + other, std::string{"ledger/account"},
                                        std::string{"balance"}, std::string{"the build"}})
            ARIADNE_SAYS(ran, text);
    }

    void anotherBuildThatDoesNotRunItIsTwo_data() {
        QTest::addColumn<std::string>("lines");
        QTest::addColumn<std::string>("message");
        QTest::newRow("does nothing")
            << std::string{"exit 0"} << std::string{"found exit status 0 and no trace"};
        QTest::newRow("refuses") << std::string{"echo 'not today' >&2; exit 2"}
                                 << std::string{"found exit status 2 and no trace"};
        QTest::newRow("says why") << std::string{"echo 'not today' >&2; exit 2"}
                                  << std::string{"it said: not today"};
        QTest::newRow("dies") << std::string{"kill -9 $$"}
                              << std::string{"found that signal 9 ended it"};
        // The last word is where to record.
        QTest::newRow("no trace") << std::string{"for f; do :; done; echo hello > \"$f\""}
                                  << std::string{"other: "};
        QTest::newRow("half a trace")
            << std::string{"\"$ARIADNE\" \"$@\"; for f; do :; done; truncate -s -100 \"$f\""}
            << std::string{"found a trace that is not whole"};
    }
    void anotherBuildThatDoesNotRunItIsTwo() {
        QFETCH(std::string, lines);
        QFETCH(std::string, message);
        const std::string other = script("other", lines);
        const Ran ran = place_.with("v1", check("ledger", {"--quick", "--with", other}));
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, "ariadne check-determinism: " + other + ": ");
        ARIADNE_WARNS(ran, message);
        QCOMPARE(ran.out, std::string{});
    }

    void badInputIsTwo_data() {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<std::string>("message");
        const auto row = [](const char* name, const char* line, const char* message) {
            QTest::newRow(name) << QString::fromLatin1(line).split(QLatin1Char(' '),
                                                                   Qt::SkipEmptyParts)
                                << std::string{message};
        };
        row("no such program", "legder", "no program is called 'legder'");
        row("bad argument", "ledger --arg deposits=three", "found 'three'");
        row("no such command", "ledger --quick --with ./nosuch",
            "./nosuch: found nothing to start");
        row("no such folder", "ledger --keep nowhere",
            "--keep nowhere: No such file or directory; expected an existing folder");
        row("replay", "ledger --policy replay", "expected rounds, random or pct");
        row("depth of what", "ledger --pct-depth 2", "expected --policy pct");
    }
    void badInputIsTwo() {
        QFETCH(QStringList, words);
        QFETCH(std::string, message);
        std::vector<std::string> line{"check-determinism"};
        for (const QString& word : words) line.push_back(word.toStdString());
        const Ran ran = place_.with("v1", line);
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, message);
        QCOMPARE(ran.out, std::string{});
    }

    void scratchSpaceThatIsNotThereIsTwo() {
        QProcess process;
        place_.prepare(process, {"--programs", TEST_PROGRAMS "/v1", "check-determinism", "ledger"});
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("TMPDIR"), QStringLiteral("/nowhere"));
        process.setProcessEnvironment(environment);
        process.start();
        const Ran ran = Workplace::finish(process);
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, "set TMPDIR to a folder");
    }

    void noScratchIsLeftBehind() {
        QDir folder{QString::fromStdString(place_.path("."))};
        folder.mkdir(QStringLiteral("scratch"));
        QProcess process;
        place_.prepare(process,
                       {"--programs", TEST_PROGRAMS "/unsteady", "check-determinism", "counter"});
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("TMPDIR"), folder.filePath(QStringLiteral("scratch")));
        process.setProcessEnvironment(environment);
        process.start();
        ARIADNE_RAN(Workplace::finish(process), 1);
        QVERIFY(QDir{folder.filePath(QStringLiteral("scratch"))}.isEmpty());
    }

    void threadsOfARunAreNotInItsTrace() {
        const auto record = [&](const std::string& threads) {
            const std::string file = "threads" + threads + ".clew";
            const Ran ran = place_.with("unsteady", {"run", "crowd", "--arg", "rounds=6",
                                                     "--threads", threads, "-o", file});
            if (ran.code != 0) qWarning("%s", ran.all().c_str());
            return place_.read(file);
        };
        const std::string one = record("1");
        QVERIFY(one.size() > 10'000);
        for (const char* threads : {"2", "3", "8", "64"}) QVERIFY(record(threads) == one);
    }

private:
    /// A shell script in the workplace that knows the command as $ARIADNE; its path.
    std::string script(const std::string& name, const std::string& lines) {
        place_.write(name,
                     std::string{"#!/bin/sh\nARIADNE='"} + ARIADNE_COMMAND + "'\n" + lines + "\n");
        const std::string path = place_.path(name);
        QFile::setPermissions(QString::fromStdString(path), QFileDevice::ReadOwner |
                                                                QFileDevice::WriteOwner |
                                                                QFileDevice::ExeOwner);
        return path;
    }

    Workplace place_;
};

QTEST_GUILESS_MAIN(TestCliDeterminism)
#include "tst_cli_determinism.moc"
