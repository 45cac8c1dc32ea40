// The actors pane: the tree, its mailbox counts, and a filter.
#pragma once

#include "studio/models/actor_tree_model.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QTreeView;

namespace ariadne::studio {

class ActorTree final : public QWidget {
    Q_OBJECT

public:
    explicit ActorTree(QWidget* parent = nullptr);

    void setActors(ActorTreeModel::Actors actors);
    void setWorld(const recorder::WorldMoment& world);
    void setSelected(Rank rank);
    QTreeView& tree() { return *tree_; }
    void focusFilter();

Q_SIGNALS:
    void actorSelected(quint32 rank);

private:
    QModelIndexList visibleIndexes() const;
    void showReset();

    ActorTreeModel* model_ = nullptr;
    QTreeView* tree_ = nullptr;
    QLineEdit* filter_ = nullptr;
    QLabel* count_ = nullptr;
    Rank selected_;
};

}  // namespace ariadne::studio
