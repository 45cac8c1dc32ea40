// Leading a run by hand: the caller says who takes which message next, when time passes, and what
// goes wrong.
#include "engine/kernel/by_hand.h"

#include "engine/base/check.h"
#include "engine/kernel/system_messages.h"
#include "engine/kernel/world.h"

#include <algorithm>
#include <set>
#include <utility>

namespace ariadne::kernel {
namespace {

/// Sent by an actor or the outside, so that it may be lost, come late or come twice.
bool isOnTheWay(const Message& message) {
    switch (message.kind) {
        case EventKind::kSend: return !isStart(message);
        case EventKind::kAsk:
        case EventKind::kForward:
        case EventKind::kInput: return true;
        default: return false;
    }
}

}  // namespace

std::vector<WaitingMessage> World::waiting() const {
    std::vector<WaitingMessage> out;
    std::set<Rank> senders;
    for (Rank rank{1}; rank.value < cells_.size(); ++rank.value) {
        const Cell& cell = cells_[rank];
        const auto add = [&](const Message& m, bool isNext) {
            out.push_back({cell.key, keyOf(m.sender), m.enqueuedAt, m.kind, m.answers(), m.type,
                           m.value(), isNext && !cell.suspended});
        };
        const bool controlIsNext = cell.controlIsNext();
        for (const Message* m = cell.firstControl(); m != nullptr; m = m->next)
            add(*m, controlIsNext && m == cell.firstControl());
        const bool startIsNext = !cell.mailbox.empty() && isStart(*cell.mailbox.head());
        senders.clear();
        for (const Message* m = cell.mailbox.head(); m != nullptr; m = m->next) {
            const bool isOldest = senders.insert(m->sender).second;
            add(*m, isOldest && !controlIsNext && (!startIsNext || m == cell.mailbox.head()));
        }
    }
    return out;
}

std::optional<CellView> World::look(CellKey key) const {
    const Cell& cell = cells_[keys_.find(key)];
    if (cell.ended) return std::nullopt;
    return CellView{cell.type->state, cell.state, cell.suspended};
}

const Message* World::nextByHand(const Cell& cell, std::optional<CellKey> sender) const {
    if (cell.ended || cell.suspended) return nullptr;
    if (cell.controlIsNext()) return cell.firstControl();
    const Message* head = cell.mailbox.head();
    if (head == nullptr || !sender || isStart(*head)) return head;
    const Rank from = keys_.find(*sender);
    if (from == kOutside && *sender != CellKey{}) return nullptr;
    while (head != nullptr && head->sender != from) head = head->next;
    return head;
}

Message* World::takeOut(Cell& cell, const Message& wanted) {
    touch(cell);
    // What a policy remembers of the mailbox holds only as long as nobody else reaches into it.
    if (cell.rank.value < one_.oneSender.size()) one_.oneSender[cell.rank.value] = {};
    if (cell.firstControl() == &wanted) return cell.takeControl();
    return cell.mailbox.takeFirst([&](const Message& m) { return &m == &wanted; });
}

void World::takeFromRunnable(Cell& cell) {
    if (std::exchange(cell.scheduled, false)) runnable_.erase(cell.rank);
}

bool World::deliverNext(CellKey receiver, std::optional<CellKey> sender) {
    Cell* cell = aliveCell(keys_.find(receiver));
    if (outcome_ != Outcome::kRunning || cell == nullptr) return false;
    // What is due may bring the message, and may end its receiver.
    const bool admits =
        !inputs_.empty() || (!timers_.empty() && timers_.begin()->first.deadline <= now_);
    if (!admits && nextByHand(*cell, sender) == nullptr) return false;
    if (!admit()) return false;
    const Message* next = nextByHand(*cell, sender);
    if (next != nullptr) {
        takeFromRunnable(*cell);
        runOne(*cell, takeOut(*cell, *next));
    }
    closeRound();
    return next != nullptr;
}

bool World::deliverInput(CellKey receiver, Message* message) {
    Cell* cell = aliveCell(keys_.find(receiver));
    if (outcome_ != Outcome::kRunning || cell == nullptr || cell->suspended || !admit()) {
        pool().release(message);
        return false;
    }
    const bool takesIt = !cell->ended && !cell->suspended;
    if (takesIt) {
        EventRow row;
        row.kind = message->kind = EventKind::kInput;
        row.peer = cell->rank;
        if (sink_ != nullptr) encodePayload(*message, row);
        message->enqueuedAt = emit(row);
        takeFromRunnable(*cell);
        runOne(*cell, message);
    } else {
        pool().release(message);
    }
    closeRound();
    return takesIt;
}

void World::passTime(VirtualTime until) {
    ARIADNE_CHECK(!live_);
    while (outcome_ == Outcome::kRunning) {
        const bool due = !timers_.empty() && timers_.begin()->first.deadline <= until;
        if (!due && inputs_.empty()) {
            moveClock(until);
            return;
        }
        if (inputs_.empty()) moveClock(timers_.begin()->first.deadline);
        if (!admit()) return;
        closeRound();
    }
}

bool World::crashNext(CellKey key) {
    const Cell* cell = aliveCell(keys_.find(key));
    if (cell == nullptr) return false;
    script_.push_back({FaultKind::kCrash, key, cell->turns + 1});
    faulty_ = true;
    return true;
}

const Message* World::findWaiting(const Cell& cell, Position enqueuedAt) {
    for (const Message* m = cell.mailbox.head(); m != nullptr; m = m->next)
        if (m->enqueuedAt == enqueuedAt) return m;
    return nullptr;
}

void World::leftRoom(Cell& cell) {
    if (cell.waiting() == 0 && !cell.suspended) takeFromRunnable(cell);
    if (cell.special && cell.extras != nullptr) roomInMailbox(cell, position_);
    if (unsettled()) settle();
}

bool World::injectInto(FaultKind kind, CellKey receiver, Position enqueuedAt, Duration delay) {
    ARIADNE_CHECK(delay >= Duration::zero());
    Cell* cell = aliveCell(keys_.find(receiver));
    if (outcome_ != Outcome::kRunning || cell == nullptr) return false;
    const Message* hit = findWaiting(*cell, enqueuedAt);
    if (hit == nullptr || !isOnTheWay(*hit)) return false;
    switch (kind) {
        case FaultKind::kDrop:
            tellFault(kind, cell->rank, enqueuedAt, 0);
            drop(takeOut(*cell, *hit), cell->rank, DropReason::kLost);
            break;
        // The row of what comes again bears no ordinal: that of its sender is not kept.
        case FaultKind::kDelay: comesLate(takeOut(*cell, *hit), *cell, delay, 0); break;
        case FaultKind::kDuplicate:
            bringCopy(doubleOf(*hit), *cell, tellFault(kind, cell->rank, enqueuedAt, 0), 0);
            break;
        case FaultKind::kCrash:
        case FaultKind::kEffect:
        case FaultKind::kReply: return false;
    }
    leftRoom(*cell);
    return true;
}

void World::openAgain(Cell& asker, const Message& reply, const OpenAsk& ask) {
    const std::uint64_t id = reply.answers();
    CellExtras& more = moreOf(asker);
    std::uint64_t timer = 0;
    if (ask.deadline) {
        // Its own number went with the first one; those of the kernel are nobody's to cancel.
        timer = kKernelTimer | ++more.kernelTimers;
        more.addTimer({timer, *ask.deadline});
        timers_.emplace(TimerKey{*ask.deadline, asker.rank, timer},
                        Timer{0,
                              ask.askedAt,
                              id,
                              pool().make(AskTimedOut{id, {ask.target}}),
                              TimerUse::kMessage,
                              {}});
    }
    const auto behind =
        std::find_if(more.pendingAsks.begin(), more.pendingAsks.end(),
                     [&](const CellExtras::PendingAsk& pending) { return pending.id > id; });
    more.pendingAsks.insert(behind,
                            {id, ask.askedAt, timer, keys_.find(ask.target), !ask.deadline});
    if (Cell* replier = aliveCell(reply.sender)) moreOf(*replier).owed.push_back({asker.rank, id});
}

bool World::loseReply(CellKey asker, Position enqueuedAt, const OpenAsk* ask) {
    Cell* cell = aliveCell(keys_.find(asker));
    if (outcome_ != Outcome::kRunning || cell == nullptr) return false;
    const Message* hit = findWaiting(*cell, enqueuedAt);
    if (hit == nullptr || hit->kind != EventKind::kReply) return false;
    if (ask != nullptr) openAgain(*cell, *hit, *ask);
    tellFault(FaultKind::kReply, cell->rank, enqueuedAt, 0);
    drop(takeOut(*cell, *hit), cell->rank, DropReason::kLost);
    leftRoom(*cell);
    return true;
}

}  // namespace ariadne::kernel
