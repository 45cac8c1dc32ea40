#include "studio/session/session.h"

#include "recorder/host/child_run.h"
#include "recorder/host/live_run.h"
#include "studio/session/bookmark_work.h"
#include "studio/session/long_work.h"
#include "studio/session/outbox.h"
#include "studio/session/query_lane_work.h"
#include "studio/session/query_work.h"
#include "studio/session/reading.h"
#include "studio/session/scanner.h"

#include <QTimer>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr const char* kCancelled = "cancelled";
constexpr const char* kNoTrace = "no trace is open";
/// Of a trace that another process records; a look costs what is new.
constexpr std::chrono::milliseconds kLookEvery{250};

/// What tells one recording from another.
std::string nameOf(const tracefmt::TraceId& id) {
    return QStringLiteral("%1%2")
        .arg(id[0], 16, 16, QLatin1Char('0'))
        .arg(id[1], 16, 16, QLatin1Char('0'))
        .toStdString();
}

}  // namespace

/// Lives on the GUI thread, but for what workers call: deliver() and the posting of requests.
class Session::Impl {
public:
    explicit Impl(Session& session) : session_(session), outbox_(session) {
        QObject::connect(&look_, &QTimer::timeout, [this] { refresh(number_, false); });
    }

    void openTrace(const QString& path);
    void startRun(const recorder::RunRequest& request, bool paused);
    void requestMoment(Position position, Rank selected);
    void requestBase(Position position, Rank selected);
    void requestRows(std::uint64_t firstRow, std::uint32_t count);
    void setFilter(const EventFilter& filter);
    void requestRowOf(Position position);
    void requestArrows(Rank rank, Position begin, Position end);
    void requestClosure(Position event);
    void requestActors(const QString& text);
    void requestLaneActors(const QString& text);
    void requestLaneGroups(const std::shared_ptr<const LaneGroups::Members>& members);
    bool requestSums(Position begin, Position end);
    void requestRegions(Position position, const std::vector<Rank>& ranks);
    void requestNeighbour(Rank rank, Position position, bool forward);
    void requestTurn(Position position);
    void forgetNeighbour();
    void requestCauses(Position position);
    void requestEffects(Position position);
    void forgetEffects();
    void requestSpaceTime(const SpaceTimeQuestion& question);
    void forgetSpaceTime();
    void requestLastWrite(Rank rank, const FieldSteps& field, Position upTo);
    void forgetLastWrite();
    void requestQuery(const QString& sql, const QueryBudget& budget);
    void cancelQuery() { query_.cancel(); }
    void setStops(const std::vector<Stop>& stops);
    void setWatches(const std::vector<Watch>& watches);
    void setKeptQueries(std::vector<KeptQuery> queries);
    BookmarkWork& bookmarks() { return bookmarks_; }
    /// Whether the answer is one that notesState() counts until it is there.
    enum class Counts { kYes, kNo };
    BookmarkWork::Answer bookmarksOfThis(Counts counts = Counts::kYes);
    NotebookWork& notebook() { return notebook_; }
    NotebookWork::Answer notebookOfThis(Counts counts = Counts::kYes);
    NotesState notesState() const;
    void savePage(const NotebookPage& page);
    void saveText(const QString& file, const QString& text);
    void reexecute(Position position);
    void diffWith(const QString& otherPath);
    void materialise(const QString& file, recorder::Stretch stretch, const QString& trace);
    enum class Saving { kCopy, kRecovered };
    void save(const QString& file, Saving how);
    void cancelLong();

    host::RunHost& run() { return *run_; }
    void runElsewhere(std::vector<std::string> command) {
        long_.runAgain(std::make_shared<host::AgainElsewhere>(command));
        run_ = std::make_unique<host::ChildRun>(std::move(command));
    }
    const std::shared_ptr<const TraceSummary>& summary() const { return summary_; }

private:
    /// Counts requests of one kind, so that an answer knows whether it was overtaken.
    struct Newest {
        std::uint64_t number = 0;
    };

    /// Any thread. `what` is called on the GUI thread unless the session is gone by then.
    template <class What>
    void deliver(What what) {
        outbox_.post(std::move(what));
    }
    /// A function for workers that hands its argument to `show` on the GUI thread, unless a newer
    /// request of that kind was made or another trace was opened meanwhile.
    template <class Answer, class Show>
    std::function<void(Answer)> answerOnce(Newest& newest, Show show) {
        const std::uint64_t mine = ++newest.number;
        return [this, &newest, mine, number = number_, show](Answer answer) {
            deliver([this, &newest, mine, number, show, answer = std::move(answer)] {
                if (newest.number == mine && number_ == number) show(answer);
            });
        };
    }

    void openAs(TraceNumber number, const std::string& path);
    void refresh(TraceNumber number, bool settled);
    void followOrNot();
    void showOpened(TraceNumber number, std::shared_ptr<const TraceSummary> summary);
    void showGrown(TraceNumber number, std::shared_ptr<const TraceSummary> summary, bool settled);
    void showLanes(TraceNumber number, const std::shared_ptr<const LaneIndex>& lanes);
    void takeFailures(const LaneIndex& lanes);
    void startFilter();
    void startStops();
    void startWatches();
    void findWatched();
    void tableOfAll();
    void showFilter(const FilterProgress& progress);
    void showRowCount();
    void answerRowOf();
    /// Cancels without an answer: nobody looks at it any more.
    void forgetLong();
    void failReplay(const char* why);
    void failDiff(const char* why, const std::string& otherPath);
    void failQuery(const char* why, const std::string& sql);
    void failMaterialise(const char* why);
    LongWork::Progress progressOf(const Newest& newest);

    Session& session_;
    Outbox outbox_;

    TraceNumber number_ = 0;      ///< of the open trace; 0 = none
    TraceNumber lastNumber_ = 0;  ///< handed out
    std::shared_ptr<const TraceSummary> summary_;
    std::shared_ptr<const LaneIndex> lanes_;
    QTimer look_;                ///< runs while the open trace is recorded by somebody else
    TraceNumber ownNumber_ = 0;  ///< of the trace that was last recorded here

    std::vector<Stop> stops_;
    std::vector<Watch> watches_;
    std::vector<Rank> watched_;  ///< of watches_; kOutside: nobody is called like that so far
    EventFilter filter_;
    RowCount rowCount_;
    TableRows table_;                ///< what its rows are
    std::optional<Position> rowOf_;  ///< asked, not answered

    /// The newest question about a moment, until it is answered or the trace has grown: whoever
    /// asks it again meanwhile gets the answer that is on its way.
    struct MomentAsked {
        TraceNumber number = 0;
        Position position;
        Rank selected;
        bool operator==(const MomentAsked&) const = default;
    };
    std::optional<MomentAsked> momentAsked_;
    Newest moments_;
    Newest bases_;
    Newest actors_;
    Newest laneActors_;
    Newest laneGroups_;
    Newest sums_;
    Newest regions_;
    Newest neighbours_;
    Newest arrows_;
    Newest causes_;
    Newest spaceTimes_;
    Newest effects_;  ///< one number for all of them, until they are forgotten
    Newest writes_;
    Newest queries_;
    Newest searches_;  ///< for breakpoints
    Newest follows_;   ///< watched values
    Newest keptQueries_;
    Newest replays_;
    Newest diffs_;
    Newest materialises_;
    Newest copies_;
    bool replaying_ = false;
    bool diffing_ = false;
    std::shared_ptr<const DiffReport> diffFound_;  ///< while what lies behind is counted
    bool materialising_ = false;
    std::string diffPath_;

    /// What the newest answers said.
    NotesState bookmarksKept_, notebookKept_;
    std::size_t notesUnanswered_ = 0;

    // Last, and in this order: each is joined before what it posts to is gone.
    Reading reading_;
    Scanner scanner_;
    LongWork long_;
    QueryWork query_;
    QueryLaneWork queryLanes_;
    BookmarkWork bookmarks_;
    NotebookWork notebook_;
    std::unique_ptr<host::RunHost> run_ = std::make_unique<host::LiveRun>();
};

// ---- Opening ------------------------------------------------------------------------------------

void Session::Impl::openTrace(const QString& path) {
    openAs(++lastNumber_, path.toStdString());
}

void Session::Impl::openAs(TraceNumber number, const std::string& path) {
    reading_.open(
        number, path,
        [=, this](const std::shared_ptr<const TraceSummary>& summary) {
            deliver([=, this] { showOpened(number, summary); });
        },
        [=, this](const std::string& why) {
            deliver([=, this] {
                Q_EMIT session_.openFailed(QString::fromStdString(path),
                                           QString::fromStdString(why));
            });
        });
}

void Session::Impl::showOpened(TraceNumber number, std::shared_ptr<const TraceSummary> summary) {
    if (summary_) Q_EMIT session_.aboutToOpen();
    forgetLong();
    query_.forget();
    number_ = number;
    summary_ = std::move(summary);
    lanes_.reset();
    rowOf_.reset();
    watches_.clear();
    watched_.clear();
    scanner_.open(number, summary_->path, [=, this](const std::shared_ptr<const LaneIndex>& lanes) {
        deliver([=, this] { showLanes(number, lanes); });
    });
    queryLanes_.set(number, summary_->path, {}, [](const std::shared_ptr<const QueryLanes>&) {});
    followOrNot();
    Q_EMIT session_.opened(summary_);
    if (number_ != number) return;
    bookmarks_.open(summary_->path, nameOf(summary_->id), bookmarksOfThis(Counts::kNo));
    notebook_.open(summary_->path, nameOf(summary_->id), notebookOfThis(Counts::kNo));
    startFilter();
    startStops();
}

void Session::Impl::followOrNot() {
    const bool grows = summary_->state == tracefmt::FileState::kRecording;
    if (grows && number_ != ownNumber_)
        look_.start(kLookEvery);
    else
        look_.stop();
}

void Session::Impl::refresh(TraceNumber number, bool settled) {
    reading_.refresh(number, settled,
                     [=, this](const std::shared_ptr<const TraceSummary>& summary) {
                         deliver([=, this] { showGrown(number, summary, settled); });
                     });
}

void Session::Impl::showGrown(TraceNumber number, std::shared_ptr<const TraceSummary> summary,
                              bool settled) {
    if (number != number_) return;
    summary_ = std::move(summary);
    momentAsked_.reset();
    if (lanes_) takeFailures(*lanes_);
    followOrNot();
    const bool grows = summary_->state == tracefmt::FileState::kRecording;
    scanner_.refresh(number, settled || !grows);
    queryLanes_.refresh(number, settled || !grows);
    // Whoever is watched may have been born meanwhile.
    if (std::find(watched_.begin(), watched_.end(), kOutside) != watched_.end()) {
        const std::vector<Rank> before = watched_;
        findWatched();
        if (watched_ != before) startWatches();
    }
    Q_EMIT session_.grown(summary_);
    if (number != number_ || !filter_.empty()) return;
    if (!summary_->hasEvents()) {
        // What was said of the last stretch may not hold any more.
        if (!grows) startFilter();
        return;
    }
    tableOfAll();
    showRowCount();
}

void Session::Impl::tableOfAll() {
    table_ = summary_ ? TableRows{summary_->gaps, summary_->lastPosition} : TableRows{};
    rowCount_.rows = table_.size();
    rowCount_.plain = table_.isPlain();
}

void Session::Impl::showLanes(TraceNumber number, const std::shared_ptr<const LaneIndex>& lanes) {
    if (number != number_) return;
    lanes_ = lanes;
    const std::size_t known = summary_->failures.size();
    if (lanes->complete) takeFailures(*lanes);
    Q_EMIT session_.lanesReady(lanes);
    if (number == number_ && summary_->failures.size() != known) Q_EMIT session_.grown(summary_);
}

void Session::Impl::takeFailures(const LaneIndex& lanes) {
    const std::size_t count = std::min(lanes.failures.size(), TraceSummary::kFailuresMax);
    if (count <= summary_->failures.size()) return;
    TraceSummary more = *summary_;
    more.failures.clear();
    for (std::size_t i = 0; i < count; ++i) more.failures.push_back({lanes.failures[i]});
    summary_ = std::make_shared<const TraceSummary>(std::move(more));
}

// ---- Runs ---------------------------------------------------------------------------------------

void Session::Impl::startRun(const recorder::RunRequest& request, bool paused) {
    const TraceNumber number = ++lastNumber_;
    ownNumber_ = number;
    const std::string path = request.file ? request.file->string() : std::string{};
    host::RunHost::Answers answers;
    answers.status = [=, this](const RunStatus& status) {
        deliver([=, this] { Q_EMIT session_.runChanged(status, number == ownNumber_); });
    };
    answers.began = [=, this] { openAs(number, path); };
    answers.grown = [=, this](bool settled) { refresh(number, settled); };
    run_->start(request, paused, answers);
}

// ---- Questions ----------------------------------------------------------------------------------

void Session::Impl::requestMoment(Position position, Rank selected) {
    using Answer = std::shared_ptr<const Moment>;
    const MomentAsked asked{number_, position, selected};
    if (momentAsked_ == asked) return;
    momentAsked_ = asked;
    reading_.moment(number_, position, selected,
                    answerOnce<Answer>(moments_, [this](const Answer& moment) {
                        momentAsked_.reset();
                        Q_EMIT session_.momentReady(moment);
                    }));
}

void Session::Impl::requestBase(Position position, Rank selected) {
    using Answer = std::shared_ptr<const Moment>;
    reading_.base(number_, position, selected,
                  answerOnce<Answer>(
                      bases_, [this](const Answer& base) { Q_EMIT session_.baseReady(base); }));
}

void Session::Impl::requestRows(std::uint64_t firstRow, std::uint32_t count) {
    EventPage page;
    page.generation = rowCount_.generation;
    page.firstRow = firstRow;
    const TraceNumber number = number_;
    reading_.rows(number, table_, std::move(page), count,
                  [=, this](const std::shared_ptr<const EventPage>& read) {
                      deliver([=, this] {
                          if (number != number_ || read->generation != rowCount_.generation) return;
                          Q_EMIT session_.rowsReady(read);
                      });
                  });
}

void Session::Impl::setFilter(const EventFilter& filter) {
    filter_ = filter;
    startFilter();
}

void Session::Impl::startFilter() {
    const std::uint64_t generation = rowCount_.generation + 1;
    const bool filtered = !filter_.empty();
    const bool searched = summary_ && (filtered || !summary_->hasEvents());
    rowCount_ = {generation, 0, filtered, !searched, {}, false};
    table_ = {};
    if (!searched) tableOfAll();
    const TraceNumber number = number_;
    scanner_.setFilter(number, generation, filter_, [=, this](const FilterProgress& progress) {
        deliver([=, this] {
            if (number == number_) showFilter(progress);
        });
    });
    deliver([=, this] {
        if (rowCount_.generation == generation) showRowCount();
    });
}

void Session::Impl::showFilter(const FilterProgress& progress) {
    if (progress.count.generation != rowCount_.generation) return;
    const bool filtered = rowCount_.filtered;
    rowCount_ = progress.count;
    rowCount_.filtered = filtered;
    rowCount_.plain = false;
    table_ = TableRows{progress.hits, !filtered};
    showRowCount();
}

void Session::Impl::showRowCount() {
    Q_EMIT session_.rowCountChanged(rowCount_);
    answerRowOf();
}

void Session::Impl::setStops(const std::vector<Stop>& stops) {
    stops_ = stops;
    startStops();
}

void Session::Impl::startStops() {
    using Answer = std::shared_ptr<const StopHits>;
    scanner_.setStops(number_, stops_, answerOnce<Answer>(searches_, [this](const Answer& hits) {
                          Q_EMIT session_.stopsChanged(hits);
                      }));
}

void Session::Impl::setWatches(const std::vector<Watch>& watches) {
    watches_.assign(watches.begin(), watches.begin() + static_cast<std::ptrdiff_t>(
                                                           std::min(watches.size(), kWatchesMax)));
    findWatched();
    startWatches();
}

void Session::Impl::findWatched() {
    watched_.assign(watches_.size(), kOutside);
    if (!summary_ || watches_.empty()) return;
    std::unordered_map<std::string_view, Rank> wanted;
    for (const Watch& watch : watches_) wanted.emplace(watch.actor, kOutside);
    for (const ActorEntry& actor : *summary_->actors)
        if (const auto at = wanted.find(actor.path); at != wanted.end() && at->second == kOutside)
            at->second = actor.rank;
    for (std::size_t i = 0; i < watches_.size(); ++i) watched_[i] = wanted[watches_[i].actor];
}

void Session::Impl::startWatches() {
    using Answer = std::shared_ptr<const WatchLanes>;
    scanner_.setWatches(number_, watches_, watched_,
                        answerOnce<Answer>(follows_, [this](const Answer& lanes) {
                            Q_EMIT session_.watchesChanged(lanes);
                        }));
}

void Session::Impl::setKeptQueries(std::vector<KeptQuery> queries) {
    if (!summary_) return;
    if (queries.size() > kKeptQueriesMax) queries.resize(kKeptQueriesMax);
    using Answer = std::shared_ptr<const QueryLanes>;
    queryLanes_.set(number_, summary_->path, queries,
                    answerOnce<Answer>(keptQueries_, [this](const Answer& lanes) {
                        Q_EMIT session_.queryLanesChanged(lanes);
                    }));
}

void Session::Impl::requestRowOf(Position position) {
    rowOf_ = position;
    deliver([this] { answerRowOf(); });
}

void Session::Impl::answerRowOf() {
    if (!rowOf_) return;
    const std::uint64_t rows = rowCount_.rows;
    const std::uint64_t row = table_.rowOf(*rowOf_);
    if (row >= rows && !rowCount_.complete) return;
    const Position asked = *std::exchange(rowOf_, std::nullopt);
    if (rows != 0) Q_EMIT session_.rowFound(asked.value, std::min(row, rows - 1));
}

void Session::Impl::requestArrows(Rank rank, Position begin, Position end) {
    using Answer = std::shared_ptr<const ArrowSet>;
    scanner_.arrows(number_, rank, begin, end,
                    answerOnce<Answer>(arrows_, [this](const Answer& arrows) {
                        Q_EMIT session_.arrowsReady(arrows);
                    }));
}

void Session::Impl::requestClosure(Position event) {
    using Answer = std::shared_ptr<const ArrowSet>;
    scanner_.closure(number_, event, answerOnce<Answer>(arrows_, [this](const Answer& arrows) {
                         Q_EMIT session_.arrowsReady(arrows);
                     }));
}

void Session::Impl::requestActors(const QString& text) {
    using Answer = std::shared_ptr<const ActorMatches>;
    reading_.actors(RequestKind::kActors, number_, text.toLower().toStdString(),
                    answerOnce<Answer>(actors_, [this](const Answer& matches) {
                        Q_EMIT session_.actorsMatched(matches);
                    }));
}

void Session::Impl::requestLaneActors(const QString& text) {
    using Answer = std::shared_ptr<const ActorMatches>;
    reading_.actors(RequestKind::kLaneActors, number_, text.toLower().toStdString(),
                    answerOnce<Answer>(laneActors_, [this](const Answer& matches) {
                        Q_EMIT session_.laneActorsMatched(matches);
                    }));
}

void Session::Impl::requestLaneGroups(const std::shared_ptr<const LaneGroups::Members>& members) {
    if (!lanes_) return;
    using Answer = std::shared_ptr<const LaneGroups>;
    scanner_.laneGroups(number_, lanes_, members,
                        answerOnce<Answer>(laneGroups_, [this](const Answer& groups) {
                            Q_EMIT session_.laneGroupsReady(groups);
                        }));
}

bool Session::Impl::requestSums(Position begin, Position end) {
    if (!lanes_ || !lanes_->sums) return false;
    using Answer = std::shared_ptr<const TimelineSums>;
    scanner_.sums(
        number_, lanes_->sums, begin, end,
        answerOnce<Answer>(sums_, [this](const Answer& sums) { Q_EMIT session_.sumsReady(sums); }));
    return true;
}

void Session::Impl::requestRegions(Position position, const std::vector<Rank>& ranks) {
    using Answer = std::shared_ptr<const RegionsMoment>;
    reading_.regions(number_, position, ranks,
                     answerOnce<Answer>(regions_, [this](const Answer& regions) {
                         Q_EMIT session_.regionsReady(regions);
                     }));
}

void Session::Impl::requestNeighbour(Rank rank, Position position, bool forward) {
    using Answer = NeighbourAnswer;
    reading_.neighbour(number_, rank, position, forward,
                       answerOnce<Answer>(neighbours_, [this, forward](const Answer& found) {
                           if (found.position)
                               Q_EMIT session_.navigated(found.position->value);
                           else
                               Q_EMIT session_.navigationEnded(forward,
                                                               QString::fromStdString(found.error));
                       }));
}

void Session::Impl::requestTurn(Position position) {
    reading_.turnBehind(number_, position,
                        answerOnce<NeighbourAnswer>(neighbours_, [this](const auto& found) {
                            Q_EMIT session_.turnFound(found.position.value_or(Position{}).value,
                                                      QString::fromStdString(found.error));
                        }));
}

void Session::Impl::requestCauses(Position position) {
    using Answer = std::shared_ptr<const CauseChain>;
    reading_.causes(number_, position, answerOnce<Answer>(causes_, [this](const Answer& chain) {
                        Q_EMIT session_.causesReady(chain);
                    }));
}

void Session::Impl::requestEffects(Position position) {
    using Answer = std::shared_ptr<const EffectList>;
    scanner_.effects(number_, position,
                     [this, mine = effects_.number, number = number_](const Answer& effects) {
                         deliver([=, this] {
                             if (effects_.number == mine && number_ == number)
                                 Q_EMIT session_.effectsReady(effects);
                         });
                     });
}

void Session::Impl::forgetEffects() {
    ++effects_.number;
    scanner_.forgetEffects();
}

void Session::Impl::requestSpaceTime(const SpaceTimeQuestion& question) {
    using Answer = std::shared_ptr<const SpaceTime>;
    scanner_.spaceTime(number_, question,
                       answerOnce<Answer>(spaceTimes_, [this](const Answer& picture) {
                           Q_EMIT session_.spaceTimeReady(picture);
                       }));
}

void Session::Impl::forgetSpaceTime() {
    ++spaceTimes_.number;
    scanner_.forgetSpaceTime();
}

void Session::Impl::requestLastWrite(Rank rank, const FieldSteps& field, Position upTo) {
    using Answer = std::shared_ptr<const LastWrite>;
    reading_.lastWrite(number_, rank, field, upTo,
                       answerOnce<Answer>(writes_, [this](const Answer& write) {
                           Q_EMIT session_.lastWriteReady(write);
                       }));
}

void Session::Impl::forgetLastWrite() {
    ++writes_.number;
    reading_.forgetLastWrite();
}

void Session::Impl::forgetNeighbour() {
    ++neighbours_.number;
    reading_.forgetNeighbour();
}

// ---- Long operations ----------------------------------------------------------------------------

LongWork::Progress Session::Impl::progressOf(const Newest& newest) {
    return [this, &newest, mine = newest.number](const char* what, double fraction) {
        deliver([=, this, &newest] {
            if (newest.number == mine)
                Q_EMIT session_.longProgress(QString::fromUtf8(what), fraction);
        });
    };
}

void Session::Impl::reexecute(Position position) {
    if (!summary_) return failReplay(kNoTrace);
    using Answer = std::shared_ptr<const ReplayReport>;
    auto answer = answerOnce<Answer>(replays_, [this](const Answer& report) {
        replaying_ = false;
        Q_EMIT session_.replayDone(report);
    });
    replaying_ = true;
    long_.replay(summary_->path, position, progressOf(replays_), answer);
}

void Session::Impl::diffWith(const QString& otherPath) {
    if (!summary_) return failDiff(kNoTrace, otherPath.toStdString());
    using Answer = std::shared_ptr<const DiffReport>;
    auto answer = answerOnce<Answer>(diffs_, [this](const Answer& report) {
        diffing_ = report->counts == DiffReport::Counts::kToCome;
        diffFound_ = diffing_ ? report : nullptr;
        diffing_ ? Q_EMIT session_.diffFound(report) : Q_EMIT session_.diffDone(report);
    });
    diffing_ = true;
    diffFound_ = nullptr;
    diffPath_ = otherPath.toStdString();
    long_.diff(summary_->path, diffPath_, progressOf(diffs_), answer);
}

void Session::Impl::materialise(const QString& file, recorder::Stretch stretch,
                                const QString& trace) {
    if (!summary_) return failMaterialise(kNoTrace);
    using Answer = std::shared_ptr<const MaterialiseReport>;
    auto answer = answerOnce<Answer>(materialises_, [this](const Answer& report) {
        materialising_ = false;
        Q_EMIT session_.materialised(report);
    });
    materialising_ = true;
    const auto progress = [this, mine = materialises_.number](const char*, double fraction) {
        deliver([=, this] {
            if (materialises_.number == mine) Q_EMIT session_.materialiseProgress(fraction);
        });
    };
    const std::string path = trace.isEmpty() ? summary_->path : trace.toStdString();
    long_.materialise(path, file.toStdString(), stretch, progress, answer);
}

void Session::Impl::save(const QString& file, Saving how) {
    if (!summary_) return;
    const auto answer = answerOnce<CopyReport>(
        copies_, [this](const CopyReport& report) { Q_EMIT session_.copySaved(report); });
    if (how == Saving::kCopy)
        long_.copy(summary_->path, file.toStdString(), answer);
    else
        long_.recover(summary_->path, file.toStdString(), answer);
}

void Session::Impl::cancelLong() {
    long_.cancel();
    if (std::exchange(materialising_, false)) failMaterialise(kCancelled);
    if (std::exchange(replaying_, false)) failReplay(kCancelled);
    if (std::exchange(diffing_, false)) failDiff(kCancelled, diffPath_);
}

void Session::Impl::forgetLong() {
    long_.cancel();
    replaying_ = diffing_ = materialising_ = false;
    diffFound_ = nullptr;
    ++replays_.number;
    ++diffs_.number;
    ++materialises_.number;
}

// ---- Bookmarks ----------------------------------------------------------------------------------

namespace {

template <class Notes>
NotesState stateOf(const Notes& notes) {
    return {0, notes.waiting + notes.waitingBefore,
            notes.waiting != 0 ? notes.problem : notes.problemBefore};
}

}  // namespace

BookmarkWork::Answer Session::Impl::bookmarksOfThis(Counts counts) {
    const std::size_t one = counts == Counts::kYes ? 1 : 0;
    notesUnanswered_ += one;
    return [this, one, number = number_](std::shared_ptr<const Bookmarks> bookmarks) {
        deliver([this, one, number, bookmarks = std::move(bookmarks)] {
            notesUnanswered_ -= one;
            bookmarksKept_ = stateOf(*bookmarks);
            if (number_ == number) Q_EMIT session_.bookmarksChanged(bookmarks);
            Q_EMIT session_.notesStateChanged();
        });
    };
}

NotebookWork::Answer Session::Impl::notebookOfThis(Counts counts) {
    const std::size_t one = counts == Counts::kYes ? 1 : 0;
    notesUnanswered_ += one;
    return [this, one, number = number_](std::shared_ptr<const Notebook> notebook) {
        deliver([this, one, number, notebook = std::move(notebook)] {
            notesUnanswered_ -= one;
            notebookKept_ = stateOf(*notebook);
            if (number_ == number) Q_EMIT session_.notebookChanged(notebook);
            Q_EMIT session_.notesStateChanged();
        });
    };
}

NotesState Session::Impl::notesState() const {
    return {notesUnanswered_, bookmarksKept_.waiting + notebookKept_.waiting,
            bookmarksKept_.waiting != 0 ? bookmarksKept_.problem : notebookKept_.problem};
}

void Session::Impl::savePage(const NotebookPage& page) {
    notebook_.write(page, [this](const CopyReport& report) {
        deliver([this, report] { Q_EMIT session_.textSaved(report); });
    });
}

void Session::Impl::saveText(const QString& file, const QString& text) {
    bookmarks_.write(file.toStdString(), text.toStdString(), [this](const CopyReport& report) {
        deliver([this, report] { Q_EMIT session_.textSaved(report); });
    });
}

// ---- Questions in SQL ---------------------------------------------------------------------------

void Session::Impl::requestQuery(const QString& sql, const QueryBudget& budget) {
    if (!summary_) return failQuery(kNoTrace, sql.toStdString());
    using Answer = std::shared_ptr<const QueryAnswer>;
    query_.ask(number_, summary_->path, sql.toStdString(), budget,
               answerOnce<Answer>(
                   queries_, [this](const Answer& answer) { Q_EMIT session_.queryReady(answer); }));
}

void Session::Impl::failQuery(const char* why, const std::string& sql) {
    ++queries_.number;
    auto answer = std::make_shared<QueryAnswer>();
    answer->sql = sql;
    answer->error = why;
    deliver([this, answer] { Q_EMIT session_.queryReady(answer); });
}

void Session::Impl::failReplay(const char* why) {
    ++replays_.number;
    auto report = std::make_shared<ReplayReport>();
    report->error = why;
    deliver([this, report] { Q_EMIT session_.replayDone(report); });
}

void Session::Impl::failMaterialise(const char* why) {
    ++materialises_.number;
    auto report = std::make_shared<MaterialiseReport>();
    if (summary_) report->path = summary_->path;
    report->error = why;
    deliver([this, report] { Q_EMIT session_.materialised(report); });
}

void Session::Impl::failDiff(const char* why, const std::string& otherPath) {
    ++diffs_.number;
    auto report = std::make_shared<DiffReport>();
    // Where they part is known, and stays.
    if (const auto found = std::exchange(diffFound_, nullptr)) *report = *found;
    if (summary_) report->pathA = summary_->path;
    report->pathB = otherPath;
    report->counts = DiffReport::Counts::kNone;
    report->error = why;
    deliver([this, report] { Q_EMIT session_.diffDone(report); });
}

// ---- The session --------------------------------------------------------------------------------

Session::Session(QObject* parent) : QObject(parent), impl_(std::make_unique<Impl>(*this)) {}
// What the workers have queued for the GUI thread dies with the QObject, after they are joined.
Session::~Session() = default;

void Session::openTrace(const QString& path) {
    impl_->openTrace(path);
}
std::shared_ptr<const TraceSummary> Session::trace() const {
    return impl_->summary();
}

void Session::runElsewhere(std::vector<std::string> command) {
    impl_->runElsewhere(std::move(command));
}
void Session::startRun(const recorder::RunRequest& request, bool paused) {
    impl_->startRun(request, paused);
}
void Session::pauseRun() {
    impl_->run().pause();
}
void Session::resumeRun() {
    impl_->run().resume();
}
void Session::stepRun(int rounds) {
    impl_->run().step(static_cast<std::uint64_t>(std::max(rounds, 0)));
}
void Session::stepRunTurnOf(Rank actor) {
    impl_->run().stepTurnOf(actor);
}
void Session::stopRun() {
    impl_->run().stop();
}
void Session::setRunStops(const std::vector<std::string>& conditions) {
    impl_->run().setStops(conditions);
}

void Session::requestMoment(Position position, Rank selected) {
    impl_->requestMoment(position, selected);
}
void Session::requestBase(Position position, Rank selected) {
    impl_->requestBase(position, selected);
}
void Session::requestRows(std::uint64_t firstRow, std::uint32_t count) {
    impl_->requestRows(firstRow, count);
}
void Session::setFilter(const EventFilter& filter) {
    impl_->setFilter(filter);
}
void Session::requestRowOf(Position position) {
    impl_->requestRowOf(position);
}
void Session::requestArrows(Rank rank, Position begin, Position end) {
    impl_->requestArrows(rank, begin, end);
}
void Session::requestClosure(Position event) {
    impl_->requestClosure(event);
}
void Session::requestActors(const QString& text) {
    impl_->requestActors(text);
}
void Session::requestLaneActors(const QString& text) {
    impl_->requestLaneActors(text);
}
void Session::requestLaneGroups(std::shared_ptr<const LaneGroups::Members> members) {
    impl_->requestLaneGroups(members);
}
bool Session::requestSums(Position begin, Position end) {
    return impl_->requestSums(begin, end);
}
void Session::requestRegions(Position position, const std::vector<Rank>& ranks) {
    impl_->requestRegions(position, ranks);
}
void Session::requestNeighbour(Rank rank, Position position, bool forward) {
    impl_->requestNeighbour(rank, position, forward);
}
void Session::requestTurn(Position position) {
    impl_->requestTurn(position);
}
void Session::forgetNeighbour() {
    impl_->forgetNeighbour();
}

void Session::addBookmark(Position position, const QString& name) {
    if (!impl_->summary()) return;
    impl_->bookmarks().add({0, position, name.toStdString(), {}}, impl_->bookmarksOfThis());
}
void Session::changeBookmark(const Bookmark& bookmark) {
    if (impl_->summary()) impl_->bookmarks().change(bookmark, impl_->bookmarksOfThis());
}
void Session::removeBookmark(std::int64_t id) {
    if (impl_->summary()) impl_->bookmarks().remove(id, impl_->bookmarksOfThis());
}

void Session::addFinding(const Finding& finding) {
    if (impl_->summary()) impl_->notebook().add(finding, impl_->notebookOfThis());
}
void Session::changeFinding(const Finding& finding) {
    if (impl_->summary()) impl_->notebook().change(finding, impl_->notebookOfThis());
}
void Session::removeFinding(std::int64_t id) {
    if (impl_->summary()) impl_->notebook().remove(id, impl_->notebookOfThis());
}
void Session::moveFinding(std::int64_t id, std::size_t to) {
    if (impl_->summary()) impl_->notebook().move(id, to, impl_->notebookOfThis());
}
void Session::saveNotes() {
    if (!impl_->summary()) return;
    impl_->bookmarks().again(impl_->bookmarksOfThis());
    impl_->notebook().again(impl_->notebookOfThis());
}
void Session::lookAtNotes() {
    if (!impl_->summary()) return;
    impl_->bookmarks().look(impl_->bookmarksOfThis(Impl::Counts::kNo));
    impl_->notebook().look(impl_->notebookOfThis(Impl::Counts::kNo));
}
NotesState Session::notesState() const {
    return impl_->notesState();
}
void Session::savePage(const NotebookPage& page) {
    impl_->savePage(page);
}

void Session::saveText(const QString& file, const QString& text) {
    impl_->saveText(file, text);
}

void Session::setStops(const std::vector<Stop>& stops) {
    impl_->setStops(stops);
}

void Session::setWatches(const std::vector<Watch>& watches) {
    impl_->setWatches(watches);
}

void Session::setKeptQueries(const std::vector<KeptQuery>& queries) {
    impl_->setKeptQueries(queries);
}

void Session::requestCauses(Position position) {
    impl_->requestCauses(position);
}
void Session::requestEffects(Position position) {
    impl_->requestEffects(position);
}
void Session::forgetEffects() {
    impl_->forgetEffects();
}
void Session::requestSpaceTime(const SpaceTimeQuestion& question) {
    impl_->requestSpaceTime(question);
}
void Session::forgetSpaceTime() {
    impl_->forgetSpaceTime();
}
void Session::requestLastWrite(Rank rank, const FieldSteps& field, Position upTo) {
    impl_->requestLastWrite(rank, field, upTo);
}
void Session::forgetLastWrite() {
    impl_->forgetLastWrite();
}
void Session::requestQuery(const QString& sql, const QueryBudget& budget) {
    impl_->requestQuery(sql, budget);
}
void Session::cancelQuery() {
    impl_->cancelQuery();
}

void Session::reexecute(Position position) {
    impl_->reexecute(position);
}
void Session::diffWith(const QString& otherPath) {
    impl_->diffWith(otherPath);
}
void Session::materialise(const QString& file, recorder::Stretch stretch, const QString& trace) {
    impl_->materialise(file, stretch, trace);
}
void Session::saveCopy(const QString& file) {
    impl_->save(file, Impl::Saving::kCopy);
}
void Session::saveRecovered(const QString& file) {
    impl_->save(file, Impl::Saving::kRecovered);
}
void Session::cancelLong() {
    impl_->cancelLong();
}

}  // namespace ariadne::studio
