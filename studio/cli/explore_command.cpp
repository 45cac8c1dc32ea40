#include "engine/actor/program.h"
#include "studio/cli/commands.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/program_folders.h"
#include "studio/cli/report.h"
#include "studio/cli/run_to_end.h"
#include "studio/cli/run_words.h"

#include <algorithm>
#include <map>
#include <utility>

namespace ariadne::cli {
namespace {

/// Different texts that are told apart; the others are counted by their outcome.
constexpr std::size_t kTextsMax = 200;
constexpr std::size_t kTextsShownMax = 20;

struct Ending {
    Outcome outcome = Outcome::kRunning;
    std::string text;
    auto operator<=>(const Ending&) const = default;
};

struct Tally {
    std::uint64_t runs = 0;
    std::uint64_t firstSeed = 0;
};

/// How the runs ended, and the first that ended badly. Thread-confined.
class Histogram {
public:
    void add(std::uint64_t seed, Outcome outcome, const std::string& text) {
        ++runs_;
        if (isBad(outcome)) {
            ++bad_;
            if (!firstBad_) firstBad_ = {seed, text};
        }
        Ending ending{outcome, text};
        if (!tallies_.contains(ending) && tallies_.size() >= kTextsMax)
            ending.text = "(further texts)";
        Tally& tally = tallies_[std::move(ending)];
        if (tally.runs++ == 0) tally.firstSeed = seed;
    }

    std::uint64_t runs() const { return runs_; }
    std::uint64_t bad() const { return bad_; }
    const std::optional<std::pair<std::uint64_t, std::string>>& firstBad() const {
        return firstBad_;
    }

    /// The most frequent first.
    void addTo(Report& report) const {
        std::vector<std::pair<Ending, Tally>> sorted{tallies_.begin(), tallies_.end()};
        std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
            return a.second.runs > b.second.runs;
        });
        std::vector<std::string> shown;
        Json json = Json::array();
        std::uint64_t hidden = 0;
        for (const auto& [ending, tally] : sorted) {
            json.push_back({{"outcome", nameOf(ending.outcome)},
                            {"text", ending.text},
                            {"runs", tally.runs},
                            {"first_seed", tally.firstSeed}});
            if (shown.size() == kTextsShownMax) {
                hidden += tally.runs;
                continue;
            }
            shown.push_back(joined(flushRight(grouped(tally.runs), 7), "  ", nameOf(ending.outcome),
                                   ending.text.empty() ? "" : ": ", ending.text,
                                   " (first with seed ", tally.firstSeed, ")"));
        }
        if (hidden != 0) shown.push_back(joined(flushRight(grouped(hidden), 7), "  otherwise"));
        report.list("outcomes", std::move(shown), std::move(json));
    }

private:
    std::uint64_t runs_ = 0;
    std::uint64_t bad_ = 0;
    std::map<Ending, Tally> tallies_;
    std::optional<std::pair<std::uint64_t, std::string>> firstBad_;
};

}  // namespace

ExitCode ExploreCommand::execute(Console& console) const {
    if (request.policy == kernel::Policy::kReplay)
        return console.fail(
            "found --policy replay, which goes one way whatever the seed; expected "
            "random, pct or rounds");
    const bool pct = request.policy == kernel::Policy::kPct;
    if (pctGiven && !pct)
        return console.fail(joined("found --pct-depth or --pct-steps with --policy ",
                                   nameOf(request.policy), ", expected --policy pct"));
    if (!loadProgramFolders(folders, console)) return ExitCode::kBadInput;

    Histogram histogram;
    Report report;
    const StopOnSignal stop;
    for (std::uint64_t seed = seeds.first;; ++seed) {
        recorder::RunRequest asked = request;
        asked.seed = seed;
        asked.file.reset();
        asked.unobserved = true;
        const auto started = recorder::ProgramRun::start(asked);
        if (!started.ok()) {
            const bool known = ProgramRegistry::find(asked.program) != nullptr;
            return console.fail(known ? asked.program : std::string{}, started.status());
        }
        recorder::ProgramRun& run = **started;
        if (seed == seeds.first)
            report.text("program", joined(run.meta().programId, " ", run.meta().programVersion));
        std::function<void()> look;
        if (progress)
            look = [&] {
                console.progress(joined("seed ", seed, ", ", counted(histogram.runs(), "run"),
                                        " done, ", histogram.bad(), " failed"));
            };
        const std::string stopped = runToEnd(run, until, stop, look);
        if (stop.requested() && !stopped.empty()) break;  // this one counts for nothing
        (void)run.finish(stopped);                        // nothing is recorded that could fail
        histogram.add(seed, run.world().outcome(), run.world().outcomeText());
        if (seed == seeds.last || stop.requested()) break;
    }

    report.text("policy", nameOf(request.policy));
    if (pct) {
        report.number("pct_depth", request.pctDepth);
        report.number("pct_steps", request.pctSteps);
    }
    report.text("seeds", joined(seeds.first, "..", seeds.last));
    report.count("runs", histogram.runs());
    report.count("failed", histogram.bad());
    histogram.addTo(report);
    if (histogram.firstBad()) {
        const auto& [seed, text] = *histogram.firstBad();
        report.fact("first_failure", joined("seed ", seed, ": ", text),
                    {{"seed", seed}, {"text", text}});
        report.text("record_it", commandFor(seed));
    }
    console.lines(report.in(json));
    if (stop.requested()) console.note("stopped by a signal before the last seed");
    return histogram.bad() != 0 ? ExitCode::kDifferent : ExitCode::kFine;
}

std::string ExploreCommand::commandFor(std::uint64_t seed) const {
    recorder::RunRequest asked = request;
    asked.seed = seed;
    return "ariadne" + quotedForShell(runWords(folders, asked, until));
}

}  // namespace ariadne::cli
