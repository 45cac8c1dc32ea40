// The actors pane: the tree, its mailbox counts, and a filter.
#pragma once

#include "studio/models/actor_tree_model.h"

#include <QWidget>

#include <vector>

class QLabel;
class QLineEdit;
class QTimer;
class QTreeView;

namespace ariadne::studio {

class ActorTree final : public QWidget {
    Q_OBJECT

public:
    explicit ActorTree(QWidget* parent = nullptr);

    void setActors(ActorTreeModel::Actors actors);
    void setWorld(const recorder::WorldMoment& world);
    void setRegions(const RegionsMoment& regions);
    /// Those that the filter lets through; of an older text they are not taken.
    void setMatches(std::shared_ptr<const ActorMatches> matches);
    void setSelected(Rank rank);
    QTreeView& tree() { return *tree_; }
    void focusFilter();

Q_SIGNALS:
    void actorSelected(quint32 rank);
    /// Enter or a double click.
    void actorActivated(quint32 rank);
    /// The text of the filter has changed.
    void filterChanged(const QString& text);
    /// It would be told whom the filter lets through.
    void matchesWanted(const QString& text);
    /// Rows with regions have come into view of which more would be told.
    void regionsWanted(const std::vector<ariadne::Rank>& ranks);

private:
    QModelIndexList visibleIndexes() const;
    void showReset();
    void askRegions();
    void askMatches();
    void showCount();
    QString filterText() const;

    ActorTreeModel* model_ = nullptr;
    QTreeView* tree_ = nullptr;
    QLineEdit* filter_ = nullptr;
    QLabel* count_ = nullptr;
    QLabel* nobody_ = nullptr;  ///< instead of rows, when the filter lets none through
    QTimer* seen_ = nullptr;  ///< runs while rows move into view
    Rank selected_;
};

}  // namespace ariadne::studio
