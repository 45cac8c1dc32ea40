#include "recorder/query/state_follower.h"

#include "engine/base/status_macros.h"
#include "recorder/query/source.h"

#include <utility>

namespace ariadne::query {

absl::Status StateFollower::begin(const EventRow& row) {
    if (states_.size() >= kStatesMax) states_.clear();
    ARIADNE_ASSIGN_OR_RETURN(states_[row.cell.value],
                             value::StateValue::decode(source_.types(), row.type, row.payload));
    return absl::OkStatus();
}

absl::StatusOr<const value::StateValue*> StateFollower::change(const EventRow& row) {
    auto at = states_.find(row.cell.value);
    if (at == states_.end()) {
        ARIADNE_ASSIGN_OR_RETURN(
            recorder::CellMoment cell,
            source_.history().cellAt({row.seq.value - 1}, row.cell, source_.stopFlag()));
        if (states_.size() >= kStatesMax) states_.clear();
        at = states_.insert_or_assign(row.cell.value, std::move(cell.state)).first;
    }
    before_ = at->second;
    ARIADNE_RETURN_IF_ERROR(at->second.apply(source_.types(), row.change));
    after_ = &at->second;
    return &before_;
}

}  // namespace ariadne::query
