#include "recorder/condition/matcher.h"
#include "tests/query/support/asked.h"
#include "tests/recorder/support/till.h"
#include "tests/support/must.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <string>
#include <vector>

using namespace ariadne;
using namespace ariadne::test;
using condition::Condition;
using condition::Matcher;

namespace {

using Found = std::vector<std::string>;

constexpr const char* kFailures =
    "event WHERE kind IN ('fail', 'deadlock') OR (kind = 'resolve' AND text LIKE 'leaked%') OR "
    "(kind = 'end' AND (text LIKE 'failed%' OR text LIKE 'deadlock%' OR text LIKE 'leaked%'))";

/// Shows the matcher the rows it wants and no other, from `from` on.
Found foundBy(const std::string& text, OpenedTrace& trace, Position from = {1}) {
    Matcher matcher{must(Condition::parse(text)), *trace.history};
    if (const absl::Status status = matcher.check(); !status.ok())
        return {std::string{status.message()}};
    const tracefmt::RowsSought sought = matcher.sought();
    Found out;
    for (std::size_t i = 0; i < trace.reader->chunks().size(); ++i) {
        const auto chunk = must(trace.reader->chunk(i));
        for (std::uint32_t j = 0; j < chunk->count(); ++j) {
            const EventRow row = chunk->row(j);
            if (row.seq < from || (sought.kinds & tracefmt::kindBit(row.kind)) == 0) continue;
            if (sought.cells != nullptr)
                if (std::find(sought.cells->begin(), sought.cells->end(), row.cell) ==
                        sought.cells->end() &&
                    std::find(sought.cells->begin(), sought.cells->end(), row.peer) ==
                        sought.cells->end())
                    continue;
            if (must(matcher.matches(row, nullptr))) out.push_back(std::to_string(row.seq.value));
        }
    }
    return out;
}

class ConditionMatcherTest : public QObject {
    Q_OBJECT

    std::string file(const char* name) const { return folder_.path().toStdString() + "/" + name; }

private Q_SLOTS:
    void initTestCase() {
        till_ = openTrace(recordTill(folder_, "till.clew", 1, {{"customers", "120"}}));
        theatre_ = openTrace(recordProgram(folder_, "theatre.clew", "theatre", 1));
    }

    /// The same asked twice: as a condition, and in SQL.
    void conditionsFindWhatSqlFinds_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("where");
        const auto row = [](const char* text, const char* where) {
            QTest::newRow(text) << std::string{text} << std::string{where};
        };
        row("kind = deliver", "event WHERE kind = 'deliver'");
        row("kind != deliver and position <= 90",
            "event WHERE kind <> 'deliver' AND position <= 90");
        row("actor = till/till*", "event WHERE actor GLOB 'till/till*'");
        row("peer = till", "event WHERE peer = 'till'");
        row("actor ~ TILL#2 or peer ~ till#3",
            "event WHERE actor LIKE '%till#2%' OR peer LIKE '%till#3%'");
        row("type = Buy and kind = deliver", "event WHERE type LIKE '%Buy' AND kind = 'deliver'");
        row("time > 5ms and time <= 9ms", "event WHERE time_ns > 5000000 AND time_ns <= 9000000");
        row("round = 3", "event WHERE round = 3");
        row("message.items.size > 3",
            "event WHERE type LIKE '%Buy' AND json_array_length(value, '$.items') > 3");
        row("message.items[1].cents >= 500 and kind = ask",
            "event WHERE kind = 'ask' AND value ->> '$.items[1].cents' >= 500");
        row("message.customer = 13",
            "event WHERE json_valid(value) AND value ->> '$.customer' = 13");
        row("kind = note and message > 2000", "event WHERE kind = 'note' AND value > 2000");
        row("text ~ 'sold'", "event WHERE text LIKE '%sold%'");
        row("failure", kFailures);
        row("reason = threw and kind = fail", "failure WHERE reason = 'threw'");
        row("kind = drop and reason = *", "event WHERE kind = 'drop'");
        row("changed.sum",
            "state_write WHERE field = 'sum' UNION SELECT position FROM event "
            "WHERE kind = 'spawn' AND type LIKE '%:Till'");
        row("changed.sum and state.sum > 3000 and not was.sum > 3000",
            "state_write WHERE field = 'sum' AND new > 3000 AND old <= 3000");
        row("state.sum < was.sum", "event WHERE 0");
        row("state.sum > was.sum", "state_write WHERE field = 'sum' AND new > old");
        row("changed.receipts and state.receipts.size = 2",
            "state_write WHERE field = 'receipts' AND "
            "(SELECT count(*) FROM json_each(new)) = 2");
        row("state.amounts[1] = message.items[0].cents and changed.amounts",
            "state_write w JOIN event e USING (position) WHERE w.field = 'amounts' AND "
            "w.new ->> '$[1]' = e.value ->> '$.items[0].cents'");
        // Its other turns are not such, and change the state all the same.
        row("peer = till/till and changed.served and state.served > 5 and not was.served > 30",
            "state_write w JOIN event e USING (position) WHERE w.field = 'served' AND "
            "e.peer = 'till/till' AND w.new > 5 AND w.old <= 30");
        row("peer = till/till and state.served > 20 and kind = deliver",
            "event AS e WHERE kind = 'deliver' AND actor = 'till' AND "
            "peer = 'till/till' AND (SELECT max(new) FROM state_write WHERE field = 'served' AND "
            "position <= e.position) > 20");
        row("state.args.customers = 120 and changed.served",
            "state_write WHERE field = 'served' UNION SELECT position FROM event WHERE 0");
    }
    void conditionsFindWhatSqlFinds() {
        QFETCH(std::string, text);
        QFETCH(std::string, where);
        AskedTrace asked{openTrace(file("till.clew")).reader};
        const std::string position =
            where.find("state_write w ") != std::string::npos ? "w.position" : "position";
        const Asked answer =
            asked("SELECT DISTINCT " + position + " FROM " + where + " ORDER BY 1");
        QVERIFY2(answer.answered.ok(), answer.error().c_str());
        QCOMPARE(foundBy(text, till_), answer.lines());
        if (where != "event WHERE 0") QVERIFY(!answer.lines().empty());
    }

    /// What is found does not depend on where the search begins: states are looked up there.
    void aSearchMayBeginAnywhere() {
        const std::string text = "state.sum > 3000 and not was.sum > 3000";
        const Found all = foundBy(text, till_);
        QVERIFY(all.size() > 1);
        for (const std::uint64_t from : {2u, 50u, 333u, 400u}) {
            Found wanted;
            for (const std::string& position : all)
                if (std::stoull(position) >= from) wanted.push_back(position);
            QCOMPARE(foundBy(text, till_, {from}), wanted);
        }
    }

    void leaksAndRegionsAreFound() {
        AskedTrace asked{openTrace(file("theatre.clew")).reader};
        QCOMPARE(foundBy("failure", theatre_),
                 asked(std::string{"SELECT position FROM "} + kFailures + " ORDER BY 1").lines());
        QCOMPARE(foundBy("leak", theatre_),
                 asked("SELECT position FROM event WHERE kind = 'resolve' AND text LIKE 'leaked%' "
                       "ORDER BY 1")
                     .lines());
        QVERIFY(!foundBy("leak", theatre_).empty());
    }

    void whatTheTraceDoesNotRecordIsSaid() {
        const std::string made = file("events.clew");
        recorder::RunRequest request;
        request.program = "till";
        request.file = made;
        request.level = tracefmt::Level::kEvents;
        auto run = must(recorder::ProgramRun::start(request));
        while (run->step()) {
        }
        must(run->finish(""));
        OpenedTrace events = openTrace(made);
        const Found said = foundBy("state.sum > 3", events);
        QCOMPARE(said.size(), std::size_t{1});
        QVERIFY(said.front().find("ariadne materialise") != std::string::npos);
        QVERIFY(!foundBy("message.customer = 3", events).empty());
    }

private:
    QTemporaryDir folder_;
    OpenedTrace till_;
    OpenedTrace theatre_;
};

}  // namespace

QTEST_GUILESS_MAIN(ConditionMatcherTest)
#include "tst_condition_matcher.moc"
