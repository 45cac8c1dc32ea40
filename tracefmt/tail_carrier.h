// Keeps in a tail what a writer of level inputs was given and holds back.
#pragma once

#include "tracefmt/tail_file.h"
#include "tracefmt/trace_writer.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace ariadne::tracefmt {

/// Two slots without rows, used in turn: what was kept is let go when all that is to be kept
/// instead stands in the other one. While nothing went into the trace, what is new is added to what
/// is there. Thread-confined.
class TailCarrier {
public:
    TailCarrier(TailSlot a, TailSlot b) : slots_{std::move(a), std::move(b)} {}

    /// See TailFile::keep().
    bool keep(const Waiting& waiting);

private:
    /// Of one slot: the tables in it, and how much of it nobody needs any more.
    struct Content {
        std::uint32_t firstType = 0;
        std::uint32_t nextType = 0;
        std::uint32_t firstBirth = 0;
        std::uint32_t nextBirth = 0;
        std::uint64_t countBytes = 0;     ///< of the last count
        std::uint64_t outdatedBytes = 0;  ///< of those that it replaces
    };

    bool mayAdd(const Waiting& waiting) const;
    /// Of what waits that which is not in `slot` yet.
    static bool add(TailSlot& slot, Content& content, const Waiting& waiting);

    std::array<TailSlot, 2> slots_;
    std::size_t now_ = 0;
    bool keeps_ = false;  ///< in that slot; else nothing is kept
    Content content_;     ///< of that slot
    std::uint64_t number_ = 0;
};

}  // namespace ariadne::tracefmt
