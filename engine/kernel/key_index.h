// From cell key to rank; look-up only, its order is never seen.
#pragma once

#include "engine/base/digest.h"
#include "engine/base/ids.h"

#include <cstdint>
#include <vector>

namespace ariadne::kernel {

/// Open addressing with linear probing, at most half full. Keys are hashes already.
/// Thread-confined.
class KeyIndex {
public:
    /// kOutside when the key is not known.
    Rank find(CellKey key) const {
        if (slots_.empty()) return kOutside;
        for (std::size_t i = key.value & mask();; i = (i + 1) & mask()) {
            if (slots_[i].key == key) return slots_[i].rank;
            if (slots_[i].rank == kOutside) return kOutside;
        }
    }
    /// False when the key is taken: two different cells hashed to one key.
    bool insert(CellKey key, Rank rank) {
        if (2 * (used_ + 1) > slots_.size()) grow();
        std::size_t i = key.value & mask();
        for (; slots_[i].rank != kOutside; i = (i + 1) & mask())
            if (slots_[i].key == key) return false;
        slots_[i] = {key, rank};
        ++used_;
        return true;
    }

private:
    struct Slot {
        CellKey key;
        Rank rank;
    };
    std::size_t mask() const { return slots_.size() - 1; }
    void grow() {
        std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
        old.swap(slots_);
        used_ = 0;
        for (const Slot& slot : old)
            if (slot.rank != kOutside) insert(slot.key, slot.rank);
    }

    std::vector<Slot> slots_;
    std::size_t used_ = 0;
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
