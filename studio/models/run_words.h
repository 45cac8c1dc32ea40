// What is said of a run that goes on, or is paused.
#pragma once

#include "studio/session/results.h"

#include <QString>

#include <cstdint>
#include <optional>

namespace ariadne::studio {

/// Where somebody looks while a run is on.
enum class RunView : std::uint8_t {
    kNewest,     ///< at its newest event, or where it is paused
    kPast,       ///< at an earlier one
    kElsewhere,  ///< at another trace
};

struct RunWords {
    QString title;
    QString text;
    QString action;  ///< empty: there is nothing to press
};

/// None when no run is on, or it goes on and one looks at its newest event: the badge LIVE says so.
std::optional<RunWords> runWordsOf(const RunStatus& status, RunView view);

/// The event that a paused run is paused at; none when it is paused behind a round.
std::optional<Position> pausedAt(const RunStatus& status);

/// The run goes on without its file, which holds fewer events than it has had.
bool hasStoppedRecording(const RunStatus& status);

}  // namespace ariadne::studio
