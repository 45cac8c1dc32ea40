#include "studio/cli/arguments.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::cli;

class TestCliArguments : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void untilIsATimeOrRounds() {
        QCOMPARE(parseUntil("20ms")->time->value, 20'000'000);
        QVERIFY(!parseUntil("20ms")->rounds);
        QCOMPARE(parseUntil("1.5s")->time->value, 1'500'000'000);
        QCOMPARE(*parseUntil("1000rounds")->rounds, 1000u);
        QVERIFY(!parseUntil("1000rounds")->time);
        for (const char* wrong : {"", "20", "rounds", "-5ms", "-5rounds", "5 rounds ", "1e3s x"})
            QVERIFY2(!parseUntil(wrong).ok(), wrong);
    }

    void patienceIsSecondsUpToADay() {
        using namespace std::chrono_literals;
        QVERIFY(*parsePatience("0") == 0ns);
        QVERIFY(*parsePatience("10") == 10s);
        QVERIFY(*parsePatience("0.5") == 500ms);
        QVERIFY(*parsePatience("0.001") == 1ms);
        QVERIFY(*parsePatience("86400") == 24h);
        for (const char* wrong :
             {"", "-1", "-0.5", "+1", "nan", "-nan", "inf", "0.0009", "0x10", "86400.5", "1e3",
              "1e999", "10s", " 1", "1 ", "99999999999999999999999", "ten"})
            QVERIFY2(!parsePatience(wrong).ok(), wrong);
    }

    void exportsHaveTwoFormatsAndTwoAxes() {
        QVERIFY(*parseExportFormat("chrome") == ExportCommand::Format::kChrome);
        QVERIFY(*parseExportFormat("otlp") == ExportCommand::Format::kOtlp);
        QVERIFY(*parseExportAxis("virtual") == ExportCommand::Axis::kVirtual);
        QVERIFY(*parseExportAxis("position") == ExportCommand::Axis::kPosition);
        for (const char* wrong : {"", "Chrome", "json", "chrome "})
            QVERIFY(!parseExportFormat(wrong).ok() && !parseExportAxis(wrong).ok());
    }

    void argumentIsCutAtTheFirstEquals() {
        QCOMPARE(parseArgument("a=b=c")->first, std::string{"a"});
        QCOMPARE(parseArgument("a=b=c")->second, std::string{"b=c"});
        QCOMPARE(parseArgument("a=")->second, std::string{});
        QVERIFY(!parseArgument("=b").ok());
        QVERIFY(!parseArgument("a").ok());
    }

    void numbersAreWholeAndFit() {
        QCOMPARE(*parseNumber("18446744073709551615"), ~0ull);
        for (const char* wrong :
             {"", "-1", "+1", "1.0", " 1", "1 ", "0x10", "18446744073709551616"})
            QVERIFY2(!parseNumber(wrong).ok(), wrong);
    }

    void seedsAreARangeOrOne() {
        QCOMPARE(parseSeeds("3..9")->first, 3u);
        QCOMPARE(parseSeeds("3..9")->last, 9u);
        QCOMPARE(parseSeeds("7")->first, 7u);
        QCOMPARE(parseSeeds("7")->last, 7u);
        QCOMPARE(parseSeeds("0..18446744073709551615")->last, ~0ull);
        for (const char* wrong : {"", "..", "1..", "..5", "5..1", "1-5", "1...5", "1..2..3"})
            QVERIFY2(!parseSeeds(wrong).ok(), wrong);
    }

    void lastIsAPosition() {
        QVERIFY(!parsePositionOrLast("last")->has_value());
        QCOMPARE(parsePositionOrLast("7")->value().value, 7u);
        QVERIFY(!parsePositionOrLast("LAST").ok());
    }

    void everyKindIsKnownByItsName() {
        for (std::uint8_t i = 1; i < kEventKindCount; ++i)
            QVERIFY(parseKind(nameOf(static_cast<EventKind>(i))).value() ==
                    static_cast<EventKind>(i));
        QVERIFY(!parseKind("unknown").ok());
    }
};

QTEST_GUILESS_MAIN(TestCliArguments)
#include "tst_cli_arguments.moc"
