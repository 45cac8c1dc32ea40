// Every workload, small: it ends with its own check passed, whoever watches and in any order.
#include "engine/actor/program.h"
#include "engine/kernel/world.h"
#include "tests/bench/workload_run.h"

#include <QTemporaryDir>
#include <QTest>

#include <limits>

using namespace ariadne;

namespace {

struct Row {
    const char* program;
    ArgumentTexts args;
    std::uint64_t messages;
};
const std::vector<Row>& rows() {
    static const std::vector<Row> kRows{
        {"bench_ping_pong", {{"trips", "100"}}, 200},
        {"bench_ring", {{"actors", "7"}, {"hops", "100"}}, 100},
        {"bench_counting", {{"messages", "1000"}}, 1000},
        {"bench_fan_in", {{"sources", "3"}, {"credits", "4"}}, 1200},
        {"bench_fork_join_create", {{"actors", "100"}}, 100},
        {"bench_fork_join_throughput", {{"actors", "6"}, {"messages", "50"}}, 300},
        {"bench_big", {{"actors", "12"}, {"pings", "20"}}, 480},
        {"bench_chameneos", {{"creatures", "10"}, {"meetings", "100"}}, 400},
        {"bench_bank",
         {{"accounts", "20"}, {"tellers", "3"}, {"window", "4"}, {"transfers", "30"}},
         360},
        {"bench_idle", {{"actors", "50"}}, 50},
        {"bench_busy", {{"actors", "20"}, {"ticks", "5"}, {"steps", "10"}}, 100},
        {"bench_ask_chain", {{"hops", "4"}, {"chains", "5"}}, 5},
        {"bench_shop",
         {{"clients", "10"}, {"stocks", "20"}, {"payments", "20"}, {"orders", "5"}},
         350},
        {"bench_random_target", {{"actors", "50"}, {"tokens", "10"}, {"hops", "20"}}, 200},
    };
    return kRows;
}

}  // namespace

class TestWorkloads : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyLevelCompletesWithTheSameCounts_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < rows().size(); ++i)
            QTest::newRow(rows()[i].program) << static_cast<int>(i);
    }
    void everyLevelCompletesWithTheSameCounts() {
        QFETCH(int, index);
        const Row& row = rows()[static_cast<std::size_t>(index)];
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath(QStringLiteral("a.clew")).toStdString();
        const auto off = bench::runWorkload(row.program, row.args, bench::RecordLevel::kOff, file);
        const auto events =
            bench::runWorkload(row.program, row.args, bench::RecordLevel::kEvents, file);
        const auto full =
            bench::runWorkload(row.program, row.args, bench::RecordLevel::kFull, file);
        for (const auto* one : {&off, &events, &full}) {
            QVERIFY2(one->ok(), std::string{one->status().message()}.c_str());
            QCOMPARE((*one)->messages, row.messages);
            QCOMPARE((*one)->delivered, off->delivered);
            QCOMPARE((*one)->rounds, off->rounds);
        }
        QCOMPARE(off->events, std::uint64_t{0});
        QVERIFY(events->events > off->delivered);
        QCOMPARE(events->events, full->events);
    }

    // A workload that holds only for one order of messages would measure that order.
    void theCheckHoldsInAnyOrder_data() { everyLevelCompletesWithTheSameCounts_data(); }
    void theCheckHoldsInAnyOrder() {
        QFETCH(int, index);
        const Row& row = rows()[static_cast<std::size_t>(index)];
        const Program* program = ProgramRegistry::find(row.program);
        QVERIFY(program != nullptr);
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            kernel::WorldOptions options;
            options.seed = seed;
            options.policy = kernel::Policy::kRandom;
            kernel::World world{options};
            QVERIFY(program->start(world, *program, row.args).ok());
            world.runUntil({std::numeric_limits<std::int64_t>::max()},
                           std::numeric_limits<std::uint64_t>::max());
            QCOMPARE(world.outcome(), Outcome::kCompleted);
            QCOMPARE(world.outcomeText(), std::to_string(row.messages) + " messages");
        }
    }

    void aRunThatDoesNotCompleteIsAnError() {
        const auto times =
            bench::runWorkload("bench_ring", {{"hops", "0"}}, bench::RecordLevel::kOff, {});
        QCOMPARE(times.status().code(), absl::StatusCode::kInternal);
    }
    void anUnknownWorkloadIsAnError() {
        QCOMPARE(bench::runWorkload("nothing", {}, bench::RecordLevel::kOff, {}).status().code(),
                 absl::StatusCode::kNotFound);
    }
};

QTEST_GUILESS_MAIN(TestWorkloads)
#include "tst_workloads.moc"
