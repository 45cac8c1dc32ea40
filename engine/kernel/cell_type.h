// What the kernel knows of a kind of cell: its state's type, what it accepts, how it reacts.
#pragma once

#include "engine/base/bytes.h"
#include "engine/kernel/reaction_table.h"
#include "engine/value/change.h"
#include "engine/value/type_info.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::kernel {

/// One per actor type and module; immutable once registered.
struct CellType {
    const value::TypeInfo* state = nullptr;
    std::vector<const value::TypeInfo*> accepts;
    std::vector<std::string> behaviours;  ///< their names; [0] is the one a cell starts with
    std::vector<Handler> handlers;  ///< of behaviour b for accepts[i]: [b * accepts.size() + i]
    ReactionTable reactions;        ///< the same, to be found quickly
    bool acceptsStart = false;
    bool isRegion = false;  ///< the kernel's own type of regions
    /// Not null: takes every message that `accepts` does not list, in every behaviour.
    Handler any = nullptr;
    void (*beginChanges)(void* state, value::Shadow& shadow) = nullptr;
    bool (*encodeChange)(void* state, value::Shadow& shadow, value::ChangeScratch& scratch,
                         ByteWriter& out) = nullptr;
    const void* module = nullptr;  ///< identity of the shared object it came with

    /// Adds a behaviour that handles what `accepts` has with `its` handlers, of the same number.
    void addBehaviour(std::string name, const std::vector<Handler>& its) {
        behaviours.push_back(std::move(name));
        handlers.insert(handlers.end(), its.begin(), its.end());
        std::vector<std::uint64_t> types;
        for (const value::TypeInfo* type : accepts) types.push_back(type->hash);
        reactions.build(types, handlers, behaviours.size());
    }
    /// Null when it is not handled.
    [[gnu::always_inline]] Handler reactionTo(const value::TypeInfo& message,
                                              std::uint32_t behaviour) const {
        return reactions.find(message.hash, behaviour, any);
    }
    bool takes(const value::TypeInfo& message) const { return takes(message.hash); }
    /// That type as the cell's own module has it; null when it is not in `accepts`.
    const value::TypeInfo* accepted(std::uint64_t messageHash) const {
        for (const value::TypeInfo* type : accepts)
            if (type->hash == messageHash) return type;
        return nullptr;
    }
    /// The type to make a message of for such a cell: what it can handle must be of its own
    /// module's making, the rest it will refuse. Null when the process has none.
    const value::TypeInfo* messageType(std::uint64_t hash) const {
        const value::TypeInfo* own = accepted(hash);
        return own != nullptr ? own : value::findMessageType(hash);
    }
    /// A message of this type has a handler in some behaviour.
    bool takes(std::uint64_t messageHash) const {
        return any != nullptr || accepted(messageHash) != nullptr;
    }
};

}  // namespace ariadne::kernel
