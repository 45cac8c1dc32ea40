// Messages the kernel itself sends.
#pragma once

#include "engine/base/event.h"
#include "engine/value/cell_ref.h"

#include <boost/describe.hpp>

#include <cstdint>
#include <string>

namespace ariadne {

BOOST_DESCRIBE_ENUM(ExitReason, kUnknown, kStopped, kFailed, kThrew, kParentEnded, kLimit,
                    kNoSuchCell)
BOOST_DESCRIBE_ENUM(DropReason, kUnknown, kNoSuchCell, kReceiverEnded, kMailboxFull, kDisplaced,
                    kUnhandled, kLateReply, kNobodyAsked)

/// Comes to a new actor whose type accepts it, before anything else.
struct Start {};
BOOST_DESCRIBE_STRUCT(Start, (), ())

/// A monitored cell has ended. Overtakes ordinary messages.
struct Down {
    value::CellRef who;
    ExitReason reason = ExitReason::kUnknown;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Down, (), (who, reason, text))

/// An ask got no answer in time; its reply, should one come, is dropped as late.
struct AskTimedOut {
    std::uint64_t ask = 0;
    value::CellRef target;
};
BOOST_DESCRIBE_STRUCT(AskTimedOut, (), (ask, target))

/// A message to a full mailbox with policy reject came back. Overtakes ordinary messages.
struct Undelivered {
    value::CellRef to;
    DropReason reason = DropReason::kUnknown;
};
BOOST_DESCRIBE_STRUCT(Undelivered, (), (to, reason))

}  // namespace ariadne
