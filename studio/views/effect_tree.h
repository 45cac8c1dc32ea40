// What came of an event, as a tree to walk along.
#pragma once

#include "studio/models/effect_tree_model.h"

#include <QTreeView>

namespace ariadne::studio {

/// A click or Enter leads to the event; Right and Left open and close it. An event that led to one
/// other only is opened by itself, a few steps far. Knows no session. Threading: GUI thread.
class EffectTree final : public QTreeView {
    Q_OBJECT

public:
    explicit EffectTree(QWidget* parent = nullptr);

    EffectTreeModel& model() { return *model_; }
    const EffectTreeModel& model() const { return *model_; }
    void setEffects(const std::shared_ptr<const EffectList>& effects);
    /// Chooses the row of `position`; false when it has none.
    bool mark(Position position);

Q_SIGNALS:
    void positionRequested(quint64 position);

protected:
    bool event(QEvent* event) override;

private:
    void go(const QModelIndex& index);
    void sizeColumns();

    EffectTreeModel* model_ = nullptr;
};

}  // namespace ariadne::studio
