// Promises: made once, resolved once, by whoever holds them.
#include "tests/region/support/region_lab.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

const std::initializer_list<EventKind> kPromises{EventKind::kReserve, EventKind::kResolve};

}  // namespace

class TestObligations : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPermitForRoomIsGrantedAtOnceAndItsMessageComes() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known = {cast(cx, "to", {}, bounded(1))};
                me.promises = {cx.reserve(worker(me.known[0]))};
            }
            if (m.word == "granted") cx.commit(Permit<Worker>{me.promises[0]}, Say{"through", m.n});
        });
        QVERIFY(lab.run().starts_with("quiescent"));
        QCOMPARE(lab.heardBy("to"), std::string{"Start; through 1"});
        QCOMPARE(lab.lines(kPromises),
                 std::string{"reserve lab#1 permit; resolve lab#1 committed"});
    }

    void aKeptSlotIsKeptFromOthersAndItsMessageAlwaysFits() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known = {cast<Plain>(cx, "to", {}, bounded(2, OnFull::kDropNewest))};
                me.promises = {cx.reserve(Ref<Plain>{me.known[0]})};
            }
            if (m.word != "granted") return;
            for (int i = 1; i <= 3; ++i) cx.send(Ref<Plain>{me.known[0]}, Say{"n", i});
            cx.commit(Permit<Plain>{me.promises[0]}, Say{"kept"});
        });
        lab.run();
        QCOMPARE(lab.heardBy("to"), std::string{"n 1; kept"});
        QCOMPARE(lab.lines({EventKind::kDrop}), std::string{"drop to Say mailbox_full"});
        QCOMPARE(lab.sink.count(EventKind::kDrop), std::size_t{2});
    }

    void aMessageThatAPermitBringsIsOneThatWasSent() {
        // Of three promises that are kept one brings a message.
        Lab lab{{.limits = {}, .metricsEvery = 1'000}};
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start")
                me.promises = {cx.reserve(cast<Plain>(cx, "to", {}, bounded(1)))};
            if (m.word != "granted") return;
            cx.commit(Permit<Plain>{me.promises[0]}, Say{"through"});
            cx.commit(cx.oblige(cx.self(), "mine"));
            cx.abort(cx.oblige(cx.self(), "mine too"));
        });
        lab.run();
        QCOMPARE(lab.heardBy("to"), std::string{"through"});
        QCOMPARE(lab.world().metrics().sends, std::uint64_t{1});
    }

    void aLeaseLastsAPositiveTime() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "start") cx.lease(cx.self(), "none", 0s);
        });
        QCOMPARE(lab.run(), std::string{"failed: lease of 0 ns: leases last a positive time"});
        QCOMPARE(lab.lines(kPromises), std::string{});
    }

    /// Who never answers does not remember for ever whom.
    void answersThatNobodyWaitsForAnyMoreAreOwedNoMore() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") me.known = {cast(cx, "deaf")};
            if (m.word == "timed out") ++me.count;
            if (m.word == "start" || (m.word == "timed out" && me.count < 40))
                cx.ask(worker(me.known[0]), Say{"hm"}, within(1ms));
            if (me.count == 40 && m.word == "timed out") {
                cx.ask(worker(me.known[0]), Say{"end"}, kUntilAnswered);
                ++me.count;
            }
        });
        lab.part("deaf", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "hm" && ++me.count > 40) cx.stop();
            if (m.word == "end") cx.stop();
        });
        std::size_t most = 0;
        lab.run(0);
        while (lab.world().step())
            for (const CellImage& cell : lab.world().image().cells)
                if (!cell.care.untouched()) most = std::max(most, cell.care->owed.size());
        QCOMPARE(most, std::size_t{32});
        QCOMPARE(lab.world().outcome(), Outcome::kQuiescent);
        // The one that was waited for is lost with it, and no other.
        QCOMPARE(lab.sink.count(EventKind::kResolve), std::size_t{1});
        QVERIFY(lab.heardBy("lab").ends_with("AskTimedOut"));
    }

    void permitsForAFullMailboxAreGrantedInTheirOrder() {
        Lab lab{{.batch = 1, .limits = {}}};
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Plain> to = cast<Plain>(cx, "to", {}, bounded(1));
            cx.send(to, Say{"first"});
            for (const char* name : {"a", "b", "c"}) cast(cx, name, {to});
        });
        const Part wants = [](Context& cx, Memory& me, const Say& m) {
            const Ref<Plain> to{me.known[0]};
            if (m.word == "start") me.promises = {cx.reserve(to)};
            if (m.word == "granted") cx.commit(Permit<Plain>{me.promises[0]}, Say{me.part});
        };
        for (const char* name : {"a", "b", "c"}) lab.part(name, wants);
        lab.part("to", [](Context& cx, Memory&, const Say&) { cx.note("turn", 1); });
        lab.run();
        QCOMPARE(lab.heardBy("to"), std::string{"first; a; b; c"});
        QCOMPARE(lab.sink.count(EventKind::kDrop), std::size_t{0});
        QVERIFY(lab.find("resolve c#1 committed")->seq > lab.find("resolve b#1 committed")->seq);
    }

    void anAbortedPermitMakesRoomForTheNextAndForWhoIsParked() {
        // The mailbox is empty, its one slot is kept: only the abort lets anybody in.
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known = {cast<Plain>(cx, "to", {}, bounded(1, OnFull::kPark))};
                me.promises = {cx.reserve(Ref<Plain>{me.known[0]})};
                cast(cx, "sender", {me.known[0]});
                cast(cx, "other", {me.known[0]});
                cx.after(1s, Say{"abort"});
            }
            if (m.word == "abort") cx.abort(me.promises[0]);
        });
        lab.part("sender", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                cx.send(Ref<Plain>{me.known[0]}, Say{"parked"});
                cx.send(cx.self<Worker>(), Say{"go on"});
            }
        });
        lab.part("other", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") me.promises = {cx.reserve(Ref<Plain>{me.known[0]})};
            if (m.word == "granted") cx.commit(Permit<Plain>{me.promises[0]}, Say{"permitted"});
        });
        lab.run();
        QCOMPARE(lab.heardBy("to"), std::string{"parked; permitted"});
        QCOMPARE(lab.heardBy("sender"), std::string{"Start; go on"});
        QVERIFY(lab.lines(kPromises).find("resolve lab#1 aborted") != std::string::npos);
        QVERIFY(lab.lines(kPromises).find("resolve other#1 committed") != std::string::npos);
    }

    void anUnhandledMessageLeavesRoomToo() {
        Lab lab{{.batch = 1, .limits = {}}};
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known = {cast<Plain>(cx, "to", {}, bounded(1))};
                // Plain accepts no Start: the hand-made Ref sends what it does not know.
                cx.send(Ref<Worker>{me.known[0]}, Granted{});
                me.promises = {cx.reserve(Ref<Plain>{me.known[0]})};
            }
            if (m.word == "granted") cx.commit(Permit<Plain>{me.promises[0]}, Say{"in"});
        });
        lab.run();
        QCOMPARE(lab.lines({EventKind::kDrop}), std::string{"drop to Granted unhandled"});
        QCOMPARE(lab.heardBy("to"), std::string{"in"});
    }

    void noPermitForWhoHasEndedOrEndsFirst() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known = {cast<Plain>(cx, "to", {}, bounded(1))};
                cx.reserve(worker(CellRef{CellKey{77}}));
                cx.send(Ref<Plain>{me.known[0]}, Say{"stop"});
                cx.reserve(Ref<Plain>{me.known[0]});
            }
        });
        lab.part("to", [](Context& cx, Memory&, const Say&) { cx.stop(); });
        QVERIFY(lab.run().starts_with("quiescent"));
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; NotGranted; NotGranted"});
        QCOMPARE(lab.lines(kPromises), std::string{"reserve lab#2 permit; resolve lab#2 aborted"});
        QCOMPARE(lab.lines({EventKind::kRefuse}), std::string{"refuse lab receiver_ended"});
        QCOMPARE(lab.world().leaks(), std::uint64_t{0});
    }

    void aPermitOutlivesItsReceiverAndItsMessageIsADeadLetter() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known = {cast<Plain>(cx, "to")};
                me.promises = {cx.reserve(Ref<Plain>{me.known[0]})};
                cx.send(Ref<Plain>{me.known[0]}, Say{"stop"});
                cx.after(1s, Say{"commit"});
            }
            if (m.word == "commit") cx.commit(Permit<Plain>{me.promises[0]}, Say{"late"});
        });
        lab.part("to", [](Context& cx, Memory&, const Say&) { cx.stop(); });
        lab.run();
        QCOMPARE(lab.lines({EventKind::kDrop}), std::string{"drop to Say receiver_ended"});
        QVERIFY(lab.find("resolve lab#1 committed") != nullptr);
    }

    void twiceIsRefused() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Obligation one = cx.oblige(cx.self(), "one");
            cx.commit(one);
            cx.commit(one);
            cx.abort(one);
            cx.commit(Obligation{cx.self(), 99});
            cx.transfer(one, cx.self());
        });
        QVERIFY(lab.run().starts_with("quiescent"));
        QCOMPARE(lab.lines(kPromises),
                 std::string{"reserve lab#1 custom; resolve lab#1 committed"});
        QCOMPARE(lab.sink.count(EventKind::kRefuse), std::size_t{4});
        QCOMPARE(lab.lines({EventKind::kRefuse}), std::string{"refuse lab not_open"});
    }

    void aPermitIsCommittedWithItsMessageAndWhenItIsThere() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                const Ref<Plain> to = cast<Plain>(cx, "to", {}, bounded(1));
                me.promises = {cx.reserve(to), cx.reserve(to)};
                cx.commit(me.promises[0]);                               // without its message
                cx.commit(Permit<Plain>{me.promises[1]}, Say{"early"});  // not granted yet
                cx.abort(me.promises[0]);
            }
            if (m.word == "granted" && m.n == 2)
                cx.commit(Permit<Plain>{me.promises[1]}, Say{"in time"});
        });
        lab.run();
        QCOMPARE(lab.lines({EventKind::kRefuse}), std::string{"refuse lab not_open"});
        QCOMPARE(lab.sink.count(EventKind::kRefuse), std::size_t{2});
        QCOMPARE(lab.heardBy("to"), std::string{"in time"});
    }

    void onlyTheHolderResolvesOrPassesOn() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known = {cast(cx, "a"), cast(cx, "b")};
                me.promises = {cx.oblige(me.known[0], "for a")};
                cx.commit(me.promises[0]);               // the maker is no holder
                cx.transfer(me.promises[0], cx.self());  // nor may it take it back
                cx.send(worker(me.known[0]), Say{"pass on"});
                cx.after(1s, Say{"late"});
            }
            if (m.word == "late") cx.send(worker(me.known[0]), Say{"commit"});
            if (m.word == "late") cx.send(worker(me.known[1]), Say{"commit"});
        });
        const Obligation promise{theLab(), 1};
        const Part holder = [promise](Context& cx, Memory&, const Say& m) {
            const CellRef b = childOfLab(2);
            if (m.word == "pass on") cx.transfer(promise, b);
            if (m.word == "commit") cx.commit(promise);
        };
        lab.part("a", holder);
        lab.part("b", holder);
        lab.run();
        QCOMPARE(lab.lines({EventKind::kRefuse}),
                 std::string{"refuse lab not_holder; refuse a not_holder"});
        QCOMPARE(lab.lines(kPromises),
                 std::string{"reserve lab#1 custom; resolve lab#1 committed"});
        QCOMPARE(lab.sink.count(EventKind::kTransfer), std::size_t{1});
    }

    void aPermitThatWasPassedOnIsGrantedToWhoHoldsIt() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                const Ref<Plain> to = cast<Plain>(cx, "to", {}, bounded(1));
                cx.send(to, Say{"fills it"});
                me.promises = {cx.reserve(to)};
                cx.transfer(me.promises[0], cast(cx, "heir"));
            }
        });
        const Obligation promise{theLab(), 1};
        lab.part("heir", [promise](Context& cx, Memory&, const Say& m) {
            if (m.word == "granted") cx.commit(Permit<Plain>{promise}, Say{"inherited"});
        });
        lab.run();
        QCOMPARE(lab.heardBy("to"), std::string{"fills it; inherited"});
        QCOMPARE(lab.heardBy("lab"), std::string{"Start"});
    }

    void aLeaseEndsByItselfUnlessItIsResolved() {
        for (const auto policy : {kernel::Policy::kRounds, kernel::Policy::kRandom}) {
            Lab lab{{.policy = policy, .limits = {}}};
            lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
                if (m.word == "start") {
                    me.promises = {cx.lease(cx.self(), "short", 1s),
                                   cx.lease(cx.self(), "long", 5s),
                                   cx.lease(cx.self(), "longest", 60s)};
                    cx.after(2s, Say{"done"});
                }
                if (m.word == "done") {
                    cx.commit(me.promises[0]);  // too late
                    cx.commit(me.promises[2]);
                }
            });
            QVERIFY(lab.run().starts_with("quiescent"));
            QCOMPARE(lab.timeOf("resolve lab#1 expired"), std::int64_t{1'000'000'000});
            QCOMPARE(lab.timeOf("resolve lab#3 committed"), std::int64_t{2'000'000'000});
            QCOMPARE(lab.timeOf("resolve lab#2 expired"), std::int64_t{5'000'000'000});
            QCOMPARE(lab.world().now(), (VirtualTime{5'000'000'000}));
            QCOMPARE(lab.lines({EventKind::kRefuse}), std::string{"refuse lab not_open"});
            QCOMPARE(lab.world().leaks(), std::uint64_t{0});
        }
    }

    void whoEndsWithPromisesLeaksEachOnce() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "down") cx.stop("done");
            if (m.word != "start") return;
            const Ref<Worker> a = cast(cx, "a");
            cx.monitor(a);
            cx.oblige(a, "one");
            cx.oblige(a, "two", ObligationKind::kAck);
            cx.lease(a, "three", 1s);
            cx.send(a, Say{"stop"});
        });
        lab.part("a", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "stop") cx.stop();
        });
        QCOMPARE(
            lab.run(),
            std::string{"leaked: 3 obligations were leaked, first 'one' of lab, held by lab/a. "
                        "The run would have been completed: done"});
        QCOMPARE(lab.lines({EventKind::kResolve}),
                 std::string{"resolve lab#1 leaked; resolve lab#2 leaked; resolve lab#3 leaked"});
        QCOMPARE(lab.world().leaks(), std::uint64_t{3});
    }

    void aLeakNamesEverybodyThroughWhoseHandsItWent() {
        // a makes it, gives it to b, who gives it to c, who ends.
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Worker> c = cast(cx, "c");
            const Ref<Worker> b = cast(cx, "b", {c});
            cast(cx, "a", {b, c});
        });
        lab.part("a", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.promises = {cx.oblige(cx.self(), "the key")};
                cx.transfer(me.promises[0], me.known[0]);
                cx.send(worker(me.known[0]), Say{"pass on"});
                cx.send(worker(me.known[1]), Say{"wait"});
            }
        });
        lab.part("b", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "pass on") {
                cx.transfer(Obligation{childOfLab(3), 1}, me.known[0]);
                cx.send(worker(me.known[0]), Say{"stop"});
            }
        });
        lab.part("c", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "stop") cx.stop();
        });
        lab.sink.snapshotEveryRound = true;
        const std::string verdict =
            "leaked: 1 obligation was leaked: 'the key' of lab/a, held by lab/a, then lab/b, then "
            "lab/c. The run would have been quiescent: nothing can happen any more";
        QCOMPARE(lab.run(), verdict);
        // Also when the leak lies before the snapshot.
        for (std::size_t i = 0; i + 1 < lab.sink.snapshots.size(); ++i) {
            kernel::World again{{.limits = {}}};
            QVERIFY(again
                        .restore(lab.sink.snapshots[i], lab.sink.births(), lab.sink.types(),
                                 cellTypesHere())
                        .ok());
            const bool isLast = i + 2 == lab.sink.snapshots.size();
            if (isLast) QCOMPARE(again.leaks(), std::uint64_t{1});
            again.keepBirths();
            again.runUntil(kForever, 1000);
            QCOMPARE(verdictOf(again), verdict);
        }
    }

    void ofALongWayThroughManyHandsTheEndsAreNamed() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            Ref<Worker> behind = cast(cx, "last");
            for (int i = 0; i < 10; ++i) behind = cast(cx, "hand", {behind});
            const Obligation key = cx.oblige(behind, "");
            cx.send(behind, Say{"take", static_cast<std::int64_t>(key.ordinal)});
        });
        lab.part("hand", [](Context& cx, Memory& me, const Say& m) {
            if (m.word != "take") return;
            cx.transfer(Obligation{theLab(), static_cast<std::uint64_t>(m.n)}, me.known[0]);
            cx.send(worker(me.known[0]), m);
        });
        lab.part("last", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "take") cx.stop();
        });
        QCOMPARE(
            lab.run(),
            std::string{"leaked: 1 obligation was leaked: an obligation of lab, held by "
                        "lab/hand#10, then lab/hand#9, then lab/hand#8, then lab/hand#7, then 5 "
                        "more, then lab/hand, then lab/last. The run would have been quiescent: "
                        "nothing can happen any more"});
    }

    void aRunThatFailsIsNotCalledLeaked() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "start") {
                cx.oblige(cx.self(), "one");
                cx.send(cx.self<Worker>(), Say{"on"});
            }
            if (m.word == "on") cx.fail("broken");
        });
        QCOMPARE(lab.run(), std::string{"failed: broken"});
        QCOMPARE(lab.world().leaks(), std::uint64_t{1});
    }

    void aRestartLeaksWhatTheOldLifeHeld() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            RegionOptions options;
            options.strategy = Strategy::kOneForOne;
            const RegionRef r = cx.openRegion("r", options);
            cx.send(castIn(cx, r, "a"), Say{"fail"});
            cx.close(r);
        });
        lab.part("a", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "start") cx.oblige(cx.self(), "one");
            if (m.word == "fail") cx.fail("no");
        });
        QVERIFY(lab.run().starts_with("leaked: 1 obligation was leaked"));
        QCOMPARE(lab.lines(kPromises), std::string{"reserve r/a#1 custom; resolve r/a#1 leaked"});
    }

    void aTurnThatFailsPromisesNothing() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "start") cast(cx, "a");
        });
        lab.part("a", [](Context& cx, Memory&, const Say&) {
            cx.openRegion("r");
            cx.oblige(cx.self(), "one");
            cx.fail("no");
        });
        QVERIFY(lab.run().starts_with("quiescent"));
        QCOMPARE(lab.sink.count(EventKind::kReserve), std::size_t{0});
        QCOMPARE(lab.sink.count(EventKind::kSpawn), std::size_t{2});
    }

    void aRegionDoesNotCloseBeforeItsPromisesAreResolved() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                const RegionRef r = cx.openRegion("r");
                cx.send(castIn(cx, r, "a", {}), Say{"go"});
                cx.close(r);
                cx.after(2s, Say{"keep"});
            }
            if (m.word == "keep") cx.commit(Obligation{childOfLab(1), 1});
            (void)me;
        });
        lab.part("a", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "start") cx.oblige(cx.parent(), "outside");
            if (m.word == "go") cx.stop();
        });
        QVERIFY(lab.run().starts_with("quiescent"));
        QCOMPARE(lab.timeOf("region r closed ok"), std::int64_t{2'000'000'000});
    }

    void anOverdueRegionLeaksWhatNobodyResolved() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r");
            castIn(cx, r, "a");
            cx.cancel(r, 3s);
        });
        lab.part("a", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "start") cx.oblige(cx.parent(), "outside");
            if (m.word == "cancel") cx.stop();
        });
        QVERIFY(lab.run().starts_with("leaked: 1 obligation"));
        QCOMPARE(lab.timeOf("resolve r/a#1 leaked"), std::int64_t{3'000'000'000});
        QVERIFY(lab.find("region r closed cancelled") != nullptr);
    }

    void anAnswerThatIsOwedIsMissedWithAnEvent_data() {
        QTest::addColumn<bool>("forever");
        QTest::newRow("with a timeout") << false;
        QTest::newRow("until answered") << true;
    }
    void anAnswerThatIsOwedIsMissedWithAnEvent() {
        QFETCH(const bool, forever);
        Lab lab;
        lab.part("lab", [forever](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Worker> a = cast(cx, "a");
            cx.ask(a, Say{"question"}, forever ? kUntilAnswered : within(7s));
            cx.send(a, Say{"stop"});
        });
        lab.part("a", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "stop") cx.stop();
        });
        QVERIFY(lab.run().starts_with("quiescent"));
        QCOMPARE(lab.lines({EventKind::kResolve}), std::string{"resolve a#2 leaked"});
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; AskTimedOut"});
        QCOMPARE(lab.world().now(), (VirtualTime{forever ? 0 : 7'000'000'000}));
    }

    void whoAsksForEverIsToldWhenItsQuestionIsNeverRead_data() {
        QTest::addColumn<int>("how");
        QTest::newRow("nobody was ever there") << 0;
        QTest::newRow("it ended before") << 1;
        QTest::newRow("it ends with the question in its mailbox") << 2;
        QTest::newRow("its mailbox is full") << 3;
        QTest::newRow("it does not handle it") << 4;
    }
    void whoAsksForEverIsToldWhenItsQuestionIsNeverRead() {
        QFETCH(const int, how);
        Lab lab{{.batch = 1, .limits = {}}};
        lab.part("lab", [how](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known = {cast<Plain>(cx, "a", {}, bounded(how == 3 ? 1 : 9))};
                if (how != 0) cx.send(Ref<Plain>{me.known[0]}, Say{how == 4 ? "hm" : "stop"});
                if (how != 1) cx.send(cx.self<Worker>(), Say{"ask"});
                if (how == 1) cx.after(1s, Say{"ask"});
                if (how == 2 || how == 3)
                    cx.ask(Ref<Plain>{me.known[0]}, Say{"question"}, kUntilAnswered);
            }
            if (m.word != "ask" || how == 2 || how == 3) return;
            if (how == 4) {
                cx.ask(worker(me.known[0]), Granted{}, kUntilAnswered);
                return;
            }
            const CellRef whom = how == 0 ? CellRef{CellKey{77}} : me.known[0];
            cx.ask(Ref<Plain>{whom}, Say{"question"}, kUntilAnswered);
        });
        lab.part("a", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "stop") cx.stop();
        });
        QCOMPARE(lab.run(), std::string{"quiescent: nothing can happen any more"});
        QVERIFY2(lab.heardBy("lab").ends_with("AskTimedOut"), lab.heardBy("lab").c_str());
    }

    void anAnsweredAskIsNotOwed() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Worker> a = cast(cx, "a");
            cx.ask(a, Say{"question"}, kUntilAnswered);
            cx.send(a, Say{"stop"});
        });
        lab.part("a", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "question") me.waiting = {cx.replyTo()};
            if (m.word != "stop") return;
            cx.reply(me.waiting[0], Say{"answer"});
            cx.stop();
        });
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; answer"});
        QCOMPARE(lab.sink.count(EventKind::kResolve), std::size_t{0});
    }

    void theFirstPromiseOfARunWithoutRoomForItsLedgerEndsAtTheLimit() {
        kernel::WorldOptions options{.limits = {}};
        options.limits.cellsMax = 1;
        Lab lab{options};
        lab.part("lab", [](Context& cx, Memory&, const Say&) { cx.oblige(cx.self(), "one"); });
        QCOMPARE(lab.run(), std::string{"limit: limit cellsMax (1) reached"});
    }
};

QTEST_GUILESS_MAIN(TestObligations)
#include "tst_obligations.moc"
