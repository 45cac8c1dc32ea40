// Breakpoints of MainWindow: who keeps them, and how one goes from stop to stop.
#include "studio/app/main_window.h"
#include "studio/app/status_line.h"
#include "studio/models/text.h"
#include "studio/views/inspector.h"
#include "studio/views/minimap.h"
#include "studio/views/stop_pane.h"

#include <QDockWidget>

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

/// Breakpoints are of a program: its next run shall stop at the same things.
QString stopsKeyOf(QString program) {
    return QStringLiteral("stops/") + program.replace(QLatin1Char('/'), QLatin1Char('_'));
}

/// As a text of the language of conditions, whatever words are in it.
QString quoted(QString text) {
    text.replace(QLatin1Char('\\'), QStringLiteral("\\\\"));
    text.replace(QLatin1Char('\''), QStringLiteral("\\'"));
    return QLatin1Char('\'') + text + QLatin1Char('\'');
}

}  // namespace

void MainWindow::connectStops() {
    connect(stops_, &StopPane::positionRequested, this,
            [this](quint64 position) { standAtStop({position}); });
    connect(stops_, &StopPane::stopsChanged, this, [this] {
        if (!summary_) return;
        settings_.setValue(stopsKeyOf(textOf(summary_->meta.programId)),
                           keptStops(stops_->stops()));
        // What is known is of other breakpoints.
        stops_->setHits(nullptr, summary_->lastPosition);
        session_->setStops(stops_->stops());
        if (hasStops()) did(TourAct::kLookedElse);
        if (runIsOn() && summary_->meta.programId == run_.program) sendStops(textOf(run_.program));
        updateActions();
    });
    connect(session_.get(), &Session::stopsChanged, this,
            [this](std::shared_ptr<const StopHits> hits) {
                minimap_->setStops(hits->all);
                stops_->setHits(std::move(hits), summary_ ? summary_->lastPosition : Position{});
                if (goingToStop_) goToStop(*goingToStop_);
                Q_EMIT answered();
            });
}

void MainWindow::loadStops() {
    goingToStop_.reset();
    minimap_->setStops({});
    stops_->setStops(
        stopsKept(settings_.value(stopsKeyOf(textOf(summary_->meta.programId))).toStringList()));
    session_->setStops(stops_->stops());
}

void MainWindow::sendStops(const QString& program) {
    std::vector<std::string> conditions;
    for (Stop& stop : stopsKept(settings_.value(stopsKeyOf(program)).toStringList()))
        if (stop.enabled) conditions.push_back(std::move(stop.condition));
    session_->setRunStops(conditions);
}

bool MainWindow::hasStops() const {
    return summary_ && std::any_of(stops_->stops().begin(), stops_->stops().end(),
                                   [](const Stop& stop) { return stop.enabled; });
}

/// F5, or what it was changed to, goes on with the run that is under way, else to the next stop if
/// there can be one.
void MainWindow::updateStopKeys() {
    const Keymap::Keys goOn = keymap_.keysOf(continue_->objectName());
    const Keymap::Keys next = keymap_.keysOf(nextStop_->objectName());
    const bool stops = traceVisible_ && hasStops() && summary_->hasEvents() && !runIsOn();
    continue_->setShortcuts(stops ? Keymap::Keys{} : goOn);
    nextStop_->setShortcuts(stops ? next + goOn : next);
}

void MainWindow::goToStop(bool forward) {
    goingToStop_.reset();
    if (!summary_) return;
    if (!hasStops()) {
        showStopsPane();
        return stops_->beginWith({});
    }
    const auto& hits = stops_->hits();
    if (!summary_->hasEvents()) {
        showStopsPane();
        return status_->setProgress(tr("This recording holds no events to go to"));
    }
    const StopHits::Next next =
        hits ? hits->next(position_, forward) : StopHits::Next{std::nullopt, true};
    if (next.position) return standAtStop(*next.position);
    if (next.mayCome) {
        goingToStop_ = forward;
        return status_->setProgress(tr("Searching for the next stop"));
    }
    status_->setProgress(
        forward ? tr("No breakpoint stops behind event %1").arg(groupedText(position_.value))
                : tr("No breakpoint stops before event %1").arg(groupedText(position_.value)));
}

void MainWindow::standAtStop(Position position) {
    selectsActor_ = true;
    goTo(position);
}

/// Events of the same kind and type at the same actor, to be changed before it is added.
void MainWindow::stopAtSuch() {
    if (!summary_) return;
    QString condition;
    if (moment_ && moment_->position == position_ && moment_->event) {
        const EventLine& event = *moment_->event;
        condition = QStringLiteral("kind = ") + textOf(nameOf(event.kind));
        if (event.cell != kOutside && event.cell.value < summary_->actors->size())
            condition += QStringLiteral(" and actor = ") +
                         quoted(textOf((*summary_->actors)[event.cell.value].path));
        const QString type = textOf(moment_->message.typeName);
        if (!type.isEmpty()) condition += QStringLiteral(" and type = ") + quoted(type);
    }
    showStopsPane();
    stops_->beginWith(condition);
}

void MainWindow::stopAtWrites() {
    const auto chosen = inspector_->chosenField();
    if (!chosen) return status_->setProgress(tr("Choose a value in the inspector first"));
    showStopsPane();
    QString condition = QStringLiteral("actor = %1 and changed").arg(quoted(chosen->actorPath));
    if (!chosen->field.path.isEmpty()) condition += QLatin1Char('.') + chosen->field.path;
    stops_->add(condition);
}

void MainWindow::showStopsPane() {
    stopsDock_->show();
    stopsDock_->raise();
}

}  // namespace ariadne::studio
