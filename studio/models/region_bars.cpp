#include "studio/models/region_bars.h"

#include <algorithm>

namespace ariadne::studio {

std::optional<RegionBar> regionBar(const RegionSpan& region, const TimelineAxis& axis,
                                   int widthPx) {
    if (widthPx <= 0 || axis.empty()) return std::nullopt;
    const PositionRange visible = axis.positions();
    const std::uint64_t closed = region.closed.value;
    if (region.opened.value >= visible.end || (closed != 0 && closed < visible.begin))
        return std::nullopt;
    const auto placeOf = [&](Position at) {
        // Far out of view it is no int.
        return static_cast<int>(std::clamp(centreOf(at.value, axis, widthPx), 0.0, widthPx - 1.0));
    };
    RegionBar out;
    out.x0 = placeOf(region.opened);
    out.isClosed = closed != 0 && closed < visible.end;
    out.x1 = out.isClosed ? placeOf(region.closed) + 1 : widthPx;
    const bool isClosing = region.closing.value != 0 && region.closing.value < visible.end;
    out.closing = isClosing ? std::clamp(placeOf(region.closing), out.x0, out.x1) : out.x1;
    if (region.cancelled.value != 0 && region.cancelled.value < visible.end) {
        out.wasCancelled = true;
        if (region.cancelled.value >= visible.begin) out.cancelled = placeOf(region.cancelled);
    }
    return out;
}

}  // namespace ariadne::studio
