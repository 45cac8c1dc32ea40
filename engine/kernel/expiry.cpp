// Messages that wait only so long: a timer of the receiver's drops them, unless a turn takes them
// first.
#include "engine/base/check.h"
#include "engine/kernel/world.h"

#include <algorithm>

namespace ariadne::kernel {

void World::expireAt(Cell& receiver, Position enqueuedAt, VirtualTime deadline) {
    startTimer(receiver, deadline - now_, TimerUse::kExpiry, enqueuedAt);
    CellExtras& more = moreOf(receiver);
    more.expiring.push_back({enqueuedAt, kKernelTimer | more.kernelTimers});
    receiver.special = true;
}

std::optional<VirtualTime> World::expiryOf(Cell& receiver, Position enqueuedAt) {
    if (receiver.extras == nullptr) return std::nullopt;
    const auto at = receiver.extras->findExpiring(enqueuedAt);
    if (at == receiver.extras->expiring.end()) return std::nullopt;
    return receiver.extras->findTimer(at->timer)->deadline;
}

void World::forgetExpiry(Cell& receiver, Position enqueuedAt) {
    if (receiver.extras == nullptr || receiver.extras->expiring.empty()) return;
    const auto at = receiver.extras->findExpiring(enqueuedAt);
    if (at == receiver.extras->expiring.end()) return;
    const std::uint64_t timer = at->timer;
    receiver.extras->expiring.erase(at);
    eraseTimer(receiver, timer);
}

void World::renameExpiring(Cell& receiver, Position from, Position to) {
    const std::optional<VirtualTime> deadline = expiryOf(receiver, from);
    if (!deadline) return;
    forgetExpiry(receiver, from);
    expireAt(receiver, to, *deadline);
}

void World::expire(Cell& receiver, Position enqueuedAt) {
    CellExtras& more = moreOf(receiver);
    more.expiring.erase(more.findExpiring(enqueuedAt));
    Message* message =
        receiver.mailbox.takeFirst([&](const Message& m) { return m.enqueuedAt == enqueuedAt; });
    // Not there yet: a fault made it late.
    for (const CellExtras::OwnTimer& own : more.timers) {
        if (message != nullptr) break;
        const auto timer = timers_.find(TimerKey{own.deadline, receiver.rank, own.ordinal});
        if (timer->second.use != TimerUse::kDelayed ||
            timer->second.message->enqueuedAt != enqueuedAt)
            continue;
        message = std::exchange(timer->second.message, nullptr);
        eraseTimer(receiver, own.ordinal);
        break;
    }
    ARIADNE_CHECK(message != nullptr);
    drop(message, receiver.rank, DropReason::kExpired);
    roomInMailbox(receiver, position_);
    if (receiver.waiting() != 0 || !receiver.scheduled || receiver.suspended) return;
    receiver.scheduled = false;
    runnable_.erase(receiver.rank);
}

}  // namespace ariadne::kernel
