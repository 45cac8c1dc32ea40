// The obligations of a trace: who made them, through whose hands they went, how they ended.
#pragma once

#include "engine/base/ids.h"
#include "engine/region/obligation.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::studio {

/// What tells one obligation of a trace from the others. Value type.
struct ObligationName {
    Rank maker;
    std::uint64_t ordinal = 0;  ///< the how manyth of its maker; of an owed answer the ask
    bool isAnswer = false;      ///< an answer that was owed, which stands in no ledger
    auto operator<=>(const ObligationName&) const = default;
};

/// One obligation, from its making on.
struct ObligationStory {
    /// Who had it, and from which event on; 0: from before the file begins.
    struct Hand {
        Rank holder;
        Position since;
    };
    ObligationName name;
    Rank region;       ///< whose ledger it stands in; outside: none
    std::string what;  ///< "permit for the mailbox of bank", "lease 'seat 3'"; plain and escaped
    Position madeAt;   ///< 0: before the file begins, or an owed answer
    VirtualTime madeTime;
    std::vector<Hand> hands;  ///< in order; empty: the trace holds no states, and cannot tell
    /// Of more than kHandsMax the first ones, and behind them the last.
    std::uint64_t handsLeftOut = 0;
    Position leftOutFrom;  ///< since when the first of those had it; 0: none is left out
    static constexpr std::size_t kHandsMax = 256;
    Position resolvedAt;  ///< 0: open where the trace ends
    std::optional<Resolution> resolution;
    Position resolveCause;     ///< 0: none
    bool holderEnded = false;  ///< leaked: `resolveCause` is the end of the last holder
    Position regionClosedAt;   ///< 0: it is not

    bool leaked() const { return resolution == Resolution::kLeaked; }
    /// When it went from that hand to the next one, or ended; 0: never.
    Position endOf(std::size_t hand) const {
        if (hand + 1 == hands.size()) return resolvedAt;
        const bool beforeLeftOut = leftOutFrom.value != 0 && hand + 2 == hands.size();
        return beforeLeftOut ? leftOutFrom : hands[hand + 1].since;
    }
    /// `most`: so many hands there is room for, at least 2.
    void passTo(Hand next, std::size_t most = kHandsMax) {
        if (hands.size() < most) return hands.push_back(next);
        if (handsLeftOut++ == 0) leftOutFrom = hands.back().since;
        hands.back() = next;
    }
};

/// Immutable. All that leaked or are open, and of those that ended well the latest: together at
/// most kKeptMax.
struct ObligationList {
    std::vector<ObligationStory> all;  ///< by name
    std::vector<std::uint32_t> leaks;  ///< which of them leaked, by when they did
    std::uint64_t leftOut = 0;         ///< so many more there were
    static constexpr std::size_t kKeptMax = 100'000;

    /// Null: it is not known here.
    const ObligationStory* find(const ObligationName& name) const;
};

}  // namespace ariadne::studio
