#include "studio/views/status_card.h"

#include "studio/models/event_mark.h"
#include "studio/views/fonts.h"
#include "studio/views/icons.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace ariadne::studio {

StatusCard::StatusCard(QWidget* parent) : QWidget(parent) {
    title_ = new QLabel;
    cause_ = new QLabel;
    for (QLabel* label : {title_, cause_}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    QFont bold = uiFont();
    bold.setBold(true);
    title_->setFont(bold);
    action_ = new QToolButton;
    action_->setToolButtonStyle(Qt::ToolButtonTextOnly);
    close_ = new QToolButton;
    close_->setIcon(iconOf(Glyph::kClose));
    close_->setAutoRaise(true);
    close_->setAccessibleName(tr("Close"));
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(title_);
    words->addWidget(cause_);
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(44, 9, 10, 9);
    line->setSpacing(10);
    line->addLayout(words, 1);
    line->addWidget(action_, 0, Qt::AlignVCenter);
    line->addWidget(close_, 0, Qt::AlignTop);
    connect(close_, &QToolButton::clicked, this, &QWidget::hide);
    connect(action_, &QToolButton::clicked, this, &StatusCard::actionTriggered);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    hide();
}

QString StatusCard::title() const {
    return title_->text();
}

void StatusCard::display(Severity severity, const QString& title, const QString& cause,
                         const QString& action, const QString& tip) {
    severity_ = severity;
    title_->setText(title);
    cause_->setText(cause);
    cause_->setVisible(!cause.isEmpty());
    action_->setText(action);
    action_->setToolTip(tip.toHtmlEscaped());
    action_->setVisible(!action.isEmpty());
    setAccessibleName(title);
    show();
    update();
}

void StatusCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Theme& theme = Theme::of(palette());
    const QColor color = severity_ == Severity::kError     ? theme.failure
                         : severity_ == Severity::kWarning ? theme.warning
                                                           : theme.accent;
    painter.fillRect(rect(), mixed(theme.window, color, 0.12));
    painter.fillRect(QRect(0, 0, 4, height()), color);
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.line);
    const MarkShape shape = severity_ == Severity::kError     ? MarkShape::kCross
                            : severity_ == Severity::kWarning ? MarkShape::kDiamond
                                                              : MarkShape::kRing;
    paintMark(painter, QRectF(18, title_->geometry().center().y() - 6, 13, 13),
              {shape, Tone::kQuiet}, color);
}

}  // namespace ariadne::studio
