// The commit of one turn.
#pragma once

#include "engine/kernel/turn.h"
#include "engine/kernel/world.h"

#include <utility>

namespace ariadne::kernel {

inline ExitReason reasonOf(TurnEnd end) {
    switch (end) {
        case TurnEnd::kStopped: return ExitReason::kStopped;
        case TurnEnd::kFailed: return ExitReason::kFailed;
        case TurnEnd::kThrew:
        case TurnEnd::kInjected: return ExitReason::kThrew;
        case TurnEnd::kLimit: return ExitReason::kLimit;
        default: return ExitReason::kUnknown;
    }
}

/// Who was asked to end and does, was cancelled.
inline ExitReason endReason(const Cell& cell, TurnEnd end) {
    const bool asked = cell.extras != nullptr && cell.extras->cancelled != CancelReason::kNone;
    return asked && end == TurnEnd::kStopped ? ExitReason::kCancelled : reasonOf(end);
}

Position World::tellSent(EventKind kind, Rank from, Rank to, Position cause, std::uint64_t arg,
                         std::uint64_t extra, const Message& message) {
    const TypeIndex type = typeOf(*message.type);
    if (mayPlaceRow()) [[likely]] {
        ByteWriter& payloads = (*batch_)->payloads();
        const std::size_t begin = payloads.size();
        message.type->encode(message.value(), payloads);
        const std::size_t bytes = payloads.size() - begin;
        if (bytes <= inPlaceBytesMax_) [[likely]]
            return placeRow({.time = now_,
                             .cause = cause,
                             .extra = extra,
                             .round = round_,
                             .arg = arg,
                             .type = type,
                             .cell = from,
                             .payloadBytes = static_cast<std::uint32_t>(bytes),
                             .peer = to,
                             .changeBytes = 0,
                             .flags = 0,
                             .kind = kind});
        payloads.truncate(begin);
    }
    EventRow row;
    row.kind = kind;
    row.cell = from;
    row.peer = to;
    row.cause = cause;
    row.arg = arg;
    row.extra = extra;
    encodePayload(message, row);
    return emit(row);
}

Position World::tellDelivered(const Cell& cell, const Message& delivery, ByteView change,
                              bool digestOnly) {
    const TypeIndex type = typeOf(*delivery.type);
    if (mayPlaceRow() && !digestOnly && change.size() <= inPlaceBytesMax_) [[likely]] {
        if (!change.empty()) (*batch_)->changes().raw(change);
        return placeRow({.time = now_,
                         .cause = delivery.enqueuedAt,
                         .extra = 0,
                         .round = round_,
                         .arg = cell.turns,
                         .type = type,
                         .cell = cell.rank,
                         .payloadBytes = 0,
                         .peer = delivery.sender,
                         .changeBytes = static_cast<std::uint32_t>(change.size()),
                         .flags = 0,
                         .kind = EventKind::kDeliver});
    }
    EventRow row;
    row.kind = EventKind::kDeliver;
    row.cell = cell.rank;
    row.peer = delivery.sender;
    row.cause = delivery.enqueuedAt;
    row.arg = cell.turns;
    row.type = type;
    row.change = change;
    if (digestOnly) row.flags |= kFlagDigestOnly;
    return emit(row);
}

template <bool kTold, bool kFaults>
void World::commitSend(Cell& cell, Message* message, Position turnSeq, std::uint64_t timeoutNs) {
    Cell& receiver = receiverOf(*message);
    const std::uint64_t ordinal = message->ordinal;
    message->sender = cell.rank;
    if constexpr (kTold) {
        message->enqueuedAt = tellSent(message->kind, cell.rank, receiver.rank, turnSeq, ordinal,
                                       timeoutNs, *message);
    } else {
        message->enqueuedAt = countEvent();
    }
    if constexpr (kFaults)
        if (faulty_ && injectOnTheWay(cell, message, receiver, ordinal)) [[unlikely]]
            return;
    // The common case of putIntoMailbox(); who has ended has a bounded mailbox too.
    if (receiver.options.capacity == 0 && receiver.mailbox.size() < options_.limits.mailboxMax)
        [[likely]] {
        touch(receiver);
        receiver.mailbox.pushBack(message);
        scheduleLiving(receiver);
        return;
    }
    putIntoMailbox(message, receiver);
}

template <bool kTold, bool kFaults>
void World::commitLines(OutLog& log, Cell& cell, Message* delivery, std::size_t begin,
                        std::size_t end, Position turnSeq) {
    for (std::size_t i = begin; i < end; ++i) {
        const LogLine line = log.lines[i];
        if (line.isSend()) [[likely]]
            commitSend<kTold, kFaults>(cell, line.sent(), turnSeq, 0);
        else
            i = commitRareLine(log, cell, delivery, i, turnSeq);
    }
}

template <bool kTold>
void World::commitTurn(OutLog& log, TurnRecord& turn) {
    Cell& cell = *turn.cell;
    Message* delivery = turn.delivery;
    touch(cell);
    if (turn.end == TurnEnd::kUnhandled) [[unlikely]] {
        drop(delivery, cell.rank, DropReason::kUnhandled);
        // No turn, yet it leaves room.
        if (cell.special && !cell.ending && cell.extras != nullptr) roomInMailbox(cell, position_);
        return;
    }
    ++delivered_;
    ++cell.turns;
    Position turnSeq;
    if constexpr (kTold) {
        turnSeq = tellDelivered(
            cell, *delivery,
            recordChanges_
                ? log.changes.view().subspan(turn.changeBegin, turn.changeEnd - turn.changeBegin)
                : ByteView{},
            turn.digestOnly);
    } else {
        turnSeq = countEvent();
    }
    cell.lastTurn = turnSeq;
    if (delivery->ask != 0 && !delivery->isAnswer()) [[unlikely]]
        owe(cell, *delivery);
    commitLines<kTold, true>(log, cell, delivery, turn.linesBegin, turn.linesEnd, turnSeq);
    if (turn.end != TurnEnd::kOk) [[unlikely]] {
        const Position endSeq = commitFailure(log, cell, turn, turnSeq);
        endedNow_.push_back({cell.rank, endSeq, endReason(cell, turn.end), log.texts[turn.text]});
    }
    if (cell.special) [[unlikely]] {
        // As it is after this turn; a later one of the round may have ended it by now.
        const bool ending = std::exchange(cell.ending, turn.end != TurnEnd::kOk);
        afterTurn(cell, turnSeq, delivery->enqueuedAt);
        cell.ending |= ending;
    }
    if (delivery->kind == EventKind::kFinalize && !turn.stashed) [[unlikely]]
        finalizerDone(delivery->sender, turnSeq);
    if (!turn.stashed) [[likely]]
        pool().release(delivery);
}

}  // namespace ariadne::kernel
