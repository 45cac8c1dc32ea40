// What a World would hand over as an incremental image, told from two whole ones.
#pragma once

#include "engine/base/world_image.h"

#include <algorithm>
#include <utility>

namespace ariadne::test {

/// The image of what changed from `base` to `now`; who was born and ended in between is in neither
/// and not listed.
inline WorldImage changesBetween(const WorldImage& base, const WorldImage& now) {
    WorldImage changes = now;
    changes.since = base.position;
    changes.cells.clear();
    auto was = base.cells.begin();
    for (const CellImage& cell : now.cells) {
        for (; was != base.cells.end() && was->rank < cell.rank; ++was)
            changes.gone.push_back(was->rank);
        const bool known = was != base.cells.end() && was->rank == cell.rank;
        if (!known || !(*was == cell)) changes.cells.push_back(cell);
        if (known) ++was;
    }
    for (; was != base.cells.end(); ++was) changes.gone.push_back(was->rank);
    return changes;
}

}  // namespace ariadne::test
