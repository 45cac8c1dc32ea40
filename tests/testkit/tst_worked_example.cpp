// The example of engine/README.md, "Testing your actors": two interleavings, one of which loses an
// update.
#include "engine/ariadne.h"
#include "engine/testkit/stage.h"

#include <QTest>

#include <string>

// clang-format off
// README begins
using namespace ariadne;
using ariadne::testkit::Stage;

struct Pay { std::int64_t cents = 0; };         BOOST_DESCRIBE_STRUCT(Pay, (), (cents))
struct GetBalance {};                           BOOST_DESCRIBE_STRUCT(GetBalance, (), ())
struct Balance { std::int64_t cents = 0; };     BOOST_DESCRIBE_STRUCT(Balance, (), (cents))
struct SetBalance { std::int64_t cents = 0; };  BOOST_DESCRIBE_STRUCT(SetBalance, (), (cents))

struct Account {
    std::int64_t cents = 0;
    void on(Context& cx, const GetBalance&) { cx.reply(Balance{cents}); }
    void on(Context&, const SetBalance& m) { cents = m.cents; }
};
BOOST_DESCRIBE_STRUCT(Account, (), (cents))
ARIADNE_ACTOR(Account, GetBalance, SetBalance)

struct Clerk {  // reads, then writes: what came in between is overwritten
    Ref<Account> account;
    std::int64_t pays = 0;
    void on(Context& cx, const Pay& m) {
        pays = m.cents;
        cx.ask(account, GetBalance{}, kUntilAnswered);
    }
    void on(Context& cx, const Balance& m) { cx.send(account, SetBalance{m.cents + pays}); }
};
BOOST_DESCRIBE_STRUCT(Clerk, (), (account, pays))
ARIADNE_ACTOR(Clerk, Pay, Balance)

struct TwoClerks {
    Stage stage;
    Ref<Account> account = stage.start<Account>({.cents = 100}, "account");
    Ref<Clerk> alice = stage.start<Clerk>({.account = account}, Pay{10}, "alice");
    Ref<Clerk> bob = stage.start<Clerk>({.account = account}, Pay{5}, "bob");
};

std::int64_t oneAfterTheOther() {
    TwoClerks t;
    t.stage.allow<GetBalance>();
    t.stage.allow<SetBalance>();
    t.stage.allow<Balance>();
    t.stage.expect<Pay>(t.alice);
    t.stage.settle();               // all that follows from it; Pay of bob waits
    t.stage.expect<Pay>(t.bob);
    t.stage.settle();
    t.stage.expectNothing();
    return t.stage.state(t.account).cents;
}

std::int64_t bobReadsWhatAliceIsAboutToChange() {
    TwoClerks t;
    t.stage.expect<Pay>(t.alice);
    t.stage.expect<Pay>(t.bob);
    t.stage.expect<GetBalance>(t.account, t.alice);
    t.stage.expect<GetBalance>(t.account, t.bob);
    t.stage.expect<Balance>(t.alice);
    t.stage.expect<SetBalance>(t.account, t.alice);
    const Balance old = t.stage.expect<Balance>(t.bob);   // it waited all the while
    t.stage.expect<SetBalance>(t.account, t.bob);
    return t.stage.state(t.account).cents - old.cents;
}
// README ends
// clang-format on

class TestWorkedExample : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void noUpdateIsLostOneAfterTheOther() { QCOMPARE(oneAfterTheOther(), std::int64_t{115}); }

    void theUpdateOfAliceIsLost() {
        // 105: what alice paid is gone.
        QCOMPARE(bobReadsWhatAliceIsAboutToChange(), std::int64_t{5});
    }

    void theReadmeShowsThisCode() {
        const auto read = [](const QString& path) {
            QFile file{path};
            return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string{};
        };
        const std::string here = read(QFINDTESTDATA("tst_worked_example.cpp"));
        const std::string readme = read(QFINDTESTDATA("../../engine/README.md"));
        const std::string begin = "// README begins\n";
        const std::size_t from = here.find(begin) + begin.size();
        const std::string code = here.substr(from, here.find("// README ends") - from);
        QVERIFY(code.size() > 1000);
        QVERIFY2(readme.find("```cpp\n#include \"engine/ariadne.h\"\n"
                             "#include \"engine/testkit/stage.h\"\n\n" +
                             code + "```\n") != std::string::npos,
                 "engine/README.md shows other code: copy what stands between the README lines");
    }
};

QTEST_GUILESS_MAIN(TestWorkedExample)
#include "tst_worked_example.moc"
