#include "recorder/condition/value_path.h"

#include "engine/base/limits.h"

#include <bit>
#include <string_view>

namespace ariadne::condition {
namespace {

constexpr std::string_view kSize = "size";

/// Follows a path into encoded bytes; a failed reader makes the result nothing.
class Walk {
public:
    Walk(const TypeTable& types, ByteReader& in, const ValuePath& path,
         const value::CellNamer& cellName)
        : types_(types), in_(in), path_(path), cellName_(cellName) {}

    Scalar at(TypeIndex type, std::size_t step) {
        const TypeDesc& desc = types_.at(type);
        if (++depth_ > kValueDepthMax) in_.fail();
        if (!in_.ok()) return {};
        if (desc.kind == TypeKind::kOptional) {
            if (in_.u8() != 1 || desc.fields.empty()) return {};
            return at(desc.fields[0].type, step);
        }
        if (desc.kind == TypeKind::kVariant) return alternative(desc, step);
        if (step == path_.steps.size()) return scalar(desc);
        const std::string* name = std::get_if<std::string>(&path_.steps[step]);
        if (name != nullptr && *name == kSize && step + 1 == path_.steps.size())
            if (Scalar size = sizeOf(desc); isThere(size)) return size;
        switch (desc.kind) {
            case TypeKind::kStruct: return name == nullptr ? Scalar{} : field(desc, *name, step);
            case TypeKind::kList:
            case TypeKind::kSet: return element(desc, in_.varint(), step);
            case TypeKind::kArray: return element(desc, desc.size, step);
            case TypeKind::kMap: return entry(desc, step);
            default: return {};
        }
    }

private:
    Scalar field(const TypeDesc& desc, const std::string& name, std::size_t step) {
        for (const FieldDesc& field : desc.fields) {
            if (field.name == name) return at(field.type, step + 1);
            if (!value::skipValue(types_, field.type, in_)) return {};
        }
        return {};
    }

    /// By its name, or what it holds by a path that goes on in there.
    Scalar alternative(const TypeDesc& desc, std::size_t step) {
        const std::uint64_t taken = in_.varint();
        if (taken >= desc.fields.size()) return {};
        const FieldDesc& field = desc.fields[taken];
        if (step == path_.steps.size()) {
            const TypeKind kind = types_.at(field.type).kind;
            return kind == TypeKind::kStruct ? Scalar{field.name} : at(field.type, step);
        }
        const std::string* name = std::get_if<std::string>(&path_.steps[step]);
        return at(field.type, name != nullptr && *name == field.name ? step + 1 : step);
    }

    Scalar element(const TypeDesc& desc, std::uint64_t count, std::size_t step) {
        const auto* key = std::get_if<ValuePath::Key>(&path_.steps[step]);
        if (key == nullptr || desc.fields.empty()) return {};
        const std::uint64_t* wanted = std::get_if<std::uint64_t>(&key->value);
        if (wanted == nullptr || *wanted >= count) return {};
        for (std::uint64_t i = 0; i < *wanted; ++i)
            if (!value::skipValue(types_, desc.fields[0].type, in_)) return {};
        return at(desc.fields[0].type, step + 1);
    }

    Scalar entry(const TypeDesc& desc, std::size_t step) {
        const auto* wanted = std::get_if<ValuePath::Key>(&path_.steps[step]);
        if (wanted == nullptr || desc.fields.size() < 2) return {};
        const std::uint64_t count = in_.varint();
        for (std::uint64_t i = 0; i < count && in_.ok(); ++i) {
            const std::size_t begin = in_.offset();
            if (!value::skipValue(types_, desc.fields[0].type, in_)) return {};
            const Scalar key =
                scalarAt(types_, desc.fields[0].type, in_.consumedSince(begin), {}, 0, cellName_);
            if (compare(key, wanted->value) == 0) return at(desc.fields[1].type, step + 1);
            if (!value::skipValue(types_, desc.fields[1].type, in_)) return {};
        }
        return {};
    }

    Scalar sizeOf(const TypeDesc& desc) {
        switch (desc.kind) {
            case TypeKind::kList:
            case TypeKind::kSet:
            case TypeKind::kMap: return in_.varint();
            case TypeKind::kArray: return std::uint64_t{desc.size};
            case TypeKind::kText:
            case TypeKind::kBytes: return std::uint64_t{in_.sized().size()};
            default: return {};
        }
    }

    Scalar scalar(const TypeDesc& desc) {
        switch (desc.kind) {
            case TypeKind::kBool: return in_.u8() != 0;
            case TypeKind::kInt:
            case TypeKind::kDuration: return in_.zigzagVarint();
            case TypeKind::kUint: return in_.varint();
            case TypeKind::kFloat32: return double{std::bit_cast<float>(in_.fixed32())};
            case TypeKind::kFloat64: return std::bit_cast<double>(in_.fixed64());
            case TypeKind::kText: return std::string{asText(in_.sized())};
            case TypeKind::kCellRef: {
                const CellKey key{in_.fixed64()};
                if (key.value == 0 || !cellName_) return {};
                return cellName_(key);
            }
            case TypeKind::kEnum: {
                const std::int64_t number = in_.zigzagVarint();
                for (const FieldDesc& field : desc.fields)
                    if (field.number == number) return field.name;
                return number;
            }
            // A struct around one value is that value to most who write conditions.
            case TypeKind::kStruct:
                return desc.fields.size() == 1 ? at(desc.fields[0].type, path_.steps.size())
                                               : Scalar{};
            default: return {};
        }
    }

    const TypeTable& types_;
    ByteReader& in_;
    const ValuePath& path_;
    const value::CellNamer& cellName_;
    std::uint32_t depth_ = 0;  ///< a type may name itself
};

/// How many steps of `path` the dotted `leaf` is, or nullopt when it is no beginning of it.
std::optional<std::size_t> stepsOf(std::string_view leaf, const ValuePath& path) {
    if (leaf.empty()) return 0;
    for (std::size_t step = 0; step < path.steps.size(); ++step) {
        const std::string* name = std::get_if<std::string>(&path.steps[step]);
        if (name == nullptr || !leaf.starts_with(*name)) return std::nullopt;
        leaf.remove_prefix(name->size());
        if (leaf.empty()) return step + 1;
        if (leaf.front() != '.') return std::nullopt;
        leaf.remove_prefix(1);
    }
    return std::nullopt;
}

/// Whether the end of `path` is `leaf`, or a structure that it is part of.
bool leadsTo(std::string_view leaf, const ValuePath& path) {
    for (std::size_t step = 0; step < path.steps.size(); ++step) {
        const std::string* name = std::get_if<std::string>(&path.steps[step]);
        if (name == nullptr || !leaf.starts_with(*name)) return false;
        leaf.remove_prefix(name->size());
        if (leaf.empty()) return step + 1 == path.steps.size();
        if (leaf.front() != '.') return false;
        leaf.remove_prefix(1);
    }
    return true;
}

}  // namespace

Scalar scalarAt(const TypeTable& types, TypeIndex type, ByteView bytes, const ValuePath& path,
                std::size_t from, const value::CellNamer& cellName) {
    ByteReader in{bytes};
    Scalar found = Walk{types, in, path, cellName}.at(type, from);
    return in.ok() ? found : Scalar{};
}

std::optional<LeafPlace> leafOf(const std::vector<value::LeafDesc>& leaves, const ValuePath& path) {
    std::optional<LeafPlace> best;
    for (std::size_t i = 0; i < leaves.size(); ++i)
        if (const auto steps = stepsOf(leaves[i].path, path); steps)
            if (!best || *steps > best->steps) best = LeafPlace{i, *steps};
    return best;
}

LeafRange leavesBelow(const std::vector<value::LeafDesc>& leaves, const ValuePath& path) {
    std::size_t begin = 0;
    while (begin < leaves.size() && !leadsTo(leaves[begin].path, path)) ++begin;
    std::size_t end = begin;
    while (end < leaves.size() && leadsTo(leaves[end].path, path)) ++end;
    if (begin != end) return {begin, end};
    // Inside of a leaf: it is the least that a change tells of.
    if (const auto place = leafOf(leaves, path)) return {place->leaf, place->leaf + 1};
    return {};
}

}  // namespace ariadne::condition
