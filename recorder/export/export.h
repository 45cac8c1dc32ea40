// What exporters of all formats take and give back.
#pragma once

#include "recorder/history.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <string_view>

namespace ariadne::exports {

/// What stands on the time axis of the export.
enum class TimeAxis : std::uint8_t {
    kVirtual,   ///< virtual time; all that happens in a round happens at one moment
    kPosition,  ///< one microsecond per event: order and length of everything can be seen
};

/// Takes the next piece of the document; false: no more is wanted (a full disk, a closed pipe).
using Sink = std::function<bool(std::string_view)>;

struct ExportOptions {
    TimeAxis axis = TimeAxis::kVirtual;
    /// Names the trace in OTLP: two words that are not both 0, the file's id for one.
    std::uint64_t idLow = 1;
    std::uint64_t idHigh = 0;
    const recorder::CancelFlag* cancel = nullptr;
};

/// How much of what was written.
struct Exported {
    std::uint64_t turns = 0;
    std::uint64_t messagesSent = 0;   ///< beginnings of arrows
    std::uint64_t messagesTaken = 0;  ///< ends of arrows: delivered or dropped
    std::uint64_t instants = 0;
    std::uint64_t spansBegun = 0;  ///< regions and obligations
    std::uint64_t spansEnded = 0;
    /// Not OK: reading ended there. The document is whole all the same and holds what is before.
    absl::Status complete;
};

/// Chrome trace event JSON, for Perfetto's UI and chrome://tracing. Holds one turn and what is open
/// of obligations in memory, whatever the length of the trace. kFailedPrecondition: the
/// trace holds no events; kCancelled: `sink` or `cancel` said so.
absl::StatusOr<Exported> toChrome(recorder::History& history, const ExportOptions& options,
                                  const Sink& sink);

/// OTLP/JSON: one request with a span per turn. The same otherwise.
absl::StatusOr<Exported> toOtlp(recorder::History& history, const ExportOptions& options,
                                const Sink& sink);

}  // namespace ariadne::exports
