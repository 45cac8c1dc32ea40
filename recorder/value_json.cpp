#include "recorder/value_json.h"

#include "engine/base/limits.h"

#include <array>
#include <bit>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace ariadne::recorder {
namespace {

std::string hexBytes(ByteView bytes) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    for (const std::byte b : bytes) {
        out += kDigits[std::to_integer<std::size_t>(b) >> 4];
        out += kDigits[std::to_integer<std::size_t>(b) & 15];
    }
    return out;
}

/// Sixteen digits.
std::string hexNumber(std::uint64_t number) {
    std::array<char, 17> out{};
    std::snprintf(out.data(), out.size(), "%016" PRIx64, number);
    return out.data();
}

/// JSON has no words for these.
Json floatJson(double v) {
    if (std::isnan(v)) return "nan";
    if (std::isinf(v)) return v < 0 ? "-inf" : "inf";
    return v;
}

/// Adds a member without looking for an equal name, which would make large objects quadratic.
void append(Json& object, std::string name, Json member) {
    object.get_ref<Json::object_t&>().emplace_back(std::move(name), std::move(member));
}

/// Reads values in one pass; a failed reader makes the result meaningless.
class Decoder {
public:
    Decoder(const TypeTable& types, const value::CellNamer& cells) : types_(types), cells_(cells) {}

    Json value(TypeIndex type, ByteReader& in, std::uint32_t depth) const {
        const TypeDesc& desc = types_.at(type);
        in.step();
        if (depth > kValueDepthMax) in.fail();
        if (!in.ok()) return nullptr;
        switch (desc.kind) {
            case TypeKind::kStruct: return structure(desc, in, depth);
            case TypeKind::kList:
            case TypeKind::kSet: return elements(desc, in.varint(), in, depth);
            case TypeKind::kArray: return elements(desc, desc.size, in, depth);
            case TypeKind::kMap: return map(desc, in, depth);
            case TypeKind::kOptional:
                if (in.u8() == 0 || desc.fields.empty()) return nullptr;
                return value(desc.fields[0].type, in, depth + 1);
            case TypeKind::kVariant: return alternative(desc, in, depth);
            default: return scalar(desc, in);
        }
    }

private:
    Json structure(const TypeDesc& desc, ByteReader& in, std::uint32_t depth) const {
        Json out = Json::object();
        for (const FieldDesc& field : desc.fields)
            append(out, field.name, value(field.type, in, depth + 1));
        return out;
    }

    Json elements(const TypeDesc& desc, std::uint64_t count, ByteReader& in,
                  std::uint32_t depth) const {
        Json out = Json::array();
        if (desc.fields.empty()) in.fail();
        for (std::uint64_t i = 0; i < count && in.ok(); ++i)
            out.push_back(value(desc.fields[0].type, in, depth + 1));
        return out;
    }

    Json map(const TypeDesc& desc, ByteReader& in, std::uint32_t depth) const {
        Json out = Json::object();
        const std::uint64_t count = in.varint();
        if (desc.fields.size() < 2) in.fail();
        for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
            const Json key = value(desc.fields[0].type, in, depth + 1);
            std::string name = key.is_string()
                                   ? key.get<std::string>()
                                   : key.dump(-1, ' ', true, Json::error_handler_t::replace);
            append(out, std::move(name), value(desc.fields[1].type, in, depth + 1));
        }
        return out;
    }

    Json alternative(const TypeDesc& desc, ByteReader& in, std::uint32_t depth) const {
        const std::uint64_t index = in.varint();
        if (index >= desc.fields.size()) in.fail();
        if (!in.ok()) return nullptr;
        const FieldDesc& taken = desc.fields[index];
        return Json{{taken.name, value(taken.type, in, depth + 1)}};
    }

    Json scalar(const TypeDesc& desc, ByteReader& in) const {
        switch (desc.kind) {
            case TypeKind::kBool: return in.u8() != 0;
            case TypeKind::kInt: return in.zigzagVarint();
            case TypeKind::kUint: return in.varint();
            case TypeKind::kFloat32: return floatJson(std::bit_cast<float>(in.fixed32()));
            case TypeKind::kFloat64: return floatJson(std::bit_cast<double>(in.fixed64()));
            case TypeKind::kText: return asText(in.sized());
            case TypeKind::kBytes: return hexBytes(in.sized());
            case TypeKind::kDuration: return value::showDuration(in.zigzagVarint());
            case TypeKind::kCellRef: {
                const CellKey key{in.fixed64()};
                if (key.value == 0) return nullptr;
                return cells_ ? cells_(key) : "cell:" + hexNumber(key.value);
            }
            case TypeKind::kEnum: {
                const std::int64_t number = in.zigzagVarint();
                for (const FieldDesc& field : desc.fields)
                    if (field.number == number) return field.name;
                return number;
            }
            default: return hexBytes(in.raw(in.remaining()));
        }
    }

    const TypeTable& types_;
    const value::CellNamer& cells_;
};

}  // namespace

Json valueJson(const TypeTable& types, TypeIndex type, ByteView bytes,
               const value::CellNamer& cells) {
    ByteReader in{bytes};
    Json out = Decoder{types, cells}.value(type, in, 0);
    if (in.ok() && in.atEnd()) return out;
    return Json{{"bytes", hexBytes(bytes)}};
}

Json stateJson(const TypeTable& types, const value::StateValue& state,
               const value::CellNamer& cells) {
    // Leaves come in the order of the type's nesting. A file may describe structs that nest without
    // ever coming to a leaf.
    std::size_t next = 0;
    std::size_t steps = 0;
    const auto build = [&](const auto& self, TypeIndex type, std::uint32_t depth) -> Json {
        const TypeDesc& desc = types.at(type);
        if (++steps > 300'000) return nullptr;
        if (desc.kind == TypeKind::kStruct && depth <= kValueDepthMax) {
            Json out = Json::object();
            for (const FieldDesc& field : desc.fields)
                append(out, field.name, self(self, field.type, depth + 1));
            return out;
        }
        if (next >= state.leafCount()) return nullptr;
        const std::size_t leaf = next++;
        if (state.isUnknown(leaf)) return Json{{"digest_only", true}};
        return valueJson(types, type, state.leafBytes(leaf), cells);
    };
    return build(build, state.type(), 0);
}

}  // namespace ariadne::recorder
