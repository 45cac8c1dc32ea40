#include "recorder/waits.h"

namespace ariadne::recorder {

WaitRows waitsToldWith(History& history, Position position, std::size_t most) {
    WaitRows out;
    const auto kindAt = [&](Position at) {
        const auto row = at.value == 0 ? absl::StatusOr<History::Row>{absl::OutOfRangeError("")}
                                       : history.rowAt(at);
        return row.ok() ? row->row.kind : EventKind::kUnknown;
    };
    const EventKind kind = kindAt(position);
    if (kind != EventKind::kEnd && kind != EventKind::kDeadlock) return out;
    // The circle, and the last report of the metrics, stand between them and the end.
    Position last{position.value - 1};
    for (EventKind between = kindAt(last);
         between == EventKind::kDeadlock || between == EventKind::kMetric; between = kindAt(last))
        --last.value;
    Position first{last.value + 1};
    while (kindAt({first.value - 1}) == EventKind::kWait) --first.value;
    out.count = last.value + 1 - first.value;
    for (Position at = first; at <= last && out.rows.size() < most; ++at.value) {
        const auto row = history.rowAt(at);
        if (!row.ok()) break;
        const auto text = history.describe(row->row);
        if (!text.ok()) break;
        out.rows.push_back(
            {at, row->row.cell, row->row.peer, history.pathOf(row->row.cell) + " " + *text});
    }
    return out;
}

}  // namespace ariadne::recorder
