// Traces made of others: all events of one that leaves them out, a whole one of one that was cut.
#include "studio/app/main_window.h"
#include "studio/models/left_out_words.h"
#include "studio/models/text.h"
#include "studio/views/status_card.h"
#include "studio/views/timeline_view.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QTemporaryDir>

namespace ariadne::studio {

bool MainWindow::isMade() const {
    return summary_ && made_ && summary_->path == made_->file;
}

QString MainWindow::tracePath() const {
    if (!summary_) return {};
    return isMade() ? madeOf_ : textOf(summary_->path);
}

QString MainWindow::madeFile() {
    if (!madeFolder_) madeFolder_ = std::make_unique<QTemporaryDir>();
    const QString folder = madeFolder_->filePath(QString::number(++madeCount_));
    if (!madeFolder_->isValid() || !QDir().mkpath(folder)) return {};
    return QDir(folder).filePath(QFileInfo(tracePath()).fileName());
}

void MainWindow::makeVisible() {
    const PositionRange shown = timeline_->visiblePositions();
    makeAgain({{shown.begin}, {shown.end - 1}});
}

void MainWindow::makeAgain(recorder::Stretch stretch) {
    if (!summary_ || making_) return;
    const QString file = madeFile();
    if (file.isEmpty()) {
        say(Severity::kError, tr("%1 could not be run again").arg(textOf(summary_->meta.programId)),
            tr("Found no room for what it makes in %1, expected a folder that can be written to; "
               "name another one with TMPDIR")
                .arg(QDir::tempPath()));
        return;
    }
    making_ = longBusy_ = true;
    showMaking(0);
    updateActions();
    session_->materialise(file, stretch, tracePath());
}

void MainWindow::showMaking(double fraction) {
    if (!summary_ || !making_) return;
    say(Severity::kInfo, makingWordsOf(*summary_, fraction), [this] { cancel(); });
}

void MainWindow::showMade(const std::shared_ptr<const MaterialiseReport>& report) {
    const bool cancelled = std::exchange(making_, false) && report->error == "cancelled";
    longBusy_ = false;
    updateActions();
    if (cancelled) return showCondition();
    if (report->file.empty()) {
        const Severity how = report->error.empty() ? Severity::kWarning : Severity::kError;
        say(how, madeWordsOf(*summary_, *report),
            [this, stretch = report->stretch] { makeAgain(stretch); });
        return;
    }
    made_ = report;
    madeOf_ = textOf(report->path);
    openAgain(textOf(report->file));
}

/// Another file of the same run, to be looked at as this one is.
void MainWindow::openAgain(const QString& path) {
    const PositionRange shown = timeline_->visiblePositions();
    startView_ = View{selected_, shown};
    const bool isPart =
        made_ && textOf(made_->file) == path && made_->stretch != recorder::Stretch{};
    openFile(path,
             isPart ? std::clamp(position_, made_->stretch.from, made_->stretch.to) : position_);
}

QString MainWindow::chooseTrace(const QString& title, const QString& suffix) {
    const QFileInfo of(tracePath());
    const QString name = of.completeBaseName() + suffix + QStringLiteral(".clew");
    return QFileDialog::getSaveFileName(this, title, of.dir().filePath(name),
                                        tr("Traces (*.clew);;All files (*)"));
}

void MainWindow::chooseSaved() {
    if (!isMade()) return;
    const QString path = chooseTrace(tr("Save all events"), QStringLiteral("-full"));
    if (!path.isEmpty()) saveMade(path);
}

void MainWindow::saveMade(const QString& path) {
    if (!isMade()) return;
    // What it was made of is the smaller of the two, and all that was recorded.
    if (QFileInfo(path) == QFileInfo(madeOf_)) {
        say(Severity::kError, tr("Nothing was saved"),
            tr("Found %1, the recording itself, as the file to write; choose another name")
                .arg(path));
        return;
    }
    session_->saveCopy(path);
}

void MainWindow::chooseRecovered() {
    if (!summary_) return;
    const QString path = chooseTrace(tr("Save what can be read"), QStringLiteral("-recovered"));
    if (!path.isEmpty()) saveRecovered(path);
}

void MainWindow::saveRecovered(const QString& path) {
    session_->saveRecovered(path);
}

void MainWindow::showSaved(const CopyReport& report) {
    if (report.error.empty()) return openAgain(textOf(report.file));
    say(Severity::kError,
        tr("%1 could not be saved").arg(QFileInfo(textOf(report.file)).fileName()),
        textOf(report.error));
}

}  // namespace ariadne::studio
