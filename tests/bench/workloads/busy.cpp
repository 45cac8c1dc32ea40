// Many actors with work to do in every turn: what a second thread brings.
#include "engine/ariadne.h"
#include "tests/bench/workloads/conclude.h"

namespace bench::busy {
using namespace ariadne;

struct BusyArgs {
    std::uint64_t actors = 10'000;
    std::uint64_t ticks = 20;    ///< turns of each
    std::uint64_t steps = 1000;  ///< of its work in one turn; 2 ns or so each
};
BOOST_DESCRIBE_STRUCT(BusyArgs, (), (actors, ticks, steps))
struct Tick {};
BOOST_DESCRIBE_STRUCT(Tick, (), ())
struct Done {
    std::uint64_t ticks = 0;
};
BOOST_DESCRIBE_STRUCT(Done, (), (ticks))

struct Busy {
    BusyArgs args;
    std::uint64_t done = 0;
    std::uint64_t ticks = 0;
    void on(Context& cx, const BusyArgs& given);
    void on(Context& cx, const Done& one) {
        ticks += one.ticks;
        if (++done == args.actors)
            conclude(cx, ticks, args.actors * args.ticks, args.actors * args.ticks);
    }
};
BOOST_DESCRIBE_STRUCT(Busy, (), (args, done, ticks))
ARIADNE_ACTOR(Busy, BusyArgs, Done)

struct Worker {
    Ref<Busy> root;
    std::uint64_t ticks = 0;
    std::uint64_t steps = 0;
    std::uint64_t number = 1;
    std::uint64_t taken = 0;
    void on(Context& cx, const Tick&) {
        for (std::uint64_t i = 0; i < steps; ++i) {  // xorshift: each step needs the one before
            number ^= number << 13;
            number ^= number >> 7;
            number ^= number << 17;
        }
        if (++taken < ticks)
            cx.send(cx.self<Worker>(), Tick{});
        else
            cx.send(root, Done{taken});
    }
};
BOOST_DESCRIBE_STRUCT(Worker, (), (root, ticks, steps, number, taken))
ARIADNE_ACTOR(Worker, Tick)

void Busy::on(Context& cx, const BusyArgs& given) {
    args = given;
    if (args.actors == 0 || args.ticks == 0) cx.fail("actors and ticks must both be at least 1");
    for (std::uint64_t i = 0; i < args.actors; ++i)
        cx.send(cx.spawn<Worker>("worker", {.root = cx.self<Busy>(),
                                            .ticks = args.ticks,
                                            .steps = args.steps,
                                            .number = i + 1}),
                Tick{});
}
ARIADNE_PROGRAM("bench_busy", "1", Busy, BusyArgs)

}  // namespace bench::busy
