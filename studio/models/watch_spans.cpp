#include "studio/models/watch_spans.h"

#include <algorithm>
#include <cmath>

namespace ariadne::studio {
namespace {

/// Calls `each(point, x0, x1)` for each value in view and where it begins and ends, unrounded.
template <class Each>
void eachInView(const WatchLane& lane, PositionRange visible, std::uint64_t until, int widthPx,
                Each&& each) {
    if (widthPx <= 0 || visible.length() == 0) return;
    const std::uint64_t end = std::min({until, visible.end, lane.searchedTo.value + 1});
    const auto& points = lane.points;
    auto at = std::partition_point(
        points.begin(), points.end(),
        [&](const WatchLane::Point& point) { return point.at <= visible.begin; });
    if (at != points.begin()) --at;
    for (; at != points.end() && at->at < end; ++at) {
        const std::uint64_t next = at + 1 == points.end() ? end : std::min((at + 1)->at, end);
        const double x0 = std::max(columnOf(at->at, visible, widthPx), 0.0);
        const double x1 = columnOf(next, visible, widthPx);
        if (x1 > x0) each(*at, x0, std::min(x1, static_cast<double>(widthPx)));
    }
}

}  // namespace

std::vector<WatchSpan> watchSpans(const WatchLane& lane, PositionRange visible, std::uint64_t until,
                                  int widthPx, int leastPx) {
    std::vector<WatchSpan> out;
    eachInView(lane, visible, until, widthPx,
               [&](const WatchLane::Point& point, double x0, double x1) {
                   const int left = static_cast<int>(std::lround(x0));
                   const int right = static_cast<int>(std::lround(x1));
                   const bool narrow = right - left < leastPx;
                   if (narrow && !out.empty() && left < out.back().x0 + leastPx) {
                       WatchSpan& last = out.back();
                       last.x1 = std::max(last.x1, right);
                       last.text = point.text;
                       ++last.changes;
                       return;
                   }
                   if (!out.empty()) out.back().x1 = std::min(out.back().x1, left);
                   if (point.text == WatchLane::kGone && !narrow) return;
                   const int least = std::min(left + leastPx, widthPx);
                   out.push_back({left, std::max(right, least), point.text, 0});
               });
    return out;
}

std::vector<WatchColumn> watchColumns(const WatchLane& lane, PositionRange visible,
                                      std::uint64_t until, int widthPx) {
    std::vector<WatchColumn> out(static_cast<std::size_t>(std::max(widthPx, 0)));
    eachInView(
        lane, visible, until, widthPx, [&](const WatchLane::Point& point, double x0, double x1) {
            if (point.text == WatchLane::kGone) return;
            const auto first = static_cast<std::size_t>(x0);
            const auto last = std::min(static_cast<std::size_t>(std::ceil(x1)), out.size());
            for (std::size_t x = first; x < std::max(last, first + 1) && x < out.size(); ++x) {
                WatchColumn& column = out[x];
                if (point.text == WatchLane::kUnknown) {
                    column.isUnknown = true;
                    continue;
                }
                column.low = column.any ? std::min(column.low, point.number) : point.number;
                column.high = column.any ? std::max(column.high, point.number) : point.number;
                column.any = true;
            }
        });
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
