// Follows a value of an actor through a trace.
#pragma once

#include "recorder/state_follower.h"
#include "studio/session/event_lines.h"
#include "studio/session/field_place.h"
#include "studio/session/row_walk.h"
#include "studio/session/watch_lane.h"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ariadne::studio {

/// Forwards from the beginning, in slices; goes on where it is when the trace has grown.
/// Thread-confined with the trace, which outlives it.
class WatchScan {
public:
    /// `rank` kOutside: nobody has that name (`actor`) in the trace.
    WatchScan(Rank rank, const Watch& watch, OpenTrace& trace);

    WalkEnd advance(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);
    WatchLane lane(const OpenTrace& trace) const;
    bool follows(const Watch& watch, Rank rank) const {
        return lane_.of == watch && lane_.rank == rank;
    }
    /// advance() may find more.
    bool isOpen(const OpenTrace& trace) const;

private:
    void begin(OpenTrace& trace);
    void visit(OpenTrace& trace, const EventRow& row);
    void mindGaps(OpenTrace& trace, Position before);
    void take(OpenTrace& trace, std::uint64_t at, const value::StateValue& state);
    /// Whoever was not born yet, as far as was read, may have a name now.
    void nameAgain(OpenTrace& trace);
    void takeUnknown(std::uint64_t at);
    void push(std::uint64_t at, std::uint32_t text, double number);
    std::uint32_t numberOfText(std::string text);

    std::vector<Rank> mine_;
    std::optional<FieldPlace> place_;  ///< none: there is nothing to follow
    recorder::StateFollower follower_;
    value::ShowOptions options_;
    Position next_{1};
    bool begun_ = false;
    bool full_ = false;  ///< as many points as are kept, and at fullAt_ there is another one
    Position fullAt_;
    std::size_t gapsSeen_ = 0;
    std::string damage_;
    WatchLane lane_;
    std::unordered_map<std::string, std::uint32_t> textNumbers_;
    std::size_t textBytes_ = 0;
    UnbornNames unborn_;
    std::size_t namingUnborn_ = 0;  ///< of lane_.points: the last one, if any, that `unborn_` is of
    bool someNumber_ = false, someOther_ = false;
};

}  // namespace ariadne::studio
