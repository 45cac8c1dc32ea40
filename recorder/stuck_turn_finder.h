// Decides which turns have been running for too long. Knows no thread and no clock.
#pragma once

#include "engine/kernel/turn_watch.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ariadne::recorder {

/// Fed with looks at what each thread is at. A turn is found when it was seen running for the
/// limit, again whenever that time has doubled, and once more when it came back after all.
///
/// Time between two looks counts up to twice lookEvery(): while the whole process stood still, in a
/// debugger or suspended, no turn could go on either. Thread-confined.
class StuckTurnFinder {
public:
    using Nanoseconds = std::chrono::nanoseconds;

    /// `limit` > 0.
    explicit StuckTurnFinder(Nanoseconds limit);

    /// How long to wait between looks. A turn is found after the limit, at most two looks later.
    Nanoseconds lookEvery() const { return lookEvery_; }

    struct Finding {
        std::uint32_t thread = 0;
        kernel::RunningTurn turn;
        Nanoseconds ranFor{};        ///< between the first and the last look that saw it
        std::uint32_t tellings = 1;  ///< of this turn, with this one
        bool cameBack = false;
    };
    /// At `now`, by any clock that never goes back, thread i was at `threads[i]`; as many as in all
    /// looks before. What is new, by thread.
    std::vector<Finding> look(Nanoseconds now,
                              std::span<const std::optional<kernel::RunningTurn>> threads);

private:
    struct Seen {
        std::optional<kernel::RunningTurn> turn;
        Nanoseconds since{};
        Nanoseconds last{};
        Nanoseconds tellAt{};  ///< once it ran so long
        std::uint32_t tellings = 0;
    };

    Nanoseconds limit_;
    Nanoseconds lookEvery_;
    std::optional<Nanoseconds> lookedAt_;
    Nanoseconds counted_{};  ///< of the time that went by
    std::vector<Seen> seen_;
};

}  // namespace ariadne::recorder
