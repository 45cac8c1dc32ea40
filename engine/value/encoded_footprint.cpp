#include "engine/value/encoded_footprint.h"

#include "engine/base/limits.h"
#include "engine/value/footprint.h"

#include <algorithm>
#include <vector>

namespace ariadne::value {
namespace {

/// Further than any memory; sums and products end here, so that no hostile table wraps them.
constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 62;

std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
    return std::min(a + b, kBytesMax);  // each at most kBytesMax
}
std::uint64_t times(std::uint64_t a, std::uint64_t count) {
    return a != 0 && count > kBytesMax / a ? kBytesMax : a * count;
}

/// Walks one value. After a failure of the reader the numbers mean nothing.
class Walk {
public:
    Walk(const TypeTable& types, ByteView bytes)
        : types_(types), in_(bytes), inline_(types.size(), kUnknown) {}

    std::uint64_t inlineBytes(TypeIndex type) {
        if (type.value >= inline_.size()) return refuse();
        const std::uint64_t known = inline_[type.value];
        if (known == kOpen) return refuse();  // it would stand inside itself
        if (known != kUnknown) return known;
        inline_[type.value] = kOpen;
        const std::uint64_t bytes = countInline(types_.at(type));
        inline_[type.value] = bytes;
        return bytes;
    }

    /// Takes one value off the reader.
    std::uint64_t ownedBytes(TypeIndex type, std::uint32_t depth = 0) {
        const TypeDesc& desc = types_.at(type);
        in_.step();
        if (depth > kValueDepthMax) in_.fail();
        if (!in_.ok()) return 0;
        switch (desc.kind) {
            case TypeKind::kBool:
                if (in_.u8() > 1) in_.fail();
                return 0;
            case TypeKind::kInt:
            case TypeKind::kUint:
            case TypeKind::kEnum:
            case TypeKind::kDuration: in_.varint(); return 0;
            case TypeKind::kFloat32: in_.fixed32(); return 0;
            case TypeKind::kFloat64:
            case TypeKind::kCellRef: in_.fixed64(); return 0;
            case TypeKind::kText:
            case TypeKind::kBytes: return in_.sized().size();
            case TypeKind::kStruct: {
                std::uint64_t bytes = 0;
                for (const FieldDesc& field : desc.fields)
                    bytes = plus(bytes, ownedBytes(field.type, depth + 1));
                return bytes;
            }
            case TypeKind::kList: return entries(desc, 1, 0, in_.varint(), depth);
            case TypeKind::kSet: return entries(desc, 1, kNodeBytes, in_.varint(), depth);
            case TypeKind::kMap: return entries(desc, 2, kNodeBytes, in_.varint(), depth);
            case TypeKind::kArray:
                if (desc.fields.empty()) return refuse();
                return parts(desc, 1, desc.size, depth);
            case TypeKind::kOptional: {
                const std::uint8_t has = in_.u8();
                if (has > 1 || desc.fields.empty()) return refuse();
                return has == 1 ? ownedBytes(desc.fields[0].type, depth + 1) : 0;
            }
            case TypeKind::kVariant: {
                const std::uint64_t i = in_.varint();
                if (i >= desc.fields.size()) return refuse();
                return ownedBytes(desc.fields[i].type, depth + 1);
            }
            case TypeKind::kOpaque: break;
        }
        return refuse();
    }

    bool done() const { return in_.ok() && in_.atEnd(); }

private:
    static constexpr std::uint64_t kUnknown = ~std::uint64_t{0};
    static constexpr std::uint64_t kOpen = kUnknown - 1;

    std::uint64_t refuse() {
        in_.fail();
        return 0;
    }

    std::uint64_t countInline(const TypeDesc& desc) {
        const auto sum = [&] {
            std::uint64_t bytes = 0;
            for (const FieldDesc& field : desc.fields) bytes = plus(bytes, inlineBytes(field.type));
            return bytes;
        };
        switch (desc.kind) {
            case TypeKind::kBool: return 1;
            case TypeKind::kInt:
            case TypeKind::kUint: return desc.size / 8;
            case TypeKind::kFloat32: return 4;
            case TypeKind::kFloat64:
            case TypeKind::kEnum:
            case TypeKind::kCellRef:
            case TypeKind::kDuration: return 8;
            case TypeKind::kText:
            case TypeKind::kBytes:
            case TypeKind::kList:
            case TypeKind::kMap:
            case TypeKind::kSet: return kHeadBytes;
            case TypeKind::kStruct: return sum();
            case TypeKind::kArray: return times(sum(), desc.size);
            case TypeKind::kOptional: return plus(1, sum());
            case TypeKind::kVariant: {
                std::uint64_t largest = 0;
                for (const FieldDesc& field : desc.fields)
                    largest = std::max(largest, inlineBytes(field.type));
                return plus(8, largest);
            }
            case TypeKind::kOpaque: break;
        }
        return refuse();
    }

    /// `count` entries of a container, each of the first `partCount` field types.
    std::uint64_t entries(const TypeDesc& desc, std::size_t partCount, std::uint64_t node,
                          std::uint64_t count, std::uint32_t depth) {
        // As encoding.h has it: empty structs take no bytes, but there are not so many of them.
        if (desc.fields.size() < partCount || (count > in_.remaining() && count > 65'536))
            return refuse();
        std::uint64_t each = node;
        for (std::size_t i = 0; i < partCount; ++i)
            each = plus(each, inlineBytes(desc.fields[i].type));
        return plus(times(each, count), parts(desc, partCount, count, depth));
    }
    std::uint64_t parts(const TypeDesc& desc, std::size_t partCount, std::uint64_t count,
                        std::uint32_t depth) {
        std::uint64_t bytes = 0;
        for (; count > 0 && in_.ok(); --count)
            for (std::size_t i = 0; i < partCount; ++i)
                bytes = plus(bytes, ownedBytes(desc.fields[i].type, depth + 1));
        return bytes;
    }

    const TypeTable& types_;
    ByteReader in_;
    std::vector<std::uint64_t> inline_;  ///< by type index
};

}  // namespace

std::optional<std::uint64_t> encodedFootprint(const TypeTable& types, TypeIndex type,
                                              ByteView bytes) {
    Walk walk{types, bytes};
    const std::uint64_t owned = walk.ownedBytes(type);
    if (!walk.done()) return std::nullopt;
    const std::uint64_t all = plus(owned, walk.inlineBytes(type));
    if (!walk.done()) return std::nullopt;
    return all;
}

}  // namespace ariadne::value
