// Runs restored from every snapshot, one per round.
#pragma once

#include "tests/task/support/task_play.h"

#include <cstdint>
#include <string>

namespace ariadne::tests {

/// What is left of a run: events, states, verdict.
struct Left {
    std::uint64_t events = 0;
    std::uint64_t states = 0;
    std::string verdict;
    bool operator==(const Left&) const = default;
};

inline Left leftOf(kernel::World& world, const RecordingSink& sink) {
    Outside outside;
    do world.runUntil(kForever, 200'000);
    while (outside.serve(world));
    return {sink.digest().events(), world.image().stateDigest, verdictOf(world)};
}

/// Restores every snapshot of a run of `root`, one per round, and runs on. Returns what differs,
/// and counts the snapshots.
template <class Root>
std::string whatDiffers(const kernel::WorldOptions& options, const Root& root,
                        std::uint64_t& snapshots) {
    RecordingSink wholeSink;
    kernel::World whole{options, &wholeSink};
    begin(whole, root);
    const Left expected = leftOf(whole, wholeSink);
    RecordingSink sink;
    kernel::World world{options, &sink};
    begin(world, root);
    Outside outside;
    do {
        const WorldImage image = world.image();
        RecordingSink rest{sink.digest()};
        rest.knowBirths(world.births());
        kernel::World restored{options, &rest};
        const absl::Status status =
            restored.restore(image, world.births(), world.types(), cellTypesHere());
        const std::string where = " at round " + std::to_string(image.round.value);
        if (!status.ok()) return status.ToString() + where;
        if (leftOf(restored, rest) != expected)
            return "another run" + where + ": " + rest.lines({EventKind::kFail});
        ++snapshots;
        outside.serve(world);
    } while (world.step());
    return {};
}

}  // namespace ariadne::tests
