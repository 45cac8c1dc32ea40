// A snapshot as plain data: the whole world between two rounds, no pointers, no types of a program.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/event.h"
#include "engine/base/ids.h"
#include "engine/base/rare.h"
#include "engine/base/rare_list.h"
#include "engine/base/short_bytes.h"
#include "engine/base/slab.h"

#include <absl/status/status.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ariadne {

/// What the birth of a cell fixes for ever. The list of births is indexed by rank (births[0] is
/// the outside and empty).
struct CellBirth {
    Rank rank;
    Rank parent;
    CellKey key;
    TypeIndex type;    ///< of its state
    std::string path;  ///< "bank/teller#3"; of 4,096 bytes the end, else unique in the run
    Position bornAt;
    bool operator==(const CellBirth&) const = default;
};

/// A message that waits: in a mailbox, a stash or a timer.
struct MessageImage {
    EventKind kind = EventKind::kUnknown;  ///< the enqueue kind
    Position enqueuedAt;                   ///< the enqueue event; 0 for a timer's message
    Rank sender;
    TypeIndex type;
    std::uint64_t askId = 0;    ///< kAsk, kForward of an ask: the id to answer to; 0 = none
    Rank asker;                 ///< who waits for that answer
    std::uint64_t answers = 0;  ///< kReply, kAskTimeout: the ask it belongs to
    Bytes payload;
    bool operator==(const MessageImage&) const = default;
};

/// What happens when a timer is due. Numbers are bytes in trace files.
enum class TimerUse : std::uint8_t {
    kMessage = 0,   ///< its message comes, or an ask's timeout
    kResume = 1,    ///< its owner takes turns again
    kCleanup = 2,   ///< its owner's (a region's) time to clean up is over
    kDeadline = 3,  ///< its owner's (a region's) budget is over
    kLease = 4,     ///< an obligation in its owner's (a region's) ledger ends
    kDelayed = 5,   ///< a message that a fault made late comes to its owner
    kExpiry = 6,    ///< the message of setAt, which waits for its owner, is dropped
};

struct TimerImage {
    Rank owner;
    std::uint64_t ordinal = 0;
    VirtualTime deadline;
    std::int64_t periodNs = 0;  ///< 0 = fires once
    Position setAt;           ///< its kTimerSet, the kAsk whose timeout it is, or what kExpiry ends
    std::uint64_t askId = 0;  ///< nonzero: the timeout of that ask; the message is its AskTimedOut
    MessageImage message;     ///< none (type 0) but for kMessage and kDelayed
    TimerUse use = TimerUse::kMessage;
    Rank maker;  ///< kLease: of the obligation whose ordinal is askId
    bool operator==(const TimerImage&) const = default;
};

/// What happens when a message comes to a full mailbox. Numbers are bytes in trace files.
enum class OnFull : std::uint8_t {
    kReject = 0,
    kDropNewest = 1,
    kDropOldest = 2,
    kPark = 3,  ///< it is taken, and its sender has no turn until there is room
};

/// An ask without an answer yet.
struct AskImage {
    std::uint64_t id = 0;
    Position askedAt;
    Rank target;
    bool forever = false;  ///< no timer ends it
    bool operator==(const AskImage&) const = default;
};

/// An effect without an answer yet.
struct EffectImage {
    std::string name;
    std::string scope;
    Bytes payload;
    std::uint64_t ordinal = 0;
    Duration timeout{0};
    Position askedAt;
    std::uint64_t answerHash = 0;  ///< structural hash of the type of the answer
    bool operator==(const EffectImage&) const = default;
};

/// What regions, supervision, links and cancellation keep of a cell; most cells: nothing.
struct CareImage {
    std::uint8_t restart = 0;  ///< RestartPolicy
    Duration shutdown{0};
    Bytes firstState;  ///< empty: is never restarted
    std::uint32_t incarnation = 0;
    std::uint32_t restartsInARow = 0;
    VirtualTime livesSince;
    std::uint64_t childOrdinal = 0;
    std::uint32_t maskedTurns = 0;
    std::uint8_t cancelled = 0;  ///< CancelReason
    VirtualTime cancelUntil;
    bool cancelTold = false;
    std::uint64_t kernelTimers = 0;  ///< set so far; they have the highest bit in their ordinal
    std::uint64_t regionsOpened = 0;
    std::uint64_t obligationsMade = 0;
    std::vector<Rank> links;
    std::vector<std::pair<Rank, std::uint64_t>> owed;         ///< asker and ask, in order
    std::vector<std::pair<Rank, std::uint64_t>> permitQueue;  ///< maker and ordinal, in order
    std::vector<Rank> parkedHere;
    std::uint64_t effectsMade = 0;
    std::vector<EffectImage> effects;
    std::uint64_t memoryBytesMax = 0;  ///< its own limit; 0 = none
    Round failedIn;  ///< when it failed, until it has had a turn since; for metrics. In no digest
    bool operator==(const CareImage&) const = default;
};

/// One cell. Small, for there may be millions of them: what most cells lack takes a pointer each.
struct CellImage {
    Rank rank;
    std::uint32_t behaviour = 0;
    std::uint32_t mailboxCapacity = 0;  ///< 0 = unbounded
    OnFull onFull = OnFull::kReject;
    Position lastTurn;        ///< its last kDeliver; 0 = none. Decides nothing: in no digest
    std::uint64_t turns = 0;  ///< ordinals: how many of each this cell has made
    std::uint64_t sends = 0;
    std::uint64_t timers = 0;
    std::uint64_t children = 0;
    std::uint64_t draws = 0;  ///< values taken from its random stream
    ShortBytes state;
    RareList<MessageImage> control;  ///< the lane that goes first
    RareList<MessageImage> mailbox;  ///< in delivery order
    RareList<MessageImage> stash;
    RareList<Rank> watchers;                                     ///< in order of their kMonitor
    RareList<AskImage> pendingAsks;                              ///< ascending by id
    RareList<std::pair<std::string, std::uint32_t>> childNames;  ///< uses of each name, ascending
    Rare<std::string> behaviourName;  ///< for who reads without the program; none for the first
    Rare<CareImage> care;
    bool operator==(const CellImage&) const = default;
};

struct WorldImage {
    Position position;
    VirtualTime time;
    Round round;
    std::uint32_t births = 0;  ///< ranks given out so far
    std::uint64_t roundsAtThisTime = 0;
    std::uint64_t decisions = 0;    ///< free choices made so far
    std::uint64_t failures = 0;     ///< cells that failed so far
    std::uint64_t eventDigest = 0;  ///< running digests at `position` (event_digest.h)
    std::uint64_t changeDigest = 0;
    std::uint64_t stateDigest = 0;                           ///< of all cells below
    std::vector<CellImage, SlabAllocator<CellImage>> cells;  ///< alive ones, ascending by rank
    std::vector<TimerImage> timers;            ///< ascending by (deadline, owner, ordinal)
    std::uint64_t leaks = 0;                   ///< obligations leaked so far
    std::string firstLeak;                     ///< which the first one was. In no digest
    Rank rootLedger;                           ///< the region of the whole run; 0 = none
    std::vector<std::uint64_t> decisionState;  ///< what the policy remembers; most: nothing
    std::vector<std::uint64_t> metrics;        ///< figures so far (kernel/metrics.h). In no digest
    /// Nonzero: of the cells only those stand above that may differ from the whole image at that
    /// position, or were born since; all else is as in a whole image, digests included.
    Position since;
    std::vector<Rank> gone;  ///< with `since`: what ended since then, ascending
    bool isWhole() const { return since.value == 0; }
    bool operator==(const WorldImage&) const = default;
};

/// Makes of the whole image `base` the later whole image that `changes`, made since `base`, stands
/// for. kDataLoss, and `base` is of no use any more: it is another base, or they contradict each
/// other. Whether all changes are there is for the state digest to say.
absl::Status bringUpToDate(WorldImage& base, WorldImage changes);

/// Combined digest of cells, timers and what the policy remembers: one number, equal when
/// everything that decides how the run goes on is. `births` by rank, as in the image's run.
std::uint64_t stateDigestOf(const WorldImage& image, const std::vector<CellBirth>& births);
/// Its parts: that of one cell, which has that key, and that of everything else. They add up.
std::uint64_t stateTermOf(const CellImage& cell, CellKey key);
std::uint64_t stateTermOfRest(const WorldImage& image, const std::vector<CellBirth>& births);
/// Digest of one cell: state, ordinals, behaviour, what waits for it and what it waits for.
std::uint64_t cellDigestOf(const CellImage& cell);

}  // namespace ariadne
