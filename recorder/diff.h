// Where two traces part, found by their digests, and how much differs.
#pragma once

#include "recorder/replay.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::recorder {

struct DiffResult {
    bool equal = false;
    Position from;  ///< only what lies behind it was compared: where the later of the two begins
    std::vector<std::string> headerDifferences;  ///< "seed: 1 | 2"; reasons why runs may differ
    std::optional<Divergence> first;             ///< recorded = A, executed = B
    /// The message that mattered, times left aside, where `first` is only what came first. When one
    /// side failed: walking back its causes, the nearest actor that went through other states, and
    /// there the first turn that made it so. Otherwise the earliest turn at which an actor took
    /// another message.
    std::optional<Divergence> message;
    Position messageInB;  ///< where that turn stands in B
    std::uint64_t eventsA = 0;
    std::uint64_t eventsB = 0;
    std::uint64_t chunksDecoded = 0;  ///< to find the first divergence: small by design
    /// How often each kind stands after the divergence in A and in B, kinds that differ only.
    struct KindCount {
        EventKind kind;
        std::uint64_t a = 0;
        std::uint64_t b = 0;
    };
    std::vector<KindCount> kinds;
    std::uint64_t cellsOnlyInA = 0;
    std::uint64_t cellsOnlyInB = 0;
    std::uint64_t cellsWithOtherState = 0;     ///< alive in both at the end, with different states
    std::uint64_t cellsWithOtherMessages = 0;  ///< in both, took other messages or another number
    /// Paths of the first few of those two.
    std::vector<std::string> examples;
};

struct DiffOptions {
    bool counts = true;  ///< false: stop at the first divergence
    const CancelFlag* cancel = nullptr;
    /// Told where they part before what lies behind that is counted, which takes as long as reading
    /// it; on the caller's thread. Never called without counts.
    std::function<void(const DiffResult&)> found = {};
};

/// When one of the two holds inputs only, digests alone say whether they are equal, and if not,
/// between which events they part.
/// Errors: kDataLoss on damage, kCancelled. Different programs are a (large) difference, no error.
absl::StatusOr<DiffResult> diff(History& a, History& b, const DiffOptions& options = {});

}  // namespace ariadne::recorder
