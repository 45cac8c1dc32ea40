// Finds the messages in and out of one actor.
#pragma once

#include "studio/session/row_walk.h"

#include <unordered_map>

namespace ariadne::studio {

/// Looks at the rows of a range, then a bounded way on for the turns that took what was sent in it.
/// Thread-confined.
class ArrowScan {
public:
    ArrowScan(Rank rank, Position begin, Position end);

    WalkEnd advance(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);
    /// Call once, after kReachedEnd.
    ArrowSet take() { return std::move(found_); }

private:
    void add(const EventRow& row);
    void addSent(const EventRow& row);
    void addTaken(const EventRow& row);
    /// Counts a message; true when its arrow is one of those that are kept.
    bool takes();
    void thinOut();

    ArrowSet found_;
    Position next_;
    std::uint64_t step_ = 1;                               ///< one message of so many is kept
    std::unordered_map<std::uint64_t, std::size_t> open_;  ///< enqueue: its arrow, or kNotKept
    std::string damage_;
};

}  // namespace ariadne::studio
