// What TimelineView shows of questions that are kept as lanes.
#include "studio/models/event_mark.h"
#include "studio/models/lane_marks.h"
#include "studio/models/text.h"
#include "studio/views/fonts.h"
#include "studio/views/timeline_view.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr int kMarkPx = 9;
/// Marks closer than that are drawn as a bar below those that have room.
constexpr double kApartPx = 11;
/// How far beside a mark a click still means it.
constexpr double kReachPx = 7;

}  // namespace

void TimelineView::setQueries(std::shared_ptr<const QueryLanes> queries) {
    queries_ = std::move(queries);
    viewport()->update();
    Q_EMIT currentLaneChanged();
}

const QueryLane* TimelineView::queryLane(const KeptQuery& query) const {
    if (!queries_) return nullptr;
    for (const std::shared_ptr<const QueryLane>& lane : *queries_)
        if (lane && lane->of == query) return lane.get();
    return nullptr;
}

const QueryLane* TimelineView::currentQuery() const {
    const std::optional<KeptQuery> query = queryOf(current_);
    return query ? queryLane(*query) : nullptr;
}

void TimelineView::paintQueryLabel(QPainter& painter, const QRect& text, const KeptQuery& query) {
    const Theme& theme = Theme::of(palette());
    const QFontMetrics metrics = painter.fontMetrics();
    const QueryLane* lane = queryLane(query);
    const QString count = lane == nullptr ? QString()
                                          : groupedText(lane->marks.size()) +
                                                (lane->moreRows ? QStringLiteral("+") : QString());
    painter.setPen(theme.dim);
    painter.drawText(text, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, count);
    const QRect name = text.adjusted(0, 0, -metrics.horizontalAdvance(count) - 8, 0);
    painter.setPen(theme.text);
    painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     metrics.elidedText(textOf(query.name), Qt::ElideMiddle, name.width()));
}

void TimelineView::paintQueries(QPainter& painter, RowSpan rows) {
    const Theme& theme = Theme::of(palette());
    const QRect area = laneArea();
    for (std::size_t row = rows.begin; row < rows.end; ++row) {
        if (rows_[row].kind != LaneRow::Kind::kQuery) continue;
        const QRect box(area.x(), rowTop(row), area.width(), std::max(1, pitch_ - 2));
        const QueryLane* lane = queryLane(arrangement_.queries[rows_[row].index]);
        if (lane != nullptr && !lane->marks.empty()) {
            paintQuery(painter, box, *lane);
            continue;
        }
        if (pitch_ < 14) continue;
        const QString text = lane == nullptr        ? tr("Asking …")
                             : !lane->error.empty() ? textOf(lane->error)
                             : lane->rows == 0      ? tr("No row in this trace")
                                                    : tr("No row leads to a moment");
        painter.setFont(uiFont());
        painter.setPen(lane != nullptr && !lane->error.empty() ? theme.failure : theme.dim);
        painter.drawText(box.adjusted(8, 0, -8, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(text, Qt::ElideRight, box.width() - 16));
    }
}

/// A thin bar where there is something, and a sign on it where there is room for one: cost follows
/// the pixels.
void TimelineView::paintQuery(QPainter& painter, const QRect& box, const QueryLane& lane) {
    const Theme& theme = Theme::of(palette());
    const TimelineAxis shown = axis();
    const PositionRange inView = shown.positions();
    std::vector<std::uint64_t> places;
    const auto first =
        std::partition_point(lane.marks.begin(), lane.marks.end(),
                             [&](const QueryLane::Mark& mark) { return mark.at < inView.begin; });
    for (auto at = first; at != lane.marks.end() && at->at < inView.end; ++at)
        places.push_back(at->at);
    const int height = std::max(2, box.height() / 3);
    const int top = box.center().y() - height / 2;
    const QColor bar = mixed(theme.laneAlive, theme.message, 0.55);
    for (const std::uint64_t at : placesApart(places, shown, box.width(), 1.0)) {
        const double x0 = columnOf(at, shown, box.width());
        const double x1 = columnOf(at + 1, shown, box.width());
        painter.fillRect(QRectF(box.x() + x0, top, std::max(1.0, x1 - x0), height), bar);
    }
    if (pitch_ < 12) return;
    painter.setRenderHint(QPainter::Antialiasing);
    for (const std::uint64_t at : placesApart(places, shown, box.width(), kApartPx)) {
        const double x = box.x() + centreOf(at, shown, box.width());
        const QRectF sign(x - kMarkPx / 2.0, box.center().y() + 0.5 - kMarkPx / 2.0, kMarkPx,
                          kMarkPx);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.base);
        painter.drawEllipse(sign.adjusted(-2, -2, 2, 2));
        paintMark(painter, sign, {MarkShape::kRing, Tone::kMessage}, theme.message);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

const QueryLane::Mark* TimelineView::markNear(const QueryLane& lane, std::uint64_t under) const {
    const QueryLane::Mark* mark = lane.nearest(under);
    if (mark == nullptr) return nullptr;
    const double width = laneArea().width();
    const TimelineAxis shown = axis();
    const double away = std::abs(centreOf(mark->at, shown, width) - centreOf(under, shown, width));
    return mark->at == under || away <= kReachPx ? mark : nullptr;
}

void TimelineView::clickQuery(const KeptQuery& query, std::uint64_t under) {
    const QueryLane* lane = queryLane(query);
    const QueryLane::Mark* mark = lane != nullptr ? markNear(*lane, under) : nullptr;
    Q_EMIT positionRequested(mark != nullptr ? mark->at : under);
}

QStringList TimelineView::queryLines(const KeptQuery& query) const {
    QStringList out{textOf(query.name)};
    const QueryLane* lane = queryLane(query);
    if (lane == nullptr) return out << tr("is being asked");
    if (const QueryLane::Mark* mark = markNear(*lane, hover_->position)) {
        out << (mark->rows == 1 ? tr("event %1:").arg(groupedText(mark->at))
                                : tr("event %1, the first of %2 rows:")
                                      .arg(groupedText(mark->at), groupedText(mark->rows)));
        out << textOf(mark->text);
    }
    out << (lane->rows == 1 ? tr("1 row") : tr("%1 rows").arg(groupedText(lane->rows)));
    if (lane->moreRows) out.back() = tr("the first %1 rows").arg(groupedText(lane->rows));
    if (lane->nowhere != 0)
        out << tr("%1 of them lead to no moment").arg(groupedText(lane->nowhere));
    if (!lane->error.empty()) out << textOf(lane->error);
    return out;
}

}  // namespace ariadne::studio
