// Before the window closes what people have noted is in its file, or they say that it need not be.
#include "studio/app/main_window.h"
#include "studio/models/text.h"
#include "studio/views/bookmark_pane.h"
#include "studio/views/notebook_pane.h"

#include <QMessageBox>
#include <QPushButton>

namespace ariadne::studio {

void MainWindow::connectClosing() {
    connect(session_.get(), &Session::aboutToOpen, this, &MainWindow::commitNotes);
    connect(session_.get(), &Session::notesStateChanged, this, &MainWindow::closeWhenKept);
}

void MainWindow::commitNotes() {
    bookmarks_->commit();
    notebook_->commit();
}

bool MainWindow::mayClose() {
    if (closesAnyway_) return true;
    commitNotes();
    // What could not be written is tried once more: the disk may have room by now.
    if (!closing_ && session_->notesState().waiting != 0) session_->saveNotes();
    closing_ = session_->notesState().unanswered != 0;
    if (closing_) return false;
    if (!notebook_->isTooLong()) return true;
    askToClose();
    return false;
}

void MainWindow::closeWhenKept() {
    const NotesState state = session_->notesState();
    if (!closing_ || state.unanswered != 0) return;
    closing_ = false;
    if (state.waiting != 0) return askToClose();
    close();
}

void MainWindow::askToClose() {
    const NotesState state = session_->notesState();
    const bool isTooLong = notebook_->isTooLong();
    const std::size_t lost = state.waiting + (isTooLong ? 1 : 0);
    auto* ask = new QMessageBox(this);
    ask->setAttribute(Qt::WA_DeleteOnClose);
    ask->setIcon(QMessageBox::Warning);
    ask->setWindowTitle(tr("Close Ariadne"));
    ask->setTextFormat(Qt::PlainText);
    ask->setText(lost == 1
                     ? tr("One change of your notes is not in its file")
                     : tr("%1 changes of your notes are not in their file").arg(groupedText(lost)));
    const QString why = textOf(state.problem);
    ask->setInformativeText(
        why.isEmpty()
            ? tr("What is typed in the notebook is too long to be kept: make it shorter. "
                 "When the window closes it is gone.")
            : tr("%1.\n\nWhat is not in its file is gone when the window closes.").arg(why));
    QPushButton* const again = ask->addButton(tr("Save again"), QMessageBox::AcceptRole);
    QPushButton* const anyway = ask->addButton(tr("Close anyway"), QMessageBox::DestructiveRole);
    ask->addButton(QMessageBox::Cancel);
    ask->setDefaultButton(again);
    connect(ask, &QDialog::finished, this, [this, ask, again, anyway] {
        closesAnyway_ = ask->clickedButton() == anyway;
        if (closesAnyway_ || ask->clickedButton() == again) close();
    });
    ask->open();
}

}  // namespace ariadne::studio
