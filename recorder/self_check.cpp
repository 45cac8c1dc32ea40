#include "recorder/self_check.h"

#include "engine/base/status_macros.h"
#include "recorder/program_run.h"
#include "tracefmt/file_watch.h"

#include <utility>

namespace ariadne::recorder {
namespace {

/// Between two looks at a file of which nothing is told.
constexpr std::chrono::milliseconds kLookEvery{100};

}  // namespace

absl::StatusOr<std::unique_ptr<SelfCheck>> SelfCheck::start(const std::filesystem::path& file,
                                                            Tell tell) {
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<tracefmt::TraceReader> reader,
                             tracefmt::TraceReader::open(file));
    ARIADNE_RETURN_IF_ERROR(programOf(reader->meta()).status());
    if (reader->meta().level == tracefmt::Level::kInputs)
        return absl::FailedPreconditionError(
            "a recording of level inputs holds no events to compare with; record events or more");
    return std::unique_ptr<SelfCheck>(new SelfCheck(file, std::move(reader), std::move(tell)));
}

SelfCheck::SelfCheck(std::filesystem::path file, std::unique_ptr<tracefmt::TraceReader> reader,
                     Tell tell)
    : file_(std::move(file)),
      reader_(std::move(reader)),
      history_(*reader_),
      tell_(std::move(tell)),
      thread_([this] { loop(); }) {}

SelfCheck::~SelfCheck() {
    cancelled_ = true;
    ended_ = true;
}

SelfCheckResult SelfCheck::finish() {
    ended_ = true;
    thread_.join();
    return std::move(result_);
}

void SelfCheck::loop() {
    // Before the first look, so that no change falls in between.
    tracefmt::FileWatch watch{file_};
    bool ended = false;
    while (result_.complete.ok() && !result_.divergence && !ended) {
        // In this order: what was written before the end is seen by the look that follows.
        ended = ended_;
        result_.complete = checkNew();
        if (ended && result_.complete.ok() && !result_.divergence) result_.complete = checkRest();
        if (!ended) watch.wait(kLookEvery);
    }
}

absl::Status SelfCheck::checkNew() {
    ARIADNE_RETURN_IF_ERROR(reader_->refresh().status());
    const auto& snapshots = reader_->snapshots();
    while (next_ < snapshots.size() && hasBegunBehind(snapshots[next_].position)) {
        const std::optional<std::size_t> from =
            next_ == 0 ? std::nullopt : std::optional{next_ - 1};
        // One event further, as the snapshot at the end is to be compared too.
        ARIADNE_RETURN_IF_ERROR(check(from, {snapshots[next_].position.value + 1}));
        if (result_.divergence) return absl::OkStatus();
        ++next_;
    }
    return absl::OkStatus();
}

/// Whether all that came in from outside in the round behind that position is in the file: a later
/// round is there. Whoever runs it with less of that runs another one.
bool SelfCheck::hasBegunBehind(Position snapshot) {
    const absl::StatusOr<History::Row> row = history_.rowAt({snapshot.value + 1});
    return row.ok() && reader_->stats().lastRound > row->row.round;
}

absl::Status SelfCheck::checkRest() {
    if (reader_->state() != tracefmt::FileState::kClean || !reader_->gaps().empty())
        return absl::FailedPreconditionError(
            "the recording is not whole, so it was compared up to event " +
            std::to_string(next_ == 0 ? 0 : reader_->snapshots()[next_ - 1].position.value) +
            " only");
    return check(next_ == 0 ? std::nullopt : std::optional{next_ - 1}, {~0ull});
}

absl::Status SelfCheck::check(std::optional<std::size_t> fromSnapshot, Position to) {
    ReplayOptions options;
    options.fromSnapshot = fromSnapshot;
    options.to = to;
    options.cancel = &cancelled_;
    ARIADNE_ASSIGN_OR_RETURN(ReplayResult replayed, replay(history_, options));
    ++result_.segments;
    result_.eventsCompared += replayed.eventsCompared;
    result_.digestsCompared += replayed.digestsCompared;
    result_.divergence = std::move(replayed.divergence);
    if (result_.divergence && tell_) tell_(*result_.divergence);
    return absl::OkStatus();
}

}  // namespace ariadne::recorder
