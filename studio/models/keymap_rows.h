// All actions and their keys, as rows to choose from.
#pragma once

#include "studio/models/keymap.h"

#include <QAbstractTableModel>

namespace ariadne::studio {

/// A row per action in the order of the menus. Threading: GUI thread; dies before the keymap.
class KeymapRows final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { kAction, kKeys, kChange, kColumnCount };

    explicit KeymapRows(const Keymap& keymap, QObject* parent = nullptr);

    /// The keymap has changed.
    void refresh();
    QString idOf(int row) const { return keymap_.actions()[row]; }
    int rowOf(const QString& id) const { return static_cast<int>(keymap_.actions().indexOf(id)); }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const Keymap& keymap_;
};

}  // namespace ariadne::studio
