// One program beside others that have nothing to do with it, or beside nobody.
#pragma once

#include "engine/ariadne.h"
#include "tests/support/root.h"
#include "tests/support/strangers.h"

#include <array>
#include <cstddef>
#include <utility>

namespace ariadne::tests {

struct Bystander {
    std::uint32_t seen = 0;
    void on(Context&, const Start&) { ++seen; }
};
BOOST_DESCRIBE_STRUCT(Bystander, (), (seen))
ARIADNE_ACTOR(Bystander, Start)

/// Has three children, of which the second, "p", is what is looked at. The others have nothing to
/// do with it: they are programs of their own, or do nothing.
template <class Resident>
struct Street {
    Resident looked{};
    Resident other{};
    bool first = false;
    bool last = false;
    void on(Context& cx, const Start&) {
        first ? void(cx.spawn<Resident>("q", other)) : void(cx.spawn<Bystander>("q"));
        cx.spawn<Resident>("p", looked);
        last ? void(cx.spawn<Resident>("q", other)) : void(cx.spawn<Bystander>("q"));
    }
    BOOST_DESCRIBE_CLASS(Street, (), (looked, other, first, last), (), ())
    ARIADNE_ACCEPTS(Street, Start)
};

inline constexpr std::uint64_t kStreetRounds = 900;
inline constexpr VirtualTime kStreetTime{120};

/// What `program` saw with or without another like it before and behind it in the street.
template <class Program>
Sight lookAt(const Program& program, bool first, bool last) {
    SightSink sink;
    kernel::World world{program.options, &sink};
    Program other = program;
    other.without = 0;
    using Resident = decltype(program.root());
    begin(world, Street<Resident>{program.root(), other.root(), first, last}, "street");
    world.runUntil(kStreetTime, kStreetRounds);
    return sink.of(kernel::childKey(kernel::childKey(CellKey{}, 1), 2),
                   world.round().value < kStreetRounds);
}

/// How much there was to look at, so that a test can tell that it was worth it.
struct Looked {
    std::size_t rows = 0;
    std::size_t whole = 0;  ///< sights up to a virtual time
};

/// Who lives beside it changes nothing for it.
template <class Program>
Wrong strangersChangeNothing(const Program& program, Looked& looked) {
    const Sight alone = lookAt(program, false, false);
    looked.rows += alone.rows.size();
    constexpr std::array<std::pair<bool, bool>, 3> kBeside{
        {{true, false}, {false, true}, {true, true}}};
    for (const auto& [first, last] : kBeside) {
        const Sight beside = lookAt(program, first, last);
        looked.whole += beside.whole ? 1 : 0;
        if (Wrong wrong = differing(alone, beside)) return wrong;
    }
    return std::nullopt;
}

}  // namespace ariadne::tests
