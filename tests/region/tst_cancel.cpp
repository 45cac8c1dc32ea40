// Asking to end: what is told, to whom, when, and how regions close.
#include "tests/region/support/region_lab.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

const std::initializer_list<EventKind> kEnds{EventKind::kStop, EventKind::kFail};
const std::initializer_list<EventKind> kRequests{EventKind::kCancelRequest};

void endsWhenAsked(Context& cx, Memory&, const Say& m) {
    if (m.word == "cancel") cx.stop("tidied up");
}

}  // namespace

class TestCancel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyDescendantIsAskedInTheSameCommit() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known = {cx.openRegion("r")};
                castIn(cx, region(me.known[0]), "a");
                const RegionRef below = cx.openRegion(region(me.known[0]), "below");
                castIn(cx, below, "b");
                cx.after(1s, Say{"go"});
            }
            if (m.word == "go") cx.cancel(me.known[0], 1s, CancelReason::kTimeout);
        });
        lab.part("a", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "start") {
                cast(cx, "child");
                castIn(cx, cx.openRegion("own"), "c");
            }
        });
        lab.run();
        QCOMPARE(lab.lines(kRequests),
                 std::string{"cancel_request r/below/b 6; cancel_request r/a/own/c 6; "
                             "cancel_request r/a/child 6; cancel_request r/a 3"});
        std::set<std::uint64_t> rounds;
        for (const RecordedRow& kept : lab.sink.rows())
            if (kept.row.kind == EventKind::kCancelRequest) rounds.insert(kept.row.round.value);
        QCOMPARE(rounds.size(), std::size_t{1});
    }

    void askingAgainForTheSameChangesNothing() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known = {cx.openRegion("r")};
                castIn(cx, region(me.known[0]), "a");
            }
            if (++me.count > 6) return;
            // Weaker, the same, or with more time.
            cx.cancel(me.known[0], 2s, CancelReason::kBudget);
            cx.cancel(me.known[0], 2s, CancelReason::kBudget);
            cx.cancel(me.known[0], 9s, CancelReason::kBudget);
            cx.cancel(me.known[0], 2s, CancelReason::kRequested);
            cx.after(100ms, Say{"again"});
        });
        lab.run(5);
        QCOMPARE(lab.sink.count(EventKind::kCancelRequest), std::size_t{1});
        QCOMPARE(lab.heardBy("r/a"), std::string{"Start; CancelRequested"});
        QCOMPARE(lab.stateOf("r").cleanupUntil, (VirtualTime{2'000'000'000}));
    }

    void aLaterRequestOnlyStrengthens() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known = {cx.openRegion("r")};
                castIn(cx, region(me.known[0]), "a");
                cx.cancel(me.known[0], 4s, CancelReason::kTimeout);
                cx.after(1s, Say{"go"});
            }
            if (m.word == "go") {
                cx.cancel(me.known[0], 9s, CancelReason::kShutdown);   // a stronger reason
                cx.cancel(me.known[0], 1s, CancelReason::kRequested);  // less time
                cx.after(0s, Say{"look"});
            }
        });
        lab.run(3);
        const Region state = lab.stateOf("r");
        QCOMPARE(static_cast<int>(state.cancel), static_cast<int>(CancelReason::kShutdown));
        QCOMPARE(state.cleanupUntil, (VirtualTime{2'000'000'000}));
        lab.run();
        QCOMPARE(lab.lines(kRequests), std::string{"cancel_request r/a 3; cancel_request r/a 7"});
        QCOMPARE(lab.sink.count(EventKind::kCancelRequest), std::size_t{3});
        QCOMPARE(lab.timeOf("fail r/a overdue"), std::int64_t{2'000'000'000});
    }

    void whoSleepsIsWoken() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known = {cx.openRegion("r")};
                castIn(cx, region(me.known[0]), "a");
                cx.after(1s, Say{"go"});
            }
            if (m.word == "go") cx.cancel(me.known[0], 5s);
        });
        lab.part("a", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") cx.after(3600s, Say{"morning"});
            endsWhenAsked(cx, me, m);
        });
        lab.run();
        QCOMPARE(lab.timeOf("stop r/a cancelled"), std::int64_t{1'000'000'000});
        QCOMPARE(lab.lines({EventKind::kRegion}).substr(lab.lines({EventKind::kRegion}).rfind(';')),
                 std::string{"; region r closed cancelled"});
    }

    void whoDoesNotWantToKnowEndsAtOnce() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r");
            castIn<Plain>(cx, r, "a");
            cx.cancel(r, 5s);
        });
        lab.run();
        QCOMPARE(lab.lines(kEnds), std::string{"stop r/a cancelled"});
        QCOMPARE(lab.world().now(), VirtualTime{});
    }

    void whoOverrunsItsTimeIsEndedAsPanicked() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r");
            castIn(cx, r, "a");
            castIn(cx, r, "b", {RestartPolicy::kTransient, 1s});  // has less than it is given
            cx.cancel(r, 3s);
        });
        lab.run();
        QCOMPARE(lab.lines(kEnds), std::string{"fail r/b overdue; fail r/a overdue"});
        QCOMPARE(lab.timeOf("fail r/b overdue"), std::int64_t{1'000'000'000});
        QCOMPARE(lab.timeOf("fail r/a overdue"), std::int64_t{3'000'000'000});
        QVERIFY(lab.find("region r closed panicked") != nullptr);
        QVERIFY(lab.sink.lines(kEnds).find("did not end within the time to clean up") !=
                std::string::npos);
    }

    void aSingleActorIsCancelledWithAllBelowIt() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Worker> a = cast(cx, "a");
            cx.send(a, Say{"grow"});
            cx.monitor(a);
        });
        lab.part("a", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "grow") {
                cast(cx, "below");
                cx.cancel(cx.self());
            }
            if (m.word == "cancel") cx.note("cancelled", cx.cancelled());
            endsWhenAsked(cx, me, m);
        });
        lab.part("below", endsWhenAsked);
        lab.run();
        QCOMPARE(lab.lines(kEnds), std::string{"stop a cancelled; stop a/below cancelled"});
        QVERIFY(lab.sink.find("note a cancelled = true") != nullptr);
    }

    void maskedWorkIsFinishedFirst() {
        Lab lab{{.batch = 1, .limits = {}}};
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r");
            const Ref<Worker> a = castIn(cx, r, "a");
            for (int i = 1; i <= 5; ++i) cx.send(a, Say{"work", i});
            cx.after(0s, Say{"again"});
        });
        lab.part("a", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                cx.mask(3);
                cx.cancel(cx.self());
            }
            endsWhenAsked(cx, me, m);
        });
        lab.run();
        QCOMPARE(lab.heardBy("r/a"), std::string{"Start; work 1; work 2; work 3; CancelRequested"});
    }

    void unmaskTellsAtOnce() {
        Lab lab{{.batch = 1, .limits = {}}};
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Worker> a = cast(cx, "a");
            for (int i = 1; i <= 3; ++i) cx.send(a, Say{"work", i});
        });
        lab.part("a", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                cx.mask(1000);
                cx.cancel(cx.self());
            }
            if (m.n == 1) cx.unmask();
            endsWhenAsked(cx, me, m);
        });
        lab.run();
        QCOMPARE(lab.heardBy("a"), std::string{"Start; work 1; CancelRequested"});
    }

    void aMaskOutlastsNoCleanupBudget() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "go") cx.cancel(CellRef{kernel::regionKey(theLab().key, 1)}, 2s);
            if (m.word != "start") return;
            castIn(cx, cx.openRegion("r"), "a");
            cx.after(1s, Say{"go"});
        });
        lab.part("a", [](Context& cx, Memory&, const Say&) {
            cx.mask(1'000'000);
            cx.after(10ms, Say{"on and on"});
        });
        lab.run();
        QCOMPARE(lab.timeOf("fail r/a overdue"), std::int64_t{3'000'000'000});
        QCOMPARE(lab.heardBy("r/a").find("CancelRequested"), std::string::npos);
    }

    void finalizersRunLastAddedFirstEachOnce() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r");
            const Ref<Worker> a = castIn(cx, r, "a");
            const Ref<Worker> gone = cast(cx, "gone");
            const Ref<Worker> keeper = cast(cx, "keeper");
            cx.atClose(r, keeper, Say{"close", 1});
            cx.atClose(r, gone, Say{"close", 2});
            cx.atClose(r, a, Say{"close", 3});  // in the region itself: it has ended by then
            cx.atClose(r, keeper, Say{"close", 4});
            cx.atClose(r, cast(cx, "clumsy"), Say{"close", 5});
            cx.atClose(r, keeper, Say{"close", 6});
            cx.cancel(gone);
            cx.cancel(a);
            cx.close(r);
        });
        const Part note = [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "close") cx.note("close", m.n);
            endsWhenAsked(cx, me, m);
        };
        lab.part("keeper", note);
        lab.part("gone", note);
        lab.part("a", note);
        lab.part("clumsy", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "close") cx.fail("stumbled");
        });
        lab.run();
        QCOMPARE(lab.lines({EventKind::kNote}),
                 std::string{"note keeper close = 6; note keeper close = 4; "
                             "note keeper close = 1"});
        QCOMPARE(lab.sink.count(EventKind::kFinalize), std::size_t{6});
        QVERIFY(lab.find("fail clumsy failed") != nullptr);
        // The failure of a finalizer is not one of a child.
        QVERIFY(lab.find("region r closed cancelled") != nullptr);
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; RegionClosed"});
    }

    void thousandsOfFinalizersForNobodyAreNoRecursion() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r");
            for (int i = 0; i < 20'000; ++i)
                cx.atClose(r, Ref<Worker>{CellRef{CellKey{77}}}, Say{});
            cx.close(r);
        });
        lab.run();
        QVERIFY(lab.find("region r closed ok") != nullptr);
        QCOMPARE(lab.sink.count(EventKind::kFinalize), std::size_t{20'000});
    }

    void aFinalizerThatIsSetAsideHoldsTheNextOne() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r");
            const Ref<Worker> keeper = cast(cx, "keeper");
            cx.atClose(r, keeper, Say{"close", 1});
            cx.atClose(r, keeper, Say{"close", 2});
            cx.close(r);
            cx.send(keeper, Say{"busy"});
        });
        lab.part("keeper", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "busy") cx.after(1s, Say{"ready"});
            if (m.word == "ready") {
                me.count = 1;
                cx.unstashAll();
            }
            if (m.word == "close" && me.count == 0) cx.stash();
        });
        lab.run();
        QCOMPARE(lab.heardBy("keeper"),
                 std::string{"Start; busy; close 2; ready; close 2; close 1"});
        QVERIFY(lab.find("region r closed ok") != nullptr);
        QCOMPARE(lab.sink.count(EventKind::kFinalize), std::size_t{2});
    }

    void timeToCleanUpIsNotBelowZero() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "start") cx.cancel(cast(cx, "a"), Duration{-1});
        });
        QCOMPARE(lab.run(), std::string{"failed: cancel with a cleanup budget of -1 ns: budgets "
                                        "are not negative"});
        QCOMPARE(lab.sink.count(EventKind::kSpawn), std::size_t{1});
    }

    /// Led by hand: what is due comes before the message, and leaves nobody to take it.
    void whoseTimeIsOverTakesNoMessageMore() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known = {cast(cx, "a")};
                cx.after(1s, Say{"go"});
            }
            if (m.word == "go") cx.cancel(me.known[0], 0s);
        });
        lab.run(3);
        QCOMPARE(lab.lines(kRequests), std::string{"cancel_request a 1"});
        const CellKey a = childOfLab(1).key;
        QVERIFY(lab.world().look(a).has_value());
        QVERIFY(!lab.world().deliverInput(a, lab.world().pool().make(Say{"hello"})));
        QCOMPARE(lab.lines(kEnds), std::string{"fail a overdue"});
        QCOMPARE(lab.heardBy("a"), std::string{"Start"});
        QCOMPARE(lab.sink.count(EventKind::kInput), std::size_t{1});  // the root's
    }

    void nothingBeginsInARegionThatIsNotOpen_data() {
        QTest::addColumn<int>("rounds");
        QTest::newRow("closing in this very turn") << 0;
        QTest::newRow("closed long ago") << 1;
    }
    void nothingBeginsInARegionThatIsNotOpen() {
        QFETCH(const int, rounds);
        Lab lab;
        lab.part("lab", [rounds](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known = {cx.openRegion("r")};
                cx.close(region(me.known[0]));
                if (rounds != 0) cx.after(1s, Say{"go"});
            }
            if (m.word != (rounds == 0 ? "start" : "go")) return;
            cx.send(castIn(cx, region(me.known[0]), "late"), Say{"hello"});
            cx.openRegion(region(me.known[0]), "below");
            cx.spawnIn<Worker>(region(cx.self()), "no region");
        });
        lab.run();
        QCOMPARE(lab.lines({EventKind::kRefuse}),
                 std::string{"refuse lab region_not_open; refuse lab no_such_region"});
        QCOMPARE(lab.sink.count(EventKind::kRefuse), std::size_t{3});
        QCOMPARE(lab.sink.count(EventKind::kSpawn), std::size_t{2});
        QCOMPARE(lab.lines({EventKind::kDrop}), std::string{"drop outside Say no_such_cell"});
    }

    void closingIsIdempotentAndWaitsForTheChildren() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known = {cx.openRegion("r")};
                cx.after(2s, Say{"end it"});
                me.known.push_back(castIn(cx, region(me.known[0]), "a"));
                for (int i = 1; i <= 4; ++i) cx.after(std::chrono::seconds{i}, Say{"close"});
            }
            if (m.word == "end it") cx.send(worker(me.known[1]), Say{"stop"});
            if (m.word != "closed") cx.close(region(me.known[0]));
        });
        lab.part("a", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "stop") cx.stop();
        });
        lab.run();
        QCOMPARE(lab.lines({EventKind::kRegion}),
                 std::string{"region r open ok; region r closing ok; region r finalizing ok; "
                             "region r closed ok"});
        QCOMPARE(lab.timeOf("region r closed ok"), std::int64_t{2'000'000'000});
        QCOMPARE(lab.sink.count(EventKind::kRegionClosed), std::size_t{1});
        QCOMPARE(lab.sink.count(EventKind::kRefuse), std::size_t{0});
    }

    void whenTheOwnerEndsItsRegionIsDrained() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "start") cx.send(cast(cx, "owner"), Say{"go"});
        });
        lab.part("owner", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "go") return;
            const RegionRef r = cx.openRegion("r");
            castIn(cx, r, "a");
            castIn(cx, cx.openRegion(r, "below"), "b");
            cx.atClose(r, worker(cx.parent()), Say{"bye"});
            cx.stop();
        });
        lab.run();
        QCOMPARE(lab.lines(kEnds),
                 std::string{"stop owner stopped; stop owner/r/below/b parent_ended; "
                             "stop owner/r/a parent_ended"});
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; bye"});
        QVERIFY(lab.find("region owner/r closed cancelled") != nullptr);
    }

    void aRegionWaitsForARegionThatOutlivesItsOwner() {
        // outer > owner > inner, which still finalizes when owner has ended.
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                const RegionRef outer = cx.openRegion("outer");
                me.known = {outer};
                cx.send(castIn(cx, outer, "owner"), Say{"go"});
            }
            if (m.word == "bye") cx.close(region(me.known[0]));
        });
        lab.part("owner", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "go") return;
            const RegionRef inner = cx.openRegion("inner");
            const Ref<Worker> below = cast(cx, "below");
            cx.send(below, Say{"hm"});
            cx.atClose(inner, worker(cx.parent()), Say{"late"});
            cx.atClose(inner, worker(cx.parent()), Say{"bye"});
            cx.stop();
        });
        lab.run(3);
        QCOMPARE(lab.stateOf("outer").children, 1u);
        // A restored world knows that it waits.
        const WorldImage image = lab.world().image();
        kernel::World restored{{.limits = {}}};
        const absl::Status status =
            restored.restore(image, lab.world().births(), lab.world().types(), cellTypesHere());
        QVERIFY2(status.ok(), status.ToString().c_str());
        restored.runUntil(kForever, 100);
        lab.run();
        QCOMPARE(restored.position(), lab.world().position());
        const EventRow* inner = lab.find("region outer/owner/inner closed ok");
        const EventRow* outer = lab.find("region outer closed ok");
        QVERIFY(inner != nullptr && outer != nullptr);
        QVERIFY(inner->seq < outer->seq);
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; bye; late; RegionClosed"});
    }

    void nobodyBelowLivesWhenARegionCloses() {
        // Grandchildren of a region end before it is said to be closed.
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r");
            cx.send(castIn(cx, r, "a"), Say{"grow", 5});
            cx.close(r);
        });
        for (const char* name : {"a", "child"})
            lab.part(name, [](Context& cx, Memory&, const Say& m) {
                if (m.word == "grow" && m.n > 0) cx.send(cast(cx, "child"), Say{"grow", m.n - 1});
                if (m.word == "grow" && m.n == 0) cx.send(worker(childOfLab(1)), Say{"stop"});
                if (m.word == "stop") cx.stop();
            });
        lab.run();
        const EventRow* closed = nullptr;
        for (const RecordedRow& kept : lab.sink.rows()) {
            if (kept.row.kind == EventKind::kRegion && kept.row.arg == 3) closed = &kept.row;
            if (kept.row.kind == EventKind::kStop || kept.row.kind == EventKind::kFail)
                QVERIFY2(closed == nullptr, kept.line.c_str());
        }
        QVERIFY(closed != nullptr);
        QCOMPARE(lab.sink.count(EventKind::kStop), std::size_t{6});
    }

    void aDeadlineCancelsItsRegionAndAChildNeverHasMore() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            RegionOptions options;
            options.budget.deadline = VirtualTime{2'000'000'000};
            options.budget.turns = 100;
            const RegionRef r = cx.openRegion("r", options);
            options.budget.deadline = VirtualTime{9'000'000'000};
            options.budget.turns = 50;
            castIn(cx, cx.openRegion(r, "below", options), "a");
        });
        lab.part("a", endsWhenAsked);
        lab.run(2);
        QCOMPARE(lab.stateOf("r/below").left,
                 (Budget{VirtualTime{2'000'000'000}, 49, Budget::kUnbounded}));
        QCOMPARE(lab.stateOf("r").left,
                 (Budget{VirtualTime{2'000'000'000}, 99, Budget::kUnbounded}));
        lab.run();
        // No time to clean up is left.
        QCOMPARE(lab.timeOf("fail r/below/a overdue"), std::int64_t{2'000'000'000});
    }

    void turnsAndCostAreTakenFromAllRegionsAbove() {
        Lab lab{{.batch = 1, .limits = {}}};
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            RegionOptions options;
            options.budget.cost = 10;
            const RegionRef r = cx.openRegion("r", options);
            const Ref<Worker> a = castIn(cx, cx.openRegion(r, "below"), "a");
            for (int i = 1; i <= 9; ++i) cx.send(a, Say{"work", i});
        });
        lab.part("a", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "work") cx.spend(4);
            endsWhenAsked(cx, me, m);
        });
        lab.run();
        QCOMPARE(lab.lines(kRequests),
                 std::string{"cancel_request r/below/a 4; cancel_request r/below/a 6"});
        QVERIFY(lab.heardBy("r/below/a").starts_with("Start; work 1; work 2; work 3"));
        QCOMPARE(lab.heardBy("r/below/a").find("work 4"), std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestCancel)
#include "tst_cancel.moc"
