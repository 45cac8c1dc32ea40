#include "recorder/region_view.h"

#include "engine/value/change.h"
#include "engine/value/encoding.h"
#include "engine/value/type_info.h"

#include <algorithm>

namespace ariadne::recorder {
namespace {

/// Structural hash of Region before `restarting`, which stands last, was part of it.
constexpr std::uint64_t kHashWithoutGroups = 0x3449A13CD75E65CE;

bool isWithoutGroups(const TypeTable& types, TypeIndex type) {
    return types.at(type).hash == kHashWithoutGroups;
}

bool isKnownRegion(const TypeTable& types, TypeIndex type) {
    return types.at(type).hash == value::typeInfo<Region>().hash || isWithoutGroups(types, type);
}

}  // namespace

bool isRegionType(const TypeTable& types, TypeIndex type) {
    return types.at(type).name == value::typeInfo<Region>().name;
}

std::optional<Region> regionFrom(const TypeTable& types, TypeIndex type, ByteView state) {
    if (!isKnownRegion(types, type)) return std::nullopt;
    if (!isWithoutGroups(types, type)) return value::decoded<Region>(state);
    Bytes whole(state.begin(), state.end());
    whole.push_back(std::byte{0});  // no group
    return value::decoded<Region>(whole);
}

std::optional<Region> regionFrom(const TypeTable& types, TypeIndex type,
                                 const value::StateValue& state) {
    if (!isKnownRegion(types, type) || state.hasUnknown()) return std::nullopt;
    return regionFrom(types, type, state.encode());
}

namespace {

/// Numbers of leaves of a region.
struct RegionLeaves {
    std::uint32_t cancel = 0;
    std::uint32_t ledger = 0;
};
const RegionLeaves& regionLeaves() {
    static const RegionLeaves kLeaves = [] {
        RegionLeaves out;
        std::uint32_t next = 0;
        const Region region;
        auto leaf = [&](const auto& field) {
            const void* at = &field;
            if (at == &region.cancel) out.cancel = next;
            if (at == &region.obligations) out.ledger = next;
            ++next;
        };
        value::internal::forEachLeaf(region, leaf);
        return out;
    }();
    return kLeaves;
}

/// Calls `visit(id, entry)` for every open obligation until it returns true; `entry` gives the
/// LedgerEntry when it is wanted.
template <class Visit>
void eachObligation(const TypeTable& types, TypeIndex type, const value::StateValue& state,
                    Visit&& visit) {
    const std::uint32_t ledger = regionLeaves().ledger;
    if (!isKnownRegion(types, type) || state.leafCount() <= ledger) return;
    // Once a change has touched the ledger, it lies there entry by entry.
    const auto* split = std::get_if<value::StateValue::Split>(&state.leaf(ledger));
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

std::vector<std::pair<Obligation, LedgerEntry>> obligationsIn(const TypeTable& types,
                                                              TypeIndex type,
                                                              const value::StateValue& state) {
    std::vector<std::pair<Obligation, LedgerEntry>> out;
    eachObligation(types, type, state, [&](const Obligation& id, auto&& entry) {
        if (std::optional<LedgerEntry> found = entry()) out.emplace_back(id, *std::move(found));
        return false;
    });
    return out;
}

std::vector<std::pair<Obligation, std::optional<LedgerEntry>>> ledgerChangesIn(
    const TypeTable& types, TypeIndex type, ByteView change) {
    std::vector<std::pair<Obligation, std::optional<LedgerEntry>>> out;
    if (!isKnownRegion(types, type)) return out;
    ByteReader in{change};
    while (in.ok() && !in.atEnd()) {
        const std::uint64_t leaf = in.varint();
        const auto op = static_cast<value::ChangeOp>(in.u8());
        ByteReader part{in.sized()};
        if (leaf != regionLeaves().ledger || op != value::ChangeOp::kMap) continue;
        for (std::uint64_t left = part.varint(); left > 0 && part.ok() && !part.atEnd(); --left) {
            const bool put = part.u8() == static_cast<std::uint8_t>(value::JournalOp::kPut);
            const auto id = value::decoded<Obligation>(part.sized());
            std::optional<LedgerEntry> entry;
            if (put) entry = value::decoded<LedgerEntry>(part.sized());
            if (id && entry.has_value() == put) out.emplace_back(*id, std::move(entry));
        }
    }
    return out;
}

bool cancels(const TypeTable& types, TypeIndex type, ByteView change) {
    if (change.empty() || !isKnownRegion(types, type)) return false;
    const std::vector<std::uint32_t> touched = value::changedLeaves(change);
    return std::find(touched.begin(), touched.end(), regionLeaves().cancel) != touched.end();
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
