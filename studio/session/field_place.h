// Where in an actor's state a field stands, and what it is there.
#pragma once

#include "engine/value/dynamic.h"
#include "studio/session/open_trace.h"

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <set>

namespace ariadne::studio {

/// What recorded changes tell apart are leaves; a field is some of them, or an element of one.
/// Immutable.
struct FieldPlace {
    FieldSteps field;
    std::set<std::uint32_t> leaves;  ///< the field's, or the one it stands in
    FieldSteps element;              ///< below the leaf; empty: leaves as a whole
    bool isLeaf = false;             ///< there is one, and it is the field or the element is in it

    /// kFailedPrecondition: the trace holds no states. kNotFound: there is no such actor or field.
    static absl::StatusOr<FieldPlace> of(const OpenTrace& trace, Rank rank,
                                         const FieldSteps& field);

    /// Whether it may be another one behind `change`; of an element the whole container counts.
    bool isWrittenBy(ByteView change) const;
    /// Not known: the trace holds only the digest of what it stands in.
    bool isUnknownIn(const value::StateValue& state) const;
    /// The field as it is in `state`; none: there is no such element, or it is not known.
    std::optional<value::ValueNode> nodeIn(const TypeTable& types, const value::StateValue& state,
                                           const value::ShowOptions& options) const;
};

}  // namespace ariadne::studio
