// What the timeline's axis counts: events, or virtual time.
#pragma once

#include "studio/models/timeline_geometry.h"
#include "studio/session/time_steps.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace ariadne::studio {

/// A stretch of the axis, and where positions lie on it. It is cut into units: positions, or
/// nanoseconds of virtual time since 0. Everything that timeline_geometry.h does with positions it
/// does with units; this is where the two meet.
///
/// By time: all events of one instant have the same place, that of its nanosecond, and a place
/// between two instants is that of the earlier one: time never goes back, so the order of events is
/// kept, and no place is without a position. Where there is no time at all (no event is known, or
/// all are of one instant) there is one unit with everything in it.
///
/// Value type; of a time axis `times` outlives it.
class TimelineAxis {
public:
    /// Of a time axis; later times have its place, and the end of an axis and how long it is are
    /// times still.
    static constexpr std::uint64_t kUnitMost = static_cast<std::uint64_t>(INT64_MAX) - 1;

    TimelineAxis() = default;
    /// By position: its units are positions.
    TimelineAxis(PositionRange positions) : units_(positions) {}  // NOLINT(*-explicit-*): the same
    TimelineAxis(std::uint64_t begin, std::uint64_t end) : units_{begin, end} {}
    /// By time. Positions are in [1, end).
    TimelineAxis(PositionRange units, const TimeSteps& times, std::uint64_t end)
        : units_(units), times_(&times), end_(end) {}

    bool isTime() const { return times_ != nullptr; }
    PositionRange units() const { return units_; }
    bool empty() const { return units_.length() == 0; }
    /// In view, at least in part; where no event is, the last one before. Empty when there are no
    /// units.
    PositionRange positions() const;

    std::uint64_t unitOf(std::uint64_t position) const {
        return times_ == nullptr ? position : unitOfTime(times_->timeAt(position));
    }
    static std::uint64_t unitOfTime(VirtualTime time) {
        if (time.value <= 0) return 0;
        return std::min(static_cast<std::uint64_t>(time.value), kUnitMost);
    }
    /// The first position whose place is not before that unit; end of all when there is none.
    std::uint64_t firstFrom(std::uint64_t unit) const;

    /// The stretch of the same kind of axis that shows all of `positions`: not empty unless they
    /// are.
    PositionRange unitsOf(PositionRange positions) const;

private:
    PositionRange units_;
    const TimeSteps* times_ = nullptr;
    std::uint64_t end_ = 0;
};

/// As those of timeline_geometry.h, on this axis.
double columnOf(std::uint64_t position, const TimelineAxis& axis, double widthPx);
double centreOf(std::uint64_t position, const TimelineAxis& axis, double widthPx);
/// By time: the last position whose place is not right of the pixel of `x`.
std::uint64_t positionAt(double x, const TimelineAxis& axis, double widthPx);

/// Where pixels begin: entry i is the first position whose place is not left of pixel i; there is
/// one entry more than pixels. Ascending; of two that are the same the pixel between is empty.
std::vector<std::uint64_t> pixelEdges(const TimelineAxis& axis, int widthPx);

/// All of a time axis from the first event known to `last`, the time of the last one.
PositionRange wholeTime(const TimeSteps& times, VirtualTime last);

}  // namespace ariadne::studio
