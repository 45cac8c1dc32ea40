// Traces that leave out what their program can make again: what is shown of them, and making it.
#include "engine/ariadne.h"
#include "recorder/materialise.h"
#include "studio/session/event_lines.h"
#include "studio/session/session.h"
#include "tests/studio/session/carousel.h"
#include "tracefmt/trace_writer.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace ariadne::tests {

/// What no program may do: what it sends depends on how often it ran in this process.
std::uint64_t moods = 0;

struct MoodyArgs {};
BOOST_DESCRIBE_STRUCT(MoodyArgs, (), ())

struct Moody {
    std::uint64_t mood = 0;
    void on(Context& cx, const MoodyArgs&) {
        mood = ++moods;
        cx.log("mood " + std::to_string(mood));
        cx.stop("in a mood");
    }
};
BOOST_DESCRIBE_STRUCT(Moody, (), (mood))
ARIADNE_ACTOR(Moody, MoodyArgs)
ARIADNE_PROGRAM("moody", "1.0", Moody, MoodyArgs)

}  // namespace ariadne::tests

namespace {

constexpr int kPatienceMs = 60'000;
using SharedMade = std::shared_ptr<const MaterialiseReport>;

template <class T>
T lastOf(const QSignalSpy& spy) {
    return spy.last().at(0).value<T>();
}

QByteArray bytesOf(const QString& path) {
    QFile file{path};
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray{};
}

recorder::RunRequest atLevel(tracefmt::Level level, const QString& file,
                             const std::string& hops = "400") {
    recorder::RunRequest request = carouselRequest(file, 1, hops);
    request.level = level;
    return request;
}

}  // namespace

class TestSessionLevels : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<Session> session_;

    QString path(const char* name) const { return folder_.filePath(QString::fromUtf8(name)); }
    void open(const char* name) {
        session_ = std::make_unique<Session>();
        QSignalSpy opened{session_.get(), &Session::opened};
        session_->openTrace(path(name));
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, kPatienceMs);
    }
    /// All rows of the table, once it is complete.
    std::vector<EventLine> table(const EventFilter& filter = {}) {
        QSignalSpy counts{session_.get(), &Session::rowCountChanged};
        session_->setFilter(filter);
        const auto complete = [&] {
            return !counts.isEmpty() && lastOf<RowCount>(counts).complete;
        };
        if (!QTest::qWaitFor(complete, kPatienceMs)) return {};
        QSignalSpy pages{session_.get(), &Session::rowsReady};
        session_->requestRows(0, 4000);
        if (!QTest::qWaitFor([&] { return !pages.isEmpty(); }, kPatienceMs)) return {};
        const auto page = lastOf<std::shared_ptr<const EventPage>>(pages);
        const std::uint64_t rows = std::min<std::uint64_t>(lastOf<RowCount>(counts).rows, 4000);
        return page->lines.size() == rows ? page->lines : std::vector<EventLine>{};
    }
    std::shared_ptr<const Moment> momentAt(std::uint64_t position, std::uint32_t rank) {
        QSignalSpy moments{session_.get(), &Session::momentReady};
        session_->requestMoment({position}, {rank});
        if (!QTest::qWaitFor([&] { return !moments.isEmpty(); }, kPatienceMs)) return nullptr;
        return lastOf<std::shared_ptr<const Moment>>(moments);
    }
    SharedMade materialise(const QString& file) {
        QSignalSpy made{session_.get(), &Session::materialised};
        session_->materialise(file);
        if (!QTest::qWaitFor([&] { return !made.isEmpty(); }, kPatienceMs)) return nullptr;
        return lastOf<SharedMade>(made);
    }

private Q_SLOTS:
    void initTestCase() {
        record(atLevel(tracefmt::Level::kFull, path("full.clew")));
        record(atLevel(tracefmt::Level::kEvents, path("events.clew")));
        record(atLevel(tracefmt::Level::kInputs, path("inputs.clew")));
    }
    void cleanup() { session_.reset(); }

    void ofInputsNoBreakpointIsLookedForAndNoneIsWrong() {
        open("inputs.clew");
        QSignalSpy changed{session_.get(), &Session::stopsChanged};
        session_->setStops({{1, "kind = fail", true}, {2, "kind =", true}});
        const auto complete = [&] {
            return !changed.isEmpty() && lastOf<std::shared_ptr<const StopHits>>(changed)->complete;
        };
        QTRY_VERIFY_WITH_TIMEOUT(complete(), kPatienceMs);
        const auto hits = lastOf<std::shared_ptr<const StopHits>>(changed);
        QVERIFY(!hits->hasEvents);
        QCOMPARE(hits->of(1)->error, std::string{});
        // What nobody understands is said all the same.
        QVERIFY(!hits->of(2)->error.empty());
        open("events.clew");
        QSignalSpy others{session_.get(), &Session::stopsChanged};
        session_->setStops({{1, "kind = fail", true}});
        QTRY_VERIFY_WITH_TIMEOUT(
            !others.isEmpty() && lastOf<std::shared_ptr<const StopHits>>(others)->complete,
            kPatienceMs);
        QVERIFY(lastOf<std::shared_ptr<const StopHits>>(others)->hasEvents);
    }

    void ofInputsWhatThereIsIsListedAndTheRestIsOneRow() {
        open("inputs.clew");
        const Position last = session_->trace()->lastPosition;
        const auto lines = table();
        // The failure of the glass and the end, and what lies around them.
        QCOMPARE(lines.size(), std::size_t{4});
        QCOMPARE(lines[0].seq, Position{1});
        QCOMPARE(lines[0].kind, EventKind::kUnknown);
        QCOMPARE(lines[0].missingTo.value, lines[1].seq.value - 1);
        QVERIFY(!lines[0].wasRecorded);
        QCOMPARE(lines[1].kind, EventKind::kFail);
        QCOMPARE(lines[1].text, std::string{"failed: \"made of glass\""});
        QCOMPARE(lines[1].missingTo, Position{});
        QCOMPARE(lines[2].missingTo.value, last.value - 1);
        QCOMPARE(lines[3].kind, EventKind::kEnd);
        QCOMPARE(session_->trace()->failures, (std::vector{lines[1].seq}));
        QVERIFY(!session_->trace()->hasAll());
        QVERIFY(session_->trace()->canReplay);

        QSignalSpy found{session_.get(), &Session::rowFound};
        for (const std::uint64_t position :
             {lines[0].seq.value, lines[1].seq.value, lines[1].seq.value + 17, last.value}) {
            session_->requestRowOf({position});
            QTRY_COMPARE_WITH_TIMEOUT(found.size(), 1, kPatienceMs);
            const std::uint64_t row = found.takeFirst()[1].toULongLong();
            QVERIFY(lines[row].seq.value <= position);
            QVERIFY(row + 1 == lines.size() || lines[row + 1].seq.value > position);
        }
    }

    void aFilterLooksAtWhatThereIs() {
        open("inputs.clew");
        EventFilter filter;
        filter.text = "GLASS";
        const auto lines = table(filter);
        QCOMPARE(lines.size(), std::size_t{1});
        QCOMPARE(lines[0].kind, EventKind::kFail);
    }

    void whatWasNotRecordedIsNoError() {
        open("inputs.clew");
        const Position failure = session_->trace()->failures.front();
        const auto at = momentAt(failure.value, 2);
        QVERIFY(at && at->event);
        QCOMPARE(at->error, std::string{});
        QCOMPARE(at->event->kind, EventKind::kFail);
        QVERIFY(!at->hasStates);
        QVERIFY(at->actor && !at->actor->isKnown);
        QCOMPARE(at->actor->path, session_->trace()->actors->at(2).path);
        const auto between = momentAt(failure.value + 10, 2);
        QVERIFY(between && between->event);
        QCOMPARE(between->error, std::string{});
        QVERIFY(between->event->missingTo > between->event->seq);
    }

    void ofEventsAllButTheStatesIsShown() {
        open("events.clew");
        QCOMPARE(table().size(),
                 std::min<std::size_t>(4000, session_->trace()->lastPosition.value));
        const auto at = momentAt(100, 2);
        QVERIFY(at && at->event);
        QCOMPARE(at->error, std::string{});
        QVERIFY(at->world.aliveCount > 0);
        QVERIFY(!at->hasStates && at->actor && !at->actor->isKnown);
    }

    void theLanesShowWhatThereIs() {
        session_ = std::make_unique<Session>();
        QSignalSpy lanes{session_.get(), &Session::lanesReady};
        session_->openTrace(path("inputs.clew"));
        QTRY_VERIFY_WITH_TIMEOUT(
            !lanes.isEmpty() && lastOf<std::shared_ptr<const LaneIndex>>(lanes)->complete,
            kPatienceMs);
        const auto index = lastOf<std::shared_ptr<const LaneIndex>>(lanes);
        QCOMPARE(index->failures.size(), std::size_t{1});
        QCOMPARE(index->damage, std::string{});
        QCOMPARE(index->lanes.size(), session_->trace()->actors->size());
    }

    void whatIsMadeIsWhatAFullRecordingHolds_data() {
        QTest::addColumn<QString>("level");
        QTest::newRow("inputs") << QStringLiteral("inputs");
        QTest::newRow("events") << QStringLiteral("events");
    }
    void whatIsMadeIsWhatAFullRecordingHolds() {
        QFETCH(QString, level);
        open((level + QStringLiteral(".clew")).toUtf8().constData());
        QSignalSpy progress{session_.get(), &Session::materialiseProgress};
        const QString file = path("made.clew");
        QFile::remove(file);
        const SharedMade report = materialise(file);
        QVERIFY(report);
        QCOMPARE(report->error, std::string{});
        QCOMPARE(report->file, file.toStdString());
        QCOMPARE(report->path, session_->trace()->path);
        QCOMPARE(report->events, session_->trace()->lastPosition.value);
        QVERIFY(report->digestsCompared > 0);
        QVERIFY(!progress.isEmpty());
        QVERIFY(bytesOf(file) == bytesOf(path("full.clew")));
    }

    void openingExecutesNothing() {
        record([&] {
            recorder::RunRequest request;
            request.program = "moody";
            request.level = tracefmt::Level::kInputs;
            request.file = path("moody.clew").toStdString();
            return request;
        }());
        const std::uint64_t before = moods;
        open("moody.clew");
        table();
        momentAt(2, 1);
        QCOMPARE(moods, before);
        // Asked for it runs, and is another run by now.
        const SharedMade report = materialise(path("made.clew"));
        QCOMPARE(moods, before + 1);
        QVERIFY(report && report->divergence);
        QCOMPARE(report->file, std::string{});
        QVERIFY(report->divergence->what.find("differ at event") != std::string::npos);
        QVERIFY(!QFile::exists(path("made.clew")) || bytesOf(path("made.clew")).isEmpty());
    }

    void aProgramThatIsNotHereIsSaid() {
        tracefmt::TraceMeta meta;
        meta.programId = "elsewhere";
        meta.programVersion = "1.0";
        meta.batch = 16;
        meta.level = tracefmt::Level::kInputs;
        auto made = recorder::Recorder::create(path("elsewhere.clew").toStdString(), meta);
        QVERIFY(made.ok());
        QVERIFY((*made)->finish().ok());
        open("elsewhere.clew");
        QVERIFY(!session_->trace()->canReplay);
        const SharedMade report = materialise(path("none.clew"));
        QVERIFY(report);
        QVERIFY(report->error.find("no program is called 'elsewhere'") != std::string::npos);
        QVERIFY(!QFile::exists(path("none.clew")));
    }

    void cancelledItLeavesNothing() {
        record(atLevel(tracefmt::Level::kInputs, path("long.clew"), "40000"));
        open("long.clew");
        QSignalSpy made{session_.get(), &Session::materialised};
        session_->materialise(path("half.clew"));
        session_->cancelLong();
        QTRY_COMPARE_WITH_TIMEOUT(made.size(), 1, kPatienceMs);
        QCOMPARE(lastOf<SharedMade>(made)->error, std::string{"cancelled"});
        session_.reset();  // joins
        QVERIFY(!QFile::exists(path("half.clew")));
        QVERIFY(!QFile::exists(path("half.clew-tail")));
    }

    void aCopyIsTheFile() {
        open("full.clew");
        QSignalSpy saved{session_.get(), &Session::copySaved};
        session_->saveCopy(path("copy.clew"));
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, kPatienceMs);
        QCOMPARE(lastOf<CopyReport>(saved).error, std::string{});
        QVERIFY(bytesOf(path("copy.clew")) == bytesOf(path("full.clew")));
        // Onto itself, and to where nobody can write.
        const QByteArray before = bytesOf(path("full.clew"));
        session_->saveCopy(path("full.clew"));
        session_->saveCopy(path("no/such/folder/copy.clew"));
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 2, kPatienceMs);  // the newer one
        QVERIFY(lastOf<CopyReport>(saved).error.find("could not be written") != std::string::npos);
        QVERIFY(bytesOf(path("full.clew")) == before);
    }

    void whatWasCutIsSavedAsAWholeTrace() {
        QVERIFY(QFile::copy(path("full.clew"), path("cut.clew")));
        QVERIFY(QFile::resize(path("cut.clew"), QFile(path("cut.clew")).size() * 6 / 10));
        open("cut.clew");
        QCOMPARE(session_->trace()->state, tracefmt::FileState::kCut);
        const Position last = session_->trace()->lastPosition;
        QSignalSpy saved{session_.get(), &Session::copySaved};
        session_->saveRecovered(path("whole.clew"));
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, kPatienceMs);
        QCOMPARE(lastOf<CopyReport>(saved).error, std::string{});
        open("whole.clew");
        QCOMPARE(session_->trace()->state, tracefmt::FileState::kClean);
        QCOMPARE(session_->trace()->lastPosition, last);
    }
};

QTEST_GUILESS_MAIN(TestSessionLevels)
#include "tst_session_levels.moc"
