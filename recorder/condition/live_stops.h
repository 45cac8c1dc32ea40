// Breakpoints of a run that goes on.
#pragma once

#include "recorder/condition/live_ground.h"
#include "recorder/condition/matcher.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::condition {

/// What a round did to them.
struct StopHit {
    Position event;                       ///< the first at which one holds
    std::vector<std::string> conditions;  ///< those that hold there, as they were written
    std::uint64_t others = 0;             ///< events of the same round, at which some hold too
};

/// Why one is not looked for, or no longer.
struct StopTrouble {
    std::string condition;  ///< as it was written
    std::string text;
    bool operator==(const StopTrouble&) const = default;
};

/// Asks each row that a run commits, so nothing depends on who reads the file, or how fast; costs
/// nothing while there are none. Thread-confined with the run, which outlives it.
class LiveStops {
public:
    /// More get a trouble instead.
    static constexpr std::size_t kStopsMax = 64;

    /// `stateBytesMax`: see LiveGround.
    explicit LiveStops(recorder::ProgramRun& run,
                       std::uint64_t stateBytesMax = LiveGround::kStateBytesMax)
        : ground_(run, stateBytesMax) {}

    /// In the place of those before. Between two rounds.
    void set(const std::vector<std::string>& conditions);
    bool empty() const { return asked_.empty(); }
    const std::vector<StopTrouble>& troubles() const { return troubles_; }
    /// Each row while this is not empty.
    void look(const EventRow& row);
    /// What the rows since the last call hit. Behind a round.
    std::optional<StopHit> endRound();

private:
    struct Asked {
        std::string text;
        Matcher matcher;
        bool gaveUp = false;
    };
    /// Shows the actors born since to all conditions.
    void seek();
    bool follows(const EventRow& row) const;

    LiveGround ground_;
    std::vector<Asked> asked_;
    std::vector<StopTrouble> troubles_;
    std::optional<StopHit> hit_;
};

}  // namespace ariadne::condition
