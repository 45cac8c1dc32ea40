// A region is a cell whose state is a Region, that accepts nothing and never has a turn.
#pragma once

#include "engine/kernel/cell.h"
#include "engine/region/region.h"

namespace ariadne::kernel {

const CellType& regionCellType();

inline bool isRegion(const Cell& cell) {
    return cell.type != nullptr && cell.type->isRegion;  // the outside has no type
}
/// `cell` is a living region.
inline Region& regionOf(Cell& cell) {
    return *static_cast<Region*>(cell.state);
}
inline const Region& regionOf(const Cell& cell) {
    return *static_cast<const Region*>(cell.state);
}

}  // namespace ariadne::kernel
