#include "studio/models/event_mark.h"
#include "studio/views/event_list.h"
#include "studio/views/event_table.h"
#include "tests/studio/support/fake_trace.h"
#include "tests/studio/support/screen.h"

#include <QLabel>
#include <QSignalSpy>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

class TestEventList : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        list_ = std::make_unique<EventList>();
        list_->resize(1000, 24 + 20 * EventList::kRowHeight);
        list_->setActors(fake::actors(3));
        // The session, in one line.
        connect(
            &list_->rows(), &EventRows::pageWanted, list_.get(),
            [this](quint64 first, quint32 count) {
                list_->rows().insert(fake::page(1, first, count));
            },
            Qt::QueuedConnection);
        list_->setCount(fake::rowCount(1, 3'000'000'000, false, true));
        list_->show();
        QVERIFY(QTest::qWaitForWindowExposed(list_.get()));
    }
    void paintingAsksForWhatIsOnScreen() { QTRY_VERIFY(list_->isFilled()); }
    void aFarPositionIsScrolledTo() {
        list_->setPosition({2'999'999'999});
        QVERIFY(list_->topRow() > 2'999'999'000);
        QTRY_VERIFY(list_->isFilled());
        QVERIFY(list_->rows().pageCount() <= EventRows::kPagesMax);
    }
    void whatIsMovedAndPaintedInPartLooksAsAWhole() {
        // Within what is in view, over its edges, a few rows further, and far away; and back.
        std::vector<std::uint64_t> path{5, 6, 7, 6, 5, 4};
        for (std::uint64_t at = 15; at < 30; ++at) path.push_back(at);
        for (std::uint64_t at = 30; at > 1; at -= 3) path.push_back(at);
        path.insert(path.end(), {1, 60, 65, 59, 2'000'000'000, 1'999'999'999, 3'000'000'000, 8});
        for (const std::uint64_t at : path) {
            list_->setPosition({at});
            QTRY_VERIFY(list_->isFilled());
            QVERIFY2(showsWhatItWouldPaint(*list_), qPrintable(QString::number(at)));
        }
    }
    void clickGoesToTheEvent() {
        QTRY_VERIFY(list_->isFilled());
        QSignalSpy position(list_.get(), &EventList::positionRequested);
        QTest::mouseClick(list_->viewport(), Qt::LeftButton, {},
                          {50, 4 * EventList::kRowHeight + 3});
        QCOMPARE(position.size(), 1);
        QCOMPARE(position[0][0].toULongLong(), 5u);
    }
    void arrowKeysMoveThePosition() {
        QTRY_VERIFY(list_->isFilled());
        QSignalSpy position(list_.get(), &EventList::positionRequested);
        list_->setPosition({10});
        QTest::keyClick(list_.get(), Qt::Key_Down);
        QCOMPARE(position.back()[0].toULongLong(), 11u);
        list_->setPosition({11});
        QTest::keyClick(list_.get(), Qt::Key_Up);
        QCOMPARE(position.back()[0].toULongLong(), 10u);
    }
    void filteredRowsAreNotPositions() {
        list_->setCount(fake::rowCount(2, 17, true, true));
        QVERIFY(!list_->rowOfPosition({5}).has_value());
        list_->rows().insert(fake::page(2, 0, 17));
        QCOMPARE(list_->rowOfPosition({5}), std::optional<std::uint64_t>(4));
    }
    void aRowOfWhatIsMissingIsThatOfEachPositionInIt() {
        list_->setCount(fake::rowCount(3, 2, true, true));
        auto page = std::make_shared<EventPage>();
        page->generation = 3;
        page->lines = {fake::line(5), {}};
        page->lines[1].seq = {6};
        page->lines[1].missingTo = {40};
        list_->rows().insert(page);
        QCOMPARE(list_->rowOfPosition({5}), std::optional<std::uint64_t>(0));
        for (const std::uint64_t position : {6u, 17u, 40u})
            QCOMPARE(list_->rowOfPosition({position}), std::optional<std::uint64_t>(1));
        QVERIFY(!list_->rowOfPosition({41}));
    }
    void whatIsMissingIsNamed() {
        EventLine line;
        line.seq = {6};
        line.missingTo = {40};
        QCOMPARE(labelOf(line), QStringLiteral("Missing"));
        QCOMPARE(missingText(line), QStringLiteral("35 events, up to 40"));
        line.text = "the disk was full";
        QCOMPARE(missingText(line), QStringLiteral("35 events, up to 40: the disk was full"));
        line.missingTo = {6};
        line.wasRecorded = false;
        QCOMPARE(labelOf(line), QStringLiteral("Not recorded"));
        QCOMPARE(missingText(line), QStringLiteral("the disk was full"));
    }
    void theFilterSaysHowManyOfAll() {
        EventTable table;
        table.setCount(fake::rowCount(1, 17, true, true), 901'220);
        const auto labels = table.filterBar().findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* l) {
            return l->text() == QStringLiteral("17 of 901,220");
        }));
    }
    void cleanup() { list_.reset(); }

private:
    std::unique_ptr<EventList> list_;
};

QTEST_MAIN(TestEventList)
#include "tst_event_list.moc"
