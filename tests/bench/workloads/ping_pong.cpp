// Two actors return one message: nothing but its way.
#include "engine/ariadne.h"
#include "tests/bench/workloads/conclude.h"

namespace bench::ping_pong {
using namespace ariadne;

struct PingPongArgs {
    std::uint64_t trips = 400'000;  ///< there and back again
};
BOOST_DESCRIBE_STRUCT(PingPongArgs, (), (trips))
struct Ping {
    std::uint64_t left = 0;
};
BOOST_DESCRIBE_STRUCT(Ping, (), (left))
struct Pong {
    std::uint64_t left = 0;
};
BOOST_DESCRIBE_STRUCT(Pong, (), (left))
struct Report {};
BOOST_DESCRIBE_STRUCT(Report, (), ())
struct Hits {
    std::uint64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Hits, (), (count))

struct Ponger {
    std::uint64_t hits = 0;
    void on(Context& cx, const Ping& ping) {
        ++hits;
        cx.reply(Pong{ping.left});
    }
    void on(Context& cx, const Report&) { cx.reply(Hits{hits}); }
};
BOOST_DESCRIBE_STRUCT(Ponger, (), (hits))
ARIADNE_ACTOR(Ponger, Ping, Report)

struct Pinger {
    Ref<Ponger> other;
    std::uint64_t trips = 0;
    std::uint64_t hits = 0;
    void on(Context& cx, const PingPongArgs& args) {
        trips = args.trips;
        if (trips == 0) cx.fail("trips is 0, expected at least 1");
        other = cx.spawn<Ponger>();
        cx.send(other, Ping{trips - 1});
    }
    void on(Context& cx, const Pong& pong) {
        ++hits;
        if (pong.left != 0)
            cx.send(other, Ping{pong.left - 1});
        else
            cx.send(other, Report{});
    }
    void on(Context& cx, const Hits& theirs) {
        conclude(cx, hits + theirs.count, 2 * trips, 2 * trips);
    }
};
BOOST_DESCRIBE_STRUCT(Pinger, (), (other, trips, hits))
ARIADNE_ACTOR(Pinger, PingPongArgs, Pong, Hits)
ARIADNE_PROGRAM("bench_ping_pong", "1", Pinger, PingPongArgs)

}  // namespace bench::ping_pong
