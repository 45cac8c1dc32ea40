// Bytes per event on disk, for each sample.
#include "tests/bench/bench_files.h"

#include <benchmark/benchmark.h>

namespace ariadne::bench {
namespace {

void size(benchmark::State& state, const char* program) {
    const RecordedFile& file = recordedFile(
        std::string{"size_"} + program, {program, {}, 1, kernel::Policy::kRounds, std::nullopt});
    for (auto _ : state) benchmark::DoNotOptimize(file.bytes);
    state.counters["bytes_per_event"] =
        static_cast<double>(file.bytes) / static_cast<double>(file.events);
    state.counters["events"] = static_cast<double>(file.events);
}
BENCHMARK_CAPTURE(size, lost_update, "lost_update")->Iterations(1);
BENCHMARK_CAPTURE(size, leader_election, "leader_election")->Iterations(1);
BENCHMARK_CAPTURE(size, kv_replica, "kv_replica")->Iterations(1);
BENCHMARK_CAPTURE(size, crawler, "crawler")->Iterations(1);

}  // namespace
}  // namespace ariadne::bench
