// Being asked to end: what unwinds, what is drained, what a mask holds off, and for how long.
#include "tests/task/support/plans.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

Task<std::string> cleansUp(TaskContext cx) {
    bool asked = false;
    try {
        co_await cx.never();
    } catch (const Cancelled&) {
        asked = true;
    }
    if (asked) {
        const TaskMask mask = cx.mask();
        co_await cx.sleep(20ms);
        cx.note("cleaned", std::string{"up"});
    }
    cx.checkpoint();
    co_return "not reached";
}
Task<std::string> ignores(TaskContext cx) {
    const TaskMask mask = cx.mask();
    co_await cx.sleep(std::chrono::hours{1});
    co_return "slept";
}
Task<std::string> finishesAnyway(TaskContext cx) {
    const TaskMask mask = cx.mask();
    co_await cx.sleep(15ms);
    co_return "in time";
}
Task<std::string> awaitsAgain(TaskContext cx) {
    int interruptions = 0;
    for (int i = 0; i < 3; ++i) {
        try {
            co_await cx.sleep(1s);
        } catch (const Cancelled&) {
            ++interruptions;
        }
    }
    co_return std::to_string(interruptions) + " times";
}
Task<std::string> raceWithCleanup(TaskContext cx) {
    co_await race(cx, step<&cleansUp>(), step<&finishesAnyway>());
    co_return std::string{"over"};
}
Task<std::string> leavesChildren(TaskContext cx) {
    cx.spawn<&cleansUp>("a");
    cx.spawn<&cleansUp>("b");
    co_await cx.sleep(1ms);
    co_return std::string{"returned"};
}
Task<std::string> timeoutOfTheStubborn(TaskContext cx) {
    const auto result = co_await timeout(cx, 10ms, step<&ignores>());
    co_return std::string{nameOf(result.outcome)};
}
Task<std::string> cancelsTwice(TaskContext cx) {
    const auto child = cx.spawn<&ignores>("child");
    co_await cx.sleep(10ms);
    cx.cancel(child, 1s);
    co_await cx.sleep(10ms);
    cx.cancel(child, 5ms);
    co_await cx.sleep(1ms);
    cx.cancel(child, 1s);
    const auto result = co_await cx.join(child);
    co_return std::string{nameOf(result.outcome)};
}
Task<std::string> neverReads(TaskContext cx) {
    const TaskRef<std::string> me{cx.self()};
    cx.send(me, Say{"x", 0});
    cx.send(me, Down{});
    co_await cx.sleep(1ms);
    co_return std::string{"done"};
}
Task<std::string> joinsNobody(TaskContext cx) {
    cx.spawn<&play>("bad", leaf(PlanKind::kPanic, 1ms, 0));
    co_await cx.sleep(5ms);
    co_return std::string{"done"};
}
Task<std::string> abandonsAnAsk(TaskContext cx) {
    const Ref<Echo> echo = cx.spawnActor<Echo>("echo");
    try {
        co_await cx.ask<Say>(echo, make<Say>("late", 30), within(1s));
    } catch (const Cancelled&) {
    }
    const TaskMask mask = cx.mask();
    const auto other = co_await cx.ask<Say>(echo, make<Say>("other", 50), within(1s));
    co_return other->word;
}
Task<std::string> continuesInVain(TaskContext cx) {
    const TaskMask mask = cx.mask();
    co_await cx.sleep(20ms);
    co_return cx.continueAs(Nothing{});
}

/// Accepts neither the end of a task nor its Down.
struct Careless {
    std::int64_t starts = 0;
    void on(Context& cx, const Start&) {
        ++starts;
        spawnTask<&play>(cx, "ok", leaf(PlanKind::kReturn, 1ms, 1));
        spawnTask<&play>(cx, "bad", leaf(PlanKind::kPanic, 2ms, 1));
    }
};
BOOST_DESCRIBE_STRUCT(Careless, (), (starts))
ARIADNE_ACTOR(Careless, Start)

template <auto Fn>
void cancelledAt10ms(const std::string& expected, Duration cleanup = task::kCleanup,
                     std::size_t cleaned = 0) {
    for (const auto& order : everyOrder(10)) {
        TaskPlay<Fn> play{order, TaskPlay<Fn>::cancelled(10ms, {}, cleanup)};
        QVERIFY2(
            play.ended() == expected,
            ("found " + play.ended() + "\nexpected " + expected + "\n" + textOf(order)).c_str());
        QVERIFY2(play.drained(), textOf(order).c_str());
        QCOMPARE(play.sink.count(EventKind::kNote), cleaned);
    }
}
template <auto Fn>
void ends(const std::string& expected, std::size_t cleaned = 0) {
    for (const auto& order : everyOrder(10)) {
        TaskPlay<Fn> play{order};
        QVERIFY2(
            play.ended() == expected,
            ("found " + play.ended() + "\nexpected " + expected + "\n" + textOf(order)).c_str());
        QVERIFY2(play.drained(), textOf(order).c_str());
        QCOMPARE(play.sink.count(EventKind::kNote), cleaned);
    }
}

}  // namespace

class TestTaskCancel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anAwaitIsInterruptedAndMaskedCleanupMayAwait() {
        cancelledAt10ms<&cleansUp>("cancelled: asked to end at 30ms", task::kCleanup, 1);
    }
    void everyAwaitIsInterruptedAgain() { cancelledAt10ms<&awaitsAgain>("ok \"3 times\" at 10ms"); }
    void aMaskThatOutlivesTheBudgetIsAFailure() {
        cancelledAt10ms<&ignores>(
            "down overdue: asked to end, it did not within its time to clean up", 40ms);
        for (const auto& order : everyOrder(3)) {
            TaskPlay<&ignores> play{order, TaskPlay<&ignores>::cancelled(10ms, {}, 40ms)};
            QCOMPARE(play.world().now().value, (50ms + 0ns).count());
        }
    }
    void whoEndsInTimeKeepsItsResult() {
        cancelledAt10ms<&finishesAnyway>("ok \"in time\" at 15ms");
    }
    void losersAreDrainedBeforeARaceReturns() { ends<&raceWithCleanup>("ok \"over\" at 35ms", 1); }
    void aCancelledRaceDrainsAll() {
        cancelledAt10ms<&raceWithCleanup>("cancelled: asked to end at 30ms", task::kCleanup, 1);
    }
    void aTaskOutlivesItsChildren() { ends<&leavesChildren>("ok \"returned\" at 21ms", 2); }
    void timeoutOfWhoDoesNotDrainIsAPanic() {
        ends<&timeoutOfTheStubborn>("ok \"panicked\" at 1.01s");
    }
    void aLaterRequestCanOnlyTightenTheBudget() { ends<&cancelsTwice>("ok \"panicked\" at 25ms"); }
    void aLateAnswerIsNotTakenForAnother() {
        cancelledAt10ms<&abandonsAnAsk>("ok \"echo of other\" at 60ms");
    }
    void continueAsEndsWhoWasAskedToEnd() {
        cancelledAt10ms<&continuesInVain>("cancelled: asked to end at 20ms");
    }

    void randomProgramsUnwindEverywhereAndDrain() {
        std::size_t interrupted = 0;
        for (std::uint64_t seed = 0; seed < 150; ++seed) {
            Gardener gardener{seed};
            const Plan plan = of(PlanKind::kAll, {gardener.plan(3), gardener.plan(2), never()});
            const auto root = TaskPlay<&play>::cancelled(gardener.time(), plan);
            for (const auto& order : {inRounds(seed), inAnyOrder(seed)}) {
                TaskPlay<&play> play{order, root};
                const std::string where = "seed " + std::to_string(seed) + ", " + textOf(order);
                QVERIFY2(play.drained(), where.c_str());
                // Nobody holds out: all is over at the time of the request.
                QVERIFY2(play.ended() == "cancelled: asked to end at " +
                                             value::showDuration(root.cancelAfter.count()),
                         (where + ": " + play.ended()).c_str());
                const std::size_t opened = play.linesAfter(EventKind::kNote, "").size();
                std::size_t closed = 0;
                for (const std::string& line : play.linesAfter(EventKind::kNote, "note "))
                    closed += line.find("closed") != std::string::npos ? 1u : 0u;
                QVERIFY2(2 * closed == opened, where.c_str());
                interrupted += closed;
            }
        }
        QVERIFY(interrupted > 1000);
    }

    void whatWasNeverReceivedIsTold() {
        TaskPlay<&neverReads> play{inRounds()};
        QCOMPARE(play.sink.lines({EventKind::kLog}),
                 std::string{"log task ended with 2 messages that it never received: "
                             "ariadne::tests::Say, ariadne::Down"});
    }
    void aPanicThatNobodyJoinsIsTold() {
        TaskPlay<&joinsNobody> play{inRounds()};
        QCOMPARE(play.ended(), std::string{"ok \"done\" at 5ms"});
        QCOMPARE(play.sink.lines({EventKind::kLog}),
                 std::string{"log task nobody joined a child that panicked: a planned panic"});
    }
    void anActorThatDoesNotCareIsNotTold() {
        Play play{inRounds(), Careless{}};
        QCOMPARE(play.sink.count(EventKind::kDrop), 0u);
        QCOMPARE(play.sink.count(EventKind::kDown), 0u);
        QCOMPARE(play.world().aliveCount(), 1u);
    }
};

QTEST_GUILESS_MAIN(TestTaskCancel)
#include "tst_task_cancel.moc"
