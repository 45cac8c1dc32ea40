// Policies by name, and the decision source that belongs to each.
#include "engine/kernel/pct_decisions.h"
#include "engine/kernel/replay_decisions.h"
#include "engine/kernel/world.h"

#include <array>

namespace ariadne::kernel {
namespace {

constexpr std::array<std::string_view, 4> kNames{"rounds", "random", "pct", "replay"};

}  // namespace

std::string_view nameOf(Policy policy) {
    const auto index = static_cast<std::size_t>(policy);
    return index < kNames.size() ? kNames[index] : "unknown";
}

std::optional<Policy> policyNamed(std::string_view name) {
    for (std::size_t i = 0; i < kNames.size(); ++i)
        if (kNames[i] == name) return static_cast<Policy>(i);
    return std::nullopt;
}

std::unique_ptr<DecisionSource> decisionsOf(const WorldOptions& options) {
    if (options.policy == Policy::kPct)
        return std::make_unique<PctDecisions>(options.seed, options.pctDepth, options.pctSteps);
    if (options.policy == Policy::kReplay)
        return std::make_unique<ReplayDecisions>(std::vector<Decision>{});
    return std::make_unique<RandomDecisions>(options.seed);
}

}  // namespace ariadne::kernel
