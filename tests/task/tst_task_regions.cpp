// Tasks in regions: who begins again and from what, what budgets and grants do, and that all of it
// can be restored at any round.
#include "tests/task/support/plans.h"
#include "tests/task/support/restoring.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

/// Numbers whoever asks.
struct Tickets {
    std::int64_t last = 0;
    void on(Context& cx, const Say& m) { cx.reply(Say{m.word, ++last}); }
};
BOOST_DESCRIBE_STRUCT(Tickets, (), (last))
ARIADNE_ACTOR(Tickets, Say)

struct Job {
    Ref<Tickets> tickets{};
    std::int64_t failures = 0;  ///< tickets up to this one bring bad luck
    std::string text{};
};
BOOST_DESCRIBE_STRUCT(Job, (), (tickets, failures, text))

/// Takes a ticket in each life, and 10 ms.
Task<std::string> stubborn(TaskContext cx, Job job) {
    cx.spawn<&play>("helper", never());
    const RegionRef own = cx.openRegion("own");
    cx.spawnIn<&play>(own, "helper", never());
    const auto ticket = co_await cx.ask<Say>(job.tickets, make<Say>("ticket", 0), within(1s));
    if (!ticket) throw std::runtime_error("no ticket");
    job.text += " with ticket " + std::to_string(ticket->n);
    co_await cx.sleep(10ms);
    if (ticket->n <= job.failures) throw std::runtime_error(job.text);
    co_return job.text;
}

/// Opens a region and begins such tasks in it.
struct Keeper {
    Strategy strategy = Strategy::kOneForOne;
    std::uint32_t intensity = 5;
    RestartPolicy restart = RestartPolicy::kTransient;
    std::int64_t failures = 0;
    std::int64_t jobs = 1;
    std::int64_t closeAfter = 1;  ///< ends that are told
    RegionRef region{};
    std::string heard{};

    void on(Context& cx, const Start&) {
        const Ref<Tickets> tickets = cx.spawn<Tickets>("tickets");
        region = cx.openRegion("r", {.strategy = strategy, .intensity = intensity});
        for (std::int64_t i = 0; i < jobs; ++i)
            spawnTaskIn<&stubborn>(cx, region, "job", Job{tickets, failures, "done"},
                                   {.restart = restart});
    }
    void on(Context& cx, const TaskEnded<std::string>& m) {
        hear(cx, std::string{nameOf(m.result.outcome)} + " " + m.result.value.value_or(""));
        if (--closeAfter == 0) cx.close(region);
    }
    void on(Context& cx, const Down& m) {
        hear(cx, "down " + std::string{nameOf(m.reason)} + " " + m.text);
    }
    void on(Context& cx, const RegionClosed& m) {
        hear(cx, "closed " + std::to_string(static_cast<int>(m.verdict)) + " " + m.text);
    }
    void hear(Context& cx, const std::string& what) {
        heard += (heard.empty() ? "" : "; ") + value::showDuration(cx.now().value) + " " + what;
    }
};
BOOST_DESCRIBE_STRUCT(Keeper, (),
                      (strategy, intensity, restart, failures, jobs, closeAfter, region, heard))
ARIADNE_ACTOR(Keeper, Start, TaskEnded<std::string>, Down, RegionClosed)

// Tasks with regions of their own
struct Bounds {
    std::int64_t turns = 0;
    std::int64_t cost = 0;
    Duration time{};
};
BOOST_DESCRIBE_STRUCT(Bounds, (), (turns, cost, time))
Task<std::int64_t> spends(TaskContext cx) {
    for (std::int64_t n = 0;; ++n) {
        cx.note("spent", n);
        cx.spend(2);
        co_await cx.sleep(1ms);
    }
}
Task<std::string> lives(TaskContext cx, Bounds bounds) {
    RegionOptions options;
    if (bounds.turns > 0) options.budget.turns = static_cast<std::uint64_t>(bounds.turns);
    if (bounds.cost > 0) options.budget.cost = static_cast<std::uint64_t>(bounds.cost);
    if (bounds.time > Duration::zero()) options.budget.deadline = VirtualTime{bounds.time.count()};
    const RegionRef region = cx.openRegion("r", options);
    const auto child = cx.spawnIn<&spends>(region, "child");
    const RegionClosed closed = co_await cx.closed(region);
    const auto result = co_await cx.join(child);
    co_return std::string{nameOf(result.outcome)} + " reason " +
        std::to_string(static_cast<int>(closed.reason));
}
Task<std::string> reads(TaskContext cx) {
    const auto read = co_await cx.perform(make<effect::ReadFile>("a", 0u, 0u), 1s);
    co_return read.ok() ? "read" : "denied";
}
Task<std::string> grantsToSome(TaskContext cx) {
    RegionOptions some;
    some.grants = {{"file.read", "/data/some"}};
    RegionOptions tooMuch;
    tooMuch.grants = {{"file.read", "/"}};
    std::string out;
    for (const RegionOptions& options : {some, tooMuch, RegionOptions{}}) {
        const RegionRef region = cx.openRegion("r", options);
        const auto child = cx.spawnIn<&reads>(region, "child");
        const auto result = co_await cx.join(child);
        out += result.get() + " ";
        cx.close(region);
        co_await cx.closed(region);
    }
    co_return out;
}
Task<std::string> lingers(TaskContext cx) {
    try {
        co_await cx.never();
    } catch (const Cancelled&) {
    }
    const TaskMask mask = cx.mask();
    co_await cx.sleep(20ms);
    cx.note("lingered", std::int64_t{1});
    co_return "lingered";
}
Task<std::string> leavesARegion(TaskContext cx) {
    const RegionRef region = cx.openRegion("r");
    const RegionRef below = cx.openRegion(region, "below");
    cx.spawnIn<&lingers>(region, "a");
    cx.spawnIn<&lingers>(below, "b");
    co_await cx.sleep(1ms);
    co_return "left";
}
Task<std::string> cancelsARegion(TaskContext cx) {
    const RegionRef region = cx.openRegion("r");
    const auto child = cx.spawnIn<&lingers>(region, "a");
    co_await cx.sleep(1ms);
    cx.cancel(region);
    const RegionClosed closed = co_await cx.closed(region);
    const auto result = co_await cx.join(child);
    co_return std::string{nameOf(result.outcome)} + " " +
        std::to_string(static_cast<int>(closed.verdict));
}
Task<std::string> joinsWhoIsStubborn(TaskContext cx, Job job) {
    RegionOptions options;
    options.strategy = Strategy::kOneForOne;
    options.intensity = 3;
    const Ref<Tickets> tickets = cx.spawnActor<Tickets>("tickets");
    const RegionRef region = cx.openRegion("r", options);
    job.tickets = tickets;
    const auto child = cx.spawnIn<&stubborn>(region, "child", job);
    const auto result = co_await cx.join(child);
    cx.close(region);
    const RegionClosed closed = co_await cx.closed(region);
    co_return std::string{nameOf(result.outcome)} + " " + result.value.value_or(result.text) +
        ", closed " + std::to_string(static_cast<int>(closed.verdict));
}
Task<std::string> leavesSomebodyInAnothers(TaskContext cx, RegionRef region) {
    cx.spawnIn<&play>(region, "guest", leaf(PlanKind::kReturn, 50ms, 1));
    co_return "left";
}
Task<std::string> restartsARegionOfItsOwn(TaskContext cx, Job job) {
    // In a life that continues, the region of the one before is closed.
    if (job.failures == 0) co_return job.text;
    const RegionRef region = cx.openRegion("r");
    const auto child = cx.spawnIn<&play>(region, "c", leaf(PlanKind::kReturn, 1ms, 1));
    cx.close(region);
    co_await cx.closed(region);
    const auto result = co_await cx.join(child);
    co_return cx.continueAs(Job{{}, job.failures - 1, job.text + std::to_string(result.get())});
}

Task<std::string> continuesWithARegion(TaskContext cx) {
    cx.openRegion("r");
    co_return cx.continueAs(Nothing{});
}

/// Has a region in which a task, which is not in it, leaves another.
struct Host {
    std::string heard{};
    void on(Context& cx, const Start&) {
        spawnTask<&leavesSomebodyInAnothers>(cx, "task", cx.openRegion("r"));
    }
    void on(Context& cx, const TaskEnded<std::string>& m) {
        heard += m.result.get() + " at " + value::showDuration(cx.now().value);
    }
};
BOOST_DESCRIBE_STRUCT(Host, (), (heard))
ARIADNE_ACTOR(Host, Start, TaskEnded<std::string>)

std::string heardBy(Play& play) {
    return play.stateOf<Keeper>("lab").heard;
}

template <auto Fn>
void ends(const std::string& expected, task::ArgsOf<Fn> args = {}) {
    for (kernel::WorldOptions order : everyOrder(10)) {
        order.grants = {{"file.read", "/data"}};
        TaskPlay<Fn> play{order, args};
        QVERIFY2(
            play.ended() == expected,
            ("found " + play.ended() + "\nexpected " + expected + "\n" + textOf(order)).c_str());
        QVERIFY2(play.drained(), textOf(order).c_str());
        QCOMPARE(play.sink.lines({EventKind::kLog}), std::string{});
    }
}

}  // namespace

class TestTaskRegions : public QObject {
    Q_OBJECT
private:
    std::uint64_t snapshots_ = 0;
    template <class Root>
    void everySnapshotGoesOn(const Root& root) {
        for (kernel::WorldOptions order :
             {inRounds(3), inRounds(4, 1), inAnyOrder(5), inAnyOrder(6)}) {
            order.grants = {{"file.read", "/data"}};
            const std::string wrong = whatDiffers(order, root, snapshots_);
            QVERIFY2(wrong.empty(), (textOf(order) + ": " + wrong).c_str());
        }
    }

private Q_SLOTS:
    void whoPanicsBeginsAgainFromItsArguments() {
        for (const auto& order : everyOrder(10)) {
            Play play{order, Keeper{.failures = 2}};
            QCOMPARE(heardBy(play),
                     std::string{"30ms down stopped ; 30ms ok done with ticket 3; 30ms closed 0 "});
            QCOMPARE(play.sink.count(EventKind::kRestart), std::size_t{2});
            // Nothing of an earlier life comes to a later one as mail.
            QCOMPARE(play.sink.lines({EventKind::kLog}), std::string{});
            QCOMPARE(play.world().aliveCount(), 2u);
        }
    }
    void aGroupBeginsAgainTogether() {
        Play all{
            inRounds(),
            Keeper{.strategy = Strategy::kOneForAll, .failures = 1, .jobs = 3, .closeAfter = 3}};
        QCOMPARE(all.sink.count(EventKind::kRestart), std::size_t{3});
        QVERIFY2(heardBy(all).ends_with("closed 0 "), heardBy(all).c_str());
        QVERIFY2(heardBy(all).find("20ms ok done with ticket 6") != std::string::npos,
                 heardBy(all).c_str());
        Play one{inRounds(), Keeper{.failures = 1, .jobs = 3, .closeAfter = 3}};
        QCOMPARE(one.sink.count(EventKind::kRestart), std::size_t{1});
    }
    void whoReturnsIsBegunAgainOnlyWhenPermanent() {
        Play play{inRounds(), Keeper{.restart = RestartPolicy::kPermanent, .closeAfter = 3}};
        QCOMPARE(play.sink.count(EventKind::kRestart), std::size_t{2 + 1});
        QVERIFY2(
            heardBy(play).starts_with("10ms ok done with ticket 1; 20ms ok done with ticket 2; "
                                      "30ms ok done with ticket 3"),
            heardBy(play).c_str());
        Play temporary{inRounds(), Keeper{.restart = RestartPolicy::kTemporary, .failures = 1}};
        QCOMPARE(heardBy(temporary), std::string{"10ms down threw done with ticket 1"});
    }
    void aRegionThatGivesUpIsToldWithItsTask() {
        Play play{inRounds(), Keeper{.intensity = 2, .failures = 100}};
        QCOMPARE(heardBy(play),
                 std::string{"30ms down threw done with ticket 3; 30ms closed 3 more than 2 "
                             "restarts within 5000000000 ns: done with ticket 3"});
    }
    void aTaskJoinsWhoBeganAgain() {
        ends<&joinsWhoIsStubborn>("ok \"ok done with ticket 4, closed 0\" at 40ms",
                                  Job{{}, 3, "done"});
        ends<&joinsWhoIsStubborn>("ok \"panicked done with ticket 4, closed 3\" at 40ms",
                                  Job{{}, 100, "done"});
    }
    void budgetsOfARegionEndItsTasks() {
        ends<&lives>("ok \"panicked reason 4\" at 3ms", Bounds{.turns = 4});
        ends<&lives>("ok \"panicked reason 4\" at 4ms", Bounds{.cost = 10});
        ends<&lives>("ok \"panicked reason 4\" at 7ms", Bounds{.time = 7ms});
    }
    void grantsOfARegionHoldForItsTasks() {
        ends<&grantsToSome>("ok \"read denied denied \" at 0s");
    }
    void aTaskOutlivesItsRegions() {
        ends<&leavesARegion>("ok \"left\" at 21ms");
        TaskPlay<&leavesARegion> play{inRounds()};
        QCOMPARE(play.sink.count(EventKind::kNote), std::size_t{2});
    }
    void aTaskCancelsARegionAndAwaitsIt() { ends<&cancelsARegion>("ok \"ok 2\" at 21ms"); }
    void whoLivesInAnothersRegionOutlivesTheTask() {
        for (const auto& order : everyOrder(5)) {
            Play play{order, Host{}};
            QCOMPARE(play.stateOf<Host>("lab").heard, std::string{"left at 0s"});
            QCOMPARE(play.world().now().value, (50ms + 0ns).count());
            QCOMPARE(play.sink.count(EventKind::kCancelRequest), std::size_t{0});
        }
    }
    void continueAsLeavesNoRegionBehind() {
        ends<&restartsARegionOfItsOwn>("ok \"done111\" at 3ms", Job{{}, 3, "done"});
        ends<&continuesWithARegion>(
            "down threw: found continueAs() with 1 living children and open regions, expected "
            "none: join or cancel them before");
    }
    void everySnapshotOfSuchRunsGoesOn() {
        everySnapshotGoesOn(Keeper{.failures = 2});
        everySnapshotGoesOn(
            Keeper{.strategy = Strategy::kOneForAll, .failures = 4, .jobs = 3, .closeAfter = 3});
        everySnapshotGoesOn(
            Keeper{.strategy = Strategy::kRestForOne, .failures = 2, .jobs = 3, .closeAfter = 3});
        everySnapshotGoesOn(Keeper{.intensity = 2, .failures = 100});
        everySnapshotGoesOn(Keeper{.restart = RestartPolicy::kPermanent, .closeAfter = 3});
        everySnapshotGoesOn(TaskPlay<&joinsWhoIsStubborn>::starter(Job{{}, 3, "done"}));
        everySnapshotGoesOn(TaskPlay<&lives>::starter(Bounds{.turns = 6}));
        everySnapshotGoesOn(TaskPlay<&lives>::starter(Bounds{.time = 7ms}));
        everySnapshotGoesOn(TaskPlay<&grantsToSome>::starter());
        everySnapshotGoesOn(TaskPlay<&leavesARegion>::starter());
        everySnapshotGoesOn(TaskPlay<&cancelsARegion>::starter());
        everySnapshotGoesOn(Host{});
        everySnapshotGoesOn(TaskPlay<&restartsARegionOfItsOwn>::starter(Job{{}, 3, "done"}));
        for (std::uint64_t seed = 0; seed < 10; ++seed) {
            kernel::WorldOptions order = inRounds(seed, 4);
            order.faults.crash = 40'000;
            order.faults.drop = 40'000;
            const std::string wrong =
                whatDiffers(order, Keeper{.jobs = 5, .closeAfter = 5}, snapshots_);
            QVERIFY2(wrong.empty(), (textOf(order) + ": " + wrong).c_str());
        }
        qInfo("%llu snapshots", static_cast<unsigned long long>(snapshots_));
        QVERIFY(snapshots_ > 500);
    }
};

QTEST_GUILESS_MAIN(TestTaskRegions)
#include "tst_task_regions.moc"
