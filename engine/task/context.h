// What the code of a task can do.
#pragma once

#include "engine/task/awaiters.h"
#include "engine/task/function.h"
#include "engine/task/made.h"

#include <string_view>
#include <type_traits>
#include <utility>

namespace ariadne {

/// While it lives, a request to end does not interrupt what the task awaits. It is no way to live
/// on: a task that was asked to end and has not by the end of its cleanup budget fails.
class [[nodiscard]] TaskMask {
public:
    explicit TaskMask(task::TaskCore& core) : core_(core) { core_.mask(); }
    TaskMask(const TaskMask&) = delete;
    TaskMask& operator=(const TaskMask&) = delete;
    ~TaskMask() { core_.unmask(); }

private:
    task::TaskCore& core_;
};

/// The task's own stream of random numbers; see kernel/random_stream.h. Copyable, valid while the
/// task runs.
class TaskRandom {
public:
    explicit TaskRandom(task::TaskCore& core) : core_(&core) {}
    std::uint64_t u64() {
        return core_->draw([](auto& s) { return s.u64(); });
    }
    /// Uniform in [0, bound); 0 when bound is 0.
    std::uint64_t below(std::uint64_t bound) {
        return core_->draw([&](auto& s) { return s.below(bound); });
    }
    /// Uniform in [low, high], both included.
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return core_->draw([&](auto& s) { return s.between(low, high); });
    }
    double unit() {
        return core_->draw([](auto& s) { return s.unit(); });
    }
    bool oneIn(std::uint64_t n) {
        return core_->draw([&](auto& s) { return s.oneIn(n); });
    }

private:
    task::TaskCore* core_;
};

/// The first parameter of every task function. Copyable; valid while the task runs.
///
/// Everything it is asked for becomes true at the end of the turn, and the code goes on in later
/// turns of the same cell. Whatever is co_awaited throws Cancelled once the task was asked to end.
class TaskContext {
public:
    explicit TaskContext(task::TaskCore& core) : core_(&core) {}

    // Who and when
    CellRef self() const { return core_->self(); }
    CellRef parent() const { return core_->parent(); }
    VirtualTime now() const { return core_->now(); }
    TaskRandom random() const { return TaskRandom{*core_}; }
    /// Of the message received last; nobody before the first.
    CellRef sender() const { return core_->lastSender(); }
    /// The place to answer the message received last, now or later.
    ReplyTo replyTo() const { return {core_->lastAsker(), core_->lastAsk()}; }

    // Messages
    template <class A, class M>
    void send(const Ref<A>& to, M&& message) const {
        checkAccepted<A, std::remove_cvref_t<M>>();
        core_->send(to.key, std::forward<M>(message));
    }
    template <class M>
    void send(const Recipient<M>& to, std::type_identity_t<M> message) const {
        core_->send(to.key, std::move(message));
    }
    template <class R, class M>
    void send(const TaskRef<R>& to, M&& message) const {
        core_->send(to.key, std::forward<M>(message));
    }
    /// Answers the message received last.
    template <class M>
    void reply(M&& message) const {
        reply(replyTo(), std::forward<M>(message));
    }
    template <class M>
    void reply(const ReplyTo& to, M&& message) const {
        core_->reply(to.asker, to.ask, std::forward<M>(message));
    }

    // Awaits
    /// The oldest message of one of the types; with several a std::variant. What is not awaited
    /// waits, in order of arrival.
    template <class... M>
    task::Receive<M...> receive() const {
        checkReceivable<M...>();
        return task::Receive<M...>{*core_};
    }
    /// The same, or nullopt when none came in time.
    template <class... M>
    task::ReceiveWithin<M...> receive(Within patience) const {
        checkReceivable<M...>();
        return task::ReceiveWithin<M...>{*core_, patience.timeout};
    }
    task::Sleep sleep(Duration time) const { return task::Sleep{*core_, time}; }
    /// Until the task is asked to end.
    task::Never never() const { return task::Never{*core_}; }
    /// `co_await cx.ask<Balance>(account, make<Deposit>(500), within(1s))`: the answer, or nullopt
    /// when there was none in time. With several types of answer a std::variant; another type of
    /// answer throws.
    template <class... Reply, class A, class M>
    task::Ask<task::Plain<M>, Reply...> ask(const Ref<A>& to, M&& message, Within patience) const {
        task::checkTemporary<M>();
        checkAccepted<A, task::Plain<M>>();
        return {*core_, to.key, std::forward<M>(message), patience.timeout};
    }
    template <class... Reply, class Wanted, class M>
    task::Ask<Wanted, Reply...> ask(const Recipient<Wanted>& to, M&& message,
                                    Within patience) const {
        task::checkTemporary<M>();
        return {*core_, to.key, std::forward<M>(message), patience.timeout};
    }
    template <class... Reply, class R, class M>
    task::Ask<task::Plain<M>, Reply...> ask(const TaskRef<R>& to, M&& message,
                                            Within patience) const {
        task::checkTemporary<M>();
        return {*core_, to.key, std::forward<M>(message), patience.timeout};
    }
    /// What comes of asking the host for an effect (engine/effect/builtin.h): its answer, or why
    /// there is none; `timeout` 0 is none. The nearest region must have been granted it. On replay,
    /// and when the task is restored, the recorded answer comes, and nothing is carried out.
    template <class M>
    task::Perform<task::Plain<M>> perform(M&& request, Duration timeout = Duration::zero()) const {
        task::checkTemporary<M>();
        static_assert(effect::EffectRequest<task::Plain<M>>,
                      "no effect is asked for with this type: specialise effect::EffectOf for it");
        return {*core_, std::forward<M>(request), timeout};
    }
    /// How a region that this task opened has closed: after close(), a cancellation, or because it
    /// gave up.
    task::Closed closed(const RegionRef& region) const { return {*core_, region.key}; }
    /// The result of a child, once.
    template <class R>
    task::Join<R> join(const TaskRef<R>& child) const {
        return task::Join<R>{*core_, child.key};
    }

    // Children: they end before the task does, cancelled and drained if need be
    /// A task of its own below this one. An empty name takes the function's.
    template <auto Fn>
    TaskRef<task::ResultOf<Fn>> spawn(std::string_view name = {},
                                      task::ArgsOf<Fn> args = {}) const {
        return TaskRef<task::ResultOf<Fn>>{
            CellRef{core_->spawn(task::codeOf<Fn>(), value::encoded(args), name)}};
    }
    /// An actor below this task; it ends with the task.
    template <Actor A>
    Ref<A> spawnActor(std::string_view name = {}, A state = {},
                      kernel::MailboxOptions mailbox = {}) const {
        (void)ariadne::internal::ActorRegistered<A>::kDone;
        const kernel::CellType& type = cellTypeOf<A>();
        return Ref<A>{CellRef{core_->spawnActor(type, name, mailbox, {}, {}, &state, [&] {
            void* storage = kernel::allocateState(*type.state);
            return static_cast<void*>(new (storage) A(std::move(state)));
        })}};
    }

    // Regions: they are closed before the task ends, cancelled and drained if need be
    /// A region below this task. It is open from the end of this turn on.
    RegionRef openRegion(std::string_view name = {}, const RegionOptions& options = {}) const {
        return RegionRef{CellRef{core_->openRegion({}, name, options)}};
    }
    /// The same below a region that this task opened.
    RegionRef openRegion(const RegionRef& parent, std::string_view name,
                         const RegionOptions& options = {}) const {
        return RegionRef{CellRef{core_->openRegion(parent.key, name, options)}};
    }
    /// Nothing new begins there; it is closed when everything in it has ended. closed() tells.
    void close(const RegionRef& region) const { core_->closeRegion(region.key); }
    /// A task in `region`, looked after as `child` says: when it panics, a region with a strategy
    /// begins it again from its arguments. It is joined like a child, and ends before this task
    /// does if this task opened the region; in another's it lives on. In a region that is not open
    /// nobody is born: join() gives *panicked*.
    template <auto Fn>
    TaskRef<task::ResultOf<Fn>> spawnIn(const RegionRef& region, std::string_view name = {},
                                        task::ArgsOf<Fn> args = {},
                                        const ChildOptions& child = {}) const {
        return TaskRef<task::ResultOf<Fn>>{CellRef{
            core_->spawn(task::codeOf<Fn>(), value::encoded(args), name, region.key, child)}};
    }
    /// An actor in `region`.
    template <Actor A>
    Ref<A> spawnActorIn(const RegionRef& region, std::string_view name = {}, A state = {},
                        const ChildOptions& child = {}, kernel::MailboxOptions mailbox = {}) const {
        (void)ariadne::internal::ActorRegistered<A>::kDone;
        const kernel::CellType& type = cellTypeOf<A>();
        return Ref<A>{
            CellRef{core_->spawnActor(type, name, mailbox, region.key, child, &state, [&] {
                void* storage = kernel::allocateState(*type.state);
                return static_cast<void*>(new (storage) A(std::move(state)));
            })}};
    }
    /// Takes `cost` from the budgets of the regions above.
    void spend(std::uint64_t cost) const { core_->spend(cost); }
    /// Asks a task, a region or any other cell to end within `cleanup`, with all below it; join()
    /// tells when and how a child did. An actor that does not accept CancelRequested ends at once.
    void cancel(const CellRef& whom, Duration cleanup = task::kCleanup) const {
        core_->cancel(whom.key, CancelReason::kRequested, cleanup);
    }
    /// A Down comes, to be received, when `who` ends. For actors and strangers: children are
    /// joined.
    void monitor(const CellRef& who) const { core_->monitor(who.key); }
    void demonitor(const CellRef& who) const { core_->demonitor(who.key); }

    // Being cancelled
    bool cancelled() const { return core_->cancelReason() != CancelReason::kNone; }
    /// When the cleanup budget ends. Meaningful once cancelled().
    VirtualTime cleanupUntil() const { return core_->cleanupUntil(); }
    TaskMask mask() const { return TaskMask{*core_}; }
    /// Throws Cancelled when the task was asked to end, as every await does.
    void checkpoint() const { core_->checkpoint(); }

    /// `co_return cx.continueAs(args)`: the function begins again with `args`, under the same
    /// address, and its history with it. Messages that nobody has received yet stay. No child may
    /// be alive. A task that was asked to end ends instead.
    template <class Args>
    task::ContinueAs continueAs(const Args& args) const {
        return {value::typeInfo<Args>().hash, value::encoded(args)};
    }

    // For the reader of the trace
    template <class T>
    void note(std::string_view key, const T& v) const {
        if constexpr (std::is_convertible_v<const T&, std::string_view>)
            core_->note(key, std::string{std::string_view{v}});
        else
            core_->note(key, v);
    }
    void log(LogLevel level, std::string_view text) const { core_->log(level, text); }
    void log(std::string_view text) const { core_->log(LogLevel::kInfo, text); }

    // For the runtime and combinators
    task::TaskCore& core() const { return *core_; }

private:
    template <class... M>
    static void checkReceivable() {
        static_assert(sizeof...(M) > 0, "name what is to be received: receive<M>()");
        static_assert(
            !(task::kIsPrivate<M> || ...),
            "this message never comes to the code of a task: sleep(), ask() and Cancelled "
            "tell what it says");
    }

    task::TaskCore* core_;
};

namespace task {

template <auto Fn>
RootCoroutine startCoroutine(const void* state, TaskCore& core) {
    const auto& s = *static_cast<const TaskState<Fn>*>(state);
    const auto release = [](auto task) {
        const auto handle = task.release();
        return RootCoroutine{handle, &handle.promise()};
    };
    if constexpr (requires(TaskContext cx) { Fn(cx, s.args); })
        return release(Fn(TaskContext{core}, s.args));
    else
        return release(Fn(TaskContext{core}));
}

}  // namespace task
}  // namespace ariadne
