#include "studio/session/event_lines.h"

#include "studio/session/open_trace.h"

namespace ariadne::studio {

value::ShowOptions showOptionsOf(recorder::History& history) {
    value::ShowOptions options;
    options.cellName = history.cellNamer();
    return options;
}

EventLine lineOf(recorder::History& history, const EventRow& row,
                 const value::ShowOptions& options) {
    EventLine line{row.seq,  row.kind,  row.time, row.round, row.cell,
                   row.peer, row.cause, {},       {},        isLeak(row)};
    absl::StatusOr<std::string> text = history.describe(row);
    line.text = text.ok() ? *std::move(text) : "(" + std::string{text.status().message()} + ")";
    const auto& births = history.reader().births();
    if (!row.change.empty() && row.cell.value < births.size())
        line.change = value::showChange(history.reader().types(), births[row.cell.value].type,
                                        row.change, options);
    return line;
}

EventLine lineAt(recorder::History& history, Position position, const value::ShowOptions& options) {
    const absl::StatusOr<recorder::History::Row> at = history.rowAt(position);
    if (at.ok()) return lineOf(history, at->row, options);
    EventLine lost;
    lost.seq = position;
    lost.text = "(" + std::string{at.status().message()} + ")";
    return lost;
}

}  // namespace ariadne::studio
