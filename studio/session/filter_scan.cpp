#include "studio/session/filter_scan.h"

#include "recorder/plain_text.h"
#include "studio/session/event_lines.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace ariadne::studio {
namespace {

bool contains(const std::string& line, const QString& text) {
    return QString::fromStdString(line).contains(text, Qt::CaseInsensitive);
}

/// In front of a condition.
constexpr std::string_view kWhere = "where ";

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
    if (!readCondition(history)) {
        next_ = {trace.last().value + 1};
        return WalkEnd::kReachedEnd;
    }
    nameActors(history);
    const value::ShowOptions options = showOptionsOf(history);
    tracefmt::RowsSought sought;
    if (!filter_.kinds.empty()) sought.kinds = 0;
    for (const EventKind kind : filter_.kinds) sought.kinds |= tracefmt::kindBit(kind);
    if (!filter_.actorGlob.empty()) sought.cells = &ranks_;
    // A state is followed from change to change, whatever else restricts what is shown.
    if (matcher_) sought = matcher_->sought();
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
        sought,
        [this] {
            if (matcher_) matcher_->forgetStates();
        });
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

bool FilterScan::readCondition(recorder::History& history) {
    if (std::exchange(isRead_, true)) return !isBroken_;
    if (!filter_.text.starts_with(kWhere)) return true;
    text_.clear();
    absl::StatusOr<condition::Condition> condition =
        condition::Condition::parse(std::string_view{filter_.text}.substr(kWhere.size()));
    absl::Status status = condition.status();
    if (status.ok()) {
        matcher_.emplace(*std::move(condition), history);
        status = matcher_->check();
    }
    isBroken_ = !status.ok();
    if (!isBroken_) return true;
    damage_ = recorder::plain({status.message().data(), status.message().size()});
    return false;
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
                         const value::ShowOptions& options) {
    if (matcher_) {
        const absl::StatusOr<bool> holds = matcher_->matches(row, nullptr);
        if (!holds.ok() && damage_.empty())
            damage_ =
                recorder::plain({holds.status().message().data(), holds.status().message().size()});
        if (!holds.value_or(false)) return false;
    }
    const auto kind = static_cast<std::size_t>(row.kind);
    if (!filter_.kinds.empty() && (kind >= kinds_.size() || !kinds_[kind])) return false;
    if (!filter_.actorGlob.empty() && !actorMatches(row.cell) && !actorMatches(row.peer))
        return false;
    if (text_.isEmpty()) return true;
    const EventLine line = lineOf(history, row, options);
    return contains(line.text, text_) || contains(line.change, text_);
}

}  // namespace ariadne::studio
