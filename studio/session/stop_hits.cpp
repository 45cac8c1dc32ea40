#include "studio/session/stop_hits.h"

namespace ariadne::studio {

StopHits::Next StopHits::next(Position position, bool forward) const {
    if (forward) {
        const std::uint64_t row = all.rowFrom({position.value + 1});
        if (row < all.size()) return {all.at(row), false};
        return {std::nullopt, !complete};
    }
    // What lies before is known when the search has come to `position`.
    if (!complete && searchedTo.value + 1 < position.value) return {std::nullopt, true};
    const std::uint64_t row = all.rowFrom(position);
    if (row == 0) return {};
    return {all.at(row - 1), false};
}

}  // namespace ariadne::studio
