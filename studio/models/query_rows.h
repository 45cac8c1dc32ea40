// The answer to a question in SQL as a table, and which moment a value of it stands for.
#pragma once

#include "studio/session/results.h"

#include <QAbstractTableModel>
#include <QString>

#include <memory>
#include <optional>

namespace ariadne::studio {

/// Threading: GUI thread.
class QueryRows final : public QAbstractTableModel {
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;
    static constexpr int kAbsentRole = Qt::UserRole + 100;  ///< true of NULL

    /// Null: nothing was asked.
    void setAnswer(std::shared_ptr<const QueryAnswer> answer);
    const std::shared_ptr<const QueryAnswer>& answer() const { return answer_; }

    /// Where `index` leads: to itself when it is a position, else to that of its row.
    std::optional<Position> momentOf(const QModelIndex& index) const;
    /// The path of the actor that `index` is, else of the first one in its row; escaped.
    std::optional<QString> actorOf(const QModelIndex& index) const;
    /// A click on `index` is about an actor: it is the path of one, or nothing in its row says
    /// when.
    bool meansActor(const QModelIndex& index) const;
    /// How many rows lead to a moment.
    std::uint64_t moments() const { return moments_; }
    /// The rows from `first` to `last`, tabs between the values, a line each; with the names above.
    QString asText(int first, int last) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const QueryCell& at(int row, int column) const {
        return answer_->at(static_cast<std::size_t>(row), static_cast<std::size_t>(column));
    }

    std::shared_ptr<const QueryAnswer> answer_;
    std::uint64_t moments_ = 0;
};

}  // namespace ariadne::studio
