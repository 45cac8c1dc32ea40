// The program of samples/README.md.
#include "tests/samples/run_sample.h"

#include <QTest>

#include <fstream>
#include <iterator>
#include <string>

using namespace ariadne;
using namespace ariadne::tests;

namespace {

std::string read(const std::string& file) {
    std::ifstream in{SAMPLES_FOLDER "/" + file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

class TestHello : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void greetsTheWorld() {
        QCOMPARE(runSample("hello", inRounds(1)).verdict, std::string{"completed: hello, world"});
    }

    void greetsWhomTheArgumentNames() {
        QCOMPARE(runSample("hello", inRounds(1), {{"name", "Theseus"}}).verdict,
                 std::string{"completed: hello, Theseus"});
    }

    void unknownArgumentIsRefusedByName() {
        const std::string verdict = runSample("hello", inRounds(1), {{"nmae", "x"}}).verdict;
        QVERIFY2(verdict.find("'nmae'") != std::string::npos, verdict.c_str());
    }

    void readmeShowsTheProgramAsItIs() {
        const std::string program = read("hello/hello.cpp");
        QVERIFY(!program.empty());
        QVERIFY2(read("README.md").find("```cpp\n" + program + "```\n") != std::string::npos,
                 "copy samples/hello/hello.cpp into the code block of samples/README.md");
    }
};

QTEST_GUILESS_MAIN(TestHello)
#include "tst_hello.moc"
