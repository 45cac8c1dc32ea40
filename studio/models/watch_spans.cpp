#include "studio/models/watch_spans.h"

#include <algorithm>
#include <cmath>

namespace ariadne::studio {
namespace {

/// The points in view: [first, last) of lane.points, the first of which may begin before it, and
/// where the last one ends, in pixels.
struct InView {
    std::size_t first = 0, last = 0;
    double end = 0;
};

InView pointsIn(const WatchLane& lane, const TimelineAxis& axis, std::uint64_t until, int widthPx) {
    const PositionRange visible = axis.positions();
    const auto& points = lane.points;
    const std::uint64_t end = std::min({until, visible.end, lane.searchedTo.value + 1});
    const auto before = [&](std::uint64_t position) {
        return static_cast<std::size_t>(
            std::partition_point(points.begin(), points.end(),
                                 [&](const WatchLane::Point& p) { return p.at < position; }) -
            points.begin());
    };
    const std::size_t first = before(visible.begin + 1);
    double right = columnOf(end, axis, widthPx);
    // By time, what ends with an event ends in its pixel, and the last value goes on to the edge.
    if (axis.isTime()) right = end == visible.end ? widthPx : columnOf(end - 1, axis, widthPx) + 1;
    return {first - std::min<std::size_t>(first, 1), before(end), std::min<double>(right, widthPx)};
}

}  // namespace

std::vector<WatchSpan> watchSpans(const WatchLane& lane, const TimelineAxis& axis,
                                  std::uint64_t until, int widthPx, int leastPx) {
    std::vector<WatchSpan> out;
    if (widthPx <= 0 || axis.empty()) return out;
    const InView view = pointsIn(lane, axis, until, widthPx);
    const auto& points = lane.points;
    const auto columnOfPoint = [&](std::size_t i) {
        return std::max(columnOf(points[i].at, axis, widthPx), 0.0);
    };
    for (std::size_t i = view.first; i < view.last; ++i) {
        const double x0 = columnOfPoint(i);
        const double x1 = i + 1 < view.last ? columnOfPoint(i + 1) : view.end;
        if (x1 <= x0) {
            // Of all that begin in one place, as in one instant, the last one is there to be seen.
            const std::size_t behind =
                gallop(i + 1, view.last, [&](std::size_t at) { return columnOfPoint(at) <= x0; });
            i = std::max(behind, i + 2) - 2;
            continue;
        }
        const int left = static_cast<int>(std::lround(x0));
        const int right = static_cast<int>(std::lround(std::min<double>(x1, widthPx)));
        const bool narrow = right - left < leastPx;
        if (narrow && !out.empty() && left < out.back().x0 + leastPx) {
            WatchSpan& span = out.back();
            // All up to the last one that begins in there are narrow as well.
            const std::size_t behind = gallop(i + 1, view.last, [&](std::size_t at) {
                return std::lround(columnOfPoint(at)) < span.x0 + leastPx;
            });
            const std::size_t last = std::max(behind - 1, i);
            if (last > i + 1) {
                span.changes += static_cast<std::uint32_t>(last - i);
                span.x1 = std::max(span.x1, static_cast<int>(std::lround(columnOfPoint(last))));
                i = last - 1;
                continue;
            }
            span.x1 = std::max(span.x1, right);
            span.text = points[i].text;
            ++span.changes;
            continue;
        }
        if (!out.empty()) out.back().x1 = std::min(out.back().x1, left);
        if (points[i].text == WatchLane::kGone && !narrow) continue;
        const int least = std::min(left + leastPx, widthPx);
        out.push_back({left, std::max(right, least), points[i].text, 0});
    }
    return out;
}

std::vector<WatchColumn> watchColumns(const WatchLane& lane, const TimelineAxis& axis,
                                      std::uint64_t until, int widthPx) {
    std::vector<WatchColumn> out(static_cast<std::size_t>(std::max(widthPx, 0)));
    if (out.empty() || axis.empty()) return out;
    const InView view = pointsIn(lane, axis, until, widthPx);
    const auto columnOfPoint = [&](std::size_t i) {
        return columnOf(lane.points[i].at, axis, widthPx);
    };
    // Of each pixel: the value it begins with, if there is one, and all that begin in it.
    std::size_t at = view.first;
    for (std::size_t x = 0; x < out.size() && at < view.last; ++x) {
        const auto left = static_cast<double>(x);
        if (left >= view.end) break;
        const std::size_t behind =
            gallop(at, view.last, [&](std::size_t i) { return columnOfPoint(i) < left + 1; });
        if (behind == at) continue;  // it has not begun
        const WatchLane::Range range = lane.rangeOver(at, behind);
        out[x] = {range.any, range.isUnknown, range.low, range.high};
        // Which of them the next pixel begins with.
        at = behind - 1;
    }
    // Where one pixel ends with what the next does not begin with, a line joins them.
    for (std::size_t x = 1; x < out.size(); ++x) {
        WatchColumn& now = out[x];
        const WatchColumn& before = out[x - 1];
        if (!now.any || !before.any) continue;
        if (now.low > before.high) now.low = before.high;
        if (now.high < before.low) now.high = before.low;
    }
    return out;
}

}  // namespace ariadne::studio
