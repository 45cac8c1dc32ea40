#include "studio/views/run_bar.h"

#include "studio/models/theme.h"
#include "studio/views/fonts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace ariadne::studio {

RunBar::RunBar(QWidget* parent) : QWidget(parent) {
    title_ = new QLabel;
    text_ = new QLabel;
    for (QLabel* label : {title_, text_}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    QFont bold = uiFont();
    bold.setBold(true);
    title_->setFont(bold);
    action_ = new QToolButton;
    action_->setToolButtonStyle(Qt::ToolButtonTextOnly);
    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    words->addWidget(title_);
    words->addWidget(text_);
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(44, 6, 10, 6);
    line->setSpacing(10);
    line->addLayout(words, 1);
    line->addWidget(action_, 0, Qt::AlignVCenter);
    connect(action_, &QToolButton::clicked, this, &RunBar::actionTriggered);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    hide();
}

QString RunBar::title() const {
    return title_->text();
}

QString RunBar::text() const {
    return text_->text();
}

void RunBar::display(const std::optional<RunWords>& words, bool paused) {
    if (!words) return hide();
    paused_ = paused;
    title_->setText(words->title);
    text_->setText(words->text);
    action_->setText(words->action);
    action_->setVisible(!words->action.isEmpty());
    setAccessibleName(words->title);
    setAccessibleDescription(words->text);
    show();
    update();
}

void RunBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Theme& theme = Theme::of(palette());
    painter.fillRect(rect(), mixed(theme.window, theme.live, 0.24));
    painter.fillRect(QRect(0, 0, 4, height()), theme.live);
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.line);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.live);
    const QRectF sign(18, title_->geometry().center().y() - 6, 13, 13);
    if (paused_)
        painter.drawRects(
            QList<QRectF>{{sign.x() + 1, sign.y(), 4, 13}, {sign.x() + 8, sign.y(), 4, 13}});
    else
        painter.drawEllipse(sign);
}

}  // namespace ariadne::studio
