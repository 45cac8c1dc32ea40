// Small programs for the tests of the command. Built several times, as ledgers of other versions
// and as one that says it is the same but counts differently.
#include "engine/ariadne.h"

#include <map>

#ifndef LEDGER_VERSION
#define LEDGER_VERSION "1.0"
#endif
#ifndef LEDGER_BONUS
#define LEDGER_BONUS 0
#endif

namespace tests::ledger {
using namespace ariadne;

struct LedgerArgs {
    std::uint32_t deposits = 4;  ///< by each of two tellers
    Duration pause = 10ms;
    std::string owner = "Ann";
    bool fail = false;
};
BOOST_DESCRIBE_STRUCT(LedgerArgs, (), (deposits, pause, owner, fail))

struct Deposit {
    std::int64_t amount = 0;
    std::string owner;
};
BOOST_DESCRIBE_STRUCT(Deposit, (), (amount, owner))
struct Tick {};
BOOST_DESCRIBE_STRUCT(Tick, (), ())
struct Done {};
BOOST_DESCRIBE_STRUCT(Done, (), ())

struct Account {
    std::int64_t balance = 0;
    std::map<std::string, std::int64_t> byOwner;
    void on(Context& cx, const Deposit& m) {
        balance += m.amount + LEDGER_BONUS;
        byOwner[m.owner] += m.amount;
        cx.note("balance", balance);
        cx.log(m.owner + " paid in");
    }
};
BOOST_DESCRIBE_STRUCT(Account, (), (balance, byOwner))
ARIADNE_ACTOR(Account, Deposit)

struct Teller {
    Ref<Account> account{};
    LedgerArgs args{};
    std::uint32_t made = 0;
    void on(Context& cx, const Start&) { rest(cx); }
    void on(Context& cx, const Tick&);
    void rest(Context& cx) {
        cx.after(Duration{cx.random().between(1, args.pause.count())}, Tick{});
    }
};
BOOST_DESCRIBE_STRUCT(Teller, (), (account, args, made))
ARIADNE_ACTOR(Teller, Start, Tick)

struct Ledger {
    LedgerArgs args{};
    std::uint32_t busy = 0;
    void on(Context& cx, const LedgerArgs& m) {
        args = m;
        busy = 2;
        const Ref<Account> account = cx.spawn<Account>("account");
        for (int i = 0; i < 2; ++i) cx.spawn<Teller>("teller", {.account = account, .args = args});
    }
    void on(Context& cx, const Done&) {
        if (--busy != 0) return;
        if (args.fail) cx.fail("asked to fail");
        cx.stop("all deposits made");
    }
};
BOOST_DESCRIBE_STRUCT(Ledger, (), (args, busy))
ARIADNE_ACTOR(Ledger, LedgerArgs, Done)

void Teller::on(Context& cx, const Tick&) {
    cx.send(account, Deposit{cx.random().between(1, 100), args.owner});
    if (++made < args.deposits) return rest(cx);
    cx.send(Ref<Ledger>{cx.parent()}, Done{});
    cx.stop("done");
}

ARIADNE_PROGRAM("ledger", LEDGER_VERSION, Ledger, LedgerArgs)

}  // namespace tests::ledger
