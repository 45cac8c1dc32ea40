// The lanes of MainWindow's timeline: who chooses them, and who keeps what was chosen.
#include "studio/app/main_window.h"
#include "studio/app/status_line.h"
#include "studio/models/text.h"
#include "studio/views/inspector.h"
#include "studio/views/lane_bar.h"
#include "studio/views/timeline_view.h"

#include <QActionGroup>
#include <QMenu>

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

/// Lanes are chosen for a program: its next run shall be looked at in the same way.
QString lanesKeyOf(const TraceSummary& summary) {
    QString program = textOf(summary.meta.programId);
    return QStringLiteral("lanes/") + program.replace(QLatin1Char('/'), QLatin1Char('_'));
}

}  // namespace

void MainWindow::connectLanes() {
    connect(laneBar_, &LaneBar::filterChanged, this, [this](const QString& text) {
        changeLanes([&](LaneChoices& lanes) { lanes.filter = text.toStdString(); });
    });
    connect(laneBar_, &LaneBar::groupingChanged, this, &MainWindow::groupLanes);
    connect(laneBar_, &LaneBar::showAllRequested, this, [this] { changeLanes(showAllLanes); });
    connect(laneBar_, &LaneBar::left, timeline_, [this] { timeline_->setFocus(); });
    connect(timeline_, &TimelineView::matchesWanted, this, [this](const QString& lower) {
        laneMatchesAsked_ = true;
        session_->requestLaneActors(lower);
    });
    connect(session_.get(), &Session::laneActorsMatched, this,
            [this](std::shared_ptr<const ActorMatches> matches) {
                laneMatchesAsked_ = false;
                timeline_->setMatches(std::move(matches));
                Q_EMIT answered();
            });
    connect(timeline_, &TimelineView::groupsWanted, this,
            [this](std::shared_ptr<const LaneGroups::Members> members) {
                laneGroupsAsked_ = true;
                session_->requestLaneGroups(std::move(members));
            });
    connect(session_.get(), &Session::laneGroupsReady, this,
            [this](std::shared_ptr<const LaneGroups> groups) {
                laneGroupsAsked_ = false;
                timeline_->setGroups(std::move(groups));
                Q_EMIT answered();
            });
    connect(session_.get(), &Session::watchesChanged, this,
            [this](std::shared_ptr<const WatchLanes> lanes) {
                watchesAsked_ = std::any_of(lanes->begin(), lanes->end(),
                                            [](const auto& lane) { return !lane->complete; });
                timeline_->setWatches(std::move(lanes));
                Q_EMIT answered();
            });
    connect(timeline_, &TimelineView::arranged, this, [this] {
        laneBar_->setCounts(timeline_->arrangement().counts);
        updateLaneActions();
    });
    connect(timeline_, &TimelineView::currentLaneChanged, this, &MainWindow::updateActions);
    connect(timeline_, &TimelineView::groupToggled, this, [this](const LaneKey& group) {
        changeLanes([&](LaneChoices& lanes) { toggleCollapsed(lanes, group); });
    });
    connect(timeline_, &TimelineView::laneMenuRequested, this,
            [this](const QPoint& at) { lanesMenu_->popup(at); });
}

/// A lane that follows the value that is chosen in the inspector.
void MainWindow::watchValue() {
    const auto chosen = inspector_->chosenField();
    if (!chosen) return status_->setProgress(tr("Choose a value in the inspector first"));
    const LaneKey key = watchKey({chosen->actorPath.toStdString(), chosen->steps});
    if (!laneChoices_.isPinned(key)) {
        if (laneChoices_.watches().size() == kWatchesMax)
            return status_->setProgress(
                tr("%1 values are watched already: remove one of their lanes").arg(kWatchesMax));
        changeLanes([&](LaneChoices& lanes) { togglePinned(lanes, key); });
    }
    timeline_->setCurrentLane(key);
    timeline_->revealCurrentLane();
}

/// Whoever is moved among pinned lanes is watched as before.
void MainWindow::followWatches() {
    const std::vector<Watch> wanted = laneChoices_.watches();
    if (std::is_permutation(wanted.begin(), wanted.end(), watched_.begin(), watched_.end())) return;
    watched_ = wanted;
    watchesAsked_ = true;
    session_->setWatches(watched_);
}

void MainWindow::makeLanesMenu(QMenu* menu) {
    lanesMenu_ = menu->addMenu(tr("&Lanes"));
    const auto lane = [this](const QString& text, const QList<QKeySequence>& keys,
                             std::function<void()> does) {
        QAction* action = add(lanesMenu_, text, keys, std::move(does));
        traceActions_ << action;
        return action;
    };
    const auto choose = [this](auto how) {
        return [this, how] {
            const LaneKey key = timeline_->currentLane();
            if (!key.empty()) changeLanes([&](LaneChoices& lanes) { how(lanes, key); });
        };
    };
    pinLane_ = lane(tr("Pin the lane"), {Qt::Key_P}, choose(togglePinned));
    hideLane_ = lane(tr("Hide the lane"), {Qt::SHIFT | Qt::Key_H}, choose(hideLane));
    hideOthers_ = lane(tr("Hide the other lanes"), {Qt::CTRL | Qt::Key_H}, choose(hideOtherLanes));
    showAll_ = lane(tr("Show all lanes"), {Qt::CTRL | Qt::SHIFT | Qt::Key_H},
                    [this] { changeLanes(showAllLanes); });
    lanesMenu_->addSeparator();
    foldGroup_ = lane(tr("Collapse the group"), {Qt::Key_C}, [this] {
        if (const auto group = timeline_->currentGroup()) {
            changeLanes([&](LaneChoices& lanes) { toggleCollapsed(lanes, *group); });
            timeline_->setCurrentLane(*group);
        }
    });
    foldAll_ = lane(tr("Collapse all groups"), {Qt::SHIFT | Qt::Key_C}, [this] {
        changeLanes([](LaneChoices& lanes) { collapseAll(lanes, !lanes.collapsesAll); });
        timeline_->revealCurrentLane();
    });
    laneUp_ = lane(tr("Move the lane up"), {Qt::ALT | Qt::Key_Up}, [this] { moveLaneBy(true); });
    laneDown_ =
        lane(tr("Move the lane down"), {Qt::ALT | Qt::Key_Down}, [this] { moveLaneBy(false); });
    askLane_ = lane(tr("Show the rows of the question"), {}, [this] { askCurrentQuery(); });
    lanesMenu_->addSeparator();
    lane(tr("Lane above"), {Qt::CTRL | Qt::Key_Up}, [this] { timeline_->stepLane(false); });
    lane(tr("Lane below"), {Qt::CTRL | Qt::Key_Down}, [this] { timeline_->stepLane(true); });
    lane(tr("Filter lanes"), {Qt::CTRL | Qt::Key_L}, [this] { laneBar_->focusFilter(); });
    lane(tr("Group lanes in the next way"), {Qt::Key_G}, [this] {
        const auto next = (static_cast<int>(laneChoices_.grouping) + 1) % 4;
        groupLanes(static_cast<LaneGrouping>(next));
    });
}

void MainWindow::chooseLanes(const LaneChoices& lanes) {
    changeLanes([&](LaneChoices& now) { now = lanes; });
}

void MainWindow::groupLanes(LaneGrouping grouping) {
    changeLanes([grouping](LaneChoices& lanes) { lanes.grouping = grouping; });
}

void MainWindow::moveLaneBy(bool up) {
    const auto row = timeline_->currentRow();
    if (!row || !summary_) return;
    LaneChoices wanted = laneChoices_;
    const bool moved = moveLane(wanted, timeline_->arrangement(), *summary_->actors, *row, up);
    if (!moved)
        return status_->setProgress(
            up ? tr("The lane already is the first of those it stands among")
               : tr("The lane already is the last of those it stands among"));
    chooseLanes(wanted);
    timeline_->revealCurrentLane();
}

void MainWindow::changeLanes(const std::function<void(LaneChoices&)>& how) {
    LaneChoices wanted = laneChoices_;
    how(wanted);
    if (wanted == laneChoices_) return;
    laneChoices_ = std::move(wanted);
    if (summary_) settings_.setValue(lanesKeyOf(*summary_), keptChoices(laneChoices_));
    showLaneChoices();
}

void MainWindow::loadLanes() {
    laneMatchesAsked_ = laneGroupsAsked_ = watchesAsked_ = false;
    watched_.clear();
    laneChoices_ = choicesKept(settings_.value(lanesKeyOf(*summary_)).toStringList());
    showLaneChoices();
}

void MainWindow::showLaneChoices() {
    laneBar_->setChoices(laneChoices_);
    timeline_->setChoices(laneChoices_);
    followWatches();
    followQueries();
    updateLaneActions();
}

void MainWindow::updateLaneActions() {
    const LaneKey key = timeline_->currentLane();
    const LaneArrangement& lanes = timeline_->arrangement();
    const bool open = summary_ != nullptr && traceVisible_;
    const bool isGroup = std::any_of(lanes.groups.begin(), lanes.groups.end(),
                                     [&](const auto& group) { return group.key == key; });
    // An actor that is left out has no row; a group or a value that is gone has no lane.
    const bool lane = open && (key.starts_with("actor:") || timeline_->currentRow().has_value());
    const bool pinned = laneChoices_.isPinned(key);
    pinLane_->setText(pinned ? tr("Unpin the lane") : tr("Pin the lane"));
    const bool isWatch = watchOf(key).has_value();
    const bool isQuery = queryOf(key).has_value();
    pinLane_->setEnabled(lane && !isGroup && !isWatch && !isQuery);
    askLane_->setEnabled(lane && isQuery);
    hideLane_->setText(isGroup   ? tr("Hide the lanes of the group")
                       : isWatch ? tr("Watch the value no longer")
                       : isQuery ? tr("Keep the question no longer")
                                 : tr("Hide the lane"));
    hideLane_->setEnabled(lane);
    hideOthers_->setEnabled(lane);
    showAll_->setEnabled(open && lanes.counts.shown != lanes.counts.total);
    const auto group = open ? timeline_->currentGroup() : std::nullopt;
    foldGroup_->setEnabled(group.has_value());
    foldGroup_->setText(group && laneChoices_.isCollapsed(*group) ? tr("Expand the group")
                                                                  : tr("Collapse the group"));
    foldAll_->setEnabled(open && !lanes.groups.empty());
    foldAll_->setText(laneChoices_.collapsesAll ? tr("Expand all groups")
                                                : tr("Collapse all groups"));
    laneUp_->setEnabled(lane);
    laneDown_->setEnabled(lane);
}

}  // namespace ariadne::studio
