// A run that somebody looks on at, step by step: what it is paused at, and how it goes on.
#include "studio/app/main_window.h"
#include "studio/app/status_line.h"
#include "studio/models/run_words.h"
#include "studio/models/text.h"
#include "studio/views/run_bar.h"

#include <QAction>

#include <utility>

namespace ariadne::studio {

void MainWindow::connectSteps() {
    connect(session_.get(), &Session::turnFound, this, &MainWindow::takeTurn);
    connect(runBar_, &RunBar::actionTriggered, this, &MainWindow::showRunItself);
}

bool MainWindow::isPausedHere() const {
    return watchesRun() && run_.phase == RunStatus::Phase::kPaused;
}

void MainWindow::followRun() {
    turnBehind_.reset();
    if (!watchesRun() || (!following_ && pausePlace_ != position_)) return;
    following_ = true;
    unmoved_ = false;
}

void MainWindow::runOneRound() {
    followRun();
    session_->stepRun(1);
}

void MainWindow::runOneTurn() {
    if (!isPausedHere()) return;
    arriving_ = false;
    turnBehind_ = position_;
    if (position_ < summary_->lastPosition) return askTurn(position_);
    takeTurn(0, {});
}

void MainWindow::askTurn(Position behind) {
    neighbourAsked_ = true;  // answers overtake each other
    session_->requestTurn(behind);
}

/// In a round there need not be a turn. Nobody waits for one any more who paused the run, or let it
/// go on, meanwhile.
void MainWindow::takeTurn(quint64 position, const QString& why) {
    neighbourAsked_ = false;
    if (!std::exchange(turnBehind_, std::nullopt)) return;
    if (!why.isEmpty()) {
        updateActions();
        return status_->setProgress(why);
    }
    if (!isPausedHere()) return;
    if (position == 0) {
        turnBehind_ = summary_->lastPosition;
        return session_->stepRun(1);
    }
    pausePlace_ = Position{position};
    standAtStop(*pausePlace_);
}

void MainWindow::runToTurnOfActor() {
    if (run_.phase != RunStatus::Phase::kPaused) return;
    Rank actor = selected_;
    if (actor == kOutside && moment_ && moment_->event) actor = moment_->event->cell;
    if (!watchesRun() || actor == kOutside)
        return status_->setProgress(tr("Select an actor of the run first"));
    if (selected_ == kOutside) select(actor);
    followRun();
    session_->stepRunTurnOf(actor);
}

void MainWindow::arriveAtPause() {
    if (!arriving_ || !isPausedHere()) return;
    const bool isBehind = summary_->lastPosition.value < run_.events;
    // What was not recorded does not come.
    if (isBehind && !hasStoppedRecording(run_)) return;
    arriving_ = false;
    if (isBehind) {
        turnBehind_.reset();
        pausePlace_ = summary_->lastPosition;
        return goTo(*pausePlace_);
    }
    if (turnBehind_ && run_.pause == RunStatus::Pause::kStepped) return askTurn(*turnBehind_);
    turnBehind_.reset();
    if (const std::optional<Position> at = pausedAt(run_)) {
        pausePlace_ = at;
        return standAtStop(*at);
    }
    if (following_) pausePlace_ = position_;
    updateWhen();
    updateActions();
}

void MainWindow::showRunBar() {
    const bool isPaused = run_.phase == RunStatus::Phase::kPaused;
    const RunView view = !watchesRun() || !traceVisible_ ? RunView::kElsewhere
                         : following_ || (isPaused && pausePlace_ == position_) ? RunView::kNewest
                                                                                : RunView::kPast;
    // Whoever has just asked for it sees it come.
    const bool comes = view == RunView::kElsewhere && opening_;
    runBar_->display(comes ? std::nullopt : runWordsOf(run_, view), isPaused);
}

void MainWindow::showRunItself() {
    if (!watchesRun()) return openFile(textOf(run_.file), pausedAt(run_));
    setTraceVisible(true);
    const bool isPaused = run_.phase == RunStatus::Phase::kPaused;
    const Position to =
        isPaused ? pausedAt(run_).value_or(summary_->lastPosition) : summary_->lastPosition;
    if (isPaused) pausePlace_ = to;
    goTo(to);
}

void MainWindow::updateRunActions() {
    const bool isPaused = run_.phase == RunStatus::Phase::kPaused;
    pause_->setEnabled(run_.phase == RunStatus::Phase::kRunning || (isPaused && turnBehind_));
    step_->setEnabled(isPaused);
    stepTurn_->setEnabled(isPausedHere());
    stepActor_->setEnabled(isPausedHere());
    stop_->setEnabled(runIsOn());
    const bool again = summary_ && traceVisible_ && summary_->canReplay && !runIsOn() &&
                       summary_->state != tracefmt::FileState::kRecording;
    otherSeed_->setEnabled(again);
    showRunBar();
}

}  // namespace ariadne::studio
