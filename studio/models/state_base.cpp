#include "studio/models/state_base.h"

#include "studio/models/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace ariadne::studio {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("StateBase", text);
}

/// Parts that were counted and not read.
std::uint64_t restOf(const value::ValueNode& node) {
    return node.childCount - std::min<std::uint64_t>(node.childCount, node.children.size());
}

std::uint64_t leavesOf(const value::ValueNode& node) {
    std::uint64_t out =
        node.children.empty() ? std::max<std::uint64_t>(restOf(node), 1) : restOf(node);
    for (const value::ValueNode& child : node.children) out += leavesOf(child);
    return out;
}

}  // namespace

std::optional<Position> StateBase::at(Position now, Position last) const {
    switch (kind) {
        case Kind::kLastTurn: return std::nullopt;
        case Kind::kPreviousEvent:
            return Position{now.value - std::min<std::uint64_t>(now.value, 1)};
        case Kind::kMark: return std::min(mark, last);
    }
    return std::nullopt;
}

QString StateBase::text() const {
    switch (kind) {
        case Kind::kLastTurn: return tr("its last turn");
        case Kind::kPreviousEvent: return tr("the event before");
        case Kind::kMark: break;
    }
    const QString event = groupedText(mark.value);
    return name.isEmpty() ? tr("★ event %1").arg(event) : tr("★ %1 (event %2)").arg(name, event);
}

StateBase markedBase(const Bookmark& bookmark) {
    return {StateBase::Kind::kMark, bookmark.position, textOf(bookmark.name).simplified()};
}

std::uint64_t differencesOf(const value::ValueNode& now, const value::ValueNode& before) {
    const std::uint64_t more = restOf(now), less = restOf(before);
    const std::uint64_t unread = std::max(more, less) - std::min(more, less);
    if (now.children.empty() && before.children.empty())
        return std::max<std::uint64_t>(unread, now.text == before.text ? 0 : 1);
    std::unordered_map<std::string_view, const value::ValueNode*> rest;
    for (const value::ValueNode& child : before.children) rest.emplace(child.name, &child);
    std::uint64_t out = unread;
    for (const value::ValueNode& child : now.children) {
        const auto at = rest.find(child.name);
        out += at == rest.end() ? leavesOf(child) : differencesOf(child, *at->second);
        if (at != rest.end()) rest.erase(at);
    }
    for (const auto& [name, gone] : rest) out += leavesOf(*gone);
    return out;
}

}  // namespace ariadne::studio
