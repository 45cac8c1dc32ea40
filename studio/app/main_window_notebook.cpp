// The notebook of MainWindow, and what is said when notes cannot be kept beside their trace.
#include "studio/app/main_window.h"
#include "studio/app/status_line.h"
#include "studio/models/event_mark.h"
#include "studio/models/left_out_words.h"
#include "studio/models/notebook_page.h"
#include "studio/models/text.h"
#include "studio/views/notebook_pane.h"
#include "studio/views/query_pane.h"
#include "studio/views/status_card.h"
#include "studio/views/timeline_view.h"

#include <QDockWidget>
#include <QEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QPlainTextEdit>
#include <QRegularExpression>

#include <utility>

namespace ariadne::studio {
namespace {

/// Of a title that nobody has typed.
constexpr int kTitleLength = 80;

/// The first "*.x" of "What it is (*.x *.y)" without its star; empty: any file.
QString suffixOf(const QString& filter) {
    static const QRegularExpression kFirst(QStringLiteral("\\*(\\.\\w+)"));
    return kFirst.match(filter).captured(1);
}

}  // namespace

void MainWindow::connectNotebook() {
    connect(notebook_, &NotebookPane::positionRequested, this,
            [this](quint64 position) { goTo({position}); });
    connect(notebook_, &NotebookPane::addRequested, this, &MainWindow::addFinding);
    connect(notebook_, &NotebookPane::changeRequested, this,
            [this](const Finding& finding) { session_->changeFinding(finding); });
    connect(notebook_, &NotebookPane::removeRequested, this,
            [this](qint64 id) { session_->removeFinding(id); });
    connect(notebook_, &NotebookPane::moveRequested, this, [this](qint64 id, quint64 to) {
        session_->moveFinding(id, static_cast<std::size_t>(to));
    });
    connect(notebook_, &NotebookPane::exportRequested, this, &MainWindow::exportNotebook);
    connect(notebook_, &NotebookPane::questionRequested, this, [this](const QString& sql) {
        showQueryPane();
        query_->ask(sql);
    });
    connect(notebook_, &NotebookPane::questionWanted, this, [this] {
        const auto& answer = query_->rows().answer();
        if (!answer) return status_->setProgress(tr("Nothing was asked in the Query pane yet"));
        notebook_->queryEdit().setPlainText(textOf(answer->sql));
    });
    connect(session_.get(), &Session::notebookChanged, this,
            [this](std::shared_ptr<const Notebook> notebook) {
                const Notes notes{tr("notebook"),          notebook->problem,
                                  notebook->refused,       notebook->waiting,
                                  notebook->waitingBefore, notebook->problemBefore};
                if (isMade()) {
                    auto passing = std::make_shared<Notebook>(*notebook);
                    passing->problem = madeProblem();
                    notebook = std::move(passing);
                } else {
                    sayNotes(notes, notebookSaid_);
                }
                notebook_->setNotebook(std::move(notebook));
                Q_EMIT answered();
            });
    connectClosing();
}

void MainWindow::showNotebookPane() {
    notebookDock_->show();
    notebookDock_->raise();
}

void MainWindow::addFinding(bool withPicture) {
    if (!summary_ || !notebook_->rows().notebook()) return;
    notebook_->commit();
    Finding finding;
    finding.position = position_;
    QString title;
    if (moment_ && moment_->position == position_ && moment_->event)
        title = QStringLiteral("%1 %2")
                    .arg(labelOf(*moment_->event), textOf(moment_->event->text))
                    .simplified()
                    .left(kTitleLength);
    finding.title = title.toStdString();
    showNotebookPane();
    notebook_->editNewest();
    did(TourAct::kNoted);
    if (!withPicture) return session_->addFinding(finding);
    const QString path = textOf(summary_->path);
    pictures_.encode(timeline_->grab().toImage(), Finding::kPictureBytesMax,
                     [this, finding, path](const PictureWork::Bytes& png) mutable {
                         // Of another trace it would say nothing.
                         if (!summary_ || textOf(summary_->path) != path) return;
                         finding.picture = png;
                         session_->addFinding(finding);
                         if (!png) status_->setProgress(tr("There is no picture: it is too large"));
                     });
}

void MainWindow::exportNotebook() {
    notebook_->commit();
    if (!notebook_->rows().notebook()) return;
    QFileDialog dialog(this, tr("Export the notebook"), QFileInfo(tracePath()).absolutePath());
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setNameFilters(
        {tr("Markdown (*.md)"), tr("One page of HTML (*.html *.htm)"), tr("All files (*)")});
    dialog.selectFile(QFileInfo(tracePath()).fileName() + QStringLiteral(".findings.md"));
    dialog.setDefaultSuffix(QStringLiteral("md"));
    // The name says what it becomes, so it follows what is chosen.
    connect(&dialog, &QFileDialog::filterSelected, &dialog, [&dialog](const QString& filter) {
        const QString suffix = suffixOf(filter);
        const QStringList chosen = dialog.selectedFiles();
        if (suffix.isEmpty() || chosen.isEmpty()) return;
        dialog.setDefaultSuffix(suffix.mid(1));
        dialog.selectFile(QFileInfo(chosen.front()).completeBaseName() + suffix);
    });
    if (dialog.exec() == QDialog::Accepted && !dialog.selectedFiles().isEmpty())
        saveNotebook(dialog.selectedFiles().front());
}

void MainWindow::saveNotebook(const QString& path) {
    const auto& notebook = notebook_->rows().notebook();
    if (!notebook) return;
    session_->savePage(pageOf(*notebook, QFileInfo(tracePath()).absoluteFilePath(), path));
}

/// Each trouble once, and when somebody has tried again.
void MainWindow::sayNotes(const Notes& notes, NotesSaid& said) {
    const QString what = notes.what;
    if (!notes.refused.empty()) {
        closing_ = false;  // it is to be read
        say(Severity::kWarning, tr("A change of the %1 was not made as asked").arg(what),
            textOf(notes.refused));
    }
    const bool isBefore = notes.problem.empty() && notes.waitingBefore != 0;
    const QString problem = textOf(isBefore ? notes.problemBefore : notes.problem);
    const bool wasTried = std::exchange(said.tried, false);
    if (problem == said.problem && !(wasTried && !problem.isEmpty())) return;
    const bool mended = problem.isEmpty() && !said.problem.isEmpty();
    said.problem = problem;
    if (mended) {
        status_->setProgress(tr("The %1 is in its file again").arg(what));
        if (notesCard_) showCondition();
        return;
    }
    if (problem.isEmpty()) return;
    const QString title =
        isBefore ? tr("Of a trace that was open before, changes of the %1 are not in its file: %2")
                       .arg(what, groupedText(notes.waitingBefore))
        : notes.waiting == 0 ? tr("The %1 cannot be read").arg(what)
        : notes.waiting == 1
            ? tr("One change of the %1 is not in its file").arg(what)
            : tr("%1 changes of the %2 are not in its file").arg(groupedText(notes.waiting), what);
    say(Severity::kWarning,
        {title, problem, notes.waiting == 0 && !isBefore ? tr("Read again") : tr("Save again"),
         tr("What is not in its file is kept until the window is closed")},
        [this] {
            bookmarksSaid_.tried = notebookSaid_.tried = true;
            session_->saveNotes();
        });
    notesCard_ = true;
}

std::string MainWindow::madeProblem() const {
    return tr("the trace is one that was made by running the program again; save it first to keep "
              "them")
        .toStdString();
}

void MainWindow::changeEvent(QEvent* event) {
    // Another window may have written beside the same trace.
    if (event->type() == QEvent::ActivationChange && isActiveWindow() && summary_)
        session_->lookAtNotes();
    QMainWindow::changeEvent(event);
}

}  // namespace ariadne::studio
