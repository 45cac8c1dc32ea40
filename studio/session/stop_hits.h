// Breakpoints over a trace, and what they stop at.
#pragma once

#include "studio/session/results.h"
#include "studio/session/row_hits.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::studio {

/// A breakpoint: a condition over events (recorder/condition/README.md).
struct Stop {
    std::uint32_t id = 0;
    std::string condition;
    bool enabled = true;
    bool operator==(const Stop&) const = default;
};

/// Breakpoints that are looked for at a time.
inline constexpr std::size_t kStopsMax = 64;

/// All that enabled breakpoints stop at, as far as the trace was searched. Immutable.
struct StopHits {
    struct Of {
        std::uint32_t id = 0;
        std::uint64_t count = 0;
        std::string error;  ///< why it cannot be looked for, or what was met on the way
    };
    struct Line {
        EventLine event;
        std::vector<std::uint32_t> ids;  ///< whose condition holds
    };
    std::vector<Of> stops;
    RowHits all;              ///< where any of them stops
    std::vector<Line> lines;  ///< of `all` the first kLinesMax
    Position searchedTo;
    bool complete = false;  ///< all that is there was searched
    std::string damage;     ///< what could not be read on the way
    /// False: the trace holds inputs, so there is nothing to search; what breakpoints say to a run
    /// that is on has nothing to do with that.
    bool hasEvents = true;
    static constexpr std::size_t kLinesMax = 1000;

    const Of* of(std::uint32_t id) const {
        for (const Of& stop : stops)
            if (stop.id == id) return &stop;
        return nullptr;
    }
    /// The stop next to `position`, which is none itself.
    struct Next {
        std::optional<Position> position;
        bool mayCome = false;  ///< none yet: not all was searched
    };
    Next next(Position position, bool forward) const;
};

}  // namespace ariadne::studio
