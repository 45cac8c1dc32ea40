// What goes wrong on purpose: by rates drawn from the seed, or by a script.
#pragma once

#include "engine/base/event.h"
#include "engine/base/ids.h"

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ariadne::kernel {

/// One fault at one place: the n-th turn, message or effect of a cell, from 1. An answer goes by
/// who asked: reply@shop:3 loses every answer to the ask that is message 3 of shop.
struct ScriptedFault {
    FaultKind kind = FaultKind::kCrash;
    std::string path;  ///< of the cell: "shop/worker#2"
    std::uint64_t ordinal = 0;
    bool operator==(const ScriptedFault&) const = default;
};

/// Part of a run's header. Whether a fault happens is a pure function of the seed and of what it
/// hits (cell and ordinal), so neither the schedule nor another fault changes it. Value type.
struct Faults {
    static constexpr std::uint32_t kAlways = 1'000'000;

    std::uint32_t crash = 0;  ///< turns of a million that fail before they begin
    std::uint32_t drop = 0;   ///< messages of a million that are lost, and answers
    std::uint32_t delay = 0;  ///< that come late, by up to delayMax
    std::uint32_t duplicate = 0;
    std::uint32_t effect = 0;  ///< effects of a million that fail without being tried
    Duration delayMax = std::chrono::milliseconds{100};
    std::vector<ScriptedFault> script = {};

    bool any() const { return *this != Faults{}; }
    bool operator==(const Faults&) const = default;
};

/// By its draw, `rate` of a million: does it hit number `ordinal` of the cell?
bool faultHits(std::uint64_t seed, FaultKind kind, CellKey cell, std::uint64_t ordinal,
               std::uint32_t rate);
/// 1..delayMax ns, likewise.
Duration faultDelay(std::uint64_t seed, CellKey cell, std::uint64_t ordinal, Duration delayMax);

/// "crash=100,drop=50,delay=10:200ms,duplicate=5,effect=1000,drop@shop/worker#2:17": rates per
/// million, and single faults by path and ordinal. kInvalidArgument: says which part and why.
absl::StatusOr<Faults> parseFaults(std::string_view text);
/// What parseFaults() reads back as the same; empty when there are none.
std::string textOf(const Faults& faults);

}  // namespace ariadne::kernel
