#include "studio/models/stop_rows.h"

#include "studio/models/text.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {

void StopRows::setStops(const std::vector<Stop>& stops) {
    beginResetModel();
    stops_ = stops;
    if (stops_.size() > kStopsMax) stops_.resize(kStopsMax);
    // Answers to the old ones shall not be taken for the new ones'.
    for (Stop& stop : stops_) stop.id = ++lastId_;
    hits_.reset();
    endResetModel();
}

int StopRows::add(const QString& condition) {
    const std::string text = condition.trimmed().toStdString();
    if (text.empty()) return -1;
    const auto same = std::find_if(stops_.begin(), stops_.end(),
                                   [&](const Stop& stop) { return stop.condition == text; });
    if (same != stops_.end()) {
        const int row = static_cast<int>(same - stops_.begin());
        setData(index(row, kCondition), Qt::Checked, Qt::CheckStateRole);
        return row;
    }
    if (stops_.size() >= kStopsMax) return -1;
    const int row = rowCount();
    beginInsertRows({}, row, row);
    stops_.push_back({++lastId_, text, true});
    endInsertRows();
    Q_EMIT stopsEdited();
    return row;
}

void StopRows::removeAt(int row) {
    if (row < 0 || row >= rowCount()) return;
    beginRemoveRows({}, row, row);
    stops_.erase(stops_.begin() + row);
    endRemoveRows();
    Q_EMIT stopsEdited();
}

void StopRows::setHits(std::shared_ptr<const StopHits> hits) {
    hits_ = std::move(hits);
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumnCount - 1));
}

void StopRows::setTroubles(std::vector<condition::StopTrouble> troubles) {
    if (troubles == troubles_) return;
    troubles_ = std::move(troubles);
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumnCount - 1));
}

QString StopRows::problemAt(int row) const {
    const StopHits::Of* of = hits_ ? hits_->of(at(row).id) : nullptr;
    if (of != nullptr && !of->error.empty()) return textOf(of->error);
    for (const condition::StopTrouble& trouble : troubles_)
        if (at(row).enabled && trouble.condition == at(row).condition)
            return tr("The run is not paused by it: %1").arg(textOf(trouble.text));
    return {};
}

int StopRows::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(stops_.size());
}

int StopRows::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kColumnCount;
}

QVariant StopRows::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Stop& stop = at(index.row());
    const bool isCondition = index.column() == kCondition;
    switch (role) {
        case Qt::CheckStateRole:
            return isCondition ? QVariant(stop.enabled ? Qt::Checked : Qt::Unchecked) : QVariant();
        case Qt::EditRole: return isCondition ? QVariant(textOf(stop.condition)) : QVariant();
        case Qt::TextAlignmentRole:
            return isCondition ? QVariant() : QVariant(Qt::AlignRight | Qt::AlignVCenter);
        case Qt::ToolTipRole: {
            const QString problem = problemAt(index.row());
            return problem.isEmpty() ? textOf(stop.condition) : problem;
        }
        case Qt::DisplayRole: break;
        default: return {};
    }
    if (isCondition) return textOf(stop.condition);
    if (!stop.enabled) return tr("off");
    const StopHits::Of* of = hits_ ? hits_->of(stop.id) : nullptr;
    if (of == nullptr) return {};
    if (!of->error.empty() && of->count == 0) return tr("problem");
    if (!hits_->hasEvents) return tr("not searched");
    return groupedText(of->count) + (hits_->complete ? QString() : QStringLiteral("…"));
}

bool StopRows::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!index.isValid() || index.column() != kCondition) return false;
    Stop& stop = stops_[static_cast<std::size_t>(index.row())];
    Stop changed = stop;
    if (role == Qt::CheckStateRole)
        changed.enabled = value.toInt() == Qt::Checked;
    else if (role == Qt::EditRole)
        changed.condition = value.toString().trimmed().toStdString();
    if (changed == stop || changed.condition.empty()) return false;
    if (changed.condition != stop.condition) changed.id = ++lastId_;
    stop = changed;
    Q_EMIT dataChanged(this->index(index.row(), 0), this->index(index.row(), kColumnCount - 1));
    Q_EMIT stopsEdited();
    return true;
}

QVariant StopRows::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return section == kHits ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    return section == kCondition ? tr("Stop where") : tr("Stops");
}

Qt::ItemFlags StopRows::flags(const QModelIndex& index) const {
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && index.column() == kCondition
               ? flags | Qt::ItemIsEditable | Qt::ItemIsUserCheckable
               : flags;
}

QStringList keptStops(const std::vector<Stop>& stops) {
    QStringList out;
    for (const Stop& stop : stops)
        out << QLatin1Char(stop.enabled ? '+' : '-') + textOf(stop.condition);
    return out;
}

std::vector<Stop> stopsKept(const QStringList& kept) {
    std::vector<Stop> out;
    for (const QString& line : kept) {
        const QString condition = line.mid(1).trimmed();
        if (condition.isEmpty() || out.size() == kStopsMax) continue;
        out.push_back({0, condition.toStdString(), line.front() != QLatin1Char('-')});
    }
    return out;
}

}  // namespace ariadne::studio
