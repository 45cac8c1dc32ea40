#include "studio/views/position_badge.h"

#include "studio/models/event_mark.h"
#include "studio/views/fonts.h"

#include <QPainter>

namespace ariadne::studio {

PositionBadge::PositionBadge(QWidget* parent) : QWidget(parent) {
    QFont bold = uiFont();
    bold.setBold(true);
    bold.setPixelSize(12);
    setFont(bold);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setWhen(When::kNothing);
}

QString PositionBadge::word() const {
    switch (when_) {
        case When::kPast: return tr("PAST");
        case When::kLive: return tr("LIVE");
        case When::kPaused: return tr("PAUSED");
        case When::kNothing: break;
    }
    return {};
}

void PositionBadge::setWhen(When when) {
    // Said at every step, and a new size lays out the whole window.
    if (when == when_) return;
    when_ = when;
    setAccessibleName(word());
    setVisible(when != When::kNothing);
    updateGeometry();
    update();
}

QSize PositionBadge::sizeHint() const {
    return {fontMetrics().horizontalAdvance(word()) + 36, 24};
}

void PositionBadge::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Theme& theme = Theme::of(palette());
    const QColor color = when_ == When::kPast ? theme.past : theme.live;
    painter.setRenderHint(QPainter::Antialiasing);
    QColor fill = color;
    fill.setAlphaF(when_ == When::kPast ? 0.16F : 1.0F);
    painter.setBrush(fill);
    painter.setPen(QPen(color, 1.2));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.6, 0.6, -0.6, -0.6), 4, 4);
    const QColor ink = when_ == When::kPast ? color : theme.base;
    const QRectF sign(10, height() / 2.0 - 5, 10, 10);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    if (when_ == When::kLive)
        painter.drawEllipse(sign.adjusted(1, 1, -1, -1));
    else if (when_ == When::kPaused)
        painter.drawRects(
            QList<QRectF>{{sign.x() + 1, sign.y(), 3, 10}, {sign.x() + 6, sign.y(), 3, 10}});
    else
        paintMark(painter, sign, {MarkShape::kClock, Tone::kTime}, ink);
    painter.setPen(ink);
    painter.drawText(QRect(26, 0, width() - 26, height()), Qt::AlignLeft | Qt::AlignVCenter,
                     word());
}

}  // namespace ariadne::studio
