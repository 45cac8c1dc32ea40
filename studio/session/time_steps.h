// The virtual time of every position, and the positions of every time.
#pragma once

#include "engine/base/ids.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ariadne::studio {

/// Time never goes back along positions; a file that says otherwise is told the latest so far. Time
/// stands still for many events, so only where it changes is kept: exactly, until there are too
/// many of those places, and then the last one of each bin of 2^log positions. Value type.
class TimeSteps {
public:
    static constexpr std::size_t kStepsMax = 500'000;

    explicit TimeSteps(std::size_t stepsMax = kStepsMax) : stepsMax_(stepsMax) {}

    /// The next event, or one behind a gap.
    void add(Position at, VirtualTime time);

    bool empty() const { return steps_.empty(); }
    /// Positions of a bin, as a power of two; 0: all is exact. Within a bin times are told too
    /// early places, never in another order; the first place of a bin keeps its own time, however
    /// much comes behind it.
    unsigned log() const { return log_; }
    /// Before the first event its time; none: 0.
    VirtualTime timeAt(std::uint64_t position) const;
    /// The first position whose time is not before `time`; `end`: there is none.
    std::uint64_t firstAt(VirtualTime time, std::uint64_t end) const;
    VirtualTime firstTime() const { return steps_.empty() ? VirtualTime{} : steps_.front().first; }
    VirtualTime lastTime() const { return steps_.empty() ? VirtualTime{} : steps_.back().last; }
    Position firstPosition() const {
        return steps_.empty() ? Position{} : Position{steps_.front().at};
    }

private:
    /// From `at` on it is `first`, and behind `at`, if that is another one, `last`.
    struct Step {
        std::uint64_t at = 0;
        VirtualTime first;
        VirtualTime last;
    };
    void coarsen();

    std::size_t stepsMax_;
    unsigned log_ = 0;
    std::vector<Step> steps_;  ///< both ascending
};

}  // namespace ariadne::studio
