// ariadne info, dump, state, verify: looking at a trace without its program.
#include "studio/cli/state_view.h"
#include "tests/cli/support/ariadne_process.h"

#include <QJsonArray>
#include <QTest>

#include <algorithm>

using namespace ariadne::tests;

class TestCliViews : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { place_.ledger("a.clew"); }

    void infoSaysWhatTheTraceIs() {
        const Ran ran = place_.ariadne({"info", "a.clew"});
        ARIADNE_RAN(ran, 0);
        for (const char* text : {"state               clean\n", "program             ledger\n",
                                 "version             1.0\n", "seed                1\n",
                                 "policy              rounds\n", "level               full\n",
                                 "outcome             completed\n", "owner = Ann\n",
                                 "actors              4\n", "deliver   "})
            ARIADNE_SAYS(ran, text);
        const QJsonObject json = place_.ariadne({"info", "a.clew", "--json"}).json();
        QCOMPARE(json[QLatin1String{"actors"}].toInt(), 4);
        QCOMPARE(json[QLatin1String{"event_digest"}].toString().size(), 16);
        QVERIFY(json[QLatin1String{"kinds"}].toObject()[QLatin1String{"spawn"}].toInt() == 4);
    }

    void infoAndDumpSayWhoWaitsForWhom() {
        const Ran run = place_.ariadne({"run", "dining", "--arg", "think=0ns", "-o", "stuck.clew"});
        ARIADNE_RAN(run, 1);
        const Ran ran = place_.ariadne({"info", "stuck.clew"});
        ARIADNE_SAYS(ran, "dining/philosopher waits for the answer of dining/fork#2\n");
        ARIADNE_SAYS(ran, "dining/fork has given 'a fork' to dining/philosopher\n");
        const QJsonObject json = place_.ariadne({"info", "stuck.clew", "--json"}).json();
        const QJsonArray waits = json[QLatin1String{"waits"}].toArray();
        QCOMPARE(waits.size(), 15);
        QCOMPARE(waits[0].toObject()[QLatin1String{"cell"}].toString(), QStringLiteral("dining"));
        const Ran dumped = place_.ariadne({"dump", "stuck.clew", "--kind", "wait"});
        QCOMPARE(linesOf(dumped.out).size(), std::size_t{15});
        ARIADNE_SAYS(dumped, "dining/philosopher -> dining/fork#2");
        ARIADNE_SAYS(dumped, "has given 'a fork' to dining/philosopher");
        // What did not come to rest has none.
        QVERIFY(!place_.ariadne({"info", "a.clew"}).says("waits"));
    }

    void dumpHasALineForEveryEvent() {
        const Ran ran = place_.ariadne({"dump", "a.clew"});
        ARIADNE_RAN(ran, 0);
        const auto lines = linesOf(ran.out);
        const QJsonObject info = place_.ariadne({"info", "a.clew", "--json"}).json();
        QCOMPARE(static_cast<int>(lines.size()), info[QLatin1String{"events"}].toInt());
        ARIADNE_SAYS(ran, "spawn           ledger/account <- ledger");
        ARIADNE_SAYS(ran, "send            ledger/teller -> ledger/account");
        ARIADNE_SAYS(ran, "deliver         ledger/account <- ledger/teller");
        ARIADNE_SAYS(ran, "\"balance\" = ");
        ARIADNE_SAYS(ran, " | balance = ");
        ARIADNE_SAYS(ran, "completed: \"all deposits made\"");
    }

    void dumpTakesACondition() {
        const auto all = linesOf(place_.ariadne({"dump", "a.clew"}).out);
        const Ran ran = place_.ariadne(
            {"dump", "a.clew", "--where", "changed.balance and state.balance > was.balance"});
        ARIADNE_RAN(ran, 0);
        const auto some = linesOf(ran.out);
        QVERIFY(!some.empty() && some.size() < all.size());
        for (const std::string& line : some) {
            QVERIFY(std::find(all.begin(), all.end(), line) != all.end());
            QVERIFY(line.find(" | balance = ") != std::string::npos);
        }
        // Other filters decide what is shown, and nothing of what a state is.
        const auto last = linesOf(place_
                                      .ariadne({"dump", "a.clew", "--where", "changed.balance",
                                                "--from", "30", "--actor", "*/account"})
                                      .out);
        QVERIFY(!last.empty());
        QCOMPARE(last.back(), some.back());
        QCOMPARE(linesOf(place_.ariadne({"dump", "a.clew", "--where", "leak"}).out).size(), 0u);
    }

    void dumpSaysWhatIsWrongWithACondition() {
        const Ran wrong = place_.ariadne({"dump", "a.clew", "--where", "balance > 3"});
        ARIADNE_RAN(wrong, 2);
        ARIADNE_WARNS(wrong, "column 1");
        ARIADNE_WARNS(wrong, "state.FIELD");
        place_.ariadne({"run", "dining", "--record", "events", "-o", "e.clew"});
        const Ran unknown = place_.ariadne({"dump", "e.clew", "--where", "state.balance > 3"});
        ARIADNE_RAN(unknown, 2);
        ARIADNE_WARNS(unknown, "ariadne materialise");
    }

    void lineOfAnEventDoesNotDependOnTheFilter() {
        const auto all = linesOf(place_.ariadne({"dump", "a.clew"}).out);
        const auto some =
            linesOf(place_.ariadne({"dump", "a.clew", "--from", "5", "--to", "8"}).out);
        QCOMPARE(some.size(), 4u);
        for (std::size_t i = 0; i < some.size(); ++i) QCOMPARE(some[i], all[i + 4]);
        const auto delivered = linesOf(
            place_.ariadne({"dump", "a.clew", "--kind", "deliver", "--actor", "*/account"}).out);
        QCOMPARE(delivered.size(), 8u);
        for (const std::string& line : delivered)
            QVERIFY(std::find(all.begin(), all.end(), line) != all.end());
        QCOMPARE(linesOf(place_.ariadne({"dump", "a.clew", "--limit", "3"}).out).size(), 3u);
    }

    void dumpedJsonIsOneObjectPerLine() {
        const Ran ran = place_.ariadne({"dump", "a.clew", "--json"});
        ARIADNE_RAN(ran, 0);
        qint64 seq = 0;
        for (const std::string& line : linesOf(ran.out)) {
            const QJsonObject event =
                QJsonDocument::fromJson(QByteArray::fromStdString(line)).object();
            QCOMPARE(event[QLatin1String{"seq"}].toInteger(), ++seq);
            if (event[QLatin1String{"kind"}].toString() == QLatin1String{"deliver"})
                QVERIFY2(event.contains(QLatin1String{"message"}), line.c_str());
        }
        ARIADNE_SAYS(ran, "\"owner\":\"Ann\"");
    }

    void closedPipeIsNoFailure() {
        QProcess process;
        place_.prepare(
            process,
            {"-c", std::string{"set -o pipefail; "} + ARIADNE_COMMAND + " dump a.clew | head -n 1"},
            "bash");
        process.start();
        const Ran ran = Workplace::finish(process);
        ARIADNE_RAN(ran, 0);
        QCOMPARE(ran.err, std::string{});
    }

    void fullDiskOfTheOutputIsTold() {
        QProcess process;
        place_.prepare(process, {"-c", std::string{ARIADNE_COMMAND} + " dump a.clew > /dev/full"},
                       "bash");
        process.start();
        const Ran ran = Workplace::finish(process);
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, "cannot write the output");
    }

    void stateIsATreeOfEachActor() {
        // After the last deposit and before the end.
        const Ran notes = place_.ariadne({"dump", "a.clew", "--kind", "note"});
        const std::string last = linesOf(notes.out).back();
        const std::string position =
            last.substr(0, last.find_first_of(' ', last.find_first_not_of(' ')));
        const Ran ran = place_.ariadne({"state", "a.clew", "--at",
                                        position.substr(position.find_first_not_of(' ')), "--actor",
                                        "ledger/account"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran,
                     "ledger/account : Account (alive, turn 8, 99 bytes, changed: balance, "
                     "byOwner)\n  balance: ");
        ARIADNE_SAYS(ran, "  byOwner: ");
        ARIADNE_SAYS(ran, "\n    \"Ann\": ");
    }

    void endedActorsAreShownWhenAskedForByName() {
        const Ran nobody = place_.ariadne({"state", "a.clew"});
        QCOMPARE(nobody.out, std::string{});
        QVERIFY2(nobody.err.find("no actor is alive at position") != std::string::npos,
                 nobody.err.c_str());
        const Ran ran = place_.ariadne({"state", "a.clew", "--at", "last", "--actor", "ledger"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "ledger : Ledger (ended at ");
        ARIADNE_SAYS(ran, "all deposits made");
    }

    void stateAsJsonIsNested() {
        const Ran ran = place_.ariadne({"state", "a.clew", "--at", "12", "--json", "--mailboxes"});
        ARIADNE_RAN(ran, 0);
        const QJsonArray actors = ran.json()[QLatin1String{"actors"}].toArray();
        QVERIFY2(!actors.isEmpty(), ran.all().c_str());
        for (const auto& actor : actors) {
            QVERIFY(actor.toObject()[QLatin1String{"state"}].isObject());
            QVERIFY(actor.toObject()[QLatin1String{"mailbox"}].isArray());
        }
        const Ran none = place_.ariadne({"state", "a.clew", "--json"});
        QVERIFY2(none.json().contains(QLatin1String{"actors"}), none.all().c_str());
    }

    void mailboxesShowWhatWaits() {
        // Right after a send, its message waits.
        const Ran sends =
            place_.ariadne({"dump", "a.clew", "--kind", "send", "--actor", "*/account", "--json"});
        const QJsonObject send =
            QJsonDocument::fromJson(QByteArray::fromStdString(linesOf(sends.out).front())).object();
        const std::string position = std::to_string(send[QLatin1String{"seq"}].toInteger());
        const Ran ran = place_.ariadne(
            {"state", "a.clew", "--at", position, "--actor", "*/account", "--mailboxes"});
        ARIADNE_SAYS(ran, "  mailbox: 1 message\n    " + position + " send from ledger/teller");
    }

    void commandPrintsWhatTheLibraryRenders() {
        auto trace = ariadne::tracefmt::TraceReader::open(place_.path("a.clew"));
        QVERIFY(trace.ok());
        ariadne::recorder::History history{**trace};
        for (const std::uint64_t at : {1u, 9u, 30u}) {
            const auto text = ariadne::cli::renderState(
                history, {.at = ariadne::Position{at}, .actorGlob = "", .mailboxes = true});
            QVERIFY(text.ok());
            QCOMPARE(
                place_.ariadne({"state", "a.clew", "--at", std::to_string(at), "--mailboxes"}).out,
                *text);
        }
    }

    void textFromTheFileDoesNotSteerTheTerminal() {
        place_.ledger("evil.clew", {"--arg", "owner=\x1b[31mred\nline"});
        for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
                 {"info", "evil.clew"},
                 {"dump", "evil.clew"},
                 {"dump", "evil.clew", "--json"},
                 {"state", "evil.clew", "--actor", "*"},
                 {"state", "evil.clew", "--actor", "*", "--json"}}) {
            const Ran ran = place_.ariadne(words);
            ARIADNE_RAN(ran, 0);
            QVERIFY(ran.out.find('\x1b') == std::string::npos);
            ARIADNE_SAYS(ran, "[31mred");
        }
    }

    void verifyOfAWholeTraceSaysSo() {
        const Ran ran = place_.ariadne({"verify", "a.clew"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "verdict        whole\n");
        QVERIFY(place_.ariadne({"verify", "a.clew", "--json"})
                    .json()[QLatin1String{"verdict"}]
                    .toString() == QLatin1String{"whole"});
    }

    void viewingLoadsNoProgram() {
        // A folder that does not exist is an error for verbs that load programs, and nothing to
        // these.
        for (const char* verb : {"info", "dump", "verify"})
            ARIADNE_RAN(place_.ariadne({"--programs", "nowhere", verb, "a.clew"}), 0);
        ARIADNE_RAN(place_.ariadne({"--programs", "nowhere", "replay", "a.clew"}), 2);
    }

private:
    Workplace place_;
};

QTEST_GUILESS_MAIN(TestCliViews)
#include "tst_cli_views.moc"
