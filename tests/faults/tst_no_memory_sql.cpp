// SQL over a trace while memory runs out: a status, nothing thrown through SQLite, and the session
// answers as before when there is memory again.
#include "tests/faults/support/each_allocation.h"
#include "tests/query/support/asked.h"
#include "tests/support/must.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::faults;

namespace {

/// Takes rows and needs no memory for it.
class Nobody final : public query::RowSink {
public:
    void columns(std::span<const std::string>) override {}
    bool row(std::span<const query::Value>) override { return true; }
};

}  // namespace

class NoMemorySqlTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void asking_data() {
        QTest::addColumn<bool>("forEver");
        QTest::newRow("once") << false;
        QTest::newRow("from then on") << true;
    }
    void asking() {
        QFETCH(bool, forEver);
        auto reader =
            test::must(tracefmt::TraceReader::open(ARIADNE_GOLDEN "/1.5/kv_replica.clew"));
        test::AskedTrace trace{std::move(reader)};
        // Not those with JSON: the destructor of such a value takes a big one apart with a vector
        // (nlohmann 3.11), and a destructor must not throw. There the process ends.
        for (const char* sql :
             {"SELECT position, kind, actor, peer FROM event WHERE kind = 'deliver' LIMIT 3",
              "SELECT path, turns FROM actor WHERE turns > 0",
              "SELECT count(*), max(answer_at) FROM message", "SELECT position FROM causes(60)",
              "SELECT * FROM snapshot"}) {
            trace.forget();
            const test::Asked truth = trace(sql);
            QVERIFY2(truth.answered.ok(), truth.error().c_str());
            std::size_t tried = 0;
            const std::string wrong = eachAllocationFails(
                forEver,
                [&] {
                    {
                        const Spared spared;
                        trace.session = nullptr;
                    }
                    auto session = query::Session::open(trace.reader);
                    if (!session.ok()) return session.status();
                    trace.session = *std::move(session);
                    Nobody nobody;
                    return trace.session->run(sql, {}, nobody).status();
                },
                [&](const absl::Status&) {
                    if (trace.session == nullptr) return std::string{};
                    const test::Asked again = trace(sql);
                    const bool same = again.lines() == truth.lines();
                    trace.session = nullptr;
                    return same ? "" : "afterwards the session answers otherwise: " + again.error();
                },
                &tried);
            QVERIFY2(wrong.empty(), (std::string{sql} + ": " + wrong).c_str());
            QVERIFY2(tried >= 100, sql);
            qInfo("%zu allocations: %s", tried, sql);
        }
    }
};

QTEST_GUILESS_MAIN(NoMemorySqlTest)
#include "tst_no_memory_sql.moc"
