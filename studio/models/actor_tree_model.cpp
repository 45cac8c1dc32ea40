#include "studio/models/actor_tree_model.h"

#include "studio/models/text.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

// Qt hashes an index as (row << 4) + column + id. Small consecutive ids collide by the thousand and
// made collapsing 100,000 actors take 35 s, so ids are spread by an odd factor and its inverse.
constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15;
constexpr std::uint64_t kGather = 0xF1DE83E19937733D;
static_assert(kSpread * kGather == 1);

}  // namespace

Rank ActorTreeModel::rankOf(const QModelIndex& index) {
    return {index.isValid() ? static_cast<std::uint32_t>(index.internalId() * kGather) : 0};
}

QModelIndex ActorTreeModel::indexOfNode(std::uint32_t rank, int column) const {
    if (rank == 0) return {};
    return createIndex(static_cast<int>(nodes_[rank].row), column, quintptr{rank} * kSpread);
}

QModelIndex ActorTreeModel::indexOf(Rank rank) const {
    if (rank.value >= nodes_.size() || !nodes_[rank.value].shown) return {};
    return indexOfNode(rank.value, 0);
}

std::uint32_t ActorTreeModel::parentOf(const ActorEntry& actor) const {
    // A damaged file may name a parent that is not older; such an actor hangs at the top.
    return actor.parent.value < actor.rank.value ? actor.parent.value : 0;
}

void ActorTreeModel::hang(std::uint32_t rank) {
    Node& node = nodes_[rank];
    Node& parent = nodes_[node.parent];
    node.shown = true;
    node.row = static_cast<std::uint32_t>(parent.children.size());
    parent.children.push_back(rank);
}

bool ActorTreeModel::isLongerList(const Actors& actors) const {
    if (!actors_ || !actors || actors_->empty() || actors->size() < actors_->size()) return false;
    const ActorEntry& old = actors_->back();
    const ActorEntry& now = (*actors)[actors_->size() - 1];
    return old.path == now.path && old.bornAt == now.bornAt;
}

void ActorTreeModel::setActors(Actors actors) {
    if (isLongerList(actors)) {
        append(actors);
        return;
    }
    beginResetModel();
    actors_ = std::move(actors);
    matches_.reset();
    world_ = {};
    regionNotes_.clear();
    open_.clear();
    rebuild();
    endResetModel();
}

void ActorTreeModel::append(const Actors& longer) {
    for (std::size_t rank = actors_->size(); rank < longer->size(); ++rank) {
        Node node;
        node.parent = parentOf((*longer)[rank]);
        const int row = static_cast<int>(nodes_[node.parent].children.size());
        if (!isFiltered()) beginInsertRows(indexOfNode(node.parent, 0), row, row);
        // Until the list is swapped, the new actor's text comes from the list it came with.
        actors_ = longer;
        if ((*longer)[node.parent].isRegion)
            nodes_[node.parent].below.push_back(static_cast<std::uint32_t>(rank));
        nodes_.push_back(std::move(node));
        if (isFiltered()) continue;
        hang(static_cast<std::uint32_t>(rank));
        endInsertRows();
    }
    actors_ = longer;
    living_.clear();
}

void ActorTreeModel::setMatches(std::shared_ptr<const ActorMatches> matches) {
    const bool all = !matches || (matches->count + 1 == nodes_.size());
    if (all && !isFiltered()) return;
    beginResetModel();
    matches_ = all ? nullptr : std::move(matches);
    rebuild();
    endResetModel();
}

std::uint32_t ActorTreeModel::matchCount() const {
    if (matches_) return matches_->count;
    return nodes_.empty() ? 0 : static_cast<std::uint32_t>(nodes_.size() - 1);
}

bool ActorTreeModel::matches(std::uint32_t rank) const {
    return !matches_ || (rank < matches_->matches.size() && matches_->matches[rank] != 0);
}

void ActorTreeModel::rebuild() {
    const auto count = static_cast<std::uint32_t>(actors_ ? actors_->size() : 0);
    nodes_.assign(count, {});
    living_.clear();
    for (std::uint32_t rank = count; rank-- > 1;) {
        Node& node = nodes_[rank];
        node.parent = parentOf((*actors_)[rank]);
        node.shown = node.shown || matches(rank);
        if (node.shown && node.parent != 0) nodes_[node.parent].shown = true;
    }
    for (std::uint32_t rank = 1; rank < count; ++rank)
        if ((*actors_)[nodes_[rank].parent].isRegion)
            nodes_[nodes_[rank].parent].below.push_back(rank);
    for (std::uint32_t rank = 1; rank < count; ++rank)
        if (nodes_[rank].shown) hang(rank);
}

ActorTreeModel::Seen ActorTreeModel::seen(std::uint32_t rank) const {
    const bool isRegion = (*actors_)[rank].isRegion;
    return {waiting(rank),
            restarts(rank),
            open(rank),
            isRegion ? living(rank) : 0,
            alive(rank),
            (*actors_)[rank].bornAt <= world_.position,
            cancelled(rank),
            isRegion ? phase(rank) : QString(),
            regionNotes_.contains(Rank{rank})};
}

void ActorTreeModel::setWorld(const recorder::WorldMoment& world, const QModelIndexList& visible) {
    std::vector<std::pair<QModelIndex, Seen>> before;
    for (const QModelIndex& index : visible)
        if (const std::uint32_t rank = rankOf(index).value; rank != 0 && rank < nodes_.size())
            before.emplace_back(index, seen(rank));
    world_ = world;
    living_.clear();
    open_.clear();
    for (const auto& [id, open] : world_.obligations) {
        ++open_[open.region];
        if (open.holder != kOutside) ++open_[open.holder];
    }
    regionNotes_.clear();
    QModelIndexList changed;
    for (const auto& [index, was] : before)
        if (seen(rankOf(index).value) != was) changed << index;
    say(changed);
}

void ActorTreeModel::say(const QModelIndexList& visible) {
    for (const QModelIndex& index : visible) {
        if (!index.isValid()) continue;
        Q_EMIT dataChanged(index.siblingAtColumn(kActor), index.siblingAtColumn(kWaiting));
    }
}

void ActorTreeModel::setRegions(const RegionsMoment& regions, const QModelIndexList& visible) {
    if (regions.position != world_.position) return;
    for (const RegionsMoment::Entry& region : regions.regions) {
        QStringList notes;
        for (const std::string& note : region.notes) notes << textOf(note);
        regionNotes_[region.rank] = std::move(notes);
    }
    QModelIndexList told;
    for (const QModelIndex& index : visible)
        if (regionNotes_.contains(rankOf(index))) told << index;
    say(told);
}

std::vector<Rank> ActorTreeModel::unknownRegions(const QModelIndexList& rows) const {
    std::vector<Rank> out;
    for (const QModelIndex& index : rows) {
        const Rank rank = rankOf(index);
        if (rank.value == 0 || rank.value >= nodes_.size() || !alive(rank.value)) continue;
        if ((*actors_)[rank.value].isRegion && !regionNotes_.contains(rank)) out.push_back(rank);
    }
    return out;
}

QModelIndex ActorTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) return {};
    return indexOfNode(nodes_[rankOf(parent).value].children[static_cast<std::size_t>(row)],
                       column);
}

QModelIndex ActorTreeModel::parent(const QModelIndex& child) const {
    const std::uint32_t rank = rankOf(child).value;
    return rank == 0 || rank >= nodes_.size() ? QModelIndex{} : indexOfNode(nodes_[rank].parent, 0);
}

int ActorTreeModel::rowCount(const QModelIndex& parent) const {
    const std::uint32_t rank = rankOf(parent).value;
    if (rank >= nodes_.size() || parent.column() > 0) return 0;
    return static_cast<int>(nodes_[rank].children.size());
}

int ActorTreeModel::columnCount(const QModelIndex&) const {
    return kColumnCount;
}

bool ActorTreeModel::alive(std::uint32_t rank) const {
    return rank < world_.alive.size() && world_.alive[rank] != 0;
}

QString ActorTreeModel::phase(std::uint32_t rank) const {
    if (!(*actors_)[rank].isRegion || !alive(rank)) return {};
    const auto at = world_.phases.find(Rank{rank});
    const RegionPhase phase = at == world_.phases.end() ? RegionPhase::kOpen : at->second;
    switch (phase) {
        case RegionPhase::kOpen: return tr("open");
        case RegionPhase::kClosing: return tr("closing");
        case RegionPhase::kFinalizing: return tr("finalizing");
        case RegionPhase::kClosed: return tr("closed");
    }
    return tr("unknown");
}

std::uint32_t ActorTreeModel::living(std::uint32_t rank) const {
    const auto [at, isNew] = living_.try_emplace(rank, 0);
    if (isNew)
        at->second = static_cast<std::uint32_t>(
            std::count_if(nodes_[rank].below.begin(), nodes_[rank].below.end(),
                          [this](std::uint32_t child) { return alive(child); }));
    return at->second;
}

std::uint32_t ActorTreeModel::restarts(std::uint32_t rank) const {
    const auto at = world_.restarts.find(Rank{rank});
    return at == world_.restarts.end() ? 0 : at->second;
}

bool ActorTreeModel::cancelled(std::uint32_t rank) const {
    return world_.cancelled.contains(Rank{rank});
}

std::uint32_t ActorTreeModel::open(std::uint32_t rank) const {
    const auto at = open_.find(Rank{rank});
    return at == open_.end() ? 0 : at->second;
}

std::uint32_t ActorTreeModel::waiting(std::uint32_t rank) const {
    return rank < world_.waiting.size() ? world_.waiting[rank] : 0;
}

QString ActorTreeModel::openText(std::uint32_t rank) const {
    return open(rank) == 1 ? tr("1 open obligation")
                           : tr("%1 open obligations").arg(groupedText(open(rank)));
}

QString ActorTreeModel::toolTip(std::uint32_t rank) const {
    const ActorEntry& actor = (*actors_)[rank];
    QString text =
        tr("%1\n%2, born at event %3")
            .arg(textOf(actor.path), textOf(actor.typeName), groupedText(actor.bornAt.value));
    if (actor.isRegion && alive(rank))
        text +=
            tr("\nRegion, %1, %2 living right below").arg(phase(rank), groupedText(living(rank)));
    const auto notes = regionNotes_.find(Rank{rank});
    if (notes != regionNotes_.end())
        for (const QString& note : notes->second) text += QLatin1Char('\n') + note;
    else if (cancelled(rank))
        text += tr("\nAsked to end");
    if (open(rank) != 0)
        text += actor.isRegion ? tr("\nIts ledger: %1").arg(openText(rank))
                               : tr("\nHolds %1").arg(openText(rank));
    if (restarts(rank) != 0) text += tr("\nRestarts: %1").arg(groupedText(restarts(rank)));
    return text.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>"));
}

QStringList ActorTreeModel::notesOf(std::uint32_t rank) const {
    QStringList notes;
    if ((*actors_)[rank].isRegion && alive(rank))
        notes << phase(rank) << tr("%1 living").arg(groupedText(living(rank)));
    if (restarts(rank) != 0) notes << tr("life %1").arg(restarts(rank) + 1ull);
    const auto told = regionNotes_.find(Rank{rank});
    if (told != regionNotes_.end())
        notes << told->second;
    else if (cancelled(rank))
        notes << tr("asked to end");
    if (open(rank) != 0) notes << openText(rank);
    return notes;
}

QString ActorTreeModel::display(std::uint32_t rank, int column) const {
    if (column == kActor) {
        const QStringList notes = notesOf(rank);
        const QString name = partsOf((*actors_)[rank].path).name;
        return notes.empty() ? name
                             : name + QStringLiteral("   ") + notes.join(QStringLiteral(", "));
    }
    return waiting(rank) == 0 ? QString() : groupedText(waiting(rank));
}

QVariant ActorTreeModel::data(const QModelIndex& index, int role) const {
    const std::uint32_t rank = rankOf(index).value;
    if (rank == 0 || rank >= nodes_.size()) return {};
    const ActorEntry& actor = (*actors_)[rank];
    switch (role) {
        case Qt::DisplayRole: return display(rank, index.column());
        case Qt::ToolTipRole: return toolTip(rank);
        case Qt::TextAlignmentRole:
            return index.column() == kWaiting ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                              : QVariant();
        case kRankRole: return rank;
        case kAliveRole: return alive(rank);
        case kBornRole: return actor.bornAt.value <= world_.position.value;
        case kMatchRole: return matches(rank);
        case kRegionRole: return actor.isRegion;
        case kPhaseRole: return phase(rank);
        case kLivingRole: return living(rank);
        case kRestartsRole: return restarts(rank);
        case kCancelledRole: return cancelled(rank);
        case kOpenRole: return open(rank);
        default: return {};
    }
}

QVariant ActorTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::DisplayRole) return section == kActor ? tr("Actor") : tr("Waiting");
    if (role == Qt::ToolTipRole && section == kWaiting) return tr("Messages in the mailbox");
    if (role == Qt::TextAlignmentRole && section == kWaiting)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

}  // namespace ariadne::studio
