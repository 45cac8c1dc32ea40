#include "tests/bench/workload_run.h"

#include "engine/base/status_macros.h"
#include "recorder/recorder.h"
#include "tests/bench/handover_watch.h"
#include "tests/bench/stopwatch.h"
#include "tests/bench/workloads/conclude.h"

#include <charconv>
#include <limits>
#include <memory>
#include <string>

namespace ariadne::bench {
namespace {

kernel::WorldOptions measuredOptions() {
    kernel::WorldOptions options;
    options.seed = 1;
    options.limits.roundsPerInstantMax = std::numeric_limits<std::uint64_t>::max();
    return options;
}

tracefmt::TraceMeta metaOf(const Program& program, const kernel::WorldOptions& options,
                           RecordLevel level) {
    tracefmt::TraceMeta meta;
    meta.engineVersion = ARIADNE_VERSION;
    meta.programId = program.id;
    meta.programVersion = program.version;
    meta.programAbi = program.abi;
    meta.seed = options.seed;
    meta.policy = nameOf(options.policy);
    meta.batch = options.batch;
    meta.limits = options.limits;
    meta.level = level == RecordLevel::kFull ? tracefmt::Level::kFull : tracefmt::Level::kEvents;
    return meta;
}

/// "800000 messages" is what a workload stops with once its own check has passed.
absl::StatusOr<std::uint64_t> messagesSaidBy(const kernel::World& world) {
    const std::string& text = world.outcomeText();
    if (world.outcome() != Outcome::kCompleted)
        return absl::InternalError("the workload ended as " + std::string{nameOf(world.outcome())} +
                                   " (" + text +
                                   "), expected completed: the engine or the workload is wrong");
    std::uint64_t messages = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), messages);
    if (error != std::errc{} || std::string_view{end} != " messages" || messages == 0)
        return absl::InternalError("the workload ended with '" + text +
                                   "', expected \"N messages\": end it with conclude()");
    return messages;
}

}  // namespace

std::optional<RecordLevel> recordLevelOf(std::string_view text) {
    if (text == "off") return RecordLevel::kOff;
    if (text == "events") return RecordLevel::kEvents;
    if (text == "full") return RecordLevel::kFull;
    return std::nullopt;
}

absl::StatusOr<WorkloadTimes> runWorkload(std::string_view id, const ArgumentTexts& args,
                                          RecordLevel level, const std::filesystem::path& file,
                                          KeptOnDisk kept) {
    const Program* program = ProgramRegistry::find(id);
    if (program == nullptr)
        return absl::NotFoundError("no workload is called '" + std::string{id} + "'");
    const kernel::WorldOptions options = measuredOptions();
    WorkloadTimes times;
    Stopwatch watch;
    std::unique_ptr<recorder::Recorder> recorder;
    std::optional<HandoverWatch> handovers;
    if (level != RecordLevel::kOff) {
        tracefmt::TraceMeta meta = metaOf(*program, options, level);
        ARIADNE_ASSIGN_OR_RETURN(meta.args, program->normalise(args));
        ARIADNE_ASSIGN_OR_RETURN(recorder, recorder::Recorder::create(file, meta));
        if (kept == KeptOnDisk::kYes) recorder->keepOnDisk();
        handovers.emplace(*recorder);
    }
    bool timed = false;
    {
        constexpr std::uint64_t kForever = std::numeric_limits<std::uint64_t>::max();
        kernel::World world{options, handovers ? &*handovers : nullptr};
        ARIADNE_RETURN_IF_ERROR(program->start(world, *program, args));
        world.runUntil({::bench::kPart.count() - 1}, kForever);
        if (world.outcome() == Outcome::kRunning) {
            watch = Stopwatch{};
            times.delivered = world.deliveredCount();
        }
        world.runUntil({2 * ::bench::kPart.count() - 1}, kForever);
        times.delivered = world.deliveredCount() - times.delivered;
        if (world.outcome() == Outcome::kRunning) {
            times.cpuNs = watch.cpuNs();
            if (recorder != nullptr) ARIADNE_RETURN_IF_ERROR(recorder->flush());
            times.othersCpuNs = watch.othersCpuNs();
            times.wallNs = watch.wallNs();
            timed = true;
        }
        world.runUntil({std::numeric_limits<std::int64_t>::max()}, kForever);
        ARIADNE_ASSIGN_OR_RETURN(times.messages, messagesSaidBy(world));
        times.rounds = world.round().value;
    }
    if (!timed) times.cpuNs = watch.cpuNs();
    if (recorder != nullptr) {
        ARIADNE_ASSIGN_OR_RETURN(const recorder::RecordResult recorded, recorder->finish());
        times.events = recorded.events;
        times.fileBytes = recorded.fileBytes;
        times.handoverNs = handovers->tookNs();
    }
    if (!timed) {
        times.othersCpuNs = watch.othersCpuNs();
        times.wallNs = watch.wallNs();
    }
    return times;
}

}  // namespace ariadne::bench
