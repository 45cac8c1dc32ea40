// Asks a condition of the events of a trace.
#pragma once

#include "engine/base/event.h"
#include "recorder/condition/condition.h"
#include "recorder/history.h"
#include "recorder/state_follower.h"
#include "tracefmt/chunk_names.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ariadne::condition {

/// One condition, one trace, its events in ascending order. Thread-confined with the history, which
/// outlives it.
class Matcher {
public:
    Matcher(Condition condition, recorder::History& history);

    const Condition& condition() const { return condition_; }
    /// kFailedPrecondition: the trace does not record what the condition asks for, and what to do.
    absl::Status check() const;
    /// Which rows it has to be shown; others may be left out. To be asked again when the trace has
    /// grown; lives as long as this.
    tracefmt::RowsSought sought();
    /// Rows in front of the next one could not be read.
    void forgetStates() { follower_.forget(); }
    /// Whether the condition holds for that event. `cancel` may be null. Errors are those of
    /// History.
    absl::StatusOr<bool> matches(const EventRow& row, const recorder::CancelFlag* cancel);

private:
    /// What was found out about the row in hand.
    struct Facts {
        const EventRow& row;
        const recorder::CancelFlag* cancel = nullptr;
        const value::StateValue* was = nullptr;    ///< null: it has none
        const value::StateValue* state = nullptr;  ///< likewise
        std::optional<recorder::History::MessageBytes> message;
    };

    bool concerns(const EventRow& row) const;
    absl::Status follow(Facts& facts);
    absl::StatusOr<bool> holds(const Expression& expression, Facts& facts);
    absl::StatusOr<bool> holdsComparison(const Expression& expression, Facts& facts);
    absl::StatusOr<Scalar> valueOf(const Operand& operand, Facts& facts);
    absl::Status readMessage(Facts& facts);
    absl::StatusOr<Scalar> typeName(Facts& facts);
    absl::StatusOr<Scalar> messagePart(const ValuePath& path, Facts& facts);
    Scalar statePart(const value::StateValue* state, const ValuePath& path);
    Scalar changedPart(const ValuePath& path, const Facts& facts);
    const std::vector<value::LeafDesc>& leavesOf(TypeIndex type);

    const Condition condition_;
    recorder::History& history_;
    recorder::StateFollower follower_;
    const value::CellNamer cellName_;
    std::vector<const Expression*> actors_;  ///< one of these holds whenever the condition does
    std::vector<Rank> ranks_;                ///< whom they name, ascending; if there are any
    std::size_t named_ = 0;                  ///< actors that were looked at
    std::unordered_map<std::uint32_t, std::vector<value::LeafDesc>> leaves_;  ///< by type
};

}  // namespace ariadne::condition
