// The free choices of a recorded run, as policy replay takes them.
#pragma once

#include "engine/kernel/replay_decisions.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/status.h>

#include <string>
#include <vector>

namespace ariadne::recorder {

/// What a trace says about its choices.
struct RecordedDecisions {
    std::vector<kernel::Decision> list;  ///< choices 0, 1, 2, ... without holes
    std::string undecided;               ///< why the run ended, when its own choices ended it
    /// OK: the list goes to the end of the trace. kDataLoss: damage or a gap came before it.
    absl::Status complete;
};

/// Reads the whole trace once. A trace of policy rounds has no choices.
RecordedDecisions decisionsIn(tracefmt::TraceReader& reader);
/// Only those of the events behind `from`, so the list begins with the choice that comes next
/// there.
RecordedDecisions decisionsBehind(tracefmt::TraceReader& reader, Position from);

}  // namespace ariadne::recorder
