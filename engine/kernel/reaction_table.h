// Which handler a message of some type gets: one multiplication and one comparison.
#pragma once

#include "engine/base/digest.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ariadne::kernel {

class Turn;

/// Runs one message on a state. May throw: the turn then fails with the exception's text.
using Handler = void (*)(void* state, Turn& turn, const void* message);

/// From the structural hash of a message's type to its handler, for each behaviour of a cell. A
/// perfect hash: made once, so that no look-up ever meets another type in its place.
class ReactionTable {
public:
    /// Of behaviour b to the type at i of `types`: `handlers[b * types.size() + i]`, null where it
    /// has none. A hash that comes twice counts once, the first time. `behaviours` is at least 1.
    void build(const std::vector<std::uint64_t>& types, const std::vector<Handler>& handlers,
               std::size_t behaviours) {
        // Wider until all types have places of their own; few types find them at once.
        bits_ = std::max(1u, static_cast<unsigned>(std::bit_width(types.size())));
        while (!place(types)) ++bits_;
        slots_.assign(behaviours << bits_, {});
        for (std::size_t b = 0; b < behaviours; ++b)
            for (std::size_t i = types.size(); i-- > 0;)
                slots_[(b << bits_) + placeOf(types[i])] = {types[i],
                                                            handlers[b * types.size() + i]};
    }

    /// Null when that behaviour, which is one of those built, has no handler; `other` when the type
    /// is none of those known.
    [[gnu::always_inline]] Handler find(std::uint64_t type, std::uint32_t behaviour,
                                        Handler other) const {
        const std::size_t at = (std::size_t{behaviour} << bits_) + placeOf(type);
        if (slots_[at].type == type) [[likely]]
            return slots_[at].handler;
        return other;
    }

private:
    struct Slot {
        std::uint64_t type = 0;
        Handler handler = nullptr;
    };
    static constexpr int kTries = 64;  ///< multipliers for each width

    std::size_t placeOf(std::uint64_t type) const {
        return static_cast<std::size_t>(type * multiplier_ >> (64 - bits_));
    }
    bool place(const std::vector<std::uint64_t>& types) {
        std::vector<std::uint64_t> taken;
        for (int i = 0; i < kTries; ++i) {
            multiplier_ = mixWord(0x9E3779B97F4A7C15ull, static_cast<std::uint64_t>(i)) | 1;
            taken.assign(std::size_t{1} << bits_, 0);
            bool free = true;
            for (const std::uint64_t type : types) {
                std::uint64_t& owner = taken[placeOf(type)];
                if (owner != 0 && owner != type) free = false;
                owner = type;
            }
            if (free) return true;
        }
        return false;
    }

    std::vector<Slot> slots_;
    std::uint64_t multiplier_ = 0;
    unsigned bits_ = 0;
};

}  // namespace ariadne::kernel
