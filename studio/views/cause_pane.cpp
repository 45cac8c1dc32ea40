#include "studio/views/cause_pane.h"

#include "studio/views/cell_delegate.h"

#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr int kRowHeight = 22;
constexpr int kColumnWidthMax = 360;

}  // namespace

CausePane::CausePane(QWidget* parent) : QWidget(parent) {
    summary_ = new QLabel;
    summary_->setTextFormat(Qt::PlainText);
    summary_->setForegroundRole(QPalette::PlaceholderText);
    summary_->setContentsMargins(10, 6, 8, 4);
    rows_ = new CauseRows(this);
    table_ = new QTableView;
    table_->setModel(rows_);
    setUpTable(*table_, kRowHeight);
    table_->setAccessibleName(tr("Causes of the event"));
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(summary_);
    column->addWidget(table_, 1);
    connect(table_, &QTableView::clicked, this, &CausePane::go);
    connect(table_, &QTableView::activated, this, &CausePane::go);
}

void CausePane::setActors(std::shared_ptr<const std::vector<ActorEntry>> actors) {
    rows_->setActors(std::move(actors));
}

void CausePane::setChain(std::shared_ptr<const CauseChain> chain) {
    asked_ = {};
    rows_->setChain(std::move(chain));
    summary_->setText(rows_->summary());
    sizeColumns(*table_, kColumnWidthMax);
    askOrMark();
}

void CausePane::setPosition(Position position) {
    position_ = position;
    askOrMark();
}

void CausePane::forget() {
    asked_ = {};
    position_ = {};
    rows_->setChain(nullptr);
    summary_->clear();
}

/// A pane that nobody sees asks nothing.
void CausePane::askOrMark() {
    if (!isVisible()) return;
    const auto& chain = rows_->chain();
    if (chain && chain->holds(position_)) {
        const int row = rows_->rowOf(position_);
        table_->selectRow(row);
        table_->scrollTo(rows_->index(row, 0));
        return;
    }
    if (position_.value == 0 || asked_ == position_) return;
    asked_ = position_;
    Q_EMIT causesWanted(position_.value);
}

void CausePane::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    askOrMark();
}

void CausePane::go(const QModelIndex& index) {
    if (const auto position = rows_->positionAt(index.row()))
        Q_EMIT positionRequested(position->value);
}

QString CausePane::summary() const {
    return summary_->text();
}

}  // namespace ariadne::studio
