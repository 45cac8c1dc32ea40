// Free choices taken from a list: those of a recorded run.
#pragma once

#include "engine/kernel/decision_source.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ariadne::kernel {

/// One free choice as it was made: `chosen` < `alternatives`, `alternatives` >= 2.
struct Decision {
    std::uint32_t chosen = 0;
    std::uint32_t alternatives = 0;
    bool operator==(const Decision&) const = default;
};

/// Answers choice i with entry i. Ends the run when the list does, or when a choice has another
/// number of alternatives than the one it was recorded for. Thread-confined.
class ReplayDecisions final : public DecisionSource {
public:
    /// `atTheEnd` is what the run ends with when it asks beyond the list; empty: a sentence that
    /// says so. A run that was itself ended by its decisions is repeated with its own words.
    /// Of a run that goes on behind choice `first`, the list begins there.
    explicit ReplayDecisions(std::vector<Decision> decisions, std::string atTheEnd = {},
                             std::uint64_t first = 0);

    /// kFailedPrecondition: says which choice, what was recorded and what there is now.
    absl::StatusOr<std::uint32_t> choose(const Choice& choice) override;

private:
    std::vector<Decision> decisions_;
    std::string atTheEnd_;
    std::uint64_t first_;
};

}  // namespace ariadne::kernel
