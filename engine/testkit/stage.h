// A run in which nothing is delivered until the test says so.
#pragma once

#include "engine/actor/context.h"
#include "engine/kernel/world.h"
#include "engine/testkit/rules.h"
#include "engine/testkit/stage_failure.h"
#include "engine/testkit/witness.h"
#include "engine/value/type_info.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace ariadne::testkit {

/// A message that waits.
struct Waiting {
    std::string from;     ///< path; "(outside)", "(timer)", "(timeout)"
    std::string to;       ///< path
    std::string type;     ///< short name
    std::string value;    ///< as shown: `Deposit{cents: 5}`
    bool isNext = false;  ///< could be delivered now: nothing that must come before it waits
    bool operator==(const Waiting&) const = default;
};

/// A World led by a test: it starts actors, and chooses which waiting message is taken next, when
/// time passes and what goes wrong. Every order it can choose is one that a policy could have
/// chosen: the messages of one pair keep their order, control messages and Start go first. Actors
/// see no difference to any other run, and the same test gives the same run.
///
/// The test is itself an actor, "test", above all it starts; it and its stand-ins accept every
/// message and do nothing but what act() says.
///
/// Errors: whatever does not hold, or makes no sense now, throws StageFailure. The stage is then as
/// it was, except where a function says otherwise.
/// Threading: thread-confined. Lifetime: outlives what it hands out by reference.
class Stage {
public:
    /// Not in live mode, where time is not the test's to tell.
    explicit Stage(const kernel::WorldOptions& options = {.limits = {}});
    ~Stage();
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    // Who is on the stage
    /// A new actor below the test. If it accepts Start, that waits for it. An empty name takes the
    /// type's name.
    template <Actor A>
    Ref<A> start(A state = {}, std::string_view name = {}, kernel::MailboxOptions mailbox = {}) {
        Ref<A> born;
        act([&](Context& cx) { born = cx.spawn<A>(name, std::move(state), mailbox); });
        return born;
    }
    /// The same, and `first` waits for it (behind Start).
    template <Actor A, class M>
    requires(AcceptsOf<A>::template kHas<M>) Ref<A> start(A state, M first,
                                                          std::string_view name = {}) {
        Ref<A> born;
        act([&](Context& cx) {
            born = cx.spawn<A>(name, std::move(state));
            if constexpr (!std::is_same_v<M, Start>) cx.send(born, std::move(first));
        });
        return born;
    }
    /// A cell that the test plays in the place of an A: what is sent to it waits, and reaches no
    /// code of A.
    template <class A>
    Ref<A> standIn(std::string_view name) {
        return Ref<A>{addStandIn(name)};
    }
    /// The actor of that path ("test/bank/teller#2"), whoever started it.
    template <Actor A>
    Ref<A> actor(std::string_view path) {
        const CellRef found = cellAt(path);
        (void)stateOf(found, value::typeInfo<A>());
        return Ref<A>{found};
    }
    /// The test's own cell.
    CellRef self() const { return self_; }

    // What the test, or a stand-in, does
    /// One turn of the test's own cell, at once and before what waits for it: `what` may do
    /// whatever an actor may, and must not use the stage. A turn that throws, or fails the test's
    /// own cell, is a failure, and the stage is over.
    void act(const std::function<void(Context&)>& what) { act(self_, what); }
    /// The same for a stand-in, which may also fail() and stop().
    void act(const CellRef& who, const std::function<void(Context&)>& what);
    /// `to`: a Ref, or a Recipient.
    template <class To, class M>
    void send(const To& to, const M& message) {
        act([&](Context& cx) { cx.send(to, M{message}); });
    }
    /// The answer waits at self().
    template <class To, class M>
    AskId ask(const To& to, const M& message, Within patience = kUntilAnswered) {
        AskId id = 0;
        act([&](Context& cx) { id = cx.ask(to, M{message}, patience); });
        return id;
    }
    /// Answers the message that `who`, the test or a stand-in, took last.
    template <class M>
    void reply(const CellRef& who, const M& message) {
        const ReplyTo to = lastTakenBy(who);
        act(who, [&](Context& cx) { cx.reply(to, M{message}); });
    }

    // What waits, and who takes it
    /// All that waits, the oldest first.
    std::vector<Waiting> waiting();
    /// `to` takes the oldest M that could be next (from `from`, if given) in a turn of its own.
    /// Returns what it took. Fails also when `to` does not handle it (it is then a dead letter),
    /// and when a disallowed message waits before or after.
    template <class M>
    M expect(const CellRef& to, const CellRef& from = {}) {
        const kernel::WaitingMessage found = next(value::typeInfo<M>(), to, from);
        M copy = *static_cast<const M*>(found.value);
        take(found);
        return copy;
    }
    /// Fails when anything waits, for `to` if given.
    void expectNothing(const CellRef& to = {});

    /// What settle() may deliver, to everybody unless `to` is given. Of several rules for a message
    /// the last one counts; without one it is left waiting.
    template <class M>
    void allow(const CellRef& to = {}) {
        rules_.add({value::typeInfo<M>().hash, to.key, Rule::kAllow});
    }
    void allowAll() { rules_.add({0, CellKey{}, Rule::kAllow}); }
    /// settle() leaves it waiting, whatever was allowed before.
    template <class M>
    void hold(const CellRef& to = {}) {
        rules_.add({value::typeInfo<M>().hash, to.key, Rule::kHold});
    }
    /// settle() and expect() fail when such a message waits.
    template <class M>
    void disallow(const CellRef& to = {}) {
        rules_.add({value::typeInfo<M>().hash, to.key, Rule::kDisallow});
    }
    /// Delivers what is allowed, always the oldest that could be next, until no such message waits.
    /// Time stands still. Returns how many were delivered. Fails where a disallowed message waits,
    /// and when the run ends at a limit (a conversation without an end); what was delivered until
    /// then stays so.
    std::size_t settle();

    // Time
    VirtualTime now() const { return world_.now(); }
    /// nullopt: no timer is set.
    std::optional<VirtualTime> nextDeadline() const { return world_.nextDeadline(); }
    /// Timers that are due until then fire, in order; their messages wait.
    void advance(Duration duration);

    // What goes wrong
    /// The next turn of `whom` fails before it begins; what it takes is lost with it.
    void crash(const CellRef& whom);
    /// The oldest waiting M (from `from`, if given) is lost: a dead letter `lost`. The ask of a
    /// lost reply stays open and runs into its timeout. Timers, control messages and Start are not
    /// lost.
    template <class M>
    void drop(const CellRef& to, const CellRef& from = {}) {
        inject(FaultKind::kDrop, oldest(value::typeInfo<M>(), to, from), {});
    }
    /// It waits again `duration` later, behind all that waits then. Replies do not come late.
    template <class M>
    void delay(const CellRef& to, Duration duration, const CellRef& from = {}) {
        inject(FaultKind::kDelay, oldest(value::typeInfo<M>(), to, from), duration);
    }
    /// It waits twice, the second time behind all that waits now. Replies do not come twice.
    template <class M>
    void duplicate(const CellRef& to, const CellRef& from = {}) {
        inject(FaultKind::kDuplicate, oldest(value::typeInfo<M>(), to, from), {});
    }

    // What became of it
    /// Valid until the next turn or fault.
    template <Actor A>
    const A& state(const Ref<A>& who) const {
        return *static_cast<const A*>(stateOf(who, value::typeInfo<A>()));
    }
    bool lives(const CellRef& who) const { return world_.look(who.key).has_value(); }
    /// Fails when it lives, or ended for another reason. Who was restarted lives.
    void expectEnded(const CellRef& who, ExitReason reason) const;
    std::string pathOf(const CellRef& who) const { return witness_.pathOf(who.key); }
    const std::vector<Note>& notes() const { return witness_.notes(); }
    const std::vector<LogLine>& logs() const { return witness_.logs(); }
    const std::vector<DeadLetter>& deadLetters() const { return witness_.deadLetters(); }

    /// For what the stage has no word for: effects, snapshots, running on by the policy.
    kernel::World& world() { return world_; }

private:
    CellRef addStandIn(std::string_view name);
    CellRef cellAt(std::string_view path);
    const void* stateOf(const CellRef& who, const value::TypeInfo& type) const;
    ReplyTo lastTakenBy(const CellRef& who);
    void perform(const CellRef& who, const std::function<void(kernel::Turn&)>& what);

    std::vector<kernel::WaitingMessage> byAge() const;
    kernel::WaitingMessage next(const value::TypeInfo& type, const CellRef& to,
                                const CellRef& from);
    kernel::WaitingMessage oldest(const value::TypeInfo& type, const CellRef& to,
                                  const CellRef& from);
    void take(const kernel::WaitingMessage& message);
    void deliver(const kernel::WaitingMessage& message);
    void inject(FaultKind kind, const kernel::WaitingMessage& message, Duration delay);
    void checkReady() const;
    void checkDisallowed();
    /// The cell in words: its path, and why it takes nothing if so.
    std::string inWords(const CellRef& who) const;
    Waiting describe(const kernel::WaitingMessage& message);
    /// Everything that waits, on lines of its own.
    std::string listWaiting();

    Witness witness_;
    kernel::World world_;
    Rules rules_;
    CellRef self_;
    bool acting_ = false;
};

}  // namespace ariadne::testkit
