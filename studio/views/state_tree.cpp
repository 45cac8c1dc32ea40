#include "studio/views/state_tree.h"

#include "studio/models/theme.h"
#include "studio/views/fonts.h"
#include "studio/views/icons.h"

#include <QHeaderView>
#include <QPainter>
#include <QResizeEvent>
#include <QScrollBar>
#include <QStyledItemDelegate>

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

/// Changed values stand out by colour, weight and sign.
class StateDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        const Theme& theme = Theme::of(option->palette);
        const auto change = index.data(StateTreeModel::kChangeRole).value<StateTreeModel::Change>();
        const bool changed =
            change != StateTreeModel::Change::kNone && change != StateTreeModel::Change::kInside;
        const bool value =
            index.column() == StateTreeModel::kValue || index.column() == StateTreeModel::kBefore;
        option->font = value ? valueFont() : uiFont();
        option->font.setBold(changed && index.column() == StateTreeModel::kValue);
        option->textElideMode = Qt::ElideRight;
        QColor color = value                                     ? theme.text
                       : index.column() == StateTreeModel::kType ? theme.dim
                                                                 : theme.text;
        if (index.column() == StateTreeModel::kBefore)
            color = theme.dim, option->font.setStrikeOut(changed);
        if (changed && index.column() == StateTreeModel::kValue)
            color = change == StateTreeModel::Change::kRemoved ? theme.warning : theme.changed;
        option->palette.setColor(QPalette::Text, color);
        option->palette.setColor(QPalette::HighlightedText, color);
    }
};

Glyph glyphOf(StateTreeModel::Change change) {
    return change == StateTreeModel::Change::kAdded     ? Glyph::kAdded
           : change == StateTreeModel::Change::kRemoved ? Glyph::kRemoved
                                                        : Glyph::kChanged;
}

}  // namespace

StateTree::StateTree(bool comparing, QWidget* parent) : QTreeView(parent), comparing_(comparing) {
    model_ = new StateTreeModel(this);
    setModel(model_);
    setItemDelegate(new StateDelegate(this));
    setUniformRowHeights(true);
    setFrameShape(QFrame::NoFrame);
    setIndentation(16);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    header()->setStretchLastSection(true);
    header()->setMinimumSectionSize(40);
    setColumnHidden(StateTreeModel::kBefore, !comparing);
    connect(this, &QTreeView::expanded, this, [this](const QModelIndex& index) {
        if (restoring_) return;
        opened_.insert(model_->pathOf(index));
        closed_.remove(model_->pathOf(index));
    });
    connect(this, &QTreeView::collapsed, this, [this](const QModelIndex& index) {
        if (restoring_) return;
        closed_.insert(model_->pathOf(index));
        opened_.remove(model_->pathOf(index));
    });
}

void StateTree::forgetExpansion() {
    opened_.clear();
    closed_.clear();
    isForgotten_ = true;
}

void StateTree::setInput(StateTreeInput input) {
    // Most steps are not of the actor that is looked at.
    if (!std::exchange(isForgotten_, false) && model_->shows(input)) return;
    const int scrolled = verticalScrollBar()->value();
    const QString current = model_->pathOf(currentIndex());
    restoring_ = true;
    model_->setInput(std::move(input));
    restore({}, 0);
    restoring_ = false;
    if (const QModelIndex again = model_->indexOfPath(current); again.isValid())
        setCurrentIndex(again);
    verticalScrollBar()->setValue(scrolled);
}

void StateTree::restore(const QModelIndex& parent, int depth) {
    for (int row = 0; row < model_->rowCount(parent); ++row) {
        const QModelIndex index = model_->index(row, 0, parent);
        if (!model_->hasChildren(index)) continue;
        const QString path = model_->pathOf(index);
        const bool inside = model_->changeOf(index) == StateTreeModel::Change::kInside;
        const bool small = depth == 0 && model_->rowCount(index) <= 12;
        if (closed_.contains(path) || !(opened_.contains(path) || inside || small)) continue;
        expand(index);
        restore(index, depth + 1);
    }
}

void StateTree::sizeColumns() {
    const int room = viewport()->width();
    header()->resizeSection(StateTreeModel::kField, room * (comparing_ ? 28 : 34) / 100);
    header()->resizeSection(StateTreeModel::kValue, room * (comparing_ ? 33 : 42) / 100);
    if (comparing_) header()->resizeSection(StateTreeModel::kBefore, room * 22 / 100);
}

void StateTree::resizeEvent(QResizeEvent* event) {
    if (event->oldSize().width() != event->size().width()) sizeColumns();
    QTreeView::resizeEvent(event);
}

void StateTree::drawRow(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const {
    QTreeView::drawRow(painter, option, index);
    const StateTreeModel::Change change = model_->changeOf(index);
    if (change == StateTreeModel::Change::kNone || change == StateTreeModel::Change::kInside)
        return;
    const Theme& theme = Theme::of(palette());
    const QColor color = change == StateTreeModel::Change::kRemoved ? theme.warning : theme.changed;
    const int x = header()->sectionViewportPosition(StateTreeModel::kValue);
    QPen pen(color, 1.6);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(pen);
    const QPointF c(x - 7, option.rect.center().y() + 0.5);
    if (glyphOf(change) == Glyph::kChanged) {
        painter->setBrush(color);
        painter->setPen(Qt::NoPen);
        painter->drawPolygon(QPolygonF{c + QPointF(-4, 0), c + QPointF(0, -4), c + QPointF(4, 0),
                                       c + QPointF(0, 4)});
    } else {
        painter->drawLine(c + QPointF(-4, 0), c + QPointF(4, 0));
        if (glyphOf(change) == Glyph::kAdded)
            painter->drawLine(c + QPointF(0, -4), c + QPointF(0, 4));
    }
    painter->restore();
}

}  // namespace ariadne::studio
