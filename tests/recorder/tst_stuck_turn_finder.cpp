// What the watchdog finds, from made-up looks at made-up times.
#include "recorder/stuck_turn_finder.h"

#include <QTest>

using namespace ariadne;
using namespace std::chrono_literals;
using kernel::RunningTurn;
using recorder::StuckTurnFinder;

namespace {

using Thread = std::optional<RunningTurn>;

RunningTurn turn(std::uint64_t number) {
    RunningTurn out;
    out.number = number;
    out.cell = Rank{7};
    return out;
}

/// Looks at two threads at regular times: "thread 0 stuck 8s".
class Looker {
public:
    explicit Looker(std::chrono::nanoseconds limit) : finder(limit) {}

    std::string at(std::chrono::nanoseconds now, Thread first, Thread second = {}) {
        const std::array threads{first, second};
        std::string out;
        for (const auto& found : finder.look(now, threads))
            out += (out.empty() ? "" : "; ") + std::string{"thread "} +
                   std::to_string(found.thread) + (found.cameBack ? " back " : " stuck ") +
                   std::to_string(found.ranFor / 1ms) + "ms #" + std::to_string(found.tellings);
        return out;
    }

    /// The same look over and over, from `begin` to `end`, both included.
    std::string from(std::chrono::nanoseconds begin, std::chrono::nanoseconds end, Thread first,
                     Thread second = {}) {
        std::string out;
        for (auto now = begin; now <= end; now += finder.lookEvery()) {
            const std::string found = at(now, first, second);
            if (!found.empty()) out += (out.empty() ? "" : " | ") + found;
        }
        return out;
    }

    StuckTurnFinder finder;
};

}  // namespace

class TestStuckTurnFinder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aTurnIsFoundAtTheLimitAndNotBefore() {
        Looker looker{800ms};
        QCOMPARE(looker.finder.lookEvery(), std::chrono::nanoseconds{100ms});
        QCOMPARE(looker.from(0ms, 700ms, turn(1)), std::string{});
        QCOMPARE(looker.at(800ms, turn(1)), std::string{"thread 0 stuck 800ms #1"});
    }

    void itIsToldAgainWheneverTheTimeHasDoubled() {
        Looker looker{800ms};
        QCOMPARE(looker.from(0ms, 7s, turn(1)),
                 std::string{"thread 0 stuck 800ms #1 | thread 0 stuck 1600ms #2 | "
                             "thread 0 stuck 3200ms #3 | thread 0 stuck 6400ms #4"});
    }

    void turnsThatEndAreNeverFoundHoweverManyTheyAre() {
        Looker looker{800ms};
        for (int i = 0; i < 1000; ++i)
            QCOMPARE(looker.at(i * 100ms, turn(static_cast<std::uint64_t>(2 * (i / 8) + 1)),
                               i % 8 == 7 ? Thread{} : turn(1 + static_cast<std::uint64_t>(i / 8))),
                     std::string{});
    }

    void noTurnIsNeverFound() {
        Looker looker{800ms};
        QCOMPARE(looker.from(0ms, 60s, {}), std::string{});
    }

    void whoComesBackIsToldOnce() {
        for (const Thread& next : {Thread{}, Thread{turn(3)}}) {
            Looker looker{800ms};
            QVERIFY(!looker.from(0ms, 1000ms, turn(1)).empty());
            QCOMPARE(looker.at(1100ms, next), std::string{"thread 0 back 1000ms #2"});
            QCOMPARE(looker.from(1200ms, 1800ms, next), std::string{});
        }
    }

    void theNextTurnHasItsOwnTime() {
        Looker looker{800ms};
        looker.from(0ms, 700ms, turn(1));
        QCOMPARE(looker.from(800ms, 1500ms, turn(3)), std::string{});
        QCOMPARE(looker.at(1600ms, turn(3)), std::string{"thread 0 stuck 800ms #1"});
    }

    void threadsAreFoundEachOnItsOwn() {
        Looker looker{800ms};
        QCOMPARE(looker.from(0ms, 300ms, turn(1)), std::string{});
        QCOMPARE(looker.from(400ms, 1500ms, turn(1), turn(1)),
                 std::string{"thread 0 stuck 800ms #1 | thread 1 stuck 800ms #1"});
        QCOMPARE(looker.at(1600ms, {}, {}),
                 std::string{"thread 0 back 1500ms #2; thread 1 back 1100ms #2"});
    }

    void timeInWhichNobodyLookedIsNotHeldAgainstATurn() {
        // Somebody held the process in a debugger for an hour.
        Looker looker{800ms};
        looker.from(0ms, 300ms, turn(1));
        QCOMPARE(looker.at(1h, turn(1)), std::string{});
        QCOMPARE(looker.from(1h + 100ms, 1h + 200ms, turn(1)), std::string{});
        QCOMPARE(looker.at(1h + 300ms, turn(1)), std::string{"thread 0 stuck 800ms #1"});
    }

    void looksAreNeitherRareNorWithoutEnd() {
        QCOMPARE(StuckTurnFinder{1ns}.lookEvery(), std::chrono::nanoseconds{1ms});
        QCOMPARE(StuckTurnFinder{24h}.lookEvery(), std::chrono::nanoseconds{1s});
    }
};

QTEST_GUILESS_MAIN(TestStuckTurnFinder)
#include "tst_stuck_turn_finder.moc"
