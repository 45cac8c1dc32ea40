// Which events tell that something went wrong.
#pragma once

#include "engine/base/event.h"
#include "tracefmt/chunk_names.h"

namespace ariadne::recorder {

bool endsInFailure(Outcome outcome);

/// True when an obligation, or an answer that was owed, ends unresolved.
bool isLeak(const EventRow& row);

/// True for rows a person who looks for failures wants to see: a failed actor, a deadlock, a leak,
/// a run that ended badly.
bool isFailure(const EventRow& row);

/// Those of isFailure().
inline constexpr std::uint64_t kFailureKinds =
    tracefmt::kindBit(EventKind::kFail) | tracefmt::kindBit(EventKind::kDeadlock) |
    tracefmt::kindBit(EventKind::kResolve) | tracefmt::kindBit(EventKind::kEnd);

}  // namespace ariadne::recorder
