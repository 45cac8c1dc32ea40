// A question in SQL that is kept under a name, as a lane: a mark at the moment of each of its rows.
#pragma once

#include "engine/base/ids.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::studio {

struct QueryAnswer;

/// Asked of whichever trace is open.
struct KeptQuery {
    std::string name;  ///< one line; not empty
    std::string sql;
    bool operator==(const KeptQuery&) const = default;
};

/// Questions that are kept at a time, and bytes of one.
inline constexpr std::size_t kKeptQueriesMax = 16;
inline constexpr std::size_t kKeptQueryBytesMax = 16u << 10;

/// Immutable.
struct QueryLane {
    struct Mark {
        std::uint64_t at = 0;    ///< position
        std::uint64_t rows = 0;  ///< how many lead there
        std::string text;        ///< the first of them, at most kTextMax bytes and an ellipsis
    };
    static constexpr std::size_t kTextMax = 160;

    KeptQuery of;
    std::vector<Mark> marks;    ///< ascending, one for each position
    std::uint64_t rows = 0;     ///< that the question has, as far as they were taken
    std::uint64_t nowhere = 0;  ///< of these, those that lead to no moment
    bool moreRows = false;      ///< there are more than a QueryBudget
    std::string error;          ///< why there are none, or no more; else empty

    /// The first mark behind `position`, or the last one before it; null: there is none.
    const Mark* next(Position position, bool forward) const;
    /// The nearest one; null: there are none.
    const Mark* nearest(std::uint64_t position) const;
};

QueryLane laneOf(const KeptQuery& query, const QueryAnswer& answer);

/// Those that are kept, as they were asked for; null: not answered yet. Immutable.
using QueryLanes = std::vector<std::shared_ptr<const QueryLane>>;

/// The positions of the marks of all of them, ascending, each once.
std::vector<std::uint64_t> positionsOf(const QueryLanes& lanes);

}  // namespace ariadne::studio
