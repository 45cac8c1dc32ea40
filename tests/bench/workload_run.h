// One run of a workload, timed, and held against what it says of itself.
#pragma once

#include "engine/actor/program.h"

#include <absl/status/statusor.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace ariadne::bench {

/// Who watches the run.
enum class RecordLevel : std::uint8_t {
    kOff,     ///< nobody: the engine alone
    kEvents,  ///< a recorder that is told every event, but no state changes
    kFull,    ///< a recorder that is told everything
};
/// Whether a recording is brought to the disk all the time (recorder::Durability::kSteady).
enum class KeptOnDisk : bool { kNo, kYes };
/// Nullopt when `text` is none of "off", "events", "full".
std::optional<RecordLevel> recordLevelOf(std::string_view text);

struct WorkloadTimes {
    std::uint64_t messages = 0;   ///< what the program says it did, and times are divided by
    std::uint64_t delivered = 0;  ///< what the engine counted: the closing check included
    std::uint64_t rounds = 0;
    std::uint64_t events = 0;     ///< recorded; 0 when off
    std::uint64_t fileBytes = 0;  ///< recorded; 0 when off
    /// Of each time the engine's thread handed a full block over and was given an empty one, in
    /// the order of the run: how long that took on the wall.
    std::vector<double> handoverNs;
    double cpuNs = 0;        ///< of the engine's thread
    double othersCpuNs = 0;  ///< of all other threads, until all of it is in the recording
    double wallNs = 0;       ///< the same, and until all of it is in the recording
};

/// Only the measured part (workloads/conclude.h) is in the times and in `delivered`; it includes
/// the making and the destruction of the world when it reaches to these ends of the run.
///
/// Runs program `id` to its end under policy rounds and seed 1; limits on rounds are lifted, the
/// others are the default. The recording is written to `file`, unless `level` is kOff.
/// kNotFound: no such program; kInvalidArgument: arguments; kInternal: the run did not complete, or
/// did not say how many messages it was; errors of the recorder.
absl::StatusOr<WorkloadTimes> runWorkload(std::string_view id, const ArgumentTexts& args,
                                          RecordLevel level, const std::filesystem::path& file,
                                          KeptOnDisk kept = KeptOnDisk::kNo);

}  // namespace ariadne::bench
