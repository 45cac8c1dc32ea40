#include "studio/views/sql_edit.h"

#include "studio/views/fonts.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QScrollBar>
#include <QStringListModel>
#include <QTextBlock>

namespace ariadne::studio {
namespace {
/// So many letters of a word are typed before it is completed unasked.
constexpr int kLettersBeforeOffer = 2;
constexpr int kRowsOffered = 12;

bool isWordCharacter(QChar c) {
    return c.isLetterOrNumber() || c == QLatin1Char('_');
}
}  // namespace

SqlEdit::SqlEdit(QWidget* parent) : QPlainTextEdit(parent) {
    setFont(valueFont());
    setPlaceholderText(tr("SELECT position, actor, text FROM failure"));
    setAccessibleName(tr("Question in SQL"));
    setTabChangesFocus(true);
    setLineWrapMode(NoWrap);
    setFrameShape(NoFrame);
    words_ = new QStringListModel(this);
    completer_ = new QCompleter(words_, this);
    completer_->setWidget(this);
    completer_->setCaseSensitivity(Qt::CaseInsensitive);
    completer_->setCompletionMode(QCompleter::PopupCompletion);
    completer_->setMaxVisibleItems(kRowsOffered);
    completer_->popup()->setFont(valueFont());
    connect(completer_, qOverload<const QString&>(&QCompleter::activated), this, &SqlEdit::insert);
}

void SqlEdit::setWords(QStringList words) {
    words.sort(Qt::CaseInsensitive);
    words.removeDuplicates();
    words_->setStringList(words);
}

QSize SqlEdit::sizeHint() const {
    return {420, fontMetrics().lineSpacing() * 5};
}

QString SqlEdit::wordBeforeCursor() const {
    const QTextCursor cursor = textCursor();
    const QString line = cursor.block().text().left(cursor.positionInBlock());
    qsizetype begin = line.size();
    while (begin > 0 && isWordCharacter(line[begin - 1])) --begin;
    return line.mid(begin);
}

void SqlEdit::insert(const QString& word) {
    QTextCursor cursor = textCursor();
    cursor.movePosition(QTextCursor::Left, QTextCursor::KeepAnchor,
                        static_cast<int>(wordBeforeCursor().size()));
    cursor.insertText(word);
    setTextCursor(cursor);
}

void SqlEdit::offer(bool atOnce) {
    const QString word = wordBeforeCursor();
    QAbstractItemView* const popup = completer_->popup();
    if (!atOnce && word.size() < kLettersBeforeOffer) return popup->hide();
    completer_->setCompletionPrefix(word);
    const int found = completer_->completionCount();
    const bool isThere = found == 1 && completer_->currentCompletion() == word;
    if (found == 0 || isThere) return popup->hide();
    popup->setCurrentIndex(completer_->completionModel()->index(0, 0));
    QRect place = cursorRect();
    place.setWidth(popup->sizeHintForColumn(0) + popup->verticalScrollBar()->sizeHint().width() +
                   16);
    completer_->complete(place);
}

void SqlEdit::keyPressEvent(QKeyEvent* event) {
    const bool isReturn = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isReturn && event->modifiers().testFlag(Qt::ControlModifier)) {
        completer_->popup()->hide();
        Q_EMIT asked();
        return;
    }
    if (completer_->popup()->isVisible()) {
        // The popup hands its keys here first; with these it does something itself.
        switch (event->key()) {
            case Qt::Key_Return:
            case Qt::Key_Enter:
            case Qt::Key_Tab:
            case Qt::Key_Backtab:
            case Qt::Key_Escape: event->ignore(); return;
            default: break;
        }
    }
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::ControlModifier)
        return offer(true);
    QPlainTextEdit::keyPressEvent(event);
    const bool typed = !event->text().isEmpty() && isWordCharacter(event->text().front());
    if (typed || completer_->popup()->isVisible()) offer(false);
}

}  // namespace ariadne::studio
