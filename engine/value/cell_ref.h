// The address of a cell as a value; actor/ref.h puts a type on it.
#pragma once

#include "engine/base/ids.h"

namespace ariadne::value {

/// Names a cell by key; encodes as 8 bytes. Key 0 is nobody. Value type.
struct CellRef {
    CellKey key;
    auto operator<=>(const CellRef&) const = default;
    explicit operator bool() const { return key.value != 0; }
};

}  // namespace ariadne::value
