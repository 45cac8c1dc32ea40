// Traces that are to be given away, on the command line.
#include "tests/cli/support/ariadne_process.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>

using namespace ariadne::tests;

class TestCliRedact : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        ARIADNE_RAN(place_.ariadne({"run", "kv_replica", "--seed", "1", "-o", "kv.clew"}), 0);
        place_.ledger("ledger.clew", {"--arg", "owner=ann@example.org"});
        place_.write("text.txt", "Dear diary,\n");
    }

    void whatTheProgramMarksIsReplaced() {
        const Ran ran = place_.ariadne({"redact", "kv.clew", "-o", "public.clew"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "samples::kv_replica::Put.value");
        const Ran verify = place_.ariadne({"verify", "public.clew"});
        ARIADNE_RAN(verify, 0);
        ARIADNE_SAYS(verify, "whole\n");
        const Ran before = place_.ariadne({"dump", "kv.clew"});
        const Ran after = place_.ariadne({"dump", "public.clew"});
        ARIADNE_RAN(after, 0);
        QCOMPARE(linesOf(after.out).size(), linesOf(before.out).size());
        QVERIFY(before.says("value: \"v") && !after.says("value: \"v"));
        ARIADNE_SAYS(after, "key: \"k1\"");
        ARIADNE_SAYS(after, "value: \"redacted-");
        ARIADNE_RAN(place_.ariadne({"state", "public.clew"}), 0);
        const Ran rows = place_.ariadne({"query", "public.clew", "SELECT count(*) FROM event"});
        ARIADNE_RAN(rows, 0);
        // And different ones the next time.
        ARIADNE_RAN(place_.ariadne({"redact", "kv.clew", "-o", "again.clew"}), 0);
        QVERIFY(place_.read("again.clew") != place_.read("public.clew"));
    }

    void theNewTraceSaysSoAndIsNotRunAgain() {
        ARIADNE_RAN(place_.ariadne({"redact", "kv.clew", "-o", "public.clew"}), 0);
        const QJsonObject was = place_.ariadne({"info", "kv.clew", "--json"}).json();
        const Ran info = place_.ariadne({"info", "public.clew"});
        ARIADNE_RAN(info, 0);
        ARIADNE_SAYS(info, "values of secret fields were replaced");
        const QJsonObject json = place_.ariadne({"info", "public.clew", "--json"}).json();
        QCOMPARE(json[QStringLiteral("made")].toString(), QStringLiteral("redacted"));
        QCOMPARE(json[QStringLiteral("redacted")].toBool(), true);
        QCOMPARE(json[QStringLiteral("parent")], was[QStringLiteral("id")]);
        QVERIFY(json[QStringLiteral("event_digest")] != was[QStringLiteral("event_digest")]);
        QVERIFY(!was.contains(QStringLiteral("redacted")));
        for (const std::vector<std::string>& words :
             {std::vector<std::string>{"replay", "public.clew"},
              {"replay", "public.clew", "--from", "all"},
              {"materialise", "public.clew", "-o", "more.clew"}}) {
            const Ran ran = place_.ariadne(words);
            ARIADNE_RAN(ran, 2);
            ARIADNE_WARNS(ran, "the trace was redacted");
        }
        QVERIFY(!place_.has("more.clew"));
    }

    void contentsNameSecretFields() {
        const auto secrets = [&](const char* file) {
            return place_.ariadne({"info", file, "--contents", "--json"})
                .json()[QStringLiteral("secret_fields")]
                .toArray();
        };
        QVERIFY(secrets("kv.clew").contains(QStringLiteral("samples::kv_replica::Put.value")));
        QVERIFY(secrets("ledger.clew").isEmpty());
        const Ran plain = place_.ariadne({"info", "ledger.clew", "--contents"});
        ARIADNE_SAYS(plain, "none that the program marks");
    }

    /// As somebody does it who wants an address out of a trace.
    void sayingWhatIsStillFoundLeadsToATraceWithoutIt() {
        std::vector<std::string> words{"redact",   "ledger.clew", "-o",
                                       "out.clew", "--field",     "Deposit.owner"};
        std::vector<std::string> added;
        Ran ran;
        for (int tries = 0; tries < 10; ++tries) {
            ran = place_.ariadne(words);
            if (ran.code != 1) break;
            QVERIFY(!place_.has("out.clew") && !place_.has("out.clew.unfinished"));
            ARIADNE_WARNS(ran, "still found: a value of ");
            ARIADNE_WARNS(ran, " stands as it is in ");
            const auto match = QRegularExpression(QStringLiteral("Add --field '([^']+)'"))
                                   .match(QString::fromStdString(ran.err));
            if (!match.hasMatch()) QFAIL(ran.all().c_str());
            added.push_back(match.captured(1).toStdString());
            words.insert(words.end(), {"--field", added.back()});
        }
        ARIADNE_RAN(ran, 0);
        std::ranges::sort(added);
        QCOMPARE(added, (std::vector<std::string>{"argument.owner", "log.text",
                                                  "tests::ledger::Account.byOwner",
                                                  "tests::ledger::LedgerArgs.owner"}));
        QVERIFY(place_.read("out.clew").find("ann@example") == std::string::npos);
        for (const char* const verb : {"dump", "state", "info"})
            QVERIFY(!place_.ariadne({verb, "out.clew"}).says("ann@example"));
        ARIADNE_SAYS(place_.ariadne({"dump", "ledger.clew"}), "ann@example");
    }

    void whatCannotBeRedactedIsRefused_data() {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<std::string>("message");
        const auto row = [](const char* name, const char* line, const char* message) {
            QTest::newRow(name) << QString::fromLatin1(line).split(QLatin1Char(' '))
                                << std::string{message};
        };
        row("no output", "redact kv.clew", "--output is required");
        row("no file", "redact missing.clew -o x.clew", "No such file");
        row("no trace", "redact text.txt -o x.clew", "text");
        row("onto itself", "redact kv.clew -o kv.clew", "the new file is the old one");
        row("onto another thing", "redact kv.clew -o text.txt", "is no trace");
        row("no folder", "redact kv.clew -o no/where.clew", "No such file");
        row("nothing secret", "redact ledger.clew -o x.clew",
            "no type in this trace marks a field as secret");
        row("no such field", "redact kv.clew -o x.clew --field Put.valu",
            "nothing in this trace matches the field 'Put.valu'");
        row("no field", "redact kv.clew -o x.clew --field password",
            "--field: found 'password', expected a type and a field");
        row("a type alone", "redact kv.clew -o x.clew --field Put.",
            "--field: found 'Put.', expected a type and a field");
        row("inputs", "redact inputs.clew -o x.clew", "\"ariadne materialise\"");
        row("damaged", "redact damaged.clew -o x.clew", "");
    }
    void whatCannotBeRedactedIsRefused() {
        QFETCH(QStringList, words);
        QFETCH(std::string, message);
        if (words.contains(QStringLiteral("inputs.clew")))
            ARIADNE_RAN(
                place_.ariadne({"run", "kv_replica", "--record", "inputs", "-o", "inputs.clew"}),
                0);
        if (words.contains(QStringLiteral("damaged.clew"))) {
            std::string bytes = place_.read("kv.clew");
            bytes[bytes.size() / 3] = static_cast<char>(bytes[bytes.size() / 3] ^ 8);
            place_.write("damaged.clew", bytes);
        }
        std::vector<std::string> line;
        for (const QString& word : words) line.push_back(word.toStdString());
        const Ran ran = place_.ariadne(line);
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, message);
        QVERIFY(!place_.has("x.clew") && !place_.has("x.clew.unfinished"));
        QCOMPARE(place_.read("text.txt"), std::string{"Dear diary,\n"});
        ARIADNE_RAN(place_.ariadne({"verify", "kv.clew"}), 0);
    }

private:
    Workplace place_;
};

QTEST_GUILESS_MAIN(TestCliRedact)
#include "tst_cli_redact.moc"
