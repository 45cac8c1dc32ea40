#include "studio/models/visited_moments.h"

namespace ariadne::studio {

void VisitedMoments::arrive(Position position) {
    if (!moments_.empty()) {
        if (moments_[at_] == position) return;
        moments_.resize(at_ + 1);
    }
    moments_.push_back(position);
    if (moments_.size() > kMax) moments_.erase(moments_.begin());
    at_ = moments_.size() - 1;
}

void VisitedMoments::step(Position position) {
    if (moments_.empty()) return arrive(position);
    moments_.resize(at_ + 1);
    moments_[at_] = position;
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
