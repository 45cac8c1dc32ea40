// Many actors in every round, of which a good part ends its turns badly: work for several threads.
#pragma once

#include "tests/kernel/support/random_programs.h"

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace ariadne::tests {

/// For Limits::outputsPerTurnMax: what a crowd's root needs, and one that is beside itself breaks.
inline constexpr int kOutputsMax = 3000;

/// Turns that a thread other than the test's has taken. No part of any state.
inline std::atomic<std::uint64_t> turnsElsewhere{0};
inline const std::thread::id threadOfTheTest = std::this_thread::get_id();

/// Throws, stops, fails, breaks a limit and sets messages aside, each with outputs under way.
struct Fickle {
    std::uint32_t children = 0;
    std::uint32_t asideCount = 0;
    std::vector<CellRef> friends;
    Vector<std::string> heard;

    void on(Context& cx, const Poke& m);
    void on(Context&, const Answer& m) { heard.push_back("answer " + std::to_string(m.energy)); }
    void on(Context& cx, const Down& m) { cx.note("down", m.reason); }
    void on(Context&, const AskTimedOut&) { heard.push_back("late"); }
};
BOOST_DESCRIBE_STRUCT(Fickle, (), (children, asideCount, friends, heard))
ARIADNE_ACTOR(Fickle, Poke, Answer, Down, AskTimedOut)

inline void Fickle::on(Context& cx, const Poke& m) {
    if (std::this_thread::get_id() != threadOfTheTest) ++turnsElsewhere;
    heard.push_back("poke");
    if (m.friendOfMine && friends.size() < 4) friends.push_back(*m.friendOfMine);
    const std::uint64_t what = cx.random().below(40);
    // Below these, what is asked for first is undone with the turn.
    cx.log("at " + std::to_string(what));
    for (std::size_t i = 0; i < friends.size() && m.energy > 0; ++i)
        cx.send(Ref<Fickle>{friends[i]},
                Poke{m.energy - 1, cx.self(), std::vector<std::int32_t>(40, 7)});
    cx.after(Duration{3}, Poke{});
    if (what < 6 && children < 3) {
        ++children;
        const Ref<Fickle> child = cx.spawn<Fickle>("f", {.friends = {cx.self()}, .heard = {}});
        cx.monitor(child);
        cx.ask(child, Poke{1, cx.self(), {}}, within(Duration{4}));
    }
    switch (what) {
        case 0: throw std::runtime_error{"cannot go on with " + std::to_string(m.energy)};
        case 1: throw 7;
        case 2: cx.fail("no wish to go on"); break;
        case 3: cx.stop("enough"); break;
        case 4:
            for (int i = 0; i <= kOutputsMax && cx.now().value % 3 == 0; ++i)
                cx.send(cx.self<Fickle>(), Poke{});
            break;
        case 10:
        case 11:
        case 12:
            ++asideCount;
            cx.stash();
            break;
        case 13:
        case 14:
        case 15:
        case 16:
        case 17:
        case 18: cx.unstashAll(); break;
        case 19:
        case 20: cx.reply(Answer{m.energy}); break;
        default: break;
    }
}

/// Keeps its numbers up and everybody busy.
struct Crowd {
    std::uint32_t wildCount = 0;
    std::uint32_t fickleCount = 0;
    OrderedMap<std::uint64_t, CellRef> wild;
    OrderedMap<std::uint64_t, CellRef> fickle;
    bool roomy = false;  ///< all mailboxes are unbounded

    void on(Context& cx, const Start&);
    void on(Context& cx, const Tick&) {
        fill(cx);
        for (const auto& [key, member] : wild) cx.send(Ref<Wild>{member}, Poke{2, {}, {}});
        for (const auto& [key, member] : fickle) cx.send(Ref<Fickle>{member}, Poke{2, {}, {}});
    }
    void on(Context&, const Down& m) {
        wild.erase(m.who.key.value);
        fickle.erase(m.who.key.value);
    }

    void fill(Context& cx) {
        CellRef last = cx.self();
        while (wild.size() < wildCount) {
            Wild state{};
            state.friends = {last};
            state.habits.roomy = roomy;
            const Ref<Wild> member =
                cx.spawn<Wild>("w", state, bounded(roomy ? 0 : 6, OnFull::kDropOldest));
            cx.monitor(member);
            wild.insert_or_assign(member.key.value, last = member);
        }
        while (fickle.size() < fickleCount) {
            const Ref<Fickle> member =
                cx.spawn<Fickle>("f", {.friends = {last}, .heard = {}}, bounded(roomy ? 0 : 8));
            cx.monitor(member);
            fickle.insert_or_assign(member.key.value, last = member);
        }
    }
};
BOOST_DESCRIBE_STRUCT(Crowd, (), (wildCount, fickleCount, wild, fickle, roomy))
ARIADNE_ACTOR(Crowd, Start, Tick, Down)

inline void Crowd::on(Context& cx, const Start&) {
    cx.every(Duration{4}, Tick{});
    fill(cx);
    cx.send(cx.self<Crowd>(), Tick{});
}

}  // namespace ariadne::tests
