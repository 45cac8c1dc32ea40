#include "recorder/state_follower.h"

#include "engine/base/status_macros.h"

#include <utility>

namespace ariadne::recorder {

/// What was changed in a gap, nobody knows.
void StateFollower::mindGaps(const EventRow& row) {
    const Position before = std::exchange(seen_, row.seq);
    for (const tracefmt::TraceGap& gap : history_.reader().gaps())
        if (gap.first > before && gap.first < row.seq) return forget();
}

absl::Status StateFollower::begin(const EventRow& row) {
    mindGaps(row);
    if (states_.size() >= kStatesMax) states_.clear();
    value::StateValue& state = states_[row.cell.value];
    ARIADNE_ASSIGN_OR_RETURN(state, value::StateValue::decode(types(), row.type, row.payload));
    after_ = &state;
    return absl::OkStatus();
}

absl::StatusOr<value::StateValue*> StateFollower::stateBefore(const EventRow& row,
                                                              const CancelFlag* cancel) {
    mindGaps(row);
    auto at = states_.find(row.cell.value);
    if (at == states_.end()) {
        ARIADNE_ASSIGN_OR_RETURN(CellMoment cell,
                                 history_.cellAt({row.seq.value - 1}, row.cell, cancel));
        if (states_.size() >= kStatesMax) states_.clear();
        at = states_.insert_or_assign(row.cell.value, std::move(cell.state)).first;
    }
    return &at->second;
}

absl::StatusOr<const value::StateValue*> StateFollower::change(const EventRow& row,
                                                               const CancelFlag* cancel) {
    ARIADNE_ASSIGN_OR_RETURN(value::StateValue* const state, stateBefore(row, cancel));
    before_ = *state;
    ARIADNE_RETURN_IF_ERROR(state->apply(types(), row.change));
    after_ = state;
    return &before_;
}

absl::StatusOr<const value::StateValue*> StateFollower::keep(const EventRow& row,
                                                             const CancelFlag* cancel) {
    ARIADNE_ASSIGN_OR_RETURN(after_, stateBefore(row, cancel));
    return after_;
}

}  // namespace ariadne::recorder
