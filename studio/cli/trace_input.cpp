#include "studio/cli/trace_input.h"

#include "studio/cli/plain_text.h"
#include "tracefmt/recover.h"

#include <algorithm>

namespace ariadne::cli {

using tracefmt::FileState;

std::unique_ptr<tracefmt::TraceReader> openTrace(const std::filesystem::path& file,
                                                 Console& console) {
    absl::StatusOr<std::unique_ptr<tracefmt::TraceReader>> trace =
        tracefmt::TraceReader::open(file);
    if (!trace.ok()) {
        console.fail(file.native(), trace.status());
        if (tracefmt::isLeftByBlackBox(file))
            console.note(
                joined("a black box keeps this name; when its run was killed, \"ariadne "
                       "recover ",
                       file.native(), " -o WHOLE.clew\" makes a trace of what it had"));
        return nullptr;
    }
    sayState(file, **trace, 0, console);
    return std::move(*trace);
}

void sayState(const std::filesystem::path& file, const tracefmt::TraceReader& reader,
              std::size_t gapsSaid, Console& console) {
    std::string readable = counted(eventCount(reader), "event");
    if (reader.tail().events != 0)
        readable += joined(" (the last ", grouped(reader.tail().events),
                           " of them from the tail beside it)");
    switch (reader.state()) {
        case FileState::kClean: break;
        case FileState::kRecording:
            console.note(
                joined(file.native(), ": still being recorded; seen up to here: ", readable));
            break;
        case FileState::kCut:
        case FileState::kDamaged:
            console.warn(joined(file.native(), ": ", nameOf(reader.state()), ": ", reader.damage(),
                                "; ", readable, " before that can be read"));
            console.note(joined("\"ariadne recover ", file.native(),
                                " -o WHOLE.clew\" makes a whole trace of them"));
            break;
    }
    if (!reader.tail().problem.empty())
        console.warn(joined("the tail was not used: ", reader.tail().problem));
    const Position base = reader.base();
    for (std::size_t i = gapsSaid; i < reader.gaps().size(); ++i) {
        const tracefmt::TraceGap& gap = reader.gaps()[i];
        if (base.value != 0 && gap.last == base)
            console.note(
                joined(file.native(), ": begins at position ", base.value, ": ", gapText(gap)));
        else
            console.warn(joined(file.native(), ": not complete: ", gapText(gap)));
    }
}

void noteInputsOnly(const tracefmt::TraceReader& trace, const std::filesystem::path& file,
                    Console& console) {
    if (trace.meta().level != tracefmt::Level::kInputs) return;
    console.note(joined(file.native(), ": of ", counted(trace.lastPosition().value, "event"),
                        " this trace holds what came from outside, failures and the end; "
                        "\"ariadne materialise ",
                        file.native(), " -o FULL.clew\" makes the rest"));
}

void addDigests(Report& report, const tracefmt::TraceReader& trace) {
    const tracefmt::TraceStats& stats = trace.stats();
    const auto known = [](std::uint64_t digest, bool isSure) {
        return digest != 0 || isSure ? std::optional{digest} : std::nullopt;
    };
    report.digest("event_digest", stats.eventDigest);
    report.digest("change_digest",
                  known(stats.changeDigest, trace.meta().level == tracefmt::Level::kFull));
    // 0 in a file whose end nobody saw.
    report.digest("state_digest", known(stats.stateDigest, false));
}

ExitCode exitOf(const tracefmt::TraceReader& trace) {
    return trace.state() == FileState::kDamaged ? ExitCode::kBadInput : ExitCode::kFine;
}

std::uint64_t eventCount(const tracefmt::TraceReader& trace) {
    return trace.lastPosition().value - std::min(trace.base(), trace.lastPosition()).value;
}

std::string gapText(const tracefmt::TraceGap& gap) {
    std::string out = joined("events from ", gap.first.value, " on are missing");
    if (gap.last.value != 0)
        out = joined("events ", gap.first.value, " to ", gap.last.value, " are missing");
    out += joined(" (", nameOf(gap.cause), ")");
    if (!gap.note.empty()) out += joined(": ", gap.note);
    return out;
}

}  // namespace ariadne::cli
