// How many messages wait, over positions: against what history says, and when there is no room.
#include "studio/session/sums_scan.h"
#include "tests/studio/support/sample_trace.h"

#include <QRandomGenerator>
#include <QTest>

#include <map>
#include <utility>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace {

TimelineSums sumsOf(SampleTrace& trace, Position leaveOutFrom = {}, Position leaveOutTo = {},
                    const SumsBuilder::Limits& limits = {}) {
    SumsBuilder builder{Position{}, limits};
    const auto known = knownBySnapshots(*trace.open().reader);
    const std::size_t cells = trace.open().reader->births().size();
    for (Position at{1}; at <= trace.last(); ++at.value)
        if (at < leaveOutFrom || at >= leaveOutTo || leaveOutFrom.value == 0)
            builder.add(trace.rowAt(at), cells, known);
    return builder.sums({trace.last().value + 1});
}

TimelineSums scanned(SampleTrace& trace, SumsScan scan) {
    const CancelFlag never{false};
    while (scan.advance(trace.open(), Clock::now(), never) != WalkEnd::kReachedEnd) {
    }
    return scan.take();
}

/// Messages come to lanes at random, and are taken at random; what is told must hold.
struct Crowd {
    static constexpr std::uint32_t kLanes = 40;
    DepthBuilder builder;
    std::map<std::uint64_t, std::vector<std::uint32_t>> truth;  ///< behind each event
    std::vector<std::uint32_t> now = std::vector<std::uint32_t>(kLanes);

    Crowd(std::size_t changesMax, std::uint32_t seed, std::uint64_t events) : builder(changesMax) {
        builder.know({0}, {});
        truth[0] = now;
        QRandomGenerator random(seed);
        for (std::uint64_t at = 1; at <= events; ++at) {
            // Few get most.
            const auto rank = static_cast<std::uint32_t>(
                std::min(random.bounded(kLanes), random.bounded(kLanes)));
            const bool comes = random.bounded(2) == 0;
            if (comes) ++now[rank];
            if (!comes && now[rank] != 0) --now[rank];
            builder.add({at},
                        {comes ? EventKind::kSend : EventKind::kDeliver, Rank{rank}, Rank{rank}},
                        kLanes);
            truth[at] = now;
        }
    }
};

}  // namespace

class TestQueueDepths : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theyAreThoseOfHistoryAtEveryPosition_data() {
        QTest::addColumn<QString>("program");
        QTest::addColumn<bool>("queues");
        QTest::newRow("bookings") << "bookings" << false;
        QTest::newRow("dining") << "dining" << false;
        QTest::newRow("supervised shop") << "supervised_shop" << true;
    }
    void theyAreThoseOfHistoryAtEveryPosition() {
        QFETCH(QString, program);
        QFETCH(bool, queues);
        SampleTrace trace{program.toStdString()};
        const TimelineSums sums = sumsOf(trace);
        QCOMPARE(sums.depths.coarsest, 0u);
        std::uint32_t greatest = 0;
        for (Position at{0}; at <= trace.last(); ++at.value) {
            const auto world = trace.open().history->worldAt(at);
            QVERIFY(world.ok());
            for (std::uint32_t rank = 1; rank < trace.actors().size(); ++rank) {
                const std::uint32_t waiting =
                    rank < world->waiting.size() ? world->waiting[rank] : 0;
                const auto told = sums.depths.at(at, Rank{rank});
                QVERIFY(told && told->exact);
                QVERIFY2(
                    told->most == waiting,
                    qPrintable(QStringLiteral("actor %1 at event %2").arg(rank).arg(at.value)));
                greatest = std::max(greatest, waiting);
            }
        }
        QCOMPARE(greatest > 1, queues);
        QCOMPARE(sums.depths.greatest, greatest);
    }

    void theyAreTheLinesOfTheMailbox() {
        SampleTrace trace{"bookings"};
        const TimelineSums sums = sumsOf(trace);
        QRandomGenerator random(11);
        for (int i = 0; i < 200; ++i) {
            const Position at{random.bounded(quint64{trace.last().value}) + 1};
            const Rank rank{1 + random.bounded(static_cast<quint32>(trace.actors().size() - 1))};
            const Moment moment = trace.momentAt(at, rank);
            QVERIFY(moment.actor.has_value());
            if (!moment.actor->born) continue;
            QCOMPARE(sums.depths.at(at, rank)->most,
                     static_cast<std::uint32_t>(moment.actor->mailboxTotal));
        }
    }

    void aStretchIsSummedUpAgainAsItWas() {
        SampleTrace trace{"bookings"};
        const auto whole = std::make_shared<const TimelineSums>(sumsOf(trace));
        const Position begin{trace.last().value / 3}, end{trace.last().value / 3 * 2};
        const TimelineSums part = scanned(trace, {whole, begin, end});
        QVERIFY(part.covers(begin.value, end.value));
        QVERIFY(!part.covers(begin.value, end.value + 1000));
        for (Position at = begin; at < end; ++at.value) {
            QCOMPARE(part.times.timeAt(at.value), whole->times.timeAt(at.value));
            for (std::uint32_t rank = 1; rank < trace.actors().size(); ++rank)
                QVERIFY(part.depths.at(at, Rank{rank}) == whole->depths.at(at, Rank{rank}));
        }
        const KindSums::Counts counts = part.kinds.in(begin.value, end.value);
        QVERIFY(counts.exact);
        QCOMPARE(counts.of, whole->kinds.in(begin.value, end.value).of);
        QCOMPARE(counts.sum(), end.value - begin.value);
    }

    void coarseSumsAreExactInAStretch() {
        SampleTrace trace{"bookings"};
        const TimelineSums fine = sumsOf(trace);
        const auto whole =
            std::make_shared<const TimelineSums>(sumsOf(trace, {}, {}, {100, 20, 8}));
        QVERIFY(whole->depths.coarsest != 0 && whole->times.log() != 0 && whole->kinds.log() != 0);
        QVERIFY(whole->isCoarse() && !fine.isCoarse());
        const std::uint64_t last = trace.last().value;
        QRandomGenerator random(7);
        for (int i = 0; i < 60; ++i) {
            const Position begin{1 + random.bounded(quint64{last})};
            const Position end{std::min<std::uint64_t>(
                last + 1, begin.value + 1 + random.bounded(quint64{last / 4}))};
            const TimelineSums part = scanned(trace, {whole, begin, end});
            QVERIFY(part.covers(begin.value, end.value));
            for (Position at = begin; at < end; ++at.value) {
                QCOMPARE(part.times.timeAt(at.value), fine.times.timeAt(at.value));
                for (std::uint32_t rank = 1; rank < trace.actors().size(); ++rank)
                    QVERIFY(part.depths.at(at, Rank{rank}) == fine.depths.at(at, Rank{rank}));
            }
            const KindSums::Counts counts = part.kinds.in(begin.value, end.value);
            QVERIFY(counts.exact);
            QCOMPARE(counts.of, fine.kinds.in(begin.value, end.value).of);
        }
    }

    void aStretchBeginsAtTheNearestPlaceThatIsKnown() {
        SampleTrace trace{"bookings"};
        const TimelineSums fine = sumsOf(trace);
        const auto whole = std::make_shared<const TimelineSums>(sumsOf(trace, {}, {}, {10, 20, 8}));
        const auto& snapshots = trace.open().reader->snapshots();
        QVERIFY(!snapshots.empty());
        for (const auto& snapshot : snapshots) {
            // Bins are so large here that nothing else is known behind the beginning.
            const Position at = snapshot.position, begin{at.value + 1}, end{at.value + 2};
            QVERIFY(begin.value >> whole->depths.coarsest == 0);
            const TimelineSums part = scanned(trace, {whole, begin, end});
            QCOMPARE(part.first, begin);
            QVERIFY(part.depths.knows(at));
            for (std::uint32_t rank = 1; rank < trace.actors().size(); ++rank)
                QVERIFY(part.depths.at(at, Rank{rank}) == fine.depths.at(at, Rank{rank}));
            // Where all that is known is farther away than that, queues are not known.
            const TimelineSums none = scanned(trace, {whole, begin, end, 0});
            QCOMPARE(none.first, begin);
            QVERIFY(!none.depths.knows(at));
        }
        // Where no snapshot is, the whole is read from its beginning, or only what was asked for.
        const Position middle{trace.last().value / 2};
        QCOMPARE(scanned(trace, {whole, middle, trace.last()}).first, Position{1});
        const TimelineSums near = scanned(trace, {whole, middle, trace.last(), 100});
        QCOMPARE(near.first, middle);
        QVERIFY(near.covers(middle.value, trace.last().value));
        QVERIFY(!near.depths.knows(middle));
        QVERIFY(near.times.timeAt(middle.value) == fine.times.timeAt(middle.value));
    }

    void whatIsGivenAwayIsTheSame() {
        SampleTrace trace{"bookings"};
        SumsBuilder builder;
        const auto known = knownBySnapshots(*trace.open().reader);
        for (Position at{1}; at <= trace.last(); ++at.value)
            builder.add(trace.rowAt(at), trace.open().reader->births().size(), known);
        const Position next{trace.last().value + 1};
        const TimelineSums copy = builder.sums(next);
        const TimelineSums given = std::move(builder).sums(next);
        QVERIFY(given.first == copy.first && given.next == copy.next);
        QCOMPARE(given.kinds.in(1, next.value).of, copy.kinds.in(1, next.value).of);
        QCOMPARE(given.depths.greatest, copy.depths.greatest);
        for (Position at{1}; at < next; ++at.value) {
            QCOMPARE(given.times.timeAt(at.value), copy.times.timeAt(at.value));
            for (std::uint32_t rank = 1; rank < trace.actors().size(); ++rank)
                QVERIFY(given.depths.at(at, Rank{rank}) == copy.depths.at(at, Rank{rank}));
        }
    }

    void whatIsMissingIsNotKnownUntilASnapshotTells() {
        SampleTrace trace{"bookings"};
        const Position from{20}, to{trace.last().value / 2};
        const TimelineSums whole = sumsOf(trace), gappy = sumsOf(trace, from, to);
        // Which snapshot stands right in front of a row that is there?
        Position again{UINT64_MAX};
        for (const auto& snapshot : trace.open().reader->snapshots())
            if (snapshot.position.value + 1 >= to.value && snapshot.position < trace.last())
                again = std::min(again, snapshot.position);
        for (Position at{1}; at <= trace.last(); ++at.value) {
            const bool known = at < from || at >= again;
            for (std::uint32_t rank = 1; rank < trace.actors().size(); ++rank) {
                const auto told = gappy.depths.at(at, Rank{rank});
                QCOMPARE(told.has_value(), known);
                if (known) QCOMPARE(told->most, whole.depths.at(at, Rank{rank})->most);
            }
        }
        QVERIFY(!gappy.depths.at({trace.last().value + 1}, Rank{1}));
    }

    void withoutRoomItIsNeverToldTooLittle_data() {
        QTest::addColumn<int>("changesMax");
        for (const int most : {100'000, 4000, 300, 10})
            QTest::newRow(qPrintable(QString::number(most))) << most;
    }
    void withoutRoomItIsNeverToldTooLittle() {
        QFETCH(int, changesMax);
        const Crowd crowd{static_cast<std::size_t>(changesMax), 5, 20'000};
        const QueueDepths depths = crowd.builder.depths({20'001}, {20'001});
        std::size_t kept = 0;
        for (const QueueDepths::Lane& lane : depths.lanes) kept += lane.bins.size();
        QVERIFY(kept <= static_cast<std::size_t>(std::max(changesMax, 2 * 40)));
        QCOMPARE(depths.coarsest == 0, changesMax == 100'000);
        for (const auto& [at, waiting] : crowd.truth)
            for (std::uint32_t rank = 1; rank < Crowd::kLanes; ++rank) {
                const auto told = depths.at({at}, Rank{rank});
                QVERIFY(told->exact ? told->most == waiting[rank] : told->most >= waiting[rank]);
            }
    }

    void theMostInAStretchIsThatOfItsPositions() {
        for (const std::size_t changesMax : {100'000u, 2000u}) {
            const Crowd crowd{changesMax, 8, 6000};
            const QueueDepths depths = crowd.builder.depths({6001}, {6001});
            QRandomGenerator random(3);
            for (int i = 0; i < 3000; ++i) {
                const std::uint64_t begin = random.bounded(quint32{6000}),
                                    end = begin + 1 + random.bounded(quint32{700});
                const std::uint32_t rank = 1 + random.bounded(Crowd::kLanes - 1);
                const auto* const lane = depths.laneOf(Rank{rank});
                QVERIFY(lane != nullptr);
                std::uint32_t most = 0;
                for (std::uint64_t at = begin; at < std::min<std::uint64_t>(end, 6001); ++at)
                    most = std::max(most, crowd.truth.at(at)[rank]);
                if (lane->log == 0)
                    QCOMPARE(lane->mostIn(begin, end), most);
                else
                    QVERIFY(lane->mostIn(begin, end) >= most);
            }
        }
    }

    void ranksOfNobodyAreLeftOut() {
        DepthBuilder builder;
        builder.know({0}, {});
        builder.add({1}, {EventKind::kSend, Rank{1}, Rank{4'000'000'000u}}, 3);
        builder.add({2}, {EventKind::kDeliver, Rank{2}, Rank{}}, 3);  // of what nobody sent
        const QueueDepths depths = builder.depths({3}, {3});
        QVERIFY(depths.lanes.size() <= 3);
        QCOMPARE(depths.at({2}, Rank{2})->most, 0u);
    }
};

QTEST_GUILESS_MAIN(TestQueueDepths)
#include "tst_queue_depths.moc"
