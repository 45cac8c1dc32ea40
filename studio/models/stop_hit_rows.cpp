#include "studio/models/stop_hit_rows.h"

#include "studio/models/text.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {

void StopHitRows::setActors(ActorEntries actors) {
    actors_ = std::move(actors);
}

void StopHitRows::setHits(std::shared_ptr<const StopHits> hits) {
    // A search that goes on only adds, and who looks at the list shall not lose the place.
    const int had = rowCount();
    const int has = hits ? static_cast<int>(hits->lines.size()) : 0;
    const bool grows = hits_ && hits && has >= had &&
                       (had == 0 || positionAt(0) == hits->lines.front().event.seq) &&
                       (had == 0 || positionAt(had - 1) ==
                                        hits->lines[static_cast<std::size_t>(had - 1)].event.seq);
    if (!grows) {
        beginResetModel();
        hits_ = std::move(hits);
        endResetModel();
        return;
    }
    if (has > had) beginInsertRows({}, had, has - 1);
    hits_ = std::move(hits);
    if (has > had) endInsertRows();
}

Position StopHitRows::positionAt(int row) const {
    return hits_->lines[static_cast<std::size_t>(row)].event.seq;
}

int StopHitRows::rowOf(Position position) const {
    if (!hits_) return -1;
    const auto at = std::lower_bound(
        hits_->lines.begin(), hits_->lines.end(), position,
        [](const StopHits::Line& line, Position wanted) { return line.event.seq < wanted; });
    return at != hits_->lines.end() && at->event.seq == position
               ? static_cast<int>(at - hits_->lines.begin())
               : -1;
}

QString StopHitRows::summary(std::size_t enabled, Position last) const {
    if (enabled == 0)
        return tr(
            "Write a condition, such as changed.balance and state.balance < 0, or press F9 "
            "at an event. F8 then goes to the next stop, Shift+F8 back to the one before");
    if (!hits_) return tr("Searching");
    if (!hits_->hasEvents)
        return tr(
            "A run that is on pauses at them. This recording holds inputs and no events, so it "
            "cannot be searched for them: run its program again for all events");
    if (!hits_->damage.empty()) return textOf(hits_->damage);
    const std::uint64_t count = hits_->all.size();
    QString out = count == 1 ? tr("One event") : tr("%1 events").arg(groupedText(count));
    if (count > StopHits::kLinesMax)
        out += tr(", of which the first %1 are listed").arg(groupedText(StopHits::kLinesMax));
    if (!hits_->complete)
        out += tr("; searched to event %1 of %2")
                   .arg(groupedText(hits_->searchedTo.value), groupedText(last.value));
    return out;
}

int StopHitRows::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !hits_ ? 0 : static_cast<int>(hits_->lines.size());
}

int StopHitRows::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kColumnCount;
}

QVariant StopHitRows::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || !hits_) return {};
    if (role == Qt::TextAlignmentRole) return eventAlignment(index.column());
    if (role != Qt::DisplayRole) return {};
    return eventText(hits_->lines[static_cast<std::size_t>(index.row())].event, index.column(),
                     actors_);
}

QVariant StopHitRows::headerData(int section, Qt::Orientation orientation, int role) const {
    return eventHeader(section, orientation, role);
}

}  // namespace ariadne::studio
