#include "recorder/causality.h"

#include <algorithm>

namespace ariadne::recorder {

std::optional<std::uint32_t> Consequences::depthOf(Position position, Position cause) {
    if (position == positions_.front()) return 0;
    const std::optional<std::uint32_t> before = find(causeOf(position, cause));
    if (!before || *before == depthMax_) return std::nullopt;
    const std::uint32_t depth = *before + 1;
    // What is as far away as is asked for leads to nothing that is asked for.
    if (depth == depthMax_) return depth;
    if (positions_.size() == kReachedMax) {
        overflowed_ = true;
        return depth;
    }
    positions_.push_back(position);
    depths_.push_back(depth);
    return depth;
}

std::optional<std::uint32_t> Consequences::find(Position position) const {
    if (position.value == 0 || position < positions_.front() || position > positions_.back())
        return std::nullopt;
    // Causes are near, mostly: back from the end, each step twice as far as the one before.
    std::size_t end = positions_.size();
    std::size_t begin = end - 1;
    for (std::size_t step = 1; positions_[begin] > position; step *= 2) {
        end = begin;
        begin -= std::min(begin, step);
    }
    const auto at =
        std::lower_bound(positions_.begin() + static_cast<std::ptrdiff_t>(begin),
                         positions_.begin() + static_cast<std::ptrdiff_t>(end), position);
    const auto index = static_cast<std::size_t>(at - positions_.begin());
    if (index == end || *at != position) return std::nullopt;
    return depths_[index];
}

}  // namespace ariadne::recorder
