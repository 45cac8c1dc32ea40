// What an actor can do while it handles a message.
#pragma once

#include "engine/actor/actor.h"
#include "engine/actor/ref.h"
#include "engine/kernel/turn.h"

#include <chrono>
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
    Duration timeout;
};
constexpr Within within(Duration timeout) {
    return {timeout};
}

/// Mailbox choices of spawn(): `bounded(100)` refuses what does not fit (the sender is told with
/// Undelivered, if it accepts that), the others drop and leave a dead letter.
constexpr kernel::MailboxOptions bounded(std::uint32_t capacity, OnFull onFull = OnFull::kReject) {
    return {capacity, onFull};
}

/// Names one ask of one actor; handed out by ask(), seen again in answering() and AskTimedOut::ask.
using AskId = std::uint64_t;
using TimerId = std::uint64_t;

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

    // Messages
    template <class A, class M>
    void send(const Ref<A>& to, M&& message) {
        turn_.send(to.key, typed<A>(std::forward<M>(message)));
    }
    template <class M>
    void send(const Recipient<M>& to, std::type_identity_t<M> message) {
        turn_.send(to.key, turn_.pool().make(std::move(message)));
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
        reply(replyTo(), std::forward<M>(message));
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
    Ref<A> spawn(std::string_view name = {}, A state = {}, kernel::MailboxOptions mailbox = {}) {
        const kernel::CellType& type = cellTypeOf<A>();
        (void)internal::ActorRegistered<A>::kDone;
        void* storage = kernel::allocateState(*type.state);
        new (storage) A(std::move(state));
        return Ref<A>{CellRef{turn_.spawn(type, storage, name, mailbox)}};
    }
    /// This actor gets a Down when `who` ends (at once if it has ended).
    void monitor(const CellRef& who) { turn_.monitor(who.key); }
    void demonitor(const CellRef& who) { turn_.demonitor(who.key); }
    /// Ends this actor after this turn, and with it everything it spawned.
    void stop(std::string_view why = {}) { turn_.stop(why); }
    /// Ends this turn and this actor as failed; nothing else of the turn happens.
    [[noreturn]] void fail(std::string why) { turn_.fail(ExitReason::kFailed, std::move(why)); }

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
        constexpr std::uint16_t handler = handlerIndex<A, std::remove_cvref_t<M>>();
        kernel::Message* made = turn_.pool().make(std::forward<M>(message));
        made->handler = handler;
        return made;
    }

    kernel::Turn& turn_;
};

}  // namespace ariadne
