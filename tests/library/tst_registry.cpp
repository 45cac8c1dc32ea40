// Names to cells: given, refused, waited for, and taken back from the dead.
#include "tests/library/support/play.h"

using namespace ariadne;
using namespace ariadne::tests;
using library::Registry;

namespace {

struct Turn {};
BOOST_DESCRIBE_STRUCT(Turn, (), ())

/// Does what the test says on Start and on each of its timers, and keeps what it hears.
struct User {
    Ref<Registry> registry{};
    std::string part{};
    std::int64_t turns = 0;
    Vector<std::string> heard{};

    void on(Context& cx, const Start&);
    void on(Context& cx, const Turn&);
    void on(Context&, const library::Registered& m) { heard.push_back("has " + m.name); }
    void on(Context& cx, const library::RegisterRefused& m) {
        heard.push_back("refused " + m.name + (m.holder == cx.self() ? " mine" : ""));
        cx.note("why", m.why);
        cx.note("holder", m.holder);
    }
    void on(Context&, const library::Unregistered& m) {
        heard.push_back(std::string{m.was ? "took " : "no "} + m.name);
    }
    void on(Context& cx, const library::Found& m) {
        heard.push_back((m.who ? "found " : "nobody is ") + m.name);
        if (m.who) cx.note("found", *m.who);
    }
    void on(Context&, const library::NameList& m) { heard.push_back("[" + joined(m.names) + "]"); }
    void on(Context&, const AskTimedOut&) { heard.push_back("timed out"); }
};
BOOST_DESCRIBE_STRUCT(User, (), (registry, part, turns, heard))
ARIADNE_ACTOR(User, Start, Turn, library::Registered, library::RegisterRefused,
              library::Unregistered, library::Found, library::NameList, AskTimedOut)

/// The running test's code: called with the number of the turn, 0 for Start.
std::map<std::string, std::function<void(Context&, User&)>>& acts() {
    static std::map<std::string, std::function<void(Context&, User&)>> all;
    return all;
}
void User::on(Context& cx, const Start&) {
    if (acts().contains(part)) acts()[part](cx, *this);
}
void User::on(Context& cx, const Turn&) {
    ++turns;
    acts()[part](cx, *this);
}

/// A registry, and a user for each part.
struct Stage {
    std::vector<std::string> parts{};
    void on(Context& cx, const Start&) {
        const Ref<Registry> registry = cx.spawn<Registry>("registry");
        for (const std::string& part : parts)
            cx.spawn<User>(part, User{.registry = registry, .part = part});
    }
};
BOOST_DESCRIBE_STRUCT(Stage, (), (parts))
ARIADNE_ACTOR(Stage, Start)

std::string heardBy(Play& play, const std::string& path) {
    return joined(play.stateOf<User>(path).heard);
}

/// Empty when the registry's state contradicts itself nowhere.
std::string whyUnsound(const Registry& registry) {
    std::map<CellRef, std::uint32_t> reasons;
    for (const auto& [name, who] : registry.names) ++reasons[who];
    for (const auto& [name, all] : registry.waiting) {
        if (all.empty()) return "nobody waits for " + name;
        if (registry.names.contains(name)) return "waits for a name that is there: " + name;
        for (const ReplyTo& to : all) ++reasons[to.asker];
    }
    if (reasons.size() != registry.watched.reasons.size() ||
        !std::equal(reasons.begin(), reasons.end(), registry.watched.reasons.begin()))
        return "watches others than it should";
    return {};
}

/// Registers, takes away, looks up, waits and ends, at random.
void wander(Context& cx, User& me) {
    const std::string name(1, static_cast<char>('a' + cx.random().below(4)));
    const std::uint64_t act = cx.random().below(9);
    switch (act) {
        case 0:
        case 1:
        case 2: cx.ask(me.registry, library::Register{name, cx.self()}, within(1s)); break;
        case 3: cx.send(me.registry, library::Unregister{name}); break;
        case 4: cx.ask(me.registry, library::LookUp{name}, within(1s)); break;
        case 5: cx.send(me.registry, library::WaitFor{name}); break;
        case 6:
        case 7: cx.ask(me.registry, library::WaitFor{name}, within(3ms)); break;
        default: cx.stop("enough"); return;
    }
    const auto delay = static_cast<std::int64_t>(cx.random().below(5));
    if (me.turns < 30) cx.after(Duration{delay * 1'000'000}, Turn{});
}

}  // namespace

class TestRegistry : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { acts().clear(); }

    void aTakenNameIsRefusedAndSaysWhoHoldsIt() {
        for (const char* part : {"a", "b"})
            acts()[part] = [](Context& cx, User& me) {
                cx.ask(me.registry, library::Register{"db", cx.self()}, within(1s));
            };
        for (const auto& order : everyOrder()) {
            Play play{order, Stage{{"a", "b"}}};
            const std::string a = heardBy(play, "a"), b = heardBy(play, "b");
            const std::string text = textOf(order) + ": " + a + " / " + b;
            QVERIFY2((a == "has db" && b == "refused db") || (a == "refused db" && b == "has db"),
                     text.c_str());
            const std::string loser = a == "has db" ? "b" : "a";
            const CellRef holder = play.stateOf<Registry>("registry").names.at("db");
            QVERIFY(play.sink.find("note " + loser +
                                   " why = \"the name 'db' is held by another "
                                   "cell; unregister it first, or take another name\"") != nullptr);
            const auto& births = play.sink.births();
            const auto winner = std::find_if(births.begin(), births.end(), [&](const auto& birth) {
                return birth.key == holder.key;
            });
            QCOMPARE(play.sink.pathOf(winner->rank), std::string{a == "has db" ? "a" : "b"});
        }
    }

    void whatIsNoNameOrNobodyIsRefusedWithAdvice() {
        acts()["a"] = [](Context& cx, User& me) {
            cx.ask(me.registry, library::Register{"", cx.self()}, within(1s));
            cx.ask(me.registry, library::Register{"db", CellRef{}}, within(1s));
            cx.send(me.registry, library::Register{"plain", CellRef{}});
        };
        Play play{inRounds(), Stage{{"a"}}};
        QCOMPARE(heardBy(play, "a"), std::string{"refused ; refused db"});
        QVERIFY(play.sink.lines({EventKind::kNote}).find("give the cell that shall have it") !=
                std::string::npos);
        // Nobody asked: the log has it.
        QCOMPARE(play.linesAfter(EventKind::kLog, "log registry the name 'plain'").size(), 1u);
        QVERIFY(play.stateOf<Registry>("registry").names.empty());
    }

    void aNameMayBeTakenAgainAfterItsHolderEnds() {
        acts()["a"] = [](Context& cx, User& me) {
            if (me.turns == 0) {
                cx.send(me.registry, library::Register{"db", cx.self()});
                cx.send(me.registry, library::Register{"cache", cx.self()});
                cx.after(1ms, Turn{});
            } else {
                cx.stop();
            }
        };
        acts()["b"] = [](Context& cx, User& me) {
            if (me.turns == 1) cx.ask(me.registry, library::LookUp{"cache"}, within(1s));
            if (me.turns == 1) cx.ask(me.registry, library::Register{"db", cx.self()}, within(1s));
            if (me.turns == 2) cx.ask(me.registry, library::ListNames{}, within(1s));
            if (me.turns < 2) cx.after(5ms, Turn{});
        };
        for (const auto& order : everyOrder()) {
            Play play{order, Stage{{"a", "b"}}};
            const std::string b = heardBy(play, "b");
            // The two questions go to one registry in order, and so do its answers.
            QVERIFY2(b == "nobody is cache; has db; [db]", (textOf(order) + ": " + b).c_str());
        }
    }

    void whoWaitsIsToldInOrderWhenTheNameAppears() {
        acts()["early"] = [](Context& cx, User& me) {
            cx.ask(me.registry, library::WaitFor{"db"}, within(1s));
        };
        acts()["plain"] = [](Context& cx, User& me) {
            cx.send(me.registry, library::WaitFor{"db"});
        };
        acts()["impatient"] = [](Context& cx, User& me) {
            cx.ask(me.registry, library::WaitFor{"db"}, within(1ms));
        };
        acts()["db"] = [](Context& cx, User& me) {
            if (me.turns == 0) cx.after(10ms, Turn{});
            if (me.turns == 1) cx.send(me.registry, library::Register{"db", cx.self()});
        };
        acts()["late"] = [](Context& cx, User& me) {
            if (me.turns == 0) cx.after(20ms, Turn{});
            if (me.turns == 1) cx.ask(me.registry, library::WaitFor{"db"}, within(1s));
        };
        for (const auto& order : everyOrder()) {
            Play play{order, Stage{{"early", "plain", "impatient", "db", "late"}}};
            for (const char* who : {"early", "plain", "late"})
                QVERIFY2(heardBy(play, who) == "found db", textOf(order).c_str());
            QVERIFY2(heardBy(play, "impatient") == "timed out", textOf(order).c_str());
            const Registry registry = play.stateOf<Registry>("registry");
            QVERIFY(registry.waiting.empty());
            QCOMPARE(whyUnsound(registry), std::string{});
        }
    }

    void namesAreListedInOrder() {
        acts()["a"] = [](Context& cx, User& me) {
            for (const char* name : {"b/2", "a", "b/1", "b", "c"})
                cx.send(me.registry, library::Register{name, cx.self()});
            cx.ask(me.registry, library::ListNames{"b"}, within(1s));
            cx.ask(me.registry, library::Unregister{"b"}, within(1s));
            cx.ask(me.registry, library::Unregister{"b"}, within(1s));
            cx.ask(me.registry, library::ListNames{}, within(1s));
        };
        for (const auto& order : everyOrder(5)) {
            Play play{order, Stage{{"a"}}};
            QCOMPARE(heardBy(play, "a"),
                     std::string{"[b; b/1; b/2]; took b; no b; [a; b/1; b/2; c]"});
        }
    }

    void whateverItsUsersDoTheRegistryIsSound() {
        const std::vector<std::string> parts{"u", "u", "u", "u", "u", "u"};
        acts()["u"] = wander;
        std::size_t ended = 0, named = 0;
        for (const auto& order : everyOrder(60)) {
            RecordingSink sink;
            kernel::World world{order, &sink};
            begin(world, Stage{parts});
            while (world.step()) {
                for (const CellImage& cell : world.image().cells)
                    if (sink.pathOf(cell.rank) == "registry") {
                        const std::string why = whyUnsound(*value::decoded<Registry>(cell.state));
                        QVERIFY2(why.empty(), (textOf(order) + ": " + why).c_str());
                    }
            }
            Play play{order, Stage{parts}};
            const Registry registry = play.stateOf<Registry>("registry");
            for (const auto& [who, reasons] : registry.watched.reasons)
                QVERIFY2(play.lives(who), textOf(order).c_str());
            named += registry.names.size();
            ended += play.sink.count(EventKind::kStop);
        }
        // The runs did something.
        QVERIFY(ended > 100);
        QVERIFY(named > 20);
    }

    void snapshotsGoOn() {
        acts()["u"] = wander;
        for (const auto& order : everyOrder(3))
            QCOMPARE(whySnapshotsDiffer(order, Stage{{"u", "u", "u"}}), std::string{});
    }
};

QTEST_GUILESS_MAIN(TestRegistry)
#include "tst_registry.moc"
