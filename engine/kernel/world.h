// One run: cells, rounds, virtual time. The semantics are in engine/README.md.
#pragma once

#include "engine/base/event.h"
#include "engine/base/limits.h"
#include "engine/base/world_image.h"
#include "engine/effect/effect.h"
#include "engine/kernel/bump_list.h"
#include "engine/kernel/by_hand.h"
#include "engine/kernel/cell.h"
#include "engine/kernel/cell_store.h"
#include "engine/kernel/decision_source.h"
#include "engine/kernel/event_sink.h"
#include "engine/kernel/faults.h"
#include "engine/kernel/key_index.h"
#include "engine/kernel/last_rounds.h"
#include "engine/kernel/message.h"
#include "engine/kernel/message_pool.h"
#include "engine/kernel/metrics.h"
#include "engine/kernel/one_message.h"
#include "engine/kernel/out_log.h"
#include "engine/kernel/rank_set.h"
#include "engine/kernel/region_type.h"
#include "engine/kernel/round_executor.h"
#include "engine/kernel/type_registry.h"

#include <absl/status/status.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ariadne::kernel {

class TurnSlot;
class TurnWatch;
class WaitGraph;
struct Wait;

/// What may be delivered next. Part of the run's header.
enum class Policy : std::uint8_t {
    kRounds = 0,  ///< lock-step: every runnable cell, up to a batch of messages
    kRandom = 1,  ///< one message at a time, any head of any (sender, receiver) channel
    kPct = 2,     ///< the same, chosen by priorities (pct_decisions.h)
    kReplay = 3,  ///< the same, chosen as in a recorded run (replay_decisions.h)
};
std::string_view nameOf(Policy policy);
/// The policy of that name, or nullopt.
std::optional<Policy> policyNamed(std::string_view name);

struct WorldOptions {
    std::uint64_t seed = 0;
    Policy policy = Policy::kRounds;
    std::uint32_t batch = 16;  ///< deliveries a cell takes per round at most, >= 1
    Limits limits;
    std::uint32_t pctDepth = 3;     ///< kPct: changes of priority plus one, 1..kPctDepthMax
    std::uint64_t pctSteps = 1000;  ///< kPct: free choices a run is expected to have, >= 1
    bool live = false;              ///< virtual time follows setClock() and never jumps
    /// What the outside lets the whole program do.
    std::vector<effect::Grant> grants = {};
    Faults faults = {};
    /// Turns between two reports of the metrics as events, the last one at the end; 0 = none, and
    /// no histograms.
    std::uint64_t metricsEvery = 0;
    bool operator==(const WorldOptions&) const = default;
};

/// The decision source of a policy. That of kReplay has an empty list: give the World a full one.
std::unique_ptr<DecisionSource> decisionsOf(const WorldOptions& options);

/// Finds a cell type by the structural hash of its state; null when the program has none.
using CellTypeFinder = std::function<const CellType*(std::uint64_t stateHash)>;

/// A deterministic world of cells: a pure function of its options, root and root message.
///
/// Threading: thread-confined; useThreads() lets it share the run phase of a round with threads of
/// its own. Lifetime: the sink, decision source and cell types outlive it.
/// Invariants: ranks are dense; `runnable_` holds exactly the cells with `scheduled`, and a cell
/// with a waiting message is scheduled; the position only grows.
class World {
public:
    /// `sink` and `decisions` may be null (no observer; the policy's own choices).
    explicit World(const WorldOptions& options, EventSink* sink = nullptr,
                   DecisionSource* decisions = nullptr);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    MessagePool& pool() { return lanes_.front()->pool; }

    /// How the run phase of a round is spread over threads. Decides nothing about the run.
    struct Threads {
        std::uint32_t count = 1;  ///< 1..64, the calling thread included
        /// Rounds of fewer runnable cells stay on the calling thread.
        std::uint32_t inlineBelow = 64;
        std::uint32_t cellsPerPart = 0;  ///< runnable cells taken at a time; 0 = chosen per round
    };
    /// Between two rounds.
    void useThreads(const Threads& threads);

    /// From now on `watch`, which outlives the World, can tell what every thread is at; null: no
    /// more. Decides nothing about the run. Between two rounds, and as keepBirths(), which it
    /// implies: before start() or restore(), or after either when births are kept.
    void watchTurns(TurnWatch* watch);

    /// Begins the run: the root is born and `first` (owned from here on) waits in its mailbox.
    /// Call once, or restore() instead.
    void start(const CellType& root, void* rootState, std::string_view name, Message* first);

    /// Makes this world the one of `image`. `births` are all cells born up to the image's position,
    /// by rank, [0] empty; `types` is the table the image was written with.
    /// kFailedPrecondition: the program lacks a cell or message type; kDataLoss: the image
    /// contradicts itself.
    absl::Status restore(const WorldImage& image, const std::vector<CellBirth>& births,
                         const TypeTable& types, const CellTypeFinder& findCellType);

    /// One round. False when the run has ended, also when it ended before.
    bool step();
    /// Rounds until the run ends, the next round would be after `until`, or `rounds` are done.
    /// Leaves the world ready to go on.
    void runUntil(VirtualTime until, std::uint64_t rounds);
    /// Ends a run that has not ended: a person or an `until` stopped it.
    void end(Outcome outcome, std::string_view text);

    Outcome outcome() const { return outcome_; }
    const std::string& outcomeText() const { return outcomeText_; }
    Position position() const { return position_; }
    VirtualTime now() const { return now_; }
    Round round() const { return round_; }
    std::uint64_t failures() const { return failures_; }
    /// Obligations whose holder ended with them.
    std::uint64_t leaks() const { return leaks_; }
    std::uint32_t aliveCount() const { return alive_; }
    /// Turns so far.
    std::uint64_t deliveredCount() const { return delivered_; }
    /// Figures of the run so far, also of what came before a restore(). Between two rounds.
    Metrics metrics() const;
    const TypeTable& types() const { return types_.table(); }
    /// By rank, [0] is the outside. Only kept when a sink is attached or keepBirths() was called.
    const std::vector<CellBirth>& births() const { return births_; }
    /// Before start() or after restore().
    void keepBirths();

    // The outside. Calls between two rounds; what they bring is admitted by the next one, answers
    // first, then messages, each in order, and recorded. Given the recorded inputs in the recorded
    // rounds a run repeats.
    /// The answer to an effect. Ignored when nobody waits for it any more.
    void complete(effect::Completion completion);
    /// A message from outside (owned from here on); a dead letter when there is no such cell, or
    /// none that accepts it.
    void tell(CellKey to, Message* message);
    /// The same by description. Dead letters may be of a type that the program lacks; kNotFound:
    /// another one is. kDataLoss: `payload` is no value of that type.
    absl::Status tell(CellKey to, const TypeTable& types, TypeIndex type, ByteView payload);
    /// Live mode: what the clock says, in virtual time, which then never jumps ahead of it. An
    /// earlier time than now is now.
    void setClock(VirtualTime now);
    /// What cells asked for since the last call, for the host to carry out; after a restore() also
    /// what was on its way then. What was called off meanwhile is not among them. Take what was
    /// cancelled first: one may have been asked for again since, under the same key.
    std::vector<effect::Request> takeRequests() { return std::exchange(requests_, {}); }
    /// Requests taken before that nobody wants answered any more: (cell key, ordinal). What of them
    /// was answered all the same is not to be brought here.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> takeCancelledRequests() {
        return std::exchange(cancelledRequests_, {});
    }
    /// Nothing can happen before the outside answers, or its clock goes on: step() does nothing.
    bool waitsForOutside() const {
        if (outcome_ != Outcome::kRunning || !runnable_.empty() || !inputs_.empty()) return false;
        return live_ || effectsPending_ != 0;
    }
    bool isLive() const { return live_; }
    /// Live mode: when the next timer is due; nullopt when there is none.
    std::optional<VirtualTime> nextDeadline() const {
        if (timers_.empty()) return std::nullopt;
        return timers_.begin()->first.deadline;
    }

    /// Bytes that a cell takes.
    struct Footprint {
        std::uint64_t state = 0;    ///< as value/footprint.h counts: the same everywhere
        std::uint64_t waiting = 0;  ///< messages in mailbox and stash, likewise
        std::uint64_t engine = 0;   ///< what this build keeps of it besides; a close guess
    };
    /// Between two rounds; nullopt when no such cell lives. Walks the state, unless account of it
    /// is kept, and what waits.
    std::optional<Footprint> footprintOf(CellKey key) const;

    // By hand (by_hand.cpp): the caller, not the policy, says what happens next. Under any policy,
    // between two rounds, without decision rows. A run led by hand is not repeated by its header.
    /// All that waits, by rank of the receiver, control first, then as it stands in the mailbox.
    std::vector<WaitingMessage> waiting() const;
    /// nullopt: the cell has ended or was never born.
    std::optional<CellView> look(CellKey cell) const;
    /// A round of one turn: `receiver` takes the Start of a new life, else its next control
    /// message, else the oldest of `sender` (key 0: the outside), or of all. Virtual time stands
    /// still; timers that are due and inputs are admitted as ever. False: there is none, or the
    /// receiver takes no turn now (suspended, ended, the run is over).
    bool deliverNext(CellKey receiver, std::optional<CellKey> sender = {});
    /// A round of one turn: `receiver` takes `message` (owned from here on) from outside, before
    /// all that waits. False: it takes no turn now, and nothing of `message` is on record.
    bool deliverInput(CellKey receiver, Message* message);
    /// Admits inputs and fires the timers due up to `until`, each at its deadline, without a turn;
    /// now() is `until` afterwards unless it was later or the run has ended. Not in live mode.
    void passTime(VirtualTime until);
    /// The next turn of `cell` fails before it begins. False: it has ended or was never born.
    bool crashNext(CellKey cell);
    /// Loses, delays (by `delay` >= 0) or doubles a message that waits for `receiver`. False when
    /// there is none at `enqueuedAt` that may be hit: what actors and the outside send may, but no
    /// Start, control message, timer or reply.
    bool injectInto(FaultKind kind, CellKey receiver, Position enqueuedAt, Duration delay = {});
    /// Loses the reply to an ask that waits for `asker`; `ask` is open again, with the deadline it
    /// had. Null: it is nobody's any more, the asker was restarted since. False: no such reply.
    bool loseReply(CellKey asker, Position enqueuedAt, const OpenAsk* ask);

    /// The whole world between two rounds; needs births. Event digests are left 0.
    WorldImage image();
    /// The same, and from here on imageOfChanges() can say what differs from it.
    WorldImage baseImage();
    /// What may have changed since the last baseImage() or imageOfChanges(), for bringUpToDate();
    /// a whole image when there was none. Costs what changed, and the timers.
    WorldImage imageOfChanges();
    /// How much that would be. Between two rounds.
    ImageSize imageSize() const;

private:
    friend class Turn;

    struct TimerKey {
        VirtualTime deadline;
        Rank owner;
        std::uint64_t ordinal = 0;
        auto operator<=>(const TimerKey&) const = default;
    };
    struct Timer {
        std::int64_t periodNs = 0;
        Position setAt;
        std::uint64_t askId = 0;  ///< kAskTimeout: the ask; kLease: the obligation's ordinal
        Message* message = nullptr;
        TimerUse use = TimerUse::kMessage;
        Rank maker;  ///< kLease: of the obligation
    };

    // Admit
    bool admit();
    void moveClock(VirtualTime to);
    /// Commits, and ends the run when nobody is left. False when it has ended.
    bool closeRound();
    // Time that stands still (last_rounds.cpp)
    /// Of the last rounds before roundsPerInstantMax.
    void noteRound();
    std::string whoGoesOn();
    // By hand (by_hand.cpp)
    /// What deliverNext() would take, or null.
    const Message* nextByHand(const Cell& cell, std::optional<CellKey> sender) const;
    /// The message in the mailbox of `cell` that `enqueuedAt` put there, or null.
    static const Message* findWaiting(const Cell& cell, Position enqueuedAt);
    Message* takeOut(Cell& cell, const Message& wanted);
    void openAgain(Cell& asker, const Message& reply, const OpenAsk& ask);
    void takeFromRunnable(Cell& cell);
    /// A message was taken out of its mailbox without a turn.
    void leftRoom(Cell& cell);
    // The outside (outside.cpp)
    struct Input {
        std::optional<effect::Completion> completion;
        CellKey to;
        Message* message = nullptr;
        std::optional<VirtualTime> clock;
        // A message by description, which nobody can read
        TypeIndex type = {};
        std::optional<Bytes> payload = {};
    };
    void admitInputs();
    void admitMessage(const Input& input);
    /// Why a message of that type cannot be put into the mailbox of `cell`, if so.
    static std::optional<DropReason> whyDead(const Cell& cell, std::uint64_t typeHash);
    void admitCompletion(effect::Completion& completion);
    void commitEffect(Cell& cell, EffectOrder& order, std::uint8_t flags, Position cause);
    void commitEffectCancel(Cell& cell, std::uint64_t ordinal, Position cause);
    void effectEnds(Cell& cell, std::uint64_t ordinal, effect::EffectStatus status,
                    std::string text, Position cause, std::uint8_t flags = 0);
    void forgetEffects(Cell& cell);
    /// The host is told, unless it has not heard of the request yet.
    void callOff(std::uint64_t cellKey, std::uint64_t ordinal);
    /// The scope under which `cell` may perform `name`, or null.
    const std::string* scopeFor(Cell& cell, std::string_view name);
    void fireTimer(TimerKey key, Timer& timer);
    void fireKernelTimer(Cell& owner, Timer& timer);
    // Run (run.cpp): touches the lane, the log and the cell alone
    /// What one thread of the run phase has for itself.
    struct Lane {
        explicit Lane(MessageDepots& depots) : pool(depots) {}
        MessagePool pool;
        value::ChangeScratch scratch;
        TurnSlot* slot = nullptr;  ///< where it says what it is at; null: nobody looks
    };
    void assignSlots();
    void runRound();
    void runParts(std::uint32_t parts);
    // Run and commit in one (at_once.cpp)
    /// Whether the turns of this round may be committed one by one, as they end.
    bool mayCommitAtOnce() const;
    /// The run phase and the commit of all turns of `running_`.
    void runAtOnce();
    template <bool kTold, bool kWatched>
    void runAllAtOnce();
    /// False when the cell takes nothing more this round.
    template <bool kTold, bool kWatched>
    [[gnu::always_inline]] inline bool turnAtOnce(Lane& lane, OutLog& log, Turn& context,
                                                  Cell& cell, Message* delivery);
    /// One with something to it that most do not have.
    template <bool kTold>
    [[gnu::noinline]] bool rareTurnAtOnce(Lane& lane, OutLog& log, Cell& cell, Message* delivery);
    /// One that did, or threw, such a thing.
    template <bool kTold>
    [[gnu::noinline]] bool settleAtOnce(Lane& lane, OutLog& log, Turn& context, TurnRecord& turn);
    /// The next message of `cell`, which something in its control lane has woken, that was there
    /// when the round began at `begun`; null: none.
    [[gnu::noinline]] static Message* takeUrgent(Cell& cell, Position begun);
    // One message at a time (one_message.cpp)
    /// False when the run has ended instead: the decision source had no answer.
    bool runOneMessage();
    std::optional<std::uint32_t> choose(ChoiceKind kind, CellKey receiver,
                                        std::span<const Rank> alternatives);
    Message* takeMessage(Cell& cell);
    [[gnu::always_inline]] inline void runCell(Lane& lane, OutLog& log, Cell& cell);
    /// The turns of these, one cell after the other.
    void runCells(Lane& lane, OutLog& log, std::span<Cell* const> cells);
    /// Cells come from far apart: one is on its way before its turn, and what it points to as soon
    /// as it is here.
    static void lookAhead(std::span<Cell* const> cells, std::size_t at) {
        constexpr std::size_t kCellAhead = 6;
        constexpr std::size_t kMailAhead = 3;
        if (at + kCellAhead >= cells.size()) return;
        const Cell& later = *cells[at + kCellAhead];
        __builtin_prefetch(&later);
        __builtin_prefetch(&later.turns);
        const Cell& soon = *cells[at + kMailAhead];
        __builtin_prefetch(soon.mailbox.head());
        __builtin_prefetch(soon.state);
    }
    /// Takes the scheduled cells into `running_`.
    void gatherRunning();
    /// A round of one turn.
    void runOne(Cell& cell, Message* delivery);
    /// False when the cell takes nothing more this round: it ended, or what it unstashed goes
    /// first.
    [[gnu::always_inline]] inline bool runTurn(Lane& lane, OutLog& log, Cell& cell,
                                               Message* delivery, TurnRecord& turn);
    static TurnRecord beginRecord(const OutLog& log, Cell& cell, Message* delivery);
    /// The exception in flight ended the turn.
    static void noteException(OutLog& log, TurnRecord& turn);
    static void noteMarks(const Turn& context, TurnRecord& turn);
    [[gnu::always_inline]] inline bool finishTurn(Lane& lane, OutLog& log, Turn& context,
                                                  TurnRecord& turn);
    void undoOutputs(Lane& lane, OutLog& log, TurnRecord& turn);
    // Memory (memory.cpp)
    /// What `cell` may take; 0 = as much as it likes.
    std::uint64_t bytesMaxOf(const Cell& cell) const;
    /// Its state is new: begins to keep account of it, if it has a limit that it can ever break.
    void measure(Cell& cell);
    /// The turn of a measured cell is over: ends its scratch memory, and fails it should the state
    /// be too large.
    void settleMemory(OutLog& log, Cell& cell, TurnRecord& turn);
    // Commit
    void commit();
    template <bool kTold>
    void commitLog(OutLog& log);
    // Metrics (measure.cpp)
    template <bool kTold>
    void commitMeasured(OutLog& log);
    /// What the turns of the round found; nothing of it is committed yet.
    void measureRound();
    void tellMetrics();
    /// The turns at which the figures are told next.
    std::uint64_t nextReport() const {
        return (delivered_ / options_.metricsEvery + 1) * options_.metricsEvery;
    }
    template <bool kTold>
    [[gnu::always_inline]] inline void commitTurn(OutLog& log, TurnRecord& turn);
    /// The lines of the log from `begin` to before `end`, which `cell` wrote when it took
    /// `delivery`.
    template <bool kTold, bool kFaults>
    [[gnu::always_inline]] inline void commitLines(OutLog& log, Cell& cell, Message* delivery,
                                                   std::size_t begin, std::size_t end,
                                                   Position turnSeq);
    /// One that is no plain send; two of them belong to an ask. Returns the place of the last.
    [[gnu::noinline]] std::size_t commitRareLine(OutLog& log, Cell& cell, Message* delivery,
                                                 std::size_t at, Position turnSeq);
    void commitOutput(OutLog& log, Cell& cell, Output& output, Position turnSeq, Message* delivery);
    template <bool kTold, bool kFaults>
    [[gnu::always_inline]] inline void commitSend(Cell& cell, Message* message, Position turnSeq,
                                                  std::uint64_t timeoutNs);
    /// commitSend() where it does not have to be fast.
    void commitAnySend(Cell& cell, Message* message, Position turnSeq, std::uint64_t timeoutNs);
    void commitAsk(Cell& cell, Message* message, Output& timeout, Position turnSeq);
    void commitForward(Cell& cell, Message* message, Position turnSeq);
    void commitRare(OutLog& log, Cell& cell, Output& output, Position turnSeq);
    void afterTurn(Cell& cell, Position turnSeq, Position enqueuedAt);
    Position commitFailure(OutLog& log, Cell& cell, const TurnRecord& turn, Position turnSeq);
    /// Null when a limit forbids it.
    Cell* commitBirth(Rank parent, const BirthOrder& order, std::string_view name, Position cause);
    Position tellBirth(const Cell& born, const BirthOrder& order, std::string_view name,
                       Position cause);
    /// Spawning into a region, and opening one.
    void commitBirthInto(Cell& creator, const BirthOrder& order, std::string_view name,
                         const BirthCare* care, Position cause);
    // Regions (regions.cpp)
    Cell* regionAbove(const Cell& cell);
    /// The region whose ledger has what `cell` makes; the first time, the one of the whole run.
    /// Null when a limit forbids even that.
    Cell* ledgerOf(Cell& cell, Position cause);
    Position emitRegion(Cell& region, EventRow& row);
    Position regionChanged(Cell& region, Position cause);
    void closeRegion(Cell& region, Position cause);
    void addFinalizer(Cell& cell, Output& output, CellKey target, Position cause);
    void applyCancel(Cell& by, Cell& target, CancelReason reason, VirtualTime until,
                     Position cause);
    void cancelBelow(Cell& by, Cell& target, CancelReason reason, VirtualTime until,
                     Position cause);
    void cancelCell(Cell& by, Cell& cell, CancelReason reason, VirtualTime until, Position cause);
    void askToEnd(Cell& by, Cell& cell, CancelReason reason, VirtualTime until, Position cause);
    void tellCancelled(Cell& by, Cell& cell, Position cause);
    void cleanupIsOver(Cell& region, Position cause);
    /// Ends `cell` with a row of its own; it is finished when the round is settled.
    void endCell(Cell& cell, EventKind kind, ExitReason reason, Rank by, Position cause,
                 std::string text);
    void endBelow(Cell& cell, ExitReason reason, Position cause);
    void childEnded(Cell& region, Cell& child, Verdict verdict, std::string_view text,
                    Position cause);
    /// Regions below a cell that has ended go on to their end: whoever is above waits for them.
    void countOutlivers(Cell& ended, Position cause);
    void outliverEnded(Cell& region, Position cause);
    /// It is looked at when nothing is ending any more.
    void advance(Cell& region, Position cause);
    void moveOn(Cell& region, Position cause);
    void runFinalizer(Cell& region);
    void finalizerDone(Rank region, Position cause);
    void regionIsClosed(Cell& region, Position cause);
    void useBudgets(Cell& cell, std::uint64_t turns, std::uint64_t cost, Position cause);
    void tellSpent();
    void startTimer(Cell& owner, Duration delay, TimerUse use, Position cause,
                    std::uint64_t ordinal = 0, Rank maker = {}, Message* message = nullptr);
    // Messages that expire (expiry.cpp)
    void commitExpiringSend(Cell& cell, Message* message, Duration life, Position turnSeq);
    /// The message enqueued at that position, which is about to get there, expires at `deadline`.
    void expireAt(Cell& receiver, Position enqueuedAt, VirtualTime deadline);
    std::optional<VirtualTime> expiryOf(Cell& receiver, Position enqueuedAt);
    /// It no longer waits. Most messages never expire.
    void forgetExpiry(Cell& receiver, Position enqueuedAt);
    /// It comes back under another number.
    void renameExpiring(Cell& receiver, Position from, Position to);
    void expire(Cell& receiver, Position enqueuedAt);
    // Faults (inject.cpp)
    struct ResolvedFault {
        FaultKind kind;
        CellKey cell;
        std::uint64_t ordinal;
    };
    bool injects(FaultKind kind, const Cell& cell, std::uint64_t ordinal) const;
    void resolveScript(const CellBirth& birth);
    Position tellFault(FaultKind kind, Rank cell, Position cause, std::uint64_t extra);
    /// True when the message, whose row is out, was dealt with here.
    bool injectOnTheWay(Cell& sender, Message* message, Cell& receiver, std::uint64_t ordinal);
    /// It leaves the mailbox that its row has put it in, and comes back after `delay`.
    void comesLate(Message* message, Cell& receiver, Duration delay, std::uint64_t ordinal);
    /// The copy is not under way yet.
    Message* doubleOf(const Message& message);
    void bringCopy(Message* message, Cell& receiver, Position cause, std::uint64_t ordinal);
    // Supervision (supervise.cpp)
    struct EndedCell {
        Rank rank;
        Position endSeq;
        ExitReason reason;
        std::string text;
    };
    /// True when the cell goes on living.
    bool supervise(Cell& cell, const EndedCell& end);
    /// Its policy has it begin anew after such an end.
    static bool livesAgain(const Cell& cell, ExitReason reason);
    bool mayRestart(Cell& region);
    /// `failed`: a child of `region`, a region perhaps; `cell`, whose end it is: in it or the same.
    void restartGroup(Cell& region, Cell& failed, Cell& cell, const EndedCell& end);
    void gather(Cell& child, Position cause, std::vector<Rank>& group);
    /// Nobody of the group, the youngest first, needs time to end.
    void restartAtOnce(Cell& region, const std::vector<Rank>& group, Position cause);
    /// True when the cell, whose end waits to be carried out, lives again instead.
    bool takeBackEnd(Cell& cell);
    // A group restart that takes time (restart_group.cpp): Region::restarting
    /// Will be asked to end, and has time for that.
    static bool needsTime(const Cell& cell);
    /// The region that is restarting a group with `cell` in it, or null.
    Cell* groupWith(const Cell& cell);
    /// From now on `group` is being restarted too. The region that does it.
    Cell& joinGroups(Cell& region, const std::vector<Rank>& group, Position cause);
    /// True when the cell goes on living.
    bool memberEnded(Cell& over, Cell& cell, const EndedCell& end);
    /// Asks, or ends, whose turn it is; when all have ended they go on.
    void endNextOf(Cell& over, Position cause);
    void goesOn(Cell& cell, Position cause);
    bool restsWithGroup(const Cell& cell);
    void leaveGroup(Cell& over, Cell& cell, Position cause);
    /// `region` is open no more: nobody in it is restarted. Who rests goes on, or is ended by the
    /// caller.
    void dropGroups(Cell& region, bool restingGoOn, Position cause);
    /// `rests`: it takes no turn before its group has ended.
    void restart(Cell& cell, Cell& region, Position cause, bool rests = false);
    void dropRequests(Cell& cell);
    void giveUp(Cell& region, Cell& failed, std::string_view text, Position cause);
    void strip(Cell& cell);
    void resume(Cell& cell, Position cause);
    void suspend(Cell& cell);
    void breakLinks(Cell& cell, ExitReason reason, std::string_view text, Position cause);
    // Obligations (obligations.cpp)
    void commitReserve(Cell& cell, ObligationOrder& order, Position cause);
    void commitResolve(Cell& cell, Output& output, ObligationOrder& order, Position cause);
    void commitTransfer(Cell& cell, ObligationOrder& order, Position cause);
    /// The ledger with that open entry, or null.
    Cell* ledgerWith(const Obligation& id);
    /// "'the key' of a, held by a, then b".
    std::string leakText(const Obligation& id, const LedgerEntry& entry);
    /// Takes it out of the ledger, with its row.
    Position resolve(Cell& ledger, const Obligation& id, Resolution how, Position cause);
    void leakAllOf(Cell& holder, Position cause);
    void leakLedger(Cell& region, Position cause);
    void tellNotGranted(Cell& cell, const Obligation& id, Rank receiver, CellKey key,
                        Position cause);
    void permitNeverComes(Cell& receiver, const CellExtras::PermitWait& wait, Position cause);
    void grant(Cell& receiver, Position cause);
    void roomInMailbox(Cell& receiver, Position cause);
    void refuse(Cell& cell, Rank peer, RefuseReason reason, Position cause, std::string_view text);
    bool hasRoom(const Cell& receiver) const;
    void unpark(Cell& parked, Rank receiver, Position cause);
    /// Whoever waits for ever for the answer to it, waits no longer.
    void neverAnswered(Rank asker, std::uint64_t ask, CellKey asked, Position cause);
    // Who waits for whom when nothing can happen any more (wait_graph.cpp)
    void quiesce();
    std::vector<Wait> waitsNow();
    void tellWaits(const WaitGraph& graph);
    std::string inWords(const Wait& wait);
    void commitTimer(Cell& cell, Output& output, Position cause);
    void commitReply(Cell& cell, Message* message, Position cause);
    void monitorCommitted(Cell& cell, CellKey target, Position cause);
    /// Finds who is to get it in the run phase, when many threads can.
    [[gnu::always_inline]] void aim(Message& message, CellKey target) {
        Cell* const cell = keys_.findCell(target);
        message.isAimed = cell != nullptr;
        if (message.isAimed) [[likely]]
            message.receiver = cell;
        else  // not born yet, perhaps in this very round
            message.target = target.value;
    }
    Cell& receiverOf(const Message& message) {
        return message.isAimed ? *message.receiver : receiverByKey(message);
    }
    [[gnu::noinline]] Cell& receiverByKey(const Message& message);
    /// The enqueue row is emitted, then the message waits or is dropped.
    void enqueue(Message* message, Rank receiver, EventRow& row);
    void putIntoMailbox(Message* message, Cell& receiver);
    void dropFromFull(Cell& receiver, Message* message);
    void drop(Message* message, Rank receiver, DropReason reason);
    /// What the turns of the round lead to: cancellations, ends, restarts.
    void settle();
    bool unsettled() const { return !endedNow_.empty() || !cancelNow_.empty() || !due_.empty(); }
    void settleEnds();
    void finishCell(Cell& cell, Position cause);
    void finishRegion(Cell& region, const EndedCell& now);
    void owe(Cell& cell, const Message& delivery);
    void forgetOwed(Cell& cell, Rank asker, std::uint64_t ask);
    void adopt(Cell& child);
    void orphan(Cell& child);
    void tellWatcher(Rank watcher, const Cell& ended, Position cause, ExitReason reason,
                     std::string_view text);
    void cancelTimersOf(Cell& cell);
    bool isAskTimeout(const Cell& cell, std::uint64_t ordinal) const;
    void eraseTimer(Cell& cell, std::uint64_t ordinal);
    void forgetAsk(Cell& cell, std::uint64_t askId);
    // Shared
    Cell& cellOf(Rank rank) { return cells_[rank]; }
    Cell* aliveCell(Rank rank) {
        Cell& cell = cells_[rank];
        return cell.ended ? nullptr : &cell;
    }
    CellKey keyOf(Rank rank) const { return cells_[rank].key; }
    void schedule(Cell& cell) {
        if (!cell.ended) scheduleLiving(cell);
    }
    void scheduleLiving(Cell& cell) {
        if (cell.scheduled) return;
        cell.scheduled = true;
        runnable_.insert(cell.rank);
    }
    static constexpr VirtualTime kTimeMax{std::numeric_limits<std::int64_t>::max()};
    /// `delay` >= 0 from now; never after the end of virtual time.
    VirtualTime laterBy(Duration delay) const {
        return delay.count() > kTimeMax.value - now_.value ? kTimeMax : now_ + delay;
    }
    Position emit(EventRow& row) {
        row.seq = countEvent();
        if (sink_ != nullptr) {
            row.time = now_;
            row.round = round_;
            sink_->onEvent(row);
        }
        return position_;
    }
    /// Gives the next event its number when nobody is told of it.
    Position countEvent() { return {++position_.value}; }
    /// The usual rows, written in place where the sink offers a batch.
    [[gnu::always_inline]] inline Position tellSent(EventKind kind, Rank from, Rank to,
                                                    Position cause, std::uint64_t arg,
                                                    std::uint64_t extra, const Message& message);
    [[gnu::always_inline]] inline Position tellDelivered(const Cell& cell, const Message& delivery,
                                                         ByteView change, bool digestOnly);
    bool mayPlaceRow() const {
        return batch_ != nullptr && (*batch_)->hasRoomFor({position_.value + 1});
    }
    [[gnu::always_inline]] inline Position placeRow(const CompactRow& row) {
        EventBatch& batch = **batch_;
        batch.place(row);
        if (batch.full()) [[unlikely]]
            sink_->onBatchFull();
        return countEvent();
    }
    void emitTypes();
    TypeIndex typeOf(const value::TypeInfo& info) {
        const TypeIndex index = types_.indexOf(info);
        if (types_.table().size() != typesTold_) [[unlikely]]
            emitTypes();
        return index;
    }
    void encodePayload(const Message& message, EventRow& row) {
        row.type = typeOf(*message.type);
        payload_.clear();
        message.type->encode(message.value(), payload_);
        row.payload = payload_.view();
    }
    void limitHit(std::string_view name, std::uint64_t value);
    /// The round is over, and what it took out is gone.
    void checkCrowded();
    void endAtLimit(std::string text);
    bool keepsBirths() const { return keepBirths_ || sink_ != nullptr; }
    std::string pathOf(Rank parent, std::string_view name);
    /// Its path or, when nobody watches and none is known, its type and number.
    std::string calledHere(Rank rank);
    MessageImage imageOf(const Message& message);
    void fillImage(const Cell& cell, CellImage& image);
    /// All of an image but cells and digests.
    void fillRest(WorldImage& out);
    /// When all cells are in it: their terms of the state digest, and types nobody was told of.
    void finishImage(WorldImage& image, std::uint64_t cellTerms);
    /// Called before anything changes that the image of a cell shows.
    void touch(Cell& cell) {
        if (!cell.touched) [[unlikely]]
            noteChanged(cell);
    }
    void noteChanged(Cell& cell);
    /// What is rarely kept of `cell`, to be changed.
    CellExtras& moreOf(Cell& cell) {
        touch(cell);
        return cell.more();
    }
    absl::Status messageFrom(const MessageImage& image, const TypeTable& types,
                             const CellType& receiver, Message*& out);
    absl::Status restoreCell(const CellImage& image, const TypeTable& types,
                             const CellTypeFinder& findCellType);
    CareImage careOf(const Cell& cell);
    absl::Status restoreCare(Cell& cell, const CareImage& image);
    /// When all cells and timers are there.
    absl::Status restoreRegions();
    absl::Status restoreGroup(Cell& region);
    /// By rank. Regions whose parent has ended count for the region above.
    std::vector<std::uint32_t> livingChildrenOfRegions();
    absl::Status restoreTimer(const TimerImage& image, const TypeTable& types);
    absl::Status restoreBirths(const WorldImage& image, const std::vector<CellBirth>& births);
    absl::Status checkWaits(Cell& cell);
    absl::Status checkExpiring(Cell& cell);
    void attachShadow(Cell& cell);

    WorldOptions options_;
    EventSink* sink_;
    EventBatch* const* batch_ = nullptr;  ///< of the sink
    std::size_t inPlaceBytesMax_ = 0;     ///< longer payloads and changes go through onEvent()
    std::unique_ptr<DecisionSource> ownDecisions_;
    DecisionSource& decisions_;
    bool wantsWho_;
    bool recordChanges_ = false;
    bool keepBirths_ = false;

    MessageDepots depots_;
    std::vector<std::unique_ptr<Lane>> lanes_;  ///< [0] is the calling thread's, and commit's
    std::unique_ptr<RoundExecutor> executor_;   ///< null: one thread
    Threads threads_;
    TypeRegistry types_;
    std::uint32_t typesTold_ = 1;
    CellStore cells_;
    std::vector<CellBirth> births_;
    KeyIndex keys_{cells_};
    RankSet runnable_;                  ///< scheduled cells
    RankSet changed_;                   ///< who was touched since baseAt_
    std::uint32_t changedCount_ = 0;    ///< of those
    Position baseAt_;                   ///< of the last image that imageOfChanges() builds on
    std::vector<std::uint64_t> terms_;  ///< of the state digest, by rank, as of that image
    std::uint64_t termsSum_ = 0;
    bool tracksChanges_ = false;
    BumpList<Cell*> running_;  ///< the cells of the present round, ascending
    std::uint32_t cellsPerPart_ = 0;
    OneMessage one_;
    std::map<TimerKey, Timer> timers_;
    std::vector<std::unique_ptr<OutLog>> logs_;  ///< one for each part of a round, in rank order
    std::uint32_t logsUsed_ = 0;
    ByteWriter payload_;
    ByteWriter regionChange_;
    std::vector<EndedCell> endedNow_;
    struct CancelOrder {
        Rank by;
        Rank target;
        CancelReason reason;
        VirtualTime until;
        Position cause;
    };
    std::vector<CancelOrder> cancelNow_;  ///< carried out when all turns are committed
    std::vector<Rank> crowded_;           ///< got mail this round that mailboxMax does not allow
    std::vector<Input> inputs_;           ///< for the next round
    std::vector<effect::Request> requests_;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> cancelledRequests_;
    std::uint64_t effectsPending_ = 0;
    bool live_ = false;
    bool faulty_ = false;                ///< options_.faults has any
    bool bounded_ = false;               ///< a cell was born that has a bounded mailbox
    bool budgets_ = false;               ///< a region was opened that has one
    std::vector<ResolvedFault> script_;  ///< scripted ones whose cell was born
    struct DueRegion {
        Rank rank;
        Position cause;
    };
    std::vector<DueRegion> due_;        ///< may be closed, or finalized further
    std::vector<DueRegion> closedNow_;  ///< nobody in them is restarted any more
    std::vector<DueRegion> spent_;      ///< less is left of their budgets
    Rank rootLedger_;                   ///< the region of the whole run, once somebody needed it
    std::uint64_t leaks_ = 0;
    std::string firstLeak_;

    Position position_;
    VirtualTime now_;
    Round round_;
    std::uint64_t roundsAtThisTime_ = 0;
    std::unique_ptr<LastRounds> lastRounds_;  ///< null: the limit was never near
    std::uint64_t decisionsMade_ = 0;
    std::uint64_t failures_ = 0;
    std::uint64_t delivered_ = 0;
    std::uint32_t alive_ = 0;
    Metrics counted_;             ///< what is counted nowhere else
    std::uint64_t reportAt_ = 0;  ///< nextReport() after the last one; only with metricsEvery
    Outcome outcome_ = Outcome::kRunning;
    std::string outcomeText_;
    Outcome rootOutcome_ = Outcome::kRunning;
    std::string rootText_;
    TurnWatch* watch_ = nullptr;
};

}  // namespace ariadne::kernel
