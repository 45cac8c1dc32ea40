// What the kernel knows of a kind of cell: its state's type, what it accepts, how it reacts.
#pragma once

#include "engine/base/bytes.h"
#include "engine/value/change.h"
#include "engine/value/type_info.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::kernel {

class Turn;

/// Runs one message on a state. May throw: the turn then fails with the exception's text.
using Handler = void (*)(void* state, Turn& turn, const void* message);

/// To a message of `type`; null handler: not handled.
struct Reaction {
    const value::TypeInfo* type = nullptr;
    Handler handler = nullptr;
};

/// One per actor type and module; immutable once registered.
struct CellType {
    const value::TypeInfo* state = nullptr;
    std::vector<const value::TypeInfo*> accepts;
    std::vector<std::string> behaviours;  ///< their names; [0] is the one a cell starts with
    /// Of behaviour b to what stands at i in `accepts`: [b * accepts.size() + i].
    std::vector<Reaction> reactions;
    bool acceptsStart = false;
    bool isRegion = false;  ///< the kernel's own type of regions
    /// Not null: takes every message that `accepts` does not list, in every behaviour.
    Handler any = nullptr;
    void (*beginChanges)(void* state, value::Shadow& shadow) = nullptr;
    bool (*encodeChange)(void* state, value::Shadow& shadow, value::ChangeScratch& scratch,
                         ByteWriter& out) = nullptr;
    const void* module = nullptr;  ///< identity of the shared object it came with

    /// Adds a behaviour that handles what `accepts` has with `handlers`, of the same number.
    void addBehaviour(std::string name, const std::vector<Handler>& handlers) {
        behaviours.push_back(std::move(name));
        for (std::size_t i = 0; i < accepts.size(); ++i)
            reactions.push_back({accepts[i], handlers[i]});
    }
    /// `index` is a guess where the message stands in `accepts`. Null when it is not handled.
    [[gnu::always_inline]] Handler reactionTo(const value::TypeInfo& message, std::uint16_t index,
                                              std::uint32_t behaviour) const {
        const Reaction* own = reactions.data() + behaviour * accepts.size();
        if (index < accepts.size() && own[index].type == &message) [[likely]]
            return own[index].handler;
        return otherReactionTo(message, own);
    }
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

private:
    Handler otherReactionTo(const value::TypeInfo& message, const Reaction* own) const {
        // Of one module there is one TypeInfo; another one's is found by its hash.
        for (std::size_t i = 0; i < accepts.size(); ++i)
            if (own[i].type == &message) return own[i].handler;
        const std::uint16_t index = handlerOf(message);
        return index == 0xFFFF ? any : own[index].handler;
    }
};

}  // namespace ariadne::kernel
