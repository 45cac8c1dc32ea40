// What a message costs the engine: without an observer, with its events recorded, with all
// recorded.
#include "tests/bench/bench_files.h"
#include "tests/bench/workload_run.h"

#include <benchmark/benchmark.h>

namespace ariadne::bench {
namespace {

/// Iteration time is wall time, sealing of the file included; `cpu_per_message` is the engine's
/// thread alone.
void messages(benchmark::State& state, const char* program, const ArgumentTexts& args,
              RecordLevel level) {
    double count = 0, cpuNs = 0, events = 0, bytes = 0;
    for (auto _ : state) {
        const auto times = runWorkload(program, args, level, scratchFolder() / "messages.clew");
        if (!times.ok()) {
            state.SkipWithError(std::string{times.status().message()}.c_str());
            return;
        }
        count += static_cast<double>(times->messages);
        cpuNs += times->cpuNs;
        events += static_cast<double>(times->events);
        bytes += static_cast<double>(times->fileBytes);
    }
    state.counters["per_message"] =
        benchmark::Counter(count, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["cpu_per_message"] = cpuNs * 1e-9 / count;
    if (events == 0) return;
    state.counters["bytes_per_event"] = bytes / events;
    state.counters["events_per_message"] = events / count;
}

#define ARIADNE_MESSAGE_ROW(name, program, ...)                                       \
    BENCHMARK_CAPTURE(messages, name##_bare, program, ArgumentTexts{__VA_ARGS__},     \
                      RecordLevel::kOff)                                              \
        ->Unit(benchmark::kMillisecond)                                               \
        ->UseRealTime();                                                              \
    BENCHMARK_CAPTURE(messages, name##_events, program, ArgumentTexts{__VA_ARGS__},   \
                      RecordLevel::kEvents)                                           \
        ->Unit(benchmark::kMillisecond)                                               \
        ->UseRealTime();                                                              \
    BENCHMARK_CAPTURE(messages, name##_recorded, program, ArgumentTexts{__VA_ARGS__}, \
                      RecordLevel::kFull)                                             \
        ->Unit(benchmark::kMillisecond)                                               \
        ->UseRealTime()

ARIADNE_MESSAGE_ROW(ping_pong, "bench_ping_pong");
ARIADNE_MESSAGE_ROW(ring_100, "bench_ring");
ARIADNE_MESSAGE_ROW(counting, "bench_counting");
ARIADNE_MESSAGE_ROW(fan_in_10, "bench_fan_in");
ARIADNE_MESSAGE_ROW(fork_join_create, "bench_fork_join_create");
ARIADNE_MESSAGE_ROW(fork_join_throughput, "bench_fork_join_throughput");
ARIADNE_MESSAGE_ROW(big, "bench_big");
ARIADNE_MESSAGE_ROW(chameneos, "bench_chameneos");
ARIADNE_MESSAGE_ROW(bank, "bench_bank");
ARIADNE_MESSAGE_ROW(shop, "bench_shop");
ARIADNE_MESSAGE_ROW(random_target_1k, "bench_random_target", {"actors", "1000"});
ARIADNE_MESSAGE_ROW(random_target_10k, "bench_random_target", {"actors", "10000"});
ARIADNE_MESSAGE_ROW(random_target_100k, "bench_random_target", {"actors", "100000"});

}  // namespace
}  // namespace ariadne::bench
