// What is remembered of the last rounds before a limit, to tell who keeps whom going.
#pragma once

#include "engine/base/ids.h"
#include "engine/value/type_info.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace ariadne::kernel {

/// The turns of the last rounds, and a circle among them.
///
/// Threading: thread-confined. The types outlive it.
/// Invariant: the turns of a round stand by ascending rank, as commit has them.
class LastRounds {
public:
    /// A circle of more turns than that is not seen.
    static constexpr std::uint64_t kRoundsNoted = 64;
    /// Of larger rounds the first turns, and of what they sent the first messages.
    static constexpr std::size_t kTurnsNoted = 1024;
    static constexpr std::size_t kMessagesNoted = 4096;

    /// `from` sent `to` a message of that type, which took a turn.
    struct Step {
        Rank from;
        Rank to;
        const value::TypeInfo* type;
        bool operator==(const Step&) const = default;
    };

    void forget() { rounds_.clear(); }
    /// What is noted next belongs to a new round; of more than kRoundsNoted the oldest goes.
    void beginRound();
    /// A turn took a message. `isOnTheWay`: a turn of its sender sent it; else it came of itself
    /// because of one, as what timers bring. False when the round is full.
    bool addTurn(const Step& taken, bool isOnTheWay);
    /// The last turn that was added sent a message.
    void addMessage(Rank to, const value::TypeInfo& type);

    /// Goes back from the turns of the last round, the lowest rank first, from each to the latest
    /// one before that sent what it took, until a cell comes again. Begins with the lowest rank;
    /// empty when there is none. What was noted earlier than its steps does not matter.
    std::vector<Step> circle() const;

private:
    struct Sent {
        Rank to;
        const value::TypeInfo* type;
    };
    struct TurnNote {
        Step taken;
        bool isOnTheWay;
        std::uint32_t sentBegin;
        std::uint32_t sentEnd;
    };
    struct RoundNote {
        std::vector<TurnNote> turns;
        std::vector<Sent> sent;
    };
    struct Place {
        std::size_t round;
        const TurnNote* turn;
    };

    /// The turn that sent what `place` took; its turn is null when it is not known.
    Place sourceOf(const Place& place) const;
    std::vector<Step> circleFrom(Place place) const;

    std::deque<RoundNote> rounds_;
};

}  // namespace ariadne::kernel
