// Descriptions of value types as plain data, so that bytes can be shown without their program.
#pragma once

#include "engine/base/ids.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ariadne {

/// Shape of a value's canonical encoding (value/encoding.h). Numbers are bytes in trace files.
enum class TypeKind : std::uint8_t {
    kOpaque = 0,     ///< not known; bytes cannot be split
    kBool = 1,       ///< one byte, 0 or 1
    kInt = 2,        ///< zigzag varint
    kUint = 3,       ///< varint
    kFloat32 = 4,    ///< 4 bytes little-endian, NaN canonical
    kFloat64 = 5,    ///< 8 bytes little-endian, NaN canonical
    kText = 6,       ///< varint length, bytes
    kBytes = 7,      ///< varint length, bytes
    kStruct = 8,     ///< the fields in order; fields: name and type
    kList = 9,       ///< varint count, elements; fields[0]: element
    kArray = 10,     ///< `size` elements, no count; fields[0]: element
    kMap = 11,       ///< varint count, then key, value by ascending key; fields[0], [1]
    kOptional = 12,  ///< 0, or 1 and the value; fields[0]
    kVariant = 13,   ///< varint alternative, then its value; fields: the alternatives
    kEnum = 14,      ///< zigzag varint; fields: name and number of each enumerator
    kCellRef = 15,   ///< 8 bytes little-endian: the cell's key, 0 = nobody
    kDuration = 16,  ///< zigzag varint, nanoseconds
    kSet = 17,       ///< varint count, ascending elements; fields[0]
};
inline constexpr std::uint8_t kTypeKindCount = 18;

struct FieldDesc {
    std::string name;
    TypeIndex type;           ///< 0 for enumerators
    std::int64_t number = 0;  ///< enumerators only
    bool secret = false;      ///< ARIADNE_SECRET names it; no part of the structure
    bool operator==(const FieldDesc&) const = default;
};

/// One entry of a type table. `hash` covers name and structure, so equal hashes mean equal shapes
/// in every program and release.
struct TypeDesc {
    std::string name;
    TypeKind kind = TypeKind::kOpaque;
    std::uint32_t size = 0;  ///< kInt, kUint: bits; kArray: elements
    std::vector<FieldDesc> fields;
    std::uint64_t hash = 0;
    bool operator==(const TypeDesc&) const = default;
};

/// Types by TypeIndex; index 0 is the opaque type. A type may name itself or a later one.
class TypeTable {
public:
    TypeTable() : types_(1) {}

    TypeIndex add(TypeDesc desc) {
        types_.push_back(std::move(desc));
        return {static_cast<std::uint32_t>(types_.size() - 1)};
    }
    void replace(TypeIndex index, TypeDesc desc) { types_[index.value] = std::move(desc); }
    /// The opaque type for an index that is not in the table.
    const TypeDesc& at(TypeIndex index) const {
        return types_[index.value < types_.size() ? index.value : 0];
    }
    /// Number of entries, the opaque one included; indices are below it.
    std::uint32_t size() const { return static_cast<std::uint32_t>(types_.size()); }
    std::span<const TypeDesc> all() const { return types_; }

private:
    std::vector<TypeDesc> types_;
};

}  // namespace ariadne
