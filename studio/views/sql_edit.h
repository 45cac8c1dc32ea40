// Where a question in SQL is typed: completes the names of tables and columns.
#pragma once

#include <QPlainTextEdit>
#include <QStringList>

class QCompleter;
class QStringListModel;

namespace ariadne::studio {

/// Ctrl+Return asks, Ctrl+Space completes; while a word is typed, completion comes by itself.
/// Threading: GUI thread.
class SqlEdit final : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit SqlEdit(QWidget* parent = nullptr);

    /// What can be completed, without regard to case; the same words once.
    void setWords(QStringList words);
    QCompleter& completer() { return *completer_; }

Q_SIGNALS:
    void asked();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    QSize sizeHint() const override;

private:
    QString wordBeforeCursor() const;
    void offer(bool atOnce);
    void insert(const QString& word);

    QCompleter* completer_ = nullptr;
    QStringListModel* words_ = nullptr;
};

}  // namespace ariadne::studio
