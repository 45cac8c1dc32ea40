// A recorded region as the engine's own struct.
#pragma once

#include "engine/base/type_desc.h"
#include "engine/region/region.h"
#include "engine/value/dynamic.h"

#include <optional>
#include <utility>
#include <vector>

namespace ariadne::recorder {

/// True when cells of that type are regions. By name, so that a region of an older or newer engine
/// is one too, even if regionFrom() cannot read it.
bool isRegionType(const TypeTable& types, TypeIndex type);

/// nullopt when `type` is no Region that this engine knows (its own, and those of older traces), or
/// when part of the state is known by digest only.
std::optional<Region> regionFrom(const TypeTable& types, TypeIndex type,
                                 const value::StateValue& state);
std::optional<Region> regionFrom(const TypeTable& types, TypeIndex type, ByteView state);

/// The open obligation of that name in the ledger of a region's state; nullopt when there is none.
std::optional<LedgerEntry> obligationIn(const TypeTable& types, TypeIndex type,
                                        const value::StateValue& state, const Obligation& id);
/// All open obligations of a region's state, by maker's key and ordinal.
std::vector<std::pair<Obligation, LedgerEntry>> obligationsIn(const TypeTable& types,
                                                              TypeIndex type,
                                                              const value::StateValue& state);
/// What the change of a region's state did to its ledger: the entry as it is then, nullopt when it
/// is gone. Empty when `type` is no Region that this engine knows.
std::vector<std::pair<Obligation, std::optional<LedgerEntry>>> ledgerChangesIn(
    const TypeTable& types, TypeIndex type, ByteView change);
/// True when the change of a region's state says that it was cancelled, or more strongly so.
bool cancels(const TypeTable& types, TypeIndex type, ByteView change);

/// The first one of that ordinal, whoever made it, that `holder` holds.
std::optional<LedgerEntry> obligationHeldBy(const TypeTable& types, TypeIndex type,
                                            const value::StateValue& state, CellKey holder,
                                            std::uint64_t ordinal);

}  // namespace ariadne::recorder
