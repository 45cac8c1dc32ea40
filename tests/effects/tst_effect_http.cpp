// One exchange within the grant, and nothing a server or a program can do to make it more.
#include "recorder/effects/effect_pool.h"
#include "recorder/effects/http.h"
#include "tests/effects/support/asking.h"
#include "tests/effects/support/tiny_server.h"

#include <semaphore>

using namespace ariadne;
using namespace ariadne::effects;
using namespace ariadne::tests;
using effect::HttpHeader;
using effect::HttpRequest;
using effect::HttpResponse;

namespace {

constexpr std::string_view kEmptyAnswer = "HTTP/1.1 204 No Content\r\n\r\n";

TinyServer::Talk saying(std::string text) {
    return [text = std::move(text)](Connection& connection) { connection.send(text); };
}

/// Asks `server` for "/" and nothing special.
absl::StatusOr<HttpResponse> fetched(const TinyServer& server, HttpLimits limits = {}) {
    HttpHandler handler{limits};
    return answerTo(handler, HttpRequest{"GET", server.origin() + "/", {}, {}}, server.origin());
}

std::string linesOf(const std::vector<HttpHeader>& headers) {
    std::string lines;
    for (const auto& [name, value] : headers) lines += name + "=" + value + ";";
    return lines;
}

}  // namespace

class TestEffectHttp : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void oneExchange() {
        std::string seen;
        TinyServer server{[&](Connection& connection) {
            seen = connection.request();
            connection.send(
                "HTTP/1.1 201 Created\r\nX-One:  first \r\nX-One: second\r\nX-Empty:\r\n"
                "Content-Length: 4\r\n\r\nmade");
        }};
        HttpHandler handler;
        const auto got = answerTo(handler,
                                  HttpRequest{"PUT",
                                              server.origin() + "/v1/x%20y?a=b",
                                              {{"X-Mine", "yes"}, {"X-Empty", ""}},
                                              bytesOf("the body")},
                                  server.origin() + "/v1");
        QVERIFY2(got.ok(), refusalOf(got).c_str());
        QCOMPARE(got->status, 201);
        QCOMPARE(linesOf(got->headers),
                 std::string{"X-One=first;X-One=second;X-Empty=;Content-Length=4;"});
        QCOMPARE(textOf(got->body), std::string{"made"});
        QVERIFY(seen.starts_with("PUT /v1/x%20y?a=b HTTP/1.1\r\n"));
        QVERIFY(seen.ends_with("\r\n\r\nthe body"));
        for (const char* line : {"\r\nX-Mine: yes\r\n", "\r\nX-Empty:", "\r\nHost: 127.0.0.1:",
                                 "\r\nContent-Length: 8\r\n", "\r\nUser-Agent: ariadne/"})
            ARIADNE_VERIFY_HOLDS(seen, line);
        for (const char* name : {"Content-Type", "Expect", "Accept-Encoding", "Cookie"})
            QVERIFY2(seen.find(name) == std::string::npos, seen.c_str());
    }

    void whatMayDoSomethingCarriesItsKey() {
        std::mutex mutex;
        std::vector<std::string> seen;
        TinyServer server{[&](Connection& connection) {
            const std::lock_guard lock{mutex};
            seen.push_back(connection.request());
            connection.send("HTTP/1.1 204 No Content\r\n\r\n");
        }};
        HttpHandler handler;
        const auto ask = [&](const char* method, std::uint64_t ordinal,
                             std::vector<effect::HttpHeader> headers = {}) {
            auto request =
                requestOf(HttpRequest{method, server.origin() + "/", std::move(headers), {}},
                          server.origin());
            request.run = 0xAB;
            request.ordinal = ordinal;
            return handler.perform(request, {}).ok();
        };
        QVERIFY(ask("POST", 3) && ask("POST", 3) && ask("POST", 4) && ask("GET", 5));
        QVERIFY(ask("POST", 6, {{"idempotency-key", "mine"}}));
        const std::string key = "\r\nIdempotency-Key: \"00000000000000ab-0000000000000007-";
        ARIADNE_VERIFY_HOLDS(seen[0], key + "3\"\r\n");
        ARIADNE_VERIFY_HOLDS(seen[1], key + "3\"\r\n");
        ARIADNE_VERIFY_HOLDS(seen[2], key + "4\"\r\n");
        QVERIFY(seen[3].find("Idempotency-Key") == std::string::npos);
        ARIADNE_VERIFY_HOLDS(seen[4], "\r\nidempotency-key: mine\r\n");
        QVERIFY(seen[4].find("Idempotency-Key") == std::string::npos);
    }

    void everyMethodArrivesAsItself() {
        std::string seen;
        TinyServer server{[&](Connection& connection) {
            seen = connection.request();
            connection.send(kEmptyAnswer);
        }};
        HttpHandler handler;
        for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
            const HttpRequest ask{method, server.origin() + "/", {{"Content-Type", "a/b"}}, {}};
            const auto got = answerTo(handler, ask, server.origin());
            QVERIFY2(got.ok(), refusalOf(got).c_str());
            QVERIFY2(seen.starts_with(std::string{method} + " / HTTP/1.1\r\n"), seen.c_str());
            ARIADNE_VERIFY_HOLDS(seen, "\r\nContent-Type: a/b\r\n");
            QVERIFY(seen.ends_with("\r\n\r\n"));
        }
    }

    void anErrorOfTheServerIsAnAnswer() {
        const TinyServer server{saying("HTTP/1.1 503 Busy\r\nContent-Length: 5\r\n\r\nlater")};
        const auto got = fetched(server);
        QVERIFY2(got.ok(), refusalOf(got).c_str());
        QCOMPARE(got->status, 503);
        QCOMPARE(textOf(got->body), std::string{"later"});
    }

    void aRedirectIsAnAnswerToo() {
        TinyServer elsewhere{saying(std::string{kEmptyAnswer})};
        TinyServer server{saying("HTTP/1.1 302 Found\r\nLocation: " + elsewhere.origin() +
                                 "/secret\r\nContent-Length: 0\r\n\r\n")};
        const auto got = fetched(server);
        QVERIFY2(got.ok(), refusalOf(got).c_str());
        QCOMPARE(got->status, 302);
        ARIADNE_VERIFY_HOLDS(linesOf(got->headers), "Location=" + elsewhere.origin());
        QCOMPARE(elsewhere.connections(), 0);
        QCOMPARE(server.connections(), 1);
    }

    void outsideTheGrantNobodyIsAsked() {
        TinyServer server{saying(std::string{kEmptyAnswer})};
        const std::string origin = server.origin();
        HttpHandler handler;
        const auto to = [&](const std::string& url, const std::string& scope) {
            return refusalOf(answerTo(handler, HttpRequest{"GET", url, {}, {}}, scope));
        };
        ARIADNE_VERIFY_HOLDS(to(origin + "/b", origin + "/a"), "PERMISSION_DENIED");
        ARIADNE_VERIFY_HOLDS(to(origin + "/ab", origin + "/a"), "PERMISSION_DENIED");
        ARIADNE_VERIFY_HOLDS(to(origin + "/", "http://127.0.0.1/"), "PERMISSION_DENIED");
        ARIADNE_VERIFY_HOLDS(to(origin + "/", "https" + origin.substr(4)), "PERMISSION_DENIED");
        ARIADNE_VERIFY_HOLDS(to(origin + "/a/../b", origin + "/a"), "INVALID_ARGUMENT");
        ARIADNE_VERIFY_HOLDS(to(origin + "/a/%2e%2e/b", origin + "/a"), "INVALID_ARGUMENT");
        ARIADNE_VERIFY_HOLDS(to("http://a@" + origin.substr(7), origin), "user information");
        ARIADNE_VERIFY_HOLDS(to("file:///etc/passwd", "file:///etc"), "INVALID_ARGUMENT");
        ARIADNE_VERIFY_HOLDS(to(origin + "/", ""), "INVALID_ARGUMENT");
        QCOMPARE(server.connections(), 0);
    }

    void whatWouldChangeTheMessageIsRefused() {
        TinyServer server{saying(std::string{kEmptyAnswer})};
        HttpHandler handler{{.requestBytesMax = 4, .headerBytesMax = 40}};
        const auto with = [&](const std::string& method, std::vector<HttpHeader> headers,
                              const char* body = "") {
            return refusalOf(answerTo(
                handler,
                HttpRequest{method, server.origin() + "/", std::move(headers), bytesOf(body)},
                server.origin()));
        };
        QCOMPARE(with("GET", {{"A", "b"}}), std::string{"OK"});
        QCOMPARE(server.connections(), 1);
        for (const char* method : {"get", "CONNECT", "TRACE", "", "GET /x", "GET\r\n"})
            ARIADNE_VERIFY_HOLDS(with(method, {}), "a method that is none of");
        for (const char* name : {"", "A B", "A:", "A\r\nB", "\xC3\xA4"})
            ARIADNE_VERIFY_HOLDS(with("GET", {{name, "x"}}), "what cannot stand in one");
        for (const char* value : {"x\r\nB: c", "x\ny", "\x01"})
            ARIADNE_VERIFY_HOLDS(with("GET", {{"A", value}}), "what cannot stand in one");
        for (const char* name : {"Host", "host", "Content-Length", "TRANSFER-ENCODING",
                                 "Connection", "Upgrade", "Expect"})
            ARIADNE_VERIFY_HOLDS(with("GET", {{name, "x"}}), "is written by the handler");
        ARIADNE_VERIFY_HOLDS(with("GET", {}, "x"), "GET with a body of 1 bytes");
        ARIADNE_VERIFY_HOLDS(with("POST", {}, "12345"), "limit requestBytesMax (4) reached");
        ARIADNE_VERIFY_HOLDS(with("GET", {{"A", std::string(40, 'x')}}),
                             "limit headerBytesMax (40) reached");
        QCOMPARE(server.connections(), 1);
    }

    void aGiantBodyEndsAtTheLimit() {
        bool wasCutOff = false;
        {
            TinyServer server{[&](Connection& connection) {
                bool isThere = connection.send("HTTP/1.1 200 OK\r\n\r\n");
                const std::string piece(100'000, 'x');
                while (isThere) isThere = connection.send(piece);
                wasCutOff = true;
            }};
            ARIADNE_VERIFY_HOLDS(refusalOf(fetched(server, {.bodyBytesMax = 1'000'000})),
                                 "limit bodyBytesMax (1000000) reached");
        }
        QVERIFY(wasCutOff);
    }

    void aBodyOfJustTheLimitIsTaken() {
        const TinyServer server{saying("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n1234")};
        QVERIFY(fetched(server, {.bodyBytesMax = 4}).ok());
        ARIADNE_VERIFY_HOLDS(refusalOf(fetched(server, {.bodyBytesMax = 3})), "bodyBytesMax (3)");
    }

    void endlessHeadersEndAtTheLimit() {
        const TinyServer server{[](Connection& connection) {
            bool isThere = connection.send("HTTP/1.1 200 OK\r\n");
            while (isThere) isThere = connection.send("X-More: " + std::string(500, 'x') + "\r\n");
        }};
        ARIADNE_VERIFY_HOLDS(refusalOf(fetched(server)), "limit headerBytesMax (65536) reached");
    }

    void garbageIsNoAnswer_data() {
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("nothing") << QByteArray{};
        QTest::newRow("noise") << QByteArray{"\x16\x03\x01\x00\xFF\n\n", 7};
        QTest::newRow("body only") << QByteArray{"<html>HTTP/0.9</html>"};
        QTest::newRow("another protocol") << QByteArray{"SSH-2.0-OpenSSH_9.2\r\n"};
        QTest::newRow("half a head") << QByteArray{"HTTP/1.1 200 OK\r\nContent-"};
        QTest::newRow("half a body")
            << QByteArray{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"};
        QTest::newRow("bad chunk")
            << QByteArray{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"};
        QTest::newRow("negative length")
            << QByteArray{"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"};
    }
    void garbageIsNoAnswer() {
        QFETCH(QByteArray, said);
        const TinyServer server{saying(said.toStdString())};
        const auto got = fetched(server);
        QVERIFY(absl::IsUnavailable(got.status()));
        ARIADNE_VERIFY_HOLDS(refusalOf(got), "no answer from \"" + server.origin() + "/\": ");
    }

    void aServerWithoutTlsIsNoHttpsServer() {
        const TinyServer server{saying(std::string{kEmptyAnswer})};
        const std::string url = "https" + server.origin().substr(4) + "/";
        HttpHandler handler;
        const auto got = answerTo(handler, HttpRequest{"GET", url, {}, {}}, url);
        QVERIFY2(absl::IsUnavailable(got.status()), refusalOf(got).c_str());
    }

    void nobodyThereIsUnavailable() {
        std::string origin;
        {
            const TinyServer server{saying("")};
            origin = server.origin();
        }
        HttpHandler handler;
        const auto got = answerTo(handler, HttpRequest{"GET", origin + "/", {}, {}}, origin);
        QVERIFY2(absl::IsUnavailable(got.status()), refusalOf(got).c_str());
    }

    void trailersAndInterimAnswersAreLeftOut() {
        const TinyServer server{
            saying("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n"
                   "3\r\nabc\r\n0\r\nX-Late: 1\r\n\r\n")};
        const auto got = fetched(server);
        QVERIFY2(got.ok(), refusalOf(got).c_str());
        QCOMPARE(textOf(got->body), std::string{"abc"});
        QCOMPARE(linesOf(got->headers), std::string{"Transfer-Encoding=chunked;Trailer=X-Late;"});
    }

    void nothingIsUnpacked() {
        const TinyServer server{
            saying("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n"
                   "\x1F\x8B!")};
        const auto got = fetched(server);
        QVERIFY2(got.ok(), refusalOf(got).c_str());
        QCOMPARE(textOf(got->body), std::string{"\x1F\x8B!"});
    }

    void theEnvironmentsProxyIsNotUsed() {
        TinyServer proxy{saying(std::string{kEmptyAnswer})};
        TinyServer server{saying(std::string{kEmptyAnswer})};
        for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"})
            qputenv(name, QByteArray::fromStdString(proxy.origin()));
        const auto got = fetched(server);
        for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"}) qunsetenv(name);
        QVERIFY2(got.ok(), refusalOf(got).c_str());
        QCOMPARE(proxy.connections(), 0);
    }

    void aStopEndsASlowAnswer() {
        std::binary_semaphore halfway{0};
        TinyServer server{[&](Connection& connection) {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
            halfway.release();
            connection.awaitGone();
        }};
        std::stop_source stop;
        std::jthread stopper{[&] {
            halfway.acquire();
            stop.request_stop();
        }};
        HttpHandler handler;
        QElapsedTimer timer;
        timer.start();
        const auto got = answerTo(handler, HttpRequest{"GET", server.origin() + "/", {}, {}},
                                  server.origin(), stop.get_token());
        QVERIFY2(absl::IsCancelled(got.status()), refusalOf(got).c_str());
        QVERIFY(timer.elapsed() < 20'000);
    }

    void aServerThatNeverAnswersTimesOut() {
        TinyServer server{[](Connection& connection) { connection.awaitGone(); }};
        HandlerTable table;
        QVERIFY(table.add("http.request", std::make_unique<HttpHandler>()).ok());
        EffectPool pool{std::move(table)};
        auto request =
            requestOf(HttpRequest{"GET", server.origin() + "/", {}, {}}, server.origin());
        request.timeout = std::chrono::milliseconds{50};
        pool.submit(request);
        QVERIFY(pool.waitFor(std::chrono::minutes{1}));
        QVERIFY(pool.take().at(0).status == effect::EffectStatus::kTimedOut);
        QTRY_COMPARE(pool.stats().running, std::size_t{0});
    }
};

QTEST_GUILESS_MAIN(TestEffectHttp)
#include "tst_effect_http.moc"
