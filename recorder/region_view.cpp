#include "recorder/region_view.h"

#include "engine/value/encoding.h"
#include "engine/value/type_info.h"

namespace ariadne::recorder {
namespace {

bool isThisEnginesRegion(const TypeTable& types, TypeIndex type) {
    return types.at(type).hash == value::typeInfo<Region>().hash;
}

}  // namespace

bool isRegionType(const TypeTable& types, TypeIndex type) {
    return types.at(type).name == value::typeInfo<Region>().name;
}

std::optional<Region> regionFrom(const TypeTable& types, TypeIndex type, ByteView state) {
    if (!isThisEnginesRegion(types, type)) return std::nullopt;
    return value::decoded<Region>(state);
}

std::optional<Region> regionFrom(const TypeTable& types, TypeIndex type,
                                 const value::StateValue& state) {
    if (!isThisEnginesRegion(types, type) || state.hasUnknown()) return std::nullopt;
    return value::decoded<Region>(state.encode());
}

namespace {

/// Calls `visit(id, entry)` for every open obligation until it returns true; `entry` gives the
/// LedgerEntry when it is wanted.
template <class Visit>
void eachObligation(const TypeTable& types, TypeIndex type, const value::StateValue& state,
                    Visit&& visit) {
    if (!isThisEnginesRegion(types, type) || state.leafCount() == 0) return;
    // The ledger is the last field. Once a change has touched it, it lies there entry by entry.
    const auto* split = std::get_if<value::StateValue::Split>(&state.leaf(state.leafCount() - 1));
    if (split == nullptr) {
        const std::optional<Region> region = regionFrom(types, type, state);
        if (!region) return;
        for (const auto& [id, entry] : region->obligations)
            if (visit(id, [&entry = entry] { return std::optional{entry}; })) return;
        return;
    }
    for (const value::StateValue::Entry& entry : split->entries) {
        const auto id = value::decoded<Obligation>(entry.key);
        if (id && visit(*id, [&] { return value::decoded<LedgerEntry>(entry.value); })) return;
    }
}

}  // namespace

std::optional<LedgerEntry> obligationIn(const TypeTable& types, TypeIndex type,
                                        const value::StateValue& state, const Obligation& id) {
    std::optional<LedgerEntry> found;
    eachObligation(types, type, state, [&](const Obligation& at, auto&& entry) {
        if (at != id) return false;
        found = entry();
        return true;
    });
    return found;
}

std::optional<LedgerEntry> obligationHeldBy(const TypeTable& types, TypeIndex type,
                                            const value::StateValue& state, CellKey holder,
                                            std::uint64_t ordinal) {
    std::optional<LedgerEntry> found;
    eachObligation(types, type, state, [&](const Obligation& at, auto&& entry) {
        if (at.ordinal != ordinal) return false;
        found = entry();
        if (found && !found->holders.empty() && found->holders.back().key == holder) return true;
        found.reset();
        return false;
    });
    return found;
}

}  // namespace ariadne::recorder
