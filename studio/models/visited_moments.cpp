#include "studio/models/visited_moments.h"

namespace ariadne::studio {

void VisitedMoments::arrive(Position position) {
    if (!moments_.empty()) {
        const std::uint64_t now = moments_[at_].value;
        if (position.value == now) return;
        moments_.resize(at_ + 1);
        const bool step = position.value + 1 == now || position.value == now + 1;
        if (step) {
            moments_[at_] = position;
            return;
        }
    }
    moments_.push_back(position);
    if (moments_.size() > kMax) moments_.erase(moments_.begin());
    at_ = moments_.size() - 1;
}

std::optional<Position> VisitedMoments::back() {
    if (!canGoBack()) return std::nullopt;
    return moments_[--at_];
}

std::optional<Position> VisitedMoments::forward() {
    if (!canGoForward()) return std::nullopt;
    return moments_[++at_];
}

void VisitedMoments::clear() {
    moments_.clear();
    at_ = 0;
}

}  // namespace ariadne::studio
