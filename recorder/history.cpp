#include "recorder/history.h"

#include "engine/base/status_macros.h"
#include "recorder/mail_change.h"
#include "recorder/region_view.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace ariadne::recorder {
namespace {

using tracefmt::EventChunk;
using tracefmt::TraceReader;

constexpr std::size_t kWorldCheckpointBytesMax = 64u << 20;
constexpr std::size_t kCellCheckpointBytesMax = 64u << 20;
constexpr std::size_t kImagesKept = 3;
/// Regions whose ledger is followed from one question to the next.
constexpr std::size_t kLedgersFollowed = 16;
/// Positions further ahead are reached from the nearest snapshot or birth.
constexpr std::uint64_t kLedgerStepMax = 65'536;
/// A forwarded ask is traced back over so many rows at most.
constexpr int kForwardHopsMax = 64;
/// So far behind a snapshot it is looked for since when an obligation is held.
constexpr std::uint64_t kSinceRowsMax = 262'144;
/// Cells that are followed in one walk over the rows.
constexpr std::size_t kFollowedMax = 16'384;

bool cancelled(const CancelFlag* cancel) {
    return cancel != nullptr && cancel->load(std::memory_order_relaxed);
}
absl::Status cancelledStatus() {
    return absl::CancelledError("cancelled");
}

/// That what was true at `position` cannot be told because of `gap`, and where it can.
absl::Status missing(const TraceReader& reader, Position position, const tracefmt::TraceGap& gap) {
    const auto number = [](std::uint64_t n) { return std::to_string(n); };
    const bool inside = position >= gap.first && (gap.last.value == 0 || position <= gap.last);
    std::string text = "position " + number(position.value) +
                       (inside ? " lies in the gap from " : " lies behind the gap from ") +
                       number(gap.first.value) + " to " +
                       (gap.last.value == 0 ? "the end" : number(gap.last.value)) + " (" +
                       std::string{nameOf(gap.cause)} + ") and no snapshot is in between";
    if (inside) text.erase(text.rfind(" and no snapshot"));
    const auto& all = reader.snapshots();
    const auto next = std::find_if(
        all.begin(), all.end(), [&](const auto& snapshot) { return snapshot.position > position; });
    if (gap.first.value > 1) text += "; states can be told up to " + number(gap.first.value - 1);
    if (next != all.end())
        text += (gap.first.value > 1 ? " and" : "; states can be told") + std::string{" from "} +
                number(next->position.value) + " on";
    return absl::OutOfRangeError(text);
}

/// `status` of reading the row at `at`, for what is true at `position`; a gap is named.
absl::Status orMissing(const TraceReader& reader, const absl::Status& status, Position at,
                       Position position) {
    if (!absl::IsOutOfRange(status)) return status;
    const auto gap = reader.gapAt(at);
    return gap ? missing(reader, position, *gap) : status;
}

/// Walks rows in order, chunk by chunk.
class RowWalk {
public:
    RowWalk(TraceReader& reader, const CancelFlag* cancel) : reader_(reader), cancel_(cancel) {}

    /// Calls `visit(row)` for every row in (after, upTo]; `chunkEnd(position)` after each chunk's
    /// last row. Both return a Status.
    template <class Visit, class ChunkEnd>
    absl::Status forward(Position after, Position upTo, Visit&& visit, ChunkEnd&& chunkEnd) {
        Position at{after.value + 1};
        while (at <= upTo) {
            if (cancelled(cancel_)) return cancelledStatus();
            const auto found = reader_.chunkAt(at);
            // What lies behind missing events cannot be told from what lies before them.
            if (!found.ok()) return orMissing(reader_, found.status(), at, upTo);
            const std::shared_ptr<const EventChunk>& chunk = *found;
            const Position last = std::min(chunk->last(), upTo);
            for (; at <= last; ++at.value) ARIADNE_RETURN_IF_ERROR(visit(chunk->rowAt(at)));
            if (last == chunk->last()) ARIADNE_RETURN_IF_ERROR(chunkEnd(last));
        }
        return absl::OkStatus();
    }

private:
    TraceReader& reader_;
    const CancelFlag* cancel_;
};

RegionPhase phaseOf(const EventRow& row) {
    return static_cast<RegionPhase>(std::min<std::uint64_t>(row.arg, 0xFF));
}

void applyRegion(const EventRow& row, WorldMoment& moment) {
    if (phaseOf(row) == RegionPhase::kOpen)
        moment.phases.erase(row.cell);
    else
        moment.phases[row.cell] = phaseOf(row);
}

/// `births`: how many there are, with the outside; no row names another cell.
absl::Status applyToWorld(const EventRow& row, std::size_t births, WorldMoment& moment) {
    if (row.cell.value >= births || row.peer.value >= births)
        return absl::DataLossError("the event at position " + std::to_string(row.seq.value) +
                                   " names cell " +
                                   std::to_string(std::max(row.cell, row.peer).value) +
                                   ", the trace has " + std::to_string(births - 1) + " cells");
    const auto grow = [&](Rank rank) {
        if (rank.value < moment.alive.size()) return;
        moment.alive.resize(rank.value + 1);
        moment.waiting.resize(rank.value + 1);
    };
    moment.position = row.seq;
    moment.time = row.time;
    moment.round = row.round;
    if (isEnqueue(row.kind)) grow(std::max(row.cell, row.peer));
    eachMailChange({row.kind, row.cell, row.peer}, [&](Rank rank, int by) {
        grow(rank);
        std::uint32_t& waiting = moment.waiting[rank.value];
        if (by > 0)
            ++waiting;
        else if (waiting != 0)
            --waiting;
    });
    switch (row.kind) {
        case EventKind::kCancelRequest: moment.cancelled.insert(row.peer); break;
        case EventKind::kSpawn:
            grow(row.cell);
            moment.alive[row.cell.value] = 1;
            ++moment.aliveCount;
            break;
        case EventKind::kRestart:
            grow(row.cell);
            moment.aliveCount += 1u - moment.alive[row.cell.value];
            moment.alive[row.cell.value] = 1;
            moment.restarts[row.cell] = static_cast<std::uint32_t>(row.arg);
            break;
        case EventKind::kRegion:
            applyRegion(row, moment);
            // Closed, it is gone.
            if (phaseOf(row) != RegionPhase::kClosed) break;
            [[fallthrough]];
        case EventKind::kStop:
        case EventKind::kFail:
            grow(row.cell);
            moment.aliveCount -= moment.alive[row.cell.value];
            moment.alive[row.cell.value] = 0;
            moment.phases.erase(row.cell);
            moment.restarts.erase(row.cell);
            moment.cancelled.erase(row.cell);
            break;
        default: break;
    }
    return absl::OkStatus();
}

std::size_t bytesOf(const WorldMoment& moment) {
    return 64 + moment.alive.size() * 5 + (moment.restarts.size() + moment.phases.size()) * 48 +
           moment.cancelled.size() * 40 + moment.obligations.size() * 80;
}

}  // namespace

class History::Impl {
public:
    explicit Impl(TraceReader& reader) : reader_(reader) {}

    absl::StatusOr<WorldMoment> worldAt(Position position, const CancelFlag* cancel) {
        ARIADNE_RETURN_IF_ERROR(checkRange(position));
        ARIADNE_ASSIGN_OR_RETURN(WorldMoment moment, nearestWorld(position));
        RowWalk walk{reader_, cancel};
        ARIADNE_RETURN_IF_ERROR(walk.forward(
            moment.position, position,
            [&](const EventRow& row) {
                ARIADNE_RETURN_IF_ERROR(applyToWorld(row, reader_.births().size(), moment));
                applyCare(row, moment);
                return absl::OkStatus();
            },
            [&](Position) {
                keepWorld(moment);
                return absl::OkStatus();
            }));
        lastWorld_ = moment;
        return moment;
    }

    absl::StatusOr<CellMoment> cellAt(Position position, Rank rank, const CancelFlag* cancel) {
        ARIADNE_RETURN_IF_ERROR(checkRange(position));
        ARIADNE_RETURN_IF_ERROR(checkRank(rank));
        ARIADNE_RETURN_IF_ERROR(checkLevel());
        if (checkpointsOf_ != rank) {
            cellCheckpoints_.clear();
            cellCheckpointBytes_ = 0;
            checkpointsOf_ = rank;
        }
        Position from;
        CellTracker tracker{rank};
        ARIADNE_RETURN_IF_ERROR(nearestCell(position, rank, from, tracker));
        RowWalk walk{reader_, cancel};
        ARIADNE_RETURN_IF_ERROR(walk.forward(
            from, position,
            [&](const EventRow& row) {
                return tracker.concerns(row) ? tracker.apply(reader_.types(), row)
                                             : absl::OkStatus();
            },
            [&](Position at) {
                keepCell(at, tracker);
                return absl::OkStatus();
            }));
        ARIADNE_ASSIGN_OR_RETURN(CellMoment out, finished(tracker, cancel));
        ARIADNE_RETURN_IF_ERROR(addHolds(position, out, cancel));
        if (!tracker.lastTurnSeen() && !out.changed.empty()) {
            // The turn lies before the snapshot; what it replaced is known from one further back.
            const Rank one[] = {rank};
            const auto before = followedTo({out.lastTurn.value - 1}, one, cancel);
            if (before.ok())
                out.before = before->front().state();
            else if (!absl::IsOutOfRange(before.status()))  // not merely missing
                return before.status();
        }
        return out;
    }

    absl::Status cellsAt(Position position, std::span<const Rank> ranks, const VisitCell& visit,
                         const CancelFlag* cancel) {
        ARIADNE_RETURN_IF_ERROR(checkRange(position));
        ARIADNE_RETURN_IF_ERROR(checkLevel());
        while (!ranks.empty()) {
            const auto batch = ranks.first(std::min(ranks.size(), kFollowedMax));
            ranks = ranks.subspan(batch.size());
            ARIADNE_ASSIGN_OR_RETURN(const auto followed, followedTo(position, batch, cancel));
            for (const CellTracker& tracker : followed) {
                ARIADNE_ASSIGN_OR_RETURN(CellMoment cell, finished(tracker, cancel));
                ARIADNE_RETURN_IF_ERROR(addHolds(position, cell, cancel));
                if (!visit(cell)) return absl::OkStatus();
            }
        }
        return absl::OkStatus();
    }

    absl::StatusOr<Row> rowAt(Position position) {
        std::shared_ptr<const EventChunk>& chunk = lookedAtLast(position);
        const absl::Status found = reader_.lookAt(position, chunk);
        if (!found.ok()) return orMissing(reader_, found, position, position);
        return Row{chunk, chunk->rowAt(position)};
    }
    /// Where the chunk of `position` was left when a row of it was asked for a few chunks ago: the
    /// reader decodes all of what is looked at again. Rows and their causes are asked for by turns.
    std::shared_ptr<const EventChunk>& lookedAtLast(Position position) {
        const auto& chunks = reader_.chunks();
        const auto behind =
            std::partition_point(chunks.begin(), chunks.end(),
                                 [&](const auto& chunk) { return chunk.first <= position; });
        const Position first = behind == chunks.begin() ? Position{} : std::prev(behind)->first;
        auto at = std::find_if(lookedAt_.begin(), lookedAt_.end(), [&](const auto& chunk) {
            return chunk != nullptr && chunk->first() == first;
        });
        if (at == lookedAt_.end()) --at;  // the one that was not asked for longest
        std::rotate(lookedAt_.begin(), at, at + 1);
        return lookedAt_.front();
    }

    absl::StatusOr<std::optional<Position>> neighbour(Rank rank, Position position, bool forward,
                                                      const CancelFlag* cancel) {
        using tracefmt::ColumnSet;
        // Says what is missing.
        if (reader_.meta().level == tracefmt::Level::kInputs)
            return reader_.chunkAt(std::max(position, Position{1})).status();
        const auto& chunks = reader_.chunks();
        const std::vector<Rank> sought{rank};
        std::shared_ptr<const EventChunk> chunk;
        // The chunks before this one begin at or before `position`.
        const auto behind =
            std::partition_point(chunks.begin(), chunks.end(),
                                 [&](const auto& entry) { return entry.first <= position; });
        std::size_t next = static_cast<std::size_t>(behind - chunks.begin());
        if (forward && next != 0) --next;
        for (; forward ? next < chunks.size() : next-- > 0; next += forward ? 1 : 0) {
            if (cancelled(cancel)) return cancelledStatus();
            if (!reader_.mayHold(next, {~0ull, &sought})) continue;
            ARIADNE_RETURN_IF_ERROR(reader_.scanChunk(
                next, ColumnSet::kKind | ColumnSet::kCell | ColumnSet::kPeer, chunk));
            const tracefmt::EventColumns& rows = chunk->columns();
            for (std::uint32_t n = 0; n < chunk->count(); ++n) {
                const std::uint32_t i = forward ? n : chunk->count() - 1 - n;
                const Position at{chunk->first().value + i};
                if (forward ? at <= position : at >= position) continue;
                if (rows.cell[i] == rank || (rows.peer[i] == rank && isEnqueue(rows.kind[i])))
                    return at;
            }
        }
        return std::nullopt;
    }

    Rank rankOf(CellKey key) {
        // Built once more when a live trace has grown.
        if (rankByKey_.size() + 1 < reader_.births().size())
            for (std::size_t i = rankByKey_.size() + 1; i < reader_.births().size(); ++i)
                rankByKey_.emplace(reader_.births()[i].key, reader_.births()[i].rank);
        const auto at = rankByKey_.find(key);
        return at == rankByKey_.end() ? kOutside : at->second;
    }

    void countUnborn() { ++unbornNamed_; }
    std::uint64_t unbornNamed() const { return unbornNamed_; }

    TraceReader& reader() { return reader_; }

    std::optional<LedgerEntry> obligationAt(Position position, Rank region, Rank maker,
                                            std::uint64_t ordinal) {
        const auto& births = reader_.births();
        if (maker.value >= births.size()) return std::nullopt;
        const auto ledger = ledgerAt(position, region);
        if (!ledger.ok() || !(*ledger)->born()) return std::nullopt;
        return obligationIn(reader_.types(), (*ledger)->stateType(), (*ledger)->state(),
                            {{births[maker.value].key}, ordinal});
    }

    std::optional<LedgerEntry> obligationHeldAt(Position position, Rank region, Rank holder,
                                                std::uint64_t ordinal) {
        const auto& births = reader_.births();
        if (holder.value >= births.size()) return std::nullopt;
        const auto ledger = ledgerAt(position, region);
        if (!ledger.ok() || !(*ledger)->born()) return std::nullopt;
        return obligationHeldBy(reader_.types(), (*ledger)->stateType(), (*ledger)->state(),
                                births[holder.value].key, ordinal);
    }

private:
    /// Cancelled regions, and what is open in their ledgers. Only this engine's are read.
    void applyCare(const EventRow& row, WorldMoment& moment) {
        const bool ofRegion = row.kind == EventKind::kRegion || row.kind == EventKind::kReserve ||
                              row.kind == EventKind::kTransfer;
        const TypeIndex type = reader_.births()[row.cell.value].type;
        if (row.kind == EventKind::kRegion && cancels(reader_.types(), type, row.change) &&
            phaseOf(row) != RegionPhase::kClosed)
            moment.cancelled.insert(row.cell);
        if (row.kind == EventKind::kReserve)
            moment.obligations[{row.peer, row.arg}] = {row.cell, kOutside, row.seq};
        if (row.kind == EventKind::kResolve && row.cell != kOutside)
            moment.obligations.erase({row.peer, row.arg});
        if (!ofRegion || row.change.empty()) return;
        for (const auto& [id, entry] : ledgerChangesIn(reader_.types(), type, row.change)) {
            const auto at = moment.obligations.find({rankOf(id.maker.key), id.ordinal});
            if (at == moment.obligations.end() || !entry || entry->holders.empty()) continue;
            const Rank holder = rankOf(entry->holders.back().key);
            if (std::exchange(at->second.holder, holder) != holder) at->second.since = row.seq;
        }
    }

    /// What `cell` holds at `position`.
    absl::Status addHolds(Position position, CellMoment& cell, const CancelFlag* cancel) {
        if (!cell.alive) return absl::OkStatus();
        if (heldAt_ != position || !lastWorld_ || lastWorld_->position != position) {
            // What is damaged elsewhere in the world is no reason to know nothing of this cell.
            if (const absl::Status world = worldAt(position, cancel).status(); !world.ok())
                return absl::IsCancelled(world) ? world : absl::OkStatus();
            heldAt_ = position;
            held_.clear();
            ledgersRead_.clear();
            for (const auto& [id, open] : lastWorld_->obligations)
                if (open.holder != kOutside) held_[open.holder].push_back({id, open});
        }
        const auto held = held_.find(cell.rank);
        if (held == held_.end()) return absl::OkStatus();
        cell.holdsCount = held->second.size();
        for (const auto& [id, open] : held->second) {
            if (cell.holds.size() == kHoldsShownMax) break;
            HeldObligation out{id.first, id.second, open.region, open.since, {}};
            const auto& ledger = ledgerRead(position, open.region);
            const Obligation key{{reader_.births()[id.first.value].key}, id.second};
            if (const auto entry = ledger.find(key); entry != ledger.end())
                out.entry = entry->second;
            if (out.since.value == 0) out.since = heldSince(position, out, cell.rank);
            cell.holds.push_back(std::move(out));
        }
        return absl::OkStatus();
    }

    using Ledger = std::map<Obligation, LedgerEntry>;
    const Ledger& ledgerRead(Position position, Rank region) {
        const auto [at, isNew] = ledgersRead_.try_emplace(region);
        if (!isNew) return at->second;
        if (const auto ledger = ledgerAt(position, region); ledger.ok() && (*ledger)->born())
            for (auto& [id, entry] :
                 obligationsIn(reader_.types(), (*ledger)->stateType(), (*ledger)->state()))
                at->second.emplace(id, std::move(entry));
        return at->second;
    }

    /// The event that gave it to `holder`, looked for in the rows before the snapshot in front of
    /// `position`; 0 when it is too far back.
    Position heldSince(Position position, const HeldObligation& held, Rank holder) {
        const std::optional<std::size_t> snapshot = snapshotBefore(position);
        if (!snapshot) return {};
        const Position from = reader_.snapshots()[*snapshot].position;
        const auto [known, isNew] =
            since_.try_emplace(std::tuple{from, held.maker, held.ordinal}, Position{});
        if (!isNew) return known->second;
        const CellKey maker = reader_.births()[held.maker.value].key;
        const std::uint64_t last = from.value - std::min(from.value, kSinceRowsMax);
        for (Position at = from; at.value > last;) {
            const auto chunk = reader_.chunkAt(at);
            if (!chunk.ok()) return {};
            for (; at.value > last && (*chunk)->contains(at); --at.value) {
                const EventRow row = (*chunk)->rowAt(at);
                if (row.cell != held.region || row.arg != held.ordinal) continue;
                const bool made = row.kind == EventKind::kReserve && row.peer == held.maker;
                const bool given = row.kind == EventKind::kTransfer && row.peer == holder &&
                                   touches(row, {{maker}, held.ordinal});
                if (made || given) return known->second = at;
            }
        }
        return {};
    }
    bool touches(const EventRow& row, const Obligation& id) {
        const TypeIndex type = reader_.births()[row.cell.value].type;
        for (const auto& [changed, entry] : ledgerChangesIn(reader_.types(), type, row.change))
            if (changed == id) return true;
        return false;
    }

    /// The region as it is at `position`; goes on from where it was asked for last.
    absl::StatusOr<const CellTracker*> ledgerAt(Position position, Rank region) {
        ARIADNE_RETURN_IF_ERROR(checkRange(position));
        ARIADNE_RETURN_IF_ERROR(checkRank(region));
        ARIADNE_RETURN_IF_ERROR(checkLevel());
        const auto kept = std::find_if(ledgers_.begin(), ledgers_.end(), [&](const auto& ledger) {
            return ledger.region.rank() == region && ledger.at <= position &&
                   position.value - ledger.at.value <= kLedgerStepMax;
        });
        if (kept == ledgers_.end()) {
            const Rank one[] = {region};
            ARIADNE_ASSIGN_OR_RETURN(auto followed, followedTo(position, one, nullptr));
            std::erase_if(ledgers_, [&](const auto& l) { return l.region.rank() == region; });
            ledgers_.insert(ledgers_.begin(), {position, std::move(followed.front())});
            if (ledgers_.size() > kLedgersFollowed) ledgers_.pop_back();
            return &ledgers_.front().region;
        }
        std::rotate(ledgers_.begin(), kept, kept + 1);
        FollowedLedger& ledger = ledgers_.front();
        RowWalk walk{reader_, nullptr};
        const absl::Status walked = walk.forward(
            ledger.at, position,
            [&](const EventRow& row) {
                return ledger.region.concerns(row) ? ledger.region.apply(reader_.types(), row)
                                                   : absl::OkStatus();
            },
            [](Position) { return absl::OkStatus(); });
        ledger.at = position;
        if (walked.ok()) return &ledger.region;
        ledgers_.erase(ledgers_.begin());
        return walked;
    }

    /// Which ask a forwarded message carries: (asker, id), or id 0 when it is none.
    absl::StatusOr<OwedReply> askBehind(OwedReply owed) {
        Position at = owed.enqueuedAt;
        for (int hop = 0; hop < kForwardHopsMax && at.value != 0; ++hop) {
            const auto found = rowAt(at);
            if (absl::IsOutOfRange(found.status())) break;
            if (!found.ok()) return found.status();
            const EventRow& row = found->row;
            if (row.kind == EventKind::kAsk) return OwedReply{row.cell, row.arg, owed.enqueuedAt};
            const bool leadsOn = row.kind == EventKind::kForward || row.kind == EventKind::kDeliver;
            if (!leadsOn || row.cause >= at) break;
            at = row.cause;
        }
        return OwedReply{{}, 0, owed.enqueuedAt};
    }

    absl::Status resolveForwards(const CellTracker& tracker, CellCare& care) {
        for (OwedReply& owed : care.owed) {
            if (owed.ask != 0) continue;
            ARIADNE_ASSIGN_OR_RETURN(owed, askBehind(owed));
            const auto& answered = tracker.answered();
            if (std::find(answered.begin(), answered.end(), std::pair{owed.asker, owed.ask}) !=
                answered.end())
                owed.ask = 0;
        }
        std::erase_if(care.owed, [](const OwedReply& owed) { return owed.ask == 0; });
        return absl::OkStatus();
    }

    absl::Status checkRange(Position position) const {
        if (position <= reader_.lastPosition()) return absl::OkStatus();
        return absl::OutOfRangeError("position " + std::to_string(position.value) +
                                     " is beyond the trace, which ends at " +
                                     std::to_string(reader_.lastPosition().value));
    }

    absl::Status checkRank(Rank rank) const {
        if (rank != kOutside && rank.value < reader_.births().size()) return absl::OkStatus();
        return absl::OutOfRangeError("no cell " + std::to_string(rank.value) + ": this trace has " +
                                     std::to_string(reader_.births().size() - 1));
    }

    absl::Status checkLevel() const {
        if (reader_.meta().level == tracefmt::Level::kFull) return absl::OkStatus();
        return absl::FailedPreconditionError(
            "this trace was recorded at level '" + std::string{nameOf(reader_.meta().level)} +
            "', which holds no states; run its program again to get "
            "them: ariadne materialise");
    }

    /// Behind which position all rows up to `position` are there.
    Position unbrokenFrom(Position position) const {
        Position from;
        for (const tracefmt::TraceGap& gap : reader_.gaps())
            if (gap.last <= position) from = std::max(from, gap.last);
        return from;
    }

    /// Index of the last snapshot at or before `position`, or nullopt.
    std::optional<std::size_t> snapshotBefore(Position position) const {
        const auto& all = reader_.snapshots();
        const auto at = std::upper_bound(all.begin(), all.end(), position,
                                         [](Position p, const auto& s) { return p < s.position; });
        if (at == all.begin()) return std::nullopt;
        return static_cast<std::size_t>(at - all.begin()) - 1;
    }

    /// A snapshot, and who takes no turn for now, which it says of others than themselves.
    struct KeptImage : WorldImage {
        std::map<Rank, Suspension> suspended;
    };

    absl::StatusOr<std::shared_ptr<const KeptImage>> image(std::size_t index) {
        for (auto at = images_.begin(); at != images_.end(); ++at) {
            if (at->first != index) continue;
            std::rotate(images_.begin(), at, at + 1);
            return images_.front().second;
        }
        ARIADNE_ASSIGN_OR_RETURN(WorldImage read, reader_.snapshot(index));
        auto made = std::make_shared<KeptImage>(KeptImage{std::move(read), {}});
        for (const CellImage& cell : made->cells)
            for (const Rank parked : cell.care->parkedHere)
                made->suspended[parked].parkedAt = cell.rank;
        for (const TimerImage& timer : made->timers)
            if (timer.use == TimerUse::kResume)
                made->suspended[timer.owner].restsUntil = timer.deadline;
        images_.insert(images_.begin(), {index, std::move(made)});
        if (images_.size() > kImagesKept) images_.pop_back();
        return images_.front().second;
    }

    /// Of a row that is missing, what the first snapshot at or behind it still knows of the message
    /// that it made wait: in a mailbox, a stash or a timer.
    absl::StatusOr<std::optional<MessageBytes>> messageKept(Position enqueued) {
        const auto& all = reader_.snapshots();
        const auto behind = std::lower_bound(
            all.begin(), all.end(), enqueued,
            [](const auto& snapshot, Position p) { return snapshot.position < p; });
        if (behind == all.end()) return std::nullopt;
        const auto index = static_cast<std::size_t>(behind - all.begin());
        if (keptOf_ != index) {
            ARIADNE_ASSIGN_OR_RETURN(keptImage_, image(index));
            keptOf_ = index;
            kept_.clear();
            for (const CellImage& cell : keptImage_->cells)
                for (const auto* lane : {&cell.control, &cell.mailbox, &cell.stash})
                    for (const MessageImage& message : *lane)
                        kept_.emplace(message.enqueuedAt.value, &message);
            for (const TimerImage& timer : keptImage_->timers) {
                if (timer.use != TimerUse::kMessage && timer.use != TimerUse::kDelayed) continue;
                const bool late = timer.use == TimerUse::kDelayed;
                kept_.emplace((late ? timer.message.enqueuedAt : timer.setAt).value,
                              &timer.message);
            }
        }
        const auto at = kept_.find(enqueued.value);
        if (at == kept_.end()) return std::nullopt;
        return MessageBytes{at->second->type, at->second->payload};
    }

    static absl::Status load(const TypeTable& types, const CellBirth& birth, const KeptImage& world,
                             const CellImage& cell, CellTracker& tracker) {
        const auto at = world.suspended.find(cell.rank);
        return tracker.load(types, birth, cell,
                            at == world.suspended.end() ? Suspension{} : at->second);
    }

    absl::StatusOr<WorldMoment> nearestWorld(Position position) {
        const std::optional<std::size_t> snapshot = snapshotBefore(position);
        const Position base = snapshot ? reader_.snapshots()[*snapshot].position : Position{};
        const auto kept = worlds_.upper_bound(position);
        // Going on from the last answer is the way of who steps.
        if (lastWorld_ && lastWorld_->position <= position && lastWorld_->position >= base &&
            (kept == worlds_.begin() || std::prev(kept)->first <= lastWorld_->position))
            return *lastWorld_;
        if (kept != worlds_.begin() && std::prev(kept)->first >= base)
            return std::prev(kept)->second;
        WorldMoment moment;
        moment.alive.resize(1);
        moment.waiting.resize(1);
        if (!snapshot) return moment;
        ARIADNE_ASSIGN_OR_RETURN(const std::shared_ptr<const KeptImage> from, image(*snapshot));
        if (from->births >= reader_.births().size())
            return absl::DataLossError("the snapshot at position " +
                                       std::to_string(from->position.value) + " counts " +
                                       std::to_string(from->births) + " cells, the trace has " +
                                       std::to_string(reader_.births().size() - 1));
        moment.position = from->position;
        moment.time = from->time;
        moment.round = from->round;
        moment.alive.resize(from->births + 1);
        moment.waiting.resize(from->births + 1);
        for (const CellImage& cell : from->cells) {
            if (cell.rank.value >= moment.alive.size()) continue;
            moment.alive[cell.rank.value] = 1;
            moment.waiting[cell.rank.value] = waitingFor(cell);
            if (cell.care->incarnation != 0) moment.restarts[cell.rank] = cell.care->incarnation;
            const auto region =
                regionFrom(reader_.types(), reader_.births()[cell.rank.value].type, cell.state);
            if (cell.care->cancelTold) moment.cancelled.insert(cell.rank);
            if (!region) continue;
            if (region->phase != RegionPhase::kOpen) moment.phases[cell.rank] = region->phase;
            if (region->cancel != CancelReason::kNone) moment.cancelled.insert(cell.rank);
            for (const auto& [id, entry] : region->obligations)
                moment.obligations[{rankOf(id.maker.key), id.ordinal}] = {
                    cell.rank,
                    entry.holders.empty() ? kOutside : rankOf(entry.holders.back().key),
                    {}};
        }
        moment.aliveCount = static_cast<std::uint32_t>(from->cells.size());
        keepWorld(moment);
        return moment;
    }

    void keepWorld(const WorldMoment& moment) {
        if (!worlds_.emplace(moment.position, moment).second) return;
        worldBytes_ += bytesOf(moment);
        // Far from here is least likely to be asked again.
        while (worldBytes_ > kWorldCheckpointBytesMax && worlds_.size() > 1) {
            const bool dropFirst = moment.position.value - worlds_.begin()->first.value >
                                   worlds_.rbegin()->first.value - moment.position.value;
            const auto victim = dropFirst ? worlds_.begin() : std::prev(worlds_.end());
            worldBytes_ -= bytesOf(victim->second);
            worlds_.erase(victim);
        }
    }

    /// The cells as they are at `position`, in the order asked for; one walk over the rows.
    absl::StatusOr<std::vector<CellTracker>> followedTo(Position position,
                                                        std::span<const Rank> ranks,
                                                        const CancelFlag* cancel) {
        std::vector<CellTracker> trackers;
        std::vector<Position> froms;
        trackers.reserve(ranks.size());
        std::unordered_map<std::uint32_t, std::size_t> indexOf;
        Position first = position;
        for (const Rank rank : ranks) {
            ARIADNE_RETURN_IF_ERROR(checkRank(rank));
            indexOf.emplace(rank.value, trackers.size());
            trackers.emplace_back(rank);
            ARIADNE_RETURN_IF_ERROR(startOf(position, rank, froms.emplace_back(), trackers.back()));
            first = std::min(first, froms.back());
        }
        const auto take = [&](Rank rank, const EventRow& row) -> absl::Status {
            const auto at = indexOf.find(rank.value);
            if (at == indexOf.end() || row.seq <= froms[at->second]) return absl::OkStatus();
            return trackers[at->second].apply(reader_.types(), row);
        };
        // The end of a cell concerns those that are or were linked with it.
        std::unordered_map<std::uint32_t, std::vector<Rank>> linkedWith;
        for (const CellTracker& tracker : trackers)
            for (const Rank link : tracker.care().links)
                linkedWith[link.value].push_back(tracker.rank());
        const auto takeRow = [&](const EventRow& row) -> absl::Status {
            ARIADNE_RETURN_IF_ERROR(take(row.cell, row));
            if (row.peer != row.cell) ARIADNE_RETURN_IF_ERROR(take(row.peer, row));
            if (row.kind == EventKind::kLink) {
                linkedWith[row.cell.value].push_back(row.peer);
                linkedWith[row.peer.value].push_back(row.cell);
            }
            const auto linked = CellTracker::isLifeAndDeath(row.kind)
                                    ? linkedWith.find(row.cell.value)
                                    : linkedWith.end();
            if (linked == linkedWith.end()) return absl::OkStatus();
            for (const Rank rank : linked->second)
                if (rank != row.peer && rank != row.cell) ARIADNE_RETURN_IF_ERROR(take(rank, row));
            return absl::OkStatus();
        };
        RowWalk walk{reader_, cancel};
        ARIADNE_RETURN_IF_ERROR(
            walk.forward(first, position, takeRow, [](Position) { return absl::OkStatus(); }));
        return trackers;
    }

    absl::Status nearestCell(Position position, Rank rank, Position& from, CellTracker& tracker) {
        const auto kept = cellCheckpoints_.upper_bound(position);
        const std::optional<std::size_t> snapshot = snapshotBefore(position);
        const Position base = snapshot ? reader_.snapshots()[*snapshot].position : Position{};
        if (kept != cellCheckpoints_.begin() && std::prev(kept)->first >= base) {
            from = std::prev(kept)->first;
            tracker = std::prev(kept)->second;
            return absl::OkStatus();
        }
        ARIADNE_RETURN_IF_ERROR(startOf(position, rank, from, tracker));
        if (tracker.alive()) keepCell(from, tracker);
        return absl::OkStatus();
    }

    /// Where to begin reading about a cell, and what a snapshot knows of it there.
    absl::Status startOf(Position position, Rank rank, Position& from, CellTracker& tracker) {
        const CellBirth& birth = reader_.births()[rank.value];
        const std::optional<std::size_t> snapshot = snapshotBefore(position);
        const Position base = snapshot ? reader_.snapshots()[*snapshot].position : Position{};
        // Before its birth nothing is known of a cell: start there when that is nearer.
        from = birth.bornAt.value == 0 ? Position{} : Position{birth.bornAt.value - 1};
        if (!snapshot || base <= from) {
            from = std::min(from, position);
            return absl::OkStatus();
        }
        ARIADNE_ASSIGN_OR_RETURN(const std::shared_ptr<const KeptImage> world, image(*snapshot));
        const auto at = std::lower_bound(world->cells.begin(), world->cells.end(), rank,
                                         [](const CellImage& c, Rank r) { return c.rank < r; });
        // It ended earlier: its last state is behind an earlier snapshot.
        if (at == world->cells.end() || at->rank != rank)
            return nearestLiving(*snapshot, rank, birth, from, tracker);
        from = base;
        return load(reader_.types(), birth, *world, *at, tracker);
    }

    absl::Status nearestLiving(std::size_t below, Rank rank, const CellBirth& birth, Position& from,
                               CellTracker& tracker) {
        const Position base = reader_.snapshots()[below].position;
        const Position unbroken = unbrokenFrom(base);
        // It ended among missing events or before: all there is to know is that it is not there.
        if (from < unbroken) from = base;
        for (std::size_t i = below; i-- > 0;) {
            if (reader_.snapshots()[i].position < std::max(birth.bornAt, unbroken)) break;
            ARIADNE_ASSIGN_OR_RETURN(const std::shared_ptr<const KeptImage> world, image(i));
            const auto at = std::lower_bound(world->cells.begin(), world->cells.end(), rank,
                                             [](const CellImage& c, Rank r) { return c.rank < r; });
            if (at == world->cells.end() || at->rank != rank) continue;
            from = reader_.snapshots()[i].position;
            return load(reader_.types(), birth, *world, *at, tracker);
        }
        return absl::OkStatus();
    }

    void keepCell(Position at, const CellTracker& tracker) {
        const std::size_t bytes = tracker.memoryBytes();
        if (bytes > kCellCheckpointBytesMax / 4) return;
        if (!cellCheckpoints_.emplace(at, tracker).second) return;
        cellCheckpointBytes_ += bytes;
        while (cellCheckpointBytes_ > kCellCheckpointBytesMax && cellCheckpoints_.size() > 1) {
            const bool dropFirst = at.value - cellCheckpoints_.begin()->first.value >
                                   cellCheckpoints_.rbegin()->first.value - at.value;
            const auto victim =
                dropFirst ? cellCheckpoints_.begin() : std::prev(cellCheckpoints_.end());
            cellCheckpointBytes_ -= std::min(cellCheckpointBytes_, victim->second.memoryBytes());
            cellCheckpoints_.erase(victim);
        }
    }

    absl::StatusOr<CellMoment> finished(const CellTracker& tracker, const CancelFlag* cancel);
    absl::StatusOr<WaitingMessage> resolved(const QueuedMessage& queued);

    TraceReader& reader_;
    static constexpr std::size_t kChunksLookedAt = 8;
    /// Where the rows were that were asked for last, the last one first; null: not so many yet.
    std::array<std::shared_ptr<const EventChunk>, kChunksLookedAt> lookedAt_;
    std::map<Position, WorldMoment> worlds_;
    std::size_t worldBytes_ = 0;
    Rank checkpointsOf_;
    std::map<Position, CellTracker> cellCheckpoints_;
    std::size_t cellCheckpointBytes_ = 0;
    std::vector<std::pair<std::size_t, std::shared_ptr<const KeptImage>>> images_;
    std::optional<std::size_t> keptOf_;  ///< which snapshot's messages kept_ has
    std::shared_ptr<const KeptImage> keptImage_;
    std::unordered_map<std::uint64_t, const MessageImage*> kept_;  ///< by what made them wait
    struct FollowedLedger {
        Position at;
        CellTracker region;
    };
    std::vector<FollowedLedger> ledgers_;  ///< the one asked last first
    std::map<CellKey, Rank> rankByKey_;
    std::uint64_t unbornNamed_ = 0;
    std::optional<WorldMoment> lastWorld_;
    /// By holder, of lastWorld_ at that position.
    using HeldThere = std::pair<std::pair<Rank, std::uint64_t>, WorldMoment::Open>;
    Position heldAt_;
    std::map<Rank, std::vector<HeldThere>> held_;
    std::map<Rank, Ledger> ledgersRead_;
    std::map<std::tuple<Position, Rank, std::uint64_t>, Position> since_;

    friend class History;
    absl::StatusOr<MessageBytes> messageOf(EventRow row, std::shared_ptr<const EventChunk> chunk);
};

absl::StatusOr<History::MessageBytes> History::Impl::messageOf(
    EventRow row, std::shared_ptr<const EventChunk> chunk) {
    // deliver -> its enqueue -> the timer that was set: three steps at most.
    for (int hop = 0; hop < 4; ++hop) {
        const bool elsewhere = row.kind == EventKind::kDeliver || row.kind == EventKind::kDrop ||
                               row.kind == EventKind::kStash || row.kind == EventKind::kTimerFire;
        if (!elsewhere) break;
        if (row.cause.value == 0 || row.cause >= row.seq) return MessageBytes{row.type, {}};
        auto cause = rowAt(row.cause);
        if (absl::IsOutOfRange(cause.status())) {
            ARIADNE_ASSIGN_OR_RETURN(const std::optional<MessageBytes> kept,
                                     messageKept(row.cause));
            return kept.value_or(MessageBytes{row.type, {}});
        }
        if (!cause.ok()) return cause.status();
        row = cause->row;
        chunk = std::move(cause->chunk);
    }
    return MessageBytes{row.type, Bytes{row.payload.begin(), row.payload.end()}};
}

absl::StatusOr<WaitingMessage> History::Impl::resolved(const QueuedMessage& queued) {
    WaitingMessage out;
    out.enqueuedAt = queued.enqueuedAt;
    out.kind = queued.kind;
    out.sender = queued.sender;
    out.since = queued.since;
    if (queued.enqueuedAt.value == 0) return out;
    const auto row = rowAt(queued.enqueuedAt);
    if (absl::IsOutOfRange(row.status())) {
        ARIADNE_ASSIGN_OR_RETURN(std::optional<MessageBytes> kept, messageKept(queued.enqueuedAt));
        if (kept) out.type = kept->type;
        if (kept) out.payload = std::move(kept->payload);
        return out;
    }
    if (!row.ok()) return row.status();
    out.since = row->row.time;
    ARIADNE_ASSIGN_OR_RETURN(MessageBytes message, messageOf(row->row, row->chunk));
    out.type = message.type;
    out.payload = std::move(message.payload);
    return out;
}

absl::StatusOr<CellMoment> History::Impl::finished(const CellTracker& tracker,
                                                   const CancelFlag* cancel) {
    CellMoment out;
    out.rank = tracker.rank();
    out.born = tracker.born();
    out.alive = tracker.alive();
    out.stateType = tracker.stateType();
    out.state = tracker.state();
    out.behaviour = tracker.behaviour();
    out.turns = tracker.turns();
    out.lastTurn = tracker.lastTurn();
    if (tracker.lastTurnSeen()) {
        out.changed = tracker.changed();
        if (!out.changed.empty()) out.before = tracker.before();
    } else if (out.lastTurn.value != 0) {
        const auto turn = rowAt(out.lastTurn);
        if (!turn.ok() && !absl::IsOutOfRange(turn.status())) return turn.status();
        if (turn.ok() && turn->row.cell == out.rank)
            out.changed = value::changedLeaves(turn->row.change);
    }
    out.endedAt = tracker.endedAt();
    out.endText = tracker.endText();
    out.care = tracker.care();
    ARIADNE_RETURN_IF_ERROR(resolveForwards(tracker, out.care));
    for (const auto* lane : {&tracker.control(), &tracker.mailbox(), &tracker.stash()}) {
        auto& into = lane == &tracker.stash() ? out.stash : out.mailbox;
        for (const QueuedMessage& queued : *lane) {
            if (into.size() >= kWaitingShownMax) break;
            if (cancelled(cancel)) return cancelledStatus();
            ARIADNE_ASSIGN_OR_RETURN(WaitingMessage message, resolved(queued));
            into.push_back(std::move(message));
        }
        if (lane != &tracker.stash()) out.waitingCount += lane->size();
    }
    return out;
}

History::History(TraceReader& reader) : impl_(std::make_unique<Impl>(reader)) {}
History::~History() = default;

TraceReader& History::reader() {
    return impl_->reader();
}

absl::StatusOr<CellMoment> History::cellAt(Position position, Rank rank, const CancelFlag* cancel) {
    return impl_->cellAt(position, rank, cancel);
}
absl::Status History::cellsAt(Position position, std::span<const Rank> ranks,
                              const VisitCell& visit, const CancelFlag* cancel) {
    return impl_->cellsAt(position, ranks, visit, cancel);
}
absl::StatusOr<WorldMoment> History::worldAt(Position position, const CancelFlag* cancel) {
    return impl_->worldAt(position, cancel);
}
absl::StatusOr<History::Row> History::rowAt(Position position) {
    return impl_->rowAt(position);
}
absl::StatusOr<History::MessageBytes> History::messageOf(const EventRow& row) {
    return impl_->messageOf(row, nullptr);
}
std::optional<LedgerEntry> History::obligationAt(Position position, Rank region, Rank maker,
                                                 std::uint64_t ordinal) {
    return impl_->obligationAt(position, region, maker, ordinal);
}
std::optional<LedgerEntry> History::obligationHeldAt(Position position, Rank region, Rank holder,
                                                     std::uint64_t ordinal) {
    return impl_->obligationHeldAt(position, region, holder, ordinal);
}
absl::StatusOr<std::optional<Position>> History::nextOf(Rank rank, Position position,
                                                        const CancelFlag* cancel) {
    return impl_->neighbour(rank, position, true, cancel);
}
absl::StatusOr<std::optional<Position>> History::previousOf(Rank rank, Position position,
                                                            const CancelFlag* cancel) {
    return impl_->neighbour(rank, position, false, cancel);
}

const TypeTable& History::types() const {
    return impl_->reader().types();
}

value::CellNamer History::cellNamer() const {
    return [this](CellKey key) {
        const Rank rank = impl_->rankOf(key);
        if (rank != kOutside) return pathOf(rank);
        impl_->countUnborn();
        return std::string{"an unborn cell"};
    };
}

std::uint64_t History::unbornNamed() const {
    return impl_->unbornNamed();
}

std::string History::pathOf(Rank rank) const {
    const auto& births = impl_->reader().births();
    if (rank == kOutside) return "outside";
    return rank.value < births.size() ? births[rank.value].path
                                      : "cell " + std::to_string(rank.value);
}

}  // namespace ariadne::recorder
