#include "studio/session/lane_builder.h"

#include "engine/region/region.h"
#include "recorder/failure_rows.h"
#include "studio/session/open_trace.h"

#include <algorithm>

namespace ariadne::studio {
namespace {

constexpr std::size_t kDensityCellsMax = 8 * LaneIndex::kDensityBuckets;

/// Rows that come from outside any turn, whatever cell they name.
bool isOutsideTurns(const EventRow& row) {
    switch (row.kind) {
        case EventKind::kInput:
        case EventKind::kDeliver:
        case EventKind::kTimerFire:
        case EventKind::kAskTimeout:
        case EventKind::kDecision:
        case EventKind::kRestart:
        case EventKind::kResume:
        case EventKind::kDeadlock:
        case EventKind::kWait:
        case EventKind::kEnd: return true;
        case EventKind::kStop:
            return row.arg == static_cast<std::uint64_t>(ExitReason::kParentEnded) ||
                   row.arg == static_cast<std::uint64_t>(ExitReason::kSupervisor);
        default: return false;
    }
}

}  // namespace

void LaneBuilder::add(const EventRow& row, std::size_t cellCount) {
    cellCount_ = cellCount;
    count(row);
    if (recorder::isFailure(row)) failures_.push_back(row.seq.value);

    if (turn_ && !belongsToTurn(row)) turn_.reset();
    if (turn_) extendTurn(row);
    switch (row.kind) {
        case EventKind::kDeliver:
            addSlice(row.cell, row.seq,
                     row.change.empty() ? SliceKind::kTurn : SliceKind::kChanged);
            turn_ = Turn{row.cell, row.seq};
            break;
        case EventKind::kSpawn:
            addSlice(row.cell, row.seq, SliceKind::kBorn);
            laneOf(row.cell).bornAt = row.seq;
            break;
        case EventKind::kDrop: addSlice(row.cell, row.seq, SliceKind::kDropped); break;
        case EventKind::kRestart:
            addSlice(row.cell, row.seq, SliceKind::kBorn);
            laneOf(row.cell).endedAt = {};
            break;
        case EventKind::kRegion:
            addRegion(row);
            if (row.arg != static_cast<std::uint64_t>(RegionPhase::kClosed)) break;
            addSlice(row.cell, row.seq, SliceKind::kStopped);
            laneOf(row.cell).endedAt = row.seq;
            break;
        case EventKind::kStop:
        case EventKind::kFail: endLane(row); break;
        default: break;
    }
    addMarks(row);
    previous_ = row;
    previous_.payload = previous_.change = {};
}

bool LaneBuilder::belongsToTurn(const EventRow& row) const {
    if (isOutsideTurns(row)) return false;
    if (row.cell == turn_->cell || row.cause >= turn_->begin) return true;
    // Made room for the message before it, so its own cause is older than the turn.
    return row.kind == EventKind::kDrop && isEnqueue(previous_.kind) && previous_.peer == row.cell;
}

void LaneBuilder::extendTurn(const EventRow& row) {
    Slice& slice = laneOf(turn_->cell).slices.last();
    slice = Slice(slice.begin, row.seq.value - slice.begin + 1, slice.kind);
}

void LaneBuilder::addSlice(Rank rank, Position at, SliceKind kind) {
    SliceList& slices = laneOf(rank).slices;
    // Slices of a lane are disjoint: what a turn does to its own cell is inside it.
    if (!slices.empty() && slices.back().begin + slices.back().length > at.value) return;
    slices.add({at.value, 1u, kind});
}

void LaneBuilder::addMark(Rank rank, Position at, LaneMark::Kind kind) {
    auto& marks = laneOf(rank).marks;
    if (marks.size() < LaneIndex::Lane::kMarksMax) marks.push_back({at.value, kind});
}

void LaneBuilder::addRegion(const EventRow& row) {
    if (row.cell.value >= cellCount_) return;  // damage
    RegionSpan& region = regions_[row.cell];
    region.region = row.cell;
    // A phase that was passed over began with the next one.
    const auto phase = static_cast<RegionPhase>(std::min<std::uint64_t>(row.arg, 0xFF));
    if (phase >= RegionPhase::kClosing && region.closing.value == 0) region.closing = row.seq;
    if (phase == RegionPhase::kFinalizing && region.finalizing.value == 0)
        region.finalizing = row.seq;
    if (phase != RegionPhase::kClosed) return;
    region.closed = row.seq;
    region.verdict = static_cast<Verdict>(std::min<std::uint64_t>(row.extra, 3));
}

void LaneBuilder::addMarks(const EventRow& row) {
    if (row.kind == EventKind::kRestart) addMark(row.cell, row.seq, LaneMark::Kind::kRestart);
    if (row.kind == EventKind::kDeadlock) addMark(row.cell, row.seq, LaneMark::Kind::kDeadlock);
    // Who is asked to end, and who made the promise: theirs is the lane.
    if (row.kind == EventKind::kCancelRequest || row.kind == EventKind::kCancel)
        addMark(row.peer, row.seq, LaneMark::Kind::kCancel);
    if (recorder::isLeak(row)) addMark(row.peer, row.seq, LaneMark::Kind::kLeak);
}

void LaneBuilder::endLane(const EventRow& row) {
    LaneIndex::Lane& lane = laneOf(row.cell);
    lane.endedAt = row.seq;
    const SliceKind kind = row.kind == EventKind::kFail ? SliceKind::kFailed : SliceKind::kStopped;
    if (turn_ && turn_->cell == row.cell) {
        lane.slices.last().kind = kind;
        turn_.reset();
    } else {
        addSlice(row.cell, row.seq, kind);
    }
}

LaneIndex::Lane& LaneBuilder::laneOf(Rank rank) {
    const std::size_t index = rank.value < cellCount_ ? rank.value : 0;
    while (lanes_.size() <= index) {
        lanes_.emplace_back();
        lanes_.back().rank = Rank{static_cast<std::uint32_t>(lanes_.size() - 1)};
    }
    return lanes_[index];
}

void LaneBuilder::count(const EventRow& row) {
    std::uint64_t cell = (row.seq.value - 1) >> densityShift_;
    while (cell >= kDensityCellsMax) {
        for (std::size_t i = 0; i < density_.size(); ++i) {
            if (i % 2 == 0)
                density_[i / 2] = density_[i];
            else
                density_[i / 2] += density_[i];
        }
        density_.resize((density_.size() + 1) / 2);
        ++densityShift_;
        cell >>= 1;
    }
    if (density_.size() <= cell) density_.resize(cell + 1);
    if (row.kind != EventKind::kDeliver) ++density_[cell];
}

LaneIndex LaneBuilder::index(const std::vector<CellBirth>& births, Position next, Position last,
                             const std::string& damage) const& {
    return indexOf(lanes_, births, next, last, damage);
}

LaneIndex LaneBuilder::index(const std::vector<CellBirth>& births, Position next, Position last,
                             const std::string& damage) && {
    for (LaneIndex::Lane& lane : lanes_) lane.slices.shrink();
    return indexOf(std::move(lanes_), births, next, last, damage);
}

LaneIndex LaneBuilder::indexOf(std::vector<LaneIndex::Lane> lanes,
                               const std::vector<CellBirth>& births, Position next, Position last,
                               const std::string& damage) const {
    LaneIndex out;
    out.indexedTo = {next.value - 1};
    out.lastPosition = last;
    out.complete = next > last;
    out.damage = damage;
    out.lanes = std::move(lanes);
    out.failures = failures_;
    out.lanes.reserve(births.size());
    while (out.lanes.size() < std::max<std::size_t>(births.size(), 1)) {
        LaneIndex::Lane& lane = out.lanes.emplace_back();
        lane.rank = Rank{static_cast<std::uint32_t>(out.lanes.size() - 1)};
        if (lane.rank.value < births.size()) lane.bornAt = births[lane.rank.value].bornAt;
    }
    for (const auto& [rank, region] : regions_) {
        RegionSpan& span = out.regions.emplace_back(region);
        if (rank.value >= out.lanes.size()) continue;
        const LaneIndex::Lane& lane = out.lanes[rank.value];
        span.opened = lane.bornAt;
        for (const LaneMark& mark : lane.marks)
            if (mark.kind == LaneMark::Kind::kCancel && span.cancelled.value == 0)
                span.cancelled = {mark.at};
    }
    out.density.resize(LaneIndex::kDensityBuckets);
    const std::uint64_t span = std::max<std::uint64_t>(last.value, 1);
    for (std::size_t i = 0; i < density_.size(); ++i) {
        const std::uint64_t begin = std::uint64_t{i} << densityShift_;
        const std::uint64_t bucket = begin * LaneIndex::kDensityBuckets / span;
        out.density[std::min<std::uint64_t>(bucket, LaneIndex::kDensityBuckets - 1)] += density_[i];
    }
    return out;
}

}  // namespace ariadne::studio
