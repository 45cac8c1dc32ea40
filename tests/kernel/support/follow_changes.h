// Follows a run from image to image by what changed in between.
#pragma once

#include "engine/base/world_image.h"
#include "engine/kernel/world.h"

#include <absl/status/status.h>

#include <algorithm>
#include <string>
#include <utility>

namespace ariadne::tests {

/// Cells that images of changes held, and those that whole ones would have held.
struct Counted {
    std::uint64_t changed = 0;
    std::uint64_t all = 0;
    std::uint64_t gone = 0;
};

/// Empty when, at some of the rounds, what changed led to what the world then was.
inline std::string follow(kernel::World& world, std::uint64_t rounds, std::uint64_t stride,
                          Counted& counted) {
    WorldImage kept = world.baseImage();
    while (world.round().value < rounds) {
        for (std::uint64_t n = 0; n < stride; ++n) world.step();
        WorldImage changes = world.imageOfChanges();
        const WorldImage whole = world.image();
        if (changes.stateDigest != whole.stateDigest)
            return "round " + std::to_string(whole.round.value) + ": another state digest";
        counted.changed += changes.cells.size();
        counted.gone += changes.gone.size();
        counted.all += whole.cells.size();
        const absl::Status status = bringUpToDate(kept, std::move(changes));
        if (!status.ok()) return status.ToString();
        if (kept != whole) {
            for (std::size_t i = 0; i < std::min(kept.cells.size(), whole.cells.size()); ++i)
                if (!(kept.cells[i] == whole.cells[i]))
                    return "round " + std::to_string(whole.round.value) + ": cell " +
                           std::to_string(whole.cells[i].rank.value) + " " +
                           world.births()[whole.cells[i].rank.value].path + " is another";
            return "round " + std::to_string(whole.round.value) +
                   ": something but cells is another";
        }
        if (world.outcome() != Outcome::kRunning) break;
    }
    return {};
}

}  // namespace ariadne::tests
