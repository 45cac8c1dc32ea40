// Measuring in TimelineView: what lies between two places that a person drags over; zooming there.
#include "studio/models/measure_words.h"
#include "studio/models/text.h"
#include "studio/views/fonts.h"
#include "studio/views/timeline_view.h"

#include <QApplication>
#include <QPainter>

#include <algorithm>
#include <cstdlib>

namespace ariadne::studio {

PositionRange TimelineView::unitsTo(int x) const {
    const QRect area = laneArea();
    const std::uint64_t a = pressedUnit_;
    const std::uint64_t b = positionAt(x - area.x(), visible_, area.width());
    return {std::min(a, b), std::max(a, b) + 1};
}

bool TimelineView::isDragged(QPoint at) const {
    return pressedAt_.x() >= laneArea().x() &&
           std::abs(at.x() - pressedAt_.x()) >= QApplication::startDragDistance();
}

void TimelineView::measureTo(int x) {
    measured_ = unitsTo(x);
    viewport()->update();
    Q_EMIT measuredChanged();
}

/// On an axis of time there may be none.
PositionRange TimelineView::positionsOf(PositionRange units) const {
    if (!byTime_) return units;
    const TimelineAxis all{units, timesIn(units), last_.value + 1};
    return {all.firstFrom(units.begin), all.firstFrom(units.end)};
}

std::optional<PositionRange> TimelineView::measured() const {
    if (!measured_) return std::nullopt;
    return positionsOf(*measured_);
}

void TimelineView::clearMeasured() {
    if (!measured_) return;
    measured_.reset();
    viewport()->update();
    Q_EMIT measuredChanged();
}

void TimelineView::zoomToMeasured() {
    if (!measured_) return;
    const PositionRange range = *measured_;
    clearMeasured();
    zoomTo(range);
}

/// Not closer than by any other way.
void TimelineView::zoomTo(PositionRange units) {
    setUnitsByHand(units.length() < kVisibleMin ? zoomed(units, 0.5, 1, whole_) : units);
}

bool TimelineView::cancelDrag() {
    if (drag_ != Drag::kMeasure && drag_ != Drag::kZoom) return false;
    if (drag_ == Drag::kMeasure) clearMeasured();
    drag_ = Drag::kNone;
    zoomTo_.reset();
    viewport()->update();
    return true;
}

QStringList TimelineView::measuredLines() const {
    return measured_ ? linesOf(*measured_) : QStringList();
}

QStringList TimelineView::zoomLines() const {
    return zoomTo_ ? linesOf(*zoomTo_) : QStringList();
}

QStringList TimelineView::linesOf(PositionRange units) const {
    const PositionRange positions = positionsOf(units);
    Measured what;
    what.positions = positions;
    const TimelineSums* const sums = sumsOf(positions);
    if (sums != nullptr) what.counts = sums->kinds.in(positions.begin, positions.end);
    what.isRead = sums != nullptr && positions.end <= sums->next.value;
    if (byTime_)
        what.time = Duration{static_cast<std::int64_t>(units.length())};
    else if (!what.isRead)
        what.time.reset();
    else if (positions.length() != 0)
        what.time = sums->times.timeAt(positions.end - 1) - sums->times.timeAt(positions.begin);
    return measureLines(what);
}

void TimelineView::paintMeasured(QPainter& painter) {
    if (measured_) {
        QStringList lines = measuredLines();
        const bool isDone = drag_ != Drag::kMeasure;
        if (isDone) lines << tr("Esc clears it");
        paintStretch(painter, *measured_, lines);
    }
    if (zoomTo_)
        paintStretch(painter, *zoomTo_, zoomLines() << tr("Let go to zoom there; Esc cancels"));
}

/// Two uprights, what is between them lighter, and beside them what it is.
void TimelineView::paintStretch(QPainter& painter, PositionRange units, const QStringList& lines) {
    if (units.begin >= visible_.end || units.end <= visible_.begin) return;
    const Theme& theme = Theme::of(palette());
    const QRect area = laneArea();
    const double left = std::max(columnOf(units.begin, visible_, area.width()), 0.0);
    const double right =
        std::min<double>(columnOf(units.end, visible_, area.width()), area.width());
    const QRectF box(area.x() + left, area.y(), std::max(right - left, 1.0), area.height());
    QColor veil = theme.accent;
    veil.setAlphaF(0.12F);
    painter.fillRect(box, veil);
    painter.fillRect(QRectF(box.left(), area.y() - 6, 1, area.height() + 6), theme.accent);
    painter.fillRect(QRectF(box.right() - 1, area.y() - 6, 1, area.height() + 6), theme.accent);
    painter.fillRect(QRectF(box.left(), area.y() - 4, box.width(), 2), theme.accent);

    painter.setFont(uiFont());
    const QFontMetrics metrics = painter.fontMetrics();
    int width = 0;
    for (const QString& text : lines) width = std::max(width, metrics.horizontalAdvance(text) + 2);
    width = std::min(width, area.width() - 30);
    QRect card(static_cast<int>(box.left()) + 8, area.y() + 8, width + 18,
               static_cast<int>(lines.size()) * 18 + 8);
    if (card.right() > area.right()) card.moveRight(std::max(area.right() - 4, card.width()));
    painter.fillRect(card, theme.raised);
    painter.setPen(theme.accent);
    painter.drawRect(card.adjusted(0, 0, -1, -1));
    for (int i = 0; i < lines.size(); ++i) {
        painter.setPen(i == 0 ? theme.text : theme.dim);
        const QRect at(card.x() + 9, card.y() + 4 + i * 18, width, 18);
        painter.drawText(at, Qt::AlignVCenter | Qt::TextSingleLine,
                         metrics.elidedText(lines[i], Qt::ElideRight, width));
    }
}

}  // namespace ariadne::studio
