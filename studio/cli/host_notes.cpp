#include "studio/cli/host_notes.h"

#include "recorder/noted_turns.h"
#include "studio/cli/plain_text.h"

namespace ariadne::cli {
namespace {

constexpr std::size_t kTurnsShown = 1000;

}  // namespace

std::string lineOf(const tracefmt::HostNote& note) {
    return "-- note: " + recorder::textOf(note);
}

Json jsonOf(const tracefmt::HostNote& note) {
    return {{"note", nameOf(note.kind)},
            {"behind", note.readableTo.value},
            {"round", note.round.value},
            {"thread", note.thread},
            {"rank", note.cell.value},
            {"cell", note.path},
            {"cell_type", note.state},
            {"message_type", note.message},
            {"enqueued_at", note.enqueuedAt.value},
            {"ran_for_ns", note.ranForNs}};
}

void addStuckTurns(Report& report, const tracefmt::TraceReader& trace) {
    const std::vector<recorder::NotedTurn> turns = recorder::notedTurns(trace);
    std::vector<std::string> shown;
    Json rows = Json::array();
    for (const recorder::NotedTurn& turn : turns) {
        if (shown.size() < kTurnsShown) shown.push_back(plain(recorder::textOf(turn)));
        Json row = jsonOf(turn.note);
        row["came_back"] = turn.cameBack;
        row["text"] = recorder::textOf(turn);
        rows.push_back(std::move(row));
    }
    if (turns.size() > shown.size())
        shown.push_back(grouped(turns.size() - shown.size()) + " more");
    report.list("stuck_turns", std::move(shown), std::move(rows));
}

}  // namespace ariadne::cli
