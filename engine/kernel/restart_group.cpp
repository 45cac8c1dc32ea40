// Group restarts that take time: whoever cleans up before it ends holds up all older ones, and all
// begin again together.
#include "engine/kernel/region_type.h"
#include "engine/kernel/system_messages.h"
#include "engine/kernel/world.h"

#include <algorithm>
#include <map>
#include <utility>

namespace ariadne::kernel {
namespace {

using Group = Vector<GroupMember>;

/// Its place in the group; the group's size when it is not in it.
std::size_t placeIn(const Group& group, const Cell& cell) {
    const auto at = std::find_if(group.begin(), group.end(), [&](const GroupMember& member) {
        return member.who.key == cell.key && member.part != MemberPart::kGone;
    });
    return static_cast<std::size_t>(at - group.begin());
}

GroupMember newMember(const Cell& cell) {
    // Who is never restarted, or was asked to end before, ends for good.
    const bool again = cell.extras != nullptr && cell.extras->firstState != nullptr &&
                       cell.extras->cancelled == CancelReason::kNone;
    return {{cell.key}, MemberPart::kLives, again};
}

}  // namespace

bool World::needsTime(const Cell& cell) {
    // A task takes every message, and begins anew from its arguments without tidying up.
    const bool accepts = cell.type->handlerOf(value::typeInfo<CancelRequested>()) != kLookUpHandler;
    return accepts && !cell.ending && !cell.suspended && cell.extras != nullptr &&
           cell.extras->child.shutdown > Duration::zero() &&
           cell.extras->cancelled == CancelReason::kNone;
}

Cell* World::groupWith(const Cell& cell) {
    for (Rank rank = cell.parent; rank != kOutside; rank = cellOf(rank).parent) {
        Cell& region = cellOf(rank);
        if (region.ended || !isRegion(region)) return nullptr;
        const Group& group = regionOf(region).restarting;
        if (!group.empty() && placeIn(group, cell) != group.size()) return &region;
    }
    return nullptr;
}

Cell& World::joinGroups(Cell& region, const std::vector<Rank>& group, Position cause) {
    const auto isBelow = [this](const Cell& cell, const Cell& other) {
        Rank rank = cell.parent;
        while (rank != kOutside && rank != other.rank) rank = cellOf(rank).parent;
        return rank == other.rank;
    };
    Cell* over = &region;
    for (const Rank rank : group)
        if (Cell* other = groupWith(cellOf(rank)); other != nullptr && isBelow(*over, *other))
            over = other;
    std::map<CellKey, GroupMember> members;
    const auto take = [&](Cell& from) {
        for (const GroupMember& member : std::exchange(regionOf(from).restarting, {}))
            members.emplace(member.who.key, member);
    };
    take(*over);
    for (const Rank rank : group) {
        Cell& cell = cellOf(rank);
        if (Cell* other = groupWith(cell)) {
            take(*other);
            regionChanged(*other, cause);
        }
        members.emplace(cell.key, newMember(cell));
    }
    // The youngest first, also of several groups that have become one.
    const auto list = [&](const Cell& above, auto&& self) -> void {
        for (Rank rank = above.lastChild(); rank != kOutside; rank = cellOf(rank).olderSibling) {
            const Cell& cell = cellOf(rank);
            if (isRegion(cell))
                self(cell, self);
            else if (const auto at = members.find(cell.key); at != members.end())
                regionOf(*over).restarting.push_back(at->second);
        }
    };
    list(*over, list);
    return *over;
}

bool World::memberEnded(Cell& over, Cell& cell, const EndedCell& end) {
    Group& group = regionOf(over).restarting;
    const std::size_t place = placeIn(group, cell);
    const GroupMember member = group[place];
    const bool ended = member.part == MemberPart::kAsked || end.reason == ExitReason::kSupervisor;
    const bool again = member.again && cell.extras != nullptr &&
                       cell.extras->firstState != nullptr &&
                       (ended || livesAgain(cell, end.reason));
    group.update(place, [&](GroupMember& entry) {
        entry.part = again ? MemberPart::kRests : MemberPart::kGone;
    });
    const Position told = regionChanged(over, end.endSeq);
    if (again) restart(cell, cellOf(cell.parent), end.endSeq, true);
    endNextOf(over, told);
    return again;
}

void World::endNextOf(Cell& over, Position cause) {
    Region& state = regionOf(over);
    for (std::size_t i = 0; i < state.restarting.size(); ++i) {
        const GroupMember& member = state.restarting[i];
        Cell& cell = cellOf(keys_.find(member.who.key));
        if (member.part >= MemberPart::kRests || cell.ended) continue;
        // Its end is told soon, or in its time.
        if (cell.ending || member.part == MemberPart::kAsked) return;
        if (!needsTime(cell)) {
            endCell(cell, EventKind::kStop, ExitReason::kSupervisor, over.rank, cause, {});
            return;
        }
        state.restarting.update(i, [](GroupMember& entry) { entry.part = MemberPart::kAsked; });
        askToEnd(over, cell, CancelReason::kSiblingFailed, kTimeMax, regionChanged(over, cause));
        return;
    }
    const Group all = std::exchange(state.restarting, {});
    const Position ended = regionChanged(over, cause);
    for (std::size_t i = all.size(); i-- > 0;)
        if (all[i].part == MemberPart::kRests) goesOn(cellOf(keys_.find(all[i].who.key)), ended);
}

bool World::restsWithGroup(const Cell& cell) {
    Cell* over = groupWith(cell);
    if (over == nullptr) return false;
    const Group& group = regionOf(*over).restarting;
    return group[placeIn(group, cell)].part == MemberPart::kRests;
}

void World::goesOn(Cell& cell, Position cause) {
    if (cell.ended || cell.ending) return;
    const bool waitsOn =
        cell.extras != nullptr &&
        std::any_of(cell.extras->timers.begin(), cell.extras->timers.end(),
                    [&](const CellExtras::OwnTimer& own) {
                        return timers_.at(TimerKey{own.deadline, cell.rank, own.ordinal}).use ==
                               TimerUse::kResume;
                    });
    if (!waitsOn) resume(cell, cause);
}

void World::leaveGroup(Cell& over, Cell& cell, Position cause) {
    Group& group = regionOf(over).restarting;
    group.update(placeIn(group, cell), [](GroupMember& entry) {
        entry.again = false;
        if (entry.part == MemberPart::kRests) entry.part = MemberPart::kGone;
    });
    regionChanged(over, cause);
}

void World::dropGroups(Cell& region, bool restingGoOn, Position cause) {
    std::vector<Rank> resting;
    const auto letGo = [&](Position told) {
        std::reverse(resting.begin(), resting.end());
        for (const Rank rank : std::exchange(resting, {}))
            if (restingGoOn) goesOn(cellOf(rank), told);
    };
    const auto note = [&](const GroupMember& member) {
        if (member.part == MemberPart::kRests) resting.push_back(keys_.find(member.who.key));
    };
    if (!regionOf(region).restarting.empty()) {
        for (const GroupMember& member : std::exchange(regionOf(region).restarting, {}))
            note(member);
        letGo(regionChanged(region, cause));
    }
    // Of a group of a region above, who lives in this one leaves.
    for (Cell* over = &region; over->parent != kOutside && isRegion(cellOf(over->parent));) {
        over = &cellOf(over->parent);
        if (over->ended) return;
        bool changed = false;
        Group& group = regionOf(*over).restarting;
        for (std::size_t i = 0; i < group.size(); ++i) {
            if (group[i].part == MemberPart::kGone) continue;
            Rank rank = keys_.find(group[i].who.key);
            while (rank != region.rank && rank != over->rank && rank != kOutside)
                rank = cellOf(rank).parent;
            if (rank != region.rank) continue;
            note(group[i]);
            group.update(i, [](GroupMember& entry) { entry.part = MemberPart::kGone; });
            changed = true;
        }
        if (!changed) continue;
        const Position told = regionChanged(*over, cause);
        letGo(told);
        endNextOf(*over, told);
    }
}

}  // namespace ariadne::kernel
