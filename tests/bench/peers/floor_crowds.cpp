#include "tests/bench/peers/floor.h"
#include "tests/bench/peers/floor_loop.h"

#include <array>
#include <vector>

namespace bench::floor {
namespace {

using peers::Arguments;
using peers::Clock;
using peers::nextRandom;

enum Kind : std::uint64_t {
    kBegin,
    kPing,
    kPong,
    kMeet,
    kMet,
    kClosed,
    kTransfer,
    kDeposit,
    kDeposited,
    kTransferred,
    kToken
};

struct Peer final : Actor {
    std::vector<Peer>* all = nullptr;
    std::uint64_t random = 0, left = 0, answered = 0;
    void on(Loop& loop, const Message& m) override {
        if (m.kind == kPing) {
            ++answered;
            loop.send(m.from, this, kPong, m.a);
        } else if (left != 0) {
            --left;
            loop.send(&(*all)[nextRandom(random) % all->size()], this, kPing, left);
        }
    }
};

struct Creature final : Actor {
    Actor* mall = nullptr;
    std::uint64_t colour = 0, met = 0;
    void on(Loop& loop, const Message& m) override {
        if (m.kind == kClosed) return;
        if (m.kind == kMet) {
            ++met;
            if (colour != m.a) colour = 3 - colour - m.a;
        }
        loop.send(mall, this, kMeet, colour);
    }
};
struct Mall final : Actor {
    std::uint64_t left = 0, waitingColour = 0;
    Actor* waiting = nullptr;
    void on(Loop& loop, const Message& m) override {
        if (left == 0) return loop.send(m.from, this, kClosed);
        if (waiting == nullptr) {
            waiting = m.from;
            waitingColour = m.a;
            return;
        }
        --left;
        loop.send(m.from, this, kMet, waitingColour);
        loop.send(waiting, this, kMet, m.a);
        waiting = nullptr;
    }
};

struct Account;
struct Teller final : Actor {
    std::vector<Account>* accounts = nullptr;
    std::uint64_t number = 0, random = 0, window = 0, toBegin = 0, done = 0;
    void begin(Loop& loop);
    void on(Loop& loop, const Message& m) override {
        if (m.kind == kTransferred) {
            ++done;
            begin(loop);
        } else {
            for (std::uint64_t i = 0; i < window; ++i) begin(loop);
        }
    }
};
struct Account final : Actor {
    std::vector<Account>* accounts = nullptr;
    std::vector<Teller>* tellers = nullptr;
    std::int64_t cents = 1'000'000;
    void on(Loop& loop, const Message& m) override {
        switch (m.kind) {
            case kTransfer:
                cents -= static_cast<std::int64_t>(m.a);
                return loop.send(&(*accounts)[m.b], this, kDeposit, m.a, m.c);
            case kDeposit:
                cents += static_cast<std::int64_t>(m.a);
                return loop.send(m.from, this, kDeposited, m.b);
            default: return loop.send(&(*tellers)[m.a], this, kTransferred);
        }
    }
};
void Teller::begin(Loop& loop) {
    if (toBegin == 0) return;
    --toBegin;
    const std::uint64_t draw = nextRandom(random), n = accounts->size();
    loop.send(&(*accounts)[(draw >> 20) % n], this, kTransfer, draw % 100, (draw >> 40) % n,
              number);
}

struct Node final : Actor {
    std::array<Node*, 4> neighbours{};
    std::uint64_t random = 0, visits = 0;
    void on(Loop& loop, const Message& m) override {
        ++visits;
        if (m.a != 0) loop.send(neighbours[nextRandom(random) % 4], this, kToken, m.a - 1);
    }
};

}  // namespace

std::uint64_t big(const Arguments& args, Clock&) {
    const std::uint64_t pings = args["pings"];
    Loop loop;
    std::vector<Peer> peers(args["actors"]);
    for (std::size_t i = 0; i < peers.size(); ++i) {
        peers[i].all = &peers;
        peers[i].random = peers::randomSeed(i);
        peers[i].left = pings;
        loop.send(&peers[i], nullptr, kBegin);
    }
    loop.run();
    std::uint64_t answered = 0;
    for (const Peer& peer : peers) answered += peer.answered;
    peers::expectCount(answered, peers.size() * pings);
    return 2 * answered;
}

std::uint64_t chameneos(const Arguments& args, Clock&) {
    const std::uint64_t meetings = args["meetings"];
    Loop loop;
    Mall mall;
    mall.left = meetings;
    std::vector<Creature> creatures(args["creatures"]);
    for (std::size_t i = 0; i < creatures.size(); ++i) {
        creatures[i].mall = &mall;
        creatures[i].colour = i % 3;
        loop.send(&creatures[i], nullptr, kBegin);
    }
    loop.run();
    std::uint64_t met = 0;
    for (const Creature& creature : creatures) met += creature.met;
    peers::expectCount(met, 2 * meetings);
    return 4 * meetings;
}

std::uint64_t bank(const Arguments& args, Clock&) {
    const std::uint64_t transfers = args["transfers"];
    Loop loop;
    std::vector<Account> accounts(args["accounts"]);
    std::vector<Teller> tellers(args["tellers"]);
    for (Account& account : accounts) {
        account.accounts = &accounts;
        account.tellers = &tellers;
    }
    for (std::size_t i = 0; i < tellers.size(); ++i) {
        tellers[i].accounts = &accounts;
        tellers[i].number = i;
        tellers[i].random = peers::randomSeed(i);
        tellers[i].window = args["window"];
        tellers[i].toBegin = transfers;
        loop.send(&tellers[i], nullptr, kBegin);
    }
    loop.run();
    std::int64_t cents = 0;
    for (const Account& account : accounts) cents += account.cents;
    peers::expectCount(static_cast<std::uint64_t>(cents), accounts.size() * 1'000'000);
    for (const Teller& teller : tellers) peers::expectCount(teller.done, transfers);
    return 4 * tellers.size() * transfers;
}

std::uint64_t randomTarget(const Arguments& args, Clock& clock) {
    const std::uint64_t tokens = args["tokens"], hops = args["hops"];
    Loop loop;
    std::vector<Node> nodes(args["actors"]);
    std::uint64_t random = peers::randomSeed(0);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        nodes[i].random = peers::randomSeed(i);
        for (Node*& neighbour : nodes[i].neighbours)
            neighbour = &nodes[nextRandom(random) % nodes.size()];
    }
    clock.begin();
    for (std::uint64_t i = 0; i < tokens; ++i)
        loop.send(&nodes[nextRandom(random) % nodes.size()], nullptr, kToken, hops - 1);
    loop.run();
    clock.end();
    std::uint64_t visits = 0;
    for (const Node& node : nodes) visits += node.visits;
    peers::expectCount(visits, tokens * hops);
    return visits;
}

}  // namespace bench::floor
