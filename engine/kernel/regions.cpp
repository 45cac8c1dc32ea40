// Life of a region: opened, cancelled, drained, finalized, closed.
#include "engine/base/check.h"
#include "engine/kernel/region_type.h"
#include "engine/kernel/system_messages.h"
#include "engine/kernel/world.h"

#include <algorithm>

namespace ariadne::kernel {

const CellType& regionCellType() {
    static const CellType kType = [] {
        CellType type;
        type.state = &value::typeInfo<Region>();
        type.addBehaviour({}, {});
        type.isRegion = true;
        type.beginChanges = [](void* state, value::Shadow& shadow) {
            value::beginChanges(*static_cast<Region*>(state), shadow);
        };
        type.encodeChange = [](void* state, value::Shadow& shadow, value::ChangeScratch& scratch,
                               ByteWriter& out) {
            return value::encodeChange(*static_cast<Region*>(state), shadow, scratch, out);
        };
        return type;
    }();
    return kType;
}

Cell* World::regionAbove(const Cell& cell) {
    for (Rank rank = cell.parent; rank != kOutside; rank = cellOf(rank).parent)
        if (Cell& above = cellOf(rank); !above.ended && isRegion(above)) return &above;
    return nullptr;
}

Cell* World::ledgerOf(Cell& cell, Position cause) {
    if (Cell* region = regionAbove(cell)) return region;
    // Ended only in a damaged snapshot: its key is taken then, and the run ends by that name.
    if (aliveCell(rootLedger_) == nullptr) {
        BirthOrder order{};
        order.type = &regionCellType();
        order.state = new (allocateState(*order.type->state)) Region{};
        order.key = regionKey(CellKey{}, 1);
        const Cell* born = commitBirth(kOutside, order, "(run)", cause);
        if (born == nullptr) return nullptr;  // a limit; the run ends with this round
        rootLedger_ = born->rank;
    }
    return &cellOf(rootLedger_);
}

Position World::emitRegion(Cell& region, EventRow& row) {
    touch(region);
    if (recordChanges_) {
        regionChange_.clear();
        region.type->encodeChange(region.state, *region.shadow, lanes_.front()->scratch,
                                  regionChange_);
        row.change = regionChange_.view();
    }
    row.cell = region.rank;
    return emit(row);
}

Position World::regionChanged(Cell& region, Position cause) {
    EventRow row;
    row.kind = EventKind::kRegion;
    row.cause = cause;
    row.arg = static_cast<std::uint64_t>(regionOf(region).phase);
    row.extra = static_cast<std::uint64_t>(regionOf(region).verdict);
    return emitRegion(region, row);
}

void World::refuse(Cell& cell, Rank peer, RefuseReason reason, Position cause,
                   std::string_view text) {
    EventRow row;
    row.kind = EventKind::kRefuse;
    row.cell = cell.rank;
    row.peer = peer;
    row.cause = cause;
    row.arg = static_cast<std::uint64_t>(reason);
    row.payload = asBytes(text);
    emit(row);
}

void World::commitBirthInto(Cell& creator, const BirthOrder& order, std::string_view name,
                            const BirthCare* care, Position cause) {
    const CellType& type = *order.type;
    if (care == nullptr && !type.isRegion) [[likely]] {
        commitBirth(creator.rank, order, name, cause);
        return;
    }
    Rank parent = creator.rank;
    std::string unique;
    const bool intoRegion = care != nullptr && care->region.value != 0;
    if (intoRegion) {
        const Rank named = keys_.find(care->region);
        Cell& region = cellOf(named);
        const bool gone = named == kOutside || (!region.ended && !isRegion(region));
        const bool open = !gone && !region.ended && regionOf(region).phase == RegionPhase::kOpen;
        if (!open) {
            refuse(creator, named,
                   gone ? RefuseReason::kNoSuchRegion : RefuseReason::kRegionNotOpen, cause,
                   "'" + std::string{name} + "' was not born: its region is not open");
            destroyState(*type.state, order.state);
            return;
        }
        parent = named;
        unique = uniqueName(name, moreOf(region).useName(name));
        name = unique;
    }
    if (type.isRegion) {
        // Nobody has more than who is above.
        Cell& over = cellOf(parent);
        Region& region = *static_cast<Region*>(order.state);
        if (Cell* above = isRegion(over) ? &over : regionAbove(over))
            region.left = tightest(region.left, regionOf(*above).left);
        budgets_ = budgets_ || region.left.bounded();
    }
    void* firstState = nullptr;
    if (intoRegion && !type.isRegion && care->child.restart != RestartPolicy::kTemporary &&
        regionOf(cellOf(parent)).strategy != Strategy::kNone) {
        firstState = allocateState(*type.state);
        type.state->copyInto(order.state, firstState);
    }
    Cell* const born = commitBirth(parent, order, name, cause);
    if (born == nullptr) return destroyState(*type.state, firstState);
    if (firstState != nullptr) moreOf(*born).firstState = firstState;
    if (care != nullptr && care->memory.bytes != 0) {
        moreOf(*born).memory = care->memory;
        measure(*born);
    }
    if (type.isRegion && regionOf(*born).left.deadline != Budget{}.deadline)
        startTimer(*born,
                   regionOf(*born).left.deadline - std::min(now_, regionOf(*born).left.deadline),
                   TimerUse::kDeadline, cause);
    if (!intoRegion) return;
    Region& region = regionOf(cellOf(parent));
    CellExtras& more = moreOf(*born);
    more.child = care->child;
    more.childOrdinal = ++region.started;
    more.livesSince = now_;
    ++region.children;
    regionChanged(cellOf(parent), Position{position_});
}

void World::startTimer(Cell& owner, Duration delay, TimerUse use, Position cause,
                       std::uint64_t ordinal, Rank maker, Message* message) {
    const std::uint64_t number = kKernelTimer | ++moreOf(owner).kernelTimers;
    const VirtualTime deadline = laterBy(delay);
    moreOf(owner).addTimer({number, deadline});
    timers_.emplace(TimerKey{deadline, owner.rank, number},
                    Timer{0, cause, ordinal, message, use, maker});
}

void World::closeRegion(Cell& region, Position cause) {
    Region& state = regionOf(region);
    if (state.phase != RegionPhase::kOpen) return;
    state.phase = RegionPhase::kClosing;
    const Position closing = regionChanged(region, cause);
    // Not now: of those whom it concerns some may yet take their turns of this round.
    closedNow_.push_back({region.rank, closing});
    advance(region, closing);
}

void World::addFinalizer(Cell& cell, Output& output, CellKey target, Position cause) {
    const Rank named = keys_.find({output.target});
    Cell& region = cellOf(named);
    const bool isOne = named != kOutside && !region.ended && isRegion(region);
    if (!isOne || regionOf(region).phase > RegionPhase::kClosing) {
        refuse(cell, named, isOne ? RefuseReason::kRegionNotOpen : RefuseReason::kNoSuchRegion,
               cause, "a finalizer was not added: its region is closed");
        pool().release(output.message);
        return;
    }
    ++regionOf(region).finalizers;
    EventRow row;
    row.kind = EventKind::kFinalizer;
    row.peer = keys_.find(target);
    row.cause = cause;
    if (sink_ != nullptr) encodePayload(*output.message, row);
    Message* message = output.message;
    message->kind = EventKind::kFinalize;
    message->sender = region.rank;
    message->asker = row.peer;
    message->enqueuedAt = emitRegion(region, row);
    moreOf(region).stash.pushFront(message);
}

void World::endCell(Cell& cell, EventKind kind, ExitReason reason, Rank by, Position cause,
                    std::string text) {
    if (cell.ended || cell.ending) return;
    EventRow row;
    row.kind = kind;
    row.cell = cell.rank;
    row.peer = by;
    row.cause = cause;
    row.arg = static_cast<std::uint64_t>(reason);
    row.payload = asBytes(text);
    if (kind == EventKind::kFail) ++failures_;
    cell.ending = true;
    endedNow_.push_back({cell.rank, emit(row), reason, std::move(text)});
}

void World::endBelow(Cell& cell, ExitReason reason, Position cause) {
    // Stop from right to left: the youngest first. Regions do not end, they close.
    for (Rank child = cell.lastChild(); child != kOutside; child = cellOf(child).olderSibling) {
        Cell& below = cellOf(child);
        if (!isRegion(below)) {
            endCell(below, EventKind::kStop, reason, cell.rank, cause, {});
            continue;
        }
        Region& state = regionOf(below);
        if (state.phase >= RegionPhase::kFinalizing) continue;
        state.phase = RegionPhase::kClosing;
        state.cancel = std::max(state.cancel, CancelReason::kParentCancelled);
        state.cleanupUntil = now_;
        const Position closing = regionChanged(below, cause);
        dropGroups(below, false, closing);
        endBelow(below, reason, closing);
        leakLedger(below, closing);
        advance(below, closing);
    }
}

// ---- Cancellation ---------------------------------------------------------------------------

void World::applyCancel(Cell& by, Cell& target, CancelReason reason, VirtualTime until,
                        Position cause) {
    if (target.ended) return;
    if (isRegion(target))
        cancelBelow(by, target, reason, until, cause);
    else
        cancelCell(by, target, reason, until, cause);
}

void World::cancelBelow(Cell& by, Cell& target, CancelReason reason, VirtualTime until,
                        Position cause) {
    Region& state = regionOf(target);
    if (state.phase >= RegionPhase::kFinalizing) return;
    const bool first = state.cancel == CancelReason::kNone;
    const bool stronger = reason > state.cancel;
    const bool sooner = first || until < state.cleanupUntil;
    if (!stronger && !sooner) return;
    state.phase = RegionPhase::kClosing;
    state.cancel = std::max(state.cancel, reason);
    if (sooner) state.cleanupUntil = until;
    const Position asked = regionChanged(target, cause);
    if (sooner) startTimer(target, until - now_, TimerUse::kCleanup, asked);
    dropGroups(target, false, asked);
    for (Rank child = target.lastChild(); child != kOutside; child = cellOf(child).olderSibling) {
        Cell& below = cellOf(child);
        if (isRegion(below))
            cancelBelow(target, below, std::max(reason, CancelReason::kParentCancelled),
                        state.cleanupUntil, asked);
        else
            cancelCell(target, below, reason, state.cleanupUntil, asked);
    }
    (void)by;
    advance(target, asked);
}

void World::cancelCell(Cell& by, Cell& cell, CancelReason reason, VirtualTime until,
                       Position cause) {
    if (cell.ended || cell.ending) return;
    if (Cell* over = groupWith(cell)) leaveGroup(*over, cell, cause);
    askToEnd(by, cell, reason, until, cause);
}

void World::askToEnd(Cell& by, Cell& cell, CancelReason reason, VirtualTime until, Position cause) {
    CellExtras& more = moreOf(cell);
    until = std::min(until, laterBy(more.child.shutdown));
    const bool first = more.cancelled == CancelReason::kNone;
    if (!first && reason <= more.cancelled && until >= more.cancelUntil) return;
    more.cancelled = std::max(more.cancelled, reason);
    more.cancelUntil = first ? until : std::min(more.cancelUntil, until);
    // What belongs to it below is asked too; what it spawned ends with it.
    for (Rank child = cell.lastChild(); child != kOutside; child = cellOf(child).olderSibling)
        applyCancel(cell, cellOf(child), std::max(reason, CancelReason::kParentCancelled), until,
                    cause);
    if (!cell.type->takes(value::typeInfo<CancelRequested>()) || cell.suspended) {
        endCell(cell, EventKind::kStop, ExitReason::kCancelled, by.rank, cause, {});
        return;
    }
    startTimer(cell, more.cancelUntil - now_, TimerUse::kCleanup, cause);
    more.cancelTold = false;
    if (more.maskedTurns == 0) tellCancelled(by, cell, cause);
}

void World::tellCancelled(Cell& by, Cell& cell, Position cause) {
    CellExtras& more = moreOf(cell);
    more.cancelTold = true;
    Message* message = pool().make(CancelRequested{more.cancelled, more.cancelUntil});
    message->sender = by.rank;
    EventRow row;
    row.kind = EventKind::kCancelRequest;
    row.cell = by.rank;
    row.peer = cell.rank;
    row.cause = cause;
    row.arg = static_cast<std::uint64_t>(more.cancelled);
    row.extra = static_cast<std::uint64_t>(more.cancelUntil.value);
    enqueue(message, cell.rank, row);
}

void World::cleanupIsOver(Cell& cell, Position cause) {
    if (!isRegion(cell)) {
        // A later request may have left it less, never more.
        if (moreOf(cell).cancelUntil <= now_)
            endCell(cell, EventKind::kFail, ExitReason::kOverdue, cell.parent, cause,
                    "asked to end, it did not within its time to clean up");
        return;
    }
    if (regionOf(cell).phase != RegionPhase::kClosing || regionOf(cell).cleanupUntil > now_) return;
    for (Rank child = cell.lastChild(); child != kOutside; child = cellOf(child).olderSibling) {
        Cell& below = cellOf(child);
        if (isRegion(below))
            cleanupIsOver(below, cause);
        else
            endCell(below, EventKind::kFail, ExitReason::kOverdue, cell.rank, cause,
                    "its region was cancelled, and it did not end within the time to clean up");
    }
    leakLedger(cell, cause);
    advance(cell, cause);
}

// ---- Closing --------------------------------------------------------------------------------

void World::childEnded(Cell& region, Cell& child, Verdict verdict, std::string_view text,
                       Position cause) {
    Region& state = regionOf(region);
    --state.children;
    const Judged before{state.verdict, state.worstChild};
    const Judged after = join(before, {verdict, moreOf(child).childOrdinal});
    if (after != before && verdict != Verdict::kOk) state.text = std::string{text};
    state.verdict = after.verdict;
    state.worstChild = after.ordinal;
    advance(region, regionChanged(region, cause));
}

void World::countOutlivers(Cell& ended, Position cause) {
    Cell* above = regionAbove(ended);
    if (above == nullptr) return;
    std::uint32_t regions = 0;
    for (Rank child = ended.lastChild(); child != kOutside; child = cellOf(child).olderSibling)
        if (isRegion(cellOf(child)) && !cellOf(child).ended) ++regions;
    if (regions == 0) return;
    regionOf(*above).children += regions;
    regionChanged(*above, cause);
}

void World::outliverEnded(Cell& region, Position cause) {
    Cell* above = regionAbove(region);
    if (above == nullptr) return;
    --regionOf(*above).children;
    advance(*above, regionChanged(*above, cause));
}

void World::advance(Cell& region, Position cause) {
    due_.push_back({region.rank, cause});
}

void World::moveOn(Cell& region, Position cause) {
    if (region.ended || region.ending) return;
    Region& state = regionOf(region);
    const std::uint32_t waiting = region.extras == nullptr ? 0 : region.extras->stash.size();
    if (state.phase == RegionPhase::kClosing) {
        if (state.children != 0 || !state.obligations.empty()) return;
        state.phase = RegionPhase::kFinalizing;
        cause = regionChanged(region, cause);
    } else if (state.phase != RegionPhase::kFinalizing || state.finalizers != waiting) {
        return;  // one of them is on its way
    }
    if (waiting == 0)
        regionIsClosed(region, cause);
    else
        runFinalizer(region);
}

void World::runFinalizer(Cell& region) {
    Message* message = moreOf(region).stash.popFront();
    EventRow row;
    row.kind = EventKind::kFinalize;
    row.cell = region.rank;
    row.peer = message->asker;
    row.cause = message->enqueuedAt;
    const Rank receiver = message->asker;
    message->asker = kOutside;
    enqueue(message, receiver, row);
}

void World::finalizerDone(Rank rank, Position cause) {
    Cell& region = cellOf(rank);
    if (region.ended || !isRegion(region) || regionOf(region).phase != RegionPhase::kFinalizing)
        return;
    --regionOf(region).finalizers;
    advance(region, regionChanged(region, cause));
}

void World::regionIsClosed(Cell& region, Position cause) {
    Region& state = regionOf(region);
    state.phase = RegionPhase::kClosed;
    const Position closed = regionChanged(region, cause);
    region.ending = true;
    endedNow_.push_back({region.rank, closed, ExitReason::kStopped, state.text});
    // Whoever opened it: the cell above, however many regions are in between.
    Rank owner = region.parent;
    while (owner != kOutside && isRegion(cellOf(owner))) owner = cellOf(owner).parent;
    Cell* told = aliveCell(owner);
    if (told == nullptr || told->ending) return;
    if (!told->type->takes(value::typeInfo<RegionClosed>())) {
        if (state.gaveUp)
            endCell(*told, EventKind::kFail, ExitReason::kEscalated, region.rank, closed,
                    state.text);
        return;
    }
    Message* message =
        pool().make(RegionClosed{{region.key}, state.verdict, state.cancel, state.text});
    message->sender = region.rank;
    EventRow row;
    row.kind = EventKind::kRegionClosed;
    row.cell = region.rank;
    row.peer = told->rank;
    row.cause = closed;
    row.arg = static_cast<std::uint64_t>(state.verdict);
    enqueue(message, told->rank, row);
}

// ---- Budgets --------------------------------------------------------------------------------

void World::useBudgets(Cell& cell, std::uint64_t turns, std::uint64_t cost, Position cause) {
    bool changed = false;
    const auto take = [&](std::uint64_t& left, std::uint64_t used) {
        if (left == Budget::kUnbounded || used == 0) return false;
        changed = changed || left != 0;
        left -= std::min(left, used);
        return left == 0;
    };
    for (Cell* region = regionAbove(cell); region != nullptr; region = regionAbove(*region)) {
        Budget& left = regionOf(*region).left;
        changed = false;
        const bool noTurns = take(left.turns, turns);
        const bool noCost = take(left.cost, cost);
        if (changed) spent_.push_back({region->rank, cause});
        if ((noTurns || noCost) && regionOf(*region).phase == RegionPhase::kOpen)
            cancelNow_.push_back({cell.rank, region->rank, CancelReason::kBudget, now_, cause});
    }
}

void World::tellSpent() {
    // One row for each region, however many turns took from it.
    std::stable_sort(spent_.begin(), spent_.end(),
                     [](const DueRegion& a, const DueRegion& b) { return a.rank < b.rank; });
    for (std::size_t i = 0; i < spent_.size(); ++i)
        if (i + 1 == spent_.size() || spent_[i + 1].rank != spent_[i].rank)
            regionChanged(cellOf(spent_[i].rank), spent_[i].cause);
    spent_.clear();
}

}  // namespace ariadne::kernel
