#include "engine/kernel/replay_decisions.h"

#include "engine/base/check.h"

#include <utility>

namespace ariadne::kernel {
namespace {

std::string alternativesOf(const Choice& choice) {
    return std::to_string(choice.count) + (choice.kind == ChoiceKind::kCell
                                               ? " cells with mail"
                                               : " senders with mail for the chosen cell");
}

}  // namespace

ReplayDecisions::ReplayDecisions(std::vector<Decision> decisions, std::string atTheEnd,
                                 std::uint64_t first)
    : decisions_(std::move(decisions)), atTheEnd_(std::move(atTheEnd)), first_(first) {
    for (const Decision& decision : decisions_)
        ARIADNE_CHECK_OP(decision.chosen, <, decision.alternatives);
}

absl::StatusOr<std::uint32_t> ReplayDecisions::choose(const Choice& choice) {
    const std::string number = std::to_string(choice.index);
    if (choice.index < first_ || choice.index - first_ >= decisions_.size()) {
        if (!atTheEnd_.empty()) return absl::FailedPreconditionError(atTheEnd_);
        return absl::FailedPreconditionError(
            "decisions exhausted: choice " + number + " is between " + alternativesOf(choice) +
            ", the list holds choices " + std::to_string(first_) + " to " +
            std::to_string(first_ + decisions_.size()) +
            " (excluded): it is the list of a shorter run; record that run to its end");
    }
    const Decision& recorded = decisions_[choice.index - first_];
    if (recorded.alternatives == choice.count) return recorded.chosen;
    return absl::FailedPreconditionError(
        "decisions do not fit: choice " + number + " was recorded as " +
        std::to_string(recorded.chosen) + " of " + std::to_string(recorded.alternatives) +
        ", now there are " + alternativesOf(choice) +
        ": take the program, arguments and seed that the list was recorded with, or record anew");
}

}  // namespace ariadne::kernel
