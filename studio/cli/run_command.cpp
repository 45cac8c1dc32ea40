#include "engine/value/dynamic.h"
#include "recorder/program_run.h"
#include "studio/cli/commands.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/program_folders.h"
#include "studio/cli/report.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <limits>

namespace ariadne::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// Rounds between two looks at clock and signal: often enough for a person, rare enough to be free.
constexpr std::uint64_t kRoundsPerLook = 64;
constexpr std::chrono::milliseconds kProgressEvery{100};

/// Set by the first SIGINT or SIGTERM; the second one kills, as the default handler is back by
/// then.
volatile std::sig_atomic_t stopRequested = 0;

class StopOnSignal {
public:
    StopOnSignal() {
        struct sigaction action {};
        action.sa_handler = [](int) { stopRequested = 1; };
        action.sa_flags = static_cast<int>(SA_RESETHAND);
        for (const int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
    }
    StopOnSignal(const StopOnSignal&) = delete;
    StopOnSignal& operator=(const StopOnSignal&) = delete;
    ~StopOnSignal() {
        for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, SIG_DFL);
    }
};

std::string progressOf(const kernel::World& world) {
    return joined(
        "round ", grouped(world.round().value), ", ", value::showDuration(world.now().value), ", ",
        counted(world.position().value, "event"), ", ", counted(world.aliveCount(), "actor"));
}

/// Runs to the end, to `until` or to a signal; the reason when it was stopped from here.
std::string runToEnd(recorder::ProgramRun& run, const Until& until, bool progress,
                     Console& console) {
    const StopOnSignal stopOnSignal;
    const kernel::World& world = run.world();
    const VirtualTime lastTime =
        until.time.value_or(VirtualTime{std::numeric_limits<std::int64_t>::max()});
    const std::uint64_t lastRound = until.rounds.value_or(~0ull);
    Clock::time_point shownAt = Clock::now();
    while (world.outcome() == Outcome::kRunning) {
        if (stopRequested != 0) return "stopped by a signal";
        const Round before = world.round();
        if (before.value >= lastRound) return joined("until ", grouped(lastRound), " rounds");
        run.runUntil(lastTime, std::min(kRoundsPerLook, lastRound - before.value));
        if (world.outcome() == Outcome::kRunning && world.round() == before)
            return "until " + value::showDuration(lastTime.value);
        if (!progress || Clock::now() - shownAt < kProgressEvery) continue;
        console.progress(progressOf(world));
        shownAt = Clock::now();
    }
    return {};
}

void addWorld(Report& report, const kernel::World& world) {
    report.text("outcome", nameOf(world.outcome()));
    report.text("text", world.outcomeText());
    report.count("rounds", world.round().value);
    report.time("virtual_time", world.now());
    report.count("events", world.position().value);
    report.count("actors_alive", world.aliveCount());
    report.count("failures", world.failures());
}

void addFile(Report& report, const std::filesystem::path& file,
             const recorder::RecordResult& result) {
    report.fact("file",
                joined(file.native(), ", ", counted(result.fileBytes, "byte"), ", ",
                       ratio(result.fileBytes, result.events), " per event, ",
                       counted(result.snapshots, "snapshot")),
                {{"path", file.native()},
                 {"bytes", result.fileBytes},
                 {"events", result.events},
                 {"snapshots", result.snapshots}});
}

/// What a refused run was refused for: its program, or the file it was to be recorded in.
std::string subjectOf(const recorder::RunRequest& asked) {
    const Program* program = ProgramRegistry::find(asked.program);
    const bool runnable = program != nullptr && program->abi == kProgramAbi;
    if (!runnable) return {};  // the message names it
    if (!program->normalise(asked.args).ok() || !asked.file) return asked.program;
    return asked.file->native();
}

}  // namespace

ExitCode RunCommand::execute(Console& console) const {
    if (!loadProgramFolders(folders, console)) return ExitCode::kBadInput;
    recorder::RunRequest asked = request;
    if (record && !asked.file) asked.file = joined(asked.program, "-", asked.seed, ".clew");
    if (!record) asked.file.reset();
    absl::StatusOr<std::unique_ptr<recorder::ProgramRun>> started =
        recorder::ProgramRun::start(asked);
    if (!started.ok()) return console.fail(subjectOf(asked), started.status());
    recorder::ProgramRun& run = **started;
    const std::string stopped = runToEnd(run, until, progress, console);
    const absl::StatusOr<recorder::RunDigests> digests = run.finish(stopped);

    Report report;
    report.text("program", joined(run.meta().programId, " ", run.meta().programVersion));
    report.number("seed", run.meta().seed);
    addWorld(report, run.world());
    if (digests.ok()) {
        report.digest("event_digest", digests->events);
        report.digest("change_digest", digests->changes);
        report.digest("state_digest", digests->state);
    }
    if (run.recorded()) addFile(report, *asked.file, *run.recorded());
    console.lines(report.in(json));
    if (!digests.ok()) {
        return console.fail(asked.file ? joined(asked.file->native(),
                                                ": recording stopped early; the run itself "
                                                "went on to its end")
                                       : std::string{},
                            digests.status());
    }
    const Outcome outcome = run.world().outcome();
    const bool bad = outcome == Outcome::kFailed || outcome == Outcome::kLimit;
    return bad ? ExitCode::kDifferent : ExitCode::kFine;
}

}  // namespace ariadne::cli
