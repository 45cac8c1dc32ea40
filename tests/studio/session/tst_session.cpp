// A session over files: opening, questions, long operations.
#include "recorder/history.h"
#include "studio/session/event_lines.h"
#include "studio/session/open_trace.h"
#include "studio/session/session.h"
#include "tests/studio/session/carousel.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <random>
#include <set>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace {

constexpr int kPatienceMs = 60'000;

template <class T>
T lastOf(const QSignalSpy& spy, int argument = 0) {
    return spy.last().at(argument).value<T>();
}

/// A session with a trace open in it.
class Opened {
public:
    explicit Opened(const QString& path) {
        QSignalSpy opened{&session, &Session::opened};
        session.openTrace(path);
        if (opened.isEmpty()) opened.wait(kPatienceMs);
    }
    Session session;
};

bool sameTree(const value::ValueNode& a, const value::ValueNode& b) {
    return a.name == b.name && a.text == b.text && a.typeName == b.typeName &&
           std::equal(a.children.begin(), a.children.end(), b.children.begin(), b.children.end(),
                      sameTree);
}

}  // namespace

class TestSession : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString one_;
    QString two_;
    recorder::RunDigests digests_;

    QString path(const char* name) const { return folder_.filePath(QString::fromUtf8(name)); }

    QString openFailure(const QString& file) {
        Session session;
        QSignalSpy failed{&session, &Session::openFailed};
        QSignalSpy opened{&session, &Session::opened};
        session.openTrace(file);
        if (failed.isEmpty()) failed.wait(kPatienceMs);
        if (failed.isEmpty() || !opened.isEmpty() || session.trace()) return {};
        return failed[0][1].toString();
    }

    /// What the filter lets through, by looking at each line.
    std::vector<EventLine> linesWhere(const std::function<bool(const EventLine&)>& wanted) {
        auto trace = OpenTrace::open(one_.toStdString(), 64 << 20);
        const auto options = showOptionsOf(*trace->history);
        std::vector<EventLine> out;
        for (std::uint64_t p = 1; p <= trace->last().value; ++p)
            if (EventLine line = lineAt(*trace, {p}, options); wanted(line)) out.push_back(line);
        return out;
    }

private Q_SLOTS:
    void initTestCase() {
        one_ = path("one.clew");
        two_ = path("two.clew");
        digests_ = record(carouselRequest(one_, 1));
        record(carouselRequest(two_, 2));
    }

    void goodFileIsOpened() {
        Opened opened{one_};
        const auto summary = opened.session.trace();
        QVERIFY(summary);
        QCOMPARE(summary->state, tracefmt::FileState::kClean);
        QVERIFY(summary->lastPosition.value > 4000);
        QCOMPARE(summary->stats.eventDigest, digests_.events);
        QCOMPARE(summary->meta.programId, std::string{kCarousel});
        QVERIFY2(summary->canReplay, summary->whyNoReplay.c_str());
        QCOMPARE(summary->actors->size(), std::size_t{1 + 1 + 6 + 1});
        QCOMPARE(summary->actors->at(0).path, std::string{"outside"});
        QCOMPARE(summary->failures.size(), std::size_t{1});
    }

    void missingTextAndCutFilesSayWhy() {
        QVERIFY(!openFailure(path("none.clew")).isEmpty());
        QVERIFY(!openFailure(folder_.path()).isEmpty());
        QFile text{path("text.clew")};
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write("this is no trace, it is a poem");
        text.close();
        QVERIFY(!openFailure(text.fileName()).isEmpty());
    }

    void cutFileOpensUpToTheCut() {
        QVERIFY(QFile::copy(one_, path("cut.clew")));
        QFile cut{path("cut.clew")};
        QVERIFY(cut.resize(cut.size() * 6 / 10));
        Opened opened{cut.fileName()};
        const auto summary = opened.session.trace();
        QVERIFY(summary);
        QVERIFY(summary->state != tracefmt::FileState::kClean);
        QVERIFY(!summary->damage.empty());
        QSignalSpy lanes{&opened.session, &Session::lanesReady};
        QTRY_VERIFY_WITH_TIMEOUT(
            !lanes.isEmpty() && lastOf<std::shared_ptr<const LaneIndex>>(lanes)->complete,
            kPatienceMs);
    }

    void aTurnThatNeverCameBackIsInTheSummary() {
        const tracefmt::HostNote note = recordStuck(path("hung.clew"));
        Opened hung{path("hung.clew")};
        const auto summary = hung.session.trace();
        QVERIFY(summary);
        QCOMPARE(summary->state, tracefmt::FileState::kCut);
        QCOMPARE(summary->lastPosition, note.readableTo);
        QVERIFY((summary->stuck == std::vector{recorder::NotedTurn{note, false}}));
        QVERIFY(Opened{one_}.session.trace()->stuck.empty());
    }

    void damagedChunksAreTextNotTrouble() {
        QFile good{one_};
        QVERIFY(good.open(QIODevice::ReadOnly));
        const QByteArray bytes = good.readAll();
        std::minstd_rand random{7};
        for (int round = 0; round < 12; ++round) {
            QByteArray bad = bytes;
            for (int i = 0; i < 3; ++i) {
                const auto at = static_cast<qsizetype>(random()) % bad.size();
                bad[at] = static_cast<char>(bad[at] ^ (1 << (random() % 8)));
            }
            QFile file{path("bad.clew")};
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(bad);
            file.close();
            Session session;
            QSignalSpy opened{&session, &Session::opened};
            QSignalSpy failed{&session, &Session::openFailed};
            QSignalSpy moments{&session, &Session::momentReady};
            QSignalSpy rows{&session, &Session::rowsReady};
            QSignalSpy lanes{&session, &Session::lanesReady};
            session.openTrace(file.fileName());
            QTRY_VERIFY_WITH_TIMEOUT(opened.size() + failed.size() == 1, kPatienceMs);
            if (!session.trace()) continue;
            session.requestMoment(session.trace()->lastPosition, Rank{2});
            session.requestRows(0, 50);
            QTRY_VERIFY_WITH_TIMEOUT(!moments.isEmpty() && !rows.isEmpty() && !lanes.isEmpty(),
                                     kPatienceMs);
        }
    }

    void failedOpenKeepsWhatWasOpen() {
        Opened opened{one_};
        QSignalSpy failed{&opened.session, &Session::openFailed};
        opened.session.openTrace(path("none.clew"));
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kPatienceMs);
        QCOMPARE(opened.session.trace()->path, one_.toStdString());
        QSignalSpy moments{&opened.session, &Session::momentReady};
        opened.session.requestMoment({5}, kOutside);
        QTRY_COMPARE_WITH_TIMEOUT(moments.size(), 1, kPatienceMs);
    }

    void momentsEqualHistory() {
        Opened opened{one_};
        auto direct = OpenTrace::open(one_.toStdString(), 64 << 20);
        QVERIFY(direct.ok());
        recorder::History& history = *direct->history;
        const auto options = showOptionsOf(history);
        std::mt19937 random{42};
        QSignalSpy moments{&opened.session, &Session::momentReady};
        for (int i = 0; i < 60; ++i) {
            const Position position{random() % (direct->last().value + 1)};
            const Rank rank{static_cast<std::uint32_t>(1 + random() % 8)};
            moments.clear();
            opened.session.requestMoment(position, rank);
            QTRY_COMPARE_WITH_TIMEOUT(moments.size(), 1, kPatienceMs);
            const auto moment = lastOf<std::shared_ptr<const Moment>>(moments);
            QCOMPARE(moment->error, std::string{});
            QCOMPARE(moment->position, position);
            const auto world = history.worldAt(position);
            QVERIFY(world.ok());
            QCOMPARE(moment->world.alive, world->alive);
            QCOMPARE(moment->world.waiting, world->waiting);
            QCOMPARE(moment->world.aliveCount, world->aliveCount);
            const auto cell = history.cellAt(position, rank);
            QVERIFY(cell.ok());
            QVERIFY(moment->actor);
            QCOMPARE(moment->actor->alive, cell->alive);
            QCOMPARE(moment->actor->turns, cell->turns);
            QCOMPARE(moment->actor->lastTurn, cell->lastTurn);
            QCOMPARE(moment->actor->mailbox.size(), cell->mailbox.size() + cell->stash.size());
            QCOMPARE(moment->actor->changedPaths.size(), cell->changed.size());
            if (cell->born)
                QVERIFY(sameTree(moment->actor->state,
                                 cell->state.show(direct->reader->types(), options)));
            if (position.value == 0) {
                QVERIFY(!moment->event);
                continue;
            }
            const auto row = history.rowAt(position);
            QCOMPARE(moment->event->text, *history.describe(row->row));
            QCOMPARE(moment->causeLine.has_value(), row->row.cause.value != 0);
            for (const EventLine& effect : moment->effects) QCOMPARE(effect.cause, position);
        }
    }

    void effectsOfATurnAreItsRows() {
        Opened opened{one_};
        QSignalSpy moments{&opened.session, &Session::momentReady};
        // 1 is the root's birth, 2 the arguments, 3 the root's first turn.
        opened.session.requestMoment({3}, Rank{1});
        QTRY_COMPARE_WITH_TIMEOUT(moments.size(), 1, kPatienceMs);
        const auto moment = lastOf<std::shared_ptr<const Moment>>(moments);
        QCOMPARE(moment->event->kind, EventKind::kDeliver);
        // 6 riders, 6 links, glass, monitor, 2 + 4 tokens.
        QCOMPARE(moment->effects.size(), std::size_t{20});
        QCOMPARE(moment->message.children.size(), std::size_t{3});
        QCOMPARE(moment->actor->path, opened.session.trace()->actors->at(1).path);
        QVERIFY(moment->actor->born);
        QVERIFY(!moment->actor->changedPaths.empty());
    }

    void positionBeyondTheEndIsAnErrorText() {
        Opened opened{one_};
        QSignalSpy moments{&opened.session, &Session::momentReady};
        opened.session.requestMoment({opened.session.trace()->lastPosition.value + 1}, Rank{1});
        QTRY_COMPARE_WITH_TIMEOUT(moments.size(), 1, kPatienceMs);
        QVERIFY(!lastOf<std::shared_ptr<const Moment>>(moments)->error.empty());
    }

    void newestMomentWins() {
        Opened opened{one_};
        QSignalSpy moments{&opened.session, &Session::momentReady};
        const std::uint64_t last = opened.session.trace()->lastPosition.value;
        for (std::uint64_t i = 0; i < 1000; ++i) opened.session.requestMoment({i % last}, Rank{1});
        opened.session.requestMoment({77}, Rank{2});
        QTRY_VERIFY_WITH_TIMEOUT(!moments.isEmpty(), kPatienceMs);
        // Nothing was delivered while the requests were made, and all but the last were overtaken.
        QCOMPARE(moments.size(), 1);
        QCOMPARE(lastOf<std::shared_ptr<const Moment>>(moments)->position, Position{77});
    }

    void aMomentAskedAgainIsAnsweredEachTime() {
        Opened opened{one_};
        QSignalSpy moments{&opened.session, &Session::momentReady};
        const auto answered = [&](Position position, int times) {
            return QTest::qWaitFor([&] { return moments.size() == times; }, kPatienceMs) &&
                   lastOf<std::shared_ptr<const Moment>>(moments)->position == position;
        };
        // While it is on its way there is one answer to both.
        opened.session.requestMoment({77}, Rank{2});
        opened.session.requestMoment({77}, Rank{2});
        QVERIFY(answered({77}, 1));
        opened.session.requestMoment({77}, Rank{2});
        QVERIFY(answered({77}, 2));
        // Overtaken by another and asked again.
        for (const std::uint64_t at : {5u, 6u, 5u}) opened.session.requestMoment({at}, Rank{2});
        QVERIFY(answered({5}, 3));
        // Of another trace, or of the same one once more.
        opened.session.requestMoment({5}, Rank{2});
        QSignalSpy again{&opened.session, &Session::opened};
        opened.session.openTrace(one_);
        QTRY_COMPARE_WITH_TIMEOUT(again.size(), 1, kPatienceMs);
        moments.clear();
        opened.session.requestMoment({5}, Rank{2});
        QVERIFY(answered({5}, 1));
    }

    void rowsAreTheEventsInOrder() {
        Opened opened{one_};
        QSignalSpy pages{&opened.session, &Session::rowsReady};
        opened.session.requestRows(100, 50);
        QTRY_COMPARE_WITH_TIMEOUT(pages.size(), 1, kPatienceMs);
        const auto page = lastOf<std::shared_ptr<const EventPage>>(pages);
        QCOMPARE(page->firstRow, 100u);
        QCOMPARE(page->lines.size(), std::size_t{50});
        for (std::size_t i = 0; i < 50; ++i) QCOMPARE(page->lines[i].seq, Position{101 + i});
        const std::uint64_t last = opened.session.trace()->lastPosition.value;
        opened.session.requestRows(last - 3, 50);
        QTRY_COMPARE_WITH_TIMEOUT(pages.size(), 2, kPatienceMs);
        QCOMPARE(lastOf<std::shared_ptr<const EventPage>>(pages)->lines.size(), std::size_t{3});
        opened.session.requestRows(last + 100, 50);
        QTRY_COMPARE_WITH_TIMEOUT(pages.size(), 3, kPatienceMs);
        QVERIFY(lastOf<std::shared_ptr<const EventPage>>(pages)->lines.empty());
    }

    void filterFindsWhatLooksLikeIt_data() {
        QTest::addColumn<int>("which");
        QTest::newRow("kind") << 0;
        QTest::newRow("actor") << 1;
        QTest::newRow("text") << 2;
        QTest::newRow("all") << 3;
        QTest::newRow("nothing") << 4;
    }
    void filterFindsWhatLooksLikeIt() {
        QFETCH(int, which);
        EventFilter filter;
        if (which == 0 || which == 3) filter.kinds = {EventKind::kSend, EventKind::kFail};
        if (which == 1 || which == 3) filter.actorGlob = "*/rider#*";
        if (which == 2 || which == 3) filter.text = "TOKEN 1";
        if (which == 4) filter.text = "no line says this";
        Opened opened{one_};
        const auto& actors = *opened.session.trace()->actors;
        const auto expected = linesWhere([&](const EventLine& line) {
            if (!filter.kinds.empty() && std::find(filter.kinds.begin(), filter.kinds.end(),
                                                   line.kind) == filter.kinds.end())
                return false;
            if (!filter.actorGlob.empty() &&
                !recorder::globMatches(filter.actorGlob, actors[line.cell.value].path) &&
                !recorder::globMatches(filter.actorGlob, actors[line.peer.value].path))
                return false;
            const QString needle = QString::fromStdString(filter.text);
            return QString::fromStdString(line.text).contains(needle, Qt::CaseInsensitive) ||
                   QString::fromStdString(line.change).contains(needle, Qt::CaseInsensitive);
        });
        QCOMPARE(expected.empty(), which == 4);

        QSignalSpy counts{&opened.session, &Session::rowCountChanged};
        opened.session.setFilter(filter);
        QTRY_VERIFY_WITH_TIMEOUT(!counts.isEmpty() && lastOf<RowCount>(counts).complete &&
                                     lastOf<RowCount>(counts).filtered,
                                 kPatienceMs);
        QCOMPARE(lastOf<RowCount>(counts).rows, expected.size());

        QSignalSpy pages{&opened.session, &Session::rowsReady};
        opened.session.requestRows(0, 1000);
        QTRY_COMPARE_WITH_TIMEOUT(pages.size(), 1, kPatienceMs);
        const auto page = lastOf<std::shared_ptr<const EventPage>>(pages);
        QCOMPARE(page->generation, lastOf<RowCount>(counts).generation);
        QCOMPARE(page->lines.size(), std::min<std::size_t>(1000, expected.size()));
        for (std::size_t i = 0; i < page->lines.size(); ++i) {
            QCOMPARE(page->lines[i].seq, expected[i].seq);
            QCOMPARE(page->lines[i].text, expected[i].text);
        }
        if (which == 4) return;

        QSignalSpy found{&opened.session, &Session::rowFound};
        opened.session.requestRowOf({expected[2].seq.value});
        QTRY_COMPARE_WITH_TIMEOUT(found.size(), 1, kPatienceMs);
        QCOMPARE(found[0][1].toULongLong(), 2u);
    }

    void aFilterMayBeACondition() {
        Opened opened{one_};
        const auto rowsOf = [&](const EventFilter& filter) {
            QSignalSpy counts{&opened.session, &Session::rowCountChanged};
            opened.session.setFilter(filter);
            const bool done = QTest::qWaitFor(
                [&] {
                    return !counts.isEmpty() && lastOf<RowCount>(counts).complete &&
                           lastOf<RowCount>(counts).filtered;
                },
                kPatienceMs);
            return done ? lastOf<RowCount>(counts) : RowCount{};
        };
        EventFilter byText, byCondition;
        byText.kinds = byCondition.kinds = {EventKind::kSend};
        byText.text = "Token";
        byCondition.text = "where type = Token";
        const RowCount rows = rowsOf(byText);
        QVERIFY(rows.rows > 0);
        QCOMPARE(rowsOf(byCondition).rows, rows.rows);
        // States are those of the whole run, whatever else is left out.
        byCondition = {};
        byCondition.text = "where changed.seen and state.seen > 200 and not state.seen > 201";
        const std::uint64_t once = rowsOf(byCondition).rows;
        QVERIFY(once > 0);
        byCondition.text += " and actor = carousel/rider";
        QCOMPARE(rowsOf(byCondition).rows, std::uint64_t{1});
        byCondition.actorGlob = "nobody";
        QCOMPARE(rowsOf(byCondition).rows, std::uint64_t{0});
        byCondition.actorGlob.clear();
        // What cannot be understood shows nothing, and says why.
        byCondition.text = "where seen > 3";
        const RowCount none = rowsOf(byCondition);
        QCOMPARE(none.rows, std::uint64_t{0});
        QVERIFY(none.damage.find("column 1") != std::string::npos);
    }

    void filterStaysAndIsEndedByAnEmptyOne() {
        Opened opened{one_};
        QSignalSpy counts{&opened.session, &Session::rowCountChanged};
        EventFilter fails;
        fails.kinds = {EventKind::kFail};
        opened.session.setFilter(fails);
        const auto oneFound = [&] {
            if (counts.isEmpty()) return false;
            const auto count = lastOf<RowCount>(counts);
            return count.complete && count.filtered && count.rows == 1;
        };
        QTRY_VERIFY_WITH_TIMEOUT(oneFound(), kPatienceMs);
        QSignalSpy reopened{&opened.session, &Session::opened};
        counts.clear();
        opened.session.openTrace(two_);
        QTRY_COMPARE_WITH_TIMEOUT(reopened.size(), 1, kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(oneFound(), kPatienceMs);
        opened.session.setFilter({});
        QTRY_COMPARE_WITH_TIMEOUT(lastOf<RowCount>(counts).rows,
                                  opened.session.trace()->lastPosition.value, kPatienceMs);
    }

    void rowOfAPositionIsItsRow() {
        Opened opened{one_};
        QSignalSpy found{&opened.session, &Session::rowFound};
        opened.session.requestRowOf({42});
        QTRY_COMPARE_WITH_TIMEOUT(found.size(), 1, kPatienceMs);
        QCOMPARE(found[0][0].toULongLong(), 42u);
        QCOMPARE(found[0][1].toULongLong(), 41u);
    }

    void lanesHoldEveryTurn() {
        Opened opened{one_};
        QSignalSpy lanes{&opened.session, &Session::lanesReady};
        QTRY_VERIFY_WITH_TIMEOUT(
            !lanes.isEmpty() && lastOf<std::shared_ptr<const LaneIndex>>(lanes)->complete,
            kPatienceMs);
        const auto index = lastOf<std::shared_ptr<const LaneIndex>>(lanes);
        QCOMPARE(index->indexedTo, opened.session.trace()->lastPosition);
        QCOMPARE(index->lanes.size(), std::size_t{9});
        std::set<std::uint64_t> begins;
        for (const LaneIndex::Lane& lane : index->lanes) {
            std::uint64_t behind = 0;
            for (const Slice& slice : lane.slices) {
                QVERIFY(slice.begin >= behind);
                behind = slice.begin + slice.length;
                begins.insert(slice.begin);
            }
        }
        for (const EventLine& turn :
             linesWhere([](const EventLine& line) { return line.kind == EventKind::kDeliver; }))
            QVERIFY(begins.contains(turn.seq.value));
        QCOMPARE(index->failures.size(), std::size_t{1});
        QCOMPARE(index->lanes[8].slices.back().kind, SliceKind::kDropped);
        QVERIFY(index->lanes[8].endedAt.value != 0);
    }

    void arrowsConnectSendsWithTheirTurns() {
        Opened opened{one_};
        QSignalSpy arrows{&opened.session, &Session::arrowsReady};
        opened.session.requestArrows(Rank{3}, {1}, {600});
        QTRY_COMPARE_WITH_TIMEOUT(arrows.size(), 1, kPatienceMs);
        const auto set = lastOf<std::shared_ptr<const ArrowSet>>(arrows);
        QVERIFY(set->total > 5);
        QCOMPARE(set->total, set->arrows.size());
        const auto lines = linesWhere([](const EventLine&) { return true; });
        for (const Arrow& arrow : set->arrows) {
            QVERIFY(arrow.sender == Rank{3} || arrow.receiver == Rank{3});
            QVERIFY(isEnqueue(lines[arrow.from.value - 1].kind));
            QVERIFY(arrow.to.value != 0);
            QCOMPARE(lines[arrow.to.value - 1].cause, arrow.from);
        }
    }

    void tooManyArrowsAreAnEvenSample() {
        const QString file = path("many.clew");
        record(carouselRequest(file, 3, "20000"));
        Opened opened{file};
        const Position last = opened.session.trace()->lastPosition;
        QSignalSpy arrows{&opened.session, &Session::arrowsReady};
        opened.session.requestArrows(Rank{3}, {1}, last);
        QTRY_COMPARE_WITH_TIMEOUT(arrows.size(), 1, kPatienceMs);
        const auto set = lastOf<std::shared_ptr<const ArrowSet>>(arrows);
        QVERIFY(set->total > 3 * ArrowSet::kArrowsMax);
        QVERIFY(set->arrows.size() <= ArrowSet::kArrowsMax);
        QVERIFY(set->arrows.size() >= ArrowSet::kArrowsMax / 2);
        auto trace = OpenTrace::open(file.toStdString(), 64 << 20);
        std::vector<std::size_t> tenths(10);
        for (const Arrow& arrow : set->arrows) {
            ++tenths[(arrow.from.value - 1) * 10 / last.value];
            if (arrow.to.value != 0)
                QCOMPARE(trace->history->rowAt(arrow.to)->row.cause, arrow.from);
        }
        for (const std::size_t count : tenths) QVERIFY(count > set->arrows.size() / 20);
    }

    void neighbourIsTheNextEventOfTheActor() {
        Opened opened{one_};
        auto direct = OpenTrace::open(one_.toStdString(), 64 << 20);
        QSignalSpy navigated{&opened.session, &Session::navigated};
        QSignalSpy ended{&opened.session, &Session::navigationEnded};
        for (const bool forward : {true, false}) {
            const auto expected = forward ? direct->history->nextOf(Rank{4}, {900})
                                          : direct->history->previousOf(Rank{4}, {900});
            navigated.clear();
            opened.session.requestNeighbour(Rank{4}, {900}, forward);
            QTRY_COMPARE_WITH_TIMEOUT(navigated.size(), 1, kPatienceMs);
            QCOMPARE(navigated[0][0].toULongLong(), (*expected)->value);
        }
        navigated.clear();
        opened.session.requestNeighbour(Rank{4}, {0}, false);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, kPatienceMs);
        QCOMPARE(ended[0][0].toBool(), false);
        opened.session.requestNeighbour(kOutside, {10}, true);
        QTRY_COMPARE_WITH_TIMEOUT(navigated.size(), 1, kPatienceMs);
        QCOMPARE(navigated[0][0].toULongLong(), 11u);
        opened.session.requestNeighbour(kOutside, direct->last(), true);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 2, kPatienceMs);
    }

    void executingAgainIsIdentical() {
        Opened opened{one_};
        QSignalSpy done{&opened.session, &Session::replayDone};
        for (const Position from : {Position{0}, opened.session.trace()->lastPosition}) {
            done.clear();
            opened.session.reexecute(from);
            QTRY_COMPARE_WITH_TIMEOUT(done.size(), 1, kPatienceMs);
            const auto report = lastOf<std::shared_ptr<const ReplayReport>>(done);
            QCOMPARE(report->error, std::string{});
            QVERIFY2(!report->result->divergence,
                     report->result->divergence ? report->result->divergence->what.c_str() : "");
            QCOMPARE(report->result->to, opened.session.trace()->lastPosition);
        }
    }

    void otherSeedsDiffer() {
        Opened opened{one_};
        QSignalSpy done{&opened.session, &Session::diffDone};
        QSignalSpy found{&opened.session, &Session::diffFound};
        opened.session.diffWith(two_);
        QTRY_COMPARE_WITH_TIMEOUT(done.size(), 1, kPatienceMs);
        auto report = lastOf<std::shared_ptr<const DiffReport>>(done);
        QCOMPARE(report->error, std::string{});
        QVERIFY(!report->result->equal);
        QVERIFY(report->result->first);
        QVERIFY(report->result->cellsWithOtherMessages > 0);
        // Where they part was said before.
        QCOMPARE(found.size(), 1);
        const auto early = lastOf<std::shared_ptr<const DiffReport>>(found);
        QVERIFY(early->counts == DiffReport::Counts::kToCome);
        QVERIFY(report->counts == DiffReport::Counts::kThere);
        QCOMPARE(early->result->first->position, report->result->first->position);
        QCOMPARE(early->result->cellsWithOtherMessages, 0u);
        opened.session.diffWith(one_);
        QTRY_COMPARE_WITH_TIMEOUT(done.size(), 2, kPatienceMs);
        QVERIFY(lastOf<std::shared_ptr<const DiffReport>>(done)->result->equal);
        QCOMPARE(found.size(), 1);
        opened.session.diffWith(path("none.clew"));
        QTRY_COMPARE_WITH_TIMEOUT(done.size(), 3, kPatienceMs);
        QVERIFY(!lastOf<std::shared_ptr<const DiffReport>>(done)->error.empty());
    }

    void whoCancelsTheCountingKeepsWhereTheyPart() {
        Opened opened{one_};
        QSignalSpy done{&opened.session, &Session::diffDone};
        connect(&opened.session, &Session::diffFound, this, [&] { opened.session.cancelLong(); });
        opened.session.diffWith(two_);
        QTRY_COMPARE_WITH_TIMEOUT(done.size(), 1, kPatienceMs);
        auto report = lastOf<std::shared_ptr<const DiffReport>>(done);
        QCOMPARE(report->error, std::string{"cancelled"});
        QVERIFY(report->counts == DiffReport::Counts::kNone);
        QVERIFY(report->result && report->result->first);
        // And of the next one that is cancelled at once there is nothing.
        disconnect(&opened.session, &Session::diffFound, this, nullptr);
        opened.session.diffWith(two_);
        opened.session.cancelLong();
        QTRY_COMPARE_WITH_TIMEOUT(done.size(), 2, kPatienceMs);
        QVERIFY(!lastOf<std::shared_ptr<const DiffReport>>(done)->result);
    }

    void cancelledWorkSaysSo() {
        Opened opened{one_};
        QSignalSpy replays{&opened.session, &Session::replayDone};
        QSignalSpy diffs{&opened.session, &Session::diffDone};
        opened.session.reexecute({0});
        opened.session.diffWith(two_);
        opened.session.cancelLong();
        QTRY_VERIFY_WITH_TIMEOUT(replays.size() == 1 && diffs.size() == 1, kPatienceMs);
        QCOMPARE(lastOf<std::shared_ptr<const ReplayReport>>(replays)->error,
                 std::string{"cancelled"});
        QCOMPARE(lastOf<std::shared_ptr<const DiffReport>>(diffs)->error, std::string{"cancelled"});
    }

    void withoutATraceLongWorkIsRefused() {
        Session session;
        QSignalSpy replays{&session, &Session::replayDone};
        session.reexecute({0});
        session.requestMoment({1}, Rank{1});
        session.requestRows(0, 10);
        session.requestArrows(Rank{1}, {1}, {5});
        QTRY_COMPARE_WITH_TIMEOUT(replays.size(), 1, kPatienceMs);
        QVERIFY(!lastOf<std::shared_ptr<const ReplayReport>>(replays)->error.empty());
    }

    void destructionJoinsWhateverGoesOn() {
        for (int i = 0; i < 10; ++i) {
            auto opened = std::make_unique<Opened>(one_);
            EventFilter filter;
            filter.text = "token";
            opened->session.setFilter(filter);
            opened->session.requestMoment({900}, Rank{2});
            opened->session.requestArrows(Rank{2}, {1}, {100'000});
            opened->session.reexecute({0});
            opened->session.diffWith(two_);
            opened->session.openTrace(two_);
            if (i % 2 == 0) QTest::qWait(i);
            opened.reset();
        }
    }
};

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
