// The columns of tables whose rows are events.
#pragma once

#include "studio/session/results.h"

#include <QString>
#include <QVariant>

#include <memory>
#include <vector>

namespace ariadne::studio {

struct EventColumns {
    enum Column { kEvent, kTime, kKind, kActor, kMessage, kChange, kColumnCount };
};

using ActorEntries = std::shared_ptr<const std::vector<ActorEntry>>;

/// Its path; "outside", or "#7" for one that is not known.
QString pathOf(const ActorEntries& actors, Rank rank);

/// What headerData() of such a model answers.
QVariant eventHeader(int section, Qt::Orientation orientation, int role);
/// What stands in `column`; of what is missing, what it is and why.
QString eventText(const EventLine& line, int column, const ActorEntries& actors);
/// Numbers stand at the right.
QVariant eventAlignment(int column);

}  // namespace ariadne::studio
