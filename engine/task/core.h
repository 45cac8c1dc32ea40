// The running half of a task: its coroutine, what waits for it, and what it asks of the world.
// Nothing here is described: all of it is made again from the arguments and the deliveries.
#pragma once

#include "engine/base/digest.h"
#include "engine/effect/builtin.h"
#include "engine/kernel/system_messages.h"
#include "engine/kernel/turn.h"
#include "engine/task/cancel.h"
#include "engine/task/code.h"
#include "engine/task/history.h"

#include <coroutine>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ariadne::task {

/// How a child ended.
struct ChildEnd {
    TaskOutcome outcome = TaskOutcome::kPanicked;
    std::string text;
    Bytes ended;  ///< its encoded TaskEnded; empty when it panicked
};

/// What was asked of a child or region so far: the strongest reason, the earliest end.
struct Asked {
    CancelReason reason = CancelReason::kNone;
    VirtualTime until;
    /// False when as much was asked before.
    bool add(CancelReason more, VirtualTime sooner);
};

struct Child {
    const TaskCode* code = nullptr;
    CellKey region;  ///< it was born into; 0 = below the task itself
    /// It ends before the task does. Not so who lives in somebody else's region.
    bool owned = true;
    std::optional<ChildEnd> end;
    std::uint64_t endOrder = 0;  ///< among the ends the task was told of, from 1
    bool downTold = false;
    bool joined = false;
    Asked asked;
    bool alive() const { return !end.has_value(); }
};

/// A region that the task opened in this life.
struct OpenedRegion {
    std::optional<RegionClosed> closed;
    bool seen = false;  ///< its closing was awaited
    Asked asked;
};

/// One co_await that may have to wait. Lives in the coroutine's frame.
class Awaiting {
public:
    explicit Awaiting(TaskCore& core) : core_(core) {}
    Awaiting(const Awaiting&) = delete;
    Awaiting& operator=(const Awaiting&) = delete;
    virtual ~Awaiting() = default;

    bool await_ready();
    void await_suspend(std::coroutine_handle<> awaiting);

    /// What it waits for is there. Asked after every delivery.
    virtual bool ready() = 0;
    /// A request to end wakes it.
    virtual bool interruptible() const { return true; }

protected:
    /// Sets timers and the like; before the first ready().
    virtual void begin() = 0;
    TaskCore& core_;
};

/// What a task's code has done and is owed. Thread-confined to the turns of its cell.
///
/// Two modes: live, where outputs go to the turn, and replaying, where they are counted and folded
/// into the trail alone. Both count alike, or the task is not deterministic.
class TaskCore {
public:
    /// `from`: the cell's counters where this life begins.
    TaskCore(const TaskCode& code, CellRef self, CellRef parent, const kernel::Ordinals& from);
    ~TaskCore();
    TaskCore(const TaskCore&) = delete;
    TaskCore& operator=(const TaskCore&) = delete;

    // For the cell (run_task.cpp)
    /// Outputs go to `turn` from here on, or nowhere while replaying. Null between turns.
    void useTurn(kernel::Turn* turn, bool replaying) {
        turn_ = turn;
        replaying_ = replaying;
    }
    /// Deliveries of an earlier life that nobody read. Before start().
    void inherit(TaskDelivery delivery) { inbox_.push_back(std::move(delivery)); }
    /// Runs the code to its first wait. `state` as TaskCode::start wants it.
    void start(const void* state, VirtualTime now);
    /// One delivery, and what the code makes of it.
    void take(const TaskDelivery& delivery);
    /// What continueAs() asked for, when the code returned that. Throws when it cannot be: the
    /// arguments are another function's, or children are alive.
    std::optional<ContinueAs> takeContinuation();
    /// Of what nobody read, in order of arrival.
    std::deque<TaskDelivery> takeInbox() { return std::move(inbox_); }
    /// The code has returned and all children have ended.
    bool over() const { return result_.has_value() && living_ == 0; }
    /// Tells whoever began it and stops the cell. Once over().
    void conclude(CellRef tells);
    std::uint64_t trail() const { return trail_; }
    const kernel::Ordinals& counted() const { return counted_; }

    // For awaiters
    /// Asked to end, and not masked.
    bool interrupted() const { return cancel_ != CancelReason::kNone && masks_ == 0; }
    /// Throws Cancelled when interrupted.
    void checkpoint() const;
    void suspend(Awaiting& awaiting, std::coroutine_handle<> handle);
    void runNext(std::coroutine_handle<> handle) { next_ = handle; }
    std::uint64_t armTimer(Duration delay);
    bool fired(std::uint64_t timer) const { return fired_.contains(timer); }
    /// Forgets a timer, and cancels it when it has not fired.
    void dropTimer(std::uint64_t timer);
    const std::deque<TaskDelivery>& inbox() const { return inbox_; }
    /// Takes out number `index`; it is what replies go to from here on.
    TaskDelivery read(std::size_t index);
    /// The answer (or AskTimedOut) to that ask, or null.
    const TaskDelivery* answerTo(std::uint64_t ask) const;
    TaskDelivery takeAnswer(std::uint64_t ask);
    /// The answer (or EffectFailed) to that effect, or null.
    const TaskDelivery* effectAnswer(std::uint64_t effect) const;
    TaskDelivery takeEffectAnswer(std::uint64_t effect);
    /// Nobody waits for it any more: it is cancelled, unless it was answered.
    void dropEffect(std::uint64_t effect);
    /// A region that was opened here in this life, or null.
    const OpenedRegion* region(CellKey key) const;
    /// Of one that is closed.
    RegionClosed takeClosed(CellKey key);
    /// A child that was spawned here and not joined, or null.
    const Child* child(CellKey key) const;
    /// How many children have ended so far.
    std::uint64_t ends() const { return ends_; }
    /// The end of a child that has ended; it is joined then.
    ChildEnd takeEnd(CellKey key);

    // For TaskContext
    CellRef self() const { return self_; }
    CellRef parent() const { return parent_; }
    VirtualTime now() const { return now_; }
    CancelReason cancelReason() const { return cancel_; }
    /// When the cleanup budget ends. Meaningful once asked to end.
    VirtualTime cleanupUntil() const { return until_; }
    CellRef lastSender() const { return lastSender_; }
    CellRef lastAsker() const { return lastAsker_; }
    std::uint64_t lastAsk() const { return lastAsk_; }
    void mask() { ++masks_; }
    void unmask() { --masks_; }
    /// `f(stream)` with the cell's stream; not to be kept beyond the call.
    template <class F>
    auto draw(F&& f) {
        if (!live()) {
            kernel::RandomStream stream = turn_ == nullptr
                                              ? kernel::RandomStream{0, self_.key, counted_.draws}
                                              : turn_->randomFrom(counted_.draws);
            return f(stream);
        }
        kernel::RandomStream stream = turn_->random();
        auto drawn = f(stream);
        counted_.draws = turn_->ordinals().draws;
        return drawn;
    }

    template <class M>
    void send(CellKey to, M&& message) {
        trace(Act::kSend, to.value, message);
        ++counted_.sends;
        if (live()) turn_->send(to, made(std::forward<M>(message)));
    }
    template <class M>
    std::uint64_t ask(CellKey to, M&& message, std::optional<Duration> timeout) {
        trace(Act::kAsk, to.value, message);
        if (timeout) ++counted_.timers;
        const std::uint64_t id = ++counted_.sends;
        if (live())
            turn_->ask(to, made(std::forward<M>(message)), timeout,
                       turn_->pool().make(AskTimedOut{0, {to}}));
        asks_.emplace(id, std::nullopt);
        return id;
    }
    void forgetAsk(std::uint64_t id) { asks_.erase(id); }
    template <class M>
    void reply(CellRef asker, std::uint64_t ask, M&& message) {
        trace(Act::kReply, mixWord(asker.key.value, ask), message);
        if (ask == 0 && asker.key.value != 0) ++counted_.sends;
        if (live()) turn_->reply(asker.key, ask, made(std::forward<M>(message)));
    }
    template <class T>
    void note(std::string_view key, const T& v) {
        trace(Act::kNote, hashText(key, 0), v);
        if (live()) turn_->note(key, value::typeInfo<T>(), &v);
    }
    void log(LogLevel level, std::string_view text);
    void monitor(CellKey who);
    void demonitor(CellKey who);
    /// `region`: to be born into; 0 = below this task.
    CellKey spawn(const TaskCode& code, ByteView args, std::string_view name, CellKey region = {},
                  const ChildOptions& child = {});
    /// `make` gives the first state of a cell of `type`; called when it is born and not replayed.
    template <class F>
    CellKey spawnActor(const kernel::CellType& type, std::string_view name,
                       kernel::MailboxOptions mailbox, CellKey region, const ChildOptions& child,
                       const void* first, F&& make) {
        traceBytes(Act::kSpawn, hashText(name, 0), *type.state, first);
        traceRegion(region, child);
        const CellKey key = countBirth(type);
        if (live()) turn_->spawn(type, make(), name, mailbox, region, child);
        return key;
    }
    template <class R>
    std::uint64_t perform(const R& request, Duration timeout) {
        using Of = effect::EffectOf<R>;
        using Answer = typename Of::Answer;
        (void)value::MessageTypeRegistered<Answer>::kDone;
        trace(Act::kEffect, hashText(Of::kName, static_cast<std::uint64_t>(timeout.count())),
              request);
        const std::uint64_t id = ++counted_.effects;
        if (live())
            turn_->perform(Of::kName, value::typeInfo<R>(), &request, value::typeInfo<Answer>(),
                           timeout);
        effects_.emplace(id, std::nullopt);
        return id;
    }
    /// `parent`: a region that this task opened; 0 = below the task.
    CellKey openRegion(CellKey parent, std::string_view name, const RegionOptions& options);
    void closeRegion(CellKey region);
    void spend(std::uint64_t cost);
    /// Asks a cell, and all below it, to end within `cleanup`, and never later than this task
    /// itself must.
    void cancel(CellKey key, CancelReason reason, Duration cleanup);
    /// An await of some kind belongs to what the code did.
    void traceAwait(std::uint64_t what) { trail_ = mixWord(mixWord(trail_, kAwait), what); }

private:
    enum class Act : std::uint64_t {
        kSend = 1,
        kAsk,
        kReply,
        kNote,
        kLog,
        kMonitor,
        kDemonitor,
        kSpawn,
        kTimer,
        kTimerCancel,
        kCancel,
        kEffect,
        kEffectCancel,
        kRegion,
        kRegionClose,
        kSpend
    };
    static constexpr std::uint64_t kAwait = 100;

    bool live() const { return turn_ != nullptr && !replaying_; }
    template <class M>
    kernel::Message* made(M&& message) {
        return turn_->pool().make(std::forward<M>(message));
    }
    template <class M>
    void trace(Act act, std::uint64_t whom, const M& v) {
        traceBytes(act, whom, value::typeInfo<M>(), &v);
    }
    void traceBytes(Act act, std::uint64_t whom, const value::TypeInfo& type, const void* v);
    void traceNumber(Act act, std::uint64_t n) {
        trail_ = mixWord(mixWord(trail_, static_cast<std::uint64_t>(act)), n);
    }
    /// Who is born into a region, and how it is looked after there, belongs to what the code did.
    void traceRegion(CellKey region, const ChildOptions& child);
    CellKey countBirth(const kernel::CellType& type);
    void run(std::coroutine_handle<> handle);
    void afterRun();
    void sort(const TaskDelivery& delivery);
    bool sortChild(const TaskDelivery& delivery);
    bool sortDown(const Down& down);
    void childEnded(Child& child, ChildEnd end);
    void regionClosed(CellKey key, RegionClosed closed);
    /// Whether that was a child or region of this task before its present life.
    bool isFormer(CellKey key) const;
    void onCancel(CancelReason reason, VirtualTime until);
    void cancelChildren(CancelReason reason, VirtualTime until);
    /// The one place where a request leaves a task. The kernel takes it to all below.
    void requestCancel(CellKey target, CancelReason reason, VirtualTime until);

    const TaskCode& code_;
    CellRef self_;
    CellRef parent_;
    kernel::Ordinals from_;
    kernel::Turn* turn_ = nullptr;
    bool replaying_ = false;
    kernel::Ordinals counted_;
    std::uint64_t trail_ = 0;
    VirtualTime now_;

    std::deque<TaskDelivery> inbox_;  ///< messages that nobody has received yet
    std::set<std::uint64_t> armed_;
    std::set<std::uint64_t> fired_;
    std::map<std::uint64_t, std::optional<TaskDelivery>> asks_;     ///< asks that are awaited
    std::map<std::uint64_t, std::optional<TaskDelivery>> effects_;  ///< likewise
    std::map<std::uint64_t, Child> children_;                       ///< by key
    std::map<std::uint64_t, OpenedRegion> regions_;                 ///< likewise
    std::uint64_t living_ = 0;  ///< children of its own and regions that the task outlives
    std::uint64_t ends_ = 0;
    CellRef lastSender_;
    CellRef lastAsker_;
    std::uint64_t lastAsk_ = 0;

    CancelReason cancel_ = CancelReason::kNone;
    VirtualTime until_;
    std::uint32_t masks_ = 0;

    Awaiting* waiting_ = nullptr;
    std::coroutine_handle<> suspended_;
    std::coroutine_handle<> next_;
    RootCoroutine root_;
    std::optional<Bytes> result_;
};

/// Owns the core of a task inside its state. A copy has none: the next turn makes it again.
class TaskFrame {
public:
    TaskFrame() = default;
    TaskFrame(const TaskFrame&) {}
    TaskFrame(TaskFrame&& other) noexcept : core_(std::move(other.core_)) {}
    TaskFrame& operator=(const TaskFrame&) {
        core_.reset();
        return *this;
    }
    TaskFrame& operator=(TaskFrame&& other) noexcept {
        core_ = std::move(other.core_);
        return *this;
    }
    ~TaskFrame() = default;

    TaskCore* get() const { return core_.get(); }
    void set(std::unique_ptr<TaskCore> core) { core_ = std::move(core); }

private:
    std::unique_ptr<TaskCore> core_;
};

/// The parts of a TaskState<Fn> without its types.
struct TaskParts {
    void* state;
    TaskLife& life;
    Vector<TaskDelivery>& history;
    TaskFrame& frame;
    const TaskCode& code;
};

/// One turn of a task: what its cell's handler does.
void runTask(const TaskParts& parts, kernel::Turn& turn);

}  // namespace ariadne::task
