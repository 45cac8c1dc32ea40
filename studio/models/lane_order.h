// Which lane stands in which row of the timeline.
#pragma once

#include "studio/models/timeline_axis.h"
#include "studio/session/results.h"

#include <cstdint>
#include <span>
#include <vector>

namespace ariadne::studio {

/// Ranks in tree order: a parent before its children, siblings by birth. The outside comes first
/// when it has slices (inputs), else not at all.
std::vector<std::uint32_t> treeOrder(std::span<const ActorEntry> actors, const LaneIndex& lanes);

/// Index of the slice that holds `position` or, without one, of the nearest whose edge is at most
/// `reach` positions away; slices.size() when there is none.
std::size_t sliceNear(const SliceList& slices, std::uint64_t position, std::uint64_t reach);

/// The same by place: of those that begin at most `reachPx` pixels from `x` the nearest, of several
/// at one place the first.
std::size_t sliceNearPlace(const SliceList& slices, const TimelineAxis& axis, double x,
                           double widthPx, double reachPx);

/// Index of the first slice that ends behind `position`.
std::size_t firstSliceAfter(const SliceList& slices, std::uint64_t position);

}  // namespace ariadne::studio
