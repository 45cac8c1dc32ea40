#include "tests/bench/peers/caf_run.h"

#include <array>

namespace bench::caf_peers {
namespace {

using caf::actor;
using caf::actor_config;
using caf::behavior;
using caf::event_based_actor;
using peers::Arguments;
using peers::Clock;
using peers::nextRandom;

using Meet = caf::atom_constant<caf::atom("meet")>;
using Met = caf::atom_constant<caf::atom("met")>;
using Closed = caf::atom_constant<caf::atom("closed")>;
using Transfer = caf::atom_constant<caf::atom("transfer")>;
using Deposit = caf::atom_constant<caf::atom("deposit")>;
using Deposited = caf::atom_constant<caf::atom("deposited")>;
using Token = caf::atom_constant<caf::atom("token")>;

/// Counts Done messages, sums their numbers, and tells the host when all are there.
class Collector final : public event_based_actor {
public:
    Collector(actor_config& config, std::uint64_t expected, actor host)
        : event_based_actor(config), left_(expected), host_(std::move(host)) {}
    behavior make_behavior() override {
        return {[this](Begin, std::uint64_t expected) {
                    left_ = expected;
                    sum_ = 0;
                },
                [this](Done, std::uint64_t number) {
                    sum_ += number;
                    if (--left_ == 0) send(host_, Done::value, sum_);
                }};
    }

private:
    std::uint64_t left_;
    std::uint64_t sum_ = 0;
    actor host_;
};

class Peer final : public event_based_actor {
public:
    Peer(actor_config& config, const Actors& all, std::uint64_t seed, std::uint64_t left,
         actor collector)
        : event_based_actor(config),
          all_(all),
          random_(seed),
          left_(left),
          collector_(std::move(collector)) {}
    behavior make_behavior() override {
        return {[this](Begin) { next(); },
                [this](caf::ping_atom, std::uint64_t number) {
                    ++answered_;
                    send(senderOf(*this), caf::pong_atom::value, number);
                },
                [this](caf::pong_atom, std::uint64_t) { next(); },
                [this](Report) { return answered_; }};
    }

private:
    void next() {
        if (left_ == 0) return send(collector_, Done::value, std::uint64_t{1});
        --left_;
        send(all_[nextRandom(random_) % all_.size()], caf::ping_atom::value, left_);
    }
    const Actors& all_;
    std::uint64_t random_;
    std::uint64_t left_;
    std::uint64_t answered_ = 0;
    actor collector_;
};

class Creature final : public event_based_actor {
public:
    Creature(actor_config& config, actor mall, std::uint64_t colour)
        : event_based_actor(config), mall_(std::move(mall)), colour_(colour) {}
    behavior make_behavior() override {
        return {[this](Begin) { send(mall_, Meet::value, colour_); },
                [this](Met, std::uint64_t other) {
                    ++met_;
                    if (colour_ != other) colour_ = 3 - colour_ - other;
                    send(mall_, Meet::value, colour_);
                },
                [this](Closed) { send(mall_, Done::value, met_); }};
    }

private:
    actor mall_;
    std::uint64_t colour_;
    std::uint64_t met_ = 0;
};
class Mall final : public event_based_actor {
public:
    Mall(actor_config& config, std::uint64_t creatures, std::uint64_t meetings, actor host)
        : event_based_actor(config),
          creatures_(creatures),
          left_(meetings),
          host_(std::move(host)) {}
    behavior make_behavior() override {
        return {[this](Meet, std::uint64_t colour) { meet(colour); },
                [this](Done, std::uint64_t met) {
                    met_ += met;
                    if (--creatures_ == 0) send(host_, Done::value, met_);
                }};
    }

private:
    void meet(std::uint64_t colour) {
        actor here = senderOf(*this);
        if (left_ == 0) return send(here, Closed::value);
        if (!waiting_) {
            waiting_ = std::move(here);
            waitingColour_ = colour;
            return;
        }
        --left_;
        send(here, Met::value, waitingColour_);
        send(waiting_, Met::value, colour);
        waiting_ = nullptr;
    }
    std::uint64_t creatures_;
    std::uint64_t left_;
    std::uint64_t met_ = 0;
    std::uint64_t waitingColour_ = 0;
    actor waiting_;
    actor host_;
};

struct Bank {
    Actors accounts;
    Actors tellers;
};
class Account final : public event_based_actor {
public:
    Account(actor_config& config, const Bank& bank) : event_based_actor(config), bank_(bank) {}
    behavior make_behavior() override {
        return {[this](Transfer, std::uint64_t cents, std::uint64_t to, std::uint64_t teller) {
                    cents_ -= cents;
                    send(bank_.accounts[to], Deposit::value, cents, teller);
                },
                [this](Deposit, std::uint64_t cents, std::uint64_t teller) {
                    cents_ += cents;
                    send(senderOf(*this), Deposited::value, teller);
                },
                [this](Deposited, std::uint64_t teller) {
                    send(bank_.tellers[teller], caf::ok_atom::value);
                },
                [this](Report) { return cents_; }};
    }

private:
    const Bank& bank_;
    std::uint64_t cents_ = 1'000'000;  // may pass below 0 and wrap; the sum is right all the same
};
class Teller final : public event_based_actor {
public:
    Teller(actor_config& config, const Bank& bank, std::uint64_t number, std::uint64_t window,
           std::uint64_t transfers, actor collector)
        : event_based_actor(config),
          bank_(bank),
          number_(number),
          random_(peers::randomSeed(number)),
          window_(window),
          toBegin_(transfers),
          toEnd_(transfers),
          collector_(std::move(collector)) {}
    behavior make_behavior() override {
        return {[this](Begin) {
                    for (std::uint64_t i = 0; i < window_; ++i) begin();
                },
                [this](caf::ok_atom) {
                    begin();
                    if (--toEnd_ == 0) send(collector_, Done::value, std::uint64_t{1});
                }};
    }

private:
    void begin() {
        if (toBegin_ == 0) return;
        --toBegin_;
        const std::uint64_t draw = nextRandom(random_), n = bank_.accounts.size();
        send(bank_.accounts[(draw >> 20) % n], Transfer::value, draw % 100, (draw >> 40) % n,
             number_);
    }
    const Bank& bank_;
    std::uint64_t number_, random_, window_, toBegin_, toEnd_;
    actor collector_;
};

class Node final : public event_based_actor {
public:
    Node(actor_config& config, const Actors& all, std::uint64_t number, actor collector)
        : event_based_actor(config),
          all_(all),
          random_(peers::randomSeed(number)),
          collector_(std::move(collector)) {}
    void on_exit() override { neighbours_ = {}; }
    behavior make_behavior() override {
        return {[this](caf::link_atom) {
                    for (actor& neighbour : neighbours_)
                        neighbour = all_[nextRandom(random_) % all_.size()];
                    send(collector_, Done::value, std::uint64_t{1});
                },
                [this](Token, std::uint64_t number, std::uint64_t left) {
                    if (left == 0) return send(collector_, Done::value, number);
                    send(neighbours_[nextRandom(random_) % neighbours_.size()], Token::value,
                         number, left - 1);
                }};
    }

private:
    const Actors& all_;
    std::uint64_t random_;
    std::array<actor, 4> neighbours_;
    actor collector_;
};

}  // namespace

std::uint64_t big(caf::actor_system& system, const Arguments& args, Clock&) {
    const std::uint64_t count = args["actors"], pings = args["pings"];
    caf::scoped_actor self{system};
    const auto collector = system.spawn<Collector>(count, caf::actor{self});
    Actors all;
    for (std::uint64_t i = 0; i < count; ++i)
        all.push_back(system.spawn<Peer>(std::cref(all), peers::randomSeed(i), pings, collector));
    for (const actor& peer : all) self->send(peer, Begin::value);
    awaitDone(self);
    std::uint64_t answered = 0;
    for (const actor& peer : all) answered += reportOf(self, peer);
    peers::expectCount(answered, count * pings);
    Actors ending{all};
    ending.push_back(collector);
    endAll(system, ending);
    return 2 * answered;
}

std::uint64_t chameneos(caf::actor_system& system, const Arguments& args, Clock&) {
    const std::uint64_t count = args["creatures"], meetings = args["meetings"];
    caf::scoped_actor self{system};
    Actors actors{system.spawn<Mall>(count, meetings, caf::actor{self})};
    for (std::uint64_t i = 0; i < count; ++i)
        actors.push_back(system.spawn<Creature>(actors[0], i % 3));
    for (std::uint64_t i = 0; i < count; ++i) self->send(actors[i + 1], Begin::value);
    peers::expectCount(awaitDone(self), 2 * meetings);
    endAll(system, actors);
    return 4 * meetings;
}

std::uint64_t bank(caf::actor_system& system, const Arguments& args, Clock&) {
    const std::uint64_t transfers = args["transfers"], tellers = args["tellers"];
    caf::scoped_actor self{system};
    const auto collector = system.spawn<Collector>(tellers, caf::actor{self});
    Bank bank;
    for (std::uint64_t i = 0; i < args["accounts"]; ++i)
        bank.accounts.push_back(system.spawn<Account>(std::cref(bank)));
    for (std::uint64_t i = 0; i < tellers; ++i)
        bank.tellers.push_back(
            system.spawn<Teller>(std::cref(bank), i, args["window"], transfers, collector));
    for (const actor& teller : bank.tellers) self->send(teller, Begin::value);
    awaitDone(self);
    std::uint64_t cents = 0;
    for (const actor& account : bank.accounts) cents += reportOf(self, account);
    peers::expectCount(cents, bank.accounts.size() * 1'000'000);
    Actors ending{bank.accounts};
    ending.insert(ending.end(), bank.tellers.begin(), bank.tellers.end());
    ending.push_back(collector);
    endAll(system, ending);
    return 4 * tellers * transfers;
}

std::uint64_t randomTarget(caf::actor_system& system, const Arguments& args, Clock& clock) {
    const std::uint64_t tokens = args["tokens"], hops = args["hops"], count = args["actors"];
    caf::scoped_actor self{system};
    const auto collector = system.spawn<Collector>(count, caf::actor{self});
    Actors nodes;
    for (std::uint64_t i = 0; i < count; ++i)
        nodes.push_back(system.spawn<Node>(std::cref(nodes), i, collector));
    for (const actor& node : nodes) self->send(node, caf::link_atom::value);
    awaitDone(self);
    self->send(collector, Begin::value, tokens);
    std::uint64_t random = peers::randomSeed(0);
    clock.begin();
    for (std::uint64_t i = 0; i < tokens; ++i)
        self->send(nodes[nextRandom(random) % count], Token::value, i, hops - 1);
    const std::uint64_t numbers = awaitDone(self);
    clock.end();
    peers::expectCount(numbers, tokens * (tokens - 1) / 2);
    Actors ending{nodes};
    ending.push_back(collector);
    endAll(system, ending);
    return tokens * hops;
}

}  // namespace bench::caf_peers
