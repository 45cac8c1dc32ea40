// Searches a trace for the events a filter lets through.
#pragma once

#include "recorder/condition/matcher.h"
#include "studio/session/row_hits.h"
#include "studio/session/row_walk.h"

#include <QString>

#include <array>
#include <optional>
#include <vector>

namespace ariadne::studio {

/// Thread-confined. Goes on where it stopped, also in a longer state of the same file. An empty
/// filter, for a trace of level inputs, lets all through that it has, and names what lies between:
/// the first position of each stretch without rows.
class FilterScan {
public:
    explicit FilterScan(EventFilter filter);

    WalkEnd advance(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);

    RowHits hits() const { return hits_.hits(); }
    std::uint64_t hitCount() const { return hits_.size(); }
    Position next() const { return next_; }  ///< everything before it was looked at
    const std::string& damage() const { return damage_; }

private:
    void addMissing(const tracefmt::TraceReader& reader, Position last);
    bool matches(recorder::History& history, const EventRow& row,
                 const value::ShowOptions& options);
    /// Reads the condition, if the text is one. False: it does not hold, and damage_ says why.
    bool readCondition(recorder::History& history);
    bool actorMatches(Rank rank) const;
    void nameActors(recorder::History& history);

    EventFilter filter_;
    QString text_;  ///< empty: the text is a condition, or there is none
    std::optional<condition::Matcher> matcher_;  ///< of the condition
    bool isRead_ = false;                        ///< whether there is one
    bool isBroken_ = false;                      ///< it cannot be asked
    std::array<bool, kEventKindCount> kinds_{};
    std::vector<bool> actors_;  ///< by rank: whether the glob matches
    std::vector<Rank> ranks_;   ///< the same, ascending
    Position next_{1};
    Position listedTo_;           ///< of an empty filter: all up to here have a row or share one
    bool endsInMissing_ = false;  ///< the last one listed is of a stretch that may go on
    RowHitsBuilder hits_;
    std::string damage_;
};

}  // namespace ariadne::studio
