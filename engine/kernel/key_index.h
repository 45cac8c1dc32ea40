// From cell key to rank; look-up only, its order is never seen.
#pragma once

#include "engine/base/digest.h"
#include "engine/base/ids.h"
#include "engine/base/slab.h"
#include "engine/kernel/cell_store.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace ariadne::kernel {

/// Open addressing with linear probing, at most half full. Keys are hashes already: a slot keeps
/// the upper half of one, which also says where it belongs, and the cell has the whole. So growing
/// looks at no cell, and goes through both tables from front to back. Thread-confined while it
/// grows.
class KeyIndex {
public:
    /// `cells` outlive it.
    explicit KeyIndex(CellStore& cells) : cells_(cells) { grow(); }

    /// Null when no cell has the key.
    Cell* findCell(CellKey key) const {
        const std::uint32_t tag = tagOf(key);
        for (std::size_t i = homeOf(tag);; i = (i + 1) & mask()) {
            const Slot& slot = slots()[i];
            if (slot.tag == tag && slot.rank != kOutside) [[likely]]
                if (Cell& cell = cells_[slot.rank]; cell.key == key) [[likely]]
                    return &cell;
            if (slot.rank == kOutside) return nullptr;
        }
    }
    /// kOutside when no cell has the key.
    Rank find(CellKey key) const {
        const Cell* cell = findCell(key);
        return cell == nullptr ? kOutside : cell->rank;
    }
    /// Makes the cell of that rank, which has `key` by then or gets it next, known. False when the
    /// key is taken: two different cells hashed to one key.
    bool insert(CellKey key, Rank rank) {
        if (2 * (used_ + 1) > size_) grow();
        const std::uint32_t tag = tagOf(key);
        std::size_t i = homeOf(tag);
        for (; slots()[i].rank != kOutside; i = (i + 1) & mask())
            if (slots()[i].tag == tag && cells_[slots()[i].rank].key == key) return false;
        slots()[i] = {rank, tag};
        ++used_;
        return true;
    }

private:
    struct Slot {
        Rank rank;
        std::uint32_t tag;
    };
    static std::uint32_t tagOf(CellKey key) { return static_cast<std::uint32_t>(key.value >> 32); }
    std::size_t mask() const { return size_ - 1; }
    std::size_t homeOf(std::uint32_t tag) const { return std::size_t{tag} >> shift_; }
    Slot* slots() const { return reinterpret_cast<Slot*>(slots_.get()); }
    void put(const Slot& slot) {
        std::size_t i = homeOf(slot.tag);
        while (slots()[i].rank != kOutside) i = (i + 1) & mask();
        slots()[i] = slot;
    }
    void grow() {
        const Slab old = std::move(slots_);
        const std::size_t oldSize = size_;
        // No further than the tags tell places apart: ranks end before.
        size_ = std::max<std::size_t>(64, 2 * size_);
        shift_ = 32 - static_cast<unsigned>(std::bit_width(size_ - 1));
        slots_ = allocateSlab(size_ * sizeof(Slot));
        std::memset(slots_.get(), 0, size_ * sizeof(Slot));
        const Slot* slot = reinterpret_cast<const Slot*>(old.get());
        for (std::size_t i = 0; i < oldSize; ++i, ++slot)
            if (slot->rank != kOutside) put(*slot);
    }

    CellStore& cells_;
    Slab slots_;
    std::size_t size_ = 0;
    std::size_t used_ = 0;
    unsigned shift_ = 0;  ///< bits of a tag that do not say where it belongs
};

/// Key of region number `ordinal` that `creator` opened; never 0.
constexpr CellKey regionKey(CellKey creator, std::uint64_t ordinal) {
    const std::uint64_t hash = mixWord(mixWord(0x726567696F6E, creator.value), ordinal);
    return {hash == 0 ? 1 : hash};
}

/// Key of child number `ordinal` of `parent`; never 0.
constexpr CellKey childKey(CellKey parent, std::uint64_t ordinal) {
    const std::uint64_t hash = mixWord(mixWord(0x63656C6C, parent.value), ordinal);
    return {hash == 0 ? 1 : hash};
}

}  // namespace ariadne::kernel
