// What a grant covers, in the spellings somebody would try who wants more than was granted.
#include "engine/effect/effect.h"
#include "engine/effect/scope.h"
#include "tests/support/shown_text.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::effect;

namespace {

bool covered(const char* name, const std::string& outer, const std::string& inner) {
    return covers(Grant{name, outer}, Grant{name, inner});
}

void pairColumns() {
    QTest::addColumn<QString>("outer");
    QTest::addColumn<QString>("inner");
    QTest::addColumn<bool>("expected");
}

void pairRow(const char* outer, const char* inner, bool expected) {
    QTest::addRow("%s %s %s", outer, expected ? "covers" : "does not cover", inner)
        << QString::fromUtf8(outer) << QString::fromUtf8(inner) << expected;
}

void checkPair(const char* name) {
    QFETCH(QString, outer);
    QFETCH(QString, inner);
    QFETCH(bool, expected);
    QCOMPARE(covered(name, outer.toStdString(), inner.toStdString()), expected);
}

}  // namespace

class TestGrant : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void foldersCoverWholeComponents_data() {
        pairColumns();
        pairRow("/data", "/data", true);
        pairRow("/data", "/data/in", true);
        pairRow("/data/", "/data", true);
        pairRow("/data", "/data/", true);
        pairRow("//data//", "/data/in//x", true);
        pairRow("/data", "/data/./in", true);
        pairRow("/", "/anything", true);
        pairRow("/", "/", true);
        pairRow("/data", "/database", false);
        pairRow("/data/in", "/data", false);
        pairRow("/data", "/", false);
        pairRow("/data", "/Data", false);
        pairRow("/data", "/data/../etc", false);
        pairRow("/data", "/data/in/..", false);
        pairRow("/data/../etc", "/etc/passwd", false);
        pairRow("/data", "data", false);
        pairRow("data", "data", false);
        pairRow("", "", false);
        pairRow("", "/etc", false);
        pairRow("/data", "", false);
        // In a file name a percent sign is a percent sign.
        pairRow("/data", "/data/%2e%2e/etc", true);
        pairRow("/data", "/data/...", true);
        pairRow("/data", "/data%2fin", false);
    }
    void foldersCoverWholeComponents() {
        checkPair("file.read");
        checkPair("file.write");
    }

    void aNulEndsNoPath() {
        QVERIFY(!covered("file.read", "/data", std::string{"/data/a\0/x", 10}));
        QVERIFY(!covered("file.read", std::string{"/data\0", 6}, "/data"));
    }

    void urlsCoverOriginAndPath_data() {
        pairColumns();
        pairRow("https://a.org", "https://a.org/", true);
        pairRow("https://a.org/", "https://a.org", true);
        pairRow("https://a.org", "https://a.org:443/x", true);
        pairRow("http://a.org:80", "http://a.org/x", true);
        pairRow("HTTPS://A.org/", "https://a.ORG/x", true);
        pairRow("https://a.org/x", "https://a.org/x", true);
        pairRow("https://a.org/x", "https://a.org/x/", true);
        pairRow("https://a.org/x", "https://a.org/x/y?q=../z", true);
        pairRow("https://a.org/x", "https://a.org/x?q", true);
        pairRow("https://a.org", "https://a.org?q", true);
        pairRow("https://a.org/x/", "https://a.org/x/y", true);
        pairRow("http://[::1]:8080/", "http://[::1]:8080/x", true);
        pairRow("https://a.org/", "https://a.org/caf%C3%A9/...", true);

        pairRow("https://a.org/x", "https://a.org/xy", false);
        pairRow("https://a.org/x/", "https://a.org/x", false);
        pairRow("https://a.org/x", "https://a.org/X", false);
        pairRow("https://a.org/x", "https://a.org/", false);
        pairRow("https://a.org", "http://a.org", false);
        pairRow("https://a.org", "https://a.org:80", false);
        pairRow("http://a.org", "http://a.org:443", false);
        pairRow("https://a.org", "https://a.org.evil.net/", false);
        pairRow("https://a.org", "https://b.a.org/", false);
        pairRow("https://a.org", "https://evil.net/https://a.org/", false);
        pairRow("https://a.org/x?q=1", "https://a.org/x?q=1", false);
        pairRow("http://127.0.0.1/", "http://2130706433/", false);
    }
    void urlsCoverOriginAndPath() { checkPair("http.request"); }

    void urlsWithTwoReadingsAreRefused_data() {
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<QString>("because");
        const auto row = [](QByteArray url, const char* because) {
            QTest::addRow("%s", url.toPercentEncoding().left(80).constData())
                << url << QString::fromUtf8(because);
        };
        row("https://a.org@evil.net/", "user information");
        row("https://user:pw@a.org/", "user information");
        row("https://a.org:443@evil.net/", "user information");
        row("https://evil.net\\@a.org/", "backslash");
        row("https://evil.net/\\..\\x", "backslash");
        row("https://a.org#@evil.net/", "fragment");
        row("https://a.org/x/../y", "segment");
        row("https://a.org/x/.", "segment");
        row("https://a.org/x/%2e%2e/y", "segment");
        row("https://a.org/x/.%2E/y", "segment");
        row("https://a.org/x/%252e%252e/y", "segment");
        row("https://a.org/x/..;jsessionid=1/y", "segment");
        row("https://a.org/x/..%2fy", "encoded slash");
        row("https://a.org/x%5C..%5Cy", "encoded slash");
        row("https://a.org/x%255cy", "encoded slash");
        row("https://a.org/x%00y", "control");
        row("https://a.org/x%0d%0aHost:y", "control");
        row("https://a.org/%zz", "two hex digits");
        row("https://a.org/%2", "two hex digits");
        row("https://a.org/a b", "blank");
        row("https://a.org/\r\nX: y", "blank");
        row("https://\xD0\xB0.org/", "beyond ASCII");
        row("https://a.org:0/", "port");
        row("https://a.org:65536/", "port");
        row("https://a.org:/", "port");
        row("https://a.org:+80/", "port");
        row("https://a.org:80:80/", "host");
        row("https://a.org./", "host");
        row("https://.a.org/", "host");
        row("https://a%2eorg/", "host");
        row("https:///x", "host");
        row("https://[::1/", "host");
        row("https://[g::1]/", "host");
        row("https:a.org/", "scheme");
        row("ftp://a.org/", "scheme");
        row("file:///etc/passwd", "scheme");
        row("javascript://a.org/", "scheme");
        row("//a.org/", "scheme");
        row("a.org", "scheme");
        row("", "scheme");
        row(QByteArray{"https://a.org/"} + QByteArray(9000, 'x'), "more than 8192");
    }
    void urlsWithTwoReadingsAreRefused() {
        QFETCH(QByteArray, url);
        QFETCH(QString, because);
        const auto parsed = parseHttpUrl(url.toStdString());
        QVERIFY(!parsed.ok());
        QVERIFY2(QString::fromStdString(std::string{parsed.status().message()}).contains(because),
                 std::string{parsed.status().message()}.c_str());
        QVERIFY(!covered("http.request", url.toStdString(), url.toStdString()));
        QVERIFY(!covered("http.request", "https://a.org/", url.toStdString()));
    }

    void aPlainUrlReadsBackAsItself() {
        for (const char* text : {"HTTP://Example.org", "https://a.org:8443/x/y;v=1?a=%2e%2e/"}) {
            const auto url = parseHttpUrl(text);
            QVERIFY(url.ok());
            const auto again = parseHttpUrl(url->text());
            QVERIFY(again.ok());
            QVERIFY(*again == *url);
        }
        QCOMPARE(parseHttpUrl("HTTP://Example.org")->text(), std::string{"http://example.org:80/"});
    }

    void programsAreCoveredExactly_data() {
        pairColumns();
        pairRow("/bin/cat", "/bin/cat", true);
        pairRow("/bin/cat", "/bin/cat/", false);
        pairRow("/bin", "/bin/cat", false);
        pairRow("/bin/cat", "/bin//cat", false);
        pairRow("/bin/../bin/cat", "/bin/../bin/cat", false);
        pairRow("cat", "cat", false);
        pairRow("/bin/cat", "/bin/cat -n", false);
    }
    void programsAreCoveredExactly() { checkPair("command.run"); }

    void otherEffectsAreCoveredExactly() {
        QVERIFY(covered("clock.read", "", ""));
        QVERIFY(covered("queue.push", "orders", "orders"));
        QVERIFY(!covered("queue.push", "orders", "orders/eu"));
        QVERIFY(!covered("queue.push", "", "orders"));
    }

    void anotherEffectIsNeverCovered() {
        QVERIFY(!covers(Grant{"file.write", "/data"}, Grant{"file.read", "/data"}));
        QVERIFY(!covers(Grant{"", ""}, Grant{"clock.read", ""}));
    }

    void coveringIsTransitive() {
        const std::vector<std::string> scopes{
            "https://a.org",    "https://a.org/x",   "https://a.org/x/", "https://a.org/x/y",
            "https://a.org/xy", "https://a.org/x?q", "http://a.org/x",   "https://a.org/x/y/"};
        int checked = 0;
        for (const auto& a : scopes)
            for (const auto& b : scopes)
                for (const auto& c : scopes)
                    if (covered("http.request", a, b) && covered("http.request", b, c)) {
                        QVERIFY(covered("http.request", a, c));
                        ++checked;
                    }
        QVERIFY(checked > 20);
    }
};

QTEST_GUILESS_MAIN(TestGrant)
#include "tst_grant.moc"
