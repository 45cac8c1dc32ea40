// The painting half of TimelineView.
#include "studio/models/event_mark.h"
#include "studio/models/lane_marks.h"
#include "studio/models/lane_order.h"
#include "studio/models/text.h"
#include "studio/views/fonts.h"
#include "studio/views/line_clip.h"
#include "studio/views/timeline_view.h"

#include <QElapsedTimer>
#include <QPaintEvent>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace ariadne::studio {
namespace {

constexpr std::size_t kArrowsMax = 200;
constexpr std::size_t kFineArrowsMax = 24;
constexpr double kMarkSpacingPx = 12;
constexpr int kSignWidth = 24;
constexpr int kPinWidth = 14;

/// A needle with a head.
void paintPin(QPainter& painter, QPointF at, const QColor& color) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.2));
    painter.drawLine(at + QPointF(0, 0), at + QPointF(0, 5));
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(at + QPointF(0, -2), 2.6, 2.6);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

}  // namespace

void TimelineView::paintEvent(QPaintEvent* event) {
    QElapsedTimer timer;
    timer.start();
    QPainter painter(viewport());
    const QRect area = laneArea();
    toPaint_ = event->rect();
    if (!lanes_ || rows_.empty()) {
        paintEmpty(painter);
    } else {
        renderLanes();
        painter.drawImage(area.topLeft(), image_);
        paintRows(painter);
        painter.setClipRect(area);
        paintArrows(painter);
        painter.setClipping(false);
    }
    paintRuler(painter);
    paintMeasured(painter);
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
    view.axis = axis();
    view.rows = rows_;
    view.groups = groups_.get();
    view.pitchPx = pitch_ * scale;
    view.gapPx = pitch_ >= 8  ? static_cast<int>(std::lround(2 * scale))
                 : pitch_ > 3 ? static_cast<int>(std::lround(scale))
                              : 0;
    view.queuePx = static_cast<int>(std::lround(queueHeight() * scale));
    if (const TimelineSums* const sums = sumsOf(visiblePositions())) view.depths = &sums->depths;
    if (lanes_->sums) view.depthFull = lanes_->sums->depths.greatest;
    if (const std::optional<int> row = rowOfRank(selected_); row && selected_ != kOutside)
        view.selectedRow = static_cast<std::size_t>(*row);
    // As rowTop() has it for labels, arrows and clicks.
    const int scrolled = verticalScrollBar()->value();
    const std::size_t fixed = std::min(fixedRows(), rows_.size());
    view.firstRow = fixed + static_cast<std::size_t>(scrolled / pitch_);
    view.offsetPx = (scrolled % pitch_) * scale;
    const Theme& theme = Theme::of(palette());
    const int top =
        std::min(static_cast<int>(std::lround(static_cast<double>(fixed) * view.pitchPx)),
                 image_.height() - 1);
    const auto part = [this](int from, int to) {
        return QImage(image_.scanLine(from), image_.width(), to - from, image_.bytesPerLine(),
                      image_.format());
    };
    QImage below = part(top, image_.height());
    raster_.render(below, view, theme);
    if (fixed > 0 && top > 0) {
        view.rows = view.rows.first(fixed);
        view.firstRow = 0;
        view.offsetPx = 0;
        QImage above = part(0, top);
        raster_.render(above, view, theme);
    }
    imageIsStale_ = false;
}

void TimelineView::paintEmpty(QPainter& painter) {
    const Theme& theme = Theme::of(palette());
    painter.fillRect(viewport()->rect(), theme.base);
    painter.setPen(theme.dim);
    const LaneCounts& counts = arrangement_.counts;
    const QString text = !lanes_              ? tr("Reading the trace …")
                         : counts.shown != 0  ? tr("No actor has an event in view")
                         : counts.total == 0  ? tr("No actor was born yet")
                         : counts.hidden != 0 ? tr("All lanes are hidden")
                                              : tr("No lane matches the filter");
    painter.drawText(laneArea(), Qt::AlignCenter, text);
}

/// What is painted over the lanes and beside them, of those that scroll and of those that do not.
void TimelineView::paintRows(QPainter& painter) {
    const Theme& theme = Theme::of(palette());
    for (const bool fixed : {false, true}) {
        const QRect area = rowsArea(fixed);
        if (area.isEmpty()) continue;
        painter.setClipRect(area);
        paintWatches(painter, rowsInView(fixed));
        paintQueries(painter, rowsInView(fixed));
        paintHolds(painter, rowsInView(fixed));
        paintRegions(painter, rowsInView(fixed));
        paintSigns(painter, rowsInView(fixed));
        const QRect labels(0, area.y(), area.x(), area.height());
        if (!labels.intersects(toPaint_)) continue;
        painter.setClipRect(labels);
        paintLabels(painter, fixed);
    }
    painter.setClipping(false);
    if (const QRect fixed = rowsArea(true); !fixed.isEmpty())
        painter.fillRect(0, fixed.bottom() - 1, viewport()->width(), 2, theme.line);
}

void TimelineView::paintLabels(QPainter& painter, bool fixed) {
    const Theme& theme = Theme::of(palette());
    const QRect area = rowsArea(fixed);
    painter.fillRect(QRect(0, area.y(), area.x(), area.height()), theme.base);
    // Lanes lower than a line of text are labelled every few rows.
    const std::size_t every =
        std::max<std::size_t>(1, static_cast<std::size_t>((14 + pitch_ - 1) / pitch_));
    const RowSpan rows = rowsInView(fixed);
    for (std::size_t row = rows.begin / every * every; row < rows.end; row += every) {
        if (row < rows.begin) continue;
        const QRect box(0, rowTop(row), area.x() - 1, every == 1 ? pitch_ - 2 : 14);
        paintLabel(painter, box, row);
    }
    painter.fillRect(area.x() - 1, area.y(), 1, area.height(), theme.line);
}

void TimelineView::paintLabel(QPainter& painter, const QRect& box, std::size_t row) {
    const Theme& theme = Theme::of(palette());
    const LaneRow& what = rows_[row];
    const bool current = currentShown_ == row;
    const bool actor = what.kind == LaneRow::Kind::kActor;
    const bool selected = actor ? what.index == selected_.value && what.index != 0 : current;
    if (selected)
        painter.fillRect(box, theme.selection);
    else if (hover_ && hover_->row == row)
        painter.fillRect(box, theme.hover);
    if (current && hasFocus()) {
        painter.setPen(theme.accent);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(box.adjusted(0, 0, -1, -1));
    }
    QFont font = uiFont();
    font.setPixelSize(std::clamp(pitch_ - 8, 10, 12));
    font.setBold(what.kind == LaneRow::Kind::kGroup);
    painter.setFont(font);
    QRect text = box.adjusted(10, 0, -6, 0);
    if (what.pinned) {
        paintPin(painter, QPointF(text.x() + 4, box.center().y() + 0.5), theme.dim);
        text.setLeft(text.left() + kPinWidth);
    }
    if (what.inGroup) text.setLeft(text.left() + kSignWidth - 10);
    if (actor)
        paintActorLabel(painter, text, what.index);
    else if (what.kind == LaneRow::Kind::kGroup)
        paintGroupLabel(painter, text, what.index);
    else if (what.kind == LaneRow::Kind::kQuery)
        paintQueryLabel(painter, text, arrangement_.queries[what.index]);
    else
        paintWatchLabel(painter, text, arrangement_.watches[what.index]);
}

void TimelineView::paintActorLabel(QPainter& painter, const QRect& text, std::uint32_t rank) {
    const Theme& theme = Theme::of(palette());
    const PathParts parts =
        rank == 0 ? PathParts{{}, tr("outside")} : partsOf((*actors_)[rank].path);
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

void TimelineView::paintGroupLabel(QPainter& painter, const QRect& text, std::uint32_t group) {
    const Theme& theme = Theme::of(palette());
    const LaneArrangement::Group& what = arrangement_.groups[group];
    const QPointF c(text.x() + 3.5, text.center().y() + 0.5);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.dim);
    painter.drawPolygon(
        what.collapsed ? QPolygonF{c + QPointF(-2, -4), c + QPointF(-2, 4), c + QPointF(3.5, 0)}
                       : QPolygonF{c + QPointF(-4, -2), c + QPointF(4, -2), c + QPointF(0, 3.5)});
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QFontMetrics metrics = painter.fontMetrics();
    const QString count = groupedText((*arrangement_.members)[group].size());
    painter.setPen(theme.dim);
    painter.drawText(text, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, count);
    const QRect name = text.adjusted(kSignWidth - 10, 0, -metrics.horizontalAdvance(count) - 8, 0);
    painter.setPen(theme.text);
    painter.drawText(
        name, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
        metrics.elidedText(groupTitle(arrangement_.grouping, what), Qt::ElideLeft, name.width()));
}

void TimelineView::paintSigns(QPainter& painter, RowSpan rows) {
    if (pitch_ < 12) return;
    painter.setRenderHint(QPainter::Antialiasing);
    const double width = laneArea().width();
    const TimelineAxis shown = axis();
    const PositionRange inView = shown.positions();
    const EventMark failure{MarkShape::kCross, Tone::kFailure};
    for (std::size_t row = rows.begin; row < rows.end; ++row) {
        const LaneRow& what = rows_[row];
        std::span<const LaneMark> marks;
        if (what.kind == LaneRow::Kind::kActor) {
            const LaneIndex::Lane& lane = lanes_->lanes[what.index];
            marks = lane.marks;
            const std::uint64_t end = lane.endedAt.value;
            if (end != 0 && inView.contains(end)) {
                const std::size_t slice = sliceNear(lane.slices, end, 0);
                if (slice < lane.slices.size() && lane.slices[slice].kind == SliceKind::kFailed)
                    paintSign(painter, row, end, failure);
            }
        } else if (what.kind == LaneRow::Kind::kGroup && groups_) {
            const LaneGroups::Group& group = groups_->groups[what.index];
            marks = group.marks;
            for (const std::uint64_t at : placesApart(group.failures, shown, width, kMarkSpacingPx))
                paintSign(painter, row, at, failure);
        }
        for (const LaneMark& mark : marksApart(marks, shown, width, kMarkSpacingPx))
            paintSign(painter, row, mark.at, markOf(mark.kind));
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void TimelineView::paintSign(QPainter& painter, std::size_t row, std::uint64_t at, EventMark sign) {
    const Theme& theme = Theme::of(palette());
    const QRect area = laneArea();
    const double x = area.x() + centreOf(at, axis(), area.width());
    const QRectF box(x - 4.5, rowTop(row) + bodyHeight() / 2.0 - 4.5, 9, 9);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.base);
    painter.drawEllipse(box.adjusted(-3, -3, 3, 3));
    paintMark(painter, box, sign, theme.colorOf(sign.tone));
}

void TimelineView::paintArrows(QPainter& painter) {
    // That an event has no past and no future of messages is an answer, too.
    if (!arrows_ || (arrows_->arrows.empty() && arrows_->closureOf.value == 0)) return;
    const Theme& theme = Theme::of(palette());
    std::vector<const Arrow*> inView;
    const PositionRange shownPositions = visiblePositions();
    for (const Arrow& arrow : arrows_->arrows) {
        const std::uint64_t to = arrow.to.value != 0 ? arrow.to.value : UINT64_MAX;
        if (arrow.from.value < shownPositions.end && to >= shownPositions.begin)
            inView.push_back(&arrow);
    }
    // Of too many, an even sample: the first two hundred would say nothing about the rest.
    const std::size_t shown = std::min(inView.size(), kArrowsMax);
    const bool fine = shown <= kFineArrowsMax;
    for (std::size_t i = 0; i < shown; ++i)
        paintArrow(painter, *inView[i * inView.size() / shown], fine);
    painter.setBrush(Qt::NoBrush);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const bool isAll = shown >= inView.size() && arrows_->total <= arrows_->arrows.size();
    if (isAll && arrows_->closureOf.value == 0) return;
    const QRect area = laneArea();
    const QString text = arrowsText(shown, inView.size());
    painter.setFont(uiFont());
    const int width = painter.fontMetrics().horizontalAdvance(text) + 16;
    const QRect box(area.right() - width - 8, area.bottom() - 28, width, 22);
    painter.fillRect(box, theme.raised);
    painter.setPen(theme.dim);
    painter.drawText(box, Qt::AlignCenter, text);
}

QString TimelineView::arrowsText(std::size_t shown, std::size_t inView) const {
    const ArrowSet& all = *arrows_;
    if (all.closureOf.value == 0)
        return tr("%1 of %2 messages drawn")
            .arg(groupedText(shown), groupedText(std::max<std::uint64_t>(inView, all.total)));
    if (all.total == 0)
        return all.isMore ? tr("No message found that led to event %1 or came of it; not all was "
                               "looked at")
                                .arg(groupedText(all.closureOf.value))
                          : tr("No message led to event %1 or came of it")
                                .arg(groupedText(all.closureOf.value));
    const QString total =
        all.isMore ? tr("more than %1").arg(groupedText(all.total)) : groupedText(all.total);
    return tr("%1 of %2 arrows shown, which led to event %3 or came of it")
        .arg(groupedText(shown), total, groupedText(all.closureOf.value));
}

/// A smooth line across the view takes a third of a millisecond, and two hundred of them were the
/// whole of a frame: of many only that of the position is `fine`.
void TimelineView::paintArrow(QPainter& painter, const Arrow& arrow, bool fine) {
    const Theme& theme = Theme::of(palette());
    const QRect area = laneArea();
    const std::optional<int> senderRow = rowOfRank(arrow.sender),
                             receiverRow = rowOfRank(arrow.receiver);
    if (!receiverRow) return;
    const auto middle = [&](int row) {
        return rowTop(static_cast<std::size_t>(row)) + bodyHeight() / 2.0;
    };
    const bool taken = arrow.to.value != 0;
    const TimelineAxis shown = axis();
    const double x0 = area.x() + centreOf(arrow.from.value, shown, area.width());
    const double x1 = taken ? area.x() + centreOf(arrow.to.value, shown, area.width()) : x0 + 24;
    const double y1 = middle(*receiverRow);
    const double y0 = senderRow ? middle(*senderRow) : y1 - pitch_ * 0.8;
    QLineF line(x0, y0, x1, y1);
    if (line.length() < 3 || !clipLine(line, QRectF(area).adjusted(-20, -20, 20, 20))) return;
    constexpr double kHead = 10;
    if (std::max(line.x1(), line.x2()) + kHead < toPaint_.left() ||
        std::min(line.x1(), line.x2()) - kHead > toPaint_.right())
        return;
    const bool touches = arrow.from == position_ || arrow.to == position_;
    // What led there and what came of it are told apart as what comes in and what goes out.
    const Position closure = arrows_->closureOf;
    const bool incoming =
        closure.value != 0 ? arrow.from < closure : arrow.receiver == arrows_->rank;
    QColor color = incoming ? theme.born : theme.time;
    const Qt::PenStyle style = taken ? Qt::SolidLine : Qt::DashLine;
    if (fine || touches) {
        color.setAlphaF(touches ? 1.0F : 0.62F);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(color, touches ? 2.0 : 1.2, style));
        painter.drawLine(line);
    } else {
        color = mixed(theme.base, color, 0.62);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(QPen(color, 1.0, style));
        painter.drawLine(line.toLine());
    }
    if (!area.adjusted(-8, -8, 8, 8).contains(QPointF(x1, y1).toPoint())) return;
    const double angle = std::atan2(line.dy(), line.dx());
    const auto wing = [&](double turn) {
        return QPointF(x1 - 8 * std::cos(angle + turn), y1 - 8 * std::sin(angle + turn));
    };
    painter.setBrush(color);
    painter.setPen(Qt::NoPen);
    painter.drawPolygon(QPolygonF{QPointF(x1, y1), wing(0.42), wing(-0.42)});
}

/// Where the position is shown; nothing when it is not in view.
std::optional<TimelineView::PositionPlace> TimelineView::positionPlace() const {
    const TimelineAxis shown = axis();
    if (position_.value == 0 || !visible_.contains(shown.unitOf(position_.value)))
        return std::nullopt;
    const QRect area = laneArea();
    PositionPlace out;
    const double width = static_cast<double>(area.width()) / static_cast<double>(visible_.length());
    if (width >= 6) {
        const double x = area.x() + columnOf(position_.value, shown, area.width());
        out.veil = QRectF(x, area.y(), width, area.height());
    }
    out.x = area.x() + static_cast<int>(centreOf(position_.value, shown, area.width()));
    const QString text = groupedText(position_.value);
    const int half = (QFontMetrics(valueFont()).horizontalAdvance(text) + 14) / 2;
    const int middle =
        std::clamp(out.x, area.x() + half, std::max(area.x() + half, area.right() - half));
    out.flag = QRect(middle - half, 3, 2 * half, 17);
    return out;
}

/// All that paintPosition() touches, and the edges that are smoothed.
QRegion TimelineView::positionBoxes() const {
    const auto place = positionPlace();
    if (!place) return {};
    QRegion out = place->flag.adjusted(-2, -2, 2, 2);
    out += QRect(place->x - 7, 0, 15, viewport()->height());
    if (!place->veil.isEmpty()) out += place->veil.toAlignedRect();
    return out;
}

void TimelineView::paintPosition(QPainter& painter) {
    const auto place = positionPlace();
    if (!place) return;
    const Theme& theme = Theme::of(palette());
    const QRect area = laneArea();
    const bool wide = !place->veil.isEmpty();
    if (wide) {
        QColor veil = theme.accent;
        veil.setAlphaF(0.13F);
        painter.fillRect(place->veil, veil);
    }
    const int x = place->x;
    painter.fillRect(x - (wide ? 0 : 1), area.y(), wide ? 1 : 2, area.height(), theme.accent);
    painter.setFont(valueFont());
    const QString text = groupedText(position_.value);
    const QRect& flag = place->flag;
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
    if (!hover_->row || *hover_->row >= rows_.size()) return lines;
    const LaneRow& what = rows_[*hover_->row];
    if (what.kind == LaneRow::Kind::kGroup) {
        const std::size_t count = (*arrangement_.members)[what.index].size();
        lines.prepend(groupTitle(arrangement_.grouping, arrangement_.groups[what.index]));
        lines << (count == 1 ? tr("1 actor") : tr("%1 actors").arg(groupedText(count)));
    } else if (what.kind == LaneRow::Kind::kActor) {
        lines.prepend(what.index == 0 ? tr("outside") : textOf((*actors_)[what.index].path));
    } else {
        const QStringList more = what.kind == LaneRow::Kind::kQuery
                                     ? queryLines(arrangement_.queries[what.index])
                                     : watchLines(arrangement_.watches[what.index]);
        lines.prepend(more.front());
        lines += more.mid(1);
    }
    if (hover_->slice != nullptr) {
        const Slice& slice = *hover_->slice;
        const QString length =
            slice.length == 1 ? tr("1 event") : tr("%1 events").arg(slice.length);
        lines << tr("%1 at %2, %3").arg(labelOf(slice.kind), groupedText(slice.begin), length);
    }
    if (const RegionSpan* const region = regionOf(what)) lines += regionLines(*region);
    if (what.kind != LaneRow::Kind::kActor) return lines;
    if (const QString queue = queueText({what.index}, hover_->position); !queue.isEmpty())
        lines << queue;
    lines += holdLines(what.index);
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
