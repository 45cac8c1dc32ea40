#include "studio/views/timeline_view.h"

#include "studio/models/lane_order.h"
#include "studio/views/fonts.h"

#include <QMouseEvent>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace ariadne::studio {
namespace {

constexpr int kRulerHeight = 38;
constexpr int kPitchMin = 4;
constexpr int kPitchMax = 40;
constexpr int kLabelsMin = 80;

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
    actors_ = std::move(actors);
    layOutRows();
}

void TimelineView::setLanes(std::shared_ptr<const LaneIndex> lanes) {
    lanes_ = std::move(lanes);
    hover_.reset();
    raster_.setLanes(lanes_);
    layOutRows();
    fitPitch();
}

void TimelineView::setLastPosition(Position last, VirtualTime lastTime) {
    lastTime_ = lastTime;
    const bool all = visible_ == whole_;
    whole_ = wholeOf(last.value);
    setVisible64(all ? whole_ : visible_);
}

void TimelineView::setPosition(Position position) {
    position_ = position;
    viewport()->update();
}

void TimelineView::revealPosition() {
    if (position_.value != 0) setVisible64(showing(position_.value, visible_, whole_));
}

void TimelineView::setSelected(Rank rank) {
    if (selected_ == rank) return;
    selected_ = rank;
    arrows_.reset();
    if (hideIdle_) layOutRows();
    invalidate();
}

void TimelineView::revealLane(Rank rank) {
    const std::optional<int> row = rowOfRank(rank);
    if (!row) return;
    const int top = *row * pitch_;
    const int now = verticalScrollBar()->value();
    if (top < now)
        verticalScrollBar()->setValue(top);
    else if (top + pitch_ > now + laneArea().height())
        verticalScrollBar()->setValue(top + pitch_ - laneArea().height());
}

void TimelineView::setArrows(std::shared_ptr<const ArrowSet> arrows) {
    arrows_ = std::move(arrows);
    viewport()->update();
}

void TimelineView::setHideIdleLanes(bool hide) {
    hideIdle_ = hide;
    layOutRows();
}

void TimelineView::setVisible64(PositionRange visible) {
    visible = within(visible, whole_);
    if (visible == visible_) {
        invalidate();
        return;
    }
    visible_ = visible;
    hover_.reset();
    if (hideIdle_) layOutRows();
    invalidate();
    Q_EMIT visibleChanged(visible_.begin, visible_.end);
}

void TimelineView::zoomBy(double factor, double anchor) {
    setVisible64(zoomed(visible_, anchor, factor, whole_));
}

void TimelineView::zoomAtPosition(double factor) {
    zoomBy(factor,
           visible_.contains(position_.value) ? centreOf(position_.value, visible_, 1.0) : 0.5);
}

void TimelineView::panBy(double share) {
    const double step = std::round(share * static_cast<double>(visible_.length()));
    const std::int64_t delta = static_cast<std::int64_t>(step);
    setVisible64(moved(visible_, delta != 0 ? delta : share < 0 ? -1 : 1, whole_));
}

void TimelineView::centreOrFit() {
    const PositionRange centred =
        centredOn(std::max<std::uint64_t>(position_.value, 1), visible_, whole_);
    if (centred == visible_)
        showAll();
    else
        setVisible64(centred);
}

void TimelineView::showAll() {
    setVisible64(whole_);
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

std::vector<Rank> TimelineView::lanesInView() const {
    std::vector<Rank> out;
    for (auto row = static_cast<std::size_t>(verticalScrollBar()->value() / pitch_);
         row < rows_.size() && rowTop(static_cast<int>(row)) < viewport()->height(); ++row)
        out.push_back({rows_[row]});
    return out;
}

int TimelineView::rowTop(int row) const {
    return kRulerHeight + row * pitch_ - verticalScrollBar()->value();
}

void TimelineView::layOutRows() {
    order_.clear();
    if (actors_ && lanes_) order_ = treeOrder(*actors_, *lanes_);
    rows_ = hideIdle_ && lanes_ ? withEventsIn(order_, *lanes_, visible_, selected_.value) : order_;
    rowOf_.assign(lanes_ ? lanes_->lanes.size() : 0, -1);
    for (std::size_t row = 0; row < rows_.size(); ++row)
        rowOf_[rows_[row]] = static_cast<std::int32_t>(row);
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

std::optional<std::uint32_t> TimelineView::rankAt(int y) const {
    if (y < kRulerHeight) return std::nullopt;
    const int row = (y - kRulerHeight + verticalScrollBar()->value()) / pitch_;
    if (row < 0 || static_cast<std::size_t>(row) >= rows_.size()) return std::nullopt;
    return rows_[static_cast<std::size_t>(row)];
}

void TimelineView::scrubTo(int x) {
    const QRect area = laneArea();
    Q_EMIT positionRequested(positionAt(x - area.x(), visible_, area.width()));
}

void TimelineView::clickLane(QPoint at) {
    const std::optional<std::uint32_t> rank = rankAt(at.y());
    if (!rank) return;
    Q_EMIT actorSelected(*rank);
    const QRect area = laneArea();
    if (at.x() < area.x()) return;
    const std::uint64_t under = positionAt(at.x() - area.x(), visible_, area.width());
    const auto reach = 4 * visible_.length() / static_cast<std::uint64_t>(area.width()) + 1;
    const std::vector<Slice>& slices = lanes_->lanes[*rank].slices;
    const std::size_t slice = sliceNear(slices, under, reach);
    // Inside a wide turn the row under the mouse is meant, beside one its beginning.
    const bool inside = slice < slices.size() && under >= slices[slice].begin &&
                        under < slices[slice].begin + slices[slice].length;
    const bool rowsAreWide =
        static_cast<double>(area.width()) / static_cast<double>(visible_.length()) >= 6;
    Q_EMIT positionRequested(
        slice == slices.size() || (inside && rowsAreWide) ? under : slices[slice].begin);
}

void TimelineView::mousePressEvent(QMouseEvent* event) {
    dragAt_ = event->pos();
    const QRect area = laneArea();
    if (event->button() == Qt::MiddleButton || event->button() == Qt::RightButton) {
        drag_ = Drag::kPan;
    } else if (event->button() == Qt::LeftButton && std::abs(event->pos().x() - area.x()) <= 3) {
        drag_ = Drag::kLabels;
    } else if (event->button() == Qt::LeftButton && event->pos().y() < kRulerHeight) {
        drag_ = Drag::kScrub;
        scrubTo(event->pos().x());
    } else if (event->button() == Qt::LeftButton && lanes_) {
        clickLane(event->pos());
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
            if (by.x() != 0) setVisible64(moved(visible_, -std::llround(positions), whole_));
            if (by.y() != 0) verticalScrollBar()->setValue(verticalScrollBar()->value() - by.y());
            break;
        }
        case Drag::kNone: break;
    }
    updateHover(event->pos());
}

void TimelineView::mouseReleaseEvent(QMouseEvent*) {
    drag_ = Drag::kNone;
}

void TimelineView::mouseDoubleClickEvent(QMouseEvent* event) {
    const QRect area = laneArea();
    if (event->button() != Qt::LeftButton || !area.contains(event->pos())) return;
    const double anchor = static_cast<double>(event->pos().x() - area.x()) / area.width();
    zoomBy(0.1, anchor);
}

void TimelineView::updateHover(QPoint at) {
    const QRect area = laneArea();
    hover_.reset();
    if (lanes_ && at.x() >= area.x() && at.x() < area.right()) {
        Hover hover;
        hover.at = at;
        hover.position = positionAt(at.x() - area.x(), visible_, area.width());
        if (const auto rank = rankAt(at.y())) {
            hover.rank = {*rank};
            const std::vector<Slice>& slices = lanes_->lanes[*rank].slices;
            const auto reach = 2 * visible_.length() / static_cast<std::uint64_t>(area.width());
            const std::size_t slice = sliceNear(slices, hover.position, reach);
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
    return QAbstractScrollArea::viewportEvent(event);
}

void TimelineView::keyPressEvent(QKeyEvent* event) {
    if (event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) {
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    const bool fast = event->modifiers().testFlag(Qt::ShiftModifier);
    switch (event->key()) {
        case Qt::Key_W: zoomAtPosition(fast ? 0.5 : 0.8); break;
        case Qt::Key_S: zoomAtPosition(fast ? 2.0 : 1.25); break;
        case Qt::Key_A: panBy(fast ? -0.5 : -0.1); break;
        case Qt::Key_D: panBy(fast ? 0.5 : 0.1); break;
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
