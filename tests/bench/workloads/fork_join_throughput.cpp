// One actor floods many in turn; each says when it has had all of its own.
#include "engine/ariadne.h"
#include "tests/bench/workloads/conclude.h"

namespace bench::fork_join_throughput {
using namespace ariadne;

struct ThroughputArgs {
    std::uint64_t actors = 60;
    std::uint64_t messages = 10'000;  ///< to each; all together at most a million
};
BOOST_DESCRIBE_STRUCT(ThroughputArgs, (), (actors, messages))
struct Add {
    std::uint64_t amount = 0;
};
BOOST_DESCRIBE_STRUCT(Add, (), (amount))
struct Done {
    std::uint64_t sum = 0;
};
BOOST_DESCRIBE_STRUCT(Done, (), (sum))

struct Worker {
    std::uint64_t left = 0;
    std::uint64_t sum = 0;
    void on(Context& cx, const Add& add) {
        sum += add.amount;
        if (--left == 0) cx.reply(Done{sum});
    }
};
BOOST_DESCRIBE_STRUCT(Worker, (), (left, sum))
ARIADNE_ACTOR(Worker, Add)

struct Forker {
    ThroughputArgs args;
    std::uint64_t done = 0;
    std::uint64_t sum = 0;
    void on(Context& cx, const ThroughputArgs& given) {
        args = given;
        if (args.actors == 0 || args.messages == 0)
            cx.fail("actors and messages must both be at least 1");
        std::vector<Ref<Worker>> workers;
        for (std::uint64_t i = 0; i < args.actors; ++i)
            workers.push_back(cx.spawn<Worker>("worker", {.left = args.messages}));
        for (std::uint64_t i = 0; i < args.messages; ++i)
            for (const Ref<Worker>& worker : workers) cx.send(worker, Add{i});
    }
    void on(Context& cx, const Done& one) {
        sum += one.sum;
        if (++done == args.actors)
            conclude(cx, sum, args.actors * (args.messages * (args.messages - 1) / 2),
                     args.actors * args.messages);
    }
};
BOOST_DESCRIBE_STRUCT(Forker, (), (args, done, sum))
ARIADNE_ACTOR(Forker, ThroughputArgs, Done)
ARIADNE_PROGRAM("bench_fork_join_throughput", "1", Forker, ThroughputArgs)

}  // namespace bench::fork_join_throughput
