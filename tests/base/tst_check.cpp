#include "engine/base/check.h"
#include "tests/support/death.h"

#include <QTest>

#include <string>
#include <unistd.h>

using namespace ariadne;
using ariadne::tests::Death;
using ariadne::tests::deathOf;

namespace {

bool says(const Death& death, const std::string& text) {
    return death.said.find(text) != std::string::npos;
}

void write(const std::string& text) {
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0) ::_exit(2);
}

}  // namespace

class TestCheck : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void trueCheckIsSilent() {
        const Death death = deathOf([] {
            ARIADNE_CHECK(1 + 1 == 2);
            ARIADNE_CHECK_OP(1, <, 2);
        });
        QVERIFY(!death.aborted);
        QCOMPARE(death.said, std::string{});
    }

    void failedCheckNamesItsPlaceAndCondition() {
        const int line = __LINE__ + 1;
        const Death death = deathOf([] { ARIADNE_CHECK(1 + 1 == 3); });
        QVERIFY(death.aborted);
        QVERIFY2(
            says(death, "tst_check.cpp:" + std::to_string(line) + ": check failed: 1 + 1 == 3"),
            death.said.c_str());
    }

    void failedComparisonPrintsBothValues() {
        const Death death = deathOf([] {
            const int found = 4;
            const int expected = 7;
            ARIADNE_CHECK_OP(found, ==, expected);
        });
        QVERIFY(death.aborted);
        QVERIFY2(says(death, "found == expected (4 vs. 7)"), death.said.c_str());
    }

    void operandsAreEvaluatedOnce() {
        int calls = 0;
        const auto next = [&calls] { return ++calls; };
        ARIADNE_CHECK_OP(next(), ==, 1);
        QCOMPARE(calls, 1);
    }

    void hookHearsTheText() {
        const Death death = deathOf([] {
            setCheckFailureHook(
                [](const char* text) { write(std::string{"hook: "} + text + "\n"); });
            ARIADNE_CHECK(false);
        });
        QVERIFY(death.aborted);
        QVERIFY2(says(death, "hook: false\n"), death.said.c_str());
    }

    void checkThatFailsInsideTheHookDoesNotEnterItAgain() {
        const Death death = deathOf([] {
            setCheckFailureHook([](const char*) {
                write("hook\n");
                ARIADNE_CHECK(1 == 2);
            });
            ARIADNE_CHECK(false);
        });
        QVERIFY(death.aborted);
        const std::size_t first = death.said.find("hook\n");
        QVERIFY(first != std::string::npos);
        QVERIFY(death.said.find("hook\n", first + 1) == std::string::npos);
    }

    void settingAHookReturnsThePreviousOne() {
        const CheckFailureHook hook = [](const char*) {};
        const CheckFailureHook before = setCheckFailureHook(hook);
        QVERIFY(setCheckFailureHook(before) == hook);
    }
};

QTEST_GUILESS_MAIN(TestCheck)
#include "tst_check.moc"
