#include "studio/models/hold_spans.h"

#include "studio/session/range_tree.h"

#include <algorithm>
#include <cmath>

namespace ariadne::studio {
namespace {

void addSpans(const HoldList& list, bool leaked, const TimelineAxis& axis, int widthPx,
              std::vector<HoldSpan>& out) {
    const PositionRange visible = axis.positions();
    const auto& holds = list.holds;
    const auto leftOf = [&](std::size_t i) {
        const double x = std::max(centreOf(holds[i].begin, axis, widthPx), 0.0);
        return std::min(static_cast<int>(x), widthPx - 1);
    };
    std::size_t at = list.firstReaching(visible.begin);
    while (at < holds.size() && holds[at].begin < visible.end) {
        HoldSpan span{leftOf(at), 0, leaked, true};
        // All that begin before the span ends are part of it, and may make it longer.
        std::size_t behind = at + 1;
        for (;;) {
            const std::uint64_t end = list.reach[behind - 1];
            span.resolved = end < visible.end;
            const double to = span.resolved ? centreOf(end, axis, widthPx) : widthPx;
            span.x1 = std::clamp(static_cast<int>(std::ceil(to)), span.x0 + 1, widthPx);
            const std::size_t more = gallop(behind, holds.size(), [&](std::size_t i) {
                return holds[i].begin < visible.end && leftOf(i) <= span.x1;
            });
            if (more == behind) break;
            behind = more;
        }
        out.push_back(span);
        at = behind;
    }
}

}  // namespace

std::vector<HoldSpan> holdSpans(const HoldLane& holds, const TimelineAxis& axis, int widthPx) {
    std::vector<HoldSpan> out;
    if (widthPx <= 0 || axis.empty()) return out;
    addSpans(holds.well, false, axis, widthPx, out);
    const auto leaking = static_cast<std::ptrdiff_t>(out.size());
    addSpans(holds.leaked, true, axis, widthPx, out);
    std::inplace_merge(out.begin(), out.begin() + leaking, out.end(),
                       [](const HoldSpan& a, const HoldSpan& b) { return a.x0 < b.x0; });
    return out;
}

}  // namespace ariadne::studio
