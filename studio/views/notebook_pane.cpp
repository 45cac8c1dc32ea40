#include "studio/views/notebook_pane.h"

#include "studio/models/text.h"
#include "studio/models/theme.h"
#include "studio/views/elided_label.h"
#include "studio/views/fonts.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr int kRowHeight = 26;
constexpr int kPadding = 8;
constexpr int kPauseMs = 800;
constexpr QSize kPictureMost{460, 240};

/// The title, and where it is at the right end.
class FindingDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
        return {120, kRowHeight};
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const Theme& theme = Theme::of(option.palette);
        painter->save();
        if (option.state.testFlag(QStyle::State_Selected))
            painter->fillRect(option.rect, theme.selection);
        const QRect box = option.rect.adjusted(kPadding, 0, -kPadding, 0);
        painter->setFont(valueFont());
        const QString detail = index.data(NotebookRows::kDetailRole).toString();
        const int wide = painter->fontMetrics().horizontalAdvance(detail);
        painter->setPen(theme.dim);
        painter->drawText(box, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, detail);
        painter->setFont(option.font);
        painter->setPen(theme.text);
        const int room = box.width() - wide - 2 * kPadding;
        painter->drawText(
            box, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
            painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, room));
        painter->restore();
    }
};

QLabel* dimLabel(const QString& text) {
    auto* out = new QLabel(text);
    out->setForegroundRole(QPalette::PlaceholderText);
    return out;
}

}  // namespace

NotebookPane::NotebookPane(QWidget* parent) : QWidget(parent) {
    rows_ = new NotebookRows(this);
    pause_ = new QTimer(this);
    pause_->setSingleShot(true);
    pause_->setInterval(kPauseMs);
    connect(pause_, &QTimer::timeout, this, [this] { commit(); });
    auto* split = new QSplitter(Qt::Horizontal);
    split->setChildrenCollapsible(false);
    split->addWidget(makeList());
    split->addWidget(makeEditor());
    split->setStretchFactor(0, 2);
    split->setStretchFactor(1, 3);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(words_);
    column->addWidget(split, 1);
    setNotebook(nullptr);
}

QWidget* NotebookPane::makeList() {
    words_ = new QLabel;
    words_->setTextFormat(Qt::PlainText);
    words_->setWordWrap(true);
    words_->setContentsMargins(10, 4, 8, 2);
    const auto button = [](const QString& text, const QString& tip) {
        auto* out = new QPushButton(text);
        out->setToolTip(tip);
        return out;
    };
    add_ = button(tr("Add"), tr("Note what was found at the present event  (Ctrl+Shift+N)"));
    addPicture_ = button(tr("Add with picture"), tr("The same, with a picture of the timeline"));
    up_ = button(tr("Up"), tr("Move the finding up  (Alt+Up in the list)"));
    down_ = button(tr("Down"), tr("Move the finding down  (Alt+Down in the list)"));
    remove_ = button(tr("Remove"), tr("Remove the finding  (Del in the list)"));
    export_ =
        button(tr("Export…"),
               tr("Write all of them as Markdown or as one page of HTML, with their pictures"));
    list_ = new QListView;
    list_->setModel(rows_);
    list_->setItemDelegate(new FindingDelegate(list_));
    list_->setFrameShape(QFrame::NoFrame);
    list_->setUniformItemSizes(true);
    list_->setAccessibleName(tr("Findings"));
    list_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    list_->installEventFilter(this);
    auto* first = new QHBoxLayout;
    first->setSpacing(6);
    first->addWidget(add_);
    first->addWidget(addPicture_);
    first->addStretch(1);
    first->addWidget(export_);
    auto* second = new QHBoxLayout;
    second->setSpacing(6);
    second->addWidget(up_);
    second->addWidget(down_);
    second->addStretch(1);
    second->addWidget(remove_);
    auto* out = new QWidget;
    auto* column = new QVBoxLayout(out);
    column->setContentsMargins(8, 2, 4, 6);
    column->setSpacing(6);
    column->addLayout(first);
    column->addWidget(list_, 1);
    column->addLayout(second);

    connect(add_, &QPushButton::clicked, this, [this] { Q_EMIT addRequested(false); });
    connect(addPicture_, &QPushButton::clicked, this, [this] { Q_EMIT addRequested(true); });
    connect(up_, &QPushButton::clicked, this, [this] { moveCurrent(true); });
    connect(down_, &QPushButton::clicked, this, [this] { moveCurrent(false); });
    connect(remove_, &QPushButton::clicked, this, &NotebookPane::removeCurrent);
    connect(export_, &QPushButton::clicked, this, &NotebookPane::exportRequested);
    connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& now) {
                if (!filling_ && now.isValid()) showRow(now.row());
            });
    const auto go = [this](const QModelIndex& index) {
        if (index.isValid() && rows_->at(index.row()).position.value != 0)
            Q_EMIT positionRequested(rows_->at(index.row()).position.value);
    };
    connect(list_, &QListView::clicked, this, go);
    connect(list_, &QListView::activated, this, go);
    return out;
}

QWidget* NotebookPane::makeEditor() {
    moment_ = new ElidedLabel;
    title_ = new QLineEdit;
    title_->setPlaceholderText(tr("What was found"));
    title_->setMaxLength(static_cast<int>(Finding::kTextMax) + 1);  // nothing is cut in silence
    title_->setAccessibleName(tr("Title of the finding"));
    note_ = new QPlainTextEdit;
    note_->setPlaceholderText(tr("What it means, and what to do about it"));
    note_->setAccessibleName(tr("Note of the finding"));
    note_->setTabChangesFocus(true);
    note_->setMinimumHeight(70);
    query_ = new QPlainTextEdit;
    query_->setPlaceholderText(tr("A question in SQL that shows it, if there is one"));
    query_->setAccessibleName(tr("Question of the finding"));
    query_->setFont(valueFont());
    query_->setTabChangesFocus(true);
    query_->setFixedHeight(58);
    ask_ = new QPushButton(tr("Ask"));
    ask_->setToolTip(tr("Ask the question in the Query pane"));
    take_ = new QPushButton(tr("Take it from Query"));
    take_->setToolTip(tr("The question that was answered last belongs to this finding"));
    picture_ = new QLabel;
    picture_->setAccessibleName(tr("Picture of the finding"));
    picture_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    auto* buttons = new QVBoxLayout;
    buttons->setSpacing(4);
    buttons->addWidget(ask_);
    buttons->addWidget(take_);
    buttons->addStretch(1);
    auto* question = new QHBoxLayout;
    question->setSpacing(8);
    question->addWidget(query_, 1);
    question->addLayout(buttons);
    editor_ = new QWidget;
    auto* column = new QVBoxLayout(editor_);
    column->setContentsMargins(6, 2, 10, 8);
    column->setSpacing(5);
    column->addWidget(title_);
    column->addWidget(moment_);
    column->addWidget(note_, 1);
    column->addWidget(dimLabel(tr("Question")));
    column->addLayout(question);
    column->addWidget(picture_);
    auto* area = new QScrollArea;
    area->setWidget(editor_);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);

    connect(moment_, &ElidedLabel::activated, this, &NotebookPane::positionRequested);
    connect(title_, &QLineEdit::textEdited, this, &NotebookPane::typed);
    connect(note_, &QPlainTextEdit::textChanged, this, &NotebookPane::typed);
    connect(query_, &QPlainTextEdit::textChanged, this, &NotebookPane::typed);
    connect(ask_, &QPushButton::clicked, this, [this] {
        const QString sql = query_->toPlainText().trimmed();
        if (!sql.isEmpty()) Q_EMIT questionRequested(sql);
    });
    connect(take_, &QPushButton::clicked, this, &NotebookPane::questionWanted);
    for (QWidget* field : std::initializer_list<QWidget*>{title_, note_, query_})
        field->installEventFilter(this);
    return area;
}

void NotebookPane::setNotebook(std::shared_ptr<const Notebook> notebook) {
    const int rowBefore = list_->currentIndex().row();
    const bool hadFocus = list_->hasFocus();
    const std::int64_t idBefore = shown_ ? shown_->id : 0;
    const int countBefore = rows_->rowCount();
    const bool isOver = !notebook || !notebook->refused.empty();
    filling_ = true;
    rows_->setNotebook(std::move(notebook));
    filling_ = false;
    const int count = rows_->rowCount();
    if (count == 0) {
        showNothing();
    } else {
        int row = rows_->rowOf(idBefore);
        // One that has come into the file has another id there.
        if (row < 0) row = std::clamp(rowBefore, 0, count - 1);
        bool isNew = editNewest_ && count > countBefore;
        if (isNew) {
            commit();
            isNew = !typed_;  // what is too long comes first
            if (isNew) row = count - 1;
        }
        filling_ = true;
        list_->setCurrentIndex(rows_->index(row));
        filling_ = false;
        showRow(row);
        if (isNew) {
            title_->setFocus(Qt::OtherFocusReason);
            title_->selectAll();
        } else if (hadFocus) {
            list_->setFocus();
        }
    }
    // Another trace, or a refusal: the next one that comes is nobody's newest.
    if (isOver || count > countBefore) editNewest_ = false;
    updateWords();
    updateButtons();
}

void NotebookPane::updateWords() {
    const auto& notebook = rows_->notebook();
    const bool broken = notebook && !notebook->problem.empty();
    const QString tooLong = tooLongSaid_ = tooLongText();
    QString text =
        !tooLong.isEmpty() ? tooLong
        : broken ? tr("Kept until the window is closed: %1").arg(textOf(notebook->problem))
        : rows_->rowCount() == 0
            ? tr("Ctrl+Shift+N notes what was found at the present event: a title, a note, and "
                 "where it is")
            : tr("Kept beside the trace, in this order");
    if (notebook && notebook->picturesLeftOut != 0)
        text += tr("; %1 pictures are too large or too many to be shown")
                    .arg(groupedText(notebook->picturesLeftOut));
    words_->setText(text);
    QPalette colours = palette();
    const Theme& theme = Theme::of(colours);
    colours.setColor(QPalette::WindowText,
                     broken || !tooLong.isEmpty() ? theme.warning : theme.dim);
    words_->setPalette(colours);
}

void NotebookPane::showRow(int row) {
    const Finding& finding = rows_->at(row);
    if (typed_ && shown_ && shown_->id != finding.id && rows_->rowOf(shown_->id) >= 0) commit();
    // What is too long to be kept stays in front of whoever typed it.
    if (typed_ && shown_->id != finding.id && rows_->rowOf(shown_->id) >= 0) {
        filling_ = true;
        list_->setCurrentIndex(rows_->index(rows_->rowOf(shown_->id)));
        filling_ = false;
        return;
    }
    // What is being typed is newer than what was kept.
    if (typed_) {
        shown_->picture = finding.picture;
        return;
    }
    showFinding(finding);
    updateButtons();
}

void NotebookPane::showFinding(const Finding& finding) {
    filling_ = true;
    const bool same = shown_ && shown_->id == finding.id;
    shown_ = finding;
    editor_->setEnabled(true);
    const auto put = [](auto* field, const QString& now, const QString& text) {
        if (now != text) field->setPlainText(text);
    };
    if (const QString title = textOf(finding.title); !same || title_->text() != title)
        title_->setText(title);
    put(note_, note_->toPlainText(), textOf(finding.note));
    put(query_, query_->toPlainText(), textOf(finding.query));
    const std::uint64_t at = finding.position.value;
    moment_->setText(at == 0 ? tr("of no moment") : tr("Event %1").arg(groupedText(at)));
    moment_->setTarget(at == 0 ? std::nullopt : std::optional<quint64>(at));
    showPicture(finding);
    filling_ = false;
}

void NotebookPane::showPicture(const Finding& finding) {
    // The list is read anew now and then, and the picture is still the same one.
    if (finding.picture == pictureOf_ ||
        (finding.picture && pictureOf_ && *finding.picture == *pictureOf_))
        return;
    pictureOf_ = finding.picture;
    picture_->clear();
    picture_->setVisible(pictureOf_ != nullptr);
    if (!pictureOf_) return;
    picture_->setText(tr("Reading the picture …"));
    pictures_.decode(pictureOf_, kPictureMost, [this, of = pictureOf_](const QImage& image) {
        if (of != pictureOf_) return;
        if (image.isNull())
            picture_->setText(tr("There is a picture that cannot be shown"));
        else
            picture_->setPixmap(QPixmap::fromImage(image));
    });
}

bool NotebookPane::showsPicture() const {
    return !picture_->isHidden() && !picture_->pixmap(Qt::ReturnByValue).isNull();
}

void NotebookPane::showNothing() {
    filling_ = true;
    shown_.reset();
    typed_ = false;
    pause_->stop();
    title_->clear();
    note_->clear();
    query_->clear();
    moment_->setText({});
    moment_->setTarget(std::nullopt);
    pictureOf_.reset();
    picture_->hide();
    editor_->setEnabled(false);
    filling_ = false;
}

void NotebookPane::typed() {
    if (filling_ || !shown_) return;
    typed_ = true;
    pause_->start();
    updateButtons();
    if (tooLongText() != tooLongSaid_) updateWords();
}

QString NotebookPane::tooLongText() const {
    if (!typed_ || !shown_) return {};
    const auto longer = [](const QString& what, const QString& text) {
        const auto bytes = static_cast<std::size_t>(text.toUtf8().size());
        return bytes <= Finding::kTextMax
                   ? QString()
                   : NotebookPane::tr(
                         "Not kept yet: the %1 has %2 bytes, at most %3 can be kept; "
                         "make it shorter, or go on in another finding")
                         .arg(what, groupedText(bytes), groupedText(Finding::kTextMax));
    };
    for (const auto& [what, text] :
         {std::pair{tr("title"), title_->text()}, std::pair{tr("note"), note_->toPlainText()},
          std::pair{tr("question"), query_->toPlainText()}})
        if (const QString out = longer(what, text); !out.isEmpty()) return out;
    return {};
}

bool NotebookPane::commit() {
    pause_->stop();
    if (const QString tooLong = tooLongText(); !tooLong.isEmpty()) {
        updateWords();
        return false;
    }
    if (!std::exchange(typed_, false) || !shown_) return false;
    Finding changed = *shown_;
    changed.title = title_->text().toStdString();
    changed.note = note_->toPlainText().toStdString();
    changed.query = query_->toPlainText().toStdString();
    if (changed.title == shown_->title && changed.note == shown_->note &&
        changed.query == shown_->query)
        return false;
    shown_ = changed;
    Q_EMIT changeRequested(changed);
    return true;
}

std::optional<Finding> NotebookPane::current() const {
    return shown_;
}

void NotebookPane::setPosition(Position position) {
    position_ = position;
    updateButtons();
}

void NotebookPane::updateButtons() {
    const int row = list_->currentIndex().row(), count = rows_->rowCount();
    const bool open = rows_->notebook() != nullptr;
    add_->setEnabled(open);
    addPicture_->setEnabled(open);
    up_->setEnabled(row > 0);
    down_->setEnabled(row >= 0 && row + 1 < count);
    remove_->setEnabled(row >= 0);
    export_->setEnabled(count > 0);
    ask_->setEnabled(shown_ && !query_->toPlainText().trimmed().isEmpty());
}

void NotebookPane::moveCurrent(bool up) {
    const int row = list_->currentIndex().row();
    const int to = up ? row - 1 : row + 1;
    if (row < 0 || to < 0 || to >= rows_->rowCount()) return;
    commit();
    Q_EMIT moveRequested(rows_->at(row).id, static_cast<quint64>(to));
}

void NotebookPane::removeCurrent() {
    const int row = list_->currentIndex().row();
    if (row < 0) return;
    const std::int64_t id = rows_->at(row).id;
    // Nobody wants what was typed into it to bring it back.
    if (shown_ && shown_->id == id) typed_ = false, pause_->stop(), updateWords();
    Q_EMIT removeRequested(id);
}

bool NotebookPane::eventFilter(QObject* watched, QEvent* event) {
    if (watched != list_) {
        if (event->type() == QEvent::FocusOut) commit();
        return QWidget::eventFilter(watched, event);
    }
    // In the list these keys are about findings, whatever they are in the window.
    const bool isKey =
        event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress;
    if (!isKey) return QWidget::eventFilter(watched, event);
    const auto* const key = static_cast<QKeyEvent*>(event);
    const bool moves = key->modifiers().testFlag(Qt::AltModifier) &&
                       (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down);
    const bool removes = key->key() == Qt::Key_Delete;
    if (!moves && !removes) return QWidget::eventFilter(watched, event);
    event->accept();
    if (event->type() == QEvent::KeyPress && moves) moveCurrent(key->key() == Qt::Key_Up);
    if (event->type() == QEvent::KeyPress && removes) removeCurrent();
    return true;
}

void NotebookPane::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && typed_) {
        commit();
        return;
    }
    QWidget::keyPressEvent(event);
}

}  // namespace ariadne::studio
