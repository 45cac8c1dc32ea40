// The vocabulary of a run: what can happen, and one committed happening as a row.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/ids.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace ariadne {

/// What happened. Numbers are for ever: they are bytes in trace files.
///
/// *Enqueue* kinds put a message into the mailbox of `peer`; a later kDeliver or kDrop whose cause
/// they are takes it out again. A turn is a kDeliver and the rows after it up to the next turn.
enum class EventKind : std::uint8_t {
    kUnknown = 0,
    kSpawn = 1,    ///< cell: the child; peer: its parent; type, payload: first state; arg: key
    kInput = 2,    ///< enqueue from the outside; type, payload: the message
    kSend = 3,     ///< enqueue; arg: send ordinal of the cell; extra: ns it may wait, 0 = for ever
    kAsk = 4,      ///< enqueue that wants a reply; arg: send ordinal (= ask id); extra: timeout ns
    kReply = 5,    ///< enqueue that answers; arg: the ask id answered
    kForward = 6,  ///< enqueue of a message that was delivered here; arg: send ordinal
    kDeliver = 7,  ///< a turn: cell takes the message of `cause`; arg: turn ordinal; change: state
    kDrop = 8,   ///< a message ended unread: cell: intended receiver; peer: sender; arg: DropReason
    kStop = 9,   ///< the cell ended on purpose; arg: ExitReason; payload: text
    kFail = 10,  ///< the cell ended by a failure; arg: ExitReason; payload: text
    kTimerSet =
        11,  ///< arg: timer ordinal; extra: delay ns, period ns when flag kPeriodic; payload
    kTimerFire =
        12,  ///< enqueue of the timer's message to its owner; cause: kTimerSet; arg: ordinal
    kTimerCancel = 13,  ///< arg: timer ordinal
    kMonitor = 14,      ///< cell watches peer
    kDemonitor = 15,    ///< cell no longer watches peer
    kDown = 16,  ///< enqueue on the control lane: peer learns that cell ended; arg: ExitReason
    kAskTimeout = 17,  ///< enqueue: an ask of this cell got no answer; cause: the kAsk; arg: ask id
    kUndelivered =
        18,  ///< enqueue on the control lane: peer's message was refused by cell; arg: DropReason
    kBecome = 19,    ///< arg: behaviour number, 0 = the first; payload: its name
    kStash = 20,     ///< the message just delivered is set aside; cause: its enqueue event
    kUnstash = 21,   ///< all set-aside messages go back to the front; arg: how many
    kNote = 22,      ///< payload: sized key text, then the value; type: of the value
    kLog = 23,       ///< arg: LogLevel; payload: text
    kDecision = 24,  ///< a free choice; arg: chosen; extra: alternatives
    kEnd = 25,       ///< the run ended; arg: Outcome; payload: text
    // Regions. Rows of a region carry the change of its state, as kDeliver rows do of a cell's.
    kRegion = 26,         ///< a region changed; arg: RegionPhase; extra: Verdict; change
    kRestart = 27,        ///< cell lives again; peer: its region; cause: its end; arg: incarnation;
                          ///< extra: ns it waits before its next turn; type, payload: first state
    kResume = 28,         ///< that wait is over; cause: the kRestart, or the kRegion of its group
    kCancel = 29,         ///< cell asked that peer (a cell or region) ends; arg: CancelReason;
                          ///< extra: cleanup budget, ns
    kCancelRequest = 30,  ///< enqueue on the control lane: peer is asked to end; arg: CancelReason;
                          ///< extra: until when, virtual ns
    kLink = 31,           ///< from here on the failure of either is the failure of both
    kUnlink = 32,         ///< no longer
    kLinkDown = 33,  ///< enqueue on the control lane: peer learns that cell, its link, failed; arg:
                     ///< ExitReason
    kRefuse = 34,    ///< what cell asked for did not happen; peer: what it concerned; arg:
                     ///< RefuseReason; payload: text
    kReserve = 35,   ///< cell: the region that keeps the ledger; peer: the maker; arg: ordinal;
                     ///< extra: ObligationKind; change
    kResolve = 36,   ///< cell: the region; peer: the maker; arg: ordinal; extra: Resolution; change
    kTransfer = 37,  ///< cell: the region; peer: the new holder; arg: ordinal; change
    kGranted = 38,   ///< enqueue: peer learns that its reservation stands, or never will
    kFinalizer =
        39,  ///< cell: the region; peer: who will get it; type, payload: the message; change
    kFinalize = 40,      ///< enqueue of that message; cause: the kFinalizer
    kRegionClosed = 41,  ///< enqueue on the control lane: peer learns that its region is closed
    kPark = 42,          ///< cell takes no turn until the mailbox of peer has room
    kUnpark = 43,        ///< it has
    kMask = 44,          ///< cell is not told of cancellation for so many turns; arg; 0: told again
    kDeadlock = 45,      ///< cell waits for itself; payload: text, the whole circle
    kSpend = 46,         ///< arg: cost taken from the budgets above cell
    // The outside
    kEffect = 47,      ///< cell asks the outside; arg: effect ordinal; extra: timeout ns; type,
                       ///< payload; flag kFlagAgain
    kEffectDone = 48,  ///< enqueue: the answer, an input; cause: the kEffect; arg: ordinal; extra:
                       ///< EffectStatus; type, payload: the answer, or EffectFailed
    kEffectCancel = 49,  ///< cell no longer wants it; arg: ordinal
    kClock = 50,         ///< live mode, an input: the clock was read; arg: virtual ns
    kFault = 51,   ///< injected; cell: whom it hits; cause: what it hits; arg: FaultKind; extra: ns
    kMetric = 52,  ///< a figure of the run so far; arg: Metric (kernel/metrics.h); extra: its
                   ///< value, of a histogram how many values; payload: of a histogram
    kWait = 53,  ///< nothing can happen any more, and cell waits for peer, or leads on to it; arg:
                 ///< WaitKind; extra: of which ask or obligation; payload: its name
};
inline constexpr std::uint8_t kEventKindCount = 54;

/// Why a cell goes on only when another does something, when a run has come to rest. Numbers are
/// bytes in trace files.
enum class WaitKind : std::uint8_t {
    kUnknown = 0,
    kAnswer = 1,      ///< of an ask without timeout
    kRoom = 2,        ///< parked at a full mailbox
    kSlot = 3,        ///< a permit that is not granted
    kObligation = 4,  ///< a closing region; peer: the holder
    kChild = 5,       ///< a closing region; peer: what lives right below it
    // They do not wait themselves, but whoever waits for them waits for who comes next.
    kKeepsSlot = 16,  ///< peer: the holder of the permit
    kGaveAway = 17,   ///< an obligation that it made; peer: the holder
};
/// False: who leads on, and does not wait itself.
constexpr bool isWait(WaitKind kind) {
    return kind != WaitKind::kKeepsSlot && kind != WaitKind::kGaveAway;
}

/// Why a message was not read.
enum class DropReason : std::uint8_t {
    kUnknown = 0,
    kNoSuchCell = 1,     ///< the address was never born
    kReceiverEnded = 2,  ///< the cell had ended, or ended with the message in its mailbox
    kMailboxFull = 3,    ///< bounded mailbox, policy reject or drop_newest
    kDisplaced = 4,      ///< bounded mailbox, policy drop_oldest: made room for a newer one
    kUnhandled = 5,      ///< the receiver has no handler for it (in its present behaviour)
    kLateReply = 6,      ///< the ask was answered or timed out before
    kNobodyAsked = 7,    ///< a reply while there is nobody to answer
    kLost = 8,           ///< an injected fault
    kDelayed = 9,        ///< an injected fault: a later row brings it
    kExpired = 10,       ///< it waited longer than its sender wanted
};
inline constexpr std::uint8_t kDropReasonCount = 11;

/// What a fault does. Numbers are bytes in trace files.
enum class FaultKind : std::uint8_t {
    kCrash = 0,      ///< a turn fails before it begins
    kDrop = 1,       ///< a message is lost
    kDelay = 2,      ///< a message comes later
    kDuplicate = 3,  ///< a message comes twice
    kEffect = 4,     ///< an effect fails without being tried
    kReply = 5,      ///< an answer is lost: its ask goes on waiting
};

/// Why an output did not happen.
enum class RefuseReason : std::uint8_t {
    kUnknown = 0,
    kRegionNotOpen = 1,  ///< spawn, open or add a finalizer below a region that is closing or gone
    kNoSuchRegion = 2,   ///< the address is no region
    kNotOpen = 3,        ///< the obligation was resolved before, or never made
    kNotHolder = 4,      ///< only who holds an obligation resolves or passes it on
    kReceiverEnded = 5,  ///< a permit for a mailbox that is gone, an obligation for who has ended
    kNothingToLink = 6,  ///< the other end of a link has ended or was never born
    kNotGranted = 7,     ///< an effect its region was not granted
    kUnderWay = 8,       ///< an effect asked for again before it was answered
};

/// Why a cell ended.
enum class ExitReason : std::uint8_t {
    kUnknown = 0,
    kStopped = 1,      ///< its own stop()
    kFailed = 2,       ///< its own fail()
    kThrew = 3,        ///< its handler threw
    kParentEnded = 4,  ///< its parent ended
    kLimit = 5,        ///< it broke a limit; the text names it
    kNoSuchCell = 6,   ///< told to a watcher of an address that was never born or ended before
    kCancelled = 7,    ///< it was asked to end and does not want to know, or stopped because of it
    kLinked = 8,       ///< a cell it was linked with failed
    kEscalated = 9,    ///< a region it opened failed and it does not handle RegionClosed
    kOverdue = 10,     ///< its time to clean up ran out
    kSupervisor = 11,  ///< its supervisor ended it, to restart it or its group
};

/// How a run ended. kRunning never stands in a kEnd row.
enum class Outcome : std::uint8_t {
    kRunning = 0,
    kCompleted = 1,  ///< the root stopped
    kQuiescent = 2,  ///< nothing can ever happen again, cells are still alive
    kFailed = 3,     ///< the root failed
    kUntil = 4,      ///< the asked-for time or round was reached, or a person stopped it
    kLimit = 5,      ///< a limit of the world was hit; the text names it
    kUndecided = 6,  ///< a list of recorded decisions ended or did not fit; the text says where
    kDeadlock = 7,   ///< nothing can ever happen again, and some cells wait in a circle
    kLeaked = 8,     ///< it ended well, but an obligation was leaked on the way
};

enum class LogLevel : std::uint8_t { kDebug = 0, kInfo = 1, kWarning = 2, kError = 3 };

/// Bits of EventRow::flags.
inline constexpr std::uint8_t kFlagPeriodic = 1;    ///< kTimerSet: fires again and again
inline constexpr std::uint8_t kFlagAgain = 32;      ///< kEffect: under the number of an earlier one
inline constexpr std::uint8_t kFlagInput = 16;      ///< kEffectDone: the answer came from outside
inline constexpr std::uint8_t kFlagCopy = 8;        ///< enqueue: a fault made it of another message
inline constexpr std::uint8_t kFlagFront = 4;       ///< enqueue: goes before what waits
inline constexpr std::uint8_t kFlagDigestOnly = 2;  ///< kDeliver: some field's change is a digest

/// One committed event. Which fields mean what depends on the kind; unused ones are zero.
/// Views live as long as the call they are passed to, or as the row's owner says.
struct EventRow {
    Position seq;
    VirtualTime time;
    Round round;
    Position cause;  ///< the event without which this one would not be; 0 = none
    std::uint64_t arg = 0;
    std::uint64_t extra = 0;
    Rank cell;
    Rank peer;
    TypeIndex type;
    EventKind kind = EventKind::kUnknown;
    std::uint8_t flags = 0;
    ByteView payload;  ///< canonical encoding of a value of `type`, or text
    ByteView change;   ///< kDeliver: what the turn did to the state (value/change.h); may be empty
};

std::string_view nameOf(EventKind kind);
std::string_view nameOf(DropReason reason);
std::string_view nameOf(RefuseReason reason);
std::string_view nameOf(FaultKind kind);
std::string_view nameOf(ExitReason reason);
std::string_view nameOf(Outcome outcome);
std::string_view nameOf(LogLevel level);

/// The kind of that name ("send", "timer_fire"), or nullopt.
std::optional<EventKind> eventKindNamed(std::string_view name);

/// True for kinds that put a message into the mailbox of `peer`.
constexpr bool isEnqueue(EventKind kind) {
    switch (kind) {
        case EventKind::kInput:
        case EventKind::kSend:
        case EventKind::kAsk:
        case EventKind::kReply:
        case EventKind::kForward:
        case EventKind::kTimerFire:
        case EventKind::kDown:
        case EventKind::kAskTimeout:
        case EventKind::kUndelivered:
        case EventKind::kCancelRequest:
        case EventKind::kLinkDown:
        case EventKind::kGranted:
        case EventKind::kFinalize:
        case EventKind::kEffectDone:
        case EventKind::kRegionClosed: return true;
        default: return false;
    }
}

/// True for kinds whose message overtakes user messages (the control lane of a mailbox).
constexpr bool isControl(EventKind kind) {
    return kind == EventKind::kDown || kind == EventKind::kUndelivered ||
           kind == EventKind::kCancelRequest || kind == EventKind::kLinkDown ||
           kind == EventKind::kRegionClosed;
}

/// True for kinds whose payload is plain text.
constexpr bool hasTextPayload(EventKind kind) {
    switch (kind) {
        case EventKind::kStop:
        case EventKind::kFail:
        case EventKind::kBecome:
        case EventKind::kLog:
        case EventKind::kRefuse:
        case EventKind::kDeadlock:
        case EventKind::kWait:
        case EventKind::kEnd: return true;
        default: return false;
    }
}

}  // namespace ariadne
