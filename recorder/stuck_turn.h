// A turn that does not come back, as people are told of it.
#pragma once

#include "engine/base/ids.h"
#include "tracefmt/trace_meta.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::recorder {

struct StuckTurn {
    Rank cell;            ///< the actor
    std::string path;     ///< of the actor: "shop/till#2"
    std::string type;     ///< of the actor, qualified
    std::string message;  ///< the type of what it was delivered, qualified
    Round round;
    Position enqueuedAt;       ///< the event that put that message into its mailbox
    std::uint32_t thread = 0;  ///< of those that share a round; 0 is the one that steps the run
    std::chrono::nanoseconds ranFor{};  ///< at least; time on the wall
    std::uint32_t tellings = 1;         ///< of this turn, with this one
    /// The last event that can be read in the trace by now, 0 for none; nullopt: not recorded.
    std::optional<Position> readableTo;
    bool noted = false;     ///< behind that event the trace has a note of this
    bool cameBack = false;  ///< it was stuck before, and has ended now
};

/// As the trace keeps it.
tracefmt::HostNote noteOf(const StuckTurn& turn);

/// "4s", "350ms": as exact as somebody who waits cares for.
std::string roughly(std::chrono::nanoseconds time);

/// What was found and, the first time, how far the trace can be read and what to do next: a line
/// each. `processId`: for the debugger.
std::vector<std::string> linesOf(const StuckTurn& turn, std::int64_t processId);

}  // namespace ariadne::recorder
