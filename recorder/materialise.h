// Makes a trace with all events, and all states, of one that holds less, by running its program.
#pragma once

#include "recorder/recorder.h"
#include "recorder/replay.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/statusor.h>

#include <filesystem>
#include <functional>
#include <optional>

namespace ariadne::recorder {

/// The events that somebody looks at, both ends included.
struct Stretch {
    Position from;
    Position to{~0ull};
    bool operator==(const Stretch&) const = default;
};

struct MaterialiseOptions {
    tracefmt::Level level = tracefmt::Level::kFull;  ///< of what is made
    /// Index into snapshots() of the one to begin at; none = the beginning of the trace.
    std::optional<std::size_t> fromSnapshot = {};
    Position to{~0ull};  ///< the end of its round is the end of what is made
    const CancelFlag* cancel = nullptr;
    std::function<void(Position)> progress;  ///< called now and then, on the caller's thread
};

struct MaterialiseResult {
    RecordResult recorded;
    std::uint64_t digestsCompared = 0;     ///< of events and states that the trace has
    std::optional<Divergence> divergence;  ///< nullopt: it is the same run
};

/// Records into `file` what the run behind `reader` did. Of a whole trace from its beginning that
/// is, to the last byte, what recording it at that level would have written; of one that was cut,
/// as far as it goes and to the end of that round. A trace that begins at a snapshot gives one that
/// does. Every digest that the trace has of its events and states is
/// compared. With a divergence the file ends there and is of no use; after an error there is none.
/// Executes the program.
/// Errors: those of Rerun and of Recorder; kCancelled; kInvalidArgument: a level that holds less
/// than the trace.
absl::StatusOr<MaterialiseResult> materialise(tracefmt::TraceReader& reader,
                                              const std::filesystem::path& file,
                                              const MaterialiseOptions& options = {});

}  // namespace ariadne::recorder
