// What came from outside in a recorded run, given to a World again in the same rounds.
#pragma once

#include "engine/kernel/world.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/status.h>

#include <memory>

namespace ariadne::recorder {

/// Answers of effects, messages from outside and readings of the clock, in recorded order, of a
/// trace of any level. Thread-confined, as its reader is. Costs nothing when a trace has none.
class RecordedInputs {
public:
    /// Of the events after `from`, the position at which the World stands.
    RecordedInputs(tracefmt::TraceReader& reader, Position from);

    /// Call before each step(): gives `world` what was recorded for the round it does next. Errors
    /// of the reader; kDataLoss or kNotFound when an input does not fit the program.
    absl::Status feed(kernel::World& world);

private:
    /// False: there are no more rows.
    absl::StatusOr<bool> load();
    absl::StatusOr<bool> loadKept();
    absl::Status give(kernel::World& world, const EventRow& row);

    tracefmt::TraceReader& reader_;
    Position next_;
    bool none_;
    std::shared_ptr<const tracefmt::EventChunk> chunk_;
    std::shared_ptr<const tracefmt::InputRows> kept_;  ///< of a trace of level inputs
    std::size_t keptIndex_ = 0;                        ///< of the chunk after it
    std::size_t keptRow_ = 0;
    EventRow row_;  ///< the next one, after load()
};

}  // namespace ariadne::recorder
