// Sums up rows for the timeline: all of them as they go by, or those of a stretch once more.
#pragma once

#include "studio/session/depth_builder.h"
#include "studio/session/row_walk.h"
#include "studio/session/timeline_sums.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::studio {

/// Rows in, ascending; what is missing between them is found out. Thread-confined.
class SumsBuilder {
public:
    /// How many waited for whom behind the event at that position, if a snapshot tells.
    using Known = std::function<std::optional<std::vector<std::uint32_t>>(Position)>;

    /// What there is room for, at least 1 of each.
    struct Limits {
        std::size_t changes = DepthBuilder::kChangesMax;
        std::size_t steps = TimeSteps::kStepsMax;
        std::size_t bins = KindSums::kBinsMax;
    };

    /// From the beginning: the first event is that behind `base`.
    explicit SumsBuilder(Position base) : SumsBuilder(base, Limits{}) {}
    SumsBuilder(Position base, const Limits& limits);
    SumsBuilder() : SumsBuilder(Position{}) {}
    /// Goes on where `whole` knows every lane exactly: behind `base`, which is such a place.
    SumsBuilder(const TimelineSums& whole, Position base);
    /// Goes on behind `base`, where so many wait, by rank.
    SumsBuilder(Position base, std::span<const std::uint32_t> waiting);

    void add(const EventRow& row, std::size_t cellCount, const Known& known);
    /// Everything added so far; `next` is the position behind it.
    TimelineSums sums(Position next) const&;
    /// The same, for the last time: nothing is copied.
    TimelineSums sums(Position next) &&;

private:
    /// Without what grows.
    TimelineSums bounds(Position next) const;

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
    /// So far before it at most it begins, where what waits is known. Where that is known nowhere
    /// so near, queues are unknown up to the next snapshot.
    static constexpr std::uint64_t kBeforeMax = 1'000'000;

    /// Of [begin, end) and some before it. `whole` is what is known of all of the trace. Costs
    /// nothing: the first advance() takes a step for every lane.
    SumsScan(std::shared_ptr<const TimelineSums> whole, Position begin, Position end,
             std::uint64_t beforeMax = kBeforeMax);

    WalkEnd advance(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);
    /// Call once, after kReachedEnd.
    TimelineSums take() { return std::move(*builder_).sums(next_); }

private:
    void start(OpenTrace& trace, const SumsBuilder::Known& known);

    std::shared_ptr<const TimelineSums> whole_;  ///< until the first advance()
    std::optional<SumsBuilder> builder_;         ///< since then
    Position begin_;
    Position end_;
    Position next_;
    std::uint64_t beforeMax_;
    std::string damage_;
    std::shared_ptr<const tracefmt::EventChunk> room_;
};

}  // namespace ariadne::studio
