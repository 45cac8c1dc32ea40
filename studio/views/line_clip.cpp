#include "studio/views/line_clip.h"

#include <algorithm>

namespace ariadne::studio {

bool clipLine(QLineF& line, const QRectF& box) {
    // Liang-Barsky: the share of the line inside each of the four half-planes.
    double from = 0, to = 1;
    const auto keep = [&](double direction, double room) {
        if (direction == 0) return room >= 0;
        const double at = room / direction;
        if (direction < 0)
            from = std::max(from, at);
        else
            to = std::min(to, at);
        return from <= to;
    };
    const bool inside =
        keep(-line.dx(), line.x1() - box.left()) && keep(line.dx(), box.right() - line.x1()) &&
        keep(-line.dy(), line.y1() - box.top()) && keep(line.dy(), box.bottom() - line.y1());
    if (!inside) return false;
    line = {line.pointAt(from), line.pointAt(to)};
    return true;
}

}  // namespace ariadne::studio
