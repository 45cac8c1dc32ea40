// kill -9 of a recording command from outside, whenever: what it said it had done is in its trace.
// ARIADNE_KILLS=N: that many kills.
#include "tests/cli/support/ariadne_process.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QRandomGenerator>
#include <QTest>

#include <csignal>

using namespace ariadne::tests;

namespace {

/// Of the last line of progress that is whole: the number before " events", 0 without any.
std::uint64_t eventsToldIn(const QByteArray& said) {
    const qsizetype lineEnd = said.lastIndexOf(" events, ");
    if (lineEnd < 0) return 0;
    std::uint64_t events = 0;
    std::uint64_t unit = 1;
    for (qsizetype i = lineEnd - 1; i >= 0; --i) {
        const char c = said[i];
        if (c == ',') continue;  // between thousands
        if (c < '0' || c > '9') break;
        events += unit * static_cast<std::uint64_t>(c - '0');
        unit *= 10;
    }
    return events;
}

}  // namespace

class TestCliKill : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aKilledRunHasWhatItSaidItHad() {
        bool given = false;
        const int asked = qEnvironmentVariableIntValue("ARIADNE_KILLS", &given);
        const int kills = given ? asked : 24;
        const quint32 seed = QRandomGenerator::global()->generate();
        QRandomGenerator random{seed};
        qInfo("moments from seed %u", seed);
        std::uint64_t told = 0;
        std::uint64_t fromTails = 0;
        for (int i = 0; i < kills; ++i) {
            QProcess process;
            place_.prepare(process, {"run", "kv_replica", "--progress", "-o", "killed.clew",
                                     "--arg", "clients=20", "--arg", "writes=1000000"});
            process.start();
            QVERIFY(process.waitForStarted(30'000));
            // Some are killed before they have said anything.
            QByteArray said;
            QElapsedTimer since;
            since.start();
            const bool talks = i % 4 != 0;
            const qint64 until = random.bounded(60);
            while (talks ? eventsToldIn(said) == 0 : since.elapsed() < until) {
                process.waitForReadyRead(5);
                said += process.readAllStandardError();
                QVERIFY2(process.state() == QProcess::Running, said.constData());
            }
            for (since.restart(); talks && since.elapsed() < until;) process.waitForReadyRead(1);
            ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
            const Ran ran = Workplace::finish(process);
            QCOMPARE(ran.code, -1);
            const std::uint64_t committed = eventsToldIn(said + QByteArray::fromStdString(ran.err));
            told += committed;

            const Ran info = place_.ariadne({"info", "killed.clew", "--json"});
            if (committed == 0 && info.code == 2) continue;  // nothing had begun
            ARIADNE_RAN(info, 0);
            QCOMPARE(info.json()[QLatin1String("state")].toString(), QStringLiteral("cut"));
            const auto events =
                static_cast<std::uint64_t>(info.json()[QLatin1String("events")].toInteger());
            QVERIFY2(events >= committed, info.all().c_str());
            const auto fromTail = static_cast<std::uint64_t>(
                info.json()[QLatin1String("events_from_tail")].toInteger());
            QVERIFY(fromTail <= events);
            fromTails += fromTail;
            if (i % 8 != 1) continue;
            const Ran replayed = place_.ariadne({"replay", "killed.clew"});
            ARIADNE_RAN(replayed, 0);
            ARIADNE_SAYS(replayed, "identical");
        }
        qInfo("%llu events told of, %llu out of tails", static_cast<unsigned long long>(told),
              static_cast<unsigned long long>(fromTails));
        QVERIFY(told > 0);
        QVERIFY(fromTails > 0);
    }

    void infoSaysWhatIsWrongWithATail() {
        QVERIFY(!place_.ledger("whole.clew").empty());
        const std::string whole = place_.read("whole.clew");
        place_.write("cut.clew", whole.substr(0, whole.size() - 64));
        place_.write("cut.clew-tail", std::string(5000, 'x'));
        const Ran info = place_.ariadne({"info", "cut.clew"});
        ARIADNE_RAN(info, 0);
        ARIADNE_SAYS(info, "tail problem");
        ARIADNE_WARNS(info, "the tail was not used: ");
        // Beside a clean file nobody looks at one.
        place_.write("whole.clew-tail", std::string(5000, 'x'));
        const Ran clean = place_.ariadne({"info", "whole.clew"});
        ARIADNE_RAN(clean, 0);
        QVERIFY2(!clean.says("tail") && clean.err.empty(), clean.all().c_str());
    }

    void aRunSaysOnceThatItHasNoTail() {
        place_.write("blocked.clew-tail", "do not lose me");
        const Ran ran = place_.with("v1", {"run", "ledger", "-o", "blocked.clew"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_WARNS(ran, "recording without a tail, so a kill loses the last events: ");
        ARIADNE_WARNS(ran, "is no tail");
        QCOMPARE(place_.read("blocked.clew-tail"), std::string{"do not lose me"});
    }

    void durabilityIsChosenByName() {
        QVERIFY(!place_.ledger("plain.clew").empty());
        for (const char* name : {"process", "steady", "machine"}) {
            const Ran ran =
                place_.with("v1", {"run", "ledger", "-o", "durable.clew", "--durability", name});
            ARIADNE_RAN(ran, 0);
            QVERIFY(ran.err.empty());
            QVERIFY(place_.read("durable.clew") == place_.read("plain.clew"));
        }
        const Ran wrong = place_.with("v1", {"run", "ledger", "--durability", "forever"});
        ARIADNE_RAN(wrong, 2);
        ARIADNE_WARNS(wrong, "expected process, steady or machine");
    }

private:
    Workplace place_;
};

QTEST_GUILESS_MAIN(TestCliKill)
#include "tst_cli_kill.moc"
