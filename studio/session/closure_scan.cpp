#include "studio/session/closure_scan.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {

ClosureScan::ClosureScan(Position event, std::size_t most)
    : most_(most), pastNext_(event), consequences_(event), futureNext_{event.value + 1} {
    found_.closureOf = event;
    found_.begin = found_.end = event;
}

WalkEnd ClosureScan::advance(OpenTrace& trace, Clock::time_point until,
                             const CancelFlag& cancelled) {
    if (trace.inputs) {
        found_.lookedTo = ArrowSet::kLookedToEnd;
        return WalkEnd::kReachedEnd;
    }
    const WalkEnd walked = walkPast(trace, until, cancelled);
    return walked == WalkEnd::kReachedEnd ? walkFuture(trace, until, cancelled) : walked;
}

Arrow* ClosureScan::keep(std::vector<Arrow>& arrows, const Arrow& arrow) {
    ++found_.total;
    // What followed may not take the room of what led there.
    if (arrows.size() >= most_ / 2) return nullptr;
    arrows.push_back(arrow);
    return &arrows.back();
}

WalkEnd ClosureScan::walkPast(OpenTrace& trace, Clock::time_point until,
                              const CancelFlag& cancelled) {
    while (pastNext_.value != 0) {
        if (cancelled) return WalkEnd::kCancelled;
        const auto at = trace.history->rowAt(pastNext_);
        if (!at.ok() || steps_++ == kStepsMax) {
            found_.isMore = true;
            break;
        }
        const EventRow& row = at->row;
        if (isEnqueue(row.kind)) {
            const bool isEvent = behind_.value == 0;
            const Arrow* const arrow =
                keep(past_, {row.seq, behindTook_ ? behind_ : Position{}, row.cell, row.peer});
            // Of the event itself it is still to be seen who took it.
            if (isEvent && arrow != nullptr) open_.emplace(row.seq.value, SIZE_MAX);
        }
        behind_ = row.seq;
        behindTook_ = row.kind == EventKind::kDeliver;
        pastNext_ = recorder::causeOf(pastNext_, row.cause);
        if (pastNext_.value != 0 && Clock::now() >= until) return WalkEnd::kOutOfTime;
    }
    pastNext_ = {};
    return WalkEnd::kReachedEnd;
}

WalkEnd ClosureScan::walkFuture(OpenTrace& trace, Clock::time_point until,
                                const CancelFlag& cancelled) {
    using tracefmt::ColumnSet;
    const Position event = found_.closureOf;
    const Position last = std::min(Position{event.value + kAheadMax}, trace.last());
    if (last < trace.last()) found_.isMore = true;
    found_.lookedTo = last.value == event.value + kAheadMax ? ArrowSet::kLookedToEnd : last;
    if (futureNext_ > last) return WalkEnd::kReachedEnd;
    const WalkEnd walked = walkColumns(
        *trace.reader, ColumnSet::kKind | ColumnSet::kCause | ColumnSet::kCell | ColumnSet::kPeer,
        futureNext_, last, until, cancelled, damage_, room_,
        [&](const tracefmt::EventChunk& chunk, std::uint32_t begin, std::uint32_t end) {
            const tracefmt::EventColumns& rows = chunk.columns();
            for (std::uint32_t i = begin; i < end; ++i) {
                // Most were caused by something before the event.
                if (rows.cause[i] < event) continue;
                const Position at{chunk.first().value + i};
                if (!consequences_.depthOf(at, rows.cause[i])) continue;
                if (isEnqueue(rows.kind[i])) {
                    if (keep(found_.arrows, {at, {}, rows.cell[i], rows.peer[i]}) != nullptr)
                        open_.emplace(at.value, found_.arrows.size() - 1);
                } else if (rows.kind[i] == EventKind::kDeliver ||
                           rows.kind[i] == EventKind::kDrop) {
                    const auto sent = open_.find(rows.cause[i].value);
                    if (sent == open_.end()) continue;
                    if (rows.kind[i] == EventKind::kDeliver) {
                        Arrow& arrow =
                            sent->second == SIZE_MAX ? past_.front() : found_.arrows[sent->second];
                        arrow.to = at;
                    }
                    open_.erase(sent);
                }
            }
        });
    // What cannot be read may have been some of them.
    if (!damage_.empty()) found_.isMore = true;
    return walked;
}

ArrowSet ClosureScan::take() {
    std::reverse(past_.begin(), past_.end());
    past_.insert(past_.end(), found_.arrows.begin(), found_.arrows.end());
    found_.arrows = std::move(past_);
    return std::move(found_);
}

}  // namespace ariadne::studio
