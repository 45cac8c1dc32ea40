// A value tree that keeps open what was open when the value changes.
#pragma once

#include "studio/models/state_tree_model.h"

#include <QSet>
#include <QTreeView>

namespace ariadne::studio {

/// Top rows are open at first, as are fields in which something changed; what a person opened or
/// closed stays so by its path.
class StateTree final : public QTreeView {
    Q_OBJECT

public:
    /// With `comparing` the Before column is shown.
    explicit StateTree(bool comparing, QWidget* parent = nullptr);

    void setInput(StateTreeInput input);
    StateTreeModel& model() { return *model_; }
    /// Forgets what was open: another actor's fields are others.
    void forgetExpansion();

protected:
    void drawRow(QPainter* painter, const QStyleOptionViewItem& option,
                 const QModelIndex& index) const override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void restore(const QModelIndex& parent, int depth);
    void sizeColumns();

    StateTreeModel* model_ = nullptr;
    bool comparing_;
    bool restoring_ = false;
    QSet<QString> opened_;
    QSet<QString> closed_;
    bool isForgotten_ = false;  ///< what was open, of what is shown
};

}  // namespace ariadne::studio
