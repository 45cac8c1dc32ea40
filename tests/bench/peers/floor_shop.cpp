#include "tests/bench/peers/floor.h"
#include "tests/bench/peers/floor_loop.h"

#include <algorithm>
#include <array>
#include <vector>

namespace bench::floor {
namespace {

using peers::nextRandom;

constexpr std::size_t kGateways = 16;
constexpr std::size_t kDesksPerClient = 5;

enum Kind : std::uint64_t {
    kBegin,
    kOrder,
    kPlace,
    kReserve,
    kReserved,
    kCharge,
    kReceipt,
    kDelivered
};

struct Stock final : Actor {
    std::uint64_t unitCents = 0, sold = 0;
    void on(Loop& loop, const Message& m) override {
        sold += m.a;
        loop.send(m.from, this, kReserved, m.a * unitCents);
    }
};
struct Payment final : Actor {
    std::uint64_t receipts = 0, cents = 0;
    void on(Loop& loop, const Message& m) override {
        ++receipts;
        cents += m.a;
        loop.send(m.from, this, kReceipt, m.a);
    }
};

struct Shop;
struct Desk final : Actor {
    Shop* shop = nullptr;
    Actor* client = nullptr;
    Payment* payment = nullptr;
    std::uint64_t orders = 0;
    void on(Loop& loop, const Message& m) override;
};
struct Gateway final : Actor {
    Shop* shop = nullptr;
    std::uint64_t random = 0, orders = 0;
    void on(Loop& loop, const Message& m) override;
};
struct Client final : Actor {
    Shop* shop = nullptr;
    std::uint64_t number = 0, random = 0, left = 0, cents = 0;
    void on(Loop& loop, const Message& m) override;
};
struct Shop {
    std::vector<Stock> stocks;
    std::vector<Payment> payments;
    std::vector<Gateway> gateways;
    std::vector<Desk> desks;
    std::vector<Client> clients;
};

void Client::on(Loop& loop, const Message& m) {
    if (m.kind == kDelivered) cents += m.a;
    if (left == 0) return;
    --left;
    const std::uint64_t draw = nextRandom(random);
    loop.send(&shop->gateways[draw % kGateways], this, kOrder,
              number * kDesksPerClient + (draw >> 32) % kDesksPerClient);
}

std::uint64_t popular(std::size_t count, std::uint64_t draw) {
    return std::min(draw % count, (draw >> 32) % count);
}

void Gateway::on(Loop& loop, const Message& m) {
    ++orders;
    const std::uint64_t first = nextRandom(random), second = nextRandom(random);
    loop.send(&shop->desks[m.a], m.from, kPlace, popular(shop->stocks.size(), first),
              popular(shop->payments.size(), second), 1 + first % 9);
}

void Desk::on(Loop& loop, const Message& m) {
    switch (m.kind) {
        case kPlace:
            client = m.from;
            payment = &shop->payments[m.b];
            return loop.send(&shop->stocks[m.a], this, kReserve, m.c);
        case kReserved: return loop.send(payment, this, kCharge, m.a);
        default: ++orders; return loop.send(client, this, kDelivered, m.a);
    }
}

}  // namespace

std::uint64_t shop(const peers::Arguments& args, peers::Clock&) {
    const std::uint64_t orders = args["orders"], clients = args["clients"];
    Loop loop;
    Shop shop;
    shop.stocks.resize(args["stocks"]);
    for (std::size_t i = 0; i < shop.stocks.size(); ++i) shop.stocks[i].unitCents = 100 + i;
    shop.payments.resize(args["payments"]);
    shop.gateways.resize(kGateways);
    for (std::size_t i = 0; i < kGateways; ++i) {
        shop.gateways[i].shop = &shop;
        shop.gateways[i].random = peers::randomSeed(i);
    }
    shop.desks.resize(clients * kDesksPerClient);
    for (Desk& desk : shop.desks) desk.shop = &shop;
    shop.clients.resize(clients);
    for (std::size_t i = 0; i < clients; ++i) {
        Client& client = shop.clients[i];
        client.shop = &shop;
        client.number = i;
        client.random = peers::randomSeed(kGateways + i);
        client.left = orders;
        loop.send(&client, nullptr, kBegin);
    }
    loop.run();
    std::uint64_t paid = 0, taken = 0, receipts = 0;
    for (const Client& client : shop.clients) paid += client.cents;
    for (const Payment& payment : shop.payments) {
        taken += payment.cents;
        receipts += payment.receipts;
    }
    peers::expectCount(taken, paid);
    peers::expectCount(receipts, clients * orders);
    return 7 * clients * orders;
}

}  // namespace bench::floor
