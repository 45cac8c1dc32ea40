// Words for what regions, cancellation and obligations are told apart by, as people read them.
#pragma once

#include "engine/region/region.h"

#include <string_view>

namespace ariadne::recorder {

/// Lower case with underlines, like the names of events: "finalizing", "race_lost". A number that
/// stands for nothing (a newer or damaged file) is "unknown".
std::string_view wordOf(RegionPhase phase);
std::string_view wordOf(Verdict verdict);
std::string_view wordOf(CancelReason reason);
std::string_view wordOf(Strategy strategy);
std::string_view wordOf(ObligationKind kind);
std::string_view wordOf(Resolution how);

}  // namespace ariadne::recorder
