// The moments a person has stood at, as a browser keeps pages.
#pragma once

#include "engine/base/ids.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace ariadne::studio {

/// Jumps are remembered, single steps are not: a step replaces the moment it was made from.
class VisitedMoments {
public:
    static constexpr std::size_t kMax = 256;

    /// Jumped to `position`; what lay forward is forgotten.
    void arrive(Position position);
    /// Stepped to `position` from the present moment.
    void step(Position position);
    std::optional<Position> back();
    std::optional<Position> forward();
    bool canGoBack() const { return at_ > 0; }
    bool canGoForward() const { return at_ + 1 < moments_.size(); }
    void clear();

private:
    std::vector<Position> moments_;
    std::size_t at_ = 0;
};

}  // namespace ariadne::studio
