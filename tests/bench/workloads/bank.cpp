// Tellers move money between accounts: four messages a transfer, money is neither made nor lost.
#include "engine/ariadne.h"
#include "tests/bench/workloads/conclude.h"

namespace bench::bank {
using namespace ariadne;

struct BankArgs {
    std::uint32_t accounts = 1'000;
    std::uint32_t tellers = 50;
    std::uint32_t window = 20;        ///< transfers that a teller has under way
    std::uint64_t transfers = 4'000;  ///< by each teller
};
BOOST_DESCRIBE_STRUCT(BankArgs, (), (accounts, tellers, window, transfers))
struct Account;
struct Teller;
struct Transfer {
    std::int64_t cents = 0;
    Ref<Account> to;
};
BOOST_DESCRIBE_STRUCT(Transfer, (), (cents, to))
struct Deposit {
    std::int64_t cents = 0;
    Ref<Teller> teller;
};
BOOST_DESCRIBE_STRUCT(Deposit, (), (cents, teller))
struct Deposited {
    Ref<Teller> teller;
};
BOOST_DESCRIBE_STRUCT(Deposited, (), (teller))
struct Transferred {};
BOOST_DESCRIBE_STRUCT(Transferred, (), ())
struct Done {};
BOOST_DESCRIBE_STRUCT(Done, (), ())
struct Report {};
BOOST_DESCRIBE_STRUCT(Report, (), ())
struct Balance {
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(Balance, (), (cents))

constexpr std::int64_t kFirstBalance = 1'000'000;

struct Account {
    std::int64_t cents = kFirstBalance;
    void on(Context& cx, const Transfer& m);
    void on(Context& cx, const Deposit& m) {
        cents += m.cents;
        cx.reply(Deposited{m.teller});
    }
    void on(Context& cx, const Deposited& m);
    void on(Context& cx, const Report&) { cx.reply(Balance{cents}); }
};
BOOST_DESCRIBE_STRUCT(Account, (), (cents))
ARIADNE_ACTOR(Account, Transfer, Deposit, Deposited, Report)

struct Teller {
    Vector<Ref<Account>> accounts;
    std::uint32_t window = 0;
    std::uint64_t toBegin = 0;
    std::uint64_t toEnd = 0;
    void on(Context& cx, const Start&) {
        for (std::uint32_t i = 0; i < window; ++i) begin(cx);
    }
    void on(Context& cx, const Transferred&);
    void begin(Context& cx);
};
BOOST_DESCRIBE_STRUCT(Teller, (), (accounts, window, toBegin, toEnd))
ARIADNE_ACTOR(Teller, Start, Transferred)

struct Bank {
    BankArgs args;
    Vector<Ref<Account>> accounts;
    std::uint32_t done = 0;
    std::uint32_t reports = 0;
    std::int64_t cents = 0;
    void on(Context& cx, const BankArgs& given);
    void on(Context& cx, const Done&);
    void on(Context& cx, const Balance& one);
};
BOOST_DESCRIBE_STRUCT(Bank, (), (args, accounts, done, reports, cents))
ARIADNE_ACTOR(Bank, BankArgs, Done, Balance)

void Account::on(Context& cx, const Transfer& m) {
    cents -= m.cents;
    cx.send(m.to, Deposit{m.cents, Ref<Teller>{cx.sender()}});
}

void Account::on(Context& cx, const Deposited& m) {
    cx.send(m.teller, Transferred{});
}

void Teller::begin(Context& cx) {
    if (toBegin == 0) return;
    --toBegin;
    const std::uint64_t draw = cx.random().u64();
    const Ref<Account>& from = accounts[(draw >> 20) % accounts.size()];
    const Ref<Account>& to = accounts[(draw >> 40) % accounts.size()];
    cx.send(from, Transfer{static_cast<std::int64_t>(draw % 100), to});
}

void Teller::on(Context& cx, const Transferred&) {
    begin(cx);
    if (--toEnd == 0) cx.send(Ref<Bank>{cx.parent()}, Done{});
}

void Bank::on(Context& cx, const BankArgs& given) {
    args = given;
    if (args.accounts == 0 || args.tellers == 0 || args.window == 0 || args.transfers == 0)
        cx.fail("accounts, tellers, window and transfers must all be at least 1");
    for (std::uint32_t i = 0; i < args.accounts; ++i)
        accounts.push_back(cx.spawn<Account>("account"));
    for (std::uint32_t i = 0; i < args.tellers; ++i)
        cx.spawn<Teller>("teller", {.accounts = accounts,
                                    .window = args.window,
                                    .toBegin = args.transfers,
                                    .toEnd = args.transfers});
}

void Bank::on(Context& cx, const Done&) {
    if (++done != args.tellers) return;
    for (const Ref<Account>& account : accounts) cx.send(account, Report{});
}

void Bank::on(Context& cx, const Balance& one) {
    cents += one.cents;
    if (++reports != args.accounts) return;
    conclude(cx, static_cast<std::uint64_t>(cents),
             args.accounts * static_cast<std::uint64_t>(kFirstBalance),
             4 * args.tellers * args.transfers);
}

ARIADNE_PROGRAM("bench_bank", "1", Bank, BankArgs)

}  // namespace bench::bank
