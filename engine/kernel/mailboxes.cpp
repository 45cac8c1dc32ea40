// A message gets to its receiver, or is dropped.
#include "engine/kernel/world.h"

#include <algorithm>
#include <utility>

namespace ariadne::kernel {

void World::enqueue(Message* message, Rank receiver, EventRow& row) {
    message->kind = row.kind;
    // A timer's row names its kTimerSet, which holds the payload.
    if (sink_ != nullptr) {
        encodePayload(*message, row);
        if (row.kind == EventKind::kTimerFire) row.payload = {};
    }
    message->enqueuedAt = emit(row);
    putIntoMailbox(message, cellOf(receiver));
}

void World::putIntoMailbox(Message* message, Cell& cell) {
    if (cell.ended) {
        const Rank receiver = cell.rank;
        const bool nobody = receiver == kOutside && message->kind == EventKind::kReply;
        drop(message, receiver,
             nobody                 ? DropReason::kNobodyAsked
             : receiver == kOutside ? DropReason::kNoSuchCell
                                    : DropReason::kReceiverEnded);
        return;
    }
    touch(cell);
    if (isControl(message->kind)) {
        cell.addControl(message);
    } else {
        if (!isSolicited(message->kind) && !hasRoom(cell)) {
            dropFromFull(cell, message);
            return;
        }
        if (cell.mailbox.size() >= options_.limits.mailboxMax) [[unlikely]]
            crowded_.push_back(cell.rank);
        cell.mailbox.pushBack(message);
    }
    schedule(cell);
}

void World::checkCrowded() {
    for (const Rank rank : std::exchange(crowded_, {}))
        if (cellOf(rank).mailbox.size() > options_.limits.mailboxMax)
            limitHit("mailboxMax", options_.limits.mailboxMax);
}

void World::dropFromFull(Cell& receiver, Message* message) {
    switch (receiver.options.onFull) {
        case OnFull::kDropOldest:
            if (Message* oldest = receiver.mailbox.takeFirst(
                    [](const Message& m) { return !isSolicited(m.kind) && !isStart(m); })) {
                drop(oldest, receiver.rank, DropReason::kDisplaced);
                receiver.mailbox.pushBack(message);
                return;
            }
            [[fallthrough]];
        case OnFull::kPark: {
            receiver.mailbox.pushBack(message);
            schedule(receiver);
            Cell* sender = aliveCell(message->sender);
            if (sender == nullptr || sender == &receiver || sender->suspended || sender->ending)
                return;
            EventRow row;
            row.kind = EventKind::kPark;
            row.cell = sender->rank;
            row.peer = receiver.rank;
            row.cause = message->enqueuedAt;
            emit(row);
            moreOf(receiver).parkedHere.push_back(sender->rank);
            receiver.special = true;
            suspend(*sender);
            return;
        }
        case OnFull::kDropNewest: drop(message, receiver.rank, DropReason::kMailboxFull); return;
        case OnFull::kReject: break;
    }
    const Rank sender = message->sender;
    drop(message, receiver.rank, DropReason::kMailboxFull);
    const Position dropped = position_;
    Cell* told = aliveCell(sender);
    if (told == nullptr) return;
    Message* back = pool().make(Undelivered{{receiver.key}, DropReason::kMailboxFull});
    if (!told->type->takes(back->type->hash)) {
        pool().release(back);
        return;
    }
    back->sender = receiver.rank;
    EventRow row;
    row.kind = EventKind::kUndelivered;
    row.cell = receiver.rank;
    row.peer = sender;
    row.cause = dropped;
    row.arg = static_cast<std::uint64_t>(DropReason::kMailboxFull);
    enqueue(back, sender, row);
}

void World::drop(Message* message, Rank receiver, DropReason reason) {
    ++counted_.dropped[static_cast<std::size_t>(reason)];
    forgetExpiry(cellOf(receiver), message->enqueuedAt);
    EventRow row;
    row.kind = EventKind::kDrop;
    row.cell = receiver;
    row.peer = message->sender;
    row.cause = message->enqueuedAt;
    row.arg = static_cast<std::uint64_t>(reason);
    if (sink_ != nullptr) row.type = typeOf(*message->type);
    const Position dropped = emit(row);
    if (message->kind == EventKind::kFinalize) finalizerDone(message->sender, dropped);
    if (message->askId() != 0)
        neverAnswered(message->asker, message->ask, keyOf(receiver), dropped);
    pool().release(message);
}

}  // namespace ariadne::kernel
