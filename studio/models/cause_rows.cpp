#include "studio/models/cause_rows.h"

#include "studio/models/event_mark.h"
#include "studio/models/text.h"

#include <utility>

namespace ariadne::studio {

void CauseRows::setActors(std::shared_ptr<const std::vector<ActorEntry>> actors) {
    actors_ = std::move(actors);
}

void CauseRows::setChain(std::shared_ptr<const CauseChain> chain) {
    beginResetModel();
    chain_ = std::move(chain);
    endResetModel();
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

QString CauseRows::pathOf(Rank rank) const {
    if (rank == kOutside) return tr("outside");
    return actors_ && rank.value < actors_->size() ? textOf((*actors_)[rank.value].path)
                                                   : QStringLiteral("#%1").arg(rank.value);
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

QString CauseRows::display(const EventLine& line, int column) const {
    if (line.missingTo.value != 0)
        return column == kEvent     ? groupedText(line.seq.value)
               : column == kKind    ? labelOf(line)
               : column == kMessage ? missingText(line)
                                    : QString();
    switch (column) {
        case kEvent: return groupedText(line.seq.value);
        case kTime: return timeText(line.time);
        case kKind: return labelOf(line);
        case kActor: return pathOf(line.cell);
        case kMessage: return textOf(line.text);
        case kChange: return textOf(line.change);
        default: return {};
    }
}

QVariant CauseRows::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || !chain_) return {};
    switch (role) {
        case Qt::DisplayRole: return display(line(index.row()), index.column());
        case Qt::TextAlignmentRole:
            return index.column() <= kTime ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                           : QVariant();
        default: return {};
    }
}

QVariant CauseRows::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return section <= kTime ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case kEvent: return tr("Event");
        case kTime: return tr("Time");
        case kKind: return tr("What");
        case kActor: return tr("Actor");
        case kMessage: return tr("Message");
        default: return tr("Change");
    }
}

}  // namespace ariadne::studio
