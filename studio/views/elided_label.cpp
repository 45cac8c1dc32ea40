#include "studio/views/elided_label.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

namespace ariadne::studio {

ElidedLabel::ElidedLabel(QWidget* parent, Qt::TextElideMode mode) : QWidget(parent), mode_(mode) {
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void ElidedLabel::setText(const QString& text) {
    QString line = text;
    line.replace(QLatin1Char('\n'), QLatin1Char(' '));
    if (line == text_) return;
    text_ = line;
    setAccessibleName(text_);
    // Whoever takes the room that is left for it has the size it had.
    if (sizePolicy().horizontalPolicy() != QSizePolicy::Ignored) updateGeometry();
    update();
}

void ElidedLabel::setRole(QPalette::ColorRole role) {
    role_ = role;
    update();
}

void ElidedLabel::setTarget(std::optional<quint64> target) {
    const bool isSameKind = target.has_value() == target_.has_value();
    target_ = target;
    if (isSameKind) return;
    setCursor(target ? Qt::PointingHandCursor : Qt::ArrowCursor);
    setFocusPolicy(target ? Qt::TabFocus : Qt::NoFocus);
    update();
}

QSize ElidedLabel::sizeHint() const {
    return {fontMetrics().horizontalAdvance(text_) + 2, fontMetrics().height() + 4};
}

QSize ElidedLabel::minimumSizeHint() const {
    return {24, fontMetrics().height() + 4};
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    QFont shown = font();
    if (target_ && (underMouse() || hasFocus())) shown.setUnderline(true);
    painter.setFont(shown);
    painter.setPen(palette().color(target_ ? QPalette::Link : role_));
    const QString fitting = fontMetrics().elidedText(text_, mode_, width());
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, fitting);
}

void ElidedLabel::mouseReleaseEvent(QMouseEvent* event) {
    if (target_ && event->button() == Qt::LeftButton && rect().contains(event->pos()))
        Q_EMIT activated(*target_);
}

void ElidedLabel::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter ||
                       event->key() == Qt::Key_Space;
    if (target_ && enter)
        Q_EMIT activated(*target_);
    else
        QWidget::keyPressEvent(event);
}

bool ElidedLabel::event(QEvent* event) {
    if (event->type() == QEvent::Enter || event->type() == QEvent::Leave) update();
    if (event->type() == QEvent::ToolTip && fontMetrics().horizontalAdvance(text_) > width()) {
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text_.toHtmlEscaped(),
                           this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace ariadne::studio
