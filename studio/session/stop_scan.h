// Searches a trace for what breakpoints stop at.
#pragma once

#include "recorder/condition/matcher.h"
#include "studio/session/event_lines.h"
#include "studio/session/row_walk.h"
#include "studio/session/stop_hits.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::studio {

/// All breakpoints in one walk. Thread-confined. Goes on where it stopped, also in a longer state
/// of the same file.
class StopScan {
public:
    /// Of more than kStopsMax the rest gets an error; those that are not enabled are left out. In a
    /// trace of level inputs none is looked for.
    StopScan(const std::vector<Stop>& stops, recorder::History& history);

    WalkEnd advance(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);

    /// Nothing to look for.
    bool empty() const { return asked_.empty(); }
    StopHits hits(const OpenTrace& trace) const;

private:
    struct Asked {
        condition::Matcher matcher;
        std::size_t place = 0;  ///< in stops_
        bool gaveUp = false;    ///< states could not be followed; said once
    };
    /// What any of them wants to be shown.
    tracefmt::RowsSought sought();
    void look(OpenTrace& trace, const EventRow& row);
    /// Whoever was not born yet, as far as was read, may have a name now.
    void nameAgain(OpenTrace& trace);

    bool hasEvents_ = true;  ///< of the trace
    std::vector<StopHits::Of> stops_;
    std::vector<Asked> asked_;
    std::vector<Rank> ranks_;  ///< of sought()
    RowHitsBuilder all_;
    std::vector<StopHits::Line> lines_;
    UnbornNames unborn_;
    Position next_{1};
    std::string damage_;
};

}  // namespace ariadne::studio
