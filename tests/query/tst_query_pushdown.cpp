// What is read for an answer: counted in chunks, not in time.
#include "tests/query/support/asked.h"
#include "tests/recorder/support/till.h"

#include <QTemporaryDir>

using namespace ariadne;
using namespace ariadne::test;

class TestQueryPushdown : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<AskedTrace> trace_;
    std::size_t chunks_ = 0;

    /// Chunks decoded for it, from a cold start.
    std::size_t costOf(const std::string& sql) {
        trace_->forget();
        const Asked asked = (*trace_)(sql);
        if (!asked.answered.ok()) qWarning("%s: %s", sql.c_str(), asked.error().c_str());
        return trace_->reader.takeCount();
    }
    std::string middle() const { return std::to_string(trace_->reader.lastPosition().value / 2); }

private Q_SLOTS:
    void initTestCase() {
        trace_ = std::make_unique<AskedTrace>(
            openTrace(recordTill(folder_, "till.clew", 1, {{"customers", "6000"}})).reader);
        chunks_ = trace_->reader.chunks().size();
        QVERIFY2(chunks_ >= 8, std::to_string(chunks_).c_str());
    }

    void aPointReadsOneChunk() {
        const std::string at = middle();
        QCOMPARE(costOf("SELECT kind, actor, time_ns FROM event WHERE position = " + at), 1u);
        QCOMPARE(costOf("SELECT kind FROM event WHERE position BETWEEN " + at + " AND " + at), 1u);
        QCOMPARE(
            costOf("SELECT kind FROM event WHERE position >= " + at + " AND position < 1 + " + at),
            1u);
        QCOMPARE(costOf("SELECT kind FROM event WHERE position IN (" + at + ")"), 1u);
        QCOMPARE(costOf("SELECT op FROM state_write WHERE position = " + at), 1u);
        QCOMPARE(costOf("SELECT kind FROM event WHERE position = " + at + ".0"), 1u);
        QCOMPARE(costOf("SELECT kind FROM event WHERE position > 99999999999"), 0u);
        QCOMPARE(costOf("SELECT kind FROM event WHERE position = NULL"), 0u);
        QCOMPARE(costOf("SELECT kind FROM event WHERE position < 1"), 0u);
    }

    void countingReadsNothing() {
        QCOMPARE(costOf("SELECT count(*) FROM event"), 0u);
        QCOMPARE(costOf("SELECT min(position), max(position) FROM event"), 0u);
        QCOMPARE(costOf("SELECT count(*) FROM event WHERE position > " + middle()), 0u);
        QCOMPARE((*trace_)("SELECT count(*) FROM event").one(),
                 std::to_string(trace_->reader.lastPosition().value));
        QCOMPARE(costOf("SELECT count(*) FROM actor"), 0u);
        QCOMPARE(costOf("SELECT position FROM snapshot"), 0u);
    }

    void aLimitStopsEarly() {
        QCOMPARE(costOf("SELECT kind FROM event LIMIT 10"), 1u);
        QCOMPARE(costOf("SELECT kind FROM event ORDER BY position LIMIT 10"), 1u);
        // The last ones are found from behind.
        QCOMPARE(costOf("SELECT kind FROM event ORDER BY position DESC LIMIT 3"), 1u);
        QCOMPARE((*trace_)("SELECT position FROM event WHERE kind = 'end' ORDER BY position DESC "
                           "LIMIT 1")
                     .one(),
                 std::to_string(trace_->reader.lastPosition().value));
        // Another order needs all.
        QCOMPARE(costOf("SELECT kind FROM event ORDER BY kind LIMIT 3"), chunks_);
        QVERIFY(costOf("SELECT outcome, wait_ns FROM message LIMIT 5") <= 2);
    }

    void chunksWithoutTheKindAreNotRead() {
        // Some are read all the same, to find out an index that leaves something out.
        const std::size_t tried = chunks_ / tracefmt::TraceReader::kNamesTriedEvery;
        const std::string end = "SELECT count(*) FROM event WHERE kind = 'end'";
        QCOMPARE((*trace_)(end).one(), std::string{"1"});
        QVERIFY(costOf(end) >= 1);
        QVERIFY(costOf(end) <= 1 + tried);
        QCOMPARE(costOf("SELECT count(*) FROM event WHERE kind = 'restart'"), tried);
        QCOMPARE(costOf("SELECT count(*) FROM event WHERE actor = 'nobody/at all'"), 0u);
        QCOMPARE(costOf("SELECT count(*) FROM event WHERE +kind = 'end'"), chunks_);
    }

    void timeAndOrderComeFromTheIndex() {
        const auto& chunks = trace_->reader.chunks();
        const auto& one = chunks[chunks_ / 2];
        const std::string time = std::to_string(one.firstTime.value + 1);
        std::size_t holding = 0;
        for (const auto& c : chunks)
            holding += c.firstTime.value <= one.firstTime.value + 1 &&
                               c.lastTime.value >= one.firstTime.value + 1
                           ? 1
                           : 0;
        QCOMPARE(costOf("SELECT kind FROM event WHERE time_ns = " + time), holding);
        QVERIFY(holding < chunks_);
        for (const char* table : {"event", "message", "state_write", "failure", "effect"}) {
            const std::string plan = std::string{"EXPLAIN QUERY PLAN SELECT position FROM "} +
                                     table + " WHERE kind IS NOT 7 ORDER BY position DESC";
            const bool hasKind =
                std::string_view{table} == "event" || std::string_view{table} == "message";
            const Asked asked =
                (*trace_)(hasKind ? plan
                                  : std::string{"EXPLAIN QUERY PLAN SELECT position "
                                                "FROM "} +
                                        table + " ORDER BY position DESC");
            QVERIFY2(asked.answered.ok(), asked.error().c_str());
            for (const std::string& line : asked.lines())
                QVERIFY2(line.find("TEMP B-TREE") == std::string::npos, line.c_str());
        }
    }

    void kindsOfAnInKeepTheOrder() {
        const Asked asked = (*trace_)(
            "SELECT position FROM event WHERE kind IN ('deliver', 'send', 'ask') AND actor GLOB "
            "'*' ORDER BY position");
        QVERIFY(asked.answered.ok());
        std::uint64_t before = 0;
        for (const auto& row : asked.rows.all) {
            const std::uint64_t now = std::stoull(row[0]);
            QVERIFY(now > before);
            before = now;
        }
        QCOMPARE(
            std::to_string(asked.rows.all.size()),
            (*trace_)("SELECT count(*) FROM event WHERE +kind = 'deliver' OR +kind = 'send' OR "
                      "+kind = 'ask'")
                .one());
    }

    void pushedAndNotPushedAgree_data() {
        QTest::addColumn<QString>("pushed");
        QTest::addColumn<QString>("plain");
        const auto row = [](const char* pushed, const char* plain) {
            QTest::newRow(pushed) << QString::fromUtf8(pushed) << QString::fromUtf8(plain);
        };
        row("kind = 'deliver'", "+kind = 'deliver'");
        row("kind = 'DELIVER'", "+kind = 'DELIVER'");
        row("kind = 'DELIVER' COLLATE NOCASE", "+kind = 'deliver'");
        row("kind GLOB 't*er_*'", "+kind GLOB 't*er_*'");
        row("kind = NULL", "0");
        row("kind = 5", "0");
        row("actor GLOB '*1'", "+actor GLOB '*1'");
        row("actor = peer", "+actor = +peer");
        row("position > 100.5 AND position < 200.5", "+position > 100.5 AND +position < 200.5");
        row("position >= 100 AND position <= 200", "+position BETWEEN 100 AND 200");
        row("position = 100.5", "0");
        row("position < -9e99", "0");
        row("position > 'a'", "0");
        row("position < 'a'", "+position < 'a'");
        row("cause = 7", "+cause = 7");
        row("round BETWEEN 3 AND 5", "+round BETWEEN 3 AND 5");
        row("time_ns < 1000000", "+time_ns < 1000000");
        row("position IN (1, 5, 9999999)", "+position IN (1, 5)");
        row("position = 3 OR position = 7", "+position IN (3, 7)");
        row("actor IS NULL", "+actor IS NULL");
        row("kind IN ('send', NULL)", "+kind = 'send'");
    }
    void pushedAndNotPushedAgree() {
        QFETCH(QString, pushed);
        QFETCH(QString, plain);
        const auto count = [&](const QString& where) {
            return (*trace_)("SELECT count(*) || ' ' || total(position) FROM event WHERE " +
                             where.toStdString())
                .one();
        };
        QCOMPARE(count(pushed), count(plain));
    }
};

QTEST_GUILESS_MAIN(TestQueryPushdown)
#include "tst_query_pushdown.moc"
