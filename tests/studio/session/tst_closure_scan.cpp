// The messages that led to an event and came of it, against a walk over all rows.
#include "studio/session/closure_scan.h"
#include "tests/studio/support/sample_trace.h"

#include <QTest>

#include <map>
#include <set>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace {

ArrowSet closureOf(SampleTrace& trace, Position event) {
    ClosureScan scan{event};
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
        const ArrowSet first = closureOf(trace, {1});
        const ArrowSet last = closureOf(trace, trace.last());
        QVERIFY(first.arrows.size() <= ArrowSet::kArrowsMax);
        QVERIFY(std::is_sorted(first.arrows.begin(), first.arrows.end(),
                               [](const Arrow& a, const Arrow& b) { return a.from < b.from; }));
        QVERIFY(last.arrows.empty() || last.arrows.back().from <= trace.last());
    }
};

QTEST_GUILESS_MAIN(TestClosureScan)
#include "tst_closure_scan.moc"
