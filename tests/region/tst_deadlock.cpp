// When nothing can happen any more, the run says who waits for whom.
#include "tests/region/support/region_lab.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

/// The rows that tell who waits for whom: "a answer b; to keeps_slot a".
std::string waits(const Lab& lab) {
    static const std::map<std::uint64_t, std::string> kWords{
        {1, " answer "}, {2, " room "},        {3, " slot "},      {4, " obligation "},
        {5, " child "},  {16, " keeps_slot "}, {17, " gave_away "}};
    std::string out;
    for (const RecordedRow& kept : lab.sink.rows())
        if (kept.row.kind == EventKind::kWait)
            out += (out.empty() ? "" : "; ") + lab.sink.pathOf(kept.row.cell) +
                   kWords.at(kept.row.arg) + lab.sink.pathOf(kept.row.peer);
    return out;
}

}  // namespace

class TestDeadlock : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aCircleOfAsksIsADeadlockThatNamesThemAll() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            for (const char* name : {"a", "b", "c"}) cast(cx, name);
        });
        const auto asks = [](std::uint64_t whom) {
            return [whom](Context& cx, Memory&, const Say& m) {
                const CellRef to = childOfLab(whom);
                if (m.word == "start") cx.ask(worker(to), Say{"you first"}, kUntilAnswered);
            };
        };
        lab.part("a", asks(2));
        lab.part("b", asks(3));
        lab.part("c", asks(1));
        const std::string circle =
            "lab/a waits for the answer of lab/b waits for the answer of lab/c waits for the "
            "answer of lab/a";
        QCOMPARE(lab.run(), "deadlock: deadlock: " + circle);
        QCOMPARE(lab.lines({EventKind::kDeadlock}), "deadlock " + circle);
        QVERIFY(lab.lines({EventKind::kDeadlock, EventKind::kEnd}).ends_with("end deadlock"));
        QCOMPARE(waits(lab), std::string{"a answer b; b answer c; c answer a"});
    }

    void asksWithTimeoutsAreNone() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "start") cx.ask(cx.self<Worker>(), Say{"hm"}, within(1s));
        });
        QCOMPARE(lab.run(), std::string{"quiescent: nothing can happen any more"});
    }

    void whoAsksItselfWaitsForItself() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "start") cx.ask(cx.self<Worker>(), Say{"hm"}, kUntilAnswered);
        });
        QCOMPARE(lab.run(), std::string{"deadlock: deadlock: lab waits for the answer of lab"});
    }

    void waitingForWhoHasNothingToDoIsNamedThough() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "start") cx.ask(cast(cx, "a"), Say{"hm"}, kUntilAnswered);
        });
        QCOMPARE(lab.run(),
                 std::string{"quiescent: nothing can happen any more; lab waits for the answer of "
                             "lab/a, which has nothing left to do"});
    }

    /// Without births there are no paths: the type says who it is, or that it has ended before.
    void whoWaitsIsNamedWhenNobodyWatches() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const CellRef b = cast(cx, "b");
            cx.ask(cast(cx, "a", {b}), Say{"hm"}, kUntilAnswered);
        });
        // Hands the question on and goes; it is b that never answers.
        lab.part("a", [](Context& cx, Memory& me, const Say& m) {
            if (m.word != "hm") return;
            cx.forward(worker(me.known[0]));
            cx.stop();
        });
        const auto waitsFor = [](const std::string& who, const std::string& whom) {
            return "quiescent: nothing can happen any more; " + who + " waits for the answer of " +
                   whom + ", which has nothing left to do";
        };
        const std::string type = "ariadne::tests::Worker";
        kernel::World world{{.limits = {}}};
        begin(world, playing<Worker>("lab"));
        world.runUntil(kForever, 1000);
        QCOMPARE(verdictOf(world), waitsFor(type + " (cell 1)", type + " (cell 3)"));

        lab.run(2);
        QVERIFY(lab.find("stop a stopped") != nullptr);
        kernel::World restored{{.limits = {}}};
        const absl::Status status = restored.restore(lab.world().image(), lab.world().births(),
                                                     lab.world().types(), cellTypesHere());
        QVERIFY2(status.ok(), status.ToString().c_str());
        restored.runUntil(kForever, 1000);
        QCOMPARE(verdictOf(restored), waitsFor(type + " (cell 1)", "one that has ended (cell 3)"));
        QCOMPARE(lab.run(), waitsFor("lab", "lab/a"));
    }

    void aHolderThatSleepsForGoodIsNamed() {
        // b needs a slot that a keeps and forgot.
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Plain> to = cast<Plain>(cx, "to", {}, bounded(1));
            cast(cx, "a", {to});
            cast(cx, "b", {to});
        });
        const Part reserves = [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") cx.reserve(Ref<Plain>{me.known[0]});
        };
        lab.part("a", reserves);
        lab.part("b", reserves);
        QCOMPARE(lab.run(),
                 std::string{"quiescent: nothing can happen any more; lab/b waits for a slot in "
                             "the mailbox of lab/to keeps a slot for lab/a, which has nothing left "
                             "to do; futurelock: lab/a holds what lab/b waits for"});
        QCOMPARE(waits(lab), std::string{"to keeps_slot a; b slot to"});
    }

    void everyHolderAndEverybodyWhoWaitsIsNamed() {
        // a and b hold a slot each, forgotten; c, d and lab need one of them.
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Plain> one = cast<Plain>(cx, "one", {}, bounded(1));
            const Ref<Plain> two = cast<Plain>(cx, "two", {}, bounded(1));
            cast(cx, "a", {one});
            cast(cx, "b", {two});
            const Ref<Worker> c = cast(cx, "c", {one});
            cast(cx, "d", {two});
            cx.ask(c, Say{"done?"}, kUntilAnswered);
        });
        const Part reserves = [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") cx.reserve(Ref<Plain>{me.known[0]});
        };
        for (const char* name : {"a", "b", "c", "d"}) lab.part(name, reserves);
        QCOMPARE(lab.run(),
                 std::string{"quiescent: nothing can happen any more; lab waits for the answer of "
                             "lab/c waits for a slot in the mailbox of lab/one keeps a slot for "
                             "lab/a, which has nothing left to do; futurelock: lab/a holds what "
                             "lab, lab/c wait for; futurelock: lab/b holds what lab/d waits for"});
        QCOMPARE(waits(lab), std::string{"lab answer c; one keeps_slot a; two keeps_slot b; "
                                         "c slot one; d slot two"});
    }

    void ofManyWhoWaitTheFirstAreNamed() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Plain> to = cast<Plain>(cx, "to", {}, bounded(1));
            for (int i = 0; i < 8; ++i) cast(cx, "a", {to});
        });
        lab.part("a", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") cx.reserve(Ref<Plain>{me.known[0]});
        });
        const std::string verdict = lab.run();
        QVERIFY2(verdict.ends_with("; futurelock: lab/a holds what lab/a#2, lab/a#3, lab/a#4, "
                                   "lab/a#5 and 3 more wait for"),
                 verdict.c_str());
        QCOMPARE(lab.sink.count(EventKind::kWait), std::size_t{8});
    }

    void aClosingRegionWaitsForWhoLivesInIt() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r");
            const RegionRef below = cx.openRegion(r, "below");
            castIn(cx, below, "a");
            castIn(cx, r, "b");
            cx.close(r);
            cx.close(below);
        });
        QCOMPARE(lab.run(),
                 std::string{"quiescent: nothing can happen any more; lab/r cannot close before "
                             "the end of lab/r/below cannot close before the end of "
                             "lab/r/below/a, which has nothing left to do"});
        QCOMPARE(waits(lab), std::string{"r child r/below; r child r/b; "
                                         "r/below child r/below/a"});
    }

    void waitsStandInFrontOfWhatTheyLeadToAndNameTheirAsks() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "start") cx.ask(cx.self<Worker>(), Say{"hm"}, kUntilAnswered);
        });
        lab.run();
        QCOMPARE(
            lab.sink.lines({EventKind::kWait, EventKind::kDeadlock, EventKind::kEnd}).substr(0, 4),
            std::string{"wait"});
        const EventRow& wait = lab.sink.rows()[lab.sink.rows().size() - 3].row;
        QCOMPARE(wait.kind, EventKind::kWait);
        const EventRow& ask = lab.sink.rows()[wait.cause.value - 1].row;
        QCOMPARE(ask.kind, EventKind::kAsk);
        QCOMPARE(wait.extra, ask.arg);
        QCOMPARE(lab.sink.rows()[lab.sink.rows().size() - 2].row.kind, EventKind::kDeadlock);
    }

    void whereNobodyWaitsNothingIsTold() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "start") cx.oblige(cast(cx, "a"), "a favour");
        });
        QCOMPARE(lab.run(), std::string{"quiescent: nothing can happen any more"});
        QCOMPARE(lab.sink.count(EventKind::kWait), std::size_t{0});
    }

    void everySnapshotEndsWithTheSameWaitsAndText() {
        Lab lab;
        lab.sink.snapshotEveryRound = true;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Plain> to = cast<Plain>(cx, "to", {}, bounded(1));
            cast(cx, "a", {to});
            cast(cx, "b", {to});
            cx.after(1s, Say{"later"});
        });
        const Part reserves = [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") cx.reserve(Ref<Plain>{me.known[0]});
        };
        lab.part("a", reserves);
        lab.part("b", reserves);
        const std::string verdict = lab.run();
        QVERIFY(lab.sink.snapshots.size() > 3);
        for (std::size_t i = 0; i + 1 < lab.sink.snapshots.size(); ++i) {
            RecordingSink rest;
            kernel::World again{{.limits = {}}, &rest};
            const absl::Status restored = again.restore(lab.sink.snapshots[i], lab.sink.births(),
                                                        lab.sink.types(), cellTypesHere());
            QVERIFY2(restored.ok(), std::string{restored.message()}.c_str());
            again.runUntil(kForever, 1000);
            QCOMPARE(verdictOf(again), verdict);
            QCOMPARE(rest.count(EventKind::kWait), lab.sink.count(EventKind::kWait));
            QCOMPARE(again.position(), lab.world().position());
        }
    }

    void twoThatKeepWhatTheOtherNeedsAreADeadlock() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Plain> one = cast<Plain>(cx, "one", {}, bounded(1));
            const Ref<Plain> two = cast<Plain>(cx, "two", {}, bounded(1));
            cast(cx, "a", {one, two});
            cast(cx, "b", {two, one});
        });
        const Part reserves = [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") cx.reserve(Ref<Plain>{me.known[0]});
            if (m.word == "granted") cx.reserve(Ref<Plain>{me.known[1]});
        };
        lab.part("a", reserves);
        lab.part("b", reserves);
        QCOMPARE(lab.run(),
                 std::string{"deadlock: deadlock: lab/a waits for a slot in the mailbox of "
                             "lab/two keeps a slot for lab/b waits for a slot in the mailbox of "
                             "lab/one keeps a slot for lab/a"});
    }

    void whoOwesEachOtherWithNobodyWaitingIsNoDeadlock() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            cast(cx, "a", {childOfLab(2)});
            cast(cx, "b", {childOfLab(1)});
        });
        const Part obliges = [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") cx.oblige(me.known[0], "a favour");
        };
        lab.part("a", obliges);
        lab.part("b", obliges);
        QCOMPARE(lab.run(), std::string{"quiescent: nothing can happen any more"});
        QCOMPARE(lab.sink.count(EventKind::kReserve), std::size_t{2});
        QCOMPARE(lab.lines({EventKind::kDeadlock}), std::string{});
    }

    void whoKeepsASlotOfEachOtherWithNobodyWaitingIsNoDeadlock() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            cast(cx, "a", {childOfLab(2)}, bounded(1));
            cast(cx, "b", {childOfLab(1)}, bounded(1));
        });
        const Part reserves = [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") cx.reserve(worker(me.known[0]));
        };
        lab.part("a", reserves);
        lab.part("b", reserves);
        QCOMPARE(lab.run(), std::string{"quiescent: nothing can happen any more"});
        QCOMPARE(lab.heardBy("a") + " | " + lab.heardBy("b"),
                 std::string{"Start; Granted | Start; Granted"});
    }

    void whoWaitsOutsideACircleOfPromisesIsNotPartOfADeadlock() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            cx.ask(cast(cx, "a", {childOfLab(2)}), Say{"when?"}, kUntilAnswered);
            cast(cx, "b", {childOfLab(1)});
        });
        const Part obliges = [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") cx.oblige(me.known[0], "a favour");
        };
        lab.part("a", obliges);
        lab.part("b", obliges);
        const std::string verdict = lab.run();
        QVERIFY2(verdict.starts_with("quiescent: nothing can happen any more; lab waits for the "
                                     "answer of lab/a has given 'a favour' to lab/b"),
                 verdict.c_str());
    }

    void oneWhoWaitsClosesACircleOfPromises() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            cast(cx, "a", {childOfLab(2)});
            cast(cx, "b", {childOfLab(1)});
        });
        lab.part("a", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") cx.ask(worker(me.known[0]), Say{"when?"}, kUntilAnswered);
        });
        lab.part("b", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") cx.oblige(me.known[0], "a favour");
        });
        QCOMPARE(lab.run(),
                 std::string{"deadlock: deadlock: lab/a waits for the answer of lab/b has given "
                             "'a favour' to lab/a"});
    }

    void theFirstWhoWaitsBeginsTheCircleWhateverLeadsToIt() {
        // lab waits for d, which waits for b, in a circle with c: d is in none.
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            cx.ask(cast(cx, "d", {childOfLab(2)}), Say{"hm"}, kUntilAnswered);
            cast(cx, "b", {childOfLab(3)});
            cast(cx, "c", {childOfLab(2)});
        });
        const Part asks = [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") cx.ask(worker(me.known[0]), Say{"hm"}, kUntilAnswered);
        };
        for (const char* name : {"b", "c", "d"}) lab.part(name, asks);
        QCOMPARE(lab.run(),
                 std::string{"deadlock: deadlock: lab/b waits for the answer of lab/c waits for "
                             "the answer of lab/b"});
    }

    void aPromiseGivenAwayLeadsToItsHolder() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Worker> holder = cast(cx, "holder");
            cx.ask(cast(cx, "maker", {holder}), Say{"when?"}, kUntilAnswered);
        });
        lab.part("maker", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") cx.oblige(me.known[0], "the key");
        });
        QCOMPARE(lab.run(),
                 std::string{"quiescent: nothing can happen any more; lab waits for the answer of "
                             "lab/maker has given 'the key' to lab/holder, which has nothing left "
                             "to do; futurelock: lab/holder holds what lab waits for"});
    }

    void aRegionThatCannotCloseNamesWhoKeepsItOpen() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r");
            castIn(cx, r, "a");
            cx.close(r);
        });
        lab.part("a", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            cx.oblige(cx.parent(), "forgotten");
            cx.stop();
        });
        const std::string verdict = lab.run();
        QCOMPARE(verdict, std::string{"quiescent: nothing can happen any more; lab/r cannot close "
                                      "before 'forgotten' is resolved by lab, which has nothing "
                                      "left to do; futurelock: lab holds what lab/r waits for"});
    }

    void mailboxesThatParkTheirSendersKeepWhatIsSent() {
        Lab lab{{.batch = 4, .limits = {}}};
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Plain> to = cast<Plain>(cx, "to", {}, bounded(2, OnFull::kPark));
            cast(cx, "sender", {to});
        });
        lab.part("sender", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") me.count = 0;
            if (++me.count > 6) return;
            cx.send(Ref<Plain>{me.known[0]}, Say{"n", me.count * 2 - 1});
            cx.send(Ref<Plain>{me.known[0]}, Say{"n", me.count * 2});
            cx.send(cx.self<Worker>(), Say{"on"});
        });
        lab.part("to", [](Context&, Memory&, const Say&) {});
        lab.run();
        QCOMPARE(lab.heardBy("to"),
                 std::string{"n 1; n 2; n 3; n 4; n 5; n 6; n 7; n 8; n 9; n 10; n 11; n 12"});
        QCOMPARE(lab.sink.count(EventKind::kDrop), std::size_t{0});
    }

    void parkedInACircleIsADeadlock() {
        Lab lab{{.batch = 1, .limits = {}}};
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Plain> a = cast<Plain>(cx, "a", {}, bounded(1, OnFull::kPark));
            const Ref<Plain> b = cast<Plain>(cx, "b", {}, bounded(1, OnFull::kPark));
            cx.send(a, Say{"go"});
            cx.send(b, Say{"go"});
        });
        const auto sends = [](std::uint64_t whom) {
            return [whom](Context& cx, Memory&, const Say& m) {
                const Ref<Plain> to{childOfLab(whom)};
                if (m.word != "go") return;
                for (int i = 0; i < 3; ++i) cx.send(to, Say{"n", i});
            };
        };
        lab.part("a", sends(2));
        lab.part("b", sends(1));
        QCOMPARE(lab.run(),
                 std::string{"deadlock: deadlock: lab/a waits for room in the mailbox of lab/b "
                             "waits for room in the mailbox of lab/a"});
        QCOMPARE(lab.lines({EventKind::kPark}), std::string{"park a -> b; park b -> a"});
    }

    void whoWaitsForRoomGoesOnWhenTheReceiverEnds() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Plain> to = cast<Plain>(cx, "to", {}, bounded(1, OnFull::kPark));
            cast(cx, "sender", {to});
        });
        lab.part("sender", [](Context& cx, Memory& me, const Say& m) {
            if (m.word != "start") return;
            cx.send(Ref<Plain>{me.known[0]}, Say{"stop"});
            cx.send(Ref<Plain>{me.known[0]}, Say{"more"});
            cx.send(cx.self<Worker>(), Say{"on"});
        });
        lab.part("to", [](Context& cx, Memory&, const Say&) { cx.stop(); });
        lab.run();
        QCOMPARE(lab.heardBy("sender"), std::string{"Start; on"});
        QCOMPARE(lab.lines({EventKind::kPark, EventKind::kUnpark, EventKind::kResume}),
                 std::string{"park sender -> to; unpark sender -> to"});
    }
};

QTEST_GUILESS_MAIN(TestDeadlock)
#include "tst_deadlock.moc"
