#include "recorder/determinism.h"
#include "studio/cli/commands.h"
#include "studio/cli/divergence_card.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/program_folders.h"
#include "studio/cli/report.h"
#include "studio/cli/run_to_end.h"
#include "studio/cli/run_words.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace ariadne::cli {
namespace {

using recorder::DeterminismBreak;
using recorder::DeterminismResult;
using recorder::RunVariant;
using recorder::TraceSums;

constexpr Sides kSides{"plain run", "this run"};

/// A folder that is gone with its user. Not moved, as it is named only once.
class ScratchFolder {
public:
    ScratchFolder() {
        std::error_code error;
        std::string name =
            (std::filesystem::temp_directory_path(error) / "ariadne-XXXXXX").native();
        if (error || ::mkdtemp(name.data()) == nullptr)
            problem_ =
                name + ": " + (error ? error.message() : std::generic_category().message(errno));
        else
            path_ = name;
    }
    ~ScratchFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    /// Empty when there is none; then problem() says why.
    const std::filesystem::path& path() const { return path_; }
    const std::string& problem() const { return problem_; }

private:
    std::filesystem::path path_;
    std::string problem_;
};

/// This very command, for the runs in a process of their own.
std::string ownPath() {
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/exe", error).native();
}

Json sumsJson(const TraceSums& sums) {
    return {{"events", sums.events},
            {"bytes", sums.fileBytes},
            {"outcome", nameOf(static_cast<Outcome>(sums.outcome))},
            {"text", sums.outcomeText},
            {"event_digest", hex(sums.digests.events)},
            {"change_digest", hex(sums.digests.changes)},
            {"state_digest", hex(sums.digests.state)}};
}

void addReference(Report& report, const DeterminismResult& result) {
    const TraceSums& sums = result.reference;
    report.text("program", joined(result.meta.programId, " ", result.meta.programVersion));
    report.number("seed", result.meta.seed);
    report.text("policy", result.meta.policy);
    report.text("outcome", nameOf(static_cast<Outcome>(sums.outcome)));
    report.text("text", sums.outcomeText);
    report.count("events", sums.events);
    report.count("trace_bytes", sums.fileBytes);
    report.digest("event_digest", sums.digests.events);
    report.digest("change_digest", sums.digests.changes);
    report.digest("state_digest", sums.digests.state);
}

/// "events, states, bytes": which of the numbers are not those of the plain run.
std::string differingParts(const TraceSums& plain, const TraceSums& other) {
    std::string out;
    const auto add = [&](bool differs, std::string_view name) {
        if (differs) out += joined(out.empty() ? "" : ", ", name);
    };
    add(plain.digests.events != other.digests.events, "event digest");
    add(plain.digests.changes != other.digests.changes, "change digest");
    add(plain.digests.state != other.digests.state, "state digest");
    add(true, "trace bytes");
    return out;
}

void addBreak(Report& report, const RunVariant& variant, const DeterminismResult& result) {
    const DeterminismBreak& found = *result.difference;
    report.text("verdict", "differs");
    report.text("differs_in_run", variant.name);
    report.text("parts", differingParts(result.reference, found.other));
    report.text("likely_cause", variant.cause);
    report.number("first_byte", found.firstByte);
    if (!found.headerDifferences.empty())
        report.list("headers", found.headerDifferences, found.headerDifferences);
}

}  // namespace

ExitCode CheckDeterminismCommand::execute(Console& console) const {
    if (request.policy == kernel::Policy::kReplay)
        return console.fail(
            "found --policy replay, which \"ariadne replay\" checks; expected rounds, random or "
            "pct");
    if (pctGiven && request.policy != kernel::Policy::kPct)
        return console.fail(joined("found --pct-depth or --pct-steps with --policy ",
                                   nameOf(request.policy), ", expected --policy pct"));
    std::error_code error;
    if (keep && !std::filesystem::is_directory(*keep, error))
        return console.fail(joined("--keep ", keep->native(), ": ",
                                   error ? error.message() : std::string{"not a folder"},
                                   "; expected an existing folder for the two traces"));
    if (!loadProgramFolders(folders, console)) return ExitCode::kBadInput;

    const ScratchFolder scratch;
    if (scratch.path().empty())
        return console.fail(scratch.problem() +
                            "; set TMPDIR to a folder with room for two traces");
    recorder::DeterminismRequest asked;
    asked.run = request;
    asked.folder = keep ? *keep : scratch.path();
    asked.variants = recorder::variantsOf(
        request.policy, quick ? recorder::Thoroughness::kQuick : recorder::Thoroughness::kFull,
        ownPath());
    for (const std::string& other : with) asked.variants.push_back(recorder::otherBuild(other));
    asked.childWords = runWords(folders, request, until);
    // What the wall's clock would add to the trace is none of the run.
    for (const char* word : {"--watchdog", "0", "-o"}) asked.childWords.emplace_back(word);

    const StopOnSignal stop;
    asked.drive = [&](recorder::ProgramRun& run, const std::function<void()>& betweenRounds) {
        return runToEnd(run, until, stop, {}, betweenRounds);
    };
    asked.interrupted = [&] { return stop.requested(); };
    if (progress)
        asked.progress = [&](std::size_t i) {
            console.progress(
                joined("run ", i + 1, " of ", asked.variants.size(), ": ", asked.variants[i].name));
        };
    const absl::StatusOr<DeterminismResult> result = recorder::checkDeterminism(asked);
    if (!result.ok()) return console.fail({}, result.status());

    Report report;
    addReference(report, *result);
    report.fact("runs_compared",
                joined(grouped(result->compared), " of ", grouped(asked.variants.size())),
                result->compared);
    if (!result->difference) {
        report.text("verdict", "equal to the last byte");
    } else {
        addBreak(report, asked.variants[result->difference->variant], *result);
        if (keep)
            report.list("kept",
                        {(*keep / "reference.clew").native(), (*keep / "other.clew").native()},
                        {(*keep / "reference.clew").native(), (*keep / "other.clew").native()});
    }
    if (json) {
        Json out = report.json();
        out["equal"] = !result->difference;
        out["plain_run"] = sumsJson(result->reference);
        Json names = Json::array();
        for (std::size_t i = 0; i < result->compared; ++i) names.push_back(asked.variants[i].name);
        out["runs"] = std::move(names);
        if (result->difference) {
            out["this_run"] = sumsJson(result->difference->other);
            out["first_divergence"] = result->difference->first
                                          ? divergenceJson(*result->difference->first, kSides)
                                          : Json(nullptr);
        }
        console.line(jsonLine(out));
    } else {
        console.lines(report.lines());
        if (result->difference && result->difference->first)
            console.lines("\n" + divergenceCard(joined("first difference at event ",
                                                       result->difference->first->position.value),
                                                *result->difference->first, kSides));
        else if (result->difference)
            console.lines(
                "\nall events, changes and names are equal; snapshots, totals or tables of the "
                "traces differ\n");
    }
    return result->difference ? ExitCode::kDifferent : ExitCode::kFine;
}

}  // namespace ariadne::cli
