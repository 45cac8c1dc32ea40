// A typed address: what may be sent there is checked where it is sent.
#pragma once

#include "engine/actor/actor.h"
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

/// Address of anybody who accepts M, whatever its type: what a library actor keeps of a stranger.
/// Copyable, may be kept in state and messages, encodes as its key.
template <class M>
struct Recipient : CellRef {
    Recipient() = default;
    explicit Recipient(CellRef ref) : CellRef(ref) {}
    template <class A>
    Recipient(const Ref<A>& ref) : CellRef(ref) {
        static_assert(AcceptsOf<A>::template kHas<M>,
                      "this actor does not accept the message it is to receive: add it to its "
                      "ARIADNE_ACTOR list");
    }
    auto operator<=>(const Recipient&) const = default;
};

/// Address of a region. Copyable, may be kept in state and messages.
struct RegionRef : CellRef {
    RegionRef() = default;
    explicit RegionRef(CellRef ref) : CellRef(ref) {}
    auto operator<=>(const RegionRef&) const = default;
};

}  // namespace ariadne
