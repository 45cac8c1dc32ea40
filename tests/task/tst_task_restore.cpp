// A task restored from any snapshot goes on as the run did, and one that cannot says so by name.
#include "tests/kernel/support/follow_changes.h"
#include "tests/task/support/plans.h"
#include "tests/task/support/restoring.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

/// The run after a snapshot of round `round`: its failures.
template <class Root>
std::string failuresAfter(const Root& root, std::uint64_t round) {
    RecordingSink sink;
    kernel::World world{inRounds(), &sink};
    begin(world, root);
    world.runUntil(kForever, round);
    RecordingSink rest{sink.digest()};
    rest.knowBirths(world.births());
    kernel::World restored{inRounds(), &rest};
    const absl::Status status =
        restored.restore(world.image(), world.births(), world.types(), cellTypesHere());
    if (!status.ok()) return status.ToString();
    restored.runUntil(kForever, 1000);
    return rest.lines({EventKind::kFail});
}

// Tasks that are not functions of their deliveries
std::int64_t runs = 0;  // what no task may have

Task<std::int64_t> sendsAnother(TaskContext cx) {
    cx.send(TaskRef<std::int64_t>{cx.self()}, Say{"hi", ++runs});
    co_await cx.sleep(10ms);
    co_return 1;
}
Task<std::int64_t> sendsMore(TaskContext cx) {
    ++runs;
    for (std::int64_t i = 0; i < runs; ++i) cx.log("more and more");
    if (runs % 2 == 0) co_await cx.receive<Say>();
    co_await cx.sleep(10ms);
    co_return 1;
}
Task<std::int64_t> throwsLater(TaskContext cx) {
    if (++runs > 1) throw std::runtime_error("run twice");
    co_await cx.sleep(10ms);
    co_return 1;
}
Task<std::int64_t> throwsANumberLater(TaskContext cx) {
    if (++runs > 1) throw 7;
    co_await cx.sleep(10ms);
    co_return 1;
}
Task<std::int64_t> endsLater(TaskContext cx) {
    if (++runs > 1) co_return 2;
    co_await cx.sleep(10ms);
    co_return 1;
}

struct Tally {
    std::int64_t seen = 0;
    std::int64_t sum = 0;
};
BOOST_DESCRIBE_STRUCT(Tally, (), (seen, sum))

/// Counts ten messages of its own, three in a life.
Task<std::int64_t> tally(TaskContext cx, Tally t) {
    const TaskRef<std::int64_t> me{cx.self()};
    if (t.seen == 0)
        for (std::int64_t n = 1; n <= 10; ++n) cx.send(me, Say{"count", n});
    const std::uint64_t luck = cx.random().below(3);
    co_await cx.sleep(Duration{static_cast<std::int64_t>(luck)});
    for (int i = 0; i < 3 && t.seen < 10; ++i) {
        const Say m = co_await cx.receive<Say>();
        ++t.seen;
        t.sum += m.n;
    }
    if (t.seen >= 10) co_return t.sum;
    co_return cx.continueAs(t);
}

Task<std::int64_t> forever(TaskContext cx) {
    const TaskRef<std::int64_t> me{cx.self()};
    for (;;) {
        cx.send(me, Say{"again", 0});
        co_await cx.receive<Say>();
    }
}

}  // namespace

class TestTaskRestore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { runs = 0; }

    void everySnapshotOfRandomProgramsGoesOn() {
        std::uint64_t snapshots = 0;
        std::uint64_t deliveries = 0;
        std::uint64_t restarts = 0;
        std::uint64_t answers = 0;
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            Gardener gardener{seed, Gardener::Panics::kSome};
            const auto root = TaskPlay<&play>::starter(gardener.plan(3));
            for (auto order : {inRounds(seed), inRounds(seed, 1), inAnyOrder(seed)}) {
                order.grants = {{"clock.read", ""}};
                const std::string wrong = whatDiffers(order, root, snapshots);
                QVERIFY2(
                    wrong.empty(),
                    ("seed " + std::to_string(seed) + ", " + textOf(order) + ": " + wrong).c_str());
                const TaskPlay<&play> whole{order, root};
                deliveries += whole.sink.count(EventKind::kDeliver);
                restarts += whole.sink.count(EventKind::kRestart);
                answers += whole.sink.count(EventKind::kEffectDone);
            }
        }
        qInfo("%llu snapshots, %llu deliveries, %llu restarts, %llu effects answered",
              static_cast<unsigned long long>(snapshots),
              static_cast<unsigned long long>(deliveries),
              static_cast<unsigned long long>(restarts), static_cast<unsigned long long>(answers));
        QVERIFY(restarts > 3);
        QVERIFY(answers > 50);
        QVERIFY(snapshots > 4000);
    }

    void everySnapshotOfACancelledProgramGoesOn() {
        std::uint64_t snapshots = 0;
        for (std::uint64_t seed = 100; seed < 130; ++seed) {
            Gardener gardener{seed};
            const Plan plan = gardener.plan(3);
            const auto root = TaskPlay<&play>::cancelled(gardener.time() / 2, plan);
            for (const auto& order : {inRounds(seed), inAnyOrder(seed)}) {
                const std::string wrong = whatDiffers(order, root, snapshots);
                QVERIFY2(
                    wrong.empty(),
                    ("seed " + std::to_string(seed) + ", " + textOf(order) + ": " + wrong).c_str());
            }
        }
        QVERIFY(snapshots > 500);
    }

    void continueAsCutsTheHistoryAndSnapshotsGoOn() {
        std::uint64_t snapshots = 0;
        for (const auto& order : everyOrder(5)) {
            const auto root = TaskPlay<&tally>::starter();
            QCOMPARE(whatDiffers(order, root, snapshots), std::string{});
            TaskPlay<&tally> whole{order};
            QVERIFY2(whole.ended().starts_with("ok 55"), whole.ended().c_str());
        }
        // Longest history: the ten that wait, a start, wakes; without cutting it were fourteen.
        RecordingSink sink;
        kernel::World world{inRounds(), &sink};
        begin(world, TaskPlay<&tally>::starter());
        std::vector<std::size_t> lengths;
        while (world.step())
            for (const CellImage& cell : world.image().cells)
                if (sink.pathOf(cell.rank) == "task")
                    lengths.push_back(
                        value::decoded<task::TaskState<&tally>>(cell.state)->history.size());
        QVERIFY(!lengths.empty());
        QVERIFY(lengths.back() < 6);
    }

    void aTaskThatIsNotDeterministicIsNamedAtRestore() {
        const std::string head =
            "fail task failed: task is not deterministic: sendsAnother, replayed from its "
            "deliveries (1), made other outputs; expected what the run did";
        const std::string found = failuresAfter(TaskPlay<&sendsAnother>::starter(), 2);
        QVERIFY2(found.starts_with(head), found.c_str());
        runs = 0;
        const std::string more = failuresAfter(TaskPlay<&sendsMore>::starter(), 2);
        QVERIFY2(more.find("made another number of outputs") != std::string::npos, more.c_str());
        runs = 0;
        const std::string thrown = failuresAfter(TaskPlay<&throwsLater>::starter(), 2);
        QVERIFY2(thrown.find("threw: run twice") != std::string::npos, thrown.c_str());
        runs = 0;
        const std::string number = failuresAfter(TaskPlay<&throwsANumberLater>::starter(), 2);
        QVERIFY2(number.find(", threw; expected what the run did") != std::string::npos,
                 number.c_str());
        runs = 0;
        const std::string ended = failuresAfter(TaskPlay<&endsLater>::starter(), 2);
        QVERIFY2(ended.find(", ended;") != std::string::npos, ended.c_str());
    }

    /// The frame is no part of the state: who copies a state makes the frame again.
    void aCopyOfAFrameIsNone() {
        task::TaskFrame frame;
        frame.set(std::make_unique<task::TaskCore>(task::codeOf<&forever>(), CellRef{}, CellRef{},
                                                   kernel::Ordinals{}));
        const task::TaskCore* const core = frame.get();
        QVERIFY(core != nullptr);
        task::TaskFrame copy{frame};
        QVERIFY(copy.get() == nullptr);
        QVERIFY(frame.get() == core);
        copy = std::move(frame);
        QVERIFY(copy.get() == core);
        frame = copy;
        QVERIFY(frame.get() == nullptr && copy.get() == core);
    }

    void aRunThatIsNotRestoredDoesNotNotice() {
        TaskPlay<&sendsAnother> play{inRounds()};
        QCOMPARE(play.ended(), std::string{"ok 1 at 10ms"});
    }

    void historyHasALimitThatNamesTheWayOut() {
        TaskPlay<&forever> play{inRounds()};
        QCOMPARE(play.sink.count(EventKind::kFail), 1u);
        const std::string found = play.sink.lines({EventKind::kFail});
        QVERIFY2(found.starts_with("fail task limit: limit taskDeliveriesMax (65536) reached by "
                                   "forever"),
                 found.c_str());
    }

    void threadsChangeNothing() {
        for (std::uint64_t seed = 0; seed < 10; ++seed) {
            Gardener gardener{seed, Gardener::Panics::kSome};
            const auto root = TaskPlay<&play>::starter(
                of(PlanKind::kAll, {gardener.plan(3), gardener.plan(3), gardener.plan(2)}));
            std::vector<Left> ends;
            for (const std::uint32_t threads : {1u, 2u, 3u}) {
                RecordingSink sink;
                kernel::World world{inRounds(seed), &sink};
                world.useThreads({.count = threads, .inlineBelow = 1, .cellsPerPart = 1});
                begin(world, root);
                ends.push_back(leftOf(world, sink));
            }
            QVERIFY(ends[0] == ends[1]);
            QVERIFY(ends[0] == ends[2]);
        }
    }

    void changesLeadFromImageToImage() {
        Counted counted;
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            Gardener gardener{seed, Gardener::Panics::kSome};
            kernel::WorldOptions options = inRounds(seed);
            if (seed % 2 == 1) options.faults = *kernel::parseFaults("crash=20000,drop=20000");
            kernel::World world{options};
            world.keepBirths();
            begin(world, TaskPlay<&play>::starter(
                             of(PlanKind::kAll, {gardener.plan(3), gardener.plan(3)})));
            const std::string wrong = follow(world, 200, 1 + seed % 3, counted);
            QVERIFY2(wrong.empty(), ("seed " + std::to_string(seed) + ", " + wrong).c_str());
        }
        QVERIFY(counted.gone > 0 && counted.changed < counted.all);
    }
};

QTEST_GUILESS_MAIN(TestTaskRestore)
#include "tst_task_restore.moc"
