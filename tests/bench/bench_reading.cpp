// Reading a trace of two million events: open, seek, step back, scan, diff.
#include "recorder/diff.h"
#include "recorder/history.h"
#include "tests/bench/bench_files.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <random>

namespace ariadne::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Opened {
    std::unique_ptr<tracefmt::TraceReader> reader;
    std::unique_ptr<recorder::History> history;
};
Opened openBig() {
    Opened out;
    out.reader = *tracefmt::TraceReader::open(bigCrawl().path);
    out.history = std::make_unique<recorder::History>(*out.reader);
    return out;
}

/// Adds p50, p95 and p99 of `seconds` to the row, in milliseconds.
void percentiles(benchmark::State& state, std::vector<double> seconds) {
    std::sort(seconds.begin(), seconds.end());
    const auto at = [&](double share) {
        return seconds[static_cast<std::size_t>(share * static_cast<double>(seconds.size() - 1))] *
               1e3;
    };
    state.counters["p50_ms"] = at(0.50);
    state.counters["p95_ms"] = at(0.95);
    state.counters["p99_ms"] = at(0.99);
}

void open(benchmark::State& state) {
    bigCrawl();
    for (auto _ : state)
        benchmark::DoNotOptimize(tracefmt::TraceReader::open(bigCrawl().path).ok());
    state.counters["events"] = static_cast<double>(bigCrawl().events);
}
BENCHMARK(open)->Unit(benchmark::kMillisecond);

/// What the studio asks for at a position: the world, one actor, the event.
void askMoment(recorder::History& history, Position position, Rank rank) {
    benchmark::DoNotOptimize(history.worldAt(position).ok());
    benchmark::DoNotOptimize(history.cellAt(position, rank).ok());
    const auto row = history.rowAt(position);
    benchmark::DoNotOptimize(history.describe(row->row).ok());
}

void seek(benchmark::State& state) {
    Opened trace = openBig();
    std::mt19937_64 random{1};
    const std::uint64_t last = trace.reader->lastPosition().value;
    const std::uint64_t cells = trace.reader->births().size();
    std::vector<double> seconds;
    for (auto _ : state) {
        const auto begin = Clock::now();
        askMoment(*trace.history, {random() % last + 1},
                  {static_cast<std::uint32_t>(random() % (cells - 1) + 1)});
        seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
    }
    percentiles(state, std::move(seconds));
}
BENCHMARK(seek)->Iterations(300)->Unit(benchmark::kMillisecond);

void stepBack(benchmark::State& state) {
    Opened trace = openBig();
    Position at{trace.reader->lastPosition().value * 2 / 3};
    askMoment(*trace.history, at, {2});
    std::vector<double> seconds;
    for (auto _ : state) {
        --at.value;
        const auto begin = Clock::now();
        askMoment(*trace.history, at, {2});
        seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
    }
    percentiles(state, std::move(seconds));
}
BENCHMARK(stepBack)->Iterations(1000)->Unit(benchmark::kMillisecond);

void scan(benchmark::State& state) {
    Opened trace = openBig();
    std::uint64_t rows = 0;
    for (auto _ : state)
        for (std::size_t i = 0; i < trace.reader->chunks().size(); ++i) {
            const auto chunk = *trace.reader->chunk(i);
            for (std::uint32_t r = 0; r < chunk->count(); ++r)
                rows += chunk->row(r).kind == EventKind::kDeliver ? 1u : 0u;
        }
    benchmark::DoNotOptimize(rows);
    state.counters["per_event"] = benchmark::Counter(
        static_cast<double>(bigCrawl().events) * static_cast<double>(state.iterations()),
        benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(scan)->Unit(benchmark::kMillisecond);

void firstDivergence(benchmark::State& state) {
    const RecordedFile& other =
        recordedFile("big_crawl_bug", {"crawler",
                                       {{"pages", "100000"}, {"bug", "true"}},
                                       1,
                                       kernel::Policy::kRounds,
                                       std::nullopt});
    for (auto _ : state) {
        Opened a = openBig();
        auto reader = *tracefmt::TraceReader::open(other.path);
        recorder::History b{*reader};
        recorder::DiffOptions options;
        options.counts = false;
        benchmark::DoNotOptimize(recorder::diff(*a.history, b, options).ok());
    }
}
BENCHMARK(firstDivergence)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ariadne::bench
