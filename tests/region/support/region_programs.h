// Programs of regions, made at random: every actor does what its own random stream says.
#pragma once

#include "tests/region/support/region_lab.h"
#include "tests/support/run_options.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

namespace ariadne::tests {

struct Poke {
    std::int64_t energy = 0;  ///< what it sets off has less
    std::vector<CellRef> cells;
    std::vector<CellRef> regions;
    std::vector<Obligation> promises;
};
BOOST_DESCRIBE_STRUCT(Poke, (), (energy, cells, regions, promises))

struct Question {
    std::int64_t energy = 0;
};
BOOST_DESCRIBE_STRUCT(Question, (), (energy))

struct Chime {};
BOOST_DESCRIBE_STRUCT(Chime, (), ())

/// Lives, keeps what it hears of, and ends as everything can end here.
struct Citizen {
    std::int64_t size = 0;  ///< how much one message sets off
    std::int64_t alarms = 0;
    std::uint64_t without = 0;  ///< bit n: what act() numbers n is not done
    bool groups = false;        ///< regions restart groups, whose members get time to end
    bool roomy = false;         ///< all mailboxes are unbounded
    std::vector<CellRef> cells;
    std::vector<CellRef> regions;
    std::vector<Obligation> promises;
    OrderedMap<std::int64_t, std::uint32_t> heard;

    void on(Context& cx, const Start&);
    void on(Context& cx, const Poke& m) {
        ++heard[m.energy];
        meet(cells, m.cells);
        meet(regions, m.regions);
        meet(promises, m.promises);
        live(cx, m.energy);
    }
    void on(Context& cx, const Question& m) {
        if (cx.random().below(3) != 0) cx.reply(Chime{});
        live(cx, m.energy - 1);
    }
    void on(Context& cx, const Chime&);
    void on(Context& cx, const Down&) { live(cx, 1); }
    void on(Context& cx, const AskTimedOut&) { live(cx, 1); }
    void on(Context& cx, const CancelRequested& m) {
        // Some tidy up and go, some later, some never.
        const std::uint64_t how = cx.random().below(4);
        if (how == 0) cx.after(Duration{static_cast<std::int64_t>(cx.random().below(30))}, Chime{});
        if (how < 2) live(cx, static_cast<int>(m.reason) % 3);
        if (how > 1) cx.stop("asked to");
    }
    void on(Context& cx, const LinkDown&) { live(cx, 1); }
    void on(Context& cx, const RegionClosed& m) {
        std::erase(regions, m.region);
        live(cx, 2);
    }
    void on(Context& cx, const Granted& m);
    void on(Context& cx, const NotGranted& m) {
        std::erase(promises, m.obligation);
        live(cx, 1);
    }

    template <class T>
    static void meet(std::vector<T>& mine, const std::vector<T>& theirs) {
        for (const T& one : theirs)
            if (mine.size() < 8 && std::find(mine.begin(), mine.end(), one) == mine.end())
                mine.push_back(one);
    }
    template <class T>
    static T anyOf(Context& cx, const std::vector<T>& all, T otherwise) {
        return all.empty() || cx.random().oneIn(9) ? otherwise : all[cx.random().below(all.size())];
    }
    Ref<Citizen> someone(Context& cx) { return Ref<Citizen>{anyOf(cx, cells, cx.self())}; }
    RegionRef somewhere(Context& cx) { return RegionRef{anyOf(cx, regions, cx.self())}; }
    void live(Context& cx, std::int64_t energy) {
        if (energy <= 0) return;
        for (std::uint64_t n = 1 + cx.random().below(static_cast<std::uint64_t>(size)); n > 0; --n)
            act(cx, energy - 1);
    }
    void act(Context& cx, std::int64_t energy);
    void grow(Context& cx);
    RegionOptions someOptions(Context& cx);
    /// Not after the end of time, where damaged snapshots lead.
    static VirtualTime laterBy(Context& cx, std::int64_t ns) {
        return cx.now() +
               Duration{std::min(ns, std::numeric_limits<std::int64_t>::max() - cx.now().value)};
    }
};
BOOST_DESCRIBE_STRUCT(Citizen, (),
                      (size, alarms, without, groups, roomy, cells, regions, promises, heard))
ARIADNE_ACTOR(Citizen, Start, Poke, Question, Chime, Down, AskTimedOut, CancelRequested, LinkDown,
              RegionClosed, Granted, NotGranted)

/// Knows nothing of regions: is ended at once where a Citizen is asked.
struct Peasant {
    std::vector<CellRef> cells;
    std::int64_t work = 0;
    void on(Context& cx, const Poke& m) {
        Citizen::meet(cells, m.cells);
        ++work;
        if (cx.random().oneIn(5)) cx.fail("bad harvest");
        if (cx.random().oneIn(9)) cx.stop();
        if (cells.empty() || m.energy <= 0) return;
        if (cx.random().oneIn(3)) cx.link(cells[cx.random().below(cells.size())]);
        cx.send(Ref<Citizen>{cells[cx.random().below(cells.size())]},
                Poke{m.energy - 1, {cx.self()}, {}, {}});
    }
};
BOOST_DESCRIBE_STRUCT(Peasant, (), (cells, work))
ARIADNE_ACTOR(Peasant, Poke)

inline RegionOptions Citizen::someOptions(Context& cx) {
    RegionOptions options;
    options.strategy = static_cast<Strategy>(cx.random().below(4));
    options.intensity = static_cast<std::uint32_t>(cx.random().below(4));
    options.within = Duration{static_cast<std::int64_t>(10 + cx.random().below(50))};
    if (groups) {
        options.strategy = static_cast<Strategy>(2 + cx.random().below(2));
        options.intensity += 4;
    }
    if (cx.random().oneIn(2)) {
        const bool jitter = cx.random().oneIn(2);
        options.backoff = {Duration{static_cast<std::int64_t>(1 + cx.random().below(9))}, 2,
                           Duration{20}, jitter};
    }
    if (cx.random().oneIn(3)) options.budget.turns = 5 + cx.random().below(40);
    if (cx.random().oneIn(3)) options.budget.cost = 5 + cx.random().below(40);
    if (cx.random().oneIn(4))
        options.budget.deadline = laterBy(cx, static_cast<std::int64_t>(1 + cx.random().below(80)));
    return options;
}

inline void Citizen::grow(Context& cx) {
    if (cells.size() >= 8) return;
    const std::uint64_t kind = cx.random().below(6);
    kernel::MailboxOptions mailbox;
    if (kind < 4 && !roomy) {
        const auto capacity = static_cast<std::uint32_t>(1 + cx.random().below(3));
        mailbox = bounded(capacity, static_cast<OnFull>(kind));
    }
    ChildOptions care;
    care.restart = static_cast<RestartPolicy>(cx.random().below(3));
    care.shutdown = Duration{static_cast<std::int64_t>(cx.random().below(40))};
    if (groups && care.restart == RestartPolicy::kTemporary)
        care.restart = RestartPolicy::kPermanent;
    const RegionRef where = somewhere(cx);
    if (where == cx.self()) {
        Citizen child{};
        child.size = size;
        child.without = without;
        child.groups = groups;
        child.roomy = roomy;
        child.cells = {cx.self()};
        child.regions = regions;
        cells.push_back(cx.spawn<Citizen>("c", child, mailbox));
    } else if (cx.random().oneIn(4)) {
        cells.push_back(cx.spawnIn<Peasant>(where, "p", Peasant{{cx.self()}, 0}, care, mailbox));
    } else {
        Citizen child{};
        child.size = size;
        child.without = without;
        child.groups = groups;
        child.roomy = roomy;
        child.cells = {cx.self()};
        child.regions = {where};
        cells.push_back(cx.spawnIn<Citizen>(where, "c", child, care, mailbox));
    }
}

inline void Citizen::on(Context& cx, const Start&) {
    if (alarms > 0) {  // the root keeps the others busy
        for (int i = 0; i < 3; ++i) regions.push_back(cx.openRegion("r", someOptions(cx)));
        for (int i = 0; i < 4; ++i) grow(cx);
        cx.every(Duration{17}, Chime{});
    }
    live(cx, 4);
}

inline void Citizen::on(Context& cx, const Granted& m) {
    const std::uint64_t how = cx.random().below(4);
    promises.push_back(m.obligation);
    if (how == 0) return;
    if (how == 1)
        cx.abort(m.obligation);
    else
        cx.commit(Permit<Citizen>{m.obligation}, Poke{how == 2 ? 1 : 2, {}, {}, {}});
}

inline void Citizen::on(Context& cx, const Chime&) {
    if (cx.cancelled()) cx.stop("at last");
    if (alarms > 0 && --alarms == 0) {
        for (const CellRef& region : regions) cx.cancel(region, Duration{25});
        cx.stop("the end");
    }
    live(cx, alarms > 0 ? 5 : 2);
}

inline void Citizen::act(Context& cx, std::int64_t energy) {
    const std::uint64_t what = cx.random().below(36);
    const Duration delay{static_cast<std::int64_t>(cx.random().below(40))};
    const Ref<Citizen> to = someone(cx);
    const RegionRef where = somewhere(cx);
    const bool root = alarms > 0;
    if ((without >> what & 1) != 0) return;
    switch (what) {
        case 0:
        case 1:
        case 2:
        case 3: grow(cx); break;
        case 4: regions.push_back(cx.openRegion("r", someOptions(cx))); break;
        case 5: regions.push_back(cx.openRegion(where, "r", someOptions(cx))); break;
        case 6:
            if (cx.random().oneIn(3)) cx.close(where);
            break;
        case 7: cx.atClose(where, to, Poke{energy, {cx.self()}, {}, {}}); break;
        case 8:
            if (cx.random().oneIn(3)) {
                const auto reason = static_cast<CancelReason>(1 + cx.random().below(7));
                if (where != cx.self()) cx.cancel(where, delay, reason);
            }
            break;
        case 9:
            if (cx.random().oneIn(3) && to != cx.parent()) cx.cancel(to, delay);
            break;
        case 10: cx.mask(static_cast<std::uint32_t>(cx.random().below(4))); break;
        case 11: cx.unmask(); break;
        case 12: cx.spend(cx.random().below(5)); break;
        case 13: cx.link(to); break;
        case 14: cx.unlink(to); break;
        case 15:
        case 16:
        case 17: cx.reserve(to); break;
        case 18: promises.push_back(cx.oblige(cx.self(), "mine")); break;
        case 19: promises.push_back(cx.oblige(to, "yours", ObligationKind::kAck)); break;
        case 20: promises.push_back(cx.lease(to, "for a while", delay + Duration{1})); break;
        case 21:
        case 22:
        case 23:
            if (promises.empty()) break;
            cx.commit(promises.back());
            promises.pop_back();
            break;
        case 24:
            if (!promises.empty()) cx.abort(promises.front());
            break;
        case 25:
            if (!promises.empty()) cx.transfer(promises.back(), to);
            break;
        case 26:
            if (!root && cx.random().oneIn(3)) cx.fail("no luck");
            break;
        case 27:
            if (!root && cx.random().oneIn(4)) throw std::runtime_error("broken");
            break;
        case 28:
            if (!root && cx.random().oneIn(4)) cx.stop("enough");
            break;
        case 29: cx.ask(to, Question{energy}, within(delay + Duration{1})); break;
        case 30: cx.ask(to, Question{energy}, kUntilAnswered); break;
        case 31: cx.after(delay, Chime{}); break;
        case 32: cx.monitor(where); break;
        default: cx.send(to, Poke{energy, {cx.self(), someone(cx)}, {where}, promises}); break;
    }
}

/// What goes wrong in a program of regions: of everything enough to be met in small ones.
inline kernel::Faults manyFaults() {
    kernel::Faults faults =
        *kernel::parseFaults("crash=30000,drop=40000,delay=50000:30ns,duplicate=40000");
    faults.script.push_back({FaultKind::kCrash, "lab/c", 3});
    faults.script.push_back({FaultKind::kDrop, "lab", 4});
    return faults;
}

inline constexpr int kCitizenActs = 36;

/// One of these programs, and how it is run.
struct RegionProgram {
    kernel::WorldOptions options = {.limits = {}};
    std::uint64_t rounds = 500;
    std::int64_t size = 8;  ///< 1 is the smallest there is
    std::uint64_t without = 0;
    bool groups = false;

    Citizen root() const {
        Citizen root{};
        root.size = size;
        root.alarms = 2 * size;
        root.without = without;
        root.groups = groups;
        // A World runs rounds in another way where a mailbox is bounded: both are tried.
        root.roomy = options.seed % 2 == 1;
        return root;
    }
    std::string text() const {
        std::string out = textOf(options) + ", " + std::to_string(rounds) + " rounds, size " +
                          std::to_string(size) + (groups ? ", groups" : "");
        for (int act = 0; act < kCitizenActs; ++act)
            if ((without >> act & 1) != 0) out += ", without " + std::to_string(act);
        return out;
    }
    std::vector<RegionProgram> smaller() const {
        std::vector<RegionProgram> out;
        const auto with = [&](const auto& change) {
            out.push_back(*this);
            change(out.back());
        };
        if (size > 1) with([](RegionProgram& p) { p.size /= 2; });
        if (rounds > 1) with([](RegionProgram& p) { p.rounds /= 2; });
        for (const kernel::WorldOptions& less : tests::smaller(options))
            with([&](RegionProgram& p) { p.options = less; });
        for (int act = 0; act < kCitizenActs; ++act)
            if ((without >> act & 1) == 0)
                with([&](RegionProgram& p) { p.without |= std::uint64_t{1} << act; });
        if (rounds > 1) with([](RegionProgram& p) { --p.rounds; });
        return out;
    }
};

}  // namespace ariadne::tests
