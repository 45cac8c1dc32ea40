// Runs a trace's program again from a snapshot and compares every event with the recording.
#pragma once

#include "engine/actor/program.h"
#include "recorder/history.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <functional>
#include <optional>
#include <string>

namespace ariadne::recorder {

/// One side of a disagreement, in words and in data.
struct DivergentEvent {
    bool exists = false;  ///< false: this side had ended
    EventKind kind = EventKind::kUnknown;
    VirtualTime time;
    Round round;
    std::string cell;  ///< path
    std::string peer;
    std::string message;  ///< one line: type and fields
    std::string change;   ///< one line: what the turn did to the state
};

/// The first point at which two runs differ.
struct Divergence {
    Position position;
    std::string what;         ///< one sentence naming the field that differs
    DivergentEvent recorded;  ///< side A of a diff
    DivergentEvent executed;  ///< side B of a diff
    /// Path, A, B.
    struct FieldDifference {
        std::string field;
        std::string a;
        std::string b;
    };
    std::vector<FieldDifference> messageFields;  ///< of the message that differ
    std::vector<FieldDifference> fields;         ///< of the actor's state that differ
};

struct ReplayResult {
    Position from;  ///< the snapshot's position; 0 = the beginning
    Position to;    ///< last position compared
    std::uint64_t eventsCompared = 0;
    std::uint64_t digestsCompared = 0;     ///< digest marks and snapshot digests
    std::optional<Divergence> divergence;  ///< nullopt: identical all the way
};

struct ReplayOptions {
    std::optional<std::size_t>
        fromSnapshot;  ///< index into reader().snapshots(); none = the beginning
    Position to{~0ull};
    const CancelFlag* cancel = nullptr;
    std::function<void(Position)> progress;  ///< called now and then, on the caller's thread
};

/// Errors: those of programOf() when the program cannot be run; kFailedPrecondition when events
/// between are missing, says from where it can be run; kCancelled; kDataLoss when the
/// trace cannot be read. A disagreement is a result, not an error.
absl::StatusOr<ReplayResult> replay(History& history, const ReplayOptions& options);

}  // namespace ariadne::recorder
