#include "studio/session/sums_scan.h"

#include <algorithm>

namespace ariadne::studio {
namespace {

/// The last place at or before `begin` where every lane is known exactly: a bin ends there in each.
Position baseFor(const TimelineSums& whole, Position begin) {
    const std::uint64_t size = std::uint64_t{1}
                               << std::max(whole.depths.coarsest, whole.times.log());
    const std::uint64_t before = std::max<std::uint64_t>(begin.value, 1);
    return {before / size * size - std::min<std::uint64_t>(before / size, 1)};
}

/// The last snapshot that says what waits before `begin`; null: none.
const tracefmt::SnapshotEntry* snapshotBefore(const tracefmt::TraceReader& reader, Position begin) {
    const auto& all = reader.snapshots();
    const auto behind = std::partition_point(
        all.begin(), all.end(), [begin](const auto& entry) { return entry.position < begin; });
    return behind == all.begin() ? nullptr : &*(behind - 1);
}

}  // namespace

SumsBuilder::SumsBuilder(Position base, const Limits& limits)
    : depths_(limits.changes),
      times_(limits.steps),
      kinds_(Position{base.value + 1}, limits.bins),
      first_{base.value + 1},
      next_{base.value + 1} {
    if (base.value == 0)
        depths_.know({0}, {});
    else
        depths_.lose(base);
}

SumsBuilder::SumsBuilder(const TimelineSums& whole, Position base) : SumsBuilder(base) {
    if (base.value == 0) return;
    times_.add({base.value + 1}, whole.times.timeAt(base.value));
    // Asked once: it is the same for all lanes.
    if (!whole.depths.knows(base)) return;
    std::vector<std::uint32_t> waiting(whole.depths.lanes.size());
    for (std::uint32_t rank = 0; rank < waiting.size(); ++rank)
        waiting[rank] = whole.depths.atKnown(base, Rank{rank}).most;
    depths_.know(base, waiting);
}

SumsBuilder::SumsBuilder(Position base, std::span<const std::uint32_t> waiting)
    : SumsBuilder(base) {
    depths_.know(base, waiting);
}

void SumsBuilder::add(const EventRow& row, std::size_t cellCount, const Known& known) {
    if (row.seq != next_) depths_.lose(next_);
    if (depths_.isLost() && row.seq.value != 0) {
        const Position before{row.seq.value - 1};
        if (const auto waiting = known(before)) depths_.know(before, *waiting);
    }
    depths_.add(row.seq, {row.kind, row.cell, row.peer}, cellCount);
    times_.add(row.seq, row.time);
    kinds_.add(row.seq, row.kind);
    next_ = {row.seq.value + 1};
}

TimelineSums SumsBuilder::bounds(Position next) const {
    TimelineSums out;
    out.first = first_;
    out.next = std::max(next, first_);
    return out;
}

TimelineSums SumsBuilder::sums(Position next) const& {
    TimelineSums out = bounds(next);
    out.times = times_;
    out.kinds = kinds_;
    out.depths = depths_.depths(next_, next);
    return out;
}

TimelineSums SumsBuilder::sums(Position next) && {
    TimelineSums out = bounds(next);
    out.times = std::move(times_);
    out.kinds = std::move(kinds_);
    out.depths = std::move(depths_).depths(next_, next);
    return out;
}

SumsBuilder::Known knownBySnapshots(tracefmt::TraceReader& reader) {
    return [&reader](Position at) -> std::optional<std::vector<std::uint32_t>> {
        const auto& all = reader.snapshots();
        const auto snapshot = std::lower_bound(
            all.begin(), all.end(), at,
            [](const auto& entry, Position wanted) { return entry.position < wanted; });
        if (snapshot == all.end() || snapshot->position != at) return std::nullopt;
        const auto world = reader.snapshot(static_cast<std::size_t>(snapshot - all.begin()));
        if (!world.ok()) return std::nullopt;
        return recorder::waitingIn(*world, reader.births().size());
    };
}

SumsScan::SumsScan(std::shared_ptr<const TimelineSums> whole, Position begin, Position end,
                   std::uint64_t beforeMax)
    : whole_(std::move(whole)),
      begin_{std::max<std::uint64_t>(begin.value, 1)},
      end_(end),
      beforeMax_(beforeMax) {}

/// At the nearest place where what waits is known: where every lane is, or at a snapshot.
void SumsScan::start(OpenTrace& trace, const SumsBuilder::Known& known) {
    const auto isNear = [this](Position base) { return begin_.value - base.value <= beforeMax_; };
    const Position base = baseFor(*whole_, begin_);
    const tracefmt::SnapshotEntry* const snapshot = snapshotBefore(*trace.reader, begin_);
    if (snapshot != nullptr && snapshot->position > base && isNear(snapshot->position)) {
        if (const auto waiting = known(snapshot->position)) {
            next_ = {snapshot->position.value + 1};
            builder_.emplace(snapshot->position, *waiting);
        }
    }
    if (!builder_ && isNear(base)) {
        next_ = {base.value + 1};
        builder_.emplace(*whole_, base);
    }
    if (!builder_) {
        next_ = begin_;
        builder_.emplace(Position{begin_.value - 1});
    }
    whole_.reset();
}

WalkEnd SumsScan::advance(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled) {
    using tracefmt::ColumnSet;
    const auto known = knownBySnapshots(*trace.reader);
    if (!builder_) start(trace, known);
    const Position last =
        std::min(Position{end_.value - std::min<std::uint64_t>(end_.value, 1)}, trace.last());
    if (next_ > last) return WalkEnd::kReachedEnd;
    const std::size_t cellCount = trace.reader->births().size();
    return walkColumns(
        *trace.reader, ColumnSet::kKind | ColumnSet::kCell | ColumnSet::kPeer | ColumnSet::kTime,
        next_, last, until, cancelled, damage_, room_,
        [&](const tracefmt::EventChunk& chunk, std::uint32_t begin, std::uint32_t end) {
            for (std::uint32_t i = begin; i < end; ++i)
                builder_->add(chunk.row(i), cellCount, known);
        });
}

}  // namespace ariadne::studio
