#include "recorder/stuck_turn_finder.h"

#include "engine/base/check.h"

#include <algorithm>
#include <utility>

namespace ariadne::recorder {
namespace {

/// Often enough to be punctual, seldom enough to be free.
constexpr int kLooksPerLimit = 8;
constexpr std::chrono::milliseconds kLookEveryMin{1};
constexpr std::chrono::seconds kLookEveryMax{1};

}  // namespace

StuckTurnFinder::StuckTurnFinder(Nanoseconds limit)
    : limit_(limit),
      lookEvery_(std::clamp<Nanoseconds>(limit / kLooksPerLimit, kLookEveryMin, kLookEveryMax)) {
    ARIADNE_CHECK(limit > Nanoseconds{0});
}

std::vector<StuckTurnFinder::Finding> StuckTurnFinder::look(
    Nanoseconds now, std::span<const std::optional<kernel::RunningTurn>> threads) {
    counted_ += std::min(now - lookedAt_.value_or(now), 2 * lookEvery_);
    lookedAt_ = now;
    seen_.resize(threads.size());
    std::vector<Finding> found;
    for (std::uint32_t i = 0; i < threads.size(); ++i) {
        Seen& seen = seen_[i];
        if (seen.turn != threads[i]) {
            if (seen.tellings > 0)
                found.push_back({i, *seen.turn, seen.last - seen.since, seen.tellings + 1, true});
            seen = {threads[i], counted_, counted_, limit_, 0};
        }
        seen.last = counted_;
        const Nanoseconds ranFor = seen.last - seen.since;
        if (!seen.turn || ranFor < seen.tellAt) continue;
        while (seen.tellAt <= ranFor) seen.tellAt *= 2;
        found.push_back({i, *seen.turn, ranFor, ++seen.tellings, false});
    }
    return found;
}

}  // namespace ariadne::recorder
