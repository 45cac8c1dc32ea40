// What the kernel knows of a kind of cell: its state's type, what it accepts, how it reacts.
#pragma once

#include "engine/base/bytes.h"
#include "engine/value/change.h"
#include "engine/value/type_info.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ariadne::kernel {

class Turn;

/// Runs one message on a state. May throw: the turn then fails with the exception's text.
using Handler = void (*)(void* state, Turn& turn, const void* message);

struct Behaviour {
    std::string name;
    std::vector<Handler> handlers;  ///< by index into CellType::accepts; null = not handled
};

/// One per actor type and module; immutable once registered.
struct CellType {
    const value::TypeInfo* state = nullptr;
    std::vector<const value::TypeInfo*> accepts;
    std::vector<Behaviour> behaviours;  ///< [0] is the one a cell starts with
    bool acceptsStart = false;
    bool isRegion = false;  ///< the kernel's own type of regions
    /// Not null: takes every message that `accepts` does not list, in every behaviour.
    Handler any = nullptr;
    void (*beginChanges)(void* state, value::Shadow& shadow) = nullptr;
    bool (*encodeChange)(void* state, value::Shadow& shadow, value::ChangeScratch& scratch,
                         ByteWriter& out) = nullptr;
    const void* module = nullptr;  ///< identity of the shared object it came with

    bool takes(const value::TypeInfo& message) const { return takes(message.hash); }
    /// Index into `accepts`, or kLookUpHandler when the type is not accepted at all.
    std::uint16_t handlerOf(const value::TypeInfo& message) const {
        return handlerOf(message.hash);
    }
    std::uint16_t handlerOf(std::uint64_t messageHash) const {
        for (std::size_t i = 0; i < accepts.size(); ++i)
            if (accepts[i]->hash == messageHash) return static_cast<std::uint16_t>(i);
        return 0xFFFF;
    }
    /// A message of this type has a handler in some behaviour.
    bool takes(std::uint64_t messageHash) const {
        return any != nullptr || handlerOf(messageHash) != 0xFFFF;
    }
};

}  // namespace ariadne::kernel
