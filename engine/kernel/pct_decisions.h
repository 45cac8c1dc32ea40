// Probabilistic concurrency testing: few, well placed changes of mind find most ordering bugs.
#pragma once

#include "engine/kernel/decision_source.h"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace ariadne::kernel {

/// Depths above this find nothing that smaller ones do not, and would fill snapshots.
inline constexpr std::uint32_t kPctDepthMax = 64;

/// The scheduler of Burckhardt, Kothari, Musuvathi and Nagarakatte (ASPLOS 2010) for messages.
///
/// Every cell, and every channel into a cell, has a priority drawn from (seed, its keys); of the
/// alternatives the highest goes. At depth-1 change points, drawn from the first `steps` choices of
/// the run, whoever would go falls below all that never fell; of those that fell, the number of
/// the change point decides. A bug that needs `depth` ordering constraints among n priorities is
/// found by one seed with probability 1 / (n * steps^(depth-1)) at least.
///
/// The priorities are unfair: a cell that keeps itself busy at one instant starves those below it,
/// until limit roundsPerInstantMax ends the run. Costs a look at every alternative per choice.
/// Thread-confined.
class PctDecisions final : public DecisionSource {
public:
    /// `depth` in 1..kPctDepthMax; `steps` >= 1, about as many choices as a run has.
    PctDecisions(std::uint64_t seed, std::uint32_t depth, std::uint64_t steps);

    bool wantsWho() const override { return true; }
    absl::StatusOr<std::uint32_t> choose(const Choice& choice) override;
    /// Two words for each that fell: who, and its priority in 1..depth-1; in order of the fall.
    std::vector<std::uint64_t> state() const override;
    absl::Status restore(std::span<const std::uint64_t> words) override;

    /// The choices at which somebody falls; entry i gives priority i+1.
    const std::vector<std::uint64_t>& changePoints() const { return changeAt_; }

private:
    struct Fallen {
        std::uint64_t who = 0;
        std::uint64_t priority = 0;
    };
    /// What orders alternatives: never fallen before fallen, then the number.
    using Priority = std::pair<bool, std::uint64_t>;

    Priority priorityOf(std::uint64_t who) const;
    std::uint32_t highestOf(const Choice& choice) const;
    void fall(std::uint64_t who, std::uint64_t priority);

    std::uint64_t seed_;
    std::vector<std::uint64_t> changeAt_;
    std::vector<Fallen> fallen_;  ///< each `who` and each priority once
};

}  // namespace ariadne::kernel
