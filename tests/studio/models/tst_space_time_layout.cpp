// A picture of messages as boxes, arrows and columns, down to the smallest ones.
#include "studio/models/space_time_layout.h"
#include "studio/models/space_time_words.h"

#include <QTest>

#include <set>

using namespace ariadne;
using namespace ariadne::studio;

using Fate = SpaceTimeLayout::Fate;

namespace {

struct Event {
    std::uint64_t seq;
    EventKind kind;
    std::uint32_t cell;
    std::uint32_t peer = 0;
    std::uint64_t cause = 0;
    std::uint64_t takenAt = 0;
    const char* change = "";
};

SpaceTime pictureOf(const std::vector<std::uint32_t>& actors, const std::vector<Event>& events) {
    SpaceTime picture;
    for (const std::uint32_t rank : actors) picture.actors.push_back({rank});
    for (const Event& event : events) {
        SpaceTime::Row& row = picture.rows.emplace_back();
        row.line.seq = {event.seq};
        row.line.kind = event.kind;
        row.line.cell = {event.cell};
        row.line.peer = {event.peer};
        row.line.cause = {event.cause};
        row.line.text = "Take{amount: 3}";
        row.line.change = event.change;
        row.takenAt = {event.takenAt};
    }
    picture.question.of = {events.empty() ? 1 : events.front().seq};
    picture.complete = true;
    return picture;
}

QString fateText(Fate fate) {
    switch (fate) {
        case Fate::kTaken: return QStringLiteral("taken");
        case Fate::kDropped: return QStringLiteral("dropped");
        case Fate::kElsewhere: return QStringLiteral("elsewhere");
        case Fate::kWaiting: return QStringLiteral("waiting");
        case Fate::kUnknown: return QStringLiteral("unknown");
        case Fate::kBirth: return QStringLiteral("birth");
    }
    return {};
}

/// "0,1 -> 1,2 taken": column and line of both ends.
QStringList arrowsOf(const SpaceTimeLayout& layout) {
    QStringList out;
    for (const auto& arrow : layout.arrows)
        out << QStringLiteral("%1,%2 -> %3,%4 %5")
                   .arg(arrow.fromColumn)
                   .arg(arrow.fromLine)
                   .arg(arrow.toColumn)
                   .arg(arrow.toLine)
                   .arg(fateText(arrow.fate));
    return out;
}

/// "1: 2-4" for a box in column 1; "*" when it changed something, "!" when it failed.
QStringList boxesOf(const SpaceTimeLayout& layout) {
    QStringList out;
    for (const auto& box : layout.boxes)
        out << QStringLiteral("%1: %2-%3%4%5")
                   .arg(box.column)
                   .arg(box.first)
                   .arg(box.last)
                   .arg(box.changed ? QStringLiteral("*") : QString())
                   .arg(box.failed ? QStringLiteral("!") : QString());
    return out;
}

bool eachLineHasOneLabelAtMost(const SpaceTimeLayout& layout) {
    std::set<int> lines;
    for (const auto& label : layout.labels)
        if (!lines.insert(label.line).second || label.line < 0 || label.line >= layout.lines)
            return false;
    return true;
}

}  // namespace

class TestSpaceTimeLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothing() {
        const SpaceTime picture = pictureOf({}, {});
        const SpaceTimeLayout layout = layOut(picture);
        QCOMPARE(layout.lines, 0);
        QVERIFY(layout.columns.empty() && layout.boxes.empty() && layout.arrows.empty());
        QVERIFY(!nextShown(picture, {5}, true) && !nextShown(picture, {5}, false));
        QVERIFY(!momentLine(picture, {0}));
        QCOMPARE(momentLine(picture, {5}), std::optional<double>{0});
        QCOMPARE(spaceTimeSummary(nullptr), QString());
    }

    void oneEventOfOneActor() {
        const SpaceTimeLayout layout = layOut(pictureOf({1}, {{5, EventKind::kTimerSet, 1}}));
        QCOMPARE(layout.lines, 1);
        QCOMPARE(layout.columns.size(), std::size_t{1});
        QVERIFY(layout.arrows.empty() && layout.boxes.empty());
        QCOMPARE(layout.signs.size(), std::size_t{1});
        QCOMPARE(layout.signs[0].mark, markOf(EventKind::kTimerSet));
        QCOMPARE(layout.labels.size(), std::size_t{1});
        QVERIFY(!layout.labels[0].isMessage);
    }

    void aMessageGoesFromItsSendingToItsTurn() {
        const SpaceTimeLayout layout =
            layOut(pictureOf({1, 2}, {{4, EventKind::kDeliver, 1, 0, 1},
                                      {5, EventKind::kSend, 1, 2, 4, 9},
                                      {9, EventKind::kDeliver, 2, 1, 5, 0, "total: 1 -> 4"},
                                      {10, EventKind::kFail, 2, 0, 9}}));
        // Who sent the first one is not shown.
        QCOMPARE(arrowsOf(layout), (QStringList{QStringLiteral("-1,-1 -> 0,0 taken"),
                                                QStringLiteral("0,1 -> 1,2 taken")}));
        QCOMPARE(boxesOf(layout),
                 (QStringList{QStringLiteral("0: 0-1"), QStringLiteral("1: 2-3*!")}));
        QCOMPARE(layout.columns[1].endedLine, 3);
        QVERIFY(eachLineHasOneLabelAtMost(layout));
        QCOMPARE(layout.labels.size(), std::size_t{3});  // the turn on line 2 has its message above
        QVERIFY(layout.labels[0].onTheLeft);
        QVERIFY(!layout.labels[1].onTheLeft);
    }

    void aMessageToTheLeftHasItsTextThere() {
        const SpaceTimeLayout layout = layOut(pictureOf(
            {1, 2}, {{5, EventKind::kReply, 2, 1, 0, 6}, {6, EventKind::kDeliver, 1, 2, 5}}));
        QCOMPARE(arrowsOf(layout), QStringList{QStringLiteral("1,0 -> 0,1 taken")});
        QCOMPARE(layout.labels.size(), std::size_t{1});
        QCOMPARE(layout.labels[0].column, 1);
        QVERIFY(layout.labels[0].onTheLeft);
    }

    void aMessageToItself() {
        const SpaceTimeLayout layout = layOut(
            pictureOf({1}, {{5, EventKind::kSend, 1, 1, 0, 8}, {8, EventKind::kDeliver, 1, 1, 5}}));
        QCOMPARE(arrowsOf(layout), QStringList{QStringLiteral("0,0 -> 0,1 taken")});
        QVERIFY(!layout.labels.at(0).onTheLeft);
    }

    void messagesThatLeaveThePicture() {
        const SpaceTimeLayout layout = layOut(pictureOf({1}, {{5, EventKind::kSend, 1, 7, 0, 30},
                                                              {6, EventKind::kSend, 8, 1, 0, 20},
                                                              {7, EventKind::kSend, 1, 1, 0, 0}}));
        QCOMPARE(arrowsOf(layout), (QStringList{QStringLiteral("0,0 -> -1,-1 elsewhere"),
                                                QStringLiteral("-1,1 -> 0,-1 elsewhere"),
                                                QStringLiteral("0,2 -> 0,-1 waiting")}));
        QVERIFY(eachLineHasOneLabelAtMost(layout));
    }

    void whatIsNotKnownYetIsNotCalledWaiting() {
        SpaceTime picture = pictureOf({1, 2}, {{5, EventKind::kSend, 1, 2}});
        QCOMPARE(layOut(picture).arrows.at(0).fate, Fate::kWaiting);
        picture.complete = false;
        QCOMPARE(layOut(picture).arrows.at(0).fate, Fate::kUnknown);
        picture.rows[0].takenAt = {99};
        QCOMPARE(layOut(picture).arrows.at(0).fate, Fate::kElsewhere);
    }

    void aDroppedMessageEndsWhereItWasDropped() {
        const SpaceTimeLayout layout = layOut(pictureOf({1, 2}, {{5, EventKind::kSend, 1, 2, 0, 6},
                                                                 {6, EventKind::kDrop, 2, 1, 5},
                                                                 {8, EventKind::kDrop, 2, 1, 3}}));
        QCOMPARE(arrowsOf(layout), (QStringList{QStringLiteral("0,0 -> 1,1 dropped"),
                                                QStringLiteral("0,-1 -> 1,2 dropped")}));
        QCOMPARE(layout.signs.at(0).mark, markOf(EventKind::kDrop));
        QVERIFY(eachLineHasOneLabelAtMost(layout));
    }

    void aStashedMessageIsTakenTheFirstTime() {
        const SpaceTimeLayout layout =
            layOut(pictureOf({1, 2}, {{5, EventKind::kSend, 1, 2, 0, 6},
                                      {6, EventKind::kDeliver, 2, 1, 5},
                                      {9, EventKind::kDeliver, 2, 1, 5}}));
        QCOMPARE(arrowsOf(layout), QStringList{QStringLiteral("0,0 -> 1,1 taken")});
        QCOMPARE(boxesOf(layout),
                 (QStringList{QStringLiteral("1: 1-1"), QStringLiteral("1: 2-2")}));
    }

    void aTurnEndsWhereTheNextOneOfItsActorBegins() {
        const SpaceTimeLayout layout =
            layOut(pictureOf({1, 2, 3}, {{4, EventKind::kDeliver, 1, 0, 1},
                                         {5, EventKind::kSpawn, 3, 1, 4},
                                         {6, EventKind::kDeliver, 2, 0, 2},
                                         {7, EventKind::kSend, 1, 2, 4, 0},
                                         {8, EventKind::kDeliver, 1, 0, 3},
                                         {9, EventKind::kSend, 1, 2, 4, 0}}));
        // The last was caused by the first turn, and stands behind the second: it is in neither.
        QCOMPARE(boxesOf(layout), (QStringList{QStringLiteral("0: 0-3"), QStringLiteral("1: 2-2"),
                                               QStringLiteral("0: 4-4")}));
        QCOMPARE(layout.columns[2].bornLine, 1);
        QVERIFY(arrowsOf(layout).contains(QStringLiteral("0,1 -> 2,1 birth")));
    }

    void whoLivesAgainHasNoEnd() {
        const SpaceTimeLayout layout =
            layOut(pictureOf({1}, {{5, EventKind::kFail, 1}, {6, EventKind::kRestart, 1, 0, 5}}));
        QCOMPARE(layout.columns[0].endedLine, -1);
        QCOMPARE(layout.signs.at(0).mark, markOf(EventKind::kFail));
        QCOMPARE(layout.signs.at(1).mark, markOf(LaneMark::Kind::kRestart));
    }

    void aLeakIsOnTheLaneOfTheMaker() {
        SpaceTime picture = pictureOf({1, 2}, {{5, EventKind::kResolve, 1, 2}});
        picture.rows[0].line.leaked = true;
        const SpaceTimeLayout layout = layOut(picture);
        QCOMPARE(layout.signs.at(0).column, 1);
        QCOMPARE(layout.signs.at(0).mark, markOf(LaneMark::Kind::kLeak));
    }

    void anEventOfNobodyShownHasAnEmptyLine() {
        const SpaceTimeLayout layout = layOut(pictureOf({1}, {{5, EventKind::kStop, 9}}));
        QCOMPARE(layout.lines, 1);
        QVERIFY(layout.signs.empty() && layout.labels.empty() && layout.boxes.empty());
    }

    void theMomentIsOnALineOrBetweenTwo() {
        const SpaceTime picture =
            pictureOf({1}, {{5, EventKind::kStop, 1}, {9, EventKind::kStop, 1}});
        QCOMPARE(momentLine(picture, {5}), std::optional<double>{0.5});
        QCOMPARE(momentLine(picture, {7}), std::optional<double>{1});
        QCOMPARE(momentLine(picture, {9}), std::optional<double>{1.5});
        QCOMPARE(momentLine(picture, {99}), std::optional<double>{2});
        QCOMPARE(nextShown(picture, {5}, true), std::optional<Position>{{9}});
        QCOMPARE(nextShown(picture, {7}, true), std::optional<Position>{{9}});
        QCOMPARE(nextShown(picture, {7}, false), std::optional<Position>{{5}});
        QCOMPARE(nextShown(picture, {9}, false), std::optional<Position>{{5}});
        QVERIFY(!nextShown(picture, {5}, false) && !nextShown(picture, {9}, true));
    }

    void linesAndPixels() {
        const SpaceTimeScale scale{20, 100};
        QCOMPARE(scale.lineAt(-1, 3), -1);
        QCOMPARE(scale.lineAt(0, 3), 0);
        QCOMPARE(scale.lineAt(59.9, 3), 2);
        QCOMPARE(scale.lineAt(60, 3), -1);
        QCOMPARE(scale.lineAt(0, 0), -1);
        for (int line = 0; line < 3; ++line) QCOMPARE(scale.lineAt(scale.middleOf(line), 3), line);
        SpaceTimeScale low = scale, high = scale;
        for (int i = 0; i < 50; ++i) low = low.zoomed(0.8), high = high.zoomed(1.25);
        QCOMPARE(low.linePx, SpaceTimeScale::kLineMin);
        QCOMPARE(high.columnPx, SpaceTimeScale::kColumnMax);
        QVERIFY(!low.hasLabels() && high.hasLabels());
    }

    void whatIsLeftOutIsSaid() {
        SpaceTime picture = pictureOf({1}, {{5, EventKind::kStop, 1}});
        picture.question.actors = SpaceTimeQuestion::Actors::kFuture;
        QCOMPARE(spaceTimeSummary(&picture),
                 QStringLiteral("What came of event 5: 1 events of 1 actors"));
        picture.leftOutBehind = 4'120;
        picture.quiet = 3;
        picture.complete = false;
        QCOMPARE(spaceTimeSummary(&picture),
                 QStringLiteral("What came of event 5: 1 events of 1 actors; not shown: 4,120 "
                                "behind, 3 of kinds without a line; looking on"));
        picture.rows.clear();
        picture.error = "found a trace of level inputs";
        QVERIFY(spaceTimeSummary(&picture).endsWith(
            QStringLiteral("cannot be shown: found a trace of level inputs")));
    }
};

QTEST_GUILESS_MAIN(TestSpaceTimeLayout)
#include "tst_space_time_layout.moc"
