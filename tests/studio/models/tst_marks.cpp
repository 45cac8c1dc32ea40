// Signs of events: every kind has a label and a sign, and the grave ones are told apart.
#include "studio/models/event_mark.h"
#include "studio/models/lane_marks.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <set>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

using Kind = LaneMark::Kind;

QImage painted(EventMark mark) {
    QImage image(22, 22, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    paintMark(painter, QRectF(2, 2, 18, 18), mark, Qt::black);
    return image;
}

}  // namespace

class TestMarks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyKindHasALabelOfItsOwn() {
        std::set<QString> labels;
        for (std::uint8_t kind = 0; kind < kEventKindCount; ++kind)
            labels.insert(labelOf(static_cast<EventKind>(kind)));
        QCOMPARE(labels.size(), std::size_t{kEventKindCount});
        QCOMPARE(labelOf(static_cast<EventKind>(200)), labelOf(EventKind::kUnknown));
    }

    void graveSignsDifferInShapeAndStandOut() {
        std::vector<QImage> images;
        for (const EventMark mark :
             {markOf(EventKind::kFail), markOf(EventKind::kDrop), markOf(EventKind::kStop),
              markOf(EventKind::kSpawn), markOf(Kind::kRestart), markOf(Kind::kCancel),
              markOf(Kind::kLeak), markOf(Kind::kDeadlock)}) {
            const QImage image = painted(mark);
            for (const QImage& other : images) QVERIFY(image != other);
            images.push_back(image);
        }
        QVERIFY(markOf(Kind::kLeak).tone == Tone::kFailure);
        QVERIFY(markOf(Kind::kDeadlock).tone == Tone::kFailure);
        QVERIFY(markOf(Kind::kCancel).tone == Tone::kWarning);
        QVERIFY(markOf(Kind::kRestart).tone == Tone::kBorn);
    }

    void everyShapeIsPainted() {
        const QImage empty = [] {
            QImage image(22, 22, QImage::Format_RGB32);
            image.fill(Qt::white);
            return image;
        }();
        for (std::uint8_t kind = 0; kind < kEventKindCount; ++kind)
            QVERIFY2(painted(markOf(static_cast<EventKind>(kind))) != empty,
                     qPrintable(labelOf(static_cast<EventKind>(kind))));
        QVERIFY(painted(markOf(Kind::kLeak)) != empty);
    }

    void aLeakIsNoOrdinaryResolution() {
        EventLine line;
        line.kind = EventKind::kResolve;
        QVERIFY(markOf(line) == markOf(EventKind::kResolve));
        line.leaked = true;
        QVERIFY(markOf(line) == markOf(Kind::kLeak));
    }

    void marksOfALaneStandApart() {
        const std::vector<LaneMark> marks{{5, Kind::kRestart}, {10, Kind::kRestart},
                                          {12, Kind::kLeak},   {13, Kind::kCancel},
                                          {60, Kind::kCancel}, {99, Kind::kDeadlock}};
        // A pixel a position.
        QCOMPARE(marksApart(marks, {0, 100}, 100, 0).size(), marks.size());
        const std::vector<LaneMark> apart{
            {5, Kind::kLeak}, {60, Kind::kCancel}, {99, Kind::kDeadlock}};
        QVERIFY(marksApart(marks, {0, 100}, 100, 12) == apart);
        const std::vector<LaneMark> inside{{60, Kind::kCancel}};
        QVERIFY(marksApart(marks, {14, 99}, 1000, 12) == inside);
        QVERIFY(marksApart(marks, {0, 100}, 0, 12).empty());
        QVERIFY(marksApart(marks, {50, 50}, 100, 12).empty());
        QVERIFY(marksApart({}, {0, 100}, 100, 12).empty());
    }
    void placesCloserThanTheSpacingAreOne() {
        const std::vector<std::uint64_t> places{10, 11, 12, 40, 99, 500};
        QCOMPARE(placesApart(places, {0, 100}, 100, 10), (std::vector<std::uint64_t>{10, 40, 99}));
        QCOMPARE(placesApart(places, {11, 13}, 1000, 10), (std::vector<std::uint64_t>{11, 12}));
        QVERIFY(placesApart(places, {0, 100}, 0, 10).empty());
        QVERIFY(placesApart(places, {}, 100, 10).empty());
        QVERIFY(placesApart({}, {0, 100}, 100, 10).empty());
    }
};

QTEST_GUILESS_MAIN(TestMarks)
#include "tst_marks.moc"
