#include "studio/views/obligation_tree.h"

#include "studio/models/theme.h"
#include "studio/views/fonts.h"

#include <QHeaderView>
#include <QPainter>
#include <QResizeEvent>
#include <QStyledItemDelegate>

namespace ariadne::studio {
namespace {

constexpr int kAgeWidth = 74;
constexpr int kMarkSize = 10;

/// The sign of the row in front of its text; what lies behind the moment is dim.
class ObligationDelegate final : public QStyledItemDelegate {
public:
    ObligationDelegate(const ObligationModel& model, QObject* parent)
        : QStyledItemDelegate(parent), model_(model) {}

    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        const Theme& theme = Theme::of(option->palette);
        const bool leaks = index.data(ObligationModel::kLeakRole).toBool();
        const bool later = index.data(ObligationModel::kLaterRole).toBool();
        const bool age = index.column() == ObligationModel::kAge;
        if (age) option->font = valueFont();
        const QColor color = later          ? theme.dim
                             : age && leaks ? theme.failure
                             : age          ? theme.accent
                                            : theme.text;
        option->palette.setColor(QPalette::Text, color);
        option->palette.setColor(QPalette::HighlightedText, color);
        // The end of a path says more than its beginning.
        option->textElideMode =
            index.column() == ObligationModel::kWho ? Qt::ElideLeft : Qt::ElideRight;
        if (index.column() != ObligationModel::kWhat) return;
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = {kMarkSize, kMarkSize};
        option->icon = {};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        if (index.column() != ObligationModel::kWhat) return;
        const Theme& theme = Theme::of(option.palette);
        const bool later = index.data(ObligationModel::kLaterRole).toBool();
        const EventMark mark = model_.markOf(index);
        const QRectF box(option.rect.x() + 4, option.rect.center().y() + 0.5 - kMarkSize / 2.0,
                         kMarkSize, kMarkSize);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        paintMark(*painter, box, mark, later ? theme.dim : theme.colorOf(mark.tone));
        painter->restore();
    }

private:
    const ObligationModel& model_;
};

}  // namespace

ObligationTree::ObligationTree(QWidget* parent) : QTreeView(parent) {
    model_ = new ObligationModel(this);
    setModel(model_);
    setItemDelegate(new ObligationDelegate(*model_, this));
    setAccessibleName(tr("Obligations"));
    setUniformRowHeights(true);
    setFrameShape(QFrame::NoFrame);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setExpandsOnDoubleClick(false);
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(QHeaderView::Fixed);
    connect(this, &QTreeView::clicked, this, &ObligationTree::go);
    connect(this, &QTreeView::activated, this, &ObligationTree::go);
    connect(this, &QTreeView::expanded, this, [this](const QModelIndex& index) {
        if (const auto name = model_->nameOf(index); name && !restoring_) opened_.insert(*name);
    });
    connect(this, &QTreeView::collapsed, this, [this](const QModelIndex& index) {
        if (const auto name = model_->nameOf(index); name && !restoring_) opened_.erase(*name);
    });
    connect(model_, &QAbstractItemModel::modelAboutToBeReset, this, [this] {
        const QModelIndex now = currentIndex();
        current_ = model_->nameOf(now);
        currentStep_ = now.parent().isValid() ? now.row() : -1;
    });
    connect(model_, &QAbstractItemModel::modelReset, this, &ObligationTree::restore);
    // Steps turn from what comes later into what has been.
    connect(model_, &QAbstractItemModel::dataChanged, viewport(), [this] { viewport()->update(); });
}

void ObligationTree::forget() {
    opened_.clear();
    sawLeak_ = false;
}

void ObligationTree::restore() {
    const QModelIndex first = model_->index(0, 0);
    if (!sawLeak_ && first.data(ObligationModel::kLeakRole).toBool()) {
        sawLeak_ = true;
        opened_.insert(*model_->nameOf(first));
    }
    restoring_ = true;
    for (const ObligationName& name : opened_)
        if (const QModelIndex index = model_->indexOf(name); index.isValid()) expand(index);
    restoring_ = false;
    if (!current_) return;
    const QModelIndex top = model_->indexOf(*current_);
    if (!top.isValid()) return;
    setCurrentIndex(currentStep_ < 0 ? top : model_->index(currentStep_, 0, top));
}

void ObligationTree::go(const QModelIndex& index) {
    if (!index.isValid()) return;
    const quint64 position = index.data(ObligationModel::kPositionRole).toULongLong();
    const quint32 rank = index.data(ObligationModel::kRankRole).toUInt();
    if (position != 0) Q_EMIT positionRequested(position);
    if (rank != 0) Q_EMIT actorSelected(rank);
}

void ObligationTree::resizeEvent(QResizeEvent* event) {
    const int room = viewport()->width() - kAgeWidth;
    header()->resizeSection(ObligationModel::kWhat, room * 58 / 100);
    header()->resizeSection(ObligationModel::kWho, room - room * 58 / 100);
    header()->resizeSection(ObligationModel::kAge, kAgeWidth);
    QTreeView::resizeEvent(event);
}

}  // namespace ariadne::studio
