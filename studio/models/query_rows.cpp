#include "studio/models/query_rows.h"

#include "studio/models/text.h"

#include <algorithm>
#include <charconv>

namespace ariadne::studio {

bool namesPosition(const std::string& column) {
    return column == "position" || column == "cause" || column.ends_with("_at");
}

void QueryRows::setAnswer(std::shared_ptr<const QueryAnswer> answer) {
    beginResetModel();
    answer_ = std::move(answer);
    endResetModel();
}

std::optional<Position> QueryRows::positionIn(int row, int column) const {
    if (!namesPosition(answer_->columns[static_cast<std::size_t>(column)])) return std::nullopt;
    const QueryCell& cell = at(row, column);
    if (cell.kind != QueryCell::Kind::kNumber) return std::nullopt;
    std::uint64_t value = 0;
    const char* const end = cell.text.data() + cell.text.size();
    const auto [read, error] = std::from_chars(cell.text.data(), end, value);
    if (error != std::errc{} || read != end || value == 0) return std::nullopt;
    return Position{value};
}

std::optional<Position> QueryRows::momentOf(const QModelIndex& index) const {
    if (!index.isValid() || !answer_) return std::nullopt;
    if (const auto own = positionIn(index.row(), index.column())) return own;
    const auto& names = answer_->columns;
    const auto column = std::find(names.begin(), names.end(), "position");
    if (column != names.end())
        return positionIn(index.row(), static_cast<int>(column - names.begin()));
    for (int other = 0; other < columnCount(); ++other)
        if (const auto some = positionIn(index.row(), other)) return some;
    return std::nullopt;
}

QString QueryRows::asText(int first, int last) const {
    QString out;
    const auto line = [&](auto&& textAt) {
        for (int column = 0; column < columnCount(); ++column) {
            if (column != 0) out += QLatin1Char('\t');
            out += textAt(column);
        }
        out += QLatin1Char('\n');
    };
    if (columnCount() == 0) return out;
    line([&](int column) { return textOf(answer_->columns[static_cast<std::size_t>(column)]); });
    for (int row = std::max(first, 0); row <= std::min(last, rowCount() - 1); ++row)
        line([&](int column) { return textOf(at(row, column).text); });
    return out;
}

int QueryRows::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !answer_ ? 0 : static_cast<int>(answer_->rows());
}

int QueryRows::columnCount(const QModelIndex& parent) const {
    return parent.isValid() || !answer_ ? 0 : static_cast<int>(answer_->columns.size());
}

QVariant QueryRows::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || !answer_) return {};
    const QueryCell& cell = at(index.row(), index.column());
    switch (role) {
        case Qt::DisplayRole:
            return cell.kind == QueryCell::Kind::kNull ? tr("NULL") : textOf(cell.text);
        case Qt::TextAlignmentRole:
            return cell.kind == QueryCell::Kind::kNumber
                       ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                       : QVariant();
        case kAbsentRole: return cell.kind == QueryCell::Kind::kNull;
        case Qt::ToolTipRole:
            if (const auto moment = momentOf(index))
                return tr("Go to event %1").arg(groupedText(moment->value));
            return {};
        default: return {};
    }
}

QVariant QueryRows::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole || !answer_) return {};
    if (orientation == Qt::Vertical) return section + 1;
    return textOf(answer_->columns[static_cast<std::size_t>(section)]);
}

}  // namespace ariadne::studio
