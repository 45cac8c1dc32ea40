// Several notes about one turn are one turn; whether it came back is what the file says.
#include "recorder/noted_turns.h"

#include <QTest>

using namespace ariadne;
using recorder::NotedTurn;
using recorder::notedTurns;
using recorder::textOf;
using tracefmt::HostNote;
using tracefmt::HostNoteKind;

namespace {

HostNote note(HostNoteKind kind, std::uint64_t round = 17, std::uint64_t ms = 4000) {
    HostNote out;
    out.kind = kind;
    out.readableTo = {811};
    out.round = {round};
    out.cell = {3};
    out.path = "shop/worker#2";
    out.state = "shop::Worker";
    out.message = "shop::Order";
    out.enqueuedAt = {812};
    out.ranForNs = ms * 1'000'000;
    return out;
}

}  // namespace

class TstNotedTurns : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theLastNoteOfATurnCounts() {
        const std::vector<HostNote> notes{note(HostNoteKind::kStuckTurn, 17, 1000),
                                          note(HostNoteKind::kStuckTurn, 16, 1500),
                                          note(HostNoteKind::kStillStuck, 17, 2000)};
        const auto turns = notedTurns(notes, Round{16});
        QCOMPARE(turns.size(), std::size_t{2});
        QVERIFY((turns[0] == NotedTurn{notes[2], false}));
        QVERIFY((turns[1] == NotedTurn{notes[1], false}));
        QVERIFY(notedTurns({}, Round{9}).empty());
    }

    void otherCellsThreadsAndMessagesAreOtherTurns() {
        std::vector<HostNote> notes(4, note(HostNoteKind::kStuckTurn));
        notes[1].cell = {4};
        notes[2].thread = 1;
        notes[3].enqueuedAt = {9};
        QCOMPARE(notedTurns(notes, Round{17}).size(), std::size_t{4});
    }

    void whatCameBackIsSaidByANoteOrALaterRound() {
        const std::vector<HostNote> stuck{note(HostNoteKind::kStuckTurn)};
        QVERIFY(!notedTurns(stuck, Round{17})[0].cameBack);
        QVERIFY(notedTurns(stuck, Round{18})[0].cameBack);
        const std::vector<HostNote> back{note(HostNoteKind::kStuckTurn),
                                         note(HostNoteKind::kCameBack)};
        QVERIFY(notedTurns(back, Round{17})[0].cameBack);
    }

    void unknownKindsArePassedOver() {
        const std::vector<HostNote> notes{note(HostNoteKind::kUnknown)};
        QVERIFY(notedTurns(notes, Round{17}).empty());
    }

    void whatIsSaid() {
        QCOMPARE(textOf(NotedTurn{note(HostNoteKind::kStillStuck), false}),
                 std::string{"shop/worker#2 had been taking Order for 4s (round 17, message of "
                             "event 812); it never came back in this file"});
        QCOMPARE(textOf(NotedTurn{note(HostNoteKind::kStillStuck), true}),
                 std::string{"shop/worker#2 took Order for more than 4s (round 17, message of "
                             "event 812), and came back"});
        QCOMPARE(textOf(NotedTurn{note(HostNoteKind::kCameBack), true}),
                 std::string{"shop/worker#2 took Order for 4s (round 17, message of event 812), "
                             "and came back"});
        QCOMPARE(textOf(note(HostNoteKind::kStuckTurn)),
                 std::string{"stuck turn: shop/worker#2 (Worker) has been taking Order of event "
                             "812 for 4s, in round 17 on thread 0"});
        QCOMPARE(textOf(note(HostNoteKind::kCameBack)),
                 std::string{"came back: shop/worker#2 (Worker) took Order of event 812 for 4s, "
                             "in round 17 on thread 0"});
        HostNote nobody;
        nobody.cell = {9};
        nobody.ranForNs = ~std::uint64_t{0};  // nothing a file may say is too long
        QVERIFY(textOf(nobody).find("cell 9") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TstNotedTurns)
#include "tst_noted_turns.moc"
