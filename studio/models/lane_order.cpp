#include "studio/models/lane_order.h"

#include <algorithm>
#include <cmath>

namespace ariadne::studio {

std::size_t sliceNearPlace(const SliceList& slices, const TimelineAxis& axis, double x,
                           double widthPx, double reachPx) {
    const auto firstFrom = [&](double place) {
        return slices.firstNot(
            [&](const Slice& slice) { return columnOf(slice.begin, axis, widthPx) < place; });
    };
    const auto away = [&](std::size_t slice) {
        return std::abs(columnOf(slices[slice].begin, axis, widthPx) - x);
    };
    std::size_t best = firstFrom(x);
    if (best != 0) {
        const std::size_t before = firstFrom(columnOf(slices[best - 1].begin, axis, widthPx));
        if (best == slices.size() || away(before) < away(best)) best = before;
    }
    return best < slices.size() && away(best) <= reachPx ? best : slices.size();
}

std::size_t firstSliceAfter(const SliceList& slices, std::uint64_t position) {
    return slices.firstNot([position](const Slice& s) { return s.begin + s.length <= position; });
}

std::size_t sliceNear(const SliceList& slices, std::uint64_t position, std::uint64_t reach) {
    const std::size_t next = firstSliceAfter(slices, position);
    if (next < slices.size() && slices[next].begin <= position) return next;
    std::size_t best = slices.size();
    std::uint64_t distance = reach;
    if (next > 0) {
        const std::uint64_t gap = position - (slices[next - 1].begin + slices[next - 1].length) + 1;
        if (gap <= distance) best = next - 1, distance = gap;
    }
    if (next < slices.size() &&
        slices[next].begin - position < distance + (best == slices.size() ? 1 : 0))
        best = next;
    return best;
}

std::vector<std::uint32_t> treeOrder(std::span<const ActorEntry> actors, const LaneIndex& lanes) {
    const std::size_t count = std::min(actors.size(), lanes.lanes.size());
    std::vector<std::uint32_t> order;
    if (count == 0) return order;
    // Children by parent, as linked lists built back to front so that each runs by birth.
    std::vector<std::uint32_t> firstChild(count, 0), nextSibling(count, 0);
    for (std::size_t rank = count - 1; rank > 0; --rank) {
        const std::uint32_t parent =
            actors[rank].parent.value < rank ? actors[rank].parent.value : 0;
        nextSibling[rank] = firstChild[parent];
        firstChild[parent] = static_cast<std::uint32_t>(rank);
    }
    if (!lanes.lanes[0].slices.empty()) order.push_back(0);
    std::vector<std::uint32_t> pending;
    if (firstChild[0] != 0) pending.push_back(firstChild[0]);
    while (!pending.empty()) {
        const std::uint32_t rank = pending.back();
        pending.pop_back();
        order.push_back(rank);
        if (nextSibling[rank] != 0) pending.push_back(nextSibling[rank]);
        if (firstChild[rank] != 0) pending.push_back(firstChild[rank]);
    }
    return order;
}

}  // namespace ariadne::studio
