// What TimelineView paints of watched values.
#include "studio/models/text.h"
#include "studio/models/watch_spans.h"
#include "studio/views/fonts.h"
#include "studio/views/timeline_view.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace ariadne::studio {
namespace {

/// Spans narrower than that are drawn as one.
constexpr int kSpanPx = 4;
constexpr int kTextRoomPx = 22;

/// "seen.amount", "items[3]"
QString fieldText(const FieldSteps& field) {
    QString out;
    for (const std::string& step : field) {
        const QString text = textOf(step);
        if (!out.isEmpty() && !text.startsWith(QLatin1Char('['))) out += QLatin1Char('.');
        out += text;
    }
    return out;
}

QString numberText(double number) {
    return QString::number(number, 'g', 10);
}

}  // namespace

const WatchLane* TimelineView::watchLane(const Watch& watch) const {
    if (!watches_) return nullptr;
    for (const std::shared_ptr<const WatchLane>& lane : *watches_)
        if (lane->of == watch) return lane.get();
    return nullptr;
}

void TimelineView::paintWatchLabel(QPainter& painter, const QRect& text, const Watch& watch) {
    const Theme& theme = Theme::of(palette());
    const QFontMetrics metrics = painter.fontMetrics();
    const QString actor = partsOf(watch.actor).name;
    const QString name = watch.field.empty() ? actor : fieldText(watch.field);
    const QString shown = metrics.elidedText(name, Qt::ElideMiddle, text.width());
    const QString whose = watch.field.empty()
                              ? QString()
                              : metrics.elidedText(actor + QStringLiteral("  "), Qt::ElideLeft,
                                                   text.width() - metrics.horizontalAdvance(shown));
    painter.setPen(theme.dim);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, whose);
    painter.setPen(theme.text);
    painter.drawText(text.adjusted(metrics.horizontalAdvance(whose), 0, 0, 0),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
}

void TimelineView::paintWatches(QPainter& painter, RowSpan rows) {
    const Theme& theme = Theme::of(palette());
    const QRect area = laneArea();
    for (std::size_t row = rows.begin; row < rows.end; ++row) {
        if (rows_[row].kind != LaneRow::Kind::kWatch) continue;
        const QRect box(area.x(), rowTop(row), area.width(), std::max(1, pitch_ - 2));
        const WatchLane* lane = watchLane(arrangement_.watches[rows_[row].index]);
        if (lane == nullptr || lane->points.empty()) {
            const QString text = lane == nullptr || !lane->complete ? tr("Reading the trace …")
                                 : lane->note.empty()               ? tr("It never had a value")
                                                                    : textOf(lane->note);
            painter.setFont(uiFont());
            painter.setPen(theme.dim);
            if (pitch_ >= 14)
                painter.drawText(
                    box.adjusted(8, 0, -8, 0), Qt::AlignLeft | Qt::AlignVCenter,
                    painter.fontMetrics().elidedText(text, Qt::ElideRight, box.width() - 16));
            continue;
        }
        const bool known = lanes_ && lane->rank.value < lanes_->lanes.size();
        const std::uint64_t ended = known ? lanes_->lanes[lane->rank.value].endedAt.value : 0;
        const std::uint64_t until = ended != 0 ? ended + 1 : last_.value + 1;
        if (lane->isNumber)
            paintNumbers(painter, box, *lane, until);
        else
            paintTexts(painter, box, *lane, until);
        // What was not looked at, since there is too much of it.
        const std::uint64_t to = lane->searchedTo.value + 1;
        if (!lane->complete || lane->note.empty() || to >= std::min(until, visiblePositions().end))
            continue;
        const int x = box.x() + static_cast<int>(std::max(columnOf(to, axis(), box.width()), 0.0));
        painter.fillRect(QRect(x, box.y(), box.right() - x + 1, box.height()),
                         QBrush(theme.dim, Qt::BDiagPattern));
    }
}

void TimelineView::paintNumbers(QPainter& painter, const QRect& box, const WatchLane& lane,
                                std::uint64_t until) {
    const Theme& theme = Theme::of(palette());
    const std::vector<WatchColumn> columns = watchColumns(lane, axis(), until, box.width());
    const double span = lane.high - lane.low;
    const int room = box.height() - 5;
    const auto yOf = [&](double number) {
        const double share = span > 0 ? (number - lane.low) / span : 0.5;
        return box.bottom() - 2 - static_cast<int>(std::lround(share * std::max(room, 1)));
    };
    const QColor below = mixed(theme.laneAlive, theme.changed, 0.22);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const WatchColumn& column = columns[i];
        const int x = box.x() + static_cast<int>(i);
        if (column.isUnknown)
            painter.fillRect(x, box.y(), 1, box.height(), QBrush(theme.dim, Qt::BDiagPattern));
        if (!column.any) continue;
        const int top = yOf(column.high), bottom = yOf(column.low);
        painter.fillRect(x, top, 1, box.bottom() - top + 1, below);
        painter.fillRect(x, top, 1, bottom - top + 2, theme.changed);
    }
    if (pitch_ < 20) return;
    QFont font = valueFont();
    font.setPixelSize(9);
    painter.setFont(font);
    const auto write = [&](const QString& text, Qt::Alignment at) {
        const int width = painter.fontMetrics().horizontalAdvance(text) + 6;
        const QRect place(box.x() + 2, at == Qt::AlignTop ? box.y() : box.bottom() - 9, width, 10);
        QColor ground = theme.base;
        ground.setAlphaF(0.8F);
        painter.fillRect(place, ground);
        painter.setPen(theme.text);
        painter.drawText(place, Qt::AlignCenter, text);
    };
    write(numberText(lane.high), Qt::AlignTop);
    if (span > 0) write(numberText(lane.low), Qt::AlignBottom);
}

void TimelineView::paintTexts(QPainter& painter, const QRect& box, const WatchLane& lane,
                              std::uint64_t until) {
    const Theme& theme = Theme::of(palette());
    QFont font = valueFont();
    font.setPixelSize(std::clamp(pitch_ - 10, 9, 12));
    painter.setFont(font);
    const QFontMetrics metrics = painter.fontMetrics();
    const QColor ground = mixed(theme.laneAlive, theme.changed, 0.22);
    for (const WatchSpan& span : watchSpans(lane, axis(), until, box.width(), kSpanPx)) {
        const QRect place(box.x() + span.x0, box.y() + 1, span.x1 - span.x0, box.height() - 2);
        if (span.text == WatchLane::kUnknown) {
            painter.fillRect(place, QBrush(theme.dim, Qt::BDiagPattern));
            continue;
        }
        // More values than can be drawn: a body without a text; one value: its edge and its text.
        painter.fillRect(place, span.changes > 0 ? theme.changed : ground);
        painter.fillRect(place.x(), place.y(), 1, place.height(), theme.changed);
        const QRect text = place.adjusted(5, 0, -2, 0);
        if (span.changes > 0 || text.width() < kTextRoomPx || pitch_ < 14) continue;
        if (span.text >= lane.texts.size()) continue;
        painter.setPen(theme.text);
        painter.drawText(
            text, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
            metrics.elidedText(textOf(lane.texts[span.text]), Qt::ElideRight, text.width()));
    }
}

QStringList TimelineView::watchLines(const Watch& watch) const {
    QStringList out{watch.field.empty()
                        ? textOf(watch.actor)
                        : tr("%1 of %2").arg(fieldText(watch.field), textOf(watch.actor))};
    const WatchLane* lane = watchLane(watch);
    if (lane == nullptr) return out;
    const WatchLane::Point* point = lane->at(hover_->position);
    if (point != nullptr && point->text < lane->texts.size())
        out << tr("%1 since event %2").arg(textOf(lane->textOf(*point)), groupedText(point->at));
    else if (point != nullptr && point->text == WatchLane::kUnknown)
        out << tr("not known since event %1").arg(groupedText(point->at));
    if (lane->isNumber)
        out << tr("from %1 to %2").arg(numberText(lane->low), numberText(lane->high));
    if (!lane->note.empty()) out << textOf(lane->note);
    return out;
}

}  // namespace ariadne::studio
