// What is said of a stretch of the timeline that a person has dragged over.
#pragma once

#include "studio/models/timeline_geometry.h"
#include "studio/session/kind_sums.h"

#include <QStringList>

#include <chrono>
#include <optional>

namespace ariadne::studio {

/// What lies in it.
struct Measured {
    PositionRange positions;  ///< empty: no event is in it
    std::optional<std::chrono::nanoseconds> time{std::chrono::nanoseconds{0}};  ///< if it is known
    KindSums::Counts counts;
    bool isRead = true;  ///< false: `counts` are those of what was read of it so far
};

/// "1,234 events, 5 to 1,238", "20 ms of virtual time", "400 turns, 512 messages, 3 failed". What
/// is counted in part only says "about"; of what was not read to its end, that it was not.
QStringList measureLines(const Measured& measured);

}  // namespace ariadne::studio
