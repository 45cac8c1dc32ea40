// Tokens walk a random graph of many actors: with a million of them every message misses the cache.
#include "engine/ariadne.h"
#include "tests/bench/workloads/conclude.h"

#include <array>

namespace bench::random_target {
using namespace ariadne;

constexpr std::uint32_t kNeighbours = 4;
/// Actors born or linked in one turn; a turn may ask for a million things.
constexpr std::uint64_t kPerTurn = 100'000;

struct WalkArgs {
    std::uint64_t actors = 10'000;
    std::uint64_t tokens = 1'000;
    std::uint64_t hops = 1'000;  ///< of each token
};
BOOST_DESCRIBE_STRUCT(WalkArgs, (), (actors, tokens, hops))
struct Node;
struct Meet {
    std::array<Ref<Node>, kNeighbours> neighbours{};
};
BOOST_DESCRIBE_STRUCT(Meet, (), (neighbours))
struct Token {
    std::uint64_t number = 0;
    std::uint64_t left = 0;
};
BOOST_DESCRIBE_STRUCT(Token, (), (number, left))
struct Landed {
    std::uint64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Landed, (), (number))
struct Grow {};
BOOST_DESCRIBE_STRUCT(Grow, (), ())
struct Link {
    std::uint64_t from = 0;
};
BOOST_DESCRIBE_STRUCT(Link, (), (from))
struct Begin {};
BOOST_DESCRIBE_STRUCT(Begin, (), ())
struct Close {};
BOOST_DESCRIBE_STRUCT(Close, (), ())

struct Node {
    std::array<Ref<Node>, kNeighbours> neighbours{};
    std::uint64_t visits = 0;
    void on(Context&, const Meet& m) { neighbours = m.neighbours; }
    void on(Context& cx, const Token& token);
};
BOOST_DESCRIBE_STRUCT(Node, (), (neighbours, visits))
ARIADNE_ACTOR(Node, Meet, Token)

struct Walk {
    WalkArgs args;
    Vector<Ref<Node>> nodes;
    std::uint64_t landed = 0;
    std::uint64_t numbers = 0;  ///< sum of those of the tokens that landed
    void on(Context& cx, const WalkArgs& given);
    void on(Context& cx, const Grow&);
    void on(Context& cx, const Link& m);
    void on(Context& cx, const Begin&);
    void on(Context& cx, const Landed& m);
    void on(Context& cx, const Close&) {
        conclude(cx, numbers, args.tokens * (args.tokens - 1) / 2, args.tokens * args.hops);
    }
};
BOOST_DESCRIBE_STRUCT(Walk, (), (args, nodes, landed, numbers))
ARIADNE_ACTOR(Walk, WalkArgs, Grow, Link, Begin, Landed, Close)

void Node::on(Context& cx, const Token& token) {
    ++visits;
    if (token.left == 0) return cx.send(Ref<Walk>{cx.parent()}, Landed{token.number});
    cx.send(neighbours[cx.random().u64() % kNeighbours], Token{token.number, token.left - 1});
}

void Walk::on(Context& cx, const WalkArgs& given) {
    args = given;
    if (args.actors == 0 || args.tokens == 0 || args.hops == 0)
        cx.fail("actors, tokens and hops must all be at least 1");
    cx.send(cx.self<Walk>(), Grow{});
}

void Walk::on(Context& cx, const Grow&) {
    for (std::uint64_t i = 0; i < kPerTurn && nodes.size() < args.actors; ++i)
        nodes.push_back(cx.spawn<Node>());
    if (nodes.size() < args.actors)
        cx.send(cx.self<Walk>(), Grow{});
    else
        cx.send(cx.self<Walk>(), Link{});
}

void Walk::on(Context& cx, const Link& m) {
    const std::uint64_t to = std::min(m.from + kPerTurn, args.actors);
    for (std::uint64_t i = m.from; i < to; ++i) {
        Meet meet;
        for (Ref<Node>& neighbour : meet.neighbours)
            neighbour = nodes[cx.random().u64() % args.actors];
        cx.send(nodes[i], meet);
    }
    if (to < args.actors) return cx.send(cx.self<Walk>(), Link{to});
    cx.after(kPart, Begin{});
}

void Walk::on(Context& cx, const Begin&) {
    for (std::uint64_t i = 0; i < args.tokens; ++i)
        cx.send(nodes[cx.random().u64() % args.actors], Token{i, args.hops - 1});
}

void Walk::on(Context& cx, const Landed& m) {
    numbers += m.number;
    if (++landed == args.tokens) cx.after(kPart, Close{});
}

ARIADNE_PROGRAM("bench_random_target", "1", Walk, WalkArgs)

}  // namespace bench::random_target
