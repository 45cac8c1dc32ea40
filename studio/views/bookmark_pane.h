// The bookmarks of the open trace: where to go back to, with a name and a note.
#pragma once

#include "studio/models/bookmark_rows.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

class QLabel;
class QPushButton;
class QTableView;

namespace ariadne::studio {

/// Knows no session: says what is wanted, and is told what there is. Threading: GUI thread.
class BookmarkPane final : public QWidget {
    Q_OBJECT

public:
    explicit BookmarkPane(QWidget* parent = nullptr);

    void setBookmarks(std::shared_ptr<const Bookmarks> bookmarks);
    void setPosition(Position position);
    const BookmarkRows& rows() const { return *rows_; }
    /// The cursor into the name of the bookmark at `position`.
    void editName(Position position);
    /// Asks for what is typed in a cell to be kept.
    void commit();

Q_SIGNALS:
    void positionRequested(quint64 position);
    void addRequested();
    void removeRequested(qint64 id);
    /// The state at `from` with that at `to`; none: with that at the position.
    void compareRequested(const ariadne::studio::Bookmark& from,
                          const std::optional<ariadne::studio::Bookmark>& to);
    void changeRequested(const ariadne::studio::Bookmark& bookmark);
    void exportRequested();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void go(const QModelIndex& index);
    void removeChosen();
    void compareChosen();
    std::vector<int> chosenRows() const;  ///< ascending
    void updateButtons();

    QLabel* words_ = nullptr;
    QPushButton* add_ = nullptr;
    QPushButton* remove_ = nullptr;
    QPushButton* compare_ = nullptr;
    QPushButton* export_ = nullptr;
    QTableView* table_ = nullptr;
    BookmarkRows* rows_ = nullptr;
    Position position_;
};

}  // namespace ariadne::studio
