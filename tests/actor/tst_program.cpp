// Programs: found by id, started with arguments that people type.
#include "engine/ariadne.h"
#include "tests/kernel/support/lab.h"

#include <limits>

using namespace ariadne;
using namespace ariadne::tests;

namespace {

enum class Colour : std::uint8_t { kRed, kGreen };
BOOST_DESCRIBE_ENUM(Colour, kRed, kGreen)

struct Args {
    bool loud = false;
    std::int8_t small = -1;
    std::uint32_t count = 10;
    std::uint64_t large = 0;
    float ratio = 0.1f;
    double weight = 0.5;
    std::string name = "anna";
    Duration pause = std::chrono::milliseconds{20};
    Colour colour = Colour::kGreen;
};
BOOST_DESCRIBE_STRUCT(Args, (), (loud, small, count, large, ratio, weight, name, pause, colour))

struct Main {
    std::string told;
    void on(Context& cx, const Args& args) {
        told = args.name;
        cx.stop(args.name + " " + std::to_string(args.count));
    }
    void on(Context& cx, const Start&) { cx.stop("no arguments"); }
};
BOOST_DESCRIBE_STRUCT(Main, (), (told))
ARIADNE_ACTOR(Main, Args, Start)

const bool kRegistered = internal::registerProgram<Main, Args>("with-args", "1.2") &&
                         internal::registerProgram<Main, Args>("again", "1.3") &&
                         internal::registerProgram<Main>("plain", "2.0") &&
                         internal::registerProgram<Main>("with-args", "9.9");

const Program& program() {
    return *ProgramRegistry::find("with-args");
}

/// The canonical spelling of one argument, or the error.
std::string normalised(const std::string& name, const std::string& text) {
    const auto all = program().normalise({{name, text}});
    if (!all.ok()) return std::string{all.status().message()};
    for (const auto& [known, value] : *all)
        if (known == name) return value;
    return "not listed";
}

}  // namespace

class TestProgram : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void programsAreFoundById() {
        QVERIFY(kRegistered);
        QVERIFY(ProgramRegistry::find("nobody") == nullptr);
        QCOMPARE(program().id, std::string{"with-args"});
        QCOMPARE(program().abi, kProgramAbi);
        QVERIFY(std::is_sorted(ProgramRegistry::all().begin(), ProgramRegistry::all().end(),
                               [](const Program* a, const Program* b) { return a->id < b->id; }));
    }

    void theFirstOfAnIdWins() { QCOMPARE(program().version, std::string{"1.2"}); }

    void oneRootMayBeSeveralPrograms() {
        const Program* again = ProgramRegistry::find("again");
        QVERIFY(again != nullptr);
        QCOMPARE(again->version, std::string{"1.3"});
        QCOMPARE(again->root, program().root);
        QVERIFY(ProgramRegistry::find("plain") != nullptr);
    }

    void argumentsAreDescribed() {
        std::string all;
        for (const ArgumentDesc& a : program().arguments)
            all += a.name + ": " + a.typeName + " = " + a.defaultText + "\n";
        QCOMPARE(all,
                 std::string{"loud: bool = false\nsmall: i8 = -1\ncount: u32 = 10\nlarge: u64 = 0\n"
                             "ratio: f32 = 0.1\nweight: f64 = 0.5\nname: text = anna\n"
                             "pause: duration = 20ms\ncolour: Colour = kGreen\n"});
        QVERIFY(ProgramRegistry::find("plain")->arguments.empty());
    }

    void argumentsAreSpeltCanonically_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* text, const char* expected) {
            QTest::addRow("%s %s", name, text) << QString::fromUtf8(name) << QString::fromUtf8(text)
                                               << QString::fromUtf8(expected);
        };
        row("loud", "1", "true");
        row("loud", "false", "false");
        row("small", "-128", "-128");
        row("count", "007", "7");
        row("large", "18446744073709551615", "18446744073709551615");
        row("ratio", "0.10", "0.1");
        row("weight", "1e3", "1000");
        row("weight", "-0.25", "-0.25");
        row("name", "", "");
        row("name", " as it is ", " as it is ");
        row("pause", "1500ms", "1.5s");
        row("pause", "0.020s", "20ms");
        row("pause", "0s", "0s");
        row("pause", "-3us", "-3us");
        row("pause", "1234567890.123456789s", "1234567890.123456789s");
        row("pause", "9223372036.854775807s", "9223372036.854775807s");
        row("pause", "-9223372036.854775808s", "-9223372036.854775808s");
        row("colour", "kRed", "kRed");
    }
    void argumentsAreSpeltCanonically() {
        QFETCH(const QString, name);
        QFETCH(const QString, text);
        QFETCH(const QString, expected);
        const std::string once = normalised(name.toStdString(), text.toStdString());
        QCOMPARE(once, expected.toStdString());
        QCOMPARE(normalised(name.toStdString(), once), once);
    }

    void whatIsNoValueIsRefusedWithWhatWouldBe_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* text, const char* expected) {
            QTest::addRow("%s '%s'", name, text)
                << QString::fromUtf8(name) << QString::fromUtf8(text)
                << QString::fromUtf8(expected);
        };
        row("loud", "yes", "true or false");
        row("small", "128", "a whole number from -128 to 127");
        row("small", "1.0", "a whole number from -128 to 127");
        row("small", "", "a whole number from -128 to 127");
        row("count", "-1", "a whole number from 0 to 4294967295");
        row("count", "4294967296", "a whole number from 0 to 4294967295");
        row("count", "0x10", "a whole number from 0 to 4294967295");
        row("large", "18446744073709551616", "a whole number from 0 to 18446744073709551615");
        row("ratio", "1e300", "a number such as 0.5");
        row("ratio", "inf", "a number such as 0.5");
        row("weight", "nan", "a number such as 0.5");
        row("weight", "1,5", "a number such as 0.5");
        for (const char* text : {"20", "20 ms", "ms", "-ms", ".s", "1.s", "1.2.3s", "--1s", "1-1s",
                                 "1e3s", "0.5ns", "9223372036.854775808s", "", "-", "s20"})
            row("pause", text, "a duration such as 20ms or 1.5s");
        row("colour", "kBlue", "one of kRed, kGreen");
    }
    void whatIsNoValueIsRefusedWithWhatWouldBe() {
        QFETCH(const QString, name);
        QFETCH(const QString, text);
        QFETCH(const QString, expected);
        QCOMPARE(normalised(name.toStdString(), text.toStdString()),
                 "argument " + name.toStdString() + ": found '" + text.toStdString() +
                     "', expected " + expected.toStdString());
    }

    void anUnknownNameIsAnsweredWithTheKnownOnes() {
        const auto all = program().normalise({{"cuont", "1"}});
        QCOMPARE(all.status().code(), absl::StatusCode::kInvalidArgument);
        const std::string text{all.status().message()};
        QVERIFY2(text.starts_with("no argument is called 'cuont'; this program takes loud (bool, "
                                  "default false), small (i8, default -1), "),
                 text.c_str());
        QCOMPARE(
            std::string{ProgramRegistry::find("plain")->normalise({{"x", "1"}}).status().message()},
            std::string{"no argument is called 'x'; this program takes none"});
    }

    void argumentsNotGivenHaveTheirDefaults() {
        const auto all = program().normalise({{"count", "3"}});
        QVERIFY(all.ok());
        QCOMPARE(all->size(), std::size_t{9});
        QCOMPARE((*all)[2].second, std::string{"3"});
        QCOMPARE((*all)[6].second, std::string{"anna"});
    }

    void theLastOfTwoEqualNamesCounts() {
        const auto all = program().normalise({{"count", "3"}, {"count", "4"}});
        QVERIFY(all.ok());
        QCOMPARE((*all)[2].second, std::string{"4"});
    }

    void startHandsOverTheArguments() {
        kernel::World world{inRounds()};
        QVERIFY(program().start(world, program(), {{"name", "berta"}, {"count", "4"}}).ok());
        world.runUntil(kForever, 10);
        QCOMPARE(verdictOf(world), std::string{"completed: berta 4"});
    }

    void startRefusesBadArgumentsAndLeavesTheWorldAlone() {
        kernel::World world{inRounds()};
        QCOMPARE(program().start(world, program(), {{"count", "x"}}).code(),
                 absl::StatusCode::kInvalidArgument);
        QCOMPARE(world.position(), Position{0});
        QVERIFY(program().start(world, program(), {}).ok());
    }

    void startWithoutArgumentsIsAStart() {
        const Program& plain = *ProgramRegistry::find("plain");
        RecordingSink sink;
        kernel::World world{inRounds(), &sink};
        QVERIFY(plain.start(world, plain, {}).ok());
        world.runUntil(kForever, 10);
        QCOMPARE(verdictOf(world), std::string{"completed: no arguments"});
        QCOMPARE(sink.births()[1].path, std::string{"plain"});
        QVERIFY(sink.find("input outside -> plain Start") != nullptr);
    }

    void cellTypesAreThoseOfTheModule() {
        const auto find = program().cellTypes();
        QCOMPARE(find(value::typeInfo<Main>().hash), &cellTypeOf<Main>());
        QVERIFY(find(12345) == nullptr);
    }

    void actorsThatCannotBeToldApartAreNotFound() {
        kernel::CellType a = cellTypeOf<Main>(), b = a;
        static const value::TypeInfo info = [] {
            value::TypeInfo made = value::typeInfo<Main>();
            made.hash = 77;
            return made;
        }();
        a.state = b.state = &info;
        static const kernel::CellType first = a, second = b;
        internal::registerCellType(first);
        internal::registerCellType(first);
        QCOMPARE(internal::findCellType(77, a.module), &first);
        internal::registerCellType(second);
        QVERIFY(internal::findCellType(77, a.module) == nullptr);
    }
};

QTEST_GUILESS_MAIN(TestProgram)
#include "tst_program.moc"
