// What a World led by hand shows between two rounds: what waits, and what a cell is.
#pragma once

#include "engine/base/event.h"
#include "engine/base/ids.h"
#include "engine/value/type_info.h"

#include <cstdint>
#include <optional>

namespace ariadne::kernel {

/// A message that waits in a mailbox. Its views live until the world goes on.
struct WaitingMessage {
    CellKey receiver;
    CellKey sender;       ///< 0: the outside, timers included
    Position enqueuedAt;  ///< names it: no two messages share it
    EventKind kind = EventKind::kUnknown;
    std::uint64_t answers = 0;  ///< a reply: the ask it answers
    const value::TypeInfo* type = nullptr;
    const void* value = nullptr;
    bool isNext = false;  ///< deliverNext(receiver, sender) takes it
};

/// A living cell. Its views live until the world goes on.
struct CellView {
    const value::TypeInfo* type = nullptr;
    const void* state = nullptr;
    bool suspended = false;  ///< waits out a backoff or a full mailbox, and takes no turn
};

/// An ask whose reply is lost.
struct OpenAsk {
    Position askedAt;
    CellKey target;                       ///< who was asked
    std::optional<VirtualTime> deadline;  ///< nullopt: until answered
};

}  // namespace ariadne::kernel
