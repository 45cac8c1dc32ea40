#include "studio/views/timeline_view.h"

#include "studio/models/lane_order.h"
#include "studio/models/text.h"
#include "studio/views/fonts.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr int kRulerHeight = 38;
constexpr int kPitchMin = 4;
constexpr int kPitchMax = 40;
constexpr int kLabelsMin = 80;
/// Of a label that a group's sign takes.
constexpr int kSignWidth = 24;
/// Pinned lanes leave so much of the height to the others.
constexpr int kFixedNumerator = 3, kFixedDenominator = 5;
/// So far beside a turn a click still means it.
constexpr int kReachPx = 4;

}  // namespace

TimelineView::TimelineView(QWidget* parent) : QAbstractScrollArea(parent) {
    setObjectName(QStringLiteral("timeline"));
    setAccessibleName(tr("Timeline"));
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    setFont(uiFont());
}

TimelineView::~TimelineView() = default;

void TimelineView::setActors(std::shared_ptr<const std::vector<ActorEntry>> actors) {
    if (actors == actors_) return;
    actors_ = std::move(actors);
    if (!choices_.filter.empty()) askMatches();
    arrange();
}

void TimelineView::setLanes(std::shared_ptr<const LaneIndex> lanes) {
    if (!lanes) {
        groups_.reset();
        watches_.reset();
        sums_.reset();
        wanted_.reset();
        revealedAbout_.reset();
        queries_.reset();
        setCurrentLane({});
        cancelDrag();
        clearMeasured();
    }
    lanes_ = std::move(lanes);
    hover_.reset();
    raster_.setLanes(lanes_);
    // Before anything is laid out: the rows are those of lanes that are there.
    arrange();
    updateWhole();
    if (wanted_ && isRead(*wanted_)) setVisible64(*std::exchange(wanted_, std::nullopt));
    fitPitch();
    // What is known of the groups holds until the longer lanes are summed up.
    if (lanes_ && !arrangement_.groups.empty()) Q_EMIT groupsWanted(arrangement_.members);
}

void TimelineView::setChoices(const LaneChoices& choices) {
    if (choices == choices_) return;
    const bool otherFilter = choices.filter != choices_.filter;
    choices_ = choices;
    if (choices_.filter.empty()) matches_.reset();
    if (otherFilter) askMatches();
    arrange();
}

/// Until they are here, the lanes stay as they are.
void TimelineView::askMatches() {
    const QString lower = textOf(choices_.filter).toLower();
    if (!lower.isEmpty()) Q_EMIT matchesWanted(lower);
}

void TimelineView::setMatches(std::shared_ptr<const ActorMatches> matches) {
    if (textOf(matches->text) != textOf(choices_.filter).toLower()) return;
    matches_ = std::move(matches);
    arrange();
}

void TimelineView::setGroups(std::shared_ptr<const LaneGroups> groups) {
    if (groups && groups->of != arrangement_.members) return;
    groups_ = std::move(groups);
    invalidate();
}

void TimelineView::setWatches(std::shared_ptr<const WatchLanes> watches) {
    watches_ = std::move(watches);
    viewport()->update();
}

void TimelineView::arrange() {
    LaneArrangement lanes;
    if (actors_ && lanes_) lanes = arrangeLanes(*actors_, *lanes_, choices_, matches_.get());
    const bool sameGroups = *lanes.members == *arrangement_.members;
    if (sameGroups) lanes.members = arrangement_.members;
    arrangement_ = std::move(lanes);
    if (!sameGroups) {
        groups_.reset();
        if (!arrangement_.groups.empty()) Q_EMIT groupsWanted(arrangement_.members);
    }
    layOutRows();
    fitPitch();
    Q_EMIT arranged();
}

void TimelineView::setLastPosition(Position last, VirtualTime lastTime) {
    lastTime_ = lastTime;
    last_ = last;
    updateWhole();
}

/// Of most steps nothing but the line moves, if that: the rest is not painted again.
void TimelineView::setPosition(Position position) {
    const Position before = position_;
    const QRegion boxes = positionBoxes();
    position_ = position;
    if (changesRows(before, position))
        viewport()->update();
    else if (before != position)
        viewport()->update(boxes + positionBoxes());
}

/// Whether anything but the line of the position looks different there.
bool TimelineView::changesRows(Position before, Position now) const {
    if (!lanes_ || before == now) return false;
    const auto touches = [&](const Arrow& arrow) {
        return arrow.from == before || arrow.from == now || arrow.to == before || arrow.to == now;
    };
    if (arrows_ && std::any_of(arrows_->arrows.begin(), arrows_->arrows.end(), touches))
        return true;
    // Whose life begins or ends in between.
    const PositionRange between{std::min(before, now).value + 1, std::max(before, now).value + 1};
    for (const Rank rank : lanesInView()) {
        const LaneIndex::Lane& lane = lanes_->lanes[rank.value];
        if (between.contains(lane.bornAt.value) || between.contains(lane.endedAt.value))
            return true;
    }
    return false;
}

void TimelineView::revealPosition() {
    if (position_.value == 0) return;
    const PositionRange at{position_.value, position_.value + 1};
    const PositionRange units = showing(axisOf(at).unitOf(position_.value), visible_, whole_);
    if (units != visible_) setUnitsByHand(units);
    const TimelineSums* const sums = sumsOf(at);
    const bool isAbout = byTime_ && sums != nullptr && sums->times.log() != 0;
    revealedAbout_ = isAbout ? std::optional{visible_} : std::nullopt;
}

void TimelineView::setSelected(Rank rank) {
    if (selected_ == rank) return;
    selected_ = rank;
    arrows_.reset();
    if (hideIdle_) layOutRows();
    setCurrentLane(rank != kOutside && actors_ && rank.value < actors_->size()
                       ? actorKey((*actors_)[rank.value])
                       : LaneKey{});
    invalidate();
}

void TimelineView::setCurrentLane(const LaneKey& key) {
    if (current_ == key) return;
    current_ = key;
    currentShown_ = rowOfKey(key, rows_);
    const std::size_t colon = key.find(':');
    setAccessibleDescription(
        colon == LaneKey::npos
            ? QString()
            : tr("Lane %1").arg(textOf(std::string_view{key}.substr(colon + 1))));
    viewport()->update();
    Q_EMIT currentLaneChanged();
}

bool TimelineView::isKeyOf(const LaneRow& row, std::string_view key) const {
    constexpr std::string_view kActor = "actor:";
    if (row.kind == LaneRow::Kind::kGroup) return arrangement_.groups[row.index].key == key;
    if (row.kind == LaneRow::Kind::kWatch) return watchKey(arrangement_.watches[row.index]) == key;
    if (row.kind == LaneRow::Kind::kQuery) return queryKey(arrangement_.queries[row.index]) == key;
    if (row.index == 0) return key == actorKey((*actors_)[0]);
    return key.starts_with(kActor) && key.substr(kActor.size()) == (*actors_)[row.index].path;
}

std::optional<std::size_t> TimelineView::rowOfKey(const LaneKey& key,
                                                  std::span<const LaneRow> rows) const {
    if (key.empty()) return std::nullopt;
    for (std::size_t row = 0; row < rows.size(); ++row)
        if (isKeyOf(rows[row], key)) return row;
    return std::nullopt;
}

std::optional<LaneKey> TimelineView::currentGroup() const {
    std::optional<std::size_t> row = currentShown_;
    if (!row && selected_ != kOutside) {
        // One that has no lane of its own is in that of its group.
        if (const std::optional<int> shown = rowOfRank(selected_))
            row = static_cast<std::size_t>(*shown);
    }
    if (!row || *row >= rows_.size()) return std::nullopt;
    while (rows_[*row].inGroup && *row > 0) --*row;
    if (rows_[*row].kind != LaneRow::Kind::kGroup) return std::nullopt;
    return arrangement_.groups[rows_[*row].index].key;
}

void TimelineView::stepLane(bool down) {
    if (rows_.empty()) return;
    std::size_t row = 0;
    if (currentShown_) {
        if (down ? *currentShown_ + 1 >= rows_.size() : *currentShown_ == 0) return;
        row = down ? *currentShown_ + 1 : *currentShown_ - 1;
    }
    const LaneRow what = rows_[row];
    scrollTo(row);
    if (what.kind == LaneRow::Kind::kActor) Q_EMIT actorSelected(what.index);
    // Who selects the actor makes its lane the current one, but not that of what is outside.
    if (row < rows_.size() && rows_[row] == what)
        setCurrentLane(keyOf(arrangement_, *actors_, what));
}

void TimelineView::revealCurrentLane() {
    if (currentShown_) scrollTo(*currentShown_);
}

std::optional<QPoint> TimelineView::labelCentre(const LaneKey& key) const {
    const std::optional<std::size_t> row = rowOfKey(key, rows_);
    if (!row) return std::nullopt;
    return QPoint(labelWidth_ / 2, rowTop(*row) + pitch_ / 2);
}

void TimelineView::revealLane(Rank rank) {
    if (const std::optional<int> row = rowOfRank(rank)) scrollTo(static_cast<std::size_t>(*row));
}

void TimelineView::scrollTo(std::size_t row) {
    const std::size_t fixed = fixedRows();
    if (row < fixed) return;
    const int top = static_cast<int>(row - fixed) * pitch_;
    const int now = verticalScrollBar()->value();
    const int room = rowsArea(false).height();
    if (top < now)
        verticalScrollBar()->setValue(top);
    else if (top + pitch_ > now + room)
        verticalScrollBar()->setValue(top + pitch_ - room);
}

void TimelineView::setArrows(std::shared_ptr<const ArrowSet> arrows) {
    arrows_ = std::move(arrows);
    viewport()->update();
}

void TimelineView::setHideIdleLanes(bool hide) {
    hideIdle_ = hide;
    layOutRows();
}

void TimelineView::zoomBy(double factor, double anchor) {
    setUnitsByHand(zoomed(visible_, anchor, factor, whole_));
}

void TimelineView::zoomAtPosition(double factor) {
    const TimelineAxis shown = axisOf({position_.value, position_.value + 1});
    const bool inView = visible_.contains(shown.unitOf(position_.value));
    zoomBy(factor, inView ? centreOf(position_.value, shown, 1.0) : 0.5);
}

void TimelineView::panBy(double share) {
    const double step = std::round(share * static_cast<double>(visible_.length()));
    const std::int64_t delta = static_cast<std::int64_t>(step);
    setUnitsByHand(moved(visible_, delta != 0 ? delta : share < 0 ? -1 : 1, whole_));
}

void TimelineView::centreOrFit() {
    const std::uint64_t at = std::max<std::uint64_t>(position_.value, 1);
    const std::uint64_t unit = axisOf({at, at + 1}).unitOf(at);
    const PositionRange centred = centredOn(unit, visible_, whole_);
    if (centred == visible_)
        showAll();
    else
        setUnitsByHand(centred);
}

void TimelineView::showAll() {
    setUnitsByHand(whole_);
}

void TimelineView::setLanePitch(int pitch) {
    pitchByHand_ = true;
    usePitch(pitch);
}

void TimelineView::usePitch(int pitch) {
    pitch_ = std::clamp(pitch, kPitchMin, kPitchMax);
    updateScrollBar();
    invalidate();
}

QRect TimelineView::laneArea() const {
    return {labelWidth_, kRulerHeight, std::max(1, viewport()->width() - labelWidth_),
            std::max(1, viewport()->height() - kRulerHeight)};
}

std::optional<int> TimelineView::rowOfRank(Rank rank) const {
    if (rank.value >= rowOf_.size() || rowOf_[rank.value] < 0) return std::nullopt;
    return rowOf_[rank.value];
}

std::size_t TimelineView::fixedRows() const {
    const int room = laneArea().height() * kFixedNumerator / kFixedDenominator / pitch_;
    return std::min<std::size_t>(arrangement_.pinnedRows, static_cast<std::size_t>(room));
}

int TimelineView::rowTop(std::size_t row) const {
    const int top = kRulerHeight + static_cast<int>(row) * pitch_;
    return row < fixedRows() ? top : top - verticalScrollBar()->value();
}

QRect TimelineView::rowsArea(bool fixed) const {
    const QRect area = laneArea();
    const int height = std::min(static_cast<int>(fixedRows()) * pitch_, area.height());
    return fixed ? QRect(area.x(), area.y(), area.width(), height) : area.adjusted(0, height, 0, 0);
}

TimelineView::RowSpan TimelineView::rowsInView(bool fixed) const {
    const std::size_t pinned = std::min(fixedRows(), rows_.size());
    if (fixed) return {0, pinned};
    const auto pitch = static_cast<std::size_t>(pitch_);
    const std::size_t first =
        pinned + static_cast<std::size_t>(verticalScrollBar()->value()) / pitch;
    const auto count = static_cast<std::size_t>(rowsArea(false).height()) / pitch + 2;
    return {std::min(first, rows_.size()), std::min(first + count, rows_.size())};
}

std::vector<Rank> TimelineView::lanesInView() const {
    std::vector<Rank> out;
    for (const bool fixed : {true, false}) {
        const RowSpan span = rowsInView(fixed);
        // A row behind the last whole one is painted, too.
        for (std::size_t row = span.begin; row < span.end && rowTop(row) < viewport()->height();
             ++row)
            if (rows_[row].kind == LaneRow::Kind::kActor) out.push_back({rows_[row].index});
    }
    return out;
}

void TimelineView::layOutRows() {
    rows_ = hideIdle_ && lanes_
                ? rowsWithEventsIn(arrangement_.rows, *lanes_, visiblePositions(), selected_.value)
                : arrangement_.rows;
    rowOf_.assign(lanes_ ? lanes_->lanes.size() : 0, -1);
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        const LaneRow& what = rows_[row];
        const auto number = static_cast<std::int32_t>(row);
        if (what.kind == LaneRow::Kind::kActor) rowOf_[what.index] = number;
        if (what.kind != LaneRow::Kind::kGroup) continue;
        if (!arrangement_.groups[what.index].collapsed) continue;
        for (const Rank rank : (*arrangement_.members)[what.index]) rowOf_[rank.value] = number;
    }
    currentShown_ = rowOfKey(current_, rows_);
    updateScrollBar();
    invalidate();
}

void TimelineView::fitPitch() {
    if (rows_.empty() || pitchByHand_) return;
    usePitch(std::clamp(laneArea().height() / static_cast<int>(rows_.size()), 22, 30));
}

void TimelineView::updateScrollBar() {
    const int content = static_cast<int>(
        std::min<std::size_t>(rows_.size() * static_cast<std::size_t>(pitch_), INT_MAX / 2));
    const int page = laneArea().height();
    verticalScrollBar()->setRange(0, std::max(0, content - page));
    verticalScrollBar()->setPageStep(page);
    verticalScrollBar()->setSingleStep(pitch_);
}

void TimelineView::invalidate() {
    imageIsStale_ = true;
    viewport()->update();
}

void TimelineView::scrollContentsBy(int, int) {
    hover_.reset();
    invalidate();
}

void TimelineView::resizeEvent(QResizeEvent*) {
    updateScrollBar();
    invalidate();
}

void TimelineView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) invalidate();
    QAbstractScrollArea::changeEvent(event);
}

void TimelineView::wheelEvent(QWheelEvent* event) {
    const int delta =
        event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
    const Qt::KeyboardModifiers keys = event->modifiers();
    const QRect area = laneArea();
    if (keys.testFlag(Qt::ControlModifier) && keys.testFlag(Qt::ShiftModifier)) {
        setLanePitch(pitch_ + (delta > 0 ? 2 : -2));
    } else if (keys.testFlag(Qt::ControlModifier)) {
        zoomBy(std::pow(1.0015, -delta), (event->position().x() - area.x()) / area.width());
    } else if (keys.testFlag(Qt::ShiftModifier) || event->angleDelta().x() != 0) {
        panBy(-delta / 1200.0);
    } else {
        verticalScrollBar()->setValue(verticalScrollBar()->value() - delta / 120 * 3 * pitch_ -
                                      delta % 120 * pitch_ / 40);
    }
    event->accept();
}

std::optional<std::size_t> TimelineView::rowAt(int y) const {
    if (y < kRulerHeight) return std::nullopt;
    const int at = y - kRulerHeight;
    const bool fixed = at < static_cast<int>(fixedRows()) * pitch_;
    const auto row =
        static_cast<std::size_t>((fixed ? at : at + verticalScrollBar()->value()) / pitch_);
    return row < rows_.size() ? std::optional{row} : std::nullopt;
}

void TimelineView::scrubTo(int x) {
    const QRect area = laneArea();
    Q_EMIT positionRequested(positionAt(x - area.x(), axis(), area.width()));
}

bool TimelineView::isOnSign(QPoint at, std::size_t row) const {
    return rows_[row].kind == LaneRow::Kind::kGroup && at.x() < kSignWidth;
}

void TimelineView::clickLane(QPoint at) {
    const std::optional<std::size_t> row = rowAt(at.y());
    if (!row) return;
    const LaneRow what = rows_[*row];
    const LaneKey key = keyOf(arrangement_, *actors_, what);
    const QRect area = laneArea();
    const bool onLane = at.x() >= area.x();
    const double x = at.x() - area.x();
    if (isOnSign(at, *row)) {
        setCurrentLane(key);
        Q_EMIT groupToggled(key);
        return;
    }
    if (what.kind == LaneRow::Kind::kActor) {
        Q_EMIT actorSelected(what.index);
        setCurrentLane(key);
        if (onLane) goToSlice({what.index}, x);
        return;
    }
    setCurrentLane(key);
    if (onLane && what.kind == LaneRow::Kind::kGroup) clickGroup(what, x);
    if (onLane && what.kind == LaneRow::Kind::kQuery)
        clickQuery(arrangement_.queries[what.index], positionAt(x, axis(), laneArea().width()));
}

std::size_t TimelineView::sliceUnder(const SliceList& slices, double x, int reachPx) const {
    const int width = laneArea().width();
    if (byTime_) return sliceNearPlace(slices, axis(), x, width, reachPx);
    const std::uint64_t reach =
        static_cast<std::uint64_t>(reachPx) * visible_.length() / static_cast<std::uint64_t>(width);
    return sliceNear(slices, positionAt(x, axis(), width), reach + (reachPx > 2 ? 1 : 0));
}

/// What is nearest of all that the group did.
void TimelineView::clickGroup(const LaneRow& row, double x) {
    std::optional<Rank> nearest;
    double distance = 0;
    const int width = laneArea().width();
    for (const Rank rank : (*arrangement_.members)[row.index]) {
        const SliceList& slices = lanes_->lanes[rank.value].slices;
        const std::size_t slice = sliceUnder(slices, x, kReachPx);
        if (slice == slices.size()) continue;
        const double begin = columnOf(slices[slice].begin, axis(), width);
        const double end =
            byTime_ ? begin + 1
                    : columnOf(slices[slice].begin + slices[slice].length, axis(), width);
        const double away = x < begin ? begin - x : x >= end ? x - end : 0;
        if (!nearest || away < distance) nearest = rank, distance = away;
    }
    if (!nearest) {
        Q_EMIT positionRequested(positionAt(x, axis(), width));
        return;
    }
    const LaneKey key = current_;
    Q_EMIT actorSelected(nearest->value);
    setCurrentLane(key);
    goToSlice(*nearest, x);
}

void TimelineView::goToSlice(Rank rank, double x) {
    const int width = laneArea().width();
    const std::uint64_t under = positionAt(x, axis(), width);
    const SliceList& slices = lanes_->lanes[rank.value].slices;
    const std::size_t slice = sliceUnder(slices, x, kReachPx);
    // Inside a wide turn the row under the mouse is meant, beside one its beginning.
    const bool inside = slice < slices.size() && under >= slices[slice].begin &&
                        under < slices[slice].begin + slices[slice].length;
    const bool rowsAreWide =
        !byTime_ && static_cast<double>(width) / static_cast<double>(visible_.length()) >= 6;
    Q_EMIT positionRequested(
        slice == slices.size() || (inside && rowsAreWide) ? under : slices[slice].begin);
}

void TimelineView::mousePressEvent(QMouseEvent* event) {
    cancelDrag();  // by another button
    dragAt_ = pressedAt_ = event->pos();
    const QRect area = laneArea();
    pressedUnit_ = positionAt(event->pos().x() - area.x(), visible_, area.width());
    if (event->button() == Qt::RightButton) {
        drag_ = Drag::kPan;
    } else if (event->button() == Qt::MiddleButton) {
        drag_ = Drag::kZoom;
    } else if (event->button() == Qt::LeftButton && std::abs(event->pos().x() - area.x()) <= 3) {
        drag_ = Drag::kLabels;
    } else if (event->button() == Qt::LeftButton && event->pos().y() < kRulerHeight) {
        drag_ = Drag::kScrub;
        scrubTo(event->pos().x());
    } else if (event->button() == Qt::LeftButton && lanes_ && actors_) {
        drag_ = Drag::kClick;
    }
}

void TimelineView::mouseMoveEvent(QMouseEvent* event) {
    const QRect area = laneArea();
    const bool onEdge = std::abs(event->pos().x() - area.x()) <= 3;
    viewport()->setCursor(onEdge || drag_ == Drag::kLabels ? Qt::SplitHCursor : Qt::ArrowCursor);
    switch (drag_) {
        case Drag::kScrub: scrubTo(event->pos().x()); break;
        case Drag::kLabels:
            labelWidth_ = std::clamp(event->pos().x(), kLabelsMin,
                                     std::max(kLabelsMin, viewport()->width() / 2));
            invalidate();
            break;
        case Drag::kPan: {
            const QPoint by = event->pos() - dragAt_;
            dragAt_ = event->pos();
            const double positions = by.x() * static_cast<double>(visible_.length()) / area.width();
            if (by.x() != 0) setUnitsByHand(moved(visible_, -std::llround(positions), whole_));
            if (by.y() != 0) verticalScrollBar()->setValue(verticalScrollBar()->value() - by.y());
            break;
        }
        case Drag::kClick:
            if (!isDragged(event->pos())) break;
            drag_ = Drag::kMeasure;
            [[fallthrough]];
        case Drag::kMeasure: measureTo(event->pos().x()); break;
        case Drag::kZoom:
            if (!zoomTo_ && !isDragged(event->pos())) break;
            zoomTo_ = unitsTo(event->pos().x());
            viewport()->update();
            break;
        case Drag::kNone: break;
    }
    updateHover(event->pos());
}

void TimelineView::mouseReleaseEvent(QMouseEvent* event) {
    const Drag drag = std::exchange(drag_, Drag::kNone);
    if (drag == Drag::kClick && event->button() == Qt::LeftButton) {
        clearMeasured();
        return clickLane(pressedAt_);
    }
    if (drag == Drag::kMeasure) return viewport()->update();
    if (const auto units = std::exchange(zoomTo_, std::nullopt)) return zoomTo(*units);
    const bool moved =
        (event->pos() - pressedAt_).manhattanLength() >= QApplication::startDragDistance();
    if (event->button() != Qt::RightButton || moved || !lanes_ || !actors_) return;
    const std::optional<std::size_t> row = rowAt(event->pos().y());
    if (!row) return;
    const LaneRow what = rows_[*row];
    const LaneKey key = keyOf(arrangement_, *actors_, what);
    if (what.kind == LaneRow::Kind::kActor) Q_EMIT actorSelected(what.index);
    setCurrentLane(key);
    Q_EMIT laneMenuRequested(event->globalPosition().toPoint());
}

/// That of the mouse comes with its button's way up, since a drag with it pans.
void TimelineView::contextMenuEvent(QContextMenuEvent* event) {
    event->accept();
    if (event->reason() == QContextMenuEvent::Mouse || !currentShown_) return;
    scrollTo(*currentShown_);
    const QPoint at(labelWidth_ / 2, rowTop(*currentShown_) + pitch_ / 2);
    Q_EMIT laneMenuRequested(viewport()->mapToGlobal(at));
}

void TimelineView::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void TimelineView::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void TimelineView::mouseDoubleClickEvent(QMouseEvent* event) {
    const QRect area = laneArea();
    if (event->button() != Qt::LeftButton || !lanes_) return;
    const std::optional<std::size_t> row = rowAt(event->pos().y());
    if (row && event->pos().x() < area.x() - 3 && rows_[*row].kind == LaneRow::Kind::kGroup) {
        Q_EMIT groupToggled(arrangement_.groups[rows_[*row].index].key);
        return;
    }
    if (!area.contains(event->pos())) return;
    const double anchor = static_cast<double>(event->pos().x() - area.x()) / area.width();
    zoomBy(0.1, anchor);
}

void TimelineView::updateHover(QPoint at) {
    const QRect area = laneArea();
    hover_.reset();
    if (lanes_ && at.x() >= area.x() && at.x() < area.right()) {
        Hover hover;
        hover.at = at;
        hover.position = positionAt(at.x() - area.x(), axis(), area.width());
        hover.row = rowAt(at.y());
        if (hover.row && rows_[*hover.row].kind == LaneRow::Kind::kActor) {
            const SliceList& slices = lanes_->lanes[rows_[*hover.row].index].slices;
            const std::size_t slice = sliceUnder(slices, at.x() - area.x(), 2);
            if (slice < slices.size()) hover.slice = &slices[slice];
        }
        hover_ = hover;
    }
    viewport()->update();
}

bool TimelineView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave) {
        hover_.reset();
        viewport()->update();
    }
    if (event->type() == QEvent::ToolTip) {
        const auto* const help = static_cast<QHelpEvent*>(event);
        if (!showLabelTip(help->pos(), help->globalPos())) QToolTip::hideText();
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void TimelineView::keyPressEvent(QKeyEvent* event) {
    if (event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) {
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
        case Qt::Key_Up:
            verticalScrollBar()->setValue(verticalScrollBar()->value() - pitch_);
            break;
        case Qt::Key_Down:
            verticalScrollBar()->setValue(verticalScrollBar()->value() + pitch_);
            break;
        default: QAbstractScrollArea::keyPressEvent(event); break;
    }
}

}  // namespace ariadne::studio
