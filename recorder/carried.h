// What rows carry beside their numbers.
#pragma once

#include "engine/base/event.h"

#include <cstdint>

namespace ariadne::recorder {

/// kMessage: History::messageOf() has it; kValue: payload and type; kKeyAndValue: a sized key in
/// front of that; kText: payload.
enum class Carries : std::uint8_t { kNothing, kMessage, kValue, kKeyAndValue, kText };

constexpr Carries carriedBy(EventKind kind) {
    if (hasTextPayload(kind)) return Carries::kText;
    if (isEnqueue(kind)) return Carries::kMessage;
    switch (kind) {
        case EventKind::kDeliver:
        case EventKind::kDrop:
        case EventKind::kTimerSet:
        case EventKind::kFinalizer:
        case EventKind::kStash: return Carries::kMessage;
        case EventKind::kSpawn:
        case EventKind::kRestart:
        case EventKind::kEffect: return Carries::kValue;
        case EventKind::kNote: return Carries::kKeyAndValue;
        default: return Carries::kNothing;
    }
}

}  // namespace ariadne::recorder
