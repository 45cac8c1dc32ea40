#include "studio/session/arrow_scan.h"

#include <algorithm>

namespace ariadne::studio {
namespace {

/// How far behind the range the turns are looked for that took its messages.
constexpr std::uint64_t kLookAhead = 65'536;
constexpr std::size_t kNotKept = SIZE_MAX;

}  // namespace

ArrowScan::ArrowScan(Rank rank, Position begin, Position end)
    : found_{rank, begin, end, 0, {}, {}, false}, next_{std::max<std::uint64_t>(begin.value, 1)} {}

WalkEnd ArrowScan::advance(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled) {
    const auto visit = [this](const EventRow& row) { add(row); };
    const Position end = std::min(found_.end, trace.last());
    if (next_ <= end) {
        const WalkEnd walked =
            walkRows(*trace.reader, next_, end, until, cancelled, damage_, visit);
        if (walked != WalkEnd::kReachedEnd) return walked;
    }
    const Position ahead{std::min(trace.last().value, end.value + kLookAhead)};
    while (!open_.empty() && next_ <= ahead) {
        // In steps: mostly all are taken soon.
        const Position stop{std::min(ahead.value, next_.value + 1023)};
        const WalkEnd walked =
            walkRows(*trace.reader, next_, stop, until, cancelled, damage_, visit);
        if (walked != WalkEnd::kReachedEnd) return walked;
    }
    return WalkEnd::kReachedEnd;
}

void ArrowScan::add(const EventRow& row) {
    if (row.kind == EventKind::kDeliver || row.kind == EventKind::kDrop)
        addTaken(row);
    else if (isEnqueue(row.kind) && row.seq <= found_.end)
        addSent(row);
}

void ArrowScan::addSent(const EventRow& row) {
    if (row.cell != found_.rank && row.peer != found_.rank) return;
    const bool kept = takes();
    open_.emplace(row.seq.value, kept ? found_.arrows.size() : kNotKept);
    if (kept) found_.arrows.push_back({row.seq, {}, row.cell, row.peer});
}

void ArrowScan::addTaken(const EventRow& row) {
    const bool delivered = row.kind == EventKind::kDeliver;
    if (const auto sent = open_.find(row.cause.value); sent != open_.end()) {
        if (sent->second != kNotKept && delivered) found_.arrows[sent->second].to = row.seq;
        // A stashed message is delivered once more; the arrow goes to the first time.
        open_.erase(sent);
        return;
    }
    const bool sentBefore = row.cause < found_.begin && row.cause.value != 0;
    if (!delivered || !sentBefore || row.seq > found_.end) return;
    if (row.cell != found_.rank && row.peer != found_.rank) return;
    if (takes()) found_.arrows.push_back({row.cause, row.seq, row.peer, row.cell});
}

bool ArrowScan::takes() {
    if (found_.total++ % step_ != 0) return false;
    if (found_.arrows.size() < ArrowSet::kArrowsMax) return true;
    thinOut();
    return (found_.total - 1) % step_ == 0;
}

/// Every other arrow goes, so that those that stay cover the whole range evenly.
void ArrowScan::thinOut() {
    step_ *= 2;
    auto& arrows = found_.arrows;
    for (std::size_t i = 0; 2 * i < arrows.size(); ++i) arrows[i] = arrows[2 * i];
    arrows.resize((arrows.size() + 1) / 2);
    for (auto& [enqueue, arrow] : open_)
        if (arrow != kNotKept) arrow = arrow % 2 == 0 ? arrow / 2 : kNotKept;
}

}  // namespace ariadne::studio
