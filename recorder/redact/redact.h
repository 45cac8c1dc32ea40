// Makes a trace that can be given away: stand-ins in the place of what is secret.
#pragma once

#include "recorder/redact/secret_finder.h"
#include "recorder/redact/stand_in.h"
#include "tracefmt/file_io.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/statusor.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::redact {

struct RedactOptions {
    std::vector<std::string> fields;  ///< besides those that the trace marks; secret_fields.h
    RedactionKey key;                 ///< random, and forgotten afterwards
};

/// Where a value that was taken out stands all the same.
struct Leftover {
    std::string of;  ///< the field it was taken out of
    Spelling spelling = Spelling::kRaw;
    std::string where;  ///< "event 12 (log), its text"
    Position position;  ///< of that event or snapshot; 0: elsewhere
    std::string field;  ///< what would take it out there as well, for RedactOptions; empty: nothing
};

struct Redacted {
    /// Field, and how many values of it were replaced; also of those that never had one.
    std::vector<std::pair<std::string, std::uint64_t>> fields;
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;  ///< of the file
    // Of the texts that were replaced
    std::uint64_t lookedFor = 0;   ///< different ones, in the whole new file
    std::uint64_t indistinct = 0;  ///< too short or plain to be found, or a word of the program
    std::uint64_t beyondLimits = 0;
    /// The first that was found. The new file is not to be given away.
    std::optional<Leftover> leftover;
};

/// The new file: made when all that was asked for is in order, opened again to be checked.
struct RedactOutput {
    std::function<absl::StatusOr<std::unique_ptr<tracefmt::WriteFile>>()> create;
    std::function<absl::StatusOr<std::unique_ptr<tracefmt::ReadFile>>()> open;
};

/// Writes what `from` has, then reads and verifies what was written and looks in it for what was
/// taken out. Equal values have equal stand-ins. Runs nothing. Depends on its input alone.
///
/// kInvalidArgument: a field that the trace does not have; kFailedPrecondition: nothing is secret,
/// or the trace is of level inputs; kDataLoss: it is damaged, or what was written is. Others as
/// reader and writer.
absl::StatusOr<Redacted> redact(tracefmt::TraceReader& from, const RedactOutput& output,
                                const RedactOptions& options);

/// The same into a file, which is there, and replaces one that was, only when nothing is left over
/// in it. kAlreadyExists: `to` is something else than a trace, or is being recorded;
/// kInvalidArgument, too: it is the trace itself, `path`.
absl::StatusOr<Redacted> redactInto(tracefmt::TraceReader& from, const std::filesystem::path& path,
                                    const std::filesystem::path& to, const RedactOptions& options);

}  // namespace ariadne::redact
