// The gateway asks a real server, and its replay asks nobody.
#include "recorder/program_run.h"
#include "tests/effects/support/tiny_server.h"
#include "tests/support/replayed.h"
#include "tracefmt/trace_reader.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <string>

using namespace ariadne;
using namespace ariadne::tests;

namespace {

/// 20 requests, quickly.
ArgumentTexts args(const std::string& url) {
    return {{"url", url},
            {"requests", "20"},
            {"every", "5ms"},
            {"patience", "2s"},
            {"cool_down", "25ms"}};
}

recorder::RunRequest request(const std::string& url, bool granted, const QString& file) {
    recorder::RunRequest out;
    out.program = "gateway";
    out.args = args(url);
    if (granted) out.grants = {{"http.request", url}};
    out.live = granted;
    out.file = file.toStdString();
    return out;
}

/// "completed: 20 good, ..."; stops after far more steps than any of these runs needs.
std::string runToEnd(const recorder::RunRequest& asked) {
    auto run = recorder::ProgramRun::start(asked);
    if (!run.ok()) return std::string{run.status().message()};
    for (int i = 0; i < 100'000 && (*run)->step(); ++i) {
    }
    const auto digests = (*run)->finish("too long");
    if (!digests.ok()) return std::string{digests.status().message()};
    return std::string{nameOf((*run)->world().outcome())} + ": " + (*run)->world().outcomeText();
}

/// "identical", when there are at least `snapshots`; or what differs.
std::string replayed(const QString& file, std::size_t snapshots = 0) {
    const auto reader = tracefmt::TraceReader::open(file.toStdString());
    if (!reader.ok()) return std::string{reader.status().message()};
    if ((*reader)->snapshots().size() < snapshots)
        return "only " + std::to_string((*reader)->snapshots().size()) + " snapshots";
    return test::replayed(**reader);
}

}  // namespace

class TestGateway : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pagesComeAndTheReplayAsksNobody() {
        TinyServer server{[](Connection& c) {
            c.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
        }};
        const std::string verdict = runToEnd(request(server.origin() + "/", true, file("good")));
        QCOMPARE(verdict, std::string{"completed: 20 good, 0 bad, 0 rejected by the breaker"});
        const int asked = server.connections();
        QVERIFY(asked >= 1);
        QCOMPARE(replayed(file("good")), std::string{"identical"});
        QCOMPARE(server.connections(), asked);
    }

    void aBrokenServerOpensTheBreaker() {
        TinyServer server{[](Connection& c) {
            c.send("HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }};
        const std::string verdict = runToEnd(request(server.origin() + "/", true, file("bad")));
        QVERIFY2(verdict.starts_with("completed: 0 good, "), verdict.c_str());
        QVERIFY2(verdict.find(" 0 rejected") == std::string::npos, verdict.c_str());
        QCOMPARE(replayed(file("bad")), std::string{"identical"});
    }

    void withoutAGrantNothingIsAsked() {
        const std::string verdict = runToEnd(request("http://127.0.0.1:1/", false, file("denied")));
        QVERIFY2(verdict.starts_with("completed: 0 good, "), verdict.c_str());
        QCOMPARE(replayed(file("denied")), std::string{"identical"});
    }

    void faultyDaysReplayFromEverySnapshot() {
        std::atomic<int> count{0};
        TinyServer server{[&](Connection& c) {
            c.send(++count % 4 == 0
                       ? "HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                       : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
        }};
        recorder::RunRequest asked = request(server.origin() + "/", true, file("faulty"));
        // In the lab: virtual time does not wait for the clock on the wall.
        asked.live = false;
        for (auto& [name, value] : asked.args)
            if (name == "requests") value = "3000";
        asked.faults = *kernel::parseFaults(
            "effect=100000,drop=10000,delay=10000:3ms,duplicate=10000,effect@gateway/outside/"
            "upstream:2");
        const std::string verdict = runToEnd(asked);
        QVERIFY2(verdict.starts_with("completed: "), verdict.c_str());
        const int connections = server.connections();
        QVERIFY(connections > 20);
        QCOMPARE(replayed(file("faulty"), 1), std::string{"identical"});
        QCOMPARE(server.connections(), connections);
    }

private:
    QString file(const char* name) const {
        return folder_.filePath(QString::fromLatin1(name) + QStringLiteral(".clew"));
    }
    QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(TestGateway)
#include "tst_gateway.moc"
