// One leader, the largest; with the bug two, under most seeds.
#include "tests/samples/run_sample.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tests;

class TestLeaderElection : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void largestLeadsUnderEverySeed() {
        for (std::uint64_t seed = 1; seed <= 200; ++seed)
            QCOMPARE(runSample("leader_election", inRounds(seed)).verdict,
                     std::string{"completed: leader is node 8"});
    }

    void largestLeadsInAnyOrder() {
        for (std::uint64_t seed = 1; seed <= 200; ++seed)
            QCOMPARE(runSample("leader_election", inAnyOrder(seed)).verdict,
                     std::string{"completed: leader is node 8"});
    }

    void largestLeadsARingOfAnySize_data() {
        QTest::addColumn<int>("nodes");
        for (const int nodes : {1, 2, 3, 50, 200}) QTest::addRow("%d nodes", nodes) << nodes;
    }

    void largestLeadsARingOfAnySize() {
        QFETCH(int, nodes);
        const std::string size = std::to_string(nodes);
        QCOMPARE(runSample("leader_election", inRounds(7), {{"nodes", size}}).verdict,
                 "completed: leader is node " + size);
    }

    void everyNodeLearnsTheLeader() {
        // One note each, and the root's.
        QCOMPARE(runSample("leader_election", inRounds(1)).seen.count(EventKind::kNote),
                 std::uint64_t{8 + 1});
    }

    void withTheBugSeedOneHasTwoLeaders() {
        const SampleRun run = runSample("leader_election", inRounds(1), {{"bug", "true"}});
        QVERIFY2(run.verdict.starts_with("failed: two leaders: "), run.verdict.c_str());
    }

    void withTheBugSeedTwoIsRightAllTheSame() {
        QCOMPARE(runSample("leader_election", inRounds(2), {{"bug", "true"}}).verdict,
                 std::string{"completed: leader is node 8"});
    }

    void readmeListsTheWrongSeeds() {
        const std::string seeds = failingSeeds("leader_election", 20, {{"bug", "true"}});
        QVERIFY2(sentencesOf("leader_election/README.md").find(" wrong under " + seeds + ";") !=
                     std::string::npos,
                 seeds.c_str());
    }
};

QTEST_GUILESS_MAIN(TestLeaderElection)
#include "tst_leader_election.moc"
