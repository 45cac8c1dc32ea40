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

bool World::livesAgain(const Cell& cell, ExitReason reason) {
    if (cell.extras == nullptr || cell.extras->firstState == nullptr ||
        cell.extras->cancelled != CancelReason::kNone)
        return false;
    return isFailure(reason) || (reason == ExitReason::kStopped &&
                                 cell.extras->child.restart == RestartPolicy::kPermanent);
}

bool World::supervise(Cell& cell, const EndedCell& end) {
    if (Cell* over = groupWith(cell)) return memberEnded(*over, cell, end);
    if (!livesAgain(cell, end.reason)) return false;
    const auto decides = [&](Rank rank) {
        return rank != kOutside && !cellOf(rank).ended && isRegion(cellOf(rank)) &&
               regionOf(cellOf(rank)).phase == RegionPhase::kOpen &&
               regionOf(cellOf(rank)).strategy != Strategy::kNone;
    };
    if (!decides(cell.parent)) return false;
    Cell* failed = &cell;
    Cell* region = &cellOf(cell.parent);
    // One more than allowed: it is the region that has failed, and the one above decides.
    while (!mayRestart(*region)) {
        if (!decides(region->parent)) {
            giveUp(*region, *failed, end.text, end.endSeq);
            return false;
        }
        failed = std::exchange(region, &cellOf(region->parent));
    }
    restartGroup(*region, *failed, cell, end);
    return true;
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

void World::restartGroup(Cell& region, Cell& failed, Cell& cell, const EndedCell& end) {
    const Strategy strategy = regionOf(region).strategy;
    std::vector<Rank> group;  // youngest first
    for (Rank child = region.lastChild(); child != kOutside; child = cellOf(child).olderSibling) {
        const bool concerned = child == failed.rank || strategy == Strategy::kOneForAll ||
                               (strategy == Strategy::kRestForOne && child > failed.rank);
        if (concerned) gather(cellOf(child), end.endSeq, group);
    }
    const bool takesTime = std::any_of(group.begin(), group.end(), [this](Rank rank) {
        return needsTime(cellOf(rank)) || groupWith(cellOf(rank)) != nullptr;
    });
    if (!takesTime) return restartAtOnce(region, group, end.endSeq);
    Cell& over = joinGroups(region, group, end.endSeq);
    if (&over != &region) regionChanged(region, end.endSeq);
    memberEnded(over, cell, end);
}

void World::restartAtOnce(Cell& region, const std::vector<Rank>& group, Position cause) {
    // Stop from right to left, start from left to right.
    std::vector<Rank> again;
    for (const Rank rank : group) {
        Cell& cell = cellOf(rank);
        if (cell.ending) {
            if (takeBackEnd(cell)) again.push_back(rank);
            continue;
        }
        endCell(cell, EventKind::kStop, ExitReason::kSupervisor, region.rank, cause, {});
        // A child that is never restarted ends like any other.
        if (!livesAgain(cell, ExitReason::kFailed)) continue;
        endedNow_.pop_back();
        again.push_back(rank);
    }
    for (auto rank = again.rbegin(); rank != again.rend(); ++rank)
        restart(cellOf(*rank), cellOf(cellOf(*rank).parent), cause);
    regionChanged(region, cause);
}

void World::gather(Cell& child, Position cause, std::vector<Rank>& group) {
    if (!isRegion(child)) {
        group.push_back(child.rank);
        return;
    }
    // A region stays; what is in it begins anew, unless it is on its way to its end.
    if (regionOf(child).phase != RegionPhase::kOpen) return;
    if (!regionOf(child).recentRestarts.empty()) {
        regionOf(child).recentRestarts.clear();
        regionChanged(child, cause);
    }
    for (Rank below = child.lastChild(); below != kOutside; below = cellOf(below).olderSibling)
        gather(cellOf(below), cause, group);
}

bool World::takeBackEnd(Cell& cell) {
    const auto at = std::find_if(endedNow_.begin(), endedNow_.end(),
                                 [&](const EndedCell& end) { return end.rank == cell.rank; });
    if (at == endedNow_.end() || !livesAgain(cell, at->reason)) return false;
    const EndedCell end = *at;
    at->rank = kOutside;
    breakLinks(cell, end.reason, end.text, end.endSeq);
    return true;
}

void World::dropRequests(Cell& cell) {
    CellExtras& more = moreOf(cell);
    if (std::exchange(more.cancelled, CancelReason::kNone) == CancelReason::kNone) return;
    more.cancelUntil = {};
    more.cancelTold = false;
    const auto asks = [](const Message& m) { return m.kind == EventKind::kCancelRequest; };
    for (MessageQueue* lane : {&more.control, &cell.mailbox, &more.stash})
        while (Message* request = lane->takeFirst(asks))
            drop(request, cell.rank, DropReason::kReceiverEnded);
    // What a policy remembers of the mailbox holds only as long as nobody else reaches into it.
    if (cell.rank.value < one_.oneSender.size()) one_.oneSender[cell.rank.value] = {};
    cell.urgent = !more.control.empty();
}

void World::strip(Cell& cell) {
    cancelTimersOf(cell);
    dropRequests(cell);
    CellExtras& more = moreOf(cell);
    more.pendingAsks.clear();
    // The new life knows nothing of them.
    for (const Rank rank : std::exchange(more.links, {}))
        if (Cell* other = aliveCell(rank)) std::erase(moreOf(*other).links, cell.rank);
    more.maskedTurns = 0;
    cell.mailbox.prepend(more.stash);
    more.setAside = 0;
    cell.behaviour = 0;
    if (cell.suspended) {
        cell.suspended = false;
        cell.scheduled = false;
        for (Rank rank{1}; rank.value < cells_.size(); ++rank.value)
            if (cells_[rank].extras != nullptr)
                std::erase(moreOf(cells_[rank]).parkedHere, cell.rank);
    } else if (std::exchange(cell.scheduled, false)) {
        runnable_.erase(cell.rank);
    }
}

void World::restart(Cell& cell, Cell& region, Position cause, bool rests) {
    leakAllOf(cell, cause);
    forgetEffects(cell);
    endBelow(cell, ExitReason::kParentEnded, cause);
    strip(cell);
    CellExtras& more = moreOf(cell);
    const value::TypeInfo& type = *cell.type->state;
    if (type.destroy != nullptr) type.destroy(cell.state);
    type.copyInto(more.firstState, cell.state);
    measure(cell);
    if (recordChanges_) attachShadow(cell);
    cell.ending = false;
    ++more.incarnation;
    ++counted_.restarts;
    const Region& state = regionOf(region);
    more.restartsInARow = now_ - more.livesSince >= state.within ? 0 : more.restartsInARow;
    Duration delay = delayOf(state.backoff, more.restartsInARow);
    if (state.backoff.jitter && delay.count() > 1) {
        const auto half = static_cast<std::uint64_t>(delay.count() / 2);
        delay -= Duration{static_cast<std::int64_t>(
            RandomStream{options_.seed, cell.key, cell.draws}.below(half + 1))};
    }
    ++more.restartsInARow;
    more.livesSince = laterBy(delay);
    if (options_.metricsEvery != 0) {
        if (more.failedIn == Round{}) more.failedIn = round_;
        cell.special = true;
    }
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
        touch(region);
        sent.arg = ++region.sends;
        if (sink_ != nullptr) encodePayload(*start, sent);
        start->enqueuedAt = emit(sent);
        cell.mailbox.pushFront(start);
    }
    if (delay > Duration::zero()) startTimer(cell, delay, TimerUse::kResume, at);
    if (rests || delay > Duration::zero())
        suspend(cell);
    else if (cell.waiting() != 0)
        schedule(cell);
    // The message that it failed at has left room.
    roomInMailbox(cell, at);
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
    // Its backoff is over; with a group that has not ended it goes on later.
    if (restsWithGroup(cell)) return;
    cell.suspended = false;
    cell.scheduled = false;
    if (cell.waiting() != 0) schedule(cell);
}

void World::giveUp(Cell& region, Cell& failed, std::string_view text, Position cause) {
    Region& state = regionOf(region);
    state.gaveUp = true;
    state.verdict = Verdict::kPanicked;
    state.worstChild = moreOf(failed).childOrdinal;
    state.text = boundedText("more than " + std::to_string(state.intensity) + " restarts within " +
                             std::to_string(state.within.count()) + " ns: " + std::string{text});
    state.phase = RegionPhase::kClosing;
    state.cancel = std::max(state.cancel, CancelReason::kSiblingFailed);
    state.cleanupUntil = now_;
    const Position gaveUp = regionChanged(region, cause);
    dropGroups(region, false, gaveUp);
    endBelow(region, ExitReason::kSupervisor, gaveUp);
    leakLedger(region, gaveUp);
    advance(region, gaveUp);
}

void World::breakLinks(Cell& cell, ExitReason reason, std::string_view text, Position cause) {
    if (cell.extras == nullptr) return;
    const std::vector<Rank> links = std::exchange(moreOf(cell).links, {});
    for (const Rank rank : links) {
        Cell& other = cellOf(rank);
        if (other.ended) continue;
        std::erase(moreOf(other).links, cell.rank);
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
