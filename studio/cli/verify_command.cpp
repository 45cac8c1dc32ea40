#include "studio/cli/commands.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/report.h"
#include "studio/cli/trace_input.h"

namespace ariadne::cli {

ExitCode VerifyCommand::execute(Console& console) const {
    const std::unique_ptr<tracefmt::TraceReader> trace = openTrace(file, console);
    if (trace == nullptr) return ExitCode::kBadInput;
    const absl::Status holds = trace->verify(nullptr, nullptr);
    // A trace that begins at a snapshot lacks nothing of what it is meant to hold.
    const std::size_t lacking = trace->gaps().size() - (trace->base().value != 0 ? 1 : 0);
    const bool whole = trace->state() == tracefmt::FileState::kClean && lacking == 0;
    const bool growing = trace->state() == tracefmt::FileState::kRecording;
    Report report;
    report.text("verdict", !holds.ok() ? "damaged"
                           : whole     ? "whole"
                           : growing   ? "whole so far"
                                       : "readable, not whole");
    report.text("state", nameOf(trace->state()));
    if (trace->base().value != 0) report.number("begins_at", trace->base().value);
    report.count("events", eventCount(*trace));
    report.count("chunks", trace->chunks().size() + trace->inputs().size());
    report.count("snapshots", trace->snapshots().size());
    addDigests(report, *trace);
    if (!holds.ok()) {
        report.text("problem", messageOf(holds));
        if (json) console.lines(report.in(true));
        return console.fail(file.native(), holds);
    }
    console.lines(report.in(json));
    return whole || growing ? ExitCode::kFine : ExitCode::kBadInput;
}

}  // namespace ariadne::cli
