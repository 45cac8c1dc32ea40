#include "engine/base/world_image.h"
#include "tests/support/death.h"

#include <QTest>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

using namespace ariadne;

namespace {

Bytes bytesOf(std::string_view text) {
    const ByteView view = asBytes(text);
    return {view.begin(), view.end()};
}

MessageImage message(std::uint64_t enqueuedAt, std::string_view payload) {
    MessageImage image;
    image.kind = EventKind::kSend;
    image.enqueuedAt = {enqueuedAt};
    image.payload = bytesOf(payload);
    return image;
}

CellImage cell(std::uint32_t rank, std::string_view state) {
    CellImage image;
    image.rank = {rank};
    image.state = bytesOf(state);
    image.turns = 5;
    image.mailbox = {message(10, "a"), message(11, "b")};
    return image;
}

std::vector<CellBirth> births(std::uint32_t count) {
    std::vector<CellBirth> all(count + 1);
    for (std::uint32_t rank = 1; rank <= count; ++rank) {
        all[rank].rank = {rank};
        all[rank].key = {0x1000 + rank};
    }
    return all;
}

WorldImage world(decltype(WorldImage::cells) cells) {
    WorldImage image;
    image.cells = std::move(cells);
    return image;
}

}  // namespace

class TestWorldImage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void emptyWorldIsZero() { QCOMPARE(stateDigestOf(world({}), births(0)), std::uint64_t{0}); }

    void digestOfAWorldIsTheSameForEver() {
        // This number stands in trace files.
        QCOMPARE(stateDigestOf(world({cell(1, "one"), cell(2, "two")}), births(2)),
                 std::uint64_t{0x27E62BD6C799A51D});
    }

    void orderOfTheCellsDoesNotMatter() {
        decltype(WorldImage::cells) cells{cell(1, "one"), cell(2, "two"), cell(3, "three")};
        const std::uint64_t digest = stateDigestOf(world(cells), births(3));
        std::reverse(cells.begin(), cells.end());
        QCOMPARE(stateDigestOf(world(cells), births(3)), digest);
    }

    void whoHasAStateMatters() {
        QVERIFY(stateDigestOf(world({cell(1, "one"), cell(2, "two")}), births(2)) !=
                stateDigestOf(world({cell(1, "two"), cell(2, "one")}), births(2)));
    }

    void ranksCountByKeyNotByNumber() {
        // The same two cells born the other way round.
        std::vector<CellBirth> swapped = births(2);
        std::swap(swapped[1].key, swapped[2].key);
        QCOMPARE(stateDigestOf(world({cell(1, "two"), cell(2, "one")}), swapped),
                 stateDigestOf(world({cell(1, "one"), cell(2, "two")}), births(2)));
    }

    void everythingThatMakesACellCounts() {
        const std::uint64_t before = cellDigestOf(cell(1, "state"));
        const std::vector<std::function<void(CellImage&)>> edits{
            [](CellImage& c) { c.state = bytesOf("statf"); },
            [](CellImage& c) { c.behaviour = 1; },
            [](CellImage& c) { c.turns = 6; },
            [](CellImage& c) { c.sends = 1; },
            [](CellImage& c) { c.timers = 1; },
            [](CellImage& c) { c.children = 1; },
            [](CellImage& c) { c.draws = 1; },
            [](CellImage& c) { std::swap(c.mailbox[0], c.mailbox[1]); },
            [](CellImage& c) { c.mailbox[0].payload = bytesOf("c"); },
            [](CellImage& c) { c.mailbox[0].enqueuedAt = {9}; },
            [](CellImage& c) { c.mailbox.pop_back(); },
            [](CellImage& c) { std::swap(c.mailbox, c.stash); },
            [](CellImage& c) { std::swap(c.mailbox, c.control); },
            [](CellImage& c) { c.mailbox[0].kind = EventKind::kReply; },
            [](CellImage& c) { c.mailbox[0].sender = {77}; },
            [](CellImage& c) { c.mailbox[0].asker = {77}; },
            [](CellImage& c) { c.mailbox[0].askId = 77; },
            [](CellImage& c) { c.mailbox[0].answers = 77; },
            [](CellImage& c) { c.watchers = {{77}}; },
            [](CellImage& c) {
                c.pendingAsks = {{7, {7}, {}}};
            },
            [](CellImage& c) {
                c.childNames = {{"child", 1}};
            },
            [](CellImage& c) { c.mailboxCapacity = 77; },
            [](CellImage& c) { c.onFull = OnFull::kDropOldest; },
        };
        for (std::size_t i = 0; i < edits.size(); ++i) {
            CellImage edited = cell(1, "state");
            edits[i](edited);
            QVERIFY2(cellDigestOf(edited) != before, std::to_string(i).c_str());
        }
    }

    void everythingThatIsKeptOfACellCounts() {
        const auto kept = [] {
            CellImage image = cell(1, "state");
            CareImage& care = image.care.edit();
            care.restart = 1;
            care.effectsMade = 1;
            care.effects = {{"file.read", "/data", bytesOf("x"), 1, Duration{5}, {9}, 77}};
            return image;
        };
        const CellImage before = kept();
        const std::vector<std::function<void(CareImage&)>> edits{
            [](CareImage& c) { c.restart = 2; },
            [](CareImage& c) { c.shutdown = Duration{1}; },
            [](CareImage& c) { c.firstState = bytesOf("f"); },
            [](CareImage& c) { c.incarnation = 1; },
            [](CareImage& c) { c.restartsInARow = 1; },
            [](CareImage& c) { c.livesSince = {1}; },
            [](CareImage& c) { c.childOrdinal = 1; },
            [](CareImage& c) { c.maskedTurns = 1; },
            [](CareImage& c) { c.cancelled = 1; },
            [](CareImage& c) { c.cancelUntil = {1}; },
            [](CareImage& c) { c.cancelTold = true; },
            [](CareImage& c) { c.kernelTimers = 1; },
            [](CareImage& c) { c.regionsOpened = 1; },
            [](CareImage& c) { c.obligationsMade = 1; },
            [](CareImage& c) { c.links = {{7}}; },
            [](CareImage& c) {
                c.owed = {{{7}, 1}};
            },
            [](CareImage& c) {
                c.permitQueue = {{{7}, 1}};
            },
            [](CareImage& c) { c.parkedHere = {{7}}; },
            [](CareImage& c) { c.effectsMade = 2; },
            [](CareImage& c) { c.effects.clear(); },
            [](CareImage& c) { c.effects[0].name = "file.write"; },
            [](CareImage& c) { c.effects[0].scope = "/"; },
            [](CareImage& c) { c.effects[0].payload = bytesOf("y"); },
            [](CareImage& c) { c.effects[0].ordinal = 2; },
            [](CareImage& c) { c.effects[0].timeout = Duration{6}; },
            [](CareImage& c) { c.effects[0].askedAt = {8}; },
            [](CareImage& c) { c.effects[0].answerHash = 78; },
            [](CareImage& c) { c.memoryBytesMax = 1; },
        };
        QVERIFY(kept() == before);
        QCOMPARE(cellDigestOf(kept()), cellDigestOf(before));
        std::set<std::uint64_t> digests{cellDigestOf(before)};
        for (std::size_t i = 0; i < edits.size(); ++i) {
            CellImage edited = kept();
            edits[i](edited.care.edit());
            QVERIFY2(!(edited == before), std::to_string(i).c_str());
            QVERIFY2(digests.insert(cellDigestOf(edited)).second, std::to_string(i).c_str());
        }
    }

    void whatThePolicyRemembersCounts() {
        WorldImage image = world({cell(1, "one")});
        const auto digestWith = [&](std::vector<std::uint64_t> words) {
            image.decisionState = std::move(words);
            return stateDigestOf(image, births(1));
        };
        const std::set<std::uint64_t> digests{digestWith({}), digestWith({0}), digestWith({0, 0}),
                                              digestWith({1, 2}), digestWith({2, 1})};
        QCOMPARE(digests.size(), std::size_t{5});
    }

    void cellThatWasNeverBornIsABug() {
        const auto death = ariadne::tests::deathOf(
            [] { static_cast<void>(stateDigestOf(world({cell(3, "x")}), births(2))); });
        QVERIFY(death.aborted);
        QVERIFY2(death.said.find("3 vs. 3") != std::string::npos, death.said.c_str());
    }

    void changesBringAnImageUpToDate() {
        const auto at = [](std::uint64_t position, decltype(WorldImage::cells) cells) {
            WorldImage image = world(std::move(cells));
            image.position = {position};
            image.births = 4;
            return image;
        };
        const WorldImage base = at(10, {cell(1, "one"), cell(2, "two"), cell(3, "three")});
        WorldImage changes = at(20, {cell(3, "drei"), cell(6, "six")});
        changes.births = 6;
        changes.since = {10};
        changes.gone = {{2}, {5}};  // 5 was born in between
        WorldImage wanted = at(20, {cell(1, "one"), cell(3, "drei"), cell(6, "six")});
        wanted.births = 6;
        WorldImage now = base;
        QVERIFY(bringUpToDate(now, changes).ok());
        QVERIFY(now == wanted);

        const auto refuses = [&](auto edit) {
            WorldImage bad = changes;
            edit(bad);
            WorldImage from = base;
            return absl::IsDataLoss(bringUpToDate(from, bad));
        };
        QVERIFY(refuses([](WorldImage& c) { c.since = {9}; }));
        QVERIFY(refuses([](WorldImage& c) { c.since = {}; }));
        QVERIFY(refuses([](WorldImage& c) { c.gone = {{5}, {2}}; }));
        QVERIFY(refuses([](WorldImage& c) { c.gone = {{2}, {2}}; }));
        QVERIFY(refuses([](WorldImage& c) { c.gone = {{4}}; }));
        QVERIFY(refuses([](WorldImage& c) { c.gone = {{3}}; }));  // and changed
        QVERIFY(refuses([](WorldImage& c) { c.cells[0].rank = {2}; }));
    }
};

QTEST_GUILESS_MAIN(TestWorldImage)
#include "tst_world_image.moc"
