// Messages the kernel itself sends.
#pragma once

#include "engine/base/event.h"
#include "engine/region/region.h"
#include "engine/value/cell_ref.h"

#include <boost/describe.hpp>

#include <cstdint>
#include <string>

namespace ariadne {

BOOST_DESCRIBE_ENUM(ExitReason, kUnknown, kStopped, kFailed, kThrew, kParentEnded, kLimit,
                    kNoSuchCell, kCancelled, kLinked, kEscalated, kOverdue, kSupervisor)
// Without kExpired: no message says it, and the list is part of the hash of Undelivered, by which
// traces know it.
BOOST_DESCRIBE_ENUM(DropReason, kUnknown, kNoSuchCell, kReceiverEnded, kMailboxFull, kDisplaced,
                    kUnhandled, kLateReply, kNobodyAsked, kLost, kDelayed)

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

/// Please end: stop() when you are done, at the latest at `until`. Overtakes ordinary messages. Who
/// does not accept it is ended at once.
struct CancelRequested {
    CancelReason reason = CancelReason::kNone;
    VirtualTime until;
};
BOOST_DESCRIBE_STRUCT(CancelRequested, (), (reason, until))

/// A cell this one was linked with has failed. Overtakes ordinary messages. Who does not accept it
/// fails with it.
struct LinkDown {
    value::CellRef who;
    ExitReason reason = ExitReason::kUnknown;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(LinkDown, (), (who, reason, text))

/// A region this cell opened is closed, and everything in it has ended. Overtakes ordinary
/// messages. Who does not accept it fails when the region's supervision gave up.
struct RegionClosed {
    value::CellRef region;
    Verdict verdict = Verdict::kOk;
    CancelReason reason = CancelReason::kNone;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(RegionClosed, (), (region, verdict, reason, text))

/// An effect did not come to an answer.
struct EffectFailed {
    std::uint64_t effect = 0;  ///< what perform() returned
    effect::EffectStatus status = effect::EffectStatus::kFailed;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(EffectFailed, (), (effect, status, text))

/// A permit that was reserved: the slot is there.
struct Granted {
    Obligation obligation;
};
BOOST_DESCRIBE_STRUCT(Granted, (), (obligation))

/// A permit that was reserved will never come: the receiver has ended.
struct NotGranted {
    Obligation obligation;
    value::CellRef receiver;
};
BOOST_DESCRIBE_STRUCT(NotGranted, (), (obligation, receiver))

}  // namespace ariadne
