// Finds the messages that led to an event, and those that came of it.
#pragma once

#include "recorder/causality.h"
#include "studio/session/row_walk.h"

#include <unordered_map>

namespace ariadne::studio {

/// The chain of causes backwards, then what followed, a bounded way on. Of more than there is room
/// for those are kept that are nearest to the event. Thread-confined.
class ClosureScan {
public:
    /// Of `event`, which is not 0. `most`: so many arrows there is room for, half of them for what
    /// led to it and half for what came of it.
    explicit ClosureScan(Position event, std::size_t most = ArrowSet::kArrowsMax);

    WalkEnd advance(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);
    /// Call once, after kReachedEnd.
    ArrowSet take();

    /// Events behind the one that are looked at, and causes before it.
    static constexpr std::uint64_t kAheadMax = 2'000'000;
    static constexpr std::uint64_t kStepsMax = 100'000;

private:
    WalkEnd walkPast(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);
    WalkEnd walkFuture(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);
    /// Null: there is no room for it.
    Arrow* keep(std::vector<Arrow>& arrows, const Arrow& arrow);

    std::size_t most_;
    ArrowSet found_;
    std::vector<Arrow> past_;  ///< nearest first
    Position pastNext_;
    Position behind_;          ///< what the row at pastNext_ led to; 0: it is the event itself
    bool behindTook_ = false;  ///< that is a turn, which took a message
    std::uint64_t steps_ = 0;
    recorder::Consequences consequences_;
    Position futureNext_;
    std::unordered_map<std::uint64_t, std::size_t> open_;  ///< messages on their way: their arrows
    std::string damage_;
    std::shared_ptr<const tracefmt::EventChunk> room_;
};

}  // namespace ariadne::studio
