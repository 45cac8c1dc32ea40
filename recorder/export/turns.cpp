#include "recorder/export/turns.h"

#include "engine/base/status_macros.h"
#include "engine/region/obligation.h"
#include "engine/value/type_name.h"

namespace ariadne::exports {
namespace {

using recorder::History;

/// A timer's message leads to the timer and that to its turn; nothing needs more.
constexpr int kHopsMax = 8;

/// What the engine does between turns, whatever it is caused by.
bool isOutsideTurns(EventKind kind) {
    switch (kind) {
        case EventKind::kInput:
        case EventKind::kDeliver:
        case EventKind::kTimerFire:
        case EventKind::kAskTimeout:
        case EventKind::kDecision:
        case EventKind::kEnd:
        case EventKind::kDeadlock:
        case EventKind::kEffectDone:
        case EventKind::kClock:
        case EventKind::kFault:
        case EventKind::kMetric:
        case EventKind::kWait:
        case EventKind::kResume:
        case EventKind::kUnpark: return true;
        default: return false;
    }
}

}  // namespace

bool belongsToTurn(const EventRow& row, Position begin) {
    return !isOutsideTurns(row.kind) && row.cause >= begin;
}

Position turnBehind(History& history, Position enqueued) {
    Position at = enqueued;
    for (int hop = 0; hop < kHopsMax && at.value != 0; ++hop) {
        const absl::StatusOr<History::Row> row = history.rowAt(at);
        if (!row.ok()) return {};
        if (row->row.kind == EventKind::kDeliver) return at;
        if (row->row.cause >= at) return {};
        at = row->row.cause;
    }
    return {};
}

Position turnThatAsked(History& history, Position enqueued) {
    const absl::StatusOr<History::Row> reply = history.rowAt(enqueued);
    if (!reply.ok() || reply->row.kind != EventKind::kReply) return {};
    const absl::StatusOr<History::Row> turn = history.rowAt(reply->row.cause);
    if (!turn.ok() || turn->row.kind != EventKind::kDeliver) return {};
    const absl::StatusOr<History::Row> ask = history.rowAt(turn->row.cause);
    if (!ask.ok() || ask->row.kind != EventKind::kAsk || ask->row.arg != reply->row.arg ||
        ask->row.cell != reply->row.peer)
        return {};
    const Position asked = turnBehind(history, ask->row.seq);
    return asked == reply->row.cause ? Position{} : asked;
}

std::string textOf(History& history, const EventRow& row) {
    absl::StatusOr<std::string> text = history.describe(row);
    return text.ok() ? *std::move(text) : std::string{};
}

std::string messageNameOf(History& history, const EventRow& row) {
    const TypeTable& types = history.reader().types();
    const absl::StatusOr<History::MessageBytes> message = history.messageOf(row);
    if (!message.ok() || message->type.value == 0 || message->type.value >= types.size())
        return "turn";
    return std::string{value::shortName(types.at(message->type).name)};
}

bool isLeak(const EventRow& row) {
    return row.kind == EventKind::kResolve &&
           row.extra == static_cast<std::uint64_t>(Resolution::kLeaked);
}

}  // namespace ariadne::exports
