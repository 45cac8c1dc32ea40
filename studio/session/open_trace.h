// A trace file as one worker holds it: reader, history, and what is known of the file at once.
#pragma once

#include "recorder/history.h"
#include "studio/session/kept_inputs.h"
#include "studio/session/results.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/statusor.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace ariadne::studio {

using Clock = std::chrono::steady_clock;

double millisecondsSince(Clock::time_point begin);

/// Thread-confined to the worker that opened it.
struct OpenTrace {
    std::string path;
    std::unique_ptr<tracefmt::TraceReader> reader;
    std::unique_ptr<recorder::History> history;  ///< dies before its reader
    std::unique_ptr<KeptInputs> inputs;          ///< instead of events; null: it has those

    /// Errors of TraceReader::open().
    static absl::StatusOr<OpenTrace> open(const std::string& path, std::uint64_t cacheBytes);

    Position last() const { return reader->lastPosition(); }
};

/// `before` may be null; of an earlier state of the same file, its list of actors is shared when it
/// is still true. Spends a bounded time on the search for failures.
TraceSummary summaryOf(OpenTrace& trace, const TraceSummary* before);

/// Index of the first chunk that ends at or after `position`; chunks().size() when there is none.
std::size_t chunkFrom(const tracefmt::TraceReader& reader, Position position);

}  // namespace ariadne::studio
