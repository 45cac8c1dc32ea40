// Looks through a finished file for values that should not be in it any more.
#pragma once

#include "recorder/redact/redact.h"
#include "recorder/redact/removed_values.h"
#include "recorder/redact/value_redactor.h"
#include "tracefmt/file_io.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/statusor.h>

#include <optional>

namespace ariadne::redact {

/// Every byte of every decoded chunk, then the file as it is. `values` knows the types and what is
/// secret in them. nullopt: nothing was found. Errors of reading.
absl::StatusOr<std::optional<Leftover>> findLeftover(tracefmt::TraceReader& trace,
                                                     const tracefmt::ReadFile& file,
                                                     const RemovedValues& removed,
                                                     ValueRedactor& values);

}  // namespace ariadne::redact
