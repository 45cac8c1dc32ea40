#include "studio/views/bookmark_pane.h"

#include "studio/models/text.h"
#include "studio/models/theme.h"
#include "studio/views/cell_delegate.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr int kRowHeight = 24;
constexpr int kEventWidth = 110;
constexpr int kNameWidth = 260;

}  // namespace

BookmarkPane::BookmarkPane(QWidget* parent) : QWidget(parent) {
    words_ = new QLabel;
    words_->setTextFormat(Qt::PlainText);
    words_->setWordWrap(true);
    add_ = new QPushButton(tr("Add"));
    add_->setToolTip(tr("Mark the present event  (M)"));
    remove_ = new QPushButton(tr("Remove"));
    remove_->setToolTip(tr("Remove the chosen bookmark  (Del)"));
    compare_ = new QPushButton(tr("Compare"));
    compare_->setToolTip(
        tr("What of the selected actor changed since the chosen bookmark, or between two"));
    export_ = new QPushButton(tr("Export…"));
    export_->setToolTip(tr("Write them as Markdown"));
    rows_ = new BookmarkRows(this);
    table_ = new QTableView;
    table_->setModel(rows_);
    setUpTable(*table_, kRowHeight);
    table_->setAccessibleName(tr("Bookmarks"));
    table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table_->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    table_->setColumnWidth(BookmarkRows::kEvent, kEventWidth);
    table_->setColumnWidth(BookmarkRows::kName, kNameWidth);

    auto* line = new QHBoxLayout;
    line->setContentsMargins(10, 4, 8, 4);
    line->setSpacing(6);
    line->addWidget(words_, 1);
    line->addWidget(add_);
    line->addWidget(remove_);
    line->addWidget(compare_);
    line->addWidget(export_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(line);
    column->addWidget(table_, 1);

    connect(add_, &QPushButton::clicked, this, &BookmarkPane::addRequested);
    connect(remove_, &QPushButton::clicked, this, &BookmarkPane::removeChosen);
    connect(compare_, &QPushButton::clicked, this, &BookmarkPane::compareChosen);
    connect(export_, &QPushButton::clicked, this, &BookmarkPane::exportRequested);
    connect(rows_, &BookmarkRows::changeWanted, this, &BookmarkPane::changeRequested);
    connect(table_, &QTableView::clicked, this, &BookmarkPane::go);
    connect(table_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &BookmarkPane::updateButtons);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &BookmarkPane::updateButtons);
    setBookmarks(nullptr);
}

void BookmarkPane::setBookmarks(std::shared_ptr<const Bookmarks> bookmarks) {
    const int row = table_->currentIndex().row();
    rows_->setBookmarks(std::move(bookmarks));
    if (row >= 0) table_->selectRow(std::min(row, rows_->rowCount() - 1));
    const bool broken = rows_->bookmarks() && !rows_->bookmarks()->problem.empty();
    words_->setText(
        broken ? tr("Kept until the window is closed: %1").arg(textOf(rows_->bookmarks()->problem))
        : rows_->rowCount() == 0
            ? tr("M marks the present event; Shift+M goes to the next mark")
            : tr("Kept beside the trace. F2 or a double click edits a name or a note"));
    QPalette colours = palette();
    const Theme& theme = Theme::of(colours);
    colours.setColor(QPalette::WindowText, broken ? theme.warning : theme.dim);
    words_->setPalette(colours);
    updateButtons();
}

void BookmarkPane::commit() {
    // The editor of a cell hands over what is in it when the cursor leaves it.
    const QWidget* const at = window()->focusWidget();
    if (at != nullptr && at != table_ && table_->isAncestorOf(at)) table_->setFocus();
}

void BookmarkPane::setPosition(Position position) {
    position_ = position;
    updateButtons();
}

void BookmarkPane::updateButtons() {
    add_->setEnabled(rows_->bookmarks() && position_.value != 0 && !rows_->of(position_));
    const std::size_t chosen = chosenRows().size();
    remove_->setEnabled(chosen > 0);
    compare_->setEnabled(chosen == 1 || chosen == 2);
    compare_->setText(chosen == 2 ? tr("Compare the two") : tr("Compare"));
    export_->setEnabled(rows_->rowCount() > 0);
}

void BookmarkPane::editName(Position position) {
    for (int row = 0; row < rows_->rowCount(); ++row) {
        if (rows_->at(row).position != position) continue;
        const QModelIndex name = rows_->index(row, BookmarkRows::kName);
        table_->setCurrentIndex(name);
        table_->edit(name);
        return;
    }
}

void BookmarkPane::go(const QModelIndex& index) {
    if (index.isValid()) Q_EMIT positionRequested(rows_->at(index.row()).position.value);
}

std::vector<int> BookmarkPane::chosenRows() const {
    std::vector<int> out;
    for (const QModelIndex& index : table_->selectionModel()->selectedRows())
        out.push_back(index.row());
    std::sort(out.begin(), out.end());
    return out;
}

void BookmarkPane::removeChosen() {
    std::vector<std::int64_t> ids;
    for (const int row : chosenRows()) ids.push_back(rows_->at(row).id);
    for (const std::int64_t id : ids) Q_EMIT removeRequested(id);
}

void BookmarkPane::compareChosen() {
    const std::vector<int> rows = chosenRows();
    if (rows.size() == 1) Q_EMIT compareRequested(rows_->at(rows[0]), std::nullopt);
    if (rows.size() == 2) Q_EMIT compareRequested(rows_->at(rows[0]), rows_->at(rows[1]));
}

void BookmarkPane::keyPressEvent(QKeyEvent* event) {
    const QModelIndex current = table_->currentIndex();
    if (event->key() == Qt::Key_Delete) return removeChosen();
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && current.isValid())
        return go(current);
    QWidget::keyPressEvent(event);
}

}  // namespace ariadne::studio
