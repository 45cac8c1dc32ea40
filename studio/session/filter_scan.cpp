#include "studio/session/filter_scan.h"

#include "studio/session/event_lines.h"

#include <utility>

namespace ariadne::studio {
namespace {

bool contains(const std::string& line, const QString& text) {
    return QString::fromStdString(line).contains(text, Qt::CaseInsensitive);
}

}  // namespace

FilterScan::FilterScan(EventFilter filter)
    : filter_(std::move(filter)), text_(QString::fromStdString(filter_.text)) {
    for (const EventKind kind : filter_.kinds)
        if (const auto index = static_cast<std::size_t>(kind); index < kinds_.size())
            kinds_[index] = true;
}

WalkEnd FilterScan::advance(OpenTrace& trace, Clock::time_point until,
                            const CancelFlag& cancelled) {
    recorder::History& history = *trace.history;
    nameActors(history);
    const value::ShowOptions options = showOptionsOf(history);
    tracefmt::RowsSought sought;
    if (!filter_.kinds.empty()) sought.kinds = 0;
    for (const EventKind kind : filter_.kinds) sought.kinds |= tracefmt::kindBit(kind);
    if (!filter_.actorGlob.empty()) sought.cells = &ranks_;
    return walkRows(
        *trace.reader, next_, trace.last(), until, cancelled, damage_,
        [&](const EventRow& row) {
            if (matches(history, row, options)) hits_.add(row.seq);
        },
        sought);
}

void FilterScan::nameActors(recorder::History& history) {
    if (filter_.actorGlob.empty()) return;
    const std::size_t count = history.reader().births().size();
    while (actors_.size() < count) {
        const Rank rank{static_cast<std::uint32_t>(actors_.size())};
        actors_.push_back(recorder::globMatches(filter_.actorGlob, history.pathOf(rank)));
        if (actors_.back()) ranks_.push_back(rank);
    }
}

bool FilterScan::actorMatches(Rank rank) const {
    return rank.value < actors_.size() && actors_[rank.value];
}

bool FilterScan::matches(recorder::History& history, const EventRow& row,
                         const value::ShowOptions& options) const {
    const auto kind = static_cast<std::size_t>(row.kind);
    if (!filter_.kinds.empty() && (kind >= kinds_.size() || !kinds_[kind])) return false;
    if (!filter_.actorGlob.empty() && !actorMatches(row.cell) && !actorMatches(row.peer))
        return false;
    if (text_.isEmpty()) return true;
    const EventLine line = lineOf(history, row, options);
    return contains(line.text, text_) || contains(line.change, text_);
}

}  // namespace ariadne::studio
