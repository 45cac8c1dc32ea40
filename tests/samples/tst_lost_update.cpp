// Right under some seeds, wrong under others, always right when fixed.
#include "tests/samples/run_sample.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tests;

class TestLostUpdate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void seedOneLosesADeposit() {
        const SampleRun run = runSample("lost_update", inRounds(1));
        QCOMPARE(run.verdict, std::string{"failed: total is 80, expected 100"});
    }

    void seedThreeIsRight() {
        const SampleRun run = runSample("lost_update", inRounds(3));
        QCOMPARE(run.verdict, std::string{"completed: total is 100"});
    }

    void readmeListsTheWrongSeeds() {
        const std::string seeds = failingSeeds("lost_update", 20);
        QVERIFY2(sentencesOf("lost_update/README.md").find(" wrong under " + seeds + ";") !=
                     std::string::npos,
                 seeds.c_str());
    }

    void fixedIsRightUnderEverySeed() {
        for (std::uint64_t seed = 1; seed <= 200; ++seed) {
            const SampleRun run = runSample("lost_update", inRounds(seed), {{"fixed", "true"}});
            QCOMPARE(run.verdict, std::string{"completed: total is 100"});
        }
    }

    void fixedIsRightInAnyOrder() {
        for (std::uint64_t seed = 1; seed <= 200; ++seed) {
            const SampleRun run = runSample("lost_update", inAnyOrder(seed), {{"fixed", "true"}});
            QCOMPARE(run.verdict, std::string{"completed: total is 100"});
        }
    }

    // No time passes, so that the order of the messages alone decides.
    void pctFindsTheLostUpdateSoon() {
        const ArgumentTexts args{{"think", "0ns"}, {"pause", "0ns"}, {"deposits", "2"}};
        std::string wrong;
        std::uint64_t found = 0;
        for (std::uint64_t seed = 1; seed <= 100; ++seed) {
            kernel::WorldOptions options{
                .seed = seed, .policy = kernel::Policy::kPct, .limits = {}};
            options.pctDepth = 2;
            options.pctSteps = 40;
            const SampleRun run = runSample("lost_update", options, args);
            QVERIFY2(run.failed() || run.completed(), run.verdict.c_str());
            if (!run.failed()) continue;
            ++found;
            wrong += (wrong.empty() ? "" : ", ") + std::to_string(seed);
            ArgumentTexts fixed = args;
            fixed.emplace_back("fixed", "true");
            QCOMPARE(runSample("lost_update", options, fixed).verdict,
                     std::string{"completed: total is 40"});
        }
        qInfo("%s",
              ("pct, depth 2: wrong under " + std::to_string(found) + " of 100 seeds: " + wrong)
                  .c_str());
        QVERIFY2(found >= 10, wrong.c_str());
    }

    void manyTellersAreRightWhenFixed() {
        const SampleRun run = runSample("lost_update", inRounds(1),
                                        {{"tellers", "50"}, {"fixed", "true"}, {"amount", "1"}});
        QCOMPARE(run.verdict, std::string{"completed: total is 250"});
    }

    void nobodyDepositsNothing() {
        QCOMPARE(runSample("lost_update", inRounds(1), {{"tellers", "0"}}).verdict,
                 std::string{"completed: nothing to deposit"});
    }
};

QTEST_GUILESS_MAIN(TestLostUpdate)
#include "tst_lost_update.moc"
