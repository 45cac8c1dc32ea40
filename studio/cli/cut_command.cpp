#include "studio/cli/commands.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/report.h"
#include "studio/cli/trace_input.h"
#include "tracefmt/cut.h"

#include <system_error>

namespace ariadne::cli {

ExitCode CutCommand::execute(Console& console) const {
    const std::unique_ptr<tracefmt::TraceReader> trace = openTrace(file, console);
    if (trace == nullptr) return ExitCode::kBadInput;
    std::error_code error;
    if (std::filesystem::equivalent(file, output, error))
        return console.fail(joined(output.native(), ": -o names the trace itself"));
    absl::StatusOr<std::unique_ptr<tracefmt::WriteFile>> out = tracefmt::createForWriting(output);
    if (!out.ok()) return console.fail(output.native(), out.status());
    const absl::StatusOr<tracefmt::Slice> slice =
        tracefmt::cut(*trace, first, last.value_or(trace->lastPosition()), *std::move(out));
    if (!slice.ok()) {
        // Half a trace looks like one that a crash cut short.
        std::filesystem::remove(output, error);
        return console.fail(file.native(), slice.status());
    }
    Report report;
    report.text("file", output.native());
    report.number("begins_at", slice->base.value);
    report.number("ends_at", slice->last.value);
    report.count("events", slice->last.value - slice->base.value);
    report.count("file_bytes", slice->bytes);
    console.lines(report.in(json));
    return exitOf(*trace);
}

}  // namespace ariadne::cli
