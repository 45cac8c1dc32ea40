// Which of a lane's signs are drawn: those in view, not one upon the other.
#pragma once

#include "studio/models/timeline_axis.h"
#include "studio/session/results.h"

#include <cstdint>
#include <span>
#include <vector>

namespace ariadne::studio {

/// Marks of `marks` (ascending) in view on `axis`, `widthPx` wide, at least `spacingPx` apart.
/// Marks closer than that become one, at the place of the first and of the gravest kind: deadlock,
/// leak, cancel, restart. Empty when there is no width.
std::vector<LaneMark> marksApart(std::span<const LaneMark> marks, const TimelineAxis& axis,
                                 double widthPx, double spacingPx);

/// The same of positions that are all alike.
std::vector<std::uint64_t> placesApart(std::span<const std::uint64_t> places,
                                       const TimelineAxis& axis, double widthPx, double spacingPx);

}  // namespace ariadne::studio
