// What people mark in a trace: bookmarks beside it, links to moments.
#include "studio/app/main_window.h"
#include "studio/app/status_line.h"
#include "studio/models/event_mark.h"
#include "studio/models/text.h"
#include "studio/views/bookmark_pane.h"
#include "studio/views/minimap.h"
#include "studio/views/status_card.h"

#include <QClipboard>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>

namespace ariadne::studio {
namespace {

/// Of a name that nobody has typed.
constexpr int kNameLength = 60;

}  // namespace

void MainWindow::connectBookmarks() {
    connect(bookmarks_, &BookmarkPane::positionRequested, this,
            [this](quint64 position) { goTo({position}); });
    connect(bookmarks_, &BookmarkPane::addRequested, this, &MainWindow::toggleBookmark);
    connect(bookmarks_, &BookmarkPane::removeRequested, this,
            [this](qint64 id) { session_->removeBookmark(id); });
    connect(bookmarks_, &BookmarkPane::changeRequested, this,
            [this](const Bookmark& bookmark) { session_->changeBookmark(bookmark); });
    connect(bookmarks_, &BookmarkPane::exportRequested, this, &MainWindow::exportBookmarks);
    connect(session_.get(), &Session::textSaved, this, [this](const CopyReport& report) {
        const QString name = QFileInfo(textOf(report.file)).fileName();
        if (report.error.empty()) return status_->setProgress(tr("Written: %1").arg(name));
        say(Severity::kError, tr("%1 could not be written").arg(name), textOf(report.error));
    });
    connect(session_.get(), &Session::bookmarksChanged, this,
            [this](std::shared_ptr<const Bookmarks> bookmarks) {
                if (isMade()) {
                    auto passing = std::make_shared<Bookmarks>(*bookmarks);
                    passing->problem = madeProblem();
                    bookmarks = std::move(passing);
                } else {
                    sayNotes(
                        {tr("bookmarks"), bookmarks->problem, bookmarks->refused,
                         bookmarks->waiting, bookmarks->waitingBefore, bookmarks->problemBefore},
                        bookmarksSaid_);
                }
                minimap_->setBookmarks(bookmarks);
                bookmarks_->setBookmarks(std::move(bookmarks));
                Q_EMIT answered();
            });
}

void MainWindow::toggleBookmark() {
    if (!summary_ || position_.value == 0 || !bookmarks_->rows().bookmarks()) return;
    if (const auto there = bookmarks_->rows().of(position_))
        return session_->removeBookmark(there->id);
    QString name = tr("Event %1").arg(groupedText(position_.value));
    if (moment_ && moment_->position == position_ && moment_->event)
        name = QStringLiteral("%1 %2")
                   .arg(labelOf(*moment_->event), textOf(moment_->event->text))
                   .simplified();
    session_->addBookmark(position_, name.left(kNameLength));
}

void MainWindow::goToBookmark(bool forward) {
    if (const auto next = bookmarks_->rows().nextOf(position_, forward)) return goTo(*next);
    status_->setProgress(tr("There are no bookmarks: M marks the present event"));
}

void MainWindow::exportBookmarks() {
    const auto bookmarks = bookmarks_->rows().bookmarks();
    if (!bookmarks) return;
    const QString path = QFileDialog::getSaveFileName(this, tr("Export bookmarks"),
                                                      tracePath() + QStringLiteral(".md"),
                                                      tr("Markdown (*.md);;All files (*)"));
    if (path.isEmpty()) return;
    session_->saveText(path, markdownOf(*bookmarks, QFileInfo(tracePath()).absoluteFilePath()));
}

void MainWindow::copyMoment() {
    if (!summary_) return;
    const QString link = momentLink(QFileInfo(tracePath()).absoluteFilePath(), position_);
    QGuiApplication::clipboard()->setText(link);
    status_->setProgress(tr("Copied: ariadne studio %1").arg(link));
}

void MainWindow::showBookmarksPane() {
    bookmarksDock_->show();
    bookmarksDock_->raise();
}

}  // namespace ariadne::studio
