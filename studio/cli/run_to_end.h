// Runs a program until it ends, until somebody stops it, or as far as it was asked to go.
#pragma once

#include "recorder/program_run.h"
#include "studio/cli/commands.h"
#include "studio/cli/console.h"

#include <functional>
#include <string>
#include <string_view>

namespace ariadne::cli {

/// What runToEnd() says then.
inline constexpr std::string_view kStoppedBySignal = "stopped by a signal";

/// While one of these lives the first SIGINT or SIGTERM is only noted; a second one kills. At most
/// one at a time.
class StopOnSignal {
public:
    StopOnSignal();
    StopOnSignal(const StopOnSignal&) = delete;
    StopOnSignal& operator=(const StopOnSignal&) = delete;
    ~StopOnSignal();

    bool requested() const;
};

/// Why the run was stopped from here; empty when it ended by itself. `look` is called about ten
/// times a second, for progress, `betweenRounds` after every round; null: never.
std::string runToEnd(recorder::ProgramRun& run, const Until& until, const StopOnSignal& stop,
                     const std::function<void()>& look,
                     const std::function<void()>& betweenRounds = {});

}  // namespace ariadne::cli
