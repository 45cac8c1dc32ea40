// What a picture of messages is of, and what it leaves out, as sentences.
#pragma once

#include "studio/models/event_columns.h"
#include "studio/session/results.h"

#include <QString>
#include <QStringList>

namespace ariadne::studio {

/// "What led to event 40: 17 events of 5 actors; 412 more behind". Empty without a picture.
QString spaceTimeSummary(const SpaceTime* picture);

/// Of one row, for whoever points at it: actor, event and time, what happened.
QStringList spaceTimeLines(const SpaceTime::Row& row, const ActorEntries& actors);

}  // namespace ariadne::studio
