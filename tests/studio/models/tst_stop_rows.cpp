// Breakpoints and what they stop at, as tables; where the next stop is.
#include "studio/models/stop_hit_rows.h"
#include "studio/models/stop_rows.h"
#include "tests/studio/support/fake_trace.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

std::shared_ptr<StopHits> hitsAt(const std::vector<std::uint64_t>& positions,
                                 std::uint64_t searchedTo, bool complete) {
    auto out = std::make_shared<StopHits>();
    RowHitsBuilder all;
    for (const std::uint64_t position : positions) {
        all.add({position});
        out->lines.push_back({fake::line(position), {1}});
    }
    out->all = all.hits();
    out->searchedTo = {searchedTo};
    out->complete = complete;
    out->stops = {{1, positions.size(), {}}};
    return out;
}

QString shown(const QAbstractItemModel& model, int row, int column) {
    return model.index(row, column).data().toString();
}

}  // namespace

class TestStopRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theyAreAddedSwitchedChangedAndRemoved() {
        StopRows rows;
        const QAbstractItemModelTester tester{&rows};
        QSignalSpy edited{&rows, &StopRows::stopsEdited};
        QCOMPARE(rows.add(QStringLiteral("  ")), -1);
        QCOMPARE(edited.size(), 0);
        QCOMPARE(rows.add(QStringLiteral(" leak ")), 0);
        QCOMPARE(rows.add(QStringLiteral("failure")), 1);
        QCOMPARE(edited.size(), 2);
        const QModelIndex first = rows.index(0, StopRows::kCondition);
        QCOMPARE(first.data().toString(), QStringLiteral("leak"));
        QVERIFY(rows.setData(first, Qt::Unchecked, Qt::CheckStateRole));
        QVERIFY(!rows.at(0).enabled);
        QCOMPARE(shown(rows, 0, StopRows::kHits), QStringLiteral("off"));
        // The same again switches it on.
        QCOMPARE(rows.add(QStringLiteral("leak")), 0);
        QVERIFY(rows.at(0).enabled);
        QCOMPARE(rows.rowCount(), 2);
        const std::uint32_t before = rows.at(0).id;
        QVERIFY(rows.setData(first, QStringLiteral("kind = drop"), Qt::EditRole));
        QVERIFY(rows.at(0).id != before);
        QVERIFY(!rows.setData(first, QStringLiteral(" "), Qt::EditRole));
        QVERIFY(!rows.setData(first, QStringLiteral("kind = drop"), Qt::EditRole));
        QVERIFY(!(rows.flags(rows.index(0, StopRows::kHits)) & Qt::ItemIsEditable));
        rows.removeAt(0);
        rows.removeAt(7);
        QCOMPARE(rows.rowCount(), 1);
        QCOMPARE(rows.at(0).condition, std::string{"failure"});
    }

    void noMoreThanAreLookedForAreKept() {
        StopRows rows;
        for (std::size_t i = 0; i < kStopsMax; ++i)
            QVERIFY(rows.add(QStringLiteral("round = %1").arg(i)) >= 0);
        QCOMPARE(rows.add(QStringLiteral("one too many")), -1);
        QCOMPARE(rows.rowCount(), static_cast<int>(kStopsMax));
    }

    void answersAreShownForWhatWasAsked() {
        StopRows rows;
        const QAbstractItemModelTester tester{&rows};
        rows.setStops({{0, "leak", true}, {0, "nonsense", true}});
        QCOMPARE(shown(rows, 0, StopRows::kHits), QString());
        auto hits = std::make_shared<StopHits>();
        hits->stops = {{rows.at(0).id, 1234, {}}, {rows.at(1).id, 0, "column 1: found nonsense"}};
        rows.setHits(hits);
        QCOMPARE(shown(rows, 0, StopRows::kHits), QStringLiteral("1,234…"));
        QCOMPARE(shown(rows, 1, StopRows::kHits), QStringLiteral("problem"));
        QCOMPARE(rows.problemAt(1), QStringLiteral("column 1: found nonsense"));
        QCOMPARE(rows.problemAt(0), QString());
        auto complete = std::make_shared<StopHits>(*hits);
        complete->complete = true;
        rows.setHits(complete);
        QCOMPARE(shown(rows, 0, StopRows::kHits), QStringLiteral("1,234"));
        // What was said of others is not said of these.
        rows.setStops({{0, "failure", true}});
        rows.setHits(complete);
        QCOMPARE(shown(rows, 0, StopRows::kHits), QString());
    }

    void whereThereIsNothingToSearchNothingIsWrongWithThem() {
        StopRows rows;
        rows.setStops({{0, "leak", true}, {0, "nonsense", true}});
        auto hits = std::make_shared<StopHits>();
        hits->hasEvents = false;
        hits->complete = true;
        hits->stops = {{rows.at(0).id, 0, {}}, {rows.at(1).id, 0, "column 1: found nonsense"}};
        rows.setHits(hits);
        QCOMPARE(shown(rows, 0, StopRows::kHits), QStringLiteral("not searched"));
        QCOMPARE(rows.problemAt(0), QString());
        QCOMPARE(shown(rows, 1, StopRows::kHits), QStringLiteral("problem"));
        // But a run is paused by them.
        StopHitRows list;
        list.setHits(hits);
        QVERIFY(
            list.summary(1, {50}).startsWith(QStringLiteral("A run that is on pauses at them")));
    }

    void whatIsKeptComesBack() {
        const std::vector<Stop> stops{{1, "leak", true}, {2, "text ~ '-+'", false}};
        const std::vector<Stop> back = stopsKept(keptStops(stops));
        QCOMPARE(back.size(), std::size_t{2});
        for (std::size_t i = 0; i < back.size(); ++i) {
            QCOMPARE(back[i].condition, stops[i].condition);
            QCOMPARE(back[i].enabled, stops[i].enabled);
        }
        QVERIFY(stopsKept({QString(), QStringLiteral("+"), QStringLiteral("+  ")}).empty());
    }

    void theNextStopIsTheNearest() {
        const auto hits = hitsAt({10, 20, 30}, 100, true);
        QCOMPARE(hits->next({9}, true).position, Position{10});
        QCOMPARE(hits->next({10}, true).position, Position{20});
        QCOMPARE(hits->next({30}, true).position, std::nullopt);
        QVERIFY(!hits->next({30}, true).mayCome);
        QCOMPARE(hits->next({30}, false).position, Position{20});
        QCOMPARE(hits->next({99}, false).position, Position{30});
        QCOMPARE(hits->next({10}, false).position, std::nullopt);
    }

    void aSearchThatGoesOnIsWaitedFor() {
        const auto hits = hitsAt({10, 20}, 25, false);
        QCOMPARE(hits->next({10}, true).position, Position{20});
        QVERIFY(hits->next({20}, true).mayCome);
        QCOMPARE(hits->next({20}, false).position, Position{10});
        QCOMPARE(hits->next({26}, false).position, Position{20});
        // There may be one between 25 and here.
        QVERIFY(hits->next({60}, false).mayCome);
        QCOMPARE(hits->next({60}, false).position, std::nullopt);
    }

    void stopsAreListedInTheOrderOfTheRun() {
        StopHitRows rows;
        const QAbstractItemModelTester tester{&rows};
        rows.setActors(fake::actors(2));
        QCOMPARE(rows.rowOf({3}), -1);
        QVERIFY(rows.summary(0, {50}).contains(QStringLiteral("F9")));
        rows.setHits(hitsAt({3, 8}, 9, false));
        QCOMPARE(rows.rowCount(), 2);
        QCOMPARE(rows.positionAt(1), Position{8});
        QCOMPARE(rows.rowOf({8}), 1);
        QCOMPARE(rows.rowOf({5}), -1);
        QCOMPARE(shown(rows, 0, StopHitRows::kActor), QStringLiteral("bank"));
        QCOMPARE(rows.summary(1, {1000}), QStringLiteral("2 events; searched to event 9 of 1,000"));
    }

    void whatComesLaterIsAddedBehind() {
        StopHitRows rows;
        const QAbstractItemModelTester tester{&rows};
        QSignalSpy added{&rows, &QAbstractItemModel::rowsInserted};
        QSignalSpy reset{&rows, &QAbstractItemModel::modelReset};
        rows.setHits(hitsAt({3}, 9, false));
        reset.clear();
        added.clear();
        rows.setHits(hitsAt({3, 12}, 20, false));
        QCOMPARE(added.size(), 1);
        rows.setHits(hitsAt({3, 12}, 30, true));
        QCOMPARE(added.size(), 1);
        QCOMPARE(reset.size(), 0);
        QCOMPARE(rows.summary(1, {30}), QStringLiteral("2 events"));
        // Other breakpoints have other stops.
        rows.setHits(hitsAt({4, 12, 13}, 30, true));
        QCOMPARE(reset.size(), 1);
        QCOMPARE(rows.rowCount(), 3);
    }
};

QTEST_GUILESS_MAIN(TestStopRows)
#include "tst_stop_rows.moc"
