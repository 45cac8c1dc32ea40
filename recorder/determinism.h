// Carries out one run in many ways and finds the first way, event and field that differ.
#pragma once

#include "recorder/diff.h"
#include "recorder/program_run.h"
#include "recorder/run_variant.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::recorder {

struct DeterminismRequest {
    RunRequest run;  ///< its file, threads and `unobserved` are not used; not policy replay
    std::vector<RunVariant> variants;  ///< held against one plain run, in this order
    /// An existing folder for the two traces, `reference.clew` and `other.clew`, which stay there.
    /// Older traces of these names are replaced.
    std::filesystem::path folder;
    /// What makes a child carry out this very run: the words between the command and the path of
    /// the trace to record. Needed when a variant has a process.
    std::vector<std::string> childWords;
    /// Runs on as far as the run is to go, calls the function between rounds, and returns why it
    /// stopped, as ProgramRun::finish() takes it. The same for every run.
    using Drive = std::function<std::string(ProgramRun&, const std::function<void()>&)>;
    Drive drive;
    /// True: give up. Asked behind every run. May be null.
    std::function<bool()> interrupted;
    /// Told before each variant. May be null.
    std::function<void(std::size_t variant)> progress;
};

/// A trace in numbers.
struct TraceSums {
    std::uint64_t events = 0;
    std::uint64_t fileBytes = 0;
    std::uint8_t outcome = 0;  ///< base Outcome
    std::string outcomeText;
    RunDigests digests;
};

/// How the first variant that differs does so.
struct DeterminismBreak {
    std::size_t variant = 0;  ///< index into the request's
    TraceSums other;
    std::vector<std::string> headerDifferences;  ///< of traces by another build
    /// Recorded = the plain run, executed = the variant. nullopt: all events, changes and names are
    /// equal, and the traces differ in snapshots or totals only.
    std::optional<Divergence> first;
    std::uint64_t firstByte = 0;  ///< offset at which the two files part
};

struct DeterminismResult {
    tracefmt::TraceMeta meta;
    TraceSums reference;
    std::size_t compared = 0;                    ///< variants carried out
    std::optional<DeterminismBreak> difference;  ///< nullopt: not a byte differs
};

/// Ends at the first variant that differs. Runs code of the program, and of the commands that
/// variants name.
///
/// Errors: those of ProgramRun::start and finish; kAlreadyExists: a file that is no trace is in the
/// place of one; kFailedPrecondition: a command did not carry out the run, with what it said;
/// kNotFound, kUnavailable: it could not be started, or a signal ended it; kCancelled:
/// `interrupted`. The text names the variant.
absl::StatusOr<DeterminismResult> checkDeterminism(const DeterminismRequest& request);

}  // namespace ariadne::recorder
