#include "studio/models/left_out_words.h"
#include "studio/models/text.h"
#include "tests/studio/support/fake_trace.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

TraceSummary summaryOf(tracefmt::Level level) {
    TraceSummary out = *fake::summary(5, 12'345);
    out.meta.programId = "bank";
    out.meta.programVersion = "2.1";
    out.meta.level = level;
    out.canReplay = true;
    return out;
}

MaterialiseReport made() {
    MaterialiseReport out;
    out.path = "small.clew";
    out.file = "made.clew";
    out.events = 12'345;
    out.digestsCompared = 7;
    return out;
}

}  // namespace

class TestLeftOutWords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aFullTraceLeavesNothingOut() {
        QVERIFY(!leftOutWordsOf(summaryOf(tracefmt::Level::kFull)));
    }
    void whatIsExecutedIsNamedBeforeItIs() {
        const auto words = leftOutWordsOf(summaryOf(tracefmt::Level::kInputs));
        QVERIFY(words);
        QVERIFY(words->title.contains(QStringLiteral("12,345")));
        QVERIFY(words->cause.startsWith(QStringLiteral("bank 2.1 makes the rest again")));
        QVERIFY(words->cause.contains(QStringLiteral("its code is executed, with")));
        QCOMPARE(words->action, QStringLiteral("Run bank again"));
        QCOMPARE(words->tip, QStringLiteral("Executes the code of bank 2.1"));
        const auto events = leftOutWordsOf(summaryOf(tracefmt::Level::kEvents));
        QVERIFY(events->title.contains(QStringLiteral("states")));
        QCOMPARE(events->action, words->action);
    }
    void whereItCannotBeDoneThereIsNothingToPress() {
        TraceSummary missing = summaryOf(tracefmt::Level::kInputs);
        missing.canReplay = false;
        missing.whyNoReplay = "no program is called 'bank'; there are: hello";
        const auto words = leftOutWordsOf(missing);
        QVERIFY(words->cause.contains(textOf(missing.whyNoReplay)));
        QVERIFY(words->action.isEmpty());
        TraceSummary growing = summaryOf(tracefmt::Level::kInputs);
        growing.state = tracefmt::FileState::kRecording;
        QVERIFY(leftOutWordsOf(growing)->action.isEmpty());
        TraceSummary cut = summaryOf(tracefmt::Level::kInputs);
        cut.state = tracefmt::FileState::kCut;
        cut.damage = "the file ends at 4711 without a trailer";
        QVERIFY(leftOutWordsOf(cut)->cause.endsWith(textOf(cut.damage)));
        QVERIFY(!leftOutWordsOf(cut)->action.isEmpty());
    }
    void aNameFromAFileCannotChangeTheSentence() {
        TraceSummary odd = summaryOf(tracefmt::Level::kInputs);
        odd.meta.programId = "%2 %1";
        QCOMPARE(makingWordsOf(odd, 0.5).title,
                 QStringLiteral("Running %2 %1 2.1 again: 50 % of 12,345 events"));
        QVERIFY(leftOutWordsOf(odd)->cause.startsWith(QStringLiteral("%2 %1 2.1 makes")));
    }
    void howItEndedIsSaid() {
        const TraceSummary summary = summaryOf(tracefmt::Level::kInputs);
        const CardWords good = madeWordsOf(summary, made());
        QCOMPARE(good.title, QStringLiteral("All 12,345 events, made again by running bank 2.1"));
        QVERIFY(good.cause.startsWith(QStringLiteral("Equal to the recording in all 7 digests")));
        QCOMPARE(good.action, QStringLiteral("Save as…"));
        MaterialiseReport one = made();
        one.digestsCompared = 1;
        QVERIFY(madeWordsOf(summary, one)
                    .cause.startsWith(
                        QStringLiteral("Equal to the recording in the one digest it holds.")));

        MaterialiseReport full;
        full.error = "the disk is full";
        const CardWords failed = madeWordsOf(summary, full);
        QCOMPARE(failed.title, QStringLiteral("bank 2.1 could not be run again"));
        QCOMPARE(failed.cause, QStringLiteral("the disk is full"));
        QCOMPARE(failed.action, QStringLiteral("Run bank again"));

        MaterialiseReport other = made();
        other.file.clear();
        other.divergence.emplace();
        other.divergence->position = {4097};
        other.divergence->what = "the digests of the events differ at event 8192";
        const CardWords parted = madeWordsOf(summary, other);
        QVERIFY(parted.title.contains(QStringLiteral("part behind event 4,096")));
        QVERIFY(parted.cause.contains(textOf(other.divergence->what)));
        QVERIFY(parted.cause.contains(QStringLiteral("ariadne check-determinism bank")));
        QVERIFY(parted.action.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestLeftOutWords)
#include "tst_left_out_words.moc"
