// Faults on the way: what tasks say to each other by themselves is not lost, late or doubled.
#include "tests/task/support/plans.h"

#include <set>

using namespace ariadne;
using namespace ariadne::tests;

namespace {

constexpr std::uint64_t kSeeds = 40;

kernel::Faults every(std::uint32_t drop, std::uint32_t delay, std::uint32_t duplicate) {
    kernel::Faults faults;
    faults.drop = drop;
    faults.delay = delay;
    faults.duplicate = duplicate;
    return faults;
}

/// All that can happen to all messages, and each of it to some.
const std::vector<kernel::Faults> kFaults{
    every(kernel::Faults::kAlways, 0, 0), every(0, kernel::Faults::kAlways, 0),
    every(0, 0, kernel::Faults::kAlways), every(300'000, 300'000, 300'000)};

/// The plan without messages of its own: what is left is what the library says.
Plan silent(Plan plan) {
    if (plan.kind == PlanKind::kAsk || plan.kind == PlanKind::kMail) plan.kind = PlanKind::kReturn;
    for (Plan& part : plan.parts) part = silent(part);
    return plan;
}

template <class Root>
std::string endOn(std::uint32_t threads, const kernel::WorldOptions& options, const Root& root) {
    RecordingSink sink;
    kernel::World world{options, &sink};
    world.useThreads({.count = threads, .inlineBelow = 1, .cellsPerPart = 1});
    begin(world, root);
    world.runUntil(kForever, 200'000);
    const WorldImage image = world.image();
    const auto state = value::decoded<Root>(image.cells.at(0).state);
    return (world.aliveCount() == 1 ? "" : "not drained: ") + shown(*state);
}

/// Faults of messages make no difference to how `root` ends.
template <class Root>
void endsTheSame(std::uint64_t seed, const Root& root) {
    for (kernel::WorldOptions options : {inRounds(seed), inRounds(seed, 1), inAnyOrder(seed)}) {
        options.faults = {};
        const std::string expected = endOn(1, options, root);
        QVERIFY(!expected.starts_with("never") && !expected.starts_with("not"));
        for (const kernel::Faults& faults : kFaults) {
            options.faults = faults;
            for (const std::uint32_t threads : {1u, 2u}) {
                const std::string found = endOn(threads, options, root);
                QVERIFY2(found == expected, (textOf(options) + ", " + kernel::textOf(faults) +
                                             ", threads " + std::to_string(threads) +
                                             "\nfound    " + found + "\nexpected " + expected)
                                                .c_str());
            }
        }
    }
}

Task<std::string> asksAndRaces(TaskContext cx) {
    const Ref<Echo> echo = cx.spawnActor<Echo>("echo");
    std::string out;
    for (int i = 0; i < 5; ++i) {
        const auto answer = co_await cx.ask<Say>(echo, make<Say>("x", 0), within(10ms));
        out += answer ? "a" : "-";
    }
    const std::vector<Plan> plans{never(), leaf(PlanKind::kReturn, 5ms, 1)};
    const auto steps = stepsOf(plans);
    const auto won = co_await race(cx, steps);
    co_return out + std::to_string(won.index);
}

Task<std::string> reads(TaskContext cx) {
    const auto read = co_await cx.perform(make<effect::ReadFile>("a", 0u, 0u));
    co_return read.text;
}

}  // namespace

class TestTaskFaults : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void endsAreToldWhateverHappensToMessages() {
        for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
            Gardener gardener{seed, Gardener::Panics::kSome};
            endsTheSame(seed, TaskPlay<&play>::starter(silent(gardener.plan(3))));
        }
    }

    void aRaceIsDrainedWhateverHappensToMessages() {
        const Plan losers = of(PlanKind::kAll, {never(), of(PlanKind::kCall, {never()}), never()});
        for (std::uint64_t seed = 0; seed < kSeeds; ++seed)
            endsTheSame(
                seed, TaskPlay<&play>::starter(
                          of(PlanKind::kRace, {losers, leaf(PlanKind::kReturn, 7ms, 3), losers})));
    }

    void aRequestToEndComesWhateverHappensToMessages() {
        for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
            Gardener gardener{seed};
            const Plan plan = of(PlanKind::kAll, {silent(gardener.plan(3)), never()});
            endsTheSame(seed, TaskPlay<&play>::cancelled(gardener.time(), plan));
        }
    }

    void whatTheCodeSendsIsHitAsEver() {
        std::set<std::string> seen;
        for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
            kernel::WorldOptions options = inRounds(seed);
            options.faults = every(300'000, 0, 0);
            const std::string found = endOn(1, options, TaskPlay<&asksAndRaces>::starter());
            QVERIFY2(found.starts_with("ok "), found.c_str());
            seen.insert(found);
        }
        QVERIFY(seen.size() > 5);
    }

    void anEffectThatFailsOnPurposeIsAnAnswer() {
        kernel::WorldOptions options = inRounds();
        options.grants = {{"file.read", "/data"}};
        options.faults.effect = kernel::Faults::kAlways;
        QCOMPARE(endOn(1, options, TaskPlay<&reads>::starter()),
                 std::string{"ok \"injected failure\" at 0s"});
    }
};

QTEST_GUILESS_MAIN(TestTaskFaults)
#include "tst_task_faults.moc"
