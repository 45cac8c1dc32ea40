#include "studio/models/timeline_axis.h"

#include <algorithm>
#include <cmath>

namespace ariadne::studio {

std::uint64_t TimelineAxis::firstFrom(std::uint64_t unit) const {
    if (times_ == nullptr) return unit;
    if (unit > kUnitMost) return end_;
    // Positions before the first that is known have its time.
    if (unit <= unitOfTime(times_->firstTime())) return std::min<std::uint64_t>(1, end_);
    return times_->firstAt({static_cast<std::int64_t>(unit)}, end_);
}

PositionRange TimelineAxis::positions() const {
    if (times_ == nullptr || empty()) return times_ == nullptr ? units_ : PositionRange{};
    PositionRange out{firstFrom(units_.begin), firstFrom(units_.end)};
    if (out.length() == 0) out = {std::max<std::uint64_t>(out.begin, 2) - 1, 0};
    if (out.end <= out.begin) out.end = out.begin + 1;
    return out;
}

PositionRange TimelineAxis::unitsOf(PositionRange positions) const {
    if (times_ == nullptr || positions.length() == 0) return positions;
    return {unitOf(positions.begin), unitOf(positions.end - 1) + 1};
}

double columnOf(std::uint64_t position, const TimelineAxis& axis, double widthPx) {
    return columnOf(axis.unitOf(position), axis.units(), widthPx);
}

double centreOf(std::uint64_t position, const TimelineAxis& axis, double widthPx) {
    return centreOf(axis.unitOf(position), axis.units(), widthPx);
}

std::uint64_t positionAt(double x, const TimelineAxis& axis, double widthPx) {
    if (!axis.isTime()) return positionAt(x, axis.units(), widthPx);
    const PositionRange units = axis.units();
    // Whatever is drawn in that pixel is in front of the next one.
    const double next = std::floor(std::max(x, 0.0)) + 1;
    std::uint64_t behind = units.end;
    if (next < widthPx) {
        const double distance = std::ceil(next * static_cast<double>(units.length()) / widthPx);
        behind = units.begin + std::min(static_cast<std::uint64_t>(distance), units.length());
    }
    const std::uint64_t at = axis.firstFrom(std::max(behind, units.begin + 1));
    return std::max<std::uint64_t>(at, 2) - 1;
}

std::vector<std::uint64_t> pixelEdges(const TimelineAxis& axis, int widthPx) {
    std::vector<std::uint64_t> out(static_cast<std::size_t>(std::max(widthPx, 0)) + 1);
    const PositionRange units = axis.units();
    const double perPixel =
        static_cast<double>(units.length()) / static_cast<double>(std::max(widthPx, 1));
    for (std::size_t x = 0; x + 1 < out.size(); ++x) {
        const double distance = std::ceil(static_cast<double>(x) * perPixel);
        out[x] = axis.firstFrom(units.begin +
                                std::min(static_cast<std::uint64_t>(distance), units.length()));
    }
    out.back() = axis.firstFrom(units.end);
    return out;
}

PositionRange wholeTime(const TimeSteps& times, VirtualTime last) {
    const std::uint64_t begin = TimelineAxis::unitOfTime(times.firstTime());
    const std::uint64_t end = TimelineAxis::unitOfTime(std::max(last, times.lastTime()));
    return {begin, std::max(end, begin) + 1};
}

}  // namespace ariadne::studio
