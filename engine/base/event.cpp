#include "engine/base/event.h"

#include <array>

namespace ariadne {
namespace {

constexpr std::array<std::string_view, kEventKindCount> kKindNames{
    "unknown",        "spawn",         "input",   "send",      "ask",      "reply",
    "forward",        "deliver",       "drop",    "stop",      "fail",     "timer_set",
    "timer_fire",     "timer_cancel",  "monitor", "demonitor", "down",     "ask_timeout",
    "undelivered",    "become",        "stash",   "unstash",   "note",     "log",
    "decision",       "end",           "region",  "restart",   "resume",   "cancel",
    "cancel_request", "link",          "unlink",  "link_down", "refuse",   "reserve",
    "resolve",        "transfer",      "granted", "finalizer", "finalize", "region_closed",
    "park",           "unpark",        "mask",    "deadlock",  "spend",    "effect",
    "effect_done",    "effect_cancel", "clock",   "fault",     "metric",   "wait"};

template <std::size_t N, class Enum>
std::string_view pick(const std::array<std::string_view, N>& names, Enum value) {
    const auto index = static_cast<std::size_t>(value);
    return index < N ? names[index] : "unknown";
}

}  // namespace

std::string_view nameOf(EventKind kind) {
    return pick(kKindNames, kind);
}

std::string_view nameOf(DropReason reason) {
    static constexpr std::array<std::string_view, kDropReasonCount> kNames{
        "unknown",    "no_such_cell", "receiver_ended", "mailbox_full", "displaced", "unhandled",
        "late_reply", "nobody_asked", "lost",           "delayed",      "expired"};
    return pick(kNames, reason);
}

std::string_view nameOf(FaultKind kind) {
    static constexpr std::array<std::string_view, 6> kNames{"crash",     "drop",   "delay",
                                                            "duplicate", "effect", "reply"};
    return pick(kNames, kind);
}

std::string_view nameOf(RefuseReason reason) {
    static constexpr std::array<std::string_view, 9> kNames{
        "unknown",        "region_not_open", "no_such_region", "not_open", "not_holder",
        "receiver_ended", "nothing_to_link", "not_granted",    "under_way"};
    return pick(kNames, reason);
}

std::string_view nameOf(ExitReason reason) {
    static constexpr std::array<std::string_view, 12> kNames{
        "unknown",      "stopped",   "failed", "threw",     "parent_ended", "limit",
        "no_such_cell", "cancelled", "linked", "escalated", "overdue",      "supervisor"};
    return pick(kNames, reason);
}

std::string_view nameOf(Outcome outcome) {
    static constexpr std::array<std::string_view, 9> kNames{"running",   "completed", "quiescent",
                                                            "failed",    "until",     "limit",
                                                            "undecided", "deadlock",  "leaked"};
    return pick(kNames, outcome);
}

std::string_view nameOf(LogLevel level) {
    static constexpr std::array<std::string_view, 4> kNames{"debug", "info", "warning", "error"};
    return pick(kNames, level);
}

std::optional<EventKind> eventKindNamed(std::string_view name) {
    for (std::size_t i = 1; i < kKindNames.size(); ++i)
        if (kKindNames[i] == name) return static_cast<EventKind>(i);
    return std::nullopt;
}

}  // namespace ariadne
