// The axis of TimelineView: what it counts, its ruler, and what is summed up along it.
#include "studio/models/text.h"
#include "studio/session/sums_scan.h"
#include "studio/views/fonts.h"
#include "studio/views/timeline_view.h"

#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace ariadne::studio {
namespace {

constexpr int kTickSpacing = 96;
/// Times to the nanosecond are longer.
constexpr int kFineTickSpacing = 148;
constexpr std::uint64_t kMillisecond = 1'000'000;
/// Lanes lower than that have no room for their queue.
constexpr int kQueuePitchLeast = 18;
constexpr int kQueuePxMax = 8;

const TimeSteps& noTimes() {
    static const TimeSteps kNone;
    return kNone;
}

}  // namespace

// ---- Units --------------------------------------------------------------------------------------

TimelineAxis TimelineView::axis() const {
    if (!byTime_) return TimelineAxis{visible_};
    return {visible_, times(), last_.value + 1};
}

const TimeSteps& TimelineView::wholeTimes() const {
    return lanes_ && lanes_->sums ? lanes_->sums->times : noTimes();
}

/// Those of a stretch only where it goes on beyond both edges.
const TimeSteps& TimelineView::timesIn(PositionRange units) const {
    if (sums_ && byTime_) {
        const TimeSteps& fine = sums_->times;
        const bool fromBefore =
            sums_->first.value <= 1 ||
            (!fine.empty() && TimelineAxis::unitOfTime(fine.firstTime()) < units.begin);
        const bool toBehind =
            sums_->next > last_ || TimelineAxis::unitOfTime(fine.lastTime()) >= units.end;
        if (fromBefore && toBehind) return fine;
    }
    return wholeTimes();
}

TimelineAxis TimelineView::axisOf(PositionRange positions) const {
    if (!byTime_) return TimelineAxis{visible_};
    const TimelineSums* const sums = sumsOf(positions);
    return {visible_, sums ? sums->times : noTimes(), last_.value + 1};
}

bool TimelineView::isRead(PositionRange positions) const {
    return within(positions, wholeOf(last_.value)).end <= readTo().value;
}

void TimelineView::updateWhole() {
    const PositionRange before = whole_;
    const bool all = visible_ == whole_;
    whole_ = byTime_ ? wholeTime(wholeTimes(), lastTime_) : wholeOf(last_.value);
    if (whole_ != before || visible_.end > whole_.end) setUnits(all ? whole_ : visible_);
}

void TimelineView::setVisible64(PositionRange visible) {
    if (!byTime_) return setUnitsByHand(visible);
    const PositionRange inside = within(visible, wholeOf(last_.value));
    if (inside == wholeOf(last_.value)) return setUnitsByHand(whole_);
    if (!isRead(inside)) {
        wanted_ = visible;
        return;
    }
    setUnitsByHand(axisOf(inside).unitsOf(inside));
}

void TimelineView::setUnitsByHand(PositionRange units) {
    wanted_.reset();
    setUnits(units);
}

void TimelineView::setUnits(PositionRange units) {
    units = within(units, whole_);
    if (units == visible_) {
        invalidate();
        return;
    }
    visible_ = units;
    hover_.reset();
    if (hideIdle_) layOutRows();
    invalidate();
    const PositionRange positions = visiblePositions();
    Q_EMIT visibleChanged(positions.begin, positions.end);
}

void TimelineView::setByTime(bool byTime) {
    if (byTime == byTime_) return;
    const bool all = visible_ == whole_ && !wanted_;
    const PositionRange shown = wanted_ ? *wanted_ : visiblePositions();
    const std::optional<PositionRange> measuredBefore = measured();
    byTime_ = byTime;
    hover_.reset();
    wanted_.reset();
    revealedAbout_.reset();
    // What is dragged over begins at a place of the other axis.
    drag_ = Drag::kNone;
    zoomTo_.reset();
    whole_ = byTime_ ? wholeTime(wholeTimes(), lastTime_) : wholeOf(last_.value);
    visible_ = whole_;
    if (!all) setVisible64(shown);
    measured_.reset();
    if (measuredBefore && measuredBefore->length() != 0)
        measured_ = axisOf(*measuredBefore).unitsOf(*measuredBefore);
    if (hideIdle_) layOutRows();
    invalidate();
    const PositionRange positions = visiblePositions();
    Q_EMIT visibleChanged(positions.begin, positions.end);
    Q_EMIT measuredChanged();
}

// ---- Sums ---------------------------------------------------------------------------------------

void TimelineView::setSums(std::shared_ptr<const TimelineSums> sums) {
    sums_ = std::move(sums);
    // Where it is exactly may be beside what is shown.
    if (revealedAbout_ == visible_ && sums_ && sums_->covers(position_.value, position_.value + 1))
        revealPosition();
    invalidate();
    if (measured_) Q_EMIT measuredChanged();
}

const TimelineSums* TimelineView::sumsOf(PositionRange positions) const {
    if (sums_ && sums_->covers(positions.begin, positions.end)) return sums_.get();
    return lanes_ ? lanes_->sums.get() : nullptr;
}

std::optional<PositionRange> TimelineView::sumsWanted() const {
    if (!lanes_ || !lanes_->sums || !lanes_->sums->isCoarse()) return std::nullopt;
    const PositionRange shown = visiblePositions();
    // By time an edge of the view is told anywhere in its bin.
    const std::uint64_t bin = byTime_ ? std::uint64_t{1} << lanes_->sums->times.log() : 0;
    // What is around is there when somebody pans; a time axis needs a little of it.
    const std::uint64_t beside = shown.length() / 2 + 1 + bin;
    if (shown.length() + 2 * beside > SumsScan::kPositionsMax) return std::nullopt;
    const PositionRange wanted = within(
        {shown.begin - std::min(shown.begin, beside), shown.end + beside}, wholeOf(last_.value));
    // What waits at a place that was not read yet nobody can tell.
    if (wanted.begin >= readTo().value) return std::nullopt;
    const bool here =
        sums_ && sums_->covers(shown.begin, shown.end) && (!byTime_ || &times() == &sums_->times);
    return here ? std::nullopt : std::optional{wanted};
}

void TimelineView::setShowQueues(bool show) {
    showQueues_ = show;
    invalidate();
}

int TimelineView::queueHeight() const {
    if (!showQueues_ || pitch_ < kQueuePitchLeast) return 0;
    return std::min(pitch_ / 4, kQueuePxMax);
}

QString TimelineView::queueText(Rank rank, std::optional<std::uint64_t> position) const {
    if (!lanes_ || !lanes_->sums || rank == kOutside) return {};
    const auto waiting = [](std::uint32_t count) {
        return count == 0   ? tr("no message waits")
               : count == 1 ? tr("1 message waits")
                            : tr("%1 messages wait").arg(groupedText(count));
    };
    QStringList parts;
    if (position) {
        const TimelineSums* const sums = sumsOf({*position, *position + 1});
        const auto count = sums->depths.at({*position}, rank);
        if (!count)
            parts << tr("how many messages wait is not known here");
        else
            parts << (count->exact ? waiting(count->most)
                                   : tr("at most %1 around here").arg(waiting(count->most)));
    }
    if (const QueueDepths::Lane* const lane = lanes_->sums->depths.laneOf(rank))
        parts << tr("at most %1 did, at event %2")
                     .arg(groupedText(lane->greatest), groupedText(lane->greatestAt.value));
    return parts.join(QStringLiteral(", "));
}

bool TimelineView::showLabelTip(const QPoint& at, const QPoint& globalAt) {
    const std::optional<std::size_t> row = at.x() < laneArea().x() ? rowAt(at.y()) : std::nullopt;
    if (!row || !actors_ || rows_[*row].kind != LaneRow::Kind::kActor) return false;
    const std::uint32_t rank = rows_[*row].index;
    QString text = (rank == 0 ? tr("outside") : textOf((*actors_)[rank].path)).toHtmlEscaped();
    const QString queue = queueText({rank}, std::nullopt);
    if (!queue.isEmpty())
        text += QStringLiteral("<br>") + tr("of messages that wait, %1").arg(queue).toHtmlEscaped();
    QToolTip::showText(globalAt, QStringLiteral("<p>%1</p>").arg(text), viewport());
    return true;
}

// ---- The ruler ----------------------------------------------------------------------------------

QString TimelineView::timeAt(std::uint64_t position) const {
    if (!lanes_ || !lanes_->sums) return {};
    return timeText(
        (sums_ && sums_->covers(position, position + 1) ? sums_->times : lanes_->sums->times)
            .timeAt(position));
}

void TimelineView::paintRuler(QPainter& painter) {
    const Theme& theme = Theme::of(palette());
    const QRect area = laneArea();
    const QRect ruler(0, 0, viewport()->width(), area.y());
    painter.fillRect(ruler, theme.window);
    painter.setFont(valueFont());
    const TimelineAxis shown = axis();
    int spacing = kTickSpacing;
    std::uint64_t step = tickStep(visible_, area.width(), spacing);
    if (byTime_ && step % kMillisecond != 0) {
        spacing = kFineTickSpacing;
        step = tickStep(visible_, area.width(), spacing);
    }
    const std::uint64_t first = (visible_.begin + step - 1) / step * step;
    for (std::uint64_t at = first; at < visible_.end; at += step) {
        // The middle of an event, the beginning of a nanosecond.
        const double column =
            byTime_ ? columnOf(at, visible_, area.width()) : centreOf(at, visible_, area.width());
        const int x = area.x() + static_cast<int>(std::lround(column));
        if (x < area.x()) continue;
        QString upper = groupedText(at), lower;
        if (byTime_) {
            upper = timeText({static_cast<std::int64_t>(at)});
            const std::uint64_t event = shown.firstFrom(at);
            if (event <= last_.value) lower = groupedText(event);
        } else if (lanes_ && lanes_->sums) {
            // Here only about: the event's own time is told beside it.
            const auto ms = static_cast<std::int64_t>(kMillisecond);
            lower = timeText({times().timeAt(at).value / ms * ms});
        }
        painter.fillRect(x, area.y() - 7, 1, 6, theme.dim);
        painter.setPen(theme.text);
        painter.drawText(QRect(x + 4, 3, spacing, 15), Qt::AlignLeft | Qt::AlignVCenter, upper);
        painter.setPen(theme.dim);
        painter.drawText(QRect(x + 4, 18, spacing, 15), Qt::AlignLeft | Qt::AlignVCenter, lower);
        if (at > UINT64_MAX - step) break;
    }
    painter.fillRect(QRect(0, 0, area.x(), area.y()), theme.window);
    painter.setPen(theme.dim);
    painter.setFont(uiFont());
    const auto name = [&](int y, const QString& text) {
        painter.drawText(QRect(10, y, area.x() - 16, 15), Qt::AlignVCenter | Qt::AlignLeft, text);
    };
    name(3, byTime_ ? tr("Virtual time") : tr("Event"));
    name(18, byTime_ ? tr("Event") : tr("Virtual time"));
    painter.fillRect(0, area.y() - 1, viewport()->width(), 1, theme.line);
}

}  // namespace ariadne::studio
