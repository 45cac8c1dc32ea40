// One producer floods one counter, and asks it at the end: a mailbox that grows.
#include "engine/ariadne.h"
#include "tests/bench/workloads/conclude.h"

namespace bench::counting {
using namespace ariadne;

struct CountingArgs {
    std::uint64_t messages = 1'000'000;  ///< of one turn, which may ask for 1,048,576 things
};
BOOST_DESCRIBE_STRUCT(CountingArgs, (), (messages))
struct Add {
    std::uint64_t amount = 0;
};
BOOST_DESCRIBE_STRUCT(Add, (), (amount))
struct Retrieve {};
BOOST_DESCRIBE_STRUCT(Retrieve, (), ())
struct Total {
    std::uint64_t sum = 0;
};
BOOST_DESCRIBE_STRUCT(Total, (), (sum))

struct Counter {
    std::uint64_t sum = 0;
    void on(Context&, const Add& add) { sum += add.amount; }
    void on(Context& cx, const Retrieve&) { cx.reply(Total{sum}); }
};
BOOST_DESCRIBE_STRUCT(Counter, (), (sum))
ARIADNE_ACTOR(Counter, Add, Retrieve)

struct Producer {
    std::uint64_t messages = 0;
    void on(Context& cx, const CountingArgs& args) {
        messages = args.messages;
        const Ref<Counter> counter = cx.spawn<Counter>();
        for (std::uint64_t i = 0; i < messages; ++i) cx.send(counter, Add{i});
        cx.send(counter, Retrieve{});
    }
    void on(Context& cx, const Total& total) {
        conclude(cx, total.sum, messages * (messages - 1) / 2, messages);
    }
};
BOOST_DESCRIBE_STRUCT(Producer, (), (messages))
ARIADNE_ACTOR(Producer, CountingArgs, Total)
ARIADNE_PROGRAM("bench_counting", "1", Producer, CountingArgs)

}  // namespace bench::counting
