// What breakpoints stop at, as a table in the order of the run.
#pragma once

#include "studio/models/event_columns.h"
#include "studio/session/stop_hits.h"

#include <QAbstractTableModel>
#include <QString>

#include <memory>

namespace ariadne::studio {

/// Threading: GUI thread.
class StopHitRows final : public QAbstractTableModel, public EventColumns {
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    void setActors(ActorEntries actors);
    /// Null: nothing was searched yet.
    void setHits(std::shared_ptr<const StopHits> hits);
    const std::shared_ptr<const StopHits>& hits() const { return hits_; }
    /// `row` < rowCount().
    Position positionAt(int row) const;
    /// The row of `position`; -1: it is none of them.
    int rowOf(Position position) const;
    /// "12 events; searched to event 40,000 of 901,220"
    QString summary(std::size_t enabled, Position last) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    ActorEntries actors_;
    std::shared_ptr<const StopHits> hits_;
};

}  // namespace ariadne::studio
