// What is said of a trace that ends in a turn which never came back.
#pragma once

#include "studio/session/results.h"

#include <QString>

#include <optional>

namespace ariadne::studio {

struct StuckWords {
    QString title;
    QString cause;   ///< a line per turn, the first kTurnsNamed; then what is missing of the file
    QString action;  ///< empty when the message is not in the file
    static constexpr std::size_t kTurnsNamed = 3;
};

/// None when every turn came back.
std::optional<StuckWords> stuckWordsOf(const TraceSummary& summary);

/// Where the first of them leads: the event that brought the message, and who was taking it.
struct StuckPlace {
    Position enqueuedAt;  ///< 0: not in the file
    Rank cell;            ///< kOutside: not in the file
    bool operator==(const StuckPlace&) const = default;
};
std::optional<StuckPlace> stuckPlaceOf(const TraceSummary& summary);

}  // namespace ariadne::studio
