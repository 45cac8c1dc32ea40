// The body of a TABL chunk: the next types and births.
#pragma once

#include "engine/base/type_desc.h"
#include "engine/base/world_image.h"
#include "tracefmt/format.h"

#include <absl/status/statusor.h>

#include <span>
#include <vector>

namespace ariadne::tracefmt {

/// Consecutive entries: types[0] has the index `firstType`, births[0] the rank `firstBirth`.
struct TablesPart {
    bool full = false;  ///< starts a full copy
    std::uint32_t firstType = 1;
    std::vector<TypeDesc> types;
    std::uint32_t firstBirth = 1;
    std::vector<CellBirth> births;
};

/// Entries without copying them.
struct TablesView {
    bool full = false;
    std::uint32_t firstType = 1;
    std::span<const TypeDesc> types;
    std::uint32_t firstBirth = 1;
    std::span<const CellBirth> births;
};

/// Encoded size of an entry, not less than the true one.
std::size_t tableBytesOf(const TypeDesc& type);
std::size_t tableBytesOf(const CellBirth& birth);

absl::StatusOr<Bytes> encodeTables(const TablesView& part);
absl::StatusOr<TablesPart> decodeTables(ByteView raw);

/// Memory an entry takes once decoded.
std::size_t memoryBytesOf(const TypeDesc& type);
std::size_t memoryBytesOf(const CellBirth& birth);

}  // namespace ariadne::tracefmt
