#include "tests/bench/peers/caf_run.h"

#include <algorithm>

namespace bench::caf_peers {
namespace {

using caf::actor;
using caf::actor_config;
using caf::behavior;
using caf::event_based_actor;
using peers::nextRandom;

using Order = caf::atom_constant<caf::atom("order")>;
using Place = caf::atom_constant<caf::atom("place")>;
using Reserve = caf::atom_constant<caf::atom("reserve")>;
using Reserved = caf::atom_constant<caf::atom("reserved")>;
using Charge = caf::atom_constant<caf::atom("charge")>;
using Receipt = caf::atom_constant<caf::atom("receipt")>;
using Delivered = caf::atom_constant<caf::atom("delivered")>;

constexpr std::size_t kGateways = 16;
constexpr std::size_t kDesksPerClient = 5;

struct Shop {
    Actors stocks;
    Actors payments;
    Actors gateways;
    Actors desks;
    Actors clients;
};

class Stock final : public event_based_actor {
public:
    Stock(actor_config& config, std::uint64_t unitCents)
        : event_based_actor(config), unitCents_(unitCents) {}
    behavior make_behavior() override {
        return {[this](Reserve, std::uint64_t quantity) {
            sold_ += quantity;
            send(senderOf(*this), Reserved::value, quantity * unitCents_);
        }};
    }

private:
    std::uint64_t unitCents_;
    std::uint64_t sold_ = 0;
};

class Payment final : public event_based_actor {
public:
    explicit Payment(actor_config& config) : event_based_actor(config) {}
    behavior make_behavior() override {
        return {[this](Charge, std::uint64_t cents) {
                    ++receipts_;
                    cents_ += cents;
                    send(senderOf(*this), Receipt::value, cents);
                },
                [this](Report) { return cents_; }};
    }

private:
    std::uint64_t receipts_ = 0;
    std::uint64_t cents_ = 0;
};

class Desk final : public event_based_actor {
public:
    Desk(actor_config& config, const Shop& shop) : event_based_actor(config), shop_(shop) {}
    behavior make_behavior() override {
        return {[this](Place, std::uint64_t client, std::uint64_t stock, std::uint64_t payment,
                       std::uint64_t quantity) {
                    client_ = client;
                    payment_ = payment;
                    send(shop_.stocks[stock], Reserve::value, quantity);
                },
                [this](Reserved, std::uint64_t cents) {
                    send(shop_.payments[payment_], Charge::value, cents);
                },
                [this](Receipt, std::uint64_t cents) {
                    ++orders_;
                    send(shop_.clients[client_], Delivered::value, cents);
                }};
    }

private:
    const Shop& shop_;
    std::uint64_t client_ = 0, payment_ = 0, orders_ = 0;
};

std::uint64_t popular(std::size_t count, std::uint64_t draw) {
    return std::min(draw % count, (draw >> 32) % count);
}

class Gateway final : public event_based_actor {
public:
    Gateway(actor_config& config, const Shop& shop, std::uint64_t number)
        : event_based_actor(config), shop_(shop), random_(peers::randomSeed(number)) {}
    behavior make_behavior() override {
        return {[this](Order, std::uint64_t client, std::uint64_t desk) {
            ++orders_;
            const std::uint64_t first = nextRandom(random_), second = nextRandom(random_);
            send(shop_.desks[desk], Place::value, client, popular(shop_.stocks.size(), first),
                 popular(shop_.payments.size(), second), 1 + first % 9);
        }};
    }

private:
    const Shop& shop_;
    std::uint64_t random_, orders_ = 0;
};

class Client final : public event_based_actor {
public:
    Client(actor_config& config, const Shop& shop, std::uint64_t number, std::uint64_t orders,
           actor host)
        : event_based_actor(config),
          shop_(shop),
          number_(number),
          random_(peers::randomSeed(kGateways + number)),
          left_(orders),
          host_(std::move(host)) {}
    behavior make_behavior() override {
        return {[this](Begin) { order(); },
                [this](Delivered, std::uint64_t cents) {
                    cents_ += cents;
                    if (left_ != 0)
                        order();
                    else
                        send(host_, Done::value, cents_);
                }};
    }

private:
    void order() {
        --left_;
        const std::uint64_t draw = nextRandom(random_);
        send(shop_.gateways[draw % kGateways], Order::value, number_,
             number_ * kDesksPerClient + (draw >> 32) % kDesksPerClient);
    }
    const Shop& shop_;
    std::uint64_t number_, random_, left_, cents_ = 0;
    actor host_;
};

}  // namespace

std::uint64_t shop(caf::actor_system& system, const peers::Arguments& args, peers::Clock&) {
    const std::uint64_t orders = args["orders"], clients = args["clients"];
    caf::scoped_actor self{system};
    Shop shop;
    const auto in = std::cref(shop);
    for (std::uint64_t i = 0; i < args["stocks"]; ++i)
        shop.stocks.push_back(system.spawn<Stock>(100 + i));
    for (std::uint64_t i = 0; i < args["payments"]; ++i)
        shop.payments.push_back(system.spawn<Payment>());
    for (std::uint64_t i = 0; i < kGateways; ++i)
        shop.gateways.push_back(system.spawn<Gateway>(in, i));
    for (std::uint64_t i = 0; i < clients * kDesksPerClient; ++i)
        shop.desks.push_back(system.spawn<Desk>(in));
    for (std::uint64_t i = 0; i < clients; ++i)
        shop.clients.push_back(system.spawn<Client>(in, i, orders, caf::actor{self}));
    for (const actor& client : shop.clients) self->send(client, Begin::value);
    std::uint64_t paid = 0, taken = 0;
    for (std::uint64_t i = 0; i < clients; ++i) paid += awaitDone(self);
    for (const actor& payment : shop.payments) taken += reportOf(self, payment);
    peers::expectCount(taken, paid);
    Actors ending;
    for (const Actors* some :
         {&shop.stocks, &shop.payments, &shop.gateways, &shop.desks, &shop.clients})
        ending.insert(ending.end(), some->begin(), some->end());
    endAll(system, ending);
    return 7 * clients * orders;
}

}  // namespace bench::caf_peers
