#include "studio/models/cause_rows.h"

#include "studio/models/event_mark.h"
#include "studio/models/text.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {

void CauseRows::setActors(ActorEntries actors) {
    actors_ = std::move(actors);
}

void CauseRows::setChain(std::shared_ptr<const CauseChain> chain) {
    beginResetModel();
    chain_ = std::move(chain);
    endResetModel();
}

bool CauseRows::namesUnborn() const {
    return chain_ && std::any_of(chain_->lines.begin(), chain_->lines.end(),
                                 [](const EventLine& each) { return each.namesUnborn; });
}

std::optional<Position> CauseRows::positionAt(int row) const {
    if (row < 0 || row >= rowCount() || line(row).missingTo.value != 0) return std::nullopt;
    return line(row).seq;
}

int CauseRows::rowOf(Position position) const {
    for (int row = 0; row < rowCount(); ++row)
        if (line(row).seq == position) return row;
    return -1;
}

QString CauseRows::summary() const {
    if (rowCount() == 0) return {};
    const auto counted = [](std::size_t events) {
        return events == 1 ? tr("one event") : tr("%1 events").arg(groupedText(events));
    };
    const EventLine& last = chain_->lines.back();
    const QString event = groupedText(chain_->of.value);
    const QString steps = counted(chain_->lines.size() - 1);
    if (last.missingTo.value != 0 && chain_->lines.size() == 1)
        return tr("Event %1 is not in the file, so nobody can say why it is").arg(event);
    if (last.missingTo.value != 0)
        return tr("Event %1 goes back over %2; what led to that is not in the file")
            .arg(event, counted(chain_->lines.size() - 2));
    if (chain_->more)
        return tr("Event %1: the last %2 that led to it; it goes on").arg(event, steps);
    if (chain_->lines.size() == 1) return tr("Nothing in the run led to event %1").arg(event);
    return tr("Event %1 goes back over %2 to event %3: %4")
        .arg(event, steps, groupedText(last.seq.value), labelOf(last));
}

int CauseRows::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !chain_ ? 0 : static_cast<int>(chain_->lines.size());
}

int CauseRows::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kColumnCount;
}

QVariant CauseRows::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || !chain_) return {};
    if (role == Qt::TextAlignmentRole) return eventAlignment(index.column());
    if (role != Qt::DisplayRole) return {};
    return eventText(line(index.row()), index.column(), actors_);
}

QVariant CauseRows::headerData(int section, Qt::Orientation orientation, int role) const {
    return eventHeader(section, orientation, role);
}

}  // namespace ariadne::studio
