// What waits for an actor, in the order it will be delivered.
#pragma once

#include "studio/session/results.h"

#include <QAbstractTableModel>

#include <memory>

namespace ariadne::studio {

/// Threading: GUI thread.
class MailboxModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { kNumber = 0, kMessage = 1, kFrom = 2, kAge = 3, kColumnCount = 4 };

    using QAbstractTableModel::QAbstractTableModel;

    void setMoment(std::shared_ptr<const Moment> moment);
    /// Where the message of that row was put there; 0 for a timer's.
    Position enqueuedAt(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString display(const MailboxLine& line, int row, int column) const;

    std::shared_ptr<const Moment> moment_;
};

}  // namespace ariadne::studio
