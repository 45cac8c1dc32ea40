// How cells end: when all turns of a round are committed, and what that leads to.
#include "engine/kernel/system_messages.h"
#include "engine/kernel/world.h"

#include <algorithm>
#include <utility>

namespace ariadne::kernel {
namespace {

Verdict verdictOf(ExitReason reason) {
    switch (reason) {
        case ExitReason::kStopped: return Verdict::kOk;
        case ExitReason::kFailed:
        case ExitReason::kLinked: return Verdict::kErr;
        case ExitReason::kCancelled:
        case ExitReason::kParentEnded:
        case ExitReason::kSupervisor: return Verdict::kCancelled;
        default: return Verdict::kPanicked;
    }
}

}  // namespace

void World::settle() {
    for (const DueRegion& closed : std::exchange(closedNow_, {}))
        if (Cell& region = cellOf(closed.rank); !region.ended)
            dropGroups(region, true, closed.cause);
    for (const CancelOrder& order : std::exchange(cancelNow_, {}))
        applyCancel(cellOf(order.by), cellOf(order.target), order.reason, order.until, order.cause);
    do {
        settleEnds();
        for (const DueRegion& due : std::exchange(due_, {})) moveOn(cellOf(due.rank), due.cause);
    } while (!endedNow_.empty() || !due_.empty());
    if (!cancelNow_.empty()) settle();
}

void World::settleEnds() {
    // Grows while it is walked: a cell that ends takes its children with it.
    for (std::size_t i = 0; i < endedNow_.size(); ++i) {
        const EndedCell now = endedNow_[i];
        Cell& cell = cellOf(now.rank);
        if (cell.ended) continue;
        if (isRegion(cell)) {
            finishRegion(cell, now);
            continue;
        }
        breakLinks(cell, now.reason, now.text, now.endSeq);
        if (supervise(cell, now)) continue;
        finishCell(cell, now.endSeq);
        if (cell.extras != nullptr) {
            for (const Rank watcher : cell.extras->watchers)
                tellWatcher(watcher, cell, now.endSeq, now.reason, now.text);
        }
        endBelow(cell, ExitReason::kParentEnded, now.endSeq);
        countOutlivers(cell, now.endSeq);
        if (cell.rank == Rank{1} && rootOutcome_ == Outcome::kRunning) {
            rootOutcome_ =
                now.reason == ExitReason::kStopped ? Outcome::kCompleted : Outcome::kFailed;
            rootText_ = now.text;
        }
        if (cell.parent != kOutside && isRegion(cellOf(cell.parent)) && !cellOf(cell.parent).ended)
            childEnded(cellOf(cell.parent), cell, verdictOf(now.reason), now.text, now.endSeq);
        orphan(cell);
        cell.extras.reset();
    }
    endedNow_.clear();
}

void World::finishRegion(Cell& region, const EndedCell& now) {
    const Verdict verdict = regionOf(region).verdict;
    const std::string text = regionOf(region).text;
    if (region.extras != nullptr)
        for (const Rank watcher : region.extras->watchers)
            tellWatcher(watcher, region, now.endSeq, now.reason, now.text);
    cancelTimersOf(region);
    // Only in a damaged snapshot are there finalizers left.
    if (region.extras != nullptr)
        while (!region.extras->stash.empty()) pool().release(region.extras->stash.popFront());
    touch(region);
    region.endsForGood();
    destroyState(*region.type->state, std::exchange(region.state, nullptr));
    region.shadow.reset();
    Cell& above = cellOf(region.parent);
    if (region.parent != kOutside && above.ended)
        outliverEnded(region, now.endSeq);
    else if (region.parent != kOutside && isRegion(above))
        childEnded(above, region, verdict, text, now.endSeq);
    orphan(region);
    region.extras.reset();
}

void World::orphan(Cell& child) {
    if (child.youngerSibling != kOutside)
        cellOf(child.youngerSibling).olderSibling = child.olderSibling;
    else if (child.parent != kOutside)
        if (Cell& parent = cellOf(child.parent); parent.extras != nullptr)
            parent.extras->lastChild = child.olderSibling;
    if (child.olderSibling != kOutside)
        cellOf(child.olderSibling).youngerSibling = child.youngerSibling;
}

void World::finishCell(Cell& cell, Position cause) {
    touch(cell);
    leakAllOf(cell, cause);
    forgetEffects(cell);
    if (cell.extras != nullptr) cell.extras->expiring.clear();
    cancelTimersOf(cell);
    cell.endsForGood();
    if (std::exchange(cell.scheduled, false) && !cell.suspended) runnable_.erase(cell.rank);
    --alive_;
    while (cell.urgent) drop(cell.takeControl(), cell.rank, DropReason::kReceiverEnded);
    while (!cell.mailbox.empty())
        drop(cell.mailbox.popFront(), cell.rank, DropReason::kReceiverEnded);
    if (cell.extras != nullptr)
        while (!cell.extras->stash.empty())
            drop(cell.extras->stash.popFront(), cell.rank, DropReason::kReceiverEnded);
    if (cell.extras != nullptr) {
        CellExtras& more = *cell.extras;
        // Whom it kept waiting waits no longer: permits never come, parked senders go on.
        for (const CellExtras::PermitWait& wait : std::exchange(more.permitQueue, {}))
            permitNeverComes(cell, wait, cause);
        for (const Rank sender : std::exchange(more.parkedHere, {}))
            if (Cell& parked = cellOf(sender); !parked.ended && parked.suspended)
                unpark(parked, cell.rank, cause);
        destroyState(*cell.type->state, std::exchange(more.firstState, nullptr));
    }
    destroyState(*cell.type->state, std::exchange(cell.state, nullptr));
    cell.shadow.reset();
}

void World::tellWatcher(Rank watcher, const Cell& ended, Position cause, ExitReason reason,
                        std::string_view text) {
    if (aliveCell(watcher) == nullptr) return;
    Message* message = pool().make(Down{{ended.key}, reason, std::string{text}});
    message->sender = ended.rank;
    EventRow row;
    row.kind = EventKind::kDown;
    row.cell = ended.rank;
    row.peer = watcher;
    row.cause = cause;
    row.arg = static_cast<std::uint64_t>(reason);
    enqueue(message, watcher, row);
}

}  // namespace ariadne::kernel
