// A watched value as what is drawn of it: stretches with a text, or a line of numbers.
#pragma once

#include "studio/models/timeline_axis.h"
#include "studio/session/watch_lane.h"

#include <cstdint>
#include <vector>

namespace ariadne::studio {

/// Pixels [x0, x1) in which the value is one and the same; or, where changes stand closer than
/// can be drawn, all of those.
struct WatchSpan {
    int x0 = 0;
    int x1 = 0;
    std::uint32_t text = 0;     ///< as in WatchLane::Point; of several the last
    std::uint32_t changes = 0;  ///< how many more values are in there
    bool operator==(const WatchSpan&) const = default;
};

/// Spans of `lane` from left to right, on `axis`, `widthPx` wide, at least `leastPx`
/// (> 0) wide each but for those at an edge. The value ends in front of `until`. Stretches in which
/// there is none are left out; those in which it is not known are there. Costs a search per span,
/// however many changes are in it.
std::vector<WatchSpan> watchSpans(const WatchLane& lane, const TimelineAxis& axis,
                                  std::uint64_t until, int widthPx, int leastPx);

/// What a lane of numbers was within one pixel.
struct WatchColumn {
    bool any = false;
    bool isUnknown = false;    ///< somewhere in it
    double low = 0, high = 0;  ///< when there is any
    bool operator==(const WatchColumn&) const = default;
};

/// One for each of `widthPx` pixels. A pixel in which the value changes holds the old one as well,
/// so that a line through all of them has no gaps. Costs a search per pixel.
std::vector<WatchColumn> watchColumns(const WatchLane& lane, const TimelineAxis& axis,
                                      std::uint64_t until, int widthPx);

}  // namespace ariadne::studio
