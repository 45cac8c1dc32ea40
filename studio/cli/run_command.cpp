#include "engine/value/dynamic.h"
#include "recorder/decisions.h"
#include "recorder/program_run.h"
#include "recorder/self_check.h"
#include "studio/cli/commands.h"
#include "studio/cli/divergence_card.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/program_folders.h"
#include "studio/cli/report.h"
#include "studio/cli/run_to_end.h"
#include "studio/cli/trace_input.h"

#include <algorithm>
#include <unistd.h>
#include <utility>

namespace ariadne::cli {
namespace {

constexpr Sides kRuns{"recorded", "run again"};

/// Often enough for a person who looks on.
constexpr std::chrono::milliseconds kLiveVisibleEvery{100};

std::string progressOf(const kernel::World& world) {
    return joined(
        "round ", grouped(world.round().value), ", ", value::showDuration(world.now().value), ", ",
        counted(world.position().value, "event"), ", ", counted(world.aliveCount(), "actor"));
}

/// Once.
void tellOfSpool(const recorder::ProgramRun& run, bool& told, Console& console) {
    const absl::Status spool = run.spoolStatus();
    if (spool.ok() || std::exchange(told, true)) return;
    console.warn(joined(
        "the black box goes on in memory alone, so a kill of this process loses what it has: ",
        messageOf(spool)));
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

/// Of a run in segments, `begun` of them; the first may be deleted by now.
void addSegments(Report& report, const std::filesystem::path& name, std::uint32_t begun,
                 std::uint32_t kept, const recorder::RecordResult& result) {
    const std::uint32_t first = kept != 0 && begun > kept ? begun - kept + 1 : 1;
    std::uint64_t bytes = 0;
    for (std::uint32_t number = first; number <= begun; ++number) {
        std::error_code error;
        const std::uint64_t size =
            std::filesystem::file_size(recorder::segmentPath(name, number), error);
        if (!error) bytes += size;
    }
    const std::string from = recorder::segmentPath(name, first).native();
    const std::string to = recorder::segmentPath(name, begun).native();
    std::string text = first == begun ? from : joined(from, " to ", to);
    text += joined(", ", counted(begun - first + 1, "file"), ", ", counted(bytes, "byte"));
    if (first != 1) text += joined(", the first ", grouped(first - 1), " deleted");
    text += joined(", ", ratio(result.fileBytes, result.events), " per event, ",
                   counted(result.snapshots, "snapshot"));
    report.fact("file", text,
                {{"path", from},
                 {"last_path", to},
                 {"files", begun - first + 1},
                 {"files_deleted", first - 1},
                 {"bytes", bytes},
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

/// The trace's arguments, each replaced by the one given under its name.
ArgumentTexts overlaid(ArgumentTexts recorded, const ArgumentTexts& given) {
    for (const auto& replacement : given) {
        const auto at = std::find_if(recorded.begin(), recorded.end(), [&](const auto& argument) {
            return argument.first == replacement.first;
        });
        if (at == recorded.end())
            recorded.push_back(replacement);
        else
            at->second = replacement.second;
    }
    return recorded;
}

/// Completes `asked` with the choices of that trace, its arguments and, unless one was given, its
/// seed. False when it cannot, which is then said.
bool takeDecisions(const std::filesystem::path& file, bool seedGiven, recorder::RunRequest& asked,
                   Console& console) {
    const std::unique_ptr<tracefmt::TraceReader> trace = openTrace(file, console);
    if (trace == nullptr) return false;
    const tracefmt::TraceMeta& meta = trace->meta();
    if (meta.programId != asked.program) {
        console.fail(joined(file.native(), ": found a trace of program ", meta.programId,
                            ", expected one of ", asked.program));
        return false;
    }
    if (meta.policy == nameOf(kernel::Policy::kRounds)) {
        console.fail(joined(file.native(),
                            ": found a trace of policy rounds, which chooses "
                            "nothing; expected one of random, pct or replay"));
        return false;
    }
    recorder::RecordedDecisions recorded = recorder::decisionsIn(*trace);
    if (!recorded.complete.ok()) {
        console.fail(file.native(), recorded.complete);
        return false;
    }
    asked.decisions = std::move(recorded.list);
    asked.args = overlaid(meta.args, asked.args);
    if (!seedGiven) asked.seed = meta.seed;
    if (asked.limits.cellBytesMax == 0) asked.limits.cellBytesMax = meta.limits.cellBytesMax;
    return true;
}

/// Says what a turn that does not come back is at. On the watchdog's thread.
void tellStuck(const recorder::StuckTurn& turn, Console& console) {
    const std::vector<std::string> lines = linesOf(turn, ::getpid());
    turn.cameBack ? console.note(lines.front()) : console.warn(lines.front());
    for (std::size_t i = 1; i < lines.size(); ++i) console.note(lines[i]);
    if (turn.cameBack || turn.tellings > 1) return;
    console.note(joined(
        "the run goes on when the turn does, and is not ended from here; Ctrl-C twice kills it",
        !turn.readableTo ? ""
        : turn.noted     ? ", and the trace names this turn"
                         : ", and what cannot be read yet is lost"));
}

/// On the check's thread.
void tellDivergence(const recorder::Divergence& divergence, Console& console) {
    console.warn("the program does not repeat what it did: a run from the same inputs differs");
    const std::string card =
        divergenceCard(joined("first at event ", divergence.position.value), divergence, kRuns);
    for (std::size_t begin = 0; begin < card.size();) {
        const std::size_t end = std::min(card.find('\n', begin), card.size());
        console.note(card.substr(begin, end - begin));
        begin = end + 1;
    }
    console.note(
        "it keeps state outside its actors, or looks at what is no input; the run itself goes on");
}

void addSelfCheck(Report& report, const recorder::SelfCheckResult& checked) {
    const std::string_view how = checked.divergence      ? "different"
                                 : checked.complete.ok() ? "identical"
                                                         : "not complete";
    Json divergence = nullptr;
    if (checked.divergence) divergence = divergenceJson(*checked.divergence, kRuns);
    report.fact("self_check",
                joined(how, ": ", counted(checked.eventsCompared, "event"), " run again in ",
                       counted(checked.segments, "segment")),
                {{"identical", how == "identical"},
                 {"events_compared", checked.eventsCompared},
                 {"digests_compared", checked.digestsCompared},
                 {"segments", checked.segments},
                 {"divergence", std::move(divergence)}});
}

}  // namespace

ExitCode RunCommand::execute(Console& console) const {
    const bool replays = request.policy == kernel::Policy::kReplay;
    if (replays && !decisions)
        return console.fail(
            "found --policy replay alone, expected --decisions FILE.clew with it: "
            "the trace whose choices are made again");
    if (!replays && decisions)
        return console.fail(joined("found --decisions with --policy ", nameOf(request.policy),
                                   ", expected --policy replay"));
    if (pctGiven && request.policy != kernel::Policy::kPct)
        return console.fail(joined("found --pct-depth or --pct-steps with --policy ",
                                   nameOf(request.policy), ", expected --policy pct"));
    const bool holdsEvents = record && request.level != tracefmt::Level::kInputs &&
                             !request.segments && blackBoxBytes == 0;
    if (selfCheck && !holdsEvents)
        return console.fail(
            "found --self-check without a recording of events in one file, expected --record "
            "events or full: it is what the run is held against");
    if (!loadProgramFolders(folders, console)) return ExitCode::kBadInput;
    recorder::RunRequest asked = request;
    if (decisions && !takeDecisions(*decisions, seedGiven, asked, console))
        return ExitCode::kBadInput;
    if (record && !asked.file) asked.file = joined(asked.program, "-", asked.seed, ".clew");
    if (!record) asked.file.reset();
    std::uint32_t segments = 0;
    if (asked.segments) asked.segments->began = [&](std::uint32_t number) { segments = number; };
    std::string stopped;
    if (blackBoxBytes != 0)
        asked.blackBox = {blackBoxBytes, [&stopped](Outcome outcome) {
                              return isBad(outcome) || stopped == kStoppedBySignal;
                          }};
    asked.visibleEvery = visibleEvery.value_or(
        asked.live && blackBoxBytes == 0 ? kLiveVisibleEvery : std::chrono::milliseconds{0});
    asked.watchdog = {patience, [&](const recorder::StuckTurn& turn) { tellStuck(turn, console); }};
    absl::StatusOr<std::unique_ptr<recorder::ProgramRun>> started =
        recorder::ProgramRun::start(asked);
    if (!started.ok()) return console.fail(subjectOf(asked), started.status());
    recorder::ProgramRun& run = **started;
    std::unique_ptr<recorder::SelfCheck> check;
    if (selfCheck) {
        absl::StatusOr<std::unique_ptr<recorder::SelfCheck>> checking = recorder::SelfCheck::start(
            *asked.file, [&](const auto& found) { tellDivergence(found, console); });
        if (!checking.ok()) return console.fail(asked.file->native(), checking.status());
        check = *std::move(checking);
    }
    if (const absl::Status tail = run.tailStatus(); !tail.ok())
        console.warn(
            joined("recording without a tail, so a kill loses the last events: ", messageOf(tail)));
    bool toldOfSpool = false;
    std::function<void()> look;
    if (progress || asked.blackBox)
        look = [&] {
            tellOfSpool(run, toldOfSpool, console);
            if (progress) console.progress(progressOf(run.world()));
        };
    stopped = runToEnd(run, until, StopOnSignal{}, look);
    const absl::StatusOr<recorder::RunDigests> digests = run.finish(stopped);
    tellOfSpool(run, toldOfSpool, console);
    recorder::SelfCheckResult checked;
    if (check != nullptr) checked = check->finish();

    Report report;
    report.text("program", joined(run.meta().programId, " ", run.meta().programVersion));
    report.number("seed", run.meta().seed);
    addWorld(report, run.world());
    if (digests.ok()) {
        report.digest("event_digest", digests->events);
        report.digest("change_digest", digests->changes);
        report.digest("state_digest", digests->state);
    }
    if (run.recorded()) {
        if (asked.blackBox && run.recorded()->fileBytes == 0)
            report.text("file", "none: the black box writes when a run goes wrong");
        else if (asked.segments)
            addSegments(report, *asked.file, segments, asked.segments->kept, *run.recorded());
        else
            addFile(report, *asked.file, *run.recorded());
    }
    if (check != nullptr) addSelfCheck(report, checked);
    console.lines(report.in(json));
    if (!digests.ok()) {
        return console.fail(asked.file ? joined(asked.file->native(),
                                                ": recording stopped early; the run itself "
                                                "went on to its end")
                                       : std::string{},
                            digests.status());
    }
    if (!checked.complete.ok())
        return console.fail(joined(asked.file->native(), ": self-check"), checked.complete);
    const Outcome outcome = run.world().outcome();
    if (checked.divergence) return ExitCode::kDifferent;
    return isBad(outcome) ? ExitCode::kDifferent : ExitCode::kFine;
}

}  // namespace ariadne::cli
