#include "studio/session/lane_groups.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {

LaneGrouper::LaneGrouper(std::shared_ptr<const LaneIndex> lanes,
                         std::shared_ptr<const LaneGroups::Members> members)
    : lanes_(std::move(lanes)) {
    out_.of = std::move(members);
    out_.indexedTo = lanes_->indexedTo;
    out_.groups.resize(out_.of->size());
}

const LaneIndex::Lane* LaneGrouper::laneOf(Rank rank) const {
    return rank.value < lanes_->lanes.size() ? &lanes_->lanes[rank.value] : nullptr;
}

WalkEnd LaneGrouper::advance(Clock::time_point until, const CancelFlag& cancelled) {
    for (; group_ < out_.groups.size(); ++group_, member_ = 0) {
        const std::vector<Rank>& ranks = (*out_.of)[group_];
        if (!sum_) beginGroup();
        while (member_ < ranks.size()) {
            if (cancelled) return WalkEnd::kCancelled;
            if (const LaneIndex::Lane* lane = laneOf(ranks[member_++])) addLane(*lane);
            if (Clock::now() >= until) return WalkEnd::kOutOfTime;
        }
        endGroup();
    }
    return WalkEnd::kReachedEnd;
}

void LaneGrouper::beginGroup() {
    std::uint64_t begin = UINT64_MAX, end = 0, count = 0;
    for (const Rank rank : (*out_.of)[group_]) {
        const LaneIndex::Lane* lane = laneOf(rank);
        if (lane == nullptr || lane->slices.empty()) continue;
        begin = std::min(begin, lane->slices.front().begin);
        end = std::max(end, lane->slices.back().begin + lane->slices.back().length);
        count += lane->slices.size();
    }
    sum_.emplace(begin, end, count);
    someLive_ = false;
}

void LaneGrouper::addLane(const LaneIndex::Lane& lane) {
    LaneGroups::Group& group = out_.groups[group_];
    if (lane.bornAt.value != 0 && (group.bornAt.value == 0 || lane.bornAt < group.bornAt))
        group.bornAt = lane.bornAt;
    someLive_ |= lane.endedAt.value == 0;
    group.endedAt = std::max(group.endedAt, lane.endedAt);
    sum_->add(lane.slices);
    group.marks.insert(group.marks.end(), lane.marks.begin(), lane.marks.end());
    for (const Slice& slice : lane.slices)
        if (slice.kind == SliceKind::kFailed)
            group.failures.push_back(slice.begin + slice.length - 1);
}

void LaneGrouper::endGroup() {
    LaneGroups::Group& group = out_.groups[group_];
    group.mip = sum_->take();
    sum_.reset();
    if (someLive_) group.endedAt = {};
    std::stable_sort(group.marks.begin(), group.marks.end(),
                     [](const LaneMark& a, const LaneMark& b) { return a.at < b.at; });
    std::sort(group.failures.begin(), group.failures.end());
    if (group.marks.size() > LaneGroups::Group::kSignsMax)
        group.marks.resize(LaneGroups::Group::kSignsMax);
    if (group.failures.size() > LaneGroups::Group::kSignsMax)
        group.failures.resize(LaneGroups::Group::kSignsMax);
}

}  // namespace ariadne::studio
