// The rows that a trace of level inputs has, by position.
#pragma once

#include "tracefmt/trace_reader.h"

#include <absl/status/statusor.h>

#include <cstddef>
#include <memory>

namespace ariadne::studio {

/// Keeps the chunk that was asked for last. Thread-confined with its reader, which outlives it.
class KeptInputs {
public:
    explicit KeptInputs(tracefmt::TraceReader& reader) : reader_(reader) {}

    /// The first row at or behind `position`, null when there is none; good until the next call.
    /// Errors of TraceReader::inputRows().
    absl::StatusOr<const EventRow*> firstFrom(Position position);

private:
    absl::StatusOr<const tracefmt::InputRows*> rowsOf(std::size_t index);

    tracefmt::TraceReader& reader_;
    std::size_t index_ = 0;
    std::shared_ptr<const tracefmt::InputRows> rows_;  ///< of index_; null: none yet
};

/// Index into inputs() of the first that covers something at or behind `position`.
std::size_t inputsFrom(const tracefmt::TraceReader& reader, Position position);

}  // namespace ariadne::studio
