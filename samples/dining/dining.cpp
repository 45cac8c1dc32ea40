// Philosophers who take one fork, then the other. README.md tells the story.
#include "engine/ariadne.h"

#include <string>
#include <utility>
#include <vector>

namespace samples::dining {
using namespace ariadne;

struct DiningArgs {
    std::uint32_t philosophers = 5;
    std::uint32_t meals = 3;  ///< of each
    Duration think = 5ms;     ///< longest thought before a meal
    Duration reach = 2ms;     ///< from one fork in hand to asking for the other
    Duration eat = 5ms;
    bool ordered = false;  ///< everybody takes the fork of the lower number first
};
BOOST_DESCRIBE_STRUCT(DiningArgs, (), (philosophers, meals, think, reach, eat, ordered))

struct Dine {};
BOOST_DESCRIBE_STRUCT(Dine, (), ())
struct Dined {};
BOOST_DESCRIBE_STRUCT(Dined, (), ())
struct PickUp {};
BOOST_DESCRIBE_STRUCT(PickUp, (), ())
struct PickedUp {
    Obligation promise{};  ///< to put it down again
};
BOOST_DESCRIBE_STRUCT(PickedUp, (), (promise))
struct PutDown {};
BOOST_DESCRIBE_STRUCT(PutDown, (), ())

// A philosopher's timers
struct Hungry {};
BOOST_DESCRIBE_STRUCT(Hungry, (), ())
struct Reached {};
BOOST_DESCRIBE_STRUCT(Reached, (), ())
struct Full {};
BOOST_DESCRIBE_STRUCT(Full, (), ())

/// In one hand at a time; the others who ask wait in order.
struct Fork {
    CellRef holder{};  ///< nobody: it lies on the table
    std::vector<ReplyTo> waiting{};

    void on(Context& cx, const PickUp&);
    void on(Context& cx, const PutDown&);
    void give(Context& cx, const ReplyTo& to);
};
BOOST_DESCRIBE_STRUCT(Fork, (), (holder, waiting))
ARIADNE_ACTOR(Fork, PickUp, PutDown)

struct Philosopher {
    DiningArgs args{};
    Ref<Fork> first{};
    Ref<Fork> second{};
    std::vector<Obligation> hands{};  ///< a promise for each fork held
    std::uint32_t eaten = 0;
    ReplyTo table{};

    void on(Context& cx, const Dine&);
    void on(Context& cx, const Hungry&) { cx.ask(first, PickUp{}, kUntilAnswered); }
    void on(Context& cx, const Reached&) { cx.ask(second, PickUp{}, kUntilAnswered); }
    void on(Context& cx, const PickedUp& m);
    void on(Context& cx, const Full&);
    void think(Context& cx);
};
BOOST_DESCRIBE_STRUCT(Philosopher, (), (args, first, second, hands, eaten, table))
ARIADNE_ACTOR(Philosopher, Dine, Hungry, Reached, PickedUp, Full)

/// The table: seats everybody, and waits until all have dined.
struct Dining {
    DiningArgs args{};
    std::uint32_t dining = 0;

    void on(Context& cx, const DiningArgs& m);
    void on(Context& cx, const Dined&);
};
BOOST_DESCRIBE_STRUCT(Dining, (), (args, dining))
ARIADNE_ACTOR(Dining, DiningArgs, Dined)

void Fork::on(Context& cx, const PickUp&) {
    const ReplyTo asker = cx.replyTo();
    if (holder) return waiting.push_back(asker);
    give(cx, asker);
}

void Fork::on(Context& cx, const PutDown&) {
    holder = {};
    if (waiting.empty()) return;
    const ReplyTo next = waiting.front();
    waiting.erase(waiting.begin());
    give(cx, next);
}

void Fork::give(Context& cx, const ReplyTo& to) {
    holder = to.asker;
    const Obligation promise = cx.oblige(to.asker, "a fork");
    cx.reply(to, PickedUp{promise});
}

void Philosopher::on(Context& cx, const Dine&) {
    table = cx.replyTo();
    think(cx);
}

void Philosopher::think(Context& cx) {
    if (eaten < args.meals)
        cx.after(Duration{cx.random().between(0, args.think.count())}, Hungry{});
    else
        cx.reply(table, Dined{});
}

// The bug, unless forks have an order: with the first fork in hand, waiting for the second.
void Philosopher::on(Context& cx, const PickedUp& m) {
    hands.push_back(m.promise);
    if (hands.size() == 1)
        cx.after(args.reach, Reached{});
    else
        cx.after(args.eat, Full{});
}

void Philosopher::on(Context& cx, const Full&) {
    for (const Obligation& promise : hands) cx.commit(promise);
    hands.clear();
    cx.send(first, PutDown{});
    cx.send(second, PutDown{});
    ++eaten;
    cx.note("meals", eaten);
    think(cx);
}

void Dining::on(Context& cx, const DiningArgs& m) {
    if (m.philosophers < 2)
        cx.fail(std::to_string(m.philosophers) +
                " at the table, expected at least 2 so that there are two forks for each; seat "
                "more with --arg philosophers=5");
    args = m;
    std::vector<Ref<Fork>> forks{};
    for (std::uint32_t i = 0; i < args.philosophers; ++i) forks.push_back(cx.spawn<Fork>("fork"));
    for (std::uint32_t i = 0; i < args.philosophers; ++i) {
        std::uint32_t left = i;
        std::uint32_t right = (i + 1) % args.philosophers;
        if (args.ordered && right < left) std::swap(left, right);
        const auto philosopher = cx.spawn<Philosopher>(
            "philosopher", {.args = args, .first = forks[left], .second = forks[right]});
        cx.ask(philosopher, Dine{}, kUntilAnswered);
        ++dining;
    }
}

void Dining::on(Context& cx, const Dined&) {
    if (--dining == 0)
        cx.stop("all " + std::to_string(args.philosophers) + " had their " +
                std::to_string(args.meals) + " meals");
}

ARIADNE_PROGRAM("dining", "1.0", Dining, DiningArgs)

}  // namespace samples::dining
