#include "recorder/request_of.h"

#include "engine/base/status_macros.h"

#include <string>
#include <utility>

namespace ariadne::recorder {

absl::StatusOr<RunRequest> requestOf(const tracefmt::TraceMeta& meta) {
    ARIADNE_ASSIGN_OR_RETURN([[maybe_unused]] const Program* program, programOf(meta));
    ARIADNE_ASSIGN_OR_RETURN(kernel::WorldOptions options, worldOptionsOf(meta));
    if (options.policy == kernel::Policy::kReplay)
        return absl::FailedPreconditionError(
            "the trace was made by a list of choices, found policy " + meta.policy +
            ", expected one whose choices come from a seed; take the run that the list was made "
            "of");
    if (options.batch != kernel::WorldOptions{}.batch)
        return absl::FailedPreconditionError(
            "the trace was made with batch " + std::to_string(options.batch) +
            ", and a run can only be asked for with batch " +
            std::to_string(kernel::WorldOptions{}.batch) + ": run the program anew");
    RunRequest out;
    out.program = meta.programId;
    out.args = meta.args;
    out.seed = options.seed;
    out.policy = options.policy;
    out.level = meta.level;
    if (options.policy == kernel::Policy::kPct) {
        out.pctDepth = options.pctDepth;
        out.pctSteps = options.pctSteps;
    }
    out.faults = std::move(options.faults);
    out.grants = std::move(options.grants);
    out.live = options.live;
    out.limits = options.limits;
    out.metricsEvery = options.metricsEvery;
    return out;
}

}  // namespace ariadne::recorder
