// Why a cell waits for another, as the middle of a sentence.
#pragma once

#include "engine/base/event.h"

#include <string>
#include <string_view>

namespace ariadne {

/// "waits for the answer of", "has given 'a fork' to": what stands between the two. `name` is that
/// of the obligation; empty when it has none.
inline std::string waitText(WaitKind kind, std::string_view name) {
    const std::string what = name.empty() ? "an obligation" : "'" + std::string{name} + "'";
    switch (kind) {
        case WaitKind::kUnknown: break;
        case WaitKind::kAnswer: return "waits for the answer of";
        case WaitKind::kRoom: return "waits for room in the mailbox of";
        case WaitKind::kSlot: return "waits for a slot in the mailbox of";
        case WaitKind::kObligation: return "cannot close before " + what + " is resolved by";
        case WaitKind::kChild: return "cannot close before the end of";
        case WaitKind::kKeepsSlot: return "keeps a slot for";
        case WaitKind::kGaveAway: return "has given " + what + " to";
    }
    return "waits, for an unknown reason, for";
}

}  // namespace ariadne
