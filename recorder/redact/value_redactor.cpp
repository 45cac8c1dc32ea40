#include "recorder/redact/value_redactor.h"

#include "engine/base/digest.h"
#include "engine/base/event_batch.h"
#include "engine/base/limits.h"
#include "engine/value/change.h"
#include "engine/value/dynamic.h"

#include <algorithm>
#include <set>
#include <utility>

namespace ariadne::redact {
namespace {

using value::ChangeOp;
using value::JournalOp;

/// Of all state types together; descriptions from a file may have far too many.
constexpr std::size_t kLeavesHeldMax = 1u << 20;

/// As decoders believe it: each element takes a byte, or they are few.
bool believable(std::uint64_t count, const ByteReader& in) {
    return count <= in.remaining() || count <= 65'536;
}

/// By which types a value may get to something secret.
std::vector<bool> reachSecrets(const TypeTable& types) {
    const std::uint32_t size = types.size();
    std::vector<std::vector<std::uint32_t>> users(size);
    std::vector<bool> reach(size);
    std::vector<std::uint32_t> todo;
    for (std::uint32_t i = 0; i < size; ++i) {
        const TypeDesc& type = types.at({i});
        if (type.kind == TypeKind::kEnum) continue;
        for (const FieldDesc& field : type.fields)
            if (field.type.value < size) users[field.type.value].push_back(i);
        if (!hasSecretField(type)) continue;
        reach[i] = true;
        todo.push_back(i);
    }
    while (!todo.empty()) {
        const std::uint32_t used = todo.back();
        todo.pop_back();
        for (const std::uint32_t user : users[used]) {
            if (reach[user]) continue;
            reach[user] = true;
            todo.push_back(user);
        }
    }
    return reach;
}

/// Walks a state type as value::leavesOf() does, which has the numbers.
class LeafWalk {
public:
    LeafWalk(const TypeTable& types, std::size_t leavesMax) : types_(types), max_(leavesMax) {}

    std::vector<SecretLeaf> take(TypeIndex type) {
        walk(type, {}, std::nullopt, 0);
        return std::move(out_);
    }

private:
    void walk(TypeIndex type, FieldId holder, const std::optional<FieldId>& secret,
              std::uint32_t depth) {
        if (depth > kValueDepthMax || steps_ == 0) return;
        --steps_;
        const TypeDesc& desc = types_.at(type);
        if (desc.kind != TypeKind::kStruct) {
            if (out_.size() < max_) out_.push_back({type, holder, secret});
            return;
        }
        for (std::uint32_t i = 0; i < desc.fields.size() && out_.size() < max_; ++i) {
            const FieldId id{type, i};
            walk(desc.fields[i].type, id,
                 secret || !desc.fields[i].secret ? secret : std::optional{id}, depth + 1);
        }
    }

    const TypeTable& types_;
    std::size_t max_;
    std::size_t steps_ = 131'072;
    std::vector<SecretLeaf> out_;
};

}  // namespace

/// An element of a set, or a map's key and value: where they stand in what was written.
struct ValueRedactor::Part {
    std::size_t begin;
    std::size_t keyEnd;
    std::size_t end;
};

ValueRedactor::ValueRedactor(const TypeTable& types, const StandIns& standIns, Told told)
    : types_(types), standIns_(standIns), told_(std::move(told)), concerns_(reachSecrets(types)) {}

const ValueRedactor::StatePlan& ValueRedactor::planOf(TypeIndex state) {
    const auto known = plans_.find(state);
    if (known != plans_.end()) return known->second;
    const std::size_t count = value::leavesOf(types_, state).size();
    StatePlan plan;
    plan.leaves = LeafWalk(types_, count).take(state);
    plan.leaves.resize(count);
    plan.hasTexts = std::ranges::any_of(plan.leaves, [&](const SecretLeaf& leaf) {
        return leaf.secret && types_.at(leaf.type).kind == TypeKind::kText;
    });
    if (leavesHeld_ + count > kLeavesHeldMax) {
        plans_.clear();
        leavesHeld_ = 0;
    }
    leavesHeld_ += count;
    return plans_.emplace(state, std::move(plan)).first->second;
}

bool ValueRedactor::redact(TypeIndex type, ByteView value, ByteWriter& out) {
    return whole(type, value, out, nullptr);
}

bool ValueRedactor::whole(TypeIndex type, ByteView bytes, ByteWriter& out, const FieldId* secret) {
    ByteReader in{bytes};
    return value(type, in, out, secret, 0) && in.atEnd();
}

std::string ValueRedactor::redactText(FieldId field, ByteView text) {
    ++counts_[field];
    if (!text.empty()) told_(field, text);
    return standIns_.text(text);
}

bool ValueRedactor::value(TypeIndex type, ByteReader& in, ByteWriter& out, const FieldId* secret,
                          std::uint32_t depth) {
    if (secret == nullptr && !concerns(type)) {
        const std::size_t begin = in.offset();
        if (!value::skipValue(types_, type, in, depth)) return false;
        out.raw(in.consumedSince(begin));
        return true;
    }
    in.step();
    if (depth > kValueDepthMax) in.fail();
    if (!in.ok()) return false;
    // Stand-ins may be longer than what they stand for.
    if (out.size() > kRowBytesMax) in.fail();
    const TypeDesc& desc = types_.at(type);
    const auto typeOf = [&](std::size_t i) {
        return i < desc.fields.size() ? desc.fields[i].type : TypeIndex{};
    };
    switch (desc.kind) {
        case TypeKind::kStruct:
            for (std::uint32_t i = 0; i < desc.fields.size(); ++i) {
                const FieldId own{type, i};
                const bool begins = secret == nullptr && desc.fields[i].secret;
                if (begins) ++counts_[own];
                if (!value(desc.fields[i].type, in, out, begins ? &own : secret, depth + 1))
                    return false;
            }
            return in.ok();
        case TypeKind::kArray: return many(typeOf(0), desc.size, in, out, secret, depth + 1);
        case TypeKind::kList: {
            const std::uint64_t count = in.varint();
            out.varint(count);
            return many(typeOf(0), count, in, out, secret, depth + 1);
        }
        case TypeKind::kSet:
        case TypeKind::kMap: {
            const std::uint64_t count = in.varint();
            out.varint(count);
            return ordered(desc, count, in, out, secret, depth + 1);
        }
        case TypeKind::kOptional: {
            const std::uint8_t has = in.u8();
            if (has > 1) in.fail();
            out.u8(has);
            return in.ok() && (has == 0 || value(typeOf(0), in, out, secret, depth + 1));
        }
        case TypeKind::kVariant: {
            const std::uint64_t at = in.varint();
            if (at >= desc.fields.size()) in.fail();
            if (!in.ok()) return false;
            out.varint(at);
            return value(desc.fields[at].type, in, out, secret, depth + 1);
        }
        default: break;
    }
    if (secret != nullptr) return scalar(desc, type, in, out, *secret);
    in.fail();
    return false;
}

bool ValueRedactor::many(TypeIndex element, std::uint64_t count, ByteReader& in, ByteWriter& out,
                         const FieldId* secret, std::uint32_t depth) {
    if (!believable(count, in)) in.fail();
    for (; count > 0 && in.ok(); --count) value(element, in, out, secret, depth);
    return in.ok();
}

bool ValueRedactor::ordered(const TypeDesc& desc, std::uint64_t count, ByteReader& in,
                            ByteWriter& out, const FieldId* secret, std::uint32_t depth) {
    const bool isMap = desc.kind == TypeKind::kMap;
    if (!believable(count, in) || desc.fields.size() < (isMap ? 2u : 1u)) in.fail();
    if (!in.ok()) return false;
    const TypeIndex keyType = desc.fields[0].type;
    ByteWriter parts;
    // Stand-ins stand in another order. A tree keeps to its nodes whatever order there is, also
    // when keys of a hostile file have none.
    const auto before = [&](const Part& a, const Part& b) {
        const ByteView all = parts.view();
        return value::compareEncoded(types_, keyType, all.subspan(a.begin, a.keyEnd - a.begin),
                                     all.subspan(b.begin, b.keyEnd - b.begin)) < 0;
    };
    std::multiset<Part, decltype(before)> sorted{before};
    for (; count > 0; --count) {
        Part part{parts.size(), 0, 0};
        if (!value(keyType, in, parts, secret, depth)) return false;
        part.keyEnd = parts.size();
        if (isMap && !value(desc.fields[1].type, in, parts, secret, depth)) return false;
        part.end = parts.size();
        sorted.insert(part);
    }
    for (const Part& part : sorted)
        out.raw(parts.view().subspan(part.begin, part.end - part.begin));
    return true;
}

std::int64_t ValueRedactor::enumerator(TypeIndex type, const TypeDesc& desc, std::int64_t number) {
    auto& known = enumerators_[type];
    if (known.empty()) {
        for (const FieldDesc& field : desc.fields) known.emplace_back(field.number, 0);
        std::ranges::sort(known);
        known.erase(std::unique(known.begin(), known.end()), known.end());
        // Shuffled by what the key makes of each.
        std::vector<std::pair<std::uint64_t, std::int64_t>> shuffled;
        for (const auto& [n, unused] : known)
            shuffled.emplace_back(
                standIns_.word(desc.hash, static_cast<std::uint64_t>(n), known.size()), n);
        std::ranges::sort(shuffled);
        for (std::size_t i = 0; i < known.size(); ++i) known[i].second = shuffled[i].second;
    }
    const auto find = [&](std::int64_t n) {
        const auto at = std::ranges::lower_bound(known, std::pair{n, INT64_MIN});
        return at != known.end() && at->first == n ? &*at : nullptr;
    };
    if (const auto* named = find(number)) return named->second;
    // One without a name gets another without a name, and one that fits any type one that does.
    const auto isSmall = [](std::int64_t n) { return n >= 0 && n < 128; };
    const bool small = isSmall(number);
    do
        number = static_cast<std::int64_t>(
            standIns_.number(static_cast<std::uint64_t>(number), small ? 8 : 64));
    while (isSmall(number) != small || find(number) != nullptr);
    return number;
}

bool ValueRedactor::scalar(const TypeDesc& desc, TypeIndex type, ByteReader& in, ByteWriter& out,
                           FieldId secret) {
    const bool hasWidth = desc.size == 8 || desc.size == 16 || desc.size == 32;
    switch (desc.kind) {
        case TypeKind::kBool: {
            const std::uint8_t b = in.u8();
            if (b > 1) in.fail();
            out.u8(static_cast<std::uint8_t>(standIns_.number(b, 1)));
            break;
        }
        case TypeKind::kUint: {
            const std::uint64_t v = in.varint();
            const unsigned bits = hasWidth && v >> desc.size == 0 ? desc.size : 64;
            out.varint(standIns_.number(v, bits));
            break;
        }
        case TypeKind::kInt: {
            const std::int64_t v = in.zigzagVarint();
            const unsigned unused = hasWidth ? 64 - desc.size : 0;
            const auto cut = [unused](std::uint64_t word) {
                return static_cast<std::int64_t>(word << unused) >> unused;
            };
            const auto word = static_cast<std::uint64_t>(v);
            if (unused != 0 && cut(word) == v)
                out.zigzagVarint(cut(standIns_.number(word << unused >> unused, 64 - unused)));
            else
                out.zigzagVarint(static_cast<std::int64_t>(standIns_.number(word, 64)));
            break;
        }
        case TypeKind::kDuration:
            out.zigzagVarint(static_cast<std::int64_t>(
                standIns_.number(static_cast<std::uint64_t>(in.zigzagVarint()), 64)));
            break;
        case TypeKind::kEnum: out.zigzagVarint(enumerator(type, desc, in.zigzagVarint())); break;
        case TypeKind::kFloat32:
            out.fixed32(static_cast<std::uint32_t>(standIns_.floating(in.fixed32(), 32)));
            break;
        case TypeKind::kFloat64: out.fixed64(standIns_.floating(in.fixed64(), 64)); break;
        case TypeKind::kCellRef: out.fixed64(standIns_.cell(in.fixed64())); break;
        case TypeKind::kText:
        case TypeKind::kBytes: {
            const ByteView text = in.sized();
            if (!in.ok()) return false;
            if (!text.empty()) told_(secret, text);
            out.sized(asBytes(standIns_.text(text)));
            break;
        }
        default: in.fail();
    }
    return in.ok();
}

bool ValueRedactor::hasTexts(TypeIndex state) {
    return concerns(state) && planOf(state).hasTexts;
}

bool ValueRedactor::readTexts(TypeIndex state, ByteView value, StateTexts& texts) {
    texts.clear();
    ByteReader in{value};
    const std::vector<SecretLeaf>& leaves = leavesOf(state);
    for (std::uint32_t i = 0; i < leaves.size() && in.ok(); ++i) {
        if (!leaves[i].secret || types_.at(leaves[i].type).kind != TypeKind::kText) {
            value::skipValue(types_, leaves[i].type, in);
            continue;
        }
        const ByteView text = in.sized();
        texts[i].assign(text.begin(), text.end());
    }
    return in.ok();
}

bool ValueRedactor::redactChange(TypeIndex state, ByteView change, StateTexts& texts,
                                 ByteWriter& out) {
    const std::vector<SecretLeaf>& leaves = leavesOf(state);
    ByteReader in{change};
    ByteWriter part;
    hasDigest_ = false;
    while (in.ok() && !in.atEnd()) {
        const std::uint64_t number = in.varint();
        std::uint8_t op = in.u8();
        const ByteView body = in.sized();
        if (!in.ok() || number >= leaves.size()) return false;
        const SecretLeaf& leaf = leaves[number];
        part.clear();
        if (leaf.secret || concerns(leaf.type)) {
            if (leaf.secret) ++counts_[*leaf.secret];
            ByteReader of{body};
            if (!leafChange(leaf, static_cast<std::uint32_t>(number), op, of, texts, part) ||
                !of.ok() || !of.atEnd())
                return false;
        } else {
            part.raw(body);
        }
        if (op == static_cast<std::uint8_t>(ChangeOp::kDigest)) hasDigest_ = true;
        out.varint(number);
        out.u8(op);
        out.sized(part.view());
    }
    return in.ok();
}

bool ValueRedactor::leafChange(const SecretLeaf& leaf, std::uint32_t number, std::uint8_t& op,
                               ByteReader& in, StateTexts& texts, ByteWriter& out) {
    const FieldId* const secret = leaf.secret ? &*leaf.secret : nullptr;
    switch (static_cast<ChangeOp>(op)) {
        case ChangeOp::kReplace: {
            if (!value(leaf.type, in, out, secret, 0)) return false;
            if (secret != nullptr && types_.at(leaf.type).kind == TypeKind::kText) {
                ByteReader again{in.consumedSince(0)};
                const ByteView text = again.sized();
                texts[number].assign(text.begin(), text.end());
            }
            return true;
        }
        case ChangeOp::kMap: return mapChange(leaf, in, out);
        case ChangeOp::kList: return listChange(leaf, in, out);
        case ChangeOp::kText: return textChange(leaf, number, op, in, texts, out);
        case ChangeOp::kDigest: {
            const std::uint64_t digest = in.fixed64();
            const std::uint64_t length = in.varint();
            // Who knows all but a little of the value could find the rest by its digest.
            out.fixed64(standIns_.word(op, digest, length));
            out.varint(0);
            texts.erase(number);
            return in.ok();
        }
    }
    return false;
}

bool ValueRedactor::mapChange(const SecretLeaf& leaf, ByteReader& in, ByteWriter& out) {
    const TypeDesc& map = types_.at(leaf.type);
    if (map.kind != TypeKind::kMap || map.fields.size() < 2) return false;
    const FieldId* const secret = leaf.secret ? &*leaf.secret : nullptr;
    const std::uint64_t count = in.varint();
    if (!believable(count, in)) return false;
    struct Step {
        Bytes key;
        std::optional<Bytes> value;
    };
    const auto before = [&](const Step& a, const Step& b) {
        return value::compareEncoded(types_, map.fields[0].type, a.key, b.key) < 0;
    };
    std::multiset<Step, decltype(before)> steps{before};
    ByteWriter part;
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        Step step;
        const std::uint8_t op = in.u8();
        if (op > static_cast<std::uint8_t>(JournalOp::kPut)) return false;
        if (!whole(map.fields[0].type, in.sized(), part, secret) || !in.ok()) return false;
        step.key = part.take();
        if (op == static_cast<std::uint8_t>(JournalOp::kPut)) {
            if (!whole(map.fields[1].type, in.sized(), part, secret) || !in.ok()) return false;
            step.value = part.take();
        }
        steps.insert(std::move(step));
    }
    out.varint(steps.size());
    for (const Step& step : steps) {
        out.u8(static_cast<std::uint8_t>(step.value ? JournalOp::kPut : JournalOp::kErase));
        out.sized(step.key);
        if (step.value) out.sized(*step.value);
    }
    return in.ok();
}

bool ValueRedactor::listChange(const SecretLeaf& leaf, ByteReader& in, ByteWriter& out) {
    const TypeDesc& list = types_.at(leaf.type);
    if (list.kind != TypeKind::kList || list.fields.empty()) return false;
    const FieldId* const secret = leaf.secret ? &*leaf.secret : nullptr;
    ByteWriter part;
    const auto element = [&] {
        part.clear();
        if (!whole(list.fields[0].type, in.sized(), part, secret)) in.fail();
        out.sized(part.view());
    };
    out.varint(in.varint());
    const std::uint64_t sets = in.varint();
    out.varint(sets);
    for (std::uint64_t i = 0; i < sets && in.ok(); ++i) {
        out.varint(in.varint());
        element();
    }
    const std::uint64_t appended = in.varint();
    out.varint(appended);
    for (std::uint64_t i = 0; i < appended && in.ok(); ++i) element();
    return in.ok();
}

bool ValueRedactor::textChange(const SecretLeaf& leaf, std::uint32_t number, std::uint8_t& op,
                               ByteReader& in, StateTexts& texts, ByteWriter& out) {
    if (!leaf.secret || types_.at(leaf.type).kind != TypeKind::kText) return false;
    const std::uint64_t kept = in.varint();
    const ByteView more = in.sized();
    if (!in.ok()) return false;
    if (!more.empty()) told_(*leaf.secret, more);
    const auto text = texts.find(number);
    if (text == texts.end()) {
        // Of what nobody knows no stand-in can be made; a reader cannot know it here either.
        op = static_cast<std::uint8_t>(ChangeOp::kDigest);
        ByteWriter what;
        what.varint(kept);
        what.sized(more);
        out.fixed64(standIns_.word(op, hashBytes(what.view()), kept));
        out.varint(0);
        return true;
    }
    if (kept > text->second.size()) return false;
    text->second.resize(static_cast<std::size_t>(kept));
    text->second.insert(text->second.end(), more.begin(), more.end());
    if (!text->second.empty()) told_(*leaf.secret, text->second);
    op = static_cast<std::uint8_t>(ChangeOp::kReplace);
    out.sized(asBytes(standIns_.text(text->second)));
    return true;
}

}  // namespace ariadne::redact
