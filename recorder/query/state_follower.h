// States of actors in front of their changes, kept up to date along a walk over the trace.
#pragma once

#include "engine/base/event.h"
#include "engine/value/dynamic.h"

#include <absl/status/statusor.h>

#include <cstddef>
#include <unordered_map>

namespace ariadne::query {

class Source;

/// Is shown births, restarts and changes in ascending order, all of those actors it shall know.
/// Memory: at most kStatesMax states. Thread-confined.
class StateFollower {
public:
    static constexpr std::size_t kStatesMax = 65'536;

    explicit StateFollower(Source& source) : source_(source) {}

    /// A kSpawn or kRestart: the actor begins in that state.
    absl::Status begin(const EventRow& row);
    /// Looks at the state in front of the row's change, then takes the change in. The state lives
    /// until the next call.
    absl::StatusOr<const value::StateValue*> change(const EventRow& row);
    /// The state behind the last change; only after change().
    const value::StateValue& after() const { return *after_; }

private:
    Source& source_;
    std::unordered_map<std::uint32_t, value::StateValue> states_;  ///< by rank
    value::StateValue before_;
    const value::StateValue* after_ = nullptr;
};

}  // namespace ariadne::query
