// Searches a trace for the events a filter lets through.
#pragma once

#include "studio/session/row_hits.h"
#include "studio/session/row_walk.h"

#include <QString>

#include <array>
#include <vector>

namespace ariadne::studio {

/// Thread-confined. Goes on where it stopped, also in a longer state of the same file.
class FilterScan {
public:
    explicit FilterScan(EventFilter filter);

    WalkEnd advance(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);

    RowHits hits() const { return hits_.hits(); }
    std::uint64_t hitCount() const { return hits_.size(); }
    Position next() const { return next_; }  ///< everything before it was looked at
    const std::string& damage() const { return damage_; }

private:
    bool matches(recorder::History& history, const EventRow& row,
                 const value::ShowOptions& options) const;
    bool actorMatches(Rank rank) const;
    void nameActors(recorder::History& history);

    EventFilter filter_;
    QString text_;
    std::array<bool, kEventKindCount> kinds_{};
    std::vector<bool> actors_;  ///< by rank: whether the glob matches
    std::vector<Rank> ranks_;   ///< the same, ascending
    Position next_{1};
    RowHitsBuilder hits_;
    std::string damage_;
};

}  // namespace ariadne::studio
