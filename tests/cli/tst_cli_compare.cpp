// ariadne replay, ariadne diff.
#include "tests/cli/support/ariadne_process.h"

#include <QJsonArray>
#include <QTest>

using namespace ariadne::tests;

class TestCliCompare : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        place_.ledger("a.clew", {"--seed", "1"});
        place_.ledger("b.clew", {"--seed", "2"});
    }

    void replayOfTheSameProgramIsIdentical() {
        const Ran ran = place_.with("v1", {"replay", "a.clew"});
        ARIADNE_RAN(ran, 0);
        QVERIFY2(ran.out.starts_with("identical: "), ran.all().c_str());
        const Ran json = place_.with("v1", {"replay", "a.clew", "--json"});
        QCOMPARE(json.json()[QLatin1String{"identical"}].toBool(), true);
        QVERIFY(json.json()[QLatin1String{"divergence"}].isNull());
    }

    void replayFromEverySnapshotIsIdentical() {
        ARIADNE_RAN(place_.with("v1", {"run", "spinner", "--until", "40s", "-o", "long.clew"}), 0);
        const Ran info = place_.ariadne({"info", "long.clew", "--json"});
        const auto snapshots = info.json()[QLatin1String{"snapshots"}].toArray();
        QVERIFY2(!snapshots.isEmpty(), info.all().c_str());
        const Ran one = place_.with("v1", {"replay", "long.clew", "--from", "0"});
        ARIADNE_RAN(one, 0);
        ARIADNE_SAYS(one, "from position " +
                              std::to_string(
                                  snapshots[0].toObject()[QLatin1String{"position"}].toInteger()));
        const Ran all = place_.with("v1", {"replay", "long.clew", "--from", "all"});
        ARIADNE_RAN(all, 0);
        QCOMPARE(static_cast<qsizetype>(linesOf(all.out).size()), snapshots.size() + 1);
        const Ran beyond = place_.with("v1", {"replay", "long.clew", "--from", "99"});
        ARIADNE_RAN(beyond, 2);
        ARIADNE_WARNS(beyond, "no such snapshot");
    }

    void replayUpToAPosition() {
        const Ran ran = place_.with("v1", {"replay", "a.clew", "--to", "10"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "identical: ");
    }

    void programThatCountsDifferentlyDiverges() {
        const Ran ran = place_.with("changed", {"replay", "a.clew"});
        ARIADNE_RAN(ran, 1);
        for (const char* text :
             {"first divergence at position ", "recorded", "executed", "ledger/account", "balance"})
            ARIADNE_SAYS(ran, text);
        const Ran json = place_.with("changed", {"replay", "a.clew", "--json"});
        ARIADNE_RAN(json, 1);
        const QJsonObject divergence = json.json()[QLatin1String{"divergence"}].toObject();
        QVERIFY2(divergence[QLatin1String{"position"}].toInteger() > 0, json.all().c_str());
    }

    void diffOfEqualTracesIsZero() {
        place_.ledger("a2.clew", {"--seed", "1"});
        const Ran ran = place_.ariadne({"diff", "a.clew", "a2.clew"});
        ARIADNE_RAN(ran, 0);
        QVERIFY2(ran.out.starts_with("equal: "), ran.all().c_str());
        QCOMPARE(place_.ariadne({"diff", "a.clew", "a2.clew", "--json"})
                     .json()[QLatin1String{"equal"}]
                     .toBool(),
                 true);
    }

    void diffShowsWhereTracesPart() {
        const Ran ran = place_.ariadne({"diff", "a.clew", "b.clew"});
        ARIADNE_RAN(ran, 1);
        for (const char* text :
             {"header  seed", "first divergence at position ", "ledger/teller", "events  A "})
            ARIADNE_SAYS(ran, text);
        const Ran json = place_.ariadne({"diff", "a.clew", "b.clew", "--json"});
        ARIADNE_RAN(json, 1);
        QCOMPARE(json.json()[QLatin1String{"equal"}].toBool(true), false);
        QVERIFY(json.json()[QLatin1String{"first_divergence"}].isObject());
    }

    void diffShowsStateFields() {
        ARIADNE_RAN(place_.with("changed", {"run", "ledger", "-o", "changed.clew"}), 0);
        const Ran ran = place_.ariadne({"diff", "a.clew", "changed.clew"});
        ARIADNE_RAN(ran, 1);
        for (const char* text : {"balance", "ledger/account"}) ARIADNE_SAYS(ran, text);
    }

private:
    Workplace place_;
};

QTEST_GUILESS_MAIN(TestCliCompare)
#include "tst_cli_compare.moc"
