#include "studio/views/lane_bar.h"

#include "studio/models/text.h"
#include "studio/views/elided_label.h"
#include "studio/views/fonts.h"
#include "studio/views/icons.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QToolButton>

namespace ariadne::studio {

LaneBar::LaneBar(QWidget* parent) : QWidget(parent) {
    setAutoFillBackground(true);
    filter_ = new QLineEdit;
    filter_->setPlaceholderText(tr("Filter lanes"));
    filter_->setAccessibleName(tr("Filter lanes"));
    filter_->setClearButtonEnabled(true);
    filter_->setMinimumWidth(150);
    filter_->setMaximumWidth(260);
    filter_->addAction(iconOf(Glyph::kSearch), QLineEdit::LeadingPosition);
    grouping_ = new QComboBox;
    grouping_->setAccessibleName(tr("Group lanes by"));
    grouping_->setToolTip(tr("Group lanes by"));
    // In the order of the enumerators.
    grouping_->addItems({tr("Not grouped"), tr("By region"), tr("By type"), tr("By supervisor")});
    count_ = new ElidedLabel;
    count_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    count_->setRole(QPalette::PlaceholderText);
    count_->setFont(valueFont());
    showAll_ = new QToolButton;
    showAll_->setText(tr("Show all"));
    showAll_->setToolTip(
        tr("Show every lane again: without the filter, and those that are hidden"));
    showAll_->hide();
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(6, 3, 8, 3);
    line->setSpacing(6);
    line->addWidget(filter_, 1);
    line->addWidget(grouping_);
    line->addStretch(1);
    line->addWidget(count_);
    line->addWidget(showAll_);
    connect(filter_, &QLineEdit::textChanged, this,
            [this](const QString& text) { Q_EMIT filterChanged(text.trimmed()); });
    connect(filter_, &QLineEdit::returnPressed, this, &LaneBar::left);
    connect(grouping_, &QComboBox::activated, this,
            [this](int index) { Q_EMIT groupingChanged(static_cast<LaneGrouping>(index)); });
    connect(showAll_, &QToolButton::clicked, this, &LaneBar::showAllRequested);
}

void LaneBar::setChoices(const LaneChoices& choices) {
    const QString text = textOf(choices.filter);
    // Who types a space is not done yet.
    if (filter_->text().trimmed() != text) {
        const QSignalBlocker quiet{filter_};
        filter_->setText(text);
    }
    grouping_->setCurrentIndex(static_cast<int>(choices.grouping));
}

void LaneBar::setCounts(const LaneCounts& counts) {
    count_->setText(laneCountText(counts));
    showAll_->setVisible(counts.shown != counts.total);
}

QString LaneBar::countText() const {
    return count_->text();
}

void LaneBar::focusFilter() {
    filter_->setFocus(Qt::ShortcutFocusReason);
    filter_->selectAll();
}

}  // namespace ariadne::studio
