// Opens the trace a verb was given, and says how far it can be trusted.
#pragma once

#include "studio/cli/console.h"
#include "studio/cli/report.h"
#include "tracefmt/trace_reader.h"

#include <filesystem>
#include <memory>

namespace ariadne::cli {

/// The open trace, or null when it cannot be read at all, which is then said. A trace that is cut,
/// damaged or still being written opens with a warning that names the damage.
std::unique_ptr<tracefmt::TraceReader> openTrace(const std::filesystem::path& file,
                                                 Console& console);

/// Says so when the trace holds inputs only, for verbs that show events.
void noteInputsOnly(const tracefmt::TraceReader& trace, const std::filesystem::path& file,
                    Console& console);

/// Says in what state the trace is, unless it is whole, and what is missing from it, but for the
/// first `gapsSaid` gaps.
void sayState(const std::filesystem::path& file, const tracefmt::TraceReader& trace,
              std::size_t gapsSaid, Console& console);

/// The code of a verb that has done its work on what is readable. A cut trace is what a crash
/// leaves and is whole as far as it goes; a damaged one holds bytes that are not what was written.
ExitCode exitOf(const tracefmt::TraceReader& trace);

/// Positions behind the snapshot that the trace begins at, if it does.
std::uint64_t eventCount(const tracefmt::TraceReader& trace);

/// What the trace says of all its events: the three digests, those that it does not know included.
void addDigests(Report& report, const tracefmt::TraceReader& trace);

/// "events 5 to 9 are missing (the disk was full): ...".
std::string gapText(const tracefmt::TraceGap& gap);

}  // namespace ariadne::cli
