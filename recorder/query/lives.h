// When actors ended and how often they lived again, of a whole trace.
#pragma once

#include "engine/base/event.h"

#include <absl/status/status.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ariadne::query {

class Source;

struct Life {
    Position endedAt;  ///< 0: lives; where the trace begins, for who ended before
    VirtualTime endedTime;
    bool failed = false;
    ExitReason reason = ExitReason::kUnknown;  ///< of a region that closed: unknown
    std::uint64_t restarts = 0;
    std::uint64_t turns = 0;
    std::uint64_t sent = 0;  ///< messages of its own: send, ask, reply, forward
};

/// Immutable once read.
class Lives {
public:
    /// One pass over the trace.
    absl::Status read(Source& source);
    const Life& of(Rank rank) const { return lives_[rank.value]; }

private:
    absl::Status readBase(Source& source);

    std::vector<Life> lives_;  ///< by rank
};

}  // namespace ariadne::query
