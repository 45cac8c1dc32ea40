// What a region may use up.
#pragma once

#include "engine/base/ids.h"

#include <boost/describe.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace ariadne {

/// Bounds of a region and all below it. Composition is the pointwise minimum: a child never has
/// more than its parent. Value type.
struct Budget {
    static constexpr std::uint64_t kUnbounded = std::numeric_limits<std::uint64_t>::max();

    VirtualTime deadline{std::numeric_limits<std::int64_t>::max()};
    std::uint64_t turns = kUnbounded;
    std::uint64_t cost = kUnbounded;  ///< in units of the program's own choosing, see spend()
    bool operator==(const Budget&) const = default;
    bool bounded() const { return *this != Budget{}; }
};
BOOST_DESCRIBE_STRUCT(Budget, (), (deadline, turns, cost))

constexpr Budget tightest(const Budget& a, const Budget& b) {
    return {std::min(a.deadline, b.deadline), std::min(a.turns, b.turns), std::min(a.cost, b.cost)};
}

}  // namespace ariadne
