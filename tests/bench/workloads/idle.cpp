// Many actors that wait: what one occupies, and what its birth and its snapshot cost.
#include "engine/ariadne.h"
#include "tests/bench/workloads/conclude.h"

namespace bench::idle {
using namespace ariadne;

/// Born in one turn; a turn may ask for a million things.
constexpr std::uint64_t kPerTurn = 100'000;

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

struct Counter {
    std::uint64_t sum = 0;
    void on(Context& cx, const Add& add) {
        sum += add.amount;
        cx.reply(Total{sum});
    }
};
BOOST_DESCRIBE_STRUCT(Counter, (), (sum))
ARIADNE_ACTOR(Counter, Add)

struct Idle {
    std::uint64_t actors = 0;
    std::uint64_t born = 0;
    Ref<Counter> youngest;
    void on(Context& cx, const IdleArgs& args);
    void on(Context& cx, const Grow&);
    void on(Context& cx, const Close&) { cx.send(youngest, Add{born}); }
    void on(Context& cx, const Total& total) { conclude(cx, total.sum, actors, actors); }
};
BOOST_DESCRIBE_STRUCT(Idle, (), (actors, born, youngest))
ARIADNE_ACTOR(Idle, IdleArgs, Grow, Close, Total)

void Idle::on(Context& cx, const IdleArgs& args) {
    actors = args.actors;
    if (actors == 0) cx.fail("actors is 0, expected at least 1");
    cx.send(cx.self<Idle>(), Grow{});
}

void Idle::on(Context& cx, const Grow&) {
    for (std::uint64_t i = 0; i < kPerTurn && born < actors; ++i, ++born)
        youngest = cx.spawn<Counter>();
    if (born < actors)
        cx.send(cx.self<Idle>(), Grow{});
    else
        cx.after(kPart, Close{});
}

ARIADNE_PROGRAM("bench_idle", "1", Idle, IdleArgs)

}  // namespace bench::idle
