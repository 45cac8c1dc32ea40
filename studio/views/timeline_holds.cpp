// What TimelineView paints of obligations: a bar at the foot of the lane of who has one.
#include "studio/models/hold_spans.h"
#include "studio/models/text.h"
#include "studio/views/timeline_view.h"

#include <QPainter>

#include <algorithm>

namespace ariadne::studio {
namespace {

constexpr int kBarPx = 3;
constexpr int kPitchLeast = 14;
constexpr int kLinesMax = 3;

}  // namespace

/// What is resolved ends in an upright; what leaks is a broken bar, and its sign stands on the lane
/// of who made it.
void TimelineView::paintHolds(QPainter& painter, RowSpan rows) {
    if (pitch_ < kPitchLeast) return;
    const Theme& theme = Theme::of(palette());
    const QRect area = laneArea();
    for (std::size_t row = rows.begin; row < rows.end; ++row) {
        if (rows_[row].kind != LaneRow::Kind::kActor) continue;
        const int bottom = rowTop(row) + bodyHeight();
        const HoldLane* const holds = lanes_->holds->of(rows_[row].index);
        if (holds == nullptr) continue;
        for (const HoldSpan& span : holdSpans(*holds, axis(), area.width())) {
            const QRect bar(area.x() + span.x0, bottom - kBarPx, span.x1 - span.x0, kBarPx);
            const QColor& color = span.leaked ? theme.failure : theme.time;
            painter.fillRect(bar.adjusted(0, -1, 0, 0), theme.base);
            if (span.leaked) {
                for (int x = bar.x(); x <= bar.right(); x += 6)
                    painter.fillRect(x, bar.y(), std::min(4, bar.right() - x + 1), kBarPx, color);
            } else {
                painter.fillRect(bar.adjusted(0, 1, 0, 0), color);
            }
            if (span.resolved && bar.width() > 2)
                painter.fillRect(bar.right() - 1, bar.y() - 3, 2, kBarPx + 3, color);
        }
    }
}

QStringList TimelineView::holdLines(std::uint32_t rank) const {
    QStringList out;
    std::uint64_t more = 0;
    const HoldLane* const lane = lanes_->holds->of(rank);
    if (lane == nullptr) return out;
    const std::uint64_t position = hover_->position;
    for (const HoldList* const list : {&lane->leaked, &lane->well}) {
        for (std::size_t i = list->firstReaching(position);
             i < list->holds.size() && list->holds[i].begin <= position; ++i) {
            const Hold& hold = list->holds[i];
            if (hold.end < position) continue;
            if (out.size() == kLinesMax) {
                ++more;
                continue;
            }
            const QString what = textOf(lanes_->obligations->all[hold.story].what);
            out << (hold.leaked ? tr("has %1 since event %2, and it leaks")
                                : tr("has %1 since event %2"))
                       .arg(what, groupedText(hold.begin));
        }
    }
    if (more > 0) out << tr("and %1 more").arg(groupedText(more));
    return out;
}

}  // namespace ariadne::studio
