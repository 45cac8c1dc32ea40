// The laws of tests/kernel/tst_laws.cpp for programs of regions: restarts, cancellation, promises,
// budgets and finalizers, hit by faults. A failure shows its seed and the smallest program that
// fails.
#include "tests/region/support/region_programs.h"
#include "tests/support/laws.h"
#include "tests/support/strangers.h"

using namespace ariadne;
using namespace ariadne::tests;
using kernel::Policy;

namespace {

Subject subjectOf(const RegionProgram& program) {
    return {program.options, [program](kernel::World& world) { begin(world, program.root()); },
            cellTypesHere(), program.rounds};
}

/// Small, for every round of it is gone on from.
RegionProgram smallProgram(std::uint64_t seed, Policy policy, bool faulty) {
    RegionProgram program{.rounds = 100, .size = 6};
    program.options = {.seed = seed, .policy = policy, .limits = {}};
    program.options.limits.cellsMax = 3000;
    program.options.limits.eventsMax = 60'000;
    program.options.batch = static_cast<std::uint32_t>(1 + seed % 5);
    program.options.pctDepth = static_cast<std::uint32_t>(1 + seed % 6);
    program.options.pctSteps = 60;
    if (faulty) program.options.faults = manyFaults();
    // One message a round: as much as the others takes more rounds.
    if (policy != Policy::kRounds) program.rounds = 200;
    return program;
}

struct Bystander {
    std::uint32_t seen = 0;
    void on(Context&, const Start&) { ++seen; }
};
BOOST_DESCRIBE_STRUCT(Bystander, (), (seen))
ARIADNE_ACTOR(Bystander, Start)

/// Has three children, of which the second is what is looked at. The others have nothing to do with
/// it: they are programs of their own, or do nothing.
struct Street {
    Citizen looked;
    Citizen other;
    bool first = false;
    bool last = false;
    void on(Context& cx, const Start&) {
        first ? void(cx.spawn<Citizen>("q", other)) : void(cx.spawn<Bystander>("q"));
        cx.spawn<Citizen>("p", looked);
        last ? void(cx.spawn<Citizen>("q", other)) : void(cx.spawn<Bystander>("q"));
    }
};
BOOST_DESCRIBE_STRUCT(Street, (), (looked, other, first, last))
ARIADNE_ACTOR(Street, Start)

constexpr std::uint64_t kStreetRounds = 900;
constexpr VirtualTime kStreetTime{120};

Sight lookAt(const RegionProgram& program, bool first, bool last) {
    SightSink sink;
    kernel::World world{program.options, &sink};
    RegionProgram other = program;
    other.without = 0;
    begin(world, Street{program.root(), other.root(), first, last});
    world.runUntil(kStreetTime, kStreetRounds);
    return sink.of(kernel::childKey(kernel::childKey(CellKey{}, 1), 2),
                   world.round().value < kStreetRounds);
}

}  // namespace

class TestRegionLaws : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runIsReplayIsRestoreAndRun_data() {
        QTest::addColumn<int>("policy");
        QTest::addColumn<bool>("faulty");
        QTest::addColumn<bool>("groups");
        for (const Policy policy :
             {Policy::kRounds, Policy::kRandom, Policy::kPct, Policy::kReplay})
            for (const bool faulty : {false, true})
                for (const bool groups : {false, true})
                    QTest::addRow("%s%s%s", std::string{nameOf(policy)}.c_str(),
                                  faulty ? " with faults" : "", groups ? " of groups" : "")
                        << static_cast<int>(policy) << faulty << groups;
    }
    void runIsReplayIsRestoreAndRun() {
        QFETCH(int, policy);
        QFETCH(bool, faulty);
        QFETCH(bool, groups);
        const auto p = static_cast<Policy>(policy);
        std::array<std::uint64_t, 6> faults{};
        std::uint64_t turns = 0, restarts = 0, resolved = 0;
        const auto programOf = [&](std::uint64_t seed) {
            // A replay is one of a run whose choices somebody made.
            const Policy chosen = p != Policy::kReplay ? p
                                  : seed % 2 == 0      ? Policy::kRandom
                                                       : Policy::kPct;
            RegionProgram program = smallProgram(seed, chosen, faulty);
            program.groups = groups;
            return program;
        };
        ARIADNE_HOLDS(60, programOf, [&](const RegionProgram& program) {
            FoldingSink seen;
            const Subject subject = subjectOf(program);
            const Wrong wrong = p == Policy::kReplay ? runIsReplay(subject, &seen)
                                                     : runIsRestoreAndRun(subject, &seen);
            turns += seen.count(EventKind::kDeliver);
            restarts += seen.count(EventKind::kRestart);
            resolved += seen.count(EventKind::kResolve);
            for (std::size_t kind = 0; kind < faults.size(); ++kind)
                faults[kind] += seen.count(static_cast<FaultKind>(kind));
            return wrong;
        });
        QVERIFY2(turns > 1500, std::to_string(turns).c_str());
        QVERIFY2(restarts > 10, std::to_string(restarts).c_str());
        QVERIFY2(resolved > 100, std::to_string(resolved).c_str());
        for (const FaultKind kind :
             {FaultKind::kCrash, FaultKind::kDrop, FaultKind::kDelay, FaultKind::kDuplicate})
            QVERIFY2((faults[static_cast<std::size_t>(kind)] > 0) == faulty,
                     std::string{nameOf(kind)}.c_str());
    }

    void strangersChangeNothingForOthers_data() {
        QTest::addColumn<bool>("faulty");
        QTest::newRow("without faults") << false;
        QTest::newRow("with faults") << true;
    }
    void strangersChangeNothingForOthers() {
        QFETCH(bool, faulty);
        std::size_t rows = 0, whole = 0;
        const auto programOf = [&](std::uint64_t seed) {
            RegionProgram program = smallProgram(seed, Policy::kRounds, faulty);
            program.size = 4;
            // Limits are the whole world's.
            program.options.limits = {};
            if (faulty) program.options.faults.script = {{FaultKind::kCrash, "lab/p/c", 3}};
            return program;
        };
        ARIADNE_HOLDS(40, programOf, [&](const RegionProgram& program) -> Wrong {
            const Sight alone = lookAt(program, false, false);
            rows += alone.rows.size();
            for (const auto& [first, last] :
                 {std::pair{true, false}, {false, true}, {true, true}}) {
                const Sight beside = lookAt(program, first, last);
                whole += beside.whole ? 1 : 0;
                if (Wrong wrong = differing(alone, beside)) return wrong;
            }
            return std::nullopt;
        });
        QVERIFY2(rows > 4000, std::to_string(rows).c_str());
        QVERIFY2(whole > 60, std::to_string(whole).c_str());
    }
};

QTEST_GUILESS_MAIN(TestRegionLaws)
#include "tst_region_laws.moc"
