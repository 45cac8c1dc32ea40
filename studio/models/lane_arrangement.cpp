#include "studio/models/lane_arrangement.h"

#include "studio/models/lane_order.h"
#include "studio/models/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr std::uint32_t kNoGroup = UINT32_MAX;

QString tr(const char* text) {
    return QCoreApplication::translate("LaneArrangement", text);
}

/// Makes one arrangement.
class Arranger {
public:
    Arranger(std::span<const ActorEntry> actors, const LaneIndex& lanes, const LaneChoices& choices,
             const ActorMatches* matches)
        : actors_(actors), choices_(choices), matches_(matches), order_(treeOrder(actors, lanes)) {
        count_ = std::min(actors.size(), lanes.lanes.size());
    }

    LaneArrangement arrange() {
        out_.grouping = choices_.grouping;
        out_.watches = choices_.watches();
        out_.queries = choices_.queries();
        out_.counts.total = static_cast<std::uint32_t>(order_.size());
        findKeys();
        findRegions();
        makeGroups();
        applyMoves();
        addPinned();
        addGroups();
        return std::move(out_);
    }

private:
    /// The ranks of the actors that choices name.
    void findKeys() {
        const auto want = [this](const LaneKey& key) { ranks_.emplace(key, kNoGroup); };
        for (const LaneKey& key : choices_.pinned) want(key);
        for (const LaneMove& move : choices_.moves) want(move.what), want(move.anchor);
        if (ranks_.empty()) return;
        for (const std::uint32_t rank : order_) {
            const auto at = ranks_.find(keyOfActor(rank));
            if (at != ranks_.end() && at->second == kNoGroup) at->second = rank;
        }
    }

    const LaneKey& keyOfActor(std::uint32_t rank) {
        scratch_ = rank == 0 ? "outside:" : "actor:";
        if (rank != 0) scratch_ += actors_[rank].path;
        return scratch_;
    }

    std::uint32_t parentOf(std::uint32_t rank) const {
        return actors_[rank].parent.value < rank ? actors_[rank].parent.value : 0;
    }

    void findRegions() {
        regions_.assign(count_, 0);
        for (std::uint32_t rank = 1; rank < count_; ++rank)
            regions_[rank] = actors_[rank].isRegion ? rank : regions_[parentOf(rank)];
    }

    std::string_view groupName(LaneGrouping grouping, std::uint32_t rank) const {
        const auto path = [this](std::uint32_t of) {
            return of == 0 ? std::string_view{} : std::string_view{actors_[of].path};
        };
        switch (grouping) {
            case LaneGrouping::kRegion: return path(regions_[rank]);
            case LaneGrouping::kType: return actors_[rank].typeName;
            case LaneGrouping::kSupervisor: return path(parentOf(rank));
            case LaneGrouping::kNone: break;
        }
        return {};
    }

    void makeGroups() {
        groupOf_.assign(count_, kNoGroup);
        std::unordered_map<std::string_view, std::uint32_t> known;
        for (const std::uint32_t rank : order_) {
            if (rank == 0 || choices_.grouping == LaneGrouping::kNone) {
                loose_.push_back(rank);
                continue;
            }
            const std::string_view name = groupName(choices_.grouping, rank);
            const auto [at, isNew] =
                known.emplace(name, static_cast<std::uint32_t>(groups_.size()));
            if (isNew) {
                LaneKey key = groupKey(choices_.grouping, name);
                const bool collapsed = choices_.isCollapsed(key);
                const Rank region{choices_.grouping == LaneGrouping::kRegion ? regions_[rank] : 0};
                groups_.push_back({{std::move(key), std::string{name}, collapsed, region}, {}});
            }
            groupOf_[rank] = at->second;
            groups_[at->second].all.push_back(rank);
        }
        for (std::uint32_t group = 0; group < groups_.size(); ++group) groupOrder_.push_back(group);
    }

    struct Move {
        std::uint32_t what;
        std::uint32_t anchor;
        bool before;
    };

    /// As a chain, so that a move costs nothing, however long the list is. `at` has room for every
    /// item; what it holds is of no use afterwards.
    static void move(std::vector<std::uint32_t>& all, std::span<const Move> moves,
                     std::vector<std::uint32_t>& at) {
        if (moves.empty()) return;
        const auto end = static_cast<std::uint32_t>(all.size());  // stands behind the last one
        std::vector<std::uint32_t> next(all.size() + 1), before(all.size() + 1);
        for (std::uint32_t i = 0; i <= end; ++i) {
            if (i != end) at[all[i]] = i;
            next[i] = i == end ? 0 : i + 1;
            before[i] = i == 0 ? end : i - 1;
        }
        for (const Move& move : moves) {
            const std::uint32_t what = at[move.what], anchor = at[move.anchor];
            if (what == anchor) continue;
            next[before[what]] = next[what];
            before[next[what]] = before[what];
            const std::uint32_t left = move.before ? before[anchor] : anchor;
            const std::uint32_t right = next[left];
            next[left] = before[right] = what;
            before[what] = left;
            next[what] = right;
        }
        std::vector<std::uint32_t> moved;
        moved.reserve(all.size());
        for (std::uint32_t i = next[end]; i != end; i = next[i]) moved.push_back(all[i]);
        all = std::move(moved);
    }

    void applyMoves() {
        if (choices_.moves.empty()) return;
        std::unordered_map<std::string_view, std::uint32_t> groups;
        for (std::uint32_t group = 0; group < groups_.size(); ++group)
            groups.emplace(groups_[group].shown.key, group);
        std::vector<Move> ofGroups;
        std::map<std::uint32_t, std::vector<Move>> inGroups;  // kNoGroup: who is in none
        for (const LaneMove& move : choices_.moves) {
            const auto whatGroup = groups.find(move.what), anchorGroup = groups.find(move.anchor);
            if (whatGroup != groups.end() && anchorGroup != groups.end()) {
                ofGroups.push_back({whatGroup->second, anchorGroup->second, move.before});
                continue;
            }
            const std::uint32_t what = ranks_.at(move.what), anchor = ranks_.at(move.anchor);
            if (what == kNoGroup || anchor == kNoGroup || groupOf_[what] != groupOf_[anchor])
                continue;
            inGroups[groupOf_[what]].push_back({what, anchor, move.before});
        }
        std::vector<std::uint32_t> at(std::max(count_, groups_.size()));
        move(groupOrder_, ofGroups, at);
        for (const auto& [group, moves] : inGroups)
            move(group == kNoGroup ? loose_ : groups_[group].all, moves, at);
    }

    bool names(const std::set<LaneKey>& keys, std::uint32_t rank) {
        if (keys.empty()) return false;
        if (keys.contains(keyOfActor(rank))) return true;
        if (rank == 0) return false;
        for (const LaneGrouping grouping :
             {LaneGrouping::kRegion, LaneGrouping::kType, LaneGrouping::kSupervisor}) {
            // Mostly no group is named, and nothing has to be put together for 100,000 actors.
            const LaneKey prefix = groupKey(grouping, {});
            const auto first = keys.lower_bound(prefix);
            if (first == keys.end() || !first->starts_with(prefix)) continue;
            if (keys.contains(groupKey(grouping, groupName(grouping, rank)))) return true;
        }
        return false;
    }

    bool matches(std::uint32_t rank) const {
        if (choices_.filter.empty() || matches_ == nullptr) return true;
        return rank < matches_->matches.size() && matches_->matches[rank] != 0;
    }

    /// Whether it is to be shown; counts it.
    bool takes(std::uint32_t rank) {
        if (isPinned_[rank]) return false;
        const bool hidden =
            names(choices_.hidden, rank) || (!choices_.only.empty() && !names(choices_.only, rank));
        const bool shown = !hidden && matches(rank);
        ++(hidden ? out_.counts.hidden : shown ? out_.counts.shown : out_.counts.filtered);
        return shown;
    }

    void addPinned() {
        isPinned_.assign(count_, false);
        std::uint32_t watches = 0, queries = 0;
        for (const LaneKey& key : choices_.pinned) {
            if (watchOf(key)) {
                out_.rows.push_back({LaneRow::Kind::kWatch, true, false, watches++});
                continue;
            }
            if (queryOf(key)) {
                out_.rows.push_back({LaneRow::Kind::kQuery, true, false, queries++});
                continue;
            }
            const std::uint32_t rank = ranks_.at(key);
            if (rank == kNoGroup || isPinned_[rank]) continue;
            isPinned_[rank] = true;
            ++out_.counts.shown;
            out_.rows.push_back({LaneRow::Kind::kActor, true, false, rank});
        }
        out_.pinnedRows = static_cast<std::uint32_t>(out_.rows.size());
        for (const std::uint32_t rank : loose_)
            if (takes(rank)) out_.rows.push_back({LaneRow::Kind::kActor, false, false, rank});
    }

    void addGroups() {
        LaneGroups::Members members;
        for (const std::uint32_t index : groupOrder_) {
            Group& group = groups_[index];
            std::vector<Rank> shown;
            for (const std::uint32_t rank : group.all)
                if (takes(rank)) shown.push_back({rank});
            if (shown.empty()) continue;
            const auto number = static_cast<std::uint32_t>(out_.groups.size());
            out_.rows.push_back({LaneRow::Kind::kGroup, false, false, number});
            if (group.shown.collapsed) {
                out_.counts.folded += static_cast<std::uint32_t>(shown.size());
                ++out_.counts.foldedGroups;
            } else {
                for (const Rank rank : shown)
                    out_.rows.push_back({LaneRow::Kind::kActor, false, true, rank.value});
            }
            out_.groups.push_back(std::move(group.shown));
            members.push_back(std::move(shown));
        }
        out_.members = std::make_shared<const LaneGroups::Members>(std::move(members));
    }

    struct Group {
        LaneArrangement::Group shown;
        std::vector<std::uint32_t> all;
    };

    std::span<const ActorEntry> actors_;
    const LaneChoices& choices_;
    const ActorMatches* matches_;
    std::vector<std::uint32_t> order_;
    std::size_t count_ = 0;
    LaneKey scratch_;
    std::unordered_map<LaneKey, std::uint32_t> ranks_;  ///< of keys that choices name
    std::vector<std::uint32_t> regions_;                ///< by rank: the nearest; 0 = none
    std::vector<std::uint32_t> groupOf_;                ///< by rank
    std::vector<Group> groups_;
    std::vector<std::uint32_t> groupOrder_;
    std::vector<std::uint32_t> loose_;  ///< in no group
    std::vector<bool> isPinned_;        ///< by rank
    LaneArrangement out_;
};

}  // namespace

LaneArrangement arrangeLanes(std::span<const ActorEntry> actors, const LaneIndex& lanes,
                             const LaneChoices& choices, const ActorMatches* matches) {
    return Arranger{actors, lanes, choices, matches}.arrange();
}

LaneKey keyOf(const LaneArrangement& lanes, std::span<const ActorEntry> actors,
              const LaneRow& row) {
    switch (row.kind) {
        case LaneRow::Kind::kActor: return actorKey(actors[row.index]);
        case LaneRow::Kind::kGroup: return lanes.groups[row.index].key;
        case LaneRow::Kind::kWatch: return watchKey(lanes.watches[row.index]);
        case LaneRow::Kind::kQuery: return queryKey(lanes.queries[row.index]);
    }
    return {};
}

bool moveLane(LaneChoices& choices, const LaneArrangement& lanes,
              std::span<const ActorEntry> actors, std::size_t row, bool up) {
    if (row >= lanes.rows.size()) return false;
    const LaneRow& what = lanes.rows[row];
    // A group stands among groups, whatever lanes are between them.
    const auto standsAmong = [&](const LaneRow& other) {
        return other.pinned == what.pinned && other.inGroup == what.inGroup &&
               (what.pinned || other.kind == what.kind);
    };
    const auto ends = [&](const LaneRow& other) {
        return other.pinned != what.pinned ||
               (what.kind != LaneRow::Kind::kGroup && other.kind == LaneRow::Kind::kGroup);
    };
    std::size_t at = row;
    do {
        if (up ? at == 0 : at + 1 == lanes.rows.size()) return false;
        at = up ? at - 1 : at + 1;
        if (ends(lanes.rows[at])) return false;
    } while (!standsAmong(lanes.rows[at]));
    const LaneKey key = keyOf(lanes, actors, what), other = keyOf(lanes, actors, lanes.rows[at]);
    if (what.pinned) {
        const auto a = std::find(choices.pinned.begin(), choices.pinned.end(), key);
        const auto b = std::find(choices.pinned.begin(), choices.pinned.end(), other);
        if (a == choices.pinned.end() || b == choices.pinned.end()) return false;
        std::iter_swap(a, b);
    } else {
        noteMove(choices, {key, other, up});
    }
    return true;
}

std::vector<LaneRow> rowsWithEventsIn(std::span<const LaneRow> rows, const LaneIndex& lanes,
                                      PositionRange visible, std::uint32_t kept) {
    std::vector<LaneRow> out;
    std::optional<LaneRow> group;  // that has no lane left so far
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const LaneRow& row = rows[i];
        if (row.kind == LaneRow::Kind::kGroup) {
            const bool open = i + 1 < rows.size() && rows[i + 1].inGroup;
            group = open ? std::optional{row} : std::nullopt;
            if (!open) out.push_back(row);
            continue;
        }
        if (row.kind == LaneRow::Kind::kActor && !row.pinned && row.index != kept) {
            const SliceList& slices = lanes.lanes[row.index].slices;
            const std::size_t first = firstSliceAfter(slices, visible.begin);
            if (first == slices.size() || slices[first].begin >= visible.end) continue;
        }
        if (group && row.inGroup) out.push_back(*std::exchange(group, std::nullopt));
        out.push_back(row);
    }
    return out;
}

QString laneCountText(const LaneCounts& counts) {
    QString out =
        counts.shown == counts.total
            ? (counts.total == 1 ? tr("1 lane") : tr("%1 lanes").arg(groupedText(counts.total)))
            : tr("%1 of %2 lanes").arg(groupedText(counts.shown), groupedText(counts.total));
    if (counts.hidden != 0) out += tr(", %1 hidden").arg(groupedText(counts.hidden));
    if (counts.foldedGroups != 0)
        out += counts.foldedGroups == 1
                   ? tr(", %1 in one collapsed group").arg(groupedText(counts.folded))
                   : tr(", %1 in %2 collapsed groups")
                         .arg(groupedText(counts.folded), groupedText(counts.foldedGroups));
    return out;
}

QString groupTitle(LaneGrouping grouping, const LaneArrangement::Group& group) {
    if (!group.name.empty()) return textOf(group.name);
    switch (grouping) {
        case LaneGrouping::kRegion: return tr("In no region");
        case LaneGrouping::kSupervisor: return tr("At the top");
        default: return tr("Of no known type");
    }
}

}  // namespace ariadne::studio
