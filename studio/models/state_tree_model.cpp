#include "studio/models/state_tree_model.h"

#include "studio/models/text.h"

#include <QFont>

#include <algorithm>

namespace ariadne::studio {
namespace {

constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15;  // as in actor_tree_model.cpp
constexpr std::uint64_t kGather = 0xF1DE83E19937733D;

bool isEmpty(const value::ValueNode* node) {
    return node == nullptr ||
           (node->text.empty() && node->children.empty() && node->typeName.empty());
}

const value::ValueNode* childNamed(const value::ValueNode* node, const std::string& name,
                                   std::size_t hint) {
    if (node == nullptr) return nullptr;
    const auto& children = node->children;
    if (hint < children.size() && children[hint].name == name) return &children[hint];
    const auto found = std::find_if(children.begin(), children.end(),
                                    [&](const auto& c) { return c.name == name; });
    return found == children.end() ? nullptr : &*found;
}

bool sameValue(const value::ValueNode& a, const value::ValueNode& b) {
    return a.text == b.text && a.childCount == b.childCount &&
           a.children.size() == b.children.size() &&
           std::equal(
               a.children.begin(), a.children.end(), b.children.begin(),
               [](const auto& x, const auto& y) { return x.name == y.name && sameValue(x, y); });
}

/// With all that is said of it.
bool sameNode(const value::ValueNode& a, const value::ValueNode& b) {
    return a.text == b.text && a.kind == b.kind && a.childCount == b.childCount &&
           a.name == b.name && a.typeName == b.typeName &&
           std::equal(a.children.begin(), a.children.end(), b.children.begin(), b.children.end(),
                      sameNode);
}

}  // namespace

bool StateTreeModel::shows(const StateTreeInput& input) const {
    const auto same = [](const value::ValueNode* a, const value::ValueNode* b) {
        if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b);
        return sameNode(*a, *b);
    };
    return input.beforeTitle == input_.beforeTitle && input.changedPaths == input_.changedPaths &&
           same(input.now, input_.now) && same(input.before, input_.before);
}

void StateTreeModel::setInput(StateTreeInput input) {
    beginResetModel();
    input_ = std::move(input);
    if (isEmpty(input_.before)) input_.before = nullptr;
    changed_ = {input_.changedPaths.begin(), input_.changedPaths.end()};
    nodes_.clear();
    if (!isEmpty(input_.now)) {
        Node root;
        root.now = input_.now;
        root.before = input_.before;
        nodes_.push_back(std::move(root));
    }
    endResetModel();
}

std::uint32_t StateTreeModel::addNode(Node node) const {
    const auto number = static_cast<std::uint32_t>(nodes_.size());
    node.row = static_cast<std::uint32_t>(nodes_[node.parent].children.size());
    nodes_[node.parent].children.push_back(number);
    nodes_.push_back(std::move(node));
    return number;
}

const std::vector<std::uint32_t>& StateTreeModel::childrenOf(std::uint32_t node) const {
    if (!nodes_[node].built) build(node);
    return nodes_[node].children;
}

void StateTreeModel::build(std::uint32_t node) const {
    nodes_[node].built = true;
    if (nodes_[node].isPage()) {
        buildElements(node, nodes_[node].pageBegin, nodes_[node].pageEnd);
        return;
    }
    const std::size_t count = nodes_[node].shown().children.size();
    if (node == 0 && count == 0) {  // a scalar: itself is the only row
        Node self = nodes_[0];
        self.built = true;
        self.children.clear();
        self.change = changeFor(self, 0);
        addNode(std::move(self));
        return;
    }
    if (count > kPageSize)
        buildPages(node, count);
    else
        buildElements(node, 0, count);
    if (nodes_[node].now != nullptr) buildRemoved(node);
}

void StateTreeModel::buildPages(std::uint32_t node, std::size_t count) const {
    for (std::size_t begin = 0; begin < count; begin += kPageSize) {
        Node page;
        page.now = nodes_[node].now;
        page.before = nodes_[node].before;
        page.parent = node;
        page.pageBegin = begin;
        page.pageEnd = std::min(count, begin + kPageSize);
        addNode(std::move(page));
    }
}

void StateTreeModel::buildElements(std::uint32_t node, std::size_t begin, std::size_t end) const {
    for (std::size_t i = begin; i < end; ++i) {
        const Node& parent = nodes_[node];
        Node child;
        child.parent = node;
        if (parent.now != nullptr) {
            child.now = &parent.now->children[i];
            child.before = childNamed(parent.before, child.now->name, i);
        } else {
            child.before = &parent.before->children[i];
        }
        child.change = changeFor(child, node);
        addNode(std::move(child));
    }
}

void StateTreeModel::buildRemoved(std::uint32_t node) const {
    const value::ValueNode* before = nodes_[node].before;
    if (before == nullptr || before->children.size() > kPageSize) return;
    for (std::size_t i = 0; i < before->children.size(); ++i) {
        if (childNamed(nodes_[node].now, before->children[i].name, i) != nullptr) continue;
        Node gone;
        gone.before = &before->children[i];
        gone.parent = node;
        gone.change = Change::kRemoved;
        addNode(std::move(gone));
    }
}

StateTreeModel::Change StateTreeModel::changeFor(const Node& node, std::uint32_t parent) const {
    if (input_.before == nullptr) return Change::kNone;
    if (node.now == nullptr) return Change::kRemoved;
    if (node.before == nullptr) return Change::kAdded;
    if (!changed_.empty() && parent == 0) {
        // The session says which leaves changed; a field that is none of them and holds none did
        // not.
        const std::string& name = node.now->name;
        const auto at = changed_.lower_bound(name);
        const bool named = at != changed_.end() && (*at == name || at->starts_with(name + "."));
        if (!named) return Change::kNone;
    }
    if (sameValue(*node.now, *node.before)) return Change::kNone;
    return node.now->children.empty() || node.now->text != node.before->text ? Change::kChanged
                                                                             : Change::kInside;
}

std::uint32_t StateTreeModel::nodeOf(const QModelIndex& index) const {
    return index.isValid() ? static_cast<std::uint32_t>(index.internalId() * kGather) : 0;
}

QModelIndex StateTreeModel::indexOfNode(std::uint32_t node, int column) const {
    if (node == 0) return {};
    return createIndex(static_cast<int>(nodes_[node].row), column, quintptr{node} * kSpread);
}

QModelIndex StateTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) return {};
    return indexOfNode(childrenOf(nodeOf(parent))[static_cast<std::size_t>(row)], column);
}

QModelIndex StateTreeModel::parent(const QModelIndex& child) const {
    const std::uint32_t node = nodeOf(child);
    return node == 0 ? QModelIndex{} : indexOfNode(nodes_[node].parent, 0);
}

int StateTreeModel::rowCount(const QModelIndex& parent) const {
    if (nodes_.empty() || parent.column() > 0) return 0;
    return static_cast<int>(childrenOf(nodeOf(parent)).size());
}

bool StateTreeModel::hasChildren(const QModelIndex& parent) const {
    if (nodes_.empty() || parent.column() > 0) return false;
    if (!parent.isValid()) return true;
    const Node& node = nodes_[nodeOf(parent)];
    return node.built ? !node.children.empty() : node.isPage() || !node.shown().children.empty();
}

int StateTreeModel::columnCount(const QModelIndex&) const {
    return kColumnCount;
}

QString StateTreeModel::display(const Node& node, int column) const {
    if (node.isPage())
        return column == kField
                   ? QStringLiteral("[%1 … %2]").arg(node.pageBegin).arg(node.pageEnd - 1)
                   : QString();
    switch (column) {
        case kField: return node.shown().name.empty() ? tr("value") : textOf(node.shown().name);
        case kValue: return node.now != nullptr ? textOf(node.now->text) : tr("removed");
        case kBefore:
            if (node.change == Change::kNone) return {};
            return node.before != nullptr ? textOf(node.before->text) : tr("new");
        case kType: return textOf(node.shown().typeName);
        default: return {};
    }
}

QVariant StateTreeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Node& node = nodes_[nodeOf(index)];
    switch (role) {
        case Qt::DisplayRole: return display(node, index.column());
        case Qt::ToolTipRole: return display(node, index.column()).toHtmlEscaped();
        case Qt::FontRole: {
            if (node.change == Change::kNone || index.column() > kValue) return {};
            QFont bold;
            bold.setBold(true);
            bold.resolve(QFont());
            return bold;
        }
        case kPathRole: return pathOf(index);
        case kChangeRole: return QVariant::fromValue(node.change);
        default: return {};
    }
}

QVariant StateTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case kField: return tr("Field");
        case kValue: return tr("Value");
        case kBefore: return input_.beforeTitle.isEmpty() ? tr("Before") : input_.beforeTitle;
        default: return tr("Type");
    }
}

StateTreeModel::Change StateTreeModel::changeOf(const QModelIndex& index) const {
    return index.isValid() ? nodes_[nodeOf(index)].change : Change::kNone;
}

QString StateTreeModel::pathOf(const QModelIndex& index) const {
    return textOf(dottedPath(nodeOf(index)));
}

std::string StateTreeModel::dottedPath(std::uint32_t node) const {
    if (node == 0) return {};
    const Node& self = nodes_[node];
    const std::string name =
        self.isPage() ? "#" + std::to_string(self.pageBegin) : self.shown().name;
    const std::string above = dottedPath(self.parent);
    return above.empty() ? name : above + "." + name;
}

FieldSteps StateTreeModel::stepsOf(const QModelIndex& index) const {
    FieldSteps steps;
    for (std::uint32_t node = nodeOf(index); node != 0; node = nodes_[node].parent)
        if (!nodes_[node].isPage() && !nodes_[node].shown().name.empty())
            steps.insert(steps.begin(), nodes_[node].shown().name);
    return steps;
}

StateTreeModel::Field StateTreeModel::fieldOf(const QModelIndex& index) const {
    if (nodes_.empty()) return {};
    std::vector<std::uint32_t> above;  // the row last
    for (std::uint32_t node = nodeOf(index); node != 0; node = nodes_[node].parent)
        above.insert(above.begin(), node);
    Field field{{}, nodes_[0].shown().kind == TypeKind::kStruct};
    for (const std::uint32_t node : above) {
        if (!field.isStruct) break;
        const value::ValueNode& shown = nodes_[node].shown();
        if (!field.path.isEmpty()) field.path += QLatin1Char('.');
        field.path += textOf(shown.name);
        field.isStruct = shown.kind == TypeKind::kStruct;
    }
    return field;
}

QModelIndex StateTreeModel::indexOfPath(const QString& path) const {
    if (nodes_.empty() || path.isEmpty()) return {};
    const std::string wanted = path.toStdString();
    std::uint32_t at = 0;
    for (;;) {
        std::uint32_t next = 0;
        for (const std::uint32_t child : childrenOf(at)) {
            const std::string own = dottedPath(child);
            if (own == wanted) return indexOfNode(child, 0);
            if (wanted.starts_with(own + ".")) next = child;
        }
        if (next == 0) return {};
        at = next;
    }
}

}  // namespace ariadne::studio
