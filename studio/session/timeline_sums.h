// What is summed up along positions for the timeline: queues, times, kinds of events.
#pragma once

#include "studio/session/kind_sums.h"
#include "studio/session/queue_depths.h"
#include "studio/session/time_steps.h"

namespace ariadne::studio {

/// Of a whole trace as fine as there is room for; of a stretch of it finer. Immutable once made.
struct TimelineSums {
    QueueDepths depths;
    TimeSteps times;
    KindSums kinds;
    Position first{1};  ///< of the positions that were looked at
    Position next{1};   ///< behind the last of those

    bool covers(std::uint64_t begin, std::uint64_t end) const {
        return begin >= first.value && end <= next.value;
    }
    /// Finer sums of a stretch may say more.
    bool isCoarse() const { return depths.coarsest != 0 || times.log() != 0 || kinds.log() != 0; }
};

}  // namespace ariadne::studio
