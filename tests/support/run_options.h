// The options of a run, for cases of refute(): as text, and with one thing less.
#pragma once

#include "engine/kernel/world.h"

#include <string>
#include <vector>

namespace ariadne::tests {

/// "seed 5, random, batch 3, faults drop=10".
inline std::string textOf(const kernel::WorldOptions& options) {
    std::string out =
        "seed " + std::to_string(options.seed) + ", " + std::string{nameOf(options.policy)};
    if (options.policy == kernel::Policy::kPct) out += " " + std::to_string(options.pctDepth);
    if (options.policy == kernel::Policy::kRounds)
        out += ", batch " + std::to_string(options.batch);
    if (options.faults.any()) out += ", faults " + kernel::textOf(options.faults);
    return out;
}

/// Seed and policy stay.
inline std::vector<kernel::WorldOptions> smaller(const kernel::WorldOptions& options) {
    std::vector<kernel::WorldOptions> out;
    const auto with = [&](const auto& change) {
        kernel::WorldOptions less = options;
        change(less);
        if (less != options) out.push_back(std::move(less));
    };
    using O = kernel::WorldOptions;
    with([](O& o) { o.faults = {}; });
    with([](O& o) { o.faults.crash = 0; });
    with([](O& o) { o.faults.drop = 0; });
    with([](O& o) { o.faults.delay = 0; });
    with([](O& o) { o.faults.duplicate = 0; });
    with([](O& o) { o.faults.effect = 0; });
    with([](O& o) { o.faults.script.clear(); });
    if (options.policy == kernel::Policy::kRounds) with([](O& o) { o.batch = 1; });
    if (options.policy == kernel::Policy::kPct) with([](O& o) { o.pctDepth = 1; });
    return out;
}

}  // namespace ariadne::tests
