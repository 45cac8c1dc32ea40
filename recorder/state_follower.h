// States of actors around their changes, kept up to date along a walk over the trace.
#pragma once

#include "engine/base/event.h"
#include "engine/value/dynamic.h"
#include "recorder/history.h"

#include <absl/status/statusor.h>

#include <cstddef>
#include <unordered_map>

namespace ariadne::recorder {

/// Is shown births, restarts and changes in ascending order, all of those actors it shall know.
/// Memory: at most kStatesMax states. Thread-confined with the history, which outlives it.
///
/// Errors are those of History: kDataLoss, kOutOfRange, kFailedPrecondition, kCancelled.
class StateFollower {
public:
    static constexpr std::size_t kStatesMax = 65'536;

    explicit StateFollower(History& history) : history_(history) {}

    /// Rows in front of the next one could not be shown: what is known does not hold there. Gaps of
    /// the trace it finds itself.
    void forget() { states_.clear(); }

    /// A kSpawn or kRestart: the actor begins in that state, which is after() then.
    absl::Status begin(const EventRow& row);
    /// Looks at the state in front of the row's change, then takes the change in. The state lives
    /// until the next call. `cancel` may be null.
    absl::StatusOr<const value::StateValue*> change(const EventRow& row, const CancelFlag* cancel);
    /// The same of a row that changed nothing: the state is after() too.
    absl::StatusOr<const value::StateValue*> keep(const EventRow& row, const CancelFlag* cancel);
    /// The state behind the row of the last call; lives until the next one.
    const value::StateValue& after() const { return *after_; }

private:
    void mindGaps(const EventRow& row);
    absl::StatusOr<value::StateValue*> stateBefore(const EventRow& row, const CancelFlag* cancel);
    const TypeTable& types() { return history_.reader().types(); }

    History& history_;
    std::unordered_map<std::uint32_t, value::StateValue> states_;  ///< by rank
    Position seen_;                                                ///< the last row
    value::StateValue before_;
    const value::StateValue* after_ = nullptr;
};

}  // namespace ariadne::recorder
