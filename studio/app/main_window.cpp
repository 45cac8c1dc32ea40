#include "studio/app/main_window.h"

#include "studio/app/programs.h"
#include "studio/app/stall_counter.h"
#include "studio/app/status_line.h"
#include "studio/app/thumbnails.h"
#include "studio/models/left_out_words.h"
#include "studio/models/stuck_words.h"
#include "studio/models/text.h"
#include "studio/views/bookmark_pane.h"
#include "studio/views/cause_pane.h"
#include "studio/views/diff_view.h"
#include "studio/views/event_table.h"
#include "studio/views/inspector.h"
#include "studio/views/lane_bar.h"
#include "studio/views/minimap.h"
#include "studio/views/notebook_pane.h"
#include "studio/views/omnibox.h"
#include "studio/views/query_pane.h"
#include "studio/views/run_bar.h"
#include "studio/views/space_time_pane.h"
#include "studio/views/status_card.h"
#include "studio/views/stop_pane.h"
#include "studio/views/timeline_view.h"
#include "studio/views/tour_card.h"
#include "studio/views/transport_bar.h"
#include "studio/views/welcome_page.h"
#include "studio/views/world_pane.h"

#include <QCloseEvent>
#include <QCursor>
#include <QDockWidget>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTemporaryDir>
#include <QTimer>
#include <QToolBar>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {
constexpr int kStateVersion = 5;  ///< of the dock layout; raised when docks change
}  // namespace

MainWindow::MainWindow(const QString& settingsFile, QWidget* parent)
    : QMainWindow(parent),
      settings_(settingsFile, QSettings::IniFormat),
      session_(std::make_unique<Session>()) {
    setObjectName(QStringLiteral("studio"));
    thumbnails_ = std::make_unique<Thumbnails>(thumbnailFolder(), pictures_);
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks | GroupedDragging);
    makePanes();
    makeDocks();
    makeActions();
    connectPanes();
    connectSession();
    dockState_ = saveState(kStateVersion);
    resize(1480, 920);
    restoreGeometry(settings_.value(QStringLiteral("geometry")).toByteArray());
    const QByteArray stored = settings_.value(QStringLiteral("docks")).toByteArray();
    if (!stored.isEmpty() && restoreState(stored, kStateVersion)) dockState_ = stored;
    traceVisible_ = true;
    showWelcome();
}

MainWindow::~MainWindow() {
    if (stalls_ != nullptr) stalls_->setStalled(nullptr);
    // Answers must not arrive at panes that are gone.
    disconnect(session_.get(), nullptr, this, nullptr);
    session_.reset();
    // A visible window is hidden by ~QWidget, when the main window that its panes would tell of it
    // is gone.
    for (QObject* child : findChildren<QObject*>()) child->disconnect(this);
}

void MainWindow::makePanes() {
    welcome_ = new WelcomePage;
    welcome_->setPrograms(programCards(knownPrograms()));
    card_ = new StatusCard;
    tourCard_ = new TourCard;
    runBar_ = new RunBar;
    minimap_ = new Minimap;
    laneBar_ = new LaneBar;
    timeline_ = new TimelineView;
    auto* trace = new QWidget;
    auto* traceColumn = new QVBoxLayout(trace);
    traceColumn->setContentsMargins(0, 0, 0, 0);
    traceColumn->setSpacing(0);
    traceColumn->addWidget(minimap_);
    traceColumn->addWidget(laneBar_);
    traceColumn->addWidget(timeline_, 1);
    pages_ = new QStackedWidget;
    pages_->addWidget(welcome_);
    pages_->addWidget(trace);
    auto* centre = new QWidget;
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(tourCard_);
    column->addWidget(runBar_);
    column->addWidget(card_);
    column->addWidget(pages_, 1);
    setCentralWidget(centre);
    transport_ = new TransportBar;
    toolbar_ = addToolBar(tr("Transport"));
    toolbar_->setObjectName(QStringLiteral("transport"));
    toolbar_->setMovable(false);
    toolbar_->addWidget(transport_);
    omnibox_ = new Omnibox;
    omnibox_->setContext([this] { return omniContext(); });
    auto* corner = new QWidget;
    auto* cornerLine = new QHBoxLayout(corner);
    cornerLine->setContentsMargins(0, 2, 8, 2);
    cornerLine->addWidget(omnibox_);
    menuBar()->setCornerWidget(corner);
    status_ = new StatusLine;
    statusBar()->addWidget(status_, 1);
    statusBar()->setSizeGripEnabled(false);
    arrowPause_ = new QTimer(this);
    arrowPause_->setSingleShot(true);
    arrowPause_->setInterval(30);
}

QDockWidget* MainWindow::addDock(Qt::DockWidgetArea area, const QString& name, const QString& title,
                                 QWidget* pane) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setWidget(pane);
    addDockWidget(area, dock);
    return dock;
}

void MainWindow::makeDocks() {
    world_ = new WorldPane;
    inspector_ = new Inspector;
    events_ = new EventTable;
    diff_ = new DiffView;
    query_ = new QueryPane;
    causes_ = new CausePane;
    messages_ = new SpaceTimePane;
    bookmarks_ = new BookmarkPane;
    stops_ = new StopPane;
    notebook_ = new NotebookPane;
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    worldDock_ = addDock(Qt::LeftDockWidgetArea, QStringLiteral("world"), tr("World"), world_);
    inspectorDock_ =
        addDock(Qt::RightDockWidgetArea, QStringLiteral("inspector"), tr("Inspector"), inspector_);
    eventsDock_ =
        addDock(Qt::BottomDockWidgetArea, QStringLiteral("events"), tr("Events"), events_);
    diffDock_ = addDock(Qt::BottomDockWidgetArea, QStringLiteral("compare"), tr("Compare"), diff_);
    causesDock_ =
        addDock(Qt::BottomDockWidgetArea, QStringLiteral("causes"), tr("Causes"), causes_);
    messagesDock_ =
        addDock(Qt::BottomDockWidgetArea, QStringLiteral("messages"), tr("Messages"), messages_);
    bookmarksDock_ =
        addDock(Qt::BottomDockWidgetArea, QStringLiteral("bookmarks"), tr("Bookmarks"), bookmarks_);
    stopsDock_ =
        addDock(Qt::BottomDockWidgetArea, QStringLiteral("breakpoints"), tr("Breakpoints"), stops_);
    notebookDock_ =
        addDock(Qt::BottomDockWidgetArea, QStringLiteral("notebook"), tr("Notebook"), notebook_);
    queryDock_ = addDock(Qt::BottomDockWidgetArea, QStringLiteral("query"), tr("Query"), query_);
    for (QDockWidget* dock : tabbed()) {
        connect(dock, &QDockWidget::topLevelChanged, this, &MainWindow::updateTitleBars);
        connect(dock, &QDockWidget::dockLocationChanged, this, &MainWindow::updateTitleBars);
        connect(dock, &QDockWidget::visibilityChanged, this, &MainWindow::updateTitleBars);
        // Behind another tab a dock counts as visible; what is in it must not, or it goes on
        // asking.
        QWidget* const pane = dock->widget();
        connect(dock, &QDockWidget::visibilityChanged, pane, &QWidget::setVisible);
        QSizePolicy policy = pane->sizePolicy();
        policy.setRetainSizeWhenHidden(true);  // no tab is higher than another
        pane->setSizePolicy(policy);
    }
    resetLayout();
}

QList<QDockWidget*> MainWindow::docks() const {
    return QList<QDockWidget*>{worldDock_, inspectorDock_} + tabbed();
}

QList<QDockWidget*> MainWindow::tabbed() const {
    return {eventsDock_, causesDock_, messagesDock_,  stopsDock_,
            diffDock_,   queryDock_,  bookmarksDock_, notebookDock_};
}

void MainWindow::updateTitleBars() {
    // Under a tab that names it, a pane needs no title of its own.
    for (QDockWidget* dock : tabbed()) {
        const bool underTab = !dock->isFloating() && !tabifiedDockWidgets(dock).isEmpty();
        QWidget* now = dock->titleBarWidget();
        if (underTab == (now != nullptr)) continue;
        dock->setTitleBarWidget(underTab ? new QWidget(dock) : nullptr);
        if (now != nullptr) now->deleteLater();
    }
}

void MainWindow::resetLayout() {
    for (QDockWidget* dock : docks()) dock->setFloating(false), dock->show();
    addDockWidget(Qt::LeftDockWidgetArea, worldDock_);
    addDockWidget(Qt::RightDockWidgetArea, inspectorDock_);
    addDockWidget(Qt::BottomDockWidgetArea, eventsDock_);
    tabifyDockWidget(eventsDock_, causesDock_);
    tabifyDockWidget(causesDock_, messagesDock_);
    tabifyDockWidget(messagesDock_, stopsDock_);
    tabifyDockWidget(stopsDock_, diffDock_);
    tabifyDockWidget(diffDock_, queryDock_);
    tabifyDockWidget(queryDock_, bookmarksDock_);
    tabifyDockWidget(bookmarksDock_, notebookDock_);
    eventsDock_->raise();
    resizeDocks({worldDock_, inspectorDock_}, {320, 400}, Qt::Horizontal);
    resizeDocks({eventsDock_}, {300}, Qt::Vertical);
}

void MainWindow::connectPanes() {
    const auto go = [this](quint64 position) { goTo({position}); };
    const auto pick = [this](quint32 rank) { select({rank}); };
    connect(timeline_, &TimelineView::positionRequested, this, go);
    connect(timeline_, &TimelineView::actorSelected, this, pick);
    connect(timeline_, &TimelineView::visibleChanged, this, [this](quint64 begin, quint64 end) {
        minimap_->setVisible64({begin, end});
        arrowPause_->start();
    });
    connect(arrowPause_, &QTimer::timeout, this, &MainWindow::askArrows);
    connect(arrowPause_, &QTimer::timeout, this, &MainWindow::showPace);
    connect(minimap_, &Minimap::positionRequested, this, go);
    connect(minimap_, &Minimap::visibleRequested, this, [this](quint64 begin, quint64 end) {
        timeline_->setVisible64({begin, end});
    });
    connect(card_, &StatusCard::actionTriggered, this, [this] {
        // What it does may show another card, with another action.
        if (const auto does = cardAction_) does();
    });
    connect(transport_, &TransportBar::positionRequested, this, go);
    connect(inspector_, &Inspector::positionRequested, this, go);
    connect(inspector_, &Inspector::actorSelected, this, pick);
    connect(&events_->list(), &EventList::positionRequested, this, go);
    connect(&events_->list(), &EventList::actorSelected, this, pick);
    connect(&events_->list().rows(), &EventRows::pageWanted, this,
            [this](quint64 first, quint32 count) { session_->requestRows(first, count); });
    connect(&events_->filterBar(), &EventFilterBar::filterChanged, this,
            [this] { session_->setFilter(events_->filterBar().filter()); });
    connect(diff_, &DiffView::momentRequested, this, [this](const QString& path, quint64 position) {
        selectsActor_ = true;
        if (summary_ && path == textOf(summary_->path))
            goTo({position});
        else
            openFile(path, Position{position});
    });
    connect(diff_, &DiffView::compareRequested, this, &MainWindow::chooseOther);
    connect(diff_, &DiffView::cancelRequested, this, &MainWindow::cancel);
    connectWorld();
    connectQuery();
    connectCauses();
    connectMessages();
    connectBookmarks();
    connectBase();
    connectNotebook();
    connectTour();
    connectStops();
    connectSteps();
    connectLanes();
    connectTimeline();
    connectFields();
    connect(omnibox_, &Omnibox::chosen, this, &MainWindow::follow);
    connect(omnibox_, &Omnibox::left, timeline_, [this] { timeline_->setFocus(); });
    connect(welcome_, &WelcomePage::openRequested, this, &MainWindow::chooseFile);
    connect(welcome_, &WelcomePage::fileRequested, this,
            [this](const QString& path) { openFile(path); });
    connect(welcome_, &WelcomePage::recordRequested, this, &MainWindow::recordNow);
    connect(welcome_, &WelcomePage::runDialogRequested, this, &MainWindow::showRunDialog);
}

void MainWindow::connectWorld() {
    connect(world_, &WorldPane::actorSelected, this, [this](quint32 rank) { select({rank}); });
    connect(world_, &WorldPane::actorActivated, this, [this](quint32 rank) { goToLastOf({rank}); });
    connect(world_, &WorldPane::positionRequested, this,
            [this](quint64 position) { goTo({position}); });
    connect(world_, &WorldPane::matchesWanted, this, [this](const QString& text) {
        matchesAsked_ = true;
        session_->requestActors(text);
    });
    connect(session_.get(), &Session::actorsMatched, this,
            [this](std::shared_ptr<const ActorMatches> matches) {
                matchesAsked_ = false;
                world_->setMatches(std::move(matches));
                Q_EMIT answered();
            });
    connect(world_, &WorldPane::regionsWanted, this, [this](const std::vector<Rank>& ranks) {
        if (!moment_ || !moment_->hasStates) return;
        regionsAsked_ = true;
        session_->requestRegions(moment_->position, ranks);
    });
    connect(session_.get(), &Session::regionsReady, this,
            [this](const std::shared_ptr<const RegionsMoment>& regions) {
                regionsAsked_ = false;
                world_->setRegions(*regions);
                Q_EMIT answered();
            });
}

void MainWindow::connectCauses() {
    connect(causes_, &CausePane::positionRequested, this,
            [this](quint64 position) { goTo({position}); });
    connect(causes_, &CausePane::causesWanted, this,
            [this](quint64 position) { session_->requestCauses({position}); });
    connect(session_.get(), &Session::causesReady, this,
            [this](std::shared_ptr<const CauseChain> chain) {
                causes_->setChain(std::move(chain));
                Q_EMIT answered();
            });
    connect(causes_, &CausePane::effectsWanted, this,
            [this](quint64 position) { session_->requestEffects({position}); });
    connect(causes_, &CausePane::effectsForgotten, this, [this] { session_->forgetEffects(); });
    connect(session_.get(), &Session::effectsReady, this,
            [this](const std::shared_ptr<const EffectList>& effects) {
                causes_->setEffects(effects);
                Q_EMIT answered();
            });
}

void MainWindow::connectMessages() {
    messages_->setLanesInView([this] { return timeline_->lanesInView(); });
    connect(messages_, &SpaceTimePane::positionRequested, this,
            [this](quint64 position) { goTo({position}); });
    connect(messages_, &SpaceTimePane::pictureWanted, this,
            [this](const SpaceTimeQuestion& question) { session_->requestSpaceTime(question); });
    connect(messages_, &SpaceTimePane::pictureForgotten, this,
            [this] { session_->forgetSpaceTime(); });
    connect(session_.get(), &Session::spaceTimeReady, this,
            [this](std::shared_ptr<const SpaceTime> picture) {
                messages_->setPicture(std::move(picture));
                Q_EMIT answered();
            });
}

void MainWindow::connectSession() {
    Session* session = session_.get();
    connect(session, &Session::opened, this, &MainWindow::showOpened);
    connect(session, &Session::grown, this, &MainWindow::showGrown);
    connect(session, &Session::openFailed, this, [this](const QString& path, const QString& why) {
        startAt_.reset();
        startView_.reset();
        opening_ = false;
        say(Severity::kError, tr("%1 could not be opened").arg(QFileInfo(path).fileName()), why);
    });
    connect(session, &Session::lanesReady, this, [this](std::shared_ptr<const LaneIndex> lanes) {
        lanes_ = std::move(lanes);
        if (!lanes_->damage.empty() && lanes_->damage != damageSaid_) {
            damageSaid_ = lanes_->damage;
            say(Severity::kWarning, tr("Part of this trace cannot be read"), textOf(damageSaid_));
        }
        if (lanes_->complete) askArrows();
        timeline_->setLanes(lanes_);
        askSums();
        minimap_->setLanes(lanes_);
        keepThumbnail();
        world_->setObligations(lanes_->obligations);
    });
    connect(session, &Session::momentReady, this, &MainWindow::showMoment);
    connect(session, &Session::rowsReady, this, [this](std::shared_ptr<const EventPage> page) {
        events_->list().rows().insert(std::move(page));
    });
    connect(session, &Session::rowCountChanged, this, [this](const RowCount& count) {
        const bool other = count.generation != rowCount_.generation;
        rowCount_ = count;
        events_->setCount(count, summary_ ? summary_->lastPosition.value : count.rows);
        if (other) session_->requestRowOf(position_);
        if (!count.damage.empty()) status_->setProgress(textOf(count.damage));
    });
    connect(session, &Session::rowFound, this,
            [this](quint64, quint64 row) { events_->list().reveal(row); });
    connect(session, &Session::arrowsReady, this, [this](std::shared_ptr<const ArrowSet> arrows) {
        arrowsAsked_ = false;
        const bool closure = arrows->closureOf.value != 0;
        if (closure != closure_->isChecked()) return;
        if (closure ? arrows->closureOf == position_ : arrows->rank == selected_)
            timeline_->setArrows(std::move(arrows));
    });
    connect(session, &Session::navigated, this, [this](quint64 position) {
        neighbourAsked_ = false;
        goTo({position});
    });
    connect(session, &Session::navigationEnded, this, [this](bool forward, const QString& why) {
        neighbourAsked_ = false;
        status_->setProgress(!why.isEmpty() ? why
                             : forward      ? tr("No later event of this actor")
                                            : tr("No earlier event of this actor"));
    });
    connect(session, &Session::longProgress, this, [this](const QString& what, double fraction) {
        longBusy_ = true;
        diff_->showProgress(what, fraction);
        const QString share =
            fraction < 0 ? QString() : tr(" %1 %").arg(static_cast<int>(fraction * 100));
        status_->setProgress(tr("%1%2, Esc cancels").arg(what, share));
    });
    connect(session, &Session::replayDone, this,
            [this](const std::shared_ptr<const ReplayReport>& report) {
                longBusy_ = false;
                status_->setProgress({});
                diff_->setReplay(report);
                showDiffPane();
            });
    connect(session, &Session::diffFound, this,
            [this](const std::shared_ptr<const DiffReport>& report) {
                status_->setProgress(tr("Counting what differs, Esc cancels"));
                diff_->setDiff(report);
                showDiffPane();
            });
    connect(session, &Session::diffDone, this,
            [this](const std::shared_ptr<const DiffReport>& report) {
                longBusy_ = false;
                status_->setProgress({});
                diff_->setDiff(report);
                showDiffPane();
            });
    connect(session, &Session::materialiseProgress, this, &MainWindow::showMaking);
    connect(session, &Session::materialised, this, &MainWindow::showMade);
    connect(session, &Session::copySaved, this, &MainWindow::showSaved);
    connect(session, &Session::runChanged, this, &MainWindow::showRun);
    connect(session, &Session::openFailed, this, &MainWindow::answered);
    connect(session, &Session::opened, this, &MainWindow::answered);
    connect(session, &Session::grown, this, &MainWindow::answered);
    connect(session, &Session::lanesReady, this, &MainWindow::answered);
    connect(session, &Session::momentReady, this, &MainWindow::answered);
    connect(session, &Session::rowsReady, this, &MainWindow::answered);
    connect(session, &Session::rowCountChanged, this, &MainWindow::answered);
    connect(session, &Session::arrowsReady, this, &MainWindow::answered);
    connect(session, &Session::replayDone, this, &MainWindow::answered);
    connect(session, &Session::diffFound, this, &MainWindow::answered);
    connect(session, &Session::diffDone, this, &MainWindow::answered);
    connect(session, &Session::materialised, this, &MainWindow::answered);
    connect(session, &Session::copySaved, this, &MainWindow::answered);
    connect(session, &Session::runChanged, this, &MainWindow::answered);
}

void MainWindow::openFile(const QString& path, std::optional<Position> at) {
    // What is too long for its file would be gone; the pane says so.
    if (notebook_->isTooLong()) return showNotebookPane();
    closing_ = false;  // who opens something wants to stay
    startAt_ = at;
    opening_ = true;
    session_->openTrace(path);
}

Position MainWindow::startOf(const TraceSummary& summary) const {
    if (startAt_) return std::min(*startAt_, summary.lastPosition);
    if (const auto stuck = stuckPlaceOf(summary); stuck && stuck->enqueuedAt.value != 0)
        return stuck->enqueuedAt;
    return summary.failures.empty() ? summary.lastPosition : summary.failures.front();
}

void MainWindow::showOpened(std::shared_ptr<const TraceSummary> summary) {
    const Position start = startOf(*summary);
    unmoved_ = !startAt_;
    opening_ = false;
    neighbourAsked_ = false;
    startAt_.reset();
    const std::optional<View> view = std::exchange(startView_, std::nullopt);
    summary_ = std::move(summary);
    lanes_.reset();
    moment_.reset();
    selected_ = kOutside;
    visited_.clear();
    position_ = {};
    following_ = watchesRun();
    pausePlace_.reset();
    turnBehind_.reset();
    longBusy_ = making_ = false;
    damageSaid_.clear();
    // Nobody answers what was asked of the trace before.
    matchesAsked_ = arrowsAsked_ = sumsAsked_ = regionsAsked_ = false;
    forgetWrite();
    status_->setProgress({});
    card_->hide();
    recent_.add(tracePath());
    setTraceVisible(true);
    const QString name = QFileInfo(tracePath()).fileName();
    setWindowTitle((isMade() ? tr("%1, run again — Ariadne") : tr("%1 — Ariadne")).arg(name));
    world_->forget();
    diff_->setOpenTrace(textOf(summary_->path));
    query_->clearAnswer();
    forgetQueries();
    forgetBase();
    causes_->forget();
    messages_->forget();
    messages_->setSelected(kOutside);
    bookmarks_->setBookmarks(nullptr);
    minimap_->setBookmarks(nullptr);
    notebook_->setNotebook(nullptr);
    bookmarksSaid_ = notebookSaid_ = {};
    timeline_->setSelected(kOutside);
    timeline_->setLanes(nullptr);
    minimap_->setLanes(nullptr);
    inspector_->setMoment(nullptr);
    events_->filterBar().clear();
    loadStops();
    loadLanes();
    showSummary();
    timeline_->showAll();
    showCondition();
    if (rowCount_.filtered) session_->setFilter({});
    moveTo(start, Move::kJump);
    if (const auto stuck = stuckPlaceOf(*summary_); stuck && unmoved_) select(stuck->cell);
    arriveAtPause();
    compareWithFirstSeed();
    if (!view) return;
    timeline_->setVisible64(view->visible);
    if (view->selected.value < summary_->actors->size()) select(view->selected);
}

void MainWindow::showGrown(std::shared_ptr<const TraceSummary> summary) {
    const bool hasEnded = summary_ && summary_->state != summary->state;
    const std::size_t known = summary_ ? summary_->actors->size() : 0;
    summary_ = std::move(summary);
    if (summary_->actors->size() > known) nameUnborn();
    showSummary();
    const bool whole = summary_->state == tracefmt::FileState::kClean && summary_->hasAll();
    if (hasEnded && !whole) showCondition();
    keepThumbnail();
    if (following_) moveTo(summary_->lastPosition, Move::kFollow);
    // Failures become known while the trace is read; until somebody moves, that is where to stand.
    else if (unmoved_)
        standAtStart();
    else
        updateActions();
    arriveAtPause();
    compareWithFirstSeed();
}

/// Who was born behind the end of what was read had no name there.
void MainWindow::nameUnborn() {
    if (moment_ && moment_->namesUnborn && moment_->position == position_) ask();
    if (!baseMoment_ || !baseMoment_->namesUnborn) return;
    baseMoment_.reset();
    askBase();
}

void MainWindow::showSummary() {
    timeline_->setActors(summary_->actors);
    timeline_->setLastPosition(summary_->lastPosition, summary_->stats.lastTime);
    minimap_->setSummary(summary_);
    world_->setActors(summary_->actors);
    events_->list().setActors(summary_->actors);
    inspector_->setActors(summary_->actors);
    inspector_->setLastPosition(summary_->lastPosition);
    causes_->setActors(summary_->actors);
    messages_->setActors(summary_->actors);
    stops_->setActors(summary_->actors);
    transport_->setLastPosition(summary_->lastPosition);
    status_->setSummary(*summary_);
    updateWhen();
}

void MainWindow::showCondition() {
    using tracefmt::FileState;
    if (const auto stuck = stuckWordsOf(*summary_))
        return say(Severity::kError, {stuck->title, stuck->cause, stuck->action, {}},
                   [this] { goToStuckTurn(); });
    if (isMade())
        return say(Severity::kInfo, madeWordsOf(*summary_, *made_), [this] { chooseSaved(); });
    const bool broken =
        summary_->state == FileState::kCut || summary_->state == FileState::kDamaged;
    if (const auto leftOut = leftOutWordsOf(*summary_))
        return say(broken ? Severity::kWarning : Severity::kInfo, *leftOut,
                   [this] { makeLeftOut(); });
    if (!broken) return card_->hide();
    const bool crashed = run_.phase == RunStatus::Phase::kCrashed && run_.file == summary_->path;
    const QString events = groupedText(summary_->lastPosition.value);
    const QString title =
        crashed ? tr("%1 crashed: its first %2 events are here").arg(textOf(run_.program), events)
        : summary_->state == FileState::kCut
            ? tr("This recording was cut off: its first %1 events are here").arg(events)
            : tr("This file is damaged: %1 events before the damage are here").arg(events);
    say(crashed ? Severity::kError : Severity::kWarning,
        {title, textOf(crashed ? run_.text : summary_->damage), tr("Recover as…"),
         tr("Saves what can be read as a whole trace; this one stays as it is")},
        [this] { chooseRecovered(); });
}

void MainWindow::say(Severity severity, const QString& title, const QString& cause) {
    cardAction_ = nullptr;
    notesCard_ = false;
    card_->display(severity, title, cause);
}

void MainWindow::say(Severity severity, const CardWords& words, std::function<void()> does) {
    cardAction_ = std::move(does);
    notesCard_ = false;
    card_->display(severity, words.title, words.cause, words.action, words.tip);
}

void MainWindow::showMoment(std::shared_ptr<const Moment> moment) {
    moment_ = std::move(moment);
    inspector_->setMoment(moment_);
    askBase();
    regionsAsked_ = false;
    world_->setMoment(moment_);
    transport_->setMoment(moment_->round, moment_->time);
    if (summary_) status_->setMoment(*moment_, *summary_);
    showPace();
    if (!moment_->error.empty())
        say(Severity::kWarning,
            tr("Not everything at event %1 could be read")
                .arg(groupedText(moment_->position.value)),
            textOf(moment_->error));
    // Who opens a run that went wrong, or goes to where two runs part, wants to see the actor.
    if (moment_->event && moment_->position == position_) {
        const bool failed =
            unmoved_ && selected_ == kOutside && moment_->event->kind == EventKind::kFail;
        if (std::exchange(selectsActor_, false) || failed) select(moment_->event->cell);
    }
    updateActions();
}

void MainWindow::goTo(Position position) {
    moveByHand(position, Move::kJump);
}

void MainWindow::moveByHand(Position position, Move move) {
    following_ = watchesRun() && position >= summary_->lastPosition;
    unmoved_ = false;
    session_->forgetNeighbour();
    neighbourAsked_ = false;
    forgetWrite();
    goingToStop_.reset();
    moveTo(position, move);
}

void MainWindow::standAtStart() {
    visited_.clear();
    moveTo(startOf(*summary_), Move::kJump);
}

void MainWindow::moveTo(Position position, Move move) {
    if (!summary_) return;
    position = std::min(position, summary_->lastPosition);
    const bool moved = position != position_;
    position_ = position;
    if (move == Move::kJump) visited_.arrive(position);
    if (move == Move::kStep) visited_.step(position);
    ask();  // first: the answer is looked for while the panes are told
    status_->setProgress({});
    transport_->setPosition(position);
    timeline_->setPosition(position);
    if (moved) timeline_->revealPosition();
    minimap_->setPosition(position);
    events_->list().setPosition(position);
    causes_->setPosition(position);
    messages_->setPosition(position);
    bookmarks_->setPosition(position);
    stops_->setPosition(position);
    notebook_->setPosition(position);
    if (!rowCount_.plain) session_->requestRowOf(position);
    if (closure_->isChecked()) arrowPause_->start();
    updateWhen();
    updateActions();
}

void MainWindow::ask() {
    if (summary_) session_->requestMoment(position_, selected_);
}

void MainWindow::select(Rank rank) {
    if (summary_ && rank.value < summary_->actors->size() &&
        (*summary_->actors)[rank.value].path == Tour::kActor)
        did(TourAct::kSelected);
    if (rank == selected_) {
        // Its lane is meant, whichever was the current one: that of a question, perhaps.
        if (summary_ && rank != kOutside && rank.value < summary_->actors->size())
            timeline_->setCurrentLane(actorKey((*summary_->actors)[rank.value]));
        return;
    }
    forgetWrite();
    selected_ = rank;
    timeline_->setSelected(rank);
    timeline_->revealLane(rank);
    world_->setSelected(rank);
    messages_->setSelected(rank);
    inspectorDock_->show();
    updateActions();
    ask();
    askArrows();
}

void MainWindow::askArrows() {
    if (!summary_) return;
    if (closure_->isChecked()) {
        const auto& shown = timeline_->arrows();
        // Of a run that has grown there may be more of them.
        const bool isHere =
            shown && shown->closureOf == position_ && shown->lookedTo >= summary_->lastPosition;
        if (position_.value == 0 || isHere) return;
        arrowsAsked_ = true;
        return session_->requestClosure(position_);
    }
    if (selected_ == kOutside) return;
    const PositionRange visible = timeline_->visiblePositions();
    arrowsAsked_ = true;
    session_->requestArrows(selected_, {visible.begin}, {visible.end});
}

void MainWindow::stepBy(int events) {
    if (events < 0) did(TourAct::kSteppedBack);
    const std::uint64_t now = position_.value;
    const Position to{events < 0 ? now - std::min<std::uint64_t>(now, 1) : now + 1};
    moveByHand(to, Move::kStep);
}

void MainWindow::goToNeighbour(bool forward) {
    if (goToQueryMark(forward)) return;
    if (!forward) did(TourAct::kSteppedBack);
    if (selected_ == kOutside && moment_ && moment_->event) select(moment_->event->cell);
    if (selected_ != kOutside)
        askNeighbour(selected_, position_, forward);
    else
        status_->setProgress(tr("Select an actor first"));
}

void MainWindow::goToLastOf(Rank rank) {
    if (!summary_ || rank.value >= summary_->actors->size()) return;
    select(rank);
    const Position born = (*summary_->actors)[rank.value].bornAt;
    if (born >= position_) return goTo(born);
    askNeighbour(rank, Position{position_.value + 1}, false);
}

void MainWindow::askNeighbour(Rank rank, Position position, bool forward) {
    neighbourAsked_ = true;
    session_->requestNeighbour(rank, position, forward);
}

void MainWindow::goToCause() {
    if (!moment_ || moment_->position != position_ || !moment_->event) return;
    if (moment_->event->cause.value != 0) goTo(moment_->event->cause);
}

void MainWindow::goToStuckTurn() {
    const auto stuck = summary_ ? stuckPlaceOf(*summary_) : std::nullopt;
    if (!stuck || stuck->enqueuedAt.value == 0) return;
    goTo(stuck->enqueuedAt);
    select(stuck->cell);
}

void MainWindow::goToEffect() {
    if (!moment_ || moment_->position != position_ || moment_->effects.empty()) return;
    if (moment_->effects.size() == 1) return goTo(moment_->effects.front().seq);
    QMenu menu(this);
    for (const EventLine& effect : moment_->effects) {
        const QString path = summary_->actors && effect.cell.value < summary_->actors->size()
                                 ? textOf((*summary_->actors)[effect.cell.value].path)
                                 : QString();
        QString text = QStringLiteral("%1   %2   %3")
                           .arg(groupedText(effect.seq.value), textOf(effect.text).left(60), path);
        menu.addAction(text.replace(QLatin1Char('&'), QStringLiteral("&&")), this,
                       [this, to = effect.seq] { goTo(to); });
    }
    menu.exec(timeline_->mapToGlobal(timeline_->laneArea().center()));
}

QStringList MainWindow::unanswered() const {
    QStringList out;
    const auto add = [&out](bool waits, const char* what) {
        if (waits) out << QString::fromLatin1(what);
    };
    add(opening_, "opening");
    add(runIsOn(), "a run");
    if (!summary_) return out;
    const bool moment =
        moment_ && moment_->position == position_ &&
        (selected_ == kOutside || (moment_->actor && moment_->actor->rank == selected_));
    add(!moment, "the moment");
    add(!rowCount_.complete, "the number of rows");
    add(!events_->list().isFilled(), "rows");
    add(!lanes_ || !lanes_->complete, "lanes");
    add(longBusy_, "long work");
    add(arrowsAsked_ || arrowPause_->isActive(), "arrows");
    add(neighbourAsked_, "the event before or behind");
    add(sumsAsked_, "sums");
    add(regionsAsked_, "regions");
    add(matchesAsked_, "actors that match");
    add(laneMatchesAsked_, "lanes that match");
    add(laneGroupsAsked_, "groups of lanes");
    add(watchesAsked_, "watched values");
    add(baseAsked_, "what the state is compared with");
    add(keptAsked_, "questions that are kept");
    add(query_->isAsking(), "a query");
    add(causes_->isAsking(), "causes");
    add(messages_->isAsking(), "messages");
    add(seeking_.has_value(), "the last write");
    return out;
}

void MainWindow::showDiffPane() {
    diffDock_->show();
    diffDock_->raise();
}

void MainWindow::showEventsPane() {
    eventsDock_->show();
    eventsDock_->raise();
}

void MainWindow::showCausesPane() {
    causes_->setMode(CausePane::Mode::kWhy);
    causesDock_->show();
    causesDock_->raise();
}

void MainWindow::showEffectsPane() {
    causes_->setMode(CausePane::Mode::kEffects);
    causesDock_->show();
    causesDock_->raise();
}

void MainWindow::showMessagesPane() {
    messagesDock_->show();
    messagesDock_->raise();
}

void MainWindow::showWelcome() {
    welcome_->setRecentFiles(recent_.paths());
    showThumbnails();
    setTraceVisible(false);
    setWindowTitle(tr("Ariadne"));
    updateActions();
}

void MainWindow::setTraceVisible(bool visible) {
    if (visible == traceVisible_) return;
    traceVisible_ = visible;
    if (!visible) dockState_ = saveState(kStateVersion);
    pages_->setCurrentIndex(visible ? 1 : 0);
    toolbar_->setVisible(visible);
    statusBar()->setVisible(visible);
    for (QDockWidget* dock : docks()) dock->setVisible(visible);
    if (visible) restoreState(dockState_, kStateVersion);
    toolbar_->setVisible(visible);
    for (QAction* action : traceActions_) action->setEnabled(visible);
    if (visible) timeline_->setFocus();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!mayClose()) return event->ignore();
    settings_.setValue(QStringLiteral("geometry"), saveGeometry());
    settings_.setValue(QStringLiteral("docks"),
                       traceVisible_ ? saveState(kStateVersion) : dockState_);
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (!urls.isEmpty() && urls.front().isLocalFile()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (!urls.isEmpty()) openFile(urls.front().toLocalFile());
    event->acceptProposedAction();
}

}  // namespace ariadne::studio
