// What a condition stands on: where the events are, and what is known around them.
#pragma once

#include "engine/base/event.h"
#include "engine/value/dynamic.h"
#include "recorder/condition/condition.h"
#include "recorder/history.h"
#include "recorder/row_context.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>

namespace ariadne::condition {

/// A trace (TraceGround), or a run that goes on (LiveGround). Is asked about rows in ascending
/// order. Thread-confined.
class Ground {
public:
    virtual ~Ground() = default;

    virtual recorder::RowContext& context() = 0;
    /// Cells that were born so far, with the outside: ranks are below.
    virtual std::size_t births() const = 0;
    /// kFailedPrecondition: it has not what the condition asks for; says what to do.
    virtual absl::Status check(const Condition& condition) const = 0;

    /// A kSpawn or kRestart: the actor begins in the state that is after() then.
    virtual absl::Status begin(const EventRow& row) = 0;
    /// The state in front of the row's change, the one behind it being after(). `cancel` may be
    /// null.
    virtual absl::StatusOr<const value::StateValue*> change(const EventRow& row,
                                                            const recorder::CancelFlag* cancel) = 0;
    /// The same of a row that changed nothing.
    virtual absl::StatusOr<const value::StateValue*> keep(const EventRow& row,
                                                          const recorder::CancelFlag* cancel) = 0;
    virtual const value::StateValue& after() const = 0;
    /// An error: what a row says cannot be told any more, for the obligations are not known.
    virtual absl::Status checkText() const { return absl::OkStatus(); }
    /// Rows in front of the next one could not be shown.
    virtual void forget() = 0;
};

}  // namespace ariadne::condition
