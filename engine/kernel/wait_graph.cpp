// When nothing can happen any more: who waits for whom, and whether in a circle.
#include "engine/kernel/region_type.h"
#include "engine/kernel/world.h"

#include <algorithm>
#include <map>

namespace ariadne::kernel {
namespace {

/// `from` goes on only when `to` does something.
struct Wait {
    Rank from;
    Rank to;
    std::string why;
    bool waits = true;  ///< false: it does not wait itself, but whoever waits for it waits for `to`
};

/// The first circle, found from the lowest rank; empty when there is none.
std::vector<const Wait*> circleIn(const std::vector<Wait>& waits) {
    std::map<Rank, std::vector<const Wait*>> by;
    for (const Wait& wait : waits) by[wait.from].push_back(&wait);
    std::map<Rank, int> seen;  // 1: on the path, 2: leads nowhere
    std::vector<const Wait*> path;
    for (const auto& [start, ignored] : by) {
        if (seen[start] != 0) continue;
        std::vector<std::pair<Rank, std::size_t>> stack{{start, 0}};
        seen[start] = 1;
        while (!stack.empty()) {
            auto& [at, next] = stack.back();
            const auto out = by.find(at);
            if (out == by.end() || next == out->second.size()) {
                seen[at] = 2;
                stack.pop_back();
                if (!path.empty()) path.pop_back();
                continue;
            }
            const Wait* wait = out->second[next++];
            if (seen[wait->to] == 2) continue;
            path.push_back(wait);
            if (seen[wait->to] == 1) {
                const auto begin = std::find_if(path.begin(), path.end(),
                                                [&](const Wait* w) { return w->from == wait->to; });
                return {begin, path.end()};
            }
            seen[wait->to] = 1;
            stack.emplace_back(wait->to, 0);
        }
    }
    return {};
}

}  // namespace

void World::quiesce() {
    const auto name = [&](Rank rank) {
        if (keepsBirths()) return births_[rank.value].path;
        // Who had ended before the snapshot that this world goes on from has no type.
        const CellType* type = cellOf(rank).type;
        return (type == nullptr ? std::string{"one that has ended"} : type->state->name) +
               " (cell " + std::to_string(rank.value) + ")";
    };
    std::vector<Wait> waits;
    for (Rank rank{1}; rank.value < cells_.size(); ++rank.value) {
        Cell& cell = cellOf(rank);
        if (cell.ended) continue;
        if (isRegion(cell)) {
            for (const auto& [id, entry] : regionOf(cell).obligations) {
                const Rank maker = keys_.find(id.maker.key);
                const Rank holder = keys_.find(entry.holders.back().key);
                const std::string what =
                    entry.name.empty() ? "an obligation" : "'" + entry.name + "'";
                if (regionOf(cell).phase == RegionPhase::kClosing)
                    waits.push_back(
                        {rank, holder, "cannot close before " + what + " is resolved by"});
                if (entry.kind == ObligationKind::kPermit && !entry.granted) {
                    waits.push_back({holder, keys_.find(entry.target.key),
                                     "waits for a slot in the mailbox of"});
                } else if (entry.kind == ObligationKind::kPermit) {
                    waits.push_back(
                        {keys_.find(entry.target.key), holder, "keeps a slot for", false});
                } else if (maker != holder) {
                    waits.push_back({maker, holder, "has given " + what + " to", false});
                }
            }
            continue;
        }
        if (cell.extras == nullptr) continue;
        for (const auto& ask : cell.extras->pendingAsks)
            waits.push_back({rank, ask.target, "waits for the answer of"});
        for (const Rank sender : cell.extras->parkedHere)
            waits.push_back({sender, rank, "waits for room in the mailbox of"});
    }
    const std::vector<const Wait*> circle = circleIn(waits);
    if (!circle.empty()) {
        std::string text = name(circle.front()->from);
        for (const Wait* wait : circle) text += " " + wait->why + " " + name(wait->to);
        EventRow row;
        row.kind = EventKind::kDeadlock;
        row.cell = circle.front()->from;
        row.peer = circle.front()->to;
        row.payload = asBytes(text);
        emit(row);
        end(Outcome::kDeadlock, "deadlock: " + text);
        return;
    }
    // Nobody waits in a circle, yet some wait: for one who holds what they need and sleeps for
    // good.
    for (const Wait& wait : waits) {
        if (!wait.waits) continue;
        std::string text = name(wait.from) + " " + wait.why + " " + name(wait.to);
        Rank at = wait.to;
        for (const Wait* on = &wait; on != nullptr;) {
            on = nullptr;
            for (const Wait& other : waits)
                if (other.from == at && on == nullptr) on = &other;
            if (on == nullptr) break;
            text += " " + on->why + " " + name(on->to);
            at = on->to;
        }
        end(Outcome::kQuiescent,
            "nothing can happen any more; " + text + ", which has nothing left to do");
        return;
    }
    end(Outcome::kQuiescent, "nothing can happen any more");
}

}  // namespace ariadne::kernel
