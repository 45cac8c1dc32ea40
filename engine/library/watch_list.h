// Whom an actor monitors, each once, for as long as it has a reason.
#pragma once

#include "engine/actor/context.h"
#include "engine/value/collections.h"

#include <boost/describe.hpp>

#include <cstdint>

namespace ariadne::library {

/// Part of an actor's state. Invariant: the actor monitors exactly the cells in `reasons`, as long
/// as it calls ended() for each Down. Value type.
struct WatchList {
    OrderedMap<CellRef, std::uint32_t> reasons{};  ///< each at least 1

    /// One reason more. Nobody is not watched.
    void add(Context& cx, const CellRef& who) {
        if (!who) return;
        if (++reasons[who] == 1) cx.monitor(who);
    }
    /// One reason less; harmless when there is none.
    void drop(Context& cx, const CellRef& who) {
        const auto at = reasons.find(who);
        if (at == reasons.end()) return;
        if (at->second > 1) {
            --reasons[who];
            return;
        }
        reasons.erase(who);
        cx.demonitor(who);
    }
    /// All reasons are gone: its Down came.
    void ended(const CellRef& who) { reasons.erase(who); }
};
BOOST_DESCRIBE_STRUCT(WatchList, (), (reasons))

}  // namespace ariadne::library
