// Conditions over a trace.
#pragma once

#include "recorder/condition/ground.h"
#include "recorder/state_follower.h"

namespace ariadne::condition {

/// Follows states from row to row, and looks them up where a walk begins. For one condition, which
/// is shown all rows it has to be shown. Thread-confined with the history, which outlives it.
class TraceGround final : public Ground {
public:
    explicit TraceGround(recorder::History& history) : history_(history), follower_(history) {}

    recorder::RowContext& context() override { return history_; }
    std::size_t births() const override { return history_.reader().births().size(); }
    absl::Status check(const Condition& condition) const override;

    absl::Status begin(const EventRow& row) override { return follower_.begin(row); }
    absl::StatusOr<const value::StateValue*> change(const EventRow& row,
                                                    const recorder::CancelFlag* cancel) override {
        return follower_.change(row, cancel);
    }
    absl::StatusOr<const value::StateValue*> keep(const EventRow& row,
                                                  const recorder::CancelFlag* cancel) override {
        return follower_.keep(row, cancel);
    }
    const value::StateValue& after() const override { return follower_.after(); }
    void forget() override { follower_.forget(); }

private:
    recorder::History& history_;
    recorder::StateFollower follower_;
};

}  // namespace ariadne::condition
