// Events as lines of text.
#pragma once

#include "recorder/history.h"
#include "studio/session/open_trace.h"
#include "studio/session/results.h"

#include <optional>

namespace ariadne::studio {

/// How values of this trace are shown: cells by their path.
value::ShowOptions showOptionsOf(recorder::History& history);

/// Never fails: what cannot be described says why.
EventLine lineOf(recorder::History& history, const EventRow& row,
                 const value::ShowOptions& options);

/// The line at `position`; one that says what is missing, and how far, when it is not there.
EventLine lineAt(OpenTrace& trace, Position position, const value::ShowOptions& options);

}  // namespace ariadne::studio
