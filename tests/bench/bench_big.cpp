// Reading a trace of 100 M events (ARIADNE_BENCH_EVENTS): opening, one event, whole columns,
// where two traces part. The bars are stated for that size, and stand beside the figures.
#include "recorder/diff.h"
#include "recorder/history.h"
#include "tests/bench/bench_files.h"
#include "tests/bench/big_trace.h"
#include "tests/bench/memory_peak.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace ariadne::bench {
namespace {

using Clock = std::chrono::steady_clock;
using tracefmt::ColumnSet;
using tracefmt::EventChunk;
using tracefmt::TraceReader;

std::unique_ptr<TraceReader> opened(const std::filesystem::path& path) {
    auto reader = TraceReader::open(path);
    if (reader.ok()) return *std::move(reader);
    std::fprintf(stderr, "bench: %s: %s\n", path.c_str(), reader.status().ToString().c_str());
    std::exit(2);
}

double microsecondsSince(Clock::time_point begin) {
    return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

void perEvent(benchmark::State& state, std::uint64_t events) {
    state.counters["M_events_per_s"] = benchmark::Counter(
        static_cast<double>(events) * static_cast<double>(state.iterations()) / 1e6,
        benchmark::Counter::kIsRate);
}

void write(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(bigTrace().bytes);
    state.counters["events"] = static_cast<double>(bigTrace().events);
    state.counters["bytes_per_event"] =
        static_cast<double>(bigTrace().bytes) / static_cast<double>(bigTrace().events);
    state.counters["made_and_written_ns"] = bigTrace().writeNsPerEvent;
}
BENCHMARK(write)->Name("big/write")->Iterations(1)->Repetitions(1);

void open(benchmark::State& state) {
    bigTrace();
    for (auto _ : state) benchmark::DoNotOptimize(opened(bigTrace().path));
    state.SetLabel("bar: 100 ms");
}
BENCHMARK(open)->Name("big/open")->Unit(benchmark::kMillisecond);

void openCut(benchmark::State& state) {
    const std::filesystem::path path = cutOff(bigTrace());
    std::uint64_t missing = 0;
    for (auto _ : state) missing = bigTrace().events - opened(path)->lastPosition().value;
    std::filesystem::remove(path);
    state.counters["missing_events"] = static_cast<double>(missing);
    state.SetLabel("bar: 1000 ms");
}
BENCHMARK(openCut)->Name("big/open_cut")->Unit(benchmark::kMillisecond);

void randomEvent(benchmark::State& state) {
    const auto reader = opened(bigTrace().path);
    std::mt19937_64 random{1};
    std::vector<double> micros;
    std::uint64_t sum = 0;
    std::shared_ptr<const EventChunk> chunk;
    for (auto _ : state) {
        const Position at{random() % bigTrace().events + 1};
        const auto begin = Clock::now();
        if (!reader->lookAt(at, chunk).ok()) std::exit(2);
        sum += chunk->rowAt(at).arg;
        micros.push_back(microsecondsSince(begin));
    }
    benchmark::DoNotOptimize(sum);
    std::sort(micros.begin(), micros.end());
    state.counters["p50_us"] = micros[micros.size() / 2];
    state.counters["p99_us"] = micros[micros.size() * 99 / 100];
    state.SetLabel("bar: p50 50 us, p99 1000 us");
}
BENCHMARK(randomEvent)->Name("big/random_event")->Iterations(5'000)->Unit(benchmark::kMicrosecond);

/// Every field of every row, payloads as far as their length.
std::uint64_t allOf(const EventRow& row) {
    return row.seq.value ^ static_cast<std::uint64_t>(row.time.value) ^ row.round.value ^
           row.cause.value ^ row.arg ^ row.extra ^ row.cell.value ^ row.peer.value ^
           row.type.value ^ static_cast<std::uint64_t>(row.kind) ^ row.flags ^ row.payload.size() ^
           row.change.size();
}

void scan(benchmark::State& state) {
    const auto reader = opened(bigTrace().path);
    std::uint64_t sum = 0;
    for (auto _ : state) {
        std::shared_ptr<const EventChunk> chunk;
        for (std::size_t i = 0; i < reader->chunks().size(); ++i) {
            if (!reader->scanChunk(i, ColumnSet::kAll, chunk).ok()) std::exit(2);
            for (std::uint32_t r = 0; r < chunk->count(); ++r) sum += allOf(chunk->row(r));
        }
    }
    benchmark::DoNotOptimize(sum);
    perEvent(state, bigTrace().events);
    state.SetLabel("bar: 50 M events/s");
}
BENCHMARK(scan)->Name("big/scan")->Unit(benchmark::kMillisecond)->Iterations(1);

template <class Sum>
void scanColumn(benchmark::State& state, ColumnSet wanted, const char* label, Sum add) {
    const auto reader = opened(bigTrace().path);
    std::uint64_t sum = 0;
    for (auto _ : state) {
        std::shared_ptr<const EventChunk> chunk;
        for (std::size_t i = 0; i < reader->chunks().size(); ++i) {
            if (!reader->scanChunk(i, wanted, chunk).ok()) std::exit(2);
            sum += add(*chunk);
        }
    }
    benchmark::DoNotOptimize(sum);
    perEvent(state, bigTrace().events);
    state.SetLabel(label);
}
void scanTimes(benchmark::State& state) {
    scanColumn(state, ColumnSet::kTime, "bar: 300 M events/s", [](const EventChunk& chunk) {
        std::uint64_t sum = 0;
        for (std::uint32_t r = 0; r < chunk.count(); ++r)
            sum += static_cast<std::uint64_t>(chunk.columns().time[r].value);
        return sum;
    });
}
BENCHMARK(scanTimes)->Name("big/column/time")->Unit(benchmark::kMillisecond)->Iterations(1);
void scanRounds(benchmark::State& state) {
    scanColumn(state, ColumnSet::kRound, "bar: 300 M events/s", [](const EventChunk& chunk) {
        std::uint64_t sum = 0;
        for (std::uint32_t r = 0; r < chunk.count(); ++r) sum += chunk.columns().round[r].value;
        return sum;
    });
}
BENCHMARK(scanRounds)->Name("big/column/round")->Unit(benchmark::kMillisecond)->Iterations(1);
void scanKinds(benchmark::State& state) {
    scanColumn(state, ColumnSet::kKind, "bar: 300 M events/s", [](const EventChunk& chunk) {
        std::uint64_t sum = 0;
        for (std::uint32_t r = 0; r < chunk.count(); ++r)
            sum += chunk.columns().kind[r] == EventKind::kDeliver ? 1u : 0u;
        return sum;
    });
}
BENCHMARK(scanKinds)->Name("big/column/kind")->Unit(benchmark::kMillisecond)->Iterations(1);
void scanCells(benchmark::State& state) {
    scanColumn(state, ColumnSet::kCell, "bar: 300 M events/s", [](const EventChunk& chunk) {
        std::uint64_t sum = 0;
        for (std::uint32_t r = 0; r < chunk.count(); ++r) sum += chunk.columns().cell[r].value;
        return sum;
    });
}
BENCHMARK(scanCells)->Name("big/column/actor")->Unit(benchmark::kMillisecond)->Iterations(1);

/// What a studio does to a reader: open, look around, read everything once.
void memory(benchmark::State& state) {
    bigTrace();
    MemoryPeak peak;
    double atOpening = 0;
    for (auto _ : state) {
        const auto reader = opened(bigTrace().path);
        atOpening = peak.megabytes();
        std::mt19937_64 random{1};
        for (int i = 0; i < 2'000; ++i)
            benchmark::DoNotOptimize(reader->chunkAt({random() % bigTrace().events + 1}).ok());
        for (std::size_t i = 0; i < reader->chunks().size(); ++i)
            benchmark::DoNotOptimize(reader->chunk(i).ok());
    }
    state.counters["opened_MiB"] = atOpening;
    state.counters["peak_MiB"] = peak.megabytes();
    state.SetLabel("bar: 300 MiB");
}
BENCHMARK(memory)->Name("big/memory")->Unit(benchmark::kMillisecond)->Iterations(1);

void twins(benchmark::State& state) {
    constexpr std::uint64_t kEvents = 10'000'000;
    static const BigTrace a = writeTrace(scratchFolder() / "twin_a.clew", kEvents);
    static const BigTrace b = writeTrace(scratchFolder() / "twin_b.clew", kEvents, 6'543'210);
    std::uint64_t found = 0;
    std::uint64_t decoded = 0;
    for (auto _ : state) {
        const auto readerA = opened(a.path);
        const auto readerB = opened(b.path);
        recorder::History historyA{*readerA};
        recorder::History historyB{*readerB};
        recorder::DiffOptions options;
        options.counts = false;
        const auto result = recorder::diff(historyA, historyB, options);
        found = result.ok() && result->first ? result->first->position.value : 0;
        decoded = result.ok() ? result->chunksDecoded : 0;
    }
    state.counters["found_at"] = static_cast<double>(found);
    state.counters["chunks_decoded"] = static_cast<double>(decoded);
    state.SetLabel("bar: 1000 ms");
}
BENCHMARK(twins)->Name("twins/first_divergence")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ariadne::bench
