// Chang-Roberts: a ring agrees on the node with the largest id. README.md tells the story.
#include "engine/ariadne.h"

#include <numeric>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace samples::leader_election {
using namespace ariadne;

struct ElectionArgs {
    std::uint32_t nodes = 8;
    Duration start = 200ms;   ///< latest time at which a node wants an election
    Duration latency = 10ms;  ///< longest latency of a link
    bool bug = false;         ///< a participant passes on what it should swallow
};
BOOST_DESCRIBE_STRUCT(ElectionArgs, (), (nodes, start, latency, bug))

struct Node;

/// Takes a node into the ring.
struct Join {
    Ref<Node> next{};
};
BOOST_DESCRIBE_STRUCT(Join, (), (next))
struct WakeUp {};
BOOST_DESCRIBE_STRUCT(WakeUp, (), ())
/// `id` stands for election.
struct Candidate {
    std::uint32_t id = 0;
};
BOOST_DESCRIBE_STRUCT(Candidate, (), (id))
/// `id` has won.
struct Elected {
    std::uint32_t id = 0;
};
BOOST_DESCRIBE_STRUCT(Elected, (), (id))
/// A message on its way over a link.
struct InFlight {
    std::variant<Candidate, Elected> message{};
};
BOOST_DESCRIBE_STRUCT(InFlight, (), (message))
struct Won {
    std::uint32_t id = 0;
};
BOOST_DESCRIBE_STRUCT(Won, (), (id))
struct Settled {};
BOOST_DESCRIBE_STRUCT(Settled, (), ())

struct Node {
    std::uint32_t id = 0;
    ElectionArgs args{};
    Ref<Node> next{};
    Duration latency{};  ///< of the link to `next`; a constant, so that a link keeps the order
    bool participant = false;
    std::uint32_t leader = 0;  ///< 0 = not known

    void on(Context& cx, const Join& m);
    void on(Context& cx, const WakeUp&);
    void on(Context& cx, const Candidate& m);
    void on(Context& cx, const Elected& m);
    void on(Context& cx, const InFlight& m);
    void stand(Context& cx);
    void win(Context& cx);
    void pass(Context& cx, std::variant<Candidate, Elected> message) {
        cx.after(latency, InFlight{message});
    }
};
BOOST_DESCRIBE_STRUCT(Node, (), (id, args, next, latency, participant, leader))
ARIADNE_ACTOR(Node, Join, WakeUp, Candidate, Elected, InFlight)

struct LeaderElection {
    std::uint32_t nodes = 0;
    std::uint32_t winner = 0;  ///< 0 = none yet

    void on(Context& cx, const ElectionArgs& args);
    void on(Context& cx, const Won& m);
    void on(Context& cx, const Settled&);
};
BOOST_DESCRIBE_STRUCT(LeaderElection, (), (nodes, winner))
ARIADNE_ACTOR(LeaderElection, ElectionArgs, Won, Settled)

void Node::on(Context& cx, const Join& m) {
    next = m.next;
    latency = Duration{cx.random().between(args.latency.count() / 4, args.latency.count())};
    cx.after(Duration{cx.random().between(0, args.start.count())}, WakeUp{});
}

void Node::on(Context& cx, const InFlight& m) {
    std::visit([&](const auto& message) { cx.send(next, message); }, m.message);
}

void Node::on(Context& cx, const WakeUp&) {
    if (!participant && leader == 0) stand(cx);
}

void Node::stand(Context& cx) {
    participant = true;
    pass(cx, Candidate{id});
}

void Node::win(Context& cx) {
    participant = false;
    leader = id;
    cx.note("leader", id);
    cx.send(Ref<LeaderElection>{cx.parent()}, Won{id});
    pass(cx, Elected{id});
}

void Node::on(Context& cx, const Candidate& m) {
    if (m.id == id) return win(cx);
    // The bug: whoever takes part has sent a candidate already and has no more to say, or so it was
    // thought. But it still has to swallow candidates smaller than itself.
    if (args.bug && participant) return pass(cx, m);
    if (m.id > id) {
        participant = true;
        pass(cx, m);
    } else if (!participant) {
        stand(cx);
    }
}

void Node::on(Context& cx, const Elected& m) {
    if (m.id == id) return;  // all have heard of it
    participant = false;
    leader = m.id;
    cx.note("leader", leader);
    pass(cx, m);
}

void LeaderElection::on(Context& cx, const ElectionArgs& args) {
    nodes = args.nodes;
    if (nodes == 0) return cx.stop("no nodes, no leader");
    if (args.start < 0s || args.start > 1h || args.latency < 0s || args.latency > 1s)
        cx.fail("start must be from 0s to 1h, latency from 0s to 1s");
    std::vector<std::uint32_t> ids(nodes);
    std::iota(ids.begin(), ids.end(), 1u);
    for (std::size_t i = ids.size() - 1; i > 0; --i)
        std::swap(ids[i], ids[cx.random().below(i + 1)]);

    std::vector<Ref<Node>> ring;
    ring.reserve(nodes);
    for (const std::uint32_t id : ids)
        ring.push_back(cx.spawn<Node>("node-" + std::to_string(id), {.id = id, .args = args}));
    for (std::size_t i = 0; i < ring.size(); ++i)
        cx.send(ring[i], Join{ring[(i + 1) % ring.size()]});

    // A candidate goes round at most once before another takes its place, the news once more.
    cx.after(args.start + args.latency * (static_cast<std::int64_t>(nodes) * 4) + 1s, Settled{});
}

void LeaderElection::on(Context& cx, const Won& m) {
    cx.note("winner", m.id);
    if (winner != 0)
        cx.fail("two leaders: node " + std::to_string(winner) + " and node " +
                std::to_string(m.id));
    winner = m.id;
}

void LeaderElection::on(Context& cx, const Settled&) {
    if (winner == 0) cx.fail("no leader");
    if (winner != nodes)
        cx.fail("wrong leader: node " + std::to_string(winner) + ", expected node " +
                std::to_string(nodes));
    cx.stop("leader is node " + std::to_string(winner));
}

ARIADNE_PROGRAM("leader_election", "1.0", LeaderElection, ElectionArgs)

}  // namespace samples::leader_election
