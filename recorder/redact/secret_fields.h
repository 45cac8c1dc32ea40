// Which fields of a trace are redacted: those its types mark, and those somebody names.
#pragma once

#include "engine/base/event.h"
#include "engine/base/type_desc.h"

#include <absl/status/status.h>

#include <compare>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ariadne::redact {

/// A field of a type; or, with type 0, what an event of that kind says in plain text.
struct FieldId {
    TypeIndex type;
    std::uint32_t field = 0;  ///< index; with type 0 the EventKind
    auto operator<=>(const FieldId&) const = default;
};

/// Of texts that no type describes.
constexpr FieldId textOf(EventKind kind) {
    return {{}, static_cast<std::uint32_t>(kind)};
}
/// The paths of actors; the arguments of the run.
inline constexpr FieldId kActorPaths{{}, 256};
inline constexpr FieldId kArguments{{}, 257};
/// Whether the payload of such an event is, or begins with, a text that a program wrote.
bool hasText(EventKind kind);

/// Only fields of structs can be secret.
bool hasSecretField(const TypeDesc& type);

/// "vault::Login.password", "log.text".
std::string nameOf(const TypeTable& types, FieldId field);

/// What nameOf() gives for a field, with globs: `*` any run of characters, `?` one. The type may be
/// given without its namespaces.
class SecretFields {
public:
    /// Marks the fields that match in `types`, and remembers the texts. kInvalidArgument: of
    /// what is in `types`, of texts, paths and `arguments` a pattern matches nothing.
    absl::Status choose(std::span<const std::string> patterns, TypeTable& types,
                        std::span<const std::string> arguments);

    /// Something that is no field of a type.
    bool choseOthers() const { return !texts_.empty() || !arguments_.empty() || paths_; }

    bool hasText(EventKind kind) const { return texts_.contains(kind); }
    bool hasArgument(const std::string& name) const { return arguments_.contains(name); }
    bool hasPaths() const { return paths_; }

private:
    std::set<EventKind> texts_;        ///< "log.text"
    std::set<std::string> arguments_;  ///< "argument.NAME"
    bool paths_ = false;               ///< "actor.path"
};

}  // namespace ariadne::redact
