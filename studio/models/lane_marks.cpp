#include "studio/models/lane_marks.h"

#include <algorithm>

namespace ariadne::studio {

std::vector<LaneMark> marksApart(std::span<const LaneMark> marks, PositionRange visible,
                                 double widthPx, double spacingPx) {
    std::vector<LaneMark> out;
    if (widthPx <= 0 || visible.length() == 0) return out;
    auto at = std::partition_point(marks.begin(), marks.end(),
                                   [&](const LaneMark& mark) { return mark.at < visible.begin; });
    // Enumerators stand in order of gravity.
    for (; at != marks.end() && at->at < visible.end; ++at) {
        const double x = centreOf(at->at, visible, widthPx);
        const bool free = out.empty() || x - centreOf(out.back().at, visible, widthPx) >= spacingPx;
        if (free)
            out.push_back(*at);
        else if (at->kind > out.back().kind)
            out.back().kind = at->kind;
    }
    return out;
}

}  // namespace ariadne::studio
