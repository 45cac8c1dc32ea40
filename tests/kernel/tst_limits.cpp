// How runs end, and that every limit says its name.
#include "tests/kernel/support/lab.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

kernel::WorldOptions limited(auto set) {
    kernel::WorldOptions options{.limits = {}};
    set(options.limits);
    return options;
}

/// A root that forwards its start to `busy`, whose failure it reports.
void watching(Lab& lab) {
    lab.part("lab", [](Context& cx, Player&, const Say& m) {
        if (m.word == "start") cx.monitor(cast(cx, "busy"));
        if (m.word == "down") cx.stop("saw it");
    });
}

}  // namespace

class TestLimits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRootThatStopsCompletes() {
        Lab lab;
        lab.part("lab", [](Context& cx, Player&, const Say&) { cx.stop("all done"); });
        QCOMPARE(lab.run(), std::string{"completed: all done"});
        QVERIFY(!lab.world().step());
        QVERIFY(lab.lines().ends_with("stop lab stopped: all done\nend completed"));
    }

    void aRootThatFailsFails() {
        Lab lab;
        lab.part("lab", [](Context& cx, Player&, const Say&) { cx.fail("broken"); });
        QCOMPARE(lab.run(), std::string{"failed: broken"});
        QCOMPARE(lab.world().failures(), std::uint64_t{1});
    }

    void aRootThatThrowsFails() {
        Lab lab;
        lab.part("lab", [](Context&, Player&, const Say&) { throw std::runtime_error("thrown"); });
        QCOMPARE(lab.run(), std::string{"failed: thrown"});
        QCOMPARE(lab.lines({EventKind::kFail}), std::string{"fail lab threw: thrown"});
        Lab odd;
        odd.part("lab", [](Context&, Player&, const Say&) { throw 7; });
        QCOMPARE(odd.run(), std::string{"failed: an exception that is no std::exception"});
    }

    void aWorldWhereNothingCanHappenIsQuiescent() {
        Lab lab;
        QCOMPARE(lab.run(), std::string{"quiescent: nothing can happen any more"});
        QCOMPARE(lab.world().aliveCount(), 1u);
    }

    void aPersonEndsARunOnce() {
        Lab lab;
        lab.part("lab", [](Context& cx, Player&, const Say&) { cx.after(1s, Say{"on"}); });
        lab.run(3);
        lab.world().end(Outcome::kUntil, "enough");
        const Position end = lab.world().position();
        lab.world().end(Outcome::kUntil, "again");
        QCOMPARE(lab.world().position(), end);
        QCOMPARE(lab.run(), std::string{"until: enough"});
    }

    void timeThatStandsStillIsALimit() {
        Lab lab{limited([](Limits& l) { l.roundsPerInstantMax = 10; })};
        lab.part("lab", [](Context& cx, Player&, const Say&) { cx.after(0ns, Say{"again"}); });
        QCOMPARE(lab.run(),
                 std::string{"limit: limit roundsPerInstantMax (10) reached: virtual time stands "
                             "still while this goes round: ariadne::tests::Player (cell 1) -> "
                             "ariadne::tests::Player (cell 1), ariadne::tests::Say"});
        QCOMPARE(lab.world().round(), Round{11});
    }

    void whoKeepsTimeStandingIsNamedAsACircle() {
        Lab lab{limited([](Limits& l) { l.roundsPerInstantMax = 10; })};
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word != "start") return;
            const auto a = cast(cx, "a");
            cx.spawn<Player>("b", as("b", {a}));
        });
        const Part back = [](Context& cx, Player&, const Say& m) {
            if (m.word != "start") cx.reply(Say{"again"});
        };
        lab.part("a", back);
        lab.part("b", [back](Context& cx, Player& me, const Say& m) {
            if (m.word == "start")
                cx.send(me.known[0], Say{"hi"}), cx.after(0ns, Say{"go"});
            else if (m.word == "go")
                cx.send(me.known[0], Say{"hi"});
            else
                back(cx, me, m);
        });
        const std::string verdict = lab.run();
        const std::string who =
            "this goes round: ariadne::tests::Player (cell 2) -> ariadne::tests::Player (cell 3) "
            "-> ariadne::tests::Player (cell 2), ariadne::tests::Say then ariadne::tests::Say";
        QVERIFY2(verdict.ends_with(who), verdict.c_str());
    }

    void timeThatMovesResetsTheLimit() {
        Lab lab{limited([](Limits& l) { l.roundsPerInstantMax = 3; })};
        lab.part("lab", [](Context& cx, Player& me, const Say&) {
            if (++me.count < 20) cx.after(1ns, Say{"again"});
        });
        QVERIFY(lab.run().starts_with("quiescent"));
    }

    void tooManyEventsEndTheRun() {
        Lab lab{limited([](Limits& l) { l.eventsMax = 50; })};
        lab.part("lab",
                 [](Context& cx, Player&, const Say&) { cx.send(cx.self<Player>(), Say{"on"}); });
        QCOMPARE(lab.run(), std::string{"limit: limit eventsMax (50) reached"});
        QVERIFY(lab.world().position().value < 60);
    }

    void tooManyBirthsEndTheRun() {
        Lab lab{limited([](Limits& l) { l.cellsMax = 3; })};
        lab.part("lab", [](Context& cx, Player&, const Say&) {
            for (int i = 0; i < 5; ++i) cx.send(cast(cx, "a"), Say{"hi"});
        });
        QCOMPARE(lab.run(), std::string{"limit: limit cellsMax (3) reached"});
        QCOMPARE(lab.sink.count(EventKind::kSpawn), std::size_t{3});
    }

    void aWorldWithRoomForNobodyEndsAtOnce() {
        Lab lab{limited([](Limits& l) { l.cellsMax = 0; })};
        QCOMPARE(lab.run(), std::string{"limit: limit cellsMax (0) reached"});
    }

    void aMailboxThatOverflowsEndsTheRun() {
        Lab lab{limited([](Limits& l) { l.mailboxMax = 8; })};
        lab.part("lab", [](Context& cx, Player&, const Say&) {
            for (int i = 0; i < 9; ++i) cx.send(cx.self<Player>(), Say{"on"});
        });
        QCOMPARE(lab.run(), std::string{"limit: limit mailboxMax (8) reached"});
    }

    void whatARoundBringsAndTakesOverflowsNothing() {
        Lab lab{limited([](Limits& l) { l.mailboxMax = 8; })};
        lab.part("lab", [](Context& cx, Player& me, const Say& m) {
            if (m.word == "start")
                for (int i = 0; i < 9; ++i) cx.after(Duration{5}, Say{"rings"});
            else if (me.known.push_back(cx.self<Player>()); me.known.size() == 9)
                cx.stop("heard all");
        });
        // Nine came at once, and were taken in the round that they came in.
        QCOMPARE(lab.run(), std::string{"completed: heard all"});
    }

    void aStashThatOverflowsFailsItsCell_data() {
        QTest::addColumn<int>("batch");
        QTest::newRow("one message per round") << 1;
        QTest::newRow("all in one round") << 16;
    }
    void aStashThatOverflowsFailsItsCell() {
        QFETCH(const int, batch);
        kernel::WorldOptions options = limited([](Limits& l) { l.stashMax = 2; });
        options.batch = static_cast<std::uint32_t>(batch);
        Lab lab{options};
        lab.part("lab", [](Context& cx, Player& me, const Say& m) {
            if (m.word == "start") {
                me.known.push_back(cast(cx, "busy"));
                for (int i = 1; i <= 4; ++i) cx.send(me.known[0], Say{"n", i});
            }
        });
        lab.part("busy", [](Context& cx, Player&, const Say& m) {
            if (m.word == "n") cx.stash();
        });
        lab.run();
        QCOMPARE(
            lab.lines({EventKind::kFail, EventKind::kStash}),
            std::string{"stash busy Say{word: \"n\", n: 1}\nstash busy Say{word: \"n\", n: 2}\n"
                        "fail busy limit: limit stashMax (2) reached: unstash or drop messages"});
    }

    void aStashThatIsEmptiedMayBeFilledAgain() {
        kernel::WorldOptions options = limited([](Limits& l) { l.stashMax = 2; });
        Lab lab{options};
        lab.part("lab", [](Context& cx, Player& me, const Say& m) {
            if (m.word != "start") return;
            me.known.push_back(cast(cx, "busy"));
            for (const int i : {1, 2, 0, 3, 4}) cx.send(me.known[0], Say{"n", i});
        });
        lab.part("busy", [](Context& cx, Player& me, const Say& m) {
            if (m.word != "n") return;
            if (m.n == 0)
                cx.unstashAll();
            else if (++me.count <= 2 || me.count >= 5)
                cx.stash();
        });
        lab.run();
        QCOMPARE(lab.sink.count(EventKind::kFail), std::size_t{0});
        QCOMPARE(lab.heardBy("busy"), std::string{"Start; n 1; n 2; n; n 1; n 2; n 3; n 4"});
    }

    void aTurnWithTooManyOutputsFailsItsCell_data() {
        QTest::addColumn<QString>("what");
        for (const char* what : {"send", "spawn", "ask", "note", "timer", "forward", "caught"})
            QTest::newRow(what) << QString::fromLatin1(what);
    }
    void aTurnWithTooManyOutputsFailsItsCell() {
        QFETCH(const QString, what);
        const std::string word = what.toStdString();
        Lab lab{limited([](Limits& l) { l.outputsPerTurnMax = 5; })};
        watching(lab);
        lab.part("busy", [word](Context& cx, Player&, const Say&) {
            const auto self = cx.self<Player>();
            cx.log("kept");
            for (int i = 0; i < 6; ++i) {
                if (word == "send") cx.send(self, Say{"a text too long for the small buffer"});
                if (word == "spawn") cast(cx, "child of a name too long for the small buffer");
                if (word == "ask") cx.ask(self, Say{"?"}, within(1s));
                if (word == "note") cx.note("key", i);
                if (word == "timer") cx.after(1s, Say{"later"});
                if (word == "forward") cx.forward(self);
                if (word != "caught") continue;
                try {
                    cx.ask(self, Say{"?"}, within(1s));
                } catch (const std::exception&) {
                }
            }
        });
        QCOMPARE(lab.run(), std::string{"completed: saw it"});
        QCOMPARE(lab.lines({EventKind::kFail}),
                 std::string{"fail busy limit: limit outputsPerTurnMax (5) reached: split the work "
                             "over several turns"});
        // Of that turn nothing but its log and its failure is left.
        QCOMPARE(lab.lines({EventKind::kLog}), std::string{"log busy kept"});
        QCOMPARE(lab.sink.count(EventKind::kSpawn), std::size_t{2});
        QCOMPARE(lab.sink.count(EventKind::kAsk) + lab.sink.count(EventKind::kNote) +
                     lab.sink.count(EventKind::kTimerSet) + lab.sink.count(EventKind::kForward),
                 std::size_t{0});
    }

    void longTextsAreCut() {
        Lab lab;
        lab.part("lab", [](Context& cx, Player&, const Say&) {
            cx.log(std::string(kTextBytesMax + 10, 'x'));
            cx.stop(std::string(kTextBytesMax + 10, 'y'));
        });
        lab.run();
        QCOMPARE(lab.world().outcomeText().size(), std::size_t{kTextBytesMax});
        QVERIFY(lab.world().outcomeText().ends_with("y..."));
    }

    void twoCellsOfOneKeyEndTheRunByName() {
        // No parents and ordinals are known that hash to one key, so a snapshot gets a forged one:
        // that of the next child of lab.
        Lab lab;
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word != "start" && m.word != "more") return;
            for (const char* name : {"a", "b"}) cast(cx, name);
        });
        lab.run();
        std::vector<CellBirth> births = lab.world().births();
        QCOMPARE(births.size(), std::size_t{4});
        births[3].key = kernel::childKey(births[1].key, 3);
        RecordingSink rest;
        rest.knowBirths(births);
        kernel::World world{{.limits = {}}, &rest};
        QVERIFY(
            world.restore(lab.world().image(), births, lab.world().types(), cellTypesHere()).ok());
        world.tell(births[1].key, world.pool().make(Say{"more"}));
        world.runUntil(kForever, 100);
        QCOMPARE(
            verdictOf(world),
            std::string{"limit: two cells have one key: a new ariadne::tests::Player 'a#2' and "
                        "cell 3; spawn in another order"});
        QVERIFY(!world.step());
        QCOMPARE(rest.count(EventKind::kEnd), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestLimits)
#include "tst_limits.moc"
