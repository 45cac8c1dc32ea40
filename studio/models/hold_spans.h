// What an actor held, as bars below its lane: obligations from one event to another.
#pragma once

#include "studio/models/timeline_geometry.h"
#include "studio/session/obligation_list.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ariadne::studio {

/// An obligation in somebody's hands: from the event that gave it to that which took it.
struct Hold {
    static constexpr std::uint64_t kOpen = UINT64_MAX;
    std::uint64_t begin = 0;
    std::uint64_t end = kOpen;  ///< kOpen: where the trace ends it is still there
    bool leaked = false;        ///< and nobody ever resolved it
    std::uint32_t story = 0;    ///< of ObligationList::all
    bool operator==(const Hold&) const = default;
};

/// All holds by their holder, but for answers that are owed: from when on is not known. Immutable;
/// takes some ten milliseconds for 100,000.
class HoldIndex {
public:
    HoldIndex() = default;
    /// Holders from `ranks` on are left out.
    HoldIndex(const ObligationList& obligations, std::size_t ranks);

    /// By begin, ascending.
    std::span<const Hold> of(std::uint32_t rank) const;

private:
    std::vector<std::size_t> first_;  ///< by rank, and one more
    std::vector<Hold> holds_;
};

/// Pixels [x0, x1) in which something is held.
struct HoldSpan {
    int x0 = 0;
    int x1 = 0;
    bool leaked = false;   ///< of those, some leak
    bool resolved = true;  ///< it ends in x1, and not with the view or the trace
    bool operator==(const HoldSpan&) const = default;
};

/// `holds` (as of()) on an axis of `widthPx` for `visible`; what touches is one span, but for what
/// leaks, which has spans of its own. Ascending by x0.
std::vector<HoldSpan> holdSpans(std::span<const Hold> holds, PositionRange visible, int widthPx);

}  // namespace ariadne::studio
