// What is said of a stretch of the timeline that a person has dragged over.
#pragma once

#include "studio/models/timeline_geometry.h"
#include "studio/session/kind_sums.h"

#include <QStringList>

#include <chrono>

namespace ariadne::studio {

/// What lies in it.
struct Measured {
    PositionRange positions;  ///< empty: no event is in it
    std::chrono::nanoseconds time{0};
    KindSums::Counts counts;
};

/// "1,234 events, 5 to 1,238", "20 ms of virtual time", "400 turns, 512 messages, 3 failed". What
/// is counted in part only says "about".
QStringList measureLines(const Measured& measured);

}  // namespace ariadne::studio
