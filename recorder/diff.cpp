#include "recorder/diff.h"

#include "engine/base/digest.h"
#include "engine/base/status_macros.h"
#include "recorder/divergence.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace ariadne::recorder {
namespace {

using tracefmt::ChunkEntry;
using tracefmt::EventChunk;
using tracefmt::TraceReader;

constexpr std::size_t kExamplesMax = 8;

absl::Status checkCancel(const CancelFlag* cancel) {
    return cancel != nullptr && cancel->load() ? absl::CancelledError("cancelled")
                                               : absl::OkStatus();
}

Position endOf(const ChunkEntry& chunk) {
    return {chunk.first.value + chunk.count - 1};
}

bool bothFull(const TraceReader& a, const TraceReader& b) {
    return a.meta().level == tracefmt::Level::kFull && b.meta().level == tracefmt::Level::kFull;
}

/// Stretches of events, each with the digests at its end.
const std::vector<ChunkEntry>& marksOf(const TraceReader& reader) {
    return reader.inputs().empty() ? reader.chunks() : reader.inputs();
}

/// Last position up to which both traces are known to be equal, by the digests of their chunks
/// alone.
Position equalByDigest(const TraceReader& a, const TraceReader& b) {
    const auto& chunksA = marksOf(a);
    const auto& chunksB = marksOf(b);
    const bool changes = bothFull(a, b);
    // Ends that both have; equal runs close their chunks at the same rows.
    std::vector<std::pair<const ChunkEntry*, const ChunkEntry*>> common;
    for (std::size_t i = 0, j = 0; i < chunksA.size() && j < chunksB.size();) {
        const Position x = endOf(chunksA[i]), y = endOf(chunksB[j]);
        if (x == y) common.emplace_back(&chunksA[i], &chunksB[j]);
        if (x <= y) ++i;
        if (y <= x) ++j;
    }
    // Once different, running digests stay different: the equal ones are a prefix.
    const auto firstDifferent =
        std::partition_point(common.begin(), common.end(), [changes](const auto& pair) {
            return pair.first->eventDigest == pair.second->eventDigest &&
                   (!changes || pair.first->changeDigest == pair.second->changeDigest);
        });
    return firstDifferent == common.begin() ? Position{} : endOf(*std::prev(firstDifferent)->first);
}

/// Of two runs of which only what lies behind `from` was compared, and was equal: whether what lies
/// before was, too, by the running digests where both are last known.
bool differBefore(const TraceReader& a, const TraceReader& b) {
    return a.lastPosition() == b.lastPosition() && a.stats().eventDigest != b.stats().eventDigest;
}

/// Rows of one trace in order, from a position on.
class Rows {
public:
    Rows(History& history, Position first) : history_(history), next_(first) {}

    /// The next row, or nullopt at the end. Its views live until the next call.
    absl::StatusOr<std::optional<EventRow>> next() {
        if (next_ > history_.reader().lastPosition()) return std::nullopt;
        if (chunk_ == nullptr || !chunk_->contains(next_)) {
            ARIADNE_ASSIGN_OR_RETURN(chunk_, history_.reader().chunkAt(next_));
            ++decoded_;
        }
        const EventRow row = chunk_->rowAt(next_);
        ++next_.value;
        return row;
    }
    std::uint64_t decoded() const { return decoded_; }
    std::shared_ptr<const EventChunk> chunk() const { return chunk_; }
    std::uint64_t typeHash(const EventRow& row) const {
        return history_.reader().types().at(row.type).hash;
    }

private:
    History& history_;
    Position next_;
    std::shared_ptr<const EventChunk> chunk_;
    std::uint64_t decoded_ = 0;
};

absl::StatusOr<std::optional<Divergence>> firstDivergence(History& a, History& b, Position after,
                                                          const DiffOptions& options,
                                                          std::uint64_t& decoded) {
    const bool changes = bothFull(a.reader(), b.reader());
    Rows rowsA{a, {after.value + 1}}, rowsB{b, {after.value + 1}};
    for (Position at{after.value + 1};; ++at.value) {
        if (at.value % 4096 == 0) ARIADNE_RETURN_IF_ERROR(checkCancel(options.cancel));
        ARIADNE_ASSIGN_OR_RETURN(const std::optional<EventRow> x, rowsA.next());
        ARIADNE_ASSIGN_OR_RETURN(const std::optional<EventRow> y, rowsB.next());
        decoded = rowsA.decoded() + rowsB.decoded();
        if (!x && !y) return std::nullopt;
        if (x && y && sameRow(*x, rowsA.typeHash(*x), *y, rowsB.typeHash(*y), changes)) continue;
        std::optional<RowSide> sideA, sideB;
        if (x) {
            ARIADNE_ASSIGN_OR_RETURN(sideA, recordedSide(a, {rowsA.chunk(), *x}));
        }
        if (y) {
            ARIADNE_ASSIGN_OR_RETURN(sideB, recordedSide(b, {rowsB.chunk(), *y}));
        }
        return divergenceOf(at, sideA ? &*sideA : nullptr, sideB ? &*sideB : nullptr);
    }
}

/// Who took which message, without when: two runs agree on a delivery when sender, type and content
/// do.
class Deliveries {
public:
    explicit Deliveries(History& history) : history_(history) {}

    struct Taken {
        std::uint64_t hash = 0;
        Position at;
    };

    /// Takes in a row; for a delivery returns what was taken.
    std::optional<Taken> add(const EventRow& row) {
        const auto& births = history_.reader().births();
        const auto keyOf = [&](Rank rank) {
            return rank.value < births.size() ? births[rank.value].key.value : rank.value;
        };
        if (row.kind == EventKind::kTimerSet || isEnqueue(row.kind)) {
            std::uint64_t hash =
                hashBytes(row.payload, history_.reader().types().at(row.type).hash);
            if (row.kind == EventKind::kTimerFire) hash = hashOf(row.cause);
            // The arguments: what differs there is a difference of the headers.
            if (row.kind == EventKind::kInput) hash = row.seq.value;
            pending_[row.seq.value] = mixWord(hash, keyOf(row.cell));
            return std::nullopt;
        }
        // Set aside, it will be delivered again, and is the same message then.
        if (row.kind == EventKind::kStash && row.cause == inHand_)
            pending_[row.cause.value] = inHandHash_;
        if (row.kind != EventKind::kDeliver && row.kind != EventKind::kDrop) return std::nullopt;
        const Taken taken{hashOf(row.cause), row.seq};
        pending_.erase(row.cause.value);
        if (row.kind == EventKind::kDrop) return std::nullopt;
        inHand_ = row.cause;
        inHandHash_ = taken.hash;
        return taken;
    }

private:
    std::uint64_t hashOf(Position enqueued) const {
        const auto at = pending_.find(enqueued.value);
        // Put there before the runs parted: the event's number says what it was on both sides.
        return at == pending_.end() ? mixWord(0x70726566, enqueued.value) : at->second;
    }

    History& history_;
    std::map<std::uint64_t, std::uint64_t> pending_;
    Position inHand_;  ///< enqueue of the last delivery
    std::uint64_t inHandHash_ = 0;
};

struct Tally {
    std::array<std::uint64_t, kEventKindCount> kinds{};
    std::map<std::uint64_t, std::vector<Deliveries::Taken>> taken;  ///< by receiver's key
    std::map<std::uint64_t, std::vector<Deliveries::Taken>>
        changed;       ///< turns that changed its state
    Position failure;  ///< last kFail; 0 = none
};

absl::StatusOr<Tally> tally(History& history, Position after, const CancelFlag* cancel) {
    Tally out;
    Deliveries deliveries{history};
    Rows rows{history, {after.value + 1}};
    const auto& births = history.reader().births();
    for (std::uint64_t n = 0;; ++n) {
        if (n % 4096 == 0) ARIADNE_RETURN_IF_ERROR(checkCancel(cancel));
        ARIADNE_ASSIGN_OR_RETURN(const std::optional<EventRow> row, rows.next());
        if (!row) return out;
        if (static_cast<std::size_t>(row->kind) < out.kinds.size())
            ++out.kinds[static_cast<std::size_t>(row->kind)];
        if (row->kind == EventKind::kFail) out.failure = row->seq;
        const auto taken = deliveries.add(*row);
        if (!taken || row->cell.value >= births.size()) continue;
        const std::uint64_t key = births[row->cell.value].key.value;
        out.taken[key].push_back(*taken);
        if (!row->change.empty()) out.changed[key].push_back({hashBytes(row->change), row->seq});
    }
}

/// Counts the cells of both that did not take the same messages in the same order.
void compareTaken(const Tally& inA, const Tally& inB, History& a, DiffResult& out) {
    static const std::vector<Deliveries::Taken> kNone;
    for (std::size_t i = 1; i < a.reader().births().size(); ++i) {
        const CellBirth& birth = a.reader().births()[i];
        const auto of = [&](const Tally& tally) -> const std::vector<Deliveries::Taken>& {
            const auto at = tally.taken.find(birth.key.value);
            return at == tally.taken.end() ? kNone : at->second;
        };
        if (std::equal(of(inA).begin(), of(inA).end(), of(inB).begin(), of(inB).end(),
                       [](const auto& l, const auto& r) { return l.hash == r.hash; }))
            continue;
        ++out.cellsWithOtherMessages;
        if (out.examples.size() < kExamplesMax) out.examples.push_back(birth.path);
    }
}

/// Keys of the cells that the causes of `failure` lead back through, the nearest first.
absl::StatusOr<std::vector<std::uint64_t>> cellsBehind(History& history, Position failure) {
    std::vector<std::uint64_t> out;
    std::set<std::uint64_t> seen;
    const auto& births = history.reader().births();
    for (Position at = failure; at.value != 0 && !history.reader().gapAt(at);) {
        ARIADNE_ASSIGN_OR_RETURN(const History::Row row, history.rowAt(at));
        const std::uint64_t key =
            row.row.cell.value < births.size() ? births[row.row.cell.value].key.value : 0;
        if (key != 0 && seen.insert(key).second) out.push_back(key);
        if (row.row.cause >= at) break;
        at = row.row.cause;
    }
    return out;
}

absl::StatusOr<Divergence> betweenTurns(History& a, Position atA, History& b, Position atB) {
    ARIADNE_ASSIGN_OR_RETURN(const History::Row rowA, a.rowAt(atA));
    ARIADNE_ASSIGN_OR_RETURN(const History::Row rowB, b.rowAt(atB));
    ARIADNE_ASSIGN_OR_RETURN(const RowSide sideA, recordedSide(a, rowA));
    ARIADNE_ASSIGN_OR_RETURN(const RowSide sideB, recordedSide(b, rowB));
    return divergenceOf(atA, &sideA, &sideB);
}

/// Walks back from the failure to the nearest cell that went through other states than in the other
/// run, and there to the first turn that made it so.
absl::StatusOr<std::optional<Divergence>> firstOtherState(History& a, History& b, const Tally& inA,
                                                          const Tally& inB, Position& positionInB) {
    const bool inSecond = inB.failure.value != 0;
    if (!inSecond && inA.failure.value == 0) return std::nullopt;
    ARIADNE_ASSIGN_OR_RETURN(const std::vector<std::uint64_t> behind,
                             inSecond ? cellsBehind(b, inB.failure) : cellsBehind(a, inA.failure));
    for (const std::uint64_t key : behind) {
        const auto changedA = inA.changed.find(key), changedB = inB.changed.find(key);
        if (changedA == inA.changed.end() || changedB == inB.changed.end()) continue;
        const auto [x, y] = std::mismatch(
            changedA->second.begin(), changedA->second.end(), changedB->second.begin(),
            changedB->second.end(), [](const auto& l, const auto& r) { return l.hash == r.hash; });
        if (x == changedA->second.end() || y == changedB->second.end()) continue;
        positionInB = y->at;
        ARIADNE_ASSIGN_OR_RETURN(Divergence out, betweenTurns(a, x->at, b, y->at));
        out.what = out.recorded.cell + ", on the way to the failure, comes to another state";
        return out;
    }
    return std::nullopt;
}

/// The earliest delivery that went differently: same receiver, same turn, another message.
absl::StatusOr<std::optional<Divergence>> firstOtherMessage(History& a, History& b,
                                                            const Tally& inA, const Tally& inB,
                                                            Position& positionInB) {
    std::optional<Position> atA, atB;
    for (const auto& [key, takenA] : inA.taken) {
        const auto found = inB.taken.find(key);
        if (found == inB.taken.end()) continue;
        const auto& takenB = found->second;
        const auto [x, y] =
            std::mismatch(takenA.begin(), takenA.end(), takenB.begin(), takenB.end(),
                          [](const auto& l, const auto& r) { return l.hash == r.hash; });
        if (x == takenA.end() || y == takenB.end()) continue;
        if (atA && *atA <= x->at) continue;
        atA = x->at;
        atB = y->at;
    }
    if (!atA) return std::nullopt;
    positionInB = *atB;
    ARIADNE_ASSIGN_OR_RETURN(Divergence out, betweenTurns(a, *atA, b, *atB));
    out.what = out.recorded.cell + " takes another message than in the other run";
    return out;
}

std::vector<std::string> headerDifferences(const tracefmt::TraceMeta& a,
                                           const tracefmt::TraceMeta& b) {
    std::vector<std::string> out;
    const auto differ = [&](std::string_view name, const std::string& x, const std::string& y) {
        if (x != y) out.push_back(std::string{name} + ": " + x + " | " + y);
    };
    differ("program", a.programId + " " + a.programVersion, b.programId + " " + b.programVersion);
    differ("seed", std::to_string(a.seed), std::to_string(b.seed));
    differ("policy", a.policy, b.policy);
    if (a.policy == b.policy) {
        differ("pct depth", std::to_string(a.pctDepth), std::to_string(b.pctDepth));
        differ("pct steps", std::to_string(a.pctSteps), std::to_string(b.pctSteps));
    }
    differ("batch", std::to_string(a.batch), std::to_string(b.batch));
    differ("level", std::string{nameOf(a.level)}, std::string{nameOf(b.level)});
    if (!(a.limits == b.limits)) out.push_back("limits differ");
    differ("metrics every", std::to_string(a.metricsEvery), std::to_string(b.metricsEvery));
    std::map<std::string, std::pair<std::string, std::string>> args;
    for (const auto& [name, text] : a.args) args[name].first = text;
    for (const auto& [name, text] : b.args) args[name].second = text;
    for (const auto& [name, texts] : args) differ("argument " + name, texts.first, texts.second);
    return out;
}

/// Compares the states of all cells at the ends of both traces, through their last snapshots.
absl::Status compareEnds(History& a, History& b, DiffResult& out) {
    const auto lastImage = [](History& h) -> absl::StatusOr<std::optional<WorldImage>> {
        const auto& all = h.reader().snapshots();
        if (all.empty() || all.back().position != h.reader().lastPosition()) return std::nullopt;
        ARIADNE_ASSIGN_OR_RETURN(WorldImage image, h.reader().snapshot(all.size() - 1));
        return image;
    };
    ARIADNE_ASSIGN_OR_RETURN(const std::optional<WorldImage> endA, lastImage(a));
    ARIADNE_ASSIGN_OR_RETURN(const std::optional<WorldImage> endB, lastImage(b));
    const auto& birthsA = a.reader().births();
    const auto& birthsB = b.reader().births();
    std::map<CellKey, Rank> inB;
    for (std::size_t i = 1; i < birthsB.size(); ++i) inB.emplace(birthsB[i].key, birthsB[i].rank);
    std::uint64_t both = 0;
    for (std::size_t i = 1; i < birthsA.size(); ++i) both += inB.contains(birthsA[i].key) ? 1u : 0u;
    out.cellsOnlyInA = birthsA.size() - 1 - both;
    out.cellsOnlyInB = birthsB.size() - 1 - both;
    if (!endA || !endB) return absl::OkStatus();
    std::map<Rank, const CellImage*> cellsB;
    for (const CellImage& cell : endB->cells) cellsB.emplace(cell.rank, &cell);
    for (const CellImage& cell : endA->cells) {
        const auto other = inB.find(birthsA[cell.rank.value].key);
        if (other == inB.end()) continue;
        const auto at = cellsB.find(other->second);
        if (at == cellsB.end() || sameBytes(at->second->state, cell.state)) continue;
        ++out.cellsWithOtherState;
        const std::string path = a.pathOf(cell.rank);
        if (out.examples.size() < kExamplesMax &&
            std::find(out.examples.begin(), out.examples.end(), path) == out.examples.end())
            out.examples.push_back(path);
    }
    return absl::OkStatus();
}

/// Names stand in no row and no digest: a run that differs in nothing else is found here.
absl::Status findOtherName(History& a, History& b, Position from,
                           std::optional<Divergence>& first) {
    const auto& birthsA = a.reader().births();
    const auto& birthsB = b.reader().births();
    for (std::size_t i = 1; i < std::min(birthsA.size(), birthsB.size()); ++i) {
        const Position at = birthsA[i].bornAt;
        if (first && at >= first->position) return absl::OkStatus();
        if (at <= from) continue;
        if (birthsA[i].path == birthsB[i].path) continue;
        ARIADNE_ASSIGN_OR_RETURN(first, betweenTurns(a, at, b, birthsB[i].bornAt));
        first->what = "the name of the actor differs: " + birthsA[i].path + " | " + birthsB[i].path;
        return absl::OkStatus();
    }
    return absl::OkStatus();
}

/// Of two traces that do not both hold their events.
std::optional<Divergence> divergenceByDigest(const TraceReader& a, const TraceReader& b,
                                             Position common) {
    const tracefmt::TraceStats& endA = a.stats();
    const tracefmt::TraceStats& endB = b.stats();
    if (endA.lastPosition == endB.lastPosition && endA.eventDigest == endB.eventDigest)
        return std::nullopt;
    Divergence out;
    out.position = {common.value + 1};
    out.what = "the digests agree up to event " + std::to_string(common.value) +
               " and part somewhere behind it; at least one of the traces holds inputs only. Make "
               "whole ones of them to see where: ariadne materialise";
    return out;
}

}  // namespace

absl::StatusOr<DiffResult> diff(History& a, History& b, const DiffOptions& options) {
    DiffResult out;
    out.eventsA = a.reader().lastPosition().value;
    out.eventsB = b.reader().lastPosition().value;
    out.headerDifferences = headerDifferences(a.reader().meta(), b.reader().meta());
    out.from = std::max(a.reader().base(), b.reader().base());
    const Position common = std::max(out.from, equalByDigest(a.reader(), b.reader()));
    if (!a.reader().inputs().empty() || !b.reader().inputs().empty()) {
        out.first = divergenceByDigest(a.reader(), b.reader(), common);
        out.equal = !out.first;
        return out;
    }
    ARIADNE_ASSIGN_OR_RETURN(out.first, firstDivergence(a, b, common, options, out.chunksDecoded));
    ARIADNE_RETURN_IF_ERROR(findOtherName(a, b, out.from, out.first));
    if (!out.first && out.from.value != 0 && differBefore(a.reader(), b.reader())) {
        out.first.emplace();
        out.first->position = out.from;
        out.first->what = "the running digests differ: the runs part at or before position " +
                          std::to_string(out.from.value) +
                          ", where the later of the two traces begins";
        return out;
    }
    out.equal = !out.first;
    if (out.equal || !options.counts) return out;
    if (options.found) options.found(out);
    const Position before{out.first->position.value - 1};
    ARIADNE_ASSIGN_OR_RETURN(const Tally inA, tally(a, before, options.cancel));
    ARIADNE_ASSIGN_OR_RETURN(const Tally inB, tally(b, before, options.cancel));
    for (std::size_t kind = 0; kind < inA.kinds.size(); ++kind)
        if (inA.kinds[kind] != inB.kinds[kind])
            out.kinds.push_back({static_cast<EventKind>(kind), inA.kinds[kind], inB.kinds[kind]});
    ARIADNE_ASSIGN_OR_RETURN(out.message, firstOtherState(a, b, inA, inB, out.messageInB));
    if (!out.message) {
        ARIADNE_ASSIGN_OR_RETURN(out.message, firstOtherMessage(a, b, inA, inB, out.messageInB));
    }
    compareTaken(inA, inB, a, out);
    ARIADNE_RETURN_IF_ERROR(compareEnds(a, b, out));
    return out;
}

}  // namespace ariadne::recorder
