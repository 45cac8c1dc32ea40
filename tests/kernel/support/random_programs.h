// Programs that do everything an actor can, at random, from their own random streams.
#pragma once

#include "tests/kernel/support/lab.h"
#include "tests/support/run_options.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::tests {

struct Poke {
    std::int64_t energy = 0;  ///< what it sets off has less
    std::optional<CellRef> friendOfMine;
    std::vector<std::int32_t> ballast;
};
BOOST_DESCRIBE_STRUCT(Poke, (), (energy, friendOfMine, ballast))

struct Query {
    std::int64_t energy = 0;
};
BOOST_DESCRIBE_STRUCT(Query, (), (energy))

struct Answer {
    std::int64_t energy = 0;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (energy))

struct Tick {};
BOOST_DESCRIBE_STRUCT(Tick, (), ())

/// What all of a program have in common, but for mood and root.
struct Habits {
    std::uint32_t talkative = 3;
    bool mortal = true;
    std::string mood;
    std::int64_t energy = 8;    ///< that a life begins with
    std::uint64_t without = 0;  ///< bit n: what act() numbers n is not done
    bool roomy = false;         ///< all mailboxes are unbounded
};
BOOST_DESCRIBE_STRUCT(Habits, (), (talkative, mortal, mood, energy, without, roomy))
inline constexpr int kWildActs = 24;

struct Wild;
/// Puts everything but ticks aside.
struct Sulking {
    static void on(Wild& me, Context& cx, const Poke& m);
    static void on(Wild& me, Context& cx, const Tick& m);
};

struct Wild {
    using Behaviours = ariadne::Behaviours<Sulking>;

    Habits habits;
    std::int64_t energy = 0;
    std::vector<CellRef> friends;
    OrderedMap<std::int64_t, std::uint32_t> heard;
    Vector<ReplyTo> owed;
    Text diary;
    std::map<std::int64_t, double> moods;
    std::optional<TimerId> clock;

    void on(Context& cx, const Start&) {
        if (!habits.mortal) {  // the root keeps the others busy
            for (int i = 0; i < 3; ++i) spawnOne(cx);
            clock = cx.every(Duration{25}, Tick{});
        }
        live(cx, habits.energy);
    }
    void on(Context& cx, const Poke& m) {
        ++heard[m.energy];
        if (m.friendOfMine && friends.size() < 6) friends.push_back(*m.friendOfMine);
        live(cx, m.energy);
    }
    void on(Context& cx, const Query& m) {
        switch (cx.random().below(4)) {
            case 0: owed.push_back(cx.replyTo()); break;
            case 1: cx.forward(someone(cx)); break;
            default: cx.reply(Answer{m.energy - 1}); break;
        }
        live(cx, m.energy - 1);
    }
    void on(Context& cx, const Answer& m) {
        diary += "answer " + std::to_string(cx.answering()) + " ";
        live(cx, m.energy - 1);
    }
    void on(Context& cx, const Tick&) {
        diary += "tick ";
        if (diary.size() > 60) diary.resize(20);
        live(cx, habits.mortal ? std::min<std::int64_t>(3, habits.energy) : habits.energy);
        if (clock && habits.mortal && cx.random().oneIn(4)) {
            cx.cancel(*clock);
            clock.reset();
        }
    }
    void on(Context& cx, const Down& m) {
        cx.note("down", m.reason);
        std::erase(friends, m.who);
    }
    void on(Context& cx, const AskTimedOut&) { live(cx, 1); }
    void on(Context& cx, const Undelivered& m) { cx.log("full: " + std::to_string(m.to ? 1 : 0)); }

    Ref<Wild> someone(Context& cx) {
        if (friends.empty() || cx.random().oneIn(8)) return cx.self<Wild>();
        return Ref<Wild>{friends[cx.random().below(friends.size())]};
    }
    void live(Context& cx, std::int64_t left) {
        energy = left;
        for (std::uint64_t n = left > 0 ? 1 + cx.random().below(habits.talkative) : 0; n > 0; --n)
            act(cx, left - 1 - static_cast<std::int64_t>(cx.random().below(3)));
    }
    void act(Context& cx, std::int64_t left);
    void spawnOne(Context& cx);
};
BOOST_DESCRIBE_STRUCT(Wild, (), (habits, energy, friends, heard, owed, diary, moods, clock))
ARIADNE_ACTOR(Wild, Start, Poke, Query, Answer, Tick, Down, AskTimedOut, Undelivered)

// Below ARIADNE_ACTOR: only there a Wild is known to be an actor, which may be sent to.
inline void Wild::act(Context& cx, std::int64_t left) {
    const std::uint64_t what = cx.random().below(24);
    const Duration delay{static_cast<std::int64_t>(cx.random().below(40))};
    const Ref<Wild> to = someone(cx);
    if ((habits.without >> what & 1) != 0) return;
    switch (what) {
        case 0:
        case 1: spawnOne(cx); break;
        case 2:
        case 3: cx.ask(to, Query{left}, within(delay + Duration{1})); break;
        case 4: cx.after(delay, Tick{}); break;
        case 5:
            if (!clock) clock = cx.every(delay + Duration{5}, Tick{});
            break;
        case 6: cx.monitor(to); break;
        case 7: cx.demonitor(to); break;
        case 8:
            if (!owed.empty()) {
                cx.reply(owed.back(), Answer{left});
                owed.pop_back();
            }
            break;
        case 9: cx.become<Wild, Sulking>(); break;
        case 10: moods[left] += 0.1; break;
        case 11: heard.erase(left); break;
        case 12:
            if (habits.mortal && cx.random().oneIn(4)) cx.stop("enough");
            break;
        case 13:
            if (habits.mortal && cx.random().oneIn(6)) cx.fail("no luck");
            break;
        case 14: habits.mood = std::string(cx.random().below(6), 'm'); break;
        case 15: cx.note("energy", left); break;
        default:
            cx.send(to, Poke{left, cx.self(), std::vector<std::int32_t>(cx.random().below(20), 1)});
            break;
    }
}

inline void Wild::spawnOne(Context& cx) {
    if (friends.size() >= 6) return;
    const std::uint64_t kind = cx.random().below(5);
    Wild child{};
    child.habits.talkative = habits.talkative;
    child.habits.energy = habits.energy;
    child.habits.without = habits.without;
    child.habits.roomy = habits.roomy;
    child.friends = {cx.self()};
    kernel::MailboxOptions mailbox;
    if (kind < 3 && !habits.roomy) mailbox = bounded(3, static_cast<OnFull>(kind));
    friends.push_back(cx.spawn<Wild>("w", child, mailbox));
}

inline void Sulking::on(Wild&, Context& cx, const Poke&) {
    cx.stash();
    if (cx.random().oneIn(2)) cx.after(Duration{3}, Tick{});
}
inline void Sulking::on(Wild&, Context& cx, const Tick&) {
    cx.unstashAll();
    cx.become<Wild, Wild>();
}

/// What goes wrong in one of these programs: of everything enough to be met in small ones.
inline kernel::Faults manyFaults() {
    kernel::Faults faults =
        *kernel::parseFaults("crash=15000,drop=40000,delay=50000:30ns,duplicate=40000");
    faults.script.push_back({FaultKind::kReply, "wild", 5});
    faults.script.push_back({FaultKind::kCrash, "wild/w#2", 4});
    return faults;
}

/// One of these programs, and how it is run.
struct WildProgram {
    kernel::WorldOptions options = {.limits = {}};
    std::uint64_t rounds = 400;
    std::uint32_t talkative = 5;
    std::int64_t energy = 8;
    std::uint64_t without = 0;

    /// A root that outlives its children, so that runs are long.
    Wild root() const {
        Wild root{};
        root.habits.mortal = false;
        root.habits.talkative = talkative;
        root.habits.energy = energy;
        root.habits.without = without;
        // A World runs rounds in another way where a mailbox is bounded: both are tried.
        root.habits.roomy = options.seed % 2 == 1;
        return root;
    }
    std::string text() const {
        std::string out = textOf(options) + ", " + std::to_string(rounds) + " rounds, talkative " +
                          std::to_string(talkative) + ", energy " + std::to_string(energy);
        for (int act = 0; act < kWildActs; ++act)
            if ((without >> act & 1) != 0) out += ", without " + std::to_string(act);
        return out;
    }
    std::vector<WildProgram> smaller() const {
        std::vector<WildProgram> out;
        const auto with = [&](const auto& change) {
            out.push_back(*this);
            change(out.back());
        };
        if (rounds > 1) with([](WildProgram& p) { p.rounds /= 2; });
        if (energy > 1) with([](WildProgram& p) { p.energy /= 2; });
        if (talkative > 1) with([](WildProgram& p) { p.talkative /= 2; });
        for (const kernel::WorldOptions& less : tests::smaller(options))
            with([&](WildProgram& p) { p.options = less; });
        for (int act = 0; act < kWildActs; ++act)
            if ((without >> act & 1) == 0)
                with([&](WildProgram& p) { p.without |= std::uint64_t{1} << act; });
        if (rounds > 1) with([](WildProgram& p) { --p.rounds; });
        return out;
    }
};

inline Wild wildRoot() {
    return WildProgram{}.root();
}

}  // namespace ariadne::tests
