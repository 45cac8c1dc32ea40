#include "studio/app/status_line.h"

#include "studio/app/stall_counter.h"
#include "studio/models/text.h"
#include "studio/models/theme.h"
#include "studio/views/fonts.h"

#include <QHBoxLayout>
#include <QLabel>

#include <algorithm>

namespace ariadne::studio {
namespace {

/// For what changes at every step. As wide as its widest text so far, and that is a fixed size:
/// what stands behind it stays where it is, and the window is not laid out again for a number.
void showSteadily(QLabel& label, const QString& text) {
    label.setText(text);
    const QSize size = label.sizeHint().expandedTo(label.minimumSize());
    if (size != label.minimumSize()) label.setFixedSize(size);
}

}  // namespace

StatusLine::StatusLine(QWidget* parent) : QWidget(parent) {
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(10, 2, 10, 2);
    line->setSpacing(22);
    const auto add = [line] {
        auto* label = new QLabel;
        label->setTextFormat(Qt::PlainText);
        label->setForegroundRole(QPalette::PlaceholderText);
        line->addWidget(label);
        return label;
    };
    state_ = add();
    snapshot_ = add();
    answer_ = add();
    frame_ = add();
    stalls_ = add();
    progress_ = add();
    line->addStretch(1);
    program_ = add();
    size_ = add();
}

void StatusLine::clear() {
    for (QLabel* label : {state_, snapshot_, answer_, frame_, progress_, program_, size_})
        label->clear();
}

void StatusLine::setSummary(const TraceSummary& summary) {
    using tracefmt::FileState;
    const QString state = summary.state == FileState::kClean       ? tr("Complete")
                          : summary.state == FileState::kRecording ? tr("● Recording")
                          : summary.state == FileState::kCut       ? tr("▲ Cut off")
                                                                   : tr("▲ Damaged");
    const bool redacted = summary.meta.redaction != tracefmt::Redaction::kNone;
    state_->setText(redacted ? tr("%1, redacted").arg(state) : state);
    state_->setToolTip(redacted
                           ? tr("Values of secret fields were replaced: to look at, not to run "
                                "again")
                           : QString{});
    const bool bad = summary.state == FileState::kCut || summary.state == FileState::kDamaged;
    QPalette colours = palette();
    if (bad) colours.setColor(QPalette::PlaceholderText, Theme::of(colours).warning);
    state_->setPalette(colours);
    const std::uint64_t events = std::max<std::uint64_t>(summary.lastPosition.value, 1);
    const double perEvent = static_cast<double>(summary.fileBytes) / static_cast<double>(events);
    size_->setText(tr("%1, %2 B/event").arg(bytesText(summary.fileBytes)).arg(perEvent, 0, 'f', 1));
    program_->setText(tr("%1 %2   seed %3   %4")
                          .arg(textOf(summary.meta.programId), textOf(summary.meta.programVersion))
                          .arg(summary.meta.seed)
                          .arg(textOf(summary.meta.policy)));
}

void StatusLine::setMoment(const Moment& moment, const TraceSummary& summary) {
    const auto after =
        std::upper_bound(summary.snapshots.begin(), summary.snapshots.end(), moment.position);
    const std::uint64_t snapshot = after == summary.snapshots.begin() ? 0 : std::prev(after)->value;
    showSteadily(*snapshot_,
                 tr("Snapshot %1 + %2")
                     .arg(groupedText(snapshot), groupedText(moment.position.value - snapshot)));
    showSteadily(*answer_,
                 tr("Answer %1 ms").arg(moment.tookMs, 0, 'f', moment.tookMs < 10 ? 1 : 0));
}

void StatusLine::setFrame(double tookMs) {
    showSteadily(*frame_, tr("Frame %1 ms").arg(tookMs, 0, 'f', tookMs < 10 ? 1 : 0));
}

void StatusLine::setStalls(std::uint64_t count, const Stall& longest) {
    constexpr int kLimitMs = static_cast<int>(StallCounter::kLimitNs / 1'000'000);
    const QString longestMs = QString::number(longest.tookNs / 1'000'000);
    stalls_->setText(count == 0 ? tr("No stalls")
                     : count == 1
                         ? tr("1 stall, %1 ms").arg(longestMs)
                         : tr("%1 stalls, up to %2 ms").arg(groupedText(count), longestMs));
    const QString limit =
        tr("A stall is longer than %1 ms in which the window did not answer").arg(kLimitMs);
    stalls_->setToolTip(count == 0 ? limit : tr("%1. The longest: %2").arg(limit, textOf(longest)));
}

void StatusLine::setProgress(const QString& text) {
    progress_->setText(text);
}

}  // namespace ariadne::studio
