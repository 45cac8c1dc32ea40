// The commit phase: what the turns of a round asked for becomes true, in rank, turn and output
// order.
#include "engine/base/check.h"
#include "engine/kernel/commit_turn.h"
#include "engine/kernel/far_apart.h"
#include "engine/kernel/system_messages.h"
#include "engine/kernel/turn.h"
#include "engine/kernel/turn_watch.h"
#include "engine/kernel/world.h"

#include <algorithm>
#include <utility>

namespace ariadne::kernel {
std::size_t World::commitRareLine(OutLog& log, Cell& cell, Message* delivery, std::size_t at,
                                  Position turnSeq) {
    const LogLine line = log.lines[at];
    if (line.isBirth()) {
        const BirthOrder& order = log.births[line.place()];
        commitBirthInto(cell, order, log.texts[order.name], log.careOf(order), turnSeq);
        return at;
    }
    if (!line.isMessage()) {
        commitOutput(log, cell, log.outputs[line.place()], turnSeq, delivery);
        return at;
    }
    Message* message = line.message();
    if (message->kind == EventKind::kAsk) {  // its timeout is the line behind it
        commitAsk(cell, message, log.outputs[log.lines[at + 1].place()], turnSeq);
        return at + 1;
    }
    if (message->kind == EventKind::kReply)
        commitReply(cell, message, turnSeq);
    else
        commitForward(cell, message, turnSeq);
    return at;
}

Cell& World::receiverByKey(const Message& message) {
    return cells_[keys_.find({message.target})];
}

template <bool kTold>
void World::commitLog(OutLog& log) {
    if (cells_.size() < kFarApart) {
        for (TurnRecord& turn : log.turns) commitTurn<kTold>(log, turn);
        return;
    }
    // Receivers come from far apart: who gets the first message of a turn is on its way before.
    constexpr std::size_t kTurnsAhead = 4;
    const std::size_t turns = log.turns.size();
    for (std::size_t i = 0; i < turns; ++i) {
        if (i + kTurnsAhead < turns) {
            const TurnRecord& soon = log.turns[i + kTurnsAhead];
            __builtin_prefetch(&soon.cell->turns);
            if (soon.linesBegin != soon.linesEnd)
                if (const LogLine line = log.lines[soon.linesBegin];
                    line.isMessage() && line.message()->isAimed)
                    __builtin_prefetch(line.message()->receiver);
        }
        commitTurn<kTold>(log, log.turns[i]);
    }
}

template <bool kTold>
[[gnu::noinline]] void World::commitMeasured(OutLog& log) {
    for (TurnRecord& turn : log.turns) {
        const Position enqueuedAt = turn.delivery->enqueuedAt;
        const Position turnSeq{position_.value + 1};
        const std::uint64_t before = delivered_;
        commitTurn<kTold>(log, turn);
        // What was not handled took no turn.
        if (delivered_ != before) counted_.wait.add(turnSeq.value - enqueuedAt.value);
    }
}

void World::commit() {
    if (options_.metricsEvery == 0) [[likely]] {
        for (std::uint32_t i = 0; i < logsUsed_; ++i)
            sink_ != nullptr ? commitLog<true>(*logs_[i]) : commitLog<false>(*logs_[i]);
    } else {
        measureRound();
        for (std::uint32_t i = 0; i < logsUsed_; ++i)
            sink_ != nullptr ? commitMeasured<true>(*logs_[i]) : commitMeasured<false>(*logs_[i]);
    }
    if (!spent_.empty()) tellSpent();
    if (unsettled()) settle();
    for (std::uint32_t i = 0; i < logsUsed_; ++i) {
        OutLog& log = *logs_[i];
        // Whoever still has mail is runnable next round.
        for (Cell* cell : log.stillWaiting)
            if (cell->hasMail()) schedule(*cell);
        log.clear();
    }
    logsUsed_ = 0;
    if (!crowded_.empty()) [[unlikely]]
        checkCrowded();
    if (position_.value >= options_.limits.eventsMax) [[unlikely]]
        limitHit("eventsMax", options_.limits.eventsMax);
    if (rootOutcome_ == Outcome::kLimit) end(Outcome::kLimit, rootText_);
}

void World::owe(Cell& cell, const Message& delivery) {
    auto& owed = moreOf(cell).owed;
    // Asks that timed out meanwhile are no longer owed an answer.
    if (owed.size() >= 32 && owed.size() % 32 == 0)
        std::erase_if(owed, [&](const CellExtras::OwedReply& reply) {
            Cell* asker = aliveCell(reply.asker);
            return asker == nullptr ||
                   moreOf(*asker).findAsk(reply.ask) == moreOf(*asker).pendingAsks.end();
        });
    owed.push_back({delivery.asker, delivery.ask});
}

void World::forgetOwed(Cell& cell, Rank asker, std::uint64_t ask) {
    if (cell.extras == nullptr) return;
    touch(cell);
    auto& owed = cell.extras->owed;
    const auto at = std::find_if(owed.rbegin(), owed.rend(), [&](const auto& reply) {
        return reply.asker == asker && reply.ask == ask;
    });
    if (at != owed.rend()) owed.erase(std::next(at).base());
}

void World::afterTurn(Cell& cell, Position turnSeq, Position enqueuedAt) {
    cell.special = false;
    if (Cell* region = regionAbove(cell); region != nullptr && regionOf(*region).left.bounded()) {
        useBudgets(cell, 1, 0, turnSeq);
        cell.special = true;
    }
    if (cell.extras == nullptr) return;
    CellExtras& more = *cell.extras;
    if (more.failedIn != Round{})
        counted_.recovery.add(round_.value - std::exchange(more.failedIn, Round{}).value);
    if (!more.expiring.empty()) {
        forgetExpiry(cell, enqueuedAt);
        cell.special = true;
    }
    if (more.maskedTurns != 0) {
        cell.special = true;
        if (--more.maskedTurns == 0 && more.cancelled != CancelReason::kNone && !more.cancelTold &&
            !cell.ending)
            tellCancelled(cell, cell, turnSeq);
    }
    if (!more.permitQueue.empty() || !more.parkedHere.empty()) {
        cell.special = true;
        if (!cell.ending) roomInMailbox(cell, turnSeq);
    }
}

void World::commitAnySend(Cell& cell, Message* message, Position turnSeq, std::uint64_t timeoutNs) {
    sink_ != nullptr ? commitSend<true, true>(cell, message, turnSeq, timeoutNs)
                     : commitSend<false, true>(cell, message, turnSeq, timeoutNs);
}

void World::commitExpiringSend(Cell& cell, Message* message, Duration life, Position turnSeq) {
    message->kind = EventKind::kSend;
    // First its timer: should the message not even get there, its drop takes that away.
    if (Cell& receiver = receiverOf(*message); !receiver.ended)
        expireAt(receiver, Position{position_.value + 1}, laterBy(life));
    commitAnySend(cell, message, turnSeq, static_cast<std::uint64_t>(life.count()));
}

void World::commitForward(Cell& cell, Message* message, Position turnSeq) {
    if (message->ask != 0) forgetOwed(cell, message->asker, message->ask);
    commitAnySend(cell, message, turnSeq, 0);
}

void World::commitAsk(Cell& cell, Message* message, Output& timeout, Position turnSeq) {
    const Position askedAt{position_.value + 1};
    const std::uint64_t id = message->ask;
    CellExtras& more = moreOf(cell);
    more.pendingAsks.push_back(
        {id, askedAt, timeout.arg, receiverOf(*message).rank, timeout.message == nullptr});
    if (timeout.message != nullptr) {
        const VirtualTime deadline = laterBy(Duration{static_cast<std::int64_t>(timeout.extra)});
        more.addTimer({timeout.arg, deadline});
        timers_.emplace(TimerKey{deadline, cell.rank, timeout.arg},
                        Timer{0, askedAt, id, timeout.message, TimerUse::kMessage, {}});
    }
    message->asker = cell.rank;
    commitAnySend(cell, message, turnSeq, timeout.extra);
}

Position World::commitFailure(OutLog& log, Cell& cell, const TurnRecord& turn, Position turnSeq) {
    EventRow row;
    row.kind = turn.end == TurnEnd::kStopped ? EventKind::kStop : EventKind::kFail;
    row.cell = cell.rank;
    row.cause = turnSeq;
    row.arg = static_cast<std::uint64_t>(endReason(cell, turn.end));
    row.payload = asBytes(log.texts[turn.text]);
    if (row.kind == EventKind::kFail) ++failures_;
    if (turn.end == TurnEnd::kInjected)
        row.cause = tellFault(FaultKind::kCrash, cell.rank, turnSeq, 0);
    return emit(row);
}

void World::commitOutput(OutLog& log, Cell& cell, Output& output, Position turnSeq,
                         Message* delivery) {
    EventRow row;
    row.kind = output.kind;
    row.cell = cell.rank;
    row.cause = turnSeq;
    row.arg = output.arg;
    switch (output.kind) {
        case EventKind::kTimerSet: commitTimer(cell, output, turnSeq); return;
        case EventKind::kTimerCancel:
            // The timeout of an ask shares the numbers of timers, but is nobody's to cancel.
            // Nor are those of the kernel.
            if ((output.arg & kKernelTimer) == 0 && !isAskTimeout(cell, output.arg))
                eraseTimer(cell, output.arg);
            emit(row);
            return;
        case EventKind::kMonitor: monitorCommitted(cell, {output.target}, turnSeq); return;
        case EventKind::kDemonitor: {
            row.peer = keys_.find({output.target});
            emit(row);
            if (Cell* target = aliveCell(row.peer); target != nullptr && target->extras != nullptr)
                std::erase(moreOf(*target).watchers, cell.rank);
            return;
        }
        case EventKind::kBecome: {
            row.payload = asBytes(cell.type->behaviours[output.arg]);
            emit(row);
            return;
        }
        case EventKind::kStash:
            row.cause = delivery->enqueuedAt;
            emit(row);
            if (delivery->askId() != 0) forgetOwed(cell, delivery->asker, delivery->ask);
            moreOf(cell).stash.pushBack(delivery);
            return;
        case EventKind::kUnstash: {
            row.arg = cell.extras == nullptr ? 0 : cell.extras->stash.size();
            emit(row);
            if (row.arg == 0) return;
            cell.mailbox.prepend(cell.extras->stash);
            schedule(cell);
            return;
        }
        case EventKind::kNote:
            if (sink_ != nullptr) {
                row.type = typeOf(*log.notes[output.side].type);
                row.payload = log.notes[output.side].payload;
            }
            emit(row);
            return;
        case EventKind::kLog:
            row.payload = asBytes(log.texts[output.side]);
            emit(row);
            return;
        default: commitRare(log, cell, output, turnSeq);
    }
}

void World::commitRare(OutLog& log, Cell& cell, Output& output, Position turnSeq) {
    EventRow row;
    row.kind = output.kind;
    row.cell = cell.rank;
    row.cause = turnSeq;
    row.arg = output.arg;
    switch (output.kind) {
        case EventKind::kRegionClosed: {
            const Rank named = keys_.find({output.target});
            Cell& region = cellOf(named);
            if (named != kOutside && region.ended) return;  // closing is idempotent
            if (named == kOutside || !isRegion(region))
                return refuse(cell, named, RefuseReason::kNoSuchRegion, turnSeq,
                              "nothing was closed: this is no region");
            return closeRegion(region, turnSeq);
        }
        case kExpiringSend:
            return commitExpiringSend(cell, output.message, log.obligations[output.side].lease,
                                      turnSeq);
        case kSureSend:
            row.kind = EventKind::kSend;
            row.peer = keys_.find({output.target});
            output.message->sender = cell.rank;
            return enqueue(output.message, row.peer, row);
        case EventKind::kFinalizer:
            return addFinalizer(cell, output, log.obligations[output.side].holder, turnSeq);
        case EventKind::kCancel: {
            row.peer = keys_.find({output.target});
            row.arg = output.side;
            row.extra = output.arg;
            const Position asked = emit(row);
            if (row.peer != kOutside)
                cancelNow_.push_back({cell.rank, row.peer, static_cast<CancelReason>(output.side),
                                      laterBy(Duration{static_cast<std::int64_t>(output.arg)}),
                                      asked});
            return;
        }
        case EventKind::kMask: {
            emit(row);
            CellExtras& more = moreOf(cell);
            // The turn that masks counts as none.
            more.maskedTurns = static_cast<std::uint32_t>(output.arg) + (output.arg == 0 ? 0 : 1);
            if (output.arg != 0)
                cell.special = true;
            else if (more.cancelled != CancelReason::kNone && !more.cancelTold)
                tellCancelled(cell, cell, position_);
            return;
        }
        case EventKind::kLink: {
            row.peer = keys_.find({output.target});
            const Position linked = emit(row);
            Cell* other = aliveCell(row.peer);
            if (other == &cell) return;
            if (other == nullptr || isRegion(*other))
                return refuse(cell, row.peer, RefuseReason::kNothingToLink, linked,
                              "no link: the other end has ended or was never born");
            auto& mine = moreOf(cell).links;
            if (std::find(mine.begin(), mine.end(), other->rank) != mine.end()) return;
            mine.push_back(other->rank);
            moreOf(*other).links.push_back(cell.rank);
            return;
        }
        case EventKind::kUnlink: {
            row.peer = keys_.find({output.target});
            emit(row);
            std::erase(moreOf(cell).links, row.peer);
            if (Cell* other = aliveCell(row.peer)) std::erase(moreOf(*other).links, cell.rank);
            return;
        }
        case EventKind::kSpend: emit(row); return useBudgets(cell, 0, output.arg, position_);
        case EventKind::kEffect:
            return commitEffect(cell, log.effects[output.side], output.flags, turnSeq);
        case EventKind::kEffectCancel: return commitEffectCancel(cell, output.arg, turnSeq);
        case EventKind::kReserve: return commitReserve(cell, log.obligations[output.side], turnSeq);
        case EventKind::kResolve:
            return commitResolve(cell, output, log.obligations[output.side], turnSeq);
        case EventKind::kTransfer:
            return commitTransfer(cell, log.obligations[output.side], turnSeq);
        default: ARIADNE_CHECK(false && "an output of a kind that no turn makes");
    }
}

void World::forgetAsk(Cell& cell, std::uint64_t askId) {
    CellExtras& more = moreOf(cell);
    if (const auto at = more.findAsk(askId); at != more.pendingAsks.end())
        more.pendingAsks.erase(at);
}

void World::commitReply(Cell& cell, Message* message, Position cause) {
    const Rank receiver = receiverOf(*message).rank;
    const std::uint64_t ask = message->ask;
    message->sender = cell.rank;
    const auto tell = [&] {
        message->enqueuedAt = sink_ == nullptr ? countEvent()
                                               : tellSent(EventKind::kReply, cell.rank, receiver,
                                                          cause, ask, 0, *message);
    };
    Cell* asker = aliveCell(receiver);
    if (asker != nullptr) {
        const auto at = moreOf(*asker).findAsk(ask);
        const bool late = at == moreOf(*asker).pendingAsks.end();
        if (faulty_ && !late && injects(FaultKind::kReply, *asker, ask)) {
            tell();
            tellFault(FaultKind::kReply, receiver, message->enqueuedAt, 0);
            drop(message, receiver, DropReason::kLost);
            return;
        }
        // What the asker cannot take does not end its ask: the timeout will.
        if (late || !asker->type->takes(message->type->hash)) {
            tell();
            drop(message, receiver, late ? DropReason::kLateReply : DropReason::kUnhandled);
            return;
        }
        if (at->timer != 0) eraseTimer(*asker, at->timer);
        forgetAsk(*asker, ask);
        forgetOwed(cell, receiver, ask);
    }
    tell();
    putIntoMailbox(message, cellOf(receiver));
}

void World::monitorCommitted(Cell& cell, CellKey target, Position cause) {
    EventRow row;
    row.kind = EventKind::kMonitor;
    row.cell = cell.rank;
    row.peer = keys_.find(target);
    row.cause = cause;
    const Position seq = emit(row);
    if (Cell* watched = aliveCell(row.peer)) {
        moreOf(*watched).watchers.push_back(cell.rank);
        return;
    }
    Message* message =
        pool().make(Down{{target},
                         ExitReason::kNoSuchCell,
                         "the cell had ended, or was never born, when it was monitored"});
    message->kind = EventKind::kDown;
    message->sender = row.peer;
    EventRow down;
    down.kind = EventKind::kDown;
    down.cell = row.peer;
    down.peer = cell.rank;
    down.cause = seq;
    down.arg = static_cast<std::uint64_t>(ExitReason::kNoSuchCell);
    enqueue(message, cell.rank, down);
}

}  // namespace ariadne::kernel
