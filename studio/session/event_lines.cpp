#include "studio/session/event_lines.h"

#include "recorder/care_text.h"
#include "recorder/failure_rows.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

EventLine missingTo(Position position, Position last, std::string why) {
    EventLine line;
    line.seq = position;
    line.missingTo = std::max(position, last);
    line.text = std::move(why);
    return line;
}

EventLine missingIn(const tracefmt::TraceGap& gap, const OpenTrace& trace, Position position) {
    std::string why{nameOf(gap.cause)};
    if (!gap.note.empty()) why += ": " + recorder::escaped(gap.note);
    return missingTo(position, gap.last.value == 0 ? trace.last() : gap.last, std::move(why));
}

/// Where a stretch of which nothing was kept ends that `position` lies in: before `next`, the row
/// behind it, which may be null, or before a gap.
Position upToGap(const OpenTrace& trace, Position position, const EventRow* next) {
    Position last = next != nullptr ? Position{next->seq.value - 1} : trace.last();
    for (const tracefmt::TraceGap& gap : trace.reader->gaps())
        if (gap.first > position) last = std::min(last, Position{gap.first.value - 1});
    return last;
}

}  // namespace

value::ShowOptions showOptionsOf(recorder::History& history) {
    value::ShowOptions options;
    options.cellName = history.cellNamer();
    return options;
}

EventLine lineOf(recorder::History& history, const EventRow& row,
                 const value::ShowOptions& options) {
    EventLine line;
    line.seq = row.seq;
    line.kind = row.kind;
    line.time = row.time;
    line.round = row.round;
    line.cell = row.cell;
    line.peer = row.peer;
    line.cause = row.cause;
    line.leaked = recorder::isLeak(row);
    const std::uint64_t unbornBefore = history.unbornNamed();
    absl::StatusOr<std::string> text = history.describe(row);
    line.text = text.ok() ? *std::move(text) : "(" + std::string{text.status().message()} + ")";
    const auto& births = history.reader().births();
    if (!row.change.empty() && row.cell.value < births.size())
        line.change = value::showChange(history.reader().types(), births[row.cell.value].type,
                                        row.change, options);
    line.namesUnborn = history.unbornNamed() != unbornBefore;
    return line;
}

EventLine lineAt(OpenTrace& trace, Position position, const value::ShowOptions& options) {
    recorder::History& history = *trace.history;
    if (trace.inputs) {
        const absl::StatusOr<const EventRow*> kept = trace.inputs->firstFrom(position);
        if (!kept.ok()) return missingTo(position, position, std::string{kept.status().message()});
        if (*kept != nullptr && (*kept)->seq == position) return lineOf(history, **kept, options);
        if (const auto gap = trace.reader->gapAt(position)) return missingIn(*gap, trace, position);
        EventLine line = missingTo(position, upToGap(trace, position, *kept), {});
        line.wasRecorded = false;
        return line;
    }
    const absl::StatusOr<recorder::History::Row> at = history.rowAt(position);
    if (at.ok()) return lineOf(history, at->row, options);
    if (const auto gap = trace.reader->gapAt(position)) return missingIn(*gap, trace, position);
    return missingTo(position, position, std::string{at.status().message()});
}

bool UnbornNames::areOld(const tracefmt::TraceReader& reader) const {
    return some_ && reader.births().size() > births_;
}

void UnbornNames::take(bool some, const tracefmt::TraceReader& reader) {
    if (!some) return;
    births_ = some_ ? std::min(births_, reader.births().size()) : reader.births().size();
    some_ = true;
}

}  // namespace ariadne::studio
