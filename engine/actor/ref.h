// A typed address: what may be sent there is checked where it is sent.
#pragma once

#include "engine/value/cell_ref.h"

namespace ariadne {

using value::CellRef;

/// Address of an actor of type A. Copyable, may be kept in state and messages, encodes as its key.
template <class A>
struct Ref : CellRef {
    Ref() = default;
    explicit Ref(CellRef ref) : CellRef(ref) {}
    auto operator<=>(const Ref&) const = default;
};

}  // namespace ariadne
