// Forks without an order can end in a circle, and the run says which; with an order they cannot.
#include "tests/samples/kept_run.h"

#include <QTest>

#include <map>

using namespace ariadne;
using namespace ariadne::tests;

namespace {

std::size_t timesIn(std::string_view text, std::string_view part) {
    std::size_t times = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size()))
        ++times;
    return times;
}

}  // namespace

class TestDining : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void withAnOrderEverybodyDines() {
        for (std::uint64_t seed = 1; seed <= 200; ++seed) {
            QCOMPARE(runSample("dining", inRounds(seed), ordered_).verdict, dined_);
            QCOMPARE(runSample("dining", inAnyOrder(seed), ordered_).verdict, dined_);
        }
    }

    void withoutOneEverybodyDinesOrNobodyCan() {
        for (std::uint64_t seed = 1; seed <= 200; ++seed) {
            const std::string verdict = runSample("dining", inRounds(seed)).verdict;
            QVERIFY2(verdict == dined_ || verdict.starts_with("deadlock: "), verdict.c_str());
        }
    }

    void theOutcomeNamesTheWholeCircle() {
        KeptRun run;
        keepSample(run, "dining", inRounds(1), {{"think", "0ns"}});
        QVERIFY2(run.verdict.starts_with("deadlock: "), run.verdict.c_str());
        QCOMPARE(timesIn(run.verdict, "waits for the answer of dining/fork"), std::size_t{5});
        QCOMPARE(timesIn(run.verdict, "has given 'a fork' to dining/philosopher"), std::size_t{5});
        for (const char* name : {"dining/philosopher#2", "dining/philosopher#3",
                                 "dining/philosopher#4", "dining/philosopher#5"})
            QVERIFY2(run.verdict.find(name) != std::string::npos, run.verdict.c_str());
        QCOMPARE(run.seen.count(EventKind::kDeadlock), std::size_t{1});
    }

    void everyEdgeIsToldInARowOfItsOwn() {
        KeptRun run;
        keepSample(run, "dining", inRounds(1), {{"think", "0ns"}});
        std::map<std::uint64_t, int> kinds;
        for (const EventRow& wait : run.seen.all(EventKind::kWait)) {
            ++kinds[wait.arg];
            const bool asked = wait.arg == static_cast<std::uint64_t>(WaitKind::kAnswer);
            QCOMPARE(wait.cause.value != 0, asked);
            if (asked) QCOMPARE(run.seen.rows().at(wait.cause.value - 1).row.kind, EventKind::kAsk);
        }
        // The table waits for five philosophers, they for a fork each, the forks for five.
        QCOMPARE(kinds[static_cast<std::uint64_t>(WaitKind::kAnswer)], 10);
        QCOMPARE(kinds[static_cast<std::uint64_t>(WaitKind::kGaveAway)], 5);
        QCOMPARE(kinds.size(), std::size_t{2});
    }

    void thePromisesInTheCircleAreNotLeaked() {
        KeptRun run;
        keepSample(run, "dining", inRounds(1), {{"think", "0ns"}});
        QCOMPARE(run.leaks, std::uint64_t{0});
        QCOMPARE(run.seen.count(EventKind::kReserve), std::size_t{5});
        QCOMPARE(run.seen.count(EventKind::kResolve), std::size_t{0});
    }

    void oneAtTheTableIsRefused() {
        const SampleRun run = runSample("dining", inRounds(1), {{"philosophers", "1"}});
        QVERIFY2(run.verdict.starts_with("failed: 1 at the table, expected at least 2"),
                 run.verdict.c_str());
    }

    void readmeListsTheDeadlocks() {
        std::string seeds;
        for (std::uint64_t seed = 1; seed <= 20; ++seed)
            if (runSample("dining", inRounds(seed)).verdict.starts_with("deadlock: "))
                seeds += (seeds.empty() ? "" : ", ") + std::to_string(seed);
        QVERIFY(!seeds.empty());
        QVERIFY2(sentencesOf("dining/README.md").find(" deadlocks under " + seeds + ";") !=
                     std::string::npos,
                 seeds.c_str());
    }

private:
    const ArgumentTexts ordered_{{"ordered", "true"}};
    const std::string dined_ = "completed: all 5 had their 3 meals";
};

QTEST_GUILESS_MAIN(TestDining)
#include "tst_dining.moc"
