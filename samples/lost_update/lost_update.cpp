// Two tellers add to one account: read, think, write. README.md tells the story.
#include "engine/ariadne.h"

namespace samples::lost_update {
using namespace ariadne;

struct LostUpdateArgs {
    std::uint32_t tellers = 2;
    std::uint32_t deposits = 5;  ///< by each teller
    std::int64_t amount = 10;    ///< of each deposit
    Duration think = 10ms;       ///< longest time between a teller's read and its write
    Duration pause = 100ms;      ///< longest rest before a deposit
    bool fixed = false;          ///< a write names the version it replaces
};
BOOST_DESCRIBE_STRUCT(LostUpdateArgs, (), (tellers, deposits, amount, think, pause, fixed))

// To the account, and its answers
struct Read {};
BOOST_DESCRIBE_STRUCT(Read, (), ())
struct Balance {
    std::int64_t amount = 0;
    std::uint64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Balance, (), (amount, version))
struct Write {
    std::int64_t balance = 0;
};
BOOST_DESCRIBE_STRUCT(Write, (), (balance))
struct Replace {
    std::int64_t balance = 0;
    std::uint64_t version = 0;  ///< the one that was read; another one refuses the write
};
BOOST_DESCRIBE_STRUCT(Replace, (), (balance, version))
struct Written {};
BOOST_DESCRIBE_STRUCT(Written, (), ())
struct Stale {};
BOOST_DESCRIBE_STRUCT(Stale, (), ())

// A teller's timers, and its report
struct NextDeposit {};
BOOST_DESCRIBE_STRUCT(NextDeposit, (), ())
struct ThoughtOver {};
BOOST_DESCRIBE_STRUCT(ThoughtOver, (), ())
struct Done {};
BOOST_DESCRIBE_STRUCT(Done, (), ())

struct Account {
    std::int64_t balance = 0;
    std::uint64_t version = 0;

    void on(Context& cx, const Read&) { cx.reply(Balance{balance, version}); }
    void on(Context& cx, const Write& m);
    void on(Context& cx, const Replace& m);
    void set(Context& cx, std::int64_t to);
};
BOOST_DESCRIBE_STRUCT(Account, (), (balance, version))
ARIADNE_ACTOR(Account, Read, Write, Replace)

struct Teller {
    Ref<Account> account{};
    LostUpdateArgs args{};
    std::uint32_t made = 0;  ///< deposits
    Balance seen{};          ///< what the deposit in hand is based on

    void on(Context& cx, const Start&) { rest(cx); }
    void on(Context& cx, const NextDeposit&) { cx.ask(account, Read{}, within(1s)); }
    void on(Context& cx, const Balance& m);
    void on(Context& cx, const ThoughtOver&);
    void on(Context& cx, const Written&);
    void on(Context& cx, const Stale&) { cx.ask(account, Read{}, within(1s)); }
    void rest(Context& cx);
};
BOOST_DESCRIBE_STRUCT(Teller, (), (account, args, made, seen))
ARIADNE_ACTOR(Teller, Start, NextDeposit, Balance, ThoughtOver, Written, Stale)

struct LostUpdate {
    LostUpdateArgs args{};
    Ref<Account> account{};
    std::uint32_t busy = 0;  ///< tellers that are not done

    void on(Context& cx, const LostUpdateArgs& m);
    void on(Context& cx, const Done&);
    void on(Context& cx, const Balance& m);
};
BOOST_DESCRIBE_STRUCT(LostUpdate, (), (args, account, busy))
ARIADNE_ACTOR(LostUpdate, LostUpdateArgs, Done, Balance)

void Account::set(Context& cx, std::int64_t to) {
    balance = to;
    ++version;
    cx.note("balance", balance);
    cx.reply(Written{});
}

void Account::on(Context& cx, const Write& m) {
    set(cx, m.balance);
}

void Account::on(Context& cx, const Replace& m) {
    if (m.version == version)
        set(cx, m.balance);
    else
        cx.reply(Stale{});
}

void Teller::rest(Context& cx) {
    cx.after(Duration{cx.random().between(0, args.pause.count())}, NextDeposit{});
}

void Teller::on(Context& cx, const Balance& m) {
    seen = m;
    cx.after(Duration{cx.random().between(0, args.think.count())}, ThoughtOver{});
}

// The bug: the balance was read before thinking, and someone else may have written since. The sum
// is right, the write is not.
void Teller::on(Context& cx, const ThoughtOver&) {
    const std::int64_t sum = seen.amount + args.amount;
    if (args.fixed)
        cx.ask(account, Replace{sum, seen.version}, within(1s));
    else
        cx.ask(account, Write{sum}, within(1s));
}

void Teller::on(Context& cx, const Written&) {
    if (++made < args.deposits) return rest(cx);
    cx.send(Ref<LostUpdate>{cx.parent()}, Done{});
    cx.stop("all deposits made");
}

void LostUpdate::on(Context& cx, const LostUpdateArgs& m) {
    constexpr std::int64_t kAmountMax = 1'000'000'000;
    if (m.amount < -kAmountMax || m.amount > kAmountMax)
        cx.fail("amount must be at most 1,000,000,000 either way");
    args = m;
    if (args.tellers == 0 || args.deposits == 0) return cx.stop("nothing to deposit");
    account = cx.spawn<Account>("account");
    for (std::uint32_t i = 0; i < args.tellers; ++i)
        cx.spawn<Teller>("teller", {.account = account, .args = args});
    busy = args.tellers;
}

void LostUpdate::on(Context& cx, const Done&) {
    if (--busy == 0) cx.ask(account, Read{}, within(1s));
}

void LostUpdate::on(Context& cx, const Balance& m) {
    const std::int64_t expected =
        static_cast<std::int64_t>(args.tellers) * args.deposits * args.amount;
    const std::string total = "total is " + std::to_string(m.amount);
    if (m.amount != expected) cx.fail(total + ", expected " + std::to_string(expected));
    cx.stop(total);
}

ARIADNE_PROGRAM("lost_update", "1.0", LostUpdate, LostUpdateArgs)

}  // namespace samples::lost_update
