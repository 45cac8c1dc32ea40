// The findings of a notebook as a list.
#pragma once

#include "studio/session/results.h"

#include <QAbstractListModel>
#include <QString>

#include <memory>

namespace ariadne::studio {

/// Threading: GUI thread.
class NotebookRows final : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { kDetailRole = Qt::UserRole, kPictureRole };  ///< "event 4,231"; has a picture

    using QAbstractListModel::QAbstractListModel;

    /// Null: there is no trace.
    void setNotebook(std::shared_ptr<const Notebook> notebook);
    const std::shared_ptr<const Notebook>& notebook() const { return notebook_; }
    /// `row` < rowCount().
    const Finding& at(int row) const { return notebook_->all[static_cast<std::size_t>(row)]; }
    /// -1: there is none of that id.
    int rowOf(std::int64_t id) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::shared_ptr<const Notebook> notebook_;
};

/// Of a finding: its title, or where it is when it has none.
QString titleOf(const Finding& finding);

}  // namespace ariadne::studio
