#include "studio/views/tour_card.h"

#include "studio/models/theme.h"
#include "studio/views/fonts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace ariadne::studio {
namespace {

constexpr int kDot = 8;
constexpr int kDotPitch = 14;
constexpr int kDotsWidth = static_cast<int>(kTourSteps) * kDotPitch;

}  // namespace

TourCard::TourCard(QWidget* parent) : QWidget(parent) {
    title_ = new QLabel;
    text_ = new QLabel;
    for (QLabel* label : {title_, text_}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    QFont bold = uiFont();
    bold.setBold(true);
    title_->setFont(bold);
    leave_ = new QPushButton(tr("Leave the tour"));
    leave_->setToolTip(tr("Help > Take the tour begins it again"));
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(title_);
    words->addWidget(text_);
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(16, 9, 10, 9);
    line->setSpacing(16);
    line->addLayout(words, 1);
    line->addSpacing(kDotsWidth);
    line->addWidget(leave_, 0, Qt::AlignVCenter);
    connect(leave_, &QPushButton::clicked, this, &TourCard::leaveRequested);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    hide();
}

void TourCard::setTour(const Tour& tour) {
    setVisible(tour.isOn());
    if (!tour.isOn()) return;
    step_ = tour.step();
    const TourWords words = tourWords(step_);
    title_->setText(words.title);
    text_->setText(words.text);
    leave_->setText(tour.isAtEnd() ? tr("Done") : tr("Leave the tour"));
    setAccessibleName(words.title);
    setAccessibleDescription(words.text);
    update();
}

QString TourCard::title() const {
    return title_->text();
}

/// How far: a dot for each step, filled when it is done, a ring around the present one.
void TourCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Theme& theme = Theme::of(palette());
    painter.fillRect(rect(), mixed(theme.window, theme.accent, 0.07));
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.line);
    painter.setRenderHint(QPainter::Antialiasing);
    const int left = leave_->geometry().left() - kDotsWidth - 12;
    for (std::size_t i = 0; i < kTourSteps; ++i) {
        const QRectF dot(left + static_cast<int>(i) * kDotPitch, height() / 2.0 - kDot / 2.0, kDot,
                         kDot);
        painter.setPen(QPen(i <= step_ ? theme.accent : theme.dim, 1.4));
        painter.setBrush(i < step_ ? QBrush(theme.accent) : QBrush(Qt::NoBrush));
        painter.drawEllipse(i == step_ ? dot : dot.adjusted(1, 1, -1, -1));
    }
}

}  // namespace ariadne::studio
