#include "studio/session/live_run.h"

#include <limits>
#include <unistd.h>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr std::uint64_t kAllRounds = std::numeric_limits<std::uint64_t>::max();
/// A command waits this long at most, unless one round takes longer.
constexpr std::chrono::milliseconds kSliceTime{30};
constexpr std::chrono::milliseconds kStatusEvery{100};
constexpr std::chrono::milliseconds kGrownEvery{250};

}  // namespace

LiveRun::~LiveRun() {
    worker_.stop();
    if (run_) (void)run_->finish("the studio was closed");
}

void LiveRun::command(std::function<void()> what) {
    worker_.post(RequestKind::kRunCommand, [what = std::move(what)](const CancelFlag&) {
        what();
        return Again::kNo;
    });
}

void LiveRun::start(const recorder::RunRequest& request, bool paused, const Answers& answers) {
    command([=, this] {
        if (run_) end("another run was started");
        answers_ = answers;
        status_ = {};
        status_.program = request.program;
        if (request.file) status_.file = request.file->string();
        recorder::RunRequest watched = request;
        if (watched.watchdog.limit.count() <= 0) watched.watchdog.limit = kTurnPatience;
        watched.watchdog.tell = [this](const recorder::StuckTurn& turn) { tellStuck(turn); };
        absl::StatusOr<std::unique_ptr<recorder::ProgramRun>> run =
            recorder::ProgramRun::start(watched);
        if (!run.ok()) {
            status_.phase = RunStatus::Phase::kFailedToStart;
            status_.text = std::string{run.status().message()};
            answerStatus();
            return;
        }
        run_ = *std::move(run);
        flushedAt_ = {};
        if (request.file && run_->flush().ok()) {
            flushedAt_ = run_->world().position();
            answers_.began();
        }
        toldGrownAt_ = Clock::now();
        if (paused)
            pauseHere();
        else
            this->run(kAllRounds);
    });
}

void LiveRun::pause() {
    command([this] {
        if (run_) pauseHere();
    });
}

void LiveRun::resume() {
    command([this] {
        if (run_) run(kAllRounds);
    });
}

void LiveRun::step(std::uint64_t rounds) {
    command([=, this] {
        if (run_ && rounds > 0) run(rounds);
    });
}

void LiveRun::stop() {
    command([this] {
        if (run_) end("stopped");
    });
}

void LiveRun::run(std::uint64_t rounds) {
    roundsLeft_ = rounds;
    tellStatus(RunStatus::Phase::kRunning);
    worker_.replace(RequestKind::kRunRounds,
                    [this](const CancelFlag& cancelled) { return runRounds(cancelled); });
}

Again LiveRun::runRounds(const CancelFlag& cancelled) {
    if (!run_ || roundsLeft_ == 0) return Again::kNo;
    const auto until = Clock::now() + kSliceTime;
    while (roundsLeft_ > 0 && !cancelled && Clock::now() < until) {
        if (!run_->step()) {
            end("");
            return Again::kNo;
        }
        if (roundsLeft_ != kAllRounds) --roundsLeft_;
    }
    if (roundsLeft_ == 0) {
        pauseHere();
        return Again::kNo;
    }
    if (Clock::now() - toldStatusAt_ >= kStatusEvery) tellStatus(RunStatus::Phase::kRunning);
    if (Clock::now() - toldGrownAt_ >= kGrownEvery) tellGrown(false);
    return Again::kYes;
}

void LiveRun::pauseHere() {
    roundsLeft_ = 0;
    tellGrown(true);
    tellStatus(RunStatus::Phase::kPaused);
}

void LiveRun::end(const char* why) {
    const bool recorded = !status_.file.empty();
    const auto digests = run_->finish(why);
    if (!digests.ok())
        status_.text = "recording stopped: " + std::string{digests.status().message()};
    tellStatus(RunStatus::Phase::kEnded);
    run_.reset();
    roundsLeft_ = 0;
    if (recorded) answers_.grown(true);
}

void LiveRun::tellStatus(RunStatus::Phase phase) {
    const kernel::World& world = run_->world();
    status_.phase = phase;
    status_.rounds = world.round().value;
    status_.events = world.position().value;
    status_.time = world.now();
    status_.outcome = world.outcome();
    const absl::Status recording = run_->recordingStatus();
    if (!recording.ok())
        status_.text = "recording stopped: " + std::string{recording.message()};
    else if (status_.text.empty())
        status_.text = world.outcomeText();
    answerStatus();
    toldStatusAt_ = Clock::now();
}

void LiveRun::answerStatus() {
    const std::lock_guard lock{answering_};
    answered_ = status_;
    answers_.status(answered_);
}

void LiveRun::tellStuck(const recorder::StuckTurn& turn) {
    const std::lock_guard lock{answering_};
    if (answered_.phase != RunStatus::Phase::kRunning) return;  // it is back already
    answered_.stuck.clear();
    recorder::StuckTurn whole = turn;
    whole.tellings = 1;  // what is shown replaces what was: with the advice each time
    if (!turn.cameBack)
        for (const std::string& line : linesOf(whole, ::getpid()))
            answered_.stuck += (answered_.stuck.empty() ? "" : "\n") + line;
    answers_.status(answered_);
}

void LiveRun::tellGrown(bool settled) {
    if (status_.file.empty()) return;
    const Position now = run_->world().position();
    // A pause that adds nothing still is one: what was left out while it ran is looked at now.
    if (now != flushedAt_ && !run_->flush().ok()) return;
    flushedAt_ = now;
    answers_.grown(settled);
    toldGrownAt_ = Clock::now();
}

}  // namespace ariadne::studio
