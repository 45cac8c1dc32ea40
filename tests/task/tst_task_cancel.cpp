// Being asked to end: what unwinds, what is drained, what a mask holds off, and for how long.
#include "tests/task/support/plans.h"

#include <map>

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

Task<std::string> waits(TaskContext cx) {
    co_await cx.never();
    co_return std::string{"not reached"};
}
struct Whom {
    CellRef cell;
};
BOOST_DESCRIBE_STRUCT(Whom, (), (cell))
Task<std::string> cancelsWhom(TaskContext cx, Whom whom) {
    cx.cancel(TaskRef<std::string>{whom.cell}, 1s);
    co_return std::string{"asked"};
}
Task<std::string> siblings(TaskContext cx) {
    const auto one = cx.spawn<&waits>("one");
    const auto other = cx.spawn<&cancelsWhom>("other", Whom{one});
    const auto asked = co_await cx.join(other);
    const auto ended = co_await cx.join(one);
    co_return asked.get() + ", " + std::string{nameOf(ended.outcome)} + ": " + ended.text;
}

/// An actor that asks its task to end as regions do, with any reason, and keeps what it hears.
template <auto Fn>
struct Boss {
    ariadne::CancelReason reason = ariadne::CancelReason::kRequested;
    Duration cleanup = 1s;
    TaskRef<std::string> task{};
    std::string ended{};

    void on(Context& cx, const Start&) {
        (void)ariadne::internal::ActorRegistered<Boss>::kDone;
        task = spawnTask<Fn>(cx, "task");
        cx.after(10ms, Say{"cancel"});
    }
    void on(Context& cx, const Say&) { cx.cancel(task, cleanup, reason); }
    void on(Context& cx, const TaskEnded<std::string>& m) {
        ended = std::string{nameOf(m.result.outcome)} + ": " + m.result.text + " at " +
                value::showDuration(cx.now().value);
    }
    void on(Context& cx, const Down& m) {
        if (ended.empty())
            ended = "down " + std::string{nameOf(m.reason)} + ": " + m.text + " at " +
                    value::showDuration(cx.now().value);
    }

    static std::string traceName() { return "boss of " + task::functionName<Fn>(); }
    ARIADNE_ACCEPTS(Boss, Start, Say, TaskEnded<std::string>, Down)
    BOOST_DESCRIBE_CLASS(Boss, (), (reason, cleanup, task, ended), (), ())
};

// Trees of tasks, and who asks them
struct Tree {
    Plan plan{};
    Duration after{};
};
BOOST_DESCRIBE_STRUCT(Tree, (), (plan, after))
Task<std::string> cancelsATree(TaskContext cx, Tree tree) {
    const auto child = cx.spawn<&play>("tree", tree.plan);
    co_await cx.sleep(tree.after);
    cx.cancel(child);
    const auto result = co_await cx.join(child);
    co_return std::string{nameOf(result.outcome)};
}
Task<std::string> cancelsAtOnce(TaskContext cx) {
    const auto child = cx.spawn<&play>("tree", of(PlanKind::kAll, {never(), never()}));
    cx.cancel(child);
    const auto result = co_await cx.join(child);
    co_return std::string{nameOf(result.outcome)};
}
Task<std::string> cancelsWhoFinishes(TaskContext cx) {
    const auto child = cx.spawn<&finishesAnyway>("child");
    co_await cx.sleep(10ms);
    cx.cancel(child);
    const auto result = co_await cx.join(child);
    co_return result.get();
}

/// Has room for one message at a time.
struct Narrow {
    std::int64_t heard = 0;
    void on(Context&, const Say&) { ++heard; }
};
BOOST_DESCRIBE_STRUCT(Narrow, (), (heard))
ARIADNE_ACTOR(Narrow, Say)
Task<std::string> floods(TaskContext cx, Ref<Narrow> narrow) {
    for (std::int64_t n = 0; n < 3; ++n) cx.send(narrow, Say{"flood", n});
    co_await cx.never();
    co_return std::string{};
}
/// Asks a child to end in the very round in which it is parked.
Task<std::string> cancelsWhoIsParked(TaskContext cx) {
    const auto narrow = cx.spawnActor<Narrow>("narrow", {}, bounded(1, OnFull::kPark));
    const auto child = cx.spawn<&floods>("child", narrow);
    cx.send(TaskRef<std::string>{cx.self()}, Say{"go", 0});
    co_await cx.receive<Say>();
    cx.cancel(child);
    const auto result = co_await cx.join(child);
    co_return std::string{nameOf(result.outcome)} + " " + result.text;
}

/// Lives in a region and has a tree of tasks below it.
struct Ward {
    Plan plan{};
    void on(Context& cx, const Start&) { spawnTask<&play>(cx, "tree", plan); }
    void on(Context&, const CancelRequested&) {}
    void on(Context& cx, const TaskEnded<std::int64_t>& m) { cx.stop(nameOf(m.result.outcome)); }
};
BOOST_DESCRIBE_STRUCT(Ward, (), (plan))
ARIADNE_ACTOR(Ward, Start, CancelRequested, TaskEnded<std::int64_t>)
/// Opens that region and cancels it.
struct Clinic {
    Tree tree{};
    RegionRef region{};
    std::string closed{};
    void on(Context& cx, const Start&) {
        region = cx.openRegion("r");
        cx.spawnIn<Ward>(region, "ward", Ward{tree.plan});
        cx.after(tree.after, Say{"cancel"});
    }
    void on(Context& cx, const Say&) { cx.cancel(region); }
    void on(Context& cx, const RegionClosed& m) {
        closed = (m.verdict == Verdict::kCancelled ? "cancelled: " : "ended: ") + m.text + " at " +
                 value::showDuration(cx.now().value);
    }
};
BOOST_DESCRIBE_STRUCT(Clinic, (), (tree, region, closed))
ARIADNE_ACTOR(Clinic, Start, Say, RegionClosed)

/// The plan with nothing in it that asks anybody to end.
Plan withoutLosers(Plan plan) {
    switch (plan.kind) {
        case PlanKind::kRace:
        case PlanKind::kFirstOk:
        case PlanKind::kQuorum:
        case PlanKind::kHedge:
        case PlanKind::kTimeout: plan.kind = PlanKind::kAll; break;
        default: break;
    }
    for (Plan& part : plan.parts) part = withoutLosers(part);
    return plan;
}

/// Whether every cell below `path` that lived when the first request was told was told one, once,
/// in that very round. Says what is wrong, and counts the cells.
std::string whoWasNotAsked(const RecordingSink& sink, const std::string& path, std::size_t& cells) {
    std::optional<EventRow> first;
    std::map<std::uint32_t, int> told;
    std::string wrong;
    for (const RecordedRow& kept : sink.rows()) {
        const EventRow& row = kept.row;
        const bool isEnd = row.kind == EventKind::kStop || row.kind == EventKind::kFail;
        if (row.kind == EventKind::kCancelRequest) {
            if (!first) first = row;
            ++told[row.peer.value];
            if (row.round != first->round) wrong += "later: " + kept.line + "; ";
        } else if (first && isEnd && sink.pathOf(row.cell).starts_with(path)) {
            ++cells;
            if (told[row.cell.value] != 1)
                wrong += std::to_string(told[row.cell.value]) + " times: " + kept.line + "; ";
        }
    }
    return wrong;
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
    void regionsAndActorsAboveAskTasksLikeAnybody_data() {
        QTest::addColumn<int>("reason");
        QTest::addColumn<QString>("text");
        const auto row = [](const char* name, ariadne::CancelReason reason, const char* text) {
            QTest::newRow(name) << static_cast<int>(reason) << QString::fromLatin1(text);
        };
        row("requested", ariadne::CancelReason::kRequested, "asked to end");
        row("race lost", ariadne::CancelReason::kRaceLost, "another one was first");
        row("timeout", ariadne::CancelReason::kTimeout, "timed out");
        row("budget", ariadne::CancelReason::kBudget, "its budget is used up");
        row("shutdown", ariadne::CancelReason::kShutdown, "its parent has returned");
    }
    void regionsAndActorsAboveAskTasksLikeAnybody() {
        QFETCH(const int, reason);
        QFETCH(const QString, text);
        for (const auto& order : everyOrder(5)) {
            Play play{order, Boss<&cleansUp>{.reason = static_cast<ariadne::CancelReason>(reason)}};
            QCOMPARE(play.stateOf<Boss<&cleansUp>>("lab").ended,
                     "cancelled: " + text.toStdString() + " at 30ms");
            QCOMPARE(play.world().aliveCount(), 1u);
            QCOMPARE(play.sink.count(EventKind::kNote), std::size_t{1});
        }
    }
    void aTaskThatHoldsOutIsEndedByTheKernel() {
        for (const auto& order : everyOrder(5)) {
            Play play{order, Boss<&ignores>{.cleanup = 40ms}};
            const std::string ended = play.stateOf<Boss<&ignores>>("lab").ended;
            QVERIFY2(ended ==
                         "down overdue: asked to end, it did not within its time to clean up "
                         "at 50ms",
                     ended.c_str());
            QCOMPARE(play.world().aliveCount(), 1u);
        }
    }
    void whoIsNoChildMayBeAskedToo() {
        ends<&siblings>("ok \"asked, cancelled: asked to end\" at 0s");
    }
    void everyReasonHasItsWords() {
        using ariadne::CancelReason;
        QCOMPARE(std::string{Cancelled{CancelReason::kNone}.what()},
                 std::string{"for no reason given"});
        QCOMPARE(std::string{Cancelled{CancelReason::kShutdown}.what()},
                 std::string{"its parent has returned"});
        QVERIFY(Cancelled{CancelReason::kTimeout}.reason() == CancelReason::kTimeout);
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

    void aRegionReachesATreeOfTasksInOneCommit() {
        std::size_t cells = 0;
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            Gardener gardener{seed};
            const Plan plan = of(PlanKind::kAll, {gardener.plan(3), gardener.plan(2), never()});
            const Duration after = gardener.time();
            for (const auto& order : {inRounds(seed), inRounds(seed, 1), inAnyOrder(seed)}) {
                const std::string where = "seed " + std::to_string(seed) + ", " + textOf(order);
                Play play{order, Clinic{.tree = {withoutLosers(plan), after}}};
                const std::string wrong = whoWasNotAsked(play.sink, "r/", cells);
                QVERIFY2(wrong.empty(), (where + ": " + wrong).c_str());
                QCOMPARE(play.world().aliveCount(), 1u);
                QCOMPARE(play.stateOf<Clinic>("lab").closed,
                         "cancelled: cancelled at " + value::showDuration(after.count()));
            }
        }
        QVERIFY2(cells > 600, std::to_string(cells).c_str());
    }
    void aTaskReachesATreeOfTasksInOneCommit() {
        std::size_t cells = 0;
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            Gardener gardener{seed};
            const Plan plan = of(PlanKind::kAll, {gardener.plan(3), gardener.plan(2), never()});
            const Duration after = gardener.time();
            for (const auto& order : {inRounds(seed), inRounds(seed, 1), inAnyOrder(seed)}) {
                const std::string where = "seed " + std::to_string(seed) + ", " + textOf(order);
                TaskPlay<&cancelsATree> play{order, Tree{withoutLosers(plan), after}};
                QCOMPARE(play.ended(), "ok \"cancelled\" at " + value::showDuration(after.count()));
                const std::string wrong = whoWasNotAsked(play.sink, "task/", cells);
                QVERIFY2(wrong.empty(), (where + ": " + wrong).c_str());
                QVERIFY2(play.drained(), where.c_str());
            }
        }
        QVERIFY2(cells > 600, std::to_string(cells).c_str());
    }
    void whoWasBegunAfterTheRequestIsAskedToo() {
        ends<&cancelsAtOnce>("ok \"cancelled\" at 0s", 6);
    }
    void aParentKeepsTheResultOfWhoEndsInTime() {
        ends<&cancelsWhoFinishes>("ok \"in time\" at 15ms");
    }
    void whoIsParkedEndsAtOnceAndIsJoined() {
        TaskPlay<&cancelsWhoIsParked> play{inRounds()};
        QCOMPARE(play.sink.count(EventKind::kPark), std::size_t{1});
        QCOMPARE(play.ended(), std::string{"ok \"cancelled was ended: cancelled\" at 0s"});
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
