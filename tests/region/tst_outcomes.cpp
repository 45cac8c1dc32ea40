// The laws of verdicts, budgets and backoff, tried on many values.
#include "engine/region/region.h"
#include "engine/value/encoding.h"

#include <QTest>

#include <random>

using namespace ariadne;

namespace {

std::vector<Judged> someJudged() {
    std::vector<Judged> all;
    for (int verdict = 0; verdict < 4; ++verdict)
        for (std::uint64_t ordinal = 0; ordinal < 5; ++ordinal)
            all.push_back({static_cast<Verdict>(verdict), ordinal});
    return all;
}

/// Values that meet each other often, and the ends of their ranges.
std::vector<Budget> someBudgets(std::uint64_t seed) {
    std::mt19937_64 random{seed};
    const auto amount = [&] { return random() % 4 == 0 ? Budget::kUnbounded : random() % 3; };
    std::vector<Budget> all{{}};
    for (int i = 0; i < 24; ++i) {
        Budget budget{{}, amount(), amount()};
        if (random() % 2 == 0) budget.deadline = {static_cast<std::int64_t>(random() % 3)};
        all.push_back(budget);
    }
    return all;
}

bool within(const Budget& a, const Budget& b) {
    return a.deadline <= b.deadline && a.turns <= b.turns && a.cost <= b.cost;
}

}  // namespace

class TestOutcomes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void joinIsAssociativeCommutativeAndIdempotent() {
        const std::vector<Judged> all = someJudged();
        for (const Judged& a : all) {
            QVERIFY(join(a, a) == a);
            for (const Judged& b : all) {
                QVERIFY(join(a, b) == join(b, a));
                for (const Judged& c : all) QVERIFY(join(join(a, b), c) == join(a, join(b, c)));
            }
        }
    }

    void joinTakesTheWorseAndHasANeutralElement() {
        for (const Judged& a : someJudged()) {
            QVERIFY(join(a, Judged{}) == a);
            for (const Judged& b : someJudged())
                QVERIFY(join(a, b).verdict == std::max(a.verdict, b.verdict));
        }
        QVERIFY(Verdict::kOk < Verdict::kErr && Verdict::kErr < Verdict::kCancelled &&
                Verdict::kCancelled < Verdict::kPanicked);
    }

    void ofTwoEquallyBadTheLowerOrdinalStands() {
        const Judged first{Verdict::kErr, 2}, second{Verdict::kErr, 3}, nobody{Verdict::kErr, 0};
        QVERIFY(join(first, second) == first);
        QVERIFY(join(second, first) == first);
        QVERIFY(join(nobody, second) == second);
        QVERIFY(join({Verdict::kPanicked, 9}, first) == (Judged{Verdict::kPanicked, 9}));
    }

    void theOrderOfEndsDoesNotMatter() {
        std::mt19937_64 random{7};
        for (int run = 0; run < 200; ++run) {
            std::vector<Judged> ends;
            for (std::uint64_t child = 1; child <= 6; ++child)
                ends.push_back({static_cast<Verdict>(random() % 4), child});
            const auto all = [&] {
                Judged sum;
                for (const Judged& end : ends) sum = join(sum, end);
                return sum;
            };
            const Judged expected = all();
            std::shuffle(ends.begin(), ends.end(), random);
            QVERIFY(all() == expected);
        }
    }

    void budgetsComposeToTheTightest() {
        for (std::uint64_t seed = 0; seed < 10; ++seed) {
            const std::vector<Budget> all = someBudgets(seed);
            for (const Budget& a : all) {
                QVERIFY(tightest(a, a) == a);
                QVERIFY(tightest(a, Budget{}) == a);
                for (const Budget& b : all) {
                    QVERIFY(tightest(a, b) == tightest(b, a));
                    QVERIFY(within(tightest(a, b), a) && within(tightest(a, b), b));
                    for (const Budget& c : all)
                        QVERIFY(tightest(tightest(a, b), c) == tightest(a, tightest(b, c)));
                }
            }
        }
    }

    void onlyTheNewBudgetIsUnbounded() {
        QVERIFY(!Budget{}.bounded());
        for (const Budget& a : someBudgets(3)) QCOMPARE(a.bounded(), !(a == Budget{}));
    }

    void backoffGrowsByItsFactorUpToItsCap() {
        const Backoff backoff{Duration{100}, 3, Duration{1000}, false};
        QCOMPARE(delayOf(backoff, 0).count(), 100);
        QCOMPARE(delayOf(backoff, 1).count(), 300);
        QCOMPARE(delayOf(backoff, 2).count(), 900);
        QCOMPARE(delayOf(backoff, 3).count(), 1000);
        QCOMPARE(delayOf(backoff, 4'000'000'000u).count(), 1000);
        QCOMPARE(delayOf(Backoff{}, 5).count(), 0);
        QCOMPARE(delayOf({Duration{100}, 0.5, Duration{1000}, false}, 2).count(), 25);
        QCOMPARE(delayOf({Duration{100}, 2, Duration{-5}, false}, 2).count(), 0);
        QCOMPARE(delayOf({Duration{100}, -2, Duration{1000}, false}, 1).count(), 0);
    }

    void cancelReasonsAndPhasesAreOrderedAsTheirStrength() {
        QVERIFY(CancelReason::kNone < CancelReason::kRequested);
        QVERIFY(CancelReason::kParentCancelled < CancelReason::kShutdown);
        QVERIFY(RegionPhase::kOpen < RegionPhase::kClosing);
        QVERIFY(RegionPhase::kFinalizing < RegionPhase::kClosed);
    }
};

QTEST_GUILESS_MAIN(TestOutcomes)
#include "tst_outcomes.moc"
