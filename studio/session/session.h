// One debug session: requests in, immutable results out. No widgets.
#pragma once

#include "recorder/program_run.h"
#include "studio/session/actor_matches.h"
#include "studio/session/lane_groups.h"
#include "studio/session/notebook_work.h"
#include "studio/session/query_lane.h"
#include "studio/session/results.h"
#include "studio/session/stop_hits.h"
#include "studio/session/timeline_sums.h"
#include "studio/session/watch_lane.h"

#include <QObject>
#include <QString>

#include <memory>
#include <vector>

namespace ariadne::studio {

/// Owns the workers that own readers, histories and worlds; itself lives on the GUI thread and
/// never waits. Every answer arrives as a Qt signal on the GUI thread. Of requests of one kind the
/// newest wins; answers that a newer request overtook are not delivered.
///
/// Threading: GUI thread only.
class Session final : public QObject {
    Q_OBJECT

public:
    explicit Session(QObject* parent = nullptr);
    ~Session() override;  ///< cancels what runs and joins the workers

    // Traces
    /// Answer: opened() or openFailed(). Replaces what was open only when it succeeds. A trace that
    /// another process is recording is followed: grown() until its state is another one.
    void openTrace(const QString& path);
    std::shared_ptr<const TraceSummary> trace() const;  ///< null when none is open

    // Runs of the studio. Recorded to request.file (set by the caller), which becomes the open
    // trace: opened(), then grown() while it is recorded and once more when it is sealed. A run
    // that is under way is stopped first.
    void startRun(const recorder::RunRequest& request, bool paused);
    void pauseRun();
    void resumeRun();
    void stepRun(int rounds);
    /// Until that actor has had a turn, or has ended.
    void stepRunTurnOf(Rank actor);
    void stopRun();
    /// What it is paused at, with those that come after; RunHost::setStops().
    void setRunStops(const std::vector<std::string>& conditions);
    /// From now on each run in a process of its own, which may crash, and so is what runs a trace
    /// again: `command` and what is behind it are `ariadne host`. Before the first of either;
    /// otherwise they are in this process.
    void runElsewhere(std::vector<std::string> command);

    // Questions about the open trace
    /// `selected` kOutside = no actor selected. Answer: momentReady().
    void requestMoment(Position position, Rank selected);
    /// Another moment of `selected`, to be compared with. Answer: baseReady().
    void requestBase(Position position, Rank selected);
    /// Answer: rowsReady() for every page asked for that is still of the present filter; requests
    /// for pages far from the newest one may be dropped.
    void requestRows(std::uint64_t firstRow, std::uint32_t count);
    /// Answer: rowCountChanged(), again and again while the trace is searched. The filter stays set
    /// when another trace is opened.
    void setFilter(const EventFilter& filter);
    /// The row of the table at or after `position`, the last row when there is none. Answer:
    /// rowFound(), once the search has come that far; none when the table has no rows.
    void requestRowOf(Position position);
    /// Messages in and out of `rank` between two positions. Answer: arrowsReady().
    void requestArrows(Rank rank, Position begin, Position end);
    /// Messages that led to the event at `event` (not 0) and came of it, instead of those asked for
    /// before. Answer: arrowsReady().
    void requestClosure(Position event);
    /// The actors with `text` in their path, without case. Answer: actorsMatched().
    void requestActors(const QString& text);
    /// The same for whoever filters lanes: neither overtakes the other. Answer:
    /// laneActorsMatched().
    void requestLaneActors(const QString& text);
    /// The lanes of the newest lanesReady() summed up by group. Answer: laneGroupsReady(), or none
    /// before there are lanes.
    void requestLaneGroups(std::shared_ptr<const LaneGroups::Members> members);
    /// What the newest lanesReady() sums up, finer, for positions [begin, end): at most
    /// SumsScan::kPositionsMax. Answer: sumsReady(). False: there are no lanes, and no answer.
    bool requestSums(Position begin, Position end);
    /// More about those of `ranks` that are regions and live at `position`. Answer: regionsReady(),
    /// or none when a moment was asked for meanwhile.
    void requestRegions(Position position, const std::vector<Rank>& ranks);
    /// The next or previous event of `rank` (kOutside: of anybody) from `position`. Answer:
    /// navigated(), unless there is none: navigationEnded().
    void requestNeighbour(Rank rank, Position position, bool forward);
    /// The first turn of anybody behind `position`. Answer: turnFound(). Overtakes
    /// requestNeighbour() and is forgotten with it.
    void requestTurn(Position position);
    /// The answer is not wanted any more: somebody has moved elsewhere.
    void forgetNeighbour();

    /// Which event wrote a field of an actor's state last, looked for from `upTo` backwards.
    /// Answer: lastWriteReady(), unless it is forgotten before.
    void requestLastWrite(Rank rank, const FieldSteps& field, Position upTo);
    void forgetLastWrite();
    /// Why the event at `position` is. Answer: causesReady().
    void requestCauses(Position position);
    /// What came of the event at `position`, besides those asked for before. Answer:
    /// effectsReady(), again and again while the trace is searched and grows, until they are
    /// forgotten.
    void requestEffects(Position position);
    void forgetEffects();
    /// Messages between actors around an event. Answer: spaceTimeReady(), again and again while the
    /// trace is searched and grows, until it is forgotten.
    void requestSpaceTime(const SpaceTimeQuestion& question);
    void forgetSpaceTime();
    /// One statement of SQL over the open trace. Answer: queryReady(), with what was found by then
    /// after cancelQuery(), with an error when the SQL does not hold; none when another trace is
    /// opened before.
    void requestQuery(const QString& sql, const QueryBudget& budget = {});
    void cancelQuery();

    /// Breakpoints, in the place of those before; they stay set when another trace is opened.
    /// Answer: stopsChanged(), again and again while the trace is searched.
    void setStops(const std::vector<Stop>& stops);

    /// Values to be followed through the open trace, in the place of those before; of more than
    /// kWatchesMax the first. Answer: watchesChanged(), again and again while the trace is read and
    /// while it grows. Forgotten when another trace is opened.
    void setWatches(const std::vector<Watch>& watches);

    /// Questions in SQL that are asked by themselves, in the place of those before; of more than
    /// kKeptQueriesMax the first. Answer: queryLanesChanged(), again and again until all are
    /// answered, and when the trace has grown. Forgotten when another trace is opened.
    void setKeptQueries(const std::vector<KeptQuery>& queries);

    // Bookmarks of the open trace, kept beside it. Answer to each, and to opening a trace:
    // bookmarksChanged().
    void addBookmark(Position position, const QString& name);
    /// Texts longer than Bookmark::kTextMax are cut, between characters.
    void changeBookmark(const Bookmark& bookmark);
    void removeBookmark(std::int64_t id);
    // What was found out about it, kept in the same file. Answer to each, and to opening a trace:
    // notebookChanged().
    void addFinding(const Finding& finding);
    /// Its texts; those longer than Finding::kTextMax are cut, between characters.
    void changeFinding(const Finding& finding);
    void removeFinding(std::int64_t id);
    /// To stand as the one of that number, from 0.
    void moveFinding(std::int64_t id, std::size_t to);
    /// Bookmarks and findings: tries again what could not be written.
    void saveNotes();
    /// Of the open trace, and of those before it: what could not be written of one is kept, and
    /// written when that can be, until the session ends.
    NotesState notesState() const;
    /// saveNotes() when something waits or another window has written; else without an answer.
    void lookAtNotes();
    /// Writes a page about them, and its pictures beside it. Answer: textSaved().
    void savePage(const NotebookPage& page);
    /// Writes a text about them, over a file that is there. Answer: textSaved().
    void saveText(const QString& file, const QString& text);

    // Long operations; each reports progress and can be cancelled, which is an answer with an error
    /// Runs the program again from the nearest snapshot before `position` to the end of the trace.
    void reexecute(Position position);
    /// Compares the open trace (A) with another file (B).
    void diffWith(const QString& otherPath);
    /// Runs the program of the open trace, or of `trace` which that was made of, again, from the
    /// snapshot before `stretch`, and writes into `file`, which is not there yet, all that
    /// recording it whole would have written. Answer: materialised(); after an error there is no
    /// file.
    void materialise(const QString& file, recorder::Stretch stretch = {},
                     const QString& trace = {});
    /// Copies the file of the open trace, over one that is there. Answer: copySaved().
    void saveCopy(const QString& file);
    /// What can be read of the open trace, which was cut off or damaged, as a whole trace. Answer:
    /// copySaved().
    void saveRecovered(const QString& file);
    void cancelLong();

Q_SIGNALS:
    void opened(std::shared_ptr<const ariadne::studio::TraceSummary> summary);
    /// The open trace has grown (a run is being recorded, here or elsewhere), it has ended, or more
    /// is known of it. State kDamaged with a reason when its file was replaced or cut back.
    void grown(std::shared_ptr<const ariadne::studio::TraceSummary> summary);
    /// Another trace takes the place of the open one right after this: what is still to be asked of
    /// that one is asked now.
    void aboutToOpen();
    void openFailed(const QString& path, const QString& why);
    void lanesReady(std::shared_ptr<const ariadne::studio::LaneIndex> lanes);
    void momentReady(std::shared_ptr<const ariadne::studio::Moment> moment);
    void baseReady(std::shared_ptr<const ariadne::studio::Moment> moment);
    void actorsMatched(std::shared_ptr<const ariadne::studio::ActorMatches> matches);
    void laneActorsMatched(std::shared_ptr<const ariadne::studio::ActorMatches> matches);
    void laneGroupsReady(std::shared_ptr<const ariadne::studio::LaneGroups> groups);
    void sumsReady(std::shared_ptr<const ariadne::studio::TimelineSums> sums);
    void regionsReady(std::shared_ptr<const ariadne::studio::RegionsMoment> regions);
    void rowsReady(std::shared_ptr<const ariadne::studio::EventPage> page);
    void rowCountChanged(const ariadne::studio::RowCount& count);
    void rowFound(quint64 position, quint64 row);
    void arrowsReady(std::shared_ptr<const ariadne::studio::ArrowSet> arrows);
    void textSaved(const ariadne::studio::CopyReport& report);
    void bookmarksChanged(std::shared_ptr<const ariadne::studio::Bookmarks> bookmarks);
    void notebookChanged(std::shared_ptr<const ariadne::studio::Notebook> notebook);
    /// After bookmarksChanged() or notebookChanged(), and when they came too late, being of a trace
    /// that is not open any more: notesState() is another one.
    void notesStateChanged();
    void causesReady(std::shared_ptr<const ariadne::studio::CauseChain> chain);
    void effectsReady(std::shared_ptr<const ariadne::studio::EffectList> effects);
    void spaceTimeReady(std::shared_ptr<const ariadne::studio::SpaceTime> picture);
    void lastWriteReady(std::shared_ptr<const ariadne::studio::LastWrite> write);
    void queryReady(std::shared_ptr<const ariadne::studio::QueryAnswer> answer);
    void queryLanesChanged(std::shared_ptr<const ariadne::studio::QueryLanes> lanes);
    void stopsChanged(std::shared_ptr<const ariadne::studio::StopHits> hits);
    void watchesChanged(std::shared_ptr<const ariadne::studio::WatchLanes> lanes);
    void navigated(quint64 position);
    /// 0: there is none; `why` as of navigationEnded().
    void turnFound(quint64 position, const QString& why);
    /// `why` is empty when there simply is none; else what could not be read on the way.
    void navigationEnded(bool forward, const QString& why);
    /// `fraction` is in 0..1, or negative when it is not known.
    void longProgress(const QString& what, double fraction);
    void replayDone(std::shared_ptr<const ariadne::studio::ReplayReport> report);
    void diffDone(std::shared_ptr<const ariadne::studio::DiffReport> report);
    /// `fraction` is in 0..1. Not a longProgress(): it is told elsewhere.
    void materialiseProgress(double fraction);
    void materialised(std::shared_ptr<const ariadne::studio::MaterialiseReport> report);
    void copySaved(const ariadne::studio::CopyReport& report);
    /// `isNewest`: of the run that was asked for last; else of one that it takes the place of.
    void runChanged(const ariadne::studio::RunStatus& status, bool isNewest);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ariadne::studio
