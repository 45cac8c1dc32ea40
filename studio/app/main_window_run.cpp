// Runs that the studio started, and running a trace again.
#include "recorder/request_of.h"
#include "studio/app/main_window.h"
#include "studio/app/programs.h"
#include "studio/models/run_words.h"
#include "studio/models/text.h"
#include "studio/views/diff_view.h"
#include "studio/views/icons.h"
#include "studio/views/notebook_pane.h"
#include "studio/views/run_dialog.h"
#include "studio/views/status_card.h"
#include "studio/views/stop_pane.h"
#include "studio/views/transport_bar.h"
#include "studio/views/welcome_page.h"

#include <QAction>
#include <QDir>
#include <QStandardPaths>

#include <utility>

namespace ariadne::studio {

bool MainWindow::runIsOn() const {
    return run_.phase == RunStatus::Phase::kRunning || run_.phase == RunStatus::Phase::kPaused;
}

bool MainWindow::watchesRun() const {
    return runIsOn() && summary_ && run_.file == summary_->path;
}

QString MainWindow::recordingFolder() const {
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    QString folder =
        settings_.value(QStringLiteral("recordings"), documents + QStringLiteral("/Ariadne"))
            .toString();
    QDir().mkpath(folder);
    return folder;
}

void MainWindow::showRunDialog(const QString& program) {
    RunDialog dialog(knownPrograms(), recordingFolder(), this);
    if (!program.isEmpty())
        dialog.chooseProgram(program);
    else if (summary_)
        dialog.chooseProgram(textOf(summary_->meta.programId));
    if (dialog.exec() == QDialog::Accepted) startRun(dialog.request(), dialog.startsPaused());
}

void MainWindow::recordNow(const QString& program) {
    recorder::RunRequest request;
    request.program = program.toStdString();
    request.file = freshRecordingPath(recordingFolder(), program, request.seed).toStdString();
    startRun(request, false);
}

void MainWindow::startRun(const recorder::RunRequest& request, bool paused) {
    notebook_->commit();
    card_->hide();
    opening_ = true;
    arriving_ = false;
    seedPair_.reset();
    sendStops(textOf(request.program));
    session_->startRun(request, paused);
}

void MainWindow::runOrContinue() {
    if (run_.phase == RunStatus::Phase::kRunning)
        pauseRun();
    else if (run_.phase == RunStatus::Phase::kPaused)
        followRun(), session_->resumeRun();
    else
        showRunDialog();
}

void MainWindow::pauseRun() {
    turnBehind_.reset();
    session_->pauseRun();
}

void MainWindow::stopRun() {
    session_->stopRun();
}

void MainWindow::sayHowRunFailed(const RunStatus& status) {
    if (status.phase == RunStatus::Phase::kFailedToStart)
        say(Severity::kError, tr("%1 did not start").arg(textOf(status.program)),
            textOf(status.text));
    if (status.phase == RunStatus::Phase::kCrashed)
        say(Severity::kError, tr("%1 crashed").arg(textOf(status.program)), textOf(status.text));
}

/// A run that another one takes the place of is on until it has ended; one that never began is not.
void MainWindow::showRun(const RunStatus& status, bool isNewest) {
    if (!isNewest && status.phase == RunStatus::Phase::kFailedToStart)
        return sayHowRunFailed(status);
    const bool wasOn = runIsOn();
    const bool wasPaused = run_.phase == RunStatus::Phase::kPaused;
    if (status.stuck != run_.stuck) {
        if (status.stuck.empty())
            card_->hide();
        else
            say(Severity::kWarning, tr("A turn has not come back"), textOf(status.stuck));
    }
    run_ = status;
    sayHowRunFailed(status);
    if (isNewest && (status.phase == RunStatus::Phase::kFailedToStart ||
                     status.phase == RunStatus::Phase::kCrashed)) {
        opening_ = false;
        seedPair_.reset();
    }
    const bool isOn = runIsOn();
    if (!wasOn && isOn) following_ = watchesRun();
    if (wasOn && !isOn) {
        // What was recorded is now a trace like any other; one that watched it live is taken to
        // what went wrong, one that went back stays.
        const bool moves = following_;
        following_ = false;
        unmoved_ = moves;
        if (moves && summary_) standAtStart();
        if (status.program == Tour::kProgram) did(TourAct::kRecorded);
        if (hasStoppedRecording(status))
            say(Severity::kWarning, tr("The recording stopped early"), textOf(status.text));
    }
    const bool isPaused = status.phase == RunStatus::Phase::kPaused;
    if (isPaused && !wasPaused) arriving_ = true;
    if (!isPaused) arriving_ = false, pausePlace_.reset();
    if (!isOn) turnBehind_.reset();
    stops_->setTroubles(isOn ? status.troubles : std::vector<condition::StopTrouble>{});
    continue_->setIcon(
        iconOf(status.phase == RunStatus::Phase::kRunning ? Glyph::kPause : Glyph::kRun));
    updateWhen();
    updateActions();
    arriveAtPause();
    compareWithFirstSeed();
}

void MainWindow::updateWhen() {
    const bool isPaused = run_.phase == RunStatus::Phase::kPaused;
    const bool live = watchesRun() && (following_ || (isPaused && pausePlace_ == position_));
    const bool paused = live && isPaused;
    transport_->setWhen(!summary_ ? When::kNothing
                        : paused  ? When::kPaused
                        : live    ? When::kLive
                                  : When::kPast);
}

void MainWindow::compareWith(const QString& path) {
    longBusy_ = true;
    diff_->showProgress(tr("Comparing"), 0);
    showDiffPane();
    session_->diffWith(path);
}

void MainWindow::runWithAnotherSeed() {
    if (!summary_ || runIsOn()) return;
    absl::StatusOr<recorder::RunRequest> asked = recorder::requestOf(summary_->meta);
    if (!asked.ok())
        return say(Severity::kWarning,
                   tr("%1 cannot be run with another seed").arg(textOf(summary_->meta.programId)),
                   textOf(std::string{asked.status().message()}));
    ++asked->seed;
    const QString first = tracePath();
    bool paused = false;
    if (!asked->grants.empty()) {
        // What a file says a program may do outside is for a person to read first.
        RunDialog dialog(knownPrograms(), recordingFolder(), this);
        dialog.fill(*asked);
        if (dialog.exec() != QDialog::Accepted) return;
        *asked = dialog.request();
        paused = dialog.startsPaused();
    } else {
        asked->file = freshRecordingPath(recordingFolder(), textOf(asked->program), asked->seed)
                          .toStdString();
    }
    startRun(*asked, paused);
    if (asked->file) seedPair_ = SeedPair{first, asked->file->string()};
}

/// When the second one is a trace like any other.
void MainWindow::compareWithFirstSeed() {
    if (!seedPair_ || runIsOn() || !summary_ || run_.phase != RunStatus::Phase::kEnded ||
        run_.file != seedPair_->second || summary_->path != seedPair_->second ||
        summary_->state == tracefmt::FileState::kRecording)
        return;
    compareWith(std::exchange(seedPair_, std::nullopt)->first);
}

void MainWindow::reexecute() {
    if (!summary_) return;
    longBusy_ = true;
    diff_->showProgress(tr("Running the program again"), 0);
    showDiffPane();
    session_->reexecute(position_);
}

}  // namespace ariadne::studio
