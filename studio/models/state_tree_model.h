// A value as a tree: field, value, what it was before, type; changed fields stand out.
#pragma once

#include "studio/session/results.h"

#include <QAbstractItemModel>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ariadne::studio {

/// What the tree shows. `owner` keeps the nodes alive.
struct StateTreeInput {
    std::shared_ptr<const void> owner;
    const value::ValueNode* now = nullptr;
    const value::ValueNode* before = nullptr;  ///< null or empty: nothing changed
    std::vector<std::string> changedPaths;     ///< dotted
    QString beforeTitle = {};                  ///< of the column; empty: "Before"
};

/// The children of the root value are the top rows; a scalar root is one row. Containers of more
/// than kPageSize children are cut into page nodes "[0 .. 999]". Elements that are gone stay as
/// removed rows. Threading: GUI thread.
class StateTreeModel final : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column { kField = 0, kValue = 1, kBefore = 2, kType = 3, kColumnCount = 4 };
    enum Role { kPathRole = Qt::UserRole, kChangeRole };
    enum class Change : std::uint8_t { kNone, kChanged, kAdded, kRemoved, kInside };
    Q_ENUM(Change)
    static constexpr std::size_t kPageSize = 1000;

    using QAbstractItemModel::QAbstractItemModel;

    /// Whether `input` would look just as what is shown.
    bool shows(const StateTreeInput& input) const;
    void setInput(StateTreeInput input);
    void clear() { setInput({}); }

    /// The dotted path of a row, by which a view remembers what was open; and back (invalid when
    /// the value has no such field now).
    QString pathOf(const QModelIndex& index) const;
    /// The names that lead to a row from the state; of a page those of what it is cut from.
    FieldSteps stepsOf(const QModelIndex& index) const;
    /// What of a row is recorded as one: its field with those above it in structs, "seen.amount",
    /// or as a part of a container that container. A struct stands for all its fields.
    struct Field {
        QString path;
        bool isStruct = false;
    };
    Field fieldOf(const QModelIndex& index) const;
    QModelIndex indexOfPath(const QString& path) const;
    Change changeOf(const QModelIndex& index) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Node {
        const value::ValueNode* now = nullptr;
        const value::ValueNode* before = nullptr;
        std::uint32_t parent = 0;
        std::uint32_t row = 0;
        std::size_t pageBegin = 0;
        std::size_t pageEnd = 0;  ///< nonzero: a page of its parent's children
        Change change = Change::kNone;
        bool built = false;
        std::vector<std::uint32_t> children;

        const value::ValueNode& shown() const { return now != nullptr ? *now : *before; }
        bool isPage() const { return pageEnd != 0; }
    };

    std::uint32_t nodeOf(const QModelIndex& index) const;
    QModelIndex indexOfNode(std::uint32_t node, int column) const;
    /// Nodes are made when their parent is first looked into.
    const std::vector<std::uint32_t>& childrenOf(std::uint32_t node) const;
    void build(std::uint32_t node) const;
    void buildPages(std::uint32_t node, std::size_t count) const;
    void buildElements(std::uint32_t node, std::size_t begin, std::size_t end) const;
    void buildRemoved(std::uint32_t node) const;
    std::uint32_t addNode(Node node) const;
    Change changeFor(const Node& node, std::uint32_t parent) const;
    std::string dottedPath(std::uint32_t node) const;
    QString display(const Node& node, int column) const;

    StateTreeInput input_;
    std::set<std::string> changed_;
    mutable std::vector<Node> nodes_;  ///< [0] is the root value
};

}  // namespace ariadne::studio
