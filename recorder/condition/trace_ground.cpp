#include "recorder/condition/trace_ground.h"

namespace ariadne::condition {

absl::Status TraceGround::check(const Condition& condition) const {
    const tracefmt::Level level = history_.reader().meta().level;
    if (level == tracefmt::Level::kInputs)
        return absl::FailedPreconditionError(
            "the trace holds the inputs of the run and not its events, so no condition can be asked"
            " of them: make them with \"ariadne materialise FILE -o OUT\" and ask OUT");
    if (condition.needsStates() && level != tracefmt::Level::kFull)
        return absl::FailedPreconditionError(
            "the condition asks for states of actors (state, was, changed), and the trace, of "
            "level "
            "events, records none: make them with \"ariadne materialise FILE -o OUT\", or record "
            "with --record full");
    return absl::OkStatus();
}

}  // namespace ariadne::condition
