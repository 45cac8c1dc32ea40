#include "studio/views/transport_bar.h"

#include "studio/models/text.h"
#include "studio/views/fonts.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

namespace ariadne::studio {
namespace {

QLabel* label(bool dim) {
    auto* out = new QLabel;
    out->setTextFormat(Qt::PlainText);
    out->setFont(dim ? uiFont() : valueFont());
    if (dim) out->setForegroundRole(QPalette::PlaceholderText);
    return out;
}

QLabel* dimWord(const QString& text) {
    QLabel* out = label(true);
    out->setText(text);
    return out;
}

/// Digits have one width, so a field this wide never moves what stands behind it; and as its size
/// is a fixed one, a new text lays out nothing.
void reserve(QLabel* label, const QString& widest) {
    const int width = QFontMetrics(valueFont()).horizontalAdvance(widest) + 4;
    const QSize size = label->sizeHint().expandedTo({width, 0});
    if (size != label->minimumSize()) label->setFixedSize(size);
}

QString widestTime() {
    return QStringLiteral("00:00.000 000 000");
}

}  // namespace

TransportBar::TransportBar(QWidget* parent) : QWidget(parent) {
    badge_ = new PositionBadge;
    edit_ = new QLineEdit;
    edit_->setFont(valueFont());
    edit_->setAlignment(Qt::AlignRight);
    edit_->setAccessibleName(tr("Position"));
    edit_->setToolTip(tr("Type a position and press Enter"));
    edit_->setFixedWidth(
        QFontMetrics(valueFont()).horizontalAdvance(QStringLiteral("9,999,999,999")) + 16);
    total_ = label(false);
    round_ = label(false);
    time_ = label(false);
    reserve(time_, widestTime());
    slider_ = new QSlider(Qt::Horizontal);
    slider_->setRange(0, kSliderSteps);
    slider_->setPageStep(kSliderSteps / 50);
    slider_->setFocusPolicy(Qt::NoFocus);
    slider_->setAccessibleName(tr("Position in the run"));
    buttons_ = new QHBoxLayout;
    buttons_->setSpacing(1);
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(8, 4, 10, 4);
    line->setSpacing(6);
    line->addLayout(buttons_);
    line->addSpacing(8);
    line->addWidget(badge_);
    line->addSpacing(2);
    for (QWidget* widget : std::initializer_list<QWidget*>{dimWord(tr("event")), edit_, total_})
        line->addWidget(widget);
    line->addSpacing(10);
    for (QWidget* widget : std::initializer_list<QWidget*>{dimWord(tr("round")), round_})
        line->addWidget(widget);
    line->addSpacing(10);
    for (QWidget* widget : std::initializer_list<QWidget*>{dimWord(tr("time")), time_})
        line->addWidget(widget);
    line->addSpacing(10);
    line->addWidget(slider_, 1);
    connect(slider_, &QSlider::valueChanged, this,
            [this](int step) { Q_EMIT positionRequested(positionOfSlider(step, last_.value)); });
    connect(edit_, &QLineEdit::returnPressed, this, &TransportBar::accept);
    // What somebody began to type and left does not say where one stands.
    connect(edit_, &QLineEdit::editingFinished, this, [this] {
        edit_->setModified(false);
        setPosition(position_);
    });
}

void TransportBar::setActions(const QList<QAction*>& actions) {
    for (QAction* action : actions) {
        if (action == nullptr) {
            buttons_->addSpacing(8);
            continue;
        }
        auto* button = new QToolButton;
        button->setDefaultAction(action);
        button->setAutoRaise(true);
        button->setIconSize({16, 16});
        button->setFixedSize(28, 26);
        button->setFocusPolicy(Qt::NoFocus);
        buttons_->addWidget(button);
    }
}

void TransportBar::setWhen(When when) {
    badge_->setWhen(when);
}

void TransportBar::setLastPosition(Position last) {
    last_ = last;
    total_->setText(QStringLiteral("/ ") + groupedText(last.value));
    setPosition(position_);
}

void TransportBar::setPosition(Position position) {
    position_ = position;
    const QSignalBlocker quiet(slider_);
    slider_->setValue(sliderOf(position.value, last_.value));
    if (!edit_->hasFocus() || !edit_->isModified()) edit_->setText(groupedText(position.value));
}

void TransportBar::setMoment(Round round, VirtualTime time) {
    round_->setText(groupedText(round.value));
    reserve(round_, QString(round_->text().size(), QLatin1Char('0')));
    time_->setText(timeText(time));
    reserve(time_, widestTime());
}

void TransportBar::editPosition() {
    edit_->setFocus(Qt::ShortcutFocusReason);
    edit_->selectAll();
}

void TransportBar::accept() {
    const std::uint64_t position = positionIn(edit_->text());
    edit_->setModified(false);
    edit_->clearFocus();
    if (position == 0 || position > last_.value)
        setPosition(position_);
    else
        Q_EMIT positionRequested(position);
}

}  // namespace ariadne::studio
