#include "engine/kernel/turn_watch.h"

namespace ariadne::kernel {

std::optional<RunningTurn> TurnSlot::running() const {
    RunningTurn turn;
    turn.number = number_.load(std::memory_order_acquire);
    if (turn.number % 2 == 0) return std::nullopt;
    turn.cell.value = cell_.load(std::memory_order_acquire);
    turn.round.value = round_.load(std::memory_order_acquire);
    turn.enqueuedAt.value = enqueuedAt_.load(std::memory_order_acquire);
    turn.state = state_.load(std::memory_order_acquire);
    turn.message = message_.load(std::memory_order_acquire);
    // Had one of these been of a later turn, the end of this one would be seen here.
    if (number_.load(std::memory_order_relaxed) != turn.number) return std::nullopt;
    return turn;
}

std::string TurnWatch::pathOf(Rank cell) const {
    const auto lock = holdNames();
    if (births_ == nullptr || cell.value >= births_->size()) return {};
    return (*births_)[cell.value].path;
}

void TurnWatch::nameFrom(const std::vector<CellBirth>* births) {
    const auto lock = holdNames();
    births_ = births;
}

}  // namespace ariadne::kernel
