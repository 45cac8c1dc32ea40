#include "tests/bench/peers/caf_run.h"

namespace bench::caf_peers {
namespace {

using caf::actor;
using caf::actor_config;
using caf::behavior;
using caf::event_based_actor;
using peers::Arguments;
using peers::Clock;

class Ponger final : public event_based_actor {
public:
    explicit Ponger(actor_config& config) : event_based_actor(config) {}
    behavior make_behavior() override {
        return {[this](caf::ping_atom, std::uint64_t left) {
                    ++hits_;
                    send(senderOf(*this), caf::pong_atom::value, left);
                },
                [this](Report) { return hits_; }};
    }

private:
    std::uint64_t hits_ = 0;
};
class Pinger final : public event_based_actor {
public:
    Pinger(actor_config& config, actor other, actor host)
        : event_based_actor(config), other_(std::move(other)), host_(std::move(host)) {}
    behavior make_behavior() override {
        return {
            [this](Begin, std::uint64_t trips) { send(other_, caf::ping_atom::value, trips - 1); },
            [this](caf::pong_atom, std::uint64_t left) {
                ++hits_;
                if (left != 0)
                    send(other_, caf::ping_atom::value, left - 1);
                else
                    send(host_, Done::value, hits_);
            }};
    }

private:
    actor other_;
    actor host_;
    std::uint64_t hits_ = 0;
};

class Player final : public event_based_actor {
public:
    Player(actor_config& config, actor host) : event_based_actor(config), host_(std::move(host)) {}
    void on_exit() override { next_ = nullptr; }
    behavior make_behavior() override {
        return {[this](caf::link_atom, actor next) { next_ = std::move(next); },
                [this](caf::ping_atom, std::uint64_t left) {
                    ++seen_;
                    if (left != 0)
                        send(next_, caf::ping_atom::value, left - 1);
                    else
                        send(host_, Done::value, std::uint64_t{0});
                },
                [this](Report) { return seen_; }};
    }

private:
    actor next_;
    actor host_;
    std::uint64_t seen_ = 0;
};

class Counter final : public event_based_actor {
public:
    explicit Counter(actor_config& config) : event_based_actor(config) {}
    behavior make_behavior() override {
        return {[this](caf::add_atom, std::uint64_t amount) { sum_ += amount; },
                [this](Report) { send(senderOf(*this), Done::value, sum_); }};
    }

private:
    std::uint64_t sum_ = 0;
};
class Producer final : public event_based_actor {
public:
    Producer(actor_config& config, actor counter, actor host)
        : event_based_actor(config), counter_(std::move(counter)), host_(std::move(host)) {}
    behavior make_behavior() override {
        return {[this](Begin, std::uint64_t messages) {
                    for (std::uint64_t i = 0; i < messages; ++i)
                        send(counter_, caf::add_atom::value, i);
                    send(counter_, Report::value);
                },
                [this](Done, std::uint64_t sum) { send(host_, Done::value, sum); }};
    }

private:
    actor counter_;
    actor host_;
};

class Child final : public event_based_actor {
public:
    explicit Child(actor_config& config) : event_based_actor(config) {}
    behavior make_behavior() override {
        return {[this](caf::tick_atom, std::uint64_t number) {
            send(senderOf(*this), Done::value, number);
            quit();
        }};
    }
};
class Parent final : public event_based_actor {
public:
    Parent(actor_config& config, actor host) : event_based_actor(config), host_(std::move(host)) {}
    behavior make_behavior() override {
        return {[this](Begin, std::uint64_t actors) {
                    left_ = actors;
                    for (std::uint64_t i = 0; i < actors; ++i)
                        send(spawn<Child>(), caf::tick_atom::value, i);
                },
                [this](Done, std::uint64_t number) {
                    sum_ += number;
                    if (--left_ == 0) send(host_, Done::value, sum_);
                }};
    }

private:
    actor host_;
    std::uint64_t left_ = 0;
    std::uint64_t sum_ = 0;
};

class Worker final : public event_based_actor {
public:
    Worker(actor_config& config, std::uint64_t left) : event_based_actor(config), left_(left) {}
    behavior make_behavior() override {
        return {[this](caf::add_atom, std::uint64_t amount) {
            sum_ += amount;
            if (--left_ == 0) send(senderOf(*this), Done::value, sum_);
        }};
    }

private:
    std::uint64_t left_;
    std::uint64_t sum_ = 0;
};
class Forker final : public event_based_actor {
public:
    Forker(actor_config& config, const Actors& workers, actor host)
        : event_based_actor(config), workers_(workers), host_(std::move(host)) {}
    behavior make_behavior() override {
        return {[this](Begin, std::uint64_t messages) {
                    left_ = workers_.size();
                    for (std::uint64_t i = 0; i < messages; ++i)
                        for (const actor& worker : workers_) send(worker, caf::add_atom::value, i);
                },
                [this](Done, std::uint64_t sum) {
                    sum_ += sum;
                    if (--left_ == 0) send(host_, Done::value, sum_);
                }};
    }

private:
    const Actors& workers_;
    actor host_;
    std::size_t left_ = 0;
    std::uint64_t sum_ = 0;
};

}  // namespace

std::uint64_t pingPong(caf::actor_system& system, const Arguments& args, Clock&) {
    const std::uint64_t trips = args["trips"];
    caf::scoped_actor self{system};
    Actors actors{system.spawn<Ponger>()};
    actors.push_back(system.spawn<Pinger>(actors[0], caf::actor{self}));
    self->send(actors[1], Begin::value, trips);
    const std::uint64_t hits = awaitDone(self);
    peers::expectCount(hits + reportOf(self, actors[0]), 2 * trips);
    endAll(system, actors);
    return 2 * trips;
}

std::uint64_t ring(caf::actor_system& system, const Arguments& args, Clock& clock) {
    const std::uint64_t hops = args["hops"];
    caf::scoped_actor self{system};
    Actors players;
    for (std::uint64_t i = 0; i < args["actors"]; ++i)
        players.push_back(system.spawn<Player>(caf::actor{self}));
    for (std::size_t i = 0; i < players.size(); ++i)
        self->send(players[i], caf::link_atom::value, players[(i + 1) % players.size()]);
    for (const actor& player : players) reportOf(self, player);
    clock.begin();
    self->send(players[0], caf::ping_atom::value, hops - 1);
    awaitDone(self);
    std::uint64_t seen = 0;
    for (const actor& player : players) seen += reportOf(self, player);
    peers::expectCount(seen, hops);
    endAll(system, players);
    return hops;
}

std::uint64_t counting(caf::actor_system& system, const Arguments& args, Clock&) {
    const std::uint64_t messages = args["messages"];
    caf::scoped_actor self{system};
    Actors actors{system.spawn<Counter>()};
    actors.push_back(system.spawn<Producer>(actors[0], caf::actor{self}));
    self->send(actors[1], Begin::value, messages);
    peers::expectCount(awaitDone(self), messages * (messages - 1) / 2);
    endAll(system, actors);
    return messages;
}

std::uint64_t forkJoinCreate(caf::actor_system& system, const Arguments& args, Clock&) {
    const std::uint64_t count = args["actors"];
    caf::scoped_actor self{system};
    Actors actors{system.spawn<Parent>(caf::actor{self})};
    self->send(actors[0], Begin::value, count);
    peers::expectCount(awaitDone(self), count * (count - 1) / 2);
    endAll(system, actors);
    return count;
}

std::uint64_t forkJoinThroughput(caf::actor_system& system, const Arguments& args, Clock&) {
    const std::uint64_t count = args["actors"], messages = args["messages"];
    caf::scoped_actor self{system};
    Actors workers;
    for (std::uint64_t i = 0; i < count; ++i) workers.push_back(system.spawn<Worker>(messages));
    const auto forker = system.spawn<Forker>(std::cref(workers), caf::actor{self});
    self->send(forker, Begin::value, messages);
    peers::expectCount(awaitDone(self), count * (messages * (messages - 1) / 2));
    self->send_exit(forker, caf::exit_reason::user_shutdown);
    endAll(system, workers);
    return count * messages;
}

}  // namespace bench::caf_peers
