// The notebook of the open trace: what was found out, in order, each with its moment and a note.
#pragma once

#include "studio/models/notebook_rows.h"
#include "studio/models/picture_work.h"

#include <QWidget>

#include <memory>
#include <optional>

class QLabel;
class QLineEdit;
class QListView;
class QPlainTextEdit;
class QPushButton;
class QTimer;

namespace ariadne::studio {

class ElidedLabel;

/// Knows no session: says what is wanted, and is told what there is. What is typed is asked to be
/// kept when somebody pauses or leaves the field. Threading: GUI thread.
class NotebookPane final : public QWidget {
    Q_OBJECT

public:
    explicit NotebookPane(QWidget* parent = nullptr);

    /// Null: there is no trace. What is being typed stays.
    void setNotebook(std::shared_ptr<const Notebook> notebook);
    void setPosition(Position position);
    const NotebookRows& rows() const { return *rows_; }
    /// The finding that is shown; none: there are none.
    std::optional<Finding> current() const;
    /// Shows it, as soon as it is there, with the cursor in its title.
    void editNewest() { editNewest_ = true; }
    /// Asks for what was typed to be kept. False: there is nothing new, or it is too long.
    bool commit();
    /// Something was typed that is too long to be kept; it stays in its field.
    bool isTooLong() const { return !tooLongText().isEmpty(); }
    void moveCurrent(bool up);
    void removeCurrent();

    QLineEdit& titleEdit() { return *title_; }
    QPlainTextEdit& noteEdit() { return *note_; }
    QPlainTextEdit& queryEdit() { return *query_; }
    QListView& list() { return *list_; }
    bool showsPicture() const;

Q_SIGNALS:
    void positionRequested(quint64 position);
    /// Of the present moment; with a picture of the timeline.
    void addRequested(bool withPicture);
    void changeRequested(const ariadne::studio::Finding& finding);
    void removeRequested(qint64 id);
    void moveRequested(qint64 id, quint64 to);
    void exportRequested();
    void questionRequested(const QString& sql);
    /// The question that was answered last belongs to this finding.
    void questionWanted();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeList();
    QWidget* makeEditor();
    void showFinding(const Finding& finding);
    void showNothing();
    void showPicture(const Finding& finding);
    void showRow(int row);
    void typed();
    void updateButtons();
    void updateWords();
    /// What is longer than can be kept, and what to do; empty: nothing that was typed is.
    QString tooLongText() const;

    PictureWork pictures_;
    NotebookRows* rows_ = nullptr;
    QLabel* words_ = nullptr;
    QPushButton* add_ = nullptr;
    QPushButton* addPicture_ = nullptr;
    QPushButton* up_ = nullptr;
    QPushButton* down_ = nullptr;
    QPushButton* remove_ = nullptr;
    QPushButton* export_ = nullptr;
    QListView* list_ = nullptr;
    QWidget* editor_ = nullptr;
    ElidedLabel* moment_ = nullptr;
    QLineEdit* title_ = nullptr;
    QPlainTextEdit* note_ = nullptr;
    QPlainTextEdit* query_ = nullptr;
    QPushButton* ask_ = nullptr;
    QPushButton* take_ = nullptr;
    QLabel* picture_ = nullptr;
    QTimer* pause_ = nullptr;  ///< of whoever types
    std::optional<Finding> shown_;
    std::shared_ptr<const std::string> pictureOf_;  ///< which the label shows, or will
    Position position_;
    QString tooLongSaid_;
    bool typed_ = false;  ///< something that was not asked to be kept yet
    bool editNewest_ = false;
    bool filling_ = false;
};

}  // namespace ariadne::studio
