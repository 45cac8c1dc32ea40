#include "recorder/redact/secret_fields.h"

#include "engine/value/type_name.h"
#include "recorder/history.h"

#include <algorithm>
#include <array>

namespace ariadne::redact {
namespace {

constexpr std::array kTextKinds{EventKind::kStop, EventKind::kFail,    EventKind::kNote,
                                EventKind::kLog,  EventKind::kEnd,     EventKind::kRefuse,
                                EventKind::kWait, EventKind::kDeadlock};

std::string nameOfText(EventKind kind) {
    return std::string{ariadne::nameOf(kind)} + ".text";
}

/// With or without the namespaces of its type.
bool matches(const std::string& pattern, const TypeDesc& type, const FieldDesc& field) {
    const std::string_view brief = value::shortName(type.name);
    return recorder::globMatches(pattern, type.name + "." + field.name) ||
           (brief.size() != type.name.size() &&
            recorder::globMatches(pattern, std::string{brief} + "." + field.name));
}

}  // namespace

bool hasText(EventKind kind) {
    return std::ranges::find(kTextKinds, kind) != kTextKinds.end();
}

std::string nameOf(const TypeTable& types, FieldId id) {
    if (id == kActorPaths) return "actor.path";
    if (id == kArguments) return "argument.*";
    if (id.type.value == 0) return nameOfText(static_cast<EventKind>(id.field));
    const TypeDesc& type = types.at(id.type);
    return type.name + "." + (id.field < type.fields.size() ? type.fields[id.field].name : "?");
}

absl::Status SecretFields::choose(std::span<const std::string> patterns, TypeTable& types,
                                  std::span<const std::string> arguments) {
    for (const std::string& pattern : patterns) {
        bool found = false;
        for (std::uint32_t i = 1; i < types.size(); ++i) {
            const TypeDesc& type = types.at({i});
            if (type.kind != TypeKind::kStruct) continue;
            std::vector<std::size_t> chosen;
            for (std::size_t f = 0; f < type.fields.size(); ++f)
                if (matches(pattern, type, type.fields[f])) chosen.push_back(f);
            if (chosen.empty()) continue;
            found = true;
            TypeDesc marked = type;
            for (const std::size_t f : chosen) marked.fields[f].secret = true;
            types.replace({i}, std::move(marked));
        }
        for (const EventKind kind : kTextKinds)
            if (recorder::globMatches(pattern, nameOfText(kind))) {
                texts_.insert(kind);
                found = true;
            }
        for (const std::string& name : arguments)
            if (recorder::globMatches(pattern, "argument." + name)) {
                arguments_.insert(name);
                found = true;
            }
        if (recorder::globMatches(pattern, "actor.path")) paths_ = found = true;
        if (!found)
            return absl::InvalidArgumentError(
                "nothing in this trace matches the field '" + pattern +
                "'; \"ariadne info --contents\" lists its types with their fields, and the texts "
                "that no type describes are log.text, note.text, fail.text, stop.text, end.text, "
                "refuse.text, wait.text, deadlock.text, actor.path and argument.NAME");
    }
    return absl::OkStatus();
}

bool hasSecretField(const TypeDesc& type) {
    return type.kind == TypeKind::kStruct && std::ranges::any_of(type.fields, &FieldDesc::secret);
}

}  // namespace ariadne::redact
