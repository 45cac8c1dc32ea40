// A value of an actor, along the whole trace.
#pragma once

#include "studio/session/results.h"

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

    Watch of;
    Rank rank;                       ///< kOutside: nobody in this trace is called like that
    std::vector<Point> points;       ///< ascending; of more than kPointsMax the first
    std::vector<std::string> texts;  ///< each once; plain and escaped
    bool isNumber = false;           ///< all that it was are numbers
    double low = 0, high = 0;        ///< of those, over the whole lane
    Position searchedTo;
    bool complete = false;  ///< there is no more to be looked at
    std::string note;       ///< why it is not known, or not to the end; else empty

    /// What it is at `position`; null: not known, or not looked at yet.
    const Point* at(std::uint64_t position) const;
    /// Empty: there is none.
    std::string textOf(const Point& point) const {
        return point.text < texts.size() ? texts[point.text] : std::string{};
    }
};

/// Those that are watched, as they were asked for. Immutable.
using WatchLanes = std::vector<std::shared_ptr<const WatchLane>>;

}  // namespace ariadne::studio
