// What came of an event, as a tree: the event, what it led to, what that led to.
#pragma once

#include "studio/models/event_columns.h"
#include "studio/models/event_mark.h"
#include "studio/session/results.h"

#include <QAbstractItemModel>
#include <QString>

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace ariadne::studio {

/// Asks for what came of an event when somebody opens its row. Behind the effects of an event that
/// has more than are shown stands a row that says how many. Threading: GUI thread.
class EffectTreeModel final : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column { kKind, kEvent, kTime, kActor, kMessage, kChange, kColumnCount };
    /// More events are not shown at once.
    static constexpr std::size_t kEventsMax = 5'000;

    explicit EffectTreeModel(QObject* parent = nullptr);
    ~EffectTreeModel() override;

    void setActors(ActorEntries actors);
    /// What came of `root` is to be shown; until it is known, what there was stays.
    void expectRoot(Position root);
    /// Takes what belongs to an event of the tree; the rest is of a tree that was left.
    void setEffects(const std::shared_ptr<const EffectList>& effects);
    void clear();

    /// 0: nothing is shown, nor expected.
    Position root() const { return expected_.value != 0 ? expected_ : shownRoot(); }
    /// Something that was asked for is not answered, or not all of it.
    bool isAsking() const;
    /// None of a row that says how many more there are, and of what is missing.
    std::optional<Position> positionAt(const QModelIndex& index) const;
    QModelIndex indexOf(Position position) const;  ///< invalid when it has no row
    /// Of a row without an event none.
    std::optional<EventMark> markOf(const QModelIndex& index) const;
    /// "Event 40 led to 3 events"
    QString summary() const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void effectsWanted(quint64 position);

private:
    struct Node;

    Position shownRoot() const;
    bool isFull() const { return byPosition_.size() >= kEventsMax; }
    const Node* nodeAt(const QModelIndex& index) const;  ///< null: of no event
    Node* nodeOf(Position position) const;
    QModelIndex indexOf(const Node& node) const;
    void begin(const EffectList& effects);
    /// True when one that led to nothing so far turned out to lead on.
    bool addTo(Node& node, const std::shared_ptr<const EffectList>& effects);
    QString leftOutText(const Node& node) const;

    ActorEntries actors_;
    Position expected_;  ///< root that nothing is known of yet
    std::unique_ptr<Node> root_;
    std::unordered_map<std::uint64_t, Node*> byPosition_;
};

}  // namespace ariadne::studio
