#include "studio/cli/commands.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/state_view.h"
#include "studio/cli/trace_input.h"

namespace ariadne::cli {

ExitCode StateCommand::execute(Console& console) const {
    const std::unique_ptr<tracefmt::TraceReader> trace = openTrace(file, console);
    if (trace == nullptr) return ExitCode::kBadInput;
    if (trace->meta().level != tracefmt::Level::kFull)
        return console.fail(joined(file.native(), ": found a trace of level ",
                                   nameOf(trace->meta().level),
                                   ", which holds no states, expected one of level full; "
                                   "\"ariadne materialise ",
                                   file.native(), " -o FULL.clew\" makes one"));
    recorder::History history{*trace};
    const StateQuery query{at.value_or(trace->lastPosition()), actorGlob, mailboxes};
    // Actors go out one by one, in JSON as well: a world may be larger than memory.
    std::string_view separator = "";
    bool begun = false;
    const absl::Status shown = eachActor(history, query, [&](const recorder::CellMoment& actor) {
        if (json && !begun)
            console.line("{\"position\": " + std::to_string(query.at.value) + ", \"actors\": [");
        begun = true;
        if (json) {
            if (!separator.empty()) console.line(separator);
            console.line(jsonLine(actorJson(history, actor, mailboxes)));
            separator = ",";
        } else {
            console.lines(renderActor(history, actor, mailboxes));
        }
        return console.wanted();
    });
    if (!shown.ok()) return console.fail(file.native(), shown);
    if (!begun && !json)
        console.note("no actor is alive at position " + std::to_string(query.at.value) +
                     (actorGlob.empty() ? "; --actor '*' shows those that have ended, too"
                                        : " or was by then among those that match"));
    if (json && !begun)
        console.line("{\"position\": " + std::to_string(query.at.value) + ", \"actors\": [");
    if (json) console.line("]}");
    return exitOf(*trace);
}

}  // namespace ariadne::cli
