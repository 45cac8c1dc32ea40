// A region as what is drawn of it: a line along its lane, and how that line ends.
#pragma once

#include "studio/models/timeline_axis.h"
#include "studio/session/region_span.h"

#include <optional>

namespace ariadne::studio {

/// Pixels of an axis; clamped into it.
struct RegionBar {
    int x0 = 0;       ///< open from here
    int closing = 0;  ///< closing from here; x1: it is not
    int x1 = 0;
    bool isClosed = false;         ///< x1 is its end, and not that of the view or the trace
    std::optional<int> cancelled;  ///< where it was asked to end, if that is in view
    bool wasCancelled = false;     ///< there, or before the view
    bool operator==(const RegionBar&) const = default;
};

/// Nullopt: nothing of it is in view.
std::optional<RegionBar> regionBar(const RegionSpan& region, const TimelineAxis& axis, int widthPx);

}  // namespace ariadne::studio
