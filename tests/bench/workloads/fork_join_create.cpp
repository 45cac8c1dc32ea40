// Actors that live for one message: spawn, work, answer, end. The cost is per actor.
#include "engine/ariadne.h"
#include "tests/bench/workloads/conclude.h"

namespace bench::fork_join_create {
using namespace ariadne;

struct CreateArgs {
    std::uint64_t actors = 100'000;
};
BOOST_DESCRIBE_STRUCT(CreateArgs, (), (actors))
struct Work {
    std::uint64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Work, (), (number))
struct Done {
    std::uint64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Done, (), (number))

struct Child {
    void on(Context& cx, const Work& work) {
        cx.reply(Done{work.number});
        cx.stop();
    }
};
BOOST_DESCRIBE_STRUCT(Child, (), ())
ARIADNE_ACTOR(Child, Work)

struct Parent {
    std::uint64_t actors = 0;
    std::uint64_t done = 0;
    std::uint64_t sum = 0;
    void on(Context& cx, const CreateArgs& args) {
        actors = args.actors;
        if (actors == 0) cx.fail("actors is 0, expected at least 1");
        for (std::uint64_t i = 0; i < actors; ++i) cx.send(cx.spawn<Child>(), Work{i});
    }
    void on(Context& cx, const Done& one) {
        sum += one.number;
        if (++done == actors) conclude(cx, sum, actors * (actors - 1) / 2, actors);
    }
};
BOOST_DESCRIBE_STRUCT(Parent, (), (actors, done, sum))
ARIADNE_ACTOR(Parent, CreateArgs, Done)
ARIADNE_PROGRAM("bench_fork_join_create", "1", Parent, CreateArgs)

}  // namespace bench::fork_join_create
