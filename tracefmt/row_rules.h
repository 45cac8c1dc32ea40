// What FORMAT.md, "Prediction", says of each kind: shared by who makes codes and who reads them.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/event.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace ariadne::tracefmt {

/// Where the expected value of a field is taken from.
enum class PeerFrom : std::uint8_t { kContext, kTurn, kCell, kSlot, kCause };
enum class ArgFrom : std::uint8_t { kContext, kTurns, kSends, kTurnMessage };

/// What the rules of FORMAT.md say of one kind.
struct KindRules {
    bool takes = false;
    bool sends = false;
    bool enqueues = false;
    PeerFrom peer = PeerFrom::kContext;
    ArgFrom arg = ArgFrom::kContext;
};

/// What FORMAT.md calls "enqueues". Not the engine's isEnqueue(): a kind that is added there must
/// not change how the rows of a file are read.
constexpr bool enqueuesByFormat(EventKind kind) {
    switch (kind) {
        case EventKind::kInput:
        case EventKind::kSend:
        case EventKind::kAsk:
        case EventKind::kReply:
        case EventKind::kForward:
        case EventKind::kTimerFire:
        case EventKind::kDown:
        case EventKind::kAskTimeout:
        case EventKind::kUndelivered:
        case EventKind::kCancelRequest:
        case EventKind::kLinkDown:
        case EventKind::kGranted:
        case EventKind::kFinalize:
        case EventKind::kRegionClosed: return true;
        default: return false;
    }
}

constexpr KindRules rulesOf(EventKind kind) {
    KindRules rules;
    rules.takes = kind == EventKind::kDeliver || kind == EventKind::kDrop;
    rules.sends =
        kind == EventKind::kSend || kind == EventKind::kAsk || kind == EventKind::kForward;
    rules.enqueues = enqueuesByFormat(kind);
    if (rules.takes || kind == EventKind::kSpawn)
        rules.peer = PeerFrom::kCause;
    else if (kind == EventKind::kReply)
        rules.peer = PeerFrom::kTurn;
    else if (kind == EventKind::kTimerFire || kind == EventKind::kAskTimeout)
        rules.peer = PeerFrom::kCell;
    else if (rules.enqueues)
        rules.peer = PeerFrom::kSlot;
    if (kind == EventKind::kDeliver)
        rules.arg = ArgFrom::kTurns;
    else if (rules.sends)
        rules.arg = ArgFrom::kSends;
    else if (kind == EventKind::kReply)
        rules.arg = ArgFrom::kTurnMessage;
    return rules;
}

inline constexpr auto kRules = [] {
    std::array<KindRules, 256> rules;
    for (std::size_t kind = 0; kind < rules.size(); ++kind)
        rules[kind] = rulesOf(static_cast<EventKind>(kind));
    return rules;
}();

constexpr const KindRules& rules(EventKind kind) {
    return kRules[static_cast<std::uint8_t>(kind)];
}

/// Differences wrap around, so that every value has a code.
constexpr std::uint64_t difference(std::uint64_t value, std::uint64_t predicted) {
    return zigzag(static_cast<std::int64_t>(value - predicted));
}
constexpr std::uint64_t restored(std::uint64_t code, std::uint64_t predicted) {
    return predicted + static_cast<std::uint64_t>(unzigzag(code));
}
constexpr std::uint64_t difference32(std::uint32_t value, std::uint32_t predicted) {
    return zigzag(static_cast<std::int32_t>(value - predicted));
}
constexpr std::uint32_t restored32(std::uint64_t code, std::uint32_t predicted) {
    return predicted + static_cast<std::uint32_t>(unzigzag(code));
}

/// "No cause" is frequent and far from any prediction: its code changes places with code 1.
constexpr std::uint64_t swapNone(std::uint64_t code, std::uint64_t predicted) {
    const std::uint64_t none = difference(0, predicted);
    if (code == none) return 1;
    return code == 1 ? none : code;
}

/// Of kinds and types, and of cells, so much is told apart.
inline constexpr std::size_t kContexts = 256;
inline constexpr std::size_t kCellSlots = 1024;

constexpr std::uint8_t contextOf(EventKind kind, TypeIndex type) {
    static_assert(kContexts == 256);
    return static_cast<std::uint8_t>(static_cast<std::uint32_t>(kind) * 8 + type.value);
}

}  // namespace ariadne::tracefmt
