// Why an event is, as a table: the event, what led to it, what led to that.
#pragma once

#include "studio/models/event_columns.h"
#include "studio/session/results.h"

#include <QAbstractTableModel>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace ariadne::studio {

/// Threading: GUI thread.
class CauseRows final : public QAbstractTableModel, public EventColumns {
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    void setActors(ActorEntries actors);
    /// Null: nothing is known.
    void setChain(std::shared_ptr<const CauseChain> chain);
    const std::shared_ptr<const CauseChain>& chain() const { return chain_; }

    /// Some line does.
    bool namesUnborn() const;
    /// None of what is missing.
    std::optional<Position> positionAt(int row) const;
    /// The row of `position`; -1: it is none of them.
    int rowOf(Position position) const;
    /// "Event 4,231 goes back over 17 events to event 12: Sent by outside".
    QString summary() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const EventLine& line(int row) const { return chain_->lines[static_cast<std::size_t>(row)]; }

    ActorEntries actors_;
    std::shared_ptr<const CauseChain> chain_;
};

}  // namespace ariadne::studio
