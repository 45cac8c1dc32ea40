// The combinators without types: who is begun when, what decides, and the draining of the rest.
#pragma once

#include "engine/task/coroutine.h"

#include <boost/describe.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace ariadne {

/// How often and when to try again. `attempts` >= 1; the wait before attempt n+1 is
/// min(base * factor^(n-1), cap), plus up to `jitterPercent` of it from the task's own stream.
struct RetryPolicy {
    std::uint32_t attempts = 3;
    Duration base = std::chrono::milliseconds{100};
    std::uint32_t factor = 2;
    Duration cap = std::chrono::seconds{10};
    std::uint32_t jitterPercent = 0;  ///< 0..100
    RetryPolicy() {}
    explicit RetryPolicy(std::uint32_t n) : attempts(n) {}
    BOOST_DESCRIBE_CLASS(RetryPolicy, (), (attempts, base, factor, cap, jitterPercent), (), ())
};

namespace task {

class BareStep {
public:
    BareStep(const TaskCode& code, Bytes args) : code_(&code), args_(std::move(args)) {}
    const TaskCode& code() const { return *code_; }
    const Bytes& args() const { return args_; }

private:
    const TaskCode* code_;
    Bytes args_;
};

inline constexpr std::size_t kUnbounded = ~std::size_t{0};

/// What decides a group. `oks` 0: the first end of any kind; else so many that ended ok.
struct Wanted {
    std::size_t oks = 0;
    std::optional<Duration> stagger;  ///< begin one after the other, so far apart
    Wanted() {}
    explicit Wanted(std::size_t n) : oks(n) {}
    Wanted(std::size_t n, Duration apart) : oks(n), stagger(apart) {}
};

struct Decision {
    bool reached = false;
    std::vector<std::size_t> winners;  ///< ascending; at most as many as wanted
    std::vector<ChildEnd> ends;        ///< by step; of steps never begun as if cancelled
    std::vector<std::uint64_t> order;  ///< by step: place in the order of ends until the decision;
                                       ///< 0 = it had not ended then
    /// Whose result stands for the group: the winner's, else the worst of those that ended before
    /// the decision, of equally bad ones the first.
    std::size_t shown() const;
};

Flow<std::vector<ChildEnd>> runAll(TaskCore& core, std::vector<BareStep> steps, std::size_t atOnce);
Flow<Decision> runUntilDecided(TaskCore& core, std::vector<BareStep> steps, Wanted wanted);
Flow<ChildEnd> runTimeout(TaskCore& core, Duration limit, BareStep step);
Flow<ChildEnd> runRetry(TaskCore& core, RetryPolicy policy, BareStep step);
Flow<std::vector<ChildEnd>> runPipeline(TaskCore& core, std::vector<Bytes> items,
                                        std::vector<const TaskCode*> stages);

}  // namespace task
}  // namespace ariadne
