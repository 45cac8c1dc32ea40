// What TimelineView paints of regions: a line along the head of a region's lane, or its group's.
#include "studio/models/region_bars.h"
#include "studio/models/text.h"
#include "studio/views/timeline_view.h"

#include <QPainter>

#include <algorithm>

namespace ariadne::studio {
namespace {

constexpr int kPitchLeast = 14;

}  // namespace

const RegionSpan* TimelineView::regionOf(const LaneRow& row) const {
    Rank rank;
    if (row.kind == LaneRow::Kind::kActor) rank = {row.index};
    if (row.kind == LaneRow::Kind::kGroup) rank = arrangement_.groups[row.index].region;
    if (rank == kOutside || !lanes_) return nullptr;
    const auto& all = lanes_->regions;
    const auto at = std::lower_bound(
        all.begin(), all.end(), rank,
        [](const RegionSpan& region, Rank wanted) { return region.region < wanted; });
    return at != all.end() && at->region == rank ? &*at : nullptr;
}

/// Open is a whole line, closing a broken one; once it was told to end it is hollow. It ends in an
/// upright, in a stroke across when it was cancelled, in a cross when it failed.
void TimelineView::paintRegions(QPainter& painter, RowSpan rows) {
    if (pitch_ < kPitchLeast) return;
    const Theme& theme = Theme::of(palette());
    const QRect area = laneArea();
    for (std::size_t row = rows.begin; row < rows.end; ++row) {
        const RegionSpan* const region = regionOf(rows_[row]);
        if (region == nullptr) continue;
        const auto bar = regionBar(*region, axis(), area.width());
        if (!bar) continue;
        const int y = rowTop(row);
        const QColor color = mixed(theme.base, theme.text, 0.5);
        const auto line = [&](int from, int to, bool hollow) {
            if (from >= to) return;
            painter.fillRect(area.x() + from, y, to - from, 3, theme.base);
            painter.fillRect(area.x() + from, y, to - from, 1, color);
            painter.fillRect(area.x() + from, y + (hollow ? 2 : 1), to - from, 1, color);
        };
        const auto part = [&](int from, int to, bool broken) {
            const int hollowFrom = !bar->wasCancelled ? to : bar->cancelled.value_or(from);
            const int step = broken ? 6 : to - from, dash = broken ? 3 : to - from;
            for (int x = from; x < to; x += std::max(step, 1)) {
                const int end = std::min(x + dash, to);
                const int hollow = std::clamp(hollowFrom, x, end);
                line(x, hollow, false);
                line(hollow, end, true);
            }
        };
        part(bar->x0, bar->closing, false);
        part(bar->closing, bar->x1, true);
        painter.setRenderHint(QPainter::Antialiasing);
        if (bar->cancelled) {
            const double x = area.x() + *bar->cancelled + 0.5;
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme.warning);
            painter.drawPolygon(QPolygonF{QPointF(x - 4, y), QPointF(x + 4, y), QPointF(x, y + 6)});
        }
        if (bar->isClosed) paintRegionEnd(painter, {area.x() + bar->x1 - 1, y}, region->verdict);
        painter.setRenderHint(QPainter::Antialiasing, false);
    }
}

void TimelineView::paintRegionEnd(QPainter& painter, const QPoint& at, Verdict verdict) {
    const Theme& theme = Theme::of(palette());
    const QPointF c(at.x() + 0.5, at.y() + 3.5);
    painter.setBrush(Qt::NoBrush);
    switch (verdict) {
        case Verdict::kOk:
            painter.fillRect(QRectF(c.x() - 1, at.y(), 2, 8), mixed(theme.base, theme.text, 0.5));
            break;
        case Verdict::kCancelled:
            painter.setPen(QPen(theme.warning, 2));
            painter.drawLine(c + QPointF(-3.5, 4), c + QPointF(3.5, -3.5));
            break;
        case Verdict::kErr:
        case Verdict::kPanicked:
            painter.setPen(QPen(theme.failure, 2));
            painter.drawLine(c + QPointF(-3, -3), c + QPointF(3, 3));
            painter.drawLine(c + QPointF(-3, 3), c + QPointF(3, -3));
            break;
    }
}

QStringList TimelineView::regionLines(const RegionSpan& region) const {
    QStringList out;
    const auto event = [](Position at) { return groupedText(at.value); };
    QStringList parts;
    if (region.opened.value != 0)
        parts << tr("region open from event %1").arg(event(region.opened));
    if (region.closing.value != 0) parts << tr("closing from %1").arg(event(region.closing));
    if (region.closed.value != 0) {
        switch (region.verdict) {
            case Verdict::kOk: parts << tr("closed at %1"); break;
            case Verdict::kErr: parts << tr("closed at %1, failed"); break;
            case Verdict::kCancelled: parts << tr("closed at %1, cancelled"); break;
            case Verdict::kPanicked: parts << tr("closed at %1, panicked"); break;
        }
        parts.back() = parts.back().arg(event(region.closed));
    }
    if (!parts.isEmpty()) out << parts.join(QStringLiteral(", "));
    if (region.cancelled.value != 0)
        out << tr("asked to end at event %1").arg(event(region.cancelled));
    return out;
}

}  // namespace ariadne::studio
