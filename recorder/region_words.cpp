#include "recorder/region_words.h"

#include <array>

namespace ariadne::recorder {
namespace {

template <std::size_t N, class Enum>
std::string_view pick(const std::array<std::string_view, N>& words, Enum value) {
    const auto index = static_cast<std::size_t>(value);
    return index < N ? words[index] : "unknown";
}

}  // namespace

std::string_view wordOf(RegionPhase phase) {
    static constexpr std::array<std::string_view, 4> kWords{"open", "closing", "finalizing",
                                                            "closed"};
    return pick(kWords, phase);
}

std::string_view wordOf(Verdict verdict) {
    static constexpr std::array<std::string_view, 4> kWords{"ok", "err", "cancelled", "panicked"};
    return pick(kWords, verdict);
}

std::string_view wordOf(CancelReason reason) {
    static constexpr std::array<std::string_view, 8> kWords{
        "none",   "requested",      "race_lost",        "timeout",
        "budget", "sibling_failed", "parent_cancelled", "shutdown"};
    return pick(kWords, reason);
}

std::string_view wordOf(Strategy strategy) {
    static constexpr std::array<std::string_view, 4> kWords{"none", "one_for_one", "one_for_all",
                                                            "rest_for_one"};
    return pick(kWords, strategy);
}

std::string_view wordOf(ObligationKind kind) {
    static constexpr std::array<std::string_view, 5> kWords{"obligation", "permit", "reply", "ack",
                                                            "lease"};
    return pick(kWords, kind);
}

std::string_view wordOf(Resolution how) {
    static constexpr std::array<std::string_view, 4> kWords{"committed", "aborted", "leaked",
                                                            "expired"};
    return pick(kWords, how);
}

}  // namespace ariadne::recorder
