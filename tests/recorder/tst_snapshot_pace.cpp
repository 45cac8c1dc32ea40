// When snapshots are taken, and which are whole: a small share of the file, by what each takes.
#include "recorder/snapshot_pace.h"

#include <QTest>

using namespace ariadne;
using recorder::SnapshotPace;

namespace {

constexpr std::uint64_t kMin = 32'768;
/// Bytes of snapshots that an event saves up.
constexpr std::uint64_t kSaved = 2;

/// An image of `cells` with states of `bytes` each, of a world of `births`.
WorldImage image(std::uint64_t position, std::uint32_t cells, std::size_t bytes,
                 std::uint32_t births, std::uint64_t since = 0) {
    WorldImage out;
    out.position = {position};
    out.since = {since};
    out.births = births;
    for (std::uint32_t rank = 1; rank <= cells; ++rank) {
        CellImage cell;
        cell.rank = {rank};
        cell.state = Bytes(bytes);
        out.cells.push_back(std::move(cell));
    }
    return out;
}

}  // namespace

class TstSnapshotPace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theFirstIsWholeAndSoIsEveryEighth() {
        SnapshotPace pace{true};
        std::uint64_t at = 0;
        for (int i = 0; i < 24; ++i) {
            QCOMPARE(pace.wantsWhole(), i % 8 == 0);
            at += kMin;
            pace.made(at, image(at, i % 8 == 0 ? 100 : 25, 8, 100, i % 8 == 0 ? 0 : at - kMin));
        }
    }

    void aFileWithoutIncrementsGetsNone() {
        SnapshotPace pace{false};
        for (std::uint64_t at = kMin; at < 20 * kMin; at += kMin) {
            QVERIFY(pace.wantsWhole());
            pace.made(at, image(at, 100, 8, 100));
        }
    }

    void whatIsNotKeptIsNotAskedForAgainAtOnce() {
        SnapshotPace pace{true, true};
        pace.made(kMin, image(kMin, 100, 8, 100));
        QVERIFY(!pace.wantsWhole());
        const std::uint64_t at = 3 * kMin;
        const WorldImage dear = image(at, 1'000, 500, 1'000, kMin);
        QVERIFY(pace.due(at));
        QVERIFY(!pace.affordsMade(at, dear));
        pace.refused(dear);
        QVERIFY(!pace.due(at + 1));
        QVERIFY(pace.wantsWhole());  // changes would be those since the one that is not there
        std::uint64_t next = at;
        while (!pace.due(next)) next += 1'000;
        QVERIFY(pace.affordsMade(next, dear));
        QVERIFY(!pace.affordsMade(next - 2'000, dear));
        pace.made(next, image(next, 1'000, 500, 1'000));
        QVERIFY(!pace.wantsWhole());
    }

    void nothingBuildsOnTheBeginning() {
        SnapshotPace pace{true};
        pace.made(0, image(0, 100, 8, 100));
        QVERIFY(pace.wantsWhole());
        pace.made(kMin, image(kMin, 100, 8, 100));
        QVERIFY(!pace.wantsWhole());
    }

    void changesOfMoreThanAQuarterAreNotTriedAgainAtOnce() {
        SnapshotPace pace{true};
        QVERIFY(pace.wantsWhole());
        pace.made(kMin, image(kMin, 100, 8, 100));
        QVERIFY(!pace.wantsWhole());
        pace.made(2 * kMin, image(2 * kMin, 26, 8, 100, kMin));
        for (std::uint64_t i = 3; i < 10; ++i) {
            QVERIFY(pace.wantsWhole());
            pace.made(i * kMin, image(i * kMin, 100, 8, 100));
        }
        QVERIFY(!pace.wantsWhole());
    }

    void aQuarterIsOfThoseThatLiveNow() {
        const auto wantsWholeAfter = [](std::uint32_t cells, std::uint32_t gone) {
            SnapshotPace pace{true};
            pace.wantsWhole();
            pace.made(kMin, image(kMin, 100, 8, 100));
            WorldImage changes = image(2 * kMin, cells, 8, 160, kMin);
            for (CellImage& cell : changes.cells) cell.rank.value += 100;  // all born since
            for (std::uint32_t rank = 1; rank <= gone; ++rank) changes.gone.push_back({rank});
            // Born and ended in between: never counted.
            changes.gone.push_back({160});
            pace.made(2 * kMin, changes);
            return pace.wantsWhole();
        };
        QVERIFY(!wantsWholeAfter(33, 0));  // of 133
        QVERIFY(wantsWholeAfter(34, 0));
        QVERIFY(!wantsWholeAfter(20, 40));  // of 80
        QVERIFY(wantsWholeAfter(20, 41));
    }

    void snapshotsComeAfterEnoughEventsForTheirBytes() {
        SnapshotPace pace{true};
        QVERIFY(!pace.due(kMin - 1) && pace.due(kMin));
        // 1,000 cells of 1,000 bytes and their births: half as many events.
        const std::uint64_t bytes = 1000 * 1048 + 1000 * 32;
        QVERIFY(pace.wantsWhole());
        const std::uint64_t first = bytes / kSaved;
        pace.made(first, image(first, 1000, 1000, 1000));
        // It was paid for; changes of a quarter of it are what may come next.
        std::uint64_t at = first + first / 4;
        QVERIFY(!pace.due(at - 1) && pace.due(at));
        QVERIFY(pace.affords(at, {1000, 0, 1000}));
        // They were less, and have no births.
        pace.made(at, image(at, 200, 1000, 1000, first));
        const std::uint64_t changed = 200 * 1048;
        QVERIFY(!pace.due(at + changed / kSaved - 1) && pace.due(at + changed / kSaved));
        // More than saved up for: those after it pay.
        const std::uint64_t before = at;
        at += changed / kSaved;
        pace.made(at, image(at, 240, 2000, 1000, before));
        const std::uint64_t more = 240 * 2048;
        QVERIFY(!pace.due(at + more / kSaved - 1) && pace.due(at + more / kSaved));
    }

    void aSnapshotNobodySavedUpForIsPaidAfterwards() {
        SnapshotPace pace{true};
        QVERIFY(pace.wantsWhole());
        pace.made(kMin, image(kMin, 1000, 1000, 1000));
        const std::uint64_t owed = (1000 * 1048 + 1000 * 32 - kSaved * kMin) / kSaved;
        QVERIFY(!pace.due(kMin + owed - 1) && pace.due(kMin + owed));
    }

    void whoMakesOnlyWholeOnesIsCountedSo() {
        // As a World does that was never taught otherwise.
        SnapshotPace pace{true};
        const std::uint64_t bytes = 1000 * 1048 + 1000 * 32;
        pace.made(bytes, image(bytes, 1000, 1000, 1000));
        QVERIFY(!pace.due(bytes + bytes / kSaved - 1) && pace.due(bytes + bytes / kSaved));
        QVERIFY(!pace.affords(bytes + 64'000 / kSaved, {1000, 0, 1000}));
        QVERIFY(pace.affords(bytes + 96'000 / kSaved, {1000, 0, 1000}));
    }

    void theFirstFailureHasOneWhateverItTakes() {
        SnapshotPace pace{true};
        QVERIFY(pace.wantsWhole() && !pace.due(10));
        pace.failed();
        QVERIFY(pace.due(10));
        QVERIFY(pace.affords(10, {1'000'000, 0, 1'000'000}));
        pace.made(10, image(10, 1000, 1000, 1000));
        QVERIFY(!pace.due(11));
        const std::uint64_t owed = (1000 * 1048 + 1000 * 32 - kSaved * 10) / kSaved;
        QVERIFY(!pace.due(10 + owed - 1) && pace.due(10 + owed));
    }

    void laterFailuresHaveOneWhereThereIsRoom() {
        SnapshotPace pace{true};
        QVERIFY(pace.wantsWhole());
        pace.failed();
        pace.made(10, image(10, 10, 100, 10));  // 10 * 148 + 10 * 32 bytes
        pace.failed();
        QVERIFY(pace.due(20) && !pace.affords(20, {10, 0, 10}));
        pace.declined();
        QVERIFY(!pace.due(20));
        // One of changes is taken for a quarter of it; types and the like are 8 KiB of each.
        pace.failed();
        constexpr std::uint64_t kEnough = (1800 + 450 + 2 * 8192 + kSaved - 1) / kSaved;
        QVERIFY(!pace.affords(kEnough - 1, {10, 0, 10}));
        QVERIFY(pace.affords(kEnough, {10, 0, 10}));
    }

    void aFailureThatWasDeclinedWasTheFirst() {
        SnapshotPace pace{true};
        pace.failed();
        QVERIFY(pace.affords(10, {1000, 0, 1000}));
        pace.declined();
        pace.failed();
        QVERIFY(!pace.affords(10, {1000, 0, 1000}));
    }

    void aThriftyFileHasNoneItCannotAfford() {
        SnapshotPace pace{true, true};
        pace.failed();
        QVERIFY(pace.due(10) && !pace.affords(10, {10, 0, 10}));
        QVERIFY(!pace.affords(10'000, {10, 0, 10}) && pace.affords(20'000, {10, 0, 10}));
    }

    void whatCannotBeAffordedWaits() {
        SnapshotPace pace{true};
        QVERIFY(!pace.affords(kMin, {1'000'000, 0, 1'000'000}));
        QVERIFY(pace.affords(96'000'000 / kSaved, {1'000'000, 0, 1'000'000}));
    }
};

QTEST_GUILESS_MAIN(TstSnapshotPace)
#include "tst_snapshot_pace.moc"
