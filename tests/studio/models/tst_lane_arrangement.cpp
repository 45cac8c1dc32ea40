// Which lanes there are, and in which order, of small made-up worlds.
#include "studio/models/lane_arrangement.h"

#include <QTest>

#include <algorithm>
#include <ctime>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

/// shop (a region's maker), shop/tills (a region) with two tills, shop/audit, and a printer that
/// stands alone.
std::vector<ActorEntry> shop() {
    return {{},
            {{1}, {0}, "shop", "Shop", {1}, false},
            {{2}, {1}, "shop/tills", "Region", {2}, true},
            {{3}, {2}, "shop/tills/1", "Till", {3}, false},
            {{4}, {2}, "shop/tills/2", "Till", {4}, false},
            {{5}, {1}, "shop/audit", "Audit", {5}, false},
            {{6}, {0}, "printer", "Printer", {6}, false}};
}

LaneIndex lanesOf(std::size_t count) {
    LaneIndex out;
    out.lanes.resize(count);
    for (std::uint32_t rank = 0; rank < count; ++rank) out.lanes[rank].rank = {rank};
    return out;
}

/// A line for each row; members are indented, pinned ones have a "!".
QString dump(const LaneArrangement& lanes, const std::vector<ActorEntry>& actors) {
    QStringList out;
    for (const LaneRow& row : lanes.rows) {
        QString line = row.pinned ? QStringLiteral("!") : QString();
        if (row.inGroup) line += QStringLiteral("  ");
        if (row.kind == LaneRow::Kind::kGroup) {
            const auto& group = lanes.groups[row.index];
            line += group.collapsed ? QStringLiteral("+ ") : QStringLiteral("- ");
            line += groupTitle(lanes.grouping, group);
            line += QStringLiteral(" %1").arg((*lanes.members)[row.index].size());
        } else if (row.kind == LaneRow::Kind::kWatch) {
            line += QString::fromStdString("watch " + lanes.watches[row.index].actor);
        } else {
            line += row.index == 0 ? QStringLiteral("outside")
                                   : QString::fromStdString(actors[row.index].path);
        }
        out << line;
    }
    return out.join(QLatin1Char('\n'));
}

QString arranged(const LaneChoices& choices, const ActorMatches* matches = nullptr) {
    return dump(arrangeLanes(shop(), lanesOf(7), choices, matches), shop());
}

ActorMatches matching(const char* text) {
    return actorsMatching(std::make_shared<const std::vector<ActorEntry>>(shop()), text);
}

LaneChoices grouped(LaneGrouping grouping) {
    LaneChoices out;
    out.grouping = grouping;
    return out;
}

std::size_t rowOf(const LaneArrangement& lanes, const LaneKey& key) {
    for (std::size_t row = 0; row < lanes.rows.size(); ++row)
        if (keyOf(lanes, shop(), lanes.rows[row]) == key) return row;
    return lanes.rows.size();
}

/// Moves the lane of `key` once; whether it did.
bool moved(LaneChoices& choices, const LaneKey& key, bool up) {
    const LaneArrangement lanes = arrangeLanes(shop(), lanesOf(7), choices, nullptr);
    return moveLane(choices, lanes, shop(), rowOf(lanes, key), up);
}

}  // namespace

class TestLaneArrangement : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void withoutChoicesLanesStandInTreeOrder() {
        QCOMPARE(arranged({}), QStringLiteral("shop\nshop/tills\nshop/tills/1\nshop/tills/2\n"
                                              "shop/audit\nprinter"));
    }
    void whatIsOutsideComesFirstWhenItDidSomething() {
        LaneIndex lanes = lanesOf(7);
        lanes.lanes[0].slices.add({1, 1, SliceKind::kTurn});
        LaneChoices byType = grouped(LaneGrouping::kType);
        const QString text = dump(arrangeLanes(shop(), lanes, byType, nullptr), shop());
        QVERIFY2(text.startsWith(QStringLiteral("outside\n- Shop 1\n")), qPrintable(text));
    }
    void aGroupOfARegionKnowsWhichOneItIs() {
        const LaneArrangement lanes =
            arrangeLanes(shop(), lanesOf(7), grouped(LaneGrouping::kRegion), nullptr);
        QCOMPARE(lanes.groups[0].region, kOutside);
        QCOMPARE(lanes.groups[1].region, Rank{2});
        const LaneArrangement types =
            arrangeLanes(shop(), lanesOf(7), grouped(LaneGrouping::kType), nullptr);
        for (const auto& group : types.groups) QCOMPARE(group.region, kOutside);
    }
    void movesAreMadeOneAfterTheOther() {
        // Against lists in which each is taken out and put in again.
        std::vector<ActorEntry> actors(40);
        for (std::uint32_t rank = 1; rank < 40; ++rank)
            actors[rank] = {
                {rank}, {0},  "a" + std::to_string(rank), rank % 2 != 0 ? "Odd" : "Even",
                {rank}, false};
        std::uint32_t seed = 3;
        const auto random = [&seed](std::uint32_t below) {
            seed = seed * 1664525 + 1013904223;
            return (seed >> 8U) % below;
        };
        for (int round = 0; round < 100; ++round) {
            LaneChoices choices;
            choices.grouping = round % 2 == 0 ? LaneGrouping::kNone : LaneGrouping::kType;
            std::vector<std::uint32_t> all;
            for (std::uint32_t rank = 1; rank < 40; ++rank) all.push_back(rank);
            if (round % 2 != 0)
                std::stable_partition(all.begin(), all.end(),
                                      [](std::uint32_t rank) { return rank % 2 != 0; });
            for (std::size_t i = 0; i < LaneChoices::kMovesMax; ++i) {
                const std::uint32_t what = 1 + random(39), anchor = 1 + random(39);
                const bool before = random(2) == 0;
                choices.moves.push_back({actorKey(actors[what]), actorKey(actors[anchor]), before});
                const bool apart = round % 2 != 0 && what % 2 != anchor % 2;
                if (what == anchor || apart) continue;
                all.erase(std::find(all.begin(), all.end(), what));
                const auto to = std::find(all.begin(), all.end(), anchor);
                all.insert(before ? to : to + 1, what);
            }
            std::vector<std::uint32_t> shown;
            for (const LaneRow& row : arrangeLanes(actors, lanesOf(40), choices, nullptr).rows)
                if (row.kind == LaneRow::Kind::kActor) shown.push_back(row.index);
            QVERIFY(shown == all);
        }
    }
    void groupsStandWhereTheirFirstMemberDoes() {
        QCOMPARE(arranged(grouped(LaneGrouping::kType)),
                 QStringLiteral("- Shop 1\n  shop\n- Region 1\n  shop/tills\n- Till 2\n"
                                "  shop/tills/1\n  shop/tills/2\n- Audit 1\n  shop/audit\n"
                                "- Printer 1\n  printer"));
        QCOMPARE(arranged(grouped(LaneGrouping::kRegion)),
                 QStringLiteral("- In no region 3\n  shop\n  shop/audit\n  printer\n"
                                "- shop/tills 3\n  shop/tills\n  shop/tills/1\n  shop/tills/2"));
        QCOMPARE(arranged(grouped(LaneGrouping::kSupervisor)),
                 QStringLiteral("- At the top 2\n  shop\n  printer\n- shop 2\n  shop/tills\n"
                                "  shop/audit\n- shop/tills 2\n  shop/tills/1\n  shop/tills/2"));
    }
    void aCollapsedGroupIsOneLane() {
        LaneChoices choices = grouped(LaneGrouping::kType);
        toggleCollapsed(choices, groupKey(LaneGrouping::kType, "Till"));
        const LaneArrangement lanes = arrangeLanes(shop(), lanesOf(7), choices, nullptr);
        const QString text = dump(lanes, shop());
        QVERIFY2(text.contains(QStringLiteral("+ Till 2\n- Audit 1")), qPrintable(text));
        QCOMPARE(lanes.counts, (LaneCounts{6, 6, 0, 0, 2, 1}));
        QCOMPARE(laneCountText(lanes.counts), QStringLiteral("6 lanes, 2 in one collapsed group"));
        toggleCollapsed(choices, groupKey(LaneGrouping::kType, "Till"));
        QVERIFY(choices.otherwise.empty());
        collapseAll(choices, true);
        toggleCollapsed(choices, groupKey(LaneGrouping::kType, "Till"));
        QCOMPARE(arranged(choices), QStringLiteral("+ Shop 1\n+ Region 1\n- Till 2\n"
                                                   "  shop/tills/1\n  shop/tills/2\n+ Audit 1\n"
                                                   "+ Printer 1"));
        collapseAll(choices, false);
        QCOMPARE(choices, grouped(LaneGrouping::kType));
    }
    void pinnedLanesStandOnTopInTheirOrderAndInNoGroup() {
        LaneChoices choices = grouped(LaneGrouping::kType);
        togglePinned(choices, "actor:printer");
        togglePinned(choices, watchKey({"shop", {"open"}}));
        togglePinned(choices, "actor:shop/tills/2");
        togglePinned(choices, "actor:gone");
        const LaneArrangement lanes = arrangeLanes(shop(), lanesOf(7), choices, nullptr);
        const QString text = dump(lanes, shop());
        QVERIFY2(text.startsWith(QStringLiteral("!printer\n!watch shop\n!shop/tills/2\n- Shop 1")),
                 qPrintable(text));
        QVERIFY(text.contains(QStringLiteral("- Till 1\n  shop/tills/1")));
        QVERIFY(!text.contains(QStringLiteral("Printer")));
        QCOMPARE(lanes.pinnedRows, 3u);
        QCOMPARE(lanes.counts.shown, 6u);
        togglePinned(choices, "actor:printer");
        QVERIFY(!choices.isPinned("actor:printer"));
    }
    void hiddenLanesAreLeftOutHoweverLanesAreGrouped() {
        LaneChoices choices;
        hideLane(choices, "actor:printer");
        hideLane(choices, groupKey(LaneGrouping::kType, "Till"));
        QCOMPARE(arranged(choices), QStringLiteral("shop\nshop/tills\nshop/audit"));
        const LaneArrangement lanes = arrangeLanes(shop(), lanesOf(7), choices, nullptr);
        QCOMPARE(laneCountText(lanes.counts), QStringLiteral("3 of 6 lanes, 3 hidden"));
        choices.grouping = LaneGrouping::kSupervisor;
        QCOMPARE(arranged(choices), QStringLiteral("- At the top 1\n  shop\n- shop 2\n"
                                                   "  shop/tills\n  shop/audit"));
        showAllLanes(choices);
        choices.grouping = LaneGrouping::kNone;
        QCOMPARE(arranged(choices), arranged({}));
    }
    void hidingTheOthersKeepsWhatIsPinned() {
        LaneChoices choices;
        togglePinned(choices, "actor:printer");
        hideOtherLanes(choices, "actor:shop/audit");
        QCOMPARE(arranged(choices), QStringLiteral("!printer\nshop/audit"));
        hideOtherLanes(choices, groupKey(LaneGrouping::kRegion, "shop/tills"));
        QCOMPARE(arranged(choices), QStringLiteral("!printer\nshop/tills\nshop/tills/1\n"
                                                   "shop/tills/2"));
        hideOtherLanes(choices, "actor:printer");
        QCOMPARE(arranged(choices), QStringLiteral("!printer"));
        hideLane(choices, "actor:printer");
        QCOMPARE(arranged(choices), QString());
    }
    void theFilterKeepsWhatMatchesAndWhatIsPinned() {
        LaneChoices choices = grouped(LaneGrouping::kType);
        choices.filter = "tills/";
        const ActorMatches matches = matching("tills/");
        QCOMPARE(arranged(choices, &matches),
                 QStringLiteral("- Till 2\n  shop/tills/1\n  shop/tills/2"));
        togglePinned(choices, "actor:printer");
        const LaneArrangement lanes = arrangeLanes(shop(), lanesOf(7), choices, &matches);
        QCOMPARE(lanes.counts, (LaneCounts{6, 3, 0, 3, 0, 0}));
        QCOMPARE(laneCountText(lanes.counts), QStringLiteral("3 of 6 lanes"));
        // Who is not known to the matches yet does not match; without matches all do.
        ActorMatches few = matches;
        few.matches.resize(4);
        choices = {};
        choices.filter = "tills/";
        QCOMPARE(arranged(choices, &few), QStringLiteral("shop/tills/1"));
        QCOMPARE(arranged(choices), arranged({}));
    }
    void lanesAreMovedAmongThoseTheyStandAmong() {
        LaneChoices choices;
        QVERIFY(moved(choices, "actor:printer", true));
        QCOMPARE(arranged(choices), QStringLiteral("shop\nshop/tills\nshop/tills/1\nshop/tills/2\n"
                                                   "printer\nshop/audit"));
        QVERIFY(moved(choices, "actor:printer", true));
        QCOMPARE(choices.moves.size(), std::size_t{1});
        QVERIFY(moved(choices, "actor:shop", false));
        QCOMPARE(arranged(choices), QStringLiteral("shop/tills\nshop\nshop/tills/1\nprinter\n"
                                                   "shop/tills/2\nshop/audit"));
        QVERIFY(!moved(choices, "actor:shop/tills", true));
        QVERIFY(!moved(choices, "actor:shop/audit", false));
        QVERIFY(!moved(choices, "actor:nobody", false));
    }
    void whoStandsNextToAMovedLaneStaysThere() {
        LaneChoices choices;
        QVERIFY(moved(choices, "actor:printer", true));        // printer before audit
        QVERIFY(moved(choices, "actor:shop/tills/2", false));  // behind the printer
        QVERIFY(moved(choices, "actor:printer", true));        // and the printer away again
        QCOMPARE(arranged(choices), QStringLiteral("shop\nshop/tills\nprinter\nshop/tills/1\n"
                                                   "shop/tills/2\nshop/audit"));
    }
    void groupsAreMovedAndMembersStayInTheirs() {
        LaneChoices choices = grouped(LaneGrouping::kSupervisor);
        QVERIFY(moved(choices, groupKey(LaneGrouping::kSupervisor, "shop/tills"), true));
        QVERIFY(moved(choices, "actor:shop/tills/2", true));
        QVERIFY(!moved(choices, "actor:shop/tills/2", true));
        QVERIFY(!moved(choices, groupKey(LaneGrouping::kSupervisor, ""), true));
        QCOMPARE(arranged(choices),
                 QStringLiteral("- At the top 2\n  shop\n  printer\n- shop/tills 2\n"
                                "  shop/tills/2\n  shop/tills/1\n- shop 2\n  shop/tills\n"
                                "  shop/audit"));
        // What was moved in one grouping means nothing where the two are not together.
        choices.grouping = LaneGrouping::kRegion;
        QVERIFY(arranged(choices).contains(QStringLiteral("shop/tills/2\n  shop/tills/1")));
    }
    void pinnedLanesAreMovedAmongThemselves() {
        LaneChoices choices;
        togglePinned(choices, "actor:printer");
        togglePinned(choices, watchKey({"shop", {}}));
        QVERIFY(moved(choices, watchKey({"shop", {}}), true));
        QVERIFY(arranged(choices).startsWith(QStringLiteral("!watch shop\n!printer\nshop")));
        QVERIFY(!moved(choices, "actor:printer", false));
        QVERIFY(!moved(choices, "actor:shop", true));
        QVERIFY(choices.moves.empty());
    }
    void oldMovesAreForgotten() {
        LaneChoices choices;
        for (std::size_t i = 0; i < 2 * LaneChoices::kMovesMax; ++i)
            noteMove(choices, {"actor:" + std::to_string(i), "actor:0", true});
        QCOMPARE(choices.moves.size(), LaneChoices::kMovesMax);
        QCOMPARE(choices.moves.back().what,
                 "actor:" + std::to_string(2 * LaneChoices::kMovesMax - 1));
    }
    void idleLanesGoWithTheirGroupButPinnedAndCollapsedOnesStay() {
        LaneIndex lanes = lanesOf(7);
        lanes.lanes[4].slices.add({50, 2, SliceKind::kTurn});
        LaneChoices choices = grouped(LaneGrouping::kType);
        togglePinned(choices, "actor:printer");
        toggleCollapsed(choices, groupKey(LaneGrouping::kType, "Audit"));
        LaneArrangement all = arrangeLanes(shop(), lanes, choices, nullptr);
        all.rows = rowsWithEventsIn(all.rows, lanes, {40, 60}, 0);
        QCOMPARE(dump(all, shop()),
                 QStringLiteral("!printer\n- Till 2\n  shop/tills/2\n+ Audit 1"));
        all = arrangeLanes(shop(), lanes, choices, nullptr);
        all.rows = rowsWithEventsIn(all.rows, lanes, {52, 60}, 1);
        QCOMPARE(dump(all, shop()), QStringLiteral("!printer\n- Shop 1\n  shop\n+ Audit 1"));
    }
    void nothingHasNoLanes() {
        for (const LaneGrouping grouping : {LaneGrouping::kNone, LaneGrouping::kType}) {
            const LaneArrangement none = arrangeLanes({}, {}, grouped(grouping), nullptr);
            QVERIFY(none.rows.empty() && none.members->empty());
            QCOMPARE(none.counts, LaneCounts{});
        }
        // Of lanes and actors the shorter list counts while a trace grows.
        QCOMPARE(dump(arrangeLanes(shop(), lanesOf(3), {}, nullptr), shop()),
                 QStringLiteral("shop\nshop/tills"));
        QCOMPARE(laneCountText({}), QStringLiteral("0 lanes"));
    }
    void aHundredThousandActorsAreArranged() {
        std::vector<ActorEntry> actors(100'001);
        for (std::uint32_t rank = 1; rank < actors.size(); ++rank) {
            const std::uint32_t room = (rank - 1) / 100 * 100 + 1;
            actors[rank] = {{rank},
                            {rank == room ? 0 : room},
                            rank == room ? "chat/room#" + std::to_string(room)
                                         : "chat/room#" + std::to_string(room) + "/member#" +
                                               std::to_string(rank),
                            rank == room ? "Room" : "Member",
                            {rank},
                            false};
        }
        const LaneIndex index = lanesOf(actors.size());
        LaneChoices choices = grouped(LaneGrouping::kSupervisor);
        collapseAll(choices, true);
        hideLane(choices, "actor:chat/room#1/member#7");
        const auto all = std::make_shared<const std::vector<ActorEntry>>(actors);
        choices.filter = "#7";
        const ActorMatches matches = actorsMatching(all, "#7");
        const std::clock_t begin = std::clock();
        const LaneArrangement lanes = arrangeLanes(actors, index, choices, &matches);
        qInfo("arranged in %.1f ms",
              1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
        QCOMPARE(lanes.counts.total, 100'000u);
        QCOMPARE(lanes.counts.hidden, 1u);
        QCOMPARE(lanes.counts.shown, matches.count - 1);
        QCOMPARE(lanes.counts.folded, lanes.counts.shown);
        QCOMPARE(lanes.rows.size(), lanes.groups.size());
    }
    void choicesAreKept() {
        LaneChoices choices = grouped(LaneGrouping::kSupervisor);
        choices.filter = "till 1";
        togglePinned(choices, "actor:shop/a b, c");
        togglePinned(choices, watchKey({"shop", {"seen", "[\"a b\"]"}}));
        hideLane(choices, "actor:printer");
        choices.only.insert("region:");
        collapseAll(choices, true);
        toggleCollapsed(choices, "type:Till<a, b>");
        noteMove(choices, {"actor:x", "actor:y z", false});
        noteMove(choices, {"actor:y z", "actor:x", true});
        QCOMPARE(choicesKept(keptChoices(choices)), choices);
        QCOMPARE(choices.watches().size(), std::size_t{1});
        QCOMPARE(choices.watches()[0], (Watch{"shop", {"seen", "[\"a b\"]"}}));
        QCOMPARE(choicesKept(keptChoices({})), LaneChoices{});
        QCOMPARE(choicesKept({QStringLiteral("group tea"), QStringLiteral("pin"), QString(),
                              QStringLiteral("before alone"), QStringLiteral("colour red")}),
                 LaneChoices{});
    }
    void questionsAreKeptAsLanesOnTop() {
        LaneChoices choices;
        const KeptQuery slow{"slow ones", "SELECT position\nFROM message -- pin"};
        choices.pinned = {"actor:printer", queryKey(slow), watchKey({"shop", {"sold"}})};
        QCOMPARE(choices.queries(), std::vector<KeptQuery>{slow});
        QCOMPARE(choicesKept(keptChoices(choices)), choices);
        const LaneArrangement lanes = arrangeLanes(shop(), lanesOf(7), choices, nullptr);
        QCOMPARE(lanes.pinnedRows, 3u);
        QCOMPARE(lanes.rows[1], (LaneRow{LaneRow::Kind::kQuery, true, false, 0}));
        QCOMPARE(keyOf(lanes, shop(), lanes.rows[1]), queryKey(slow));
        QVERIFY(moveLane(choices, lanes, shop(), 1, true));
        QCOMPARE(choices.pinned.front(), queryKey(slow));
        // Whoever hides it keeps it no longer.
        hideLane(choices, queryKey(slow));
        QVERIFY(choices.queries().empty() && choices.hidden.empty());
    }
    void whatIsNoQuestionIsNotTakenForOne() {
        QVERIFY(!queryOf("query:"));
        QVERIFY(!queryOf("query:name"));
        QVERIFY(!queryOf("query:name\n"));
        QVERIFY(!queryOf("query:\nSELECT 1"));
        QVERIFY(!queryOf("watch:bank\nbalance"));
        QVERIFY(!queryOf(queryKey({"long", std::string(kKeptQueryBytesMax, 'x')})));
    }

    void keysOfWatchesAreNoOthers() {
        QVERIFY(!watchOf("actor:watch:x"));
        QCOMPARE(watchOf(watchKey({"a", {}})), std::optional(Watch{"a", {}}));
    }
};

QTEST_GUILESS_MAIN(TestLaneArrangement)
#include "tst_lane_arrangement.moc"
