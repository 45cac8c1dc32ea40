// Creatures meet in pairs through one broker and change colour: one actor gets half of all mail.
#include "engine/ariadne.h"
#include "tests/bench/workloads/conclude.h"

namespace bench::chameneos {
using namespace ariadne;

struct ChameneosArgs {
    std::uint32_t creatures = 100;
    std::uint64_t meetings = 200'000;  ///< of two; four messages each
};
BOOST_DESCRIBE_STRUCT(ChameneosArgs, (), (creatures, meetings))
enum class Colour : std::uint8_t { kBlue, kRed, kYellow };
BOOST_DESCRIBE_ENUM(Colour, kBlue, kRed, kYellow)
struct Meet {
    Colour mine = Colour::kBlue;
};
BOOST_DESCRIBE_STRUCT(Meet, (), (mine))
struct Met {
    Colour other = Colour::kBlue;
};
BOOST_DESCRIBE_STRUCT(Met, (), (other))
struct Closed {};
BOOST_DESCRIBE_STRUCT(Closed, (), ())
struct Count {
    std::uint64_t met = 0;
};
BOOST_DESCRIBE_STRUCT(Count, (), (met))

/// Two of one colour keep it; two that differ both take the third.
Colour blended(Colour mine, Colour other) {
    if (mine == other) return mine;
    return static_cast<Colour>(3 - static_cast<int>(mine) - static_cast<int>(other));
}

struct Creature {
    Colour colour = Colour::kBlue;
    std::uint64_t met = 0;
    void on(Context& cx, const Start&);
    void on(Context& cx, const Met& m);
    void on(Context& cx, const Closed&) { cx.reply(Count{met}); }
};
BOOST_DESCRIBE_STRUCT(Creature, (), (colour, met))
ARIADNE_ACTOR(Creature, Start, Met, Closed)

struct Mall {
    ChameneosArgs args;
    std::uint64_t left = 0;
    Ref<Creature> waiting;
    Colour waitingColour = Colour::kBlue;
    std::uint32_t counts = 0;
    std::uint64_t met = 0;
    void on(Context& cx, const ChameneosArgs& given);
    void on(Context& cx, const Meet& m);
    void on(Context& cx, const Count& one);
};
BOOST_DESCRIBE_STRUCT(Mall, (), (args, left, waiting, waitingColour, counts, met))
ARIADNE_ACTOR(Mall, ChameneosArgs, Meet, Count)

void Creature::on(Context& cx, const Start&) {
    cx.send(Ref<Mall>{cx.parent()}, Meet{colour});
}

void Creature::on(Context& cx, const Met& m) {
    ++met;
    colour = blended(colour, m.other);
    cx.send(Ref<Mall>{cx.parent()}, Meet{colour});
}

void Mall::on(Context& cx, const ChameneosArgs& given) {
    args = given;
    if (args.creatures < 2) cx.fail("creatures must be at least 2");
    left = args.meetings;
    for (std::uint32_t i = 0; i < args.creatures; ++i)
        cx.spawn<Creature>("creature", {.colour = static_cast<Colour>(i % 3)});
}

void Mall::on(Context& cx, const Meet& m) {
    if (left == 0) return cx.reply(Closed{});
    const Ref<Creature> here{cx.sender()};
    if (!waiting) {
        waiting = here;
        waitingColour = m.mine;
        return;
    }
    --left;
    cx.send(here, Met{waitingColour});
    cx.send(waiting, Met{m.mine});
    waiting = {};
}

void Mall::on(Context& cx, const Count& one) {
    met += one.met;
    if (++counts == args.creatures) conclude(cx, met, 2 * args.meetings, 4 * args.meetings);
}

ARIADNE_PROGRAM("bench_chameneos", "1", Mall, ChameneosArgs)

}  // namespace bench::chameneos
