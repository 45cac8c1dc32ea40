#include "studio/session/hold_index.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {

HoldList::HoldList(std::vector<Hold> all) : holds(std::move(all)) {
    std::stable_sort(holds.begin(), holds.end(),
                     [](const Hold& a, const Hold& b) { return a.begin < b.begin; });
    reach.reserve(holds.size());
    std::uint64_t greatest = 0;
    for (const Hold& hold : holds) reach.push_back(greatest = std::max(greatest, hold.end));
}

std::size_t HoldList::firstReaching(std::uint64_t position) const {
    return static_cast<std::size_t>(std::lower_bound(reach.begin(), reach.end(), position) -
                                    reach.begin());
}

HoldIndex::HoldIndex(const ObligationList& obligations, std::size_t ranks) {
    struct Lists {
        std::vector<Hold> well, leaked;
    };
    std::unordered_map<std::uint32_t, Lists> all;
    for (std::uint32_t i = 0; i < obligations.all.size(); ++i) {
        const ObligationStory& story = obligations.all[i];
        if (story.name.isAnswer) continue;
        for (std::size_t hand = 0; hand < story.hands.size(); ++hand) {
            const ObligationStory::Hand& held = story.hands[hand];
            if (held.holder.value == 0 || held.holder.value >= ranks) continue;
            const std::uint64_t end = story.endOf(hand).value;
            Hold hold;
            hold.begin = std::max<std::uint64_t>(held.since.value, 1);
            hold.end = end != 0 ? std::max(end, hold.begin) : Hold::kOpen;
            hold.leaked = hand + 1 == story.hands.size() && story.leaked();
            hold.story = i;
            Lists& lists = all[held.holder.value];
            (hold.leaked ? lists.leaked : lists.well).push_back(hold);
        }
    }
    lanes_.reserve(all.size());
    for (auto& [rank, lists] : all)
        lanes_[rank] = {HoldList{std::move(lists.well)}, HoldList{std::move(lists.leaked)}};
}

const HoldLane* HoldIndex::of(std::uint32_t rank) const {
    const auto at = lanes_.find(rank);
    return at == lanes_.end() ? nullptr : &at->second;
}

}  // namespace ariadne::studio
