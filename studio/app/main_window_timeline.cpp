// What MainWindow lets people choose of its timeline: axis, queues, arrows, what is measured.
#include "studio/app/main_window.h"
#include "studio/views/timeline_view.h"

#include <QMenu>
#include <QTimer>

namespace ariadne::studio {
namespace {

QString byTimeKey() {
    return QStringLiteral("timeline/byTime");
}
QString queuesKey() {
    return QStringLiteral("timeline/queues");
}

}  // namespace

void MainWindow::makeTimelineActions(QMenu* menu) {
    const auto choice = [this, menu](const QString& text, const QKeySequence& key, bool on) {
        QAction* action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(on);
        giveKeys(action, {key});
        traceActions_ << action;
        return action;
    };
    byTime_ =
        choice(tr("Axis by virtual time"), Qt::Key_V, settings_.value(byTimeKey(), false).toBool());
    showQueues_ = choice(tr("Messages that wait, below each lane"), Qt::SHIFT | Qt::Key_Q,
                         settings_.value(queuesKey(), true).toBool());
    closure_ = choice(tr("Arrows of all that led to the event and came of it"),
                      Qt::SHIFT | Qt::Key_X, false);
    connect(byTime_, &QAction::toggled, this, [this](bool on) {
        settings_.setValue(byTimeKey(), on);
        timeline_->setByTime(on);
        askSums();
    });
    connect(showQueues_, &QAction::toggled, this, [this](bool on) {
        settings_.setValue(queuesKey(), on);
        timeline_->setShowQueues(on);
    });
    connect(closure_, &QAction::toggled, this, [this] {
        timeline_->setArrows(nullptr);
        askArrows();
    });
    zoomToMeasured_ = add(menu, tr("Zoom to what is measured"), {Qt::SHIFT | Qt::Key_F},
                          [this] { timeline_->zoomToMeasured(); });
    clearMeasured_ = add(menu, tr("Measure no longer"), {}, [this] { timeline_->clearMeasured(); });
    timeline_->setByTime(byTime_->isChecked());
    timeline_->setShowQueues(showQueues_->isChecked());
}

void MainWindow::connectTimeline() {
    connect(arrowPause_, &QTimer::timeout, this, &MainWindow::askSums);
    connect(timeline_, &TimelineView::measuredChanged, this, &MainWindow::updateTimelineActions);
    connect(session_.get(), &Session::sumsReady, this,
            [this](std::shared_ptr<const TimelineSums> sums) {
                sumsAsked_ = false;
                timeline_->setSums(std::move(sums));
                Q_EMIT answered();
            });
}

void MainWindow::askSums() {
    if (!summary_) return;
    if (const auto wanted = timeline_->sumsWanted())
        sumsAsked_ = session_->requestSums({wanted->begin}, {wanted->end});
}

void MainWindow::updateTimelineActions() {
    const bool some = summary_ != nullptr && traceVisible_ && timeline_->measured().has_value();
    zoomToMeasured_->setEnabled(some);
    clearMeasured_->setEnabled(some);
}

}  // namespace ariadne::studio
