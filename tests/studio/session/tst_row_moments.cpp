// Which event a row of an answer in SQL is about, also when no column says so.
#include "recorder/query/session.h"
#include "studio/session/query_lane.h"
#include "studio/session/query_reader.h"
#include "studio/session/row_moments.h"
#include "tests/studio/session/carousel.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

QString longer(const char* sql) {
    const auto out = withPosition(sql);
    return out ? QString::fromStdString(*out) : QStringLiteral("none");
}

QueryCell number(std::uint64_t value) {
    return {QueryCell::Kind::kNumber, std::to_string(value)};
}

}  // namespace

class TestRowMoments : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::string file_;
    QueryReader reader_;

    std::shared_ptr<QueryAnswer> ask(const char* sql) {
        return reader_.answer(1, file_, sql, {}, [] { return true; });
    }

private Q_SLOTS:
    void initTestCase() {
        const QString file = folder_.filePath(QStringLiteral("one.clew"));
        tests::record(tests::carouselRequest(file, 1));
        file_ = file.toStdString();
    }

    void aPositionIsAddedWhereARowHasOne_data() {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* sql, const char* expected) {
            QTest::newRow(name) << QString::fromUtf8(sql) << QString::fromUtf8(expected);
        };
        row("plain", "SELECT actor FROM event", "SELECT actor , position FROM event");
        row("the journey", "SELECT actor, max(wait) FROM message GROUP BY actor ORDER BY 2 DESC",
            "SELECT actor, max(wait) , position FROM message GROUP BY actor ORDER BY 2 DESC");
        row("words in texts", "select 'a from b', \"from\" from event -- from\n",
            "select 'a from b', \"from\" , position from event -- from\n");
        row("a question inside", "SELECT (SELECT count(*) FROM event) AS n FROM event",
            "SELECT (SELECT count(*) FROM event) AS n , position FROM event");
        row("with", "WITH x AS (SELECT * FROM event) SELECT actor FROM x",
            "WITH x AS (SELECT * FROM event) SELECT actor , position FROM x");
        row("greatest of all", "SELECT max(wait) FROM message",
            "SELECT max(wait) , position FROM message");
        row("greatest and how many", "SELECT max(wait), count(*) FROM message",
            "SELECT max(wait), count(*) , position FROM message");
        row("the larger of two is of one row", "SELECT max(wait, 0), min(1, 2) FROM message",
            "SELECT max(wait, 0), min(1, 2) , position FROM message");
        row("the greatest of the larger ones",
            "SELECT actor, max(max(wait, f(1, 2))) FROM message GROUP BY actor",
            "SELECT actor, max(max(wait, f(1, 2))) , position FROM message GROUP BY actor");
        for (const char* sql :
             {"SELECT actor, max(actor, peer) FROM message GROUP BY actor",
              "SELECT max(1, 2), count(*) FROM event", "SELECT 1", "SELECT count(*) FROM event",
              "SELECT actor, sum(wait) FROM message", "SELECT actor FROM message GROUP BY actor",
              "SELECT DISTINCT actor FROM event", "SELECT min(wait), max(wait) FROM message",
              "SELECT actor FROM event UNION SELECT path FROM actor",
              "SELECT count(*) OVER () FROM event", "DELETE FROM event", "SELECT (", "SELECT )", "",
              "SELECT 'from event", "/* SELECT a FROM b", "VALUES (1)"})
            row(sql, sql, "none");
    }
    void aPositionIsAddedWhereARowHasOne() {
        QFETCH(QString, sql);
        QFETCH(QString, expected);
        QCOMPARE(longer(sql.toUtf8().constData()), expected);
    }

    /// The one that waited longest: no other of the group waited as long, or longer.
    void ofAGroupItIsTheRowOfTheGreatestValue() {
        const auto answer =
            ask("SELECT actor, max(wait) FROM message GROUP BY actor ORDER BY 2 DESC");
        QCOMPARE(answer->error, std::string{});
        QCOMPARE(answer->columns, (std::vector<std::string>{"actor", "max(wait)"}));
        QVERIFY(answer->rows() > 2);
        QCOMPARE(answer->moments.size(), answer->rows());
        for (std::size_t row = 0; row < answer->rows(); ++row) {
            const auto moment = momentOfRow(*answer, row);
            QVERIFY(moment);
            const auto path = actorOfRow(*answer, row);
            if (answer->at(row, 0).kind == QueryCell::Kind::kNull) continue;
            QVERIFY(path);
            const auto one = ask(("SELECT actor, wait FROM message WHERE position = " +
                                  std::to_string(moment->value))
                                     .c_str());
            QCOMPARE(one->rows(), std::size_t{1});
            QCOMPARE(one->at(0, 0).text, std::string{*path});
            QCOMPARE(one->at(0, 1).text, answer->at(row, 1).text);
        }
    }

    void whatHasNoPositionsIsAskedAsItStands() {
        const auto answer = ask("SELECT path FROM actor ORDER BY rank");
        QCOMPARE(answer->error, std::string{});
        QVERIFY(answer->rows() > 2);
        QVERIFY(answer->moments.empty());
        QVERIFY(!momentOfRow(*answer, 0));
        QCOMPARE(std::string{*actorOfRow(*answer, 0)}, answer->at(0, 0).text);
        const auto wrong = ask("SELECT nothing FROM event");
        QVERIFY2(wrong->error.find("nothing") != std::string::npos, wrong->error.c_str());
        QVERIFY(wrong->error.find("position FROM") == std::string::npos);
    }

    void whatIsAskedForComesFirst() {
        const auto answer = ask("SELECT actor, cause FROM message WHERE cause > 0 LIMIT 3");
        QCOMPARE(answer->columns.size(), std::size_t{2});
        for (std::size_t row = 0; row < answer->rows(); ++row)
            QCOMPARE(std::to_string(momentOfRow(*answer, row)->value), answer->at(row, 1).text);
    }

    void rowsBecomeMarks() {
        QueryAnswer answer;
        answer.columns = {"position", "n"};
        for (const auto& [at, n] :
             {std::pair<std::uint64_t, std::uint64_t>{9, 1}, {4, 2}, {9, 3}, {0, 4}}) {
            answer.cells.push_back(number(at));
            answer.cells.push_back(number(n));
        }
        const QueryLane lane = laneOf({"x", "SELECT"}, answer);
        QCOMPARE(lane.rows, std::uint64_t{4});
        QCOMPARE(lane.nowhere, std::uint64_t{1});
        QCOMPARE(lane.marks.size(), std::size_t{2});
        QCOMPARE(lane.marks[0].at, std::uint64_t{4});
        QCOMPARE(lane.marks[1].rows, std::uint64_t{2});
        QCOMPARE(lane.marks[1].text, std::string{"position: 9, n: 1"});
        QCOMPARE(lane.next({4}, true)->at, std::uint64_t{9});
        QCOMPARE(lane.next({9}, false)->at, std::uint64_t{4});
        QVERIFY(lane.next({9}, true) == nullptr && lane.next({4}, false) == nullptr);
        QCOMPARE(lane.nearest(6)->at, std::uint64_t{4});
        QCOMPARE(lane.nearest(7)->at, std::uint64_t{9});
        QCOMPARE(lane.nearest(100)->at, std::uint64_t{9});
        QVERIFY(QueryLane{}.nearest(1) == nullptr);
    }

    void longTextsOfMarksAreCutBetweenCharacters() {
        QueryAnswer answer;
        answer.columns = {"position", "text"};
        std::string text = "x";
        for (int i = 0; i < 200; ++i) text += "ä";
        answer.cells = {number(1), {QueryCell::Kind::kText, text}};
        const std::string shown = laneOf({"x", "SELECT"}, answer).marks[0].text;
        QVERIFY(shown.size() <= QueryLane::kTextMax + 3);
        QVERIFY(shown.ends_with("ä…"));
    }
};

QTEST_GUILESS_MAIN(TestRowMoments)
#include "tst_row_moments.moc"
