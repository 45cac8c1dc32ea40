#include "studio/models/hold_spans.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ariadne::studio {

HoldIndex::HoldIndex(const ObligationList& obligations, std::size_t ranks) : first_(ranks + 1) {
    struct Held {
        std::uint32_t rank;
        Hold hold;
    };
    std::vector<Held> all;
    for (std::uint32_t i = 0; i < obligations.all.size(); ++i) {
        const ObligationStory& story = obligations.all[i];
        if (story.name.isAnswer) continue;
        for (std::size_t hand = 0; hand < story.hands.size(); ++hand) {
            const ObligationStory::Hand& held = story.hands[hand];
            if (held.holder.value == 0 || held.holder.value >= ranks) continue;
            const bool last = hand + 1 == story.hands.size();
            const std::uint64_t end =
                last ? story.resolvedAt.value : story.hands[hand + 1].since.value;
            Hold hold;
            hold.begin = std::max<std::uint64_t>(held.since.value, 1);
            hold.end = end != 0 ? std::max(end, hold.begin) : Hold::kOpen;
            hold.leaked = last && story.leaked();
            hold.story = i;
            all.push_back({held.holder.value, hold});
        }
    }
    std::stable_sort(all.begin(), all.end(), [](const Held& a, const Held& b) {
        return a.rank != b.rank ? a.rank < b.rank : a.hold.begin < b.hold.begin;
    });
    holds_.reserve(all.size());
    std::size_t rank = 0;
    for (const Held& held : all) {
        while (rank <= held.rank) first_[rank++] = holds_.size();
        holds_.push_back(held.hold);
    }
    while (rank < first_.size()) first_[rank++] = holds_.size();
}

std::span<const Hold> HoldIndex::of(std::uint32_t rank) const {
    if (rank + std::size_t{1} >= first_.size()) return {};
    return std::span(holds_).subspan(first_[rank], first_[rank + 1] - first_[rank]);
}

std::vector<HoldSpan> holdSpans(std::span<const Hold> holds, PositionRange visible, int widthPx) {
    std::vector<HoldSpan> out;
    if (widthPx <= 0 || visible.length() == 0) return out;
    std::array<std::size_t, 2> last{SIZE_MAX, SIZE_MAX};  // of those that do not leak, and do
    for (const Hold& hold : holds) {
        if (hold.begin >= visible.end) break;
        if (hold.end < visible.begin) continue;
        const double from = std::max(centreOf(hold.begin, visible, widthPx), 0.0);
        const bool resolved = hold.end < visible.end;
        const double to = resolved ? centreOf(hold.end, visible, widthPx) : widthPx;
        const int x0 = std::min(static_cast<int>(from), widthPx - 1);
        const int x1 = std::clamp(static_cast<int>(std::ceil(to)), x0 + 1, widthPx);
        std::size_t& mine = last[hold.leaked ? 1 : 0];
        if (mine != SIZE_MAX && x0 <= out[mine].x1) {
            if (x1 >= out[mine].x1) out[mine].resolved = resolved;
            out[mine].x1 = std::max(out[mine].x1, x1);
            continue;
        }
        mine = out.size();
        out.push_back({x0, x1, hold.leaked, resolved});
    }
    return out;
}

}  // namespace ariadne::studio
