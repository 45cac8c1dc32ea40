// One message goes round a ring of actors: one of many is active at a time.
#include "engine/ariadne.h"
#include "tests/bench/workloads/conclude.h"

namespace bench::ring {
using namespace ariadne;

struct RingArgs {
    std::uint32_t actors = 100;
    std::uint64_t hops = 800'000;
};
BOOST_DESCRIBE_STRUCT(RingArgs, (), (actors, hops))
struct Player;
struct Meet {
    Ref<Player> next;
};
BOOST_DESCRIBE_STRUCT(Meet, (), (next))
struct Ball {
    std::uint64_t left = 0;
};
BOOST_DESCRIBE_STRUCT(Ball, (), (left))
struct Begin {};
BOOST_DESCRIBE_STRUCT(Begin, (), ())
struct Landed {};
BOOST_DESCRIBE_STRUCT(Landed, (), ())
struct Report {};
BOOST_DESCRIBE_STRUCT(Report, (), ())
struct Seen {
    std::uint64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Seen, (), (count))

struct Player {
    Ref<Player> next;
    std::uint64_t seen = 0;
    void on(Context&, const Meet& meet) { next = meet.next; }
    void on(Context& cx, const Ball& ball);
    void on(Context& cx, const Report&) { cx.reply(Seen{seen}); }
};
BOOST_DESCRIBE_STRUCT(Player, (), (next, seen))
ARIADNE_ACTOR(Player, Meet, Ball, Report)

struct Ring {
    RingArgs args;
    Vector<Ref<Player>> players;
    std::uint32_t reports = 0;
    std::uint64_t seen = 0;
    void on(Context& cx, const RingArgs& given);
    void on(Context& cx, const Begin&) { cx.send(players[0], Ball{args.hops - 1}); }
    void on(Context& cx, const Landed&);
    void on(Context& cx, const Seen& one);
};
BOOST_DESCRIBE_STRUCT(Ring, (), (args, players, reports, seen))
ARIADNE_ACTOR(Ring, RingArgs, Begin, Landed, Seen)

void Player::on(Context& cx, const Ball& ball) {
    ++seen;
    if (ball.left != 0)
        cx.send(next, Ball{ball.left - 1});
    else
        cx.send(Ref<Ring>{cx.parent()}, Landed{});
}

void Ring::on(Context& cx, const RingArgs& given) {
    args = given;
    if (args.actors == 0 || args.hops == 0) cx.fail("actors and hops must both be at least 1");
    for (std::uint32_t i = 0; i < args.actors; ++i) players.push_back(cx.spawn<Player>());
    for (std::uint32_t i = 0; i < args.actors; ++i)
        cx.send(players[i], Meet{players[(i + 1) % args.actors]});
    cx.after(kPart, Begin{});
}

void Ring::on(Context& cx, const Landed&) {
    for (const Ref<Player>& player : players) cx.send(player, Report{});
}

void Ring::on(Context& cx, const Seen& one) {
    seen += one.count;
    if (++reports == args.actors) conclude(cx, seen, args.hops, args.hops);
}

ARIADNE_PROGRAM("bench_ring", "1", Ring, RingArgs)

}  // namespace bench::ring
