// A run that is held against itself while it goes on.
#include "tests/cli/support/ariadne_process.h"

#include <QJsonArray>
#include <QProcess>
#include <QTest>

using namespace ariadne::tests;

namespace {

constexpr int kPatienceMs = 30'000;

QJsonObject checkOf(const Ran& ran) {
    return ran.json().value(QLatin1String{"self_check"}).toObject();
}
QJsonValue at(const QJsonObject& object, const char* key) {
    return object.value(QLatin1String{key});
}

}  // namespace

class TestCliSelfCheck : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aCounterInAStaticIsNamedWithActorAndField() {
        const Ran ran =
            place_.with("unsteady", {"run", "counter", "--self-check", "-o", "checked.clew"});
        ARIADNE_RAN(ran, 1);
        ARIADNE_WARNS(ran, "warning: the program does not repeat what it did");
        ARIADNE_WARNS(ran, "first at event ");
        ARIADNE_WARNS(ran, "counter");
        ARIADNE_WARNS(ran, "serial");
        ARIADNE_SAYS(ran, "different: ");
        // The run is what it would have been.
        ARIADNE_RAN(place_.with("unsteady", {"run", "counter", "-o", "alone.clew"}), 0);
        QVERIFY(!place_.read("alone.clew").empty());
        QVERIFY(place_.read("alone.clew") == place_.read("checked.clew"));

        const Ran json = place_.with(
            "unsteady", {"run", "counter", "--self-check", "--json", "-o", "json.clew"});
        ARIADNE_RAN(json, 1);
        QCOMPARE(at(checkOf(json), "identical").toBool(true), false);
        QVERIFY(at(checkOf(json), "divergence").isObject());
    }

    void itIsToldWhileTheRunGoesOn() {
        QProcess run;
        place_.prepare(run, {"--programs", TEST_PROGRAMS "/unsteady", "run", "drifter", "--arg",
                             "waits=true", "--self-check", "-o", "drifter.clew"});
        run.setReadChannel(QProcess::StandardError);
        run.start();
        QByteArray said;
        while (!said.contains("the run itself goes on") && run.waitForReadyRead(kPatienceMs))
            said += run.readAllStandardError();
        // Its last turn waits for us.
        QCOMPARE(run.state(), QProcess::Running);
        QVERIFY2(said.contains("drifter/boat") && said.contains("number"), said.constData());
        run.closeWriteChannel();
        run.setReadChannel(QProcess::StandardOutput);
        ARIADNE_RAN(Workplace::finish(run), 1);
        ARIADNE_RAN(place_.ariadne({"verify", "drifter.clew"}), 0);
    }

    void everySegmentOfASteadyRunIsRunAgain() {
        for (const char* policy : {"rounds", "random", "pct"}) {
            const Ran ran =
                place_.with("unsteady", {"run", "drifter", "--arg", "drifts=false", "--policy",
                                         policy, "--self-check", "--json", "-o", "steady.clew"});
            ARIADNE_RAN(ran, 0);
            QCOMPARE(at(checkOf(ran), "identical").toBool(), true);
            QVERIFY(at(checkOf(ran), "segments").toInt() >= 3);
            QVERIFY(at(checkOf(ran), "events_compared").toInteger() >=
                    at(ran.json(), "events").toInteger());
            QVERIFY2(ran.err.empty(), ran.all().c_str());
        }
    }

    void samplesRepeatThemselves_data() {
        QTest::addColumn<std::vector<std::string>>("words");
        const std::vector<std::vector<std::string>> runs{
            {"hello"},
            {"lost_update"},
            {"leader_election"},
            {"crawler", "--arg", "pages=300", "--arg", "hosts=20", "--arg", "fetchers=4"},
            {"kv_replica"},
            {"supervised_shop"},
            {"bookings"},
            {"dining"},
            {"chat_rooms", "--arg", "rooms=5", "--arg", "members=200"},
            {"gateway"}};
        for (const auto& words : runs)
            for (const char* policy : {"rounds", "random"}) {
                std::vector<std::string> all = words;
                all.insert(all.end(), {"--policy", policy});
                QTest::addRow("%s in %s", words.front().c_str(), policy) << all;
            }
    }
    void samplesRepeatThemselves() {
        QFETCH(std::vector<std::string>, words);
        words.insert(words.begin(), "run");
        const auto with = [&](std::vector<std::string> more) {
            more.insert(more.begin(), words.begin(), words.end());
            return place_.ariadne(more);
        };
        const Ran checked = with({"--self-check", "--json", "-o", "a.clew"});
        const Ran alone = with({"-o", "b.clew"});
        ARIADNE_RAN(checked, alone.code);
        QCOMPARE(at(checkOf(checked), "identical").toBool(), true);
        QVERIFY2(checked.err.empty(), checked.all().c_str());
        QVERIFY(place_.read("a.clew") == place_.read("b.clew"));
    }

    void liveRunsAreCheckedToo() {
        const Ran ran = place_.with(
            "v1", {"run", "ledger", "--live", "--self-check", "--json", "-o", "live.clew"});
        ARIADNE_RAN(ran, 0);
        QCOMPARE(at(checkOf(ran), "identical").toBool(), true);
    }

    void withoutARecordingThereIsNothingToHoldItAgainst() {
        for (const std::vector<std::string>& how : std::vector<std::vector<std::string>>{
                 {"--no-record"}, {"--record", "off"}, {"--record", "inputs"}}) {
            std::vector<std::string> words{"run", "ledger", "--self-check"};
            words.insert(words.end(), how.begin(), how.end());
            const Ran ran = place_.with("v1", words);
            ARIADNE_RAN(ran, 2);
            ARIADNE_WARNS(ran, "found --self-check without a recording of events");
        }
    }

private:
    Workplace place_;
};

QTEST_GUILESS_MAIN(TestCliSelfCheck)
#include "tst_cli_self_check.moc"
