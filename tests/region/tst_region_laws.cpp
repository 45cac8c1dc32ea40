// The laws of tests/kernel/tst_laws.cpp for programs of regions: restarts, cancellation, promises,
// budgets and finalizers, hit by faults. A failure shows its seed and the smallest program that
// fails.
#include "tests/region/support/region_programs.h"
#include "tests/support/law_cases.h"
#include "tests/support/street.h"

using namespace ariadne;
using namespace ariadne::tests;
using kernel::Policy;

namespace {

/// Small, for every round of it is gone on from.
RegionProgram smallProgram(std::uint64_t seed, Policy policy, bool faulty) {
    RegionProgram program{.rounds = 100, .size = 6};
    program.options = smallOptions(seed, policy);
    program.options.limits.cellsMax = 3000;
    program.options.limits.eventsMax = 60'000;
    if (faulty) program.options.faults = manyFaults();
    // One message a round: as much as the others takes more rounds.
    if (policy != Policy::kRounds) program.rounds = 200;
    return program;
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
        LawRuns runs;
        const auto programOf = [&](std::uint64_t seed) {
            RegionProgram program = smallProgram(seed, originalOf(p, seed), faulty);
            program.groups = groups;
            return program;
        };
        ARIADNE_HOLDS(60, programOf, [&](const RegionProgram& program) {
            return runs.check(subjectOf(program, "lab"), p);
        });
        for (const auto& [kind, least] : {std::pair{EventKind::kDeliver, 1500u},
                                          {EventKind::kRestart, 10u},
                                          {EventKind::kResolve, 100u}})
            QVERIFY2(runs.count(kind) > least,
                     (std::string{nameOf(kind)} + " " + std::to_string(runs.count(kind))).c_str());
        QCOMPARE(runs.oddFault({FaultKind::kCrash, FaultKind::kDrop, FaultKind::kDelay,
                                FaultKind::kDuplicate},
                               faulty),
                 std::string{});
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
            RegionProgram program = smallProgram(seed, Policy::kRounds, faulty);
            program.size = 4;
            // Limits are the whole world's.
            program.options.limits = {};
            if (faulty) program.options.faults.script = {{FaultKind::kCrash, "street/p/c", 3}};
            return program;
        };
        ARIADNE_HOLDS(40, programOf, [&](const RegionProgram& program) {
            return strangersChangeNothing(program, looked);
        });
        QVERIFY2(looked.rows > 4000, std::to_string(looked.rows).c_str());
        QVERIFY2(looked.whole > 60, std::to_string(looked.whole).c_str());
    }
};

QTEST_GUILESS_MAIN(TestRegionLaws)
#include "tst_region_laws.moc"
