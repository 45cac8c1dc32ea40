#include "recorder/divergence.h"

#include "engine/base/status_macros.h"
#include "engine/value/type_name.h"

#include <algorithm>
#include <map>

namespace ariadne::recorder {
namespace {

DivergentEvent shown(const RowSide* side) {
    DivergentEvent out;
    if (side == nullptr) return out;
    out.exists = true;
    out.kind = side->row.kind;
    out.time = side->row.time;
    out.round = side->row.round;
    if (side->row.cell != kOutside) out.cell = side->path(side->row.cell);
    if (side->row.peer != kOutside) out.peer = side->path(side->row.peer);
    out.message = side->text;
    if (!side->row.change.empty()) {
        value::ShowOptions options;
        options.cellName = side->cellName;
        out.change = value::showChange(*side->types, side->stateType, side->row.change, options);
    }
    return out;
}

/// Field path -> what the turn made of it.
std::map<std::string, std::string> changedFields(const RowSide& side) {
    std::map<std::string, std::string> out;
    const auto leaves = value::leavesOf(*side.types, side.stateType);
    value::ShowOptions options;
    options.cellName = side.cellName;
    ByteReader in{side.row.change};
    while (in.ok() && !in.atEnd()) {
        const std::size_t begin = in.offset();
        const std::uint64_t leaf = in.varint();
        in.u8();
        in.sized();
        if (!in.ok() || leaf >= leaves.size()) break;
        std::string line =
            value::showChange(*side.types, side.stateType, in.consumedSince(begin), options);
        const std::string& path = leaves[leaf].path;
        if (line.starts_with(path)) line.erase(0, path.size());
        if (line.starts_with(" = ")) line.erase(0, 3);
        out[path] = line;
    }
    return out;
}

void addChangeDifferences(const RowSide& a, const RowSide& b,
                          std::vector<Divergence::FieldDifference>& out) {
    const auto inA = changedFields(a), inB = changedFields(b);
    std::map<std::string, std::pair<std::string, std::string>> all;
    for (const auto& [path, text] : inA) all[path].first = text;
    for (const auto& [path, text] : inB) all[path].second = text;
    for (const auto& [path, texts] : all)
        if (texts.first != texts.second)
            out.push_back({path, texts.first.empty() ? "unchanged" : texts.first,
                           texts.second.empty() ? "unchanged" : texts.second});
}

value::ValueNode nothingNode() {
    value::ValueNode node;
    node.text = "(none)";
    return node;
}

std::string sentence(const RowSide& a, const RowSide& b) {
    const EventRow& x = a.row;
    const EventRow& y = b.row;
    const auto number = [](auto v) { return std::to_string(v); };
    const auto differs = [](std::string_view what, const std::string& left,
                            const std::string& right) {
        return std::string{what} + " differs: " + left + " | " + right;
    };
    if (x.kind != y.kind)
        return differs("what happened", std::string{nameOf(x.kind)}, std::string{nameOf(y.kind)});
    if (x.cell != y.cell) return differs("the actor", a.path(x.cell), b.path(y.cell));
    if (x.peer != y.peer) return differs("the other actor", a.path(x.peer), b.path(y.peer));
    if (a.typeHash != b.typeHash)
        return differs("the type", a.types->at(x.type).name, b.types->at(y.type).name);
    if (!sameBytes(x.payload, y.payload)) return "the message's content differs";
    if (x.extra != y.extra && (x.kind == EventKind::kTimerSet || x.kind == EventKind::kAsk))
        return differs("the delay", value::showDuration(static_cast<std::int64_t>(x.extra)),
                       value::showDuration(static_cast<std::int64_t>(y.extra)));
    if (x.cause != y.cause)
        return differs("which message was taken (its event)", number(x.cause.value),
                       number(y.cause.value));
    if (x.kind == EventKind::kDecision && (x.arg != y.arg || x.extra != y.extra))
        return differs("the free choice", number(x.arg) + " of " + number(x.extra),
                       number(y.arg) + " of " + number(y.extra));
    if (x.arg != y.arg || x.extra != y.extra || x.flags != y.flags)
        return differs("a detail", number(x.arg) + "/" + number(x.extra),
                       number(y.arg) + "/" + number(y.extra));
    if (x.time != y.time)
        return differs("virtual time", value::showDuration(x.time.value),
                       value::showDuration(y.time.value));
    if (x.round != y.round)
        return differs("the round", number(x.round.value), number(y.round.value));
    return "what the turn did to the actor's state differs";
}

}  // namespace

bool sameRow(const EventRow& a, std::uint64_t typeHashA, const EventRow& b, std::uint64_t typeHashB,
             bool changes) {
    return a.seq == b.seq && a.time == b.time && a.round == b.round && a.cause == b.cause &&
           a.arg == b.arg && a.extra == b.extra && a.cell == b.cell && a.peer == b.peer &&
           a.kind == b.kind && a.flags == b.flags && typeHashA == typeHashB &&
           sameBytes(a.payload, b.payload) && (!changes || sameBytes(a.change, b.change));
}

void addValueDifferences(const value::ValueNode& a, const value::ValueNode& b,
                         std::vector<Divergence::FieldDifference>& out, std::size_t most) {
    const auto walk = [&](auto& self, const value::ValueNode& x, const value::ValueNode& y,
                          const std::string& path) -> void {
        if (out.size() >= most) return;
        if (x.children.empty() && y.children.empty()) {
            if (x.text != y.text) out.push_back({path.empty() ? "value" : path, x.text, y.text});
            return;
        }
        for (std::size_t i = 0; i < std::max(x.children.size(), y.children.size()); ++i) {
            static const value::ValueNode kNothing = nothingNode();
            const auto& left = i < x.children.size() ? x.children[i] : kNothing;
            const auto& right = i < y.children.size() ? y.children[i] : kNothing;
            const std::string& name = left.name.empty() ? right.name : left.name;
            std::string below = path;
            if (!path.empty() && !name.starts_with("[")) below += '.';
            below += name;
            self(self, left, right, below);
        }
    };
    walk(walk, a, b, "");
}

Divergence divergenceOf(Position position, const RowSide* a, const RowSide* b) {
    Divergence out;
    out.position = position;
    out.recorded = shown(a);
    out.executed = shown(b);
    if (a == nullptr || b == nullptr) {
        out.what = a == nullptr ? "the first side ended here, the other goes on"
                                : "the second side ended here, the other goes on";
        return out;
    }
    out.what = sentence(*a, *b);
    value::ShowOptions options;
    options.cellName = a->cellName;
    if (!(a->message.payload.empty() && b->message.payload.empty()))
        addValueDifferences(
            value::showValue(*a->types, a->message.type, a->message.payload, options),
            value::showValue(*b->types, b->message.type, b->message.payload, options),
            out.messageFields);
    addChangeDifferences(*a, *b, out.fields);
    return out;
}

absl::StatusOr<RowSide> recordedSide(History& history, const History::Row& row) {
    RowSide side;
    side.row = row.row;
    side.types = &history.reader().types();
    side.typeHash = side.types->at(row.row.type).hash;
    const auto& births = history.reader().births();
    if (row.row.cell.value < births.size()) side.stateType = births[row.row.cell.value].type;
    side.path = [&history](Rank rank) { return history.pathOf(rank); };
    side.cellName = history.cellNamer();
    if (!hasTextPayload(row.row.kind) && row.row.kind != EventKind::kNote) {
        ARIADNE_ASSIGN_OR_RETURN(side.message, history.messageOf(row.row));
    }
    ARIADNE_ASSIGN_OR_RETURN(side.text, history.describe(row.row));
    return side;
}

}  // namespace ariadne::recorder
