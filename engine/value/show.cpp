// Values as text and trees.
#include "engine/value/dynamic.h"
#include "engine/value/type_name.h"

#include <bit>
#include <charconv>
#include <cstdio>

namespace ariadne::value {
namespace {

constexpr std::string_view kEllipsis = "\u2026";

std::string cut(std::string text, std::size_t bytesMax) {
    if (text.size() <= bytesMax) return text;
    std::size_t end = bytesMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    return text += kEllipsis;
}

template <class Float>
std::string showFloat(Float v) {
    char buffer[32];
    const auto result = std::to_chars(buffer, buffer + sizeof buffer, v);
    return {buffer, result.ptr};
}

std::string hexOf(ByteView bytes, std::size_t bytesMax) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out = "0x";
    for (const std::byte b : bytes.first(std::min(bytes.size(), bytesMax))) {
        out += kDigits[static_cast<unsigned>(b) >> 4];
        out += kDigits[static_cast<unsigned>(b) & 15];
    }
    if (bytes.size() > bytesMax) out += kEllipsis;
    return out;
}

/// Length of the valid UTF-8 sequence at `at`, or 0. Refuses overlong forms and surrogates.
std::size_t utf8Length(std::string_view text, std::size_t at, char32_t& code) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char lead = byte(0);
    const std::size_t length = lead < 0x80    ? 1
                               : lead >= 0xF0 ? 4
                               : lead >= 0xE0 ? 3
                               : lead >= 0xC2 ? 2
                                              : 0;
    if (length == 0 || lead > 0xF4 || at + length > text.size()) return 0;
    code = length == 1 ? lead : lead & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return 0;
        code = code << 6 | (byte(i) & 0x3Fu);
    }
    if ((length == 3 && code < 0x800) || (length == 4 && (code < 0x10000 || code > 0x10FFFF)) ||
        (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    return length;
}

/// Characters that would change how the text around them reads.
bool isTreacherous(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xE0000 && c <= 0xE007F);
}

/// Builds nodes and lines from bytes in one pass; past kNodesMax nodes, the rest is counted only.
class Shower {
public:
    Shower(const TypeTable& types, const ShowOptions& options) : types_(types), options_(options) {}

    ValueNode node(TypeIndex type, ByteReader& in, std::uint32_t depth = 0) {
        const TypeDesc& desc = types_.at(type);
        ValueNode out;
        out.kind = desc.kind;
        out.typeName = shortName(desc.name);
        in.step();
        if (depth > kValueDepthMax) in.fail();
        if (!in.ok()) return out;
        switch (desc.kind) {
            case TypeKind::kStruct:
                for (const FieldDesc& field : desc.fields)
                    child(out, field.name, field.type, in, depth);
                out.text =
                    summary(out, out.typeName == "nothing" ? "" : out.typeName, '{', '}', true);
                break;
            case TypeKind::kList:
            case TypeKind::kSet: elements(out, desc, in.varint(), in, depth); break;
            case TypeKind::kArray: elements(out, desc, desc.size, in, depth); break;
            case TypeKind::kMap: entries(out, desc, in, depth); break;
            case TypeKind::kOptional:
                if (in.u8() == 0 || desc.fields.empty()) {
                    out.text = "none";
                } else {
                    ValueNode inner = node(desc.fields[0].type, in, depth + 1);
                    inner.typeName = out.typeName;
                    return inner;
                }
                break;
            case TypeKind::kVariant: {
                const std::uint64_t alternative = in.varint();
                if (alternative >= desc.fields.size()) {
                    in.fail();
                    break;
                }
                return node(desc.fields[alternative].type, in, depth + 1);
            }
            default: out.text = scalar(desc, in);
        }
        return out;
    }

private:
    void child(ValueNode& parent, std::string name, TypeIndex type, ByteReader& in,
               std::uint32_t depth) {
        ++parent.childCount;
        if (!in.ok()) return;
        if (parent.children.size() >= options_.childrenMax || nodes_ >= kNodesMax) {
            skipValue(types_, type, in, depth + 1);
            return;
        }
        ++nodes_;
        ValueNode inner = node(type, in, depth + 1);
        inner.name = std::move(name);
        parent.children.push_back(std::move(inner));
    }

    void elements(ValueNode& out, const TypeDesc& desc, std::uint64_t count, ByteReader& in,
                  std::uint32_t depth) {
        if (desc.fields.empty() || (count > in.remaining() && count > 65'536)) in.fail();
        for (std::uint64_t i = 0; i < count && in.ok(); ++i)
            child(out, "[" + std::to_string(i) + "]", desc.fields[0].type, in, depth);
        out.text = summary(out, "", '[', ']', false);
    }

    void entries(ValueNode& out, const TypeDesc& desc, ByteReader& in, std::uint32_t depth) {
        const std::uint64_t count = in.varint();
        if (desc.fields.size() < 2 || (count > in.remaining() && count > 65'536)) in.fail();
        for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
            const std::string key = node(desc.fields[0].type, in, depth + 1).text;
            child(out, key, desc.fields[1].type, in, depth);
        }
        out.text = summary(out, "", '{', '}', true);
    }

    std::string scalar(const TypeDesc& desc, ByteReader& in) const {
        switch (desc.kind) {
            case TypeKind::kBool: return in.u8() != 0 ? "true" : "false";
            case TypeKind::kInt: return std::to_string(in.zigzagVarint());
            case TypeKind::kUint: return std::to_string(in.varint());
            case TypeKind::kFloat32: return showFloat(std::bit_cast<float>(in.fixed32()));
            case TypeKind::kFloat64: return showFloat(std::bit_cast<double>(in.fixed64()));
            case TypeKind::kText: return quoted(asText(in.sized()), options_.textBytesMax);
            case TypeKind::kBytes: return hexOf(in.sized(), options_.textBytesMax / 2);
            case TypeKind::kDuration: return showDuration(in.zigzagVarint());
            case TypeKind::kCellRef: {
                const CellKey key{in.fixed64()};
                if (key.value == 0) return "nobody";
                if (options_.cellName) return options_.cellName(key);
                char buffer[24];
                std::snprintf(buffer, sizeof buffer, "cell:%016llx",
                              static_cast<unsigned long long>(key.value));
                return buffer;
            }
            case TypeKind::kEnum: {
                const std::int64_t number = in.zigzagVarint();
                for (const FieldDesc& field : desc.fields)
                    if (field.number == number) return field.name;
                return std::to_string(number);
            }
            default: return hexOf(in.raw(in.remaining()), options_.textBytesMax / 2);
        }
    }

    std::string summary(const ValueNode& node, std::string_view prefix, char open, char close,
                        bool named) const {
        std::string out{prefix};
        if (node.childCount == 0 && !prefix.empty()) return out;
        out += open;
        for (std::size_t i = 0; i < node.children.size() && out.size() <= options_.textBytesMax;
             ++i) {
            if (i != 0) out += ", ";
            if (named) out.append(node.children[i].name).append(": ");
            out += node.children[i].text;
        }
        if (node.childCount > node.children.size()) out.append(", ").append(kEllipsis);
        out += close;
        return cut(std::move(out), options_.textBytesMax);
    }

    static constexpr std::size_t kNodesMax = 50'000;

    const TypeTable& types_;
    const ShowOptions& options_;
    std::size_t nodes_ = 0;
};

}  // namespace

std::string quoted(std::string_view text, std::size_t bytesMax) {
    std::string out = "\"";
    const auto escape = [&](unsigned long code, int digits, char mark) {
        char buffer[16];
        std::snprintf(buffer, sizeof buffer, "\\%c%0*lx", mark, digits, code);
        out += buffer;
    };
    std::size_t at = 0;
    while (at < text.size() && out.size() < bytesMax) {
        char32_t code = 0;
        const std::size_t length = utf8Length(text, at, code);
        if (length == 0) {
            escape(static_cast<unsigned char>(text[at]), 2, 'x');
            ++at;
            continue;
        }
        if (code == '"' || code == '\\')
            (out += '\\') += static_cast<char>(code);
        else if (code == '\n')
            out += "\\n";
        else if (code == '\t')
            out += "\\t";
        else if (code < 0x10000 && isTreacherous(code))
            escape(code, 4, 'u');
        else if (isTreacherous(code))
            escape(code, 8, 'U');
        else
            out += text.substr(at, length);
        at += length;
    }
    if (at < text.size()) out += kEllipsis;
    return out += '"';
}

std::string showDuration(std::int64_t ns) {
    struct Unit {
        std::uint64_t ns;
        std::string_view name;
    };
    static constexpr Unit kUnits[] = {
        {1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "us"}, {1, "ns"}};
    std::string sign = ns < 0 ? "-" : "";
    const std::uint64_t magnitude =
        ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
    if (magnitude == 0) return "0s";
    for (const Unit& unit : kUnits) {
        if (magnitude < unit.ns) continue;
        std::string fraction = std::to_string(unit.ns + magnitude % unit.ns).substr(1);
        fraction.resize(fraction.find_last_not_of('0') + 1);
        std::string out = sign + std::to_string(magnitude / unit.ns);
        if (!fraction.empty()) out += "." + fraction;
        return out += unit.name;
    }
    return "0s";
}

ValueNode showValue(const TypeTable& types, TypeIndex type, ByteView bytes,
                    const ShowOptions& options) {
    ByteReader in{bytes};
    ValueNode out = Shower{types, options}.node(type, in);
    if (in.ok() && in.atEnd()) return out;
    ValueNode opaque;
    opaque.typeName = shortName(types.at(type).name);
    opaque.text = hexOf(bytes, 32) + " (not a " + opaque.typeName + ")";
    return opaque;
}

std::string showLine(const TypeTable& types, TypeIndex type, ByteView bytes,
                     const ShowOptions& options) {
    ShowOptions few = options;
    few.childrenMax = std::min<std::uint32_t>(options.childrenMax, 16);
    return showValue(types, type, bytes, few).text;
}

ValueNode StateValue::show(const TypeTable& types, const ShowOptions& options) const {
    // The tree follows the type's nesting, each leaf taken from where it is kept.
    std::size_t next = 0;
    std::size_t steps = 0;
    // Structs without leaves may nest without end; no more of them than the leaves can justify.
    const std::size_t stepsMax = std::min<std::size_t>(64 * (leaves_.size() + 100), 300'000);
    const auto build = [&](auto& self, TypeIndex type, std::uint32_t depth) -> ValueNode {
        const TypeDesc& desc = types.at(type);
        if (++steps > stepsMax) return {};
        if (desc.kind != TypeKind::kStruct || depth > kValueDepthMax) {
            if (next >= leaves_.size()) return {};
            const std::size_t leaf = next++;
            if (const auto* unknown = std::get_if<Unknown>(&leaves_[leaf])) {
                ValueNode node;
                node.typeName = shortName(desc.name);
                node.text = std::to_string(unknown->bytes) +
                            " bytes, recorded by digest only (re-execute to see them)";
                return node;
            }
            return showValue(types, type, leafBytes(leaf), options);
        }
        ValueNode node;
        node.kind = desc.kind;
        node.typeName = shortName(desc.name);
        for (const FieldDesc& field : desc.fields) {
            ValueNode child = self(self, field.type, depth + 1);
            child.name = field.name;
            node.children.push_back(std::move(child));
        }
        node.childCount = node.children.size();
        std::string line = node.typeName + "{";
        for (const ValueNode& child : node.children) {
            if (line.size() > options.textBytesMax) break;
            if (line.back() != '{') line += ", ";
            line.append(child.name).append(": ").append(child.text);
        }
        node.text = cut(line + "}", options.textBytesMax);
        return node;
    };
    return build(build, type_, 0);
}

std::string showChange(const TypeTable& types, TypeIndex stateType, ByteView change,
                       const ShowOptions& options) {
    const std::vector<LeafDesc> leaves = leavesOf(types, stateType);
    ByteReader in{change};
    std::string out;
    while (in.ok() && !in.atEnd() && out.size() <= options.textBytesMax) {
        const std::uint64_t number = in.varint();
        const auto op = static_cast<ChangeOp>(in.u8());
        const ByteView bytes = in.sized();
        if (!in.ok() || number >= leaves.size()) break;
        const LeafDesc& leaf = leaves[number];
        if (!out.empty()) out += ", ";
        out += leaf.path;
        ByteReader body{bytes};
        switch (op) {
            case ChangeOp::kReplace:
                out += " = " + showLine(types, leaf.type, bytes, options);
                break;
            case ChangeOp::kMap: {
                const std::uint64_t count = body.varint();
                std::uint64_t puts = 0;
                std::string first;
                for (std::uint64_t i = 0; i < count && body.ok(); ++i) {
                    const bool put = body.u8() == static_cast<std::uint8_t>(JournalOp::kPut);
                    const ByteView key = body.sized();
                    const ByteView entry = put ? body.sized() : ByteView{};
                    puts += put ? 1 : 0;
                    const auto& fields = types.at(leaf.type).fields;
                    if (i == 0 && count == 1 && fields.size() == 2)
                        first = "[" + showLine(types, fields[0].type, key, options) + "]" +
                                (put ? " = " + showLine(types, fields[1].type, entry, options)
                                     : " erased");
                }
                if (count == 1)
                    out += first;
                else
                    out += " " + std::to_string(puts) + " put, " + std::to_string(count - puts) +
                           " erased";
                break;
            }
            case ChangeOp::kList: {
                const std::uint64_t kept = body.varint();
                const std::uint64_t sets = body.varint();
                for (std::uint64_t i = 0; i < sets && body.ok(); ++i) {
                    body.varint();
                    body.sized();
                }
                const std::uint64_t appended = body.varint();
                out += " kept " + std::to_string(kept) + ", " + std::to_string(sets) + " set, " +
                       std::to_string(appended) + " appended";
                break;
            }
            case ChangeOp::kText: {
                const std::uint64_t kept = body.varint();
                out += " kept " + std::to_string(kept) + " bytes, then " +
                       quoted(asText(body.sized()), options.textBytesMax);
                break;
            }
            case ChangeOp::kDigest: {
                body.fixed64();
                out += " = " + std::to_string(body.varint()) + " bytes (digest only)";
                break;
            }
            default: out += " changed in an unknown way"; break;
        }
    }
    return cut(std::move(out), options.textBytesMax);
}

}  // namespace ariadne::value
