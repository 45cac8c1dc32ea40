// Crashes cost work, never orders: each loss is noticed, each worker is back at once.
#include "tests/samples/kept_run.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tests;

class TestSupervisedShop : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyOrderIsMadeUnderAnySeed() {
        for (std::uint64_t seed = 1; seed <= 100; ++seed) everyOrderIsMade(inRounds(seed));
    }
    void everyOrderIsMadeInAnyOrder() {
        for (std::uint64_t seed = 1; seed <= 40; ++seed) everyOrderIsMade(inAnyOrder(seed));
    }

    void everyLossIsNoticedAndGivenAgain() {
        KeptRun run;
        keepSample(run, "supervised_shop", inRounds(1));
        const std::size_t losses = run.seen.count(EventKind::kAskTimeout);
        QVERIFY(losses > 0);
        QCOMPARE(run.seen.count(EventKind::kAsk), 200 + losses);
        QCOMPARE(run.seen.count(EventKind::kReply), std::size_t{200});
        // What a crash costs is on record with the crash: an answer that will never be given.
        QCOMPARE(run.seen.count(EventKind::kResolve,
                                [&](const EventRow& row) {
                                    return row.extra ==
                                               static_cast<std::uint64_t>(Resolution::kLeaked) &&
                                           run.seen.at(row.cause).kind == EventKind::kFail;
                                }),
                 losses);
    }

    void onlyThePoolThatEndsWithItsWorkersIsToldInVain() {
        KeptRun run;
        keepSample(run, "supervised_shop", inRounds(1));
        const auto drops = run.seen.all(EventKind::kDrop);
        QCOMPARE(drops.size(), std::size_t{4});
        for (const EventRow& drop : drops) {
            QCOMPARE(run.seen.pathOf(drop.cell), std::string{"supervised_shop/workshop/pool"});
            QCOMPARE(run.seen.at(drop.cause).kind, EventKind::kDown);
        }
    }

    void whoCrashedWorksAgainInTheNextRound() {
        KeptRun run;
        keepSample(run, "supervised_shop", inRounds(1));
        const auto restarts = run.seen.all(EventKind::kRestart);
        QVERIFY(!restarts.empty());
        QCOMPARE(restarts.size(), run.seen.count(EventKind::kFail));
        for (const EventRow& restart : restarts) {
            const EventRow* turn =
                run.seen.next(restart.seq, EventKind::kDeliver,
                              [&](const EventRow& row) { return row.cell == restart.cell; });
            QVERIFY(turn != nullptr);
            QCOMPARE(turn->time.value, restart.time.value);
            QCOMPARE(turn->round.value, restart.round.value + 1);
        }
    }

    void backoffIsWaitedFor() {
        KeptRun run;
        keepSample(run, "supervised_shop", inRounds(1), {{"backoff", "20ms"}});
        QVERIFY2(run.verdict.starts_with("completed: all 200 orders made"), run.verdict.c_str());
        const auto restarts = run.seen.all(EventKind::kRestart);
        QVERIFY(!restarts.empty());
        std::uint64_t longest = 0;
        for (const EventRow& restart : restarts) {
            QVERIFY(restart.extra >= 20'000'000);
            longest = std::max(longest, restart.extra);
            const EventRow* turn =
                run.seen.next(restart.seq, EventKind::kDeliver,
                              [&](const EventRow& row) { return row.cell == restart.cell; });
            QVERIFY(turn != nullptr);
            QVERIFY(turn->time >= restart.time + Duration{restart.extra});
        }
        QVERIFY2(longest >= 40'000'000, "no worker crashed twice within the window");
    }

    void tooManyCrashesCloseTheWorkshop() {
        KeptRun run;
        keepSample(run, "supervised_shop", inRounds(1), {{"intensity", "3"}});
        QVERIFY2(run.verdict.starts_with("failed: the workshop gave up when "),
                 run.verdict.c_str());
        QCOMPARE(run.seen.count(EventKind::kRestart), std::size_t{3});
        QCOMPARE(run.seen.count(EventKind::kRegionClosed), std::size_t{1});
    }

    void readmeSaysHowSeedOneEnds() {
        for (const ArgumentTexts& args : {ArgumentTexts{}, ArgumentTexts{{"intensity", "3"}}}) {
            const std::string verdict = runSample("supervised_shop", inRounds(1), args).verdict;
            const std::string text = verdict.substr(verdict.find(": ") + 2);
            QVERIFY2(sentencesOf("supervised_shop/README.md").find(text) != std::string::npos,
                     text.c_str());
        }
    }

private:
    void everyOrderIsMade(const kernel::WorldOptions& options) {
        const SampleRun run = runSample("supervised_shop", options);
        QVERIFY2(run.verdict.starts_with("completed: all 200 orders made"),
                 (std::to_string(options.seed) + " " + run.verdict).c_str());
    }
};

QTEST_GUILESS_MAIN(TestSupervisedShop)
#include "tst_supervised_shop.moc"
