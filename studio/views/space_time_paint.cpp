// The painting half of SpaceTimeView.
#include "studio/models/space_time_words.h"
#include "studio/models/text.h"
#include "studio/views/fonts.h"
#include "studio/views/line_clip.h"
#include "studio/views/space_time_view.h"

#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ariadne::studio {

using Fate = SpaceTimeLayout::Fate;

namespace {

constexpr double kBoxHalf = 5;
constexpr double kMarkHalf = 4.5;
constexpr double kStub = 34;  ///< of a message that leaves the picture, pixels
constexpr double kWing = 8;
constexpr int kHoverWidthMax = 460;

/// The head of an arrow that ends at `tip`.
void paintHead(QPainter& painter, QPointF tip, double angle, const QColor& color) {
    const auto wing = [&](double turn) {
        return tip - QPointF(kWing * std::cos(angle + turn), kWing * std::sin(angle + turn));
    };
    painter.setBrush(color);
    painter.setPen(Qt::NoPen);
    painter.drawPolygon(QPolygonF{tip, wing(0.42), wing(-0.42)});
    painter.setBrush(Qt::NoBrush);
}

}  // namespace

void SpaceTimeView::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    const QRect inside = area();
    if (layout_.lines == 0) return paintEmpty(painter);
    render();
    painter.drawImage(inside.topLeft(), image_);
    paintNumbers(painter);
    paintMoment(painter);
    paintHeader(painter);
    paintHover(painter);
}

void SpaceTimeView::paintEmpty(QPainter& painter) {
    const Theme& theme = Theme::of(palette());
    painter.fillRect(viewport()->rect(), theme.base);
    painter.setPen(theme.dim);
    painter.setFont(uiFont());
    const QString text = !picture_            ? tr("No event to show messages of")
                         : picture_->complete ? tr("No message to show")
                                              : tr("Looking for messages …");
    painter.drawText(viewport()->rect(), Qt::AlignCenter, text);
}

void SpaceTimeView::render() {
    const double scale = devicePixelRatioF();
    const QRect inside = area();
    const QSize size(static_cast<int>(std::ceil(inside.width() * scale)),
                     static_cast<int>(std::ceil(inside.height() * scale)));
    if (image_.size() != size) image_ = QImage(size, QImage::Format_RGB32), imageIsStale_ = true;
    image_.setDevicePixelRatio(scale);
    if (!std::exchange(imageIsStale_, false)) return;
    QPainter painter(&image_);
    painter.fillRect(QRect({}, inside.size()), Theme::of(palette()).base);
    paintLifelines(painter);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const SpaceTimeLayout::Arrow& arrow : layout_.arrows) paintArrow(painter, arrow);
    painter.setRenderHint(QPainter::Antialiasing, false);
    paintBoxes(painter);
    paintSigns(painter);
    paintLabels(painter);
}

void SpaceTimeView::paintLifelines(QPainter& painter) {
    const Theme& theme = Theme::of(palette());
    const double bottom = std::min<double>(area().height(), yOf(layout_.lines - 1) + scale_.linePx);
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
        const SpaceTimeLayout::Column& column = layout_.columns[i];
        const double x = xOf(static_cast<int>(i));
        if (x < -scale_.columnPx || x > area().width() + scale_.columnPx) continue;
        const double y0 = column.bornLine < 0 ? 0 : std::max(0.0, yOf(column.bornLine));
        const double y1 = column.endedLine < 0 ? bottom : std::min(bottom, yOf(column.endedLine));
        if (y1 > y0) painter.fillRect(QRectF(std::floor(x), y0, 1, y1 - y0), theme.line);
    }
}

void SpaceTimeView::paintBoxes(QPainter& painter) {
    const Theme& theme = Theme::of(palette());
    const double half = std::min({kBoxHalf, scale_.columnPx / 5, scale_.linePx});
    for (const SpaceTimeLayout::Box& box : layout_.boxes) {
        const double margin = std::min(2.0, scale_.linePx / 8);
        const double top = yOf(box.first) - scale_.linePx / 2 + margin;
        const double bottom = yOf(box.last) + scale_.linePx / 2 - margin;
        if (bottom < 0 || top > area().height()) continue;
        const double x = std::floor(xOf(box.column)) + 0.5;
        const QRectF body(x - half, top, 2 * half, std::max(1.0, bottom - top));
        const Tone tone = box.failed ? Tone::kFailure : box.changed ? Tone::kChanged : Tone::kTurn;
        // Full when it changed something, hollow when not.
        painter.fillRect(body, theme.colorOf(tone));
        if (!box.changed && !box.failed && body.width() > 4 && body.height() > 4)
            painter.fillRect(body.adjusted(1.5, 1.5, -1.5, -1.5), theme.base);
    }
}

void SpaceTimeView::paintArrow(QPainter& painter, const SpaceTimeLayout::Arrow& arrow) {
    const Theme& theme = Theme::of(palette());
    const QRectF box = QRectF(QPointF(), area().size()).adjusted(-20, -20, 20, 20);
    const bool isDropped = arrow.fate == Fate::kDropped;
    const QColor color = isDropped                    ? theme.warning
                         : arrow.fate == Fate::kBirth ? theme.born
                         : arrow.fate == Fate::kTaken ? theme.message
                                                      : mixed(theme.base, theme.message, 0.75);
    const bool isWhole = arrow.fate == Fate::kTaken;
    painter.setPen(QPen(color, 1.3, isWhole ? Qt::SolidLine : Qt::DashLine));
    const int own = arrow.fromColumn >= 0 ? arrow.fromColumn : arrow.toColumn;
    if (own < 0) return;
    // Without a line of its own an end is beside the other one.
    const double y0 = arrowY(arrow.fromLine >= 0 ? arrow.fromLine : arrow.toLine);
    double y1 = arrowY(arrow.toLine >= 0 ? arrow.toLine : arrow.fromLine);
    double x0 = xOf(own), x1 = 0;
    const double stub = std::min(kStub, scale_.columnPx * 0.4);
    const bool ends = arrow.toLine >= 0 || arrow.toColumn < 0;
    if (arrow.fromColumn < 0) {
        x1 = x0, x0 -= stub;
    } else if (arrow.toColumn < 0) {
        x1 = x0 + stub;
    } else if (arrow.fromColumn == arrow.toColumn) {
        // To itself: out of the lifeline, down, and back.
        const double out = x0 + std::min(18.0, scale_.columnPx * 0.3);
        if (arrow.toLine < 0) y1 = y0 + scale_.linePx * 0.8;
        if (std::max(y0, y1) < box.top() || std::min(y0, y1) > box.bottom()) return;
        const double top = std::max(y0, box.top()), bottom = std::min(y1, box.bottom());
        painter.drawLine(QPointF(x0, top), QPointF(out, top));
        painter.drawLine(QPointF(out, top), QPointF(out, bottom));
        if (!ends) return;
        painter.drawLine(QPointF(out, bottom), QPointF(x0, bottom));
        if (!isDropped && y1 <= box.bottom())
            paintHead(painter, {x0 + kBoxHalf, y1}, std::acos(-1.0), color);
        return;
    } else {
        x1 = xOf(arrow.toColumn);
        const double toward = x1 > x0 ? 1 : -1;
        if (arrow.toLine < 0) {
            // Not taken on any line here: it stops on its way.
            x1 = x0 + toward * std::min(std::abs(x1 - x0) * 0.5, scale_.columnPx * 0.5);
        } else if (arrow.fromLine < 0) {
            x0 = x1 - toward * stub;
        }
    }
    const double toward = x1 > x0 ? 1 : -1;
    if (arrow.toColumn >= 0 && arrow.toLine >= 0) x1 -= toward * kBoxHalf;
    QLineF line(x0, y0, x1, y1);
    const double angle = std::atan2(y1 - y0, x1 - x0);
    if (!clipLine(line, box)) return;
    painter.drawLine(line);
    if (!box.contains(QPointF(x1, y1)) || isDropped) return;
    if (ends || arrow.fate == Fate::kElsewhere)
        paintHead(painter, {x1, y1}, angle, color);
    else
        paintMark(painter, QRectF(x1 - 4, y1 - 4, 8, 8), {MarkShape::kRing, Tone::kMessage}, color);
}

void SpaceTimeView::paintSigns(QPainter& painter) {
    const Theme& theme = Theme::of(palette());
    const double half = std::min(kMarkHalf, scale_.linePx / 2);
    for (const SpaceTimeLayout::Sign& sign : layout_.signs) {
        const double x = std::floor(xOf(sign.column)) + 0.5;
        const double y = yOf(sign.line);
        if (y < -half || y > area().height() + half) continue;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.base);
        painter.drawEllipse(QPointF(x, y), half + 2, half + 2);
        painter.setBrush(Qt::NoBrush);
        paintMark(painter, QRectF(x - half, y - half, 2 * half, 2 * half), sign.mark,
                  theme.colorOf(sign.mark.tone));
        painter.setRenderHint(QPainter::Antialiasing, false);
    }
}

void SpaceTimeView::paintLabels(QPainter& painter) {
    if (!scale_.hasLabels()) return;
    const Theme& theme = Theme::of(palette());
    QFont font = valueFont();
    font.setPixelSize(std::clamp(static_cast<int>(scale_.linePx) - 6, 9, 12));
    painter.setFont(font);
    const QFontMetrics metrics(font);
    const int room = static_cast<int>(scale_.columnPx) - 24;
    if (room < 3 * metrics.averageCharWidth()) return;
    QColor veil = theme.base;
    veil.setAlphaF(0.85F);
    for (const SpaceTimeLayout::Label& label : layout_.labels) {
        const double y = yOf(label.line);
        if (y < -scale_.linePx || y > area().height() + scale_.linePx) continue;
        const EventLine& line = rowOf(label.line).line;
        const QString text = label.isMessage || line.text.empty()
                                 ? (line.text.empty() ? labelOf(line) : textOf(line.text))
                                 : QStringLiteral("%1: %2").arg(labelOf(line), textOf(line.text));
        const QString shown = metrics.elidedText(text, Qt::ElideRight, room);
        const int width = metrics.horizontalAdvance(shown) + 4;
        const double x = xOf(label.column);
        const double left = label.onTheLeft ? x - 12 - width : x + 12;
        // Above its arrow, inside its own line.
        const QRectF box(left, y - scale_.linePx / 2, width, metrics.height());
        painter.fillRect(box, veil);
        const EventMark mark = markOf(line);
        const bool isBad = mark.tone == Tone::kFailure || mark.tone == Tone::kWarning;
        painter.setPen(isBad ? theme.colorOf(mark.tone) : theme.text);
        painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
    }
}

void SpaceTimeView::paintHeader(QPainter& painter) {
    const Theme& theme = Theme::of(palette());
    const QRect inside = area();
    painter.fillRect(QRect(0, 0, viewport()->width(), inside.y()), theme.window);
    painter.setFont(uiFont());
    painter.setPen(theme.dim);
    painter.drawText(QRect(10, 0, inside.x() - 16, inside.y()), Qt::AlignVCenter, tr("Event"));
    painter.setClipRect(QRect(inside.x(), 0, inside.width(), inside.y()));
    const QFontMetrics metrics(painter.font());
    const int room = static_cast<int>(scale_.columnPx) - 22;
    const bool known = picture_->holds(position_);
    const Rank here =
        known ? rowOf(static_cast<int>(picture_->rowFrom(position_))).line.cell : kOutside;
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
        const Rank rank = layout_.columns[i].rank;
        const double x = inside.x() + xOf(static_cast<int>(i));
        const QString text = metrics.elidedText(pathOf(actors_, rank), Qt::ElideMiddle, room);
        const QRectF box(x - room / 2.0, 0, room, inside.y());
        painter.setPen(known && rank == here ? theme.accent : theme.text);
        if (room >= 3 * metrics.averageCharWidth())
            painter.drawText(box, Qt::AlignCenter | Qt::TextSingleLine, text);
        painter.fillRect(QRectF(std::floor(x) - 2, inside.y() - 4, 5, 3), theme.dim);
    }
    painter.setClipping(false);
    painter.fillRect(0, inside.y() - 1, viewport()->width(), 1, theme.line);
}

void SpaceTimeView::paintNumbers(QPainter& painter) {
    const Theme& theme = Theme::of(palette());
    const QRect inside = area();
    const QRect gutter(0, inside.y(), inside.x(), inside.height());
    painter.fillRect(gutter, theme.base);
    painter.setClipRect(gutter);
    painter.setFont(valueFont());
    painter.setPen(theme.dim);
    // Lines lower than a line of text are numbered every few ones.
    const int every =
        std::max(1, static_cast<int>(std::ceil(SpaceTimeScale::kLabelled / scale_.linePx)));
    const int first = static_cast<int>(verticalScrollBar()->value() / scale_.linePx);
    for (int line = first / every * every; line < layout_.lines; line += every) {
        const double y = inside.y() + yOf(line);
        if (y > inside.bottom() + 10) break;
        painter.drawText(QRectF(4, y - 8, inside.x() - 14, 16), Qt::AlignRight | Qt::AlignVCenter,
                         groupedText(rowOf(line).line.seq.value));
    }
    painter.setClipping(false);
    painter.fillRect(inside.x() - 1, inside.y(), 1, inside.height(), theme.line);
}

void SpaceTimeView::paintMoment(QPainter& painter) {
    const auto moment = momentLine(*picture_, position_);
    if (!moment) return;
    const Theme& theme = Theme::of(palette());
    const QRect inside = area();
    const double y = inside.y() + *moment * scale_.linePx - verticalScrollBar()->value();
    if (y < inside.y() - scale_.linePx || y > inside.bottom() + scale_.linePx) return;
    painter.setClipRect(QRect(0, inside.y(), viewport()->width(), inside.height()));
    if (picture_->holds(position_)) {
        QColor veil = theme.accent;
        veil.setAlphaF(0.13F);
        painter.fillRect(QRectF(0, y - scale_.linePx / 2, viewport()->width(), scale_.linePx),
                         veil);
        painter.fillRect(QRectF(0, y - scale_.linePx / 2, 3, scale_.linePx), theme.accent);
        painter.fillRect(
            QRectF(inside.x(), std::floor(y + scale_.linePx / 2) - 1, inside.width(), 1),
            theme.accent);
    } else {
        painter.fillRect(QRectF(0, std::floor(y) - 1, viewport()->width(), 2), theme.accent);
    }
    painter.setClipping(false);
}

void SpaceTimeView::paintHover(QPainter& painter) {
    if (hovered_ < 0 || hovered_ >= layout_.lines || panning_) return;
    const Theme& theme = Theme::of(palette());
    const QRect inside = area();
    QColor veil = theme.dim;
    veil.setAlphaF(0.12F);
    painter.fillRect(QRectF(0, inside.y() + yOf(hovered_) - scale_.linePx / 2, viewport()->width(),
                            scale_.linePx)
                         .intersected(QRectF(0, inside.y(), viewport()->width(), inside.height())),
                     veil);
    painter.setFont(uiFont());
    const QFontMetrics metrics(painter.font());
    const QStringList lines = spaceTimeLines(rowOf(hovered_), actors_);
    int width = 0;
    for (const QString& text : lines) width = std::max(width, metrics.horizontalAdvance(text) + 2);
    width = std::min(width, kHoverWidthMax);
    QRect box(hoverAt_ + QPoint(14, 16),
              QSize(width + 18, static_cast<int>(lines.size()) * 18 + 8));
    if (box.right() > viewport()->width()) box.moveRight(hoverAt_.x() - 10);
    if (box.bottom() > viewport()->height()) box.moveBottom(hoverAt_.y() - 8);
    painter.fillRect(box, theme.raised);
    painter.setPen(theme.line);
    painter.drawRect(box.adjusted(0, 0, -1, -1));
    for (int i = 0; i < lines.size(); ++i) {
        painter.setPen(i == 0 ? theme.text : theme.dim);
        painter.drawText(
            QRect(box.x() + 9, box.y() + 4 + i * 18, width, 18),
            Qt::AlignVCenter | Qt::TextSingleLine,
            metrics.elidedText(lines[i], i == 0 ? Qt::ElideMiddle : Qt::ElideRight, width));
    }
}

}  // namespace ariadne::studio
