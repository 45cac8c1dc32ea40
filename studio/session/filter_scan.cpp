#include "studio/session/filter_scan.h"

#include "studio/session/event_lines.h"

#include <algorithm>
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
    const bool listsAll = filter_.empty();
    const WalkEnd walked = walkRows(
        *trace.reader, next_, trace.last(), until, cancelled, damage_,
        [&](const EventRow& row) {
            if (listsAll) addMissing(*trace.reader, {row.seq.value - 1});
            if (!listsAll && !matches(history, row, options)) return;
            hits_.add(row.seq);
            listedTo_ = row.seq;
            endsInMissing_ = false;
        },
        sought);
    if (listsAll && walked == WalkEnd::kReachedEnd) addMissing(*trace.reader, trace.last());
    return walked;
}

/// What lies behind all that was listed, up to `last`. A gap is a stretch of its own.
void FilterScan::addMissing(const tracefmt::TraceReader& reader, Position last) {
    while (listedTo_ < last) {
        const Position from{listedTo_.value + 1};
        const auto gap = reader.gapAt(from);
        Position to = gap && gap->last.value != 0 ? std::min(gap->last, last) : last;
        for (const tracefmt::TraceGap& other : reader.gaps())
            if (other.first > from) to = std::min(to, Position{other.first.value - 1});
        if (gap || !endsInMissing_) hits_.add(from);
        endsInMissing_ = !gap;
        listedTo_ = to;
    }
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
