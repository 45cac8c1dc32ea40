// Questions in SQL, and why, to the open trace: answers, errors, cancelling, and whose answer it
// is.
#include "recorder/history.h"
#include "studio/models/worked_queries.h"
#include "studio/session/query_work.h"
#include "studio/session/session.h"
#include "tests/studio/session/carousel.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace {

constexpr int kPatienceMs = 60'000;
using Answer = std::shared_ptr<const QueryAnswer>;

/// Counts for longer than anybody waits.
constexpr const char* kEndless =
    "SELECT count(*) FROM event AS a, event AS b, event AS c WHERE a.arg + b.arg + c.arg = -1";

class Opened {
public:
    explicit Opened(const QString& path) {
        QSignalSpy opened{&session, &Session::opened};
        session.openTrace(path);
        if (opened.isEmpty()) opened.wait(kPatienceMs);
    }
    Answer ask(const QString& sql, const QueryBudget& budget = {}) {
        QSignalSpy ready{&session, &Session::queryReady};
        session.requestQuery(sql, budget);
        if (ready.isEmpty()) ready.wait(kPatienceMs);
        return ready.isEmpty() ? nullptr : ready.last().at(0).value<Answer>();
    }
    Session session;
};

}  // namespace

class TestSessionQuery : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString file_;

private Q_SLOTS:
    void initTestCase() {
        file_ = folder_.filePath(QStringLiteral("one.clew"));
        record(carouselRequest(file_, 1));
    }

    void rowsComeAsPeopleReadThem() {
        Opened opened{file_};
        const Answer answer = opened.ask(
            QStringLiteral("SELECT position, kind, NULL AS missing, x'00ff' AS bytes, 1.5 AS half,"
                           " char(27) || '[31m' AS hostile FROM event ORDER BY position LIMIT 3"));
        QVERIFY(answer);
        QCOMPARE(answer->error, std::string{});
        QCOMPARE(answer->columns, (std::vector<std::string>{"position", "kind", "missing", "bytes",
                                                            "half", "hostile"}));
        QCOMPARE(answer->rows(), std::size_t{3});
        QVERIFY(!answer->moreRows());
        for (std::size_t row = 0; row < 3; ++row) {
            QCOMPARE(answer->at(row, 0).text, std::to_string(row + 1));
            QVERIFY(answer->at(row, 0).kind == QueryCell::Kind::kNumber);
            QVERIFY(answer->at(row, 1).kind == QueryCell::Kind::kText);
            QVERIFY(answer->at(row, 2).kind == QueryCell::Kind::kNull);
            QVERIFY(answer->at(row, 3).kind == QueryCell::Kind::kBlob);
            QCOMPARE(answer->at(row, 3).text, std::string{"00ff"});
            QCOMPARE(answer->at(row, 4).text, std::string{"1.5"});
            QVERIFY(answer->at(row, 5).text.find('\x1b') == std::string::npos);
        }
    }

    void everyWorkedQueryHoldsHere() {
        Opened opened{file_};
        for (const WorkedQuery& each : workedQueries()) {
            const Answer answer = opened.ask(each.sql);
            QVERIFY2(answer && answer->error.empty(), qPrintable(each.question));
            QVERIFY(!answer->columns.empty());
        }
    }

    void whatDoesNotHoldIsSaid() {
        Opened opened{file_};
        const Answer typo = opened.ask(QStringLiteral("SELEC 1"));
        QVERIFY(typo->error.find("SELEC") != std::string::npos);
        QCOMPARE(typo->rows(), std::size_t{0});
        QVERIFY(!opened.ask(QStringLiteral("DELETE FROM event"))->error.empty());
        // And the next one is answered.
        QCOMPARE(opened.ask(QStringLiteral("SELECT 7"))->at(0, 0).text, std::string{"7"});
    }

    void noMoreRowsThanAnybodyLooksAt() {
        Opened opened{file_};
        const Answer answer = opened.ask(QStringLiteral(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000)"
            " SELECT i FROM n"));
        QCOMPARE(answer->rows(), std::size_t{QueryBudget{}.rows});
        QVERIFY(answer->stop == QueryAnswer::Stop::kRows);
        QCOMPARE(answer->error, std::string{});
        const QString endless = QStringLiteral(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n");
        const QueryBudget seven{std::chrono::nanoseconds{0}, 7};
        const Answer few = opened.ask(endless, seven);
        QCOMPARE(few->rows(), std::size_t{7});
        QVERIFY(few->stop == QueryAnswer::Stop::kRows && few->moreRows());
        QVERIFY(few->budget == seven);
        // As many as there are is not too many.
        const Answer all = opened.ask(QStringLiteral("SELECT 1 UNION ALL SELECT 2"), {{}, 2});
        QVERIFY(all->rows() == 2 && all->stop == QueryAnswer::Stop::kNone);
    }

    void longTextsAreCutAtWholeCharacters() {
        Opened opened{file_};
        const Answer answer = opened.ask(
            QStringLiteral("SELECT replace(hex(zeroblob(3000)), '00', 'a\u00e4') AS long"));
        const std::string& text = answer->at(0, 0).text;
        QVERIFY(text.size() <= QueryCell::kTextMax + 3);
        QVERIFY(text.ends_with("\u2026"));
        QVERIFY(!QString::fromStdString(text).contains(QChar::ReplacementCharacter));
    }

    void whatNeverEndsIsStoppedWhenItsTimeIsOver() {
        Opened opened{file_};
        const QueryBudget none{std::chrono::nanoseconds{1}, 1000};
        const Answer answer = opened.ask(QString::fromUtf8(kEndless), none);
        QVERIFY(answer->stop == QueryAnswer::Stop::kTime);
        QVERIFY(!answer->moreRows());
        QVERIFY2(answer->error.starts_with("stopped after 1ns; 0 rows were given by then"),
                 answer->error.c_str());
        // What had come by then stays, however much that was.
        const Answer some =
            opened.ask(QStringLiteral("SELECT 7 UNION ALL ") + QString::fromUtf8(kEndless), none);
        QVERIFY(some->stop == QueryAnswer::Stop::kTime);
        QVERIFY2(
            some->error.find("; " + std::to_string(some->rows()) + " row") != std::string::npos,
            some->error.c_str());
    }

    void aQuestionCanBeCancelled() {
        Opened opened{file_};
        QSignalSpy ready{&opened.session, &Session::queryReady};
        opened.session.requestQuery(QString::fromUtf8(kEndless));
        opened.session.cancelQuery();
        QTRY_COMPARE_WITH_TIMEOUT(ready.size(), 1, kPatienceMs);
        const auto answer = ready.last().at(0).value<Answer>();
        QCOMPARE(answer->sql, std::string{kEndless});
        QVERIFY(answer->stop == QueryAnswer::Stop::kCancelled);
        QCOMPARE(answer->error, std::string{"stopped; 0 rows were given"});
        QCOMPARE(opened.ask(QStringLiteral("SELECT 7"))->at(0, 0).text, std::string{"7"});
        QCOMPARE(ready.size(), 2);
    }

    void ofAnotherTraceThatOpensNothingIsAnswered() {
        Opened opened{file_};
        QSignalSpy ready{&opened.session, &Session::queryReady};
        QSignalSpy again{&opened.session, &Session::opened};
        opened.session.requestQuery(QString::fromUtf8(kEndless), QueryBudget::unlimited());
        opened.session.openTrace(file_);
        QTRY_COMPARE_WITH_TIMEOUT(again.size(), 1, kPatienceMs);
        QCOMPARE(opened.ask(QStringLiteral("SELECT 7"))->at(0, 0).text, std::string{"7"});
        QCOMPARE(ready.size(), 1);
    }

    void aNewerQuestionOvertakes() {
        Opened opened{file_};
        QSignalSpy ready{&opened.session, &Session::queryReady};
        opened.session.requestQuery(QString::fromUtf8(kEndless));
        const Answer answer = opened.ask(QStringLiteral("SELECT 8"));
        QCOMPARE(answer->at(0, 0).text, std::string{"8"});
        QCOMPARE(ready.size(), 1);
    }

    void anotherTraceHasOtherAnswers() {
        const QString other = folder_.filePath(QStringLiteral("two.clew"));
        record(carouselRequest(other, 2));
        Opened opened{file_};
        const QString sql = QStringLiteral(
            "SELECT group_concat(arg) FROM event WHERE kind = 'draw'"
            " OR position < 400");
        const std::string first = opened.ask(sql)->at(0, 0).text;
        QSignalSpy again{&opened.session, &Session::opened};
        opened.session.openTrace(other);
        QTRY_COMPARE_WITH_TIMEOUT(again.size(), 1, kPatienceMs);
        QVERIFY(opened.ask(sql)->at(0, 0).text != first);
    }

    void everyChainGoesBackCauseByCause() {
        Opened opened{file_};
        QSignalSpy ready{&opened.session, &Session::causesReady};
        const std::uint64_t last = opened.session.trace()->lastPosition.value;
        for (std::uint64_t position = 1; position <= last; position += 97) {
            opened.session.requestCauses({position});
            QTRY_COMPARE_WITH_TIMEOUT(ready.size(), 1, kPatienceMs);
            const auto chain = ready.takeFirst().at(0).value<std::shared_ptr<const CauseChain>>();
            QCOMPARE(chain->of.value, position);
            QVERIFY(!chain->lines.empty());
            QCOMPARE(chain->lines.front().seq.value, position);
            for (std::size_t i = 0; i + 1 < chain->lines.size(); ++i)
                QCOMPARE(chain->lines[i + 1].seq, chain->lines[i].cause);
            QCOMPARE(chain->more, chain->lines.back().cause.value != 0);
        }
    }

    void withoutATraceThereIsNothingToAsk() {
        Session session;
        QSignalSpy ready{&session, &Session::queryReady};
        session.requestQuery(QStringLiteral("SELECT 1"));
        QTRY_COMPARE_WITH_TIMEOUT(ready.size(), 1, kPatienceMs);
        QVERIFY(!ready.last().at(0).value<Answer>()->error.empty());
    }

    void theTablesAreThoseOfTheQueries() {
        const std::vector<QueryTable> tables = queryTables();
        const auto has = [&](const char* name) {
            return std::any_of(tables.begin(), tables.end(), [&](const QueryTable& table) {
                return table.name == name && !table.purpose.empty() && !table.columns.empty();
            });
        };
        for (const char* name : {"event", "message", "actor", "region", "obligation", "state_write",
                                 "snapshot", "failure", "effect", "causes"})
            QVERIFY2(has(name), name);
    }
};

QTEST_GUILESS_MAIN(TestSessionQuery)
#include "tst_session_query.moc"
