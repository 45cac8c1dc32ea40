#include "recorder/program_run.h"

#include "engine/base/check.h"
#include "engine/base/status_macros.h"
#include "engine/kernel/pct_decisions.h"
#include "recorder/flush_clock.h"
#include "recorder/outside.h"
#include "tracefmt/format.h"

#include <algorithm>
#include <random>
#include <system_error>
#include <utility>

namespace ariadne::recorder {
namespace {

/// Folds the digests that a recording would have, without one.
class DigestSink final : public kernel::EventSink {
public:
    void onTypes(std::span<const TypeDesc> types) override {
        for (const TypeDesc& type : types) types_.add(type);
    }
    void onBirth(const CellBirth& /*birth*/) override {}
    void onEvent(const EventRow& row) override { digest_.add(row, types_.at(row.type).hash); }
    void onSnapshot(WorldImage image) override { state_ = image.stateDigest; }

    RunDigests digests() const { return {digest_.events(), digest_.changes(), state_}; }

private:
    TypeTable types_;
    EventDigest digest_;
    std::uint64_t state_ = 0;
};

/// Never 0. Chance is all that two runs of one program, on two machines, need not share.
std::uint64_t drawnRunKey() {
    std::random_device chance;
    const std::uint64_t high = chance();
    return (high << 32 | chance()) | 1;
}

std::string knownPrograms() {
    std::string out;
    for (const Program* program : ProgramRegistry::all())
        out += (out.empty() ? "" : ", ") + program->id;
    return out.empty() ? "none" : out;
}

absl::StatusOr<const Program*> findProgram(std::string_view id) {
    const Program* program = ProgramRegistry::find(id);
    if (program == nullptr)
        return absl::NotFoundError("no program is called '" + std::string{id} +
                                   "'; there are: " + knownPrograms() +
                                   ". Name its folder with --programs if it is your own");
    if (program->abi != kProgramAbi)
        return absl::FailedPreconditionError("program " + program->id +
                                             " was built for engine interface " +
                                             std::to_string(program->abi) + ", this is " +
                                             std::to_string(kProgramAbi) + ": build it again");
    return program;
}

/// Empty when policy pct can work with these; else what was found and expected.
std::string wrongPct(std::uint32_t depth, std::uint64_t steps) {
    if (depth < 1 || depth > kernel::kPctDepthMax)
        return "found a pct depth of " + std::to_string(depth) + ", expected 1 to " +
               std::to_string(kernel::kPctDepthMax);
    if (steps < 1)
        return "found 0 pct steps, expected at least 1: about as many as a run has choices";
    return {};
}

tracefmt::TraceMeta metaOf(const Program& program, const kernel::WorldOptions& options) {
    tracefmt::TraceMeta meta;
    meta.engineVersion = ARIADNE_VERSION;
    meta.programId = program.id;
    meta.programVersion = program.version;
    meta.programAbi = program.abi;
    meta.seed = options.seed;
    meta.policy = nameOf(options.policy);
    meta.batch = options.batch;
    meta.limits = options.limits;
    meta.live = options.live;
    meta.faults = kernel::textOf(options.faults);
    meta.metricsEvery = options.metricsEvery;
    for (const effect::Grant& grant : options.grants)
        meta.grants.emplace_back(grant.name, grant.scope);
    if (options.policy == kernel::Policy::kPct) {
        meta.pctDepth = options.pctDepth;
        meta.pctSteps = options.pctSteps;
    }
    meta.minViewMinor = tracefmt::kIncrementsMinor;
    meta.minReplayMinor = tracefmt::kWaitsMinor;
    return meta;
}

struct SegmentsWithTail {
    std::unique_ptr<Segments> segments;
    absl::StatusOr<std::unique_ptr<tracefmt::TailFile>> tail;  ///< or why there is none
};

/// One tail for all files.
absl::StatusOr<SegmentsWithTail> segmentsInto(const std::filesystem::path& file,
                                              const SegmentOptions& options,
                                              const tracefmt::TraceMeta& meta) {
    // What is there may be that of an older run with the same ids.
    ARIADNE_RETURN_IF_ERROR(tracefmt::checkTailUnused(file));
    ARIADNE_RETURN_IF_ERROR(tracefmt::removeTailOf(file));
    const auto create = [file, began = options.began](std::uint32_t number) {
        auto made = tracefmt::createForWriting(segmentPath(file, number));
        if (made.ok() && began) began(number);
        return made;
    };
    const auto remove = [file](std::uint32_t number) {
        std::error_code gone;
        std::filesystem::remove(segmentPath(file, number), gone);
    };
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<Segments> segments,
                             Segments::create(meta, options, create, remove));
    const tracefmt::TailUses uses{meta.level == tracefmt::Level::kInputs, true};
    auto tail = tracefmt::TailFile::create(file, segments->fileId(), uses);
    if (tail.ok()) segments->keepIn(**tail);
    return SegmentsWithTail{std::move(segments), std::move(tail)};
}

absl::StatusOr<std::unique_ptr<Recorder>> recorderInSegments(const std::filesystem::path& file,
                                                             const SegmentOptions& options,
                                                             tracefmt::TraceMeta meta) {
    meta.minViewMinor = std::max(meta.minViewMinor, tracefmt::kMidRunMinor);
    ARIADNE_ASSIGN_OR_RETURN(SegmentsWithTail made, segmentsInto(file, options, meta));
    return Recorder::create(std::move(made.segments), meta, std::move(made.tail));
}

/// A file of less costs more syncs than it is worth.
constexpr std::uint64_t kSpoolBytesMin = 1u << 20;

/// What a black box keeps for whoever finds it when its process died: of the newest two files the
/// older one has about half of what it may keep.
absl::StatusOr<SegmentsWithTail> spoolOf(const std::filesystem::path& file, std::uint64_t bytesMax,
                                         const tracefmt::TraceMeta& meta) {
    const std::filesystem::path box = tracefmt::boxPathOf(file);
    // An older run of that name was killed, and nobody wanted to know.
    for (const std::uint32_t number : tracefmt::segmentsOf(box)) {
        std::error_code gone;
        std::filesystem::remove(segmentPath(box, number), gone);
    }
    return segmentsInto(box, {std::max(bytesMax / 2, kSpoolBytesMin), 2}, meta);
}

absl::StatusOr<std::unique_ptr<Recorder>> recorderWithBlackBox(const std::filesystem::path& file,
                                                               const BlackBoxOptions& options,
                                                               tracefmt::TraceMeta meta) {
    meta.level = tracefmt::Level::kInputs;
    meta.minViewMinor = std::max(meta.minViewMinor, tracefmt::kMidRunMinor);
    // Now, so that a name that cannot be written is refused before the run and not behind it.
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<tracefmt::WriteFile> written,
                             tracefmt::createForWriting(file));
    absl::StatusOr<SegmentsWithTail> spool = spoolOf(file, options.bytesMax, meta);
    if (!spool.ok())
        return Recorder::create(std::make_unique<BlackBox>(std::move(written), meta, options), meta,
                                spool.status());
    return Recorder::create(
        std::make_unique<BlackBox>(std::move(written), meta, options, std::move(spool->segments)),
        meta, std::move(spool->tail));
}

absl::StatusOr<std::unique_ptr<Recorder>> recorderFor(const RunRequest& request,
                                                      const tracefmt::TraceMeta& meta) {
    if (request.blackBox) return recorderWithBlackBox(*request.file, *request.blackBox, meta);
    if (request.segments) return recorderInSegments(*request.file, *request.segments, meta);
    return Recorder::create(*request.file, meta);
}

}  // namespace

class ProgramRun::Impl {
public:
    Impl(kernel::WorldOptions options, tracefmt::TraceMeta m, std::unique_ptr<Recorder> r,
         const RunRequest& request)
        : meta(std::move(m)),
          recorder(std::move(r)),
          replayed(request.decisions),
          tap(request.mayShowRows ? std::make_unique<RowTap>(observer()) : nullptr),
          world(options, sink(request.unobserved),
                options.policy == kernel::Policy::kReplay ? &replayed : nullptr) {}

    tracefmt::TraceMeta meta;
    DigestSink digests;
    std::unique_ptr<Recorder> recorder;
    kernel::ReplayDecisions replayed;
    std::unique_ptr<RowTap> tap;               ///< null: rows are shown to nobody
    std::unique_ptr<kernel::TurnWatch> watch;  ///< null: nobody looks
    kernel::World world;
    std::optional<RecordResult> recorded;
    std::optional<std::filesystem::path> blackBoxFile;
    std::unique_ptr<Outside> outside;  ///< null: the run never looks there
    std::unique_ptr<FlushClock> flushClock;
    std::unique_ptr<Watchdog> watchdog;  ///< last: it looks at the rest

    absl::Status flush(Durability durability) {
        absl::Status flushed = recorder->flush(durability);
        if (tap != nullptr) tap->flushed();
        return flushed;
    }

    /// False: nothing was done, or the run has ended.
    bool stepWithOutside() {
        if (!outside->exchange(world)) return false;
        if (world.step()) return true;
        outside->close();
        return false;
    }

    /// Before the run starts.
    void beginToWatch(const RunRequest& request) {
        // Who watches turns sees to it that nothing is being committed while one runs.
        watch = std::make_unique<kernel::TurnWatch>();
        world.watchTurns(watch.get());
        if (recorder != nullptr) recorder->letOthersNote();
        if (recorder != nullptr && request.visibleEvery.count() > 0)
            flushClock = std::make_unique<FlushClock>(*recorder, request.visibleEvery);
        if (request.watchdog.on()) startWatchdog(request.watchdog);
    }

    void startWatchdog(const WatchdogOptions& options) {
        Watchdog::LeaveNote leaveNote;
        if (recorder != nullptr) {
            leaveNote = [this](StuckTurn& turn) {
                const absl::StatusOr<Position> behind = recorder->note(noteOf(turn));
                turn.noted = behind.ok();
                turn.readableTo = behind.ok() ? *behind : recorder->writtenTo();
            };
        }
        watchdog = std::make_unique<Watchdog>(*watch, options, std::move(leaveNote));
    }

    void openOutside(const RunRequest& request) {
        OutsideOptions options;
        options.live = request.live;
        options.run = request.runKey != 0 ? request.runKey : drawnRunKey();
        options.messageBytesMax = request.limits.messageBytesMax;
        if (recorder != nullptr)
            options.log = [this, durability = request.durability] { return flush(durability); };
        outside = std::make_unique<Outside>(std::move(options));
    }

private:
    kernel::EventSink& observer() {
        if (recorder != nullptr) return *recorder;
        return digests;
    }
    kernel::EventSink* sink(bool unobserved) {
        if (tap != nullptr) return tap.get();
        return unobserved && recorder == nullptr ? nullptr : &observer();
    }
};

ProgramRun::ProgramRun(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ProgramRun::~ProgramRun() = default;

absl::StatusOr<std::unique_ptr<ProgramRun>> ProgramRun::start(const RunRequest& request) {
    ARIADNE_ASSIGN_OR_RETURN(const Program* program, findProgram(request.program));
    kernel::WorldOptions options;
    options.seed = request.seed;
    options.policy = request.policy;
    options.faults = request.faults;
    options.grants = request.grants;
    options.live = request.live;
    options.limits = request.limits;
    options.metricsEvery = request.metricsEvery;
    if (options.policy == kernel::Policy::kPct) {
        options.pctDepth = request.pctDepth;
        options.pctSteps = request.pctSteps;
        if (const std::string wrong = wrongPct(request.pctDepth, request.pctSteps); !wrong.empty())
            return absl::InvalidArgumentError(wrong);
    }
    if (request.threads.count < 1 || request.threads.count > kThreadsMax)
        return absl::InvalidArgumentError("found " + std::to_string(request.threads.count) +
                                          " threads, expected 1 to " + std::to_string(kThreadsMax));
    tracefmt::TraceMeta meta = metaOf(*program, options);
    meta.level = request.level;
    ARIADNE_ASSIGN_OR_RETURN(meta.args, program->normalise(request.args));
    std::unique_ptr<Recorder> recorder;
    if (request.file) {
        ARIADNE_ASSIGN_OR_RETURN(recorder, recorderFor(request, meta));
        if (request.durability == Durability::kSteady) recorder->keepOnDisk();
    }
    auto impl = std::make_unique<Impl>(options, std::move(meta), std::move(recorder), request);
    if (request.blackBox) impl->blackBoxFile = request.file;
    impl->world.useThreads(request.threads);
    const bool isFollowed = impl->recorder != nullptr && request.visibleEvery.count() > 0;
    if (request.watchdog.on() || isFollowed) impl->beginToWatch(request);
    if (request.live || !request.grants.empty()) impl->openOutside(request);
    // Ports find cells by their paths.
    if (request.live) impl->world.keepBirths();
    ARIADNE_RETURN_IF_ERROR(program->start(impl->world, *program, impl->meta.args));
    return std::unique_ptr<ProgramRun>(new ProgramRun(std::move(impl)));
}

bool ProgramRun::step() {
    if (impl_->outside == nullptr) return impl_->world.step();
    return impl_->stepWithOutside() || impl_->world.outcome() == Outcome::kRunning;
}
void ProgramRun::runUntil(VirtualTime until, std::uint64_t rounds) {
    if (impl_->outside == nullptr) {
        impl_->world.runUntil(until, rounds);
        return;
    }
    // Who waits for the outside looks up in between, to be stopped or shown.
    for (; rounds > 0 && impl_->world.now() <= until; --rounds)
        if (!impl_->stepWithOutside()) return;
}
void ProgramRun::showRows(RowTap::Look look) {
    ARIADNE_CHECK(impl_->tap != nullptr);
    impl_->tap->show(std::move(look));
}
WorldImage ProgramRun::image() {
    return impl_->world.image();
}
absl::StatusOr<Port> ProgramRun::openPort(std::string path, const PortOptions& options) {
    return openPortTo(std::move(path), {}, options);
}
absl::StatusOr<Port> ProgramRun::openPort(CellKey cell, const PortOptions& options) {
    return openPortTo({}, cell, options);
}
absl::StatusOr<Port> ProgramRun::openPortTo(std::string path, CellKey cell,
                                            const PortOptions& options) {
    const std::string whose =
        path.empty() ? "cell " + std::to_string(cell.value) : "'" + path + "'";
    if (impl_->outside == nullptr || !impl_->world.isLive())
        return absl::FailedPreconditionError(
            "a port for " + whose +
            ": this run is not live, so only its program's arguments reach it; start it live");
    if (options.messagesMax == 0)
        return absl::InvalidArgumentError("a port for " + whose +
                                          ": found messagesMax 0, expected at least 1");
    return impl_->outside->openPort(std::move(path), cell, options);
}

absl::StatusOr<RunDigests> ProgramRun::finish(std::string_view whyEnded) {
    impl_->watchdog.reset();
    impl_->flushClock.reset();
    if (impl_->outside != nullptr) impl_->outside->close();
    impl_->world.end(Outcome::kUntil, whyEnded);
    if (impl_->recorder == nullptr) return impl_->digests.digests();
    ARIADNE_ASSIGN_OR_RETURN(impl_->recorded, impl_->recorder->finish());
    if (impl_->blackBoxFile && impl_->recorded->fileBytes == 0) {
        std::error_code gone;
        std::filesystem::remove(*impl_->blackBoxFile, gone);
    }
    const RecordResult& r = *impl_->recorded;
    return RunDigests{r.eventDigest, r.changeDigest, r.stateDigest};
}

absl::Status ProgramRun::flush() {
    return impl_->recorder == nullptr ? absl::OkStatus() : impl_->flush(Durability::kProcess);
}
const kernel::World& ProgramRun::world() const {
    return impl_->world;
}
const tracefmt::TraceMeta& ProgramRun::meta() const {
    return impl_->meta;
}
absl::Status ProgramRun::recordingStatus() const {
    return impl_->recorder == nullptr ? absl::OkStatus() : impl_->recorder->status();
}
absl::Status ProgramRun::tailStatus() const {
    return impl_->recorder == nullptr ? absl::OkStatus() : impl_->recorder->tailStatus();
}
absl::Status ProgramRun::spoolStatus() const {
    return impl_->recorder == nullptr ? absl::OkStatus() : impl_->recorder->spoolStatus();
}
const std::optional<RecordResult>& ProgramRun::recorded() const {
    return impl_->recorded;
}

absl::StatusOr<const Program*> programOf(const tracefmt::TraceMeta& meta) {
    if (meta.redaction != tracefmt::Redaction::kNone)
        return absl::FailedPreconditionError(
            "the trace was redacted, values of secret fields were replaced, so it can be looked at "
            "and not run again; take the trace it was made of, or record another run");
    ARIADNE_ASSIGN_OR_RETURN(const Program* program, findProgram(meta.programId));
    if (program->version != meta.programVersion)
        return absl::FailedPreconditionError(
            "the trace was made by " + meta.programId + " version " + meta.programVersion +
            ", the program at hand is version " + program->version +
            ": put the recorded version into a --programs folder to replay it");
    return program;
}

absl::StatusOr<kernel::WorldOptions> worldOptionsOf(const tracefmt::TraceMeta& meta) {
    kernel::WorldOptions options;
    options.seed = meta.seed;
    options.batch = meta.batch;
    options.limits = meta.limits;
    if (meta.batch == 0)
        return absl::DataLossError("the trace's header says batch 0, expected at least 1");
    const std::optional<kernel::Policy> policy = kernel::policyNamed(meta.policy);
    if (!policy)
        return absl::FailedPreconditionError("the trace was made with policy '" + meta.policy +
                                             "', which this version does not have");
    options.policy = *policy;
    options.live = meta.live;
    options.metricsEvery = meta.metricsEvery;
    for (const auto& [name, scope] : meta.grants) options.grants.push_back({name, scope});
    if (absl::StatusOr<kernel::Faults> faults = kernel::parseFaults(meta.faults); faults.ok())
        options.faults = *std::move(faults);
    else
        return absl::DataLossError("the trace's header: " + std::string{faults.status().message()});
    if (options.policy != kernel::Policy::kPct) return options;
    if (const std::string wrong = wrongPct(meta.pctDepth, meta.pctSteps); !wrong.empty())
        return absl::DataLossError("the trace's header: " + wrong);
    options.pctDepth = meta.pctDepth;
    options.pctSteps = meta.pctSteps;
    return options;
}

}  // namespace ariadne::recorder
