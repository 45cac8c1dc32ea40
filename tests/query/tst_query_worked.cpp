// The worked queries of recorder/query/README.md, each on the recording that it names.
#include "recorder/history.h"
#include "recorder/program_run.h"
#include "tests/query/support/asked.h"

#include <QFile>
#include <QTemporaryDir>

#include <algorithm>

using namespace ariadne;
using namespace ariadne::test;

namespace {

/// The SQL below "### N. " in the README.
std::string workedQuery(int number) {
    QFile file{QStringLiteral(QUERY_README)};
    if (!file.open(QIODevice::ReadOnly)) return "no README";
    const std::string text = file.readAll().toStdString();
    const std::size_t heading = text.find("\n### " + std::to_string(number) + ". ");
    if (heading == std::string::npos) return "no such query";
    const std::size_t begin = text.find("```sql\n", heading) + 7;
    return text.substr(begin, text.find("```", begin) - begin);
}

}  // namespace

class TestQueryWorked : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::map<std::string, std::unique_ptr<AskedTrace>> traces_;

    AskedTrace& recorded(const std::string& program, std::uint64_t seed, ArgumentTexts args = {},
                         const std::string& faults = {}) {
        const std::string name = program + std::to_string(seed) + std::to_string(args.size());
        auto& trace = traces_[name];
        if (trace) return *trace;
        recorder::RunRequest request;
        request.program = program;
        request.seed = seed;
        request.args = std::move(args);
        if (!faults.empty()) request.faults = *kernel::parseFaults(faults);
        request.file = folder_.filePath(QString::fromStdString(name + ".clew")).toStdString();
        auto run = recorder::ProgramRun::start(request);
        if (!run.ok()) qFatal("%s", std::string{run.status().message()}.c_str());
        while ((*run)->step()) {
        }
        (void)(*run)->finish("");
        trace = std::make_unique<AskedTrace>(*tracefmt::TraceReader::open(*request.file));
        return *trace;
    }
    AskedTrace& lostUpdate() { return recorded("lost_update", 1); }
    AskedTrace& shop() { return recorded("supervised_shop", 1); }

    /// All events, for oracles.
    static std::vector<EventRow> rowsOf(AskedTrace& trace) {
        std::vector<EventRow> out;
        for (std::size_t i = 0; i < trace.reader.chunks().size(); ++i) {
            const auto chunk = *trace.reader.chunk(i);
            for (std::uint32_t at = 0; at < chunk->count(); ++at) {
                out.push_back(chunk->row(at));
                out.back().payload = out.back().change = {};
            }
        }
        return out;
    }
    static std::string pathOf(AskedTrace& trace, Rank rank) {
        return trace.reader.births()[rank.value].path;
    }

private Q_SLOTS:
    void whoBroughtTheAccountTo50() {
        const Asked asked = lostUpdate()(workedQuery(1));
        QVERIFY2(asked.answered.ok(), asked.error().c_str());
        QCOMPARE(asked.rows.all.size(), std::size_t{1});
        const auto& row = asked.rows.all[0];
        QCOMPARE(row[2], std::string{"Write{balance: 50}"});
        QCOMPARE(row[3] + " " + row[4], std::string{"40 50"});
        recorder::History history{lostUpdate().reader};
        const auto sent = *history.rowAt({std::stoull(row[0])});
        QCOMPARE(row[1], history.pathOf(sent.row.cell));
    }

    void slowestAnswers() {
        const Asked asked = shop()(workedQuery(2));
        QVERIFY2(asked.answered.ok(), asked.error().c_str());
        QCOMPARE(asked.rows.all.size(), std::size_t{3});
        std::vector<std::pair<std::int64_t, std::uint64_t>> waits;  // time, ask
        std::map<std::pair<std::uint32_t, std::uint64_t>, EventRow> asks;
        for (const EventRow& row : rowsOf(shop())) {
            if (row.kind == EventKind::kAsk) asks[{row.cell.value, row.arg}] = row;
            if (row.kind != EventKind::kReply && row.kind != EventKind::kAskTimeout) continue;
            const EventRow& ask = asks.at({row.peer.value, row.arg});
            waits.push_back({(row.time - ask.time).count(), ask.seq.value});
        }
        std::sort(waits.rbegin(), waits.rend());
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(asked.rows.all[i][4], std::to_string(waits[i].first));
            QCOMPARE(asked.rows.all[i][0], std::to_string(waits[i].second));
        }
    }

    void waitsByTypeOfActor() {
        const Asked asked = shop()(workedQuery(3));
        QVERIFY2(asked.answered.ok(), asked.error().c_str());
        std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> expected;
        for (const EventRow& row : rowsOf(shop())) {
            if (row.kind != EventKind::kDeliver && row.kind != EventKind::kDrop) continue;
            const CellBirth& birth = shop().reader.births()[row.cell.value];
            auto& [count, worst] = expected[shop().reader.types().at(birth.type).name];
            ++count;  // what nobody read was one too
            worst = std::max(worst, row.seq.value - row.cause.value);
        }
        QCOMPARE(asked.rows.all.size(), expected.size());
        for (const auto& row : asked.rows.all) {
            QCOMPARE(row[1], std::to_string(expected.at(row[0]).first));
            QCOMPARE(row[3], std::to_string(expected.at(row[0]).second));
        }
    }

    void restartsBySupervisor() {
        const Asked asked = shop()(workedQuery(4));
        QVERIFY2(asked.answered.ok(), asked.error().c_str());
        QCOMPARE(asked.lines(),
                 std::vector<std::string>{"supervised_shop/workshop/pool/workers|20|4|6"});
        QCOMPARE(shop()("SELECT sum(restarts) FROM region").one(), std::string{"20"});
        QCOMPARE(shop()("SELECT sum(restarts) FROM actor").one(), std::string{"20"});
    }

    void leakedObligations() {
        AskedTrace& trace = recorded("bookings", 1, {{"forget", "true"}});
        const Asked asked = trace(workedQuery(5));
        QVERIFY2(asked.answered.ok(), asked.error().c_str());
        // As the sample's README says.
        QCOMPARE(asked.rows.all.size(), std::size_t{14});
        QCOMPARE(asked.rows.all[0][0], std::string{"permit"});
        QCOMPARE(asked.rows.all[0][1], std::string{"bookings/booking/inquiry#2"});
        QCOMPARE(asked.rows.all[0][2], std::string{"[\"bookings/booking/inquiry#2\"]"});
    }

    void whatLedToTheFailure() {
        const Asked asked = lostUpdate()(workedQuery(6));
        QVERIFY2(asked.answered.ok(), asked.error().c_str());
        std::vector<EventRow> rows = rowsOf(lostUpdate());
        const auto failed = std::find_if(rows.begin(), rows.end(), [](const EventRow& row) {
            return row.kind == EventKind::kFail;
        });
        Position at = failed->seq;
        for (std::size_t depth = 0; depth < asked.rows.all.size(); ++depth) {
            QCOMPARE(asked.rows.all[depth][0], std::to_string(depth));
            QCOMPARE(asked.rows.all[depth][1], std::to_string(at.value));
            at = rows[at.value - 1].cause;
        }
        QCOMPARE(at.value, std::uint64_t{0});
        QVERIFY(asked.rows.all.size() > 10);
    }

    void lastWriteOfAField() {
        const Asked asked = lostUpdate()(workedQuery(7));
        QVERIFY2(asked.answered.ok(), asked.error().c_str());
        QCOMPARE(asked.rows.all.size(), std::size_t{1});
        QCOMPARE(asked.rows.all[0][1], std::string{"80"});
        QCOMPARE(lostUpdate()("SELECT max(position) FROM state_write WHERE field = 'balance' AND "
                              "actor = 'lost_update/account'")
                     .one(),
                 asked.rows.all[0][0]);
    }

    void messagesNobodyRead() {
        AskedTrace& trace = recorded("kv_replica", 3, {}, "drop=30000");
        const Asked asked = trace(workedQuery(8));
        QVERIFY2(asked.answered.ok(), asked.error().c_str());
        std::size_t dropped = 0;
        for (const EventRow& row : rowsOf(trace)) {
            if (row.kind != EventKind::kDrop) continue;
            QVERIFY(dropped < asked.rows.all.size());
            ++dropped;
            const std::string at = std::to_string(row.cause.value);
            QVERIFY(std::any_of(asked.rows.all.begin(), asked.rows.all.end(),
                                [&](const auto& line) { return line[0] == at; }));
        }
        QVERIFY(dropped > 0);
        QCOMPARE(asked.rows.all.size(), dropped);
        QCOMPARE(asked.rows.all[0][5], std::string{"lost"});
    }

    void effectsByLatency() {
        AskedTrace& trace = recorded("gateway", 1);
        const Asked asked = trace(workedQuery(9));
        QVERIFY2(asked.answered.ok(), asked.error().c_str());
        std::size_t effects = 0;
        for (const EventRow& row : rowsOf(trace))
            if (row.kind == EventKind::kEffect) ++effects;
        QVERIFY(effects > 0);
        QCOMPARE(asked.rows.all.size(), effects);
        QCOMPARE(asked.rows.all[0][2], std::string{"http://127.0.0.1:8080/"});
        // Nobody allowed it.
        QCOMPARE(asked.rows.all[0][3], std::string{"denied"});
    }

    void busiestRounds() {
        const Asked asked = shop()(workedQuery(10));
        QVERIFY2(asked.answered.ok(), asked.error().c_str());
        std::map<std::uint64_t, std::uint64_t> counts;
        for (const EventRow& row : rowsOf(shop())) ++counts[row.round.value];
        std::vector<std::pair<std::int64_t, std::uint64_t>> busiest;  // -events, round
        for (const auto& [round, count] : counts)
            busiest.push_back({-static_cast<std::int64_t>(count), round});
        std::sort(busiest.begin(), busiest.end());
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(asked.rows.all[i][0], std::to_string(busiest[i].second));
            QCOMPARE(asked.rows.all[i][1], std::to_string(-busiest[i].first));
        }
    }

    /// The README's tables are those of `ariadne query FILE`.
    void theReadmeHasEveryColumn() {
        QFile file{QStringLiteral(QUERY_README)};
        QVERIFY(file.open(QIODevice::ReadOnly));
        const std::string readme = file.readAll().toStdString();
        const std::string schema = query::schemaText();
        for (const QString& line : QString::fromStdString(schema).split(QLatin1Char('\n'))) {
            const QString name = line.trimmed().section(QLatin1Char(' '), 0, 0);
            if (name.isEmpty()) continue;
            const bool isTable = !line.startsWith(QLatin1Char(' '));
            const std::string wanted = isTable ? "\n### " + name.chopped(1).toStdString() + "\n"
                                               : "| `" + name.toStdString() + "` | ";
            QVERIFY2(readme.find(wanted) != std::string::npos, wanted.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestQueryWorked)
#include "tst_query_worked.moc"
