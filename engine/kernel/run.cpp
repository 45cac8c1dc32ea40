// The run phase: every runnable cell takes what was waiting when the round began, and nobody sees
// anything of it yet.
#include "engine/base/check.h"
#include "engine/kernel/far_apart.h"
#include "engine/kernel/run_turn.h"
#include "engine/kernel/turn_watch.h"
#include "engine/kernel/world.h"

#include <algorithm>
#include <exception>
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

inline void World::runCell(Lane& lane, OutLog& log, Cell& cell) {
    cell.scheduled = false;
    if (faulty_) cell.turnsThisRound = 0;
    // Only what was present when the round began; commit comes after all cells have run.
    for (std::uint32_t left = std::min(options_.batch, cell.waiting()); left > 0; --left)
        if (!runTurn(lane, log, cell,
                     cell.controlIsNext() ? cell.takeControl() : cell.mailbox.popFront(),
                     log.turns.push()))
            break;
    if (cell.hasMail()) log.stillWaiting.push_back(&cell);
}

void World::runRound() {
    OutLog& log = *logs_.front();
    logsUsed_ = 1;
    gatherRunning();
    if (executor_ != nullptr && running_.size() >= threads_.inlineBelow) {
        const auto cells = static_cast<std::uint32_t>(running_.size());
        const std::uint32_t wanted = kPartsPerThread * threads_.count;
        cellsPerPart_ = threads_.cellsPerPart != 0 ? threads_.cellsPerPart
                                                   : std::max(8u, (cells + wanted - 1) / wanted);
        runParts((cells + cellsPerPart_ - 1) / cellsPerPart_);
        return;
    }
    if (mayCommitAtOnce()) [[likely]]
        runAtOnce();
    else
        runCells(*lanes_.front(), log, running_.all());
}

void World::gatherRunning() {
    running_.clear();
    runnable_.drainWords([&](Rank first, std::uint64_t bits) {
        // Some too many at a time: how many there are, nobody can foretell. A word of cells stands
        // in one piece.
        constexpr int kAtATime = 6;
        constexpr std::uint64_t kGuard = std::uint64_t{1} << 63;
        Cell* const cells = &cells_[first];
        Cell** const begin = running_.room(64 + kAtATime);
        Cell** at = begin;
        while (bits != 0)
            for (int i = 0; i < kAtATime; ++i) {
                *at = cells + std::countr_zero(bits | kGuard);
                at += bits != 0 ? 1 : 0;
                bits &= bits - 1;
            }
        running_.grewBy(static_cast<std::size_t>(at - begin));
    });
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
                           world.running_.all().subspan(begin, end - begin));
        },
        this, running_.size() >= kWorthWaking);
}

void World::runCells(Lane& lane, OutLog& log, std::span<Cell* const> cells) {
    if (cells_.size() < kFarApart) {
        for (Cell* cell : cells) runCell(lane, log, *cell);
        return;
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
        lookAhead(cells, i);
        runCell(lane, log, *cells[i]);
    }
}

void World::runOne(Cell& cell, Message* delivery) {
    OutLog& log = *logs_.front();
    logsUsed_ = 1;
    cell.turnsThisRound = 0;
    runTurn(*lanes_.front(), log, cell, delivery, log.turns.push());
    if (cell.waiting() != 0) log.stillWaiting.push_back(&cell);
}

void World::noteException(OutLog& log, TurnRecord& turn) {
    try {
        throw;
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
}

void World::noteMarks(const Turn& context, TurnRecord& turn) {
    // Whether or not the handler has caught what fail() threw.
    if (context.has(TurnMark::kFailed)) {
        turn.end = context.failure() == ExitReason::kLimit ? TurnEnd::kLimit : TurnEnd::kFailed;
        turn.text = context.text();
        return;
    }
    Cell& cell = *turn.cell;
    turn.stashed = context.has(TurnMark::kStashed);
    if (context.has(TurnMark::kBecame))
        cell.behaviour = static_cast<std::uint16_t>(context.nextBehaviour());
    if (context.has(TurnMark::kStopped)) {
        turn.end = TurnEnd::kStopped;
        turn.text = context.text();
        cell.ending = true;
    }
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
