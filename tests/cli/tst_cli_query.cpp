// ariadne query: what it prints, and with which status it ends.
#include "tests/cli/support/ariadne_process.h"

#include <QElapsedTimer>

#include <csignal>

using namespace ariadne::tests;

namespace {

constexpr const char* kEndless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

}  // namespace

class TestCliQuery : public QObject {
    Q_OBJECT

    Workplace place_;
    std::string trace_;

    Ran query(std::vector<std::string> words) const {
        words.insert(words.begin(), {"query", trace_});
        return place_.ariadne(words);
    }

private Q_SLOTS:
    void initTestCase() { trace_ = place_.ledger("ledger.clew"); }

    void withoutSqlTheTablesAreShown() {
        const Ran ran = query({});
        ARIADNE_RAN(ran, 0);
        for (const char* word :
             {"event: every event", "  wait_ns ", "causes(event)", "lane_mipmap"})
            ARIADNE_SAYS(ran, word);
        QVERIFY(ran.err.empty());
    }

    void peopleGetAnAlignedTable() {
        const Ran ran =
            query({"SELECT 7 AS n, 'x' AS word, NULL AS none UNION ALL SELECT 1234, "
                   "printf('%.100c', 'y'), 1"});
        ARIADNE_RAN(ran, 0);
        const std::vector<std::string> lines = linesOf(ran.out);
        QCOMPARE(lines.size(), std::size_t{4});
        QCOMPARE(lines[2], std::string{"   7  x"});
        QVERIFY(lines[3].starts_with("1234  yyy") && lines[3].find("\u2026") != std::string::npos);
    }

    void programsGetEverything() {
        const std::string sql =
            "SELECT 1 AS a, 'x\"y,' || char(10) || char(0) AS b, NULL AS c, '' "
            "AS d, 2.5 AS a";
        const Ran json = query({sql, "--json"});
        ARIADNE_RAN(json, 0);
        QCOMPARE(json.out, std::string{"{\"a\":1,\"b\":\"x\\\"y,\\n\\u0000\",\"c\":null,\"d\":\"\","
                                       "\"a:2\":2.5}\n"});
        const Ran csv = query({sql, "--csv"});
        ARIADNE_RAN(csv, 0);
        QCOMPARE(csv.out, (std::string{"a,b,c,d,a\r\n1,\"x\"\"y,\n\0\",,\"\",2.5\r\n", 32}));
        const Ran events = query({"SELECT position, kind, text FROM event", "--json"});
        ARIADNE_RAN(events, 0);
        const Ran dumped = place_.ariadne({"dump", trace_});
        QCOMPARE(linesOf(events.out).size(), linesOf(dumped.out).size());
        ARIADNE_RAN(query({"SELECT 1", "--json", "--csv"}), 2);
    }

    void badQuestionsAreRefusedWithAReason() {
        const Ran wrong = query({"SELECT colour FROM failure"});
        ARIADNE_RAN(wrong, 2);
        ARIADNE_WARNS(wrong, "no such column: colour, at character 8");
        ARIADNE_WARNS(wrong, "failure has position, ");
        const Ran writing = query({"DELETE FROM event"});
        ARIADNE_RAN(writing, 2);
        const Ran attaching = query({"ATTACH 'x.db' AS x"});
        ARIADNE_RAN(attaching, 2);
        ARIADNE_WARNS(attaching, "attach");
        QVERIFY(!place_.has("x.db"));
        ARIADNE_RAN(place_.ariadne({"query", "nowhere.clew", "SELECT 1"}), 2);
        place_.write("text.clew", "no trace at all");
        ARIADNE_RAN(place_.ariadne({"query", "text.clew", "SELECT 1"}), 2);
        ARIADNE_RAN(query({"SELECT 1", "--timeout", "soon"}), 2);
        ARIADNE_RAN(query({"SELECT 1", "--rows", "-1"}), 2);
    }

    void budgetsAreKeptAndTold() {
        const Ran rows = query({"SELECT position FROM event", "--rows", "3", "--csv"});
        ARIADNE_RAN(rows, 2);
        QCOMPARE(rows.out, std::string{"position\r\n1\r\n2\r\n3\r\n"});
        ARIADNE_WARNS(rows, "there are more than the 3 rows given");
        ARIADNE_RAN(query({"SELECT position FROM event LIMIT 3", "--rows", "3"}), 0);
        const Ran late = query({kEndless, "--timeout", "0.2"});
        ARIADNE_RAN(late, 2);
        ARIADNE_WARNS(late, "stopped after 200ms; 0 rows were given");
    }

    void theKeyboardEndsIt() {
        QProcess process;
        place_.prepare(process, {"query", trace_, kEndless, "--timeout", "0"});
        process.start();
        QVERIFY(process.waitForStarted());
        QTest::qWait(500);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        const Ran ran = Workplace::finish(process);
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, "stopped; 0 rows were given");
    }

    void theQuestionMayComeThroughAPipe() {
        QProcess process;
        place_.prepare(process, {"query", trace_, "-", "--csv"});
        process.start();
        QVERIFY(process.waitForStarted());
        process.write("SELECT 1 AS one\n");
        process.closeWriteChannel();
        const Ran ran = Workplace::finish(process);
        ARIADNE_RAN(ran, 0);
        QCOMPARE(ran.out, std::string{"one\r\n1\r\n"});
    }

    void aCutTraceAnswersUpToTheCut() {
        const std::string whole = place_.read("ledger.clew");
        place_.write("cut.clew", whole.substr(0, whole.size() - 100));
        const Ran ran = place_.ariadne({"query", "cut.clew", "SELECT count(*) AS n FROM event"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_WARNS(ran, "cut");
    }
};

QTEST_GUILESS_MAIN(TestCliQuery)
#include "tst_cli_query.moc"
