// What a run was, for comparing it with another run of the same program.
#pragma once

#include "tests/kernel/support/recording_sink.h"
#include "tests/support/refute.h"
#include "tests/support/root.h"

#include <string>

namespace ariadne::tests {

struct RunResult {
    std::string verdict;
    EventDigest digest;
    std::uint64_t state = 0;
    std::uint64_t position = 0;
    std::int64_t time = 0;
    bool operator==(const RunResult&) const = default;
};

/// Runs on to a fixed round; what is left then is part of the result. `sink`: null when nobody
/// watches.
inline RunResult finish(kernel::World& world, std::uint64_t rounds, const RecordingSink* sink) {
    // In steps, for a round may be spent on nothing but the quiescent end.
    while (world.round().value < rounds && world.step()) {
    }
    world.end(Outcome::kUntil, "long enough");
    return {verdictOf(world), sink == nullptr ? EventDigest{} : sink->digest(),
            world.image().stateDigest, world.position().value, world.now().value};
}

/// What differs; nullopt: nothing.
inline Wrong differing(const RunResult& a, const RunResult& b) {
    if (a == b) return std::nullopt;
    if (a.position != b.position)
        return "positions " + std::to_string(a.position) + " | " + std::to_string(b.position);
    if (!(a.digest == b.digest)) return "events or changes differ";
    if (a.state != b.state) return "states differ";
    return "ends differ: " + a.verdict + " | " + b.verdict;
}

}  // namespace ariadne::tests
