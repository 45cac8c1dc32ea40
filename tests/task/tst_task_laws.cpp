// Laws of the combinators, for random steps in every order of delivery.
#include "tests/task/support/plans.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

constexpr std::uint64_t kSeeds = 60;

std::vector<kernel::WorldOptions> ordersOf(std::uint64_t seed) {
    return {inRounds(seed, 16), inRounds(seed, 1), inAnyOrder(seed)};
}

/// How a run of `plan` ends: outcome, value, text and virtual time.
std::string endOf(const kernel::WorldOptions& order, const Plan& plan) {
    TaskPlay<&play> run{order, plan};
    return run.drained() ? run.ended() : "not drained";
}

/// Both sides end alike for many f and all orders. `sides(f, gardener)` gives the two plans.
template <class F>
void law(F&& sides) {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        // Its draws must not depend on where it stands: f uses none.
        Gardener gardener{seed};
        Plan f = gardener.plan(2);
        const auto withoutLuck = [](auto&& self, Plan& plan) -> void {
            if (plan.kind == PlanKind::kAsk || plan.kind == PlanKind::kRetry)
                plan.kind = plan.parts.empty() ? PlanKind::kReturn : PlanKind::kCall;
            for (Plan& part : plan.parts) self(self, part);
        };
        withoutLuck(withoutLuck, f);
        const std::pair<Plan, Plan> both = sides(f, gardener);
        for (const auto& order : ordersOf(seed)) {
            const std::string left = endOf(order, both.first);
            const std::string right = endOf(order, both.second);
            QVERIFY2(left == right, ("seed " + std::to_string(seed) + ", " + textOf(order) +
                                     "\nleft  " + left + "\nright " + right)
                                        .c_str());
            seen.insert(left);
        }
    }
    // A law about one and the same end would say nothing.
    QVERIFY2(seen.size() > kSeeds / 4, std::to_string(seen.size()).c_str());
}

}  // namespace

class TestTaskLaws : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void raceAgainstNeverIsTheOther() {
        law([](const Plan& f, Gardener&) {
            return std::pair{of(PlanKind::kRace, {never(), f}), f};
        });
        law([](const Plan& f, Gardener&) {
            return std::pair{of(PlanKind::kRace, {f, never(), never()}), f};
        });
    }

    void raceOfOneFirstOkOfOneAndHedgeOfOneAreThatOne() {
        law([](const Plan& f, Gardener&) { return std::pair{of(PlanKind::kRace, {f}), f}; });
        law([](const Plan& f, Gardener&) { return std::pair{of(PlanKind::kFirstOk, {f}), f}; });
        law([](const Plan& f, Gardener& g) {
            return std::pair{of(PlanKind::kHedge, {f}, 0, g.time()), f};
        });
        law([](const Plan& f, Gardener&) { return std::pair{of(PlanKind::kRetry, {f}, 1), f}; });
    }

    void nestedTimeoutsAreTheShorter() {
        law([](const Plan& f, Gardener& g) {
            const Duration a = g.time();
            const Duration b = g.time();
            return std::pair{of(PlanKind::kTimeout, {of(PlanKind::kTimeout, {f}, 0, b)}, 0, a),
                             of(PlanKind::kTimeout, {f}, 0, std::min(a, b))};
        });
    }

    void aTimeoutBeyondTheEndIsNothing() {
        law([](const Plan& f, Gardener&) {
            return std::pair{of(PlanKind::kTimeout, {f}, 0, std::chrono::hours{1}), f};
        });
    }

    void raceIsAssociative() {
        law([](const Plan& f, Gardener& g) {
            const Plan h = leaf(PlanKind::kReturn, g.time(), 5);
            const Plan k = leaf(PlanKind::kRefuse, g.time(), 6);
            return std::pair{of(PlanKind::kRace, {of(PlanKind::kRace, {f, h}), k}),
                             of(PlanKind::kRace, {f, of(PlanKind::kRace, {h, k})})};
        });
    }

    void aPipelineOfOneStageIsABulkheadOfOne() {
        law([](const Plan& f, Gardener& g) {
            const std::vector<Plan> items{leaf(PlanKind::kReturn, g.time(), 5), f,
                                          leaf(PlanKind::kRefuse, g.time(), 6)};
            return std::pair{of(PlanKind::kPipeline, items, 1), of(PlanKind::kBulkhead, items, 1)};
        });
    }

    void aStageThatHandsOnAtOnceIsNothing() {
        law([](const Plan& f, Gardener& g) {
            const std::vector<Plan> items{f, leaf(PlanKind::kRefuse, g.time(), 6), f};
            return std::pair{of(PlanKind::kPipeline, items, 2), of(PlanKind::kPipeline, items, 1)};
        });
    }

    void aRegionWithoutFailuresIsAnAll() {
        law([](const Plan& f, Gardener& g) {
            // As the region adds how it closed: well.
            const std::vector<Plan> parts{f, leaf(PlanKind::kReturn, g.time(), 5)};
            std::vector<Plan> and0 = parts;
            and0.push_back(leaf(PlanKind::kReturn, Duration{}, 0));
            return std::pair{of(PlanKind::kRegion, parts, 1), of(PlanKind::kAll, and0)};
        });
    }

    void aBulkheadChangesTimesOnly() {
        for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
            Gardener gardener{seed};
            std::vector<Plan> leaves;
            std::vector<Result<std::int64_t>> expected;
            for (std::int64_t n = 0; n < 7; ++n) {
                leaves.push_back(leaf(PlanKind::kReturn, gardener.time(), n * n));
                expected.emplace_back(n * n);
            }
            const std::string head = "ok " + std::to_string(*folded(expected).value) + " at ";
            for (const auto& order : ordersOf(seed)) {
                for (std::int64_t atOnce : {1, 2, 7, 20})
                    QVERIFY(
                        endOf(order, of(PlanKind::kBulkhead, leaves, atOnce)).starts_with(head));
                QVERIFY(endOf(order, of(PlanKind::kAll, leaves)).starts_with(head));
            }
        }
    }

    void joinCollectsInTheOrderOfJoining() {
        for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
            Gardener gardener{seed};
            std::vector<Plan> leaves;
            std::vector<Result<std::int64_t>> expected;
            Duration last{};
            for (std::int64_t n = 0; n < 9; ++n) {
                leaves.push_back(leaf(PlanKind::kReturn, gardener.time(), 100 - n));
                last = std::max(last, leaves.back().time);
                expected.insert(expected.begin(), Result<std::int64_t>(100 - n));
            }
            for (const auto& order : ordersOf(seed))
                QCOMPARE(endOf(order, of(PlanKind::kSpawn, leaves)),
                         "ok " + std::to_string(*folded(expected).value) + " at " +
                             value::showDuration(last.count()));
        }
    }

    void ofEquallyBadOnesTheEarlierStepStands() {
        const std::vector<Plan> bad{leaf(PlanKind::kRefuse, 30ms, 1),
                                    leaf(PlanKind::kRefuse, 10ms, 2)};
        for (const auto& order : ordersOf(1))
            QCOMPARE(endOf(order, of(PlanKind::kFirstOk, bad)),
                     std::string{"err: refused 1 at 30ms"});
        std::vector<Plan> worse = bad;
        worse.push_back(leaf(PlanKind::kPanic, 20ms, 0));
        for (const auto& order : ordersOf(1))
            QCOMPARE(endOf(order, of(PlanKind::kFirstOk, worse)),
                     std::string{"panicked: a planned panic at 30ms"});
    }
};

QTEST_GUILESS_MAIN(TestTaskLaws)
#include "tst_task_laws.moc"
