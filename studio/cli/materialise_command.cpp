#include "recorder/materialise.h"
#include "studio/cli/commands.h"
#include "studio/cli/divergence_card.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/program_folders.h"
#include "studio/cli/report.h"
#include "studio/cli/trace_input.h"

#include <system_error>

namespace ariadne::cli {
namespace {

constexpr Sides kSides{"recorded", "executed"};

void addResult(Report& report, const std::filesystem::path& file,
               const recorder::MaterialiseResult& result) {
    report.count("events", result.recorded.events);
    report.count("digests_compared", result.digestsCompared);
    report.fact("file",
                joined(file.native(), ", ", counted(result.recorded.fileBytes, "byte"), ", ",
                       counted(result.recorded.snapshots, "snapshot")),
                {{"path", file.native()},
                 {"bytes", result.recorded.fileBytes},
                 {"snapshots", result.recorded.snapshots}});
}

}  // namespace

ExitCode MaterialiseCommand::execute(Console& console) const {
    const std::unique_ptr<tracefmt::TraceReader> trace = openTrace(file, console);
    if (trace == nullptr) return ExitCode::kBadInput;
    std::error_code notThere;
    if (std::filesystem::equivalent(file, output, notThere))
        return console.fail(joined(
            output.native(), ": found the trace itself as the output, expected another file"));
    if (!loadProgramFolders(folders, console)) return ExitCode::kBadInput;
    recorder::MaterialiseOptions options;
    options.level = level;
    options.fromSnapshot = fromSnapshot;
    options.to = to;
    if (progress)
        options.progress = [&](Position reached) {
            console.progress(joined("event ", grouped(reached.value), " of ",
                                    grouped(trace->lastPosition().value)));
        };
    const absl::StatusOr<recorder::MaterialiseResult> result =
        recorder::materialise(*trace, output, options);
    if (!result.ok()) return console.fail(file.native(), result.status());
    if (result->divergence) {
        std::error_code ignored;
        std::filesystem::remove(output, ignored);
        if (json)
            console.line(jsonLine({{"identical", false},
                                   {"divergence", divergenceJson(*result->divergence, kSides)}}));
        else
            console.lines(divergenceCard(
                joined("first divergence at position ", result->divergence->position.value),
                *result->divergence, kSides));
        console.note(joined(output.native(), " was not kept"));
        return ExitCode::kDifferent;
    }
    Report report;
    addResult(report, output, *result);
    console.lines(report.in(json));
    return exitOf(*trace);
}

}  // namespace ariadne::cli
