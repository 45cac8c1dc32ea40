// What makes a region what it is besides who lives in it: supervision, cancellation, budget.
#pragma once

#include "engine/region/region.h"

#include <string>
#include <vector>

namespace ariadne::studio {

/// "one_for_one, 1 restart in 5s"; empty when nobody is restarted.
std::string supervisionText(const Region& region);

/// "one_for_one, 1 restart in 5s", "2 restarts so far", "gave up", "cancelled: timeout, until 2s",
/// "left: 5 turns". Empty for a plain one. Plain text.
std::vector<std::string> regionNotes(const Region& region);

}  // namespace ariadne::studio
