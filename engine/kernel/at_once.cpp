// Rounds on one thread: each turn is committed as it ends. Nobody can tell: what comes in during a
// round is not taken before the next one, and the turns are committed in the order they always are.
#include "engine/kernel/commit_turn.h"
#include "engine/kernel/far_apart.h"
#include "engine/kernel/run_turn.h"

namespace ariadne::kernel {

bool World::mayCommitAtOnce() const {
    // Whether there is room in a mailbox depends on all that is taken out of it in the round, and
    // faults, metrics and the search for who goes on for ever count what the round did as a whole.
    // Of a run that is watched and recorded nothing is committed while a turn runs: should it not
    // come back, all that was committed before can be brought into the file behind its back.
    if (watch_ != nullptr && sink_ != nullptr) return false;
    // In very large worlds it pays to know receivers long before their messages get there.
    return cells_.size() < kVeryFarApart && !bounded_ && !faulty_ && options_.metricsEvery == 0 &&
           roundsAtThisTime_ + LastRounds::kRoundsNoted <= options_.limits.roundsPerInstantMax;
}

Message* World::takeUrgent(Cell& cell, Position begun) {
    const Message* head = cell.mailbox.head();
    const bool startIsNext = head != nullptr && isStart(*head);
    if (!startIsNext && cell.firstControl()->enqueuedAt <= begun) return cell.takeControl();
    return head != nullptr && head->enqueuedAt <= begun ? cell.mailbox.popFront() : nullptr;
}

template <bool kTold>
bool World::settleAtOnce(Lane& lane, OutLog& log, Turn& context, TurnRecord& turn) {
    const bool goesOn = finishTurn(lane, log, context, turn);
    commitTurn<kTold>(log, turn);
    log.clear();
    return goesOn;
}

template <bool kTold>
bool World::rareTurnAtOnce(Lane& lane, OutLog& log, Cell& cell, Message* delivery) {
    TurnRecord turn;
    const bool goesOn = runTurn(lane, log, cell, delivery, turn);
    commitTurn<kTold>(log, turn);
    log.clear();
    return goesOn;
}

template <bool kTold, bool kWatched>
bool World::turnAtOnce(Lane& lane, OutLog& log, Turn& context, Cell& cell, Message* delivery) {
    const Handler handler = cell.type->reactionTo(*delivery->type, cell.behaviour);
    if (handler == nullptr || cell.measured) [[unlikely]]
        return rareTurnAtOnce<kTold>(lane, log, cell, delivery);
    if constexpr (kWatched) lane.slot->begin(cell.rank, *cell.type->state, *delivery, round_);
    context.begin(cell, delivery);
    try {
        handler(cell.state, context, delivery->value());
    } catch (...) {
        TurnRecord turn = beginRecord(log, cell, delivery);
        turn.linesBegin = 0;  // all that is in the log is this turn's
        noteException(log, turn);
        return settleAtOnce<kTold>(lane, log, context, turn);
    }
    constexpr auto kUsual = static_cast<std::uint8_t>(TurnMark::kOrdered);
    if ((context.marks() & ~kUsual) != 0 || cell.measured) [[unlikely]] {
        TurnRecord turn = beginRecord(log, cell, delivery);
        turn.linesBegin = 0;
        return settleAtOnce<kTold>(lane, log, context, turn);
    }
    if constexpr (kWatched) lane.slot->end();
    // From here on what commitTurn() does with a turn that went well.
    touch(cell);
    ++delivered_;
    ++cell.turns;
    Position turnSeq;
    if constexpr (kTold) {
        bool digestOnly = false;
        if (recordChanges_)
            digestOnly =
                cell.type->encodeChange(cell.state, *cell.shadow, lane.scratch, log.changes);
        turnSeq = tellDelivered(cell, *delivery, log.changes.view(), digestOnly);
        log.changes.clear();
    } else {
        turnSeq = countEvent();
    }
    cell.lastTurn = turnSeq;
    if (delivery->ask != 0 && !delivery->isAnswer()) [[unlikely]]
        owe(cell, *delivery);
    commitLines<kTold, false>(log, cell, delivery, 0, log.lines.size(), turnSeq);
    if (cell.special) [[unlikely]]
        afterTurn(cell, turnSeq, delivery->enqueuedAt);
    if (delivery->kind == EventKind::kFinalize) [[unlikely]]
        finalizerDone(delivery->sender, turnSeq);
    lane.pool.releaseTaken(delivery);
    log.lines.clear();
    if (context.marks() != 0) [[unlikely]]
        log.clear();
    return true;
}

template <bool kTold, bool kWatched>
void World::runAllAtOnce() {
    Lane& lane = *lanes_.front();
    OutLog& log = *logs_.front();
    Turn context{*this, lane.pool, log};
    const Position begun = position_;
    const std::span<Cell* const> cells = running_.all();
    const bool farApart = cells_.size() >= kFarApart;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (farApart) lookAhead(cells, i);
        Cell& cell = *cells[i];
        cell.scheduled = false;
        for (std::uint32_t left = options_.batch;;) {
            Message* delivery = cell.mailbox.head();
            if (cell.urgent) [[unlikely]] {
                delivery = takeUrgent(cell, begun);
                if (delivery == nullptr) break;
            } else {
                if (delivery == nullptr || delivery->enqueuedAt > begun) break;
                cell.mailbox.popFront();
            }
            if (!turnAtOnce<kTold, kWatched>(lane, log, context, cell, delivery) || --left == 0 ||
                !cell.hasMail())
                break;
        }
        if (cell.hasMail()) schedule(cell);
    }
    logsUsed_ = 0;
}

void World::runAtOnce() {
    if (sink_ != nullptr)
        runAllAtOnce<true, false>();
    else
        watch_ != nullptr ? runAllAtOnce<false, true>() : runAllAtOnce<false, false>();
}

}  // namespace ariadne::kernel
