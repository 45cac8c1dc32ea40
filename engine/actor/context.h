// What an actor can do while it handles a message.
#pragma once

#include "engine/actor/actor.h"
#include "engine/actor/ref.h"
#include "engine/effect/builtin.h"
#include "engine/kernel/turn.h"

#include <chrono>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace ariadne {

namespace internal {
struct TurnAccess;
}

/// How long an ask waits for its answer, in virtual time.
struct Within {
    std::optional<Duration> timeout;
};
constexpr Within within(Duration timeout) {
    return {timeout};
}
/// It waits until the answer comes, or who shall give it ends. Who waits so can wait in a circle:
/// the run then ends as a deadlock, and says who waits for whom.
inline constexpr Within kUntilAnswered{};

/// How long a message may wait to be read, in virtual time.
struct ExpiresIn {
    Duration life;
};
constexpr ExpiresIn expiresIn(Duration life) {
    return {life};
}

/// Mailbox choices of spawn(): `bounded(100)` refuses what does not fit (the sender is told with
/// Undelivered, if it accepts that), the others drop and leave a dead letter.
constexpr kernel::MailboxOptions bounded(std::uint32_t capacity, OnFull onFull = OnFull::kReject) {
    return {capacity, onFull};
}

/// What an actor's state may take after a turn, in bytes as value/footprint.h counts them (about
/// what a 64-bit machine uses): a turn that leaves it larger fails with ExitReason::kLimit. 0 = as
/// the run's limit `cellBytesMax` has it, which also holds when it is lower.
constexpr kernel::MemoryLimit memory(std::uint64_t bytes) {
    return {bytes};
}

/// Names one ask of one actor; handed out by ask(), seen again in answering() and AskTimedOut::ask.
using AskId = std::uint64_t;
using TimerId = std::uint64_t;
using EffectId = std::uint64_t;

/// Where an answer goes when it cannot be given at once. Plain data: keep it in state, send it on.
struct ReplyTo {
    CellRef asker;
    AskId ask = 0;
    bool operator==(const ReplyTo&) const = default;
};
BOOST_DESCRIBE_STRUCT(ReplyTo, (), (asker, ask))

/// One turn, seen from inside the handler. Nothing asked for here happens before the turn has ended
/// well: a turn that fails leaves only its failure and its log lines. Not to be kept.
class Context {
public:
    explicit Context(kernel::Turn& turn) : turn_(turn) {}
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    // Who and when
    CellRef self() const { return turn_.self(); }
    template <class A>
    Ref<A> self() const {
        return Ref<A>{turn_.self()};
    }
    /// Nobody when the message came from outside or a timer.
    CellRef sender() const { return turn_.sender(); }
    CellRef parent() const { return turn_.parent(); }
    VirtualTime now() const { return turn_.now(); }
    /// This actor's own stream; nobody else's draws change it.
    kernel::RandomStream random() { return turn_.random(); }

    /// For temporaries, as in `std::pmr::vector<int> found{&cx.memory()};`: quick to get, and gone
    /// when this turn ends, so that nothing made of it may be kept. What is asked for of it counts,
    /// with the state, against the actor's memory limit, and is not given back before the end; one
    /// more byte than the limit, and the turn fails as kLimit.
    std::pmr::memory_resource& memory() { return turn_.memory(); }

    // Messages
    template <class A, class M>
    void send(const Ref<A>& to, M&& message) {
        turn_.send(to.key, typed<A>(std::forward<M>(message)));
    }
    template <class M>
    void send(const Recipient<M>& to, std::type_identity_t<M> message) {
        turn_.send(to.key, turn_.pool().make(std::move(message)));
    }
    /// The same, for a message that is of no use later: when no turn has taken it after `expiry`,
    /// which is positive, it is dropped as expired. Stashing takes it.
    template <class A, class M>
    void send(const Ref<A>& to, M&& message, ExpiresIn expiry) {
        turn_.sendExpiring(to.key, typed<A>(std::forward<M>(message)), expiry.life);
    }
    template <class M>
    void send(const Recipient<M>& to, std::type_identity_t<M> message, ExpiresIn expiry) {
        turn_.sendExpiring(to.key, turn_.pool().make(std::move(message)), expiry.life);
    }
    /// The answer arrives as on(Reply), or as on(AskTimedOut) after `patience`.
    template <class A, class M>
    AskId ask(const Ref<A>& to, M&& message, Within patience) {
        return turn_.ask(to.key, typed<A>(std::forward<M>(message)), patience.timeout,
                         turn_.pool().make(AskTimedOut{0, to}));
    }
    template <class M>
    AskId ask(const Recipient<M>& to, std::type_identity_t<M> message, Within patience) {
        return turn_.ask(to.key, turn_.pool().make(std::move(message)), patience.timeout,
                         turn_.pool().make(AskTimedOut{0, to}));
    }
    /// Answers the ask in hand, or sends to the sender when the message was no ask.
    template <class M>
    void reply(M&& message) {
        turn_.answer(turn_.pool().make(std::forward<M>(message)));
    }
    template <class M>
    void reply(const ReplyTo& to, M&& message) {
        turn_.reply(to.asker.key, to.ask, turn_.pool().make(std::forward<M>(message)));
    }
    /// The place to answer later what is in hand now.
    ReplyTo replyTo() const;
    /// The ask that this message answers (or gives up on); 0 when it is neither.
    AskId answering() const { return turn_.answeredAsk(); }
    /// Passes on the message in hand; answers go to who asked first.
    template <class A>
    void forward(const Ref<A>& to) {
        turn_.forward(to.key);
    }
    template <class M>
    void forward(const Recipient<M>& to) {
        turn_.forward(to.key);
    }

    // Time: the message comes back to this actor
    template <class M>
    TimerId after(Duration delay, M&& message) {
        return turn_.setTimer(delay, false, turn_.pool().make(std::forward<M>(message)));
    }
    template <class M>
    TimerId every(Duration period, M&& message) {
        return turn_.setTimer(period, true, turn_.pool().make(std::forward<M>(message)));
    }
    void cancel(TimerId timer) { turn_.cancelTimer(timer); }

    // Actors
    /// A new actor below this one. `name` is made unique with "#2", "#3"; empty takes the type's
    /// name.
    template <Actor A>
    Ref<A> spawn(std::string_view name = {}, A state = {}, kernel::MailboxOptions mailbox = {},
                 kernel::MemoryLimit memory = {}) {
        const kernel::CellType& type = cellTypeOf<A>();
        (void)internal::ActorRegistered<A>::kDone;
        void* storage = kernel::allocateState(*type.state);
        new (storage) A(std::move(state));
        return Ref<A>{CellRef{turn_.spawn(type, storage, name, mailbox, {}, {}, memory)}};
    }
    /// This actor gets a Down when `who` ends (at once if it has ended).
    void monitor(const CellRef& who) { turn_.monitor(who.key); }
    void demonitor(const CellRef& who) { turn_.demonitor(who.key); }
    /// Ends this actor after this turn, and with it everything it spawned.
    void stop(std::string_view why = {}) { turn_.stop(why); }
    /// Ends this turn and this actor as failed; nothing else of the turn happens.
    [[noreturn]] void fail(std::string why) { turn_.fail(ExitReason::kFailed, std::move(why)); }

    // Regions: who belongs together, is looked after, ends together (engine/README.md)
    /// A new region below this actor. It is open from the end of this turn on.
    RegionRef openRegion(std::string_view name = {}, const RegionOptions& options = {}) {
        return RegionRef{CellRef{turn_.openRegion({}, name, options)}};
    }
    /// The same below another region.
    RegionRef openRegion(const RegionRef& parent, std::string_view name,
                         const RegionOptions& options = {}) {
        return RegionRef{CellRef{turn_.openRegion(parent.key, name, options)}};
    }
    /// A new actor in `region`, looked after as `child` says. In a region that is not open nobody
    /// is born: the trace says so, and what is sent to the Ref becomes dead letters.
    template <Actor A>
    Ref<A> spawnIn(const RegionRef& region, std::string_view name = {}, A state = {},
                   const ChildOptions& child = {}, kernel::MailboxOptions mailbox = {},
                   kernel::MemoryLimit memory = {}) {
        const kernel::CellType& type = cellTypeOf<A>();
        (void)internal::ActorRegistered<A>::kDone;
        void* storage = kernel::allocateState(*type.state);
        new (storage) A(std::move(state));
        return Ref<A>{
            CellRef{turn_.spawn(type, storage, name, mailbox, region.key, child, memory)}};
    }
    /// Nothing new begins there; it is closed when everything in it has ended. RegionClosed tells.
    void close(const RegionRef& region) { turn_.closeRegion(region.key); }
    /// When everything in `region` has ended, `to` gets `message`; of several the last one added
    /// goes first, and each waits for the turn of the one before.
    template <class A, class M>
    void atClose(const RegionRef& region, const Ref<A>& to, M&& message) {
        turn_.addFinalizer(region.key, to.key, typed<A>(std::forward<M>(message)));
    }
    /// Asks an actor, or a region with all below it, to end within `cleanup`: they get
    /// CancelRequested, or end at once when they do not accept it. Who is not gone by then is
    /// ended.
    void cancel(const CellRef& whom, Duration cleanup = std::chrono::seconds{1},
                CancelReason reason = CancelReason::kRequested) {
        turn_.cancel(whom.key, reason, cleanup);
    }
    /// This actor has been asked to end.
    bool cancelled() const { return turn_.cancelled(); }
    /// CancelRequested waits until so many turns are over, or until unmask().
    void mask(std::uint32_t turns) { turn_.mask(turns); }
    void unmask() { turn_.mask(0); }
    /// Takes `cost` from the budgets of the regions above.
    void spend(std::uint64_t cost) { turn_.spend(cost); }
    /// From here on the failure of either is the failure of both, unless who is left accepts
    /// LinkDown.
    void link(const CellRef& other) { turn_.link(other.key); }
    void unlink(const CellRef& other) { turn_.unlink(other.key); }

    // Obligations: each is resolved exactly once, or leaked when its holder ends
    /// A slot in the mailbox of `to`; Granted tells when it is there, NotGranted when never.
    template <class A>
    Permit<A> reserve(const Ref<A>& to) {
        return Permit<A>{turn_.reserve(ObligationKind::kPermit, {}, to.key, {})};
    }
    /// Sends into the reserved slot. Cannot fail.
    template <class A, class M>
    void commit(const Permit<A>& permit, M&& message) {
        turn_.resolve(permit, Resolution::kCommitted, typed<A>(std::forward<M>(message)));
    }
    /// A promise that `holder` shall keep; `name` is for people.
    Obligation oblige(const CellRef& holder, std::string_view name,
                      ObligationKind kind = ObligationKind::kCustom) {
        return turn_.reserve(kind, name, holder.key, {});
    }
    /// The same, taken back by itself after `duration`.
    Obligation lease(const CellRef& holder, std::string_view name, Duration duration) {
        return turn_.reserve(ObligationKind::kLease, name, holder.key, duration);
    }
    /// Kept. Only its holder can.
    void commit(const Obligation& obligation) {
        turn_.resolve(obligation, Resolution::kCommitted, nullptr);
    }
    /// Taken back. Only its holder can.
    void abort(const Obligation& obligation) {
        turn_.resolve(obligation, Resolution::kAborted, nullptr);
    }
    /// From here on `to` holds it.
    void transfer(const Obligation& obligation, const CellRef& to) {
        turn_.transfer(obligation, to.key);
    }

    // The outside
    /// Asks the host to carry out an effect (engine/effect/builtin.h has those every host offers).
    /// The answer comes as its answer type, or as EffectFailed, which this actor must both accept;
    /// the region it lives in must have been granted the effect. On replay the recorded answer
    /// comes, and nothing is carried out. Returns what answeredEffect() and EffectFailed name.
    template <effect::EffectRequest R>
    EffectId perform(const R& request, Duration timeout = Duration::zero()) {
        using Answer = typename effect::EffectOf<R>::Answer;
        (void)value::MessageTypeRegistered<Answer>::kDone;
        return turn_.perform(effect::EffectOf<R>::kName, value::typeInfo<R>(), &request,
                             value::typeInfo<Answer>(), timeout);
    }
    /// Asks again for effect `id` of this actor, with the request it was asked with: after it
    /// failed, timed out or was cancelled, or in a new life, whose old one was under way with it.
    /// To the host it is the same wish, with the same idempotency key. Refused, with a row that
    /// says so, while it is under way: its answer comes as it is. Of an effect that never was the
    /// turn fails.
    template <effect::EffectRequest R>
    EffectId performAgain(EffectId id, const R& request, Duration timeout = Duration::zero()) {
        using Answer = typename effect::EffectOf<R>::Answer;
        (void)value::MessageTypeRegistered<Answer>::kDone;
        return turn_.performAgain(id, effect::EffectOf<R>::kName, value::typeInfo<R>(), &request,
                                  value::typeInfo<Answer>(), timeout);
    }
    /// The last effect that this actor asked for, in this life or an earlier one; 0 when none.
    EffectId lastEffect() const { return turn_.effectsMade(); }
    /// It fails as cancelled at once; it may have been carried out.
    void cancelEffect(EffectId id) { turn_.cancelEffect(id); }
    /// The effect that this message answers; 0 when it is no answer.
    EffectId answeredEffect() const { return turn_.answeredEffect(); }

    // Behaviour
    /// From the next message on, `Set` handles (A itself goes back to the first behaviour). A is
    /// the actor whose turn this is; with another the turn fails.
    template <class A, class Set>
    void become() {
        turn_.become(cellTypeOf<A>(),
                     behaviourIndex<A, Set>(typename internal::BehavioursOf<A>::Type{}));
    }
    /// Sets the message in hand aside until unstashAll().
    void stash() { turn_.stash(); }
    /// Puts all set-aside messages back before the others, in their order.
    void unstashAll() { turn_.unstashAll(); }

    // For the reader of the trace
    /// A named value on the timeline.
    template <class T>
    void note(std::string_view key, const T& v) {
        if constexpr (std::is_convertible_v<const T&, std::string_view>) {
            const std::string text{std::string_view{v}};
            turn_.note(key, value::typeInfo<std::string>(), &text);
        } else {
            turn_.note(key, value::typeInfo<T>(), &v);
        }
    }
    void log(LogLevel level, std::string_view text) { turn_.log(level, text); }
    void log(std::string_view text) { turn_.log(LogLevel::kInfo, text); }

private:
    friend struct internal::TurnAccess;  // layers above, such as engine/task

    template <class A, class M>
    kernel::Message* typed(M&& message) {
        checkAccepted<A, std::remove_cvref_t<M>>();
        return turn_.pool().make(std::forward<M>(message));
    }

    kernel::Turn& turn_;
};

}  // namespace ariadne
