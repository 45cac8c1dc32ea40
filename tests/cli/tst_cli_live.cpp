// Live runs: a real server is asked once, the replay asks nobody, and a killed run leaves a trace
// that knows what it asked.
#include "tests/cli/support/ariadne_process.h"
#include "tests/effects/support/tiny_server.h"

#include <QProcess>
#include <QTest>

#include <atomic>
#include <csignal>

using namespace ariadne::tests;

class TestCliLive : public QObject {
    Q_OBJECT

    static std::vector<std::string> gateway(const std::string& url, const std::string& file,
                                            std::vector<std::string> more = {}) {
        std::vector<std::string> words{"run",        "gateway", "--live",     "-o",
                                       file,         "--arg",   "url=" + url, "--arg",
                                       "requests=4", "--arg",   "every=1ms"};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }

private Q_SLOTS:
    void aServerIsAskedOnceAndTheReplayAsksNobody_data() {
        QTest::addColumn<QString>("option");
        QTest::newRow("as it comes") << QString();
        QTest::newRow("on the disk first") << QStringLiteral("--durable");
    }
    void aServerIsAskedOnceAndTheReplayAsksNobody() {
        QFETCH(const QString, option);
        TinyServer server{[](Connection& c) {
            c.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
        }};
        const std::string url = server.origin() + "/";
        std::vector<std::string> more{"--grant", "http.request=" + url};
        if (!option.isEmpty()) more.push_back(option.toStdString());
        const Ran ran = place_.ariadne(gateway(url, "day.clew", more));
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "4 good, 0 bad, 0 rejected by the breaker");
        QCOMPARE(server.connections(), 4);
        const Ran replayed = place_.ariadne({"replay", "day.clew"});
        ARIADNE_RAN(replayed, 0);
        ARIADNE_SAYS(replayed, "identical");
        QCOMPARE(server.connections(), 4);
    }

    void withoutAGrantNobodyIsAsked() {
        TinyServer server{[](Connection&) {}};
        const Ran ran = place_.ariadne(gateway(server.origin() + "/", "denied.clew"));
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "0 good");
        QCOMPARE(server.connections(), 0);
        ARIADNE_SAYS(place_.ariadne({"dump", "denied.clew", "--kind", "refuse"}), "not_granted");
    }

    void aKilledRunLeavesATraceThatKnowsWhatItAsked() {
        std::atomic<pid_t> run = 0;
        TinyServer server{[&](Connection& c) {
            run.wait(0);
            ::kill(run, SIGKILL);
            c.awaitGone();
        }};
        const std::string url = server.origin() + "/";
        QProcess process;
        place_.prepare(process, gateway(url, "killed.clew", {"--grant", "http.request=" + url}));
        process.start();
        QVERIFY(process.waitForStarted(30'000));
        run = static_cast<pid_t>(process.processId());
        run.notify_all();
        const Ran ran = Workplace::finish(process);
        QVERIFY2(ran.code == -1 && process.error() == QProcess::Crashed, ran.all().c_str());
        const Ran dumped = place_.ariadne({"dump", "killed.clew", "--kind", "effect"});
        ARIADNE_SAYS(dumped, "effect 1");
        int known = 0;
        for (const std::string& line : linesOf(dumped.out))
            if (line.find(url) != std::string::npos) ++known;
        QVERIFY(server.connections() >= 1);
        QVERIFY2(known >= server.connections(), dumped.all().c_str());
    }

private:
    Workplace place_;
};

QTEST_GUILESS_MAIN(TestCliLive)
#include "tst_cli_live.moc"
