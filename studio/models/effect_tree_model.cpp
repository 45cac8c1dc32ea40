#include "studio/models/effect_tree_model.h"

#include "studio/models/text.h"

#include <algorithm>
#include <map>
#include <utility>

namespace ariadne::studio {
namespace {

/// Kinds that a row about many events names; of the others it says how many.
constexpr std::size_t kKindsNamed = 4;

}  // namespace

struct EffectTreeModel::Node {
    EventLine line;
    Node* above = nullptr;
    int row = 0;
    bool isAsked = false;
    std::uint64_t effects = 0;                    ///< that are known of
    std::shared_ptr<const EffectList> list;       ///< null: not answered yet
    std::vector<std::unique_ptr<Node>> children;  ///< the first of list->effects
    bool saysMore = false;                        ///< behind them stands how many more there are

    int rows() const { return static_cast<int>(children.size()) + (saysMore ? 1 : 0); }
};

EffectTreeModel::EffectTreeModel(QObject* parent) : QAbstractItemModel(parent) {}
EffectTreeModel::~EffectTreeModel() = default;

void EffectTreeModel::setActors(ActorEntries actors) {
    actors_ = std::move(actors);
}

void EffectTreeModel::expectRoot(Position root) {
    expected_ = root;
}

void EffectTreeModel::clear() {
    beginResetModel();
    expected_ = {};
    byPosition_.clear();
    root_.reset();
    endResetModel();
}

Position EffectTreeModel::shownRoot() const {
    return root_ ? root_->line.seq : Position{};
}

bool EffectTreeModel::isAsking() const {
    if (expected_.value != 0) return true;
    return std::any_of(byPosition_.begin(), byPosition_.end(), [](const auto& entry) {
        const Node& node = *entry.second;
        return node.isAsked && !(node.list && node.list->complete);
    });
}

// ---- Growing
// -------------------------------------------------------------------------------------

void EffectTreeModel::setEffects(const std::shared_ptr<const EffectList>& effects) {
    if (expected_.value != 0 && effects->of == expected_) begin(*effects);
    Node* const node = expected_.value == 0 ? nodeOf(effects->of) : nullptr;
    if (node == nullptr || !node->isAsked) return;
    if (!addTo(*node, effects)) return;
    // Views ask only then whether a row can be opened.
    Q_EMIT layoutAboutToBeChanged();
    Q_EMIT layoutChanged();
}

void EffectTreeModel::begin(const EffectList& effects) {
    beginResetModel();
    expected_ = {};
    byPosition_.clear();
    root_ = std::make_unique<Node>();
    root_->line = effects.event;
    root_->isAsked = true;
    byPosition_.emplace(effects.of.value, root_.get());
    endResetModel();
}

bool EffectTreeModel::addTo(Node& node, const std::shared_ptr<const EffectList>& effects) {
    const QModelIndex at = indexOf(node);
    const auto before = node.children.size();
    const auto room = kEventsMax - std::min(kEventsMax, byPosition_.size());
    const auto count = std::max(before, std::min(effects->effects.size(), before + room));
    const bool ledNowhere = node.effects == 0;
    node.list = effects;
    node.effects = effects->total;
    if (count > before) {
        beginInsertRows(at, static_cast<int>(before), static_cast<int>(count) - 1);
        for (std::size_t i = before; i < count; ++i) {
            auto child = std::make_unique<Node>();
            child->line = effects->effects[i].line;
            child->above = &node;
            child->row = static_cast<int>(i);
            byPosition_.emplace(child->line.seq.value, child.get());
            node.children.push_back(std::move(child));
        }
        endInsertRows();
    }
    const bool more = effects->total > count;
    const int last = static_cast<int>(count);
    if (more && !node.saysMore) {
        beginInsertRows(at, last, last);
        node.saysMore = true;
        endInsertRows();
    } else if (more) {
        Q_EMIT dataChanged(index(last, 0, at), index(last, kColumnCount - 1, at));
    }
    bool leadsOn = ledNowhere && node.effects != 0;
    for (std::size_t i = 0; i < count; ++i) {
        Node& child = *node.children[i];
        const std::uint64_t known = std::max(child.effects, effects->effects[i].effects);
        if (child.effects == 0 && known != 0) leadsOn = true;
        child.effects = known;
    }
    return leadsOn;
}

bool EffectTreeModel::canFetchMore(const QModelIndex& parent) const {
    const Node* const node = nodeAt(parent);
    return node != nullptr && !node->isAsked && node->effects != 0 && !isFull() &&
           expected_.value == 0;
}

void EffectTreeModel::fetchMore(const QModelIndex& parent) {
    if (!canFetchMore(parent)) return;
    Node* const node = nodeOf(nodeAt(parent)->line.seq);
    node->isAsked = true;
    Q_EMIT effectsWanted(node->line.seq.value);
}

// ---- What is said
// --------------------------------------------------------------------------------

QString EffectTreeModel::leftOutText(const Node& node) const {
    const EffectList& list = *node.list;
    std::map<EventKind, std::uint64_t> kinds{list.leftOut.begin(), list.leftOut.end()};
    for (std::size_t i = node.children.size(); i < list.effects.size(); ++i)
        ++kinds[list.effects[i].line.kind];
    std::vector<std::pair<EventKind, std::uint64_t>> most{kinds.begin(), kinds.end()};
    std::stable_sort(most.begin(), most.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    QStringList parts;
    std::uint64_t others = 0;
    for (std::size_t i = 0; i < most.size(); ++i) {
        if (i >= kKindsNamed)
            others += most[i].second;
        else
            parts << tr("%1 %2").arg(groupedText(most[i].second), labelOf(most[i].first));
    }
    if (others != 0) parts << tr("%1 of other kinds").arg(groupedText(others));
    return tr("and %1 more: %2")
        .arg(groupedText(list.total - node.children.size()), parts.join(QStringLiteral(", ")));
}

QString EffectTreeModel::summary() const {
    if (!root_ || !root_->list) return {};
    const EffectList& list = *root_->list;
    const QString event = groupedText(list.of.value);
    if (!list.error.empty() && list.total == 0)
        return tr("What came of event %1 cannot be told: %2").arg(event, textOf(list.error));
    QString out;
    if (list.total == 0 && list.complete && !list.event.change.empty())
        out = tr("Event %1 led to nothing but a change of state").arg(event);
    else if (list.total == 0)
        out = list.complete ? tr("Nothing came of event %1").arg(event)
                            : tr("Nothing came of event %1 so far").arg(event);
    else if (list.total == 1)
        out = tr("Event %1 led to one event").arg(event);
    else
        out = tr("Event %1 led to %2 events").arg(event, groupedText(list.total));
    if (!list.complete)
        out += tr(", looked up to event %1 of %2")
                   .arg(groupedText(list.lookedTo.value), groupedText(list.last.value));
    if (isFull())
        out += tr("; more than %1 events are not shown: go to one and look on from there")
                   .arg(groupedText(kEventsMax));
    if (!list.error.empty()) out += tr("; not all could be read: %1").arg(textOf(list.error));
    return out;
}

std::optional<EventMark> EffectTreeModel::markOf(const QModelIndex& index) const {
    const Node* const node = nodeAt(index);
    if (node == nullptr) return std::nullopt;
    return studio::markOf(node->line);
}

QVariant EffectTreeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Node* const node = nodeAt(index);
    if (node == nullptr) {
        const auto* const above = static_cast<const Node*>(index.internalPointer());
        return role == Qt::DisplayRole && index.column() == 0 ? leftOutText(*above) : QVariant();
    }
    const auto isNumber = index.column() == kEvent || index.column() == kTime;
    if (role == Qt::TextAlignmentRole && isNumber)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (index.column()) {
        case kKind: return labelOf(node->line);
        case kEvent: return eventText(node->line, EventColumns::kEvent, actors_);
        case kTime: return eventText(node->line, EventColumns::kTime, actors_);
        case kActor: return eventText(node->line, EventColumns::kActor, actors_);
        case kMessage: return eventText(node->line, EventColumns::kMessage, actors_);
        default: return eventText(node->line, EventColumns::kChange, actors_);
    }
}

QVariant EffectTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    constexpr int kEventColumns[] = {EventColumns::kKind,    EventColumns::kEvent,
                                     EventColumns::kTime,    EventColumns::kActor,
                                     EventColumns::kMessage, EventColumns::kChange};
    if (section < 0 || section >= kColumnCount) return {};
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole) {
        const bool isNumber = section == kEvent || section == kTime;
        return QVariant((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    return eventHeader(kEventColumns[section], orientation, role);
}

// ---- The tree
// ------------------------------------------------------------------------------------

/// An index holds the event above it; the root's none.
const EffectTreeModel::Node* EffectTreeModel::nodeAt(const QModelIndex& index) const {
    if (!index.isValid()) return nullptr;
    const auto* const above = static_cast<const Node*>(index.internalPointer());
    if (above == nullptr) return root_.get();
    const auto row = static_cast<std::size_t>(index.row());
    return row < above->children.size() ? above->children[row].get() : nullptr;
}

EffectTreeModel::Node* EffectTreeModel::nodeOf(Position position) const {
    const auto at = byPosition_.find(position.value);
    return at == byPosition_.end() ? nullptr : at->second;
}

QModelIndex EffectTreeModel::indexOf(const Node& node) const {
    return createIndex(node.row, 0, node.above);
}

QModelIndex EffectTreeModel::indexOf(Position position) const {
    const Node* const node = nodeOf(position);
    return node == nullptr ? QModelIndex() : indexOf(*node);
}

std::optional<Position> EffectTreeModel::positionAt(const QModelIndex& index) const {
    const Node* const node = nodeAt(index);
    if (node == nullptr || node->line.missingTo.value != 0) return std::nullopt;
    return node->line.seq;
}

QModelIndex EffectTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) return {};
    return createIndex(row, column, parent.isValid() ? nodeAt(parent) : nullptr);
}

QModelIndex EffectTreeModel::parent(const QModelIndex& child) const {
    if (!child.isValid()) return {};
    const auto* const above = static_cast<const Node*>(child.internalPointer());
    return above == nullptr ? QModelIndex() : indexOf(*above);
}

int EffectTreeModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid()) return root_ ? 1 : 0;
    const Node* const node = parent.column() == 0 ? nodeAt(parent) : nullptr;
    return node == nullptr ? 0 : node->rows();
}

bool EffectTreeModel::hasChildren(const QModelIndex& parent) const {
    if (!parent.isValid()) return root_ != nullptr;
    const Node* const node = parent.column() == 0 ? nodeAt(parent) : nullptr;
    if (node == nullptr) return false;
    return node->rows() != 0 || (node->effects != 0 && (node->isAsked || !isFull()));
}

int EffectTreeModel::columnCount(const QModelIndex&) const {
    return kColumnCount;
}

}  // namespace ariadne::studio
