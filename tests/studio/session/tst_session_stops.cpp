// Breakpoints over the open trace: what they stop at, what is wrong with them, and whose answer it
// is.
#include "studio/session/session.h"
#include "studio/session/stop_scan.h"
#include "tests/studio/session/carousel.h"

#include <QSignalSpy>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace {

constexpr int kPatienceMs = 60'000;
using Hits = std::shared_ptr<const StopHits>;

class Opened {
public:
    explicit Opened(const QString& path) {
        QObject::connect(&session, &Session::stopsChanged, &session,
                         [this](const Hits& changed) { hits = changed; });
        open(path);
    }
    void open(const QString& path) {
        QSignalSpy opened{&session, &Session::opened};
        session.openTrace(path);
        if (opened.isEmpty()) opened.wait(kPatienceMs);
    }
    /// Until all was searched for these.
    Hits stopAt(const std::vector<Stop>& stops) {
        hits.reset();
        session.setStops(stops);
        complete();
        return hits;
    }
    void complete() {
        const bool done = QTest::qWaitFor([this] { return hits && hits->complete; }, kPatienceMs);
        if (!done) qFatal("the search did not end");
    }
    /// Positions that SQL gives.
    std::vector<std::uint64_t> ask(const char* where) {
        QSignalSpy ready{&session, &Session::queryReady};
        session.requestQuery(
            QStringLiteral("SELECT position FROM %1 ORDER BY 1").arg(QString::fromUtf8(where)));
        if (ready.isEmpty()) ready.wait(kPatienceMs);
        std::vector<std::uint64_t> out;
        const auto answer = ready.last().at(0).value<std::shared_ptr<const QueryAnswer>>();
        for (std::size_t row = 0; row < answer->rows(); ++row)
            out.push_back(std::stoull(answer->at(row, 0).text));
        return out;
    }
    Session session;
    Hits hits;
};

std::vector<std::uint64_t> positionsOf(const RowHits& hits) {
    std::vector<std::uint64_t> out;
    for (std::uint64_t i = 0; i < hits.size(); ++i) out.push_back(hits.at(i).value);
    return out;
}

}  // namespace

class TestSessionStops : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString one_, two_;

private Q_SLOTS:
    void initTestCase() {
        one_ = folder_.filePath(QStringLiteral("one.clew"));
        two_ = folder_.filePath(QStringLiteral("two.clew"));
        record(carouselRequest(one_, 1));
        record(carouselRequest(two_, 2));
    }

    void allThatAnyOfThemStopsAtIsListed() {
        Opened opened{one_};
        const Hits hits =
            opened.stopAt({{7, "changed.seen and state.seen > 200 and kind = deliver", true},
                           {8, "kind = log", true},
                           {9, "kind = deliver", false}});
        QCOMPARE(hits->stops.size(), std::size_t{2});
        QVERIFY(hits->of(9) == nullptr);
        const auto seen = opened.ask("state_write WHERE field = 'seen' AND new > 200");
        const auto logs = opened.ask("event WHERE kind = 'log'");
        QVERIFY(!seen.empty() && !logs.empty());
        QCOMPARE(hits->of(7)->count, seen.size());
        QCOMPARE(hits->of(8)->count, logs.size());
        std::vector<std::uint64_t> both = seen;
        both.insert(both.end(), logs.begin(), logs.end());
        std::sort(both.begin(), both.end());
        QCOMPARE(positionsOf(hits->all), both);
        QCOMPARE(hits->lines.size(), std::min(both.size(), StopHits::kLinesMax));
        for (std::size_t i = 0; i < hits->lines.size(); ++i) {
            QCOMPARE(hits->lines[i].event.seq.value, both[i]);
            QVERIFY(!hits->lines[i].event.text.empty());
            QCOMPARE(hits->lines[i].ids.size(), std::size_t{1});
        }
    }

    void anEventThatTwoStopAtIsOne() {
        Opened opened{one_};
        const Hits hits = opened.stopAt({{1, "kind = fail", true}, {2, "failure", true}});
        QCOMPARE(hits->all.size(), std::uint64_t{1});
        QCOMPARE(hits->lines.front().ids, (std::vector<std::uint32_t>{1, 2}));
        QCOMPARE(hits->of(1)->count, std::uint64_t{1});
        QCOMPARE(hits->of(2)->count, std::uint64_t{1});
    }

    void moreThanFitIsCounted() {
        Opened opened{one_};
        const Hits hits = opened.stopAt({{1, "kind != log", true}, {2, "position > 0", true}});
        QCOMPARE(hits->all.size(), opened.session.trace()->lastPosition.value);
        QCOMPARE(hits->lines.size(), StopHits::kLinesMax);
        for (const StopHits::Line& line : hits->lines) QVERIFY(line.ids.size() <= 2);
    }

    void whatIsWrongWithOneIsSaidOfThatOne() {
        Opened opened{one_};
        std::vector<Stop> stops{{1, "kind = sent", true}, {2, "kind = fail", true}};
        Hits hits = opened.stopAt(stops);
        QVERIFY(hits->of(1)->error.find("no kind of event") != std::string::npos);
        QVERIFY(hits->of(2)->error.empty());
        QCOMPARE(hits->of(2)->count, std::uint64_t{1});
        stops.clear();
        for (std::uint32_t i = 1; i <= kStopsMax + 1; ++i) stops.push_back({i, "leak", true});
        hits = opened.stopAt(stops);
        QVERIFY(hits->of(kStopsMax)->error.empty());
        QVERIFY(!hits->of(kStopsMax + 1)->error.empty());
    }

    void whatIsNotRecordedIsSaid() {
        recorder::RunRequest request =
            carouselRequest(folder_.filePath(QStringLiteral("events.clew")), 1);
        request.level = tracefmt::Level::kEvents;
        record(request);
        Opened opened{folder_.filePath(QStringLiteral("events.clew"))};
        const Hits hits = opened.stopAt({{1, "state.seen > 3", true}, {2, "kind = fail", true}});
        QVERIFY(hits->of(1)->error.find("materialise") != std::string::npos);
        QCOMPARE(hits->of(2)->count, std::uint64_t{1});
    }

    void noneIsAnAnswerToo() {
        Opened opened{one_};
        const Hits hits = opened.stopAt({});
        QVERIFY(hits->complete);
        QCOMPARE(hits->all.size(), std::uint64_t{0});
    }

    void theyStaySetForTheNextTrace() {
        Opened opened{one_};
        const Hits first = opened.stopAt({{1, "kind = log", true}});
        opened.hits.reset();
        opened.open(two_);
        opened.complete();
        QCOMPARE(positionsOf(opened.hits->all), opened.ask("event WHERE kind = 'log'"));
        QVERIFY(positionsOf(opened.hits->all) != positionsOf(first->all));
    }

    void aRunIsSearchedWhileItGoesOn() {
        Opened opened{one_};
        opened.stopAt({{1, "changed.seen and state.seen > 100", true}});
        QSignalSpy began{&opened.session, &Session::opened};
        opened.session.startRun(
            carouselRequest(folder_.filePath(QStringLiteral("run.clew")), 3, "2000"), false);
        QVERIFY(!began.isEmpty() || began.wait(kPatienceMs));
        QTRY_VERIFY_WITH_TIMEOUT(
            opened.session.trace()->state == tracefmt::FileState::kClean && opened.hits &&
                opened.hits->searchedTo == opened.session.trace()->lastPosition,
            kPatienceMs);
        QCOMPARE(positionsOf(opened.hits->all),
                 opened.ask("state_write WHERE field = 'seen' AND new > 100"));
    }
};

QTEST_GUILESS_MAIN(TestSessionStops)
#include "tst_session_stops.moc"
