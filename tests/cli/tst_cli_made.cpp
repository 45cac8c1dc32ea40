// Traces made from traces on the command line: cut and recover.
#include "tests/cli/support/ariadne_process.h"

#include <QJsonArray>
#include <QTest>

#include <algorithm>

using namespace ariadne::tests;

class TestCliMade : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        // Long enough for some snapshots.
        const Ran ran = place_.with("v1", {"run", "spinner", "--until", "40s", "-o", "long.clew"});
        ARIADNE_RAN(ran, 0);
        long_ = place_.read("long.clew");
        const QJsonObject info = place_.ariadne({"info", "long.clew", "--json"}).json();
        QVERIFY(info[QStringLiteral("snapshots")].toArray().size() >= 3);
        base_ = info[QStringLiteral("snapshots")][1][QStringLiteral("position")].toInteger();
        id_ = info[QStringLiteral("id")].toString().toStdString();
        place_.ledger("short.clew");
        place_.write("text.txt", "Dear diary,\n");
    }

    void aSliceSaysWhatTheWholeDoes() {
        const std::string from = std::to_string(base_ + 100), to = std::to_string(base_ + 200);
        const Ran cut = place_.ariadne({"cut", "long.clew", from + ".." + to, "-o", "part.clew"});
        ARIADNE_RAN(cut, 0);
        ARIADNE_SAYS(cut, "begins at");
        QVERIFY(place_.read("part.clew").size() < long_.size() / 10);
        const Ran verify = place_.ariadne({"verify", "part.clew"});
        ARIADNE_RAN(verify, 0);
        ARIADNE_SAYS(verify, "whole\n");
        const QJsonObject info = place_.ariadne({"info", "part.clew", "--json"}).json();
        QCOMPARE(info[QStringLiteral("begins_at")].toInteger(), base_);
        QCOMPARE(info[QStringLiteral("events")].toInteger(), qint64{200});
        QCOMPARE(info[QStringLiteral("made")].toString(), QStringLiteral("cut"));
        QCOMPARE(info[QStringLiteral("parent")].toString().toStdString(), id_);
        QVERIFY(info[QStringLiteral("id")].toString().toStdString() != id_);
        for (const std::string& at : {from, to, std::to_string(base_)}) {
            const Ran whole = place_.ariadne({"state", "long.clew", "--at", at, "--mailboxes"});
            ARIADNE_RAN(whole, 0);
            const Ran part = place_.ariadne({"state", "part.clew", "--at", at, "--mailboxes"});
            ARIADNE_RAN(part, 0);
            if (at != std::to_string(base_)) QCOMPARE(part.out, whole.out);
        }
        const Ran whole = place_.ariadne({"dump", "long.clew", "--from", from, "--to", to});
        const Ran part = place_.ariadne({"dump", "part.clew", "--from", from, "--to", to});
        ARIADNE_RAN(part, 0);
        QCOMPARE(linesOf(part.out).size(), 101u);
        // The column of positions is as wide as the trace needs.
        const auto words = [](const Ran& ran) {
            return QString::fromStdString(ran.out).simplified();
        };
        QCOMPARE(words(part), words(whole));
        const Ran diff = place_.ariadne({"diff", "part.clew", "part.clew"});
        ARIADNE_RAN(diff, 0);
        ARIADNE_SAYS(diff, "equal: 200 events");
    }

    void aSliceIsReplayedFromItsSnapshot() {
        makePart();
        const Ran ran = place_.with("v1", {"replay", "part.clew", "--from", "0"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "identical: 200 events");
        // It has no other beginning.
        QCOMPARE(place_.with("v1", {"replay", "part.clew"}).out, ran.out);
        const Ran before =
            place_.with("v1", {"replay", "part.clew", "--to", std::to_string(base_ - 1)});
        ARIADNE_RAN(before, 2);
        ARIADNE_WARNS(before, "is before snapshot 0");
        ARIADNE_RAN(place_.with("v1", {"replay", "part.clew", "--from", "all"}), 0);
    }

    void whatLiesBeforeASliceIsNotThere() {
        makePart();
        const std::string before = std::to_string(base_ - 10);
        const Ran state = place_.ariadne({"state", "part.clew", "--at", before});
        ARIADNE_RAN(state, 2);
        ARIADNE_WARNS(state, "position " + before + " lies in the gap from 1 to " +
                                 std::to_string(base_) + " (kept no longer)");
        ARIADNE_WARNS(state, "states can be told from " + std::to_string(base_) + " on");
        const Ran dump = place_.ariadne({"dump", "part.clew", "--to", before});
        ARIADNE_RAN(dump, 2);
        ARIADNE_WARNS(dump, "begins behind " + std::to_string(base_));
    }

    void partsThatCannotBeCutAreRefused_data() {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<std::string>("message");
        const auto row = [](const char* name, const char* line, const char* message) {
            QTest::newRow(name) << QString::fromLatin1(line).split(QLatin1Char(' '))
                                << std::string{message};
        };
        row("no part", "cut short.clew -o x.clew", "PART is required");
        row("no output", "cut short.clew 1..2", "--output is required");
        row("no range", "cut short.clew five -o x.clew", "PART: found 'five', expected a part");
        row("from nothing", "cut short.clew 0..5 -o x.clew", "found '0..5', expected a part");
        row("backwards", "cut short.clew 6..5 -o x.clew", "found '6..5', expected a part");
        row("beyond", "cut short.clew 1..99999999 -o x.clew",
            "the part 1..99999999 is not in the trace, which holds 1..");
        row("no file", "cut missing.clew 1..2 -o x.clew", "No such file");
        row("no trace", "cut text.txt 1..2 -o x.clew", "text");
        row("onto itself", "cut short.clew 1..2 -o short.clew", "names the trace itself");
        row("onto another thing", "cut short.clew 1..2 -o text.txt", "is no trace");
        row("no folder", "cut short.clew 1..2 -o no/where.clew", "No such file");
        row("recover: no output", "recover short.clew", "--output is required");
        row("recover: bad mode", "recover short.clew -o x.clew --mode all",
            "--mode: found 'all', expected strict, prefix or salvage");
        row("recover: no file", "recover missing.clew -o x.clew", "No such file");
        row("recover: no trace", "recover text.txt -o x.clew", "text");
        row("recover: onto itself", "recover short.clew -o short.clew",
            "the new file is the old one");
        row("recover: onto another thing", "recover short.clew -o text.txt", "is no trace");
    }
    void partsThatCannotBeCutAreRefused() {
        QFETCH(QStringList, words);
        QFETCH(std::string, message);
        std::vector<std::string> line;
        for (const QString& word : words) line.push_back(word.toStdString());
        const Ran ran = place_.ariadne(line);
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, message);
        QVERIFY(!place_.has("x.clew"));
        QCOMPARE(place_.read("text.txt"), std::string{"Dear diary,\n"});
        ARIADNE_RAN(place_.ariadne({"verify", "short.clew"}), 0);
    }

    void aTornTraceIsRecoveredWithALoss() {
        place_.write("torn.clew", long_.substr(0, long_.size() / 2 / 8 * 8 - 8));
        const Ran strict =
            place_.ariadne({"recover", "torn.clew", "-o", "no.clew", "--mode", "strict"});
        ARIADNE_RAN(strict, 1);
        ARIADNE_WARNS(strict, "not whole");
        QVERIFY(!place_.has("no.clew"));
        const Ran ran = place_.ariadne({"recover", "torn.clew", "-o", "saved.clew"});
        ARIADNE_RAN(ran, 3);
        ARIADNE_SAYS(ran, "some");
        // It is whole but for the end, which it says is missing.
        const Ran info = place_.ariadne({"info", "saved.clew"});
        ARIADNE_RAN(info, 0);
        ARIADNE_SAYS(info, "clean");
        ARIADNE_SAYS(info, "recovered");
        ARIADNE_SAYS(info, "on are missing (damaged)");
        const Ran before = place_.ariadne({"dump", "torn.clew"});
        QCOMPARE(place_.ariadne({"dump", "saved.clew"}).out, before.out);
        const Ran again = place_.ariadne({"recover", "saved.clew", "-o", "again.clew", "--json"});
        ARIADNE_RAN(again, 0);
        QCOMPARE(again.json()[QStringLiteral("lost_bytes")].toInteger(), qint64{0});
        QVERIFY(place_.read("again.clew") == place_.read("saved.clew"));
    }

    void damageInTheMiddleIsPassedOverToLookAt() {
        std::string damaged = long_;
        damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 4);
        place_.write("rotten.clew", damaged);
        ARIADNE_RAN(place_.ariadne({"recover", "rotten.clew", "-o", "prefix.clew"}), 3);
        const Ran ran = place_.ariadne(
            {"recover", "rotten.clew", "-o", "all.clew", "--mode", "salvage", "--json"});
        ARIADNE_RAN(ran, 3);
        QCOMPARE(ran.json()[QStringLiteral("holes")].toInteger(), qint64{1});
        QVERIFY(place_.read("all.clew").size() > place_.read("prefix.clew").size());
        const Ran dump = place_.ariadne({"dump", "all.clew", "--limit", "1"});
        ARIADNE_RAN(dump, 0);
        ARIADNE_WARNS(dump, "are missing (damaged)");
        const Ran replay = place_.with("v1", {"replay", "all.clew"});
        ARIADNE_RAN(replay, 2);
        ARIADNE_WARNS(replay, "a replay does not go across them");
        const Ran verify = place_.ariadne({"verify", "all.clew"});
        ARIADNE_RAN(verify, 2);
        ARIADNE_SAYS(verify, "readable, not whole");
    }

    void aTraceWithoutItsHeaderIsLost() {
        std::string damaged = long_;
        damaged[20] = static_cast<char>(damaged[20] ^ 1);
        place_.write("headless.clew", damaged);
        const Ran ran = place_.ariadne({"recover", "headless.clew", "-o", "no.clew"});
        ARIADNE_RAN(ran, 1);
        QVERIFY(!place_.has("no.clew"));
    }

    void contentsSayWhatAFileWouldTell() {
        place_.ledger("told.clew", {"--arg", "owner=ann@example.org"});
        const Ran ran = place_.ariadne({"info", "told.clew", "--contents"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "tests::ledger::Deposit{amount, owner}");
        ARIADNE_SAYS(ran, "e-mail address in tests::ledger::Deposit: ");
        ARIADNE_SAYS(ran, "e-mail address in arguments: 1, such as ");
        ARIADNE_SAYS(ran, "redacted");
        // Only the beginning is shown.
        QVERIFY(ran.out.find("in tests::ledger::Deposit: ann@example") == std::string::npos);
        const QJsonObject json =
            place_.ariadne({"info", "told.clew", "--contents", "--json"}).json();
        QVERIFY(
            json[QStringLiteral("messages")][QStringLiteral("tests::ledger::Deposit")].toInteger() >
            0);
        QVERIFY(!json[QStringLiteral("looks_like_a_secret")].toArray().isEmpty());
        const Ran plain = place_.ariadne({"info", "short.clew", "--contents"});
        ARIADNE_RAN(plain, 0);
        ARIADNE_SAYS(plain, "nothing, as far as a guess by shape goes");
        QVERIFY(place_.ariadne({"info", "told.clew"}).out.find("looks like") == std::string::npos);
    }

    void aWholeTraceIsCopied() {
        const Ran ran = place_.ariadne({"recover", "short.clew", "-o", "copy.clew"});
        ARIADNE_RAN(ran, 0);
        QVERIFY(place_.read("copy.clew") == place_.read("short.clew"));
        ARIADNE_RAN(
            place_.ariadne({"recover", "short.clew", "-o", "copy.clew", "--mode", "strict"}), 0);
    }

private:
    void makePart() {
        const std::string part = std::to_string(base_ + 100) + ".." + std::to_string(base_ + 200);
        ARIADNE_RAN(place_.ariadne({"cut", "long.clew", part, "-o", "part.clew"}), 0);
    }

    Workplace place_;
    std::string long_;
    std::string id_;
    qint64 base_ = 0;
};

QTEST_GUILESS_MAIN(TestCliMade)
#include "tst_cli_made.moc"
