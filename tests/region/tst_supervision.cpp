// Who lives again, when, in which order, and what happens when that does not help.
#include "tests/region/support/region_lab.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

RegionOptions looksAfter(Strategy strategy, std::uint32_t intensity = 10) {
    RegionOptions options;
    options.strategy = strategy;
    options.intensity = intensity;
    return options;
}

/// Without time to end, groups are restarted at once; tst_restart_group.cpp has the others.
ChildOptions child(RestartPolicy policy, Duration shutdown = 0s) {
    return {policy, shutdown};
}

/// Fails at "fail", throws at "throw", stops at "stop", asks a brother for company at "hi".
void workerPart(Context& cx, Memory& me, const Say& m) {
    ++me.count;
    if (m.word == "fail") cx.fail("no");
    if (m.word == "throw") throw std::runtime_error("broken");
    if (m.word == "stop") cx.stop();
}

/// A root that puts a, b and c into region "r" and tells the second `word`.
void threeChildren(Lab& lab, const RegionOptions& options, RestartPolicy policy,
                   const std::string& word) {
    lab.part("lab", [=](Context& cx, Memory&, const Say& m) {
        if (m.word != "start") return;
        const RegionRef r = cx.openRegion("r", options);
        castIn(cx, r, "a", child(policy));
        const Ref<Worker> b = castIn(cx, r, "b", child(policy));
        castIn(cx, r, "c", child(policy));
        cx.send(b, Say{word});
    });
    for (const char* name : {"a", "b", "c"}) lab.part(name, workerPart);
}

const std::initializer_list<EventKind> kLifeAndDeath{EventKind::kStop, EventKind::kFail,
                                                     EventKind::kRestart, EventKind::kResume};

}  // namespace

Q_DECLARE_METATYPE(std::string)
Q_DECLARE_METATYPE(ariadne::Strategy)
Q_DECLARE_METATYPE(ariadne::RestartPolicy)

class TestSupervision : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void strategiesAndPoliciesDecideWhoLivesAgain_data() {
        QTest::addColumn<Strategy>("strategy");
        QTest::addColumn<RestartPolicy>("policy");
        QTest::addColumn<std::string>("afterFailure");
        QTest::addColumn<std::string>("afterStop");
        const std::string fail = "fail r/b failed", stop = "stop r/b stopped";
        const std::string one = "; restart r/b #1";
        const std::string all =
            "; stop r/c supervisor; stop r/a supervisor; restart r/a #1; restart r/b #1; "
            "restart r/c #1";
        const std::string rest = "; stop r/c supervisor; restart r/b #1; restart r/c #1";
        using S = Strategy;
        using P = RestartPolicy;
        QTest::newRow("none temporary") << S::kNone << P::kTemporary << fail << stop;
        QTest::newRow("none transient") << S::kNone << P::kTransient << fail << stop;
        QTest::newRow("none permanent") << S::kNone << P::kPermanent << fail << stop;
        QTest::newRow("one temporary") << S::kOneForOne << P::kTemporary << fail << stop;
        QTest::newRow("one transient") << S::kOneForOne << P::kTransient << fail + one << stop;
        QTest::newRow("one permanent")
            << S::kOneForOne << P::kPermanent << fail + one << stop + one;
        QTest::newRow("all temporary") << S::kOneForAll << P::kTemporary << fail << stop;
        QTest::newRow("all transient") << S::kOneForAll << P::kTransient << fail + all << stop;
        QTest::newRow("all permanent")
            << S::kOneForAll << P::kPermanent << fail + all << stop + all;
        QTest::newRow("rest temporary") << S::kRestForOne << P::kTemporary << fail << stop;
        QTest::newRow("rest transient") << S::kRestForOne << P::kTransient << fail + rest << stop;
        QTest::newRow("rest permanent")
            << S::kRestForOne << P::kPermanent << fail + rest << stop + rest;
    }
    void strategiesAndPoliciesDecideWhoLivesAgain() {
        QFETCH(const Strategy, strategy);
        QFETCH(const RestartPolicy, policy);
        QFETCH(const std::string, afterFailure);
        QFETCH(const std::string, afterStop);
        Lab failing;
        threeChildren(failing, looksAfter(strategy), policy, "fail");
        failing.run();
        QCOMPARE(failing.lines(kLifeAndDeath), afterFailure);
        Lab stopping;
        threeChildren(stopping, looksAfter(strategy), policy, "stop");
        stopping.run();
        QCOMPARE(stopping.lines(kLifeAndDeath), afterStop);
    }

    void aThrowAndABrokenLimitAreFailuresToo() {
        for (const char* word : {"throw", "fail"}) {
            Lab lab;
            threeChildren(lab, looksAfter(Strategy::kOneForOne), RestartPolicy::kTransient, word);
            lab.run();
            QVERIFY(lab.find("restart r/b #1") != nullptr);
        }
    }

    void aRestartIsInTheRoundOfTheFailureAndStartComesFirst() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForOne));
            const Ref<Worker> a = castIn(cx, r, "a");
            for (const char* word : {"one", "fail", "two", "three"}) cx.send(a, Say{word});
        });
        lab.part("a", workerPart);
        lab.run();
        // What waited, waits on; the message that it failed at is gone.
        QCOMPARE(lab.heardBy("r/a"), std::string{"Start; one; fail; Start; two; three"});
        QCOMPARE(lab.find("fail r/a failed")->round, lab.find("restart r/a #1")->round);
        QCOMPARE(lab.find("restart r/a #1")->cause, lab.find("fail r/a failed")->seq);
    }

    void startOvertakesWhatTheKernelSaidToTheOldLife() {
        // "gone" ends in the round before the failure: its Down waits in the control lane.
        Lab lab{{.batch = 1, .limits = {}}};
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Worker> gone = cast(cx, "gone");
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForOne));
            const Ref<Worker> a = castIn(cx, r, "a");
            cx.send(a, Say{"watch", 0});
            cx.send(gone, Say{"idle"});
            cx.send(gone, Say{"stop"});
            cx.send(a, Say{"fail"});
        });
        lab.part("gone", workerPart);
        lab.part("a", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "watch") {
                // Born first in this lab, so its key is known.
                cx.monitor(childOfLab(1));
            }
            workerPart(cx, me, m);
        });
        lab.run();
        QCOMPARE(lab.heardBy("r/a"), std::string{"Start; watch; fail; Start; Down"});
    }

    void aCrashedStateNeverSurvives() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForOne));
            const Ref<Worker> a = castIn(cx, r, "a");
            for (const char* word : {"x", "y", "fail", "show"}) cx.send(a, Say{word});
        });
        lab.part("a", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "show") cx.note("count", me.count);
            if (m.word == "fail") me.count = 1000;
            workerPart(cx, me, m);
        });
        lab.run();
        // One Start, then "show".
        QCOMPARE(lab.lines({EventKind::kNote}), std::string{"note r/a count = 1"});
    }

    void ordinalsAndRandomStreamGoOn() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForOne));
            cx.send(castIn(cx, r, "a"), Say{"fail"});
        });
        lab.part("a", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                cast(cx, "below");
                cx.send(cx.self<Worker>(), Say{"hm"});
                cx.note("draw", cx.random().u64());
            }
            workerPart(cx, me, m);
        });
        lab.run();
        QVERIFY(lab.sink.find("spawn r/a/below") != nullptr);
        QVERIFY(lab.sink.find("spawn r/a/below#2") != nullptr);
        QVERIFY(lab.sink.find("stop r/a/below parent_ended") != nullptr);
        std::vector<std::uint64_t> ordinals;
        std::vector<std::string> draws;
        for (const RecordedRow& kept : lab.sink.rows()) {
            if (kept.row.kind == EventKind::kSend && lab.sink.pathOf(kept.row.cell) == "r/a" &&
                lab.sink.pathOf(kept.row.peer) == "r/a")
                ordinals.push_back(kept.row.arg);
            if (kept.row.kind == EventKind::kNote) draws.push_back(kept.line);
        }
        QCOMPARE(ordinals.size(), std::size_t{2});
        QVERIFY(ordinals[0] < ordinals[1]);
        QVERIFY(draws.at(0) != draws.at(1));
    }

    void timersAsksBehaviourAndStashOfTheOldLifeAreGone() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") {
                cx.reply(Say{"late"});
                return;
            }
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForOne));
            const Ref<Worker> a = castIn(cx, r, "a");
            for (const char* word : {"prepare", "aside", "fail"}) cx.send(a, Say{word});
        });
        lab.part("a", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "prepare") {
                cx.after(1s, Say{"tick"});
                cx.ask(worker(cx.parent()), Say{"question"}, within(1s));
            }
            if (m.word == "aside" && me.count < 3) cx.stash();
            workerPart(cx, me, m);
        });
        lab.run();
        // The stashed message waits again; its second life stashes it once more.
        QCOMPARE(lab.heardBy("r/a"), std::string{"Start; prepare; aside; fail; Start; aside"});
        QCOMPARE(lab.lines({EventKind::kDrop}), std::string{"drop r/a Say late_reply"});
        QCOMPARE(lab.world().now(), VirtualTime{});
    }

    void watchersAreToldOfTheEndNotOfARestart() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForOne));
            const Ref<Worker> a = castIn(cx, r, "a");
            cx.monitor(a);
            cx.send(a, Say{"fail"});
            cx.send(a, Say{"stop"});
        });
        lab.part("a", workerPart);
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; Down"});
        QVERIFY(lab.find("stop r/a stopped") != nullptr);
    }

    void moreRestartsThanAllowedCloseTheRegionAndTellItsOwner() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "closed") cx.stop("told");
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForOne, 2));
            castIn(cx, r, "idle");
            const Ref<Worker> a = castIn(cx, r, "a");
            for (int i = 0; i < 4; ++i) cx.send(a, Say{"fail"});
        });
        lab.part("a", workerPart);
        QCOMPARE(lab.run(), std::string{"completed: told"});
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/a failed; restart r/a #1; fail r/a failed; restart r/a #2; "
                             "fail r/a failed; stop r/idle supervisor; stop lab stopped"});
        const EventRow* told = lab.find("region r closed panicked");
        QVERIFY(told != nullptr);
        QVERIFY(lab.lines({EventKind::kRegionClosed})
                    .find("more than 2 restarts within 5000000000 ns: no") != std::string::npos);
    }

    void anOwnerThatDoesNotHearOfItFails() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Plain> owner = cast<Plain>(cx, "owner");
            cx.monitor(owner);
            cx.send(owner, Say{"go"});
        });
        lab.part("owner", [](Context& cx, Memory&, const Say&) {
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForOne, 0));
            cx.send(castIn(cx, r, "a"), Say{"fail"});
        });
        lab.part("a", workerPart);
        lab.run();
        QVERIFY(lab.find("fail owner escalated") != nullptr);
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; Down"});
    }

    void anOwnerThatDoesNotHearOfAnOrdinaryCloseLives() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "start") cx.send(cast<Plain>(cx, "owner"), Say{"go"});
        });
        lab.part("owner", [](Context& cx, Memory&, const Say&) {
            const RegionRef r = cx.openRegion("r");
            cx.send(castIn(cx, r, "a"), Say{"fail"});
            cx.close(r);
        });
        lab.part("a", workerPart);
        lab.run();
        QVERIFY(lab.find("region owner/r closed err") != nullptr);
        QCOMPARE(lab.lines({EventKind::kFail}), std::string{"fail owner/r/a failed"});
    }

    void failuresLongAgoDoNotCount() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForOne, 1));
                me.known.push_back(castIn(cx, r, "a"));
            }
            if (m.word == "start" || m.word == "again") {
                cx.send(worker(me.known[0]), Say{"fail"});
                if (++me.count < 6) cx.after(5s, Say{"again"});
            }
        });
        lab.part("a", workerPart);
        lab.run();
        QVERIFY(lab.find("restart r/a #6") != nullptr);
        QCOMPARE(lab.stateOf("r").restarts, std::uint64_t{6});
        QCOMPARE(lab.stateOf("r").recentRestarts.size(), std::size_t{1});
        QVERIFY(!lab.stateOf("r").gaveUp);
    }

    void aRegionThatFailsIsRestartedByTheRegionAbove_data() {
        QTest::addColumn<Strategy>("above");
        QTest::addColumn<std::string>("last");
        // Of outer: first "x", then region "inner" with "a", then "y".
        const std::string head =
            "fail outer/inner/a failed; restart outer/inner/a #1; "
            "fail outer/inner/a failed; ";
        QTest::newRow("one for one")
            << Strategy::kOneForOne
            << head +
                   "stop outer/inner/b supervisor; restart outer/inner/a #2; "
                   "restart outer/inner/b #1";
        QTest::newRow("rest for one")
            << Strategy::kRestForOne
            << head +
                   "stop outer/y supervisor; stop outer/inner/b supervisor; "
                   "restart outer/inner/a #2; restart outer/inner/b #1; restart outer/y #1";
        QTest::newRow("one for all")
            << Strategy::kOneForAll
            << head +
                   "stop outer/y supervisor; stop outer/inner/b supervisor; "
                   "stop outer/x supervisor; restart outer/x #1; restart outer/inner/a #2; "
                   "restart outer/inner/b #1; restart outer/y #1";
    }
    void aRegionThatFailsIsRestartedByTheRegionAbove() {
        QFETCH(const Strategy, above);
        QFETCH(const std::string, last);
        Lab lab;
        lab.part("lab", [above](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef outer = cx.openRegion("outer", looksAfter(above, 1));
            castIn(cx, outer, "x", child(RestartPolicy::kTransient));
            const RegionRef inner =
                cx.openRegion(outer, "inner", looksAfter(Strategy::kOneForOne, 1));
            const Ref<Worker> a = castIn(cx, inner, "a");
            castIn(cx, inner, "b", child(RestartPolicy::kTransient));
            castIn(cx, outer, "y", child(RestartPolicy::kTransient));
            cx.send(a, Say{"fail"});
            cx.send(a, Say{"fail"});
        });
        lab.part("a", workerPart);
        lab.run();
        QCOMPARE(lab.lines(kLifeAndDeath), last);
        // It begins with a clean slate, the one above remembers.
        QCOMPARE(lab.stateOf("outer/inner").recentRestarts.size(), std::size_t{0});
        QCOMPARE(lab.stateOf("outer").recentRestarts.size(), std::size_t{1});
    }

    void whenTheRegionAboveGivesUpTooItsVerdictNamesTheRegionBelow() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef outer = cx.openRegion("outer", looksAfter(Strategy::kOneForOne, 0));
            castIn(cx, outer, "x");
            const RegionRef inner =
                cx.openRegion(outer, "inner", looksAfter(Strategy::kOneForOne, 0));
            castIn(cx, inner, "b");
            castIn(cx, inner, "c");
            cx.send(castIn(cx, inner, "a"), Say{"fail"});
            // Keeps the region for a round, so that it can be looked at.
            cx.atClose(outer, worker(cx.self()), Say{"bye"});
        });
        lab.part("a", workerPart);
        lab.run(2);
        std::string last;
        for (const RecordedRow& kept : lab.sink.rows())
            if (kept.row.kind == EventKind::kRegion) last = lab.lineOf(kept);
        QCOMPARE(last, std::string{"region outer finalizing panicked"});
        // Child 1 is x, child 2 is the inner region.
        QCOMPARE(lab.stateOf("outer").worstChild, std::uint64_t{2});
        QVERIFY(lab.stateOf("outer").gaveUp);
    }

    void aRegionAboveThatRestartsNobodyLivesOn() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef outer = cx.openRegion("outer");
            castIn(cx, outer, "x");
            const RegionRef inner =
                cx.openRegion(outer, "inner", looksAfter(Strategy::kOneForOne, 0));
            cx.send(castIn(cx, inner, "a"), Say{"fail"});
        });
        lab.part("a", workerPart);
        lab.run();
        QVERIFY(lab.find("region outer/inner closed panicked") != nullptr);
        QVERIFY(lab.find("stop outer/x supervisor") == nullptr);
        QCOMPARE(static_cast<int>(lab.stateOf("outer").phase), 0);
        QCOMPARE(static_cast<int>(lab.stateOf("outer").verdict),
                 static_cast<int>(Verdict::kPanicked));
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; RegionClosed"});
    }

    void twoFailuresInOneRoundAreOneRestartOfTheGroup() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForAll, 1));
            const Ref<Worker> a = castIn(cx, r, "a");
            const Ref<Worker> b = castIn(cx, r, "b");
            cx.send(a, Say{"fail"});
            cx.send(b, Say{"fail"});
        });
        lab.part("a", workerPart);
        lab.part("b", workerPart);
        lab.run();
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/a failed; fail r/b failed; restart r/a #1; restart r/b #1"});
        QCOMPARE(lab.stateOf("r").restarts, std::uint64_t{1});
    }

    void whoStoppedInTheRoundOfARestartStaysEnded() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForAll));
            cx.send(castIn(cx, r, "a"), Say{"fail"});
            cx.send(castIn(cx, r, "b"), Say{"stop"});
            castIn(cx, r, "c", child(RestartPolicy::kTemporary));
        });
        for (const char* name : {"a", "b", "c"}) lab.part(name, workerPart);
        lab.run();
        // A child that is never restarted ends with the group.
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/a failed; stop r/b stopped; stop r/c supervisor; "
                             "restart r/a #1"});
        QCOMPARE(lab.stateOf("r").children, 1u);
    }

    void whoWasAskedToEndIsNotRestarted() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForAll));
            const Ref<Worker> a = castIn(cx, r, "a");
            const Ref<Worker> b = castIn(cx, r, "b", child(RestartPolicy::kPermanent, 5s));
            castIn(cx, r, "c", child(RestartPolicy::kPermanent));
            cx.cancel(b, 3s);
            cx.cancel(a, 3s);
            cx.after(1s, Say{"later"});
            cx.send(a, Say{"nothing"});
            cx.monitor(b);
            cx.send(a, Say{"fail"});
        });
        for (const char* name : {"a", "b", "c"}) lab.part(name, workerPart);
        lab.run();
        // a was cancelled: its failure restarts nobody. b overran its time.
        QCOMPARE(lab.lines(kLifeAndDeath), std::string{"fail r/a failed; fail r/b overdue"});
    }

    void aGroupRestartEndsWhoWasAskedToEnd() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForAll));
            cx.cancel(castIn(cx, r, "a"), 3s);
            cx.send(castIn(cx, r, "b"), Say{"fail"});
        });
        lab.part("b", workerPart);
        lab.run();
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/b failed; stop r/a supervisor; restart r/b #1"});
        QCOMPARE(lab.world().now(), VirtualTime{});
    }

    void backoffGrowsAndIsForgottenAfterAGoodWhile() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                RegionOptions options = looksAfter(Strategy::kOneForOne, 100);
                options.backoff = {1s, 2, 3s, false};
                const RegionRef r = cx.openRegion("r", options);
                me.known.push_back(castIn(cx, r, "a"));
                for (int i = 0; i < 4; ++i) cx.send(worker(me.known[0]), Say{"fail"});
                cx.after(100s, Say{"again"});
            }
            if (m.word == "again") cx.send(worker(me.known[0]), Say{"fail"});
        });
        lab.part("a", workerPart);
        lab.run();
        std::vector<std::uint64_t> delays;
        for (const RecordedRow& kept : lab.sink.rows())
            if (kept.row.kind == EventKind::kRestart)
                delays.push_back(kept.row.extra / 1'000'000'000);
        QCOMPARE(delays, (std::vector<std::uint64_t>{1, 2, 3, 3, 1}));
        QCOMPARE(lab.timeOf("resume r/a", 0), std::int64_t{1'000'000'000});
        QCOMPARE(lab.timeOf("resume r/a", 1), std::int64_t{3'000'000'000});
        QCOMPARE(lab.timeOf("resume r/a", 4), std::int64_t{101'000'000'000});
        QVERIFY(lab.heardBy("r/a").starts_with("Start; fail; Start; fail; Start"));
    }

    void jitterTakesAtMostHalfAndComesFromTheChildsOwnStream() {
        const auto delays = [](std::uint64_t seed, bool withStranger) {
            Lab lab{{.seed = seed, .limits = {}}};
            lab.part("lab", [=](Context& cx, Memory&, const Say& m) {
                if (m.word != "start") return;
                RegionOptions options = looksAfter(Strategy::kOneForOne, 100);
                options.backoff = {1s, 1, 1s, true};
                const RegionRef r = cx.openRegion("r", options);
                const Ref<Worker> a = castIn(cx, r, "a");
                if (withStranger) cx.send(castIn(cx, r, "b"), Say{"fail"});
                for (int i = 0; i < 20; ++i) cx.send(a, Say{"fail"});
            });
            lab.part("a", workerPart);
            lab.part("b", workerPart);
            lab.run();
            std::vector<std::uint64_t> out;
            for (const RecordedRow& kept : lab.sink.rows())
                if (kept.row.kind == EventKind::kRestart && lab.sink.pathOf(kept.row.cell) == "r/a")
                    out.push_back(kept.row.extra);
            return out;
        };
        const std::vector<std::uint64_t> some = delays(1, false);
        QCOMPARE(some.size(), std::size_t{20});
        QVERIFY(*std::min_element(some.begin(), some.end()) >= 500'000'000);
        QVERIFY(*std::max_element(some.begin(), some.end()) <= 1'000'000'000);
        QVERIFY(std::set<std::uint64_t>(some.begin(), some.end()).size() > 10);
        QCOMPARE(delays(1, false), some);
        QCOMPARE(delays(1, true), some);
        QVERIFY(delays(2, false) != some);
    }

    void whoWaitsOutABackoffTakesNoTurnAndCanBeEnded() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                RegionOptions options = looksAfter(Strategy::kOneForOne);
                options.backoff = {10s, 2, 30s, false};
                me.known.push_back(cx.openRegion("r", options));
                me.known.push_back(castIn(cx, region(me.known[0]), "a"));
                cx.send(worker(me.known[1]), Say{"fail"});
                cx.after(1s, Say{"mail"});
                cx.after(2s, Say{"cancel it"});
            }
            if (m.word == "mail") cx.send(worker(me.known[1]), Say{"hello"});
            if (m.word == "cancel it") cx.cancel(me.known[0]);
        });
        lab.part("a", workerPart);
        lab.run();
        QCOMPARE(lab.heardBy("r/a"), std::string{"Start; fail"});
        QCOMPARE(lab.timeOf("stop r/a cancelled"), std::int64_t{2'000'000'000});
        QCOMPARE(lab.world().now(), (VirtualTime{2'000'000'000}));
    }

    void anActorWithoutStartIsRestartedAndLinesUpAgain() {
        // Its last message crashes it: whoever waits for room must not wait for ever.
        Lab lab{{.batch = 1, .limits = {}}};
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForOne));
            const Ref<Plain> a = castIn<Plain>(cx, r, "a", {}, bounded(1, OnFull::kPark));
            const Ref<Worker> sender = cast(cx, "sender", {a});
            cx.send(sender, Say{"go"});
        });
        lab.part("sender", [](Context& cx, Memory& me, const Say& m) {
            if (m.word != "go") return;
            cx.send(Ref<Plain>{me.known[0]}, Say{"fail"});
            cx.send(Ref<Plain>{me.known[0]}, Say{"fail"});
            cx.send(cx.self<Worker>(), Say{"on"});
        });
        lab.part("a", workerPart);
        lab.run();
        QCOMPARE(lab.heardBy("sender"), std::string{"Start; go; on"});
        QVERIFY(lab.find("restart r/a #2") != nullptr);
    }

    void linksOfTheOldLifeAreGone() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "later") cx.send(worker(me.known[0]), Say{"fail"});
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForAll));
            cx.send(castIn(cx, r, "a"), Say{"fail"});
            me.known.push_back(castIn(cx, r, "b", child(RestartPolicy::kTransient)));
            cx.link(me.known[0]);
            cx.after(1s, Say{"later"});
        });
        lab.part("a", workerPart);
        lab.part("b", workerPart);
        lab.run();
        QVERIFY(lab.find("restart r/b #2") != nullptr);
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; later"});
    }

    void childrenOfARestartedCellEndAndItsRegionsClose() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForOne));
            cx.send(castIn(cx, r, "a"), Say{"fail"});
        });
        lab.part("a", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start" && cx.now() == VirtualTime{}) {
                const RegionRef below = cx.openRegion("below");
                castIn(cx, below, "x");
            }
            workerPart(cx, me, m);
        });
        lab.run();
        QVERIFY(lab.find("stop r/a/below/x parent_ended") != nullptr);
        QVERIFY(lab.find("region r/a/below closed cancelled") != nullptr);
        QVERIFY(lab.find("restart r/a #1") != nullptr);
        QCOMPARE(lab.stateOf("r").children, 1u);
    }
};

QTEST_GUILESS_MAIN(TestSupervision)
#include "tst_supervision.moc"
