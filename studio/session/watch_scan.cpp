#include "studio/session/watch_scan.h"

#include "recorder/plain_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr std::uint64_t kWritingKinds =
    tracefmt::kindBit(EventKind::kSpawn) | tracefmt::kindBit(EventKind::kRestart) |
    tracefmt::kindBit(EventKind::kDeliver) | tracefmt::kindBit(EventKind::kRegion) |
    tracefmt::kindBit(EventKind::kReserve) | tracefmt::kindBit(EventKind::kResolve) |
    tracefmt::kindBit(EventKind::kTransfer) | tracefmt::kindBit(EventKind::kFinalizer);

bool begins(EventKind kind) {
    return kind == EventKind::kSpawn || kind == EventKind::kRestart;
}

std::string wordsOf(const absl::Status& status) {
    return recorder::plain({status.message().data(), status.message().size()});
}

/// Of what is counted or measured; 500 of "500", none of "yes".
std::optional<double> numberOf(const value::ValueNode& node) {
    switch (node.kind) {
        case TypeKind::kInt:
        case TypeKind::kUint:
        case TypeKind::kFloat32:
        case TypeKind::kFloat64: break;
        default: return std::nullopt;
    }
    double out = 0;
    const char* end = node.text.data() + node.text.size();
    const auto [at, error] = std::from_chars(node.text.data(), end, out);
    if (error != std::errc{} || at != end || !std::isfinite(out)) return std::nullopt;
    return out;
}

}  // namespace

const WatchLane::Point* WatchLane::at(std::uint64_t position) const {
    if (position > searchedTo.value) return nullptr;
    const auto behind = std::partition_point(
        points.begin(), points.end(), [position](const Point& p) { return p.at <= position; });
    return behind == points.begin() ? nullptr : &*(behind - 1);
}

WatchScan::WatchScan(Rank rank, const Watch& watch, OpenTrace& trace)
    : mine_{rank}, follower_(*trace.history), options_(showOptionsOf(*trace.history)) {
    lane_.of = watch;
    lane_.rank = rank;
    options_.textBytesMax = WatchLane::kTextMax;
    if (rank == kOutside) {
        lane_.note = "found no actor " + recorder::plain(watch.actor) + " in this trace";
        return;
    }
    absl::StatusOr<FieldPlace> place = FieldPlace::of(trace, rank, watch.field);
    if (place.ok())
        place_ = *std::move(place);
    else
        lane_.note = wordsOf(place.status());
}

bool WatchScan::isOpen(const OpenTrace& trace) const {
    return place_ && ((!full_ && next_ <= trace.last()) || unborn_.areOld(*trace.reader));
}

WalkEnd WatchScan::advance(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled) {
    if (!isOpen(trace)) return WalkEnd::kReachedEnd;
    if (!std::exchange(begun_, true)) begin(trace);
    if (unborn_.areOld(*trace.reader)) nameAgain(trace);
    if (full_) return WalkEnd::kReachedEnd;
    const auto skipped = [&] {
        follower_.forget();
        takeUnknown(next_.value);
    };
    const WalkEnd walked = walkRows(
        *trace.reader, next_, trace.last(), until, cancelled, damage_,
        [&](const EventRow& row) {
            if (row.cell == mine_.front() && !full_) visit(trace, row);
        },
        tracefmt::RowsSought{kWritingKinds, &mine_}, skipped);
    if (walked == WalkEnd::kReachedEnd) mindGaps(trace, next_);
    return full_ ? WalkEnd::kReachedEnd : walked;
}

/// Whoever lives where the file begins has its value from there on.
void WatchScan::begin(OpenTrace& trace) {
    const Position base = trace.reader->base();
    if (base.value == 0) return;
    const auto cell = trace.history->cellAt(base, mine_.front());
    if (cell.ok() && cell->born && cell->alive) take(trace, base.value + 1, cell->state);
}

/// What was written in a gap nobody knows; behind it somebody may.
void WatchScan::mindGaps(OpenTrace& trace, Position before) {
    const auto gaps = trace.reader->gaps();
    for (; gapsSeen_ < gaps.size() && gaps[gapsSeen_].first < before; ++gapsSeen_) {
        const tracefmt::TraceGap& gap = gaps[gapsSeen_];
        if (lane_.points.empty() || gap.first <= trace.reader->base()) continue;
        takeUnknown(gap.first.value);
        if (gap.last.value == 0 || gap.last >= trace.last()) continue;
        const auto cell = trace.history->cellAt(gap.last, mine_.front());
        if (cell.ok() && cell->born) take(trace, gap.last.value + 1, cell->state);
    }
}

void WatchScan::visit(OpenTrace& trace, const EventRow& row) {
    if (!begins(row.kind) && row.change.empty()) return;
    mindGaps(trace, row.seq);
    // Not to be cancelled: a row that was taken in part would be lost.
    const absl::Status known =
        begins(row.kind) ? follower_.begin(row) : follower_.change(row, nullptr).status();
    if (!known.ok()) {
        if (damage_.empty()) damage_ = wordsOf(known);
        follower_.forget();
        return takeUnknown(row.seq.value);
    }
    if (begins(row.kind) || place_->isWrittenBy(row.change) || lane_.points.empty() ||
        lane_.points.back().text == WatchLane::kUnknown)
        take(trace, row.seq.value, follower_.after());
}

void WatchScan::take(OpenTrace& trace, std::uint64_t at, const value::StateValue& state) {
    if (place_->isUnknownIn(state)) return takeUnknown(at);
    const std::uint64_t unbornBefore = trace.history->unbornNamed();
    const auto node = place_->nodeIn(trace.reader->types(), state, options_);
    if (!node) return push(at, WatchLane::kGone, 0);
    const bool namesUnborn = trace.history->unbornNamed() != unbornBefore;
    const std::optional<double> number = numberOf(*node);
    if (!number) {
        someOther_ = true;
    } else {
        lane_.low = someNumber_ ? std::min(lane_.low, *number) : *number;
        lane_.high = someNumber_ ? std::max(lane_.high, *number) : *number;
        someNumber_ = true;
    }
    push(at, numberOfText(node->text), number.value_or(0));
    if (!namesUnborn || full_) return;
    unborn_.take(true, *trace.reader);
    namingUnborn_ = lane_.points.size() - 1;
}

/// A turn begets behind its change, so there is one such value at most: that of the last turn.
void WatchScan::nameAgain(OpenTrace& trace) {
    unborn_.clear();
    WatchLane::Point& point = lane_.points[namingUnborn_];
    const auto cell = trace.history->cellAt({point.at}, mine_.front());
    if (!cell.ok() || !cell->born || place_->isUnknownIn(cell->state)) return;
    const auto node = place_->nodeIn(trace.reader->types(), cell->state, options_);
    if (node) point.text = numberOfText(node->text);
}

void WatchScan::takeUnknown(std::uint64_t at) {
    if (!lane_.points.empty()) push(at, WatchLane::kUnknown, 0);
}

void WatchScan::push(std::uint64_t at, std::uint32_t text, double number) {
    if (!lane_.points.empty()) {
        WatchLane::Point& last = lane_.points.back();
        if (last.text == text) return;
        if (last.at == at) {
            last = {at, text, number};
            return;
        }
    }
    if (lane_.points.size() == WatchLane::kPointsMax || textBytes_ > WatchLane::kTextBytesMax) {
        full_ = true;
        fullAt_ = {at};
        return;
    }
    lane_.points.push_back({at, text, number});
}

std::uint32_t WatchScan::numberOfText(std::string text) {
    const auto [at, isNew] =
        textNumbers_.emplace(std::move(text), static_cast<std::uint32_t>(lane_.texts.size()));
    if (isNew) {
        lane_.texts.push_back(at->first);
        textBytes_ += at->first.size();
    }
    return at->second;
}

WatchLane WatchScan::lane(const OpenTrace& trace) const {
    WatchLane out = lane_;
    out.isNumber = someNumber_ && !someOther_;
    if (out.isNumber)
        out.ranges = {out.points.size(), [&out](std::size_t i) { return out.rangeOf(i); }};
    out.searchedTo = {(full_ ? fullAt_ : next_).value - 1};
    out.complete = !isOpen(trace);
    if (full_)
        out.note = "the first " + std::to_string(lane_.points.size()) +
                   " changes are shown, up to event " + std::to_string(out.searchedTo.value);
    else if (out.note.empty())
        out.note = recorder::plain(damage_);
    return out;
}

}  // namespace ariadne::studio
