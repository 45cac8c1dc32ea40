// A snapshot as plain data: the whole world between two rounds, no pointers, no types of a program.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/event.h"
#include "engine/base/ids.h"

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

struct TimerImage {
    Rank owner;
    std::uint64_t ordinal = 0;
    VirtualTime deadline;
    std::int64_t periodNs = 0;  ///< 0 = fires once
    Position setAt;             ///< its kTimerSet, or the kAsk whose timeout it is
    std::uint64_t askId = 0;  ///< nonzero: the timeout of that ask; the message is its AskTimedOut
    MessageImage message;
    bool operator==(const TimerImage&) const = default;
};

/// What happens when a message comes to a full mailbox. Numbers are bytes in trace files.
enum class OnFull : std::uint8_t { kReject = 0, kDropNewest = 1, kDropOldest = 2 };

struct CellImage {
    Rank rank;
    std::uint32_t behaviour = 0;
    std::string behaviourName;  ///< for who reads without the program; empty for the first
    Position lastTurn;          ///< its last kDeliver; 0 = none. Decides nothing: in no digest
    std::uint64_t turns = 0;    ///< ordinals: how many of each this cell has made
    std::uint64_t sends = 0;
    std::uint64_t timers = 0;
    std::uint64_t children = 0;
    std::uint64_t draws = 0;            ///< values taken from its random stream
    std::uint32_t mailboxCapacity = 0;  ///< 0 = unbounded
    OnFull onFull = OnFull::kReject;
    Bytes state;
    std::vector<MessageImage> control;  ///< the lane that goes first
    std::vector<MessageImage> mailbox;  ///< in delivery order
    std::vector<MessageImage> stash;
    std::vector<Rank> watchers;                                   ///< in order of their kMonitor
    std::vector<std::pair<std::uint64_t, Position>> pendingAsks;  ///< id and kAsk event, ascending
    std::vector<std::pair<std::string, std::uint32_t>>
        childNames;  ///< uses of each name, ascending
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
    std::uint64_t stateDigest = 0;             ///< of all cells below
    std::vector<CellImage> cells;              ///< alive ones, ascending by rank
    std::vector<TimerImage> timers;            ///< ascending by (deadline, owner, ordinal)
    std::vector<std::uint64_t> decisionState;  ///< what the policy remembers; most: nothing
    bool operator==(const WorldImage&) const = default;
};

/// Combined digest of cells, timers and what the policy remembers: one number, equal when
/// everything that decides how the run goes on is. `births` by rank, as in the image's run.
std::uint64_t stateDigestOf(const WorldImage& image, const std::vector<CellBirth>& births);
/// Digest of one cell: state, ordinals, behaviour, what waits for it and what it waits for.
std::uint64_t cellDigestOf(const CellImage& cell);

}  // namespace ariadne
