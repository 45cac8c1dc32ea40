// The cells of tables of values: room at both sides, dim where there is no value.
#pragma once

#include "studio/models/query_rows.h"

#include <QStyledItemDelegate>

class QTableView;

namespace ariadne::studio {

/// Text on one line, elided at its end. Threading: GUI thread.
class CellDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    /// True: there is no value, and the text says so.
    static constexpr int kAbsentRole = QueryRows::kAbsentRole;
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// What the tables of the panes have in common: rows of `rowHeight`, no grid, whole rows chosen,
/// values in the value font under headers in the other one.
void setUpTable(QTableView& table, int rowHeight);
/// As wide as what stands in them, at most `widthMax` each; the last one takes what is left.
void sizeColumns(QTableView& table, int widthMax);

}  // namespace ariadne::studio
