#include "studio/views/effect_tree.h"

#include "studio/models/theme.h"
#include "studio/views/cell_delegate.h"
#include "studio/views/fonts.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>

namespace ariadne::studio {
namespace {

constexpr int kMarkSize = 10;
constexpr int kRowHeight = 22;
constexpr int kKindWidth = 250;
constexpr int kColumnWidthMax = 360;
constexpr int kOpenedByItself = 5;  ///< steps below the first event

/// The sign of an event in front of what it is; the row without an event is written across.
class EffectDelegate final : public QStyledItemDelegate {
public:
    EffectDelegate(const EffectTreeModel& model, QObject* parent)
        : QStyledItemDelegate(parent), model_(model) {}

    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        const Theme& theme = Theme::of(option->palette);
        const auto mark = model_.markOf(index);
        const bool isKind = index.column() == EffectTreeModel::kKind;
        const bool isBad = mark && (mark->tone == Tone::kFailure || mark->tone == Tone::kWarning);
        const QColor color = !mark                                      ? theme.dim
                             : isKind && isBad                          ? theme.colorOf(mark->tone)
                             : index.column() == EffectTreeModel::kTime ? theme.dim
                             : index.column() == EffectTreeModel::kChange ? theme.changed
                                                                          : theme.text;
        option->palette.setColor(QPalette::Text, color);
        option->palette.setColor(QPalette::HighlightedText, color);
        option->font = isKind || index.column() == EffectTreeModel::kActor ? uiFont() : valueFont();
        option->textElideMode =
            index.column() == EffectTreeModel::kActor ? Qt::ElideLeft : Qt::ElideRight;
        if (!isKind || !mark) return;
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = {kMarkSize, kMarkSize};
        option->icon = {};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        const auto mark = model_.markOf(index);
        if (index.column() != EffectTreeModel::kKind || !mark) return;
        const QRectF box(option.rect.x() + 4, option.rect.center().y() + 0.5 - kMarkSize / 2.0,
                         kMarkSize, kMarkSize);
        paintMark(*painter, box, *mark, Theme::of(option.palette).colorOf(mark->tone));
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        return {QStyledItemDelegate::sizeHint(option, index).width() + 12, kRowHeight};
    }

private:
    const EffectTreeModel& model_;
};

}  // namespace

EffectTree::EffectTree(QWidget* parent) : QTreeView(parent) {
    model_ = new EffectTreeModel(this);
    setModel(model_);
    setItemDelegate(new EffectDelegate(*model_, this));
    setAccessibleName(tr("What came of the event"));
    setUniformRowHeights(true);
    setFrameShape(QFrame::NoFrame);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setExpandsOnDoubleClick(false);
    setAllColumnsShowFocus(true);
    header()->setFont(uiFont());
    header()->setStretchLastSection(true);
    header()->setHighlightSections(false);
    connect(this, &QTreeView::clicked, this, &EffectTree::go);
    connect(this, &QTreeView::activated, this, &EffectTree::go);
    // What is said of more events is as long as it is.
    const auto span = [this](const QModelIndex& above, int, int last) {
        for (int row = 0; row <= last; ++row)
            setFirstColumnSpanned(row, above, !model_->markOf(model_->index(row, 0, above)));
    };
    connect(model_, &QAbstractItemModel::rowsInserted, this, span);
}

void EffectTree::setEffects(const std::shared_ptr<const EffectList>& effects) {
    const bool isOther = !model_->indexOf(effects->of).isValid();
    model_->setEffects(effects);
    const QModelIndex at = model_->indexOf(effects->of);
    if (!at.isValid()) return;
    int steps = 0;
    for (QModelIndex above = at.parent(); above.isValid(); above = above.parent()) ++steps;
    if (steps == 0) expand(at);
    if (isOther) sizeColumns();
    // Of a message there is little else to be seen than who took it.
    const bool isOnly = effects->total == 1 && model_->rowCount(at) == 1;
    if (!isOnly || !isExpanded(at) || steps >= kOpenedByItself) return;
    const QModelIndex only = model_->index(0, 0, at);
    expand(only);
    model_->fetchMore(only);
}

void EffectTree::sizeColumns() {
    header()->resizeSection(EffectTreeModel::kKind, kKindWidth);
    for (int column = EffectTreeModel::kEvent; column < EffectTreeModel::kChange; ++column) {
        resizeColumnToContents(column);
        header()->resizeSection(column, std::min(columnWidth(column) + 14, kColumnWidthMax));
    }
}

bool EffectTree::mark(Position position) {
    const QModelIndex at = model_->indexOf(position);
    if (!at.isValid()) return false;
    if (currentIndex().siblingAtColumn(0) != at) {
        setCurrentIndex(at);
        scrollTo(at);
    }
    return true;
}

void EffectTree::go(const QModelIndex& index) {
    if (const auto position = model_->positionAt(index)) Q_EMIT positionRequested(position->value);
}

/// In the window Left and Right step through events; here they open and close rows.
bool EffectTree::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool opens = key->key() == Qt::Key_Left || key->key() == Qt::Key_Right;
        if (opens && (key->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier) {
            event->accept();
            return true;
        }
    }
    return QTreeView::event(event);
}

}  // namespace ariadne::studio
