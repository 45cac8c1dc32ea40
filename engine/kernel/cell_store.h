// The cells of a world by rank, at addresses that never move.
#pragma once

#include "engine/kernel/cell.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ariadne::kernel {

/// Grows by blocks and never shrinks. Rank 0 is the outside: a cell that has ended.
/// Thread-confined while it grows; cells may be read from any thread while it does not.
class CellStore {
public:
    CellStore() { add().ended = true; }

    Cell& operator[](Rank rank) { return blocks_[rank.value / kBlock][rank.value % kBlock]; }
    const Cell& operator[](Rank rank) const {
        return blocks_[rank.value / kBlock][rank.value % kBlock];
    }
    /// Number of ranks given out, the outside included.
    std::uint32_t size() const { return size_; }
    /// A new cell with the next rank.
    Cell& add() {
        if (size_ % kBlock == 0) blocks_.push_back(std::make_unique<Cell[]>(kBlock));
        const Rank rank{size_++};
        Cell& cell = (*this)[rank];
        cell.rank = rank;
        return cell;
    }

private:
    static constexpr std::uint32_t kBlock = 256;
    std::vector<std::unique_ptr<Cell[]>> blocks_;
    std::uint32_t size_ = 0;
};

}  // namespace ariadne::kernel
