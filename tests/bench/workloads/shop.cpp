// A web shop: 10,000 actors, seven messages an order, a state change in each. Skewed targets.
#include "engine/ariadne.h"
#include "tests/bench/workloads/conclude.h"

#include <algorithm>
#include <array>

namespace bench::shop {
using namespace ariadne;

constexpr std::uint32_t kGateways = 16;
constexpr std::uint32_t kDesksPerClient = 5;

struct ShopArgs {
    std::uint32_t clients = 1'000;  ///< each with five order desks
    std::uint32_t stocks = 2'000;
    std::uint32_t payments = 2'000;
    std::uint64_t orders = 150;  ///< by each client, one after the other
};
BOOST_DESCRIBE_STRUCT(ShopArgs, (), (clients, stocks, payments, orders))

struct Client;
struct Desk;
struct Stock;
struct Payment;

// client -> gateway -> desk -> stock -> desk -> payment -> desk -> client
struct Order {
    Ref<Desk> desk;
};
BOOST_DESCRIBE_STRUCT(Order, (), (desk))
struct Place {
    Ref<Client> client;
    Ref<Stock> stock;
    Ref<Payment> payment;
    std::uint32_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(Place, (), (client, stock, payment, quantity))
struct Reserve {
    std::uint32_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(Reserve, (), (quantity))
struct Reserved {
    std::uint64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(Reserved, (), (cents))
struct Charge {
    std::uint64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(Charge, (), (cents))
struct Receipt {
    std::uint64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(Receipt, (), (cents))
struct Delivered {
    std::uint64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(Delivered, (), (cents))

// The closing of the books
struct Done {
    std::uint64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(Done, (), (cents))
struct Report {};
BOOST_DESCRIBE_STRUCT(Report, (), ())
struct Taken {
    std::uint64_t receipts = 0;
    std::uint64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(Taken, (), (receipts, cents))

struct Stock {
    std::uint64_t unitCents = 0;
    std::uint64_t sold = 0;
    void on(Context& cx, const Reserve& m) {
        sold += m.quantity;
        cx.reply(Reserved{m.quantity * unitCents});
    }
};
BOOST_DESCRIBE_STRUCT(Stock, (), (unitCents, sold))
ARIADNE_ACTOR(Stock, Reserve)

struct Payment {
    std::uint64_t receipts = 0;
    std::uint64_t cents = 0;
    void on(Context& cx, const Charge& m) {
        ++receipts;
        cents += m.cents;
        cx.reply(Receipt{m.cents});
    }
    void on(Context& cx, const Report&) { cx.reply(Taken{receipts, cents}); }
};
BOOST_DESCRIBE_STRUCT(Payment, (), (receipts, cents))
ARIADNE_ACTOR(Payment, Charge, Report)

/// Handles one order at a time; its client sees to that.
struct Desk {
    Ref<Client> client;
    Ref<Payment> payment;
    std::uint64_t orders = 0;
    void on(Context& cx, const Place& m);
    void on(Context& cx, const Reserved& m) { cx.send(payment, Charge{m.cents}); }
    void on(Context& cx, const Receipt& m);
};
BOOST_DESCRIBE_STRUCT(Desk, (), (client, payment, orders))
ARIADNE_ACTOR(Desk, Place, Reserved, Receipt)

struct Gateway {
    Vector<Ref<Stock>> stocks;
    Vector<Ref<Payment>> payments;
    std::uint64_t orders = 0;
    void on(Context& cx, const Order& m);
};
BOOST_DESCRIBE_STRUCT(Gateway, (), (stocks, payments, orders))
ARIADNE_ACTOR(Gateway, Order)

struct Client {
    std::array<Ref<Gateway>, kGateways> gateways{};
    std::array<Ref<Desk>, kDesksPerClient> desks{};
    std::uint64_t left = 0;
    std::uint64_t cents = 0;
    void on(Context& cx, const Start&) { order(cx); }
    void on(Context& cx, const Delivered& m);
    void order(Context& cx);
};
BOOST_DESCRIBE_STRUCT(Client, (), (gateways, desks, left, cents))
ARIADNE_ACTOR(Client, Start, Delivered)

struct Shop {
    ShopArgs args;
    Vector<Ref<Payment>> payments;
    std::uint32_t done = 0;
    std::uint64_t paidCents = 0;
    std::uint32_t reports = 0;
    Taken taken;
    void on(Context& cx, const ShopArgs& given);
    void on(Context& cx, const Done& m);
    void on(Context& cx, const Taken& m);
};
BOOST_DESCRIBE_STRUCT(Shop, (), (args, payments, done, paidCents, reports, taken))
ARIADNE_ACTOR(Shop, ShopArgs, Done, Taken)

void Client::order(Context& cx) {
    --left;
    const std::uint64_t draw = cx.random().u64();
    cx.send(gateways[draw % kGateways], Order{desks[(draw >> 32) % kDesksPerClient]});
}

void Client::on(Context& cx, const Delivered& m) {
    cents += m.cents;
    if (left != 0) return order(cx);
    cx.send(Ref<Shop>{cx.parent()}, Done{cents});
}

/// Low numbers more often than high ones, as with things that people buy.
template <class T>
const Ref<T>& popular(const Vector<Ref<T>>& all, std::uint64_t draw) {
    return all[std::min(draw % all.size(), (draw >> 32) % all.size())];
}

void Gateway::on(Context& cx, const Order& m) {
    ++orders;
    const std::uint64_t first = cx.random().u64();
    const std::uint64_t second = cx.random().u64();
    cx.send(m.desk, Place{Ref<Client>{cx.sender()}, popular(stocks, first),
                          popular(payments, second), static_cast<std::uint32_t>(1 + first % 9)});
}

void Desk::on(Context& cx, const Place& m) {
    client = m.client;
    payment = m.payment;
    cx.send(m.stock, Reserve{m.quantity});
}

void Desk::on(Context& cx, const Receipt& m) {
    ++orders;
    cx.send(client, Delivered{m.cents});
}

void Shop::on(Context& cx, const ShopArgs& given) {
    args = given;
    if (args.clients == 0 || args.stocks == 0 || args.payments == 0 || args.orders == 0)
        cx.fail("clients, stocks, payments and orders must all be at least 1");
    Vector<Ref<Stock>> stocks;
    for (std::uint32_t i = 0; i < args.stocks; ++i)
        stocks.push_back(cx.spawn<Stock>("stock", {.unitCents = 100 + i}));
    for (std::uint32_t i = 0; i < args.payments; ++i)
        payments.push_back(cx.spawn<Payment>("payment"));
    Client client{.left = args.orders};
    for (Ref<Gateway>& gateway : client.gateways)
        gateway = cx.spawn<Gateway>("gateway", {.stocks = stocks, .payments = payments});
    for (std::uint32_t i = 0; i < args.clients; ++i) {
        for (Ref<Desk>& desk : client.desks) desk = cx.spawn<Desk>("desk");
        cx.spawn<Client>("client", client);
    }
}

void Shop::on(Context& cx, const Done& m) {
    paidCents += m.cents;
    if (++done != args.clients) return;
    for (const Ref<Payment>& payment : payments) cx.send(payment, Report{});
}

void Shop::on(Context& cx, const Taken& m) {
    taken.receipts += m.receipts;
    taken.cents += m.cents;
    if (++reports != args.payments) return;
    if (taken.cents != paidCents)
        cx.fail("clients paid " + std::to_string(paidCents) + " cents, " +
                std::to_string(taken.cents) + " were taken: a message was lost or changed");
    const std::uint64_t orders = args.clients * args.orders;
    conclude(cx, taken.receipts, orders, 7 * orders);
}

ARIADNE_PROGRAM("bench_shop", "1", Shop, ShopArgs)

}  // namespace bench::shop
