// Lanes of groups of actors: what all of them did, summed up.
#pragma once

#include "studio/session/lane_mip.h"
#include "studio/session/results.h"
#include "studio/session/row_walk.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ariadne::studio {

/// Immutable.
struct LaneGroups {
    /// By group. Who is in no lane index does not count.
    using Members = std::vector<std::vector<Rank>>;
    struct Group {
        Position bornAt;   ///< of the first of them; 0 = nobody is in it
        Position endedAt;  ///< of the last of them; 0 = some live at the end
        LaneMip mip;
        std::vector<LaneMark> marks;          ///< ascending; of more than kSignsMax the first
        std::vector<std::uint64_t> failures;  ///< positions, ascending; the same
        static constexpr std::size_t kSignsMax = 100'000;
    };
    std::shared_ptr<const Members> of;
    Position indexedTo;
    std::vector<Group> groups;  ///< as in `of`
};

/// Sums up in slices of time; a lane is done at once. Thread-confined.
class LaneGrouper {
public:
    /// Neither is null.
    LaneGrouper(std::shared_ptr<const LaneIndex> lanes,
                std::shared_ptr<const LaneGroups::Members> members);

    /// Not kReachedEnd: it is to be called again, or given up.
    WalkEnd advance(Clock::time_point until, const CancelFlag& cancelled);
    /// Call once, after kReachedEnd.
    LaneGroups take() { return std::move(out_); }

private:
    void beginGroup();
    void addLane(const LaneIndex::Lane& lane);
    void endGroup();
    const LaneIndex::Lane* laneOf(Rank rank) const;

    std::shared_ptr<const LaneIndex> lanes_;
    LaneGroups out_;
    std::size_t group_ = 0;
    std::size_t member_ = 0;
    std::optional<LaneMipSum> sum_;  ///< of the group that is being summed up
    bool someLive_ = false;
};

}  // namespace ariadne::studio
