// When nothing can happen any more: who waits for whom, and whether in a circle.
#include "engine/kernel/region_type.h"
#include "engine/kernel/world.h"

#include <algorithm>
#include <map>
#include <set>

namespace ariadne::kernel {
namespace {

/// `from` goes on only when `to` does something.
struct Wait {
    Rank from;
    Rank to;
    std::string why;
    bool waits = true;  ///< false: it does not wait itself, but whoever waits for it waits for `to`
};

/// The edges of a graph by where they begin, in the order in which they were found.
class WaitGraph {
public:
    explicit WaitGraph(const std::vector<Wait>& waits) {
        for (const Wait& wait : waits) out_[wait.from].push_back(&wait);
        for (const auto& [start, edges] : out_) findKnots(start);
    }

    /// The edges that begin there.
    const std::vector<const Wait*>& from(Rank rank) const {
        static const std::vector<const Wait*> kNone;
        const auto at = out_.find(rank);
        return at == out_.end() ? kNone : at->second;
    }

    /// The shortest way round through the first who waits in a circle, which begins with that wait;
    /// empty when there is none. Who only leads on, and is never waited for, is in no circle.
    std::vector<const Wait*> circle() const {
        for (const auto& [start, edges] : out_)
            for (const Wait* wait : edges)
                if (wait->waits && knots_.at(wait->from) == knots_.at(wait->to))
                    return roundBy(*wait);
        return {};
    }

private:
    struct Visit {
        Rank at;
        std::size_t next = 0;
        std::uint32_t number = 0;
        std::uint32_t lowest = 0;  ///< number that can be reached from here
    };

    /// Gives all that is reached from `start` its knot: cells of one knot reach each other
    /// (Tarjan).
    void findKnots(Rank start) {
        std::vector<Visit> path;
        const auto enter = [&](Rank rank) {
            const auto number = static_cast<std::uint32_t>(numbers_.size() + 1);
            numbers_[rank] = number;
            open_.push_back(rank);
            path.push_back({rank, 0, number, number});
        };
        if (!numbers_.contains(start)) enter(start);
        while (!path.empty()) {
            Visit& visit = path.back();
            if (visit.next < from(visit.at).size()) {
                const Rank to = from(visit.at)[visit.next++]->to;
                if (!numbers_.contains(to))
                    enter(to);
                else if (!knots_.contains(to))
                    visit.lowest = std::min(visit.lowest, numbers_[to]);
                continue;
            }
            const Visit left = visit;
            path.pop_back();
            if (!path.empty()) path.back().lowest = std::min(path.back().lowest, left.lowest);
            if (left.lowest != left.number) continue;
            Rank member;
            do {
                member = open_.back();
                open_.pop_back();
                knots_[member] = left.number;
            } while (member != left.at);
        }
    }

    std::vector<const Wait*> roundBy(const Wait& first) const {
        std::map<Rank, const Wait*> cameBy{{first.to, &first}};
        std::vector<Rank> reached{first.to};
        for (std::size_t i = 0; i < reached.size() && !cameBy.contains(first.from); ++i)
            for (const Wait* wait : from(reached[i]))
                if (cameBy.try_emplace(wait->to, wait).second) reached.push_back(wait->to);
        std::vector<const Wait*> round;
        for (Rank at = first.from; round.empty() || at != first.from; at = round.back()->from)
            round.push_back(cameBy.at(at));
        std::reverse(round.begin(), round.end());
        return round;
    }

    std::map<Rank, std::vector<const Wait*>> out_;
    std::map<Rank, std::uint32_t> numbers_;
    std::map<Rank, std::uint32_t> knots_;
    std::vector<Rank> open_;  ///< reached, their knot not known yet
};

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
    const WaitGraph graph{waits};
    const std::vector<const Wait*> circle = graph.circle();
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
        // Those who only lead on may do so in a circle.
        std::set<Rank> passed;
        for (Rank at = wait.to; !graph.from(at).empty() && passed.insert(at).second;) {
            const Wait& on = *graph.from(at).front();
            text += " " + on.why + " " + name(on.to);
            at = on.to;
        }
        end(Outcome::kQuiescent,
            "nothing can happen any more; " + text + ", which has nothing left to do");
        return;
    }
    end(Outcome::kQuiescent, "nothing can happen any more");
}

}  // namespace ariadne::kernel
