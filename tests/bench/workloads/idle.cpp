// Many actors that wait: what one occupies, and what its birth and its snapshot cost.
#include "engine/ariadne.h"
#include "tests/bench/workloads/conclude.h"

namespace bench::idle {
using namespace ariadne;

/// Born in one turn; a turn may ask for a million things.
constexpr std::uint64_t kPerTurn = 100'000;
/// One of so many has a turn at virtual second 1.
constexpr std::uint64_t kNudged = 100;

struct IdleArgs {
    std::uint64_t actors = 100'000;
};
BOOST_DESCRIBE_STRUCT(IdleArgs, (), (actors))
struct Add {
    std::uint64_t amount = 0;
};
BOOST_DESCRIBE_STRUCT(Add, (), (amount))
struct Total {
    std::uint64_t sum = 0;
};
BOOST_DESCRIBE_STRUCT(Total, (), (sum))
struct Grow {};
BOOST_DESCRIBE_STRUCT(Grow, (), ())
struct Close {};
BOOST_DESCRIBE_STRUCT(Close, (), ())
struct Nudge {};
BOOST_DESCRIBE_STRUCT(Nudge, (), ())

struct Counter {
    std::uint64_t sum = 0;
    void on(Context& cx, const Add& add) {
        sum += add.amount;
        cx.reply(Total{sum});
    }
    void on(Context&, const Nudge&) {}
};
BOOST_DESCRIBE_STRUCT(Counter, (), (sum))
ARIADNE_ACTOR(Counter, Add, Nudge)

struct Idle {
    std::uint64_t actors = 0;
    std::uint64_t born = 0;
    Ref<Counter> youngest;
    Vector<Ref<Counter>> nudged;
    void on(Context& cx, const IdleArgs& args);
    void on(Context& cx, const Grow&);
    void on(Context& cx, const Nudge&) {
        for (const Ref<Counter>& counter : nudged) cx.send(counter, Nudge{});
    }
    void on(Context& cx, const Close&) { cx.send(youngest, Add{born}); }
    void on(Context& cx, const Total& total) { conclude(cx, total.sum, actors, actors); }
};
BOOST_DESCRIBE_STRUCT(Idle, (), (actors, born, youngest, nudged))
ARIADNE_ACTOR(Idle, IdleArgs, Grow, Nudge, Close, Total)

void Idle::on(Context& cx, const IdleArgs& args) {
    actors = args.actors;
    if (actors == 0) cx.fail("actors is 0, expected at least 1");
    cx.send(cx.self<Idle>(), Grow{});
}

void Idle::on(Context& cx, const Grow&) {
    for (std::uint64_t i = 0; i < kPerTurn && born < actors; ++i, ++born) {
        youngest = cx.spawn<Counter>();
        if (born % kNudged == 0) nudged.push_back(youngest);
    }
    if (born < actors) {
        cx.send(cx.self<Idle>(), Grow{});
        return;
    }
    cx.after(kPart, Nudge{});
    cx.after(2 * kPart, Close{});
}

ARIADNE_PROGRAM("bench_idle", "1", Idle, IdleArgs)

}  // namespace bench::idle
