#include "engine/value/dynamic.h"

#include "engine/value/encoded_footprint.h"
#include "engine/value/type_name.h"

#include <algorithm>
#include <bit>

namespace ariadne::value {
namespace {

constexpr std::size_t kLeavesMax = 65'536;

absl::Status badChange(std::string_view what) {
    return absl::DataLossError("state change does not fit the state: " + std::string{what});
}

/// An element count is believable when each element could take a byte, or is small.
bool believable(std::uint64_t count, const ByteReader& in) {
    return count <= in.remaining() || count <= 65'536;
}

bool skipMany(const TypeTable& types, TypeIndex type, std::uint64_t count, ByteReader& in,
              std::uint32_t depth) {
    if (!believable(count, in)) in.fail();
    for (; count > 0 && in.ok(); --count) skipValue(types, type, in, depth);
    return in.ok();
}

/// Compares by reading both sides in step. Stops at the first difference.
class Comparer {
public:
    Comparer(const TypeTable& types, ByteReader a, ByteReader b) : types_(types), a_(a), b_(b) {}

    std::weak_ordering compare(TypeIndex type, std::uint32_t depth = 0) {
        const TypeDesc& desc = types_.at(type);
        a_.step();
        if (depth > kValueDepthMax) a_.fail();
        if (!a_.ok() || !b_.ok()) return std::weak_ordering::equivalent;
        switch (desc.kind) {
            case TypeKind::kBool: return a_.u8() <=> b_.u8();
            case TypeKind::kInt:
            case TypeKind::kEnum:
            case TypeKind::kDuration: return a_.zigzagVarint() <=> b_.zigzagVarint();
            case TypeKind::kUint: return a_.varint() <=> b_.varint();
            case TypeKind::kFloat32:
                return order(std::bit_cast<float>(a_.fixed32()),
                             std::bit_cast<float>(b_.fixed32()));
            case TypeKind::kFloat64:
                return order(std::bit_cast<double>(a_.fixed64()),
                             std::bit_cast<double>(b_.fixed64()));
            case TypeKind::kCellRef: return a_.fixed64() <=> b_.fixed64();
            case TypeKind::kText:
            case TypeKind::kBytes: return asText(a_.sized()) <=> asText(b_.sized());
            case TypeKind::kStruct:
                for (const FieldDesc& field : desc.fields)
                    if (const auto c = compare(field.type, depth + 1); c != 0) return c;
                return std::weak_ordering::equivalent;
            case TypeKind::kList:
            case TypeKind::kSet:
                if (desc.fields.empty()) break;
                return lists(desc.fields[0].type, a_.varint(), b_.varint(), depth);
            case TypeKind::kArray:
                if (desc.fields.empty()) break;
                return lists(desc.fields[0].type, desc.size, desc.size, depth);
            case TypeKind::kOptional: {
                if (desc.fields.empty()) break;
                const std::uint8_t hasA = a_.u8(), hasB = b_.u8();
                if (hasA != hasB || hasA == 0) return hasA <=> hasB;
                return compare(desc.fields[0].type, depth + 1);
            }
            case TypeKind::kVariant: {
                const std::uint64_t i = a_.varint(), j = b_.varint();
                if (i != j || i >= desc.fields.size()) return i <=> j;
                return compare(desc.fields[i].type, depth + 1);
            }
            case TypeKind::kMap: {
                if (desc.fields.size() < 2) break;
                const std::uint64_t m = a_.varint(), n = b_.varint();
                for (std::uint64_t i = 0; i < std::min(m, n) && a_.ok() && b_.ok(); ++i)
                    for (const FieldDesc& part : desc.fields)
                        if (const auto c = compare(part.type, depth + 1); c != 0) return c;
                return m <=> n;
            }
            default: break;
        }
        a_.fail();
        return std::weak_ordering::equivalent;
    }
    bool ok() const { return a_.ok() && b_.ok(); }

private:
    template <class Float>
    static std::weak_ordering order(Float a, Float b) {
        return a < b   ? std::weak_ordering::less
               : b < a ? std::weak_ordering::greater
                       : std::weak_ordering::equivalent;
    }
    std::weak_ordering lists(TypeIndex element, std::uint64_t m, std::uint64_t n,
                             std::uint32_t depth) {
        for (std::uint64_t i = 0; i < std::min(m, n) && ok(); ++i)
            if (const auto c = compare(element, depth + 1); c != 0) return c;
        return m <=> n;
    }

    const TypeTable& types_;
    ByteReader a_;
    ByteReader b_;
};

/// What a table from a hostile file may make us do.
struct LeafBudget {
    std::size_t steps = 2 * kLeavesMax;
    std::size_t pathBytes = 16u << 20;
};

void appendLeaves(const TypeTable& types, TypeIndex type, const std::string& path,
                  std::uint32_t depth, LeafBudget& left, std::vector<LeafDesc>& out) {
    if (depth > kValueDepthMax || left.steps == 0 || left.pathBytes < path.size()) return;
    --left.steps;
    left.pathBytes -= path.size();
    const TypeDesc& desc = types.at(type);
    if (desc.kind != TypeKind::kStruct) {
        if (out.size() < kLeavesMax) out.push_back({path, type});
        return;
    }
    for (const FieldDesc& field : desc.fields) {
        if (out.size() >= kLeavesMax || left.steps == 0 || left.pathBytes < path.size()) return;
        appendLeaves(types, field.type, path.empty() ? field.name : path + "." + field.name,
                     depth + 1, left, out);
    }
}

}  // namespace

bool skipValue(const TypeTable& types, TypeIndex type, ByteReader& in, std::uint32_t depth) {
    const TypeDesc& desc = types.at(type);
    in.step();
    if (depth > kValueDepthMax) in.fail();
    if (!in.ok()) return false;
    const auto field = [&](std::size_t i) {
        return i < desc.fields.size() ? desc.fields[i].type : TypeIndex{};
    };
    switch (desc.kind) {
        case TypeKind::kBool:
            if (in.u8() > 1) in.fail();
            break;
        case TypeKind::kInt:
        case TypeKind::kUint:
        case TypeKind::kEnum:
        case TypeKind::kDuration: in.varint(); break;
        case TypeKind::kFloat32: in.fixed32(); break;
        case TypeKind::kFloat64:
        case TypeKind::kCellRef: in.fixed64(); break;
        case TypeKind::kText:
        case TypeKind::kBytes: in.sized(); break;
        case TypeKind::kStruct:
            for (const FieldDesc& f : desc.fields)
                if (!skipValue(types, f.type, in, depth + 1)) break;
            break;
        case TypeKind::kList:
        case TypeKind::kSet: skipMany(types, field(0), in.varint(), in, depth + 1); break;
        case TypeKind::kArray: skipMany(types, field(0), desc.size, in, depth + 1); break;
        case TypeKind::kMap: {
            const std::uint64_t count = in.varint();
            if (!believable(count, in)) in.fail();
            for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
                skipValue(types, field(0), in, depth + 1);
                skipValue(types, field(1), in, depth + 1);
            }
            break;
        }
        case TypeKind::kOptional: {
            const std::uint8_t has = in.u8();
            if (has > 1) in.fail();
            if (has == 1) skipValue(types, field(0), in, depth + 1);
            break;
        }
        case TypeKind::kVariant: {
            const std::uint64_t alternative = in.varint();
            if (alternative >= desc.fields.size())
                in.fail();
            else
                skipValue(types, desc.fields[alternative].type, in, depth + 1);
            break;
        }
        default: in.fail();
    }
    return in.ok();
}

std::weak_ordering compareEncoded(const TypeTable& types, TypeIndex type, ByteView a, ByteView b) {
    Comparer comparer{types, ByteReader{a}, ByteReader{b}};
    const std::weak_ordering order = comparer.compare(type);
    return comparer.ok() ? order : asText(a) <=> asText(b);
}

std::vector<LeafDesc> leavesOf(const TypeTable& types, TypeIndex type) {
    std::vector<LeafDesc> out;
    LeafBudget left;
    appendLeaves(types, type, "", 0, left, out);
    return out;
}

absl::StatusOr<StateValue> StateValue::decode(const TypeTable& types, TypeIndex type,
                                              ByteView bytes) {
    StateValue out;
    out.type_ = type;
    ByteReader in{bytes};
    for (const LeafDesc& leaf : leavesOf(types, type)) {
        const std::size_t begin = in.offset();
        if (!skipValue(types, leaf.type, in)) break;
        const ByteView part = in.consumedSince(begin);
        out.leaves_.emplace_back(Bytes{part.begin(), part.end()});
        out.leafTypes_.push_back(leaf.type);
    }
    if (!in.ok() || !in.atEnd())
        return absl::DataLossError("state of " + std::to_string(bytes.size()) +
                                   " bytes is no encoding of " + types.at(type).name);
    return out;
}

absl::Status StateValue::apply(const TypeTable& types, ByteView change) {
    ByteReader in{change};
    while (in.ok() && !in.atEnd()) {
        const std::uint64_t number = in.varint();
        const std::uint8_t op = in.u8();
        ByteReader body{in.sized()};
        if (!in.ok() || number >= leaves_.size()) return badChange("no such leaf");
        const auto leaf = static_cast<std::size_t>(number);
        switch (static_cast<ChangeOp>(op)) {
            case ChangeOp::kReplace: {
                if (!skipValue(types, leafTypes_[leaf], body) || !body.atEnd())
                    return badChange("replaced leaf is no encoding of its type");
                const ByteView bytes = body.consumedSince(0);
                leaves_[leaf] = Bytes{bytes.begin(), bytes.end()};
                break;
            }
            case ChangeOp::kMap:
                if (absl::Status status = applyMap(types, leaf, body); !status.ok()) return status;
                break;
            case ChangeOp::kList:
                if (absl::Status status = applyList(types, leaf, body); !status.ok()) return status;
                break;
            case ChangeOp::kText:
                if (absl::Status status = applyText(leaf, body); !status.ok()) return status;
                break;
            case ChangeOp::kDigest: {
                Unknown unknown;
                unknown.digest = body.fixed64();
                unknown.bytes = body.varint();
                if (!body.ok()) return badChange("short digest");
                leaves_[leaf] = unknown;
                break;
            }
            default: return badChange("operation " + std::to_string(op));
        }
    }
    return in.ok() ? absl::OkStatus() : badChange("cut off");
}

bool StateValue::splitLeaf(const TypeTable& types, std::size_t leaf) {
    const auto* bytes = std::get_if<Bytes>(&leaves_[leaf]);
    if (bytes == nullptr) return std::holds_alternative<Split>(leaves_[leaf]);
    const TypeDesc& desc = types.at(leafTypes_[leaf]);
    const bool isMap = desc.kind == TypeKind::kMap;
    if (desc.fields.size() < (isMap ? 2u : 1u)) return false;
    Split split;
    ByteReader in{*bytes};
    const auto part = [&](TypeIndex type) {
        const std::size_t begin = in.offset();
        skipValue(types, type, in);
        const ByteView view = in.consumedSince(begin);
        return Bytes{view.begin(), view.end()};
    };
    for (std::uint64_t count = in.varint(); count > 0 && in.ok(); --count) {
        Entry entry;
        if (isMap) entry.key = part(desc.fields[0].type);
        entry.value = part(desc.fields[isMap ? 1 : 0].type);
        split.entries.push_back(std::move(entry));
    }
    if (!in.ok()) return false;
    leaves_[leaf] = std::move(split);
    return true;
}

absl::Status StateValue::applyMap(const TypeTable& types, std::size_t leaf, ByteReader& in) {
    if (types.at(leafTypes_[leaf]).kind != TypeKind::kMap || !splitLeaf(types, leaf))
        return badChange("map change of something that is no map");
    const TypeIndex keyType = types.at(leafTypes_[leaf]).fields[0].type;
    auto& entries = std::get<Split>(leaves_[leaf]).entries;
    for (std::uint64_t count = in.varint(); count > 0 && in.ok(); --count) {
        const std::uint8_t op = in.u8();
        const bool put = op == static_cast<std::uint8_t>(JournalOp::kPut);
        const ByteView key = in.sized();
        const ByteView entry = put ? in.sized() : ByteView{};
        if (!in.ok()) break;
        if (!put && op != static_cast<std::uint8_t>(JournalOp::kErase))
            return badChange("map operation " + std::to_string(op));
        const auto at =
            std::lower_bound(entries.begin(), entries.end(), key, [&](const Entry& e, ByteView k) {
                return compareEncoded(types, keyType, e.key, k) < 0;
            });
        const bool found = at != entries.end() && compareEncoded(types, keyType, at->key, key) == 0;
        if (!put) {
            if (found) entries.erase(at);
        } else if (found) {
            at->key.assign(key.begin(), key.end());
            at->value.assign(entry.begin(), entry.end());
        } else {
            entries.insert(at, {Bytes{key.begin(), key.end()}, Bytes{entry.begin(), entry.end()}});
        }
    }
    return in.ok() ? absl::OkStatus() : badChange("map change cut off");
}

absl::Status StateValue::applyList(const TypeTable& types, std::size_t leaf, ByteReader& in) {
    if (types.at(leafTypes_[leaf]).kind != TypeKind::kList || !splitLeaf(types, leaf))
        return badChange("list change of something that is no list");
    auto& entries = std::get<Split>(leaves_[leaf]).entries;
    const std::uint64_t kept = in.varint();
    if (!in.ok() || kept > entries.size()) return badChange("list keeps more than it has");
    entries.resize(static_cast<std::size_t>(kept));
    for (std::uint64_t sets = in.varint(); sets > 0 && in.ok(); --sets) {
        const std::uint64_t index = in.varint();
        const ByteView bytes = in.sized();
        if (!in.ok() || index >= kept) return badChange("list sets an element it does not have");
        entries[static_cast<std::size_t>(index)].value.assign(bytes.begin(), bytes.end());
    }
    for (std::uint64_t appended = in.varint(); appended > 0 && in.ok(); --appended) {
        const ByteView bytes = in.sized();
        if (in.ok()) entries.push_back({{}, Bytes{bytes.begin(), bytes.end()}});
    }
    return in.ok() ? absl::OkStatus() : badChange("list change cut off");
}

absl::Status StateValue::applyText(std::size_t leaf, ByteReader& in) {
    const auto* bytes = std::get_if<Bytes>(&leaves_[leaf]);
    const std::uint64_t kept = in.varint();
    const ByteView more = in.sized();
    if (bytes == nullptr || !in.ok()) return badChange("text change of something that is no text");
    ByteReader old{*bytes};
    const ByteView text = old.sized();
    if (!old.ok() || !old.atEnd() || kept > text.size())
        return badChange("text keeps more than it has");
    ByteWriter out;
    out.varint(kept + more.size());
    out.raw(text.first(static_cast<std::size_t>(kept)));
    out.raw(more);
    leaves_[leaf] = out.take();
    return absl::OkStatus();
}

bool StateValue::hasUnknown() const {
    return std::any_of(leaves_.begin(), leaves_.end(),
                       [](const Leaf& l) { return std::holds_alternative<Unknown>(l); });
}

std::optional<std::uint64_t> StateValue::footprint(const TypeTable& types) const {
    if (hasUnknown()) return std::nullopt;
    return encodedFootprint(types, type_, encode());
}

Bytes StateValue::leafBytes(std::size_t leaf) const {
    if (const auto* bytes = std::get_if<Bytes>(&leaves_[leaf])) return *bytes;
    ByteWriter out;
    if (const auto* split = std::get_if<Split>(&leaves_[leaf])) {
        out.varint(split->entries.size());
        for (const Entry& entry : split->entries) {
            out.raw(entry.key);
            out.raw(entry.value);
        }
    }
    return out.take();
}

Bytes StateValue::encode() const {
    ByteWriter out;
    for (std::size_t i = 0; i < leaves_.size(); ++i) out.raw(leafBytes(i));
    return out.take();
}

std::vector<std::uint32_t> changedLeaves(ByteView change) {
    std::vector<std::uint32_t> out;
    ByteReader in{change};
    while (in.ok() && !in.atEnd()) {
        const std::uint64_t number = in.varint();
        in.u8();
        in.sized();
        if (in.ok() && number < kLeavesMax) out.push_back(static_cast<std::uint32_t>(number));
    }
    if (!in.ok()) out.clear();
    return out;
}

}  // namespace ariadne::value
