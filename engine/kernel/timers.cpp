// The timers of a cell: set, cancelled, and gone with it.
#include "engine/base/check.h"
#include "engine/kernel/world.h"

#include <algorithm>

namespace ariadne::kernel {

void World::commitTimer(Cell& cell, Output& output, Position cause) {
    EventRow row;
    row.kind = EventKind::kTimerSet;
    row.flags = output.flags;
    row.cell = cell.rank;
    row.cause = cause;
    row.arg = output.arg;
    row.extra = output.extra;
    if (sink_ != nullptr) encodePayload(*output.message, row);
    const Position setAt = emit(row);
    const auto delay = static_cast<std::int64_t>(output.extra);
    const VirtualTime deadline = laterBy(Duration{delay});
    const std::int64_t periodNs = (output.flags & kFlagPeriodic) != 0 ? delay : 0;
    output.message->sender = kOutside;
    moreOf(cell).addTimer({output.arg, deadline});
    timers_.emplace(TimerKey{deadline, cell.rank, output.arg},
                    Timer{periodNs, setAt, 0, output.message, TimerUse::kMessage, {}});
}

bool World::isAskTimeout(const Cell& cell, std::uint64_t ordinal) const {
    if (cell.extras == nullptr) return false;
    const auto& asks = cell.extras->pendingAsks;
    return std::any_of(asks.begin(), asks.end(),
                       [&](const auto& ask) { return ask.timer == ordinal; });
}

void World::eraseTimer(Cell& cell, std::uint64_t ordinal) {
    if (cell.extras == nullptr) return;
    auto& own = cell.extras->timers;
    const auto at = cell.extras->findTimer(ordinal);
    if (at == own.end()) return;
    const auto timer = timers_.find(TimerKey{at->deadline, cell.rank, ordinal});
    ARIADNE_CHECK(timer != timers_.end());
    pool().release(timer->second.message);
    timers_.erase(timer);
    own.erase(at);
}

void World::cancelTimersOf(Cell& cell) {
    if (cell.extras == nullptr) return;
    std::vector<CellExtras::OwnTimer> expiries;
    for (const CellExtras::OwnTimer& own : std::exchange(cell.extras->timers, {})) {
        const auto timer = timers_.find(TimerKey{own.deadline, cell.rank, own.ordinal});
        ARIADNE_CHECK(timer != timers_.end());
        if (timer->second.use == TimerUse::kExpiry) {
            expiries.push_back(own);
            continue;
        }
        Message* message = std::exchange(timer->second.message, nullptr);
        const bool delayed = timer->second.use == TimerUse::kDelayed;
        timers_.erase(timer);
        if (delayed)
            drop(message, cell.rank, DropReason::kReceiverEnded);
        else
            pool().release(message);
    }
    // What still waits for a restarted cell expires as it would have.
    std::erase_if(expiries, [&](const CellExtras::OwnTimer& own) {
        const auto timer = timers_.find(TimerKey{own.deadline, cell.rank, own.ordinal});
        if (cell.extras->findExpiring(timer->second.setAt) != cell.extras->expiring.end())
            return false;
        timers_.erase(timer);
        return true;
    });
    cell.extras->timers = std::move(expiries);
}

}  // namespace ariadne::kernel
