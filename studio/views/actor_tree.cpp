#include "studio/views/actor_tree.h"

#include "studio/models/text.h"
#include "studio/models/theme.h"
#include "studio/views/fonts.h"
#include "studio/views/icons.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QTreeView>
#include <QVBoxLayout>

namespace ariadne::studio {
namespace {

constexpr std::uint32_t kExpandedMax = 2000;
constexpr int kSeenMs = 30;  ///< rows that merely pass by are not asked about

/// A full dot for an actor that lives, a ring for one that ended, a faint dot for one to be born.
class ActorDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        const Theme& theme = Theme::of(option->palette);
        const bool alive = index.data(ActorTreeModel::kAliveRole).toBool();
        if (!alive) option->palette.setColor(QPalette::Text, theme.dim);
        if (index.column() == ActorTreeModel::kWaiting) {
            option->font = valueFont();
            option->palette.setColor(QPalette::Text, theme.accent);
        }
        if (index.column() != ActorTreeModel::kActor) return;
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = {10, 10};
        option->icon = {};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        if (index.column() != ActorTreeModel::kActor) return;
        const Theme& theme = Theme::of(option.palette);
        const bool alive = index.data(ActorTreeModel::kAliveRole).toBool();
        const bool born = index.data(ActorTreeModel::kBornRole).toBool();
        const QRectF dot(option.rect.x() + 6, option.rect.center().y() - 2.5, 7, 7);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(
            alive ? QPen(Qt::NoPen)
                  : QPen(theme.dim, born ? 1.3 : 0.7, born ? Qt::SolidLine : Qt::DotLine));
        painter->setBrush(alive ? QBrush(theme.born) : QBrush(Qt::NoBrush));
        // A region is a frame around others, not somebody who acts.
        if (index.data(ActorTreeModel::kRegionRole).toBool())
            painter->drawRoundedRect(dot, 1.5, 1.5);
        else
            painter->drawEllipse(dot);
        painter->restore();
    }
};

}  // namespace

ActorTree::ActorTree(QWidget* parent) : QWidget(parent) {
    model_ = new ActorTreeModel(this);
    filter_ = new QLineEdit;
    filter_->setPlaceholderText(tr("Filter by name"));
    filter_->setAccessibleName(tr("Filter actors and obligations"));
    filter_->setClearButtonEnabled(true);
    filter_->addAction(iconOf(Glyph::kSearch), QLineEdit::LeadingPosition);
    count_ = new QLabel;
    count_->setTextFormat(Qt::PlainText);
    count_->setFont(valueFont());
    count_->setForegroundRole(QPalette::PlaceholderText);
    nobody_ = new QLabel;
    nobody_->setTextFormat(Qt::PlainText);
    nobody_->setWordWrap(true);
    nobody_->setForegroundRole(QPalette::PlaceholderText);
    nobody_->setContentsMargins(8, 4, 8, 4);
    nobody_->hide();
    tree_ = new QTreeView;
    tree_->setAccessibleName(tr("Actors"));
    tree_->setModel(model_);
    tree_->setItemDelegate(new ActorDelegate(tree_));
    tree_->setUniformRowHeights(true);
    tree_->setFrameShape(QFrame::NoFrame);
    tree_->setExpandsOnDoubleClick(false);
    tree_->setSelectionMode(QAbstractItemView::SingleSelection);
    tree_->header()->setStretchLastSection(false);
    tree_->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    tree_->header()->setSectionResizeMode(1, QHeaderView::Fixed);
    tree_->header()->resizeSection(1, 74);
    auto* line = new QHBoxLayout;
    line->setContentsMargins(6, 4, 8, 4);
    line->addWidget(filter_, 1);
    line->addWidget(count_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(line);
    column->addWidget(nobody_);
    column->addWidget(tree_, 1);
    seen_ = new QTimer(this);
    seen_->setSingleShot(true);
    seen_->setInterval(kSeenMs);
    connect(seen_, &QTimer::timeout, this, &ActorTree::askRegions);
    const auto soon = [this] { seen_->start(); };
    connect(tree_->verticalScrollBar(), &QScrollBar::valueChanged, seen_, soon);
    connect(tree_, &QTreeView::expanded, seen_, soon);
    connect(tree_, &QTreeView::collapsed, seen_, soon);
    connect(tree_, &QTreeView::activated, this, [this](const QModelIndex& index) {
        Q_EMIT actorActivated(ActorTreeModel::rankOf(index).value);
    });
    connect(filter_, &QLineEdit::textChanged, this, &ActorTree::askMatches);
    connect(filter_, &QLineEdit::textChanged, this, &ActorTree::filterChanged);
    connect(model_, &QAbstractItemModel::modelReset, this, &ActorTree::showReset);
    connect(model_, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex& under, int first) {
                if (first == 0 && model_->matchCount() <= kExpandedMax) tree_->expand(under);
            });
    connect(tree_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& now) {
                const Rank rank = ActorTreeModel::rankOf(now);
                if (rank == selected_ || rank == kOutside) return;
                selected_ = rank;
                Q_EMIT actorSelected(rank.value);
            });
}

void ActorTree::setActors(ActorTreeModel::Actors actors) {
    model_->setActors(std::move(actors));
    showCount();
    if (!filterText().isEmpty()) askMatches();
}

QString ActorTree::filterText() const {
    return filter_->text().trimmed().toLower();
}

/// Whom it lets through is looked for elsewhere: of 100,000 that takes a while.
void ActorTree::askMatches() {
    if (filterText().isEmpty())
        model_->setMatches(nullptr);
    else
        Q_EMIT matchesWanted(filterText());
}

void ActorTree::setMatches(std::shared_ptr<const ActorMatches> matches) {
    if (textOf(matches->text) != filterText()) return;
    model_->setMatches(std::move(matches));
    showCount();
}

void ActorTree::showCount() {
    count_->setText(groupedText(model_->matchCount()));
    const bool nobody = model_->matchCount() == 0 && !filterText().isEmpty();
    if (nobody) nobody_->setText(tr("No actor is called like %1").arg(filter_->text().trimmed()));
    nobody_->setVisible(nobody);
}

void ActorTree::showReset() {
    showCount();
    // Opening everything is for trees that can be read; a large one opens at its top.
    if (model_->matchCount() <= kExpandedMax)
        tree_->expandAll();
    else
        tree_->expandToDepth(0);
    setSelected(selected_);
    seen_->start();
}

QModelIndexList ActorTree::visibleIndexes() const {
    QModelIndexList out;
    const int bottom = tree_->viewport()->height();
    for (QModelIndex at = tree_->indexAt({1, 1}); at.isValid(); at = tree_->indexBelow(at)) {
        if (tree_->visualRect(at).top() > bottom) break;
        out.push_back(at);
    }
    return out;
}

void ActorTree::setWorld(const recorder::WorldMoment& world) {
    model_->setWorld(world, visibleIndexes());
    askRegions();
}

void ActorTree::setRegions(const RegionsMoment& regions) {
    model_->setRegions(regions, visibleIndexes());
}

void ActorTree::askRegions() {
    const std::vector<Rank> ranks = model_->unknownRegions(visibleIndexes());
    if (!ranks.empty()) Q_EMIT regionsWanted(ranks);
}

void ActorTree::setSelected(Rank rank) {
    selected_ = rank;
    const QModelIndex index = model_->indexOf(rank);
    if (!index.isValid()) {
        tree_->selectionModel()->clear();
        return;
    }
    tree_->setCurrentIndex(index);
    tree_->scrollTo(index);
}

void ActorTree::focusFilter() {
    filter_->setFocus(Qt::ShortcutFocusReason);
}

}  // namespace ariadne::studio
