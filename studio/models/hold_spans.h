// What an actor held, as bars below its lane.
#pragma once

#include "studio/models/timeline_axis.h"
#include "studio/session/hold_index.h"

#include <vector>

namespace ariadne::studio {

/// Pixels [x0, x1) in which something is held.
struct HoldSpan {
    int x0 = 0;
    int x1 = 0;
    bool leaked = false;   ///< of those, some leak
    bool resolved = true;  ///< it ends in x1, and not with the view or the trace
    bool operator==(const HoldSpan&) const = default;
};

/// `holds` on `axis`, `widthPx` wide; what touches is one span, but for what leaks, which has spans
/// of its own. Ascending by x0. Costs some searches per span, however many holds are in it.
std::vector<HoldSpan> holdSpans(const HoldLane& holds, const TimelineAxis& axis, int widthPx);

}  // namespace ariadne::studio
