// How a workload begins and ends, so that it can be timed and cannot be fast by being wrong.
#pragma once

#include "engine/ariadne.h"

#include <cstdint>
#include <string>

namespace bench {

/// A run has three parts, by virtual time: what is before kPart is preparation, what is from twice
/// kPart on is clearing up, and neither is measured. A workload without preparation does everything
/// at time 0, and all of it is measured.
inline constexpr ariadne::Duration kPart = std::chrono::seconds{1};

/// Ends the run of the root `cx`: completed with "N messages" when `counted`, which the actors
/// added up themselves, is `expected`; failed otherwise. `messages` is what one run costs are
/// divided by; questions that only serve the check are not among them.
inline void conclude(ariadne::Context& cx, std::uint64_t counted, std::uint64_t expected,
                     std::uint64_t messages) {
    if (counted != expected)
        cx.fail("the actors counted " + std::to_string(counted) + ", expected " +
                std::to_string(expected) + ": a message was lost, doubled or changed");
    cx.stop(std::to_string(messages) + " messages");
}

}  // namespace bench
