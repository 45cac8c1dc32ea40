// Faults at the places they hit.
#include "engine/kernel/faults.h"
#include "engine/kernel/region_type.h"
#include "engine/kernel/world.h"

#include <algorithm>

namespace ariadne::kernel {

bool World::injects(FaultKind kind, const Cell& cell, std::uint64_t ordinal) const {
    const Faults& faults = options_.faults;
    const std::uint32_t rate = kind == FaultKind::kCrash       ? faults.crash
                               : kind == FaultKind::kDrop      ? faults.drop
                               : kind == FaultKind::kReply     ? faults.drop
                               : kind == FaultKind::kDelay     ? faults.delay
                               : kind == FaultKind::kDuplicate ? faults.duplicate
                                                               : faults.effect;
    if (faultHits(options_.seed, kind, cell.key, ordinal, rate)) return true;
    return std::any_of(script_.begin(), script_.end(), [&](const ResolvedFault& fault) {
        return fault.kind == kind && fault.cell == cell.key && fault.ordinal == ordinal;
    });
}

void World::resolveScript(const CellBirth& birth) {
    for (const ScriptedFault& fault : options_.faults.script)
        if (fault.path == birth.path) script_.push_back({fault.kind, birth.key, fault.ordinal});
}

Position World::tellFault(FaultKind kind, Rank cell, Position cause, std::uint64_t extra) {
    EventRow row;
    row.kind = EventKind::kFault;
    row.cell = cell;
    row.cause = cause;
    row.arg = static_cast<std::uint64_t>(kind);
    row.extra = extra;
    return emit(row);
}

bool World::injectOnTheWay(Cell& sender, Message* message, Cell& receiver, std::uint64_t ordinal) {
    if (receiver.ended) return false;
    if (injects(FaultKind::kDrop, sender, ordinal)) {
        tellFault(FaultKind::kDrop, receiver.rank, message->enqueuedAt, 0);
        drop(message, receiver.rank, DropReason::kLost);
        return true;
    }
    if (injects(FaultKind::kDelay, sender, ordinal)) {
        comesLate(message, receiver,
                  faultDelay(options_.seed, sender.key, ordinal, options_.faults.delayMax),
                  ordinal);
        return true;
    }
    if (!injects(FaultKind::kDuplicate, sender, ordinal)) return false;
    const Position doubled =
        tellFault(FaultKind::kDuplicate, receiver.rank, message->enqueuedAt, 0);
    Message* copy = doubleOf(*message);
    const std::optional<VirtualTime> expiry = expiryOf(receiver, message->enqueuedAt);
    putIntoMailbox(message, receiver);
    if (expiry) expireAt(receiver, Position{position_.value + 1}, *expiry);
    bringCopy(copy, receiver, doubled, ordinal);
    return true;
}

void World::comesLate(Message* message, Cell& receiver, Duration delay, std::uint64_t ordinal) {
    tellFault(FaultKind::kDelay, receiver.rank, message->enqueuedAt,
              static_cast<std::uint64_t>(delay.count()));
    // It waits elsewhere meanwhile: out of the mailbox its row has put it in.
    EventRow row;
    row.kind = EventKind::kDrop;
    row.cell = receiver.rank;
    row.peer = message->sender;
    row.cause = message->enqueuedAt;
    row.arg = static_cast<std::uint64_t>(DropReason::kDelayed);
    ++counted_.dropped[row.arg];
    if (sink_ != nullptr) row.type = typeOf(*message->type);
    const Position setAside = emit(row);
    startTimer(receiver, delay, TimerUse::kDelayed, setAside, ordinal, {}, message);
}

Message* World::doubleOf(const Message& message) {
    Message* copy = pool().copyOf(message);
    copy->kind = message.kind;
    copy->sender = message.sender;
    copy->ask = message.ask;
    copy->asker = message.asker;
    return copy;
}

void World::bringCopy(Message* message, Cell& receiver, Position cause, std::uint64_t ordinal) {
    EventRow row;
    row.kind = message->kind;
    row.flags = kFlagCopy;
    row.cell = message->sender;
    row.peer = receiver.rank;
    row.cause = cause;
    row.arg = ordinal;
    if (sink_ != nullptr) encodePayload(*message, row);
    const Position before = std::exchange(message->enqueuedAt, emit(row));
    renameExpiring(receiver, before, message->enqueuedAt);
    putIntoMailbox(message, receiver);
}

}  // namespace ariadne::kernel
