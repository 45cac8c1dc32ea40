#include "studio/models/text.h"
#include "studio/models/visited_moments.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

class TestText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void numbersAreGrouped() {
        QCOMPARE(groupedText(0), QStringLiteral("0"));
        QCOMPARE(groupedText(901'220), QStringLiteral("901,220"));
        QCOMPARE(groupedText(1'234'567), QStringLiteral("1,234,567"));
    }
    void timesShowWhatIsNotZero() {
        QCOMPARE(timeText({0}), QStringLiteral("00:00.000"));
        QCOMPARE(timeText({4'218'000'000}), QStringLiteral("00:04.218"));
        QCOMPARE(timeText({4'218'341'000}), QStringLiteral("00:04.218 341"));
        QCOMPARE(timeText({3'723'004'000'007}), QStringLiteral("1:02:03.004 000 007"));
    }
    void sizesAndAgesAreShort() {
        QCOMPARE(bytesText(17), QStringLiteral("17 B"));
        QCOMPARE(bytesText(212'000'000), QStringLiteral("212 MB"));
        QCOMPARE(durationText(Duration{20'000'000}), QStringLiteral("20 ms"));
        QCOMPARE(durationText(Duration{341}), QStringLiteral("341 ns"));
    }
    void positionsAreReadAsTheyAreWritten() {
        QCOMPARE(positionIn(QStringLiteral("182,431")), std::uint64_t{182'431});
        QCOMPARE(positionIn(QStringLiteral(" @17 ")), std::uint64_t{17});
        QCOMPARE(positionIn(QStringLiteral("abc")), std::uint64_t{0});
    }
    void jumpsAreRememberedStepsAreNot() {
        VisitedMoments visited;
        visited.arrive({10});
        visited.arrive({500});
        visited.step({501});
        visited.step({502});
        QCOMPARE(visited.back(), std::optional(Position{10}));
        QVERIFY(!visited.canGoBack());
        QCOMPARE(visited.forward(), std::optional(Position{502}));
    }
    void aJumpToTheNeighbourIsStillAJump() {
        VisitedMoments visited;
        visited.arrive({500});
        visited.arrive({499});
        QCOMPARE(visited.back(), std::optional(Position{500}));
    }
    void arrivingForgetsWhatLayForward() {
        VisitedMoments visited;
        for (const std::uint64_t p : {10u, 500u}) visited.arrive({p});
        visited.back();
        visited.arrive({90});
        QVERIFY(!visited.canGoForward());
    }
};

QTEST_GUILESS_MAIN(TestText)
#include "tst_text.moc"
