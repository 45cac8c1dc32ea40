#include "recorder/replay.h"
#include "studio/cli/commands.h"
#include "studio/cli/divergence_card.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/program_folders.h"
#include "studio/cli/trace_input.h"

namespace ariadne::cli {
namespace {

using recorder::ReplayResult;

constexpr Sides kSides{"recorded", "executed"};

std::string identicalText(const ReplayResult& result) {
    return joined("identical: ", counted(result.eventsCompared, "event"), ", ",
                  counted(result.digestsCompared, "digest"), " compared from position ",
                  result.from.value, " to ", result.to.value);
}

std::string cardOf(const recorder::Divergence& divergence) {
    return divergenceCard(joined("first divergence at position ", divergence.position.value),
                          divergence, kSides);
}

Json resultJson(const ReplayResult& result) {
    Json divergence = nullptr;
    if (result.divergence) divergence = divergenceJson(*result.divergence, kSides);
    return {{"identical", !result.divergence.has_value()},
            {"from", result.from.value},
            {"to", result.to.value},
            {"events_compared", result.eventsCompared},
            {"digests_compared", result.digestsCompared},
            {"divergence", std::move(divergence)}};
}

}  // namespace

ExitCode ReplayCommand::execute(Console& console) const {
    const std::unique_ptr<tracefmt::TraceReader> trace = openTrace(file, console);
    if (trace == nullptr) return ExitCode::kBadInput;
    const std::size_t snapshots = trace->snapshots().size();
    // A trace that begins at a snapshot has no beginning of the run.
    const bool begunLater = trace->base().value != 0 && snapshots != 0;
    const std::optional<std::size_t> from =
        fromSnapshot || !begunLater ? fromSnapshot : std::optional<std::size_t>{0};
    if (from && *from >= snapshots)
        return console.fail(joined(
            file.native(), ": --from ", *from, ": no such snapshot; the trace has ",
            counted(snapshots, "snapshot"), ", numbered from 0; \"ariadne info\" lists them"));
    if (from && to < trace->snapshots()[*from].position)
        return console.fail(joined("--to ", to.value, " is before snapshot ", *from,
                                   ", which stands at ", trace->snapshots()[*from].position.value));
    if (!loadProgramFolders(folders, console)) return ExitCode::kBadInput;

    recorder::History history{*trace};
    std::vector<std::optional<std::size_t>> starts;
    if (!fromAll || !begunLater) starts.push_back(from);
    if (fromAll)
        for (std::size_t i = 0; i < snapshots && trace->snapshots()[i].position <= to; ++i)
            starts.emplace_back(i);
    bool identical = true;
    for (const std::optional<std::size_t>& start : starts) {
        recorder::ReplayOptions options;
        options.fromSnapshot = start;
        options.to = to;
        const absl::StatusOr<ReplayResult> result = recorder::replay(history, options);
        if (!result.ok()) return console.fail(file.native(), result.status());
        identical = identical && !result->divergence;
        if (json)
            console.line(jsonLine(resultJson(*result)));
        else
            console.lines(result->divergence ? cardOf(*result->divergence)
                                             : identicalText(*result));
        if (!console.wanted()) break;
    }
    return identical ? exitOf(*trace) : ExitCode::kDifferent;
}

}  // namespace ariadne::cli
