// Runs that the studio started, and running a trace again.
#include "studio/app/main_window.h"
#include "studio/app/programs.h"
#include "studio/models/text.h"
#include "studio/views/diff_view.h"
#include "studio/views/icons.h"
#include "studio/views/notebook_pane.h"
#include "studio/views/run_dialog.h"
#include "studio/views/status_card.h"
#include "studio/views/transport_bar.h"
#include "studio/views/welcome_page.h"

#include <QAction>
#include <QDir>
#include <QStandardPaths>

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
    session_->startRun(request, paused);
}

void MainWindow::runOrContinue() {
    if (run_.phase == RunStatus::Phase::kRunning)
        session_->pauseRun();
    else if (run_.phase == RunStatus::Phase::kPaused)
        session_->resumeRun();
    else
        showRunDialog();
}

void MainWindow::stopRun() {
    session_->stopRun();
}

void MainWindow::showRun(const RunStatus& status) {
    const bool wasOn = runIsOn();
    if (status.stuck != run_.stuck) {
        if (status.stuck.empty())
            card_->hide();
        else
            say(Severity::kWarning, tr("A turn has not come back"), textOf(status.stuck));
    }
    run_ = status;
    if (status.phase == RunStatus::Phase::kFailedToStart) {
        opening_ = false;
        say(Severity::kError, tr("%1 did not start").arg(textOf(status.program)),
            textOf(status.text));
    }
    if (status.phase == RunStatus::Phase::kCrashed) {
        opening_ = false;
        say(Severity::kError, tr("%1 crashed").arg(textOf(status.program)), textOf(status.text));
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
        if (status.text.starts_with("recording stopped"))
            say(Severity::kWarning, tr("The recording stopped early"), textOf(status.text));
    }
    const bool running = status.phase == RunStatus::Phase::kRunning;
    continue_->setIcon(iconOf(running ? Glyph::kPause : Glyph::kRun));
    pause_->setEnabled(running);
    step_->setEnabled(status.phase == RunStatus::Phase::kPaused);
    stop_->setEnabled(isOn);
    updateWhen();
    updateActions();
}

void MainWindow::updateWhen() {
    const bool live = watchesRun() && following_;
    const bool paused = live && run_.phase == RunStatus::Phase::kPaused;
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

void MainWindow::reexecute() {
    if (!summary_) return;
    longBusy_ = true;
    diff_->showProgress(tr("Running the program again"), 0);
    showDiffPane();
    session_->reexecute(position_);
}

}  // namespace ariadne::studio
