// How an event changes how many messages wait for whom.
#pragma once

#include "engine/base/event.h"
#include "engine/base/world_image.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ariadne::recorder {

/// What of a row says so; the same as in EventRow.
struct MailRow {
    EventKind kind = EventKind::kUnknown;
    Rank cell;
    Rank peer;
};

/// Calls `change(rank, +1)` or `change(rank, -1)` for each cell for which one more message waits
/// behind that row, or one less: in its mailbox, on its control lane, or set aside; in a region a
/// finalizer that has not run. A count that is 0 stays 0: its message was put there before the rows
/// that were seen.
template <class Change>
void eachMailChange(const MailRow& row, Change&& change) {
    if (isEnqueue(row.kind)) {
        // What is refused is dropped by the very next row, so every enqueue counts here.
        change(row.peer, +1);
        // Until now it waited in its region.
        if (row.kind == EventKind::kFinalize) change(row.cell, -1);
        return;
    }
    switch (row.kind) {
        case EventKind::kFinalizer:  // waits in its region
        case EventKind::kStash:      // set aside still waits
            return change(row.cell, +1);
        case EventKind::kDeliver:
        case EventKind::kDrop: return change(row.cell, -1);
        default: return;
    }
}

/// The same count where a snapshot has the cell.
inline std::uint32_t waitingFor(const CellImage& cell) {
    return static_cast<std::uint32_t>(cell.control.size() + cell.mailbox.size() +
                                      cell.stash.size());
}

/// By rank, of a trace with that many cells; others are damage, and left out.
inline std::vector<std::uint32_t> waitingIn(const WorldImage& world, std::size_t cellCount) {
    std::vector<std::uint32_t> out(cellCount);
    for (const CellImage& cell : world.cells)
        if (cell.rank.value < cellCount) out[cell.rank.value] = waitingFor(cell);
    return out;
}

}  // namespace ariadne::recorder
