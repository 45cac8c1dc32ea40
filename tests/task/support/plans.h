// Random task programs: a plan is a tree of steps and combinators, played by one task function.
#pragma once

#include "tests/task/support/task_play.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ariadne::tests {

BOOST_DEFINE_ENUM_CLASS(PlanKind, kReturn, kRefuse, kNever, kPanic, kAsk, kMail, kAll, kRace,
                        kFirstOk, kQuorum, kTimeout, kRetry, kHedge, kBulkhead, kCall, kSpawn,
                        kPipeline, kRegion, kClock)

struct Plan {
    PlanKind kind = PlanKind::kReturn;
    Duration time{};     ///< how long, or until when
    std::int64_t n = 0;  ///< a value, or how many
    std::vector<Plan> parts{};
};
BOOST_DESCRIBE_STRUCT(Plan, (), (kind, time, n, parts))

/// Tells on the timeline that something is open, and again when it is not.
class Open {
public:
    explicit Open(TaskContext cx) : cx_(cx) { cx_.note("opened", std::int64_t{1}); }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    ~Open() { cx_.note("closed", std::int64_t{1}); }

private:
    TaskContext cx_;
};

Task<std::int64_t> play(TaskContext cx, Plan plan);

inline std::vector<Step<std::int64_t>> stepsOf(const std::vector<Plan>& parts) {
    std::vector<Step<std::int64_t>> steps;
    for (const Plan& part : parts) steps.push_back(step<&play>(part));
    return steps;
}

/// Folds results in order, so that no two orders give the same.
inline Result<std::int64_t> folded(const std::vector<Result<std::int64_t>>& results) {
    std::int64_t sum = 7;
    for (const auto& result : results) {
        if (result.outcome >= TaskOutcome::kCancelled) return result;
        sum = (sum * 31 + (result.ok() ? *result.value : -1)) % 1'000'003;
    }
    return Result<std::int64_t>(sum);
}

/// Talks to an actor and to itself before it returns.
inline Task<std::int64_t> chat(TaskContext cx, Plan plan) {
    const Ref<Echo> echo = cx.spawnActor<Echo>("echo");
    const TaskRef<std::int64_t> me{cx.self()};
    cx.send(me, Say{"later", plan.n});
    const auto answer =
        co_await cx.ask<Say>(echo, make<Say>("hello", plan.n % 5), within(plan.time));
    const Say later = co_await cx.receive<Say>();
    const std::uint64_t luck = cx.random().below(5);
    if (luck == 0) co_return Err("bad luck");
    co_return later.n + (answer ? static_cast<std::int64_t>(answer->word.size()) : 0) +
        static_cast<std::int64_t>(luck);
}

/// Spawns all parts, mails them a letter that they do not read, joins the last one first.
inline Task<std::int64_t> family(TaskContext cx, Plan plan) {
    std::vector<TaskRef<std::int64_t>> children;
    for (const Plan& part : plan.parts) children.push_back(cx.spawn<&play>("child", part));
    for (const auto& child : children) cx.send(child, Say{"unread", 1});
    std::vector<Result<std::int64_t>> results;
    while (!children.empty()) {
        results.push_back(co_await cx.join(children.back()));
        children.pop_back();
    }
    co_return folded(results);
}

/// The stages before the last one of a pipeline.
inline Task<Plan> handOn(TaskContext, Plan plan) {
    co_return plan;
}
inline Task<Plan> prepare(TaskContext cx, Plan plan) {
    co_await cx.sleep(plan.time / 2);
    if (plan.n % 7 == 3) co_return Err("not prepared");
    co_return plan;
}
/// `n` 1: one stage; 2: one that hands on at once before it; else one that takes time and refuses
/// some.
inline Task<std::int64_t> inStages(TaskContext cx, Plan plan) {
    switch (plan.n) {
        case 1: co_return folded(co_await pipeline<&play>(cx, plan.parts));
        case 2: co_return folded(co_await pipeline<&handOn, &play>(cx, plan.parts));
        default: co_return folded(co_await pipeline<&prepare, &play>(cx, plan.parts));
    }
}

/// All parts in a region with the strategy that `n` names; joins them, closes it and awaits that.
inline Task<std::int64_t> ward(TaskContext cx, Plan plan) {
    RegionOptions options;
    options.strategy = static_cast<Strategy>(plan.n % 4);
    const RegionRef region = cx.openRegion("ward", options);
    std::vector<TaskRef<std::int64_t>> children;
    for (const Plan& part : plan.parts)
        children.push_back(cx.spawnIn<&play>(region, "patient", part));
    std::vector<Result<std::int64_t>> results;
    for (const auto& child : children) results.push_back(co_await cx.join(child));
    cx.close(region);
    const RegionClosed closed = co_await cx.closed(region);
    results.emplace_back(static_cast<std::int64_t>(closed.verdict));
    co_return folded(results);
}

inline Task<std::int64_t> play(TaskContext cx, Plan plan) {
    const Open open{cx};
    switch (plan.kind) {
        case PlanKind::kReturn:
        case PlanKind::kRefuse:
        case PlanKind::kPanic:
            co_await cx.sleep(plan.time);
            if (plan.kind == PlanKind::kPanic) throw std::runtime_error("a planned panic");
            if (plan.kind == PlanKind::kRefuse) co_return Err("refused " + std::to_string(plan.n));
            co_return plan.n;
        case PlanKind::kNever: co_await cx.never(); co_return 0;
        case PlanKind::kAsk: co_return co_await chat(cx, plan);
        case PlanKind::kMail: {
            const auto mail = co_await cx.receive<Say>(within(plan.time));
            co_return mail ? 1 : plan.n;
        }
        case PlanKind::kAll: {
            const auto steps = stepsOf(plan.parts);
            co_return folded(co_await all(cx, steps));
        }
        case PlanKind::kRace: {
            const auto steps = stepsOf(plan.parts);
            co_return (co_await race(cx, steps)).result;
        }
        case PlanKind::kFirstOk: {
            const auto steps = stepsOf(plan.parts);
            co_return co_await firstOk(cx, steps);
        }
        case PlanKind::kQuorum: {
            const auto steps = stepsOf(plan.parts);
            const auto values = co_await quorum(cx, static_cast<std::size_t>(plan.n), steps);
            if (!values.ok()) co_return Result<std::int64_t>(values.outcome, values.text);
            std::int64_t sum = 0;
            for (const std::int64_t v : *values.value) sum = (sum * 31 + v) % 1'000'003;
            co_return sum;
        }
        case PlanKind::kTimeout: {
            const auto only = step<&play>(plan.parts.at(0));
            co_return co_await timeout(cx, plan.time, only);
        }
        case PlanKind::kRetry: {
            const auto only = step<&play>(plan.parts.at(0));
            RetryPolicy policy(static_cast<std::uint32_t>(plan.n));
            policy.jitterPercent = 30;
            co_return co_await retry(cx, policy, only);
        }
        case PlanKind::kHedge: {
            const auto steps = stepsOf(plan.parts);
            co_return co_await hedge(cx, plan.time, steps);
        }
        case PlanKind::kBulkhead: {
            const auto steps = stepsOf(plan.parts);
            co_return folded(co_await bulkhead(cx, static_cast<std::size_t>(plan.n), steps));
        }
        case PlanKind::kCall: {
            std::vector<Result<std::int64_t>> results;
            for (const Plan& part : plan.parts) results.push_back(co_await play(cx, part));
            co_return folded(results);
        }
        case PlanKind::kSpawn: co_return co_await family(cx, plan);
        case PlanKind::kPipeline: co_return co_await inStages(cx, plan);
        case PlanKind::kRegion: co_return co_await ward(cx, plan);
        case PlanKind::kClock: {
            const auto time = co_await cx.perform(effect::ReadClock{}, plan.time);
            co_return time.ok() ? time.get().unixNs : plan.n;
        }
    }
    co_return Err("no such plan");
}

// Plans by hand
inline Plan leaf(PlanKind kind, Duration time, std::int64_t n) {
    return {.kind = kind, .time = time, .n = n};
}
inline Plan of(PlanKind kind, std::vector<Plan> parts, std::int64_t n = 0, Duration time = {}) {
    return {.kind = kind, .time = time, .n = n, .parts = std::move(parts)};
}
inline Plan never() {
    return leaf(PlanKind::kNever, {}, 0);
}

/// Grows plans from a seed. Times are whole nanoseconds up to 100 ms, so no two ends meet.
class Gardener {
public:
    enum class Panics { kNo, kSome };

    explicit Gardener(std::uint64_t seed, Panics panics = Panics::kNo)
        : stream_(seed, CellKey{4711}, draws_), panics_(panics) {}

    Duration time() { return Duration{1 + static_cast<std::int64_t>(stream_.below(100'000'000))}; }

    /// Every plan ends by itself.
    Plan plan(std::uint32_t depth) {
        if (depth == 0) return leafPlan();
        switch (stream_.below(14)) {
            case 0: return of(PlanKind::kAll, parts(depth));
            case 1: return of(PlanKind::kRace, withNever(parts(depth)));
            case 2: return of(PlanKind::kFirstOk, parts(depth));
            case 3: {
                std::vector<Plan> some = parts(depth);
                const auto wanted = static_cast<std::int64_t>(1 + stream_.below(some.size()));
                return of(PlanKind::kQuorum, std::move(some), wanted);
            }
            case 4: return of(PlanKind::kTimeout, {mayHang(plan(depth - 1))}, 0, time());
            case 5: return of(PlanKind::kRetry, {plan(depth - 1)}, 2);
            case 6: return of(PlanKind::kHedge, parts(depth), 0, time());
            case 7: return of(PlanKind::kBulkhead, parts(depth), 2);
            case 8: return of(PlanKind::kCall, parts(depth));
            case 9: return of(PlanKind::kSpawn, parts(depth));
            case 10: return of(PlanKind::kPipeline, parts(depth));
            case 11: {
                std::vector<Plan> some = parts(depth);
                return of(PlanKind::kRegion, std::move(some),
                          static_cast<std::int64_t>(stream_.below(4)));
            }
            default: return leafPlan();
        }
    }

private:
    Plan leafPlan() {
        const auto n = static_cast<std::int64_t>(stream_.below(1000));
        const std::uint64_t what = stream_.below(11);
        const Duration t = time();
        if (what < 5) return leaf(PlanKind::kReturn, t, n);
        if (what == 5 && panics_ == Panics::kSome) return leaf(PlanKind::kPanic, t, n);
        if (what < 7) return leaf(PlanKind::kRefuse, t, n);
        if (what == 10) return leaf(PlanKind::kClock, t, n);
        return leaf(what == 7 ? PlanKind::kMail : PlanKind::kAsk, t, n);
    }
    std::vector<Plan> parts(std::uint32_t depth) {
        std::vector<Plan> out;
        for (std::uint64_t n = 1 + stream_.below(3); n > 0; --n) out.push_back(plan(depth - 1));
        return out;
    }
    std::vector<Plan> withNever(std::vector<Plan> some) {
        if (stream_.oneIn(2)) some.push_back(never());
        return some;
    }
    Plan mayHang(Plan inner) { return stream_.oneIn(4) ? never() : std::move(inner); }

    std::uint64_t draws_ = 0;
    kernel::RandomStream stream_;
    Panics panics_;
};

}  // namespace ariadne::tests
