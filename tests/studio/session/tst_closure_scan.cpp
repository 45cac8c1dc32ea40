// The messages that led to an event and came of it, against a walk over all rows.
#include "studio/session/closure_scan.h"
#include "tests/studio/support/sample_trace.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <set>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace {

ArrowSet closureOf(SampleTrace& trace, Position event, std::size_t most = ArrowSet::kArrowsMax) {
    ClosureScan scan{event, most};
    const CancelFlag never{false};
    while (scan.advance(trace.open(), Clock::now(), never) != WalkEnd::kReachedEnd) {
    }
    return scan.take();
}

/// From where to where, by the causes of all rows; 0: nobody took it.
std::map<std::uint64_t, std::uint64_t> expected(SampleTrace& trace, Position event) {
    std::map<std::uint64_t, std::uint64_t> cause, taken;
    std::set<std::uint64_t> enqueues, belongs;
    for (Position at{1}; at <= trace.last(); ++at.value) {
        const EventRow row = trace.rowAt(at);
        cause[at.value] = row.cause.value;
        if (isEnqueue(row.kind)) enqueues.insert(at.value);
        if (row.kind == EventKind::kDeliver) taken.emplace(row.cause.value, at.value);
    }
    for (std::uint64_t at = event.value; at != 0; at = cause[at]) belongs.insert(at);
    std::set<std::uint64_t> future{event.value};
    for (std::uint64_t at = event.value + 1; at <= trace.last().value; ++at)
        if (future.contains(cause[at])) future.insert(at);
    belongs.insert(future.begin(), future.end());
    std::map<std::uint64_t, std::uint64_t> out;
    for (const std::uint64_t at : belongs)
        if (enqueues.contains(at)) out[at] = taken.contains(at) ? taken[at] : 0;
    return out;
}

}  // namespace

class TestClosureScan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theyAreThoseThatCausesLeadAlong_data() {
        QTest::addColumn<QString>("program");
        QTest::newRow("bookings") << "bookings";
        QTest::newRow("supervised shop") << "supervised_shop";
    }
    void theyAreThoseThatCausesLeadAlong() {
        QFETCH(QString, program);
        SampleTrace trace{program.toStdString()};
        std::size_t most = 0, taken = 0, arrows = 0;
        for (std::uint64_t at = 1; at <= trace.last().value;
             at += std::max<std::uint64_t>(trace.last().value / 60, 1)) {
            const ArrowSet set = closureOf(trace, {at});
            QCOMPARE(set.closureOf.value, at);
            QCOMPARE(set.lookedTo, trace.last());
            std::map<std::uint64_t, std::uint64_t> told;
            for (const Arrow& arrow : set.arrows) {
                told[arrow.from.value] = arrow.to.value;
                const EventRow sent = trace.rowAt(arrow.from);
                QCOMPARE(arrow.sender, sent.cell);
                QCOMPARE(arrow.receiver, sent.peer);
            }
            const auto all = expected(trace, {at});
            QVERIFY(!set.isMore);
            QCOMPARE(set.total, std::uint64_t{all.size()});
            if (all.size() < ArrowSet::kArrowsMax / 2) QCOMPARE(told.size(), all.size());
            for (const auto& [from, to] : told) {
                QVERIFY(all.contains(from));
                // Of one that led on without having been taken it is not known who took it.
                if (to != 0) QCOMPARE(to, all.at(from));
                taken += to != 0 ? 1 : 0;
                arrows += 1;
            }
            most = std::max(most, all.size());
        }
        QVERIFY(most > 10);
        QVERIFY(taken > arrows / 2);
    }
    void ofTooManyTheNearestAreKept() {
        SampleTrace trace{"bookings"};
        constexpr std::size_t kHalf = 3;
        int tooMany = 0;
        for (Position event{1}; event <= trace.last(); event.value += 7) {
            const ArrowSet all = closureOf(trace, event);
            const ArrowSet some = closureOf(trace, event, 2 * kHalf);
            QCOMPARE(some.total, all.total);
            // Half of the room is for what led there, which the event itself belongs to.
            const auto behind = std::find_if(all.arrows.begin(), all.arrows.end(),
                                             [&](const Arrow& a) { return a.from > event; });
            const std::size_t past = static_cast<std::size_t>(behind - all.arrows.begin());
            const std::size_t pastKept = std::min(past, kHalf);
            const std::size_t futureKept = std::min(all.arrows.size() - past, kHalf);
            QCOMPARE(some.arrows.size(), pastKept + futureKept);
            for (std::size_t i = 0; i < some.arrows.size(); ++i) {
                const Arrow& expected = all.arrows[past - pastKept + i];
                QCOMPARE(some.arrows[i].from, expected.from);
                QCOMPARE(some.arrows[i].to, expected.to);
            }
            tooMany += past > kHalf && all.arrows.size() - past > kHalf ? 1 : 0;
        }
        QVERIFY(tooMany > 0);
    }
};

QTEST_GUILESS_MAIN(TestClosureScan)
#include "tst_closure_scan.moc"
