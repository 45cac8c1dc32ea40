// The painting half of TimelineView.
#include "studio/models/event_mark.h"
#include "studio/models/lane_marks.h"
#include "studio/models/lane_order.h"
#include "studio/models/text.h"
#include "studio/views/fonts.h"
#include "studio/views/line_clip.h"
#include "studio/views/timeline_view.h"

#include <QElapsedTimer>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace ariadne::studio {
namespace {

constexpr std::size_t kArrowsMax = 200;
constexpr int kTickSpacing = 96;
constexpr double kMarkSpacingPx = 12;

}  // namespace

void TimelineView::paintEvent(QPaintEvent*) {
    QElapsedTimer timer;
    timer.start();
    QPainter painter(viewport());
    const QRect area = laneArea();
    if (!lanes_ || rows_.empty()) {
        paintEmpty(painter);
    } else {
        renderLanes();
        painter.drawImage(area.topLeft(), image_);
        painter.setClipRect(area);
        paintFailures(painter);
        paintMarks(painter);
        paintArrows(painter);
        painter.setClipping(false);
        paintLabels(painter);
    }
    paintRuler(painter);
    paintHover(painter);
    paintPosition(painter);
    lastFrameMs_ = static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

void TimelineView::renderLanes() {
    const double scale = devicePixelRatioF();
    const QRect area = laneArea();
    const QSize size(static_cast<int>(std::ceil(area.width() * scale)),
                     static_cast<int>(std::ceil(area.height() * scale)));
    if (image_.size() != size) image_ = QImage(size, QImage::Format_RGB32), imageIsStale_ = true;
    image_.setDevicePixelRatio(scale);
    if (!imageIsStale_) return;
    RasterView view;
    view.visible = visible_;
    view.rows = rows_;
    view.pitchPx = pitch_ * scale;
    view.gapPx = pitch_ >= 8  ? static_cast<int>(std::lround(2 * scale))
                 : pitch_ > 3 ? static_cast<int>(std::lround(scale))
                              : 0;
    // As rowTop() has it for labels, arrows and clicks.
    const int scrolled = verticalScrollBar()->value();
    view.firstRow = static_cast<std::size_t>(scrolled / pitch_);
    view.offsetPx = (scrolled % pitch_) * scale;
    view.selected = selected_.value;
    raster_.render(image_, view, Theme::of(palette()));
    imageIsStale_ = false;
}

void TimelineView::paintEmpty(QPainter& painter) {
    const Theme& theme = Theme::of(palette());
    painter.fillRect(viewport()->rect(), theme.base);
    painter.setPen(theme.dim);
    const QString text = lanes_ ? tr("No actor has an event in view") : tr("Reading the trace …");
    painter.drawText(laneArea(), Qt::AlignCenter, text);
}

QString TimelineView::timeAt(std::uint64_t position) const {
    if (!lanes_ || lanes_->timeMarks.empty()) return {};
    // Exact at marks; between two of them in proportion, which is close enough for a ruler.
    const std::size_t mark = std::min<std::size_t>(
        static_cast<std::size_t>(position / LaneIndex::kMarkEvery), lanes_->timeMarks.size() - 1);
    const std::uint64_t from = mark * LaneIndex::kMarkEvery;
    const bool isLast = mark + 1 == lanes_->timeMarks.size();
    const std::uint64_t to =
        isLast ? std::max(whole_.end - 1, from + 1) : from + LaneIndex::kMarkEvery;
    const std::int64_t begin = lanes_->timeMarks[mark];
    const std::int64_t end =
        isLast ? std::max(lastTime_.value, begin) : lanes_->timeMarks[mark + 1];
    const double share = static_cast<double>(position - from) / static_cast<double>(to - from);
    const std::int64_t ms = 1'000'000;
    const auto at = begin + static_cast<std::int64_t>(share * static_cast<double>(end - begin));
    return timeText({at / ms * ms});
}

void TimelineView::paintRuler(QPainter& painter) {
    const Theme& theme = Theme::of(palette());
    const QRect area = laneArea();
    const QRect ruler(0, 0, viewport()->width(), area.y());
    painter.fillRect(ruler, theme.window);
    painter.setFont(valueFont());
    const std::uint64_t step = tickStep(visible_, area.width(), kTickSpacing);
    const std::uint64_t first = (visible_.begin + step - 1) / step * step;
    for (std::uint64_t at = first; at < visible_.end; at += step) {
        const int x =
            area.x() + static_cast<int>(std::lround(centreOf(at, visible_, area.width())));
        if (x < area.x()) continue;
        painter.fillRect(x, area.y() - 7, 1, 6, theme.dim);
        painter.setPen(theme.text);
        painter.drawText(QRect(x + 4, 3, kTickSpacing, 15), Qt::AlignLeft | Qt::AlignVCenter,
                         groupedText(at));
        painter.setPen(theme.dim);
        painter.drawText(QRect(x + 4, 18, kTickSpacing, 15), Qt::AlignLeft | Qt::AlignVCenter,
                         timeAt(at));
    }
    painter.fillRect(QRect(0, 0, area.x(), area.y()), theme.window);
    painter.setPen(theme.dim);
    painter.setFont(uiFont());
    painter.drawText(QRect(10, 3, area.x() - 16, 15), Qt::AlignVCenter | Qt::AlignLeft,
                     tr("Event"));
    painter.drawText(QRect(10, 18, area.x() - 16, 15), Qt::AlignVCenter | Qt::AlignLeft,
                     tr("Virtual time"));
    painter.fillRect(0, area.y() - 1, viewport()->width(), 1, theme.line);
}

void TimelineView::paintLabels(QPainter& painter) {
    const Theme& theme = Theme::of(palette());
    const QRect area = laneArea();
    painter.fillRect(QRect(0, area.y(), area.x(), area.height()), theme.base);
    QFont font = uiFont();
    font.setPixelSize(std::clamp(pitch_ - 8, 10, 12));
    painter.setFont(font);
    // Lanes lower than a line of text are labelled every few rows.
    const int every = std::max(1, (14 + pitch_ - 1) / pitch_);
    const int first = verticalScrollBar()->value() / pitch_ / every * every;
    for (int row = first; rowTop(row) < viewport()->height(); row += every) {
        if (static_cast<std::size_t>(row) >= rows_.size()) break;
        const QRect box(0, rowTop(row), area.x() - 1, every == 1 ? pitch_ - 2 : 14);
        paintLabel(painter, box, rows_[static_cast<std::size_t>(row)]);
    }
    painter.fillRect(area.x() - 1, area.y(), 1, area.height(), theme.line);
}

void TimelineView::paintLabel(QPainter& painter, const QRect& box, std::uint32_t rank) {
    const Theme& theme = Theme::of(palette());
    if (rank == selected_.value && rank != 0)
        painter.fillRect(box, theme.selection);
    else if (hover_ && hover_->rank.value == rank && hover_->at.y() >= laneArea().y())
        painter.fillRect(box, theme.hover);
    const PathParts parts =
        rank == 0 ? PathParts{{}, tr("outside")} : partsOf((*actors_)[rank].path);
    const QRect text = box.adjusted(10, 0, -6, 0);
    const QFontMetrics metrics = painter.fontMetrics();
    const QString name = metrics.elidedText(parts.name, Qt::ElideMiddle, text.width());
    const int nameWidth = metrics.horizontalAdvance(name);
    const LaneIndex::Lane& lane = lanes_->lanes[rank];
    const bool lives = rank == 0 || (lane.bornAt <= position_ &&
                                     (lane.endedAt.value == 0 || lane.endedAt > position_));
    const QString parent =
        metrics.elidedText(parts.parent, Qt::ElideLeft, std::max(0, text.width() - nameWidth));
    painter.setPen(mixed(theme.base, theme.dim, 0.75));
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, parent);
    painter.setPen(lives ? theme.text : theme.dim);
    painter.drawText(text.adjusted(metrics.horizontalAdvance(parent), 0, 0, 0),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, name);
}

void TimelineView::paintFailures(QPainter& painter) {
    if (pitch_ < 12) return;
    const Theme& theme = Theme::of(palette());
    const QRect area = laneArea();
    painter.setRenderHint(QPainter::Antialiasing);
    for (int row = verticalScrollBar()->value() / pitch_; rowTop(row) < area.bottom(); ++row) {
        if (static_cast<std::size_t>(row) >= rows_.size()) break;
        const LaneIndex::Lane& lane = lanes_->lanes[rows_[static_cast<std::size_t>(row)]];
        if (lane.endedAt.value == 0 || !visible_.contains(lane.endedAt.value)) continue;
        const std::size_t slice = sliceNear(lane.slices, lane.endedAt.value, 0);
        if (slice == lane.slices.size() || lane.slices[slice].kind != SliceKind::kFailed) continue;
        const double x = area.x() + centreOf(lane.endedAt.value, visible_, area.width());
        const QRectF box(x - 4.5, rowTop(row) + (pitch_ - 2) / 2.0 - 4.5, 9, 9);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.base);
        painter.drawEllipse(box.adjusted(-3, -3, 3, 3));
        paintMark(painter, box, {MarkShape::kCross, Tone::kFailure}, theme.failure);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void TimelineView::paintMarks(QPainter& painter) {
    if (pitch_ < 12) return;
    const Theme& theme = Theme::of(palette());
    const QRect area = laneArea();
    painter.setRenderHint(QPainter::Antialiasing);
    for (int row = verticalScrollBar()->value() / pitch_; rowTop(row) < area.bottom(); ++row) {
        if (static_cast<std::size_t>(row) >= rows_.size()) break;
        const auto& marks = lanes_->lanes[rows_[static_cast<std::size_t>(row)]].marks;
        const double y = rowTop(row) + (pitch_ - 2) / 2.0;
        for (const LaneMark& mark : marksApart(marks, visible_, area.width(), kMarkSpacingPx)) {
            const EventMark sign = markOf(mark.kind);
            const double x = area.x() + centreOf(mark.at, visible_, area.width());
            const QRectF box(x - 4.5, y - 4.5, 9, 9);
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme.base);
            painter.drawEllipse(box.adjusted(-3, -3, 3, 3));
            paintMark(painter, box, sign, theme.colorOf(sign.tone));
        }
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void TimelineView::paintArrows(QPainter& painter) {
    if (!arrows_ || arrows_->arrows.empty()) return;
    const Theme& theme = Theme::of(palette());
    painter.setRenderHint(QPainter::Antialiasing);
    std::vector<const Arrow*> inView;
    for (const Arrow& arrow : arrows_->arrows) {
        const std::uint64_t to = arrow.to.value != 0 ? arrow.to.value : whole_.end;
        if (arrow.from.value < visible_.end && to >= visible_.begin) inView.push_back(&arrow);
    }
    // Of too many, an even sample: the first two hundred would say nothing about the rest.
    const std::size_t shown = std::min(inView.size(), kArrowsMax);
    for (std::size_t i = 0; i < shown; ++i) paintArrow(painter, *inView[i * inView.size() / shown]);
    painter.setBrush(Qt::NoBrush);
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (shown >= inView.size() && arrows_->total <= arrows_->arrows.size()) return;
    const QRect area = laneArea();
    const QString text =
        tr("%1 of %2 messages drawn")
            .arg(groupedText(shown),
                 groupedText(std::max<std::uint64_t>(inView.size(), arrows_->total)));
    painter.setFont(uiFont());
    const int width = painter.fontMetrics().horizontalAdvance(text) + 16;
    const QRect box(area.right() - width - 8, area.bottom() - 28, width, 22);
    painter.fillRect(box, theme.raised);
    painter.setPen(theme.dim);
    painter.drawText(box, Qt::AlignCenter, text);
}

void TimelineView::paintArrow(QPainter& painter, const Arrow& arrow) {
    const Theme& theme = Theme::of(palette());
    const QRect area = laneArea();
    const std::optional<int> senderRow = rowOfRank(arrow.sender),
                             receiverRow = rowOfRank(arrow.receiver);
    if (!receiverRow) return;
    const auto middle = [&](int row) { return rowTop(row) + (pitch_ - 2) / 2.0; };
    const bool taken = arrow.to.value != 0;
    const double x0 = area.x() + centreOf(arrow.from.value, visible_, area.width());
    const double x1 = taken ? area.x() + centreOf(arrow.to.value, visible_, area.width()) : x0 + 24;
    const double y1 = middle(*receiverRow);
    const double y0 = senderRow ? middle(*senderRow) : y1 - pitch_ * 0.8;
    QLineF line(x0, y0, x1, y1);
    if (line.length() < 3 || !clipLine(line, QRectF(area).adjusted(-20, -20, 20, 20))) return;
    const bool touches = arrow.from == position_ || arrow.to == position_;
    const bool incoming = arrows_ && arrow.receiver == arrows_->rank;
    QColor color = incoming ? theme.born : theme.time;
    color.setAlphaF(touches ? 1.0F : 0.62F);
    painter.setPen(QPen(color, touches ? 2.0 : 1.2, taken ? Qt::SolidLine : Qt::DashLine));
    painter.drawLine(line);
    if (!area.adjusted(-8, -8, 8, 8).contains(QPointF(x1, y1).toPoint())) return;
    const double angle = std::atan2(line.dy(), line.dx());
    const auto wing = [&](double turn) {
        return QPointF(x1 - 8 * std::cos(angle + turn), y1 - 8 * std::sin(angle + turn));
    };
    painter.setBrush(color);
    painter.setPen(Qt::NoPen);
    painter.drawPolygon(QPolygonF{QPointF(x1, y1), wing(0.42), wing(-0.42)});
}

void TimelineView::paintPosition(QPainter& painter) {
    if (position_.value == 0 || !visible_.contains(position_.value)) return;
    const Theme& theme = Theme::of(palette());
    const QRect area = laneArea();
    const double width = static_cast<double>(area.width()) / static_cast<double>(visible_.length());
    if (width >= 6) {
        QColor veil = theme.accent;
        veil.setAlphaF(0.13F);
        const double x = area.x() + columnOf(position_.value, visible_, area.width());
        painter.fillRect(QRectF(x, area.y(), width, area.height()), veil);
    }
    const int x = area.x() + static_cast<int>(centreOf(position_.value, visible_, area.width()));
    painter.fillRect(x - (width >= 6 ? 0 : 1), area.y(), width >= 6 ? 1 : 2, area.height(),
                     theme.accent);
    painter.setFont(valueFont());
    const QString text = groupedText(position_.value);
    const int half = (painter.fontMetrics().horizontalAdvance(text) + 14) / 2;
    const int middle =
        std::clamp(x, area.x() + half, std::max(area.x() + half, area.right() - half));
    const QRect flag(middle - half, 3, 2 * half, 17);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.accent);
    painter.drawRoundedRect(flag, 3, 3);
    painter.drawPolygon(QPolygonF{QPointF(x - 5, 20), QPointF(x + 5, 20), QPointF(x, 26)});
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(x, 24, 1, area.y() - 24, theme.accent);
    painter.setPen(theme.onAccent);
    painter.drawText(flag, Qt::AlignCenter, text);
}

QStringList TimelineView::hoverLines() const {
    QStringList lines{
        tr("event %1   %2").arg(groupedText(hover_->position), timeAt(hover_->position))};
    if (hover_->at.y() < laneArea().y() || !rankAt(hover_->at.y())) return lines;
    const std::uint32_t rank = hover_->rank.value;
    lines.prepend(rank == 0 ? tr("outside") : textOf((*actors_)[rank].path));
    if (hover_->slice != nullptr) {
        const Slice& slice = *hover_->slice;
        const QString length =
            slice.length == 1 ? tr("1 event") : tr("%1 events").arg(slice.length);
        lines << tr("%1 at %2, %3").arg(labelOf(slice.kind), groupedText(slice.begin), length);
    }
    return lines;
}

void TimelineView::paintHover(QPainter& painter) {
    if (!hover_ || drag_ != Drag::kNone || !actors_) return;
    const Theme& theme = Theme::of(palette());
    const QRect area = laneArea();
    QColor line = theme.dim;
    line.setAlphaF(0.5F);
    painter.fillRect(hover_->at.x(), area.y(), 1, area.height(), line);
    painter.setFont(uiFont());
    const QStringList lines = hoverLines();
    int width = 0;
    for (const QString& text : lines)
        width = std::max(width, painter.fontMetrics().horizontalAdvance(text) + 2);
    width = std::min(width, 420);
    QRect box(hover_->at + QPoint(14, 16),
              QSize(width + 18, static_cast<int>(lines.size()) * 18 + 8));
    if (box.right() > viewport()->width()) box.moveRight(hover_->at.x() - 10);
    if (box.bottom() > viewport()->height()) box.moveBottom(hover_->at.y() - 8);
    painter.fillRect(box, theme.raised);
    painter.setPen(theme.line);
    painter.drawRect(box.adjusted(0, 0, -1, -1));
    for (int i = 0; i < lines.size(); ++i) {
        painter.setPen(i == 0 ? theme.text : theme.dim);
        const QRect at(box.x() + 9, box.y() + 4 + i * 18, width, 18);
        painter.drawText(at, Qt::AlignVCenter | Qt::TextSingleLine,
                         painter.fontMetrics().elidedText(lines[i], Qt::ElideLeft, width));
    }
}

}  // namespace ariadne::studio
