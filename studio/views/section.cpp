#include "studio/views/section.h"

#include "studio/models/theme.h"
#include "studio/views/fonts.h"

#include <QPainter>
#include <QVBoxLayout>

namespace ariadne::studio {

SectionHead::SectionHead(QWidget* parent) : QAbstractButton(parent) {
    QFont bold = uiFont();
    bold.setBold(true);
    setFont(bold);
    setCheckable(true);
    setChecked(true);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void SectionHead::setTitle(const QString& title) {
    if (title == title_) return;
    title_ = title;
    setAccessibleName(title);
    update();
}

QSize SectionHead::sizeHint() const {
    return {120, 26};
}

void SectionHead::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Theme& theme = Theme::of(palette());
    painter.fillRect(rect(), underMouse() || hasFocus() ? theme.hover : theme.window);
    painter.fillRect(0, 0, width(), 1, theme.line);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.dim, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QPointF c(17, height() / 2.0 + 0.5);
    if (isChecked())
        painter.drawPolyline(QPolygonF{c + QPointF(-4, -2), c + QPointF(0, 2), c + QPointF(4, -2)});
    else
        painter.drawPolyline(QPolygonF{c + QPointF(-2, -4), c + QPointF(2, 0), c + QPointF(-2, 4)});
    painter.setPen(theme.text);
    const QRect box(30, 0, width() - 38, height());
    painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(title_, Qt::ElideRight, box.width()));
}

Section::Section(const QString& title, QWidget* body, QWidget* parent)
    : QWidget(parent), body_(body) {
    head_ = new SectionHead;
    setTitle(title);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(head_);
    column->addWidget(body_, 1);
    connect(head_, &SectionHead::toggled, this, [this](bool open) {
        body_->setVisible(open);
        setMaximumHeight(open ? QWIDGETSIZE_MAX : head_->sizeHint().height());
    });
}

void Section::setTitle(const QString& title) {
    head_->setTitle(title);
}
void Section::setOpen(bool open) {
    head_->setChecked(open);
}
bool Section::isOpen() const {
    return head_->isChecked();
}

}  // namespace ariadne::studio
