// Many senders, one receiver that answers every hundredth message with new credit.
#include "engine/ariadne.h"
#include "tests/bench/workloads/conclude.h"

namespace bench::fan_in {
using namespace ariadne;

constexpr std::uint32_t kCredit = 100;

struct FanInArgs {
    std::uint32_t sources = 10;
    std::uint32_t credits = 1'000;  ///< each of a hundred messages, to every source
};
BOOST_DESCRIBE_STRUCT(FanInArgs, (), (sources, credits))
struct Count {
    std::uint32_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Count, (), (number))
struct Credit {};
BOOST_DESCRIBE_STRUCT(Credit, (), ())
struct Done {};
BOOST_DESCRIBE_STRUCT(Done, (), ())
struct Retrieve {};
BOOST_DESCRIBE_STRUCT(Retrieve, (), ())
struct Total {
    std::uint64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Total, (), (count))

struct Sink {
    std::uint64_t count = 0;
    void on(Context& cx, const Count& m) {
        ++count;
        if (m.number + 1 == kCredit) cx.reply(Credit{});
    }
    void on(Context& cx, const Retrieve&) { cx.reply(Total{count}); }
};
BOOST_DESCRIBE_STRUCT(Sink, (), (count))
ARIADNE_ACTOR(Sink, Count, Retrieve)

struct Source {
    Ref<Sink> sink;
    std::uint32_t credits = 0;
    void on(Context& cx, const Credit&);
};
BOOST_DESCRIBE_STRUCT(Source, (), (sink, credits))
ARIADNE_ACTOR(Source, Credit)

struct FanIn {
    FanInArgs args;
    Ref<Sink> sink;
    std::uint32_t done = 0;
    void on(Context& cx, const FanInArgs& given);
    void on(Context& cx, const Done&) {
        if (++done == args.sources) cx.send(sink, Retrieve{});
    }
    void on(Context& cx, const Total& total) {
        const std::uint64_t messages = std::uint64_t{args.sources} * args.credits * kCredit;
        conclude(cx, total.count, messages, messages);
    }
};
BOOST_DESCRIBE_STRUCT(FanIn, (), (args, sink, done))
ARIADNE_ACTOR(FanIn, FanInArgs, Done, Total)

void Source::on(Context& cx, const Credit&) {
    if (credits == 0) return cx.send(Ref<FanIn>{cx.parent()}, Done{});
    --credits;
    for (std::uint32_t i = 0; i < kCredit; ++i) cx.send(sink, Count{i});
}

void FanIn::on(Context& cx, const FanInArgs& given) {
    args = given;
    if (args.sources == 0) cx.fail("sources is 0, expected at least 1");
    sink = cx.spawn<Sink>();
    for (std::uint32_t i = 0; i < args.sources; ++i)
        cx.send(cx.spawn<Source>("source", {.sink = sink, .credits = args.credits}), Credit{});
}

ARIADNE_PROGRAM("bench_fan_in", "1", FanIn, FanInArgs)

}  // namespace bench::fan_in
