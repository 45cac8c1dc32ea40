// A region: owner of cells and of regions below it. Its life, as plain described data.
#pragma once

#include "engine/effect/effect.h"
#include "engine/region/budget.h"
#include "engine/region/obligation.h"
#include "engine/region/supervision.h"
#include "engine/region/verdict.h"
#include "engine/value/collections.h"

#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace ariadne {

/// Only ever goes forward. Numbers are bytes in trace files.
enum class RegionPhase : std::uint8_t {
    kOpen = 0,
    kClosing = 1,     ///< nothing new begins here; waits for children, regions, obligations
    kFinalizing = 2,  ///< its finalizers run, the last one added first
    kClosed = 3,
};
BOOST_DESCRIBE_ENUM(RegionPhase, kOpen, kClosing, kFinalizing, kClosed)

/// Why a cancellation was asked for. Ordered: a later request can only strengthen it.
/// Numbers are bytes in trace files.
enum class CancelReason : std::uint8_t {
    kNone = 0,
    kRequested = 1,
    kRaceLost = 2,
    kTimeout = 3,
    kBudget = 4,
    kSiblingFailed = 5,
    kParentCancelled = 6,
    kShutdown = 7,
};
BOOST_DESCRIBE_ENUM(CancelReason, kNone, kRequested, kRaceLost, kTimeout, kBudget, kSiblingFailed,
                    kParentCancelled, kShutdown)

/// What a region is opened with.
struct RegionOptions {
    Strategy strategy = Strategy::kNone;
    std::uint32_t intensity = 1;  ///< restarts allowed...
    Duration within =
        std::chrono::seconds{5};  ///< ...in this much virtual time; one more escalates
    Backoff backoff = {};
    Budget budget = {};
    /// What cells in it may ask of the outside, as far as the regions above may. One per effect.
    std::vector<effect::Grant> grants = {};
};

/// How a child of a region is looked after.
struct ChildOptions {
    RestartPolicy restart = RestartPolicy::kTransient;
    /// What it gets to clean up when its region is cancelled, should that be less, or when the
    /// group that it belongs to is restarted. 0: it ends at once.
    Duration shutdown = std::chrono::seconds{5};
};

/// How far one of a group is that is being restarted. Numbers are bytes in trace files.
enum class MemberPart : std::uint8_t {
    kLives = 0,  ///< its turn to end has not come
    kAsked = 1,  ///< was asked to end, and has time for that
    kRests = 2,  ///< has ended and begun anew; takes no turn before all have ended
    kGone = 3,   ///< has ended for good, or left the group
};
BOOST_DESCRIBE_ENUM(MemberPart, kLives, kAsked, kRests, kGone)

struct GroupMember {
    value::CellRef who;
    MemberPart part = MemberPart::kLives;
    bool again = true;  ///< begins anew when it has ended
};
BOOST_DESCRIBE_STRUCT(GroupMember, (), (who, part, again))

/// The state of a region: shown, recorded and restored like that of an actor.
struct Region {
    RegionPhase phase = RegionPhase::kOpen;
    Verdict verdict = Verdict::kOk;  ///< the join over the children that ended
    std::uint64_t worstChild = 0;    ///< ordinal of whom the verdict came from; 0 = nobody
    std::string text;                ///< of that child
    CancelReason cancel = CancelReason::kNone;
    VirtualTime cleanupUntil;  ///< meaningful while cancelled
    Strategy strategy = Strategy::kNone;
    std::uint32_t intensity = 0;
    Duration within{0};
    Backoff backoff;
    std::vector<VirtualTime> recentRestarts;  ///< within the window, ascending
    std::uint64_t restarts = 0;               ///< all of them
    bool gaveUp = false;                      ///< more restarts were needed than allowed
    std::uint64_t started = 0;                ///< children so far: their ordinals
    std::uint32_t children = 0;               ///< that live, regions included
    Budget left;
    std::uint32_t finalizers = 0;  ///< still to run
    std::vector<effect::Grant> grants = {};
    OrderedMap<Obligation, LedgerEntry> obligations;  ///< open ones
    /// The group that is being restarted, if one is: in the order in which they end.
    Vector<GroupMember> restarting = {};
};
BOOST_DESCRIBE_STRUCT(Region, (),
                      (phase, verdict, worstChild, text, cancel, cleanupUntil, strategy, intensity,
                       within, backoff, recentRestarts, restarts, gaveUp, started, children, left,
                       finalizers, grants, obligations, restarting))

}  // namespace ariadne
