// One run of a program from beginning to end: options, World, observer.
#pragma once

#include "engine/actor/program.h"
#include "engine/base/event_digest.h"
#include "engine/kernel/replay_decisions.h"
#include "engine/kernel/world.h"
#include "recorder/black_box.h"
#include "recorder/port.h"
#include "recorder/recorder.h"
#include "recorder/row_tap.h"
#include "recorder/segments.h"
#include "recorder/watchdog.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::recorder {

/// What a person chooses for a run.
struct RunRequest {
    std::string program;
    ArgumentTexts args;
    std::uint64_t seed = 1;
    kernel::Policy policy = kernel::Policy::kRounds;
    std::optional<std::filesystem::path> file;       ///< where to record; none = not recorded
    tracefmt::Level level = tracefmt::Level::kFull;  ///< how much
    std::optional<SegmentOptions> segments = {};     ///< into several: segmentPath() of `file`
    /// Into memory, and into `file` when the run ends as asked; level and segments do not count.
    /// Beside the file lies as much until then, for tracefmt::recoverFile() when the process died.
    std::optional<BlackBoxOptions> blackBox = {};
    std::uint32_t pctDepth = 3;  ///< policy pct: see WorldOptions
    std::uint64_t pctSteps = 1000;
    std::vector<kernel::Decision> decisions = {};  ///< policy replay: choice by choice
    /// Not recorded and not observed: several times faster, and all digests are 0.
    bool unobserved = false;
    /// Decides nothing about the run, so it stands in no trace. `count`: 1 to kThreadsMax.
    kernel::World::Threads threads = {};
    kernel::Faults faults = {};
    std::vector<effect::Grant> grants = {};  ///< what the program may ask of the outside
    bool live = false;                       ///< virtual time follows the clock on the wall
    /// What the trace survives; with kMachine, before an effect is carried out that reaches
    /// outside.
    Durability durability = Durability::kProcess;
    /// Tells the effects of this run from those of others, which have the same keys; 0 = drawn.
    /// A host that goes on with a run gives the same again. Stands in no trace.
    std::uint64_t runKey = 0;
    Limits limits = {};
    std::uint64_t metricsEvery = 0;  ///< turns between two reports of the metrics; 0 = none
    WatchdogOptions watchdog = {};   ///< decides nothing about the run, so it stands in no trace
    /// What was committed is in the file about so long after, also while a turn runs on: for who
    /// follows it. 0: when a chunk is full, so that equal runs give equal bytes. Otherwise they
    /// are equal but for where chunks end. Stands in no trace.
    std::chrono::nanoseconds visibleEvery{0};
    bool mayShowRows = false;  ///< showRows() may be called; stands in no trace
};

inline constexpr std::uint32_t kThreadsMax = 64;

/// Digests of an ended run, the same whether it was recorded or not.
struct RunDigests {
    std::uint64_t events = 0;
    std::uint64_t changes = 0;
    std::uint64_t state = 0;
};

/// A program being run step by step. Thread-confined (its recorder, its watchdog and its flush
/// clock have threads of their own).
class ProgramRun {
public:
    /// kNotFound: no such program (lists those there are); kInvalidArgument: arguments, depth or
    /// steps of policy pct, or threads; errors of Recorder::create for the file.
    static absl::StatusOr<std::unique_ptr<ProgramRun>> start(const RunRequest& request);
    ~ProgramRun();

    /// One round; false when the run has ended. When nothing can happen before the outside answers
    /// or the clock goes on, waits a few milliseconds for it instead.
    bool step();
    void runUntil(VirtualTime until, std::uint64_t rounds);
    /// Ends the run if it has not ended, and seals the recording; of the watchdog nothing is heard
    /// afterwards. Call once, last. A recording that failed is an error here, though the run itself
    /// went on to its end.
    absl::StatusOr<RunDigests> finish(std::string_view whyEnded);

    /// Makes everything committed so far readable in the file.
    absl::Status flush();

    /// From now on each row that is committed, in order; null: no more. Between two rounds, of a
    /// run that may show them.
    void showRows(RowTap::Look look);
    /// The whole world between two rounds; see World::image().
    WorldImage image();

    /// A way in for other threads, to the cell of that path (or key), which need not be born yet.
    /// Live runs only: kFailedPrecondition otherwise; kInvalidArgument: a port for no message.
    absl::StatusOr<Port> openPort(std::string path, const PortOptions& options = {});
    absl::StatusOr<Port> openPort(CellKey cell, const PortOptions& options = {});

    const kernel::World& world() const;
    const tracefmt::TraceMeta& meta() const;
    /// OK, or why recording stopped early.
    absl::Status recordingStatus() const;
    /// OK, or why a kill would lose what is not in the file yet; see Recorder::tailStatus().
    absl::Status tailStatus() const;
    /// OK, or since when a kill would lose what the black box has; see Recorder::spoolStatus().
    absl::Status spoolStatus() const;
    /// After finish(). Of a black box that wrote nothing: without bytes, and the file is gone.
    const std::optional<RecordResult>& recorded() const;

private:
    class Impl;
    absl::StatusOr<Port> openPortTo(std::string path, CellKey cell, const PortOptions& options);
    explicit ProgramRun(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// The program a trace was made with, or why it cannot be executed again: kNotFound (no such
/// program), kFailedPrecondition (another version or ABI). Says found and expected.
absl::StatusOr<const Program*> programOf(const tracefmt::TraceMeta& meta);
/// The World options a trace was made with. kFailedPrecondition: a policy this engine lacks;
/// kDataLoss: numbers that no run has.
absl::StatusOr<kernel::WorldOptions> worldOptionsOf(const tracefmt::TraceMeta& meta);

}  // namespace ariadne::recorder
