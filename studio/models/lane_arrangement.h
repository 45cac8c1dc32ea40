// Which lanes the timeline has, and in which order: what is there, and what a person chose.
#pragma once

#include "studio/models/lane_choices.h"
#include "studio/models/timeline_geometry.h"
#include "studio/session/actor_matches.h"
#include "studio/session/lane_groups.h"
#include "studio/session/results.h"

#include <QString>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ariadne::studio {

/// One lane.
struct LaneRow {
    enum class Kind : std::uint8_t { kActor, kGroup, kWatch, kQuery };
    Kind kind = Kind::kActor;
    bool pinned = false;
    bool inGroup = false;     ///< stands below the lane of its group
    std::uint32_t index = 0;  ///< a rank, a group, or which watched value or question
    bool operator==(const LaneRow&) const = default;
};

/// How many lanes of actors there are, and where the others went. Each is counted once.
struct LaneCounts {
    std::uint32_t total = 0;
    std::uint32_t shown = 0;  ///< with a lane, or in that of a collapsed group
    std::uint32_t hidden = 0;
    std::uint32_t filtered = 0;  ///< kept out by the filter
    std::uint32_t folded = 0;    ///< of `shown` those in collapsed groups
    std::uint32_t foldedGroups = 0;
    bool operator==(const LaneCounts&) const = default;
};

/// Immutable once made. Pinned lanes come first, then who is in no group, then the groups, each
/// behind a lane of its own that stands for all of them.
struct LaneArrangement {
    struct Group {
        LaneKey key;
        std::string name;  ///< a path or a type; empty: in no region, or made by nobody
        bool collapsed = false;
        Rank region;  ///< that it is of, when lanes are grouped by those; outside: none
    };
    LaneGrouping grouping = LaneGrouping::kNone;
    std::vector<LaneRow> rows;
    std::uint32_t pinnedRows = 0;  ///< of `rows` the first ones
    std::vector<Group> groups;     ///< in their order
    /// Who is shown in each group; never null.
    std::shared_ptr<const LaneGroups::Members> members =
        std::make_shared<const LaneGroups::Members>();
    std::vector<Watch> watches;
    std::vector<KeptQuery> queries;
    LaneCounts counts;
};

/// `matches` are those of choices.filter; null: they are not known yet, and the filter lets
/// everybody through. `actors` and `lanes` may know of different numbers of actors while a trace
/// grows: who is in both has a lane. Takes some ten milliseconds for 100,000.
LaneArrangement arrangeLanes(std::span<const ActorEntry> actors, const LaneIndex& lanes,
                             const LaneChoices& choices, const ActorMatches* matches);

/// The name of a lane; `row` is one of the arrangement's.
LaneKey keyOf(const LaneArrangement& lanes, std::span<const ActorEntry> actors, const LaneRow& row);

/// Puts the lane of that row in front of the one above it, or behind the one below. False: it
/// already is the first, or the last, of those it stands among.
bool moveLane(LaneChoices& choices, const LaneArrangement& lanes,
              std::span<const ActorEntry> actors, std::size_t row, bool up);

/// Without the lanes of actors that have no event in `visible`, but for pinned ones and that of
/// `kept`; a group none of whose lanes is left goes as well, unless it is collapsed.
std::vector<LaneRow> rowsWithEventsIn(std::span<const LaneRow> rows, const LaneIndex& lanes,
                                      PositionRange visible, std::uint32_t kept);

/// "12 of 340 lanes, 3 hidden, 40 in 2 collapsed groups"
QString laneCountText(const LaneCounts& counts);

/// "bank/teller#3", "Teller", "In no region"
QString groupTitle(LaneGrouping grouping, const LaneArrangement::Group& group);

}  // namespace ariadne::studio
