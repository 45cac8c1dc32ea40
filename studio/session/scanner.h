// The background worker: reads whole traces, in slices that take turns.
#pragma once

#include "studio/session/arrow_scan.h"
#include "studio/session/closure_scan.h"
#include "studio/session/effect_scan.h"
#include "studio/session/filter_scan.h"
#include "studio/session/lane_builder.h"
#include "studio/session/lane_groups.h"
#include "studio/session/obligation_builder.h"
#include "studio/session/reading.h"
#include "studio/session/space_time_scan.h"
#include "studio/session/stop_scan.h"
#include "studio/session/sums_scan.h"
#include "studio/session/watch_scan.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::studio {

/// What a filter has found so far.
struct FilterProgress {
    RowCount count;
    RowHits hits;
};

/// Threading: thread-safe. Answers are called on the worker's thread.
class Scanner {
public:
    using LanesAnswer = std::function<void(std::shared_ptr<const LaneIndex>)>;
    using FilterAnswer = std::function<void(const FilterProgress&)>;
    using WatchesAnswer = std::function<void(std::shared_ptr<const WatchLanes>)>;
    using StopsAnswer = std::function<void(std::shared_ptr<const StopHits>)>;
    using SpaceTimeAnswer = std::function<void(std::shared_ptr<const SpaceTime>)>;
    using EffectsAnswer = std::function<void(std::shared_ptr<const EffectList>)>;

    /// Builds the lanes of the trace; `answer` is called again and again while they grow, also
    /// after refresh(). Forgets the filter, the breakpoints, what is watched and what else goes on.
    void open(TraceNumber number, const std::string& path, const LanesAnswer& answer);
    /// The file has grown; lanes and filter go on where they are. Of a run that goes on (not
    /// `settled`) it may be left out.
    void refresh(TraceNumber number, bool settled);
    /// An empty filter ends the search, but for a trace of level inputs, of which it lists all
    /// rows. `answer` is called again and again.
    void setFilter(TraceNumber number, std::uint64_t generation, const EventFilter& filter,
                   const FilterAnswer& answer);
    /// Looks for what breakpoints stop at. `answer` is called again and again, also after
    /// refresh(); once when there is nothing to look for.
    void setStops(TraceNumber number, const std::vector<Stop>& stops, const StopsAnswer& answer);
    void arrows(TraceNumber number, Rank rank, Position begin, Position end,
                const std::function<void(std::shared_ptr<const ArrowSet>)>& answer);
    /// The messages that led to an event and came of it; instead of those asked for before.
    void closure(TraceNumber number, Position event,
                 const std::function<void(std::shared_ptr<const ArrowSet>)>& answer);
    /// Follows values; `ranks` are those of their actors, kOutside: nobody. `answer` is called
    /// again and again, also after refresh(); once when nothing is watched.
    void setWatches(TraceNumber number, const std::vector<Watch>& watches,
                    const std::vector<Rank>& ranks, const WatchesAnswer& answer);
    /// Sums up the lanes of groups. Of several that wait the newest counts.
    void laneGroups(TraceNumber number, const std::shared_ptr<const LaneIndex>& lanes,
                    const std::shared_ptr<const LaneGroups::Members>& members,
                    const std::function<void(std::shared_ptr<const LaneGroups>)>& answer);
    /// Sums of a stretch that is finer than those of the lanes, which `whole` are. The newest
    /// counts.
    void sums(TraceNumber number, const std::shared_ptr<const TimelineSums>& whole, Position begin,
              Position end, const std::function<void(std::shared_ptr<const TimelineSums>)>& answer);
    /// What came of `event`, besides those asked for before; the newest goes first. `answer` is
    /// called again and again, also after refresh(), until they are forgotten.
    void effects(TraceNumber number, Position event, const EffectsAnswer& answer);
    void forgetEffects();
    /// A picture of messages, instead of the one before. `answer` is called again and again, also
    /// after refresh(), until it is forgotten.
    void spaceTime(TraceNumber number, const SpaceTimeQuestion& question,
                   const SpaceTimeAnswer& answer);
    void forgetSpaceTime();

private:
    struct Lanes {
        LaneBuilder builder;
        ObligationBuilder obligations;
        SumsBuilder sums;
        std::shared_ptr<const ObligationList> heldOf;  ///< what `holds` are of
        std::size_t heldBy = 0;                        ///< and of how many
        std::shared_ptr<const HoldIndex> holds;
        bool begun = false;  ///< what the file begins with was looked at
        bool given = false;  ///< the builder's lanes were given away with the last answer
        Position next{1};
        std::shared_ptr<const tracefmt::EventChunk> room;  ///< what `next` lies in, mostly
        std::string damage;
        LanesAnswer answer;
        std::uint64_t publishAt = 0;  ///< the first index is worth showing from here on
        double publishMs = 0;
        Clock::time_point publishedAt;
    };
    struct Filter {
        std::uint64_t generation = 0;
        FilterScan scan;
        FilterAnswer answer;
        Clock::time_point publishedAt;
    };

    struct Stops {
        StopScan scan;
        StopsAnswer answer;
        Clock::time_point publishedAt;
    };

    struct Watches {
        std::vector<std::unique_ptr<WatchScan>> scans;
        /// What was told last, for those that have not gone on since; null: nothing.
        WatchLanes told;
        WatchesAnswer answer;
        Clock::time_point publishedAt;
    };

    struct Effects {
        EffectScan scan;
        EffectsAnswer answer;
        bool isSaid = false;  ///< all that was found
        Clock::time_point publishedAt;
    };

    struct Picture {
        SpaceTimeScan scan;
        SpaceTimeAnswer answer;
        bool isSaid = false;
        Clock::time_point publishedAt;
        bool isDue = false;    ///< its lines are being read, to be told
        bool isEnded = false;  ///< all was looked at, up to where the trace went then
    };

    template <class Scan>
    void findArrows(TraceNumber number, const std::shared_ptr<Scan>& scan,
                    const std::function<void(std::shared_ptr<const ArrowSet>)>& answer);
    bool isOpen(TraceNumber number) const { return trace_ && number_ == number; }
    void resetLanes(LanesAnswer answer);
    void postLanes();
    void postFilter();
    void postStops();
    void postWatches();
    void postEffects();
    void postSpaceTime();
    Again scanLanes(const CancelFlag& cancelled);
    void beginLanes();
    Again scanFilter(const CancelFlag& cancelled);
    Again scanStops(const CancelFlag& cancelled);
    Again scanWatches(const CancelFlag& cancelled);
    Again scanEffects(const CancelFlag& cancelled);
    Again scanSpaceTime(const CancelFlag& cancelled);
    Again tellSpaceTime(Clock::time_point until, const CancelFlag& cancelled);
    void publishLanes();
    void publishFilter();
    void publishStops();
    void publishWatches();
    void publish(Effects& effects);

    // Worker thread
    std::optional<OpenTrace> trace_;
    TraceNumber number_ = 0;  ///< of trace_
    bool settled_ = true;     ///< nothing more is expected soon
    double refreshMs_ = 0;
    Clock::time_point refreshedAt_;
    Lanes lanes_;
    std::optional<Filter> filter_;
    std::optional<Stops> stops_;
    std::optional<Watches> watches_;
    std::optional<Picture> picture_;
    std::vector<Effects> effects_;  ///< in the order they were asked for

    Worker worker_;  ///< last: joined before what its tasks use is gone
};

}  // namespace ariadne::studio
