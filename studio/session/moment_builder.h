// Gathers all that the panes show at one position.
#pragma once

#include "studio/session/open_trace.h"
#include "studio/session/worker.h"

#include <optional>

namespace ariadne::studio {

/// `selected` kOutside = no actor. Damage on the way is text in the moment; nullopt = cancelled.
std::optional<Moment> momentAt(OpenTrace& trace, Position position, Rank selected,
                               const CancelFlag& cancelled);

}  // namespace ariadne::studio
