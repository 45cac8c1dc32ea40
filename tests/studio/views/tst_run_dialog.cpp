// What a person types into the Run dialog is the run that is asked for, and what is wrong is said.
#include "studio/views/run_dialog.h"
#include "tests/studio/session/carousel.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

#include <algorithm>
#include <utility>
#include <vector>

using namespace ariadne;
using namespace ariadne::studio;

class TestRunDialog : public QObject {
    Q_OBJECT

    static std::vector<const Program*> programs() {
        const auto all = ProgramRegistry::all();
        return {all.begin(), all.end()};
    }
    static QPushButton* runButton(RunDialog& dialog) {
        for (QPushButton* button : dialog.findChildren<QPushButton*>())
            if (button->text() == QLatin1String("Run")) return button;
        return nullptr;
    }

private Q_SLOTS:
    void asItOpensItAsksForAWholeRecordingWithoutFaults() {
        RunDialog dialog(programs(), QStringLiteral("/nowhere"));
        dialog.chooseProgram(QStringLiteral("carousel"));
        const recorder::RunRequest asked = dialog.request();
        QCOMPARE(asked.program, std::string("carousel"));
        QCOMPARE(asked.seed, std::uint64_t{1});
        QCOMPARE(asked.level, tracefmt::Level::kFull);
        QVERIFY(!asked.faults.any());
        QCOMPARE(dialog.problem(), QString());
        QVERIFY(runButton(dialog)->isEnabled());
    }

    void faultsAreTheCommands() {
        RunDialog dialog(programs(), QStringLiteral("/nowhere"));
        dialog.chooseProgram(QStringLiteral("carousel"));
        QTest::keyClicks(&dialog.faultsField(), QStringLiteral(" crash=100,delay=10:200ms"));
        const auto expected = kernel::parseFaults("crash=100,delay=10:200ms");
        QVERIFY(expected.ok());
        QVERIFY(dialog.request().faults == *expected);
        QCOMPARE(dialog.problem(), QString());
        QTest::keyClicks(&dialog.faultsField(), QStringLiteral(",quake=1"));
        QVERIFY2(dialog.problem().contains(QLatin1String("quake")), qPrintable(dialog.problem()));
        QVERIFY(!runButton(dialog)->isEnabled());
    }

    void effectsAreGranted() {
        RunDialog dialog(programs(), QStringLiteral("/nowhere"));
        dialog.chooseProgram(QStringLiteral("carousel"));
        QVERIFY(dialog.request().grants.empty());
        QTest::keyClicks(&dialog.grantsField(), QStringLiteral("file.read=/srv; clock.read="));
        QCOMPARE(dialog.request().grants,
                 (std::vector<effect::Grant>{{"file.read", "/srv"}, {"clock.read", ""}}));
        QCOMPARE(dialog.problem(), QString());
        QTest::keyClicks(&dialog.grantsField(), QStringLiteral("; everything"));
        QVERIFY2(dialog.problem().contains(QLatin1String("everything")),
                 qPrintable(dialog.problem()));
        QVERIFY(!runButton(dialog)->isEnabled());
    }

    void aRequestFillsTheForm() {
        RunDialog dialog(programs(), QStringLiteral("/nowhere"));
        recorder::RunRequest asked = tests::carouselRequest({}, 12345);
        asked.policy = kernel::Policy::kRandom;
        asked.level = tracefmt::Level::kEvents;
        asked.grants = {{"file.read", "/srv"}};
        asked.faults = *kernel::parseFaults("crash=100");
        dialog.fill(asked);
        const recorder::RunRequest back = dialog.request();
        QCOMPARE(back.program, asked.program);
        QCOMPARE(back.seed, asked.seed);
        QCOMPARE(back.policy, asked.policy);
        QCOMPARE(back.level, asked.level);
        QCOMPARE(back.grants, asked.grants);
        QVERIFY(back.faults == asked.faults);
        for (const auto& [name, text] : asked.args) {
            const auto at = std::find(back.args.begin(), back.args.end(), std::pair{name, text});
            QVERIFY(at != back.args.end());
        }
    }

    void whatTheFormDoesNotShowIsKept() {
        RunDialog dialog(programs(), QStringLiteral("/nowhere"));
        recorder::RunRequest asked = tests::carouselRequest({}, 5);
        asked.policy = kernel::Policy::kPct;
        asked.pctDepth = 7;
        asked.pctSteps = 250;
        asked.live = true;
        asked.metricsEvery = 20;
        asked.limits.messageBytesMax = 4321;
        asked.grants = {{"file.read", "/srv"}};
        dialog.fill(asked);
        dialog.grantsField().clear();
        const recorder::RunRequest back = dialog.request();
        QCOMPARE(back.pctDepth, asked.pctDepth);
        QCOMPARE(back.pctSteps, asked.pctSteps);
        QVERIFY(back.live);
        QCOMPARE(back.metricsEvery, asked.metricsEvery);
        QCOMPARE(back.limits.messageBytesMax, asked.limits.messageBytesMax);
        QCOMPARE(back.args.size(), std::size_t{3});  // one for each field
        // What is shown is what counts.
        QVERIFY(back.grants.empty());
    }

    void ofAnotherProgramNothingIsKept() {
        RunDialog dialog(programs(), QStringLiteral("/nowhere"));
        dialog.chooseProgram(QStringLiteral("carousel"));
        recorder::RunRequest asked;
        asked.program = "another";
        asked.live = true;
        dialog.fill(asked);
        QCOMPARE(dialog.request().program, std::string("carousel"));
        QVERIFY(!dialog.request().live);
    }

    void everyLevelCanBeChosen() {
        RunDialog dialog(programs(), QStringLiteral("/nowhere"));
        dialog.chooseProgram(QStringLiteral("carousel"));
        for (const tracefmt::Level level :
             {tracefmt::Level::kInputs, tracefmt::Level::kEvents, tracefmt::Level::kFull}) {
            const int at = dialog.levelField().findData(static_cast<int>(level));
            QVERIFY(at >= 0);
            dialog.levelField().setCurrentIndex(at);
            QCOMPARE(dialog.request().level, level);
        }
    }
};

QTEST_MAIN(TestRunDialog)
#include "tst_run_dialog.moc"
