// All to all: everyone pings a random other, and pings again when the answer is there.
#include "engine/ariadne.h"
#include "tests/bench/workloads/conclude.h"

namespace bench::big {
using namespace ariadne;

struct BigArgs {
    std::uint32_t actors = 120;
    std::uint64_t pings = 4'000;  ///< by each
};
BOOST_DESCRIBE_STRUCT(BigArgs, (), (actors, pings))
struct Peer;
struct Meet {
    Vector<Ref<Peer>> all;
};
BOOST_DESCRIBE_STRUCT(Meet, (), (all))
struct Ping {
    std::uint64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Ping, (), (number))
struct Pong {
    std::uint64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Pong, (), (number))
struct Done {};
BOOST_DESCRIBE_STRUCT(Done, (), ())
struct Report {};
BOOST_DESCRIBE_STRUCT(Report, (), ())
struct Answered {
    std::uint64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Answered, (), (count))

struct Peer {
    Vector<Ref<Peer>> all;
    std::uint64_t left = 0;
    std::uint64_t answered = 0;
    void on(Context& cx, const Meet& meet);
    void on(Context& cx, const Ping& ping) {
        ++answered;
        cx.reply(Pong{ping.number});
    }
    void on(Context& cx, const Pong&) { next(cx); }
    void on(Context& cx, const Report&) { cx.reply(Answered{answered}); }
    void next(Context& cx);
};
BOOST_DESCRIBE_STRUCT(Peer, (), (all, left, answered))
ARIADNE_ACTOR(Peer, Meet, Ping, Pong, Report)

struct Big {
    BigArgs args;
    Vector<Ref<Peer>> peers;
    std::uint32_t done = 0;
    std::uint32_t reports = 0;
    std::uint64_t answered = 0;
    void on(Context& cx, const BigArgs& given);
    void on(Context& cx, const Done&);
    void on(Context& cx, const Answered& one);
};
BOOST_DESCRIBE_STRUCT(Big, (), (args, peers, done, reports, answered))
ARIADNE_ACTOR(Big, BigArgs, Done, Answered)

void Peer::on(Context& cx, const Meet& meet) {
    all = meet.all;
    next(cx);
}

void Peer::next(Context& cx) {
    if (left == 0) return cx.send(Ref<Big>{cx.parent()}, Done{});
    --left;
    cx.send(all[cx.random().u64() % all.size()], Ping{left});
}

void Big::on(Context& cx, const BigArgs& given) {
    args = given;
    if (args.actors == 0) cx.fail("actors is 0, expected at least 1");
    for (std::uint32_t i = 0; i < args.actors; ++i)
        peers.push_back(cx.spawn<Peer>("peer", {.all = {}, .left = args.pings}));
    for (const Ref<Peer>& peer : peers) cx.send(peer, Meet{peers});
}

void Big::on(Context& cx, const Done&) {
    if (++done != args.actors) return;
    for (const Ref<Peer>& peer : peers) cx.send(peer, Report{});
}

void Big::on(Context& cx, const Answered& one) {
    answered += one.count;
    const std::uint64_t pings = args.actors * args.pings;
    if (++reports == args.actors) conclude(cx, answered, pings, 2 * pings);
}

ARIADNE_PROGRAM("bench_big", "1", Big, BigArgs)

}  // namespace bench::big
