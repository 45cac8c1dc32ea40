// What replays of a recording come to: one word, or the words that say what went wrong.
#pragma once

#include "recorder/history.h"
#include "recorder/replay.h"
#include "tests/support/shown_text.h"
#include "tracefmt/trace_reader.h"

#include <cstddef>
#include <string>

namespace ariadne::test {

/// "identical" when the file is whole, and from its beginning and from every snapshot all events
/// to its end were compared and are the same.
inline std::string replayed(tracefmt::TraceReader& reader) {
    const absl::Status verified = reader.verify(nullptr, nullptr);
    if (!verified.ok()) return std::string{verified.message()};
    for (std::size_t i = 0; i <= reader.snapshots().size(); ++i) {
        recorder::History history{reader};
        recorder::ReplayOptions options;
        if (i != 0) options.fromSnapshot = i - 1;
        const std::string where =
            i == 0 ? "from the beginning: " : "from snapshot " + std::to_string(i - 1) + ": ";
        const auto result = recorder::replay(history, options);
        if (!result.ok()) return where + std::string{result.status().message()};
        if (result->divergence)
            return where + "at " + std::to_string(result->divergence->position.value) + ": " +
                   result->divergence->what;
        const std::uint64_t events = reader.lastPosition().value - result->from.value;
        if (result->eventsCompared != events)
            return where + std::to_string(result->eventsCompared) + " of " +
                   std::to_string(events) + " events compared";
    }
    return "identical";
}

}  // namespace ariadne::test
