// A trace's program run again, with what came from outside given to it as it was recorded.
#pragma once

#include "engine/actor/program.h"
#include "engine/kernel/event_sink.h"
#include "engine/kernel/world.h"
#include "recorder/recorded_inputs.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace ariadne::recorder {

/// Goes from the beginning, or from a snapshot, as far as the trace does; whether it is the same
/// run is for the sink to see. Executes the program's code. Thread-confined, as its reader is,
/// which has to live longer.
class Rerun {
public:
    /// Loads what it begins with; nothing runs yet. `fromSnapshot`: index into snapshots(), none =
    /// the beginning. Errors of programOf() and worldOptionsOf(); kFailedPrecondition: the trace
    /// needs a newer engine; kInvalidArgument: no such snapshot; kDataLoss: it cannot be read.
    static absl::StatusOr<std::unique_ptr<Rerun>> prepare(tracefmt::TraceReader& reader,
                                                          std::optional<std::size_t> fromSnapshot);

    /// The snapshot it begins with; null: none.
    const WorldImage* image() const { return image_ ? &*image_ : nullptr; }
    /// Its position, 0 for the beginning.
    Position from() const { return image_ ? image_->position : Position{}; }

    /// Starts the program, or restores the snapshot. `sink` may be null; it outlives this.
    absl::Status begin(kernel::EventSink* sink);
    /// One round. False: the run has ended, or only the outside could go on, of which the trace
    /// holds no more. Errors of the trace.
    absl::StatusOr<bool> step();
    /// After begin().
    kernel::World& world() { return *world_; }

private:
    /// Where a person ended the run: nothing in the program tells.
    struct ByHand {
        std::string text;
        Position after;  ///< the last event before the end and its report of metrics; 0: by round
        Round round;     ///< the last one
    };

    Rerun(tracefmt::TraceReader& reader, const Program& program, kernel::WorldOptions options)
        : reader_(reader), program_(program), options_(std::move(options)) {}
    absl::Status findEnd();
    bool endsHere() const;

    tracefmt::TraceReader& reader_;
    const Program& program_;
    kernel::WorldOptions options_;
    std::optional<WorldImage> image_;
    std::unique_ptr<kernel::DecisionSource> decisions_;
    std::optional<ByHand> byHand_;
    std::optional<kernel::World> world_;
    std::optional<RecordedInputs> inputs_;
};

}  // namespace ariadne::recorder
