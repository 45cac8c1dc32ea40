#include "studio/views/cause_pane.h"

#include "studio/views/cell_delegate.h"
#include "studio/views/effect_tree.h"
#include "studio/views/elided_label.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr int kRowHeight = 22;
constexpr int kColumnWidthMax = 360;

}  // namespace

CausePane::CausePane(QWidget* parent) : QWidget(parent) {
    makeSwitch();
    summary_ = new ElidedLabel;
    summary_->setRole(QPalette::PlaceholderText);
    rows_ = new CauseRows(this);
    table_ = new QTableView;
    table_->setModel(rows_);
    setUpTable(*table_, kRowHeight);
    table_->setAccessibleName(tr("Causes of the event"));
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    tree_ = new EffectTree;
    views_ = new QStackedWidget;
    views_->addWidget(table_);
    views_->addWidget(tree_);
    auto* line = new QHBoxLayout;
    line->setContentsMargins(8, 4, 8, 4);
    line->setSpacing(6);
    line->addWidget(why_);
    line->addWidget(came_);
    line->addWidget(summary_, 1);
    line->addWidget(here_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(line);
    column->addWidget(views_, 1);
    connect(table_, &QTableView::clicked, this, &CausePane::go);
    connect(table_, &QTableView::activated, this, &CausePane::go);
    connect(tree_, &EffectTree::positionRequested, this, &CausePane::positionRequested);
    connect(&tree_->model(), &EffectTreeModel::effectsWanted, this, &CausePane::effectsWanted);
}

void CausePane::makeSwitch() {
    const auto button = [](const QString& text, const QString& tip) {
        auto* made = new QToolButton;
        made->setText(text);
        made->setToolTip(tip);
        return made;
    };
    why_ = button(tr("Why"), tr("What led to the event"));
    came_ = button(tr("What came of it"), tr("What the event led to"));
    here_ = button(tr("From here"), tr("Begin the tree at the present event"));
    auto* modes = new QButtonGroup(this);
    for (QToolButton* mode : {why_, came_}) {
        mode->setCheckable(true);
        mode->setAutoRaise(true);  // only the one that is seen has a frame
        modes->addButton(mode);
    }
    why_->setChecked(true);
    here_->hide();
    connect(why_, &QToolButton::clicked, this, [this] { setMode(Mode::kWhy); });
    connect(came_, &QToolButton::clicked, this, [this] { setMode(Mode::kEffects); });
    connect(here_, &QToolButton::clicked, this, &CausePane::beginHere);
}

void CausePane::setActors(std::shared_ptr<const std::vector<ActorEntry>> actors) {
    const std::size_t known = std::exchange(actorCount_, actors ? actors->size() : 0);
    chainIsOld_ = chainIsOld_ || (actorCount_ > known && rows_->namesUnborn());
    tree_->model().setActors(actors);
    rows_->setActors(std::move(actors));
    if (chainIsOld_ && mode_ == Mode::kWhy) askOrMark();
}

void CausePane::setMode(Mode mode) {
    if (mode_ == mode) return;
    mode_ = mode;
    const bool effects = mode == Mode::kEffects;
    (effects ? came_ : why_)->setChecked(true);
    here_->setVisible(effects);
    views_->setCurrentWidget(effects ? static_cast<QWidget*>(tree_) : table_);
    if (!effects) leaveTree();
    askOrMark();
    showWords();
}

void CausePane::setChain(std::shared_ptr<const CauseChain> chain) {
    asked_ = {};
    chainIsOld_ = false;
    rows_->setChain(std::move(chain));
    sizeColumns(*table_, kColumnWidthMax);
    askOrMark();
    showWords();
}

void CausePane::setEffects(const std::shared_ptr<const EffectList>& effects) {
    tree_->setEffects(effects);
    // Whoever is on the way through the tree is not called back.
    if (!tree_->currentIndex().isValid()) tree_->mark(position_);
    showWords();
}

void CausePane::setPosition(Position position) {
    position_ = position;
    askOrMark();
    showWords();
}

void CausePane::beginHere() {
    if (position_.value == 0 || tree_->model().root() == position_) return;
    Q_EMIT effectsForgotten();
    tree_->model().expectRoot(position_);
    Q_EMIT effectsWanted(position_.value);
    showWords();
}

void CausePane::forget() {
    asked_ = {};
    chainIsOld_ = false;
    position_ = {};
    rows_->setChain(nullptr);
    if (tree_->model().root().value != 0) Q_EMIT effectsForgotten();
    tree_->model().clear();
    showWords();
}

bool CausePane::isAsking() const {
    return asked_.value != 0 || tree_->model().isAsking();
}

/// A pane that nobody sees asks nothing.
void CausePane::askOrMark() {
    if (!isVisible()) return;
    mode_ == Mode::kWhy ? askOrMarkChain() : askOrMarkTree();
}

void CausePane::askOrMarkChain() {
    const auto& chain = rows_->chain();
    if (chain && chain->holds(position_)) {
        const int row = rows_->rowOf(position_);
        table_->selectRow(row);
        table_->scrollTo(rows_->index(row, 0));
        if (chainIsOld_) askChain(chain->of);
        return;
    }
    if (position_.value != 0) askChain(position_);
}

void CausePane::askChain(Position of) {
    if (asked_ == of) return;
    asked_ = of;
    Q_EMIT causesWanted(of.value);
}

void CausePane::askOrMarkTree() {
    const bool isLeft = tree_->model().root() != position_ && !tree_->mark(position_);
    if (isLeft) beginHere();
}

/// What is still looked for is not waited for when nobody sees it.
void CausePane::leaveTree() {
    if (!tree_->model().isAsking()) return;
    Q_EMIT effectsForgotten();
    tree_->model().clear();
}

void CausePane::showWords() {
    here_->setEnabled(position_.value != 0 && tree_->model().root() != position_);
    summary_->setText(mode_ == Mode::kWhy ? rows_->summary() : tree_->model().summary());
}

void CausePane::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    askOrMark();
    showWords();
}

void CausePane::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    leaveTree();
}

void CausePane::go(const QModelIndex& index) {
    if (const auto position = rows_->positionAt(index.row()))
        Q_EMIT positionRequested(position->value);
}

QString CausePane::summary() const {
    return summary_->text();
}

}  // namespace ariadne::studio
