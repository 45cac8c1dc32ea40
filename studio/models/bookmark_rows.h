// The bookmarks of a trace as a table that can be written in.
#pragma once

#include "studio/session/results.h"

#include <QAbstractTableModel>
#include <QString>

#include <memory>
#include <optional>

namespace ariadne::studio {

/// Threading: GUI thread.
class BookmarkRows final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { kEvent, kName, kNote, kColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    /// Null: there is no trace.
    void setBookmarks(std::shared_ptr<const Bookmarks> bookmarks);
    const std::shared_ptr<const Bookmarks>& bookmarks() const { return bookmarks_; }
    /// `row` < rowCount().
    const Bookmark& at(int row) const { return bookmarks_->all[static_cast<std::size_t>(row)]; }
    /// The first one at `position`.
    std::optional<Bookmark> of(Position position) const;
    /// The next one behind `position`, from the beginning again when there is none; the one before
    /// it when not `forward`. None: there are none at all.
    std::optional<Position> nextOf(Position position, bool forward) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    /// Asks for the change: what is shown changes when it is made.
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void changeWanted(const ariadne::studio::Bookmark& bookmark);

private:
    std::shared_ptr<const Bookmarks> bookmarks_;
};

/// What `ariadne studio` opens at that moment: "run.clew@4231".
QString momentLink(const QString& file, Position position);

/// The whole command, for a POSIX shell.
QString momentCall(const QString& file, Position position);

/// The same as a line of Markdown.
QString momentLine(const QString& file, Position position);
/// Backquotes, at least so many, that nothing in `code` ends.
QString fenceFor(const QString& code, int least);
/// Nothing in `text` is taken for Markdown, and its lines begin where they do.
QString plainMarkdown(const QString& text);

/// The bookmarks as a page of Markdown about the trace `file`: a heading for each, how to open its
/// moment, and the note.
QString markdownOf(const Bookmarks& bookmarks, const QString& file);

}  // namespace ariadne::studio
