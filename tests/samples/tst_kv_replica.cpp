// What was acknowledged survives a failover, unless it is acknowledged too early.
#include "tests/samples/run_sample.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tests;

class TestKvReplica : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsLostUnderAnySeed() {
        for (std::uint64_t seed = 1; seed <= 200; ++seed)
            QCOMPARE(runSample("kv_replica", inRounds(seed)).verdict,
                     std::string{"completed: all 30 acknowledged writes are there"});
    }

    void nothingIsLostInAnyOrder() {
        for (std::uint64_t seed = 1; seed <= 200; ++seed)
            QCOMPARE(runSample("kv_replica", inAnyOrder(seed)).verdict,
                     std::string{"completed: all 30 acknowledged writes are there"});
    }

    void thePrimaryFailsOnceAndIsSeen() {
        const SampleRun run = runSample("kv_replica", inRounds(1));
        QCOMPARE(run.seen.count(EventKind::kFail), std::uint64_t{1});
        QCOMPARE(run.seen.count(EventKind::kDown), std::uint64_t{1});
    }

    void earlyAcknowledgementLosesAWriteUnderSeedOne() {
        const SampleRun run = runSample("kv_replica", inRounds(1), early_);
        QCOMPARE(run.verdict, std::string{"failed: acknowledged write k27=v151 is lost"});
    }

    void earlyAcknowledgementIsLuckyUnderSeedFour() {
        const SampleRun run = runSample("kv_replica", inRounds(4), early_);
        QVERIFY2(run.completed(), run.verdict.c_str());
    }

    void readmeListsTheWrongSeeds() {
        const std::string seeds = failingSeeds("kv_replica", 20, early_);
        QVERIFY2(sentencesOf("kv_replica/README.md").find(" wrong under " + seeds + ";") !=
                     std::string::npos,
                 seeds.c_str());
    }

private:
    const ArgumentTexts early_{{"ack_early", "true"}};
};

QTEST_GUILESS_MAIN(TestKvReplica)
#include "tst_kv_replica.moc"
