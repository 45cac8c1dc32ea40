// Questions in SQL: where their rows lead, and those that are kept as lanes.
#include "studio/app/main_window.h"
#include "studio/app/status_line.h"
#include "studio/models/text.h"
#include "studio/session/query_work.h"
#include "studio/session/row_moments.h"
#include "studio/views/minimap.h"
#include "studio/views/query_pane.h"
#include "studio/views/timeline_view.h"

#include <QDockWidget>

#include <algorithm>
#include <utility>

namespace ariadne::studio {

void MainWindow::connectQuery() {
    const QString askedKey = QStringLiteral("askedBefore");
    query_->setTables(queryTables());
    query_->setAskedBefore(settings_.value(askedKey).toStringList());
    connect(query_, &QueryPane::asked, this, [this](const QString& sql, const QueryBudget& budget) {
        session_->requestQuery(sql, budget);
    });
    connect(query_, &QueryPane::cancelRequested, this, [this] { session_->cancelQuery(); });
    connect(query_, &QueryPane::positionRequested, this,
            [this](quint64 position) { goTo({position}); });
    connect(query_, &QueryPane::actorRequested, this, &MainWindow::goToActorOfRow);
    connect(query_, &QueryPane::keepRequested, this, &MainWindow::keepQuery);
    connect(query_, &QueryPane::askedBeforeChanged, this,
            [this, askedKey] { settings_.setValue(askedKey, query_->askedBefore()); });
    connect(session_.get(), &Session::queryReady, this,
            [this](std::shared_ptr<const QueryAnswer> answer) {
                if (answer->error.empty()) did(TourAct::kLookedElse);
                query_->setAnswer(std::move(answer));
                showQueryHits();
                Q_EMIT answered();
            });
    connect(session_.get(), &Session::queryLanesChanged, this,
            [this](std::shared_ptr<const QueryLanes> lanes) {
                keptAsked_ = std::find(lanes->begin(), lanes->end(), nullptr) != lanes->end();
                queryLanes_ = lanes;
                timeline_->setQueries(std::move(lanes));
                showQueryHits();
                Q_EMIT answered();
            });
}

void MainWindow::showQueryPane() {
    queryDock_->show();
    queryDock_->raise();
    query_->focusQuestion();
}

/// Selects whom a row is about. When it does not say when, to what that one did last so far.
void MainWindow::goToActorOfRow(const QString& path, bool hasMoment) {
    if (!summary_) return;
    const std::string wanted = path.toStdString();
    const std::vector<ActorEntry>& actors = *summary_->actors;
    const auto at = std::find_if(actors.begin(), actors.end(), [&](const ActorEntry& actor) {
        return actor.rank != kOutside && actor.path == wanted;
    });
    if (at == actors.end())
        return status_->setProgress(tr("No actor of this trace is called %1").arg(path));
    if (hasMoment)
        select(at->rank);
    else
        goToLastOf(at->rank);
}

/// Under the name of one that is there, in its place.
void MainWindow::keepQuery(const KeptQuery& query) {
    if (!summary_) return;
    const LaneKey key = queryKey(query);
    if (key.size() > kKeptQueryBytesMax)
        return query_->sayKept(tr("The question has %1 bytes, a lane can keep %2: make it shorter")
                                   .arg(groupedText(key.size()), groupedText(kKeptQueryBytesMax)),
                               true);
    LaneChoices wanted = laneChoices_;
    const auto same =
        std::find_if(wanted.pinned.begin(), wanted.pinned.end(), [&](const LaneKey& other) {
            const auto kept = queryOf(other);
            return kept && kept->name == query.name;
        });
    if (same != wanted.pinned.end())
        *same = key;
    else if (wanted.queries().size() >= kKeptQueriesMax)
        return query_->sayKept(
            tr("%1 questions are kept already, as many as there can be: remove one of their lanes")
                .arg(kKeptQueriesMax),
            true);
    else
        wanted.pinned.push_back(key);
    chooseLanes(wanted);
    timeline_->setCurrentLane(key);
    timeline_->revealCurrentLane();
    query_->sayKept(tr("Kept as the lane “%1”, %2 of at most %3; each trace of the program has it")
                        .arg(textOf(query.name), groupedText(wanted.queries().size()),
                             groupedText(kKeptQueriesMax)),
                    false);
}

void MainWindow::followQueries() {
    const std::vector<KeptQuery> wanted = laneChoices_.queries();
    query_->setKept(wanted);
    if (std::is_permutation(wanted.begin(), wanted.end(), kept_.begin(), kept_.end())) return;
    kept_ = wanted;
    keptAsked_ = true;
    session_->setKeptQueries(kept_);
}

void MainWindow::forgetQueries() {
    kept_.clear();
    queryLanes_.reset();
    keptAsked_ = false;
    timeline_->setQueries(nullptr);
    showQueryHits();
}

/// Of those that are kept, and of the answer that stands in the pane.
void MainWindow::showQueryHits() {
    std::vector<std::uint64_t> hits;
    if (queryLanes_) hits = positionsOf(*queryLanes_);
    if (const auto& answer = query_->rows().answer()) {
        for (std::size_t row = 0; row < answer->rows(); ++row)
            if (const auto moment = momentOfRow(*answer, row)) hits.push_back(moment->value);
        std::sort(hits.begin(), hits.end());
        hits.erase(std::unique(hits.begin(), hits.end()), hits.end());
    }
    minimap_->setQueryHits(std::move(hits));
}

/// On the lane of a question, from mark to mark. False: another lane is meant.
bool MainWindow::goToQueryMark(bool forward) {
    const QueryLane* lane = summary_ ? timeline_->currentQuery() : nullptr;
    if (lane == nullptr) return false;
    if (const QueryLane::Mark* mark = lane->next(position_, forward))
        goTo({mark->at});
    else
        status_->setProgress(forward ? tr("No later row of %1").arg(textOf(lane->of.name))
                                     : tr("No earlier row of %1").arg(textOf(lane->of.name)));
    return true;
}

void MainWindow::askCurrentQuery() {
    const auto query = queryOf(timeline_->currentLane());
    if (!query) return;
    showQueryPane();
    query_->ask(textOf(query->sql));
}

}  // namespace ariadne::studio
