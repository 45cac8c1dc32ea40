// The two laws all the rest stands on, for programs made at random, on every policy, with faults
// and without: a run is its replay and goes on from any round; and who has nothing to do with the
// others changes nothing for them. A failure shows its seed and the smallest program that fails.
#include "tests/kernel/support/random_programs.h"
#include "tests/support/laws.h"
#include "tests/support/strangers.h"

using namespace ariadne;
using namespace ariadne::tests;
using kernel::Policy;

namespace {

Subject subjectOf(const WildProgram& program) {
    return {program.options,
            [program](kernel::World& world) { begin(world, program.root(), "wild"); },
            cellTypesHere(), program.rounds};
}

/// Small, for every round of it is gone on from.
WildProgram smallProgram(std::uint64_t seed, Policy policy, bool faulty) {
    WildProgram program{.rounds = 90, .talkative = 4};
    program.options = {.seed = seed, .policy = policy, .limits = {}};
    program.options.batch = static_cast<std::uint32_t>(1 + seed % 5);
    program.options.pctDepth = static_cast<std::uint32_t>(1 + seed % 6);
    program.options.pctSteps = 60;
    if (faulty) program.options.faults = manyFaults();
    // One message a round: as much as the others takes more rounds.
    if (policy != Policy::kRounds) program.rounds = 180;
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
    Wild looked;
    Wild other;
    bool first = false;
    bool last = false;
    void on(Context& cx, const Start&) {
        first ? void(cx.spawn<Wild>("q", other)) : void(cx.spawn<Bystander>("q"));
        cx.spawn<Wild>("p", looked);
        last ? void(cx.spawn<Wild>("q", other)) : void(cx.spawn<Bystander>("q"));
    }
};
BOOST_DESCRIBE_STRUCT(Street, (), (looked, other, first, last))
ARIADNE_ACTOR(Street, Start)

constexpr std::uint64_t kStreetRounds = 900;
constexpr VirtualTime kStreetTime{120};

Sight lookAt(const WildProgram& program, bool first, bool last) {
    SightSink sink;
    kernel::World world{program.options, &sink};
    WildProgram other = program;
    other.without = 0;
    begin(world, Street{program.root(), other.root(), first, last}, "street");
    world.runUntil(kStreetTime, kStreetRounds);
    return sink.of(kernel::childKey(kernel::childKey(CellKey{}, 1), 2),
                   world.round().value < kStreetRounds);
}

std::int64_t outsideOfTheWorld = 0;  // what no actor may have

/// Counts where no snapshot looks.
struct Leaky {
    std::int64_t seen = 0;
    void on(Context& cx, const Tick&) {
        seen = ++outsideOfTheWorld;
        if (seen < 9) cx.after(Duration{1}, Tick{});
    }
    void on(Context& cx, const Start&) { cx.after(Duration{1}, Tick{}); }
};
BOOST_DESCRIBE_STRUCT(Leaky, (), (seen))
ARIADNE_ACTOR(Leaky, Tick, Start)

}  // namespace

class TestLaws : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runIsReplayIsRestoreAndRun_data() {
        QTest::addColumn<int>("policy");
        QTest::addColumn<bool>("faulty");
        for (const Policy policy :
             {Policy::kRounds, Policy::kRandom, Policy::kPct, Policy::kReplay})
            for (const bool faulty : {false, true})
                QTest::addRow("%s%s", std::string{nameOf(policy)}.c_str(),
                              faulty ? " with faults" : "")
                    << static_cast<int>(policy) << faulty;
    }
    void runIsReplayIsRestoreAndRun() {
        QFETCH(int, policy);
        QFETCH(bool, faulty);
        const auto p = static_cast<Policy>(policy);
        std::array<std::uint64_t, 6> faults{};
        std::uint64_t turns = 0;
        const auto programOf = [&](std::uint64_t seed) {
            // A replay is one of a run whose choices somebody made.
            const Policy chosen = p != Policy::kReplay ? p
                                  : seed % 2 == 0      ? Policy::kRandom
                                                       : Policy::kPct;
            return smallProgram(seed, chosen, faulty);
        };
        ARIADNE_HOLDS(30, programOf, [&](const WildProgram& program) {
            FoldingSink seen;
            const Subject subject = subjectOf(program);
            const Wrong wrong = p == Policy::kReplay ? runIsReplay(subject, &seen)
                                                     : runIsRestoreAndRun(subject, &seen);
            turns += seen.count(EventKind::kDeliver);
            for (std::size_t kind = 0; kind < faults.size(); ++kind)
                faults[kind] += seen.count(static_cast<FaultKind>(kind));
            return wrong;
        });
        QVERIFY2(turns > 2000, std::to_string(turns).c_str());
        for (const FaultKind kind : {FaultKind::kCrash, FaultKind::kDrop, FaultKind::kDelay,
                                     FaultKind::kDuplicate, FaultKind::kReply})
            QVERIFY2((faults[static_cast<std::size_t>(kind)] > 0) == faulty,
                     std::string{nameOf(kind)}.c_str());
    }

    void whatNoSnapshotHoldsIsFound() {
        // Or the law above could hold for anything. The run again is the same: it begins alike.
        const Subject subject{{.limits = {}},
                              [](kernel::World& world) {
                                  outsideOfTheWorld = 0;
                                  begin(world, Leaky{}, "leaky");
                              },
                              cellTypesHere(),
                              40};
        const Wrong wrong = runIsRestoreAndRun(subject);
        QVERIFY(wrong.has_value());
        QVERIFY2(wrong->starts_with("from round ") && wrong->find("position") != std::string::npos,
                 wrong->c_str());
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
            WildProgram program = smallProgram(seed, Policy::kRounds, faulty);
            program.talkative = 3;
            if (faulty) {
                program.options.faults.script = {{FaultKind::kReply, "street/p", 5},
                                                 {FaultKind::kCrash, "street/p/w", 4}};
            }
            return program;
        };
        ARIADNE_HOLDS(60, programOf, [&](const WildProgram& program) -> Wrong {
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

    void strangersThatMeetAreNoStrangers() {
        // Or the law above could hold for anything: another seed of the one looked at is seen.
        WildProgram program = smallProgram(1, Policy::kRounds, false);
        const Sight one = lookAt(program, false, true);
        program.options.seed = 2;
        QVERIFY(differing(one, lookAt(program, false, true)).has_value());
    }
};

QTEST_GUILESS_MAIN(TestLaws)
#include "tst_laws.moc"
