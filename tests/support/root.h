// A World of actors that a test wrote: its root, its types for a snapshot, how it ended.
#pragma once

#include "engine/ariadne.h"

#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace ariadne::tests {

inline constexpr VirtualTime kForever{std::numeric_limits<std::int64_t>::max()};

/// Starts `state` as the root, with a Start message.
template <class Root>
void begin(kernel::World& world, Root state, std::string_view name = "lab") {
    const kernel::CellType& type = cellTypeOf<Root>();
    void* storage = kernel::allocateState(*type.state);
    new (storage) Root(std::move(state));
    world.start(type, storage, name, world.pool().make(Start{}));
}

inline kernel::CellTypeFinder cellTypesHere() {
    return [](std::uint64_t hash) { return internal::findCellType(hash, &internal::moduleMark); };
}

/// "completed: text".
inline std::string verdictOf(const kernel::World& world) {
    return std::string{nameOf(world.outcome())} +
           (world.outcomeText().empty() ? "" : ": " + world.outcomeText());
}

}  // namespace ariadne::tests
