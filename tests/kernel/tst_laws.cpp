// The two laws all the rest stands on, for programs made at random, on every policy, with faults
// and without: a run is its replay and goes on from any round; and who has nothing to do with the
// others changes nothing for them. A failure shows its seed and the smallest program that fails.
#include "tests/kernel/support/random_programs.h"
#include "tests/support/law_cases.h"
#include "tests/support/street.h"

using namespace ariadne;
using namespace ariadne::tests;
using kernel::Policy;

namespace {

/// Small, for every round of it is gone on from.
WildProgram smallProgram(std::uint64_t seed, Policy policy, bool faulty) {
    WildProgram program{.rounds = 90, .talkative = 4};
    program.options = smallOptions(seed, policy);
    if (faulty) program.options.faults = manyFaults();
    // One message a round: as much as the others takes more rounds.
    if (policy != Policy::kRounds) program.rounds = 180;
    return program;
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
    void runIsReplayIsRestoreAndRun_data() { everyPolicyWithAndWithoutFaults(); }
    void runIsReplayIsRestoreAndRun() {
        QFETCH(int, policy);
        QFETCH(bool, faulty);
        const auto p = static_cast<Policy>(policy);
        LawRuns runs;
        const auto programOf = [&](std::uint64_t seed) {
            return smallProgram(seed, originalOf(p, seed), faulty);
        };
        ARIADNE_HOLDS(30, programOf, [&](const WildProgram& program) {
            return runs.check(subjectOf(program, "wild"), p);
        });
        const std::uint64_t turns = runs.count(EventKind::kDeliver);
        QVERIFY2(turns > 2000, std::to_string(turns).c_str());
        QCOMPARE(runs.oddFault({FaultKind::kCrash, FaultKind::kDrop, FaultKind::kDelay,
                                FaultKind::kDuplicate, FaultKind::kReply},
                               faulty),
                 std::string{});
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
        Looked looked;
        const auto programOf = [&](std::uint64_t seed) {
            WildProgram program = smallProgram(seed, Policy::kRounds, faulty);
            program.talkative = 3;
            if (faulty) {
                program.options.faults.script = {{FaultKind::kReply, "street/p", 5},
                                                 {FaultKind::kCrash, "street/p/w", 4}};
            }
            return program;
        };
        ARIADNE_HOLDS(60, programOf, [&](const WildProgram& program) {
            return strangersChangeNothing(program, looked);
        });
        QVERIFY2(looked.rows > 4000, std::to_string(looked.rows).c_str());
        QVERIFY2(looked.whole > 60, std::to_string(looked.whole).c_str());
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
