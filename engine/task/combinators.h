// Several tasks as one: all, race, firstOk, quorum, timeout, retry, hedge, bulkhead, pipeline.
//
// Each step runs as a child task. Whoever is not needed any more is cancelled and drained: when a
// combinator returns or throws, every child that it started has ended. No braces around the steps
// inside a co_await expression: g++ 12 refuses initializer lists there.
#pragma once

#include "engine/task/context.h"
#include "engine/task/steps.h"

#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace ariadne {

/// A function with its arguments, not started yet. Functions of one result type are of one type.
template <class R>
class Step {
public:
    explicit Step(task::BareStep bare) : bare_(std::move(bare)) {}
    const task::BareStep& bare() const { return bare_; }

private:
    task::BareStep bare_;
};

/// `step<&fetch>("http://a", 3)`: the fields of its arguments, or the whole of them under a name.
template <auto Fn, class... Fields>
Step<task::ResultOf<Fn>> step(Fields&&... fields) {
    using Args = task::ArgsOf<Fn>;
    if constexpr (sizeof...(Fields) == 1 && (std::convertible_to<Fields, Args> && ...)) {
        (task::checkTemporary<Fields>(), ...);
        const Args args(std::forward<Fields>(fields)...);
        return Step<task::ResultOf<Fn>>{task::BareStep{task::codeOf<Fn>(), value::encoded(args)}};
    } else {
        const Args args{std::forward<Fields>(fields)...};
        return Step<task::ResultOf<Fn>>{task::BareStep{task::codeOf<Fn>(), value::encoded(args)}};
    }
}

/// Who was first, and how it ended.
template <class R>
struct Won {
    std::size_t index = 0;  ///< among the steps
    Result<R> result;
    Won() {}
    Won(std::size_t i, Result<R> r) : index(i), result(std::move(r)) {}
};

namespace task {

template <class R>
std::vector<BareStep> bareSteps(const std::vector<Step<R>>& steps) {
    std::vector<BareStep> bare;
    bare.reserve(steps.size());
    for (const Step<R>& step : steps) bare.push_back(step.bare());
    return bare;
}

template <class R>
std::vector<Result<R>> resultsOf(const std::vector<ChildEnd>& ends) {
    std::vector<Result<R>> results;
    results.reserve(ends.size());
    for (const ChildEnd& end : ends) results.push_back(resultOf<R>(end));
    return results;
}

// The typed halves: each awaits the untyped one (steps.cpp) and decodes.
template <class R>
Flow<std::vector<Result<R>>> typedAll(Flow<std::vector<ChildEnd>> ends) {
    std::vector<ChildEnd> all = co_await std::move(ends);
    co_return resultsOf<R>(all);
}
template <class R>
Flow<Result<R>> typedOne(Flow<ChildEnd> end) {
    ChildEnd one = co_await std::move(end);
    co_return resultOf<R>(one);
}
template <class R>
Flow<Won<R>> typedWon(Flow<Decision> decision) {
    Decision decided = co_await std::move(decision);
    co_return Won<R>(decided.winners.front(), resultOf<R>(decided.ends[decided.winners.front()]));
}
template <class R>
Flow<Result<R>> typedFirst(Flow<Decision> decision) {
    Decision decided = co_await std::move(decision);
    co_return resultOf<R>(decided.ends[decided.shown()]);
}
template <class R>
Flow<Result<std::vector<R>>> typedQuorum(Flow<Decision> decision) {
    Decision decided = co_await std::move(decision);
    std::vector<R> values;
    for (const std::size_t i : decided.winners)
        values.push_back(resultOf<R>(decided.ends[i]).get());
    if (decided.reached) co_return Result<std::vector<R>>(std::move(values));
    const ChildEnd& worst = decided.ends[decided.shown()];
    co_return Result<std::vector<R>>(worst.outcome, worst.text);
}
template <class... R, std::size_t... I>
Flow<std::tuple<Result<R>...>> typedTuple(Flow<std::vector<ChildEnd>> ends,
                                          std::index_sequence<I...>) {
    std::vector<ChildEnd> all = co_await std::move(ends);
    co_return std::tuple<Result<R>...>(resultOf<R>(all[I])...);
}

template <auto First, auto... Rest>
struct Chain {
    using In = ArgsOf<First>;
    using Out = typename Chain<Rest...>::Out;
    static_assert(std::is_same_v<ResultOf<First>, typename Chain<Rest...>::In>,
                  "the result of each stage of a pipeline is the argument of the next");
};
template <auto Last>
struct Chain<Last> {
    using In = ArgsOf<Last>;
    using Out = ResultOf<Last>;
};

}  // namespace task

/// All steps at once; when all have ended, their results in order.
template <class R, class... More>
auto all(TaskContext cx, const Step<R>& first, const Step<More>&... more) {
    std::vector<task::BareStep> steps{first.bare(), more.bare()...};
    return task::typedTuple<R, More...>(task::runAll(cx.core(), std::move(steps), task::kUnbounded),
                                        std::make_index_sequence<sizeof...(More) + 1>{});
}
template <class R>
task::Flow<std::vector<Result<R>>> all(TaskContext cx, const std::vector<Step<R>>& steps) {
    return task::typedAll<R>(task::runAll(cx.core(), task::bareSteps(steps), task::kUnbounded));
}
/// At most `atOnce` (>= 1) steps at any time, begun in order; results in order.
template <class R>
task::Flow<std::vector<Result<R>>> bulkhead(TaskContext cx, std::size_t atOnce,
                                            const std::vector<Step<R>>& steps) {
    return task::typedAll<R>(task::runAll(cx.core(), task::bareSteps(steps), atOnce));
}
/// The first step to end, however it ends. At least one step.
template <class R>
task::Flow<Won<R>> race(TaskContext cx, const std::vector<Step<R>>& steps) {
    return task::typedWon<R>(
        task::runUntilDecided(cx.core(), task::bareSteps(steps), task::Wanted{}));
}
template <class R, std::same_as<Step<R>>... More>
task::Flow<Won<R>> race(TaskContext cx, const Step<R>& first, const More&... more) {
    return race(cx, std::vector<Step<R>>{first, more...});
}
/// The first step to end ok; if none does, the worst result, of equally bad ones the earliest step.
template <class R>
task::Flow<Result<R>> firstOk(TaskContext cx, const std::vector<Step<R>>& steps) {
    return task::typedFirst<R>(
        task::runUntilDecided(cx.core(), task::bareSteps(steps), task::Wanted{1}));
}
template <class R, std::same_as<Step<R>>... More>
task::Flow<Result<R>> firstOk(TaskContext cx, const Step<R>& first, const More&... more) {
    return firstOk(cx, std::vector<Step<R>>{first, more...});
}
/// `count` (>= 1) values of steps that end ok, in order of the steps; or, as soon as they cannot
/// be had any more, the worst result so far.
template <class R>
task::Flow<Result<std::vector<R>>> quorum(TaskContext cx, std::size_t count,
                                          const std::vector<Step<R>>& steps) {
    return task::typedQuorum<R>(
        task::runUntilDecided(cx.core(), task::bareSteps(steps), task::Wanted{count}));
}
template <class R, std::same_as<Step<R>>... More>
task::Flow<Result<std::vector<R>>> quorum(TaskContext cx, std::size_t count, const Step<R>& first,
                                          const More&... more) {
    return quorum(cx, count, std::vector<Step<R>>{first, more...});
}
/// The first step to end ok. A step is begun when the one before it has taken `delay`, or failed.
template <class R>
task::Flow<Result<R>> hedge(TaskContext cx, Duration delay, const std::vector<Step<R>>& steps) {
    return task::typedFirst<R>(
        task::runUntilDecided(cx.core(), task::bareSteps(steps), task::Wanted{1, delay}));
}
template <class R, std::same_as<Step<R>>... More>
task::Flow<Result<R>> hedge(TaskContext cx, Duration delay, const Step<R>& first,
                            const More&... more) {
    return hedge(cx, delay, std::vector<Step<R>>{first, more...});
}
/// The step's result, or Err "timed out" when it has not ended after `limit`; then it is cancelled
/// and drained first, and one that panics meanwhile is a panic.
template <class R>
task::Flow<Result<R>> timeout(TaskContext cx, Duration limit, const Step<R>& step) {
    return task::typedOne<R>(task::runTimeout(cx.core(), limit, step.bare()));
}
/// The step again, while it errs or panics; the last result.
template <class R>
task::Flow<Result<R>> retry(TaskContext cx, RetryPolicy policy, const Step<R>& step) {
    return task::typedOne<R>(task::runRetry(cx.core(), std::move(policy), step.bare()));
}
/// Every item through all stages, `pipeline<&parse, &check, &store>(cx, items)`: a stage works on
/// one item at a time, in order; the stages work at once. An item that is not ok ends there. The
/// results in the order of the items.
template <auto... Stages>
auto pipeline(TaskContext cx, const std::vector<typename task::Chain<Stages...>::In>& items) {
    std::vector<Bytes> inputs;
    for (const auto& item : items) inputs.push_back(value::encoded(item));
    std::vector<const task::TaskCode*> stages{&task::codeOf<Stages>()...};
    return task::typedAll<typename task::Chain<Stages...>::Out>(
        task::runPipeline(cx.core(), std::move(inputs), std::move(stages)));
}

}  // namespace ariadne
