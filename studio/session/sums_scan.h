// Sums up rows for the timeline: all of them as they go by, or those of a stretch once more.
#pragma once

#include "studio/session/depth_builder.h"
#include "studio/session/row_walk.h"
#include "studio/session/timeline_sums.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::studio {

/// Rows in, ascending; what is missing between them is found out. Thread-confined.
class SumsBuilder {
public:
    /// How many waited for whom behind the event at that position, if a snapshot tells.
    using Known = std::function<std::optional<std::vector<std::uint32_t>>(Position)>;

    /// From the beginning: the first event is that behind `base`.
    explicit SumsBuilder(Position base);
    SumsBuilder() : SumsBuilder(Position{}) {}
    /// Goes on where `whole` knows every lane exactly: behind `base`, which is such a place.
    SumsBuilder(const TimelineSums& whole, Position base);

    void add(const EventRow& row, std::size_t cellCount, const Known& known);
    /// Everything added so far; `next` is the position behind it.
    TimelineSums sums(Position next) const;

private:
    DepthBuilder depths_;
    TimeSteps times_;
    KindSums kinds_;
    Position first_;
    Position next_;  ///< expected
};

/// What a reader's snapshots tell a SumsBuilder.
SumsBuilder::Known knownBySnapshots(tracefmt::TraceReader& reader);

/// Sums of a stretch, from rows that are read again. Thread-confined with the trace.
class SumsScan {
public:
    /// Longer stretches are not summed up again.
    static constexpr std::uint64_t kPositionsMax = 2'000'000;

    /// Of [begin, end) and some before it. `whole` is what is known of all of the trace.
    SumsScan(std::shared_ptr<const TimelineSums> whole, Position begin, Position end);

    WalkEnd advance(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);
    /// Call once, after kReachedEnd.
    TimelineSums take() { return builder_.sums(next_); }

private:
    SumsBuilder builder_;
    Position next_;
    Position end_;
    std::string damage_;
    std::shared_ptr<const tracefmt::EventChunk> room_;
};

}  // namespace ariadne::studio
