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
    kSend = 3,     ///< enqueue; arg: send ordinal of the cell
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
};
inline constexpr std::uint8_t kEventKindCount = 26;

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
};

enum class LogLevel : std::uint8_t { kDebug = 0, kInfo = 1, kWarning = 2, kError = 3 };

/// Bits of EventRow::flags.
inline constexpr std::uint8_t kFlagPeriodic = 1;    ///< kTimerSet: fires again and again
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
        case EventKind::kUndelivered: return true;
        default: return false;
    }
}

/// True for kinds whose message overtakes user messages (the control lane of a mailbox).
constexpr bool isControl(EventKind kind) {
    return kind == EventKind::kDown || kind == EventKind::kUndelivered;
}

/// True for kinds whose payload is plain text.
constexpr bool hasTextPayload(EventKind kind) {
    switch (kind) {
        case EventKind::kStop:
        case EventKind::kFail:
        case EventKind::kBecome:
        case EventKind::kLog:
        case EventKind::kEnd: return true;
        default: return false;
    }
}

}  // namespace ariadne
