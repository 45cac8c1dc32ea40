// Who lives again, and who pulls whom down.
#include "engine/base/check.h"
#include "engine/kernel/random_stream.h"
#include "engine/kernel/region_type.h"
#include "engine/kernel/system_messages.h"
#include "engine/kernel/turn.h"
#include "engine/kernel/world.h"

#include <algorithm>

namespace ariadne::kernel {
namespace {

bool isFailure(ExitReason reason) {
    switch (reason) {
        case ExitReason::kFailed:
        case ExitReason::kThrew:
        case ExitReason::kLimit:
        case ExitReason::kLinked:
        case ExitReason::kEscalated: return true;
        default: return false;
    }
}

}  // namespace

bool World::supervise(Cell& cell, const EndedCell& end) {
    if (cell.extras == nullptr || cell.extras->firstState == nullptr) return false;
    if (isFailure(end.reason)) {
        // Both kinds that are restarted at all are restarted now.
    } else if (end.reason != ExitReason::kStopped ||
               cell.extras->child.restart != RestartPolicy::kPermanent) {
        return false;
    }
    if (cell.extras->cancelled != CancelReason::kNone) return false;
    Cell& region = cellOf(cell.parent);
    if (region.ended || regionOf(region).phase != RegionPhase::kOpen) return false;
    if (mayRestart(region)) {
        restartGroup(region, cell, end.endSeq);
        return true;
    }
    // One more than allowed: it is the region that has failed.
    Cell* failed = &region;
    for (;;) {
        Cell& above = cellOf(failed->parent);
        if (failed->parent == kOutside || above.ended || !isRegion(above) ||
            regionOf(above).phase != RegionPhase::kOpen) {
            giveUp(*failed, cell, end.text, end.endSeq);
            return false;
        }
        if (regionOf(above).strategy != Strategy::kNone && mayRestart(above)) {
            if (regionOf(above).strategy == Strategy::kOneForOne)
                restartAllBelow(*failed, end.endSeq);
            else
                restartAllBelow(above, end.endSeq);
            return true;
        }
        failed = &above;
    }
}

bool World::mayRestart(Cell& region) {
    Region& state = regionOf(region);
    auto& recent = state.recentRestarts;
    std::erase_if(recent, [&](VirtualTime at) { return now_ - at >= state.within; });
    if (recent.size() >= state.intensity) return false;
    recent.push_back(now_);
    ++state.restarts;
    return true;
}

void World::restartGroup(Cell& region, Cell& failed, Position cause) {
    const Strategy strategy = regionOf(region).strategy;
    std::vector<Rank> group;  // youngest first
    for (Rank child = region.lastChild; child != kOutside; child = cellOf(child).olderSibling) {
        const bool concerned = child == failed.rank || strategy == Strategy::kOneForAll ||
                               (strategy == Strategy::kRestForOne && child > failed.rank);
        if (concerned) group.push_back(child);
    }
    // Stop from right to left, start from left to right.
    for (const Rank rank : group) {
        Cell& cell = cellOf(rank);
        if (isRegion(cell) || cell.ending) continue;
        endCell(cell, EventKind::kStop, ExitReason::kSupervisor, region.rank, cause, {});
        // A child that is never restarted ends like any other; the rest lives on below.
        if (cell.extras->firstState != nullptr) endedNow_.pop_back();
    }
    for (auto rank = group.rbegin(); rank != group.rend(); ++rank) {
        Cell& cell = cellOf(*rank);
        if (isRegion(cell))
            restartAllBelow(cell, cause);
        else if (cell.extras->firstState != nullptr)
            restart(cell, region, cause);
    }
    regionChanged(region, cause);
}

void World::restartAllBelow(Cell& region, Position cause) {
    regionOf(region).recentRestarts.clear();
    std::vector<Rank> group;
    for (Rank child = region.lastChild; child != kOutside; child = cellOf(child).olderSibling)
        group.push_back(child);
    for (const Rank rank : group) {
        Cell& cell = cellOf(rank);
        if (isRegion(cell) || cell.ending) continue;
        endCell(cell, EventKind::kStop, ExitReason::kSupervisor, region.rank, cause, {});
        if (cell.extras->firstState != nullptr) endedNow_.pop_back();
    }
    for (auto rank = group.rbegin(); rank != group.rend(); ++rank) {
        Cell& cell = cellOf(*rank);
        if (isRegion(cell))
            restartAllBelow(cell, cause);
        else if (cell.extras->firstState != nullptr)
            restart(cell, region, cause);
    }
    regionChanged(region, cause);
}

void World::strip(Cell& cell) {
    cancelTimersOf(cell);
    CellExtras& more = cell.more();
    more.pendingAsks.clear();
    more.maskedTurns = 0;
    cell.mailbox.prepend(more.stash);
    cell.setAside = 0;
    cell.behaviour = 0;
    if (cell.suspended) {
        cell.suspended = false;
        cell.scheduled = false;
        for (Rank rank{1}; rank.value < cells_.size(); ++rank.value)
            if (cells_[rank].extras != nullptr)
                std::erase(cells_[rank].extras->parkedHere, cell.rank);
    } else if (std::exchange(cell.scheduled, false)) {
        runnable_.erase(cell.rank);
    }
}

void World::restart(Cell& cell, Cell& region, Position cause) {
    leakAllOf(cell, cause);
    forgetEffects(cell);
    endBelow(cell, ExitReason::kParentEnded, cause);
    strip(cell);
    CellExtras& more = cell.more();
    const value::TypeInfo& type = *cell.type->state;
    if (type.destroy != nullptr) type.destroy(cell.state);
    type.copyInto(more.firstState, cell.state);
    if (recordChanges_) attachShadow(cell);
    cell.ending = false;
    ++more.incarnation;
    const Region& state = regionOf(region);
    more.restartsInARow =
        now_ - more.livesSince >= state.within ? 0 : more.restartsInARow;
    Duration delay = delayOf(state.backoff, more.restartsInARow);
    if (state.backoff.jitter && delay.count() > 1) {
        const auto half = static_cast<std::uint64_t>(delay.count() / 2);
        delay -= Duration{static_cast<std::int64_t>(
            RandomStream{options_.seed, cell.key, cell.draws}.below(half + 1))};
    }
    ++more.restartsInARow;
    more.livesSince = laterBy(delay);
    EventRow row;
    row.kind = EventKind::kRestart;
    row.cell = cell.rank;
    row.peer = region.rank;
    row.cause = cause;
    row.arg = more.incarnation;
    row.extra = static_cast<std::uint64_t>(delay.count());
    if (sink_ != nullptr) {
        row.type = typeOf(type);
        payload_.clear();
        type.encode(cell.state, payload_);
        row.payload = payload_.view();
    }
    const Position at = emit(row);
    if (cell.type->acceptsStart) {
        Message* start = pool().make(Start{});
        start->kind = EventKind::kSend;
        start->sender = region.rank;
        EventRow sent;
        sent.kind = EventKind::kSend;
        sent.flags = kFlagFront;
        sent.cell = region.rank;
        sent.peer = cell.rank;
        sent.cause = at;
        sent.arg = ++region.sends;
        if (sink_ != nullptr) encodePayload(*start, sent);
        start->enqueuedAt = emit(sent);
        cell.mailbox.pushFront(start);
    }
    if (delay > Duration::zero()) {
        suspend(cell);
        startTimer(cell, delay, TimerUse::kResume, at);
    } else if (cell.waiting() != 0) {
        schedule(cell);
    }
}

void World::suspend(Cell& cell) {
    if (cell.suspended) return;
    if (cell.scheduled) runnable_.erase(cell.rank);
    cell.scheduled = true;  // so that nobody schedules it
    cell.suspended = true;
}

void World::resume(Cell& cell, Position cause) {
    if (!cell.suspended) return;
    EventRow row;
    row.kind = EventKind::kResume;
    row.cell = cell.rank;
    row.cause = cause;
    emit(row);
    cell.suspended = false;
    cell.scheduled = false;
    if (cell.waiting() != 0) schedule(cell);
}

void World::giveUp(Cell& region, const Cell& failed, std::string_view text, Position cause) {
    Region& state = regionOf(region);
    state.gaveUp = true;
    state.verdict = Verdict::kPanicked;
    state.worstChild = failed.extras->childOrdinal;
    state.text = boundedText("more than " + std::to_string(state.intensity) + " restarts within " +
                             std::to_string(state.within.count()) + " ns: " + std::string{text});
    state.phase = RegionPhase::kClosing;
    state.cancel = std::max(state.cancel, CancelReason::kSiblingFailed);
    state.cleanupUntil = now_;
    const Position gaveUp = regionChanged(region, cause);
    endBelow(region, ExitReason::kSupervisor, gaveUp);
    leakLedger(region, gaveUp);
    advance(region, gaveUp);
}

void World::breakLinks(Cell& cell, ExitReason reason, std::string_view text, Position cause) {
    if (cell.extras == nullptr) return;
    const std::vector<Rank> links = std::exchange(cell.extras->links, {});
    for (const Rank rank : links) {
        Cell& other = cellOf(rank);
        if (other.ended) continue;
        std::erase(other.more().links, cell.rank);
        // Who ends well leaves its links alone.
        if (!isFailure(reason) && reason != ExitReason::kOverdue) continue;
        if (!other.type->takes(value::typeInfo<LinkDown>())) {
            endCell(other, EventKind::kFail, ExitReason::kLinked, cell.rank, cause,
                    boundedText("linked with a cell that failed: " + std::string{text}));
            continue;
        }
        Message* message = pool().make(LinkDown{{cell.key}, reason, std::string{text}});
        message->sender = cell.rank;
        EventRow row;
        row.kind = EventKind::kLinkDown;
        row.cell = cell.rank;
        row.peer = rank;
        row.cause = cause;
        row.arg = static_cast<std::uint64_t>(reason);
        enqueue(message, rank, row);
    }
}

}  // namespace ariadne::kernel
