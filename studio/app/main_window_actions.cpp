// The actions of MainWindow: menus, keys, buttons.
#include "studio/app/keys_dialog.h"
#include "studio/app/main_window.h"
#include "studio/app/shortcuts_dialog.h"
#include "studio/app/status_line.h"
#include "studio/models/text.h"
#include "studio/views/bookmark_pane.h"
#include "studio/views/event_table.h"
#include "studio/views/icons.h"
#include "studio/views/omnibox.h"
#include "studio/views/query_pane.h"
#include "studio/views/status_card.h"
#include "studio/views/timeline_view.h"
#include "studio/views/transport_bar.h"
#include "studio/views/world_pane.h"

#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QToolBar>

#include <utility>

namespace ariadne::studio {
namespace {

/// One with text in it, which its cross would take away as well.
bool isFilter(const QLineEdit* field) {
    return field != nullptr && field->isClearButtonEnabled() && !field->text().isEmpty();
}

}  // namespace

QAction* MainWindow::add(QMenu* menu, const QString& text, const QList<QKeySequence>& keys,
                         std::function<void()> does) {
    QAction* action = menu->addAction(text);
    connect(action, &QAction::triggered, this, std::move(does));
    giveKeys(action, keys);
    return action;
}

void MainWindow::giveKeys(QAction* action, QList<QKeySequence> keys, const QString& words) {
    const QString id = actionIdOf(action->text());
    action->setObjectName(id);
    // Not every system has a key for everything that has one elsewhere.
    keys.removeIf([](const QKeySequence& key) { return key.isEmpty(); });
    keymap_.define(id, words.isEmpty() ? plainActionText(action->text()) : words, keys);
    addAction(action);
}

void MainWindow::applyKeys() {
    useKeys();
    keymap_.save(settings_);
}

void MainWindow::useKeys() {
    for (QAction* action : actions()) {
        const Keymap::Keys keys = keymap_.keysOf(action->objectName());
        action->setShortcuts(keys);
        const QString name = keymap_.nameOf(action->objectName(), action->text());
        action->setToolTip(
            keys.isEmpty() ? name : QStringLiteral("%1  (%2)").arg(name, keysText({keys.front()})));
    }
    updateActions();
}

void MainWindow::showKeys() {
    ShortcutsDialog page(actions(), keymap_, this);
    bool change = false;
    connect(&page, &ShortcutsDialog::changeRequested, this, [&] {
        change = true;
        page.accept();
    });
    page.exec();
    if (change) changeKeys();
}

void MainWindow::changeKeys() {
    KeysDialog dialog(keymap_, this);
    connect(&dialog, &KeysDialog::changed, this, &MainWindow::applyKeys);
    dialog.exec();
}

void MainWindow::makeActions() {
    makeFileMenu();
    makeViewMenu();
    makeGoMenu();
    makeRunMenu();
    makeHelpMenu();
    auto* cancelAction = new QAction(tr("Cancel what takes long"), this);
    connect(cancelAction, &QAction::triggered, this, &MainWindow::cancel);
    giveKeys(cancelAction, {Qt::Key_Escape});
    transport_->setActions({continue_, stepTurn_, step_, stepActor_, stop_, nullptr, first_,
                            previousOfActor_, back_, forward_, nextOfActor_, last_, nullptr, cause_,
                            effect_});
    keymap_.load(settings_);
    useKeys();
}

void MainWindow::makeFileMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&File"));
    add(menu, tr("&Open trace…"), {QKeySequence::Open}, [this] {
        chooseFile();
    })->setIcon(iconOf(Glyph::kOpen));
    recentMenu_ = menu->addMenu(tr("Open &recent"));
    connect(recentMenu_, &QMenu::aboutToShow, this, &MainWindow::fillRecentMenu);
    menu->addSeparator();
    saveMade_ =
        add(menu, tr("&Save all events as…"), {QKeySequence::SaveAs}, [this] { chooseSaved(); });
    traceActions_ << add(menu, tr("&Compare with…"), {QKeySequence(Qt::CTRL | Qt::Key_D)},
                         [this] { chooseOther(); });
    traceActions_ << add(menu, tr("&Welcome page"), {}, [this] { showWelcome(); });
    menu->addSeparator();
    add(menu, tr("&Quit"), {QKeySequence(Qt::CTRL | Qt::Key_Q)}, [this] { close(); });
}

void MainWindow::fillRecentMenu() {
    recentMenu_->clear();
    for (const QString& path : recent_.paths()) {
        QString text = QFileInfo(path).fileName();
        QAction* action =
            recentMenu_->addAction(text.replace(QLatin1Char('&'), QStringLiteral("&&")), this,
                                   [this, path] { openFile(path); });
        action->setStatusTip(path);
    }
    if (recentMenu_->isEmpty()) recentMenu_->addAction(tr("None yet"))->setEnabled(false);
    recentMenu_->addSeparator();
    recentMenu_->addAction(tr("Clear"), this, [this] { recent_.clear(); });
}

void MainWindow::makeViewMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&View"));
    for (QDockWidget* dock : docks()) {
        menu->addAction(dock->toggleViewAction());
        giveKeys(dock->toggleViewAction(), {}, tr("Show or hide %1").arg(dock->windowTitle()));
        traceActions_ << dock->toggleViewAction();
    }
    traceActions_ << add(menu, tr("&Ask in SQL"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Q)},
                         [this] { showQueryPane(); });
    traceActions_ << add(menu, tr("Keep the question as a lane"),
                         {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_K)}, [this] {
                             queryDock_->show();
                             queryDock_->raise();
                             query_->beginKeeping();
                         });
    traceActions_ << add(menu, tr("&Reset layout"), {}, [this] { resetLayout(); });
    menu->addSeparator();
    const auto zoom = [this, menu](const QString& text, const QList<QKeySequence>& keys,
                                   std::function<void()> does) {
        traceActions_ << add(menu, text, keys, std::move(does));
    };
    zoom(tr("Zoom in"), {Qt::Key_W, Qt::CTRL | Qt::Key_Plus, Qt::CTRL | Qt::Key_Equal},
         [this] { timeline_->zoomAtPosition(0.7); });
    zoom(tr("Zoom out"), {Qt::Key_S, Qt::CTRL | Qt::Key_Minus},
         [this] { timeline_->zoomAtPosition(1.4); });
    zoom(tr("Pan left"), {Qt::Key_A}, [this] { timeline_->panBy(-0.1); });
    zoom(tr("Pan right"), {Qt::Key_D}, [this] { timeline_->panBy(0.1); });
    zoom(tr("Zoom in far"), {Qt::SHIFT | Qt::Key_W}, [this] { timeline_->zoomAtPosition(0.4); });
    zoom(tr("Zoom out far"), {Qt::SHIFT | Qt::Key_S}, [this] { timeline_->zoomAtPosition(2.5); });
    zoom(tr("Pan left far"), {}, [this] { timeline_->panBy(-0.5); });
    zoom(tr("Pan right far"), {Qt::SHIFT | Qt::Key_D}, [this] { timeline_->panBy(0.5); });
    zoom(tr("Centre, then fit all"), {Qt::Key_F}, [this] { timeline_->centreOrFit(); });
    QAction* hide = menu->addAction(tr("Hide lanes without events in view"));
    hide->setCheckable(true);
    connect(hide, &QAction::toggled, timeline_, &TimelineView::setHideIdleLanes);
    giveKeys(hide, {Qt::Key_H});
    traceActions_ << hide;
    makeTimelineActions(menu);
    makeLanesMenu(menu);
    menu->addSeparator();
    QMenu* theme = menu->addMenu(tr("&Theme"));
    themes_ = new QActionGroup(this);
    const int chosen = settings_.value(QStringLiteral("theme"), 0).toInt();
    for (const auto& [choice, text] : {std::pair{ThemeChoice::kSystem, tr("&System")},
                                       std::pair{ThemeChoice::kLight, tr("&Light")},
                                       std::pair{ThemeChoice::kDark, tr("&Dark")}}) {
        QAction* action = theme->addAction(text);
        action->setCheckable(true);
        action->setChecked(static_cast<int>(choice) == chosen);
        themes_->addAction(action);
        connect(action, &QAction::triggered, this,
                [this, wanted = choice] { chooseTheme(wanted); });
    }
    applyTheme(static_cast<ThemeChoice>(chosen));
}

void MainWindow::chooseTheme(ThemeChoice choice) {
    settings_.setValue(QStringLiteral("theme"), static_cast<int>(choice));
    applyTheme(choice);
}

void MainWindow::makeGoMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Go"));
    const auto go = [this, menu](const QString& text, Glyph glyph, const QList<QKeySequence>& keys,
                                 std::function<void()> does) {
        QAction* action = add(menu, text, keys, std::move(does));
        action->setIcon(iconOf(glyph));
        traceActions_ << action;
        return action;
    };
    first_ = go(tr("First event"), Glyph::kFirst, {Qt::Key_Home}, [this] { goTo({1}); });
    previousOfActor_ =
        go(tr("Previous event of the actor"), Glyph::kPreviousOfActor,
           {Qt::Key_Comma, Qt::CTRL | Qt::SHIFT | Qt::Key_F11}, [this] { goToNeighbour(false); });
    back_ =
        go(tr("One event back"), Glyph::kBack,
           {Qt::Key_Left, Qt::CTRL | Qt::Key_F10, Qt::CTRL | Qt::Key_F11}, [this] { stepBy(-1); });
    forward_ = go(tr("One event forward"), Glyph::kForward,
                  {Qt::Key_Right, Qt::Key_F10, Qt::Key_F11}, [this] { stepBy(1); });
    nextOfActor_ = go(tr("Next event of the actor"), Glyph::kNextOfActor,
                      {Qt::Key_Period, Qt::SHIFT | Qt::Key_F11}, [this] { goToNeighbour(true); });
    last_ = go(tr("Last event"), Glyph::kLast, {Qt::Key_End}, [this] {
        if (summary_) goTo(summary_->lastPosition);
    });
    menu->addSeparator();
    cause_ = go(tr("To the cause"), Glyph::kCause, {Qt::Key_BracketLeft}, [this] { goToCause(); });
    effect_ =
        go(tr("To an effect"), Glyph::kEffect, {Qt::Key_BracketRight}, [this] { goToEffect(); });
    nextStop_ = add(menu, tr("Next stop"), {Qt::Key_F8}, [this] { goToStop(true); });
    traceActions_ << nextStop_;
    traceActions_ << add(menu, tr("Previous stop"), {Qt::SHIFT | Qt::Key_F8, Qt::CTRL | Qt::Key_F5},
                         [this] { goToStop(false); });
    traceActions_ << add(menu, tr("Stop at events like this one…"), {Qt::Key_F9},
                         [this] { stopAtSuch(); });
    menu->addSeparator();
    traceActions_ << add(menu, tr("Mark this event, or unmark it"), {Qt::Key_M},
                         [this] { toggleBookmark(); });
    traceActions_ << add(menu, tr("Next bookmark"), {Qt::SHIFT | Qt::Key_M},
                         [this] { goToBookmark(true); });
    traceActions_ << add(menu, tr("Previous bookmark"), {Qt::CTRL | Qt::SHIFT | Qt::Key_M},
                         [this] { goToBookmark(false); });
    traceActions_ << add(menu, tr("Note a finding"), {Qt::CTRL | Qt::SHIFT | Qt::Key_N},
                         [this] { addFinding(false); });
    traceActions_ << add(menu, tr("Note a finding with a picture"), {},
                         [this] { addFinding(true); });
    traceActions_ << add(menu, tr("Export the notebook…"), {}, [this] { exportNotebook(); });
    traceActions_ << add(menu, tr("Copy a link to this moment"), {Qt::CTRL | Qt::SHIFT | Qt::Key_C},
                         [this] { copyMoment(); });
    traceActions_ << add(menu, tr("Why is this so?"), {Qt::Key_Y}, [this] { showCausesPane(); });
    traceActions_ << add(menu, tr("What came of it?"), {Qt::Key_E}, [this] { showEffectsPane(); });
    traceActions_ << add(menu, tr("Messages around it"), {Qt::Key_X},
                         [this] { showMessagesPane(); });
    makeFieldActions(menu);
    menu->addSeparator();
    visitedBack_ = add(menu, tr("Back to the last visited moment"),
                       {Qt::ALT | Qt::Key_BracketLeft, Qt::ALT | Qt::Key_Left}, [this] {
                           if (const auto position = visited_.back())
                               moveByHand(*position, Move::kHistory);
                       });
    visitedForward_ = add(menu, tr("Forward again"),
                          {Qt::ALT | Qt::Key_BracketRight, Qt::ALT | Qt::Key_Right}, [this] {
                              if (const auto position = visited_.forward())
                                  moveByHand(*position, Move::kHistory);
                          });
    menu->addSeparator();
    add(menu, tr("Search everything"), {Qt::CTRL | Qt::Key_K}, [this] { omnibox_->begin({}); });
    add(menu, tr("Commands"), {Qt::CTRL | Qt::SHIFT | Qt::Key_P},
        [this] { omnibox_->begin(QStringLiteral(">")); });
    traceActions_ << add(menu, tr("To position…"), {Qt::CTRL | Qt::Key_G},
                         [this] { transport_->editPosition(); });
    traceActions_ << add(menu, tr("Filter events"), {Qt::Key_Slash, QKeySequence::Find},
                         [this] { showEventsPane(), events_->filterBar().focusText(); });
    traceActions_ << add(menu, tr("Filter actors"), {Qt::CTRL | Qt::Key_P},
                         [this] { worldDock_->show(), world_->focusFilter(); });
}

void MainWindow::makeRunMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Run"));
    add(menu, tr("Run a &program…"), {Qt::CTRL | Qt::Key_R}, [this] { showRunDialog(); });
    menu->addSeparator();
    continue_ = add(menu, tr("Run or continue"), {Qt::Key_F5}, [this] { runOrContinue(); });
    continue_->setIcon(iconOf(Glyph::kRun));
    pause_ = add(menu, tr("Pause"), {Qt::Key_F6}, [this] { pauseRun(); });
    pause_->setIcon(iconOf(Glyph::kPause));
    stepTurn_ = add(menu, tr("Run one turn"), {Qt::CTRL | Qt::Key_F7}, [this] { runOneTurn(); });
    stepTurn_->setIcon(iconOf(Glyph::kStepTurn));
    step_ = add(menu, tr("Run one round"), {Qt::Key_F7}, [this] { runOneRound(); });
    step_->setIcon(iconOf(Glyph::kStep));
    stepActor_ = add(menu, tr("Run to the next turn of the actor"), {Qt::SHIFT | Qt::Key_F7},
                     [this] { runToTurnOfActor(); });
    stepActor_->setIcon(iconOf(Glyph::kStepActor));
    stop_ = add(menu, tr("Stop"), {Qt::SHIFT | Qt::Key_F5}, [this] { stopRun(); });
    stop_->setIcon(iconOf(Glyph::kStop));
    for (QAction* action : {pause_, stepTurn_, step_, stepActor_, stop_}) action->setEnabled(false);
    menu->addSeparator();
    reexecute_ = add(menu, tr("Re-execute from here"), {Qt::CTRL | Qt::SHIFT | Qt::Key_R},
                     [this] { reexecute(); });
    reexecute_->setIcon(iconOf(Glyph::kRepeat));
    otherSeed_ = add(menu, tr("Run again with another seed"), {Qt::CTRL | Qt::SHIFT | Qt::Key_F5},
                     [this] { runWithAnotherSeed(); });
    makeLeftOut_ = add(menu, tr("Run again to get all events"), {Qt::CTRL | Qt::SHIFT | Qt::Key_A},
                       [this] { makeLeftOut(); });
    makeVisible_ = add(menu, tr("Run again to get the visible events"),
                       {Qt::CTRL | Qt::ALT | Qt::Key_A}, [this] { makeVisible(); });
}

OmniContext MainWindow::omniContext() const {
    OmniContext out;
    for (const QAction* action : actions()) {
        const QString id = action->objectName();
        const QString now = plainActionText(action->text());
        const QString name = keymap_.nameOf(id, action->text());
        out.commands.push_back({name, action->shortcut().toString(QKeySequence::NativeText),
                                action->isEnabled(), name == now ? keymap_.textOf(id) : now});
    }
    if (!summary_ || !traceVisible_) return out;
    out.actors = summary_->actors;
    out.bookmarks = bookmarks_->rows().bookmarks();
    out.last = summary_->lastPosition;
    return out;
}

void MainWindow::follow(const OmniMatch& match) {
    switch (match.kind) {
        case OmniMatch::Kind::kCommand: {
            const QList<QAction*> all = actions();
            const auto index = static_cast<qsizetype>(match.number);
            if (index < all.size()) all[index]->trigger();
            return;
        }
        case OmniMatch::Kind::kActor:
            // Another trace may have been opened while somebody typed.
            if (summary_ && match.number < summary_->actors->size())
                select({static_cast<std::uint32_t>(match.number)});
            return;
        case OmniMatch::Kind::kPosition:
        case OmniMatch::Kind::kBookmark: return goTo({match.number});
        case OmniMatch::Kind::kQuestion: showQueryPane(); return query_->ask(match.text);
        case OmniMatch::Kind::kFilter:
            showEventsPane();
            return events_->filterBar().searchFor(match.text);
        case OmniMatch::Kind::kNothing: return;
    }
}

void MainWindow::makeHelpMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Help"));
    add(menu, tr("&Take the tour"), {}, [this] { beginTour(); });
    add(menu, tr("&Keyboard and mouse"), {Qt::Key_Question, Qt::Key_F1}, [this] { showKeys(); });
    add(menu, tr("&Change keys…"), {}, [this] { changeKeys(); });
    add(menu, tr("&About Ariadne"), {}, [this] { showAbout(); });
}

void MainWindow::updateActions() {
    const bool open = summary_ != nullptr && traceVisible_;
    // Until the moment is here they stay as they were: at every step they would go out and on.
    const bool isHere = !open || !moment_ || moment_->position == position_;
    const bool hasEvent = open && moment_ && moment_->event && isHere;
    first_->setEnabled(open && position_.value > 1);
    back_->setEnabled(open && position_.value > 0);
    forward_->setEnabled(open && position_ < summary_->lastPosition);
    last_->setEnabled(open && position_ < summary_->lastPosition);
    const bool actor =
        open && (selected_ != kOutside || hasEvent || timeline_->currentQuery() != nullptr);
    if (actor || isHere) {
        previousOfActor_->setEnabled(actor);
        nextOfActor_->setEnabled(actor);
    }
    if (isHere) {
        cause_->setEnabled(hasEvent && moment_->event->cause.value != 0);
        effect_->setEnabled(hasEvent && !moment_->effects.empty());
    }
    visitedBack_->setEnabled(open && visited_.canGoBack());
    visitedForward_->setEnabled(open && visited_.canGoForward());
    reexecute_->setEnabled(open && summary_->canReplay && !runIsOn());
    const bool recorded = open && summary_->state != tracefmt::FileState::kRecording;
    const bool leavesOut = open && (!summary_->hasAll() || isMadePart());
    makeLeftOut_->setEnabled(recorded && summary_->canReplay && leavesOut && !runIsOn() &&
                             !making_);
    makeVisible_->setEnabled(makeLeftOut_->isEnabled());
    saveMade_->setEnabled(open && isMade());
    updateRunActions();
    updateLaneActions();
    updateTimelineActions();
    updateStopKeys();
    reexecute_->setToolTip(
        open && !summary_->canReplay
            ? textOf(summary_->whyNoReplay).toHtmlEscaped()
            : tr("Runs the program again from the nearest snapshot and compares"));
}

void MainWindow::chooseFile() {
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Open trace"), settings_.value(QStringLiteral("folder")).toString(),
        tr("Traces (*.clew);;All files (*)"));
    if (path.isEmpty()) return;
    settings_.setValue(QStringLiteral("folder"), QFileInfo(path).absolutePath());
    openFile(path);
}

void MainWindow::chooseOther() {
    if (!summary_) return;
    const QString here = QFileInfo(tracePath()).absolutePath();
    const QString path = QFileDialog::getOpenFileName(this, tr("Compare with"), here,
                                                      tr("Traces (*.clew);;All files (*)"));
    if (!path.isEmpty()) compareWith(path);
}

void MainWindow::cancel() {
    if (timeline_->cancelDrag()) return;
    if (longBusy_)
        session_->cancelLong();
    else if (seeking_)
        forgetWrite();
    else if (std::exchange(goingToStop_, std::nullopt))
        status_->setProgress({});
    else if (query_->isAsking())
        session_->cancelQuery();
    else if (auto* field = qobject_cast<QLineEdit*>(focusWidget()); isFilter(field))
        field->clear();
    else if (timeline_->measured())
        timeline_->clearMeasured();
    else if (!query_->closeCard())
        card_->hide();
}

}  // namespace ariadne::studio
