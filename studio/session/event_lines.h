// Events as lines of text.
#pragma once

#include "recorder/history.h"
#include "studio/session/open_trace.h"
#include "studio/session/results.h"

#include <cstddef>
#include <optional>

namespace ariadne::studio {

/// How values of this trace are shown: cells by their path.
value::ShowOptions showOptionsOf(recorder::History& history);

/// Never fails: what cannot be described says why.
EventLine lineOf(recorder::History& history, const EventRow& row,
                 const value::ShowOptions& options);

/// The line at `position`; one that says what is missing, and how far, when it is not there.
EventLine lineAt(OpenTrace& trace, Position position, const value::ShowOptions& options);

/// What of some texts named somebody unborn, and whether it may be known by now who that is.
/// Value type.
class UnbornNames {
public:
    /// More births have been read since.
    bool areOld(const tracefmt::TraceReader& reader) const;
    /// Of a text that was made just now: whether it names one.
    void take(bool some, const tracefmt::TraceReader& reader);
    /// The texts are made again.
    void clear() { *this = {}; }

private:
    bool some_ = false;
    std::size_t births_ = 0;  ///< that were known when the first of them was made
};

}  // namespace ariadne::studio
