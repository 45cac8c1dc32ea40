// What a person wants of the lanes of a program's traces, and how that is kept.
#pragma once

#include "studio/session/query_lane.h"
#include "studio/session/results.h"
#include "studio/session/watch_lane.h"

#include <QStringList>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ariadne::studio {

/// What lanes are put together by: the nearest region, the type, who made the actor.
enum class LaneGrouping : std::uint8_t { kNone, kRegion, kType, kSupervisor };

/// Names a lane in every trace of a program:
///
///   actor:bank/teller#3    outside:           an actor's, and that of what is outside
///   region:shop/tills      region:            a group's; who is in no region
///   type:Teller            below:bank         a group's
///   watch:bank balance     a value of an actor, see watchKey()
///   query:slow SELECT ...  a question that is kept, see queryKey()
using LaneKey = std::string;

LaneKey actorKey(const ActorEntry& actor);
LaneKey groupKey(LaneGrouping grouping, std::string_view name);

LaneKey watchKey(const Watch& watch);
/// None: the key is not of a watched value.
std::optional<Watch> watchOf(std::string_view key);

LaneKey queryKey(const KeptQuery& query);
/// None: the key is not of a question, or of none that can be kept.
std::optional<KeptQuery> queryOf(std::string_view key);

/// Somebody moved a lane, or a group, next to another one.
struct LaneMove {
    LaneKey what;
    LaneKey anchor;
    bool before = true;  ///< the anchor; else behind it
    bool operator==(const LaneMove&) const = default;
};

/// Immutable for who shows it; the functions below make one from another.
struct LaneChoices {
    LaneGrouping grouping = LaneGrouping::kNone;
    std::string filter;  ///< only lanes with that text in their path; empty: all
    /// Actors, watched values and questions, which stand on top in that order.
    std::vector<LaneKey> pinned;
    std::set<LaneKey> hidden;  ///< actors and groups, however lanes are grouped
    /// Not empty: of what is not pinned only these actors and groups are shown.
    std::set<LaneKey> only;
    bool collapsesAll = false;    ///< groups are one lane each, else their members have lanes too
    std::set<LaneKey> otherwise;  ///< but those are not, or are
    std::vector<LaneMove> moves;  ///< one after the other, the newest last
    static constexpr std::size_t kMovesMax = 32;
    bool operator==(const LaneChoices&) const = default;

    bool isPinned(const LaneKey& key) const;
    bool isCollapsed(const LaneKey& group) const {
        return collapsesAll != otherwise.contains(group);
    }
    std::vector<Watch> watches() const;  ///< in the order of their lanes
    std::vector<KeptQuery> queries() const;
};

void togglePinned(LaneChoices& choices, const LaneKey& key);
/// A watched value, or a question, is forgotten.
void hideLane(LaneChoices& choices, const LaneKey& key);
/// Pinned lanes stay.
void hideOtherLanes(LaneChoices& choices, const LaneKey& key);
/// Whatever hides one: also the filter.
void showAllLanes(LaneChoices& choices);
void toggleCollapsed(LaneChoices& choices, const LaneKey& group);
/// All groups, also those that are not there yet.
void collapseAll(LaneChoices& choices, bool collapsed);
/// Of more than kMovesMax the oldest is forgotten.
void noteMove(LaneChoices& choices, LaneMove move);

/// As it is kept between sessions, and back; what is not understood is left out.
QStringList keptChoices(const LaneChoices& choices);
LaneChoices choicesKept(const QStringList& kept);

}  // namespace ariadne::studio
