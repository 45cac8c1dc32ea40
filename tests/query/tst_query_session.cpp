// What a session refuses, when it stops, and what it says then.
#include "tests/query/support/asked.h"
#include "tests/recorder/support/till.h"

#include <QTemporaryDir>

#include <chrono>
#include <semaphore>
#include <thread>
#include <utility>

using namespace ariadne;
using namespace ariadne::test;

namespace {

/// Never ends by itself, and gives no row.
constexpr const char* kEndless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

}  // namespace

class TestQuerySession : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::filesystem::path file_;
    std::unique_ptr<AskedTrace> trace_;

    Asked ask(std::string_view sql, const query::Budget& budget = {}) {
        return (*trace_)(sql, budget);
    }

private Q_SLOTS:
    void initTestCase() {
        file_ = recordTill(folder_, "till.clew", 1);
        trace_ = std::make_unique<AskedTrace>(openTrace(file_).reader);
    }

    void whatIsNoReadingIsRefused_data() {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* sql, const char* said) {
            QTest::newRow(sql) << QString::fromUtf8(sql) << QString::fromUtf8(said);
        };
        row("ATTACH 'other.db' AS other", "attach");
        row("DETACH main", "detach");
        row("PRAGMA writable_schema = 1", "pragma");
        row("PRAGMA table_info(event)", "pragma");
        row("SELECT * FROM pragma_table_info('event')", "");
        row("CREATE TABLE t(a)", "");
        row("CREATE TEMP TABLE t AS SELECT * FROM event", "");
        row("CREATE VIEW v AS SELECT 1", "");
        row("CREATE VIRTUAL TABLE t USING fts5(a)", "");
        row("DROP TABLE event", "");
        row("INSERT INTO event(position) VALUES (1)", "");
        row("UPDATE event SET position = 1", "");
        row("DELETE FROM event", "");
        row("BEGIN", "transaction");
        row("VACUUM INTO 'copy.db'", "");
        row("REINDEX", "");
        row("ANALYZE", "");
        row("SELECT load_extension('x')", "load_extension");
        row("SELECT writefile('x', 'y')", "writefile");
        row("SELECT readfile('/etc/hostname')", "readfile");
    }
    void whatIsNoReadingIsRefused() {
        QFETCH(QString, sql);
        QFETCH(QString, said);
        const Asked asked = ask(sql.toStdString());
        QVERIFY2(!asked.answered.ok(), "was done");
        QVERIFY2(QString::fromStdString(asked.error()).contains(said), asked.error().c_str());
        QVERIFY(asked.rows.all.empty());
        QVERIFY(!QFile::exists(QStringLiteral("copy.db")) && !QFile::exists(QStringLiteral("x")));
        // And it goes on as if nothing had been asked.
        QCOMPARE(ask("SELECT 1").one(), std::string{"1"});
    }

    void errorsSayWhereAndWhatElse() {
        const Asked syntax = ask("SELECT position FRM event");
        QVERIFY2(syntax.error().find("at character 21: \"event\"") != std::string::npos,
                 syntax.error().c_str());
        const Asked column = ask("SELECT colour FROM failure");
        QVERIFY2(
            column.error().find("no such column: colour, at character 8") != std::string::npos &&
                column.error().find("failure has position, time_ns, round, actor") !=
                    std::string::npos,
            column.error().c_str());
        // A misspelt column in double quotes is no text.
        QVERIFY(!ask("SELECT \"colour\" FROM failure").answered.ok());
        const Asked table = ask("SELECT * FROM events");
        QVERIFY2(table.error().find("there are event, message, actor") != std::string::npos,
                 table.error().c_str());
        QVERIFY(ask("").error().find("no statement") != std::string::npos);
        QVERIFY(ask("-- nothing").error().find("no statement") != std::string::npos);
        QVERIFY(ask("SELECT 1; SELECT 2").error().find("a second statement at character 10") !=
                std::string::npos);
        QCOMPARE(ask("SELECT 1 ; \n").one(), std::string{"1"});
        QVERIFY(ask("SELECT ?").error().find("parameter") != std::string::npos);
        QVERIFY(ask(std::string_view{"SELECT\0 1", 9}).error().find("zero byte") !=
                std::string::npos);
        QVERIFY(!ask(std::string(2'000'000, ' ')).answered.ok());
    }

    void argumentsThatDoNotHoldAreNamed() {
        QVERIFY(ask("SELECT * FROM causes").error().find("causes(event)") != std::string::npos);
        QVERIFY(ask("SELECT * FROM state_at").error().find("state_at(position, actor)") !=
                std::string::npos);
        QVERIFY(ask("SELECT * FROM causes('x')").error().find("expected a whole number") !=
                std::string::npos);
        QVERIFY(ask("SELECT * FROM causes(1.5)").error().find("fraction") != std::string::npos);
        QVERIFY(ask("SELECT * FROM causes(0)").error().find("from 1 on") != std::string::npos);
        const Asked beyond = ask("SELECT * FROM effects(99999999)");
        QCOMPARE(beyond.answered.status().code(), absl::StatusCode::kOutOfRange);
        QVERIFY(beyond.error().find("which ends at") != std::string::npos);
        QVERIFY(ask("SELECT * FROM lane_mipmap(0)").error().find("1 to 100000") !=
                std::string::npos);
        // NULL is no position, and nothing follows from it.
        const Asked none = ask("SELECT * FROM causes(NULL)");
        QVERIFY(none.answered.ok() && none.rows.all.empty());
    }

    void aQueryThatNeverEndsIsStoppedByItsTime() {
        QElapsedTimer passed;
        passed.start();
        const Asked asked = ask(kEndless, {.time = std::chrono::milliseconds{100}});
        QCOMPARE(asked.answered.status().code(), absl::StatusCode::kDeadlineExceeded);
        QVERIFY2(asked.error().find("after 100ms; 0 rows were given") != std::string::npos,
                 asked.error().c_str());
        QVERIFY(passed.elapsed() < 20'000);
        // Tables as well, which read millions of rows for one.
        const Asked joined = ask("SELECT count(*) FROM event a, event b, event c, event d",
                                 {.time = std::chrono::milliseconds{100}});
        QCOMPARE(joined.answered.status().code(), absl::StatusCode::kDeadlineExceeded);
        QCOMPARE(ask("SELECT 1").one(), std::string{"1"});
    }

    void anotherThreadEndsIt() {
        std::binary_semaphore runs{0};
        std::jthread canceller{[&] {
            runs.acquire();
            trace_->session->cancel();
        }};
        bool told = false;
        const auto wanted = [&] {
            if (!std::exchange(told, true)) runs.release();
            return true;
        };
        const Asked asked = ask(kEndless, {.time = std::chrono::minutes{5}, .wanted = wanted});
        QCOMPARE(asked.answered.status().code(), absl::StatusCode::kCancelled);
        canceller.join();
        QCOMPARE(ask("SELECT 1").one(), std::string{"1"});
        const Asked unwanted =
            ask(kEndless, {.time = std::chrono::minutes{5}, .wanted = [] { return false; }});
        QCOMPARE(unwanted.answered.status().code(), absl::StatusCode::kCancelled);
    }

    void rowsBeyondTheBudgetAreTold() {
        const Asked some = ask("SELECT position FROM event", {.rows = 10});
        QVERIFY(some.answered.ok());
        QCOMPARE(some.rows.all.size(), std::size_t{10});
        QCOMPARE(some.answered->rows, std::uint64_t{10});
        QVERIFY(some.answered->moreRows);
        const Asked all = ask("SELECT position FROM event LIMIT 10", {.rows = 10});
        QVERIFY(all.answered.ok() && !all.answered->moreRows);
        const Asked endless =
            ask("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
                {.rows = 100});
        QVERIFY(endless.answered.ok() && endless.answered->moreRows);
    }

    void whoTakesTheRowsMayHaveEnough() {
        const Asked asked = test::ask(*trace_->session, "SELECT position FROM event", {}, 3);
        QVERIFY(asked.answered.ok());
        QCOMPARE(asked.rows.all.size(), std::size_t{3});
    }

    void valuesBeyondTheirLimitAreRefused() {
        QVERIFY(!ask("SELECT length(zeroblob(1000000000))").answered.ok());
        QVERIFY(!ask("SELECT length(printf('%.*c', 100000000, 'x'))").answered.ok() ||
                ask("SELECT length(printf('%.*c', 100000000, 'x'))").one() == "NULL");
    }

    void textKeepsItsBytes() {
        const Asked asked = ask("SELECT 'a' || char(0) || 'b', 'h\xC3\xA4', x'00ff', NULL, 1.5");
        QVERIFY(asked.answered.ok());
        QCOMPARE(asked.rows.all[0][0], (std::string{"a\0b", 3}));
        QCOMPARE(asked.rows.all[0][1], std::string{"h\xC3\xA4"});
        QCOMPARE(asked.rows.all[0][2], (std::string{"x\0\xff", 3}));
        QCOMPARE(asked.rows.all[0][3], std::string{"NULL"});
    }

    void everyCutGivesWhatIsReadable() {
        const Bytes whole = fileBytes(file_);
        for (int part = 1; part < 12; ++part) {
            const std::filesystem::path cut =
                std::filesystem::path{folder_.path().toStdString()} / "cut.clew";
            writeFile(cut,
                      ByteView{whole}.first(whole.size() * static_cast<std::size_t>(part) / 12));
            auto reader = tracefmt::TraceReader::open(cut);
            if (!reader.ok()) continue;
            const std::string last = std::to_string((*reader)->lastPosition().value);
            AskedTrace trace{*std::move(reader)};
            QCOMPARE(trace("SELECT count(*) FROM event").one(), last);
            QCOMPARE(trace("SELECT count(length(text)) FROM event").one(), last);
            for (const char* table :
                 {"message", "actor", "region", "obligation", "state_write", "snapshot", "failure",
                  "effect", "stuck_turn", "lane_mipmap(10)"})
                QVERIFY2(trace(std::string{"SELECT * FROM "} + table).answered.ok(), table);
        }
    }

    void damageEndsTheAnswerBehindWhatIsReadable() {
        Bytes bytes = fileBytes(file_);
        AskedTrace& good = *trace_;
        const auto& chunks = good.reader.chunks();
        QVERIFY(!chunks.empty());
        bytes[chunks.back().offset + 80] ^= std::byte{1};
        const std::filesystem::path bad =
            std::filesystem::path{folder_.path().toStdString()} / "bad.clew";
        writeFile(bad, bytes);
        auto reader = tracefmt::TraceReader::open(bad);
        QVERIFY(reader.ok());
        AskedTrace trace{*std::move(reader)};
        const Asked asked = trace("SELECT position, text FROM event");
        if (asked.answered.ok()) {
            QCOMPARE(asked.rows.all.size(),
                     static_cast<std::size_t>(trace.reader.lastPosition().value));
        } else {
            QCOMPARE(asked.answered.status().code(), absl::StatusCode::kDataLoss);
            QCOMPARE(asked.rows.all.size() + 1,
                     static_cast<std::size_t>(chunks.back().first.value));
        }
    }

    void jsonIsTakenApart() {
        const Asked asked = ask(
            "SELECT count(*) FROM event, json_each(event.value) AS part WHERE event.kind = 'spawn' "
            "AND part.key IS NOT NULL");
        QVERIFY2(asked.answered.ok(), asked.error().c_str());
        QVERIFY(asked.one() != "0");
        QCOMPARE(ask("SELECT '{\"a\": 7}' ->> '$.a'").one(), std::string{"7"});
    }

    /// No rows would be an answer.
    void whatATraceOfLessCannotTellIsRefused_data() {
        QTest::addColumn<int>("level");
        QTest::addColumn<QStringList>("refused");
        QTest::addColumn<QStringList>("told");
        const QStringList ofStates{QStringLiteral("state_write"), QStringLiteral("region"),
                                   QStringLiteral("state_at(1)")};
        const QStringList ofEvents{QStringLiteral("event"),      QStringLiteral("message"),
                                   QStringLiteral("obligation"), QStringLiteral("failure"),
                                   QStringLiteral("effect"),     QStringLiteral("causes(1)"),
                                   QStringLiteral("effects(1)"), QStringLiteral("lane_mipmap(10)")};
        const QStringList ofFile{QStringLiteral("snapshot"), QStringLiteral("stuck_turn")};
        QTest::newRow("inputs") << static_cast<int>(tracefmt::Level::kInputs) << ofStates + ofEvents
                                << ofFile;
        QTest::newRow("events") << static_cast<int>(tracefmt::Level::kEvents) << ofStates
                                << ofEvents + ofFile;
        QTest::newRow("full") << static_cast<int>(tracefmt::Level::kFull) << QStringList{}
                              << ofStates + ofEvents + ofFile;
    }
    void whatATraceOfLessCannotTellIsRefused() {
        QFETCH(const int, level);
        QFETCH(const QStringList, refused);
        QFETCH(const QStringList, told);
        const auto file = std::filesystem::path{folder_.path().toStdString()} / "less.clew";
        recorder::RunRequest request{"till", {}, 1, kernel::Policy::kRounds, file};
        request.level = static_cast<tracefmt::Level>(level);
        auto run = recorder::ProgramRun::start(request);
        QVERIFY(run.ok());
        while ((*run)->step()) {
        }
        QVERIFY((*run)->finish("").ok());
        AskedTrace trace{openTrace(file).reader};
        for (const QString& table : refused) {
            const Asked asked = trace("SELECT count(*) FROM " + table.toStdString());
            QCOMPARE(asked.answered.status().code(), absl::StatusCode::kFailedPrecondition);
            QVERIFY2(asked.error().find("\"ariadne materialise FILE -o OUT\"") != std::string::npos,
                     asked.error().c_str());
            QVERIFY(asked.rows.all.empty());
        }
        for (const QString& table : told) {
            const Asked asked = trace("SELECT * FROM " + table.toStdString());
            QVERIFY2(asked.answered.ok(), asked.error().c_str());
        }
        // Who was born of whom every trace knows.
        const char* const born = "SELECT path, type, parent, born_at FROM actor";
        QCOMPARE(trace(born).lines(), ask(born).lines());
        const bool knowsLives = request.level != tracefmt::Level::kInputs;
        QCOMPARE(trace("SELECT alive FROM actor").answered.ok(), knowsLives);
        if (knowsLives) return;
        const Asked joined =
            trace("SELECT * FROM snapshot WHERE position IN (SELECT position FROM failure)");
        QVERIFY2(joined.error().find("table failure cannot be told from a trace of level inputs: "
                                     "of ") == 0,
                 joined.error().c_str());
    }

    void anEmptyTraceHasNoRows() {
        Bytes bytes = fileBytes(file_);
        // Everything in front of the first events.
        bytes.resize(trace_->reader.chunks().front().offset);
        const std::filesystem::path empty =
            std::filesystem::path{folder_.path().toStdString()} / "empty.clew";
        writeFile(empty, bytes);
        auto reader = tracefmt::TraceReader::open(empty);
        QVERIFY(reader.ok());
        QCOMPARE((*reader)->lastPosition().value, std::uint64_t{0});
        AskedTrace trace{*std::move(reader)};
        for (const char* table :
             {"event", "message", "actor", "region", "obligation", "state_write", "failure",
              "effect", "lane_mipmap(10)", "state_at(0)"}) {
            const Asked asked = trace(std::string{"SELECT * FROM "} + table);
            QVERIFY2(asked.answered.ok(), (table + (": " + asked.error())).c_str());
            QVERIFY2(asked.rows.all.empty(), table);
        }
        QCOMPARE(trace("SELECT count(*) FROM event").one(), std::string{"0"});
    }

    void theSchemaNamesEverything() {
        const std::string schema = query::schemaText();
        for (const char* word : {"event: ", "message: ", "state_at(position, actor)", "lane_mipmap",
                                 "wait_ns", "holders"})
            QVERIFY2(schema.find(word) != std::string::npos, word);
    }
};

QTEST_GUILESS_MAIN(TestQuerySession)
#include "tst_query_session.moc"
