#include "studio/models/event_rows.h"
#include "tests/studio/support/fake_trace.h"

#include <QSignalSpy>
#include <QTest>

using namespace ariadne::studio;

class TestEventRows : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aMissingRowIsAskedForOnce() {
        EventRows rows;
        QSignalSpy wanted(&rows, &EventRows::pageWanted);
        rows.setCount(fake::rowCount(1, 1000, false, true));
        QVERIFY(rows.line(300) == nullptr);
        QVERIFY(rows.line(301) == nullptr);
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].toULongLong(), 256u);
        rows.insert(fake::page(1, 256, 256));
        QVERIFY(rows.line(300) != nullptr);
        QCOMPARE(rows.line(300)->seq.value, std::uint64_t{301});
    }
    void neverMoreThanTheBoundIsKept() {
        EventRows rows;
        rows.setCount(fake::rowCount(1, 256 * 200, false, true));
        for (std::uint64_t p = 0; p < 200; ++p) rows.insert(fake::page(1, p * 256, 256));
        QCOMPARE(rows.pageCount(), EventRows::kPagesMax);
        QVERIFY(rows.lineIfHere(199 * 256) != nullptr);
        QVERIFY(rows.lineIfHere(0) == nullptr);
    }
    void whatWasLookedAtLastStays() {
        EventRows rows;
        rows.setCount(fake::rowCount(1, 256 * 200, false, true));
        for (std::uint64_t p = 0; p < 200; ++p) {
            rows.insert(fake::page(1, p * 256, 256));
            QVERIFY(rows.line(0) != nullptr);
        }
    }
    void pagesOfAnOldFilterAreIgnored() {
        EventRows rows;
        rows.setCount(fake::rowCount(1, 1000, false, true));
        rows.insert(fake::page(1, 0, 256));
        rows.setCount(fake::rowCount(2, 17, true, false));
        QVERIFY(rows.lineIfHere(0) == nullptr);
        rows.insert(fake::page(1, 0, 256));
        QVERIFY(rows.lineIfHere(0) == nullptr);
    }
    void aPageThatGrewIsAskedForAgain() {
        EventRows rows;
        rows.setCount(fake::rowCount(1, 10, false, true));
        rows.insert(fake::page(1, 0, 10));
        QSignalSpy wanted(&rows, &EventRows::pageWanted);
        rows.setCount(fake::rowCount(1, 20, false, true));
        QVERIFY(rows.line(15) == nullptr);
        QCOMPARE(wanted.size(), 1);
    }
    void aPageThatNamesSomebodyUnbornIsAskedForAgain() {
        EventRows rows;
        rows.setCount(fake::rowCount(1, 256, false, true));
        auto half = std::make_shared<EventPage>(*fake::page(1, 0, 256));
        half->lines.back().namesUnborn = true;
        rows.insert(half);
        QSignalSpy wanted(&rows, &EventRows::pageWanted);
        QVERIFY(rows.line(255) != nullptr);
        QCOMPARE(wanted.size(), 0);
        rows.setCount(fake::rowCount(1, 300, false, true));
        // It is shown as it is until it comes.
        QVERIFY(rows.line(0) != nullptr);
        QVERIFY(rows.line(255) != nullptr);
        QCOMPARE(wanted.size(), 1);
        rows.insert(fake::page(1, 0, 256));
        rows.setCount(fake::rowCount(1, 310, false, true));
        QVERIFY(rows.line(255) != nullptr);
        QCOMPARE(wanted.size(), 1);
    }
    void rowsBeyondTheEndAreNotAskedFor() {
        EventRows rows;
        QSignalSpy wanted(&rows, &EventRows::pageWanted);
        rows.setCount(fake::rowCount(1, 10, false, true));
        QVERIFY(rows.line(10) == nullptr);
        QCOMPARE(wanted.size(), 0);
    }
};

QTEST_GUILESS_MAIN(TestEventRows)
#include "tst_event_rows.moc"
