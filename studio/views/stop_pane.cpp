#include "studio/views/stop_pane.h"

#include "studio/models/text.h"
#include "studio/models/theme.h"
#include "studio/views/cell_delegate.h"
#include "studio/views/fonts.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr int kRowHeight = 22;
constexpr int kColumnWidthMax = 420;
constexpr int kHitsWidth = 90;
constexpr int kStopsWidth = 440;
constexpr int kHitListWidth = 760;

}  // namespace

StopPane::StopPane(QWidget* parent) : QWidget(parent) {
    edit_ = new QLineEdit;
    edit_->setPlaceholderText(tr("kind = deliver and actor = bank/* and state.balance < 0"));
    edit_->setToolTip(
        tr("Fields: kind, actor, peer, type, reason, text, position, time, round, failure, leak,\n"
           "message.FIELD, state.FIELD, was.FIELD, changed.FIELD.\n"
           "Compare with = != < <= > >= and ~ (contains); join with and, or, not, ( )."));
    edit_->setAccessibleName(tr("Condition of a new breakpoint"));
    edit_->setMaxLength(4000);
    add_ = new QPushButton(tr("Add"));
    add_->setToolTip(tr("Stop where this holds  (Enter)"));
    remove_ = new QPushButton(tr("Remove"));
    remove_->setToolTip(tr("Remove the chosen breakpoint  (Del)"));
    stops_ = new StopRows(this);
    stopTable_ = new QTableView;
    stopTable_->setModel(stops_);
    setUpTable(*stopTable_, kRowHeight);
    stopTable_->setItemDelegate(new QStyledItemDelegate(stopTable_));
    stopTable_->setAccessibleName(tr("Breakpoints"));
    stopTable_->setSelectionMode(QAbstractItemView::SingleSelection);
    stopTable_->setEditTriggers(QAbstractItemView::DoubleClicked |
                                QAbstractItemView::EditKeyPressed);
    stopTable_->horizontalHeader()->setStretchLastSection(false);
    stopTable_->horizontalHeader()->setSectionResizeMode(StopRows::kCondition,
                                                         QHeaderView::Stretch);
    stopTable_->horizontalHeader()->resizeSection(StopRows::kHits, kHitsWidth);

    words_ = new QLabel;
    words_->setTextFormat(Qt::PlainText);
    words_->setWordWrap(true);
    words_->setContentsMargins(10, 6, 8, 4);
    rows_ = new StopHitRows(this);
    table_ = new QTableView;
    table_->setModel(rows_);
    setUpTable(*table_, kRowHeight);
    table_->setAccessibleName(tr("Where the breakpoints stop"));
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);

    auto* line = new QHBoxLayout;
    line->setContentsMargins(8, 4, 8, 4);
    line->setSpacing(6);
    line->addWidget(edit_, 1);
    line->addWidget(add_);
    line->addWidget(remove_);
    auto* right = new QWidget;
    auto* rightColumn = new QVBoxLayout(right);
    rightColumn->setContentsMargins(0, 0, 0, 0);
    rightColumn->setSpacing(0);
    rightColumn->addWidget(words_);
    rightColumn->addWidget(table_, 1);
    auto* split = new QSplitter(Qt::Horizontal);
    split->setChildrenCollapsible(false);
    split->addWidget(stopTable_);
    split->addWidget(right);
    split->setSizes({kStopsWidth, kHitListWidth});
    split->setStretchFactor(1, 1);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addLayout(line);
    all->addWidget(split, 1);

    connect(edit_, &QLineEdit::returnPressed, this, &StopPane::addWritten);
    connect(edit_, &QLineEdit::textChanged, this,
            [this](const QString& text) { add_->setEnabled(!text.trimmed().isEmpty()); });
    connect(add_, &QPushButton::clicked, this, &StopPane::addWritten);
    connect(remove_, &QPushButton::clicked, this, &StopPane::removeChosen);
    connect(stops_, &StopRows::stopsEdited, this, &StopPane::stopsChanged);
    connect(stops_, &StopRows::stopsEdited, this, &StopPane::showWords);
    connect(stopTable_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &StopPane::showWords);
    connect(table_, &QTableView::clicked, this, &StopPane::go);
    connect(table_, &QTableView::activated, this, &StopPane::go);
    add_->setEnabled(false);
    showWords();
}

void StopPane::setStops(const std::vector<Stop>& stops) {
    stops_->setStops(stops);
    sized_ = false;
    setHits(nullptr, last_);
}

void StopPane::setActors(ActorEntries actors) {
    rows_->setActors(std::move(actors));
}

void StopPane::setHits(std::shared_ptr<const StopHits> hits, Position last) {
    last_ = last;
    rows_->setHits(hits);
    stops_->setHits(std::move(hits));
    if (!sized_ && rows_->rowCount() > 0) {
        sizeColumns(*table_, kColumnWidthMax);
        sized_ = true;
    }
    showWords();
    mark();
}

void StopPane::setTroubles(std::vector<condition::StopTrouble> troubles) {
    stops_->setTroubles(std::move(troubles));
    showWords();
}

void StopPane::setPosition(Position position) {
    position_ = position;
    mark();
}

void StopPane::mark() {
    const int row = rows_->rowOf(position_);
    if (row < 0) return table_->clearSelection();
    table_->selectRow(row);
    table_->scrollTo(rows_->index(row, 0));
}

void StopPane::beginWith(const QString& condition) {
    edit_->setText(condition);
    edit_->setFocus();
    edit_->selectAll();
}

/// What is wrong with the chosen one is said before how many there are.
void StopPane::showWords() {
    const int row = stopTable_->currentIndex().row();
    remove_->setEnabled(row >= 0 && row < stops_->rowCount());
    QString problem = remove_->isEnabled() ? stops_->problemAt(row) : QString();
    for (int i = 0; problem.isEmpty() && i < stops_->rowCount(); ++i)
        problem = stops_->problemAt(i);
    const auto enabled = static_cast<std::size_t>(std::count_if(
        stops().begin(), stops().end(), [](const Stop& stop) { return stop.enabled; }));
    words_->setText(problem.isEmpty() ? rows_->summary(enabled, last_) : problem);
    QPalette colours = palette();
    const Theme& theme = Theme::of(colours);
    colours.setColor(QPalette::WindowText, problem.isEmpty() ? theme.dim : theme.warning);
    words_->setPalette(colours);
}

QString StopPane::summary() const {
    return words_->text();
}

void StopPane::add(const QString& condition) {
    const int row = stops_->add(condition);
    if (row >= 0) stopTable_->selectRow(row);
}

void StopPane::addWritten() {
    if (edit_->text().trimmed().isEmpty()) return;
    add(edit_->text());
    edit_->clear();
}

void StopPane::removeChosen() {
    stops_->removeAt(stopTable_->currentIndex().row());
    showWords();
}

void StopPane::go(const QModelIndex& index) {
    if (index.isValid()) Q_EMIT positionRequested(rows_->positionAt(index.row()).value);
}

void StopPane::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Delete && stopTable_->hasFocus()) return removeChosen();
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && table_->hasFocus())
        return go(table_->currentIndex());
    QWidget::keyPressEvent(event);
}

}  // namespace ariadne::studio
