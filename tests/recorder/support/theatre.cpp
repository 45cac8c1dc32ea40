// Program "theatre": regions, restarts, links, cancellation, obligations, parking; by the seed.
#include "engine/ariadne.h"

#include <string>
#include <vector>

namespace theatre {
using namespace ariadne;
using namespace std::chrono_literals;

struct Args {
    std::uint32_t evenings = 60;
};
BOOST_DESCRIBE_STRUCT(Args, (), (evenings))
struct Guest {
    std::uint32_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Guest, (), (number))
struct Seated {
    std::uint32_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Seated, (), (number))
struct Evening {
    std::uint32_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Evening, (), (number))
struct Promise {
    Obligation what;
};
BOOST_DESCRIBE_STRUCT(Promise, (), (what))
struct Meet {
    CellRef whom;
};
BOOST_DESCRIBE_STRUCT(Meet, (), (whom))
struct Sweep {
    std::string hall;
};
BOOST_DESCRIBE_STRUCT(Sweep, (), (hall))
struct Leave {};
BOOST_DESCRIBE_STRUCT(Leave, (), ())

/// Answers most guests, sets some aside, forgets some, fails at some; promises go down with it.
struct Usher {
    std::uint32_t seated = 0;
    bool leaving = false;
    std::vector<Obligation> promises;
    void on(Context& cx, const Start&) { cx.note("begins", seated); }
    void on(Context& cx, const Guest& guest) {
        switch (cx.random().below(12)) {
            case 0: cx.fail("guest " + std::to_string(guest.number) + " is a ghost");
            case 1: cx.stash(); return;
            case 2: cx.unstashAll(); break;
            case 3: return;
            case 4: cx.mask(3); break;
            default: break;
        }
        ++seated;
        cx.reply(Seated{guest.number});
    }
    void on(Context& cx, const Promise& promise) {
        promises.push_back(promise.what);
        if (promises.size() < 3) return;
        cx.random().below(2) == 0 ? cx.commit(promises.front()) : cx.abort(promises.front());
        promises.erase(promises.begin());
    }
    void on(Context& cx, const Meet& meet) { cx.link(meet.whom); }
    void on(Context& cx, const CancelRequested& asked) {
        leaving = true;
        // Some are slower than they may be.
        cx.after(Duration{cx.random().between(0, 2 * (asked.until - cx.now()).count())}, Leave{});
    }
    void on(Context& cx, const Leave&) { cx.stop("left"); }
};
BOOST_DESCRIBE_STRUCT(Usher, (), (seated, leaving, promises))
ARIADNE_ACTOR(Usher, Start, Guest, Promise, Meet, CancelRequested, Leave)

/// Takes one guest at a time; who brings more has to wait.
struct Cloakroom {
    std::uint32_t coats = 0;
    void on(Context& cx, const Guest& guest) {
        ++coats;
        if (guest.number % 29 == 28) cx.stop("full");
    }
};
BOOST_DESCRIBE_STRUCT(Cloakroom, (), (coats))
ARIADNE_ACTOR(Cloakroom, Guest)

/// Passes guests on to an usher and brings their coats, sometimes by a reserved hook.
struct Porter {
    Ref<Usher> usher;
    Ref<Cloakroom> cloakroom;
    std::uint32_t hooks = 0;
    void on(Context& cx, const Guest& guest) {
        if (guest.number % 3 == 0)
            for (std::uint32_t i = 0; i < 4; ++i) cx.send(cloakroom, Guest{guest.number + i});
        else if (guest.number % 3 == 1)
            cx.reserve(cloakroom);
        cx.forward(usher);
    }
    void on(Context& cx, const Granted& granted) {
        ++hooks;
        cx.commit(Permit<Cloakroom>{granted.obligation}, Guest{hooks});
    }
    void on(Context&, const NotGranted&) {}
};
BOOST_DESCRIBE_STRUCT(Porter, (), (usher, cloakroom, hooks))
ARIADNE_ACTOR(Porter, Guest, Granted, NotGranted)

struct House {
    Args args;
    std::uint32_t evening = 0;
    std::uint32_t answers = 0;
    std::uint32_t closed = 0;
    Vector<RegionRef> halls;
    Vector<Ref<Usher>> ushers;
    Vector<Ref<Porter>> porters;
    Vector<std::string> swept;

    void on(Context& cx, const Args& given) {
        args = given;
        cx.every(10ms, Evening{});
        open(cx);
    }
    void open(Context& cx) {
        RegionOptions options;
        options.strategy = static_cast<Strategy>(1 + cx.random().below(3));
        options.intensity = static_cast<std::uint32_t>(2 + cx.random().below(4));
        options.within = 60ms;
        options.backoff.base = Duration{cx.random().between(0, 8'000'000)};
        options.backoff.jitter = cx.random().below(2) == 0;
        if (cx.random().below(4) == 0) options.budget.deadline = cx.now() + 35ms;
        const std::string name = "hall" + std::to_string(halls.size());
        halls.push_back(cx.openRegion(name, options));
        const RegionRef inner = cx.openRegion(halls.back(), "box", options);
        const ChildOptions patient{RestartPolicy::kPermanent, 15ms};
        for (int i = 0; i < 2; ++i)
            ushers.push_back(cx.spawnIn<Usher>(halls.back(), "usher", {}, patient));
        ushers.push_back(cx.spawnIn<Usher>(inner, "usher"));
        const auto cloakroom =
            cx.spawnIn<Cloakroom>(inner, "coats", {}, {}, bounded(2, OnFull::kPark));
        Porter porter;
        porter.usher = ushers.back();
        porter.cloakroom = cloakroom;
        porters.push_back(cx.spawnIn<Porter>(halls.back(), "porter", porter));
        cx.send(ushers[ushers.size() - 2], Meet{ushers.back()});
        cx.atClose(halls.back(), cx.self<House>(), Sweep{name});
        cx.atClose(halls.back(), cx.self<House>(), Sweep{name + " again"});
    }
    void on(Context& cx, const Evening&) {
        if (++evening == args.evenings) return cx.stop("the season is over");
        for (std::uint32_t i = 0; i < 5; ++i) {
            const Guest guest{evening * 5 + i};
            if (guest.number % 2 == 0)
                cx.ask(ushers[cx.random().below(ushers.size())], guest, within(20ms));
            else
                cx.ask(porters[cx.random().below(porters.size())], guest, within(20ms));
        }
        const Ref<Usher> usher = ushers[cx.random().below(ushers.size())];
        const std::string seat = "seat " + std::to_string(evening) + "A";
        const Obligation promise =
            evening % 3 == 0 ? cx.lease(usher, seat, 25ms) : cx.oblige(usher, seat);
        cx.send(usher, Promise{promise});
        const RegionRef hall = halls[cx.random().below(halls.size())];
        if (evening % 7 == 3) cx.cancel(hall, 12ms, CancelReason::kTimeout);
        if (evening % 7 == 5) cx.close(hall);
        if (evening % 6 == 0) open(cx);
    }
    void on(Context& cx, const Seated& seated) {
        ++answers;
        // Promises pass from hand to hand, if who gives still has them.
        if (seated.number % 8 == 0) {
            const Obligation mine = cx.oblige(cx.self(), "programme");
            cx.transfer(mine, ushers[cx.random().below(ushers.size())]);
        }
    }
    void on(Context&, const AskTimedOut&) {}
    void on(Context&, const RegionClosed&) { ++closed; }
    void on(Context&, const Sweep& sweep) { swept.push_back(sweep.hall); }
};
BOOST_DESCRIBE_STRUCT(House, (), (args, evening, answers, closed, halls, ushers, porters, swept))
ARIADNE_ACTOR(House, Args, Evening, Seated, AskTimedOut, RegionClosed, Sweep)
ARIADNE_PROGRAM("theatre", "1.0", House, Args)

}  // namespace theatre
