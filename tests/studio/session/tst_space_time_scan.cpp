// The lines of a picture of messages are read in slices, one at least.
#include "studio/session/space_time_scan.h"
#include "tests/studio/support/sample_trace.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace {

/// All that the actors around the middle of the trace did.
SpaceTimeQuestion middleOf(const SampleTrace& trace) {
    SpaceTimeQuestion question;
    question.of = {trace.last().value / 2};
    question.causalOnly = false;
    return question;
}

void lookAtAll(SpaceTimeScan& scan, SampleTrace& trace) {
    const CancelFlag never{false};
    while (scan.advance(trace.open(), Clock::now(), never) != WalkEnd::kReachedEnd) {
    }
}

}  // namespace

class TestSpaceTimeScan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void withoutTimeALineIsReadAtATime() {
        SampleTrace trace{"bookings"};
        SpaceTimeScan scan{middleOf(trace)};
        lookAtAll(scan, trace);
        const CancelFlag never{false};
        std::size_t slices = 1;
        while (scan.readLines(trace.open(), Clock::now(), never) == WalkEnd::kOutOfTime) ++slices;
        const SpaceTime picture = scan.picture(trace.open());
        QVERIFY(picture.rows.size() > 100);
        QCOMPARE(slices, picture.rows.size());
        // They are known from then on.
        QCOMPARE(scan.readLines(trace.open(), Clock::now(), never), WalkEnd::kReachedEnd);
        // And are the same as those that are read at once.
        SpaceTimeScan atOnce{middleOf(trace)};
        lookAtAll(atOnce, trace);
        QCOMPARE(atOnce.readLines(trace.open(), Clock::time_point::max(), never),
                 WalkEnd::kReachedEnd);
        const SpaceTime expected = atOnce.picture(trace.open());
        QCOMPARE(picture.rows.size(), expected.rows.size());
        for (std::size_t i = 0; i < picture.rows.size(); ++i) {
            QCOMPARE(picture.rows[i].line.seq, expected.rows[i].line.seq);
            QCOMPARE(picture.rows[i].line.text, expected.rows[i].line.text);
        }
    }
    void whoeverIsCancelledReadsNoMore() {
        SampleTrace trace{"bookings"};
        SpaceTimeScan scan{middleOf(trace)};
        lookAtAll(scan, trace);
        const CancelFlag cancelled{true};
        QCOMPARE(scan.readLines(trace.open(), Clock::time_point::max(), cancelled),
                 WalkEnd::kCancelled);
        const CancelFlag never{false};
        QCOMPARE(scan.readLines(trace.open(), Clock::time_point::max(), never),
                 WalkEnd::kReachedEnd);
        QVERIFY(!scan.picture(trace.open()).rows.empty());
    }
};

QTEST_GUILESS_MAIN(TestSpaceTimeScan)
#include "tst_space_time_scan.moc"
