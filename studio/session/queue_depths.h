// How many messages wait for each actor, over positions.
#pragma once

#include "engine/base/ids.h"
#include "studio/session/range_tree.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace ariadne::studio {

/// In the mailbox, on the control lane and set aside: as many as the inspector lists. A lane has
/// bins of 2^k positions on a grid that begins at 0; k is 0, and all is exact, until there would be
/// too many of them. Immutable once made.
struct QueueDepths {
    struct Lane {
        unsigned log = 0;  ///< positions of a bin, as a power of two
        std::uint32_t greatest = 0;
        Position greatestAt;  ///< the first of those; 0: nothing ever waited
        // Of bins in which the count changed, ascending: which they are, the most that waited
        // anywhere in them, and how many where they end, and from there on.
        std::vector<std::uint64_t> bins;
        std::vector<std::uint32_t> most;
        std::vector<std::uint32_t> last;
        struct Max {
            std::uint32_t operator()(std::uint32_t a, std::uint32_t b) const {
                return std::max(a, b);
            }
        };
        RangeTree<std::uint32_t, Max> mostOver;  ///< of `most`

        /// Index behind the last bin at or before `bin`.
        std::size_t behind(std::uint64_t bin) const {
            return static_cast<std::size_t>(std::upper_bound(bins.begin(), bins.end(), bin) -
                                            bins.begin());
        }
        /// The most that waits in positions [begin, end), or in those of the bins at its ends.
        std::uint32_t mostIn(std::uint64_t begin, std::uint64_t end) const;
    };
    /// How many wait at a position. Not exact: around it there were `most`, and there are not more.
    struct Answer {
        std::uint32_t most = 0;
        bool exact = true;
        bool operator==(const Answer&) const = default;
    };

    Position first;         ///< known from here
    Position next;          ///< and up to here, exclusive
    unsigned coarsest = 0;  ///< of all lanes; 0: everything is exact
    std::uint32_t greatest = 0;
    std::vector<Lane> lanes;  ///< by rank; who is missing never had a message
    /// [from, to) in which nothing is known, since events are missing; ascending.
    std::vector<std::pair<Position, Position>> unknown;

    /// Nullopt: it is not known there.
    std::optional<Answer> at(Position position, Rank rank) const;
    /// The same where it is known.
    Answer atKnown(Position position, Rank rank) const;
    bool knows(Position position) const;
    /// Null: nothing ever waited.
    const Lane* laneOf(Rank rank) const {
        return rank.value < lanes.size() && lanes[rank.value].greatest != 0 ? &lanes[rank.value]
                                                                            : nullptr;
    }
};

}  // namespace ariadne::studio
