// Breakpoints as a table that can be switched and written in.
#pragma once

#include "studio/session/stop_hits.h"

#include <QAbstractTableModel>
#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

namespace ariadne::studio {

/// Threading: GUI thread.
class StopRows final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { kCondition, kHits, kColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    const std::vector<Stop>& stops() const { return stops_; }
    /// `row` < rowCount().
    const Stop& at(int row) const { return stops_[static_cast<std::size_t>(row)]; }
    /// All anew; no stopsEdited().
    void setStops(const std::vector<Stop>& stops);
    /// Adds one that is enabled, or enables the one that says the same. Its row; -1: it is empty,
    /// or there are kStopsMax.
    int add(const QString& condition);
    void removeAt(int row);
    /// Null: nothing was searched yet.
    void setHits(std::shared_ptr<const StopHits> hits);
    /// Of the run that is on; empty: none is, or they are all looked for.
    void setTroubles(std::vector<condition::StopTrouble> troubles);
    /// What is wrong with that breakpoint; empty: nothing.
    QString problemAt(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    /// A person wants other ones.
    void stopsEdited();

private:
    std::vector<Stop> stops_;
    std::uint32_t lastId_ = 0;
    std::shared_ptr<const StopHits> hits_;
    std::vector<condition::StopTrouble> troubles_;
};

/// As they are kept between sessions: "+" or "-" and the condition.
QStringList keptStops(const std::vector<Stop>& stops);
std::vector<Stop> stopsKept(const QStringList& kept);

}  // namespace ariadne::studio
