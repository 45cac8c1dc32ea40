// Virtual time by position and back; kinds of events summed up; sums over ranges.
#include "studio/session/kind_sums.h"
#include "studio/session/range_tree.h"
#include "studio/session/time_steps.h"

#include <QRandomGenerator>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

class TestTimeSteps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void manyEventsShareAnInstant() {
        TimeSteps steps;
        for (const auto& [at, time] : {std::pair{1u, 100}, {2u, 100}, {5u, 300}, {6u, 300}})
            steps.add({at}, {time});
        QCOMPARE(steps.timeAt(1).value, 100);
        QCOMPARE(steps.timeAt(4).value, 100);
        QCOMPARE(steps.timeAt(5).value, 300);
        QCOMPARE(steps.timeAt(999).value, 300);
        QCOMPARE(steps.timeAt(0).value, 100);
        QCOMPARE(steps.firstAt({0}, 7), 1u);
        QCOMPARE(steps.firstAt({100}, 7), 1u);
        QCOMPARE(steps.firstAt({101}, 7), 5u);
        QCOMPARE(steps.firstAt({300}, 7), 5u);
        QCOMPARE(steps.firstAt({301}, 7), 7u);
    }
    void withoutEventsThereIsNoTime() {
        const TimeSteps none;
        QVERIFY(none.empty());
        QCOMPARE(none.timeAt(5).value, 0);
        QCOMPARE(none.firstAt({0}, 9), 9u);
        QCOMPARE(none.lastTime().value, 0);
    }
    void timeNeverGoesBack() {
        TimeSteps steps;
        std::uint64_t at = 0;
        for (const int time : {-5, 7, 3, 7, 9, 1}) steps.add({++at}, {time});
        QCOMPARE(steps.timeAt(1).value, 0);
        QCOMPARE(steps.timeAt(3).value, 7);
        QCOMPARE(steps.timeAt(6).value, 9);
    }
    void withoutRoomOnlyBinsAreTold() {
        TimeSteps steps{64};
        for (std::uint64_t at = 1; at <= 5000; ++at)
            steps.add({at}, {static_cast<std::int64_t>(at * 10)});
        QVERIFY(steps.log() > 0);
        const std::uint64_t bin = std::uint64_t{1} << steps.log();
        std::int64_t before = 0;
        for (std::uint64_t at = 1; at <= 5000; ++at) {
            const std::int64_t told = steps.timeAt(at).value;
            QVERIFY(told >= before);
            // Never later than the last time of its bin, never before its own.
            QVERIFY(told >= static_cast<std::int64_t>(at * 10));
            QVERIFY(told <= static_cast<std::int64_t>((at / bin + 1) * bin * 10));
            before = told;
        }
        QCOMPARE(steps.lastTime().value, 50'000);
    }
    void theFirstTimeStaysWhereItIsHoweverMuchComesBehindIt() {
        TimeSteps steps{64};
        for (std::uint64_t at = 1; at <= 5000; ++at) {
            steps.add({at}, {static_cast<std::int64_t>(at * 10)});
            QCOMPARE(steps.firstTime().value, 10);
            QCOMPARE(steps.timeAt(1).value, 10);
            QCOMPARE(steps.lastTime().value, static_cast<std::int64_t>(at * 10));
        }
        QVERIFY(steps.log() > 1);
        // So it is with the first place of every bin.
        const std::uint64_t bin = std::uint64_t{1} << steps.log();
        for (std::uint64_t at = bin; at <= 5000; at += bin)
            QCOMPARE(steps.timeAt(at).value, static_cast<std::int64_t>(at * 10));
    }
    void timesOfBinsLeadBackToWhereTheyAreTold() {
        TimeSteps steps{64};
        QRandomGenerator random(8);
        std::int64_t time = 0;
        for (std::uint64_t at = 1; at <= 5000; ++at)
            steps.add({at}, {time += static_cast<std::int64_t>(random.bounded(3))});
        QVERIFY(steps.log() > 0);
        const std::uint64_t end = 5001;
        for (std::int64_t wanted = 0; wanted <= time + 1; ++wanted) {
            std::uint64_t first = 1;
            while (first < end && steps.timeAt(first).value < wanted) ++first;
            QCOMPARE(steps.firstAt({wanted}, end), first);
        }
    }
    void kindsAreCountedByRange() {
        KindSums sums;
        for (std::uint64_t at = 1; at <= 1000; ++at)
            sums.add({at}, at % 10 == 0  ? EventKind::kFail
                           : at % 2 == 0 ? EventKind::kDeliver
                                         : EventKind::kSend);
        const KindSums::Counts counts = sums.in(1, 101);
        QVERIFY(counts.exact);
        QCOMPARE(counts[MainKind::kMessage], 50u);
        QCOMPARE(counts[MainKind::kTurn], 40u);
        QCOMPARE(counts[MainKind::kFailed], 10u);
        QCOMPARE(counts.sum(), 100u);
        QCOMPARE(sums.in(0, 5000).sum(), 1000u);
        QCOMPARE(sums.in(7, 7).sum(), 0u);
        QCOMPARE(sums.in(2000, 3000).sum(), 0u);
    }
    void withoutRoomKindsAreCountedAboutAndAllOfThemExactly() {
        KindSums sums{{1}, 128};
        for (std::uint64_t at = 1; at <= 10'000; ++at)
            sums.add({at}, at % 2 == 0 ? EventKind::kDeliver : EventKind::kSend);
        QVERIFY(sums.log() > 0);
        const std::uint64_t bin = std::uint64_t{1} << sums.log();
        const KindSums::Counts part = sums.in(100, 5000);
        QVERIFY(!part.exact);
        QVERIFY(part.sum() + 2 * bin >= 4900 && part.sum() <= 4900 + 2 * bin);
        const KindSums::Counts aligned = sums.in(1 + bin, 1 + 7 * bin);
        QVERIFY(aligned.exact);
        QCOMPARE(aligned[MainKind::kTurn], 3 * bin);
        const KindSums::Counts all = sums.in(1, 10'001);
        QCOMPARE(all.sum(), 10'000u);
    }
    void aTreeKnowsEveryRange() {
        struct Max {
            int operator()(int a, int b) const { return std::max(a, b); }
        };
        QRandomGenerator random(4);
        for (const std::size_t count : {1u, 15u, 16u, 17u, 256u, 257u, 5000u}) {
            std::vector<int> values(count);
            for (int& value : values) value = random.bounded(1'000'000);
            const auto at = [&](std::size_t i) { return values[i]; };
            const RangeTree<int, Max> tree{count, at};
            for (int i = 0; i < 400; ++i) {
                const auto begin =
                    static_cast<std::size_t>(random.bounded(static_cast<quint32>(count)));
                const auto end =
                    begin + 1 +
                    static_cast<std::size_t>(random.bounded(static_cast<quint32>(count - begin)));
                QCOMPARE(tree.over(at, begin, end),
                         *std::max_element(values.begin() + static_cast<std::ptrdiff_t>(begin),
                                           values.begin() + static_cast<std::ptrdiff_t>(end)));
            }
        }
    }
    void gallopFindsWhatPartitionPointFinds() {
        for (std::size_t size = 0; size < 40; ++size)
            for (std::size_t from = 0; from <= size; ++from)
                for (std::size_t answer = from; answer <= size; ++answer)
                    QCOMPARE(gallop(from, size, [&](std::size_t i) { return i < answer; }), answer);
    }
};

QTEST_GUILESS_MAIN(TestTimeSteps)
#include "tst_time_steps.moc"
