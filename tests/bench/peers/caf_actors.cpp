// What an actor costs that waits, and how long a question takes through ten of them.
#include "tests/bench/peers/caf_run.h"

#include <chrono>

namespace bench::caf_peers {
namespace {

using caf::actor;
using caf::actor_config;
using caf::behavior;
using caf::event_based_actor;

class Idle final : public event_based_actor {
public:
    explicit Idle(actor_config& config) : event_based_actor(config) {}
    behavior make_behavior() override {
        return {[this](caf::add_atom, std::uint64_t amount) { sum_ += amount; },
                [this](Report) { return sum_; }};
    }

private:
    std::uint64_t sum_ = 0;
};

/// Asks the next one, or answers.
class Relay final : public event_based_actor {
public:
    Relay(actor_config& config, actor next) : event_based_actor(config), next_(std::move(next)) {}
    behavior make_behavior() override {
        return {[this](caf::get_atom, std::uint64_t hops) {
            auto promise = make_response_promise();
            if (!next_) {
                promise.deliver(hops);
                return;
            }
            request(next_, std::chrono::seconds{1}, caf::get_atom::value, hops + 1)
                .then([promise](std::uint64_t answer) mutable { promise.deliver(answer); });
        }};
    }

private:
    actor next_;
};

class Client final : public event_based_actor {
public:
    Client(actor_config& config, actor first, std::vector<double>& samples, actor host)
        : event_based_actor(config),
          first_(std::move(first)),
          samples_(samples),
          host_(std::move(host)) {}
    behavior make_behavior() override {
        return {[this](Begin, std::uint64_t chains) { ask(chains); }};
    }

private:
    using SteadyClock = std::chrono::steady_clock;
    void ask(std::uint64_t left) {
        if (left == 0) return send(host_, Done::value, sum_);
        const auto begin = SteadyClock::now();
        request(first_, std::chrono::seconds{1}, caf::get_atom::value, std::uint64_t{1})
            .then([this, left, begin](std::uint64_t answer) {
                samples_.push_back(
                    std::chrono::duration<double, std::nano>(SteadyClock::now() - begin).count());
                sum_ += answer;
                ask(left - 1);
            });
    }
    actor first_;
    std::uint64_t sum_ = 0;
    std::vector<double>& samples_;
    actor host_;
};

}  // namespace

std::uint64_t idle(caf::actor_system& system, const peers::Arguments& args, peers::Clock& clock) {
    const std::uint64_t count = args["actors"];
    caf::scoped_actor self{system};
    Actors actors;
    actors.reserve(count);
    const double before = peers::residentBytes();
    clock.begin();
    for (std::uint64_t i = 0; i < count; ++i) actors.push_back(system.spawn<Idle>());
    clock.end();
    // Everyone has run once.
    peers::expectCount(reportOf(self, actors.back()), 0);
    clock.note("bytes_per_actor", (peers::residentBytes() - before) / static_cast<double>(count));
    endAll(system, actors);
    return count;
}

std::uint64_t askChain(caf::actor_system& system, const peers::Arguments& args,
                       peers::Clock& clock) {
    const std::uint64_t hops = args["hops"], chains = args["chains"];
    caf::scoped_actor self{system};
    Actors actors;
    for (std::uint64_t i = 0; i < hops; ++i)
        actors.push_back(system.spawn<Relay>(actors.empty() ? actor{} : actors.back()));
    std::vector<double> samples;
    const auto client = system.spawn<Client>(actors.back(), std::ref(samples), caf::actor{self});
    self->send(client, Begin::value, chains);
    peers::expectCount(awaitDone(self), chains * hops);
    peers::notePercentiles(clock, samples);
    actors.push_back(client);
    endAll(system, actors);
    return chains;
}

}  // namespace bench::caf_peers
