// SQL over a trace beside the same rows in SQLite's own tables.
#include "recorder/query/session.h"
#include "tests/bench/bench_files.h"
#include "tests/bench/big_trace.h"

#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace ariadne::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// So many rows fit into memory next to everything else, and load within half a minute.
constexpr std::uint64_t kRows = 4'000'000;

const BigTrace& sqlTrace() {
    static const BigTrace trace = writeTrace(scratchFolder() / "sql.clew", kRows);
    return trace;
}

void must(bool ok, const char* what) {
    if (ok) return;
    std::fprintf(stderr, "bench: %s\n", what);
    std::exit(2);
}

/// The rows of the trace in a table of SQLite's in memory, with the columns of `event` that SQLite
/// can hold as they are, and an index for each condition that is asked for.
class NativeTable {
public:
    NativeTable() {
        must(sqlite3_open(":memory:", &connection_) == SQLITE_OK, "no database in memory");
        const auto begin = Clock::now();
        run("CREATE TABLE event(position INTEGER PRIMARY KEY, time_ns INTEGER, round INTEGER, "
            "kind TEXT, actor TEXT, peer TEXT, cause INTEGER, arg INTEGER)");
        run("BEGIN");
        fill();
        run("COMMIT");
        loadSeconds_ = std::chrono::duration<double>(Clock::now() - begin).count();
        const auto indexBegin = Clock::now();
        run("CREATE INDEX by_actor ON event(actor)");
        indexSeconds_ = std::chrono::duration<double>(Clock::now() - indexBegin).count();
        bytes_ = static_cast<double>(sqlite3_memory_used());
    }
    NativeTable(const NativeTable&) = delete;
    NativeTable& operator=(const NativeTable&) = delete;
    ~NativeTable() { sqlite3_close(connection_); }

    /// The only value of the only row.
    std::int64_t ask(const char* sql) const {
        sqlite3_stmt* statement = nullptr;
        must(sqlite3_prepare_v2(connection_, sql, -1, &statement, nullptr) == SQLITE_OK, sql);
        must(sqlite3_step(statement) == SQLITE_ROW, sql);
        const std::int64_t out = sqlite3_column_int64(statement, 0);
        sqlite3_finalize(statement);
        return out;
    }
    double loadSeconds() const { return loadSeconds_; }
    double indexSeconds() const { return indexSeconds_; }
    double bytes() const { return bytes_; }

private:
    void run(const char* sql) {
        must(sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
    }
    void fill() {
        sqlite3_stmt* insert = nullptr;
        must(sqlite3_prepare_v2(connection_, "INSERT INTO event VALUES(?,?,?,?,?,?,?,?)", -1,
                                &insert, nullptr) == SQLITE_OK,
             "insert");
        const auto reader = tracefmt::TraceReader::open(sqlTrace().path);
        must(reader.ok(), "the trace does not open");
        const auto number = [&](int column, std::uint64_t value) {
            sqlite3_bind_int64(insert, column, static_cast<sqlite3_int64>(value));
        };
        const auto text = [&](int column, std::string_view value) {
            if (value.empty())
                sqlite3_bind_null(insert, column);
            else
                sqlite3_bind_text(insert, column, value.data(), static_cast<int>(value.size()),
                                  SQLITE_STATIC);
        };
        const auto& births = (*reader)->births();
        std::shared_ptr<const tracefmt::EventChunk> chunk;
        for (std::size_t i = 0; i < (*reader)->chunks().size(); ++i) {
            must((*reader)->scanChunk(i, tracefmt::ColumnSet::kAll, chunk).ok(), "a chunk is bad");
            for (std::uint32_t r = 0; r < chunk->count(); ++r) {
                const EventRow row = chunk->row(r);
                number(1, row.seq.value);
                number(2, static_cast<std::uint64_t>(row.time.value));
                number(3, row.round.value);
                text(4, nameOf(row.kind));
                text(5, births[row.cell.value].path);
                text(6, births[row.peer.value].path);
                row.cause.value == 0 ? void(sqlite3_bind_null(insert, 7))
                                     : number(7, row.cause.value);
                number(8, row.arg);
                must(sqlite3_step(insert) == SQLITE_DONE, "insert");
                sqlite3_reset(insert);
            }
        }
        sqlite3_finalize(insert);
    }

    sqlite3* connection_ = nullptr;
    double loadSeconds_ = 0;
    double indexSeconds_ = 0;
    double bytes_ = 0;
};

const NativeTable& native() {
    static const NativeTable table;
    return table;
}

class OneValue final : public query::RowSink {
public:
    void columns(std::span<const std::string>) override {}
    bool row(std::span<const query::Value> values) override {
        if (const auto* whole = std::get_if<std::int64_t>(&values[0])) value = *whole;
        return true;
    }
    std::int64_t value = 0;
};

/// `perRow`: of all rows of the table, not of those that are taken; else in all.
void asked(benchmark::State& state, const char* sql, bool perRow, const char* label) {
    const std::int64_t expected = native().ask(sql);
    auto reader = tracefmt::TraceReader::open(sqlTrace().path);
    must(reader.ok(), "the trace does not open");
    auto session = query::Session::open(**reader);
    must(session.ok(), "no session");
    OneValue answer;
    const auto ns = [](Clock::time_point begin) {
        return std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
    };
    double traceNs = 0;
    double nativeNs = 0;
    for (auto _ : state) {
        const auto begin = Clock::now();
        must((*session)->run(sql, {}, answer).ok(), sql);
        traceNs += ns(begin);
        const auto between = Clock::now();
        benchmark::DoNotOptimize(native().ask(sql));
        nativeNs += ns(between);
    }
    must(answer.value == expected, "the trace and SQLite do not agree");
    const double by =
        static_cast<double>(state.iterations()) * (perRow ? static_cast<double>(kRows) : 1e3);
    state.counters[perRow ? "trace_ns_per_row" : "trace_us"] = traceNs / by;
    state.counters[perRow ? "native_ns_per_row" : "native_us"] = nativeNs / by;
    state.SetLabel(label);
}

void load(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(native().bytes());
    const auto rows = static_cast<double>(kRows);
    state.counters["native_load_s"] = native().loadSeconds();
    state.counters["native_index_s"] = native().indexSeconds();
    state.counters["native_bytes_per_row"] = native().bytes() / rows;
    state.counters["trace_load_s"] = 0;
    state.counters["trace_bytes_per_row"] = static_cast<double>(sqlTrace().bytes) / rows;
}
BENCHMARK(load)->Name("sql/load")->Iterations(1)->Repetitions(1);

constexpr const char* kFiltered = "bar: 20 ns/row";
BENCHMARK_CAPTURE(asked, rare, "SELECT count(*) FROM event WHERE kind = 'fail'", true, kFiltered)
    ->Name("sql/rare_kind")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(asked, third, "SELECT count(*) FROM event WHERE kind = 'reply'", true, kFiltered)
    ->Name("sql/count_of_kind")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(asked, sum, "SELECT sum(arg) FROM event WHERE kind = 'reply'", true, kFiltered)
    ->Name("sql/sum_of_kind")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(asked, actor, "SELECT count(*) FROM event WHERE +actor = 'bank/account777'", true,
                  "no pushdown")
    ->Name("sql/actor_not_pushed")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(asked, actor, "SELECT count(*) FROM event WHERE actor = 'bank/account777'", true,
                  "bar: 20 ns/row; native by index")
    ->Name("sql/actor")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(asked, time,
                  "SELECT count(*) FROM event WHERE time_ns BETWEEN 40000000 AND 41000000", true,
                  kFiltered)
    ->Name("sql/time_range")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(asked, all, "SELECT count(*) FROM event", true, "from the index")
    ->Name("sql/count_all")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(asked, groups,
                  "SELECT max(n) FROM (SELECT count(*) AS n FROM event GROUP BY kind)", true, "")
    ->Name("sql/group_by_kind")
    ->Unit(benchmark::kMillisecond);

/// The first time anybody asks: statement, plan, chunk and all.
void point(benchmark::State& state) {
    std::uint64_t at = 0;
    native();
    auto reader = tracefmt::TraceReader::open(sqlTrace().path);
    must(reader.ok(), "the trace does not open");
    auto session = query::Session::open(**reader);
    must(session.ok(), "no session");
    OneValue answer;
    for (auto _ : state) {
        at = (at + 1'234'567) % kRows;
        const std::string sql = "SELECT arg FROM event WHERE position = " + std::to_string(at + 1);
        must((*session)->run(sql, {}, answer).ok(), sql.c_str());
    }
    state.SetLabel("bar: 1 ms");
}
BENCHMARK(point)->Name("sql/point")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace ariadne::bench
