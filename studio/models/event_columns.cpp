#include "studio/models/event_columns.h"

#include "studio/models/event_mark.h"
#include "studio/models/text.h"

#include <QCoreApplication>

namespace ariadne::studio {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("EventColumns", text);
}

}  // namespace

QString pathOf(const ActorEntries& actors, Rank rank) {
    if (rank == kOutside) return tr("outside");
    return actors && rank.value < actors->size() ? textOf((*actors)[rank.value].path)
                                                 : QStringLiteral("#%1").arg(rank.value);
}

QVariant eventHeader(int section, Qt::Orientation orientation, int role) {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return section <= EventColumns::kTime ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                              : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case EventColumns::kEvent: return tr("Event");
        case EventColumns::kTime: return tr("Time");
        case EventColumns::kKind: return tr("What");
        case EventColumns::kActor: return tr("Actor");
        case EventColumns::kMessage: return tr("Message");
        default: return tr("Change");
    }
}

QString eventText(const EventLine& line, int column, const ActorEntries& actors) {
    const bool missing = line.missingTo.value != 0;
    switch (column) {
        case EventColumns::kEvent: return groupedText(line.seq.value);
        case EventColumns::kTime: return missing ? QString() : timeText(line.time);
        case EventColumns::kKind: return labelOf(line);
        case EventColumns::kActor: return missing ? QString() : pathOf(actors, line.cell);
        case EventColumns::kMessage: return missing ? missingText(line) : textOf(line.text);
        case EventColumns::kChange: return missing ? QString() : textOf(line.change);
        default: return {};
    }
}

QVariant eventAlignment(int column) {
    return column <= EventColumns::kTime ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
}

}  // namespace ariadne::studio
