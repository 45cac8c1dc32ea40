// A watched value along a trace, against all states one after the other.
#include "studio/session/event_lines.h"
#include "studio/session/watch_scan.h"
#include "tests/studio/support/sample_trace.h"

#include <QTest>

#include <functional>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace {

const CancelFlag kNever{false};

WatchLane watched(SampleTrace& trace, Rank rank, const Watch& watch) {
    WatchScan scan{rank, watch, trace.open()};
    // No time at all: every batch is a slice of its own.
    while (scan.advance(trace.open(), Clock::time_point{}, kNever) == WalkEnd::kOutOfTime) {
    }
    return scan.lane(trace.open());
}

const value::ValueNode* at(const value::ValueNode& root, const FieldSteps& field) {
    const value::ValueNode* node = &root;
    for (const std::string& step : field) {
        const auto child = std::find_if(node->children.begin(), node->children.end(),
                                        [&](const auto& c) { return c.name == step; });
        if (child == node->children.end()) return nullptr;
        node = &*child;
    }
    return node;
}

void eachField(const value::ValueNode& node, FieldSteps& steps,
               const std::function<void(const FieldSteps&)>& visit) {
    visit(steps);
    for (const value::ValueNode& child : node.children) {
        steps.push_back(child.name);
        eachField(child, steps, visit);
        steps.pop_back();
    }
}

}  // namespace

class TestWatchScan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyFieldIsWhatItIsAtEveryPosition_data() {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("actor");
        QTest::newRow("account") << "lost_update"
                                 << "lost_update/account";
        QTest::newRow("supplier") << "bookings"
                                  << "bookings/suppliers/north";
        QTest::newRow("region") << "bookings"
                                << "bookings/suppliers";
        QTest::newRow("agency") << "bookings"
                                << "bookings";
    }
    void everyFieldIsWhatItIsAtEveryPosition() {
        QFETCH(QString, program);
        QFETCH(QString, actor);
        SampleTrace trace{program.toStdString()};
        const Rank rank = trace.rankOf(actor.toStdString());
        const Position born = trace.actors()[rank.value].bornAt;
        value::ShowOptions options = showOptionsOf(*trace.open().history);
        options.textBytesMax = WatchLane::kTextMax;
        std::vector<value::ValueNode> states(trace.last().value + 1);
        for (Position p = born; p <= trace.last(); ++p.value) {
            const auto cell = trace.open().history->cellAt(p, rank);
            QVERIFY(cell.ok());
            states[p.value] = cell->state.show(trace.open().reader->types(), options);
        }
        // Fields that are there at the end, and elements that are gone by then.
        std::set<FieldSteps> fields;
        for (const std::uint64_t p :
             {born.value, (born.value + trace.last().value) / 2, trace.last().value}) {
            FieldSteps steps;
            eachField(states[p], steps, [&](const FieldSteps& field) { fields.insert(field); });
        }
        std::size_t changes = 0;
        for (const FieldSteps& field : fields) {
            const WatchLane lane = watched(trace, rank, {actor.toStdString(), field});
            QVERIFY2(lane.note.empty(), lane.note.c_str());
            QVERIFY(lane.complete);
            QCOMPARE(lane.searchedTo, trace.last());
            changes += lane.points.size() - 1;
            for (std::uint64_t p = 1; p <= trace.last().value; ++p) {
                const WatchLane::Point* point = lane.at(p);
                if (p < born.value) {
                    QVERIFY(point == nullptr);
                    continue;
                }
                QVERIFY(point != nullptr);
                const value::ValueNode* node = at(states[p], field);
                if (node == nullptr) {
                    QCOMPARE(point->text, WatchLane::kGone);
                    continue;
                }
                QCOMPARE(lane.textOf(*point), node->text);
                if (lane.isNumber)
                    QCOMPARE(point->number, QByteArray::fromStdString(node->text).toDouble());
            }
        }
        QVERIFY(fields.size() > 1);
        QVERIFY(changes > 3);
    }

    void numbersHaveTheirRange() {
        SampleTrace trace{"lost_update"};
        const Rank account = trace.rankOf("lost_update/account");
        const WatchLane lane = watched(trace, account, {"lost_update/account", {"balance"}});
        QVERIFY(lane.isNumber);
        double low = 1e300, high = -1e300;
        for (const WatchLane::Point& point : lane.points)
            low = std::min(low, point.number), high = std::max(high, point.number);
        QCOMPARE(lane.low, low);
        QCOMPARE(lane.high, high);
        QVERIFY(low < high);
        const WatchLane whole = watched(trace, account, {"lost_update/account", {}});
        QVERIFY(!whole.isNumber);
    }

    void whatIsNotThereIsSaid() {
        SampleTrace trace{"lost_update"};
        const WatchLane nobody = watched(trace, kOutside, {"gone", {"x"}});
        QVERIFY2(nobody.note.find("no actor gone") != std::string::npos, nobody.note.c_str());
        QVERIFY(nobody.complete && nobody.points.empty());
        const Rank account = trace.rankOf("lost_update/account");
        const WatchLane none = watched(trace, account, {"lost_update/account", {"colour"}});
        QVERIFY2(none.note.starts_with("found no field 'colour'"), none.note.c_str());
        QVERIFY(none.complete);
    }

    void whoCancelsGoesOnLater() {
        SampleTrace trace{"lost_update"};
        const Rank account = trace.rankOf("lost_update/account");
        const Watch watch{"lost_update/account", {"balance"}};
        WatchScan scan{account, watch, trace.open()};
        const CancelFlag cancelled{true};
        const auto later = Clock::now() + std::chrono::hours{1};
        QCOMPARE(scan.advance(trace.open(), later, cancelled), WalkEnd::kCancelled);
        QVERIFY(scan.isOpen(trace.open()));
        QCOMPARE(scan.advance(trace.open(), later, kNever), WalkEnd::kReachedEnd);
        QCOMPARE(scan.lane(trace.open()).points.size(),
                 watched(trace, account, watch).points.size());
    }
};

QTEST_GUILESS_MAIN(TestWatchScan)
#include "tst_watch_scan.moc"
