// What a message costs the engine: without an observer, with digests alone, fully recorded.
#include "engine/ariadne.h"
#include "recorder/program_run.h"
#include "tests/bench/bench_files.h"

#include <benchmark/benchmark.h>

#include <limits>

namespace ariadne::bench {

struct Player;
struct Ball {
    std::uint64_t left = 0;
};
BOOST_DESCRIBE_STRUCT(Ball, (), (left))
struct Meet {
    Ref<Player> next;
};
BOOST_DESCRIBE_STRUCT(Meet, (), (next))

/// Hands the ball on: two make ping-pong, a hundred a ring.
struct Player {
    Ref<Player> next;
    std::uint64_t seen = 0;
    void on(Context&, const Meet& meet) { next = meet.next; }
    void on(Context& cx, const Ball& ball);
};
BOOST_DESCRIBE_STRUCT(Player, (), (next, seen))
ARIADNE_ACTOR(Player, Meet, Ball)
void Player::on(Context& cx, const Ball& ball) {
    ++seen;
    if (ball.left != 0) cx.send(next, Ball{ball.left - 1});
}

struct RingArgs {
    std::uint32_t players = 2;
    std::uint64_t hops = 1'000'000;
};
BOOST_DESCRIBE_STRUCT(RingArgs, (), (players, hops))
struct Ring {
    void on(Context& cx, const RingArgs& args) {
        const Ref<Player> first = cx.spawn<Player>();
        Ref<Player> last = first;
        for (std::uint32_t i = 1; i < args.players; ++i) {
            const Ref<Player> born = cx.spawn<Player>();
            cx.send(last, Meet{born});
            last = born;
        }
        cx.send(last, Meet{first});
        cx.send(first, Ball{args.hops});
    }
};
BOOST_DESCRIBE_STRUCT(Ring, (), ())
ARIADNE_ACTOR(Ring, RingArgs)
ARIADNE_PROGRAM("bench_ring", "1", Ring, RingArgs)

/// Many senders, one receiver that answers every hundredth message with new credit.
struct Count {
    std::uint32_t n = 0;
};
BOOST_DESCRIBE_STRUCT(Count, (), (n))
struct Credit {};
BOOST_DESCRIBE_STRUCT(Credit, (), ())
struct Sink {
    std::uint64_t sum = 0;
    void on(Context& cx, const Count& m) {
        sum += m.n;
        if (m.n == 99) cx.reply(Credit{});
    }
};
BOOST_DESCRIBE_STRUCT(Sink, (), (sum))
ARIADNE_ACTOR(Sink, Count)
struct Source {
    Ref<Sink> sink;
    std::uint32_t rounds = 0;
    void on(Context& cx, const Credit&) {
        if (rounds == 0) return;
        --rounds;
        for (std::uint32_t i = 0; i < 100; ++i) cx.send(sink, Count{i});
    }
};
BOOST_DESCRIBE_STRUCT(Source, (), (sink, rounds))
ARIADNE_ACTOR(Source, Credit)
struct FanInArgs {
    std::uint32_t sources = 10;
    std::uint32_t rounds = 1'000;
};
BOOST_DESCRIBE_STRUCT(FanInArgs, (), (sources, rounds))
struct FanIn {
    void on(Context& cx, const FanInArgs& args) {
        const Ref<Sink> sink = cx.spawn<Sink>();
        for (std::uint32_t i = 0; i < args.sources; ++i)
            cx.send(cx.spawn<Source>("source", Source{sink, args.rounds}), Credit{});
    }
};
BOOST_DESCRIBE_STRUCT(FanIn, (), ())
ARIADNE_ACTOR(FanIn, FanInArgs)
ARIADNE_PROGRAM("bench_fan_in", "1", FanIn, FanInArgs)

namespace {

constexpr VirtualTime kForever{std::numeric_limits<std::int64_t>::max()};

void report(benchmark::State& state, std::uint64_t messages) {
    state.counters["per_message"] = benchmark::Counter(
        static_cast<double>(messages), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// The engine alone.
void bare(benchmark::State& state, const char* program, const ArgumentTexts& args) {
    std::uint64_t messages = 0;
    const Program* found = ProgramRegistry::find(program);
    for (auto _ : state) {
        kernel::World world{kernel::WorldOptions{}};
        found->start(world, *found, args).IgnoreError();
        world.runUntil(kForever, ~0ull);
        messages += world.deliveredCount();
    }
    report(state, messages);
}

/// Level full into a file; CPU is that of the engine's thread, time that of the wall.
void recorded(benchmark::State& state, const char* program, const ArgumentTexts& args) {
    std::uint64_t messages = 0, events = 0, bytes = 0;
    for (auto _ : state) {
        auto run = recorder::ProgramRun::start(
            {program, args, 1, kernel::Policy::kRounds, scratchFolder() / "messages.clew"});
        (*run)->runUntil(kForever, ~0ull);
        messages += (*run)->world().deliveredCount();
        if (!(*run)->finish("").ok()) state.SkipWithError("recording failed");
        events += (*run)->recorded()->events;
        bytes += (*run)->recorded()->fileBytes;
    }
    report(state, messages);
    state.counters["bytes_per_event"] = static_cast<double>(bytes) / static_cast<double>(events);
    state.counters["events_per_message"] =
        static_cast<double>(events) / static_cast<double>(messages);
}

const ArgumentTexts kPingPong{{"players", "2"}}, kRing{{"players", "100"}}, kFanIn{};

#define ARIADNE_MESSAGE_ROW(name, program, args)                                 \
    BENCHMARK_CAPTURE(bare, name, program, args)->Unit(benchmark::kMillisecond); \
    BENCHMARK_CAPTURE(recorded, name, program, args)->Unit(benchmark::kMillisecond)->UseRealTime()

ARIADNE_MESSAGE_ROW(ping_pong, "bench_ring", kPingPong);
ARIADNE_MESSAGE_ROW(ring_100, "bench_ring", kRing);
ARIADNE_MESSAGE_ROW(fan_in_10, "bench_fan_in", kFanIn);

}  // namespace
}  // namespace ariadne::bench
