#include "engine/task/steps.h"

#include "engine/task/group.h"

#include <algorithm>
#include <stdexcept>

namespace ariadne::task {

Flow<Nothing> Group::drained() const {
    for (std::size_t i = 0; i < size(); ++i)
        if (alive(i)) co_await endOf(i, EndOf::Interrupt::kNo);
    co_return Nothing{};
}

void Group::cancelLiving(CancelReason reason) {
    for (std::size_t i = 0; i < size(); ++i)
        if (alive(i)) core_.cancel(keys_[i], reason, kCleanup);
}

std::vector<ChildEnd> Group::takeAll() {
    std::vector<ChildEnd> ends;
    ends.reserve(size());
    for (std::size_t i = 0; i < size(); ++i) ends.push_back(take(i));
    return ends;
}

std::size_t Decision::shown() const {
    if (reached) return winners.front();
    std::size_t worst = kUnbounded;
    for (std::size_t i = 0; i < ends.size(); ++i)
        if (order[i] != 0 && (worst == kUnbounded || ends[i].outcome > ends[worst].outcome))
            worst = i;
    return worst;
}

Flow<std::vector<ChildEnd>> runAll(TaskCore& core, std::vector<BareStep> steps,
                                   std::size_t atOnce) {
    if (atOnce == 0)
        throw std::runtime_error("found a bulkhead of 0, expected at least one step at a time");
    core.checkpoint();
    Group group{core};
    std::vector<std::size_t> living;  // at most `atOnce`, or not looked at
    for (const BareStep& step : steps) {
        while (living.size() >= atOnce && !core.interrupted()) {
            std::erase_if(living, [&](std::size_t i) { return !group.alive(i); });
            if (living.size() >= atOnce) co_await group.next();
        }
        if (core.interrupted()) break;
        if (atOnce != kUnbounded) living.push_back(group.size());
        group.begin(step.code(), step.args());
    }
    // A request to end has gone to the children already: what is left is to wait for them.
    co_await group.drained();
    core.checkpoint();
    co_return group.takeAll();
}

namespace {

/// What the ends so far say about `wanted`.
enum class Standing { kOpen, kReached, kHopeless };

struct Tally {
    std::vector<std::size_t> oks;    ///< by order of ends
    std::vector<std::size_t> ended;  ///< likewise, of all kinds
};

Tally tallyOf(const Group& group) {
    Tally tally;
    for (std::size_t i = 0; i < group.size(); ++i)
        if (!group.alive(i)) tally.ended.push_back(i);
    std::sort(tally.ended.begin(), tally.ended.end(),
              [&](std::size_t a, std::size_t b) { return group.endOrder(a) < group.endOrder(b); });
    for (const std::size_t i : tally.ended)
        if (group.end(i).outcome == TaskOutcome::kOk) tally.oks.push_back(i);
    return tally;
}

Standing judge(const Tally& tally, std::size_t steps, const Wanted& wanted) {
    if (wanted.oks == 0) return tally.ended.empty() ? Standing::kOpen : Standing::kReached;
    if (tally.oks.size() >= wanted.oks) return Standing::kReached;
    const std::size_t lost = tally.ended.size() - tally.oks.size();
    return steps - lost < wanted.oks ? Standing::kHopeless : Standing::kOpen;
}

void checkSteps(std::size_t steps, const Wanted& wanted) {
    const std::size_t needed = std::max<std::size_t>(wanted.oks, 1);
    if (steps < needed)
        throw std::runtime_error("found " + std::to_string(steps) +
                                 " steps in a race or quorum, expected at least " +
                                 std::to_string(needed) + ": pass more steps or want fewer");
}

}  // namespace

Flow<Decision> runUntilDecided(TaskCore& core, std::vector<BareStep> steps, Wanted wanted) {
    checkSteps(steps.size(), wanted);
    core.checkpoint();
    Group group{core};
    GroupTimer timer{core};
    Decision decision;
    Tally tally;
    std::size_t failuresSeen = 0;
    const auto beginNext = [&] {
        group.begin(steps[group.size()].code(), steps[group.size()].args());
        if (wanted.stagger && group.size() < steps.size()) timer.set(*wanted.stagger);
    };
    beginNext();
    while (!wanted.stagger && group.size() < steps.size()) beginNext();
    for (;;) {
        tally = tallyOf(group);
        const Standing standing = judge(tally, steps.size(), wanted);
        decision.reached = standing == Standing::kReached;
        if (standing != Standing::kOpen || core.interrupted()) break;
        const std::size_t failures = tally.ended.size() - tally.oks.size();
        const bool failed = std::exchange(failuresSeen, failures) != failures;
        if (group.size() < steps.size() && (timer.fired() || failed)) {
            timer.drop();
            beginNext();
            continue;
        }
        co_await group.next(timer.timer());
    }
    timer.drop();
    group.cancelLiving(CancelReason::kRaceLost);
    co_await group.drained();
    core.checkpoint();
    const std::vector<std::size_t>& won = wanted.oks == 0 ? tally.ended : tally.oks;
    decision.winners.assign(
        won.begin(), won.begin() + static_cast<std::ptrdiff_t>(
                                       std::min(won.size(), std::max<std::size_t>(wanted.oks, 1))));
    std::sort(decision.winners.begin(), decision.winners.end());
    decision.order.resize(steps.size());
    for (std::size_t i = 0; i < tally.ended.size(); ++i) decision.order[tally.ended[i]] = i + 1;
    decision.ends = group.takeAll();
    decision.ends.resize(steps.size(), {TaskOutcome::kCancelled, "was never begun", {}});
    co_return decision;
}

Flow<ChildEnd> runTimeout(TaskCore& core, Duration limit, BareStep step) {
    core.checkpoint();
    Group group{core};
    GroupTimer timer{core};
    group.begin(step.code(), step.args());
    timer.set(limit);
    while (group.alive(0) && !timer.fired() && !core.interrupted())
        co_await group.next(timer.timer());
    const bool late = group.alive(0);
    timer.drop();
    group.cancelLiving(CancelReason::kTimeout);
    co_await group.drained();
    core.checkpoint();
    ChildEnd end = group.take(0);
    if (!late || end.outcome == TaskOutcome::kPanicked) co_return end;
    const std::string text = "timed out";
    co_return ChildEnd{TaskOutcome::kErr, text, step.code().endedWith(TaskOutcome::kErr, text)};
}

namespace {

Duration waitAfter(TaskCore& core, const RetryPolicy& policy, std::uint32_t attempt) {
    std::int64_t wait = std::max<std::int64_t>(policy.base.count(), 0);
    const std::int64_t cap = std::max<std::int64_t>(policy.cap.count(), 0);
    for (std::uint32_t i = 1; i < attempt && wait < cap && policy.factor > 1 && wait > 0; ++i)
        wait = wait > cap / policy.factor ? cap : wait * policy.factor;
    wait = std::min(wait, cap);
    if (policy.jitterPercent == 0) return Duration{wait};
    const std::int64_t most = wait / 100 * std::min<std::int64_t>(policy.jitterPercent, 100);
    return Duration{wait + core.draw([&](auto& stream) { return stream.between(0, most); })};
}

}  // namespace

Flow<ChildEnd> runRetry(TaskCore& core, RetryPolicy policy, BareStep step) {
    if (policy.attempts == 0)
        throw std::runtime_error("found a retry of 0 attempts, expected at least one");
    GroupTimer timer{core};
    for (std::uint32_t attempt = 1;; ++attempt) {
        core.checkpoint();
        Group group{core};
        group.begin(step.code(), step.args());
        co_await group.drained();
        core.checkpoint();
        ChildEnd end = group.take(0);
        const bool again =
            end.outcome == TaskOutcome::kErr || end.outcome == TaskOutcome::kPanicked;
        if (!again || attempt >= policy.attempts) co_return end;
        timer.set(waitAfter(core, policy, attempt));
        while (!timer.fired() && !core.interrupted()) co_await group.next(timer.timer());
        timer.drop();
    }
}

namespace {

/// Who works on what: an item is in at most one stage, a stage works on at most one item, and
/// nobody overtakes.
class Belt {
public:
    static constexpr std::size_t kNobody = ~std::size_t{0};

    Belt(std::size_t items, std::size_t stages) : stageOf_(items), stages_(stages) {}

    std::size_t stages() const { return stages_.size(); }
    /// The child at work in a stage, by its number in the group; kNobody.
    std::size_t childIn(std::size_t stage) const { return stages_[stage].child; }
    std::size_t itemIn(std::size_t stage) const { return stages_[stage].item; }
    /// The item that a free stage takes now; kNobody.
    std::size_t nextFor(std::size_t stage) {
        std::size_t& first = stages_[stage].first;
        while (first < stageOf_.size() && stageOf_[first] > stage) ++first;
        return first < stageOf_.size() && stageOf_[first] == stage ? first : kNobody;
    }
    void enter(std::size_t stage, std::size_t item, std::size_t child) {
        stages_[stage].child = child;
        stages_[stage].item = item;
    }
    /// The item in `stage` goes on to the next one, or has no further stage.
    void leave(std::size_t stage, bool further) {
        stageOf_[stages_[stage].item] = further ? stage + 1 : kNobody;
        stages_[stage].child = kNobody;
    }

private:
    struct Stage {
        std::size_t child = kNobody;
        std::size_t item = 0;
        std::size_t first = 0;  ///< all items before have left this stage
    };
    std::vector<std::size_t> stageOf_;  ///< by item: where it is or waits
    std::vector<Stage> stages_;
};

}  // namespace

Flow<std::vector<ChildEnd>> runPipeline(TaskCore& core, std::vector<Bytes> items,
                                        std::vector<const TaskCode*> stages) {
    core.checkpoint();
    Group group{core};
    Belt belt{items.size(), stages.size()};
    std::vector<ChildEnd> ends(items.size());
    for (;;) {
        for (std::size_t s = 0; s < belt.stages(); ++s) {
            if (belt.childIn(s) == Belt::kNobody || group.alive(belt.childIn(s))) continue;
            const std::size_t item = belt.itemIn(s);
            ends[item] = group.take(belt.childIn(s));
            const bool ok = ends[item].outcome == TaskOutcome::kOk;
            const bool further = ok && s + 1 < belt.stages();
            if (further) items[item] = stages[s]->valueIn(ends[item].ended);
            if (!ok && ends[item].outcome != TaskOutcome::kPanicked)
                ends[item].ended = stages.back()->endedWith(ends[item].outcome, ends[item].text);
            belt.leave(s, further);
        }
        bool busy = false;
        for (std::size_t s = 0; s < belt.stages(); ++s) {
            if (belt.childIn(s) == Belt::kNobody && !core.interrupted()) {
                if (const std::size_t item = belt.nextFor(s); item != Belt::kNobody) {
                    belt.enter(s, item, group.size());
                    group.begin(*stages[s], items[item]);
                }
            }
            busy = busy || belt.childIn(s) != Belt::kNobody;
        }
        if (!busy || core.interrupted()) break;
        co_await group.next();
    }
    co_await group.drained();
    core.checkpoint();
    co_return ends;
}

}  // namespace ariadne::task
