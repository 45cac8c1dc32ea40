// What two traces of one run say differently of a cell, of which the second begins later.
#pragma once

#include "recorder/history.h"

#include <string>
#include <utility>

namespace ariadne::test {

/// Empty = nothing. What concerns its last turn only is not known where that lies before `base`.
inline std::string difference(const recorder::CellMoment& a, const recorder::CellMoment& b,
                              Position base) {
    if (a.alive != b.alive) return "alive";
    if (a.state.encode() != b.state.encode()) return "state";
    if (a.stateType != b.stateType || a.behaviour != b.behaviour) return "behaviour";
    const bool turnIsThere = a.lastTurn > base;
    // Snapshots know of no last change of a region.
    if (a.turns != b.turns || (turnIsThere && a.lastTurn != b.lastTurn)) return "turns";
    if (turnIsThere && a.changed != b.changed) return "changed";
    if (turnIsThere && a.before.has_value() != b.before.has_value()) return "before";
    if (turnIsThere && a.before && a.before->encode() != b.before->encode()) return "before";
    for (const auto& [lane, other] :
         {std::pair{&a.mailbox, &b.mailbox}, std::pair{&a.stash, &b.stash}}) {
        if (lane->size() != other->size()) return "waiting";
        for (std::size_t i = 0; i < lane->size(); ++i) {
            const recorder::WaitingMessage &x = (*lane)[i], &y = (*other)[i];
            if (x.enqueuedAt != y.enqueuedAt || x.kind != y.kind || x.sender != y.sender)
                return "which waits";
            if (x.type != y.type || x.payload != y.payload) return "what waits";
            const bool known = x.enqueuedAt > base;
            if (known ? x.since != y.since : y.since.value >= 0) return "since when it waits";
        }
    }
    if (a.care.restarts != b.care.restarts || a.care.parkedAt != b.care.parkedAt ||
        a.care.restsUntil != b.care.restsUntil || a.care.cancel != b.care.cancel ||
        a.care.links.size() != b.care.links.size())
        return "care";
    if (a.holdsCount != b.holdsCount) return "holds";
    return {};
}

}  // namespace ariadne::test
