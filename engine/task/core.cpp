#include "engine/task/core.h"

#include "engine/base/check.h"
#include "engine/kernel/key_index.h"
#include "engine/kernel/system_messages.h"
#include "engine/task/coroutine.h"
#include "engine/value/encoding.h"

#include <algorithm>

namespace ariadne::task {
bool Awaiting::await_ready() {
    if (interruptible() && core_.interrupted()) return true;
    begin();
    return ready();
}

void Awaiting::await_suspend(std::coroutine_handle<> awaiting) {
    core_.suspend(*this, awaiting);
}

TaskCore::TaskCore(const TaskCode& code, CellRef self, CellRef parent, const kernel::Ordinals& from)
    : code_(code), self_(self), parent_(parent), from_(from), counted_(from) {}

TaskCore::~TaskCore() {
    // What destructors of the code still ask for goes nowhere: the cell has ended.
    turn_ = nullptr;
    if (root_.handle) root_.handle.destroy();
}

void TaskCore::start(const void* state, VirtualTime now) {
    now_ = now;
    root_ = code_.start(state, *this);
    root_.promise->core = this;
    run(root_.handle);
}

void TaskCore::take(const TaskDelivery& delivery) {
    now_ = delivery.at;
    sort(delivery);
    if (waiting_ == nullptr) return;
    if (!(waiting_->interruptible() && interrupted()) && !waiting_->ready()) return;
    waiting_ = nullptr;
    run(std::exchange(suspended_, {}));
}

void TaskCore::run(std::coroutine_handle<> handle) {
    next_ = handle;
    while (next_) std::exchange(next_, {}).resume();
    if (root_.handle.done()) afterRun();
}

void TaskCore::afterRun() {
    if (root_.promise->error) {
        try {
            std::rethrow_exception(root_.promise->error);
        } catch (const Cancelled& cancelled) {
            result_ = code_.noValue(TaskOutcome::kCancelled, cancelled.what());
        }
    } else if (!root_.promise->continues) {
        result_ = code_.resultOf(root_.handle);
    } else if (cancel_ != CancelReason::kNone) {
        result_ = code_.noValue(TaskOutcome::kCancelled, std::string{textOf(cancel_)});
    } else {
        return;
    }
    if (cancel_ == CancelReason::kNone)
        cancelChildren(CancelReason::kShutdown, laterBy(now_, kCleanup));
    else
        cancelChildren(std::max(cancel_, CancelReason::kParentCancelled), until_);
}

void TaskCore::suspend(Awaiting& awaiting, std::coroutine_handle<> handle) {
    waiting_ = &awaiting;
    suspended_ = handle;
}

void TaskCore::checkpoint() const {
    if (interrupted()) throw Cancelled{cancel_};
}

std::optional<ContinueAs> TaskCore::takeContinuation() {
    if (result_ || !root_.handle.done() || !root_.promise->continues) return std::nullopt;
    if (root_.promise->continues->argsHash() != code_.argsHash)
        throw std::runtime_error("found continueAs() with arguments of another type, expected " +
                                 code_.type->state->name + "'s own: pass what it is called with");
    const bool regionsToo = std::any_of(regions_.begin(), regions_.end(),
                                        [](const auto& at) { return !at.second.closed; });
    if (living_ != 0)
        throw std::runtime_error("found continueAs() with " + std::to_string(living_) +
                                 " living children" + (regionsToo ? " and open regions" : "") +
                                 ", expected none: join or cancel them before");
    return std::move(root_.promise->continues);
}

void TaskCore::conclude(CellRef tells) {
    ByteReader in{*result_};
    const auto outcome = static_cast<TaskOutcome>(in.zigzagVarint());
    const std::string text{asText(in.sized())};
    for (const auto& [key, child] : children_)
        if (child.end && child.end->outcome == TaskOutcome::kPanicked && !child.joined)
            turn_->log(LogLevel::kWarning,
                       "nobody joined a child that panicked: " + child.end->text);
    for (const auto& [key, region] : regions_)
        if (region.closed->verdict == Verdict::kPanicked && !region.seen)
            turn_->log(LogLevel::kWarning,
                       "nobody awaited a region that panicked: " + region.closed->text);
    if (!inbox_.empty()) {
        std::string types;
        for (std::size_t i = 0; i < std::min<std::size_t>(inbox_.size(), 4); ++i) {
            const value::TypeInfo* info = value::findMessageType(inbox_[i].type);
            types +=
                (i == 0 ? "" : ", ") + (info == nullptr ? std::string{"a message"} : info->name);
        }
        turn_->log(LogLevel::kWarning, "ended with " + std::to_string(inbox_.size()) +
                                           " messages that it never received: " + types +
                                           (inbox_.size() > 4 ? ", ..." : ""));
    }
    if (tells) turn_->sendSurely(tells.key, code_.endMessage(turn_->pool(), *result_, self_));
    std::string why;
    if (outcome != TaskOutcome::kOk)
        why = std::string{nameOf(outcome)} + ": " + text;
    else if (turn_->cancelled())
        why = nameOf(outcome);  // see hasTold()
    turn_->stop(why);
}

namespace {
/// Whether the TaskEnded of a child with that end is there or on its way: it comes in the other
/// lane. Whom the kernel ends at once, because it takes no turns, has no text.
bool hasTold(const Down& down) {
    return down.reason == ExitReason::kStopped ||
           (down.reason == ExitReason::kCancelled && !down.text.empty());
}
}  // namespace

void TaskCore::sort(const TaskDelivery& delivery) {
    static const std::uint64_t kStart = value::typeInfo<Start>().hash;
    static const std::uint64_t kWake = value::typeInfo<TaskWake>().hash;
    static const std::uint64_t kCancel = value::typeInfo<CancelRequested>().hash;
    static const std::uint64_t kClosed = value::typeInfo<RegionClosed>().hash;
    if (delivery.answers != 0 || delivery.effect != 0) {
        // An answer that nobody awaits any more is nobody's.
        auto& awaited = delivery.answers != 0 ? asks_ : effects_;
        const auto at = awaited.find(delivery.answers | delivery.effect);
        if (at != awaited.end() && !at->second) at->second = delivery;
    } else if (delivery.type == kWake) {
        const std::optional<TaskWake> wake = value::decoded<TaskWake>(delivery.payload);
        if (delivery.sender.key.value != 0 || !wake || armed_.erase(wake->timer) == 0) return;
        fired_.insert(wake->timer);
    } else if (delivery.type == kCancel) {
        if (const auto request = value::decoded<CancelRequested>(delivery.payload))
            onCancel(request->reason, request->until);
    } else if (delivery.type == kClosed) {
        if (auto closed = value::decoded<RegionClosed>(delivery.payload))
            regionClosed(closed->region.key, std::move(*closed));
    } else if (delivery.type != kStart && !sortChild(delivery)) {
        inbox_.push_back(delivery);
    }
}

namespace {
/// The end of a child that has told nothing.
ChildEnd endBy(const Down& down, const TaskCode& code) {
    switch (down.reason) {
        case ExitReason::kCancelled:
        case ExitReason::kParentEnded:
        case ExitReason::kSupervisor: {
            const std::string text = "was ended: " + std::string{nameOf(down.reason)};
            return {TaskOutcome::kCancelled, text, code.endedWith(TaskOutcome::kCancelled, text)};
        }
        default: return {TaskOutcome::kPanicked, down.text, {}};
    }
}
}  // namespace

bool TaskCore::sortDown(const Down& down) {
    const CellKey who = down.who.key;
    if (const auto at = children_.find(who.value); at != children_.end()) {
        Child& child = at->second;
        child.downTold = true;
        if (child.alive() && !hasTold(down)) childEnded(child, endBy(down, *child.code));
        if (child.joined) children_.erase(at);
        return true;
    }
    if (regions_.contains(who.value)) {
        // After its RegionClosed; or it was refused, and this is all that comes.
        regionClosed(who, {down.who, Verdict::kErr, CancelReason::kNone,
                           "was not opened: what it was to be in is not open"});
        return true;
    }
    return isFormer(who);
}

bool TaskCore::sortChild(const TaskDelivery& delivery) {
    static const std::uint64_t kDown = value::typeInfo<Down>().hash;
    if (delivery.type == kDown) {
        const std::optional<Down> down = value::decoded<Down>(delivery.payload);
        return down && sortDown(*down);
    }
    const auto at = children_.find(delivery.sender.key.value);
    if (at == children_.end()) {
        // The end of a child that an earlier life had.
        if (!isFormer(delivery.sender.key)) return false;
        const value::TypeInfo* info = value::findMessageType(delivery.type);
        return info != nullptr && info->name.starts_with("ariadne::TaskEnded<");
    }
    if (delivery.type != at->second.code->endedHash) return false;
    if (!at->second.alive()) return true;
    ByteReader in{delivery.payload};
    const auto outcome = static_cast<TaskOutcome>(in.zigzagVarint());
    childEnded(at->second, {outcome, std::string{asText(in.sized())}, delivery.payload});
    return true;
}

bool TaskCore::isFormer(CellKey key) const {
    for (std::uint64_t n = 1; n <= from_.children; ++n)
        if (kernel::childKey(self_.key, n) == key) return true;
    for (std::uint64_t n = 1; n <= from_.regions; ++n)
        if (kernel::regionKey(self_.key, n) == key) return true;
    return false;
}

void TaskCore::childEnded(Child& child, ChildEnd end) {
    child.end = std::move(end);
    child.endOrder = ++ends_;
    if (child.owned) --living_;
}

void TaskCore::regionClosed(CellKey key, RegionClosed closed) {
    const auto at = regions_.find(key.value);
    if (at == regions_.end() || at->second.closed) return;
    at->second.closed = std::move(closed);
    --living_;
}

const Child* TaskCore::child(CellKey key) const {
    const auto at = children_.find(key.value);
    return at == children_.end() || at->second.joined ? nullptr : &at->second;
}

ChildEnd TaskCore::takeEnd(CellKey key) {
    const auto at = children_.find(key.value);
    ARIADNE_CHECK(at != children_.end() && at->second.end.has_value());
    ChildEnd end = std::move(*at->second.end);
    at->second.joined = true;
    if (at->second.downTold) children_.erase(at);
    return end;
}

void TaskCore::onCancel(CancelReason reason, VirtualTime until) {
    until_ = cancel_ == CancelReason::kNone ? until : std::min(until_, until);
    cancel_ = std::max(cancel_, reason);
    // The kernel has asked all who were there; whom this task began since, it has not.
    cancelChildren(std::max(cancel_, CancelReason::kParentCancelled), until_);
}

void TaskCore::cancelChildren(CancelReason reason, VirtualTime until) {
    // Whom a region of its own has, that region's request reaches.
    for (auto& [key, child] : children_)
        if (child.alive() && child.region.value == 0 && child.asked.add(reason, until))
            requestCancel({key}, child.asked.reason, child.asked.until);
    for (auto& [key, region] : regions_)
        if (!region.closed && region.asked.add(reason, until))
            requestCancel({key}, region.asked.reason, region.asked.until);
}

bool Asked::add(CancelReason more, VirtualTime sooner) {
    const bool first = reason == CancelReason::kNone;
    if (!first && reason >= more && until <= sooner) return false;
    until = first ? sooner : std::min(until, sooner);
    reason = std::max(reason, more);
    return true;
}

void TaskCore::cancel(CellKey key, CancelReason reason, Duration cleanup) {
    VirtualTime until = laterBy(now_, std::max(cleanup, Duration::zero()));
    if (cancel_ != CancelReason::kNone) until = std::min(until, until_);
    Asked others;
    Asked* asked = &others;
    if (const auto child = children_.find(key.value); child != children_.end()) {
        if (!child->second.alive()) return;
        asked = &child->second.asked;
    } else if (const auto region = regions_.find(key.value); region != regions_.end()) {
        if (region->second.closed) return;
        asked = &region->second.asked;
    }
    if (asked->add(reason, until)) requestCancel(key, asked->reason, asked->until);
}

void TaskCore::requestCancel(CellKey target, CancelReason reason, VirtualTime until) {
    const Duration cleanup = std::max(until - now_, Duration::zero());
    traceNumber(Act::kCancel, mixWord(mixWord(target.value, static_cast<std::uint64_t>(reason)),
                                      static_cast<std::uint64_t>(cleanup.count())));
    if (live()) turn_->cancel(target, reason, cleanup);
}

std::uint64_t TaskCore::armTimer(Duration delay) {
    traceNumber(Act::kTimer, static_cast<std::uint64_t>(delay.count()));
    const std::uint64_t timer = ++counted_.timers;
    if (live()) turn_->setTimer(delay, false, made(TaskWake{timer}));
    armed_.insert(timer);
    return timer;
}

void TaskCore::dropTimer(std::uint64_t timer) {
    fired_.erase(timer);
    if (armed_.erase(timer) == 0) return;
    traceNumber(Act::kTimerCancel, timer);
    if (live()) turn_->cancelTimer(timer);
}

TaskDelivery TaskCore::read(std::size_t index) {
    const auto at = inbox_.begin() + static_cast<std::ptrdiff_t>(index);
    TaskDelivery delivery = std::move(*at);
    inbox_.erase(at);
    lastSender_ = delivery.sender;
    lastAsk_ = delivery.ask;
    lastAsker_ = delivery.ask == 0 ? delivery.sender : delivery.asker;
    return delivery;
}

const TaskDelivery* TaskCore::answerTo(std::uint64_t ask) const {
    const auto at = asks_.find(ask);
    return at == asks_.end() || !at->second ? nullptr : &*at->second;
}

TaskDelivery TaskCore::takeAnswer(std::uint64_t ask) {
    const auto at = asks_.find(ask);
    ARIADNE_CHECK(at != asks_.end() && at->second.has_value());
    TaskDelivery delivery = std::move(*at->second);
    asks_.erase(at);
    return delivery;
}

const TaskDelivery* TaskCore::effectAnswer(std::uint64_t effect) const {
    const auto at = effects_.find(effect);
    return at == effects_.end() || !at->second ? nullptr : &*at->second;
}

TaskDelivery TaskCore::takeEffectAnswer(std::uint64_t effect) {
    const auto at = effects_.find(effect);
    ARIADNE_CHECK(at != effects_.end() && at->second.has_value());
    TaskDelivery delivery = std::move(*at->second);
    effects_.erase(at);
    return delivery;
}

void TaskCore::dropEffect(std::uint64_t effect) {
    const auto at = effects_.find(effect);
    if (at == effects_.end()) return;
    const bool answered = at->second.has_value();
    effects_.erase(at);
    if (answered) return;
    traceNumber(Act::kEffectCancel, effect);
    if (live()) turn_->cancelEffect(effect);
}

const OpenedRegion* TaskCore::region(CellKey key) const {
    const auto at = regions_.find(key.value);
    return at == regions_.end() ? nullptr : &at->second;
}

RegionClosed TaskCore::takeClosed(CellKey key) {
    const auto at = regions_.find(key.value);
    ARIADNE_CHECK(at != regions_.end() && at->second.closed.has_value());
    at->second.seen = true;
    return *at->second.closed;
}

CellKey TaskCore::openRegion(CellKey parent, std::string_view name, const RegionOptions& options) {
    if (parent.value != 0 && !regions_.contains(parent.value))
        throw std::runtime_error(
            "found openRegion() below a region that this task did not open, expected one of its "
            "own: only of those it is told when they close");
    traceNumber(Act::kRegion, mixWord(parent.value, hashText(name, options.intensity)));
    traceNumber(Act::kRegion, mixWord(static_cast<std::uint64_t>(options.strategy),
                                      static_cast<std::uint64_t>(options.within.count())));
    traceBytes(Act::kRegion, 0, value::typeInfo<Backoff>(), &options.backoff);
    traceBytes(Act::kRegion, 0, value::typeInfo<Budget>(), &options.budget);
    for (const effect::Grant& grant : options.grants)
        traceBytes(Act::kRegion, 0, value::typeInfo<effect::Grant>(), &grant);
    const CellKey key = kernel::regionKey(self_.key, ++counted_.regions);
    if (live()) {
        turn_->openRegion(parent, name, options);
        // Below a region that closes it is not opened, and only this tells.
        if (parent.value != 0) turn_->monitor(key);
    }
    regions_.emplace(key.value, OpenedRegion{});
    ++living_;
    return key;
}

void TaskCore::closeRegion(CellKey region) {
    traceNumber(Act::kRegionClose, region.value);
    if (live()) turn_->closeRegion(region);
}

void TaskCore::spend(std::uint64_t cost) {
    traceNumber(Act::kSpend, cost);
    if (live()) turn_->spend(cost);
}

void TaskCore::log(LogLevel level, std::string_view text) {
    traceNumber(Act::kLog, hashText(text, static_cast<std::uint64_t>(level)));
    if (live()) turn_->log(level, text);
}

void TaskCore::monitor(CellKey who) {
    traceNumber(Act::kMonitor, who.value);
    if (live()) turn_->monitor(who);
}

void TaskCore::demonitor(CellKey who) {
    traceNumber(Act::kDemonitor, who.value);
    if (live()) turn_->demonitor(who);
}

CellKey TaskCore::countBirth(const kernel::CellType& type) {
    if (type.acceptsStart) ++counted_.sends;
    return kernel::childKey(self_.key, ++counted_.children);
}

void TaskCore::traceRegion(CellKey region, const ChildOptions& child) {
    if (region.value == 0) return;
    traceNumber(Act::kSpawn,
                mixWord(mixWord(region.value, static_cast<std::uint64_t>(child.restart)),
                        static_cast<std::uint64_t>(child.shutdown.count())));
}

CellKey TaskCore::spawn(const TaskCode& code, ByteView args, std::string_view name, CellKey region,
                        const ChildOptions& options) {
    traceNumber(Act::kSpawn, hashBytes(args, hashText(name, code.type->state->hash)));
    traceRegion(region, options);
    const CellKey key = countBirth(*code.type);
    if (live()) {
        turn_->spawn(*code.type, code.makeState(args, self_), name, {}, region, options);
        turn_->monitor(key);
    }
    Child& child = children_[key.value];
    child.code = &code;
    child.region = region;
    child.owned = region.value == 0 || regions_.contains(region.value);
    if (child.owned) ++living_;
    return key;
}

void TaskCore::traceBytes(Act act, std::uint64_t whom, const value::TypeInfo& type, const void* v) {
    ByteWriter out;
    type.encode(v, out);
    traceNumber(act, whom);
    trail_ = mixWord(trail_, hashBytes(out.view(), type.hash));
}

}  // namespace ariadne::task
