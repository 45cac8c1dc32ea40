// Births, names, ends, and who is told of them.
#include "tests/kernel/support/lab.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

/// Runs `onStart` as the root's first turn.
void rootDoes(Lab& lab, std::function<void(Context&, Player&)> onStart) {
    lab.part("lab", [onStart](Context& cx, Player& me, const Say& m) {
        if (m.word == "start") onStart(cx, me);
    });
}

struct Other {
    std::int64_t pings = 0;
    void on(Context&, const Say&) { ++pings; }
};
BOOST_DESCRIBE_STRUCT(Other, (), (pings))
ARIADNE_ACTOR(Other, Say)

}  // namespace

class TestLife : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void startComesBeforeEverythingElse() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&) { cx.send(cast(cx, "a"), Say{"hi"}); });
        lab.run();
        QCOMPARE(lab.heardBy("a"), std::string{"Start; hi"});
    }

    void anActorThatDoesNotAcceptStartGetsNone() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&) { cx.send(cx.spawn<Other>(), Say{"hi"}); });
        lab.run();
        QCOMPARE(lab.heardBy("Other"), std::string{"hi"});
    }

    void namesBecomeUniquePaths() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&) {
            for (int i = 0; i < 3; ++i) cast(cx, "w");
            cx.spawn<Other>();
            cx.spawn<Other>();
            cast(cx, "nest");
        });
        lab.part("nest", [](Context& cx, Player&, const Say&) { cast(cx, "w"); });
        lab.run();
        QCOMPARE(
            lab.lines({EventKind::kSpawn}),
            std::string{"spawn lab\nspawn w\nspawn w#2\nspawn w#3\nspawn Other\nspawn Other#2\n"
                        "spawn nest\nspawn nest/w"});
    }

    void namesThatWouldBeAmbiguousFailTheTurn_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("slash") << QStringLiteral("a/b");
        QTest::newRow("number sign") << QStringLiteral("w#2");
        QTest::newRow("too long") << QString(129, QLatin1Char('n'));
    }
    void namesThatWouldBeAmbiguousFailTheTurn() {
        QFETCH(const QString, name);
        Lab lab;
        const std::string text = name.toStdString();
        rootDoes(lab, [text](Context& cx, Player&) { cast(cx, text); });
        QVERIFY(lab.run().starts_with("failed: cell name of " + std::to_string(text.size())));
        QCOMPARE(lab.sink.count(EventKind::kSpawn), std::size_t{1});
    }

    void aTurnThatFailsLeavesItsLogsAndItsFailureOnly() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player& me) {
            me.known.push_back(cast(cx, "a"));
            cx.monitor(me.known[0]);
            cx.send(me.known[0], Say{"fail"});
        });
        lab.part("a", [](Context& cx, Player& me, const Say& m) {
            if (m.word != "fail") return;
            me.count = 5;
            cx.log("before");
            cx.send(cx.self<Player>(), Say{"lost"});
            cx.reply(Say{"lost"});
            cast(cx, "lost");
            cx.after(1s, Say{"lost"});
            cx.ask(cx.self<Player>(), Say{"lost"}, within(1s));
            cx.note("lost", 1);
            cx.monitor(cx.parent());
            cx.become<Player, Closed>();
            cx.stash();
            cx.stop("lost");
            cx.log(LogLevel::kError, "after");
            cx.fail("why");
        });
        lab.run();
        const std::string all = lab.lines();
        QVERIFY2(all.find("lost") == std::string::npos, all.c_str());
        QVERIFY2(all.find("deliver a Say{word: \"fail\", n: 0}\nlog a before\nlog a after\n"
                          "fail a failed: why\n") != std::string::npos,
                 all.c_str());
        for (const RecordedRow& kept : lab.sink.rows())
            if (kept.line.starts_with("deliver a Say")) QVERIFY(kept.change.empty());
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; Down"});
    }

    void aFailureThatIsCaughtIsStillAFailure() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&) {
            try {
                cx.fail("cannot be undone");
            } catch (const std::exception&) {
                cx.note("went on", true);
            }
        });
        QCOMPARE(lab.run(), std::string{"failed: cannot be undone"});
        QCOMPARE(lab.sink.count(EventKind::kNote), std::size_t{0});
    }

    void aTurnThatStopsCommitsItsOutputs() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&) { cast(cx, "a"); });
        lab.part("a", [](Context& cx, Player&, const Say&) {
            cx.send(Ref<Player>{cx.parent()}, Say{"bye"});
            cx.stop("tired");
            cx.stop("a second reason is not heard");
        });
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; bye"});
        QCOMPARE(lab.lines({EventKind::kStop}), std::string{"stop a stopped: tired"});
    }

    void childrenEndWithTheirParentYoungestFirst() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&) { cx.send(cast(cx, "p"), Say{"stop"}); });
        lab.part("p", [](Context& cx, Player& me, const Say& m) {
            if (m.word == "start")
                for (const char* name : {"a", "b", "c"}) me.known.push_back(cast(cx, name));
            if (m.word == "stop") cx.after(1s, Say{"now"});
            if (m.word == "now") cx.stop();
        });
        lab.part("b", [](Context& cx, Player&, const Say&) { cast(cx, "grandchild"); });
        lab.run();
        QCOMPARE(lab.lines({EventKind::kStop}),
                 std::string{"stop p stopped\nstop p/c parent_ended\nstop p/b parent_ended\n"
                             "stop p/a parent_ended\nstop p/b/grandchild parent_ended"});
        QCOMPARE(lab.world().aliveCount(), 1u);
    }

    void aChildThatEndsWithItsParentEndsOnce() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&) {
            const auto p = cast(cx, "p");
            cx.send(p, Say{"go"});
        });
        lab.part("p", [](Context& cx, Player& me, const Say& m) {
            if (m.word == "start") me.known.push_back(cast(cx, "child"));
            if (m.word == "go") cx.after(1s, Say{"stop"});
            if (m.word == "stop") cx.stop();
        });
        lab.part("child", [](Context& cx, Player&, const Say& m) {
            if (m.word == "start") cx.after(1s, Say{"stop"});
            if (m.word == "stop") cx.fail("me too");
        });
        lab.run();
        QCOMPARE(lab.lines({EventKind::kStop, EventKind::kFail}),
                 std::string{"stop p stopped\nfail p/child failed: me too"});
    }

    void everythingOfAnEndedCellIsDroppedWithAReason() {
        Lab lab{inRounds(0, 1)};
        rootDoes(lab, [](Context& cx, Player& me) {
            me.known.push_back(cast(cx, "a"));
            for (const char* word : {"stash", "stop", "unread"}) cx.send(me.known[0], Say{word});
            cx.after(5s, Say{"late"});
        });
        lab.part("a", [](Context& cx, Player&, const Say& m) {
            if (m.word == "start") cx.every(1s, Say{"never"});
            if (m.word == "stash") cx.stash();
            if (m.word == "stop") cx.stop();
        });
        const Part onStart = parts()["lab"];
        lab.part("lab", [onStart](Context& cx, Player& me, const Say& m) {
            onStart(cx, me, m);
            if (m.word == "late") cx.send(me.known[0], Say{"late"});
        });
        QVERIFY(lab.run().starts_with("quiescent"));
        QCOMPARE(lab.lines({EventKind::kDrop}),
                 std::string{"drop a Say receiver_ended\ndrop a Say receiver_ended\n"
                             "drop a Say receiver_ended"});
        QCOMPARE(lab.sink.count(EventKind::kTimerFire), std::size_t{1});
    }

    void watchersAreToldWhyACellEnded_data() {
        QTest::addColumn<QString>("how");
        QTest::addColumn<int>("reason");
        QTest::newRow("stop") << QStringLiteral("stop") << static_cast<int>(ExitReason::kStopped);
        QTest::newRow("fail") << QStringLiteral("fail") << static_cast<int>(ExitReason::kFailed);
        QTest::newRow("throw") << QStringLiteral("throw") << static_cast<int>(ExitReason::kThrew);
    }
    void watchersAreToldWhyACellEnded() {
        QFETCH(const QString, how);
        QFETCH(const int, reason);
        Lab lab;
        rootDoes(lab, [&](Context& cx, Player&) {
            const auto a = cast(cx, "a");
            cx.monitor(a);
            cx.send(a, Say{how.toStdString()});
        });
        lab.part("a", [](Context& cx, Player&, const Say& m) {
            if (m.word == "stop") cx.stop("text");
            if (m.word == "fail") cx.fail("text");
            if (m.word == "throw") throw std::logic_error("text");
        });
        lab.run();
        const auto rows = lab.sink.rows();
        const auto down = std::find_if(
            rows.begin(), rows.end(), [](const auto& r) { return r.row.kind == EventKind::kDown; });
        QVERIFY(down != rows.end());
        QCOMPARE(static_cast<int>(down->row.arg), reason);
        QVERIFY2(down->line.find("who: a") != std::string::npos, down->line.c_str());
        QVERIFY2(down->line.find("text: \"text\"") != std::string::npos, down->line.c_str());
    }

    void aWatcherOfTheDeadIsToldAtOnce() {
        Lab lab;
        lab.part("lab", [](Context& cx, Player& me, const Say& m) {
            if (m.word == "start") {
                me.known.push_back(cast(cx, "a"));
                cx.after(1s, Say{"look"});
            }
            if (m.word == "look") cx.monitor(me.known[0]);
            if (m.word == "down" && ++me.count == 1) cx.monitor(CellRef{CellKey{12345}});
        });
        lab.part("a", [](Context& cx, Player&, const Say&) { cx.stop(); });
        lab.run();
        const auto reason = "down " + std::to_string(static_cast<int>(ExitReason::kNoSuchCell));
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; look; Down; Down"});
        QVERIFY(lab.sink.find("monitor lab -> a") != nullptr);
        QVERIFY(lab.sink.find("monitor lab -> outside") != nullptr);
        for (const RecordedRow& kept : lab.sink.rows())
            if (kept.row.kind == EventKind::kDown)
                QCOMPARE(kept.row.arg, static_cast<std::uint64_t>(ExitReason::kNoSuchCell));
    }

    void whoNoLongerWatchesIsNotTold() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&) {
            const auto a = cast(cx, "a");
            cx.monitor(a);
            cx.monitor(a);
            cx.demonitor(a);
            const auto b = cast(cx, "b");
            cx.monitor(b);
            cx.monitor(b);
        });
        lab.part("a", [](Context& cx, Player&, const Say&) { cx.stop(); });
        lab.part("b", [](Context& cx, Player&, const Say&) { cx.stop(); });
        lab.run();
        // Watching twice tells twice.
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; Down; Down"});
    }

    void selfSenderAndParentAreKnown() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&) { cx.send(cast(cx, "a"), Say{"hi"}); });
        lab.part("a", [](Context& cx, Player&, const Say& m) {
            if (m.word == "start") cx.after(1s, Say{"timer"});
            cx.note(m.word, std::vector<CellRef>{cx.self(), cx.sender(), cx.parent()});
        });
        lab.run();
        const CellKey root = lab.sink.births()[1].key, a = lab.sink.births()[2].key;
        const auto refs = [&](std::initializer_list<CellKey> keys) {
            std::vector<CellRef> list;
            for (const CellKey key : keys) list.push_back({key});
            return value::encoded(list);
        };
        std::vector<Bytes> seen;
        for (const RecordedRow& kept : lab.sink.rows())
            if (kept.row.kind == EventKind::kNote) {
                ByteReader in{kept.payload};
                in.sized();
                const ByteView rest = in.raw(in.remaining());
                seen.emplace_back(rest.begin(), rest.end());
            }
        QVERIFY(seen.size() == 3 && seen[0] == refs({a, root, root}) &&
                seen[1] == refs({a, root, root}));
        QVERIFY(seen[2] == refs({a, CellKey{}, root}));  // a timer has no sender
    }

    void notesAndLogsStandInTheTrace() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&) {
            cx.note("balance", std::int64_t{500});
            cx.note("name", "text");
            cx.note("say", Say{"hi", 2});
            cx.log("info");
            cx.log(LogLevel::kWarning, "careful");
        });
        lab.run();
        QCOMPARE(
            lab.lines({EventKind::kNote, EventKind::kLog}),
            std::string{"note lab balance = 500\nnote lab name = \"text\"\n"
                        "note lab say = Say{word: \"hi\", n: 2}\nlog lab info\nlog lab careful"});
        QCOMPARE(lab.sink.find("log lab careful")->arg,
                 static_cast<std::uint64_t>(LogLevel::kWarning));
    }

    void randomStreamsAreOfTheCellAndTheSeedAlone() {
        const auto draws = [](std::uint64_t seed, bool stranger, bool strangerDraws) {
            Lab lab{inRounds(seed)};
            rootDoes(lab, [=](Context& cx, Player&) {
                cast(cx, "a");
                cast(cx, "b");
                if (stranger) cast(cx, strangerDraws ? "a" : "idle");
            });
            lab.part("a",
                     [](Context& cx, Player&, const Say&) { cx.note("draw", cx.random().u64()); });
            lab.part("b",
                     [](Context& cx, Player&, const Say&) { cx.note("draw", cx.random().u64()); });
            lab.run();
            std::string out;
            for (const RecordedRow& kept : lab.sink.rows())
                if (kept.row.kind == EventKind::kNote && kept.row.cell.value <= 3)
                    out += kept.line + "\n";
            return out;
        };
        const std::string alone = draws(1, false, false);
        QCOMPARE(draws(1, true, true), alone);
        QCOMPARE(draws(1, true, false), alone);
        QVERIFY(draws(2, false, false) != alone);
    }

    void drawsStayInTheirRange() {
        std::uint64_t counter = 0;
        kernel::RandomStream stream{7, CellKey{9}, counter};
        int low = 0;
        for (int i = 0; i < 10'000; ++i) {
            QVERIFY(stream.below(10) < 10);
            const std::int64_t v = stream.between(-3, 3);
            QVERIFY(v >= -3 && v <= 3);
            low += v == -3 ? 1 : 0;
            const double unit = stream.unit();
            QVERIFY(unit >= 0 && unit < 1);
        }
        QVERIFY(low > 1000 && low < 2000);
        QCOMPARE(stream.below(0), std::uint64_t{0});
        QCOMPARE(stream.between(5, 5), std::int64_t{5});
        QVERIFY(!stream.oneIn(0) && stream.oneIn(1));
        (void)stream.between(std::numeric_limits<std::int64_t>::min(),
                             std::numeric_limits<std::int64_t>::max());
    }
};

QTEST_GUILESS_MAIN(TestLife)
#include "tst_life.moc"
