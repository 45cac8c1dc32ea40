// The cells of a world by rank, at addresses that never move.
#pragma once

#include "engine/base/slab.h"
#include "engine/kernel/cell.h"

#include <cstdint>
#include <memory>
#include <new>
#include <vector>

namespace ariadne::kernel {

/// Grows by blocks and never shrinks. Rank 0 is the outside: a cell that has ended.
/// Thread-confined while it grows; cells may be read from any thread while it does not.
class CellStore {
public:
    CellStore() { add().endsForGood(); }
    ~CellStore() {
        for (Rank rank; rank.value < size_; ++rank.value) (*this)[rank].~Cell();
    }
    CellStore(const CellStore&) = delete;
    CellStore& operator=(const CellStore&) = delete;

    Cell& operator[](Rank rank) { return blocks_[rank.value / kBlock][rank.value % kBlock]; }
    const Cell& operator[](Rank rank) const {
        return blocks_[rank.value / kBlock][rank.value % kBlock];
    }
    /// Number of ranks given out, the outside included.
    std::uint32_t size() const { return size_; }
    /// A new cell with the next rank.
    Cell& add() {
        if (size_ % kBlock == 0) addBlock();
        const Rank rank{size_++};
        Cell* cell = new (&(*this)[rank]) Cell;
        cell->rank = rank;
        return *cell;
    }

private:
    static constexpr std::uint32_t kBlock = 256;
    static constexpr std::uint32_t kBlocksPerSlabMax = 256;

    [[gnu::noinline]] void addBlock() {
        if (left_ == 0) {
            // Small worlds stay small; those of millions get their memory in large pieces.
            left_ = static_cast<std::uint32_t>(blocks_.size()) + 1;
            if (left_ > kBlocksPerSlabMax) left_ = kBlocksPerSlabMax;
            slabs_.push_back(allocateSlab(left_ * kBlock * sizeof(Cell)));
            next_ = reinterpret_cast<Cell*>(slabs_.back().get());
        }
        blocks_.push_back(next_);
        next_ += kBlock;
        --left_;
    }

    std::vector<Cell*> blocks_;
    std::vector<Slab> slabs_;
    Cell* next_ = nullptr;    ///< of the youngest slab, where the next block begins
    std::uint32_t left_ = 0;  ///< blocks there
    std::uint32_t size_ = 0;
};

}  // namespace ariadne::kernel
