#include "studio/models/stuck_words.h"
#include "tests/studio/support/fake_trace.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

recorder::NotedTurn turn(std::uint64_t enqueuedAt, std::uint32_t cell) {
    recorder::NotedTurn out;
    out.note.kind = tracefmt::HostNoteKind::kStillStuck;
    out.note.round = {17};
    out.note.cell = {cell};
    out.note.path = "bank/teller#" + std::to_string(cell - 1);
    out.note.state = "Teller";
    out.note.message = "bank::Deposit";
    out.note.enqueuedAt = {enqueuedAt};
    out.note.ranForNs = 4'000'000'000;
    return out;
}

/// Five tellers, 100 events, cut.
TraceSummary summaryOf(std::vector<recorder::NotedTurn> stuck) {
    TraceSummary out = *fake::summary(5, 100);
    out.state = tracefmt::FileState::kCut;
    out.damage = "the file ends at 4711 without a trailer";
    out.stuck = std::move(stuck);
    return out;
}

}  // namespace

class TestStuckWords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsSaidOfOthers() {
        QVERIFY(!stuckWordsOf(summaryOf({})));
        QVERIFY(!stuckPlaceOf(summaryOf({})));
    }
    void oneIsNamedWithWhatIsMissing() {
        const auto words = stuckWordsOf(summaryOf({turn(81, 3)}));
        QVERIFY(words);
        QCOMPARE(words->title,
                 QStringLiteral("This recording ends in a turn that never came back"));
        QCOMPARE(
            words->cause,
            QStringLiteral("bank/teller#2 had been taking Deposit for 4s (round 17, message of "
                           "event 81); it never came back in this file\n"
                           "the file ends at 4711 without a trailer"));
        QCOMPARE(words->action, QStringLiteral("Show its message"));
        QCOMPARE(stuckPlaceOf(summaryOf({turn(81, 3)})), std::optional(StuckPlace{{81}, {3}}));
    }
    void ofManyTheFirstAreNamed() {
        std::vector<recorder::NotedTurn> many;
        for (std::uint32_t cell = 2; cell < 7; ++cell) many.push_back(turn(80 + cell, cell));
        const auto words = stuckWordsOf(summaryOf(many));
        QCOMPARE(words->title, QStringLiteral("This recording ends in turns that never came back"));
        QCOMPARE(words->cause.count(QStringLiteral("Deposit")), 3);
        QVERIFY(words->cause.contains(QStringLiteral("\nand 2 more\n")));
        QCOMPARE(stuckPlaceOf(summaryOf(many))->enqueuedAt, Position{82});
    }
    void whileItIsRecordedItMayStillComeBack() {
        TraceSummary summary = summaryOf({turn(81, 3)});
        summary.state = tracefmt::FileState::kRecording;
        QCOMPARE(stuckWordsOf(summary)->title,
                 QStringLiteral("A turn of this run has not come back"));
    }
    void whatIsNotInTheFileLeadsNowhere() {
        const TraceSummary summary = summaryOf({turn(101, 7)});
        QCOMPARE(stuckPlaceOf(summary), std::optional(StuckPlace{}));
        QVERIFY(stuckWordsOf(summary)->action.isEmpty());
    }
    void textOfTheFileIsOneLine() {
        auto evil = turn(81, 3);
        evil.note.path = "bank\nall is well\n";
        QCOMPARE(stuckWordsOf(summaryOf({evil}))->cause.count(QLatin1Char('\n')), 1);
    }
};

QTEST_GUILESS_MAIN(TestStuckWords)
#include "tst_stuck_words.moc"
