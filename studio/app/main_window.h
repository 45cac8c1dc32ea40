// The window: wires the panes to one session and one position.
#pragma once

#include "studio/app/recent_files.h"
#include "studio/app/theme_choice.h"
#include "studio/models/keymap.h"
#include "studio/models/lane_choices.h"
#include "studio/models/picture_work.h"
#include "studio/models/state_base.h"
#include "studio/models/timeline_geometry.h"
#include "studio/models/tour.h"
#include "studio/models/visited_moments.h"
#include "studio/session/session.h"

#include <QMainWindow>
#include <QSettings>
#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QActionGroup;
class QDockWidget;
class QStackedWidget;
class QTemporaryDir;
class QTimer;

namespace ariadne::studio {

class BookmarkPane;
class CausePane;
class DiffView;
class EventTable;
class Inspector;
class LaneBar;
class Minimap;
class NotebookPane;
class Omnibox;
class QueryPane;
class RunBar;
class SpaceTimePane;
class StallCounter;
class StatusCard;
class StatusLine;
class StopPane;
class Thumbnails;
class TimelineView;
class TourCard;
class TransportBar;
class WelcomePage;
class WorldPane;
enum class Severity : std::uint8_t;
struct CardWords;
struct OmniContext;
struct OmniMatch;

/// Everything that is shown is a function of (trace, position, selected actor). The window moves
/// the position and asks; panes keep what they show until the answer is here.
class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(const QString& settingsFile, QWidget* parent = nullptr);
    ~MainWindow() override;

    void openFile(const QString& path, std::optional<Position> at = std::nullopt);
    void recordNow(const QString& program);
    void compareWith(const QString& path);
    void select(Rank rank);
    void goTo(Position position);

    Position position() const { return position_; }
    Rank selected() const { return selected_; }
    std::shared_ptr<const TraceSummary> summary() const { return summary_; }
    std::shared_ptr<const Moment> moment() const { return moment_; }
    /// Every question about what is on screen has been answered.
    bool isSettled() const { return unanswered().isEmpty(); }
    /// Those that have not been, in a word or two each.
    QStringList unanswered() const;
    TimelineView& timeline() { return *timeline_; }
    LaneBar& laneBar() { return *laneBar_; }
    const LaneChoices& laneChoices() const { return laneChoices_; }
    void chooseLanes(const LaneChoices& lanes);
    void groupLanes(LaneGrouping grouping);
    /// On a lane of its own: the value that is chosen in the inspector.
    void watchValue();
    EventTable& events() { return *events_; }
    DiffView& diffPane() { return *diff_; }
    QueryPane& queryPane() { return *query_; }
    CausePane& causesPane() { return *causes_; }
    SpaceTimePane& messagesPane() { return *messages_; }
    BookmarkPane& bookmarksPane() { return *bookmarks_; }
    StopPane& stopsPane() { return *stops_; }
    NotebookPane& notebookPane() { return *notebook_; }
    StatusCard& card() { return *card_; }
    TourCard& tourCard() { return *tourCard_; }
    const Tour& tour() const { return tour_; }
    WelcomePage& welcomePage() { return *welcome_; }
    Inspector& inspector() { return *inspector_; }
    WorldPane& worldPane() { return *world_; }
    Omnibox& omnibox() { return *omnibox_; }
    /// Which keys the actions have; what is changed there holds after applyKeys().
    Keymap& keymap() { return keymap_; }
    /// Keeps them, too.
    void applyKeys();
    /// Saves what was made by running the program again, and stays at the same place in it.
    void saveMade(const QString& path);
    /// What can be read of a trace that was cut off, as a whole one.
    void saveRecovered(const QString& path);
    void showDiffPane();
    void showEventsPane();
    void showQueryPane();
    /// Asks for all writes of the value that is chosen in the inspector.
    void askAllWrites();
    void showCausesPane();
    /// The other direction in the same pane.
    void showEffectsPane();
    void showMessagesPane();
    void showBookmarksPane();
    void showStopsPane();
    void showNotebookPane();
    /// The notebook as a page, of HTML when the name says so.
    void saveNotebook(const QString& path);
    void showWelcome();
    void resetLayout();
    Session& session() { return *session_; }
    /// Shows what it counts. It outlives the window, and tells nobody else.
    void watchStalls(StallCounter& stalls);

Q_SIGNALS:
    /// Some answer arrived.
    void answered();

protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    enum class Move { kJump, kStep, kHistory, kFollow };

    // main_window.cpp
    void makePanes();
    void makeDocks();
    QDockWidget* addDock(Qt::DockWidgetArea area, const QString& name, const QString& title,
                         QWidget* pane);
    void updateTitleBars();
    QList<QDockWidget*> docks() const;
    QList<QDockWidget*> tabbed() const;  ///< those at the bottom, one behind the other
    void connectWorld();
    void connectCauses();
    void connectMessages();
    void connectPanes();
    void connectSession();
    void showOpened(std::shared_ptr<const TraceSummary> summary);
    void showGrown(std::shared_ptr<const TraceSummary> summary);
    void showSummary();
    void showCondition();
    /// The card; `does`: its action.
    void say(Severity severity, const QString& title, const QString& cause);
    void say(Severity severity, const CardWords& words, std::function<void()> does);
    void showMoment(std::shared_ptr<const Moment> moment);
    void moveTo(Position position, Move move);
    /// A person moves: LIVE ends or begins, and the view no longer seeks the failure by itself.
    void moveByHand(Position position, Move move);
    /// Where a trace stands until somebody moves: at its failure, else at its end.
    void standAtStart();
    void ask();
    void askArrows();
    void stepBy(int events);
    void goToNeighbour(bool forward);
    void askNeighbour(Rank rank, Position position, bool forward);
    void askTurn(Position behind);
    /// To what an actor did last so far; of one that is born later, to its birth.
    void goToLastOf(Rank rank);
    void goToCause();
    /// To the message whose turn never came back.
    void goToStuckTurn();
    void goToEffect();
    void updateActions();
    void setTraceVisible(bool visible);
    Position startOf(const TraceSummary& summary) const;

    // main_window_pace.cpp
    void showPace();

    // main_window_actions.cpp
    void makeActions();
    void makeFileMenu();
    void makeViewMenu();
    void makeGoMenu();
    void makeRunMenu();
    void makeHelpMenu();
    QAction* add(QMenu* menu, const QString& text, const QList<QKeySequence>& keys,
                 std::function<void()> does);
    /// Makes it known by its text, from which its id is made (keymap.h), or by `words`; those of a
    /// menu without add().
    void giveKeys(QAction* action, QList<QKeySequence> keys, const QString& words = {});
    void useKeys();
    void showKeys();
    void changeKeys();
    void fillRecentMenu();
    void chooseTheme(ThemeChoice choice);
    void chooseFile();
    void chooseOther();
    void cancel();
    OmniContext omniContext() const;
    void follow(const OmniMatch& match);

    // main_window_run.cpp
    void showRunDialog(const QString& program = {});
    void startRun(const recorder::RunRequest& request, bool paused);
    void runOrContinue();
    /// Also one that is paused between two rounds, for a turn that is looked for.
    void pauseRun();
    void stopRun();
    void reexecute();
    /// The run of the open trace once more, with the next seed; then the two are compared.
    void runWithAnotherSeed();
    void compareWithFirstSeed();
    void showRun(const RunStatus& status, bool isNewest);
    void sayHowRunFailed(const RunStatus& status);
    void updateWhen();
    QString recordingFolder() const;
    bool runIsOn() const;
    /// The open trace is the one that is being recorded.
    bool watchesRun() const;

    // main_window_steps.cpp
    void connectSteps();
    bool isPausedHere() const;
    /// A person lets the run go on: one who stands where it is paused, or at its newest event,
    /// follows it.
    void followRun();
    void runOneRound();
    /// To the next turn of anybody; through what is committed first.
    void runOneTurn();
    void runToTurnOfActor();
    void takeTurn(quint64 position, const QString& why);
    /// What the pause tells of can be read by now: to where it is paused.
    void arriveAtPause();
    void showRunBar();
    void updateRunActions();
    /// Back to what the bar speaks of.
    void showRunItself();
    /// The run is paused by those of its program.
    void sendStops(const QString& program);

    // main_window_writes.cpp
    void makeFieldActions(QMenu* menu);
    void connectFields();
    enum class AfterWrite { kLook, kWhy };
    /// Seeks who wrote the value that is chosen in the inspector, to go there.
    void seekWrite(AfterWrite then);
    void showWrite(const LastWrite& write);
    void forgetWrite();

    // main_window_queries.cpp
    void connectQuery();
    void goToActorOfRow(const QString& path, bool hasMoment);
    void keepQuery(const KeptQuery& query);
    void followQueries();
    void forgetQueries();
    void showQueryHits();
    bool goToQueryMark(bool forward);
    void askCurrentQuery();

    // main_window_tour.cpp
    void connectTour();
    void beginTour();
    void did(TourAct act);
    QString thumbnailFolder() const;
    void keepThumbnail();
    void showThumbnails();
    void showAbout();

    // main_window_base.cpp
    void connectBase();
    void fillBaseMenu();
    void chooseBase();
    void compareSince(const StateBase& base);
    void askBase();
    void sayCompared();
    void forgetBase();

    // main_window_notebook.cpp
    void connectNotebook();
    void addFinding(bool withPicture);
    void exportNotebook();
    /// How it stands with what people have noted.
    struct Notes {
        QString what;
        std::string problem, refused;
        std::size_t waiting = 0;
        std::size_t waitingBefore = 0;
        std::string problemBefore;
    };
    /// The problem that was told of last, and whether somebody has tried again since.
    struct NotesSaid {
        QString problem;
        bool tried = false;
    };
    void sayNotes(const Notes& notes, NotesSaid& said);
    /// Of a trace that was made here, beside which nothing is kept.
    std::string madeProblem() const;

    // main_window_closing.cpp
    void connectClosing();
    /// Has what was typed last kept in its file.
    void commitNotes();
    /// False: not yet; the window closes by itself when the notes are kept, or asks.
    bool mayClose();
    void closeWhenKept();
    void askToClose();

    // main_window_marks.cpp
    void connectBookmarks();
    /// Marks the present event, or takes its mark away.
    void toggleBookmark();
    void goToBookmark(bool forward);
    void exportBookmarks();
    /// What `ariadne studio` opens here again, on the clipboard.
    void copyMoment();

    // main_window_stops.cpp
    void connectStops();
    /// Those of the program of the open trace.
    void loadStops();
    bool hasStops() const;
    void updateStopKeys();
    void goToStop(bool forward);
    /// With the state of its actor.
    void standAtStop(Position position);
    void stopAtSuch();
    /// Of the value that is chosen in the inspector.
    void stopAtWrites();

    // main_window_lanes.cpp
    void connectLanes();
    void makeLanesMenu(QMenu* menu);
    /// Those of the program of the open trace.
    void loadLanes();
    /// Keeps and shows what `how` makes of the choices.
    void changeLanes(const std::function<void(LaneChoices&)>& how);
    void showLaneChoices();
    void followWatches();
    void moveLaneBy(bool up);
    void updateLaneActions();

    // main_window_timeline.cpp
    void makeTimelineActions(QMenu* menu);
    void connectTimeline();
    /// Finer sums of what the timeline shows, where that helps.
    void askSums();
    void updateTimelineActions();

    // main_window_made.cpp
    void makeLeftOut() { makeAgain({}); }
    /// The same of what the timeline shows, for runs that take long.
    void makeVisible();
    void makeAgain(recorder::Stretch stretch);
    /// The open trace is a part of a run, made here.
    bool isMadePart() const { return isMade() && made_->stretch != recorder::Stretch{}; }
    void showMaking(double fraction);
    void showMade(const std::shared_ptr<const MaterialiseReport>& report);
    void openAgain(const QString& path);
    void chooseSaved();
    void chooseRecovered();
    QString chooseTrace(const QString& title, const QString& suffix);
    void showSaved(const CopyReport& report);
    /// A name for a file that is gone with the window; empty when there is no room for one.
    QString madeFile();
    /// The open trace is one that was made here, of a file that leaves something out.
    bool isMade() const;
    /// What the open trace is of for the person: not the place of what was made.
    QString tracePath() const;

    QSettings settings_;
    RecentFiles recent_{settings_};
    Keymap keymap_;
    std::unique_ptr<Session> session_;

    std::shared_ptr<const TraceSummary> summary_;
    std::shared_ptr<const LaneIndex> lanes_;
    std::shared_ptr<const Moment> moment_;
    Position position_;
    Rank selected_;
    VisitedMoments visited_;
    RowCount rowCount_;
    RunStatus run_;
    std::optional<Position> startAt_;  ///< where the trace being opened shall stand
    /// Whom and what it shall show then: it is the same run.
    struct View {
        Rank selected;
        PositionRange visible;
    };
    std::optional<View> startView_;
    std::unique_ptr<QTemporaryDir> madeFolder_;  ///< null: nothing was made yet
    int madeCount_ = 0;
    /// Of the trace that was made last: which it was made of, and how that went.
    std::shared_ptr<const MaterialiseReport> made_;
    QString madeOf_;
    std::function<void()> cardAction_;
    bool following_ = false;              ///< LIVE: the position is the newest event
    bool arriving_ = false;               ///< at a pause, whose events are not here yet
    std::optional<Position> pausePlace_;  ///< where a person stands in a paused run
    std::optional<Position> turnBehind_;  ///< the next turn behind it is looked for
    /// Two runs that shall be compared.
    struct SeedPair {
        QString first;
        std::string second;  ///< its file
    };
    std::optional<SeedPair> seedPair_;  ///< the second one is not a whole trace yet
    bool unmoved_ = false;              ///< nobody has moved since the trace was opened
    bool opening_ = false;              ///< a file or a run was asked for, not here yet
    bool longBusy_ = false;
    bool making_ = false;        ///< what the open trace leaves out
    bool selectsActor_ = false;  ///< at the next moment, the one of its event
    StateBase base_;
    std::shared_ptr<const Moment> baseMoment_;
    bool baseAsked_ = false;
    QString compared_;  ///< the value that a person compares, to be said once
    PictureWork pictures_;
    std::unique_ptr<Thumbnails> thumbnails_;
    Tour tour_;
    NotesSaid bookmarksSaid_, notebookSaid_;
    bool notesCard_ = false;     ///< the card is about that
    bool closing_ = false;       ///< the window does, as soon as all notes are kept
    bool closesAnyway_ = false;  ///< somebody was asked
    std::string damageSaid_;     ///< of the lanes, so that it is shown once
    bool arrowsAsked_ = false;
    bool sumsAsked_ = false;
    bool neighbourAsked_ = false;
    std::optional<bool> goingToStop_;  ///< forward or not, as soon as the search has come that far
    bool regionsAsked_ = false;
    bool matchesAsked_ = false;
    LaneChoices laneChoices_;
    bool laneMatchesAsked_ = false;
    bool laneGroupsAsked_ = false;
    std::vector<Watch> watched_;  ///< as the session was told
    bool watchesAsked_ = false;
    std::vector<KeptQuery> kept_;  ///< as the session was told
    std::shared_ptr<const QueryLanes> queryLanes_;
    bool keptAsked_ = false;
    std::optional<AfterWrite> seeking_;  ///< who wrote a value; what comes then
    QString sought_;                     ///< that value
    bool traceVisible_ = false;
    QByteArray dockState_;

    QStackedWidget* pages_ = nullptr;
    WelcomePage* welcome_ = nullptr;
    StatusCard* card_ = nullptr;
    TourCard* tourCard_ = nullptr;
    RunBar* runBar_ = nullptr;
    Minimap* minimap_ = nullptr;
    LaneBar* laneBar_ = nullptr;
    TimelineView* timeline_ = nullptr;
    TransportBar* transport_ = nullptr;
    Omnibox* omnibox_ = nullptr;
    WorldPane* world_ = nullptr;
    EventTable* events_ = nullptr;
    Inspector* inspector_ = nullptr;
    DiffView* diff_ = nullptr;
    QueryPane* query_ = nullptr;
    CausePane* causes_ = nullptr;
    SpaceTimePane* messages_ = nullptr;
    BookmarkPane* bookmarks_ = nullptr;
    StopPane* stops_ = nullptr;
    NotebookPane* notebook_ = nullptr;
    StatusLine* status_ = nullptr;
    StallCounter* stalls_ = nullptr;  ///< null: nobody counts
    QToolBar* toolbar_ = nullptr;
    QDockWidget* worldDock_ = nullptr;
    QDockWidget* eventsDock_ = nullptr;
    QDockWidget* inspectorDock_ = nullptr;
    QDockWidget* diffDock_ = nullptr;
    QDockWidget* queryDock_ = nullptr;
    QDockWidget* causesDock_ = nullptr;
    QDockWidget* messagesDock_ = nullptr;
    QDockWidget* bookmarksDock_ = nullptr;
    QDockWidget* stopsDock_ = nullptr;
    QDockWidget* notebookDock_ = nullptr;
    QTimer* arrowPause_ = nullptr;
    QMenu* recentMenu_ = nullptr;
    QMenu* panesMenu_ = nullptr;
    QMenu* lanesMenu_ = nullptr;
    QMenu* baseMenu_ = nullptr;
    QActionGroup* themes_ = nullptr;
    QList<QAction*> traceActions_;  ///< only with a trace open
    QAction *first_ = nullptr, *previousOfActor_ = nullptr, *back_ = nullptr, *forward_ = nullptr;
    QAction *nextOfActor_ = nullptr, *last_ = nullptr, *cause_ = nullptr, *effect_ = nullptr;
    QAction* nextStop_ = nullptr;
    QAction *pinLane_ = nullptr, *hideLane_ = nullptr, *hideOthers_ = nullptr, *showAll_ = nullptr;
    QAction *foldGroup_ = nullptr, *foldAll_ = nullptr, *laneUp_ = nullptr, *laneDown_ = nullptr;
    QAction *byTime_ = nullptr, *showQueues_ = nullptr, *closure_ = nullptr;
    QAction *zoomToMeasured_ = nullptr, *clearMeasured_ = nullptr;
    QAction* askLane_ = nullptr;
    QAction *visitedBack_ = nullptr, *visitedForward_ = nullptr;
    QAction *continue_ = nullptr, *pause_ = nullptr, *step_ = nullptr, *stop_ = nullptr,
            *stepTurn_ = nullptr, *stepActor_ = nullptr, *otherSeed_ = nullptr,
            *reexecute_ = nullptr, *makeLeftOut_ = nullptr, *makeVisible_ = nullptr,
            *saveMade_ = nullptr;
};

}  // namespace ariadne::studio
