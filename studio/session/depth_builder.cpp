#include "studio/session/depth_builder.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace ariadne::studio {

QueueDepths::Lane& DepthBuilder::laneOf(Rank rank) {
    if (rank.value >= out_.lanes.size()) out_.lanes.resize(rank.value + std::size_t{1});
    return out_.lanes[rank.value];
}

void DepthBuilder::know(Position at, std::span<const std::uint32_t> waiting) {
    if (!begun_) out_.first = at;
    begun_ = true;
    if (lost_) out_.unknown.back().second = at;
    lost_ = false;
    if (out_.lanes.size() < waiting.size()) out_.lanes.resize(waiting.size());
    for (std::size_t rank = 0; rank < out_.lanes.size(); ++rank) {
        QueueDepths::Lane& lane = out_.lanes[rank];
        const std::uint32_t count = rank < waiting.size() ? waiting[rank] : 0;
        if (count != (lane.last.empty() ? 0 : lane.last.back())) set(lane, at, count);
    }
}

void DepthBuilder::lose(Position at) {
    if (lost_) return;
    lost_ = true;
    // Of too many gaps the last one is told to go on to the end of the next.
    if (out_.unknown.size() < kUnknownMax) out_.unknown.push_back({at, {}});
    out_.unknown.back().second = {UINT64_MAX};
}

void DepthBuilder::change(Position at, Rank rank, int by) {
    QueueDepths::Lane& lane = laneOf(rank);
    const std::uint32_t before = lane.last.empty() ? 0 : lane.last.back();
    if (by < 0 && before == 0) return;
    set(lane, at, by > 0 ? before + 1 : before - 1);
}

void DepthBuilder::set(QueueDepths::Lane& lane, Position at, std::uint32_t count) {
    const std::uint64_t bin = at.value >> lane.log;
    const std::uint32_t before = lane.last.empty() ? 0 : lane.last.back();
    if (count > lane.greatest) {
        lane.greatest = count;
        lane.greatestAt = at;
        out_.greatest = std::max(out_.greatest, count);
    }
    if (!lane.bins.empty() && lane.bins.back() == bin) {
        // In a bin of one position it is what it is in the end.
        lane.most.back() = lane.log == 0 ? count : std::max(lane.most.back(), count);
        lane.last.back() = count;
        return;
    }
    const bool fromItsBeginning = bin << lane.log == at.value;
    lane.bins.push_back(bin);
    lane.most.push_back(fromItsBeginning ? count : std::max(before, count));
    lane.last.push_back(count);
    if (++changes_ > changesMax_) coarsen();
}

/// Who has no more than a share of the room stays as it is.
void DepthBuilder::coarsen() {
    std::size_t some = 0;
    for (const QueueDepths::Lane& lane : out_.lanes) some += lane.bins.empty() ? 0u : 1u;
    const std::size_t share = changesMax_ / (2 * std::max<std::size_t>(some, 1));
    bool someLeft = true;
    while (changes_ > changesMax_ / 4 * 3 && someLeft) {
        changes_ = 0;
        someLeft = false;
        for (QueueDepths::Lane& lane : out_.lanes) {
            if (lane.bins.size() > std::max<std::size_t>(share, 1)) {
                // At least so far that some bins meet.
                const std::uint64_t span = lane.bins.back() - lane.bins.front() + 1;
                const std::uint64_t apart = span / lane.bins.size();
                coarsen(lane, std::max(1u, static_cast<unsigned>(std::bit_width(apart)) - 1));
                out_.coarsest = std::max(out_.coarsest, lane.log);
                someLeft = true;
            }
            changes_ += lane.bins.size();
        }
    }
    // More lanes than there is room for have a bin each, and there is no less than that.
    if (changes_ > changesMax_ / 4 * 3) changesMax_ = 2 * changes_;
}

void DepthBuilder::coarsen(QueueDepths::Lane& lane, unsigned by) {
    std::size_t to = 0;
    std::uint32_t before = 0;  // where the finer bin begins
    for (std::size_t i = 0; i < lane.bins.size(); ++i) {
        const std::uint64_t fine = lane.bins[i], bin = fine >> by;
        const std::uint32_t last = lane.last[i];
        if (to != 0 && lane.bins[to - 1] == bin) {
            lane.most[to - 1] = std::max(lane.most[to - 1], lane.most[i]);
            lane.last[to - 1] = last;
        } else {
            const bool fromItsBeginning = bin << by == fine;
            const std::uint32_t most = lane.most[i];
            lane.bins[to] = bin;
            lane.most[to] = fromItsBeginning ? most : std::max(before, most);
            lane.last[to] = last;
            ++to;
        }
        before = last;
    }
    lane.bins.resize(to);
    lane.most.resize(to);
    lane.last.resize(to);
    lane.log += by;
}

QueueDepths DepthBuilder::depths(Position added, Position next) const& {
    return depthsOf(out_, added, next);
}

QueueDepths DepthBuilder::depths(Position added, Position next) && {
    return depthsOf(std::move(out_), added, next);
}

QueueDepths DepthBuilder::depthsOf(QueueDepths out, Position added, Position next) const {
    if (!begun_) out.first = next;
    if (!lost_ && added < next) out.unknown.push_back({added, {UINT64_MAX}});
    out.next = next;
    for (QueueDepths::Lane& lane : out.lanes)
        lane.mostOver = {lane.most.size(), [&lane](std::size_t i) { return lane.most[i]; }};
    return out;
}

}  // namespace ariadne::studio
