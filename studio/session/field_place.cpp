#include "studio/session/field_place.h"

#include <absl/status/status.h>

#include <algorithm>
#include <string>
#include <utility>

namespace ariadne::studio {
namespace {

std::string joined(const FieldSteps& steps, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "" : ".") + steps[i];
    return out;
}

std::optional<value::ValueNode> below(value::ValueNode node, const FieldSteps& steps) {
    for (const std::string& step : steps) {
        const auto at =
            std::find_if(node.children.begin(), node.children.end(),
                         [&](const value::ValueNode& child) { return child.name == step; });
        if (at == node.children.end()) return std::nullopt;
        value::ValueNode next = std::move(*at);
        node = std::move(next);
    }
    return node;
}

}  // namespace

absl::StatusOr<FieldPlace> FieldPlace::of(const OpenTrace& trace, Rank rank,
                                          const FieldSteps& field) {
    const auto& births = trace.reader->births();
    if (trace.reader->meta().level != tracefmt::Level::kFull)
        return absl::FailedPreconditionError(
            "found a trace of level " + std::string{nameOf(trace.reader->meta().level)} +
            ", which holds no states, expected one of level full to tell who wrote a field; run "
            "its program again to get all events");
    if (rank == kOutside || rank.value >= births.size())
        return absl::NotFoundError("found no actor " + std::to_string(rank.value) +
                                   "; choose one that lives in this trace");
    FieldPlace out;
    out.field = field;
    const TypeIndex type = births[rank.value].type;
    const auto all = value::leavesOf(trace.reader->types(), type);
    const std::string whole = joined(field, field.size());
    for (std::uint32_t i = 0; i < all.size(); ++i) {
        if (field.empty() || all[i].path == whole || all[i].path.starts_with(whole + '.'))
            out.leaves.insert(i);
        if (!field.empty() && all[i].path == whole) out.isLeaf = true;
        for (std::size_t count = 1; count < field.size(); ++count) {
            if (all[i].path != joined(field, count)) continue;
            out.leaves = {i};
            out.isLeaf = true;
            out.element.assign(field.begin() + static_cast<std::ptrdiff_t>(count), field.end());
        }
    }
    if (out.leaves.empty())
        return absl::NotFoundError("found no field '" + whole + "' in " +
                                   trace.reader->types().at(type).name);
    return out;
}

bool FieldPlace::isWrittenBy(ByteView change) const {
    const std::vector<std::uint32_t> touched = value::changedLeaves(change);
    return std::any_of(touched.begin(), touched.end(),
                       [this](std::uint32_t leaf) { return leaves.contains(leaf); });
}

bool FieldPlace::isUnknownIn(const value::StateValue& state) const {
    return std::any_of(leaves.begin(), leaves.end(), [&](std::uint32_t leaf) {
        return leaf >= state.leafCount() || state.isUnknown(leaf);
    });
}

std::optional<value::ValueNode> FieldPlace::nodeIn(const TypeTable& types,
                                                   const value::StateValue& state,
                                                   const value::ShowOptions& options) const {
    if (isUnknownIn(state)) return std::nullopt;
    if (!isLeaf) return below(state.show(types, options), field);
    const std::uint32_t leaf = *leaves.begin();
    return below(value::showValue(types, state.leafType(leaf), state.leafBytes(leaf), options),
                 element);
}

}  // namespace ariadne::studio
