// Turns rows, seen once in order, into the lanes of the timeline.
#pragma once

#include "engine/base/world_image.h"
#include "studio/session/results.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::studio {

/// Which rows make up a turn: its kDeliver and the rows behind it that the turn made, also those of
/// other cells (the Down of a monitor that came too late, a message dropped from a full mailbox).
/// The first row that is not one of them ends it; so does the cell's own end.
///
/// Thread-confined.
class LaneBuilder {
public:
    /// `cellCount`: ranks are below it; a row of another is damage and counts for the outside.
    void add(const EventRow& row, std::size_t cellCount);
    /// Everything added so far. `next` is the position behind it.
    LaneIndex index(const std::vector<CellBirth>& births, Position next, Position last,
                    const std::string& damage) const&;
    /// The same, for the last time: nothing is copied.
    LaneIndex index(const std::vector<CellBirth>& births, Position next, Position last,
                    const std::string& damage) &&;

private:
    /// The turn that the last rows belong to.
    struct Turn {
        Rank cell;
        Position begin;
    };

    LaneIndex::Lane& laneOf(Rank rank);
    bool belongsToTurn(const EventRow& row) const;
    void extendTurn(const EventRow& row);
    void addSlice(Rank rank, Position at, SliceKind kind);
    void endLane(const EventRow& row);
    void addMark(Rank rank, Position at, LaneMark::Kind kind);
    void addMarks(const EventRow& row);
    void addRegion(const EventRow& row);
    void count(const EventRow& row);
    LaneIndex indexOf(std::vector<LaneIndex::Lane> lanes, const std::vector<CellBirth>& births,
                      Position next, Position last, const std::string& damage) const;

    std::vector<LaneIndex::Lane> lanes_;
    std::size_t cellCount_ = 1;
    std::map<Rank, RegionSpan> regions_;
    std::vector<std::uint64_t> failures_;
    /// Events other than deliver per 2^densityShift_ positions; finer than a bucket of the index.
    std::vector<std::uint32_t> density_;
    unsigned densityShift_ = 0;
    std::optional<Turn> turn_;
    EventRow previous_;  ///< numbers only: its views are cleared
};

}  // namespace ariadne::studio
