// When nothing can happen any more: who waits for whom, and whether in a circle.
#include "engine/kernel/region_type.h"
#include "engine/kernel/turn.h"
#include "engine/kernel/world.h"
#include "engine/region/wait_text.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace ariadne::kernel {

/// `from` goes on only when `to` does something; or leads on to it.
struct Wait {
    Rank from;
    Rank to;
    WaitKind kind;
    std::uint64_t ordinal = 0;  ///< of the ask or the obligation
    std::string name = {};      ///< of the obligation
    Position cause = {};

    bool waits() const { return isWait(kind); }
    /// It is an obligation that leads to `to`.
    bool isHeld() const {
        return kind == WaitKind::kObligation || kind == WaitKind::kKeepsSlot ||
               kind == WaitKind::kGaveAway;
    }
};

/// The edges of a graph by where they begin, in the order in which they were found.
class WaitGraph {
public:
    explicit WaitGraph(const std::vector<Wait>& waits) : waits_(waits) {
        for (const Wait& wait : waits) {
            out_[wait.from].push_back(&wait);
            in_[wait.to].push_back(&wait);
        }
        for (const auto& [start, edges] : out_) findKnots(start);
    }

    /// The edges that begin there.
    const std::vector<const Wait*>& from(Rank rank) const { return edgesOf(out_, rank); }

    /// What a waiter waits for, directly or in the end; all edges of it in the order in which they
    /// were found.
    std::vector<const Wait*> relevant() const {
        std::set<Rank> reached;
        std::vector<Rank> open;
        for (const Wait& wait : waits_)
            if (wait.waits() && reached.insert(wait.from).second) open.push_back(wait.from);
        while (!open.empty()) {
            const Rank at = open.back();
            open.pop_back();
            for (const Wait* wait : from(at))
                if (reached.insert(wait->to).second) open.push_back(wait->to);
        }
        std::vector<const Wait*> out;
        for (const Wait& wait : waits_)
            if (reached.contains(wait.from)) out.push_back(&wait);
        return out;
    }

    /// Who holds what others wait for, and waits for nobody itself: it has nothing left to do.
    struct Holder {
        Rank rank;
        std::vector<Rank> waiters;  ///< ascending
    };
    /// The first `most` of them, by rank.
    std::vector<Holder> holders(std::size_t most) const {
        std::vector<Holder> out;
        for (const auto& [rank, edges] : in_) {
            if (out.size() == most) break;
            if (out_.contains(rank)) continue;
            std::set<Rank> reached;
            std::vector<Rank> open;
            for (const Wait* wait : edges)
                if (wait->isHeld() && reached.insert(wait->from).second) open.push_back(wait->from);
            while (!open.empty()) {
                const Rank at = open.back();
                open.pop_back();
                for (const Wait* wait : edgesOf(in_, at))
                    if (reached.insert(wait->from).second) open.push_back(wait->from);
            }
            Holder holder{rank, {}};
            for (const Rank at : reached)
                if (std::any_of(from(at).begin(), from(at).end(),
                                [](const Wait* wait) { return wait->waits(); }))
                    holder.waiters.push_back(at);
            if (!holder.waiters.empty()) out.push_back(std::move(holder));
        }
        return out;
    }

    /// The shortest way round through the first who waits in a circle, which begins with that wait;
    /// empty when there is none. Who only leads on, and is never waited for, is in no circle.
    std::vector<const Wait*> circle() const {
        for (const auto& [start, edges] : out_)
            for (const Wait* wait : edges)
                if (wait->waits() && knots_.at(wait->from) == knots_.at(wait->to))
                    return roundBy(*wait);
        return {};
    }

private:
    using Edges = std::map<Rank, std::vector<const Wait*>>;

    static const std::vector<const Wait*>& edgesOf(const Edges& edges, Rank rank) {
        static const std::vector<const Wait*> kNone;
        const auto at = edges.find(rank);
        return at == edges.end() ? kNone : at->second;
    }

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

    const std::vector<Wait>& waits_;
    Edges out_;
    Edges in_;
    std::map<Rank, std::uint32_t> numbers_;
    std::map<Rank, std::uint32_t> knots_;
    std::vector<Rank> open_;  ///< reached, their knot not known yet
};

namespace {

/// Of more holders, and of more waiters of one, only how many there are.
constexpr std::size_t kHoldersNamed = 4;
constexpr std::size_t kWaitersNamed = 4;

}  // namespace

/// By who waits, then why and for whom.
std::vector<Wait> World::waitsNow() {
    std::vector<Wait> waits;
    for (Rank rank{1}; rank.value < cells_.size(); ++rank.value) {
        Cell& cell = cellOf(rank);
        if (cell.ended) continue;
        if (isRegion(cell)) {
            const bool closing = regionOf(cell).phase == RegionPhase::kClosing;
            for (const auto& [id, entry] : regionOf(cell).obligations) {
                const Rank maker = keys_.find(id.maker.key);
                const Rank holder = keys_.find(entry.holders.back().key);
                const auto add = [&, ordinal = id.ordinal, &name = entry.name](Rank from, Rank to,
                                                                               WaitKind kind) {
                    waits.push_back({from, to, kind, ordinal, name});
                };
                if (closing) add(rank, holder, WaitKind::kObligation);
                if (entry.kind != ObligationKind::kPermit) {
                    if (maker != holder) add(maker, holder, WaitKind::kGaveAway);
                } else if (entry.granted) {
                    add(keys_.find(entry.target.key), holder, WaitKind::kKeepsSlot);
                } else {
                    add(holder, keys_.find(entry.target.key), WaitKind::kSlot);
                }
            }
            for (Rank child = closing ? cell.lastChild() : kOutside; child != kOutside;
                 child = cellOf(child).olderSibling)
                waits.push_back({rank, child, WaitKind::kChild});
            continue;
        }
        if (cell.extras == nullptr) continue;
        for (const auto& ask : cell.extras->pendingAsks)
            waits.push_back({rank, ask.target, WaitKind::kAnswer, ask.id, {}, ask.askedAt});
        for (const Rank sender : cell.extras->parkedHere)
            waits.push_back({sender, rank, WaitKind::kRoom});
    }
    std::sort(waits.begin(), waits.end(), [](const Wait& a, const Wait& b) {
        return std::tuple{a.from, a.kind, a.to, a.ordinal} <
               std::tuple{b.from, b.kind, b.to, b.ordinal};
    });
    return waits;
}

std::string World::inWords(const Wait& wait) {
    return " " + waitText(wait.kind, wait.name) + " " + calledHere(wait.to);
}

void World::tellWaits(const WaitGraph& graph) {
    for (const Wait* wait : graph.relevant()) {
        EventRow row;
        row.kind = EventKind::kWait;
        row.cell = wait->from;
        row.peer = wait->to;
        row.cause = wait->cause;
        row.arg = static_cast<std::uint64_t>(wait->kind);
        row.extra = wait->ordinal;
        row.payload = asBytes(wait->name);
        emit(row);
    }
}

void World::quiesce() {
    const std::vector<Wait> waits = waitsNow();
    const WaitGraph graph{waits};
    tellWaits(graph);
    const std::vector<const Wait*> circle = graph.circle();
    if (!circle.empty()) {
        std::string text = calledHere(circle.front()->from);
        for (const Wait* wait : circle) text += inWords(*wait);
        text = boundedText(text);
        EventRow row;
        row.kind = EventKind::kDeadlock;
        row.cell = circle.front()->from;
        row.peer = circle.front()->to;
        row.payload = asBytes(text);
        emit(row);
        end(Outcome::kDeadlock, "deadlock: " + text);
        return;
    }
    std::string text = "nothing can happen any more";
    const auto first =
        std::find_if(waits.begin(), waits.end(), [](const Wait& wait) { return wait.waits(); });
    if (first == waits.end()) return end(Outcome::kQuiescent, text);
    // Nobody waits in a circle, yet some wait: for one who sleeps for good.
    text += "; " + calledHere(first->from) + inWords(*first);
    // Those who only lead on may do so in a circle.
    std::set<Rank> passed;
    for (Rank at = first->to; !graph.from(at).empty() && passed.insert(at).second;) {
        const Wait& on = *graph.from(at).front();
        text += inWords(on);
        at = on.to;
    }
    text += ", which has nothing left to do";
    // Of what it holds, others may wait too, and so may others for other holders.
    for (const WaitGraph::Holder& holder : graph.holders(kHoldersNamed)) {
        text += "; futurelock: " + calledHere(holder.rank) + " holds what ";
        const std::size_t named = std::min(holder.waiters.size(), kWaitersNamed);
        for (std::size_t i = 0; i < named; ++i)
            text += (i == 0 ? "" : ", ") + calledHere(holder.waiters[i]);
        if (holder.waiters.size() > named)
            text += " and " + std::to_string(holder.waiters.size() - named) + " more";
        text += holder.waiters.size() == 1 ? " waits for" : " wait for";
    }
    end(Outcome::kQuiescent, text);
}

}  // namespace ariadne::kernel
