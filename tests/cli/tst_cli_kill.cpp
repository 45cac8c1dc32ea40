// A recording command killed from outside, whenever: what it said it had done is in its trace.
// ARIADNE_KILLS=N: that many kills.
#include "tests/cli/support/ariadne_process.h"

#include <QElapsedTimer>
#include <QJsonArray>
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
    void aKilledRunHasWhatItSaidItHad_data() {
        QTest::addColumn<QStringList>("recorded");
        QTest::addColumn<int>("kills");  // usually
        QTest::newRow("full") << QStringList{} << 24;
        QTest::newRow("inputs") << QStringList{QStringLiteral("--record"), QStringLiteral("inputs")}
                                << 12;
        QTest::newRow("segments") << QStringList{QStringLiteral("--segment-size"),
                                                 QStringLiteral("1MiB")}
                                  << 12;
        QTest::newRow("black box")
            << QStringList{QStringLiteral("--black-box"), QStringLiteral("64KiB")} << 12;
    }
    void aKilledRunHasWhatItSaidItHad() {
        QFETCH(const QStringList, recorded);
        QFETCH(const int, kills);
        bool given = false;
        const int asked = qEnvironmentVariableIntValue("ARIADNE_KILLS", &given);
        const quint32 seed = QRandomGenerator::global()->generate();
        QRandomGenerator random{seed};
        qInfo("moments from seed %u", seed);
        std::uint64_t told = 0;
        std::uint64_t fromTails = 0;
        for (int i = 0; i < (given ? asked : kills); ++i) {
            const Workplace place;
            const std::uint64_t committed = runAndKill(place, i, recorded, random);
            if (QTest::currentTestFailed()) return;
            told += committed;
            std::string file = "killed.clew";
            if (recorded.contains(QLatin1String("--segment-size"))) {
                file = lastSegment(place);
            } else if (recorded.contains(QLatin1String("--black-box"))) {
                if (committed == 0 && !place.has(file)) continue;
                const Ran info = place.ariadne({"info", file});
                ARIADNE_RAN(info, 2);
                ARIADNE_WARNS(info, "the file is empty");
                if (committed != 0) ARIADNE_WARNS(info, "\"ariadne recover killed.clew -o ");
                const Ran whole = place.ariadne({"recover", file, "-o", "whole.clew"});
                if (committed == 0 && whole.code == 2) continue;
                ARIADNE_RAN(whole, 0);
                file = "whole.clew";
            }
            const Ran info = place.ariadne({"info", file, "--json"});
            if (committed == 0 && info.code == 2) continue;  // nothing had begun
            ARIADNE_RAN(info, 0);
            const QJsonObject found = info.json();
            const bool whole = file == "whole.clew";
            QCOMPARE(found[QLatin1String("state")].toString(),
                     whole ? QStringLiteral("clean") : QStringLiteral("cut"));
            const auto events =
                static_cast<std::uint64_t>(found[QLatin1String("events")].toInteger());
            QVERIFY2(events + baseOf(found) >= committed, info.all().c_str());
            const auto fromTail =
                static_cast<std::uint64_t>(found[QLatin1String("events_from_tail")].toInteger());
            QVERIFY(fromTail <= events);
            fromTails += fromTail;
            if (i % 8 != 1) continue;
            const Ran replayed = baseOf(found) == 0
                                     ? place.ariadne({"replay", file})
                                     : place.ariadne({"replay", file, "--from", "0"});
            ARIADNE_RAN(replayed, 0);
            ARIADNE_SAYS(replayed, "identical");
        }
        qInfo("%llu events told of, %llu out of tails", static_cast<unsigned long long>(told),
              static_cast<unsigned long long>(fromTails));
        QVERIFY(told > 0);
        QVERIFY(fromTails > 0 || recorded.contains(QLatin1String("--black-box")));
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
    /// A run into killed.clew, killed at some moment; how many events it had said it has.
    static std::uint64_t runAndKill(const Workplace& place, int number, const QStringList& recorded,
                                    QRandomGenerator& random) {
        std::vector<std::string> words{"run",        "kv_replica",  "--progress",
                                       "-o",         "killed.clew", "--arg",
                                       "clients=20", "--arg",       "writes=1000000"};
        for (const QString& word : recorded) words.push_back(word.toStdString());
        QProcess process;
        place.prepare(process, words);
        process.start();
        if (!process.waitForStarted(30'000)) qFatal("not started");
        // Some are killed before they have said anything.
        QByteArray said;
        QElapsedTimer since;
        since.start();
        const bool talks = number % 4 != 0;
        const qint64 until = random.bounded(60);
        while (talks ? eventsToldIn(said) == 0 : since.elapsed() < until) {
            process.waitForReadyRead(5);
            said += process.readAllStandardError();
            if (process.state() != QProcess::Running) {
                QTest::qFail(said.constData(), __FILE__, __LINE__);
                return 0;
            }
        }
        for (since.restart(); talks && since.elapsed() < until;) process.waitForReadyRead(1);
        // What a program does wrong ends it as well.
        const int signal = number % 3 == 0 ? SIGKILL : number % 3 == 1 ? SIGSEGV : SIGABRT;
        ::kill(static_cast<pid_t>(process.processId()), signal);
        const Ran ran = Workplace::finish(process);
        if (ran.code != -1) QTest::qFail(ran.all().c_str(), __FILE__, __LINE__);
        return eventsToldIn(said + QByteArray::fromStdString(ran.err));
    }

    /// The last one that holds events; else the first.
    static std::string lastSegment(const Workplace& place) {
        const auto nameOf = [](int number) {
            return QString::asprintf("killed.%04d.clew", number).toStdString();
        };
        int number = 1;
        while (place.has(nameOf(number + 1))) ++number;
        for (; number > 1; --number) {
            const Ran info = place.ariadne({"info", nameOf(number), "--json"});
            if (info.code == 0 && baseOf(info.json()) != 0) break;
        }
        return nameOf(number);
    }

    /// The position behind which its events begin.
    static std::uint64_t baseOf(const QJsonObject& info) {
        const QJsonArray gaps = info[QLatin1String("gaps")].toArray();
        return gaps.isEmpty() ? 0
                              : static_cast<std::uint64_t>(
                                    gaps.first().toObject()[QLatin1String("last")].toInteger());
    }

    Workplace place_;
};

QTEST_GUILESS_MAIN(TestCliKill)
#include "tst_cli_kill.moc"
