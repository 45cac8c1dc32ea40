#include "studio/models/obligation_model.h"

#include "studio/models/text.h"
#include "studio/session/actor_matches.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15;  // as in actor_tree_model.cpp
constexpr std::uint64_t kGather = 0xF1DE83E19937733D;

/// Of a longer life a tip tells how it began and how it ended; all of it is in the tree.
constexpr std::size_t kTipStepsFirst = 8;
constexpr std::size_t kTipStepsLast = 4;

/// 0 of a top row, of a step one more than its parent's row.
std::uint64_t aboveOf(const QModelIndex& index) {
    return std::uint64_t{index.internalId()} * kGather;
}

Position beginOf(Position madeAt, Position since) {
    return madeAt.value != 0 ? madeAt : since;
}

}  // namespace

void ObligationModel::setActors(std::shared_ptr<const std::vector<ActorEntry>> actors) {
    actors_ = std::move(actors);
}

void ObligationModel::setList(std::shared_ptr<const ObligationList> list) {
    if (list == list_) return;
    list_ = std::move(list);
    rebuild();
}

void ObligationModel::setMoment(std::shared_ptr<const Moment> moment) {
    moment_ = std::move(moment);
    rebuild();
}

void ObligationModel::setFilter(const QString& text) {
    std::string lower = text.trimmed().toLower().toStdString();
    if (lower == filter_) return;
    filter_ = std::move(lower);
    rebuild();
}

bool ObligationModel::pathMatches(Rank rank) const {
    return actors_ && rank.value < actors_->size() &&
           containsLowered((*actors_)[rank.value].path, filter_);
}

bool ObligationModel::matches(const Row& row) const {
    if (filter_.empty() || pathMatches(row.name.maker) || pathMatches(holderOf(row))) return true;
    if (row.open && pathMatches(row.open->region)) return true;
    if (row.story == nullptr) return false;
    const auto& hands = row.story->hands;
    return containsLowered(row.story->what, filter_) || pathMatches(row.story->region) ||
           std::any_of(hands.begin(), hands.end(),
                       [this](const auto& hand) { return pathMatches(hand.holder); });
}

void ObligationModel::addLeaks(std::vector<Row>& rows) {
    leakCount_ = 0;
    if (!list_) return;
    for (const std::uint32_t at : list_->leaks) {
        Row row;
        row.story = &list_->all[at];
        row.name = row.story->name;
        if (moment_ && !row.name.isAnswer) {
            const auto& open = moment_->world.obligations;
            const auto found = open.find({row.name.maker, row.name.ordinal});
            if (found != open.end()) row.open = found->second;
        }
        if (!matches(row)) continue;
        if (++leakCount_ <= kShownMax) rows.push_back(std::move(row));
    }
}

void ObligationModel::addOpen(std::vector<Row>& rows) {
    openCount_ = 0;
    if (!moment_) return;
    const std::size_t leaks = rows.size();
    for (const auto& [id, at] : moment_->world.obligations) {
        Row row;
        row.name = {id.first, id.second, false};
        row.open = at;
        row.story = list_ ? list_->find(row.name) : nullptr;
        if (!matches(row)) continue;
        ++openCount_;
        const bool hasRow = row.story != nullptr && row.story->leaked();
        if (!hasRow) rows.push_back(std::move(row));
    }
    std::stable_sort(rows.begin() + static_cast<std::ptrdiff_t>(leaks), rows.end(),
                     [this](const Row& a, const Row& b) { return positionOf(a) < positionOf(b); });
    if (rows.size() > leaks + kShownMax) rows.resize(leaks + kShownMax);
}

/// The same obligations as before stay where they are; only what is said of them is new.
void ObligationModel::rebuild() {
    std::vector<Row> rows;
    addLeaks(rows);
    addOpen(rows);
    const bool same = list_ == shownOf_ &&
                      std::equal(rows.begin(), rows.end(), rows_.begin(), rows_.end(),
                                 [](const Row& a, const Row& b) { return a.name == b.name; });
    if (!same) beginResetModel();
    rows_ = std::move(rows);
    shownOf_ = list_;
    if (!same)
        endResetModel();
    else if (!rows_.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumnCount - 1));
}

bool ObligationModel::isEmpty() const {
    return (!list_ || (list_->all.empty() && list_->leftOut == 0)) &&
           (!moment_ || moment_->world.obligations.empty());
}

QString ObligationModel::summary() const {
    QStringList parts;
    if (leakCount_ != 0) parts << tr("%1 leaked").arg(groupedText(leakCount_));
    parts << tr("%1 open").arg(groupedText(openCount_));
    if (openCount_ > kShownMax || leakCount_ > kShownMax)
        parts << tr("the first %1 of each are shown").arg(groupedText(kShownMax));
    if (list_ && list_->leftOut != 0)
        parts << tr("%1 of the trace are not kept").arg(groupedText(list_->leftOut));
    return parts.join(QStringLiteral(", "));
}

// ---- A life ------------------------------------------------------------------------------------

Rank ObligationModel::holderOf(const Row& row) const {
    if (row.open && row.open->holder != kOutside) return row.open->holder;
    return row.story != nullptr && !row.story->hands.empty() ? row.story->hands.back().holder
                                                             : kOutside;
}

void ObligationModel::addEnd(const ObligationStory& story, std::vector<Step>& steps) const {
    if (!story.resolution) return;
    const Rank holder = story.hands.empty() ? kOutside : story.hands.back().holder;
    switch (*story.resolution) {
        case Resolution::kCommitted:
            steps.push_back({tr("committed by"), holder, story.resolvedAt,
                             studio::markOf(EventKind::kResolve)});
            break;
        case Resolution::kAborted:
            steps.push_back(
                {tr("aborted by"), holder, story.resolvedAt, studio::markOf(EventKind::kResolve)});
            break;
        case Resolution::kExpired:
            steps.push_back({tr("expired, held by"), holder, story.resolvedAt,
                             studio::markOf(EventKind::kResolve)});
            break;
        case Resolution::kLeaked:
            if (story.resolveCause.value != 0)
                steps.push_back({story.holderEnded ? tr("its holder ended") : tr("because of"),
                                 story.holderEnded ? holder : kOutside, story.resolveCause,
                                 studio::markOf(EventKind::kStop)});
            steps.push_back({tr("leaked from"), story.region, story.resolvedAt,
                             studio::markOf(LaneMark::Kind::kLeak), true});
            break;
        default:
            steps.push_back({tr("ended in a way this version does not know"), holder,
                             story.resolvedAt, studio::markOf(EventKind::kResolve)});
    }
}

const std::vector<ObligationModel::Step>& ObligationModel::stepsOf(const Row& row) const {
    if (!row.steps) row.steps = makeSteps(row);
    return *row.steps;
}

std::vector<ObligationModel::Step> ObligationModel::makeSteps(const Row& row) const {
    std::vector<Step> steps;
    const Rank region = row.story != nullptr ? row.story->region
                        : row.open           ? row.open->region
                                             : kOutside;
    const Position madeAt = row.story != nullptr ? row.story->madeAt : Position{};
    const EventMark made = studio::markOf(EventKind::kReserve);
    steps.push_back(
        {row.name.isAnswer ? tr("owed by") : tr("made by"), row.name.maker, madeAt, made});
    if (region != kOutside && actors_ && region.value < actors_->size())
        steps.push_back({tr("in the ledger of"), region, (*actors_)[region.value].bornAt,
                         studio::markOf(EventKind::kRegion)});
    if (row.story == nullptr) {
        if (row.open && row.open->holder != kOutside)
            steps.push_back({tr("held by"), row.open->holder, row.open->since, made});
        return steps;
    }
    const auto& hands = row.story->hands;
    for (std::size_t i = 0; i < hands.size() && !row.name.isAnswer; ++i) {
        // Who makes it for himself is told of once.
        if (i == 0 && hands[i].holder == row.name.maker && hands[i].since == madeAt) continue;
        const bool others = row.story->handsLeftOut != 0 && i + 1 == hands.size();
        steps.push_back(
            {i == 0 ? tr("held by")
             : others
                 ? tr("passed on %1 times more, then to").arg(groupedText(row.story->handsLeftOut))
                 : tr("passed on to"),
             hands[i].holder, hands[i].since, studio::markOf(EventKind::kTransfer)});
    }
    addEnd(*row.story, steps);
    if (row.story->regionClosedAt.value != 0)
        steps.push_back({row.story->leaked() ? tr("closed without it") : tr("closed"), region,
                         row.story->regionClosedAt, studio::markOf(EventKind::kRegion)});
    return steps;
}

Position ObligationModel::positionOf(const Row& row) const {
    if (row.story != nullptr && row.story->leaked()) return row.story->resolvedAt;
    const Position made = row.story != nullptr ? row.story->madeAt : Position{};
    return beginOf(made, row.open ? row.open->since : Position{});
}

// ---- What is said of it ------------------------------------------------------------------------

QString ObligationModel::pathOf(Rank rank) const {
    if (rank == kOutside) return {};
    return actors_ && rank.value < actors_->size() ? textOf((*actors_)[rank.value].path)
                                                   : QStringLiteral("#%1").arg(rank.value);
}

QString ObligationModel::whatOf(const Row& row) const {
    return row.story != nullptr ? textOf(row.story->what)
                                : tr("obligation %1").arg(groupedText(row.name.ordinal));
}

QString ObligationModel::ageOf(const Row& row) const {
    if (row.story != nullptr && row.story->leaked() && !isLater(row.story->resolvedAt))
        return tr("leaked");
    if (!row.open) return tr("later");
    if (row.story == nullptr) return {};
    return durationText(moment_->time - row.story->madeTime);
}

QString ObligationModel::toolTipOf(const Row& row) const {
    QStringList lines{whatOf(row)};
    const std::vector<Step>& steps = stepsOf(row);
    const bool isLong = steps.size() > kTipStepsFirst + kTipStepsLast + 1;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (isLong && i == kTipStepsFirst) {
            const std::size_t left = steps.size() - kTipStepsFirst - kTipStepsLast;
            lines << tr("… and %1 steps more, then").arg(groupedText(left));
            i += left;
        }
        const Step& step = steps[i];
        QString line = step.text;
        if (step.who != kOutside) line += QLatin1Char(' ') + pathOf(step.who);
        if (step.at.value != 0) line += tr(", event %1").arg(groupedText(step.at.value));
        lines << line;
    }
    if (row.open) lines << tr("open at event %1").arg(groupedText(now().value));
    return lines.join(QLatin1Char('\n'))
        .toHtmlEscaped()
        .replace(QLatin1Char('\n'), QStringLiteral("<br>"));
}

QVariant ObligationModel::dataOfRow(const Row& row, int column, int role) const {
    const bool leaks = row.story != nullptr && row.story->leaked();
    switch (role) {
        case Qt::DisplayRole:
            return column == kWhat  ? whatOf(row)
                   : column == kWho ? pathOf(holderOf(row))
                                    : ageOf(row);
        case Qt::ToolTipRole: return toolTipOf(row);
        case kPositionRole: return QVariant::fromValue<quint64>(positionOf(row).value);
        case kRankRole: return holderOf(row).value;
        case kLeakRole: return leaks;
        case kLaterRole: return !row.open && leaks && isLater(row.story->resolvedAt);
        default: return {};
    }
}

QVariant ObligationModel::dataOfStep(const Step& step, int column, int role) const {
    switch (role) {
        case Qt::DisplayRole:
            return column == kWhat      ? step.text
                   : column == kWho     ? pathOf(step.who)
                   : step.at.value == 0 ? QString()
                                        : QLatin1Char('@') + groupedText(step.at.value);
        case Qt::ToolTipRole:
            return QStringLiteral("<p>%1 %2</p>").arg(step.text, pathOf(step.who).toHtmlEscaped());
        case kPositionRole: return QVariant::fromValue<quint64>(step.at.value);
        case kRankRole: return step.who.value;
        case kLeakRole: return step.leaks;
        case kLaterRole: return isLater(step.at);
        default: return {};
    }
}

EventMark ObligationModel::markOf(const QModelIndex& index) const {
    if (const Step* const step = stepAt(index)) return step->mark;
    const Row* const row = rowAt(index);
    return row != nullptr && row->story != nullptr && row->story->leaked()
               ? studio::markOf(LaneMark::Kind::kLeak)
               : studio::markOf(EventKind::kReserve);
}

// ---- The tree ----------------------------------------------------------------------------------

const ObligationModel::Row* ObligationModel::rowAt(const QModelIndex& index) const {
    if (!index.isValid()) return nullptr;
    const std::uint64_t above = aboveOf(index);
    const std::size_t row = above != 0 ? above - 1 : static_cast<std::size_t>(index.row());
    return row < rows_.size() ? &rows_[row] : nullptr;
}

const ObligationModel::Step* ObligationModel::stepAt(const QModelIndex& index) const {
    const Row* const row = rowAt(index);
    if (row == nullptr || aboveOf(index) == 0) return nullptr;
    const auto step = static_cast<std::size_t>(index.row());
    return step < stepsOf(*row).size() ? &stepsOf(*row)[step] : nullptr;
}

std::optional<ObligationName> ObligationModel::nameOf(const QModelIndex& index) const {
    const Row* const row = rowAt(index);
    return row != nullptr ? std::optional(row->name) : std::nullopt;
}

QModelIndex ObligationModel::indexOf(const ObligationName& name) const {
    for (std::size_t row = 0; row < rows_.size(); ++row)
        if (rows_[row].name == name) return index(static_cast<int>(row), 0);
    return {};
}

QModelIndex ObligationModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) return {};
    const std::uint64_t above = parent.isValid() ? static_cast<std::uint64_t>(parent.row()) + 1 : 0;
    return createIndex(row, column, static_cast<quintptr>(above * kSpread));
}

QModelIndex ObligationModel::parent(const QModelIndex& child) const {
    const std::uint64_t above = child.isValid() ? aboveOf(child) : 0;
    return above == 0 ? QModelIndex{} : createIndex(static_cast<int>(above - 1), 0, quintptr{0});
}

int ObligationModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid()) return static_cast<int>(rows_.size());
    const bool isTop = parent.column() == 0 && aboveOf(parent) == 0;
    const Row* const row = isTop ? rowAt(parent) : nullptr;
    return row != nullptr ? static_cast<int>(stepsOf(*row).size()) : 0;
}

bool ObligationModel::hasChildren(const QModelIndex& parent) const {
    if (!parent.isValid()) return !rows_.empty();
    return parent.column() == 0 && aboveOf(parent) == 0;  // each has been made by somebody
}

int ObligationModel::columnCount(const QModelIndex&) const {
    return kColumnCount;
}

QVariant ObligationModel::data(const QModelIndex& index, int role) const {
    if (role == Qt::TextAlignmentRole && index.isValid())
        return index.column() == kAge ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    if (const Step* const step = stepAt(index)) return dataOfStep(*step, index.column(), role);
    const Row* const row = rowAt(index);
    return row != nullptr ? dataOfRow(*row, index.column(), role) : QVariant();
}

QVariant ObligationModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::DisplayRole)
        return section == kWhat ? tr("Obligation") : section == kWho ? tr("Holder") : tr("Age");
    if (role == Qt::ToolTipRole && section == kAge)
        return tr("In virtual time since it was made; of a step, its event");
    if (role == Qt::TextAlignmentRole && section == kAge)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

}  // namespace ariadne::studio
