// How often something has happened lately, in virtual time.
#pragma once

#include "engine/base/ids.h"

#include <boost/describe.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace ariadne::library {

/// Part of an actor's state: the times of what happened within the last `length` of virtual time.
/// Something that happened at t counts while now - t < length. Value type.
struct SlidingWindow {
    std::vector<VirtualTime> times{};  ///< ascending

    /// Adds one that happens now and returns how many there are. `length` > 0, the same each time.
    std::size_t add(VirtualTime now, Duration length) {
        times.push_back(now);
        const auto kept = std::find_if(times.begin(), times.end(),
                                       [&](VirtualTime t) { return now - t < length; });
        times.erase(times.begin(), kept);
        return times.size();
    }
    void clear() { times.clear(); }
};
BOOST_DESCRIBE_STRUCT(SlidingWindow, (), (times))

}  // namespace ariadne::library
