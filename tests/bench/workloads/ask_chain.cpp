// One question through a chain of actors, each of which asks the next one and then answers.
#include "engine/ariadne.h"
#include "tests/bench/workloads/conclude.h"

namespace bench::ask_chain {
using namespace ariadne;

struct ChainArgs {
    std::uint64_t hops = 10;
    std::uint64_t chains = 10'000;  ///< one after the other
};
BOOST_DESCRIBE_STRUCT(ChainArgs, (), (hops, chains))
struct Question {
    std::uint64_t hops = 0;
};
BOOST_DESCRIBE_STRUCT(Question, (), (hops))
struct Answer {
    std::uint64_t hops = 0;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (hops))

struct Relay {
    Ref<Relay> next;
    ReplyTo waiting;
    void on(Context& cx, const Question& question);
    void on(Context& cx, const Answer& answer) { cx.reply(waiting, answer); }
    void on(Context& cx, const AskTimedOut&) { cx.fail("the next in the chain did not answer"); }
};
BOOST_DESCRIBE_STRUCT(Relay, (), (next, waiting))
ARIADNE_ACTOR(Relay, Question, Answer, AskTimedOut)

void Relay::on(Context& cx, const Question& question) {
    if (!next) return cx.reply(Answer{question.hops});
    waiting = cx.replyTo();
    cx.ask(next, Question{question.hops + 1}, within(1s));
}

struct Chain {
    ChainArgs args;
    Ref<Relay> first;
    std::uint64_t answers = 0;
    std::uint64_t hops = 0;
    void on(Context& cx, const ChainArgs& given) {
        args = given;
        if (args.hops == 0 || args.chains == 0) cx.fail("hops and chains must be at least 1");
        for (std::uint64_t i = 0; i < args.hops; ++i)
            first = cx.spawn<Relay>("relay", {.next = first, .waiting = {}});
        cx.ask(first, Question{1}, within(1s));
    }
    void on(Context& cx, const Answer& answer) {
        hops += answer.hops;
        if (++answers == args.chains) return conclude(cx, hops, args.hops * args.chains, answers);
        cx.ask(first, Question{1}, within(1s));
    }
    void on(Context& cx, const AskTimedOut&) { cx.fail("the chain did not answer"); }
};
BOOST_DESCRIBE_STRUCT(Chain, (), (args, first, answers, hops))
ARIADNE_ACTOR(Chain, ChainArgs, Answer, AskTimedOut)
ARIADNE_PROGRAM("bench_ask_chain", "1", Chain, ChainArgs)

}  // namespace bench::ask_chain
