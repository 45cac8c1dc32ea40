// What actors held, and from which event to which: obligations by who had them.
#pragma once

#include "studio/session/obligation_list.h"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
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

/// Holds by begin, ascending. Immutable.
struct HoldList {
    std::vector<Hold> holds;
    std::vector<std::uint64_t> reach;  ///< for each the greatest end of it and those before

    HoldList() = default;
    /// In any order.
    explicit HoldList(std::vector<Hold> all);
    /// The first that may hold at `position` or behind it.
    std::size_t firstReaching(std::uint64_t position) const;
};

/// What one actor held.
struct HoldLane {
    HoldList well;    ///< what was resolved, or is open
    HoldList leaked;  ///< what never will be
};

/// All holds by their holder, but for answers that are owed: from when on is not known. Immutable;
/// is made where the list of obligations is, since it takes some ten milliseconds for 100,000.
class HoldIndex {
public:
    HoldIndex() = default;
    /// Holders from `ranks` on are left out.
    HoldIndex(const ObligationList& obligations, std::size_t ranks);

    /// Null: it never held anything.
    const HoldLane* of(std::uint32_t rank) const;

private:
    std::unordered_map<std::uint32_t, HoldLane> lanes_;
};

}  // namespace ariadne::studio
