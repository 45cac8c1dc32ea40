// The run phase: every runnable cell takes what was waiting when the round began, and nobody sees
// anything of it yet.
#include "engine/base/check.h"
#include "engine/kernel/far_apart.h"
#include "engine/kernel/turn.h"
#include "engine/kernel/turn_watch.h"
#include "engine/kernel/world.h"

#include <algorithm>
#include <span>

namespace ariadne::kernel {
namespace {

/// Parts per thread: enough to even out turns of unequal length, few enough to cost nothing.
constexpr std::uint32_t kPartsPerThread = 8;
/// From so many cells on, waking threads costs less than it brings.
constexpr std::size_t kWorthWaking = 512;

}  // namespace

void World::useThreads(const Threads& threads) {
    executor_.reset();
    threads_ = threads;
    if (threads.count > 1) executor_ = std::make_unique<RoundExecutor>(threads.count);
    while (lanes_.size() < threads.count) lanes_.push_back(std::make_unique<Lane>(depots_));
    assignSlots();
}

void World::watchTurns(TurnWatch* watch) {
    if (watch_ != nullptr) watch_->nameFrom(nullptr);
    watch_ = watch;
    assignSlots();
    if (watch_ == nullptr) return;
    keepBirths();
    watch_->nameFrom(&births_);
}

void World::assignSlots() {
    for (std::uint32_t i = 0; i < lanes_.size(); ++i)
        lanes_[i]->slot = watch_ == nullptr ? nullptr : &watch_->slot(i);
}

bool World::runTurn(Lane& lane, OutLog& log, Cell& cell, Message* delivery) {
    TurnRecord& turn = log.turns.push();
    turn.cell = &cell;
    turn.delivery = delivery;
    turn.linesBegin = turn.linesEnd = static_cast<std::uint32_t>(log.lines.size());
    turn.text = 0;
    turn.end = TurnEnd::kOk;
    turn.stashed = turn.digestOnly = false;
    if (recordChanges_)
        turn.changeBegin = turn.changeEnd = static_cast<std::uint32_t>(log.changes.size());
    // The index was taken from the Ref's type; the cell it names may be of another.
    const Handler handler =
        cell.type->reactionTo(*delivery->type, delivery->handler, cell.behaviour);
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
        if (context.marks() != 0) [[unlikely]] {
            if (context.has(TurnMark::kFailed)) context.rethrowFailure();
            turn.stashed = context.has(TurnMark::kStashed);
            if (context.has(TurnMark::kBecame))
                cell.behaviour = static_cast<std::uint16_t>(context.nextBehaviour());
            if (context.has(TurnMark::kStopped)) {
                turn.end = TurnEnd::kStopped;
                turn.text = context.text();
                cell.ending = true;
            }
        }
    } catch (const TurnFailed& failure) {
        turn.end = failure.reason() == ExitReason::kLimit ? TurnEnd::kLimit : TurnEnd::kFailed;
        turn.text = log.addText(failure.what());
    } catch (const std::exception& error) {
        turn.end = TurnEnd::kThrew;
        turn.text = log.addText(boundedText(error.what()));
    } catch (...) {
        turn.end = TurnEnd::kThrew;
        turn.text = log.addText("an exception that is no std::exception");
    }
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

inline void World::runCell(Lane& lane, OutLog& log, Cell& cell) {
    cell.scheduled = false;
    if (faulty_) cell.turnsThisRound = 0;
    // Only what was present when the round began; commit comes after all cells have run.
    for (std::uint32_t left = std::min(options_.batch, cell.waiting()); left > 0; --left)
        if (!runTurn(lane, log, cell,
                     cell.controlIsNext() ? cell.takeControl() : cell.mailbox.popFront()))
            break;
    if (cell.hasMail()) log.stillWaiting.push_back(&cell);
}

void World::runRound() {
    OutLog& log = *logs_.front();
    logsUsed_ = 1;
    running_.clear();
    runnable_.drainTo(running_);
    if (executor_ != nullptr && running_.size() >= threads_.inlineBelow) {
        const auto cells = static_cast<std::uint32_t>(running_.size());
        const std::uint32_t wanted = kPartsPerThread * threads_.count;
        cellsPerPart_ = threads_.cellsPerPart != 0 ? threads_.cellsPerPart
                                                   : std::max(8u, (cells + wanted - 1) / wanted);
        runParts((cells + cellsPerPart_ - 1) / cellsPerPart_);
        return;
    }
    runCells(*lanes_.front(), log, running_);
}

void World::runParts(std::uint32_t parts) {
    logsUsed_ = parts;
    while (logs_.size() < parts) logs_.push_back(std::make_unique<OutLog>());
    executor_->run(
        parts,
        [](void* self, std::uint32_t part, std::uint32_t thread) {
            World& world = *static_cast<World*>(self);
            const std::size_t begin = std::size_t{part} * world.cellsPerPart_;
            const std::size_t end = std::min(world.running_.size(), begin + world.cellsPerPart_);
            world.runCells(*world.lanes_[thread], *world.logs_[part],
                           std::span{world.running_}.subspan(begin, end - begin));
        },
        this, running_.size() >= kWorthWaking);
}

void World::runCells(Lane& lane, OutLog& log, std::span<const Rank> ranks) {
    if (cells_.size() < kFarApart) {
        for (const Rank rank : ranks) runCell(lane, log, cells_[rank]);
        return;
    }
    // They come from far apart: a cell is on its way before its turn, and what it points to as soon
    // as it is here.
    constexpr std::size_t kCellAhead = 6;
    constexpr std::size_t kMailAhead = 3;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        if (i + kCellAhead < ranks.size()) __builtin_prefetch(&cells_[ranks[i + kCellAhead]]);
        if (i + kMailAhead < ranks.size()) {
            const Cell& soon = cells_[ranks[i + kMailAhead]];
            __builtin_prefetch(soon.mailbox.head());
            __builtin_prefetch(soon.state);
            __builtin_prefetch(&soon.turns);
        }
        runCell(lane, log, cells_[ranks[i]]);
    }
}

void World::runOne(Cell& cell, Message* delivery) {
    OutLog& log = *logs_.front();
    logsUsed_ = 1;
    cell.turnsThisRound = 0;
    runTurn(*lanes_.front(), log, cell, delivery);
    if (cell.waiting() != 0) log.stillWaiting.push_back(&cell);
}

void World::undoOutputs(Lane& lane, OutLog& log, TurnRecord& turn) {
    std::size_t keep = turn.linesBegin;
    for (std::size_t i = turn.linesBegin; i < log.lines.size(); ++i) {
        const LogLine line = log.lines[i];
        if (line.isMessage()) {
            lane.pool.release(line.message());
            continue;
        }
        if (line.isBirth()) {
            const BirthOrder& order = log.births[line.place()];
            destroyState(*order.type->state, order.state);
            continue;
        }
        const Output& output = log.outputs[line.place()];
        if (output.kind == EventKind::kLog)
            log.lines[keep++] = line;
        else
            lane.pool.release(output.message);
    }
    log.lines.cutTo(keep);
    turn.linesEnd = static_cast<std::uint32_t>(keep);
}

}  // namespace ariadne::kernel
