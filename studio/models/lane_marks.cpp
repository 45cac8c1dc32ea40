#include "studio/models/lane_marks.h"

#include <algorithm>
#include <cmath>

namespace ariadne::studio {

std::vector<LaneMark> marksApart(std::span<const LaneMark> marks, const TimelineAxis& axis,
                                 double widthPx, double spacingPx) {
    std::vector<LaneMark> out;
    if (widthPx <= 0 || axis.empty()) return out;
    const PositionRange visible = axis.positions();
    auto at = std::partition_point(marks.begin(), marks.end(),
                                   [&](const LaneMark& mark) { return mark.at < visible.begin; });
    // Enumerators stand in order of gravity.
    for (; at != marks.end() && at->at < visible.end; ++at) {
        const double x = centreOf(at->at, axis, widthPx);
        const bool free = out.empty() || x - centreOf(out.back().at, axis, widthPx) >= spacingPx;
        if (free)
            out.push_back(*at);
        else if (at->kind > out.back().kind)
            out.back().kind = at->kind;
    }
    return out;
}

std::vector<std::uint64_t> placesApart(std::span<const std::uint64_t> places,
                                       const TimelineAxis& axis, double widthPx, double spacingPx) {
    std::vector<std::uint64_t> out;
    if (widthPx <= 0 || axis.empty()) return out;
    const PositionRange visible = axis.positions();
    const PositionRange units = axis.units();
    const double apart = spacingPx * static_cast<double>(units.length()) / widthPx;
    const auto step = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(apart)));
    // From one to the next by search: of a hundred thousand, as many are touched as have room.
    for (std::uint64_t from = visible.begin; from < visible.end;) {
        const auto at = std::lower_bound(places.begin(), places.end(), from);
        if (at == places.end() || *at >= visible.end) break;
        out.push_back(*at);
        from = std::max(axis.firstFrom(axis.unitOf(*at) + step), *at + 1);
    }
    return out;
}

}  // namespace ariadne::studio
