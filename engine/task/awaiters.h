// What a task can wait for. Made by TaskContext; each lives in one co_await expression.
#pragma once

#include "engine/task/core.h"
#include "engine/task/outcome.h"
#include "engine/task/task_ref.h"
#include "engine/value/encoding.h"

#include <concepts>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace ariadne::task {

/// M, or a variant when there are several.
template <class M, class... More>
struct OneOf {
    using Type = std::variant<M, More...>;
};
template <class M>
struct OneOf<M> {
    using Type = M;
};
template <class... M>
using OneOfT = typename OneOf<M...>::Type;

/// True for the types a task cannot receive: they are told in other ways.
template <class M>
inline constexpr bool kIsPrivate =
    std::same_as<M, Start> || std::same_as<M, TaskWake> || std::same_as<M, CancelRequested> ||
    std::same_as<M, AskTimedOut> || std::same_as<M, RegionClosed> || std::same_as<M, EffectFailed>;

template <class... M>
bool isOneOf(std::uint64_t type) {
    return ((value::MessageTypeRegistered<M>::kInfo.hash == type) || ...);
}

template <class M>
M decodeAs(const TaskDelivery& delivery) {
    std::optional<M> v = value::decoded<M>(delivery.payload);
    if (!v)
        throw std::runtime_error("found a " + value::typeInfo<M>().name +
                                 " that cannot be read back, expected values nested at most " +
                                 std::to_string(kValueDepthMax) + " deep: send flatter ones");
    return std::move(*v);
}

/// The value of a delivery whose type is one of M...
template <class... M>
OneOfT<M...> decodeOneOf(const TaskDelivery& delivery) {
    (void)(value::MessageTypeRegistered<M>::kDone && ...);
    if constexpr (sizeof...(M) == 1) {
        return decodeAs<M...>(delivery);
    } else {
        std::optional<OneOfT<M...>> out;
        (void)((value::typeInfo<M>().hash == delivery.type
                    ? (out.emplace(std::in_place_type<M>, decodeAs<M>(delivery)), true)
                    : false) ||
               ...);
        return std::move(*out);
    }
}

/// Waits for the oldest message of one of the types, or for the end of a time.
template <class... M>
class ReceiveBase : public Awaiting {
public:
    ReceiveBase(TaskCore& core, std::optional<Duration> patience)
        : Awaiting(core), patience_(patience) {}

    bool ready() final {
        // What was looked at stays behind `seen_`: the inbox only grows while somebody waits.
        for (; seen_ < core_.inbox().size(); ++seen_)
            if (isOneOf<M...>(core_.inbox()[seen_].type)) return true;
        return timer_ != 0 && core_.fired(timer_);
    }

protected:
    void begin() final {
        seen_ = 0;
        (core_.traceAwait(value::typeInfo<M>().hash), ...);
        if (patience_) timer_ = core_.armTimer(*patience_);
    }
    std::optional<OneOfT<M...>> take() {
        if (timer_ != 0) core_.dropTimer(timer_);
        timer_ = 0;
        core_.checkpoint();
        if (seen_ >= core_.inbox().size()) return std::nullopt;
        return decodeOneOf<M...>(core_.read(seen_));
    }

private:
    std::optional<Duration> patience_;
    std::size_t seen_ = 0;
    std::uint64_t timer_ = 0;
};

template <class... M>
class Receive final : public ReceiveBase<M...> {
public:
    explicit Receive(TaskCore& core) : ReceiveBase<M...>(core, std::nullopt) {}
    OneOfT<M...> await_resume() { return std::move(*this->take()); }
};

template <class... M>
class ReceiveWithin final : public ReceiveBase<M...> {
public:
    ReceiveWithin(TaskCore& core, std::optional<Duration> patience)
        : ReceiveBase<M...>(core, patience) {}
    std::optional<OneOfT<M...>> await_resume() { return this->take(); }
};

/// Waits for a moment of virtual time.
class Sleep final : public Awaiting {
public:
    Sleep(TaskCore& core, Duration time) : Awaiting(core), time_(time) {}
    bool ready() override { return core_.fired(timer_); }
    void await_resume() {
        if (timer_ != 0) core_.dropTimer(timer_);
        core_.checkpoint();
    }

protected:
    void begin() override { timer_ = core_.armTimer(time_); }

private:
    Duration time_;
    std::uint64_t timer_ = 0;
};

/// Waits until the task is asked to end.
class Never final : public Awaiting {
public:
    explicit Never(TaskCore& core) : Awaiting(core) {}
    bool ready() override { return false; }
    void await_resume() { core_.checkpoint(); }

protected:
    void begin() override { core_.traceAwait(0); }
};

/// Asks, and waits for the answer: nullopt when there was none in time.
template <class M, class... Reply>
class Ask final : public Awaiting {
public:
    Ask(TaskCore& core, CellKey to, M message, std::optional<Duration> patience)
        : Awaiting(core), to_(to), message_(std::move(message)), patience_(patience) {}
    bool ready() override { return core_.answerTo(id_) != nullptr; }

    std::optional<OneOfT<Reply...>> await_resume() {
        if (core_.interrupted() && id_ != 0) core_.forgetAsk(id_);
        core_.checkpoint();
        const TaskDelivery answer = core_.takeAnswer(id_);
        if (isOneOf<Reply...>(answer.type)) return decodeOneOf<Reply...>(answer);
        if (answer.type == value::typeInfo<AskTimedOut>().hash) return std::nullopt;
        const value::TypeInfo* found = value::findMessageType(answer.type);
        std::string expected;
        ((expected += (expected.empty() ? "" : " or ") + value::typeInfo<Reply>().name), ...);
        throw std::runtime_error("an ask was answered with " +
                                 (found == nullptr ? std::string{"an unknown type"} : found->name) +
                                 ", expected " + expected + ": name it in ask<...>()");
    }

protected:
    void begin() override {
        (core_.traceAwait(value::typeInfo<Reply>().hash), ...);
        id_ = core_.ask(to_, std::move(message_), patience_);
    }

private:
    CellKey to_;
    M message_;
    std::optional<Duration> patience_;  ///< none: for ever
    std::uint64_t id_ = 0;
};

/// The result of a child, from what its end told.
template <class R>
Result<R> resultOf(const ChildEnd& end) {
    if (end.outcome == TaskOutcome::kPanicked) return Result<R>(end.outcome, end.text);
    std::optional<TaskEnded<R>> ended = value::decoded<TaskEnded<R>>(end.ended);
    if (!ended)
        return Result<R>(TaskOutcome::kPanicked,
                         "its result cannot be read back: expected values nested at most " +
                             std::to_string(kValueDepthMax) + " deep");
    return std::move(ended->result);
}

/// Waits for the end of one child.
template <class R>
class Join final : public Awaiting {
public:
    Join(TaskCore& core, CellKey child) : Awaiting(core), child_(child) {}
    bool ready() override {
        const Child* child = core_.child(child_);
        return child != nullptr && !child->alive();
    }
    Result<R> await_resume() {
        core_.checkpoint();
        return resultOf<R>(core_.takeEnd(child_));
    }

protected:
    void begin() override {
        core_.traceAwait(child_.value);
        if (core_.child(child_) == nullptr)
            throw std::runtime_error(
                "found join() of a task that is no child of this one or was joined before, "
                "expected a child that nobody has joined: keep its result instead");
    }

private:
    CellKey child_;
};

/// Asks the outside, and waits for what came of it. When the task is asked to end meanwhile, the
/// effect is cancelled.
template <class R>
class Perform final : public Awaiting {
public:
    using Answer = typename effect::EffectOf<R>::Answer;

    Perform(TaskCore& core, R request, Duration timeout)
        : Awaiting(core), request_(std::move(request)), timeout_(timeout) {}
    bool ready() override { return core_.effectAnswer(id_) != nullptr; }

    Performed<Answer> await_resume() {
        if (core_.interrupted() && id_ != 0) core_.dropEffect(id_);
        core_.checkpoint();
        const TaskDelivery answer = core_.takeEffectAnswer(id_);
        if (answer.type != value::typeInfo<EffectFailed>().hash)
            return Performed<Answer>(decodeAs<Answer>(answer));
        EffectFailed failed = decodeAs<EffectFailed>(answer);
        return Performed<Answer>(failed.status, std::move(failed.text));
    }

protected:
    void begin() override { id_ = core_.perform(request_, timeout_); }

private:
    R request_;
    Duration timeout_;
    std::uint64_t id_ = 0;
};

/// Waits until a region is closed.
class Closed final : public Awaiting {
public:
    Closed(TaskCore& core, CellKey region) : Awaiting(core), region_(region) {}
    bool ready() override { return core_.region(region_)->closed.has_value(); }
    RegionClosed await_resume() {
        core_.checkpoint();
        return core_.takeClosed(region_);
    }

protected:
    void begin() override {
        core_.traceAwait(region_.value);
        if (core_.region(region_) == nullptr)
            throw std::runtime_error(
                "found closed() of a region that this task did not open in its present life, "
                "expected one of its own: monitor() tells of others");
    }

private:
    CellKey region_;
};

/// Waits for the next end of a child, of whichever, or for a timer. Throws nothing: who awaits it
/// looks at what has happened, and whether the task was asked to end.
class NextEnd final : public Awaiting {
public:
    NextEnd(TaskCore& core, std::uint64_t timer)
        : Awaiting(core), endsBefore_(core.ends()), timer_(timer) {}
    bool ready() override {
        return core_.ends() != endsBefore_ || (timer_ != 0 && core_.fired(timer_));
    }
    void await_resume() {}

protected:
    void begin() override { core_.traceAwait(timer_); }

private:
    std::uint64_t endsBefore_;
    std::uint64_t timer_;
};

/// Waits for the end of one child. Throws nothing.
class EndOf final : public Awaiting {
public:
    enum class Interrupt { kYes, kNo };

    EndOf(TaskCore& core, CellKey child, Interrupt interrupt)
        : Awaiting(core), child_(child), interrupt_(interrupt) {}
    bool ready() override {
        const Child* child = core_.child(child_);
        return child == nullptr || !child->alive();
    }
    bool interruptible() const override { return interrupt_ == Interrupt::kYes; }
    void await_resume() {}

protected:
    void begin() override { core_.traceAwait(child_.value); }

private:
    CellKey child_;
    Interrupt interrupt_;
};

}  // namespace ariadne::task
