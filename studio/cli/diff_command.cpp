#include "recorder/diff.h"
#include "studio/cli/commands.h"
#include "studio/cli/divergence_card.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/trace_input.h"

#include <algorithm>

namespace ariadne::cli {
namespace {

using recorder::DiffResult;

constexpr Sides kSides{"A", "B"};

void showHeader(const DiffResult& result, Console& console) {
    for (const std::string& difference : result.headerDifferences)
        console.line("header  " + difference);
    if (result.from.value != 0)
        console.line(joined("compared from position ", result.from.value + 1,
                            " on: the later of the two begins there"));
}

void showDivergences(const DiffResult& result, Console& console) {
    if (result.first)
        console.lines(divergenceCard("first divergence at position " +
                                         std::to_string(result.first->position.value),
                                     *result.first, kSides) +
                      "\n");
    // What came first is often only a time; this is where it begins to matter.
    if (result.message && (!result.first || result.message->position != result.first->position))
        console.lines(
            divergenceCard(joined("what mattered, at position ", result.message->position.value,
                                  " of A and ", result.messageInB.value, " of B"),
                           *result.message, kSides) +
            "\n");
}

void showCounts(const DiffResult& result, Console& console) {
    console.line(joined("events  A ", grouped(result.eventsA), "  B ", grouped(result.eventsB)));
    if (!result.kinds.empty()) {
        console.line("after it, by kind" + flushRight("A", 13) + flushRight("B", 15));
        for (const DiffResult::KindCount& kind : result.kinds)
            console.line("  " + padded(nameOf(kind.kind), 14) + flushRight(grouped(kind.a), 14) +
                         flushRight(grouped(kind.b), 15));
    }
    const auto actors = [&](std::uint64_t count, std::string_view what) {
        if (count != 0) console.line(joined(counted(count, "actor"), " ", what));
    };
    actors(result.cellsOnlyInA, "only in A");
    actors(result.cellsOnlyInB, "only in B");
    actors(result.cellsWithOtherMessages, "took other messages, or in another order");
    actors(result.cellsWithOtherState, "with different states at the end");
    for (const std::string& example : result.examples) console.line("  " + example);
}

Json resultJson(const DiffResult& result) {
    Json first = nullptr;
    if (result.first) first = divergenceJson(*result.first, kSides);
    Json message = nullptr;
    if (result.message) {
        message = divergenceJson(*result.message, kSides);
        message["position_in_B"] = result.messageInB.value;
    }
    Json kinds = Json::object();
    for (const DiffResult::KindCount& kind : result.kinds)
        kinds[std::string{nameOf(kind.kind)}] = {{"A", kind.a}, {"B", kind.b}};
    return {{"equal", result.equal},
            {"compared_behind", result.from.value},
            {"header", result.headerDifferences},
            {"first_divergence", std::move(first)},
            {"first_other_message", std::move(message)},
            {"events", {{"A", result.eventsA}, {"B", result.eventsB}}},
            {"kinds_after", std::move(kinds)},
            {"actors_only_in_A", result.cellsOnlyInA},
            {"actors_only_in_B", result.cellsOnlyInB},
            {"actors_with_other_messages", result.cellsWithOtherMessages},
            {"actors_with_other_state", result.cellsWithOtherState},
            {"examples", result.examples},
            {"chunks_decoded", result.chunksDecoded}};
}

}  // namespace

ExitCode DiffCommand::execute(Console& console) const {
    const std::unique_ptr<tracefmt::TraceReader> traceA = openTrace(a, console);
    const std::unique_ptr<tracefmt::TraceReader> traceB = openTrace(b, console);
    if (traceA == nullptr || traceB == nullptr) return ExitCode::kBadInput;
    recorder::History historyA{*traceA};
    recorder::History historyB{*traceB};
    const absl::StatusOr<DiffResult> result = recorder::diff(historyA, historyB);
    if (!result.ok()) return console.fail(a.native() + " and " + b.native(), result.status());
    if (json) {
        console.line(jsonLine(resultJson(*result)));
    } else {
        showHeader(*result, console);
        if (result->equal) {
            console.line("equal: " + counted(result->eventsA - result->from.value, "event"));
        } else {
            showDivergences(*result, console);
            showCounts(*result, console);
        }
    }
    if (!result->equal) return ExitCode::kDifferent;
    return std::max(exitOf(*traceA), exitOf(*traceB));
}

}  // namespace ariadne::cli
