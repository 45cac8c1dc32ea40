#include "studio/models/query_rows.h"

#include "studio/models/text.h"
#include "studio/session/row_moments.h"

#include <algorithm>

namespace ariadne::studio {

void QueryRows::setAnswer(std::shared_ptr<const QueryAnswer> answer) {
    beginResetModel();
    answer_ = std::move(answer);
    moments_ = 0;
    for (std::size_t row = 0; answer_ && row < answer_->rows(); ++row)
        moments_ += momentOfRow(*answer_, row) ? 1u : 0u;
    endResetModel();
}

std::optional<Position> QueryRows::momentOf(const QModelIndex& index) const {
    if (!index.isValid() || !answer_) return std::nullopt;
    const auto row = static_cast<std::size_t>(index.row());
    if (const auto own = positionIn(*answer_, row, static_cast<std::size_t>(index.column())))
        return own;
    return momentOfRow(*answer_, row);
}

std::optional<QString> QueryRows::actorOf(const QModelIndex& index) const {
    if (!index.isValid() || !answer_) return std::nullopt;
    const auto row = static_cast<std::size_t>(index.row());
    auto path = actorIn(*answer_, row, static_cast<std::size_t>(index.column()));
    if (!path) path = actorOfRow(*answer_, row);
    return path ? std::optional{textOf(*path)} : std::nullopt;
}

bool QueryRows::meansActor(const QModelIndex& index) const {
    if (!index.isValid() || !answer_) return false;
    const auto row = static_cast<std::size_t>(index.row());
    if (actorIn(*answer_, row, static_cast<std::size_t>(index.column()))) return true;
    return actorOfRow(*answer_, row) &&
           std::none_of(answer_->columns.begin(), answer_->columns.end(), namesPosition);
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
            // In a tag, to be taken as HTML.
            if (const auto actor = actorOf(index))
                return QStringLiteral("<p>%1</p>").arg(tr("Go to %1").arg(*actor).toHtmlEscaped());
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
