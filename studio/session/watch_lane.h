// A value of an actor, along the whole trace.
#pragma once

#include "studio/session/range_tree.h"
#include "studio/session/results.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ariadne::studio {

/// What is watched: a field of the actor of that path, in whichever trace.
struct Watch {
    std::string actor;
    FieldSteps field;
    bool operator==(const Watch&) const = default;
};

/// Values that are watched at a time.
inline constexpr std::size_t kWatchesMax = 32;

/// Immutable.
struct WatchLane {
    /// What it is from an event on.
    struct Point {
        std::uint64_t at = 0;    ///< position
        std::uint32_t text = 0;  ///< of `texts`, or one of the two below
        double number = 0;       ///< of a lane of numbers
    };
    static constexpr std::uint32_t kGone = UINT32_MAX;         ///< there is no such element
    static constexpr std::uint32_t kUnknown = UINT32_MAX - 1;  ///< the trace does not tell
    static constexpr std::size_t kPointsMax = 200'000;
    static constexpr std::size_t kTextBytesMax = 8u << 20;  ///< of different texts, about
    static constexpr std::size_t kTextMax = 120;            ///< bytes of a text, and an ellipsis

    /// All that it was in a range of points.
    struct Range {
        bool any = false;        ///< numbers
        bool isUnknown = false;  ///< somewhere
        double low = 0, high = 0;
    };
    struct Wider {
        Range operator()(const Range& a, const Range& b) const {
            if (!a.any || !b.any) {
                const Range& some = a.any ? a : b;
                return {some.any, a.isUnknown || b.isUnknown, some.low, some.high};
            }
            return {true, a.isUnknown || b.isUnknown, std::min(a.low, b.low),
                    std::max(a.high, b.high)};
        }
    };

    Watch of;
    Rank rank;                       ///< kOutside: nobody in this trace is called like that
    std::vector<Point> points;       ///< ascending; of more than kPointsMax the first
    std::vector<std::string> texts;  ///< each once; plain and escaped
    RangeTree<Range, Wider> ranges;  ///< of a lane of numbers
    bool isNumber = false;           ///< all that it was are numbers
    double low = 0, high = 0;        ///< of those, over the whole lane
    Position searchedTo;
    bool complete = false;  ///< there is no more to be looked at
    std::string note;       ///< why it is not known, or not to the end; else empty

    /// What it is at `position`; null: not known, or not looked at yet.
    const Point* at(std::uint64_t position) const;
    Range rangeOf(std::size_t point) const {
        const Point& one = points[point];
        if (one.text == kGone) return {};
        if (one.text == kUnknown) return {false, true, 0, 0};
        return {true, false, one.number, one.number};
    }
    /// Of points [begin, end); `begin` < `end`.
    Range rangeOver(std::size_t begin, std::size_t end) const {
        return ranges.over([this](std::size_t i) { return rangeOf(i); }, begin, end);
    }
    /// Empty: there is none.
    std::string textOf(const Point& point) const {
        return point.text < texts.size() ? texts[point.text] : std::string{};
    }
};

/// Those that are watched, as they were asked for. Immutable.
using WatchLanes = std::vector<std::shared_ptr<const WatchLane>>;

}  // namespace ariadne::studio
