// Anything that runs, as the kernel keeps it.
#pragma once

#include "engine/base/ids.h"
#include "engine/base/world_image.h"
#include "engine/kernel/cell_type.h"
#include "engine/kernel/message.h"
#include "engine/region/region.h"
#include "engine/value/change.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ariadne::kernel {

struct MailboxOptions {
    std::uint32_t capacity = 0;  ///< messages waiting; 0 = unbounded
    OnFull onFull = OnFull::kReject;
};

/// What a cell's state may take; see Limits::cellBytesMax.
struct MemoryLimit {
    std::uint64_t bytes = 0;  ///< 0 = as the world's limit has it
};

/// Timers that the kernel sets for a cell (backoffs, cleanup budgets, ...) are counted apart from
/// those it sets itself, and behind them.
inline constexpr std::uint64_t kKernelTimer = std::uint64_t{1} << 63;

/// What most cells never have.
struct CellExtras {
    struct PendingAsk {
        std::uint64_t id = 0;
        Position askedAt;
        std::uint64_t timer = 0;  ///< ordinal of its timeout
        Rank target;              ///< who was asked
        bool forever = false;
    };
    struct OwnTimer {
        std::uint64_t ordinal = 0;
        VirtualTime deadline;
    };
    /// An ask in hand that was not answered yet.
    struct OwedReply {
        Rank asker;
        std::uint64_t ask = 0;
    };
    /// A permit that waits for a free slot in this cell's mailbox.
    struct PermitWait {
        Rank maker;
        std::uint64_t ordinal = 0;
    };
    /// A message that waits here, or comes late, and has a timer that ends that.
    struct Expiring {
        Position enqueuedAt;
        std::uint64_t timer = 0;  ///< its ordinal
    };
    /// An effect without an answer yet.
    struct PendingEffect {
        effect::Request request;
        Position askedAt;
        const value::TypeInfo* answer = nullptr;
    };
    using ChildNames = std::map<std::string, std::uint32_t, std::less<>>;
    MessageQueue control;  ///< the lane that goes first; Cell::urgent says that it is not empty
    std::uint64_t timersSet = 0;
    std::uint64_t childrenBorn = 0;
    Rank lastChild;                      ///< youngest living child
    std::uint32_t setAside = 0;          ///< stashed messages as its next turn finds them
    std::vector<PendingEffect> effects;  ///< ascending by ordinal
    std::uint64_t effectsMade = 0;
    MessageQueue stash;  ///< of a region: its finalizers, the next one to run first
    std::vector<Rank> watchers;
    std::vector<Rank> links;
    std::vector<OwedReply> owed;
    std::vector<PermitWait> permitQueue;
    std::vector<Expiring> expiring;  ///< ascending by enqueuedAt
    std::vector<Rank> parkedHere;    ///< senders that wait until this mailbox has room
    std::uint32_t reservedSlots = 0;
    MemoryLimit memory;  ///< its own; the world's may be lower
    // Supervision, by the region the cell was spawned into
    ChildOptions child;
    void* firstState = nullptr;  ///< what a restart begins with; null = is never restarted
    std::uint32_t incarnation = 0;
    std::uint32_t restartsInARow = 0;
    VirtualTime livesSince;
    Round failedIn;  ///< lives again since then, and has not had a turn yet; 0 = it has
    std::uint64_t childOrdinal = 0;  ///< among the children of its region
    // Cancellation
    std::uint32_t maskedTurns = 0;                 ///< left before a request is told
    CancelReason cancelled = CancelReason::kNone;  ///< the strongest request so far
    VirtualTime cancelUntil;
    bool cancelTold = false;
    std::uint64_t kernelTimers = 0;  ///< of those with kKernelTimer in their ordinal
    std::uint64_t regionsOpened = 0;
    std::uint64_t obligationsMade = 0;
    std::vector<Obligation> held;         ///< open ones in the ledgers of regions
    std::vector<PendingAsk> pendingAsks;  ///< ascending by id
    std::vector<OwnTimer> timers;  ///< ascending; set and neither fired for good nor cancelled
    ChildNames childNames;

    /// How often children had that name, this time included.
    std::uint32_t useName(std::string_view name) {
        if (lastName == childNames.end() || lastName->first != name) {
            lastName = childNames.find(name);
            if (lastName == childNames.end()) lastName = childNames.emplace(name, 0).first;
        }
        return ++lastName->second;
    }
    ChildNames::iterator lastName = childNames.end();  ///< where useName() found the last one
    std::vector<PendingAsk>::iterator findAsk(std::uint64_t id) {
        const auto at =
            std::lower_bound(pendingAsks.begin(), pendingAsks.end(), id,
                             [](const PendingAsk& ask, std::uint64_t x) { return ask.id < x; });
        return at != pendingAsks.end() && at->id == id ? at : pendingAsks.end();
    }
    std::vector<Expiring>::iterator findExpiring(Position enqueuedAt) {
        const auto at = std::lower_bound(
            expiring.begin(), expiring.end(), enqueuedAt,
            [](const Expiring& message, Position x) { return message.enqueuedAt < x; });
        return at != expiring.end() && at->enqueuedAt == enqueuedAt ? at : expiring.end();
    }
    void addTimer(const OwnTimer& timer) {
        timers.insert(std::upper_bound(timers.begin(), timers.end(), timer,
                                       [](const OwnTimer& a, const OwnTimer& b) {
                                           return a.ordinal < b.ordinal;
                                       }),
                      timer);
    }
    std::vector<OwnTimer>::iterator findTimer(std::uint64_t ordinal) {
        const auto at = std::lower_bound(
            timers.begin(), timers.end(), ordinal,
            [](const OwnTimer& timer, std::uint64_t x) { return timer.ordinal < x; });
        return at != timers.end() && at->ordinal == ordinal ? at : timers.end();
    }
};

/// A cell of one World. Its state is touched by its own turns only.
/// Invariants: an ended cell has no state and empty lanes; `scheduled` says whether it stands in
/// the world's list of runnable cells.
struct alignas(64) Cell {
    // A cache line for who sends to it, and for the beginning of its turns.
    [[no_unique_address]] MessageQueue mailbox;
    Rank rank;
    CellKey key;
    const CellType* type = nullptr;
    void* state = nullptr;
    [[no_unique_address]] MailboxOptions options;
    bool ended = false;
    bool scheduled = false;
    bool suspended = false;  ///< waits out a backoff or a full mailbox; `scheduled` without a turn
    bool special = false;    ///< something must be looked at after its turns: see afterTurn()
    bool ending = false;     ///< its turn of this round ended it; takes no further delivery
    bool measured = false;   ///< its turns end with settleMemory(): a limit, or scratch memory
    bool urgent = false;     ///< there is something in its control lane
    bool touched = true;     ///< it is known that its image may differ, or nobody asks
    std::uint16_t behaviour = 0;
    // And one for what its turns count.
    std::unique_ptr<CellExtras> extras;
    Position lastTurn;
    std::uint64_t turns = 0;
    std::uint64_t sends = 0;
    std::uint64_t draws = 0;
    std::uint32_t turnsThisRound = 0;  ///< taken and not committed yet; only with faults
    Rank parent;
    Rank olderSibling;
    Rank youngerSibling;
    std::unique_ptr<value::Shadow> shadow;  ///< only while a sink wants changes

    CellExtras& more() {
        if (extras == nullptr) extras = std::make_unique<CellExtras>();
        return *extras;
    }
    std::uint64_t timersSet() const { return extras == nullptr ? 0 : extras->timersSet; }
    std::uint64_t childrenBorn() const { return extras == nullptr ? 0 : extras->childrenBorn; }
    Rank lastChild() const { return extras == nullptr ? kOutside : extras->lastChild; }

    /// The oldest message of its control lane, or null.
    const Message* firstControl() const { return urgent ? extras->control.head() : nullptr; }
    void addControl(Message* message) {
        more().control.pushBack(message);
        urgent = true;
    }
    /// Only when there is one.
    Message* takeControl() {
        Message* message = extras->control.popFront();
        urgent = !extras->control.empty();
        return message;
    }
    /// From here on nothing is put into its mailbox.
    void endsForGood() {
        ended = true;
        options.capacity = 1;  // so that who asks for room first need not ask for this
    }
    bool hasMail() const { return !mailbox.empty() || urgent; }
    std::uint32_t waiting() const { return mailbox.size() + (urgent ? extras->control.size() : 0); }
    /// Control goes first, and before it only the Start of a new life.
    bool controlIsNext() const { return urgent && (mailbox.empty() || !isStart(*mailbox.head())); }
};
static_assert(sizeof(void*) != 8 || sizeof(Cell) == 128, "an idle actor is two cache lines");

/// The name of whom a sibling named `name` has preceded `uses` - 1 times.
inline std::string uniqueName(std::string_view name, std::uint32_t uses) {
    std::string unique{name};
    if (uses > 1) unique += "#" + std::to_string(uses);
    return unique;
}

/// Storage for a state, and its end.
inline void* allocateState(const value::TypeInfo& info) {
    return value::allocate(info);
}
inline void freeState(const value::TypeInfo& info, void* storage) {
    value::deallocate(info, storage);
}
inline void destroyState(const value::TypeInfo& info, void* state) {
    if (state == nullptr) return;
    if (info.destroy != nullptr) info.destroy(state);
    freeState(info, state);
}

}  // namespace ariadne::kernel
