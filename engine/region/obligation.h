// A linear promise: made once, kept or taken back once.
#pragma once

#include "engine/base/ids.h"
#include "engine/value/cell_ref.h"

#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace ariadne {

/// Numbers are bytes in trace files.
enum class ObligationKind : std::uint8_t {
    kCustom = 0,
    kPermit = 1,  ///< a slot in a mailbox: commit sends the message into it
    kReply = 2,   ///< the answer to an ask in hand
    kAck = 3,     ///< that a delivery was dealt with
    kLease = 4,   ///< ends by itself at a virtual time
};
BOOST_DESCRIBE_ENUM(ObligationKind, kCustom, kPermit, kReply, kAck, kLease)

/// How it ended. Numbers are bytes in trace files.
enum class Resolution : std::uint8_t {
    kCommitted = 0,
    kAborted = 1,
    kLeaked = 2,   ///< its holder ended with it
    kExpired = 3,  ///< a lease ran out
};
BOOST_DESCRIBE_ENUM(Resolution, kCommitted, kAborted, kLeaked, kExpired)

/// Names an obligation: who made it, and the how manyth of it. Plain data; a copy is no second
/// obligation. Value type.
struct Obligation {
    value::CellRef maker;
    std::uint64_t ordinal = 0;  ///< from 1; 0 names none
    auto operator<=>(const Obligation&) const = default;
};
BOOST_DESCRIBE_STRUCT(Obligation, (), (maker, ordinal))

/// A permit for the mailbox of an A.
template <class A>
struct Permit : Obligation {
    Permit() = default;
    explicit Permit(Obligation obligation) : Obligation(obligation) {}
    BOOST_DESCRIBE_CLASS(Permit, (Obligation), (), (), ())
};

/// An open obligation as its region's ledger keeps it.
struct LedgerEntry {
    ObligationKind kind = ObligationKind::kCustom;
    std::string name;
    value::CellRef target;  ///< kPermit: whose mailbox
    bool granted = true;    ///< kPermit: the slot is there
    VirtualTime since;
    VirtualTime expires;                  ///< kLease
    std::vector<value::CellRef> holders;  ///< its path; the last one holds it
};
BOOST_DESCRIBE_STRUCT(LedgerEntry, (), (kind, name, target, granted, since, expires, holders))

}  // namespace ariadne
