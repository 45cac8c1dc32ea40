#include "engine/kernel/decision_source.h"

#include <string>

namespace ariadne::kernel {

absl::Status DecisionSource::restore(std::span<const std::uint64_t> words) {
    if (words.empty()) return absl::OkStatus();
    return absl::DataLossError("snapshot: found " + std::to_string(words.size()) +
                               " words of scheduling state, expected none: it was made with "
                               "another policy");
}

}  // namespace ariadne::kernel
