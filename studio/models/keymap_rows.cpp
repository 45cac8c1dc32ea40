#include "studio/models/keymap_rows.h"

namespace ariadne::studio {

KeymapRows::KeymapRows(const Keymap& keymap, QObject* parent)
    : QAbstractTableModel(parent), keymap_(keymap) {}

void KeymapRows::refresh() {
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumnCount - 1));
}

int KeymapRows::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(keymap_.actions().size());
}

int KeymapRows::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kColumnCount;
}

QVariant KeymapRows::data(const QModelIndex& index, int role) const {
    if (role != Qt::DisplayRole || !index.isValid()) return {};
    const QString id = idOf(index.row());
    switch (index.column()) {
        case kAction: return keymap_.textOf(id);
        case kKeys: return keysText(keymap_.keysOf(id));
        case kChange: return keymap_.isChanged(id) ? tr("changed") : QString();
        default: return {};
    }
}

QVariant KeymapRows::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case kAction: return tr("Action");
        case kKeys: return tr("Keys");
        default: return QString();
    }
}

}  // namespace ariadne::studio
