// One turn of the run phase: touches the lane, the log and the cell alone.
#pragma once

#include "engine/kernel/turn.h"
#include "engine/kernel/turn_watch.h"
#include "engine/kernel/world.h"

namespace ariadne::kernel {

/// The record of a turn that goes well, as it is before the turn.
inline TurnRecord World::beginRecord(const OutLog& log, Cell& cell, Message* delivery) {
    TurnRecord turn;
    turn.cell = &cell;
    turn.delivery = delivery;
    turn.linesBegin = turn.linesEnd = static_cast<std::uint32_t>(log.lines.size());
    turn.changeBegin = turn.changeEnd = static_cast<std::uint32_t>(log.changes.size());
    turn.text = 0;
    turn.end = TurnEnd::kOk;
    turn.stashed = turn.digestOnly = false;
    return turn;
}

/// The handler came back, or threw what `turn` says by now.
inline bool World::finishTurn(Lane& lane, OutLog& log, Turn& context, TurnRecord& turn) {
    Cell& cell = *turn.cell;
    if (context.marks() != 0 && turn.end == TurnEnd::kOk) [[unlikely]]
        noteMarks(context, turn);
    if (cell.measured) [[unlikely]]
        settleMemory(log, cell, turn);
    turn.linesEnd = static_cast<std::uint32_t>(log.lines.size());
    if (turn.end > TurnEnd::kStopped) [[unlikely]] {
        cell.ending = true;
        undoOutputs(lane, log, turn);
    } else if (recordChanges_) {
        turn.digestOnly =
            cell.type->encodeChange(cell.state, *cell.shadow, lane.scratch, log.changes);
        turn.changeEnd = static_cast<std::uint32_t>(log.changes.size());
    }
    if (lane.slot != nullptr) [[unlikely]]
        lane.slot->end();
    return !cell.ending && !context.has(TurnMark::kUnstashed);
}

inline bool World::runTurn(Lane& lane, OutLog& log, Cell& cell, Message* delivery,
                           TurnRecord& turn) {
    turn = beginRecord(log, cell, delivery);
    const Handler handler = cell.type->reactionTo(*delivery->type, cell.behaviour);
    if (handler == nullptr) [[unlikely]] {
        turn.end = TurnEnd::kUnhandled;
        return true;
    }
    if (faulty_ && injects(FaultKind::kCrash, cell, cell.turns + ++cell.turnsThisRound))
        [[unlikely]] {
        turn.end = TurnEnd::kInjected;
        turn.text = log.addText("injected crash");
        cell.ending = true;
        return false;
    }
    if (lane.slot != nullptr) [[unlikely]]
        lane.slot->begin(cell.rank, *cell.type->state, *delivery, round_);
    Turn context{*this, lane.pool, log, cell, delivery};
    try {
        handler(cell.state, context, delivery->value());
    } catch (...) {
        noteException(log, turn);
    }
    return finishTurn(lane, log, context, turn);
}

}  // namespace ariadne::kernel
