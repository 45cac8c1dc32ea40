// The guided tour: each step ends by what was to be done in it, and by nothing else.
#include "studio/models/tour.h"

#include <QTest>

using namespace ariadne::studio;

class TestTour : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void stepsAreDoneInTheirOrder() {
        Tour tour;
        QVERIFY(!tour.isOn());
        QVERIFY(!tour.did(TourAct::kRecorded));
        tour.begin();
        for (std::size_t i = 0; i < kTourSteps; ++i) {
            QCOMPARE(tour.step(), i);
            for (std::size_t other = 0; other < kTourSteps; ++other)
                if (other != i) QVERIFY(!tour.did(static_cast<TourAct>(other)));
            QVERIFY(!tour.isAtEnd());
            QVERIFY(tour.did(static_cast<TourAct>(i)));
        }
        QVERIFY(tour.isOn() && tour.isAtEnd());
        QVERIFY(!tour.did(TourAct::kNoted));
        tour.leave();
        QVERIFY(!tour.isOn());
        tour.begin();
        QCOMPARE(tour.step(), std::size_t{0});
    }

    void eachStepSaysWhatToDo() {
        for (std::size_t i = 0; i <= kTourSteps; ++i) {
            const TourWords words = tourWords(i);
            QVERIFY(words.text.size() > 40);
            QCOMPARE(words.title.contains(QStringLiteral("%1 of 6").arg(i + 1)), i < kTourSteps);
        }
    }
};

QTEST_GUILESS_MAIN(TestTour)
#include "tst_tour.moc"
