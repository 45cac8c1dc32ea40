#include "studio/views/omnibox.h"

#include "studio/models/theme.h"
#include "studio/views/fonts.h"
#include "studio/views/icons.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>

#include <utility>

namespace ariadne::studio {
namespace {

constexpr int kRowHeight = 24;
constexpr int kPadding = 10;
constexpr int kPopupWidth = 520;
constexpr int kWidth = 400;

/// The title, and dim at the right what is known of it.
class MatchDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {option.rect.width(), kRowHeight};
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const Theme& theme = Theme::of(option.palette);
        const bool current = option.state.testFlag(QStyle::State_Selected);
        const bool enabled = index.flags().testFlag(Qt::ItemIsEnabled);
        painter->save();
        if (current) painter->fillRect(option.rect, theme.selection);
        const QRect box = option.rect.adjusted(kPadding, 0, -kPadding, 0);
        painter->setFont(valueFont());
        const QString detail = index.data(OmniboxModel::kDetailRole).toString();
        const int wide = detail.isEmpty() ? 0 : painter->fontMetrics().horizontalAdvance(detail);
        painter->setPen(theme.dim);
        painter->drawText(box, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, detail);
        painter->setFont(option.font);
        painter->setPen(enabled ? theme.text : theme.dim);
        const int room = box.width() - (wide == 0 ? 0 : wide + 2 * kPadding);
        const QString title = painter->fontMetrics().elidedText(
            index.data(Qt::DisplayRole).toString(), Qt::ElideMiddle, room);
        painter->drawText(box, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, title);
        painter->restore();
    }
};

}  // namespace

Omnibox::Omnibox(QWidget* parent) : QLineEdit(parent) {
    setPlaceholderText(tr("Search   > command   = SQL   @ event or actor   # mark"));
    setAccessibleName(tr("Search and commands"));
    setClearButtonEnabled(true);
    setMinimumWidth(kWidth);
    addAction(iconOf(Glyph::kSearch), LeadingPosition);
    model_ = new OmniboxModel(this);
    completer_ = new QCompleter(model_, this);
    completer_->setWidget(this);
    completer_->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    completer_->setMaxVisibleItems(static_cast<int>(kOmniMatchesMax));
    completer_->popup()->setItemDelegate(new MatchDelegate(completer_));
    connect(this, &QLineEdit::textEdited, this, &Omnibox::offer);
    connect(completer_, qOverload<const QModelIndex&>(&QCompleter::activated), this,
            [this](const QModelIndex& index) { choose(index.row()); });
}

void Omnibox::setContext(std::function<OmniContext()> contextNow) {
    contextNow_ = std::move(contextNow);
}

void Omnibox::begin(const QString& typed) {
    setFocus(Qt::ShortcutFocusReason);
    setText(typed);
    offer();
}

void Omnibox::focusInEvent(QFocusEvent* event) {
    QLineEdit::focusInEvent(event);
    if (event->reason() == Qt::PopupFocusReason) return;
    if (contextNow_) context_ = contextNow_();
    if (event->reason() == Qt::ShortcutFocusReason) selectAll();
}

void Omnibox::offer() {
    if (contextNow_ && context_.commands.empty()) context_ = contextNow_();
    model_->setMatches(omniboxMatches(text(), context_));
    QAbstractItemView* const popup = completer_->popup();
    if (model_->rowCount() == 0) return popup->hide();
    QRect place = rect();
    place.setWidth(std::max(place.width(), kPopupWidth));
    place.moveRight(rect().right());
    completer_->complete(place);
    popup->setCurrentIndex(completer_->completionModel()->index(0, 0));
}

void Omnibox::choose(int row) {
    if (row < 0 || row >= model_->rowCount()) return;
    const OmniMatch match = model_->at(row);
    if (match.kind == OmniMatch::Kind::kNothing) return;
    leave();
    Q_EMIT chosen(match);
}

void Omnibox::leave() {
    completer_->popup()->hide();
    clear();
    clearFocus();
    Q_EMIT left();
}

bool Omnibox::event(QEvent* event) {
    // Esc is for this line while somebody is in it, whatever it means to the window.
    if (event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape)
        event->accept();
    return QLineEdit::event(event);
}

void Omnibox::keyPressEvent(QKeyEvent* event) {
    const bool isReturn = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isReturn) {
        const QModelIndex current = completer_->popup()->currentIndex();
        return choose(completer_->popup()->isVisible() && current.isValid() ? current.row() : 0);
    }
    if (event->key() == Qt::Key_Escape) return leave();
    if (event->key() == Qt::Key_Down && !completer_->popup()->isVisible()) return offer();
    QLineEdit::keyPressEvent(event);
}

}  // namespace ariadne::studio
