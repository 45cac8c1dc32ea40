#include "recorder/host/live_run.h"

#include <limits>
#include <unistd.h>
#include <utility>

namespace ariadne::host {
namespace {

constexpr std::uint64_t kAllRounds = std::numeric_limits<std::uint64_t>::max();
/// A command waits this long at most, unless one round takes longer.
constexpr std::chrono::milliseconds kSliceTime{30};
constexpr std::chrono::milliseconds kStatusEvery{100};
constexpr std::chrono::milliseconds kGrownEvery{250};

}  // namespace

LiveRun::LiveRun() : thread_([this](const std::stop_token& stopping) { loop(stopping); }) {}

LiveRun::~LiveRun() {
    thread_.request_stop();
    thread_.join();
    if (run_) (void)run_->finish("the studio was closed");
}

void LiveRun::command(std::function<void()> what) {
    {
        const std::lock_guard lock{commanding_};
        commands_.push_back(std::move(what));
    }
    commanded_.notify_one();
}

void LiveRun::loop(const std::stop_token& stopping) {
    while (!stopping.stop_requested()) {
        std::function<void()> what;
        {
            std::unique_lock lock{commanding_};
            if (roundsLeft_ == 0)
                commanded_.wait(lock, stopping, [this] { return !commands_.empty(); });
            if (!commands_.empty()) {
                what = std::move(commands_.front());
                commands_.pop_front();
            }
        }
        if (stopping.stop_requested()) return;
        if (what)
            what();
        else
            runSlice();
    }
}

void LiveRun::start(const recorder::RunRequest& request, bool paused, const Answers& answers) {
    command([=, this] { begin(request, paused, answers); });
}

void LiveRun::begin(recorder::RunRequest request, bool paused, const Answers& answers) {
    if (run_) end("another run was started");
    answers_ = answers;
    status_ = {};
    status_.program = request.program;
    if (request.file) status_.file = request.file->string();
    if (request.watchdog.limit.count() <= 0) request.watchdog.limit = kTurnPatience;
    request.mayShowRows = true;
    request.watchdog.tell = [this](const recorder::StuckTurn& turn) { tellStuck(turn); };
    absl::StatusOr<std::unique_ptr<recorder::ProgramRun>> run =
        recorder::ProgramRun::start(request);
    if (!run.ok()) {
        status_.phase = RunStatus::Phase::kFailedToStart;
        status_.text = std::string{run.status().message()};
        answerStatus();
        return;
    }
    run_ = *std::move(run);
    awaited_ = kOutside;
    lookOrNot();
    flushedAt_ = {};
    if (request.file && run_->flush().ok()) {
        flushedAt_ = run_->world().position();
        answers_.began();
    }
    toldGrownAt_ = Clock::now();
    if (const auto why = whyPause())
        pauseHere(*why);
    else if (paused)
        pauseHere(RunStatus::Pause::kAsked);
    else
        this->run(kAllRounds);
}

void LiveRun::pause() {
    command([this] {
        // Told once more when it is paused already: whoever asks gets an answer.
        if (run_) pauseHere(roundsLeft_ == 0 ? status_.pause : RunStatus::Pause::kAsked);
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

void LiveRun::stepTurnOf(Rank actor) {
    command([=, this] {
        if (!run_) return;
        if (lives(actor)) return run(kAllRounds, actor);
        awaited_ = kOutside;
        status_.turn = {};
        pauseHere(RunStatus::Pause::kEnded);
    });
}

bool LiveRun::lives(Rank actor) const {
    const std::vector<CellBirth>& births = run_->world().births();
    return actor != kOutside && actor.value < births.size() &&
           run_->world().look(births[actor.value].key).has_value();
}

void LiveRun::setStops(const std::vector<std::string>& conditions) {
    command([=, this] {
        if (wanted_ == conditions) return;
        wanted_ = conditions;
        if (!run_) return;
        stops_.reset();
        lookOrNot();
        tellStatus(status_.phase);
    });
}

void LiveRun::stop() {
    command([this] {
        if (run_) end("stopped");
    });
}

void LiveRun::run(std::uint64_t rounds, Rank awaited) {
    roundsLeft_ = rounds;
    awaited_ = awaited;
    turn_ = {};
    hasEnded_ = false;
    lookOrNot();
    tellStatus(RunStatus::Phase::kRunning);
}

void LiveRun::lookOrNot() {
    if (!stops_ && !wanted_.empty()) {
        stops_ = std::make_unique<condition::LiveStops>(*run_);
        stops_->set(wanted_);
    }
    const bool looks = awaited_ != kOutside || (stops_ && !stops_->empty());
    run_->showRows(looks ? [this](const EventRow& row) { look(row); } : recorder::RowTap::Look{});
}

void LiveRun::look(const EventRow& row) {
    if (stops_) stops_->look(row);
    if (awaited_ == kOutside || row.cell != awaited_) return;
    if (row.kind == EventKind::kRestart && hasEnded_) {
        hasEnded_ = false;
        turn_ = {};
    }
    if (turn_.value != 0) return;
    hasEnded_ = row.kind == EventKind::kStop || row.kind == EventKind::kFail;
    if (hasEnded_ || row.kind == EventKind::kDeliver) turn_ = row.seq;
}

std::optional<RunStatus::Pause> LiveRun::whyPause() {
    if (stops_) {
        if (auto hit = stops_->endRound()) {
            status_.stop = *std::move(hit);
            return RunStatus::Pause::kStop;
        }
    }
    if (turn_.value == 0) return std::nullopt;
    status_.turn = turn_;
    return hasEnded_ ? RunStatus::Pause::kEnded : RunStatus::Pause::kTurn;
}

void LiveRun::runSlice() {
    const auto until = Clock::now() + kSliceTime;
    while (roundsLeft_ > 0 && Clock::now() < until) {
        const Round before = run_->world().round();
        const bool goesOn = run_->step();
        if (const auto why = whyPause()) return pauseHere(*why);
        if (!goesOn) return end("");
        // Who waits for the outside has not had a round.
        if (roundsLeft_ != kAllRounds && run_->world().round() != before) --roundsLeft_;
    }
    if (roundsLeft_ == 0) return pauseHere(RunStatus::Pause::kStepped);
    if (Clock::now() - toldStatusAt_ >= kStatusEvery) tellStatus(RunStatus::Phase::kRunning);
    if (Clock::now() - toldGrownAt_ >= kGrownEvery) tellGrown(false);
}

void LiveRun::pauseHere(RunStatus::Pause why) {
    roundsLeft_ = 0;
    status_.pause = why;
    tellGrown(true);
    tellStatus(RunStatus::Phase::kPaused);
}

void LiveRun::end(const char* why) {
    if (answers_.ending) answers_.ending();
    const bool recorded = !status_.file.empty();
    const auto digests = run_->finish(why);
    if (!digests.ok())
        status_.text = "recording stopped: " + std::string{digests.status().message()};
    tellStatus(RunStatus::Phase::kEnded);
    stops_.reset();
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
    status_.troubles = stops_ ? stops_->troubles() : std::vector<condition::StopTrouble>{};
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
    // Of a recording that stopped, what came before can be read all the same.
    if (now != flushedAt_ && !run_->flush().ok() && !settled) return;
    flushedAt_ = now;
    answers_.grown(settled);
    toldGrownAt_ = Clock::now();
}

}  // namespace ariadne::host
