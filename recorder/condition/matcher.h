// Asks a condition of events, one after the other.
#pragma once

#include "engine/base/event.h"
#include "recorder/condition/condition.h"
#include "recorder/condition/ground.h"
#include "recorder/history.h"
#include "tracefmt/chunk_names.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ariadne::condition {

/// One condition, one run, its events in ascending order. Thread-confined with the history or the
/// ground, which outlives it.
class Matcher {
public:
    Matcher(Condition condition, recorder::History& history);
    Matcher(Condition condition, Ground& ground);

    const Condition& condition() const { return condition_; }
    /// kFailedPrecondition: what the condition asks for is not there, and what to do.
    absl::Status check() const { return ground_.check(condition_); }
    /// Which rows it has to be shown; others may be left out. To be asked again when the trace has
    /// grown; lives as long as this.
    tracefmt::RowsSought sought();
    /// Rows in front of the next one could not be read.
    void forgetStates() { ground_.forget(); }
    /// It wants to know the states of the row's actor, whatever it says of this row.
    bool follows(const EventRow& row) const { return condition_.needsStates() && concerns(row); }
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
        std::optional<recorder::RowContext::MessageBytes> message;
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

    Matcher(Condition condition, std::unique_ptr<Ground> own);
    const TypeTable& types() const { return context_.types(); }

    const Condition condition_;
    std::unique_ptr<Ground> own_;  ///< null: somebody else's
    Ground& ground_;
    recorder::RowContext& context_;
    const value::CellNamer cellName_;
    std::vector<const Expression*> actors_;  ///< one of these holds whenever the condition does
    std::vector<Rank> ranks_;                ///< whom they name, ascending; if there are any
    std::size_t named_ = 0;                  ///< actors that were looked at
    std::unordered_map<std::uint32_t, std::vector<value::LeafDesc>> leaves_;  ///< by type
};

}  // namespace ariadne::condition
